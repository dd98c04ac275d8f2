package index

import (
	"math/bits"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
)

// What a literal costs for each row it is asked for, about, in nanoseconds: only
// the order of tests depends on it.
const (
	costBits   = 0.05
	costColumn = 0.5
	costCount  = 15
	costRow    = 300
)

// literal makes a literal ready. What it means is said by [leaf.holds] and
// [eval.test]: for a column the former is the test and all else a hint.
func (s *scanner) literal(lit literal) (tester, float64) {
	l := s.r.leaves[lit.leaf]
	switch l.kind {
	case leafGlobal:
		return constant(l.program().Match(&nobody, s.at) == lit.want), costBits
	case leafList:
		return s.bits(s.pic.listed[l.name], lit.want), costBits
	case leafSegment:
		return s.bits(s.pic.members[l.name], lit.want), costBits
	}
	if l.attr != none {
		switch a := s.r.attrs[l.attr]; a.kind {
		case attrField:
			if names := a.path.Names(); names[0] != "id" {
				return s.field(l, names, lit.want)
			}
		case attrCount:
			return s.count(l, a, lit.want), costCount
		case attrFormula:
			if t, ok := s.last(l, a, lit.want); ok {
				return t, costLast
			}
		}
	}
	return s.rows(lit), costRow
}

// constant is a literal that holds for all rows, or none.
func constant(holds bool) tester {
	return func(in, out *column.Mask) {
		if !holds {
			*out = column.Mask{}
		} else if in != out {
			*out = *in
		}
	}
}

