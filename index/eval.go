package index

import (
	"time"

	"github.com/segmentrules/segment"
)

// A world is a contact as conditions see it, with quick ways to what attributes
// need.
type world interface {
	segment.Contact
	// field is the value of an attribute that is a field.
	field(a *attr) segment.Value
	// count is the value of a plain count.
	count(a *attr, at time.Time) int
	// kth is when the k-th newest of the events up to at was.
	kth(a *attr, at time.Time, k int) (time.Time, bool)
	// future is when the first of the events after at will be.
	future(a *attr, at time.Time) (time.Time, bool)
	// ahead reports whether the contact has anything dated in the future.
	ahead(at time.Time) bool
	// member reports whether the contact is in a segment.
	member(id string) bool
	// kept reports whether the contact is kept, with a timer: then what holds of it is
	// asked again when it may flip.
	kept() bool
	// pulse is when, after an instant, an event comes or comes to an age; ok is
	// false if the world cannot tell quickly.
	pulse(ps []pulse, at time.Time) (n nextAt, ok bool)
}

// An eval evaluates leaves and roots for one contact at one instant, each once.
// It is scratch memory: it is not safe for more than one goroutine.
type eval struct {
	r     *rules
	w     world
	at    time.Time
	zone  *time.Location
	epoch uint32
	words []word // what holds
	were  []word // what held before the change that was seen, of what has changed
	now   []present
	cache []rows  // of attributes
	until []until // of leaves
	arena []uint64
	probe probe

	courses map[courseKey]*[2]course

	aheadAt  uint32 // the epoch of hasAhead
	hasAhead bool
}

// A present is what an attribute is now.
type present struct {
	valued uint32 // the epoch of v
	rowed  uint32 // the epoch of w
	v      segment.Value
	w      row
}

// newEval returns an eval of rules, of a contact at an instant to begin with.
func newEval(r *rules, w world, at time.Time) eval { return eval{r: r, w: w, at: at} }

// begin forgets what was found out.
func (e *eval) begin(w world, at time.Time) {
	e.w, e.at = w, at
	if zone := at.Location(); zone != e.zone {
		e.zone = zone // what a text is as a date may differ
		clear(e.cache)
		clear(e.courses)
	}
	if e.epoch++; e.epoch >= 1<<30 {
		clear(e.words)
		clear(e.were)
		clear(e.now)
		clear(e.until)
		e.aheadAt = 0
		e.epoch = 1
	}
	if n := len(e.r.words.owners) - len(e.words); n > 0 {
		e.words, e.were = append(e.words, make([]word, n)...), append(e.were, make([]word, n)...)
	}
	e.words[always.word()] = word{1, e.epoch}
	if n := len(e.r.attrs); n > len(e.now) {
		e.now = append(e.now, make([]present, n-len(e.now))...)
		e.cache = append(e.cache, make([]rows, n-len(e.cache))...)
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
		spell(e.words, e.r.attrs[id].words, have.w, e.epoch)
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
	n := 0
	if a.single {
		if n = e.w.count(a, at); n == 0 {
			return a.empty
		}
	}
	return e.quickly(&a.quick, a, n, at)
}

// spell puts a row into its words.
func spell(ws []word, at []int32, w row, epoch uint32) {
	for i, bits := range w {
		ws[at[i]] = word{bits, epoch}
	}
}

// truth is whether a leaf holds.
func (e *eval) truth(id leafID) bool { return e.is(e.r.bits[id]) }

// is reports whether the leaf with a bit holds.
func (e *eval) is(b bit) bool {
	w := &e.words[b.word()]
	if w.epoch != e.epoch {
		return e.find(b)
	}
	return b.in(w.bits)
}

// find finds out about a word.
func (e *eval) find(b bit) bool {
	o := e.r.words.owners[b.word()]
	if o.attr >= 0 {
		e.row(o.attr)
		return b.in(e.words[b.word()].bits)
	}
	l := e.r.leaves[o.leaf]
	t := e.test(l)
	if !l.refers { // what it reads may change while an update spreads
		e.words[b.word()] = word{uint64(flag(t)), e.epoch}
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
	if holds, ok := e.testMerged(l); ok {
		return holds
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

// flip notes that a leaf without an attribute has flipped to t.
func (e *eval) flip(id leafID, t bool) {
	at := e.r.bits[id].word()
	e.words[at] = word{uint64(flag(t)), e.epoch}
	e.were[at] = word{uint64(flag(!t)), e.epoch}
}

// passes reports whether guards hold.
func (e *eval) passes(gs guards) bool {
	for _, g := range gs {
		b, want := g.leaf()
		w := &e.words[b.word()]
		if w.epoch == e.epoch {
			if b.in(w.bits) != want {
				return false
			}
		} else if e.find(b) != want {
			return false
		}
	}
	return true
}

// opens returns what a leaf that has flipped to holds may do to a root behind
// guards, or nothing. A root can come to hold only where the guards hold now, and
// cease to only where they did before. If the leaf may flip again, nothing is
// known of which.
func (e *eval) opens(gs guards, holds, settled bool) turn {
	may := entering | leaving
	if settled {
		may = gs[0].stated().may(holds)
	}
	for _, g := range gs {
		b, want := g.leaf()
		if (may == leaving || e.is(b) != want) && (may == entering || e.was(b) != want) {
			return 0
		}
	}
	return may
}

// was reports whether the leaf with a bit held before the change that was seen:
// see remember and flip.
func (e *eval) was(b bit) bool {
	if w := &e.were[b.word()]; w.epoch == e.epoch {
		return b.in(w.bits)
	}
	if w := &e.words[b.word()]; w.epoch == e.epoch {
		return b.in(w.bits)
	}
	if o := e.r.words.owners[b.word()]; o.attr < 0 && e.r.leaves[o.leaf].kind == leafSegment {
		return e.w.(former).was(e.r.leaves[o.leaf].name)
	}
	return e.find(b)
}

// A former is a world that knows the memberships from before a change.
type former interface {
	// was reports whether the contact was in a segment before the change.
	was(segment string) bool
}

// remember says what the row of an attribute was before a change.
func (e *eval) remember(id attrID, w row) { spell(e.were, e.r.attrs[id].words, w, e.epoch) }

// holdsNow reports whether a root holds, by its id, and holdsThen whether it held
// before a change; that cannot be told of a root that is stored.
func (e *eval) holdsNow(id rootID) bool { return e.run(e.r.code.steps(id), false) }

// holdsThen reports whether a root held before a change, which cannot be told of one
// that is stored.
func (e *eval) holdsThen(id rootID) bool { return e.run(e.r.code.steps(id), true) }

func (e *eval) run(steps []step, former bool) bool {
	ws, epoch := e.words, e.epoch
	for at := int32(0); ; {
		s := &steps[at]
		var t bool
		switch {
		case s.bit >= counting:
			t = s.bit >= going || e.counts(&e.r.code.counts[s.bit-counting], former)
		case former:
			t = e.was(s.bit)
		default:
			if w := &ws[s.bit.word()]; w.epoch == epoch {
				t = s.bit.in(w.bits)
			} else {
				t = e.find(s.bit)
			}
		}
		if at = s.no; t {
			at = s.yes
		}
		if at < 0 {
			return at == holds
		}
	}
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
