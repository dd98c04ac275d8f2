package index

import (
	"slices"

	"github.com/segmentrules/segment"
)

// A root is a segment as a program over leaves.
type root struct {
	segment segment.Segment
	simple  segment.Condition // in normal form
	tree    *node
	steps   []step
	counts  []int32 // see code.counts
	edges   []edge  // from each leaf it states, with guards
	refs    []rootID
	used    bool
	stored  bool     // what it was before a change is only to be had from the members
	access  []access // where it is listed for contacts of which nothing is known
	listed  bool
}

// A step tests a leaf, or counts, and says where to go from there.
type step struct {
	bit bit
	yes int32
	no  int32
}

// Bits of a step that are not those of a leaf.
const (
	counting bit = 1 << 31          // code.counts[bit - counting]
	going    bit = counting | 1<<30 // on to yes
)

// Ends of a program.
const (
	holds int32 = -1
	fails int32 = -2
)

// A count is AT LEAST, AT MOST or EXACTLY k of some conditions.
type count struct {
	quantity segment.Quantity
	k        int
	of       [][]step
}

type edge struct {
	leaf   leafID
	guards guards
}

// A node is a condition with NOT only at the leaves.
type node struct {
	kind nodeKind
	lit  literal
	kids []*node
	neg  bool // of nodeCount
	q    segment.Quantity
	k    int
}

// A nodeKind says what a node is.
type nodeKind uint8

const (
	nodeLiteral nodeKind = iota // a leaf, or NOT a leaf
	nodeAnd                     // all kids hold
	nodeOr                      // any kid does
	nodeCount                   // AT LEAST, AT MOST or EXACTLY so many do
)

// A planner turns a condition into a root.
type planner struct {
	r   *rules
	out *root
}

// node pushes NOT down to the leaves, and zones as well.
func (p *planner) node(c segment.Condition, neg bool, zone segment.Expr) *node {
	switch c := c.(type) {
	case segment.And:
		return p.group(c, neg, zone, nodeAnd, nodeOr)
	case segment.Or:
		return p.group(c, neg, zone, nodeOr, nodeAnd)
	case segment.Not:
		return p.node(c.C, !neg, zone)
	case segment.Everyone:
		return p.group(nil, neg, zone, nodeAnd, nodeOr)
	case segment.Count:
		n := p.group(c.Of, false, zone, nodeCount, nodeCount)
		n.neg, n.q, n.k = neg, c.Quantity, c.K
		return n
	case segment.Zoned:
		if zone == nil || readsZone(c.Zone) {
			return p.node(c.C, neg, c.Zone)
		}
	}
	if zone != nil {
		c = segment.Zoned{C: c, Zone: zone}
	}
	return &node{lit: literal{p.r.leaf(c), !neg}}
}

// readsZone reports whether the inner of two zones counts alone: an unknown one
// leaves the outer in force, so only a constant may, which has been checked.
func readsZone(zone segment.Expr) bool {
	_, ok := zone.(segment.Value)
	return ok
}

func (p *planner) group(cs []segment.Condition, neg bool, zone segment.Expr, kind, negated nodeKind) *node {
	n := &node{kind: kind}
	if neg {
		n.kind = negated
	}
	if kind == nodeAnd && !neg && zone == nil {
		var merged segment.Condition
		if cs, merged = mergeDates(cs); merged != nil {
			n.kids = append(n.kids, &node{lit: literal{p.r.leaf(merged), true}})
		}
	}
	for _, c := range cs {
		n.kids = append(n.kids, p.node(c, neg, zone))
	}
	return n
}

// plan sets the program and the edges of the root.
func (p *planner) plan(c segment.Condition) {
	n := p.node(c, false, nil)
	p.order(n)
	p.out.tree, p.out.steps = n, p.block(n)
	p.guard(n, noLiterals, false)
	for _, e := range p.out.edges {
		l := p.r.leaves[e.leaf]
		p.out.stored = p.out.stored || l.refers && l.kind != leafSegment
	}
	p.out.access, p.out.listed = p.accesses(n)
}

