package scan

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
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// The bulk path decides conditions for all contacts: not contact by contact but
// in blocks of 65,536 rows, whose sets of rows are masks of a bit each. A leaf
// is tested for a whole block, and only where what stands before it in an AND
// holds, or in an OR does not; what was quick and decided much in the blocks
// before goes first. The vectors of X100 (Boncz et al., CIDR 2005) are the model.

// A Scan is some plans to be decided over a view at one instant.
type Scan struct {
	Rules *rules.Rules
	View  *View
	at    time.Time
	trees []*rules.Node
}

// Run calls visit for every block that has rows, each with a scanner and the
// rows of it that exist, on as many goroutines as may run at once; none outlives
// the call. Progress is called by this goroutine.
func (b *Scan) Run(ctx context.Context, progress func(done, of int), visit func(s *Scanner, block int, live *column.Mask)) error {
	// every worker takes the next block that nobody has taken
	blocks := b.View.Blocks()
	workers := min(runtime.GOMAXPROCS(0), blocks)
	var next atomic.Int64
	work := func(done func()) {
		s := b.Scanner(ctx)
		for ctx.Err() == nil {
			block := int(next.Add(1)) - 1
			if block >= blocks {
				return
			}
			s.Block = block
			visit(s, block, MaskOf(b.View.Live, block))
			done()
		}
	}
	of := len(b.View.IDs)
	report := func(blocks int) {
		if progress != nil && ctx.Err() == nil {
			progress(min(blocks*column.BlockRows, of), of)
		}
	}
	report(0)
	// one worker needs no goroutine
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
	// reports come from this goroutine, until all workers are done
	go func() { wg.Wait(); close(did) }()
	n := 0
	for range did {
		n++
		report(n)
	}
	return ctx.Err()
}

// MaskOf is a block of a set of rows.
func MaskOf(words []uint64, block int) *column.Mask {
	return (*column.Mask)(words[block*BlockWords:])
}

// Decide returns the rows for which the only tree holds, a bit for each.
func (b *Scan) Decide(ctx context.Context, progress func(done, of int)) ([]uint64, error) {
	words := make([]uint64, len(b.View.Live))
	err := b.Run(ctx, progress, func(s *Scanner, block int, live *column.Mask) {
		s.Holds(s.Clauses[0], live, MaskOf(words, block))
	})
	return words, err
}

// A Scanner decides blocks. It is for one goroutine.
type Scanner struct {
	*Scan
	ctx     context.Context
	Block   int
	Clauses []*Clause
	eval    rules.Evaluator
	who     frozenContact
	probe   rules.Probe
	free    []*column.Mask
	counts  [GroupRows]uint32
	looked  int
}

// Scanner returns a scanner of its own for one goroutine.
func (b *Scan) Scanner(ctx context.Context) *Scanner {
	s := &Scanner{Scan: b, ctx: ctx, who: frozenContact{View: b.View}}
	s.eval = rules.NewEvaluator(b.Rules, &s.who, b.at)
	for _, n := range b.trees {
		s.Clauses = append(s.Clauses, s.clause(n))
	}
	return s
}

// A Clause is a node made ready, with what was seen of it: how many rows it was
// asked for, and for how many it held.
type Clause struct {
	*rules.Node
	kids []*Clause
	test Tester // of a literal
	cost float64
	seen float64
	held float64
}

// A Tester sets out to the rows of in, of the scanner's block, for which a
// literal holds. The two may be one mask.
type Tester func(in, out *column.Mask)

// clause makes a node ready.
func (s *Scanner) clause(n *rules.Node) *Clause {
	p := &Clause{Node: n}
	if n.Kind == rules.NodeLiteral {
		p.test, p.cost = s.literal(n.Literal)
		// begin with the guess that the rules have
		likely := s.Rules.Leaves[n.Literal.Leaf].Likely
		if !n.Literal.Want {
			likely = 1 - likely
		}
		p.seen, p.held = 100, 100*likely // until more is known
		return p
	}
	for _, k := range n.Kids {
		kid := s.clause(k)
		p.kids = append(p.kids, kid)
		p.cost += kid.cost
	}
	// of a group nothing is known before the first block
	p.seen, p.held = 100, 50
	return p
}

// Holds sets out to the rows of in for which a clause holds, and returns how many
// they are.
func (s *Scanner) Holds(p *Clause, in, out *column.Mask) int {
	return s.holdsOf(p, in, in.Count(), out)
}

// holdsOf is holds, for as many rows as are said to be in in.
func (s *Scanner) holdsOf(p *Clause, in *column.Mask, asked int, out *column.Mask) int {
	if asked == 0 {
		*out = column.Mask{}
		return 0
	}
	switch p.Kind {
	case rules.NodeLiteral:
		p.test(in, out)
	case rules.NodeAnd:
		s.all(p, in, asked, out)
	case rules.NodeOr:
		s.any(p, in, asked, out)
	case rules.NodeCount:
		s.several(p, in, out)
	}
	// what was seen decides which part goes first in the next block
	n := out.Count()
	p.seen += float64(asked)
	p.held += float64(n)
	return n
}

