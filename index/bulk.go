package index

import (
	"context"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/rowset"
)

// The bulk path decides conditions for all contacts: not contact by contact but
// in blocks of 65,536 rows, whose sets of rows are masks of a bit each. A leaf
// is tested for a whole block, and only where what stands before it in an AND
// holds, or in an OR does not; what was quick and decided much in the blocks
// before goes first. The vectors of X100 (Boncz et al., CIDR 2005) are the model.

// A bulk is some roots to be decided over a picture at one instant.
type bulk struct {
	r    *rules
	pic  *picture
	at   time.Time
	tree []*node
}

// run calls visit for every block that has rows, each with a scanner and the
// rows of it that exist, on as many goroutines as may run at once; none outlives
// the call. Progress is called by this goroutine.
func (b *bulk) run(ctx context.Context, progress func(done, of int), visit func(s *scanner, block int, live *column.Mask)) error {
	blocks := b.pic.blocks()
	workers := min(runtime.GOMAXPROCS(0), blocks)
	var next atomic.Int64
	work := func(done func()) {
		s := b.scanner(ctx)
		for ctx.Err() == nil {
			block := int(next.Add(1)) - 1
			if block >= blocks {
				return
			}
			s.block = block
			visit(s, block, maskOf(b.pic.live, block))
			done()
		}
	}
	of := len(b.pic.ids)
	report := func(blocks int) {
		if progress != nil && ctx.Err() == nil {
			progress(min(blocks*column.BlockRows, of), of)
		}
	}
	report(0)
	if workers <= 1 {
		n := 0
		work(func() { n++; report(n) })
		return ctx.Err()
	}
	did := make(chan struct{}, blocks)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() { work(func() { did <- struct{}{} }) })
	}
	go func() { wg.Wait(); close(did) }()
	n := 0
	for range did {
		n++
		report(n)
	}
	return ctx.Err()
}

// maskOf is a block of a set of rows.
func maskOf(words []uint64, block int) *column.Mask {
	return (*column.Mask)(words[block*blockWords:])
}

// decide returns the rows for which the only tree holds, a bit for each.
func (b *bulk) decide(ctx context.Context, progress func(done, of int)) ([]uint64, error) {
	words := make([]uint64, len(b.pic.live))
	err := b.run(ctx, progress, func(s *scanner, block int, live *column.Mask) {
		s.holds(s.clauses[0], live, maskOf(words, block))
	})
	return words, err
}

// A scanner decides blocks. It is for one goroutine.
type scanner struct {
	*bulk
	ctx     context.Context
	block   int
	clauses []*clause
	eval    eval
	who     figure
	probe   probe
	free    []*column.Mask
	counts  [groupRows]uint32
	looked  int
}

// scanner returns a scanner of its own for one goroutine.
func (b *bulk) scanner(ctx context.Context) *scanner {
	s := &scanner{bulk: b, ctx: ctx, who: figure{picture: b.pic}}
	s.eval = newEval(b.r, &s.who, b.at)
	for _, n := range b.tree {
		s.clauses = append(s.clauses, s.clause(n))
	}
	return s
}

// A clause is a node made ready, with what was seen of it: how many rows it was
// asked for, and for how many it held.
type clause struct {
	*node
	kids []*clause
	test tester // of a literal
	cost float64
	seen float64
	held float64
}

// A tester sets out to the rows of in, of the scanner's block, for which a
// literal holds. The two may be one mask.
type tester func(in, out *column.Mask)

func (s *scanner) clause(n *node) *clause {
	p := &clause{node: n}
	if n.kind == nodeLiteral {
		p.test, p.cost = s.literal(n.lit)
		likely := s.r.leaves[n.lit.leaf].likely
		if !n.lit.want {
			likely = 1 - likely
		}
		p.seen, p.held = 100, 100*likely // until more is known
		return p
	}
	for _, k := range n.kids {
		kid := s.clause(k)
		p.kids = append(p.kids, kid)
		p.cost += kid.cost
	}
	p.seen, p.held = 100, 50
	return p
}

// holds sets out to the rows of in for which a clause holds, and returns how many
// they are.
func (s *scanner) holds(p *clause, in, out *column.Mask) int {
	return s.holdsOf(p, in, in.Count(), out)
}

// holdsOf is holds, for as many rows as are said to be in in.
func (s *scanner) holdsOf(p *clause, in *column.Mask, asked int, out *column.Mask) int {
	if asked == 0 {
		*out = column.Mask{}
		return 0
	}
	switch p.kind {
	case nodeLiteral:
		p.test(in, out)
	case nodeAnd:
		s.all(p, in, asked, out)
	case nodeOr:
		s.any(p, in, asked, out)
	case nodeCount:
		s.several(p, in, out)
	}
	n := out.Count()
	p.seen += float64(asked)
	p.held += float64(n)
	return n
}

