package column

import (
	"math"
	"math/bits"
	"slices"
	"unsafe"

	"github.com/segmentrules/segment"
)

// ints is a strip of values of one class, each as the number of units above a
// base, in as few bits as the block needs.
type ints[T unsigned] struct {
	class    class
	unit     int64
	base     int64 // in units; 0 if T is uint64, which wraps around
	min, max int64 // in units, of all that was ever set: the zone
	n        int
	has      presence
	data     []T
}

// unsigned are the lengths in which numbers may lie.
type unsigned interface {
	uint8 | uint16 | uint32 | uint64
}

// sizeOf is the number of bytes of a T.
func sizeOf[T any]() int {
	var t T
	return int(unsafe.Sizeof(t))
}

// newInts returns a strip of n rows with these values, nil if there is no class
// that holds them all.
func newInts(vs []segment.Value, n int) strip {
	c := commonClass(vs)
	if c == classNone {
		return nil
	}
	xs := make([]int64, len(vs))
	for r, v := range vs {
		if v.IsNull() {
			continue
		}
		x, ok := c.encode(v)
		if !ok {
			return nil
		}
		xs[r] = x
	}
	// in the longest unit that divides all, such as whole days, the numbers are smallest
	unit := c.unitOf(xs)
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for r, v := range vs {
		if xs[r] /= unit; !v.IsNull() {
			least, most = min(least, xs[r]), max(most, xs[r])
		}
	}
	// A quarter of the length is left free, so that a value a little outside of what is there
	// now does not need another strip at once.
	switch span := uint64(most) - uint64(least); {
	case span <= math.MaxUint8/4*3:
		return fillInts[uint8](c, unit, least, most, vs, xs, n)
	case span <= math.MaxUint16/4*3:
		return fillInts[uint16](c, unit, least, most, vs, xs, n)
	case span <= math.MaxUint32/4*3:
		return fillInts[uint32](c, unit, least, most, vs, xs, n)
	}
	return fillInts[uint64](c, unit, least, most, vs, xs, n)
}

// commonClass returns the narrowest class that may hold all the values.
func commonClass(vs []segment.Value) class {
	common := classNone
	for _, v := range vs {
		if v.IsNull() {
			continue
		}
		c := classOf(v)
		if c == classNone || common != classNone && c.kind() != common.kind() {
			return classNone
		}
		common = max(common, c)
	}
	// cents hold small whole numbers only: with a large one among them, floats may hold all
	if common == classCents && slices.ContainsFunc(vs, func(v segment.Value) bool {
		_, ok := classCents.encode(v)
		return !ok && !v.IsNull()
	}) {
		return classFloat
	}
	return common
}

// unitOf returns the longest unit of the class that says all the numbers.
func (c class) unitOf(xs []int64) int64 {
	for _, unit := range c.units() {
		if !slices.ContainsFunc(xs, func(x int64) bool { return x%unit != 0 }) {
			return unit
		}
	}
	return 1
}

// fillInts puts the base so that there is as much room below the least value as
// above the greatest: whichever way the values grow, it takes a quarter of all
// that T can say before the strip is made anew.
func fillInts[T unsigned](c class, unit, least, most int64, vs []segment.Value, xs []int64, n int) *ints[T] {
	s := &ints[T]{class: c, unit: unit, min: least, max: most, has: make(presence, n/64), data: make([]T, n)}
	if sizeOf[T]() < 8 {
		// what T can say beyond the values there are, half of it on either side
		slack := int64(uint64(^T(0))-(uint64(most)-uint64(least))) / 2
		s.base = max(least, math.MinInt64+slack) - slack
	}
	for r, v := range vs {
		if !v.IsNull() {
			s.put(r, xs[r])
		}
	}
	return s
}

// put stores a number of units that fits.
func (s *ints[T]) put(row int, q int64) {
	if !s.has.has(row) {
		s.has[row>>6] |= 1 << (row & 63)
		s.n++
	}
	s.data[row] = T(uint64(q) - uint64(s.base))
}

// at returns the number of a row, in the class.
func (s *ints[T]) at(row int) int64 {
	return int64(uint64(s.data[row])+uint64(s.base)) * s.unit
}

// get returns the value of a row.
func (s *ints[T]) get(_ []segment.Value, row int) segment.Value {
	if !s.has.has(row) {
		return segment.Value{}
	}
	return s.class.decode(s.at(row))
}

// set fails if the value is of another class, no multiple of the unit, or too far from the
// base.
func (s *ints[T]) set(_ *dictionary, row int, v segment.Value) bool {
	x, ok := s.class.encode(v)
	if !ok {
		return false
	}
	// a division only where there must be one
	if s.unit != 1 {
		q := x / s.unit
		if q*s.unit != x {
			return false
		}
		x = q
	}
	// one comparison for both ends: what is below the base wraps around to a large number
	if uint64(x)-uint64(s.base) > uint64(^T(0)) {
		return false
	}
	if row >= len(s.data) {
		n := room(row + 1)
		s.data, s.has = grown(s.data, n), grown(s.has, n/64)
	}
	s.min, s.max = min(s.min, x), max(s.max, x)
	s.put(row, x)
	return true
}