// rate orders the parts of an AND or OR: what a part costs for each row that it
// decides, least first.
func (p *Clause) rate(in rules.NodeKind) float64 {
	decides := p.held
	if in == rules.NodeAnd {
		decides = p.seen - p.held
	}
	return p.cost * p.seen / max(decides, p.seen/1e4)
}

// order puts the parts in the order of their rates, as they are known by now.
func (p *Clause) order() {
	slices.SortStableFunc(p.kids, func(a, b *Clause) int {
		switch x, y := a.rate(p.Kind), b.rate(p.Kind); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
}

// all is AND: each part is asked for the rows that the parts before have left.
func (s *Scanner) all(p *Clause, in *column.Mask, left int, out *column.Mask) {
	p.order()
	// from here on out is asked and answered in place
	if in != out {
		*out = *in
	}
	for _, k := range p.kids {
		if left = s.holdsOf(k, out, left, out); left == 0 {
			return
		}
	}
}

// any is OR: each part is asked for the rows that no part before has found.
func (s *Scanner) any(p *Clause, in *column.Mask, left int, out *column.Mask) {
	p.order()
	rest, found, held := s.Take(), s.Take(), s.Take()
	defer s.Give(rest, found, held)
	*rest, *held = *in, column.Mask{}
	for _, k := range p.kids {
		if left == 0 {
			break
		}
		left -= s.holdsOf(k, rest, left, found)
		for w := range found {
			held[w] |= found[w]
			// what one part has found is not asked of the next
			rest[w] &^= found[w]
		}
	}
	*out = *held
}

// several counts the parts that hold, for 64 rows at once: a word for each bit
// of the numbers.
func (s *Scanner) several(p *Clause, in, out *column.Mask) {
	digits := make([]*column.Mask, bits.Len(uint(len(p.kids))))
	for i := range digits {
		digits[i] = s.Take()
		*digits[i] = column.Mask{}
	}
	found := s.Take()
	for _, k := range p.kids {
		s.Holds(k, in, found)
		for w, carry := range found {
			for _, d := range digits {
				// nothing to carry on
				if carry == 0 {
					break
				}
				// binary addition of one to 64 numbers at once
				d[w], carry = d[w]^carry, d[w]&carry
			}
		}
	}
	// a k that no count reaches stays one
	k := min(max(p.K, -1), len(p.kids)+1)
	for w := range out {
		more, equal := compareDigits(digits, w, k)
		var m uint64
		switch p.Quantity {
		case rule.QuantityAtLeast:
			m = more | equal
		case rule.QuantityAtMost:
			m = ^more
		default:
			m = equal
		}
		if p.Negated {
			m = ^m
		}
		out[w] = in[w] & m
	}
	s.Give(found)
	s.Give(digits...)
}

// compareDigits returns which of 64 numbers are more than k, and which are k.
func compareDigits(digits []*column.Mask, w, k int) (more, equal uint64) {
	if k < 0 {
		return ^uint64(0), 0
	}
	// no count has so many digits
	if bits.Len(uint(k)) > len(digits) {
		return 0, 0
	}
	equal = ^uint64(0)
	for i, d := range slices.Backward(digits) {
		// from the highest digit down: a 1 where k has a 0 makes the number larger
		if k>>i&1 == 0 {
			more |= equal & d[w]
			equal &^= d[w]
		} else {
			equal &= d[w]
		}
	}
	return more, equal
}

// Take returns a mask with whatever in it, to be given back.
func (s *Scanner) Take() *column.Mask {
	if n := len(s.free); n > 0 {
		m := s.free[n-1]
		s.free = s.free[:n-1]
		return m
	}
	return new(column.Mask)
}

// Give takes masks back that were taken.
func (s *Scanner) Give(ms ...*column.Mask) { s.free = append(s.free, ms...) }

// Having finds the rows that have events with a name.
func (s *Scanner) Having(name int, in, out *column.Mask) {
	s.counted(newVerdicts(some), in, out, func(row uint32, counts []uint32) {
		s.View.EventView.AddCounts(name, row, WindowStart(size.Endless, s.at), time.Unix(1<<40, 0), counts)
	})
}

// some is the verdict that there is any event.
func some(n uint32) bool { return n > 0 }

// New plans conditions that are no segments.
func New(view *View, at time.Time, cs ...segment.Condition) *Scan {
	b := &Scan{Rules: rules.New(), View: view, at: at}
	for _, c := range cs {
		b.trees = append(b.trees, b.Rules.Plans[b.Rules.Add(segment.Segment{Condition: c})].Tree)
	}
	return b
}

// NewPlanned is about one condition that is planned already, by rules.
func NewPlanned(r *rules.Rules, tree *rules.Node, view *View, at time.Time) *Scan {
	return &Scan{Rules: r, View: view, at: at, trees: []*rules.Node{tree}}
}

// stride is how many contacts are looked at between two looks at the context.
const stride = 1 << 12

// Choose sets in every block the rows to be found.
func (view *View) Choose(find func(s *Scanner, live, out *column.Mask)) *rowset.Set {
	words := make([]uint64, len(view.Live))
	b := &Scan{Rules: rules.New(), View: view}
	_ = b.Run(context.Background(), nil, func(s *Scanner, block int, live *column.Mask) {
		find(s, live, MaskOf(words, block))
	})
	return rowset.FromWords(words)
}
