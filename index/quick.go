package index

import (
	"time"

	"github.com/segmentrules/segment"
)

// A quick is an expression whose value is found without running a program, as
// contacts are asked for it again and again: a part of a date, the first or last
// instant of an event, and when a list was joined.
type quick struct {
	kind    quickKind
	fn      segment.Fn
	field   *attr  // of quickPart
	newest  bool   // of quickInstant
	list    string // of quickJoined
	formula *segment.Formula
}

type quickKind uint8

const (
	quickNot quickKind = iota
	quickPart
	quickInstant
	quickJoined
)

// newQuick returns the expression as it is found quickest.
func newQuick(x segment.Expr, f *segment.Formula) quick {
	q := quick{formula: f}
	switch x := x.(type) {
	case segment.Joined:
		q.kind, q.list = quickJoined, string(x)
	case segment.Metric:
		if x.Prop != "" || x.Events.Where != nil {
			return q
		}
		switch x.Agg {
		case segment.AggFirst, segment.AggMin:
			q.kind = quickInstant
		case segment.AggLast, segment.AggMax:
			q.kind, q.newest = quickInstant, true
		}
	case segment.Call:
		switch x.Fn {
		case segment.FnYear, segment.FnQuarter, segment.FnMonth, segment.FnDay:
			if field, ok := x.Args[0].(segment.Field); ok {
				q.kind, q.fn, q.field = quickPart, x.Fn, newAttr(field, "")
			}
		}
	}
	return q
}

// quickly is the value of an expression; n is how many events it has to choose
// from, if these are of one name in a window.
func (e *eval) quickly(q *quick, a *attr, n int, at time.Time) segment.Value {
	switch q.kind {
	case quickPart:
		if v := e.w.field(q.field); v.Kind() == segment.KindDate {
			return partOf(q.fn, v)
		}
	case quickInstant:
		if !a.single {
			break
		}
		if q.newest {
			n = 1
		}
		if t, ok := e.w.kth(a, at, n); ok {
			return segment.Time(t)
		}
	case quickJoined:
		if t, ok := e.w.List(q.list); ok && !t.After(at) {
			return segment.Time(t)
		}
	}
	return q.formula.Value(e.w, at)
}

// partOf is a part of a date.
func partOf(fn segment.Fn, date segment.Value) segment.Value {
	year, month, day := date.Date()
	switch fn {
	case segment.FnYear:
		return segment.Int(int64(year))
	case segment.FnQuarter:
		return segment.Int(int64(month-1)/3 + 1)
	case segment.FnMonth:
		return segment.Int(int64(month))
	}
	return segment.Int(int64(day))
}
