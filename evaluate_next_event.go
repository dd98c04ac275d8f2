package segment

import (
	"slices"
	"time"
)

// How long windows and what counts events stay what they are. Most edges of a
// window move with time: IN LAST 30 days begins 30 days before now. An event's place
// in the window changes when an edge passes it, and an event of the future comes
// into being at its own instant.

// A movingEdge is an edge of a window, as it moves.
type movingEdge struct {
	edge trajectory
	op   Op // an instant t is on the inner side of the edge if `t op edge`
}

// movingEdges returns the edges of a window; whether an instant lies in it can change
// only when an edge passes it.
func (s lookahead) movingEdges(w Window) []movingEdge {
	back := func(d Span) trajectory { return s.shiftedTrajectory(s.nowTrajectory(), d.negative()) }
	ahead := func(d Span) trajectory { return s.shiftedTrajectory(s.nowTrajectory(), d) }
	now := movingEdge{s.nowTrajectory(), Le}
	switch w.Kind {
	case WindowAll:
		return []movingEdge{now}
	case WindowLast:
		return []movingEdge{{back(w.A), Gt}, now}
	case WindowAgo:
		return []movingEdge{{back(w.B), Gt}, {back(w.A), Le}}
	case WindowOlder:
		return []movingEdge{{back(w.A), Le}}
	case WindowNext:
		return []movingEdge{{s.nowTrajectory(), Gt}, {ahead(w.A), Le}}
	case WindowLater:
		return []movingEdge{{ahead(w.A), Gt}}
	case WindowThis:
		return []movingEdge{{s.unitTrajectory(w, 0), Ge}, {s.unitTrajectory(w, 1), Lt}}
	case WindowPrevious:
		return []movingEdge{{s.unitTrajectory(w, -1), Ge}, {s.unitTrajectory(w, 0), Lt}}
	}
	return s.exprEdges(w)
}

// exprEdges are the edges of SINCE, BEFORE and BETWEEN, which are expressions.
func (s lookahead) exprEdges(w Window) (es []movingEdge) {
	if w.From != nil {
		c, _ := s.instantTrajectory(s.trajectory(w.From))
		es = append(es, movingEdge{c, Ge})
	}
	if w.To != nil && w.Kind == WindowBetween {
		c, _ := s.endTrajectory(s.trajectory(w.To))
		es = append(es, movingEdge{c, Lt})
	} else if w.To != nil {
		c, _ := s.instantTrajectory(s.trajectory(w.To))
		es = append(es, movingEdge{c, Lt})
	}
	return es
}

// unitTrajectory is the start of the calendar unit n units from the present one.
func (s lookahead) unitTrajectory(w Window, n int64) trajectory {
	days := dayOf(s.now)
	start := func(n int64) int64 { return startOfUnit(days, w.Unit, n, w.StartsOn) }
	fixed := func(n int64) trajectory { return constantUntil(dateValue(start(n)), never()) }
	today := s.todayTrajectory()
	until := firstOf(flips(today, Ge, fixed(0), s.now), flips(today, Lt, fixed(1), s.now))
	c := constantUntil(Time(startOfDay(start(n), s.now.Location())), until)
	// How far it is behind now, which lies in the present unit.
	length, slack := span{sec: unitDays(w.Unit) * secondsPerDay}, s.offsets()
	least, most := span{}, length
	switch {
	case n > 0:
		least, most = length.negative(), span{nsec: -1}.normal()
	case n < 0:
		most = length.add(length)
	}
	lag := between(c.v.Time(), s.now)
	c.far = s.laggingBound(lag, least, most, 2*slack)
	if n == 0 {
		c.far.more = spanRatio(lag) // it has begun, whatever the clocks do
	}
	return c
}

// unitDays is the longest that a calendar unit may be.
func unitDays(u Unit) int64 {
	switch u {
	case Day:
		return 1
	case Week:
		return 7
	case Month:
		return 31
	case Quarter:
		return 92
	}
	return 366
}

// crossed is the first instant at which one of the edges passes t.
func (s lookahead) crossed(t time.Time, es []movingEdge) time.Time {
	c, first := constantUntil(Time(t), never()), never()
	for _, e := range es {
		first = firstOf(first, flips(c, e.op, e.edge, s.now))
	}
	return first
}

