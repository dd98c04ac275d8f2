package segment

import (
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/sweep"
	"github.com/segmentrules/segment/internal/trajectory"
	"github.com/segmentrules/segment/rule"
)

// Windows of events as time goes on. The events that a condition selects are read once and put in
// order; from then on a cursor goes over them with two pointers, the first event that is
// in the window and the first that is not yet in it, and a tally keeps what the aggregate comes
// to. So all that Next asks about one window costs what the events cost once, however
// often it looks.
//
// Example: of `COUNT(a) >= 3 IN LAST 7 DAYS` the oldest event in the window leaves it first, seven
// days after it was. The cursor steps from there to the next event that leaves or, dated in
// the future, enters, until three are no longer in it.

// A cursor is a window over events of the contact, at an instant to which it was moved.
type cursor struct {
	window rule.Window
	events rule.Events
	ats    []time.Time // of the events, oldest first, those of the future too
	props  []Document  // if wanted is not nil, or a value of them is aggregated
	from   int         // how many are before the window
	to     int         // how many are before its end
	lo, hi int         // those that the tally has gone over
	tally  *sweep.Tally
	next   time.Time // before which nothing changes
	moves  int       // that may be made without a look at the budget

	// Of events whose WHERE depends on the time, or that count from an instant of their own:
	// which of them count now, and when that may change.
	counts []bool
	due    sweep.Queue
	ripens func(s lookahead, i int) (counts bool, until time.Time)
}

// newCursor reads the events of an aggregate.
func (s lookahead) newCursor(m rule.Metric) *cursor {
	c := &cursor{window: m.Window, events: m.Events}
	timed := !timeless(m.Events.Where)
	var values []Value
	for e := range s.x.Events(onlyName(m.Events)) {
		if !m.Events.Named(e.Name) || m.Events.Where != nil && !timed && !s.scope.bind(e.Props.Value()).holds(m.Events.Where) {
			continue
		}
		c.ats = append(c.ats, e.At.In(s.now.Location()))
		if timed {
			c.props = append(c.props, e.Props)
		}
		if m.Agg != rule.AggCount || m.Prop != "" {
			values = append(values, rule.ReadAs(eventValue(e, m.Prop), m.As))
		}
	}
	slices.Reverse(c.ats)
	slices.Reverse(c.props)
	slices.Reverse(values)
	if timed {
		c.ripens = func(s lookahead, i int) (bool, time.Time) {
			s.budget = &budget{steps: maxTreeSteps, reach: firstReach}
			in := s.bind(c.props[i].Value())
			return in.holds(m.Events.Where), in.stableUntil(m.Events.Where)
		}
	}
	c.begin(s, sweep.NewTally(m.Agg, values, len(c.ats), s.now.Location()))
	return c
}

// timeless reports whether a WHERE says the same of an event at every instant.
func timeless(where Condition) bool {
	if where == nil {
		return true
	}
	in := rule.Reads(where)
	return !in.Clock && len(in.Events)+len(in.Lists)+len(in.Segments)+len(in.History) == 0
}

// begin moves a cursor to the instant for the first time.
func (c *cursor) begin(s lookahead, t *sweep.Tally) {
	c.tally, c.moves = t, 4*len(c.ats)+16
	if c.ripens != nil {
		c.counts = make([]bool, len(c.ats))
		for i := range c.ats {
			c.ripen(s, i)
		}
	}
	c.move(s)
}

// ripen asks anew whether an event counts, and until when that stays; it reports whether
// that has changed.
func (c *cursor) ripen(s lookahead, i int) bool {
	counts, until := c.ripens(s, i)
	if !trajectory.IsNever(until) {
		c.due.Add(i, until)
	}
	if counts == c.counts[i] {
		return false
	}
	if c.counts[i] = counts; i >= c.lo && i < c.hi {
		c.put(i, counts)
	}
	return true
}

// put puts an event into the tally or takes it out.
func (c *cursor) put(i int, in bool) {
	if in {
		c.tally.Add(i)
	} else {
		c.tally.Remove(i)
	}
}

