package index

import (
	"slices"
)

// A literal is a leaf or its complement.
type literal struct {
	leaf leafID
	want bool // the truth of the leaf for which the literal holds
}

var noLiteral = literal{leaf: none}

// A guard is a literal by its place, in one word: a change cannot matter to a
// root, through the leaf that the guard stands beside, if the guard holds neither
// before nor after it.
type guard uint64

// unguarded is no guard.
const unguarded guard = 1<<64 - 1

func guardOf(p place, want bool) guard {
	return guard(uint32(p.attr))<<32 | guard(uint32(p.local))<<1 | guard(flag(want))
}

func (g guard) place() (p place, want bool) {
	return place{attrID(int32(g >> 32)), int32(uint32(g) >> 1)}, g&1 != 0
}

// A fan leads from a leaf to roots, grouped by guard. All of it lies in three
// slices, in order, so that going over it is going over memory.
type fan struct {
	guards []guard
	ends   []int32 // of each guard's roots
	roots  []rootID
}

func (f *fan) empty() bool { return len(f.roots) == 0 }

// group returns the roots of the i-th guard.
func (f *fan) group(i int) []rootID {
	from := int32(0)
	if i > 0 {
		from = f.ends[i-1]
	}
	return f.roots[from:f.ends[i]]
}

func (f *fan) add(g guard, id rootID) {
	i, found := slices.BinarySearch(f.guards, g)
	if !found {
		end := int32(0)
		if i > 0 {
			end = f.ends[i-1]
		}
		f.guards = slices.Insert(f.guards, i, g)
		f.ends = slices.Insert(f.ends, i, end)
	}
	f.roots = slices.Insert(f.roots, int(f.ends[i]), id)
	for ; i < len(f.ends); i++ {
		f.ends[i]++
	}
}

func (f *fan) remove(g guard, id rootID) {
	i, found := slices.BinarySearch(f.guards, g)
	if !found {
		return
	}
	roots := f.group(i)
	at := slices.Index(roots, id)
	if at < 0 {
		return
	}
	at += int(f.ends[i]) - len(roots)
	f.roots = slices.Delete(f.roots, at, at+1)
	for j := i; j < len(f.ends); j++ {
		f.ends[j]--
	}
	if len(roots) == 1 {
		f.guards, f.ends = slices.Delete(f.guards, i, i+1), slices.Delete(f.ends, i, i+1)
	}
}

func (f fan) clone() fan {
	return fan{slices.Clone(f.guards), slices.Clone(f.ends), slices.Clone(f.roots)}
}
