package rule

import (
	"github.com/segmentrules/segment/internal/calendar"
)

// A LookBack is how far back events are asked for.
type LookBack struct {
	Span
	All bool
}

// further is the one of the two that reaches further back. A month is taken as 31
// days, so that the further of two is never taken for the nearer.
func (l LookBack) further(o LookBack) LookBack {
	if l.All || o.All {
		return LookBack{All: true}
	}
	if d := l.Longest() - o.Longest(); d < 0 || d == 0 && l.Unit < o.Unit {
		return o
	}
	return l
}

// Longest is the most seconds a span may last.
func (l LookBack) Longest() int64 {
	n, ok := l.Months()
	if !ok {
		return l.Seconds()
	}
	return n * 31 * calendar.SecondsPerDay
}

// LookBack is how far back the window reaches.
func (w Window) LookBack() LookBack {
	switch w.Kind {
	case WindowLast:
		return LookBack{Span: w.A}
	case WindowAgo:
		return LookBack{Span: w.B}
	case WindowNext:
		return LookBack{}
	case WindowLater:
		return LookBack{All: w.A.N < 0}
	case WindowThis, WindowPrevious:
		from, _, _ := w.Periods()
		return calendarLookBack(w.Unit, 1-from)
	case WindowFollowing:
		return LookBack{Span: Span{1, UnitDay}} // where a clock goes back over midnight, tomorrow has begun once
	case WindowSince, WindowBetween:
		return sinceLookBack(w.From)
	}
	return LookBack{All: true}
}

// calendarLookBack reaches to the start of the unit n-1 units back. Calendar
// units subtract to the day; days and weeks may be longer than 24 hours each.
func calendarLookBack(u Unit, n int64) LookBack {
	switch u {
	case UnitDay:
		return LookBack{Span: Span{n + 1, UnitDay}}
	case UnitWeek:
		return LookBack{Span: Span{7*n + 1, UnitDay}}
	}
	if back := (Span{n, u}); back.Valid() {
		return LookBack{Span: back}
	}
	return LookBack{All: true}
}

// sinceLookBack knows NOW - n and TODAY - n; every other instant may lie any
// time back.
func sinceLookBack(from Expr) LookBack {
	if a, ok := from.(Arith); ok && a.Op == ArithSub {
		call, ok := a.Left.(Call)
		back, ok2 := a.Right.(Span)
		if ok && ok2 && back.N >= 0 {
			switch _, c := back.Months(); {
			case call.Fn == FnNow:
				return LookBack{Span: back}
			case call.Fn == FnToday && !c && back.Seconds()%calendar.SecondsPerDay == 0:
				return LookBack{Span: Span{back.Seconds()/calendar.SecondsPerDay + 2, UnitDay}}
			}
		}
	}
	if call, ok := from.(Call); ok && call.Fn == FnToday {
		return calendarLookBack(UnitDay, 1)
	}
	return LookBack{All: true}
}
