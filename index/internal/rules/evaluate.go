package rules

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// Evaluating leaves and plans for one contact at one instant. Whatever was found out is kept
// until the next contact: each attribute is looked up once, each leaf tested once, and a plan
// is a walk over bits. What the leaves were before a change is kept beside, so that a plan is
// evaluated twice without a second look at the contact.

// A ContactView is a contact as conditions see it, with quick ways to what attributes
// need.
type ContactView interface {
	segment.Contact
	// AttributeValue is the value of an attribute that is a field.
	AttributeValue(a *Attribute) segment.Value
	// CountOf is the value of a plain count.
	CountOf(a *Attribute, at time.Time) int
	// KthNewest is when the k-th newest of the events up to at was.
	KthNewest(a *Attribute, at time.Time, k int) (time.Time, bool)
	// NextEvent is when the first of the events after at will be.
	NextEvent(a *Attribute, at time.Time) (time.Time, bool)
	// HasFuture reports whether the contact has anything dated in the future.
	HasFuture(at time.Time) bool
	// Member reports whether the contact is in a segment.
	Member(id string) bool
	// Kept reports whether the contact is kept, with a timer: then what holds of it is
	// asked again when it may flip.
	Kept() bool
	// NextExpiry is when, after an instant, an event comes or comes to an age; ok is
	// false if the contact view cannot tell quickly.
	NextExpiry(ps []Expiry, at time.Time) (n Earliest, ok bool)
}

// An Evaluator evaluates leaves and plans for one contact at one instant, each once.
// It is scratch memory: it is not safe for more than one goroutine.
type Evaluator struct {
	Rules   *Rules
	Contact ContactView
	At      time.Time
	zone    *time.Location
	Epoch   uint32
	// What is known of the contact, by epoch.
	words []word // what holds
	were  []word // what held before the change that was seen, of what has changed
	now   []current
	// The cache is kept from contact to contact; until goes by epoch, too. Rows that are not
	// kept are in the arena.
	cache []rows  // of attributes
	until []until // of leaves
	arena []uint64
	probe Probe

	trajectories map[trajectoryKey]*[2]trajectory

	courses map[*Leaf]*course

	ClockNexts uint64 // how often a condition on the clock was asked when it flips
	ClockSteps uint64 // how many days and hours were tried for that

	aheadAt  uint32 // the epoch of hasAhead
	hasAhead bool
}

// A current is what an attribute is now.
type current struct {
	valued uint32 // the epoch of v
	rowed  uint32 // the epoch of w
	v      segment.Value
	w      Row
}

// NewEvaluator returns an evaluator of rules, of a contact at an instant to begin with.
func NewEvaluator(r *Rules, w ContactView, at time.Time) Evaluator {
	return Evaluator{Rules: r, Contact: w, At: at}
}

// Begin forgets what was found out.
func (e *Evaluator) Begin(w ContactView, at time.Time) {
	e.Contact, e.At = w, at
	if zone := at.Location(); zone != e.zone {
		e.zone = zone // what a text is as a date may differ
		clear(e.cache)
		clear(e.trajectories)
		clear(e.courses)
	}
	// What was found out carries the number of the contact's turn, the epoch, so that to forget
	// it is to count on. Two bits of a word are left for what queues keep beside it.
	if e.Epoch++; e.Epoch >= 1<<30 {
		clear(e.words)
		clear(e.were)
		clear(e.now)
		clear(e.until)
		e.aheadAt = 0
		e.Epoch = 1
	}
	if n := len(e.Rules.words.owners) - len(e.words); n > 0 {
		e.words, e.were = append(e.words, make([]word, n)...), append(e.were, make([]word, n)...)
	}
	// the bit that stands for no guard is always set
	e.words[always.word()] = word{1, e.Epoch}
	if n := len(e.Rules.Attributes); n > len(e.now) {
		e.now = append(e.now, make([]current, n-len(e.now))...)
		e.cache = append(e.cache, make([]rows, n-len(e.cache))...)
	}
}