// bits is a literal that a set of rows decides.
func (s *scanner) bits(words []uint64, want bool) tester {
	if words == nil {
		return constant(!want)
	}
	return func(in, out *column.Mask) {
		m := maskOf(words, s.block)
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
func (s *scanner) rows(lit literal) tester {
	l := s.r.leaves[lit.leaf]
	return func(in, out *column.Mask) {
		for w := range out {
			m, row := in[w], s.first(w)
			for rest := m; rest != 0; rest &= rest - 1 {
				i := bits.TrailingZeros64(rest)
				if s.looked++; s.looked%stride == 0 && s.ctx.Err() != nil {
					*out = column.Mask{}
					return // what comes of it is thrown away
				}
				s.who.row = row + uint32(i)
				if s.eval.asks(l) != lit.want {
					m &^= 1 << i
				}
			}
			out[w] = m
		}
	}
}

// first is the first row of a word of the block.
func (s *scanner) first(w int) uint32 { return uint32(s.block*column.BlockRows + w*64) }

// field is a literal about a field, or what lies within one.
func (s *scanner) field(l *leaf, names []string, want bool) (tester, float64) {
	match := func(v segment.Value) bool { return l.holds(v, s.at, &s.probe) == want }
	col, ok := s.pic.fields.Lookup(names[0])
	if !ok {
		return constant(match(segment.Value{})), costBits
	}
	test := &column.Test{Match: match, Outside: !want}
	if len(names) > 1 {
		test.Match = func(v segment.Value) bool { return match(v.At(names[1:]...)) }
	} else {
		hint(l, test, s.at, &s.probe)
	}
	selector := s.pic.fields.Compile(col, test)
	cost := costColumn
	switch {
	case s.pic.fields.Scans(col, test):
	case len(names) > 1:
		cost = 100 * costColumn
	default:
		cost = 50 * costColumn
	}
	return func(in, out *column.Mask) { selector.Choose(s.block, in, out) }, cost
}

// hint says of numbers and times what the leaf's test finds out value by value.
func hint(l *leaf, t *column.Test, at time.Time, p *probe) {
	switch l.kind {
	case leafRange:
		lo, hi := &l.bounds.lo, &l.bounds.hi
		t.Ranges = []column.Range{{Lo: lo.v, Hi: hi.v, LoOpen: lo.strict, HiOpen: hi.strict}}
	case leafEqual:
		for _, v := range l.values.list {
			if v.Kind() == segment.KindNumber {
				t.Equal = append(t.Equal, v)
			}
		}
	case leafNull: // no value of any kind is missing: an empty range
		zero, one := time.Unix(0, 0), time.Unix(1, 0)
		t.Ranges = []column.Range{
			{Lo: segment.Int(1), Hi: segment.Int(0)},
			{Lo: segment.Time(one), Hi: segment.Time(zero)},
			{Lo: segment.Date(1970, time.January, 2), Hi: segment.Date(1970, time.January, 1)},
			{Lo: segment.Duration(1), Hi: segment.Duration(0)},
		}
	case leafAge:
		var r column.Range
		if near(l.ages.to) {
			r.Lo, r.LoOpen = segment.Time(l.ages.to.negated().after(at)), true
		}
		if near(l.ages.from) {
			r.Hi = segment.Time(l.ages.from.negated().after(at))
		}
		if (near(l.ages.from) || l.ages.from == beginless) && (near(l.ages.to) || l.ages.to == endless) {
			t.Ranges = []column.Range{r}
		}
	case leafValue:
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
func stretchOf(l *leaf, at time.Time, p *probe) (r column.Range, ok bool) {
	holds := func(t time.Time) bool { return l.holds(segment.Time(t), at, p) }
	early, late := time.Unix(firstSecond, 0), time.Unix(lastSecond, 0)
	if at.Before(early) || at.After(late) {
		return r, false
	}
	from, to := false, false
	switch c := l.cond.(type) {
	case segment.When:
		switch c.Window.Kind {
		case segment.WindowOlder, segment.WindowBefore, segment.WindowAll:
			to = true
		case segment.WindowLater, segment.WindowSince:
			from = true
		case segment.WindowThis, segment.WindowLast:
			if !holds(at) || holds(early) || holds(late) {
				return r, false
			}
			return column.Range{Lo: segment.Time(turning(early, at, holds)),
				Hi: segment.Time(turning(late, at, holds))}, true
		}
	case segment.Compare:
		to = c.Op == segment.Lt || c.Op == segment.Le
		from = c.Op == segment.Gt || c.Op == segment.Ge
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
		middle := is.Add(not.Sub(is) / 2)
		if middle.Equal(is) {
			return is
		}
		if holds(middle) {
			is = middle
		} else {
			not = middle
		}
	}
}

// count is a literal about a plain count.
func (s *scanner) count(l *leaf, a *attr, want bool) tester {
	match := func(n uint32) bool { return l.holds(segment.Int(int64(n)), s.at, &s.probe) == want }
	name, ok := s.pic.events.Lookup(a.event)
	if !ok {
		return constant(match(0))
	}
	v := newVerdicts(match)
	return func(in, out *column.Mask) {
		s.warm(name, in)
		s.counted(v, in, out, func(row uint32, counts []uint32) {
			s.pic.events.AddCounts(name, row, windowStart(a.window, s.at), s.at, counts)
		})
	}
}

// windowStart is after which instant events count.
func windowStart(window span, at time.Time) time.Time {
	if window == endless {
		return time.Unix(-1<<40, 0)
	}
	return window.negated().after(at)
}

// Verdicts are which counts pass. Small ones are looked up.
type verdicts struct {
	small [256]uint8
	match func(uint32) bool
}

func newVerdicts(match func(uint32) bool) *verdicts {
	v := &verdicts{match: match}
	for n := range v.small {
		v.small[n] = uint8(flag(match(uint32(n))))
	}
	return v
}

// Counts are made for groups of rows, as the log of events has them.
const (
	groupRows  = 256
	groupWords = groupRows / 64
	fewAsked   = 8 // of a group are counted one by one
)

// counted sets out to the rows of in whose count passes. It counts for a group at
// once, unless few rows of it are asked for.
func (s *scanner) counted(v *verdicts, in, out *column.Mask, add func(row uint32, counts []uint32)) {
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
func (s *scanner) warm(name int, in *column.Mask) {
	if in.Count() > column.BlockRows/16 {
		s.pic.events.Warm(name, s.first(0), column.BlockRows)
	}
}

func (s *scanner) addFew(in *[groupWords]uint64, first uint32, add func(row uint32, counts []uint32)) {
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
