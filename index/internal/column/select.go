package column

import (
	"math/bits"
	"slices"

	"github.com/segmentrules/segment"
)

// A Test says which values pass. Match is its definition, for every value and
// for null; it must be pure. The rest are hints for columns of numbers, times,
// dates and durations, and must agree with Match.
type Test struct {
	Match func(segment.Value) bool
	// Ranges has at most one range for each kind, that of its bounds. A value of
	// that kind passes if it is in the range.
	Ranges []Range
	// Equal, if any are of the value's kind and no range is: a value passes if
	// it equals one of these.
	Equal []segment.Value
	// Outside turns Ranges and Equal round: a value passes if it is not in the
	// range, and equals none.
	Outside bool
}

// A Range is the values from Lo to Hi, in the order that comparisons in a rule
// have. A null bound is none; the bounds are of one kind.
type Range struct {
	Lo, Hi         segment.Value
	LoOpen, HiOpen bool // the bound itself is not in the range
}

// kind is the kind of the values in the range, which either bound tells.
func (r Range) kind() segment.Kind {
	if r.Lo.IsNull() {
		return r.Hi.Kind()
	}
	return r.Lo.Kind()
}

// A Selector is a test made ready for one column of a view. It remembers what
// it found out, and so is for one goroutine.
type Selector struct {
	view     *View
	col      int
	test     *Test
	null     bool
	seen     []uint8 // by dictionary code: unknown, no, yes
	complete bool    // none is unknown
	diagrams [9]*diagram
	spans    [classDuration + 1]*span
	equal    [classDuration + 1][]int64
}

// A span is the numbers of a class that are in the test's range.
type span struct{ lo, hi int64 }

// Verdicts on a dictionary code. The lowest bit is whether it passes.
const (
	unknown uint8 = 0
	no      uint8 = 2
	yes     uint8 = 1
)

// sparse is how few of 64 rows are tested one by one rather than all together.
const sparse = 6

// Compile makes a test ready for the blocks of one column.
func (v *View) Compile(col int, t *Test) *Selector {
	return &Selector{view: v, col: col, test: t, null: t.Match(segment.Value{})}
}

// Select does what [Selector.Select] does, for a single block.
func (v *View) Select(block, col int, t *Test, in, out *Mask) int {
	return v.Compile(col, t).Select(block, in, out)
}

// Select sets out to the rows of in, of this block, that pass, and returns how
// many they are; in and out may be the same mask. Match is asked once for each
// value of a dictionary, and not at all where a hint decides; else once for
// each row of in.
func (s *Selector) Select(block int, in, out *Mask) (n int) {
	s.Choose(block, in, out)
	return out.Count()
}

// Choose is Select for those who do not want to know how many.
func (s *Selector) Choose(block int, in, out *Mask) {
	from := 0
	if strip := s.view.strip(block, s.col); strip != nil {
		strip.choose(s, in, out)
		from = strip.rows() / 64
	}
	null := s.nullMask()
	// rows beyond the strip, or all if there is none, are null
	for w := from; w < len(in); w++ {
		out[w] = in[w] & null
	}
}

// nullMask is all ones if null passes.
func (s *Selector) nullMask() uint64 { return -b2u(s.null) }

// chooseRows asks Match row by row.
func chooseRows(s *Selector, from strip, dict []segment.Value, in, out *Mask) {
	for w := range from.rows() / 64 {
		o := uint64(0)
		for m := in[w]; m != 0; m &= m - 1 {
			i := bits.TrailingZeros64(m)
			// null was asked about once, and is not handed to Match again
			v := from.get(dict, w*64+i)
			if v.IsNull() && s.null || !v.IsNull() && s.test.Match(v) {
				o |= 1 << i
			}
		}
		out[w] = o
	}
}

// verdict reports whether a dictionary code passes.
func (s *Selector) verdict(code uint32) bool {
	if s.seen == nil {
		// null has code 0, and is asked about only once, by Compile
		s.seen = make([]uint8, max(1, len(s.view.columns[s.col].dict)))
		s.seen[0] = no
		if s.null {
			s.seen[0] = yes
		}
	}
	// the dictionary has grown since the view was taken, but no row of the view has the code
	if int(code) >= len(s.seen) {
		return false // no row has it
	}
	if s.seen[code] == unknown {
		s.seen[code] = no
		if s.test.Match(s.view.columns[s.col].dict[code]) {
			s.seen[code] = yes
		}
	}
	return s.seen[code] == yes
}

// verdicts returns yes or no for all codes.
func (s *Selector) verdicts() []uint8 {
	for code := uint32(0); !s.complete; code++ {
		s.verdict(code)
		s.complete = int(code)+1 >= len(s.seen)
	}
	return s.seen
}

// diagram returns the verdicts on the codes of this width.
func (s *Selector) diagram(width int) *diagram {
	if s.diagrams[width] == nil {
		s.diagrams[width] = newDiagram(width, s.verdict)
	}
	return s.diagrams[width]
}

// span returns the range over a class, if the test has one for its kind.
func (s *Selector) span(c class) (sp span, ok bool) {
	if s.spans[c] == nil {
		// worked out once for all blocks of the class
		i := slices.IndexFunc(s.test.Ranges, func(r Range) bool { return r.kind() == c.kind() })
		if i < 0 {
			return span{}, false
		}
		lo, hi := c.within(s.test.Ranges[i])
		s.spans[c] = &span{lo, hi}
	}
	return *s.spans[c], true
}

// points returns the numbers of a class that the test's values are, in order;
// ok is false if none is of the kind.
func (s *Selector) points(c class) (xs []int64, ok bool) {
	if s.equal[c] == nil {
		if !slices.ContainsFunc(s.test.Equal, func(v segment.Value) bool { return v.Kind() == c.kind() }) {
			return nil, false
		}
		s.equal[c] = []int64{}
		for _, v := range s.test.Equal {
			if x, ok := c.encode(v); ok {
				s.equal[c] = append(s.equal[c], x)
			}
		}
		slices.Sort(s.equal[c])
	}
	return s.equal[c], true
}