// eventsStableUntil is the instant until which the same events are selected and on
// the same side of the edges.
func (s lookahead) eventsStableUntil(sel Events, es []movingEdge) time.Time {
	first := never()
	for e := range s.x.Events(sel.only()) {
		if !sel.named(e.Name) {
			continue
		}
		if e.At.After(s.now) {
			first = firstOf(first, e.At)
			continue
		}
		first = firstOf(first, s.crossed(e.At, es))
		if sel.Where != nil {
			first = firstOf(first, s.bind(e.Props.Value()).stableUntil(sel.Where))
		}
	}
	return first
}

// whenStableUntil is the instant until which a When stays what it is.
func (s lookahead) whenStableUntil(c When) time.Time {
	x := s.trajectory(c.X)
	i, ok := s.instantTrajectory(x)
	if !ok {
		return x.kindStableUntil(s.now)
	}
	first := never()
	for _, e := range s.movingEdges(c.Window) {
		first = firstOf(first, flips(i, e.op, e.edge, s.now))
	}
	return first
}

// changedStableUntil is the instant until which a Changed stays what it is.
func (s lookahead) changedStableUntil(c Changed) time.Time {
	es, first := append(s.movingEdges(c.Window), movingEdge{s.nowTrajectory(), Le}), never()
	for ch := range s.x.History(string(c.Field)) {
		first = firstOf(first, s.crossed(ch.At, es))
	}
	return first
}

// hasBeenStableUntil is the instant until which a HasBeen stays what it is: until
// the value has been there long enough, or one dated in the future comes.
func (s lookahead) hasBeenStableUntil(c HasBeen) time.Time {
	first, newest := never(), true
	for ch := range s.x.History(string(c.Field)) {
		switch {
		case ch.At.After(s.now):
			first = firstOf(first, ch.At)
		case newest:
			newest = false
			if s.compares(ch.Value, Eq, c.Value, c.Fold) {
				since := s.shiftedTrajectory(s.nowTrajectory(), c.For.negative())
				first = firstOf(first, s.crossed(ch.At, []movingEdge{{since, Le}}))
			}
		}
	}
	return first
}

// sequenceStableUntil is the instant until which a Sequence surely stays what it
// is: until an event comes, a first one enters or leaves the window, or the time in
// which the last step must not happen is over.
func (s lookahead) sequenceStableUntil(c Sequence) time.Time {
	first, es := never(), s.movingEdges(c.Window)
	for i, step := range c.Steps {
		var over Span
		if i+1 < len(c.Steps) && c.Steps[i+1].Not {
			over = c.Steps[i+1].Within
		}
		if i > 0 {
			es = nil
		}
		first = firstOf(first, s.eventsStableUntil(step.Events, es), s.waitsOver(step.Events, over))
	}
	return first
}

// waitsOver is the first instant after now at which a span that began with an
// event is over.
func (s lookahead) waitsOver(sel Events, d Span) time.Time {
	first := never()
	if d == (Span{}) {
		return first
	}
	for e := range s.x.Events("") {
		if over := d.after(e.At.In(s.now.Location())); sel.named(e.Name) && over.After(s.now) {
			first = firstOf(first, over)
		}
	}
	return first
}

// regularStableUntil is the instant until which every event stays in its unit.
func (s lookahead) regularStableUntil(c Regularity) time.Time {
	n := max(0, min(c.N, maxRegularity))
	first := s.eventsStableUntil(c.Events, nil)
	ends := make([]time.Time, n+1) // newest first
	for i := range ends {
		ends[i] = Span{int64(i), c.Unit}.before(s.now)
	}
	edges := make([]*movingEdge, n+1)
	for e := range s.events(c.Events) {
		i, _ := slices.BinarySearchFunc(ends, e.At, func(end, at time.Time) int { return at.Compare(end) })
		for j := max(0, i-1); j <= min(n, i+1); j++ {
			if edges[j] == nil {
				edges[j] = &movingEdge{s.shiftedTrajectory(s.nowTrajectory(), Span{-int64(j), c.Unit}), Le}
			}
			first = firstOf(first, s.crossed(e.At, []movingEdge{*edges[j]}))
		}
	}
	return first
}
