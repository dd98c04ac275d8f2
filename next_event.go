package segment

import (
	"slices"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/trajectory"
	"github.com/segmentrules/segment/rule"
)

// How long windows and what counts events stay what they are. Most edges of a
// window move with time: IN LAST 30 days begins 30 days before now. They never move
// back, so each instant is passed once, and [rule.Span.Reaches] says when. An event's
// place in the window changes when an edge passes it, and an event of the future comes
// into being at its own instant.

// A movingEdge is an edge of a window, as it moves: it lies a span from now, or where
// the window says it by an expression or a calendar unit.
type movingEdge struct {
	op   rule.Op // an instant t is on the inner side of the edge if `t op edge`
	once bool    // the edge lies span from now
	span rule.Span
	edge trajectory.Trajectory // of other edges
}

// spanEdge is the edge that lies a span from now.
func spanEdge(d rule.Span, op rule.Op) movingEdge { return movingEdge{op: op, once: true, span: d} }

// movingEdges returns the edges of a window; whether an instant lies in it can change
// only when an edge passes it.
func (s lookahead) movingEdges(w rule.Window) []movingEdge {
	now := spanEdge(rule.Span{}, rule.OpLe)
	switch w.Kind {
	case rule.WindowAll:
		return []movingEdge{now}
	case rule.WindowLast:
		return []movingEdge{spanEdge(w.A.Negative(), rule.OpGt), now}
	case rule.WindowAgo:
		return []movingEdge{spanEdge(w.B.Negative(), rule.OpGt), spanEdge(w.A.Negative(), rule.OpLe)}
	case rule.WindowOlder:
		return []movingEdge{spanEdge(w.A.Negative(), rule.OpLe)}
	case rule.WindowNext:
		return []movingEdge{spanEdge(rule.Span{}, rule.OpGt), spanEdge(w.A, rule.OpLe)}
	case rule.WindowLater:
		return []movingEdge{spanEdge(w.A, rule.OpGt)}
	case rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing:
		from, before, _ := w.Periods()
		return []movingEdge{{op: rule.OpGe, edge: s.unitTrajectory(w, from)}, {op: rule.OpLt, edge: s.unitTrajectory(w, before)}}
	}
	return s.exprEdges(w)
}

// exprEdges are the edges of SINCE, BEFORE and BETWEEN, which are expressions.
func (s lookahead) exprEdges(w rule.Window) (es []movingEdge) {
	if w.From != nil {
		c, _ := s.instantTrajectory(s.trajectory(w.From))
		es = append(es, movingEdge{op: rule.OpGe, edge: c})
	}
	if w.To != nil && w.Kind == rule.WindowBetween {
		c, _ := s.endTrajectory(s.trajectory(w.To))
		es = append(es, movingEdge{op: rule.OpLt, edge: c})
	} else if w.To != nil {
		c, _ := s.instantTrajectory(s.trajectory(w.To))
		es = append(es, movingEdge{op: rule.OpLt, edge: c})
	}
	return es
}

// unitTrajectory is the start of the calendar unit n units from the present one.
func (s lookahead) unitTrajectory(w rule.Window, n int64) trajectory.Trajectory {
	days := calendar.DayOf(s.now)
	start := func(n int64) int64 { return w.PeriodStart(days, n) }
	fixed := func(n int64) trajectory.Trajectory {
		return trajectory.ConstantUntil(rule.DateValue(start(n)), trajectory.Never())
	}
	today := s.todayTrajectory()
	until := trajectory.FirstOf(trajectory.Flips(today, rule.OpGe, fixed(0), s.now), trajectory.Flips(today, rule.OpLt, fixed(1), s.now))
	c := trajectory.ConstantUntil(Time(calendar.StartOfDay(start(n), s.now.Location())), until)
	// How far it is behind now, which lies in the present unit.
	slack := s.offsets()
	units := func(n int64) calendar.Length {
		return calendar.Length{Sec: n * unitDays(w.Unit) * calendar.SecondsPerDay}
	}
	least, most := calendar.Length{}, units(1-n)
	if n > 0 {
		least, most = units(-n), calendar.Length{Nsec: -1}.Normal()
	}
	lag := calendar.Between(c.V.Time(), s.now)
	c.Far = s.laggingBound(lag, least, most, 2*slack)
	if n == 0 {
		c.Far.More = trajectory.SpanRatio(lag) // it has begun, whatever the clocks do
	}
	return c
}

// unitDays is the longest that a calendar unit may be.
func unitDays(u rule.Unit) int64 {
	switch u {
	case rule.UnitDay:
		return 1
	case rule.UnitWeek:
		return 7
	case rule.UnitMonth:
		return 31
	case rule.UnitQuarter:
		return 92
	}
	return 366
}

