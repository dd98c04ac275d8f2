package sqlgen

// Which edges pass the instants that a test asks of, and how long after each: those of
// the windows of its events, those of a window about a column, and now itself in
// comparisons such as LAST(purchase) < NOW - 21 days.

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/edge"
)

// passings finds the sources of a test that depends on the time of day and on what is
// stored, and returns the instant up to which they say all, zero if for ever.
func (d *dues) passings(c segment.Condition) (until time.Time) {
	switch c := c.(type) {
	case rule.Compare:
		return sooner(d.operands(c), d.compared(c.Left, c.Op, c.Right))
	case rule.Between:
		return sooner(d.operands(c), sooner(d.compared(c.X, rule.OpGe, c.Lo), d.compared(c.X, rule.OpLe, c.Hi)))
	case rule.When:
		until = d.operands(c)
		if x, ok := d.line(c.X); ok && x.now == 0 && x.stored == 1 {
			return sooner(until, d.window(x.of, x.sec, c.Window))
		}
	case rule.In, rule.IsNull, rule.IsBlank, rule.Contains, rule.Like, rule.Matches:
		if until = d.operands(c); !d.readsNow(c) {
			return until
		}
	case rule.Sequence:
		return d.sequencePassings(c)
	case rule.Regularity:
		for i := 1; i <= c.N && !d.unknown; i++ {
			until = sooner(until, d.edge(d.events(c.Events), 0, rule.Span{N: -int64(i), Unit: c.Unit}))
		}
		return until
	case rule.Changed:
		return d.window(d.changes(c.Field), 0, c.Window)
	case rule.HasBeen:
		return d.edge(d.changes(c.Field), 0, c.For.Negative())
	}
	d.unknown = true
	return until
}

// operands finds the windows of the aggregates in a test. What asks for TODAY holds until
// midnight.
func (d *dues) operands(c segment.Condition) (until time.Time) {
	for _, e := range rule.Operands(c) {
		outside(e, func(e rule.Expr) {
			switch e := e.(type) {
			case rule.Metric:
				until = sooner(until, d.window(d.events(e.Events), 0, e.Window))
			case rule.Call:
				switch e.Fn {
				case rule.FnToday:
					until = sooner(until, d.midnight())
				case rule.FnAnniversary, rule.FnHour:
					d.unknown = true
				}
			case rule.Span:
				if _, fixed := e.Fixed(); !fixed {
					d.unknown = true
				}
			}
		})
	}
	return until
}

// outside calls f for the parts of an expression, but not for what is within aggregates.
func outside(e rule.Expr, f func(rule.Expr)) {
	f(e)
	if _, ok := e.(rule.Metric); !ok {
		rule.Visitor{Expr: func(e rule.Expr) bool {
			outside(e, f)
			return true
		}}.VisitExpr(e)
	}
}

// readsNow reports whether a test asks for the instant, outside of aggregates.
func (d *dues) readsNow(c segment.Condition) (found bool) {
	for _, e := range rule.Operands(c) {
		outside(e, func(e rule.Expr) {
			call, ok := e.(rule.Call)
			found = found || ok && (call.Fn == rule.FnNow || call.Fn == rule.FnAge)
		})
	}
	return found
}

// midnight is the first instant of the next day, or that at which the clock is changed,
// if that is before: the day may be the same once more then.
func (d *dues) midnight() time.Time {
	return d.beforeClockChange(calendar.StartOfDay(calendar.DayOf(d.now)+1, d.now.Location()))
}

func (d *dues) beforeClockChange(t time.Time) time.Time {
	if _, end := d.now.ZoneBounds(); !end.IsZero() && end.Before(t) {
		return end
	}
	return t
}

// compared finds when now passes what is compared with it.
func (d *dues) compared(a rule.Expr, op rule.Op, b rule.Expr) (until time.Time) {
	if test := (rule.Compare{Left: a, Op: op, Right: b}); !d.readsNow(test) {
		return time.Time{}
	}
	x, ok := d.line(a)
	y, ok2 := d.line(b)
	x = x.minus(y)
	if !ok || !ok2 || x.now*x.stored != -1 {
		d.unknown = true
		return time.Time{}
	}
	// stored - now + sec, or now - stored + sec, is compared with 0.
	sec := x.sec
	if x.now == 1 {
		sec = -sec
	} else {
		op = mirrored(op)
	}
	// now - stored - sec is compared with 0.
	if op == rule.OpGe || op == rule.OpLt || op == rule.OpEq {
		d.shift(x.of, shift{sec: sec})
	}
	if op == rule.OpGt || op == rule.OpLe || op == rule.OpEq {
		d.shift(x.of, shift{sec: sec, after: true})
	}
	return time.Time{}
}

// A line is an expression that moves with time as now does, or not at all: a stored
// instant and now, each added (1), taken away (-1) or neither (0), and a number of
// seconds.
type line struct {
	stored, now int
	sec         int64
	of          []*source // of the stored instant
}

