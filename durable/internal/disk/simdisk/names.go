package simdisk

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// An entry is a name and the file that it stands for.
type entry struct {
	name string
	node *node
}

// A names is a directory: entries in order of name.
type names []entry

func (ns names) find(name string) (int, bool) {
	return slices.BinarySearchFunc(ns, name, func(e entry, name string) int { return strings.Compare(e.name, name) })
}

func (ns *names) set(name string, n *node) {
	i, ok := ns.find(name)
	if ok {
		(*ns)[i].node = n
		return
	}
	*ns = slices.Insert(*ns, i, entry{name, n})
}

func (ns *names) drop(name string) {
	if i, ok := ns.find(name); ok {
		*ns = slices.Delete(*ns, i, i+1)
	}
}

// A change gives a node the name to, and takes the name from away; either may be empty.
type change struct {
	to   string
	node *node
	from string
}

func (ns *names) apply(c change) {
	if c.to != "" {
		ns.set(c.to, c.node)
	}
	if c.from != "" {
		ns.drop(c.from)
	}
}

// survive carries out those of the changes that a cut leaves: none, all, the first few,
// or any of them. A rename may leave both names; it never leaves none.
func (ns *names) survive(changes []change, rng *rand.Rand) {
	mode, upTo := rng.IntN(4), len(changes)
	switch mode {
	case 0:
		upTo = 0
	case 1:
		upTo = rng.IntN(len(changes) + 1)
	}
	for _, c := range changes[:upTo] {
		if mode == 2 && rng.IntN(2) == 0 {
			continue
		}
		if mode == 2 && c.to != "" && rng.IntN(4) == 0 {
			c.from = ""
		}
		ns.apply(c)
	}
}
