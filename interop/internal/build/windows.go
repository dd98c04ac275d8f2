package build

import (
	"time"

	"github.com/segmentrules/segment/rule"
)

// Spans of time, windows and what contacts did in them, as all importers build them.

// LastSpan is IN LAST n.
func LastSpan(s rule.Span) rule.Window { return rule.Window{Kind: rule.WindowLast, A: s} }

// OlderThan is MORE THAN n AGO.
func OlderThan(s rule.Span) rule.Window { return rule.Window{Kind: rule.WindowOlder, A: s} }

// NextSpan is NEXT n.
func NextSpan(s rule.Span) rule.Window { return rule.Window{Kind: rule.WindowNext, A: s} }

// AgoSpans is BETWEEN a AND b AGO, a the nearer.
func AgoSpans(a, b rule.Span) rule.Window {
	return rule.Window{Kind: rule.WindowAgo, A: a, B: b}
}

// LaterThan is MORE THAN n FROM NOW.
func LaterThan(s rule.Span) rule.Window { return rule.Window{Kind: rule.WindowLater, A: s} }

// Since begins at an instant or a day, included.
func Since(from rule.Expr) rule.Window { return rule.Window{Kind: rule.WindowSince, From: from} }

// Before ends at an instant or a day, excluded.
func Before(to rule.Expr) rule.Window { return rule.Window{Kind: rule.WindowBefore, To: to} }

// Between begins at an instant, included, and ends at another, excluded. Of dates both days are
// whole, and included.
func Between(from, to rule.Expr) rule.Window {
	return rule.Window{Kind: rule.WindowBetween, From: from, To: to}
}

// Days is a number of days.
func Days(n int) rule.Span { return rule.Span{N: int64(n), Unit: rule.UnitDay} }

// Seconds is a length of time in the largest fixed unit of which it is a whole number:
// 86,400 is one day.
func Seconds(n int64) rule.Span {
	for _, u := range []rule.Unit{rule.UnitDay, rule.UnitHour, rule.UnitMinute} {
		if one := (rule.Span{N: 1, Unit: u}).Seconds(); n != 0 && n%one == 0 {
			return rule.Span{N: n / one, Unit: u}
		}
	}
	return rule.Span{N: n, Unit: rule.UnitSecond}
}

// Events selects the events with a name that satisfy where, which may be nil.
func Events(name string, where rule.Condition) rule.Events {
	return rule.Events{Names: []string{name}, Where: where}
}

// CountOf is the number of events in a window.
func CountOf(e rule.Events, w rule.Window) rule.Metric {
	return rule.Metric{Agg: rule.AggCount, Events: e, Window: w}
}

// Did holds if there is such an event in the window.
func Did(e rule.Events, w rule.Window) rule.Condition {
	return Compare(CountOf(e, w), rule.OpGe, rule.Int(1))
}

// Never holds if there is no such event in the window.
func Never(e rule.Events, w rule.Window) rule.Condition {
	return Compare(CountOf(e, w), rule.OpEq, rule.Int(0))
}

// Now is the instant of evaluation.
func Now() rule.Expr { return rule.Call{Fn: rule.FnNow} }

// Today is the day of the evaluation.
func Today() rule.Expr { return rule.Call{Fn: rule.FnToday} }

// Shifted is an instant or a day moved by a span, which may be negative.
func Shifted(x rule.Expr, s rule.Span) rule.Expr {
	switch {
	case s.N == 0:
		return x
	case s.N < 0:
		return rule.Arith{Op: rule.ArithSub, Left: x, Right: s.Negative()}
	}
	return rule.Arith{Op: rule.ArithAdd, Left: x, Right: s}
}

// JustAfter is the first instant after one, and of a day the day.
func JustAfter(v rule.Value) rule.Value {
	if v.Kind() == rule.KindTime {
		return rule.Time(v.Time().Add(time.Nanosecond))
	}
	return v
}
