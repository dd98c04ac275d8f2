package segment

import (
	"math"
	"slices"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/trajectory"
	"github.com/segmentrules/segment/rule"
)

// Next does not try one instant after another. Of every part of the condition it
// works out an instant before which the answer surely stays what it is, goes
// there, and looks again, until the answer differs. How long a part stays what it
// is follows from the trajectories of the values it compares (see trajectory).

// maxTreeSteps bounds the instants at which Next looks at the whole condition,
// before it gives up and returns the one it has come to, which is then early;
// maxLeafSteps those at which it looks at one leaf alone, each time. Together: 26
// years of days.
const (
	maxTreeSteps  = 300
	maxLeafSteps  = 32
	maxCurveSteps = 256 // where it closes in on a curve
	// maxSteps bounds the steps of all leaves in one call: a rule of thousands of
	// parts that all depend on the time must not take minutes.
	maxSteps = 20_000
)

// Next returns the earliest instant strictly after at at which the answer for
// the contact differs, if nothing else happens to it; ok is false if it never
// does. The instant is in the zone of at, whose calendar holds throughout.
//
// Next is never late: no answer differs before the instant it returns. It is
// exact, to the nanosecond, through windows, ages, anniversaries and calendars
// in any zone, and sums, products, quotients and remainders of these. But a
// condition that looks at the clock in ever new ways and still does not change
// is given up after a number of steps, and then the instant is early: ask again
// from there. Such are
//
//   - the calendar against itself, where only its oddities could tell
//     (`ANNIVERSARY(x) < ANNIVERSARY(y)`, `HOUR(TODAY) > 2`, and in zones whose
//     clocks change `NOW DURING TODAY`): 26 years ahead or more;
//   - parts that change at different times and never at once
//     (`MONTH(TODAY) = 2 AND DAY(TODAY) = 30`): a hundred years ahead;
//   - products and quotients of values that move by the day and cancel each
//     other out (`x / (AGE(TODAY) / 1 day) * (AGE(TODAY) / 1 day)`): weeks ahead;
//   - the anniversary of a day that itself moves (`ANNIVERSARY(TODAY)`): months ahead;
//   - the calendar beside events (`DAY(TODAY) + COUNT(o) > 99`): three years ahead;
//   - a HASH of a number that moves, which is a new one every nanosecond:
//     microseconds ahead.
//
// Changes after the year 9999 are never. It may be called by many goroutines at
// once. Its cost grows with the conditions that depend on time, and with the events that
// these look at: it reads them once for each condition, and then follows them into the window and out of
// it, in order of time, so that a contact with a hundred thousand takes a tenth of a second.
// But a sequence or a regularity whose WHERE depends on the time takes as long as reading the events for
// each instant at which it may change. What moves along a curve costs a
// hundred times what moves along a line.
func (p *Program) Next(x Contact, at time.Time) (next time.Time, ok bool) {
	s, c := lookahead{newScope(x, at), &budget{steps: maxSteps, reach: firstReach}, nil}, p.c
	known := &fieldCache{Contact: s.x}
	if f := p.foresight(); f != nil {
		c, s.sweep = f.c, newSweeps(f)
		known.sweep = s.sweep
	}
	s.x = known
	start := s.holds(c)
	for range maxTreeSteps {
		t := s.stableUntil(c)
		if trajectory.IsNever(t) {
			return time.Time{}, false
		}
		s = s.at(t)
		if s.budget.steps <= 0 || s.holds(c) != start {
			break
		}
	}
	return s.now, true
}

// A lookahead is the scope of a condition at an instant from which Next looks
// ahead: the definition says what holds now, the methods here until when.
type lookahead struct {
	scope
	budget *budget
	sweep  *sweeps // nil if the condition reads no events
}

// holds is scope.holds, but for what stands in for leaves that read events: see sweeps.
func (s lookahead) holds(c Condition) bool {
	switch c := c.(type) {
	case rule.And:
		return !slices.ContainsFunc(c, func(c Condition) bool { return !s.holds(c) })
	case rule.Or:
		return slices.ContainsFunc(c, s.holds)
	case rule.Not:
		return !s.holds(c.C)
	case rule.Count:
		n := 0
		for _, c := range c.Of {
			if s.holds(c) {
				n++
			}
		}
		return c.Quantity.Holds(n, c.K)
	case rule.Zoned:
		return s.inZone(c.Zone).holds(c.C)
	case rule.InSegment:
		if l := s.sweep.leaf(c); l != nil {
			return l.seek(s)
		}
	}
	return s.scope.holds(c)
}

