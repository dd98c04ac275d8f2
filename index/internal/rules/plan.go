package rules

import (
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Plans. The condition of a segment is brought into a tree with NOT only at the leaves, its
// parts are put in order so that what is cheap and decides much comes first, and the tree is
// compiled to steps: test a bit, go on at one step if it is set and at another if not. From
// the same tree come the guards of each leaf, and the leaves under which the plan is listed.

// A Plan is a segment as a program over leaves.
type Plan struct {
	Segment segment.Segment
	Normal  segment.Condition // in normal form
	Tree    *Node
	steps   []step
	counts  []int32 // see programs.counts
	Edges   []Edge  // from each leaf it states, with guards
	Refs    []PlanID
	Used    bool
	stored  bool     // what it was before a change is only to be had from the members
	access  []access // where it is listed for contacts of which nothing is known
	listed  bool
}

// A step tests a leaf, or counts, and says where to go from there.
type step struct {
	bit Bit
	yes int32
	no  int32
}

// Bits of a step that are not those of a leaf.
const (
	counting Bit = 1 << 31          // programs.counts[bit - counting]
	going    Bit = counting | 1<<30 // on to yes
)

// Ends of a program.
const (
	holds int32 = -1
	fails int32 = -2
)

// A count is AT LEAST, AT MOST or EXACTLY k of some conditions.
type count struct {
	quantity rule.Quantity
	k        int
	of       [][]step
}

// An Edge leads from a plan to a leaf that it states, with the guards that stand beside
// it there.
type Edge struct {
	Leaf   LeafID
	guards Guards
}

// A Node is a condition with NOT only at the leaves.
type Node struct {
	Kind     NodeKind
	Literal  Literal
	Kids     []*Node
	Negated  bool // of NodeCount
	Quantity rule.Quantity
	K        int
}

// A NodeKind says what a node is.
type NodeKind uint8

const (
	NodeLiteral NodeKind = iota // a leaf, or NOT a leaf
	NodeAnd                     // all kids hold
	NodeOr                      // any kid does
	NodeCount                   // AT LEAST, AT MOST or EXACTLY so many do
)

// A planner turns a condition into a plan.
type planner struct {
	r   *Rules
	out *Plan
}

// node pushes NOT down to the leaves, and zones as well.
func (p *planner) node(c segment.Condition, neg bool, zone rule.Expr) *Node {
	switch c := c.(type) {
	case rule.And:
		return p.group(c, neg, zone, NodeAnd, NodeOr)
	case rule.Or:
		return p.group(c, neg, zone, NodeOr, NodeAnd)
	case rule.Not:
		return p.node(c.C, !neg, zone)
	case rule.Everyone:
		return p.group(nil, neg, zone, NodeAnd, NodeOr)
	case rule.Count:
		// NOT stays in front of a count: its parts may hold and fail in many ways
		n := p.group(c.Of, false, zone, NodeCount, NodeCount)
		n.Negated, n.Quantity, n.K = neg, c.Quantity, c.K
		return n
	case rule.Zoned:
		// the inner of two zones is the one that counts, if it is a constant
		if zone == nil || readsZone(c.Zone) {
			return p.node(c.C, neg, c.Zone)
		}
	}
	if zone != nil {
		c = rule.Zoned{C: c, Zone: zone}
	}
	return &Node{Literal: Literal{p.r.leaf(c), !neg}}
}

// readsZone reports whether the inner of two zones counts alone: an unknown one
// leaves the outer in force, so only a constant may, which has been checked.
func readsZone(zone rule.Expr) bool {
	_, ok := zone.(segment.Value)
	return ok
}

// group makes a node of AND, OR or a count. Under NOT the kind is the negated one.
func (p *planner) group(cs []segment.Condition, neg bool, zone rule.Expr, kind, negated NodeKind) *Node {
	n := &Node{Kind: kind}
	if neg {
		n.Kind = negated
	}
	// DAY(x) = DAY(TODAY) AND MONTH(x) = MONTH(TODAY) is one leaf: see mergeDates
	if kind == NodeAnd && !neg && zone == nil {
		var merged segment.Condition
		if cs, merged = mergeDates(cs); merged != nil {
			n.Kids = append(n.Kids, &Node{Literal: Literal{p.r.leaf(merged), true}})
		}
	}
	for _, c := range cs {
		n.Kids = append(n.Kids, p.node(c, neg, zone))
	}
	return n
}

// make sets the program and the edges of the plan.
func (p *planner) make(c segment.Condition) {
	n := p.node(c, false, nil)
	p.order(n)
	p.out.Tree, p.out.steps = n, p.block(n)
	p.guard(n, noLiterals, false)
	for _, e := range p.out.Edges {
		l := p.r.Leaves[e.Leaf]
		// What a condition with a reference in it was before is not kept, as the memberships
		// that it read have changed by then.
		p.out.stored = p.out.stored || l.Refers && l.Kind != LeafSegment
	}
	p.out.access, p.out.listed = p.accesses(n)
}

// order puts what is quick and decides soon first.
func (p *planner) order(n *Node) {
	for _, k := range n.Kids {
		p.order(k)
	}
	if n.Kind == NodeAnd || n.Kind == NodeOr {
		slices.SortStableFunc(n.Kids, func(a, b *Node) int {
			x, y := p.effort(a, n.Kind), p.effort(b, n.Kind)
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		})
	}
}

// effort is the cost of a node for each time it decides the group it is in.
func (p *planner) effort(n *Node, in NodeKind) float64 {
	cost, likely := p.guess(n)
	// a part of an AND decides it by failing, one of an OR by holding
	decides := 1 - likely
	if in == NodeOr {
		decides = likely
	}
	return cost / max(decides, 0.01)
}

// guess returns what a node costs to test, and how often it holds.
func (p *planner) guess(n *Node) (cost, likely float64) {
	switch n.Kind {
	case NodeLiteral:
		l := p.r.Leaves[n.Literal.Leaf]
		cost, likely = l.cost(), l.Likely
		if !n.Literal.Want {
			likely = 1 - likely
		}
		return cost, likely
	case NodeAnd:
		likely = 1
		for _, k := range n.Kids {
			c, l := p.guess(k)
			cost += c * likely
			// a part is tested only if all before it hold
			likely *= l
		}
		return cost, likely
	case NodeOr:
		miss := 1.0
		for _, k := range n.Kids {
			c, l := p.guess(k)
			cost += c * miss
			// a part is tested only if all before it fail
			miss *= 1 - l
		}
		return cost, 1 - miss
	}
	for _, k := range n.Kids {
		c, _ := p.guess(k)
		cost += c
	}
	return cost, 0.5
}

// cost is about what a leaf takes to test, in nanoseconds.
func (l *Leaf) cost() float64 {
	switch l.Kind {
	case LeafRange, LeafEqual, LeafNull, LeafAge, leafHas:
		return 10
	case LeafValue, LeafList, LeafSegment, LeafGlobal:
		return 40
	}
	return 400
}

// block compiles a node to steps of its own, which begin at the first.
func (p *planner) block(n *Node) []step {
	var steps []step
	// Steps are emitted back to front, since each must know where the next one is.
	start := p.emit(&steps, n, holds, fails)
	if len(steps) == 0 || int(start) != len(steps)-1 { // a constant, or one at the front
		steps = append(steps, step{bit: going, yes: start, no: start})
	}
	slices.Reverse(steps)
	last := int32(len(steps) - 1)
	for i := range steps {
		if steps[i].yes >= 0 {
			// places were counted from the end, and are now from the front
			steps[i].yes = last - steps[i].yes
		}
		if steps[i].no >= 0 {
			steps[i].no = last - steps[i].no
		}
	}
	return steps
}

// emit appends the steps of a node back to front and returns where it starts.
func (p *planner) emit(steps *[]step, n *Node, yes, no int32) int32 {
	switch n.Kind {
	case NodeAnd:
		for _, k := range slices.Backward(n.Kids) {
			// if this part holds, the next one decides
			yes = p.emit(steps, k, yes, no)
		}
		return yes
	case NodeOr:
		for _, k := range slices.Backward(n.Kids) {
			// if this part fails, the next one decides
			no = p.emit(steps, k, yes, no)
		}
		return no
	case NodeCount:
		c := count{quantity: n.Quantity, k: n.K}
		for _, k := range n.Kids {
			c.of = append(c.of, p.block(k))
		}
		id := take(&p.r.programs.counts, &p.r.programs.freeCounts, c)
		p.out.counts = append(p.out.counts, id)
		if n.Negated {
			yes, no = no, yes
		}
		*steps = append(*steps, step{bit: counting | Bit(id), yes: yes, no: no})
	default:
		if !n.Literal.Want {
			yes, no = no, yes
		}
		*steps = append(*steps, step{bit: p.r.bits[n.Literal.Leaf], yes: yes, no: no})
	}
	return int32(len(*steps) - 1)
}

// guard finds for each occurrence of a leaf the best two literals that stand beside
// it, or beside a group around it, in an AND. Where a plan comes to hold, some
// literal that makes it hold has come to hold, and all ANDs around that do, so
// its guard does; and where a plan ceases to hold, the guard of some literal that
// has ceased to hold did hold before. Guards are leaves that are decided before a
// change spreads, so never segments.
func (p *planner) guard(n *Node, best [2]Literal, counted bool) {
	if n.Kind == NodeLiteral {
		as := statementFalse
		if n.Literal.Want {
			as = statementTrue
		}
		if counted {
			as = statementBoth
		}
		p.out.Edges = append(p.out.Edges, Edge{n.Literal.Leaf, p.r.guards(best, as)})
		return
	}
	counted = counted || n.Kind == NodeCount
	beside := [3]Literal{noLiteral, noLiteral, noLiteral} // the best two for each part, whichever it is
	for _, k := range n.Kids {
		// only in an AND does one part make the others matter or not
		if n.Kind == NodeAnd && k.Kind == NodeLiteral {
			p.rank(beside[:], k.Literal)
		}
	}
	for _, k := range n.Kids {
		// a group gets all that stands beside it, a literal all but itself
		inner := best
		for _, l := range beside {
			if k.Kind != NodeLiteral || k.Literal != l {
				p.rank(inner[:], l)
			}
		}
		p.guard(k, inner, counted)
	}
}

// guards are literals as they stand in a fan-out.
func (r *Rules) guards(ls [2]Literal, as Statement) (gs Guards) {
	for i, l := range ls {
		gs[i] = unguarded
		if l.Leaf != None {
			gs[i] = guardOf(r.bits[l.Leaf], l.Want)
		}
	}
	gs[0] = gs[0].of(as)
	return gs
}

// rank puts a literal among the best, if it can be a guard and is better.
func (p *planner) rank(best []Literal, l Literal) {
	if l.Leaf == None || p.r.Leaves[l.Leaf].Refers || slices.Contains(best, l) {
		return
	}
	for i, b := range best {
		if b.Leaf == None || p.worth(l) < p.worth(b) {
			copy(best[i+1:], best[i:])
			best[i] = l
			return
		}
	}
}

// worth is how little a guard lets through, and costs: less is better.
func (p *planner) worth(l Literal) float64 {
	leaf := p.r.Leaves[l.Leaf]
	likely := leaf.Likely
	if !l.Want {
		likely = 1 - likely
	}
	// a leaf that takes 400 ns is as bad as one that holds a fifth more often
	return likely + leaf.cost()/2000
}
