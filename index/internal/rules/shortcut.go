package rules

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A shortcut is an expression whose value is found without running a program, as
// contacts are asked for it again and again: a part of a date, the first or last
// instant of an event, and when a list was joined.
type shortcut struct {
	kind    shortcutKind
	fn      rule.Fn
	field   *Attribute // of shortcutPart
	newest  bool       // of shortcutInstant
	list    string     // of shortcutJoined
	formula *segment.Formula
}

// A shortcutKind says which way it is.
type shortcutKind uint8

const (
	noShortcut shortcutKind = iota
	shortcutPart
	shortcutInstant
	shortcutJoined
)

// newShortcut returns the expression as it is found quickest.
func newShortcut(x rule.Expr, f *segment.Formula) shortcut {
	q := shortcut{formula: f}
	switch x := x.(type) {
	case rule.Joined:
		q.kind, q.list = shortcutJoined, string(x)
	case rule.Metric:
		// only of all events is the first or last in the log the one
		if x.Prop != "" || x.Events.Where != nil {
			return q
		}
		switch x.Agg {
		case rule.AggFirst, rule.AggMin:
			q.kind = shortcutInstant
		case rule.AggLast, rule.AggMax:
			q.kind, q.newest = shortcutInstant, true
		}
	case rule.Call:
		switch x.Fn {
		case rule.FnYear, rule.FnQuarter, rule.FnMonth, rule.FnDay:
			if field, ok := x.Args[0].(rule.Field); ok {
				q.kind, q.fn, q.field = shortcutPart, x.Fn, newAttribute(field, "")
			}
		}
	}
	return q
}

// byShortcut is the value of an expression; n is how many events it has to choose
// from, if these are of one name in a window.
func (e *Evaluator) byShortcut(q *shortcut, a *Attribute, n int, at time.Time) segment.Value {
	switch q.kind {
	case shortcutPart:
		if v := e.Contact.AttributeValue(q.field); v.Kind() == segment.KindDate {
			return partOf(q.fn, v)
		}
	case shortcutInstant:
		if !a.Single {
			break
		}
		// the newest is the first from the end, the oldest the n-th
		if q.newest {
			n = 1
		}
		if t, ok := e.Contact.KthNewest(a, at, n); ok {
			return segment.Time(t)
		}
	case shortcutJoined:
		if t, ok := e.Contact.List(q.list); ok && !t.After(at) {
			return segment.Time(t)
		}
	}
	return q.formula.Value(e.Contact, at)
}

// partOf is a part of a date.
func partOf(fn rule.Fn, date segment.Value) segment.Value {
	year, month, day := date.Date()
	switch fn {
	case rule.FnYear:
		return segment.Int(int64(year))
	case rule.FnQuarter:
		return segment.Int(int64(month-1)/3 + 1)
	case rule.FnMonth:
		return segment.Int(int64(month))
	}
	return segment.Int(int64(day))
}