// move moves the cursor to the instant of s. It reports whether that was free: some
// event has entered or left, which each does but once or twice.
func (c *cursor) move(s lookahead) (free bool) {
	s.scope = s.thisYear() // an aggregate looks at the anniversary of the current year
	for {
		i, ok := c.due.Pop(s.now)
		if !ok {
			break
		}
		free = c.ripen(s, i) || free
	}
	from, to, ok := sweep.Bounds(c.window, s.now, s.value)
	if end := s.now.Add(1); end.Before(to) {
		to = end // an event in the future does not count
	}
	if !ok {
		to = from
	}
	wasFrom, wasTo := c.from, c.to
	c.from, c.to = shifted(c.ats, c.from, from), shifted(c.ats, c.to, to)
	c.cover(c.from, max(c.from, c.to))
	c.next = s.cursorStableUntil(c)
	if free = free || c.from != wasFrom || c.to != wasTo; free {
		c.moves--
	}
	return free && c.moves >= 0
}

// shifted is how many instants are before t, where it was n before: mostly a few less.
func shifted(ats []time.Time, n int, t time.Time) int {
	for range 8 {
		switch {
		case n < len(ats) && ats[n].Before(t):
			n++
		case n > 0 && !ats[n-1].Before(t):
			n--
		default:
			return n
		}
	}
	return sweep.Before(ats, t)
}

// cover takes the events of [lo, hi) into the tally, and the others out.
func (c *cursor) cover(lo, hi int) {
	if lo < c.lo || hi < c.hi || lo > c.hi {
		c.tally.Reset()
		c.lo, c.hi = lo, lo
	}
	for ; c.hi < hi; c.hi++ {
		if c.counts == nil || c.counts[c.hi] {
			c.tally.Add(c.hi)
		}
	}
	for ; c.lo < lo; c.lo++ {
		c.tally.Remove(c.lo)
	}
}

// cursorStableUntil is the instant before which the same events are in the window of a cursor,
// and count.
func (s lookahead) cursorStableUntil(c *cursor) time.Time {
	first := trajectory.Never()
	if t, ok := c.due.Next(); ok {
		first = t
	}
	if i := sweep.UpTo(c.ats, s.now); i < len(c.ats) {
		first = trajectory.FirstOf(first, c.ats[i]) // one of the future comes
	}
	if len(c.ats) == 0 {
		return first
	}
	// reaches is when an end of the window, so much ahead of now, comes to the i-th event.
	reaches := func(ahead rule.Span, i int) {
		if i < len(c.ats) {
			first = trajectory.FirstOf(first, trajectory.LaterOf(ahead.Reaches(c.ats[i]), s.now.Add(1)))
		}
	}
	switch w := c.window; w.Kind {
	case rule.WindowAll:
	case rule.WindowLast:
		reaches(w.A.Negative(), c.from)
	case rule.WindowAgo:
		reaches(w.B.Negative(), c.from)
		reaches(w.A.Negative(), c.to)
	case rule.WindowOlder:
		reaches(w.A.Negative(), c.to)
	case rule.WindowLater:
		reaches(w.A, c.from)
	case rule.WindowNext:
	default:
		for _, e := range s.movingEdges(w) {
			first = trajectory.FirstOf(first, s.reachesNearest(c.ats, e))
		}
	}
	return first
}

// reachesNearest is the first instant at which an edge may pass an event. That is one of
// those that are next to it.
func (s lookahead) reachesNearest(ats []time.Time, e movingEdge) time.Time {
	first := trajectory.Never()
	at := sweep.Before(ats, e.edge.V.Time())
	behind := sweep.UpTo(ats, e.edge.V.Time())
	for _, i := range [...]int{at - 1, at, behind} {
		if i >= 0 && i < len(ats) {
			first = trajectory.FirstOf(first, s.crossed(ats[i], []movingEdge{e}))
		}
	}
	return first
}

// standIn is how the names of what stands in for a part of a condition begin. A condition
// that has such names itself gets no stand-ins.
const standIn = "\x00next"

// isStandIn reports whether a name is one.
func isStandIn(name string) bool { return strings.HasPrefix(name, standIn) }
