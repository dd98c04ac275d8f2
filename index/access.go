package index

import "math/bits"

// Access finds the segments of a contact of which nothing is known yet. Every
// root is listed under literals one of which must hold where it holds: its most
// selective literal, or one for each part of an OR. A contact's values lead to
// the literals that hold; what is listed there, and passes a second guard, is
// evaluated. This is the access predicate of content-based matching (Fabret et
// al., SIGMOD 2001), used for trees.
type access struct {
	lit   literal
	guard literal
}

// accesses returns the literals under which a root is listed; ok is false if
// there is a way for it to hold that no literal stands for.
func (p *planner) accesses(n *node) (as []access, ok bool) {
	switch n.kind {
	case nodeLiteral:
		if p.r.leaves[n.lit.leaf].refers {
			return nil, false
		}
		return []access{{n.lit, noLiteral}}, true
	case nodeOr:
		for _, k := range n.kids {
			more, ok := p.accesses(k)
			if !ok {
				return nil, false
			}
			as = append(as, more...)
		}
		return as, true
	case nodeAnd:
		return p.accessesOfAnd(n)
	}
	return nil, false
}

// accessesOfAnd takes the part that is listed under the most selective literals.
func (p *planner) accessesOfAnd(n *node) (best []access, ok bool) {
	least := 2.0
	first, second := noLiteral, noLiteral
	for _, k := range n.kids {
		if k.kind != nodeLiteral || p.r.leaves[k.lit.leaf].refers {
			continue
		}
		switch {
		case first.leaf == none || p.worth(k.lit) < p.worth(first):
			first, second = k.lit, first
		case second.leaf == none || p.worth(k.lit) < p.worth(second):
			second = k.lit
		}
	}
	if first.leaf != none {
		best, least = []access{{first, second}}, p.worth(first)
	}
	for _, k := range n.kids {
		if k.kind == nodeLiteral {
			continue
		}
		as, ok := p.accesses(k)
		if !ok || len(as) > 8 {
			continue
		}
		worth := 0.0
		for i := range as {
			worth += p.worth(as[i].lit)
			if as[i].guard.leaf == none {
				as[i].guard = first
			}
		}
		if worth < least {
			best, least = as, worth
		}
	}
	return best, best != nil
}

// list lists a root under its literals.
func (r *rules) list(id rootID, rt *root) {
	if !rt.listed {
		r.rest = append(r.rest, id)
		return
	}
	for _, a := range rt.access {
		r.ownLeaf(a.lit.leaf).enter[flag(a.lit.want)].add(r.guard(a.guard), id)
		r.mark(a.lit.leaf)
	}
}

func (r *rules) unlist(id rootID, rt *root) {
	if !rt.listed {
		r.rest = without(r.rest, id)
		return
	}
	for _, a := range rt.access {
		r.ownLeaf(a.lit.leaf).enter[flag(a.lit.want)].remove(r.guard(a.guard), id)
		r.mark(a.lit.leaf)
	}
}

// mark notes whether roots are listed under a leaf.
func (r *rules) mark(id leafID) {
	l := r.leaves[id]
	if l.attr == none {
		r.probes = without(r.probes, id)
		if !l.enter[0].empty() || !l.enter[1].empty() {
			r.probes = append(r.probes, id)
		}
		return
	}
	a, local := r.ownAttr(l.attr), r.places[id].local
	for want := range a.listed {
		a.listed[want].put(local, !l.enter[want].empty())
	}
}

// without removes the first v.
func without[T comparable](vs []T, v T) []T {
	for i, have := range vs {
		if have == v {
			return append(vs[:i], vs[i+1:]...)
		}
	}
	return vs
}

// candidates calls f with every root that may hold, some of them more than once.
func (e *eval) candidates(f func(rootID)) {
	r := e.r
	for _, id := range r.rest {
		f(id)
	}
	for _, l := range r.probes {
		e.enter(l, flag(e.truth(l)), f)
	}
	for id, a := range r.attrs {
		if a == nil {
			continue
		}
		w := e.row(attrID(id))
		for i := range w {
			for held := w[i] & a.listed[1][i]; held != 0; held &= held - 1 {
				e.enter(a.leaves[64*i+bits.TrailingZeros64(held)], 1, f)
			}
			for failed := ^w[i] & a.listed[0][i]; failed != 0; failed &= failed - 1 {
				e.enter(a.leaves[64*i+bits.TrailingZeros64(failed)], 0, f)
			}
		}
	}
}

// enter finds the roots listed under what a leaf is.
func (e *eval) enter(id leafID, want int, f func(rootID)) {
	fan := &e.r.leaves[id].enter[want]
	for i, g := range fan.guards {
		if e.passes(g) {
			for _, root := range fan.group(i) {
				f(root)
			}
		}
	}
}