// Reset gives back the memory of rows that are not kept.
func (e *Evaluator) Reset() { e.arena = e.arena[:0] }

// Value is the value of an attribute.
func (e *Evaluator) Value(id AttributeID) segment.Value {
	have := &e.now[id]
	if have.valued != e.Epoch {
		have.v, have.valued = e.valueAt(e.Rules.Attributes[id], e.At), e.Epoch
	}
	return have.v
}

// Row is the row of an attribute.
func (e *Evaluator) Row(id AttributeID) Row {
	have := &e.now[id]
	if have.rowed != e.Epoch {
		have.w, have.rowed = e.rowOf(id, e.Value(id), e.At), e.Epoch
		spell(e.words, e.Rules.Attributes[id].words, have.w, e.Epoch)
	}
	return have.w
}

// valueAt works out the value of an attribute, by the shortest way that its kind allows.
func (e *Evaluator) valueAt(a *Attribute, at time.Time) segment.Value {
	switch a.Kind {
	case AttributeField:
		return e.Contact.AttributeValue(a)
	case AttributeCount:
		return segment.Int(int64(e.Contact.CountOf(a, at)))
	}
	if s, ok := e.moving(a); ok {
		from, to := held(a.Moving, s, at)
		return segment.Int(int64(to - from))
	}
	n := 0
	// events of one name in a window, and nothing else
	if a.Single {
		// no events in the window: the value is known without a look at any
		if n = e.Contact.CountOf(a, at); n == 0 {
			return a.empty
		}
	}
	return e.byShortcut(&a.shortcut, a, n, at)
}

// spell puts a row into its words.
func spell(ws []word, at []int32, w Row, epoch uint32) {
	for i, bits := range w {
		ws[at[i]] = word{bits, epoch}
	}
}

// Truth is whether a leaf holds.
func (e *Evaluator) Truth(id LeafID) bool { return e.Is(e.Rules.bits[id]) }

// Is reports whether the leaf with a bit holds.
func (e *Evaluator) Is(b Bit) bool {
	w := &e.words[b.word()]
	if w.epoch != e.Epoch {
		return e.find(b)
	}
	return b.in(w.bits)
}

// find finds out about a word.
func (e *Evaluator) find(b Bit) bool {
	o := e.Rules.words.owners[b.word()]
	// all leaves of an attribute are found out together
	if o.attribute >= 0 {
		e.Row(o.attribute)
		return b.in(e.words[b.word()].bits)
	}
	l := e.Rules.Leaves[o.leaf]
	t := e.test(l)
	if !l.Refers { // what it reads may change while an update spreads
		e.words[b.word()] = word{uint64(size.Flag(t)), e.Epoch}
	}
	return t
}

// test tests a leaf that is not about an attribute.
func (e *Evaluator) test(l *Leaf) bool {
	switch l.Kind {
	case LeafSegment:
		return e.Contact.Member(l.Name)
	case LeafList:
		joined, ok := e.Contact.List(l.Name)
		return ok && !joined.After(e.At)
	case LeafGlobal:
		return l.Program().Match(&Nobody, e.At)
	}
	if holds, ok := e.testMerged(l); ok {
		return holds
	}
	return l.Program().Match(e.Contact, e.At)
}

// Test tests a leaf of whatever kind, and keeps nothing.
func (e *Evaluator) Test(l *Leaf) bool {
	if l.Attribute == None {
		return e.test(l)
	}
	return l.Holds(e.valueAt(e.Rules.Attributes[l.Attribute], e.At), e.At, &e.probe)
}

// Nobody is a contact of which nothing is known.
var Nobody segment.Record

