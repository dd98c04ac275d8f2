package rules

import (
	"cmp"
	"slices"

	"github.com/segmentrules/segment/index/internal/size"
)

// A Literal is a leaf or its complement.
type Literal struct {
	Leaf LeafID
	Want bool // the truth of the leaf for which the literal holds
}

var noLiteral = Literal{Leaf: None}

var noLiterals = [2]Literal{noLiteral, noLiteral}

// A Guard is a literal by its bit, in one word: a change cannot matter to a plan,
// through the leaf that the guard stands beside, while the guard fails. In the
// first guard of two stands in which of its truths that leaf is stated.
type Guard uint32

// Guards are the two that stand beside a leaf.
type Guards [2]Guard

// A Statement says what a plan states of a leaf: where AND and OR alone are above
// it, one of its truths, and only by becoming that can it let a contact in, and
// only by ceasing to be it put one out.
type Statement uint8

const (
	statementBoth Statement = iota // under AT LEAST and its like
	statementFalse
	statementTrue
)

const (
	guardBit = 3 // bits: that of the leaf is above, 2 bits say what is stated, and the last is want
	mostBits = 1<<(32-guardBit) - 1
)

// unguarded is no guard: it always holds.
const unguarded = Guard(always<<guardBit | 1)

// guardOf returns the guard for a literal, none if there are more leaves than
// guards can tell apart.
func guardOf(b Bit, want bool) Guard {
	if b > mostBits {
		return unguarded
	}
	return Guard(b<<guardBit | Bit(size.Flag(want)))
}

// of returns the guard with what is stated of the leaf that it stands beside.
func (g Guard) of(s Statement) Guard { return g | Guard(s)<<1 }

// Statement is in which of its truths the leaf is stated that the guards stand beside.
func (g Guard) Statement() Statement { return Statement(g >> 1 & 3) }

// Leaf returns the bit of the guard's leaf and the truth that is wanted of it.
func (g Guard) Leaf() (b Bit, want bool) { return Bit(g >> guardBit), g&1 != 0 }

// An Entry leads to a plan, past two guards.
type Entry struct {
	Guards Guards
	Plan   PlanID
}

// A FanOut leads from a leaf to plans, in the order of their guards: going over it
// is going over memory.
type FanOut []Entry

// FanOuts are those of one leaf.
type FanOuts struct {
	Flip  FanOut    // plans that state the leaf
	enter [2]FanOut // plans listed under the leaf being false, and true
}

// An Effect says what may become of a plan.
type Effect uint8

const (
	EffectEnters Effect = 1 << iota // it may come to hold
	EffectLeaves                    // it may cease to hold
)

// May is what a leaf stated so can do to a plan by coming to hold, or ceasing to.
func (s Statement) May(holds bool) Effect {
	switch {
	case s == statementBoth:
		return EffectEnters | EffectLeaves
	case holds == (s == statementTrue):
		return EffectEnters
	}
	return EffectLeaves
}

// add adds a plan. There may be several entries for one, with other guards.
func (f *FanOut) add(gs Guards, id PlanID) {
	e := Entry{gs, id}
	at, _ := slices.BinarySearchFunc(*f, e, Entry.compare)
	*f = slices.Insert(*f, at, e)
}

// remove takes a plan with these guards away.
func (f *FanOut) remove(gs Guards, id PlanID) {
	if at, found := slices.BinarySearchFunc(*f, Entry{gs, id}, Entry.compare); found {
		*f = slices.Delete(*f, at, at+1)
	}
}

// compare orders entries by guards, so that those with the same ones are neighbours.
func (e Entry) compare(o Entry) int {
	return cmp.Or(cmp.Compare(e.Guards[0], o.Guards[0]), cmp.Compare(e.Guards[1], o.Guards[1]), cmp.Compare(e.Plan, o.Plan))
}

// clone returns fan-outs that may change while the others stay as they are.
func (f *FanOuts) clone() FanOuts {
	return FanOuts{slices.Clone(f.Flip), [2]FanOut{slices.Clone(f.enter[0]), slices.Clone(f.enter[1])}}
}