func (l line) minus(o line) line {
	of := l.of
	if l.stored == 0 {
		of = o.of
	}
	both := l.stored != 0 && o.stored != 0
	l = line{stored: l.stored - o.stored, now: l.now - o.now, sec: l.sec - o.sec, of: of}
	if both {
		l.stored = 2 // two stored instants: no line
	}
	return l
}

// longestShift bounds shifts, in seconds: beyond, instants come near what databases hold.
const longestShift = 400 * 366 * 86400

// line reads an expression as one; ok is false if it is none.
func (d *dues) line(e rule.Expr) (l line, ok bool) {
	switch e := plain(e).(type) {
	case rule.Field:
		if x, ok := d.field(e); !ok || !x.instant() {
			return line{}, false
		}
		return line{stored: 1, of: d.stored(e)}, true
	case rule.Joined:
		return line{stored: 1, of: d.joinings(string(e))}, d.tables.Lists != nil && d.tables.Lists.Joined != nil
	case rule.Metric:
		return line{stored: 1, of: d.events(e.Events)}, (e.Agg == rule.AggFirst || e.Agg == rule.AggLast) && e.Prop == ""
	case rule.Span:
		sec, fixed := e.Fixed()
		return line{sec: sec}, fixed && sec >= -longestShift && sec <= longestShift
	case rule.Call:
		return d.lineCall(e)
	case rule.Arith:
		return d.lineArith(e)
	}
	return line{}, false
}

func (d *dues) lineCall(c rule.Call) (l line, ok bool) {
	if c.Fn == rule.FnNow {
		return line{now: 1}, true
	}
	if len(c.Args) != 1 || c.Fn != rule.FnTime && c.Fn != rule.FnAge {
		return line{}, false
	}
	if l, ok = d.line(c.Args[0]); c.Fn == rule.FnAge {
		l = line{now: 1}.minus(l)
	}
	return l, ok
}

func (d *dues) lineArith(a rule.Arith) (l line, ok bool) {
	x, ok := d.line(a.Left)
	y, ok2 := d.line(a.Right)
	if !ok || !ok2 {
		return line{}, false
	}
	switch a.Op {
	case rule.ArithAdd:
		l = x.minus(line{}.minus(y))
	case rule.ArithSub:
		l = x.minus(y)
	default:
		return line{}, false
	}
	return l, l.sec >= -longestShift && l.sec <= longestShift
}

// edge shifts sources by the edge that lies a span from now. The instants that pass it
// are sec seconds after those of the sources.
func (d *dues) edge(of []*source, sec int64, span rule.Span) (until time.Time) {
	e, ok := edge.Of(span, d.now)
	if !ok {
		d.unknown = true
	}
	d.shift(of, shift{sec: sec + e.Behind})
	return e.Until
}

// window shifts sources by the edges of a window.
func (d *dues) window(of []*source, sec int64, w rule.Window) (until time.Time) {
	now := rule.Span{}
	switch w.Kind {
	case rule.WindowAll:
		return d.edge(of, sec, now)
	case rule.WindowLast:
		return sooner(d.edge(of, sec, w.A.Negative()), d.edge(of, sec, now))
	case rule.WindowAgo:
		return sooner(d.edge(of, sec, w.B.Negative()), d.edge(of, sec, w.A.Negative()))
	case rule.WindowOlder:
		return d.edge(of, sec, w.A.Negative())
	case rule.WindowNext:
		return sooner(d.edge(of, sec, now), d.edge(of, sec, w.A))
	case rule.WindowLater:
		return d.edge(of, sec, w.A)
	case rule.WindowThis, rule.WindowPrevious:
		return d.beforeClockChange(d.unit(w, 1))
	}
	return sooner(d.openEdge(of, sec, w.From), d.openEdge(of, sec, w.To))
}

// openEdge shifts sources by an edge of SINCE, BEFORE or BETWEEN.
func (d *dues) openEdge(of []*source, sec int64, e rule.Expr) (until time.Time) {
	if e == nil {
		return time.Time{}
	}
	test := rule.IsNull{X: e}
	switch _, constant := d.constant(e); {
	case !constant:
		d.unknown = true
	case !d.readsNow(test):
		return d.operands(test)
	default:
		l, ok := d.line(e)
		if !ok || l.now != 1 || l.stored != 0 {
			d.unknown = true
			break
		}
		// An instant at the edge is on the side of those after it.
		d.shift(of, shift{sec: sec - l.sec, after: true})
	}
	return time.Time{}
}

// sequencePassings are those of the first step's window, and of the time in which the last
// step must not happen.
func (d *dues) sequencePassings(c rule.Sequence) (until time.Time) {
	for i, step := range c.Steps {
		if i == 0 {
			until = d.window(d.events(step.Events), 0, c.Window)
		}
		if step.Not && i > 0 {
			sec, ok := fixedSeconds(step.Within)
			if !ok || sec > maxWithin {
				d.unknown = true
			}
			d.shift(d.events(c.Steps[i-1].Events), shift{sec: sec})
		}
	}
	return until
}
