package segment

import (
	"math"
	"slices"
	"time"
)

// maxNextSteps bounds the instants that Next looks at before it gives up and
// returns the one it has come to, which is then early; foldedSteps those that
// it looks at within a leaf, for each of them. Together: 26 years of days.
const (
	maxNextSteps = 300
	foldedSteps  = 32
	curvedSteps  = 256 // where it closes in on a curve
	// maxLooks bounds the looks at leaves of one call: a rule of thousands of
	// parts that all watch the clock must not take minutes.
	maxLooks = 20_000
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
//   - a HASH of a number that moves, which is a new one every nanosecond:
//     microseconds ahead.
//
// Changes after the year 9999 are never. It may be called by many goroutines at
// once; its cost grows with the conditions that depend on time, and the events
// these look at; what moves along a curve costs a hundred times what moves
// along a line.
func (p *Program) Next(x Contact, at time.Time) (next time.Time, ok bool) {
	s := lookahead{newScope(x, at), &pace{looks: maxLooks, ahead: firstAhead}}
	s.x = &remembering{Contact: s.x}
	start := s.holds(p.c)
	for range maxNextSteps {
		t := s.steady(p.c)
		if isNever(t) {
			return time.Time{}, false
		}
		s = s.at(t)
		if s.pace.looks <= 0 || s.holds(p.c) != start {
			break
		}
	}
	return s.now, true
}

// A lookahead is the scope of a condition at an instant from which Next looks
// ahead: the definition says what holds now, the methods here until when.
type lookahead struct {
	scope
	pace *pace
}

// at is the same scope at another instant, with the same calendar.
func (s lookahead) at(t time.Time) lookahead {
	s.now = t.In(s.now.Location())
	return s
}

func (s lookahead) bind(elem Value) lookahead {
	s.scope = s.scope.bind(elem)
	return s
}

func (s lookahead) inZone(zone Expr) lookahead {
	s.scope = s.scope.inZone(zone)
	return s
}

// steady is an instant before which the condition surely stays what it is, and
// never() if it always does. It is the next change or earlier, and later than
// now.
func (s lookahead) steady(c Condition) time.Time {
	switch c := c.(type) {
	case And:
		return s.steadyCount(c, len(c))
	case Or:
		return s.steadyCount(c, 1)
	case Not:
		return s.steady(c.C)
	case Count:
		switch c.Quantity {
		case AtLeast:
			return s.steadyCount(c.Of, c.K)
		case AtMost:
			return s.steadyCount(c.Of, c.K+1)
		}
		return firstOf(s.steadyCount(c.Of, c.K), s.steadyCount(c.Of, c.K+1))
	case Zoned:
		zone := s.course(c.Zone).kindStays(s.now)
		return firstOf(zone, s.inZone(c.Zone).steady(c.C))
	case Each:
		return s.eachSteady(c)
	}
	return s.leafSteady(c)
}

// steadyCount is the instant before which `at least k of cs hold` stays what
// it is. As long as it does not hold, k minus the number that hold must change
// first, and the conditions that hold need not be looked at; and vice versa.
func (s lookahead) steadyCount(cs []Condition, k int) time.Time {
	return steadyCount(k, len(cs), func(i int) (bool, func() time.Time) {
		return s.holds(cs[i]), func() time.Time { return s.steady(cs[i]) }
	})
}

func steadyCount(k, n int, at func(i int) (holds bool, steady func() time.Time)) time.Time {
	var yes, no []func() time.Time
	for i := range n {
		if holds, steady := at(i); holds {
			yes = append(yes, steady)
		} else {
			no = append(no, steady)
		}
	}
	pivotal, nth := no, k-len(yes)
	if nth <= 0 {
		pivotal, nth = yes, len(yes)-k+1
	}
	if nth > len(pivotal) || nth <= 0 {
		return never()
	}
	times := make([]time.Time, len(pivotal))
	for i, steady := range pivotal {
		times[i] = steady()
	}
	slices.SortFunc(times, time.Time.Compare)
	return times[nth-1]
}

// eachSteady counts elements as steadyCount does conditions.
func (s lookahead) eachSteady(c Each) time.Time {
	list := s.course(c.X)
	elems := list.v.List()
	k := 1
	switch c.Quantifier {
	case All:
		k = len(elems)
	case AtLeastK:
		k = c.K
	}
	t := steadyCount(k, len(elems), func(i int) (bool, func() time.Time) {
		in := s.bind(elems[i])
		return in.holds(c.C), func() time.Time { return in.steady(c.C) }
	})
	return firstOf(t, list.kindStays(s.now))
}

// leafSteady looks ahead a few steps, so that a leaf that looks at the clock
// and finds nothing changed does not wake the whole tree.
func (s lookahead) leafSteady(c Condition) time.Time {
	p, outer := newPair(c), *s.pace
	s.pace.ahead, s.pace.curved = firstAhead, false
	t := s.leafStays(c, &p)
	s.pace.ahead, s.pace.curved = outer.ahead, outer.curved
	return t
}

func (s lookahead) leafStays(c Condition, p *pair) time.Time {
	start, until := s.look(c, p)
	for n := 0; n < foldedSteps || n < curvedSteps && s.pace.curved; n++ {
		if isNever(until) {
			return until
		}
		s.pace.closeIn(s.now, until)
		s = s.at(until)
		if s.pace.spend(); s.pace.looks <= 0 {
			break
		}
		var holds bool
		if holds, until = s.look(c, p); holds != start {
			break
		}
	}
	return s.now
}

// look is whether a leaf holds, and the instant before which that surely stays.
// What a comparison compares is worked out once for both.
func (s lookahead) look(c Condition, p *pair) (holds bool, until time.Time) {
	if c, ok := c.(Compare); ok {
		a, b := p.side(s, 0, c.Left), p.side(s, 1, c.Right)
		if p.same {
			return s.compares(a.v, c.Op, b.v, c.Fold), a.kindStays(s.now)
		}
		return s.compares(a.v, c.Op, b.v, c.Fold), s.compareSteady(a, c.Op, b)
	}
	return s.holds(c), s.leafStep(c)
}

// A pair holds the sides of a comparison from one look to the next: one that
// never moves is worked out once.
type pair struct {
	sides [2]course
	fixed [2]bool
	same  bool // both sides are one expression: only its kind matters
}

func newPair(c Condition) pair {
	compare, ok := c.(Compare)
	return pair{same: ok && equalExpr(compare.Left, compare.Right)}
}

func (p *pair) side(s lookahead, i int, e Expr) course {
	if !p.fixed[i] {
		c := s.course(e)
		p.sides[i], p.fixed[i] = c, c.near.still() && isNever(c.near.until)
	}
	return p.sides[i]
}

// leafStep is the instant before which a leaf surely stays what it is.
func (s lookahead) leafStep(c Condition) time.Time {
	switch c := c.(type) {
	case Between:
		x := s.course(c.X)
		return firstOf(s.compareSteady(x, Ge, s.course(c.Lo)), s.compareSteady(x, Le, s.course(c.Hi)))
	case In:
		return s.inSteady(c)
	case When:
		return s.whenSteady(c)
	case Changed:
		return s.changedSteady(c)
	case HasBeen:
		return s.hasBeenSteady(c)
	case Sequence:
		return s.sequenceSteady(c)
	case Regularity:
		return s.regularSteady(c)
	case InList:
		if joined, ok := s.x.List(string(c)); ok && joined.After(s.now) {
			return joined
		}
		return never()
	}
	// All others look at what does not move: texts, lists, and whether a value
	// is there.
	first := never()
	for _, e := range operands(c) {
		first = firstOf(first, s.course(e).kindStays(s.now))
	}
	return first
}

// maxMovingValues bounds the values of an IN that are looked at one by one for
// a date that moves.
const maxMovingValues = 1_000

// inSteady: only a value that moves need be compared with each of the others.
func (s lookahead) inSteady(c In) time.Time {
	x, first := s.course(c.X), never()
	if x.near.still() && (x.far.still() || len(c.Values) > maxMovingValues) {
		return x.near.until
	}
	for _, v := range c.Values {
		first = firstOf(first, s.compareSteady(x, Eq, steadyCourse(v, never())))
	}
	return first
}

// compareSteady is the instant until which a comparison stays what it is; it
// pairs kinds as s.order does.
func (s lookahead) compareSteady(a course, op Op, b course) time.Time {
	a, b = a.readTime(b.v), b.readTime(a.v)
	switch {
	case a.v.kind == KindTime && b.v.kind == KindDate:
		a = s.dateCourse(a)
	case a.v.kind == KindDate && b.v.kind == KindTime:
		b = s.dateCourse(b)
	}
	switch a.v.kind {
	case KindNumber, KindTime, KindDate, KindDuration:
		if a.v.kind == b.v.kind {
			return flips(a, op, b, s.now)
		}
	}
	switch ta, tb := a.kindStays(s.now), b.kindStays(s.now); {
	case a.v.IsNull() && b.v.IsNull():
		return laterOf(ta, tb)
	case a.v.IsNull():
		return ta
	case b.v.IsNull():
		return tb
	default:
		return firstOf(ta, tb)
	}
}

// A pace is how one call of Next looks ahead.
type pace struct {
	looks  int     // that it may still take
	ahead  float64 // seconds for which a curve is taken for a line
	curved bool    // whether the leaf has met one
}

const (
	firstAhead = 1 << 23 // a hundred days
	mostAhead  = 1 << 38 // eight thousand years
)

// closeIn chooses how far to look ahead next, after a look that came from one
// instant to another: twice as far as that, if the line was about as good as
// its length, else much shorter or longer.
func (p *pace) closeIn(from, to time.Time) {
	d := between(from, to)
	come := float64(d.sec) + float64(d.nsec)/1e9
	switch {
	case !p.curved:
	case come*2 >= p.ahead:
		p.ahead = min(p.ahead*4, mostAhead)
	case come*8 < p.ahead:
		p.ahead = max(p.ahead/32, come*2)
	default:
		p.ahead = come * 2
	}
}

// spend counts a look; at a curve it costs as much as many others.
func (p *pace) spend() {
	p.looks--
	if p.curved {
		p.looks -= 9
	}
}

// until is how far ahead of an instant a curve is taken for a line.
func (p *pace) until(now time.Time) time.Time {
	p.curved = true
	sec := math.Floor(p.ahead)
	return shift(now, span{int64(sec), int64((p.ahead - sec) * 1e9)})
}

// A remembering contact asks for each field once: Next looks at the same few
// again and again, and a contact may have to search for them.
type remembering struct {
	Contact
	fields []Member
}

func (r *remembering) Field(path string) Value {
	for _, f := range r.fields {
		if f.Name == path {
			return f.Value
		}
	}
	v := r.Contact.Field(path)
	r.fields = append(r.fields, Member{path, v})
	return v
}
