package column

import (
	"math/bits"
	"slices"

	"github.com/segmentrules/segment"
)

// codes is a strip of dictionary codes of 16 or 32 bits.
type codes[T uint16 | uint32] struct {
	n    int
	data []T
}

// newCodes returns a strip with a code for each row, 0 for null, of which count are not.
func newCodes[T uint16 | uint32](all []uint32, count int) *codes[T] {
	c := &codes[T]{n: count, data: make([]T, len(all))}
	for r, code := range all {
		c.data[r] = T(code)
	}
	return c
}

// get returns the value that the code of a row stands for.
func (c *codes[T]) get(dict []segment.Value, row int) segment.Value {
	if row >= len(c.data) {
		return segment.Value{}
	}
	return dict[c.data[row]]
}

// set gives a row the code of a value, which may be a new one. It fails if the dictionary
// takes no more, or the code needs more bits than there are.
func (c *codes[T]) set(d *dictionary, row int, v segment.Value) bool {
	code, ok := d.intern(v)
	if !ok || uint32(T(code)) != code {
		return false
	}
	if row >= len(c.data) {
		c.data = grown(c.data, room(row+1))
	}
	// it was null
	if c.data[row] == 0 {
		c.n++
	}
	c.data[row] = T(code)
	return true
}

// codeAt returns the code of a row of a strip of codes.
func codeAt(s strip, row int) uint32 {
	switch s := s.(type) {
	case *planes:
		return s.code(row)
	case *codes[uint16]:
		return uint32(s.data[row])
	case *codes[uint32]:
		return s.data[row]
	}
	return 0
}

// clear gives a row code 0, which stands for null.
func (c *codes[T]) clear(row int) {
	c.n--
	c.data[row] = 0
}

func (c *codes[T]) count() int         { return c.n }
func (c *codes[T]) rows() int          { return len(c.data) }
func (c *codes[T]) coded() bool        { return true }
func (c *codes[T]) decides(*Test) bool { return true }
func (c *codes[T]) clone() strip       { return &codes[T]{c.n, slices.Clone(c.data)} }
func (c *codes[T]) bytes() int64       { return 48 + int64(cap(c.data))*int64(sizeOf[T]()) }

// choose asks once for each code, and then looks codes up: one by one where few rows are
// asked about, else 64 together.
func (c *codes[T]) choose(s *Selector, in, out *Mask) {
	var passing []uint8
	for w := range len(c.data) / 64 {
		m, rows := in[w], (*[64]T)(c.data[w*64:])
		if bits.OnesCount64(m) < sparse {
			out[w] = each(m, func(i int) bool { return s.verdict(uint32(rows[i])) })
			continue
		}
		if passing == nil {
			passing = s.verdicts()
		}
		out[w] = m & looked(rows, passing)
	}
}

// looked returns for 64 codes whether they pass.
func looked[T uint16 | uint32](rows *[64]T, passing []uint8) (m uint64) {
	var a, b, c, d uint64
	for i := range 16 { // four chains, so that none waits for another
		a = a>>1 | uint64(passing[rows[i]]&yes)<<15
		b = b>>1 | uint64(passing[rows[i+16]]&yes)<<15
		c = c>>1 | uint64(passing[rows[i+32]]&yes)<<15
		d = d>>1 | uint64(passing[rows[i+48]]&yes)<<15
	}
	return a | b<<16 | c<<32 | d<<48
}

// each returns the bits of m for which pass holds.
func each(m uint64, pass func(i int) bool) (out uint64) {
	for ; m != 0; m &= m - 1 {
		if i := bits.TrailingZeros64(m); pass(i) {
			out |= 1 << i
		}
	}
	return out
}