// rate orders the parts of an AND or OR: what a part costs for each row that it
// decides, least first.
func (p *clause) rate(in nodeKind) float64 {
	decides := p.held
	if in == nodeAnd {
		decides = p.seen - p.held
	}
	return p.cost * p.seen / max(decides, p.seen/1e4)
}

func (p *clause) order() {
	slices.SortStableFunc(p.kids, func(a, b *clause) int {
		switch x, y := a.rate(p.kind), b.rate(p.kind); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
}

func (s *scanner) all(p *clause, in *column.Mask, left int, out *column.Mask) {
	p.order()
	if in != out {
		*out = *in
	}
	for _, k := range p.kids {
		if left = s.holdsOf(k, out, left, out); left == 0 {
			return
		}
	}
}

func (s *scanner) any(p *clause, in *column.Mask, left int, out *column.Mask) {
	p.order()
	rest, found, held := s.take(), s.take(), s.take()
	defer s.give(rest, found, held)
	*rest, *held = *in, column.Mask{}
	for _, k := range p.kids {
		if left == 0 {
			break
		}
		left -= s.holdsOf(k, rest, left, found)
		for w := range found {
			held[w] |= found[w]
			rest[w] &^= found[w]
		}
	}
	*out = *held
}

// several counts the parts that hold, for 64 rows at once: a word for each bit
// of the numbers.
func (s *scanner) several(p *clause, in, out *column.Mask) {
	digits := make([]*column.Mask, bits.Len(uint(len(p.kids))))
	for i := range digits {
		digits[i] = s.take()
		*digits[i] = column.Mask{}
	}
	found := s.take()
	for _, k := range p.kids {
		s.holds(k, in, found)
		for w, carry := range found {
			for _, d := range digits {
				if carry == 0 {
					break
				}
				d[w], carry = d[w]^carry, d[w]&carry
			}
		}
	}
	k := min(max(p.k, -1), len(p.kids)+1)
	for w := range out {
		more, equal := compareDigits(digits, w, k)
		var m uint64
		switch p.q {
		case segment.AtLeast:
			m = more | equal
		case segment.AtMost:
			m = ^more
		default:
			m = equal
		}
		if p.neg {
			m = ^m
		}
		out[w] = in[w] & m
	}
	s.give(found)
	s.give(digits...)
}

// compareDigits returns which of 64 numbers are more than k, and which are k.
func compareDigits(digits []*column.Mask, w, k int) (more, equal uint64) {
	if k < 0 {
		return ^uint64(0), 0
	}
	if bits.Len(uint(k)) > len(digits) {
		return 0, 0
	}
	equal = ^uint64(0)
	for i, d := range slices.Backward(digits) {
		if k>>i&1 == 0 {
			more |= equal & d[w]
			equal &^= d[w]
		} else {
			equal &= d[w]
		}
	}
	return more, equal
}

// take returns a mask with whatever in it, to be given back.
func (s *scanner) take() *column.Mask {
	if n := len(s.free); n > 0 {
		m := s.free[n-1]
		s.free = s.free[:n-1]
		return m
	}
	return new(column.Mask)
}

// give takes masks back that were taken.
func (s *scanner) give(ms ...*column.Mask) { s.free = append(s.free, ms...) }

// having finds the rows that have events with a name.
func (s *scanner) having(name int, in, out *column.Mask) {
	s.counted(newVerdicts(some), in, out, func(row uint32, counts []uint32) {
		s.pic.events.AddCounts(name, row, windowStart(endless, s.at), time.Unix(1<<40, 0), counts)
	})
}

func some(n uint32) bool { return n > 0 }

// newBulk plans conditions that are no segments.
func newBulk(pic *picture, at time.Time, cs ...segment.Condition) *bulk {
	b := &bulk{r: newRules(), pic: pic, at: at}
	for _, c := range cs {
		b.tree = append(b.tree, b.r.roots[b.r.add(segment.Segment{Condition: c})].tree)
	}
	return b
}

// newBulkOf is about one condition that is planned already, by rules.
func newBulkOf(r *rules, tree *node, pic *picture, at time.Time) *bulk {
	return &bulk{r: r, pic: pic, at: at, tree: []*node{tree}}
}

// stride is how many contacts are looked at between two looks at the context.
const stride = 1 << 12

// choose sets in every block the rows to be found.
func (pic *picture) choose(find func(s *scanner, live, out *column.Mask)) *rowset.Set {
	words := make([]uint64, len(pic.live))
	b := &bulk{r: newRules(), pic: pic}
	_ = b.run(context.Background(), nil, func(s *scanner, block int, live *column.Mask) {
		find(s, live, maskOf(words, block))
	})
	return rowset.FromWords(words)
}
