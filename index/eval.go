package index

import (
	"time"

	"github.com/segmentrules/segment"
)

// A world is a contact as conditions see it, with quick ways to what attributes
// need.
type world interface {
	segment.Contact
	field(a *attr) segment.Value
	// count is the value of a plain count.
	count(a *attr, at time.Time) int
	// kth is when the k-th newest of the events up to at was.
	kth(a *attr, at time.Time, k int) (time.Time, bool)
	// future is when the first of the events after at will be.
	future(a *attr, at time.Time) (time.Time, bool)
	// ahead reports whether the contact has anything dated in the future.
	ahead(at time.Time) bool
	member(id string) bool
}

// An eval evaluates leaves and roots for one contact at one instant, each once.
// It is scratch memory: it is not safe for more than one goroutine.
type eval struct {
	r     *rules
	w     world
	at    time.Time
	zone  *time.Location
	epoch uint32
	state []uint32 // of leaves: epoch<<2 | flipped | truth
	now   []present
	cache []rows // of attributes
	was   []formerRow
	until []until // of leaves
	arena []uint64
	probe probe

	courses map[courseKey]course
}

const (
	truthBit   = 1
	flippedBit = 2
)

// A present is what an attribute is now.
type present struct {
	valued uint32 // the epoch of v
	rowed  uint32 // the epoch of w
	v      segment.Value
	w      row
}

// begin forgets what was found out.
func (e *eval) begin(w world, at time.Time) {
	e.w, e.at = w, at
	if zone := at.Location(); zone != e.zone {
		e.zone = zone // what a text is as a date may differ
		clear(e.cache)
		clear(e.courses)
	}
	if e.epoch++; e.epoch >= 1<<30 {
		clear(e.state)
		clear(e.now)
		clear(e.was)
		clear(e.until)
		e.epoch = 1
	}
	if n := len(e.r.leaves); n > len(e.state) {
		e.state = append(e.state, make([]uint32, n-len(e.state))...)
	}
	if n := len(e.r.attrs); n > len(e.now) {
		e.now = append(e.now, make([]present, n-len(e.now))...)
		e.cache = append(e.cache, make([]rows, n-len(e.cache))...)
		e.was = append(e.was, make([]formerRow, n-len(e.was))...)
	}
}

// reset gives back the memory of rows that are not kept.
func (e *eval) reset() { e.arena = e.arena[:0] }

// value is the value of an attribute.
func (e *eval) value(id attrID) segment.Value {
	have := &e.now[id]
	if have.valued != e.epoch {
		have.v, have.valued = e.valueAt(e.r.attrs[id], e.at), e.epoch
	}
	return have.v
}

// row is the row of an attribute.
func (e *eval) row(id attrID) row {
	have := &e.now[id]
	if have.rowed != e.epoch {
		have.w, have.rowed = e.rowOf(id, e.value(id), e.at), e.epoch
	}
	return have.w
}

func (e *eval) valueAt(a *attr, at time.Time) segment.Value {
	switch a.kind {
	case attrField:
		return e.w.field(a)
	case attrCount:
		return segment.Int(int64(e.w.count(a, at)))
	}
	if a.single && e.w.count(a, at) == 0 {
		return a.empty
	}
	return a.formula.Value(e.w, at)
}

// truth is whether a leaf holds.
func (e *eval) truth(id leafID) bool { return e.lookUp(e.r.places[id]) }

// lookUp is whether the leaf at a place holds.
func (e *eval) lookUp(p place) bool {
	if p.attr >= 0 {
		return e.row(p.attr).has(p.local)
	}
	return e.alone(leafID(p.local))
}

// alone is whether a leaf without an attribute holds.
func (e *eval) alone(id leafID) bool {
	if s := e.state[id]; s>>2 == e.epoch {
		return s&truthBit != 0
	}
	l := e.r.leaves[id]
	t := e.test(l)
	if !l.refers { // what it reads may change while an update spreads
		e.state[id] = e.epoch<<2 | uint32(flag(t))
	}
	return t
}

func (e *eval) test(l *leaf) bool {
	switch l.kind {
	case leafSegment:
		return e.w.member(l.name)
	case leafList:
		joined, ok := e.w.List(l.name)
		return ok && !joined.After(e.at)
	case leafGlobal:
		return l.program().Match(&nobody, e.at)
	}
	return l.program().Match(e.w, e.at)
}

// asks tests a leaf of whatever kind, and keeps nothing.
func (e *eval) asks(l *leaf) bool {
	if l.attr == none {
		return e.test(l)
	}
	return l.holds(e.valueAt(e.r.attrs[l.attr], e.at), e.at, &e.probe)
}

// nobody is a contact of which nothing is known.
var nobody segment.Record

// flip notes that a leaf has flipped to t; it reports false if that is known.
func (e *eval) flip(id leafID, t bool) bool {
	if e.flipped(id) {
		return false
	}
	e.state[id] = e.epoch<<2 | flippedBit | uint32(flag(t))
	return true
}

// passes reports whether a guard holds now, or held before what has flipped.
func (e *eval) passes(g guard) bool {
	if g == unguarded {
		return true
	}
	p, want := g.place()
	if e.lookUp(p) == want {
		return true
	}
	return e.before(p) == want
}

// flipped reports whether a leaf is known to have flipped.
func (e *eval) flipped(id leafID) bool {
	s := e.state[id]
	return s>>2 == e.epoch && s&flippedBit != 0
}

// before is whether the leaf at a place held before the change that was seen: see
// remember and flip.
func (e *eval) before(p place) bool {
	if p.attr >= 0 {
		if was := &e.was[p.attr]; was.epoch == e.epoch {
			return was.w.has(p.local)
		}
		return e.row(p.attr).has(p.local)
	}
	id := leafID(p.local)
	if l := e.r.leaves[id]; l.kind == leafSegment {
		return e.w.(former).was(l.name)
	}
	return e.alone(id) != e.flipped(id)
}

// A former is a world that knows the memberships from before a change.
type former interface{ was(segment string) bool }

// remember says what the row of an attribute was before a change.
func (e *eval) remember(id attrID, w row) { e.was[id] = formerRow{e.epoch, w} }

type formerRow struct {
	epoch uint32
	w     row
}

// holds reports whether a root holds.
func (e *eval) holds(rt *root) bool { return e.run(rt.steps, false) }

// holdsNow reports whether a root holds, by its id, and holdsThen whether it held
// before a change; that cannot be told of a root that is stored.
func (e *eval) holdsNow(id rootID) bool { return e.run(e.r.code.steps(id), false) }

func (e *eval) holdsThen(id rootID) bool { return e.run(e.r.code.steps(id), true) }

func (e *eval) run(steps []step, former bool) bool {
	at := int32(0)
	for at >= 0 {
		s := &steps[at]
		t := true
		switch {
		case s.attr == counting:
			t = e.counts(&e.r.code.counts[s.local], former)
		case s.attr == going:
		case former:
			t = e.before(s.place)
		default:
			t = e.lookUp(s.place)
		}
		if t {
			at = s.yes
		} else {
			at = s.no
		}
	}
	return at == holds
}

func (e *eval) counts(c *count, former bool) bool {
	n := 0
	for _, steps := range c.of {
		if e.run(steps, former) {
			n++
		}
	}
	return c.holds(n)
}

// holds reports whether so many conditions are as many as are asked for.
func (c *count) holds(n int) bool {
	switch c.quantity {
	case segment.AtLeast:
		return n >= c.k
	case segment.AtMost:
		return n <= c.k
	}
	return n == c.k
}
