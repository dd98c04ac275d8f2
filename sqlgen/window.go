package sqlgen

// Windows (IN LAST 30 DAYS, DURING THIS MONTH, SINCE …) become one or two bounds:
// comparisons with instants that are found here, in the calendar of the rule.

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// A bound is a comparison with an instant.
type bound struct {
	op rule.Op
	at time.Time
}

// bounds are the comparisons that make up a window. empty says that it holds no
// instant, and ok is false if an end depends on the contact, as in SINCE created.
func (s scope) bounds(w rule.Window) (bs []bound, empty, ok bool) {
	now := s.now
	// Which end belongs to a window is part of what its kind means to a rule.
	back := func(d rule.Span) time.Time { return d.EndBefore(now) }
	ahead := func(d rule.Span) time.Time { return d.EndAfter(now) }
	switch w.Kind {
	case rule.WindowAll:
		return []bound{{rule.OpLe, now}}, false, true
	case rule.WindowLast:
		return []bound{{rule.OpGt, back(w.A)}, {rule.OpLe, now}}, false, true
	case rule.WindowAgo:
		return []bound{{rule.OpGt, back(w.B)}, {rule.OpLe, back(w.A)}}, false, true
	case rule.WindowOlder:
		return []bound{{rule.OpLe, back(w.A)}}, false, true
	case rule.WindowNext:
		return []bound{{rule.OpGt, now}, {rule.OpLe, ahead(w.A)}}, false, true
	case rule.WindowLater:
		return []bound{{rule.OpGt, ahead(w.A)}}, false, true
	case rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing:
		from, before, _ := w.Periods()
		return []bound{{rule.OpGe, s.periodStart(w, from)}, {rule.OpLt, s.periodStart(w, before)}}, false, true
	}
	return s.openBounds(w)
}

// openBounds are those of windows whose ends are expressions.
func (s scope) openBounds(w rule.Window) (bs []bound, empty, ok bool) {
	if w.Kind == rule.WindowSince || w.Kind == rule.WindowBetween {
		v, ok := s.constant(w.From)
		if !ok {
			return nil, false, false
		}
		from := s.first(s.readTime(v))
		empty = empty || from.IsNull()
		bs = append(bs, bound{rule.OpGe, from.Time()})
	}
	if w.Kind == rule.WindowBefore || w.Kind == rule.WindowBetween {
		v, ok := s.constant(w.To)
		if !ok {
			return nil, false, false
		}
		v = s.readTime(v)
		if w.Kind == rule.WindowBetween && v.Kind() == segment.KindDate { // the whole day
			v = segment.EvaluateExpr(rule.Arith{Op: rule.ArithAdd, Left: v, Right: rule.Span{N: 1, Unit: rule.UnitDay}}, nil, s.now)
		}
		to := s.first(v)
		empty = empty || to.IsNull()
		bs = append(bs, bound{rule.OpLt, to.Time()})
	}
	return bs, empty || len(bs) == 0, true
}

// periodStart is the first instant of the calendar unit n units from the running one.
func (s scope) periodStart(w rule.Window, n int64) time.Time {
	return calendar.StartOfDay(w.PeriodStart(calendar.DayOf(s.now), n), s.now.Location())
}

// when writes that a moment lies in a window: a moment that is a day with its
// first instant.
func (s scope) when(c rule.When) cond {
	if v, ok := s.constant(c.X); ok {
		if _, _, ok := s.bounds(c.Window); !ok {
			return undecided()
		}
		return exactly(truth(segment.Evaluate(rule.When{X: v, Window: c.Window}, nil, s.now)))
	}
	if one, ok := s.endmostWithin(c); ok {
		return one
	}
	ms, isMoment := s.moments(c.X)
	bs, empty, ok := s.bounds(c.Window)
	switch {
	case empty:
		return exactly(never())
	case !ok:
		return undecided()
	case !isMoment:
		return s.perhapsWithin(c.X)
	}
	return either(ms, func(m moment) cond {
		if m.stored != nil && !m.whole {
			return exactly(s.compareInstants(*m.stored, bs...))
		}
		parts := make([]cond, len(bs))
		for i, b := range bs {
			parts[i] = s.momentAt(m, b)
		}
		return both(parts...)
	})
}

// momentAt compares the first instant of a moment with one end of a window.
func (s scope) momentAt(m moment, b bound) cond {
	switch {
	case m.whole:
		return undecided() // the first instant of the day of an instant
	case m.instant != nil:
		return m.instant(b.op, b.at)
	}
	return s.days(m, comparesWith(firstInstant, segment.Time(b.at)), b.op)
}

// perhapsWithin keeps the contacts for which the expression may be an instant, such
// as texts that Go must read.
func (s scope) perhapsWithin(e rule.Expr) cond {
	x, ok := s.term(e)
	switch {
	case !ok:
		return undecided()
	case x.doc:
		return cond{frag: s.isKind(x.frag, jsonText)}
	case x.is(TypeText):
		return cond{frag: notNull(x.frag)}
	}
	return exactly(never())
}

// within writes that an instant lies in a window, and is not in the future.
func (s scope) within(x term, w rule.Window) (f frag, ok bool) {
	bs, empty, ok := s.bounds(w)
	if empty || !ok {
		return never(), ok
	}
	// That it is not in the future is said first.
	all := []bound{{rule.OpLe, s.now}}
	for _, b := range bs {
		if b.op != rule.OpLe || !b.at.Equal(s.now) {
			all = append(all, b)
		}
	}
	return s.compareInstants(x, all...), true
}
