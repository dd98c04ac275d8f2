package index

import "slices"

// A literal is a leaf or its complement.
type literal struct {
	leaf leafID
	want bool // the truth of the leaf for which the literal holds
}

var noLiteral = literal{leaf: none}

// A fan leads from a leaf to the roots that state it, grouped by a guard: a
// literal beside the leaf without which the root cannot depend on it.
type fan struct {
	groups []group
	find   map[literal]int // by guard, once there are many
}

type group struct {
	guard literal
	roots []rootID
}

// manyGroups is from where on groups are found by a map.
const manyGroups = 16

func (f *fan) group(guard literal) int {
	if f.find != nil {
		if i, ok := f.find[guard]; ok {
			return i
		}
		return -1
	}
	return slices.IndexFunc(f.groups, func(g group) bool { return g.guard == guard })
}

func (f *fan) add(guard literal, root rootID) {
	i := f.group(guard)
	if i < 0 {
		i = len(f.groups)
		f.groups = append(f.groups, group{guard: guard})
		switch {
		case f.find != nil:
			f.find[guard] = i
		case len(f.groups) > manyGroups:
			f.index()
		}
	}
	f.groups[i].roots = append(f.groups[i].roots, root)
}

func (f *fan) index() {
	f.find = make(map[literal]int, 2*len(f.groups))
	for i, g := range f.groups {
		f.find[g.guard] = i
	}
}

func (f *fan) remove(guard literal, root rootID) {
	i := f.group(guard)
	if i < 0 {
		return
	}
	g := &f.groups[i]
	at := slices.Index(g.roots, root)
	if at < 0 {
		return
	}
	last := len(g.roots) - 1
	g.roots[at] = g.roots[last]
	g.roots = g.roots[:last]
	if last > 0 {
		return
	}
	last = len(f.groups) - 1
	f.groups[i] = f.groups[last]
	f.groups[last] = group{}
	f.groups = f.groups[:last]
	if f.find != nil {
		f.index()
	}
}