// Flip notes that a leaf without an attribute has flipped to t.
func (e *Evaluator) Flip(id LeafID, t bool) {
	at := e.Rules.bits[id].word()
	e.words[at] = word{uint64(size.Flag(t)), e.Epoch}
	e.were[at] = word{uint64(size.Flag(!t)), e.Epoch}
}

// passes reports whether guards hold.
func (e *Evaluator) passes(gs Guards) bool {
	for _, g := range gs {
		b, want := g.Leaf()
		// as in Is, which is too large to be compiled in here
		w := &e.words[b.word()]
		if w.epoch == e.Epoch {
			if b.in(w.bits) != want {
				return false
			}
		} else if e.find(b) != want {
			return false
		}
	}
	return true
}

// Opens returns what a leaf that has flipped to holds may do to a plan behind
// guards, or nothing. A plan can come to hold only where the guards hold now, and
// cease to only where they did before. If the leaf may flip again, nothing is
// known of which.
func (e *Evaluator) Opens(gs Guards, holds, settled bool) Effect {
	may := EffectEnters | EffectLeaves
	if settled {
		may = gs[0].Statement().May(holds)
	}
	for _, g := range gs {
		b, want := g.Leaf()
		// it fails now, or entering is out of the question, and the same for before and leaving
		if (may == EffectLeaves || e.Is(b) != want) && (may == EffectEnters || e.was(b) != want) {
			return 0
		}
	}
	return may
}

// was reports whether the leaf with a bit held before the change that was seen:
// see [Evaluator.Remember] and [Evaluator.Flip].
func (e *Evaluator) was(b Bit) bool {
	if w := &e.were[b.word()]; w.epoch == e.Epoch {
		return b.in(w.bits)
	}
	if w := &e.words[b.word()]; w.epoch == e.Epoch {
		return b.in(w.bits)
	}
	// memberships change while a change spreads, and the contact knows what they were
	if o := e.Rules.words.owners[b.word()]; o.attribute < 0 && e.Rules.Leaves[o.leaf].Kind == LeafSegment {
		return e.Contact.(before).Was(e.Rules.Leaves[o.leaf].Name)
	}
	return e.find(b)
}

// A before is a contact view that knows the memberships from before a change.
type before interface {
	// Was reports whether the contact was in a segment before the change.
	Was(segment string) bool
}

// Remember says what the row of an attribute was before a change.
func (e *Evaluator) Remember(id AttributeID, w Row) {
	spell(e.were, e.Rules.Attributes[id].words, w, e.Epoch)
}

// HoldsNow reports whether a plan holds as the contact is now.
func (e *Evaluator) HoldsNow(id PlanID) bool { return e.run(e.Rules.programs.steps(id), false) }

// HeldBefore reports whether a plan held before a change, which cannot be told of one
// that is stored.
func (e *Evaluator) HeldBefore(id PlanID) bool { return e.run(e.Rules.programs.steps(id), true) }

// run walks through a program. With former it asks what the leaves were before the change.
func (e *Evaluator) run(steps []step, former bool) bool {
	ws, epoch := e.words, e.Epoch
	for at := int32(0); ; {
		s := &steps[at]
		var t bool
		switch {
		case s.bit >= counting:
			// a step that only goes on, or one that counts
			t = s.bit >= going || e.counts(&e.Rules.programs.counts[s.bit-counting], former)
		case former:
			t = e.was(s.bit)
		default:
			if w := &ws[s.bit.word()]; w.epoch == epoch {
				t = s.bit.in(w.bits)
			} else {
				t = e.find(s.bit)
			}
		}
		// going on at no or yes; below zero is the end, and says what it is
		if at = s.no; t {
			at = s.yes
		}
		if at < 0 {
			return at == holds
		}
	}
}

// counts runs the programs of AT LEAST and its like, and counts those that hold.
func (e *Evaluator) counts(c *count, former bool) bool {
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
	case rule.QuantityAtLeast:
		return n >= c.k
	case rule.QuantityAtMost:
		return n <= c.k
	}
	return n == c.k
}
