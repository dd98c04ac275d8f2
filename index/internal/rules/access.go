package rules

import (
	"math/bits"

	"github.com/segmentrules/segment/index/internal/size"
)

// Access finds the segments of a contact of which nothing is known yet. Every
// plan is listed under literals one of which must hold where it holds: its most
// selective literal, or one for each part of an OR. A contact's values lead to
// the literals that hold; what is listed there, and passes a second guard, is
// evaluated. This is the access predicate of content-based matching (Fabret et
// al., SIGMOD 2001), used for trees.
type access struct {
	lit    Literal
	guards [2]Literal
}

// accesses returns the literals under which a plan is listed; ok is false if
// there is a way for it to hold that no literal stands for.
func (p *planner) accesses(n *Node) (as []access, ok bool) {
	switch n.Kind {
	case NodeLiteral:
		// memberships of a new contact are not known yet
		if p.r.Leaves[n.Literal.Leaf].Refers {
			return nil, false
		}
		return []access{{n.Literal, noLiterals}}, true
	case NodeOr:
		// any of the parts may let it in, so it is listed under each
		for _, k := range n.Kids {
			more, ok := p.accesses(k)
			if !ok {
				return nil, false
			}
			as = append(as, more...)
		}
		return as, true
	case NodeAnd:
		return p.accessesOfAnd(n)
	}
	return nil, false
}

// accessesOfAnd takes the part that is listed under the most selective literals.
func (p *planner) accessesOfAnd(n *Node) (best []access, ok bool) {
	least := 2.0
	beside := [3]Literal{noLiteral, noLiteral, noLiteral}
	for _, k := range n.Kids {
		if k.Kind == NodeLiteral {
			p.rank(beside[:], k.Literal)
		}
	}
	// one literal, with the next two as guards
	if first := beside[0]; first.Leaf != None {
		best, least = []access{{first, [2]Literal(beside[1:])}}, p.worth(first)
	}
	for _, k := range n.Kids {
		if k.Kind == NodeLiteral {
			continue
		}
		as, ok := p.accesses(k)
		// too many places to list one plan at
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

// list lists a plan under its literals.
func (r *Rules) list(id PlanID, plan *Plan) {
	if !plan.listed {
		r.rest = append(r.rest, id)
		return
	}
	for _, a := range plan.access {
		r.ownFanOuts(a.lit.Leaf).enter[size.Flag(a.lit.Want)].add(r.guards(a.guards, statementBoth), id)
		r.mark(a.lit.Leaf)
	}
}

// unlist takes a plan away from where list has put it.
func (r *Rules) unlist(id PlanID, plan *Plan) {
	if !plan.listed {
		r.rest = without(r.rest, id)
		return
	}
	for _, a := range plan.access {
		r.ownFanOuts(a.lit.Leaf).enter[size.Flag(a.lit.Want)].remove(r.guards(a.guards, statementBoth), id)
		r.mark(a.lit.Leaf)
	}
}

// mark notes whether plans are listed under a leaf.
func (r *Rules) mark(id LeafID) {
	l, f := r.Leaves[id], &r.FanOuts[id]
	// leaves by themselves are tested one by one for a new contact: those under which plans are
	if l.Attribute == None {
		r.probes = without(r.probes, id)
		if len(f.enter[0])+len(f.enter[1]) > 0 {
			r.probes = append(r.probes, id)
		}
		return
	}
	a, local := r.ownAttribute(l.Attribute), l.local
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

// Candidates calls f with every plan that may hold, some of them more than once.
func (e *Evaluator) Candidates(f func(PlanID)) {
	r := e.Rules
	for _, id := range r.rest {
		f(id)
	}
	for _, l := range r.probes {
		e.enter(l, size.Flag(e.Truth(l)), f)
	}
	for id, a := range r.Attributes {
		if a != nil {
			e.Row(AttributeID(id)) // all first: what is known is tested faster
		}
	}
	for id, a := range r.Attributes {
		if a == nil {
			continue
		}
		w := e.now[id].w
		for i := range w {
			// leaves that hold and under which plans are listed, bit by bit
			for held := w[i] & a.listed[1][i]; held != 0; held &= held - 1 {
				e.enter(a.Leaves[64*i+bits.TrailingZeros64(held)], 1, f)
			}
			for failed := ^w[i] & a.listed[0][i]; failed != 0; failed &= failed - 1 {
				e.enter(a.Leaves[64*i+bits.TrailingZeros64(failed)], 0, f)
			}
		}
	}
}

// enter finds the plans listed under what a leaf is.
func (e *Evaluator) enter(id LeafID, want int, f func(PlanID)) {
	for _, to := range e.Rules.FanOuts[id].enter[want] {
		if e.passes(to.Guards) {
			f(to.Plan)
		}
	}
}