// at is the same scope at another instant, with the same calendar.
func (s lookahead) at(t time.Time) lookahead {
	s.now = t.In(s.now.Location())
	return s
}

// bind is scope.bind.
func (s lookahead) bind(elem Value) lookahead {
	s.scope = s.scope.bind(elem)
	return s
}

// inZone is scope.inZone.
func (s lookahead) inZone(zone rule.Expr) lookahead {
	outer := s.now.Location()
	if s.scope = s.scope.inZone(zone); s.sweep != nil && s.now.Location() != outer {
		s.now = s.now.In(s.sweep.zone(s.now.Location()))
	}
	return s
}

// stableUntil is an instant before which the answer of the condition surely stays
// what it is, and never() if it always does. It is later than now, and not later
// than the next change.
func (s lookahead) stableUntil(c Condition) time.Time {
	switch c := c.(type) {
	case rule.And:
		return s.countStableUntil(c, len(c))
	case rule.Or:
		return s.countStableUntil(c, 1)
	case rule.Not:
		return s.stableUntil(c.C)
	case rule.Count:
		switch c.Quantity {
		case rule.QuantityAtLeast:
			return s.countStableUntil(c.Of, c.K)
		case rule.QuantityAtMost:
			return s.countStableUntil(c.Of, c.K+1)
		}
		return trajectory.FirstOf(s.countStableUntil(c.Of, c.K), s.countStableUntil(c.Of, c.K+1))
	case rule.Zoned:
		zone := s.trajectory(c.Zone).KindStableUntil(s.now)
		return trajectory.FirstOf(zone, s.inZone(c.Zone).stableUntil(c.C))
	case rule.Each:
		return s.eachStableUntil(c)
	}
	return s.leafStableUntil(c)
}

// countStableUntil is the instant before which `at least k of cs hold` stays what
// it is. If 1 of 5 holds and k is 3, two more must become true first: that is no
// earlier than the second change among the four that do not hold, and the one
// that holds need not be looked at. If it is true now, the same goes for those
// that hold.
func (s lookahead) countStableUntil(cs []Condition, k int) time.Time {
	return countStableUntil(k, len(cs), func(i int) (bool, func() time.Time) {
		return s.holds(cs[i]), func() time.Time { return s.stableUntil(cs[i]) }
	})
}

// countStableUntil is the same for any n things of which one can ask whether they
// hold, and until when that surely stays.
func countStableUntil(k, n int, at func(i int) (holds bool, until func() time.Time)) time.Time {
	var yes, no []func() time.Time
	for i := range n {
		if holds, until := at(i); holds {
			yes = append(yes, until)
		} else {
			no = append(no, until)
		}
	}
	pivotal, nth := no, k-len(yes)
	if nth <= 0 {
		pivotal, nth = yes, len(yes)-k+1
	}
	if nth > len(pivotal) || nth <= 0 {
		return trajectory.Never()
	}
	times := make([]time.Time, len(pivotal))
	for i, until := range pivotal {
		times[i] = until()
	}
	slices.SortFunc(times, time.Time.Compare)
	return times[nth-1]
}

// eachStableUntil counts the elements of a list as countStableUntil does conditions.
func (s lookahead) eachStableUntil(c rule.Each) time.Time {
	list := s.trajectory(c.X)
	elems := list.V.List()
	k := 1
	switch c.Quantifier {
	case rule.QuantifierAll:
		k = len(elems)
	case rule.QuantifierMin:
		k = c.K
	}
	t := countStableUntil(k, len(elems), func(i int) (bool, func() time.Time) {
		in := s.bind(elems[i])
		return in.holds(c.C), func() time.Time { return in.stableUntil(c.C) }
	})
	return trajectory.FirstOf(t, list.KindStableUntil(s.now))
}

