package interop

import (
	"math"
	"strings"
	"time"

	"github.com/segmentrules/segment/rule"
)

// Spans of time, windows and what contacts did in them, as all importers build them.

// lastSpan is IN LAST n, agoSpans BETWEEN a AND b AGO (a the nearer), olderThan MORE THAN n
// AGO, nextSpan NEXT n.
func lastSpan(s rule.Span) rule.Window  { return rule.Window{Kind: rule.WindowLast, A: s} }
func olderThan(s rule.Span) rule.Window { return rule.Window{Kind: rule.WindowOlder, A: s} }
func nextSpan(s rule.Span) rule.Window  { return rule.Window{Kind: rule.WindowNext, A: s} }
func agoSpans(a, b rule.Span) rule.Window {
	return rule.Window{Kind: rule.WindowAgo, A: a, B: b}
}

// laterThan is MORE THAN n FROM NOW.
func laterThan(s rule.Span) rule.Window { return rule.Window{Kind: rule.WindowLater, A: s} }

// since begins at an instant, included; before ends at one, excluded; between does both. Of
// dates both days are whole.
func since(from rule.Expr) rule.Window { return rule.Window{Kind: rule.WindowSince, From: from} }
func before(to rule.Expr) rule.Window  { return rule.Window{Kind: rule.WindowBefore, To: to} }
func between(from, to rule.Expr) rule.Window {
	return rule.Window{Kind: rule.WindowBetween, From: from, To: to}
}

// days is a number of days.
func days(n int) rule.Span { return rule.Span{N: int64(n), Unit: rule.UnitDay} }

// seconds is a length of time in the largest fixed unit of which it is a whole number:
// 86,400 is one day.
func seconds(n int64) rule.Span {
	for _, u := range []rule.Unit{rule.UnitDay, rule.UnitHour, rule.UnitMinute} {
		if one := (rule.Span{N: 1, Unit: u}).Seconds(); n != 0 && n%one == 0 {
			return rule.Span{N: n / one, Unit: u}
		}
	}
	return rule.Span{N: n, Unit: rule.UnitSecond}
}

// span is a length of time: the number at n, which may be a text, of the unit named by word
// (singular or plural, in any case). A fraction of a fixed unit becomes seconds; anything
// else that is no span is an error.
func (r *reader) span(n *node, at *node, word string) (s rule.Span, ok bool) {
	unit, ok := rule.UnitNamed(strings.ToLower(word))
	if !ok {
		r.unknown(at, "unit of time", word, "seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years")
		return s, false
	}
	v, ok := r.number(n)
	if !ok {
		return s, false
	}
	if i, whole := v.Int(); whole {
		s = rule.Span{N: i, Unit: unit}
	} else if f := v.Float() * float64(rule.Span{N: 1, Unit: unit}.Seconds()); f != 0 && f == math.Trunc(f) && math.Abs(f) < 1e15 {
		s = seconds(int64(f))
	}
	if !s.Valid() || s.N < 0 {
		r.fail(n, rule.ErrValue, "%s %s is no length of time that a rule can have", shortened(n.text), word)
		return rule.Span{}, false
	}
	return s, true
}

// instant is a constant that is an instant or a day: RFC 3339 or YYYY-MM-DD. Anything else is
// an error.
func (r *reader) instant(n *node) (v rule.Value, ok bool) {
	if n.is(isText) {
		if v = rule.ReadTime(n.text); !v.IsNull() && rule.Writable(v) {
			return v, true
		}
	}
	r.fail(n, rule.ErrType, "an instant or a day is expected here, such as 2026-01-31T10:00:00Z or 2026-01-31")
	return rule.Value{}, false
}

// events selects the events with a name that satisfy where, which may be nil.
func events(name string, where rule.Condition) rule.Events {
	return rule.Events{Names: []string{name}, Where: where}
}

// countOf is the number of events in a window.
func countOf(e rule.Events, w rule.Window) rule.Metric {
	return rule.Metric{Agg: rule.AggCount, Events: e, Window: w}
}

// did holds if there is such an event in the window, never if there is none.
func did(e rule.Events, w rule.Window) rule.Condition {
	return compare(countOf(e, w), rule.OpGe, rule.Int(1))
}

func never(e rule.Events, w rule.Window) rule.Condition {
	return compare(countOf(e, w), rule.OpEq, rule.Int(0))
}

// now is the instant of evaluation, today its day.
func now() rule.Expr   { return rule.Call{Fn: rule.FnNow} }
func today() rule.Expr { return rule.Call{Fn: rule.FnToday} }

// shifted is an instant or a day moved by a span, which may be negative.
func shifted(x rule.Expr, s rule.Span) rule.Expr {
	switch {
	case s.N == 0:
		return x
	case s.N < 0:
		return rule.Arith{Op: rule.ArithSub, Left: x, Right: s.Negative()}
	}
	return rule.Arith{Op: rule.ArithAdd, Left: x, Right: s}
}

// justAfter is the first instant after one, and of a day the day.
func justAfter(v rule.Value) rule.Value {
	if v.Kind() == rule.KindTime {
		return rule.Time(v.Time().Add(time.Nanosecond))
	}
	return v
}
