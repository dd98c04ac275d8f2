package passing

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// passings finds the sources of a test that depends on the time of day and on what is
// stored, and returns the instant up to which they say all, zero if for ever.
func (p *Passings) passings(c segment.Condition) (until time.Time) {
	switch c := c.(type) {
	case rule.Compare:
		return calendar.Sooner(p.operands(c), p.compared(c.Left, c.Op, c.Right))
	case rule.Between:
		return calendar.Sooner(p.operands(c), calendar.Sooner(p.compared(c.X, rule.OpGe, c.Lo), p.compared(c.X, rule.OpLe, c.Hi)))
	case rule.When:
		until = p.operands(c)
		if x, ok := p.line(c.X); ok && x.now == 0 && x.stored == 1 {
			return calendar.Sooner(until, p.window(x.of, x.sec, c.Window))
		}
	case rule.In, rule.IsNull, rule.IsBlank, rule.Contains, rule.Like, rule.Matches:
		if until = p.operands(c); !p.readsNow(c) {
			return until
		}
	case rule.Sequence:
		return p.sequencePassings(c)
	case rule.Regularity:
		for i := 1; i <= c.N && !p.unknown; i++ {
			until = calendar.Sooner(until, p.edge(p.events(c.Events), 0, rule.Span{N: -int64(i), Unit: c.Unit}))
		}
		return until
	case rule.Changed:
		return p.window(p.changes(c.Field), 0, c.Window)
	case rule.HasBeen:
		return p.edge(p.changes(c.Field), 0, c.For.Negative())
	}
	p.unknown = true
	return until
}

// operands finds the windows of the aggregates in a test. What asks for TODAY holds until
// midnight.
func (p *Passings) operands(c segment.Condition) (until time.Time) {
	for _, e := range rule.Operands(c) {
		outside(e, func(e rule.Expr) {
			switch e := e.(type) {
			case rule.Metric:
				until = calendar.Sooner(until, p.window(p.events(e.Events), 0, e.Window))
			case rule.Call:
				switch e.Fn {
				case rule.FnToday:
					until = calendar.Sooner(until, p.midnight())
				case rule.FnAnniversary, rule.FnHour:
					p.unknown = true
				}
			case rule.Span:
				if _, fixed := e.Fixed(); !fixed {
					p.unknown = true
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
func (p *Passings) readsNow(c segment.Condition) (found bool) {
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
func (p *Passings) midnight() time.Time {
	return p.beforeClockChange(calendar.StartOfDay(calendar.DayOf(p.now)+1, p.now.Location()))
}

func (p *Passings) beforeClockChange(t time.Time) time.Time {
	if _, end := p.now.ZoneBounds(); !end.IsZero() && end.Before(t) {
		return end
	}
	return t
}
