package scan

import (
	"math/bits"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// Tests of leaves for all rows of a block. How a leaf is tested depends on its kind and on how
// its attribute is kept: lists and memberships are masks already, a field is compared within
// its column, counts of events are made for groups of 256 rows, and anything else is asked
// row by row.

// What a literal costs for each row it is asked for, about, in nanoseconds: only
// the order of tests depends on it.
const (
	costBits   = 0.05
	costColumn = 0.5
	costCount  = 15
	costRow    = 300
)

// literal makes a literal ready. What it means is said by [rules.Leaf.Holds] and
// [rules.Evaluator.test]: for a column the former is the test and all else a hint.
func (s *Scanner) literal(lit rules.Literal) (Tester, float64) {
	l := s.Rules.Leaves[lit.Leaf]
	switch l.Kind {
	case rules.LeafGlobal:
		return constant(l.Program().Match(&rules.Nobody, s.at) == lit.Want), costBits
	case rules.LeafList:
		return s.Bits(s.View.Listed[l.Name], lit.Want), costBits
	case rules.LeafSegment:
		return s.Bits(s.View.Members[l.Name], lit.Want), costBits
	}
	if l.Attribute != rules.None {
		switch a := s.Rules.Attributes[l.Attribute]; a.Kind {
		case rules.AttributeField:
			// the id is no field that is stored
			if names := a.Path.Names(); names[0] != "id" {
				return s.field(l, names, lit.Want)
			}
		case rules.AttributeCount:
			return s.count(l, a, lit.Want), costCount
		case rules.AttributeFormula:
			if t, ok := s.Last(l, a, lit.Want); ok {
				return t, costLast
			}
		}
	}
	return s.rows(lit), costRow
}

// constant is a literal that holds for all rows, or none.
func constant(holds bool) Tester {
	return func(in, out *column.Mask) {
		if !holds {
			*out = column.Mask{}
		} else if in != out {
			*out = *in
		}
	}
}

// Bits is a literal that a set of rows decides.
func (s *Scanner) Bits(words []uint64, want bool) Tester {
	// a list or segment that does not exist, in which nobody is
	if words == nil {
		return constant(!want)
	}
	return func(in, out *column.Mask) {
		m := MaskOf(words, s.Block)
		if want {
			for w := range out {
				out[w] = in[w] & m[w]
			}
			return
		}
		for w := range out {
			out[w] = in[w] &^ m[w]
		}
	}
}

// rows is a literal that is tested row by row.
func (s *Scanner) rows(lit rules.Literal) Tester {
	l := s.Rules.Leaves[lit.Leaf]
	return func(in, out *column.Mask) {
		for w := range out {
			m, row := in[w], s.first(w)
			for rest := m; rest != 0; rest &= rest - 1 {
				i := bits.TrailingZeros64(rest)
				// one row may take long, so the context is looked at within a block, too
				if s.looked++; s.looked%stride == 0 && s.ctx.Err() != nil {
					*out = column.Mask{}
					return // what comes of it is thrown away
				}
				s.who.row = row + uint32(i)
				if s.eval.Test(l) != lit.Want {
					m &^= 1 << i
				}
			}
			out[w] = m
		}
	}
}

// first is the first row of a word of the block.
func (s *Scanner) first(w int) uint32 { return uint32(s.Block*column.BlockRows + w*64) }

// field is a literal about a field, or what lies within one.
func (s *Scanner) field(l *rules.Leaf, names []string, want bool) (Tester, float64) {
	match := func(v segment.Value) bool { return l.Holds(v, s.at, &s.probe) == want }
	col, ok := s.View.FieldView.Lookup(names[0])
	if !ok {
		return constant(match(segment.Value{})), costBits
	}
	// for the literal NOT leaf, what the hint describes is what does not pass
	test := &column.Test{Match: match, Outside: !want}
	if len(names) > 1 {
		test.Match = func(v segment.Value) bool { return match(v.At(names[1:]...)) }
	} else {
		Hint(l, test, s.at, &s.probe)
	}
	selector := s.View.FieldView.Compile(col, test)
	// whole blocks at once where the column can do that, else value by value
	cost := costColumn
	switch {
	case s.View.FieldView.Scans(col, test):
	case len(names) > 1:
		cost = 100 * costColumn
	default:
		cost = 50 * costColumn
	}
	return func(in, out *column.Mask) { selector.Choose(s.Block, in, out) }, cost
}

// Hint says of numbers and times what the leaf's test finds out value by value.
func Hint(l *rules.Leaf, t *column.Test, at time.Time, p *rules.Probe) {
	switch l.Kind {
	case rules.LeafRange:
		lo, hi := &l.Bounds.Lo, &l.Bounds.Hi
		t.Ranges = []column.Range{{Lo: lo.Value, Hi: hi.Value, LoOpen: lo.Strict, HiOpen: hi.Strict}}
	case rules.LeafEqual:
		for _, v := range l.Values.List {
			if v.Kind() == segment.KindNumber {
				t.Equal = append(t.Equal, v)
			}
		}
	case rules.LeafNull: // no value of any kind is missing: an empty range
		zero, one := time.Unix(0, 0), time.Unix(1, 0)
		t.Ranges = []column.Range{
			{Lo: segment.Int(1), Hi: segment.Int(0)},
			{Lo: segment.Time(one), Hi: segment.Time(zero)},
			{Lo: segment.Date(1970, time.January, 2), Hi: segment.Date(1970, time.January, 1)},
			{Lo: segment.Duration(1), Hi: segment.Duration(0)},
		}
	case rules.LeafAge:
		var r column.Range
		if size.Writable(l.Ages.To) {
			r.Lo, r.LoOpen = segment.Time(l.Ages.To.Negated().After(at)), true
		}
		if size.Writable(l.Ages.From) {
			r.Hi = segment.Time(l.Ages.From.Negated().After(at))
		}
		// ends that are too far off to be written as instants leave it to the leaf
		if (size.Writable(l.Ages.From) || l.Ages.From == size.Beginless) && (size.Writable(l.Ages.To) || l.Ages.To == size.Endless) {
			t.Ranges = []column.Range{r}
		}
	case rules.LeafValue:
		if r, ok := stretchOf(l, at, p); ok {
			t.Ranges = []column.Range{r}
		}
	}
}

// The first and last instants, in seconds, that a column keeps as numbers.
const (
	firstSecond = -9_000_000_000
	lastSecond  = 9_000_000_000
)

// stretchOf finds the instants for which a leaf holds where these are all between
// two: at a calendar window, and at comparisons with what is not a constant. It
// asks the leaf for the instants at which this begins and ends.
func stretchOf(l *rules.Leaf, at time.Time, p *rules.Probe) (r column.Range, ok bool) {
	holds := func(t time.Time) bool { return l.Holds(segment.Time(t), at, p) }
	early, late := time.Unix(firstSecond, 0), time.Unix(lastSecond, 0)
	if at.Before(early) || at.After(late) {
		return r, false
	}
	from, to := false, false
	switch c := l.Condition.(type) {
	case rule.When:
		switch c.Window.Kind {
		case rule.WindowOlder, rule.WindowBefore, rule.WindowAll:
			to = true
		case rule.WindowLater, rule.WindowSince:
			from = true
		case rule.WindowThis, rule.WindowLast:
			// a window around now: it must begin and end within what is looked at
			if !holds(at) || holds(early) || holds(late) {
				return r, false
			}
			return column.Range{Lo: segment.Time(turning(early, at, holds)),
				Hi: segment.Time(turning(late, at, holds))}, true
		}
	case rule.Compare:
		to = c.Op == rule.OpLt || c.Op == rule.OpLe
		from = c.Op == rule.OpGt || c.Op == rule.OpGe
	}
	switch {
	case holds(early) == holds(late): // all of them, or none: as far as is known here
		return r, false
	case to:
		return column.Range{Hi: segment.Time(turning(late, early, holds))}, true
	case from:
		return column.Range{Lo: segment.Time(turning(early, late, holds))}, true
	}
	return r, false
}

// turning returns the instant farthest from one for which holds is true, up to
// one for which it is not.
func turning(not, is time.Time, holds func(time.Time) bool) time.Time {
	for {
		// halving: some 64 steps to a nanosecond
		middle := is.Add(not.Sub(is) / 2)
		if middle.Equal(is) {
			return is
		}
		// it flips once between the two, so that one half has it
		if holds(middle) {
			is = middle
		} else {
			not = middle
		}
	}
}

// count is a literal about a plain count.
func (s *Scanner) count(l *rules.Leaf, a *rules.Attribute, want bool) Tester {
	match := func(n uint32) bool { return l.Holds(segment.Int(int64(n)), s.at, &s.probe) == want }
	name, ok := s.View.EventView.Lookup(a.Event)
	if !ok {
		// nobody has such events
		return constant(match(0))
	}
	v := newVerdicts(match)
	return func(in, out *column.Mask) {
		s.warm(name, in)
		s.counted(v, in, out, func(row uint32, counts []uint32) {
			s.View.EventView.AddCounts(name, row, WindowStart(a.Window, s.at), s.at, counts)
		})
	}
}

// WindowStart is after which instant events count.
func WindowStart(window size.Length, at time.Time) time.Time {
	if window == size.Endless {
		return time.Unix(-1<<40, 0)
	}
	return window.Negated().After(at)
}

// Verdicts are which counts pass. Small ones are looked up.
type verdicts struct {
	small [256]uint8
	match func(uint32) bool
}

// newVerdicts asks for all small counts at once.
func newVerdicts(match func(uint32) bool) *verdicts {
	v := &verdicts{match: match}
	for n := range v.small {
		v.small[n] = uint8(size.Flag(match(uint32(n))))
	}
	return v
}

// Counts are made for groups of rows, as the log of events has them.
const (
	GroupRows  = 256
	groupWords = GroupRows / 64
	fewAsked   = 8 // of a group are counted one by one
)

// counted sets out to the rows of in whose count passes. It counts for a group at
// once, unless few rows of it are asked for.
func (s *Scanner) counted(v *verdicts, in, out *column.Mask, add func(row uint32, counts []uint32)) {
	for w := 0; w < len(in); w += groupWords {
		from, to := (*[groupWords]uint64)(in[w:]), (*[groupWords]uint64)(out[w:])
		asked := 0
		for _, m := range from {
			asked += bits.OnesCount64(m)
		}
		if asked == 0 {
			*to = *from
			continue
		}
		// AddCounts adds to what is there
		clear(s.counts[:])
		if asked >= fewAsked {
			add(s.first(w), s.counts[:])
		} else {
			s.addFew(from, s.first(w), add)
		}
		for i := range groupWords {
			to[i] = from[i] & v.of((*[64]uint32)(s.counts[i*64:]))
		}
	}
}

// warm fetches what the events of a name need, if many rows are asked for.
func (s *Scanner) warm(name int, in *column.Mask) {
	if in.Count() > column.BlockRows/16 {
		s.View.EventView.Warm(name, s.first(0), column.BlockRows)
	}
}

// addFew counts for the rows that are asked for, one by one.
func (s *Scanner) addFew(in *[groupWords]uint64, first uint32, add func(row uint32, counts []uint32)) {
	for i, m := range in {
		for ; m != 0; m &= m - 1 {
			at := i*64 + bits.TrailingZeros64(m)
			add(first+uint32(at), s.counts[at:at+1])
		}
	}
}

// of returns which of 64 counts pass.
func (v *verdicts) of(counts *[64]uint32) (m uint64) {
	most := uint32(0)
	for i, n := range counts {
		m |= uint64(v.small[uint8(n)]) << i
		// all bits that any count has: if these are small, so are all counts
		most |= n
	}
	if most < uint32(len(v.small)) {
		return m
	}
	for i, n := range counts {
		if m &^= 1 << i; v.match(n) {
			m |= 1 << i
		}
	}
	return m
}