// order puts what is quick and decides soon first.
func (p *planner) order(n *node) {
	for _, k := range n.kids {
		p.order(k)
	}
	if n.kind == nodeAnd || n.kind == nodeOr {
		slices.SortStableFunc(n.kids, func(a, b *node) int {
			x, y := p.effort(a, n.kind), p.effort(b, n.kind)
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
func (p *planner) effort(n *node, in nodeKind) float64 {
	cost, likely := p.guess(n)
	decides := 1 - likely
	if in == nodeOr {
		decides = likely
	}
	return cost / max(decides, 0.01)
}

// guess returns what a node costs to test, and how often it holds.
func (p *planner) guess(n *node) (cost, likely float64) {
	switch n.kind {
	case nodeLiteral:
		l := p.r.leaves[n.lit.leaf]
		cost, likely = l.cost(), l.likely
		if !n.lit.want {
			likely = 1 - likely
		}
		return cost, likely
	case nodeAnd:
		likely = 1
		for _, k := range n.kids {
			c, l := p.guess(k)
			cost += c * likely
			likely *= l
		}
		return cost, likely
	case nodeOr:
		miss := 1.0
		for _, k := range n.kids {
			c, l := p.guess(k)
			cost += c * miss
			miss *= 1 - l
		}
		return cost, 1 - miss
	}
	for _, k := range n.kids {
		c, _ := p.guess(k)
		cost += c
	}
	return cost, 0.5
}

// cost is about what a leaf takes to test, in nanoseconds.
func (l *leaf) cost() float64 {
	switch l.kind {
	case leafRange, leafEqual, leafNull, leafAge, leafHas:
		return 10
	case leafValue, leafList, leafSegment, leafGlobal:
		return 40
	}
	return 400
}

// block compiles a node to steps of its own, which begin at the first.
func (p *planner) block(n *node) []step {
	var steps []step
	start := p.emit(&steps, n, holds, fails)
	if len(steps) == 0 || int(start) != len(steps)-1 { // a constant, or one at the front
		steps = append(steps, step{bit: going, yes: start, no: start})
	}
	slices.Reverse(steps)
	last := int32(len(steps) - 1)
	for i := range steps {
		if steps[i].yes >= 0 {
			steps[i].yes = last - steps[i].yes
		}
		if steps[i].no >= 0 {
			steps[i].no = last - steps[i].no
		}
	}
	return steps
}

// emit appends the steps of a node back to front and returns where it starts.
func (p *planner) emit(steps *[]step, n *node, yes, no int32) int32 {
	switch n.kind {
	case nodeAnd:
		for _, k := range slices.Backward(n.kids) {
			yes = p.emit(steps, k, yes, no)
		}
		return yes
	case nodeOr:
		for _, k := range slices.Backward(n.kids) {
			no = p.emit(steps, k, yes, no)
		}
		return no
	case nodeCount:
		c := count{quantity: n.q, k: n.k}
		for _, k := range n.kids {
			c.of = append(c.of, p.block(k))
		}
		id := take(&p.r.code.counts, &p.r.code.freeCounts, c)
		p.out.counts = append(p.out.counts, id)
		if n.neg {
			yes, no = no, yes
		}
		*steps = append(*steps, step{bit: counting | bit(id), yes: yes, no: no})
	default:
		if !n.lit.want {
			yes, no = no, yes
		}
		*steps = append(*steps, step{bit: p.r.bits[n.lit.leaf], yes: yes, no: no})
	}
	return int32(len(*steps) - 1)
}

// guard finds for each occurrence of a leaf the best two literals that stand beside
// it, or beside a group around it, in an AND. Where a root comes to hold, some
// literal that makes it hold has come to hold, and all ANDs around that do, so
// its guard does; and where a root ceases to hold, the guard of some literal that
// has ceased to hold did hold before. Guards are leaves that are decided before a
// change spreads, so never segments.
func (p *planner) guard(n *node, best [2]literal, counted bool) {
	if n.kind == nodeLiteral {
		as := statedFalse
		if n.lit.want {
			as = statedTrue
		}
		if counted {
			as = statedBoth
		}
		p.out.edges = append(p.out.edges, edge{n.lit.leaf, p.r.guards(best, as)})
		return
	}
	counted = counted || n.kind == nodeCount
	beside := [3]literal{noLiteral, noLiteral, noLiteral} // the best two for each part, whichever it is
	for _, k := range n.kids {
		if n.kind == nodeAnd && k.kind == nodeLiteral {
			p.rank(beside[:], k.lit)
		}
	}
	for _, k := range n.kids {
		inner := best
		for _, l := range beside {
			if k.kind != nodeLiteral || k.lit != l {
				p.rank(inner[:], l)
			}
		}
		p.guard(k, inner, counted)
	}
}

// guards are literals as they stand in a fan.
func (r *rules) guards(ls [2]literal, as stated) (gs guards) {
	for i, l := range ls {
		gs[i] = unguarded
		if l.leaf != none {
			gs[i] = guardOf(r.bits[l.leaf], l.want)
		}
	}
	gs[0] = gs[0].of(as)
	return gs
}

// rank puts a literal among the best, if it can be a guard and is better.
func (p *planner) rank(best []literal, l literal) {
	if l.leaf == none || p.r.leaves[l.leaf].refers || slices.Contains(best, l) {
		return
	}
	for i, b := range best {
		if b.leaf == none || p.worth(l) < p.worth(b) {
			copy(best[i+1:], best[i:])
			best[i] = l
			return
		}
	}
}

// worth is how little a guard lets through, and costs: less is better.
func (p *planner) worth(l literal) float64 {
	leaf := p.r.leaves[l.leaf]
	likely := leaf.likely
	if !l.want {
		likely = 1 - likely
	}
	return likely + leaf.cost()/2000
}