// leafStableUntil looks at a leaf alone for up to maxLeafSteps instants, so that
// the other parts of the condition are not looked at again wherever it might have
// changed but did not.
func (s lookahead) leafStableUntil(c Condition) time.Time {
	if in, ok := c.(rule.InSegment); ok {
		if l := s.sweep.leaf(in); l != nil {
			return l.stableUntil(s)
		}
	}
	p, outer := newPair(c), *s.budget
	s.budget.reach, s.budget.onCurve = firstReach, false
	t := s.stepWithinLeaf(c, &p)
	s.budget.reach, s.budget.onCurve = outer.reach, outer.onCurve
	return t
}

// stepWithinLeaf goes from one instant at which the leaf might change to the next,
// until it does, or the steps are used up.
func (s lookahead) stepWithinLeaf(c Condition, p *pair) time.Time {
	start, until := s.holdsUntil(c, p)
	for n := 0; n < maxLeafSteps || n < maxCurveSteps && s.budget.onCurve; n++ {
		if trajectory.IsNever(until) {
			return until
		}
		s.budget.adjustReach(s.now, until)
		s = s.at(until)
		if s.budget.spend(); s.budget.steps <= 0 {
			break
		}
		var holds bool
		if holds, until = s.holdsUntil(c, p); holds != start {
			break
		}
	}
	return s.now
}

// holdsUntil is whether a leaf holds, and the instant before which that surely
// stays. The two sides of a comparison are worked out once for both answers.
func (s lookahead) holdsUntil(c Condition, p *pair) (holds bool, until time.Time) {
	if as := rule.Anniversaries(c); len(as) > 0 {
		return s.recurringUntil(c, as)
	}
	if c, ok := c.(rule.Compare); ok {
		a, b := p.side(s, 0, c.Left), p.side(s, 1, c.Right)
		if p.same {
			return s.compares(a.V, c.Op, b.V, c.Fold), a.KindStableUntil(s.now)
		}
		return s.compares(a.V, c.Op, b.V, c.Fold), s.compareStableUntil(a, c.Op, b)
	}
	return s.holds(c), s.leafStep(c)
}

// A pair holds the two sides of a comparison from one step to the next: a side
// that never moves is worked out once.
type pair struct {
	sides [2]trajectory.Trajectory
	fixed [2]bool
	same  bool // both sides are one expression: only its kind matters
}

// newPair is the pair of a leaf that is a comparison; of others it is not used.
func newPair(c Condition) pair {
	compare, ok := c.(rule.Compare)
	return pair{same: ok && rule.EqualExpr(compare.Left, compare.Right)}
}

// side is the trajectory of the i-th side.
func (p *pair) side(s lookahead, i int, e rule.Expr) trajectory.Trajectory {
	if !p.fixed[i] {
		c := s.trajectory(e)
		p.sides[i], p.fixed[i] = c, c.Near.Still() && trajectory.IsNever(c.Near.Until)
	}
	return p.sides[i]
}

// leafStep is the instant before which a leaf surely stays what it is, as far as
// one look now can tell.
func (s lookahead) leafStep(c Condition) time.Time {
	switch c := c.(type) {
	case rule.Compare:
		return s.compareStableUntil(s.trajectory(c.Left), c.Op, s.trajectory(c.Right))
	case rule.Between:
		x := s.trajectory(c.X)
		return trajectory.FirstOf(s.compareStableUntil(x, rule.OpGe, s.trajectory(c.Lo)), s.compareStableUntil(x, rule.OpLe, s.trajectory(c.Hi)))
	case rule.In:
		return s.inStableUntil(c)
	case rule.When:
		return s.whenStableUntil(c)
	case rule.Changed:
		return s.changedStableUntil(c)
	case rule.HasBeen:
		return s.hasBeenStableUntil(c)
	case rule.Sequence:
		return s.sequenceStableUntil(c)
	case rule.Regularity:
		return s.regularStableUntil(c)
	case rule.InList:
		if joined, ok := s.x.List(string(c)); ok && joined.After(s.now) {
			return joined
		}
		return trajectory.Never()
	}
	// All others look at what does not move: texts, lists, and whether a value
	// is there.
	first := trajectory.Never()
	for _, e := range rule.Operands(c) {
		first = trajectory.FirstOf(first, s.trajectory(e).KindStableUntil(s.now))
	}
	return first
}