// crossed is the first instant at which one of the edges passes t.
func (s lookahead) crossed(t time.Time, es []movingEdge) time.Time {
	c, first := trajectory.ConstantUntil(Time(t), trajectory.Never()), trajectory.Never()
	for _, e := range es {
		if !e.once {
			first = trajectory.FirstOf(first, trajectory.Flips(c, e.op, e.edge, s.now))
		} else if at := e.span.Reaches(t.In(s.now.Location())); at.After(s.now) {
			first = trajectory.FirstOf(first, at)
		}
	}
	return first
}

// eventsStableUntil is the instant until which the same events are selected and on
// the same side of the edges.
func (s lookahead) eventsStableUntil(sel rule.Events, es []movingEdge) time.Time {
	first := trajectory.Never()
	for e := range s.x.Events(onlyName(sel)) {
		if !sel.Named(e.Name) {
			continue
		}
		if e.At.After(s.now) {
			first = trajectory.FirstOf(first, e.At)
			continue
		}
		first = trajectory.FirstOf(first, s.crossed(e.At, es))
		if sel.Where != nil {
			first = trajectory.FirstOf(first, s.bind(e.Props.Value()).stableUntil(sel.Where))
		}
	}
	return first
}

// whenStableUntil is the instant until which a When stays what it is.
func (s lookahead) whenStableUntil(c rule.When) time.Time {
	x := s.trajectory(c.X)
	i, ok := s.instantTrajectory(x)
	if !ok {
		return x.KindStableUntil(s.now)
	}
	es := s.movingEdges(c.Window)
	if i.Near.Still() && trajectory.IsNever(i.Near.Until) {
		return s.crossed(i.V.Time(), es)
	}
	first := trajectory.Never()
	for _, e := range es {
		if e.once {
			e.edge = s.spanEnd(e.span)
		}
		first = trajectory.FirstOf(first, trajectory.Flips(i, e.op, e.edge, s.now))
	}
	return first
}

// changedStableUntil is the instant until which a Changed stays what it is.
func (s lookahead) changedStableUntil(c rule.Changed) time.Time {
	es, first := append(s.movingEdges(c.Window), spanEdge(rule.Span{}, rule.OpLe)), trajectory.Never()
	for ch := range s.changes(c) {
		first = trajectory.FirstOf(first, s.crossed(ch.At, es))
	}
	return first
}

// hasBeenStableUntil is the instant until which a HasBeen stays what it is: until
// the value has been there long enough, or one dated in the future comes.
func (s lookahead) hasBeenStableUntil(c rule.HasBeen) time.Time {
	first := trajectory.Never()
	for ch := range s.x.History(string(c.Field)) {
		if !ch.At.After(s.now) {
			break // newest first: all others are of the past too
		}
		first = ch.At
	}
	if ch, ok := s.since(c); ok && s.hasValue(c, ch) {
		first = trajectory.FirstOf(first, s.crossed(ch.At, []movingEdge{spanEdge(c.For.Negative(), rule.OpLe)}))
	}
	return first
}

// sequenceStableUntil is the instant until which a Sequence surely stays what it
// is: until an event comes, a first one enters or leaves the window, or the time in
// which the last step must not happen is over.
func (s lookahead) sequenceStableUntil(c rule.Sequence) time.Time {
	first, es := trajectory.Never(), s.movingEdges(c.Window)
	for i, step := range c.Steps {
		var over rule.Span
		if i+1 < len(c.Steps) && c.Steps[i+1].Not {
			over = c.Steps[i+1].Within
		}
		if i > 0 {
			es = nil
		}
		first = trajectory.FirstOf(first, s.eventsStableUntil(step.Events, es), s.waitsOver(step.Events, over))
	}
	return first
}

// waitsOver is the first instant after now at which a span that began with an
// event is over.
func (s lookahead) waitsOver(sel rule.Events, d rule.Span) time.Time {
	first := trajectory.Never()
	if d == (rule.Span{}) {
		return first
	}
	for e := range s.x.Events("") {
		if over := d.After(e.At.In(s.now.Location())); sel.Named(e.Name) && over.After(s.now) {
			first = trajectory.FirstOf(first, over)
		}
	}
	return first
}

// regularStableUntil is the instant until which every event stays in its unit: until
// the end of that, which is the first that now lies before the event, has reached it.
func (s lookahead) regularStableUntil(c rule.Regularity) time.Time {
	n := max(0, min(c.N, rule.MaxRegularity))
	first := s.eventsStableUntil(c.Events, nil)
	ends := make([]time.Time, n+1) // newest first
	for i := range ends {
		ends[i] = rule.Span{N: int64(i), Unit: c.Unit}.EndBefore(s.now)
	}
	for e := range s.events(c.Events) {
		if i := slices.IndexFunc(ends, e.At.After); i >= 0 {
			first = trajectory.FirstOf(first, s.crossed(e.At, []movingEdge{spanEdge(rule.Span{N: -int64(i), Unit: c.Unit}, rule.OpLe)}))
		}
	}
	return first
}
