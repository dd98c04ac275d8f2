package index

import (
	"cmp"
	"slices"
)

// A literal is a leaf or its complement.
type literal struct {
	leaf leafID
	want bool // the truth of the leaf for which the literal holds
}

var noLiteral = literal{leaf: none}

var noLiterals = [2]literal{noLiteral, noLiteral}

// A guard is a literal by its bit, in one word: a change cannot matter to a root,
// through the leaf that the guard stands beside, while the guard fails. In the
// first guard of two stands in which of its truths that leaf is stated.
type guard uint32

// Guards are the two that stand beside a leaf.
type guards [2]guard

// A stated says what a root states of a leaf: where AND and OR alone are above
// it, one of its truths, and only by becoming that can it let a contact in, and
// only by ceasing to be it put one out.
type stated uint8

const (
	statedBoth stated = iota // under AT LEAST and its like
	statedFalse
	statedTrue
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
	return guard(b<<guardBit | bit(flag(want)))
}

func (g guard) of(s stated) guard { return g | guard(s)<<1 }

// stated is in which of its truths the leaf is stated that the guards stand beside.
func (g guard) stated() stated { return stated(g >> 1 & 3) }

// leaf returns the bit of the guard's leaf and the truth that is wanted of it.
func (g guard) leaf() (b bit, want bool) { return bit(g >> guardBit), g&1 != 0 }

// An entry leads to a root, past two guards.
type entry struct {
	guards guards
	root   rootID
}

// A fan leads from a leaf to roots, in the order of their guards: going over it
// is going over memory.
type fan []entry

// Fans are those of one leaf.
type fans struct {
	flip  fan    // roots that state the leaf
	enter [2]fan // roots listed under the leaf being false, and true
}

// A turn says what may become of a root.
type turn uint8

const (
	entering turn = 1 << iota // it may come to hold
	leaving                   // it may cease to hold
)

// may is what a leaf stated so can do to a root by coming to hold, or ceasing to.
func (s stated) may(holds bool) turn {
	switch {
	case s == statedBoth:
		return entering | leaving
	case holds == (s == statedTrue):
		return entering
	}
	return leaving
}

func (f *fan) add(gs guards, id rootID) {
	e := entry{gs, id}
	at, _ := slices.BinarySearchFunc(*f, e, entry.compare)
	*f = slices.Insert(*f, at, e)
}

func (f *fan) remove(gs guards, id rootID) {
	if at, found := slices.BinarySearchFunc(*f, entry{gs, id}, entry.compare); found {
		*f = slices.Delete(*f, at, at+1)
	}
}

func (e entry) compare(o entry) int {
	return cmp.Or(cmp.Compare(e.guards[0], o.guards[0]), cmp.Compare(e.guards[1], o.guards[1]), cmp.Compare(e.root, o.root))
}

func (f *fans) clone() fans {
	return fans{slices.Clone(f.flip), [2]fan{slices.Clone(f.enter[0]), slices.Clone(f.enter[1])}}
}
