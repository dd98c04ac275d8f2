package interop

import (
	"time"

	"github.com/segmentrules/segment/rule"
)

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
