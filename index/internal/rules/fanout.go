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

// A guard is a literal by its bit, in one word: a change cannot matter to a plan,
// through the leaf that the guard stands beside, while the guard fails. In the
// first guard of two stands in which of its truths that leaf is stated.
type guard uint32

// Guards are the two that stand beside a leaf.
type Guards [2]guard

// A statement says what a plan states of a leaf: where AND and OR alone are above
// it, one of its truths, and only by becoming that can it let a contact in, and
// only by ceasing to be it put one out.
type statement uint8

const (
	statementBoth statement = iota // under AT LEAST and its like
	statementFalse
	statementTrue
)

const (
	guardBit = 3 // bits: that of the leaf is above, 2 bits say what is stated, and the last is want
	mostBits = 1<<(32-guardBit) - 1
)

// unguarded is no guard: it always holds.
const unguarded = guard(always<<guardBit | 1)

// guardOf returns the guard for a literal, none if there are more leaves than
// guards can tell apart.
func guardOf(b bit, want bool) guard {
	if b > mostBits {
		return unguarded
	}
	return guard(b<<guardBit | bit(size.Flag(want)))
}

func (g guard) of(s statement) guard { return g | guard(s)<<1 }

// Statement is in which of its truths the leaf is stated that the guards stand beside.
func (g guard) Statement() statement { return statement(g >> 1 & 3) }

// Leaf returns the bit of the guard's leaf and the truth that is wanted of it.
func (g guard) Leaf() (b bit, want bool) { return bit(g >> guardBit), g&1 != 0 }

// An entry leads to a plan, past two guards.
type entry struct {
	Guards Guards
	Plan   PlanID
}

// A fanOut leads from a leaf to plans, in the order of their guards: going over it
// is going over memory.
type fanOut []entry

// fanOuts are those of one leaf.
type fanOuts struct {
	Flip  fanOut    // plans that state the leaf
	enter [2]fanOut // plans listed under the leaf being false, and true
}

// An Effect says what may become of a plan.
type Effect uint8

const (
	EffectEnters Effect = 1 << iota // it may come to hold
	EffectLeaves                    // it may cease to hold
)

// May is what a leaf stated so can do to a plan by coming to hold, or ceasing to.
func (s statement) May(holds bool) Effect {
	switch {
	case s == statementBoth:
		return EffectEnters | EffectLeaves
	case holds == (s == statementTrue):
		return EffectEnters
	}
	return EffectLeaves
}

func (f *fanOut) add(gs Guards, id PlanID) {
	e := entry{gs, id}
	at, _ := slices.BinarySearchFunc(*f, e, entry.compare)
	*f = slices.Insert(*f, at, e)
}

func (f *fanOut) remove(gs Guards, id PlanID) {
	if at, found := slices.BinarySearchFunc(*f, entry{gs, id}, entry.compare); found {
		*f = slices.Delete(*f, at, at+1)
	}
}

func (e entry) compare(o entry) int {
	return cmp.Or(cmp.Compare(e.Guards[0], o.Guards[0]), cmp.Compare(e.Guards[1], o.Guards[1]), cmp.Compare(e.Plan, o.Plan))
}

func (f *fanOuts) clone() fanOuts {
	return fanOuts{slices.Clone(f.Flip), [2]fanOut{slices.Clone(f.enter[0]), slices.Clone(f.enter[1])}}
}