// clear makes a row null. The zone stays as wide as it was.
func (s *ints[T]) clear(row int) {
	s.n--
	s.has[row>>6] &^= 1 << (row & 63)
}

func (s *ints[T]) count() int  { return s.n }
func (s *ints[T]) rows() int   { return len(s.data) }
func (s *ints[T]) coded() bool { return false }

// decides: a hint that is about the kind of these values needs only their numbers.
func (s *ints[T]) decides(t *Test) bool {
	kind := s.class.kind()
	return slices.ContainsFunc(t.Ranges, func(r Range) bool { return r.kind() == kind }) ||
		slices.ContainsFunc(t.Equal, func(v segment.Value) bool { return v.Kind() == kind })
}

// clone copies the numbers.
func (s *ints[T]) clone() strip {
	c := *s
	c.has, c.data = s.has.clone(), slices.Clone(s.data)
	return &c
}

// bytes is the memory of the struct and the two slices.
func (s *ints[T]) bytes() int64 {
	return 96 + int64(cap(s.has))*8 + int64(cap(s.data))*int64(sizeOf[T]())
}

// choose decides by numbers where the test has a hint, else value by value.
func (s *ints[T]) choose(sel *Selector, in, out *Mask) {
	if sp, ok := sel.span(s.class); ok {
		s.chooseRange(sel, sp, in, out)
	} else if xs, ok := sel.points(s.class); ok {
		s.choosePoints(sel, xs, in, out)
	} else {
		chooseRows(sel, s, nil, in, out)
	}
}

// chooseRange decides by comparing, or by the zone alone.
func (s *ints[T]) chooseRange(sel *Selector, sp span, in, out *Mask) {
	// the range in units, and only as far as there are values
	lo, hi := max(ceilDiv(sp.lo, s.unit), s.min), min(floorDiv(sp.hi, s.unit), s.max)
	some, all := lo <= hi, lo == s.min && hi == s.max
	if sel.test.Outside {
		some, all = !all, !some
	}
	null := sel.nullMask()
	// the zone alone decides the block: none of it passes, or all that is not null
	if !some || all {
		pass := uint64(0)
		if all {
			pass = ^pass
		}
		for w, has := range s.has {
			out[w] = in[w] & (has&pass | ^has&null)
		}
		return
	}
	invert := uint64(0)
	if sel.test.Outside {
		invert = ^invert
	}
	from, width := T(uint64(lo)-uint64(s.base)), T(uint64(hi)-uint64(lo))
	for w, has := range s.has {
		m, rows := in[w], (*[64]T)(s.data[w*64:])
		// few rows are asked about, and are looked at one by one
		if bits.OnesCount64(m) < sparse {
			pass := uint64(0)
			for rest := m & has; rest != 0; rest &= rest - 1 {
				i := bits.TrailingZeros64(rest) & 63
				pass |= b2u(rows[i]-from <= width) << i
			}
			out[w] = m & (has&(pass^invert) | ^has&null)
			continue
		}
		pass := inRange(rows, from, width) ^ invert
		out[w] = m & (has&pass | ^has&null)
	}
}

// inRange returns which of 64 numbers x have x-from <= width.
func inRange[T unsigned](rows *[64]T, from, width T) uint64 {
	var a, b, c, d uint64
	for i := range 16 { // four chains, so that none waits for another
		a = a>>1 | b2u(rows[i]-from <= width)<<15
		b = b>>1 | b2u(rows[i+16]-from <= width)<<15
		c = c>>1 | b2u(rows[i+32]-from <= width)<<15
		d = d>>1 | b2u(rows[i+48]-from <= width)<<15
	}
	return a | b<<16 | c<<32 | d<<48
}

// b2u is compiled without a branch.
func b2u(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// choosePoints decides by looking for the number among those of the test.
func (s *ints[T]) choosePoints(sel *Selector, xs []int64, in, out *Mask) {
	null := sel.nullMask()
	invert := uint64(0)
	if sel.test.Outside {
		invert = ^invert
	}
	for w, has := range s.has {
		m := in[w]
		pass := each(m&has, func(i int) bool {
			_, found := slices.BinarySearch(xs, s.at(w*64+i))
			return found
		})
		out[w] = m & (has&(pass^invert) | ^has&null)
	}
}

// floorDiv is a/b rounded down, for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// ceilDiv is a/b rounded up, for b > 0.
func ceilDiv(a, b int64) int64 {
	q := a / b
	if a%b > 0 {
		q++
	}
	return q
}
