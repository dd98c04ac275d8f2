package index

import "math/bits"

// Access finds the segments of a contact of which nothing is known yet. Every
// root is listed under literals one of which must hold where it holds: its most
// selective literal, or one for each part of an OR. A contact's values lead to
// the literals that hold; what is listed there, and passes a second guard, is
// evaluated. This is the access predicate of content-based matching (Fabret et
// al., SIGMOD 2001), used for trees.
type access struct {
	lit    literal
	guards [2]literal
}

// accesses returns the literals under which a root is listed; ok is false if
// there is a way for it to hold that no literal stands for.
func (p *planner) accesses(n *node) (as []access, ok bool) {
	switch n.kind {
	case nodeLiteral:
		if p.r.leaves[n.lit.leaf].refers {
			return nil, false
		}
		return []access{{n.lit, noLiterals}}, true
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
	beside := [3]literal{noLiteral, noLiteral, noLiteral}
	for _, k := range n.kids {
		if k.kind == nodeLiteral {
			p.rank(beside[:], k.lit)
		}
	}
	if first := beside[0]; first.leaf != none {
		best, least = []access{{first, [2]literal(beside[1:])}}, p.worth(first)
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
			p.rank(as[i].guards[:], beside[0])
			p.rank(as[i].guards[:], beside[1])
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
		r.ownFans(a.lit.leaf).enter[flag(a.lit.want)].add(r.guards(a.guards, statedBoth), id)
		r.mark(a.lit.leaf)
	}
}

func (r *rules) unlist(id rootID, rt *root) {
	if !rt.listed {
		r.rest = without(r.rest, id)
		return
	}
	for _, a := range rt.access {
		r.ownFans(a.lit.leaf).enter[flag(a.lit.want)].remove(r.guards(a.guards, statedBoth), id)
		r.mark(a.lit.leaf)
	}
}

// mark notes whether roots are listed under a leaf.
func (r *rules) mark(id leafID) {
	l, f := r.leaves[id], &r.fans[id]
	if l.attr == none {
		r.probes = without(r.probes, id)
		if len(f.enter[0])+len(f.enter[1]) > 0 {
			r.probes = append(r.probes, id)
		}
		return
	}
	a, local := r.ownAttr(l.attr), l.local
	for want := range a.listed {
		a.listed[want].put(local, len(f.enter[want]) > 0)
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
		if a != nil {
			e.row(attrID(id)) // all first: what is known is tested faster
		}
	}
	for id, a := range r.attrs {
		if a == nil {
			continue
		}
		w := e.now[id].w
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
	for _, to := range e.r.fans[id].enter[want] {
		if e.passes(to.guards) {
			f(to.root)
		}
	}
}