// maxMovingValues bounds the values of an IN that are looked at one by one for
// a date that moves.
const maxMovingValues = 1_000

// inStableUntil is the instant until which an In stays what it is. Only a value
// that moves need be compared with each of the others.
func (s lookahead) inStableUntil(c rule.In) time.Time {
	x, first := s.trajectory(c.X), trajectory.Never()
	if slices.ContainsFunc(c.Values, Value.IsNull) {
		first = x.KindStableUntil(s.now)
	}
	if x.Near.Still() && (x.Far.Still() || len(c.Values) > maxMovingValues) {
		return trajectory.FirstOf(first, x.Near.Until)
	}
	for _, v := range c.Values {
		first = trajectory.FirstOf(first, s.compareStableUntil(x, rule.OpEq, trajectory.ConstantUntil(v, trajectory.Never())))
	}
	return first
}

// compareStableUntil is the instant until which a comparison stays what it is. It
// takes texts for times and instants for dates where [rule.Order] does.
func (s lookahead) compareStableUntil(a trajectory.Trajectory, op rule.Op, b trajectory.Trajectory) time.Time {
	a, b = a.ReadTime(b.V), b.ReadTime(a.V)
	switch {
	case a.V.Kind() == KindTime && b.V.Kind() == KindDate:
		a = s.dateTrajectory(a)
	case a.V.Kind() == KindDate && b.V.Kind() == KindTime:
		b = s.dateTrajectory(b)
	}
	switch a.V.Kind() {
	case KindNumber, KindTime, KindDate, KindDuration:
		if a.V.Kind() == b.V.Kind() {
			return trajectory.Flips(a, op, b, s.now)
		}
	}
	switch ta, tb := a.KindStableUntil(s.now), b.KindStableUntil(s.now); {
	case a.V.IsNull() && b.V.IsNull():
		return trajectory.LaterOf(ta, tb)
	case a.V.IsNull():
		return ta
	case b.V.IsNull():
		return tb
	default:
		return trajectory.FirstOf(ta, tb)
	}
}

// A budget is what one call of Next may still spend, and how far it looks ahead
// where values move along a curve (see next_curve.go).
type budget struct {
	steps   int     // that may still be taken
	reach   float64 // seconds for which a curve is bounded by a straight line
	onCurve bool    // whether the present leaf has met a curve
}

const (
	firstReach = 1 << 23 // a hundred days
	maxReach   = 1 << 38 // eight thousand years
)

// adjustReach chooses how far to look ahead along a curve in the next step, after
// one that led from one instant to another: twice as far as that step; but four times
// the reach if the step covered half of it or more, and much less if it covered less
// than an eighth.
func (p *budget) adjustReach(from, to time.Time) {
	d := calendar.Between(from, to)
	come := float64(d.Sec) + float64(d.Nsec)/1e9
	switch {
	case !p.onCurve:
	case come*2 >= p.reach:
		p.reach = min(p.reach*4, maxReach)
	case come*8 < p.reach:
		p.reach = max(p.reach/32, come*2)
	default:
		p.reach = come * 2
	}
}

// spend counts a step; one along a curve takes as long as ten others.
func (p *budget) spend() {
	p.steps--
	if p.onCurve {
		p.steps -= 9
	}
}

// curveEnd is the instant up to which a curve is bounded by one straight line.
func (p *budget) curveEnd(now time.Time) time.Time {
	p.onCurve = true
	sec := math.Floor(p.reach)
	return calendar.Shift(now, calendar.Length{Sec: int64(sec), Nsec: int64((p.reach - sec) * 1e9)})
}

// A fieldCache is a contact of which each field is asked for once: Next looks at
// the same few again and again, and a contact may have to search for them.
type fieldCache struct {
	Contact
	fields []Member
	sweep  *sweeps
}

// Field is the field as the contact had it when it was first asked for.
func (r *fieldCache) Field(path string) Value {
	if c := r.sweep.cursor(path); c != nil {
		return c.tally.Value()
	}
	for _, f := range r.fields {
		if f.Name == path {
			return f.Value
		}
	}
	v := r.Contact.Field(path)
	r.fields = append(r.fields, Member{Name: path, Value: v})
	return v
}
