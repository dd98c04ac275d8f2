package column

import (
	"math/bits"
	"slices"

	"github.com/segmentrules/segment"
)

// A strip is one block of a column in one of these forms: [planes] and [codes]
// hold places in the column's dictionary, [ints] whatever can be counted,
// [texts] texts that are mostly different, and [values] all else. No form but
// values holds pointers by the row, so that the garbage collector has nothing
// to walk.
//
// A strip starts at 64 rows and doubles: rows beyond its length are null.
type strip interface {
	// get returns the value of a row, null if there is none.
	get(dict []segment.Value, row int) segment.Value
	// set stores a value that is not null; false if this form cannot.
	set(d *dictionary, row int, v segment.Value) bool
	// clear makes a row null.
	clear(row int)
	// count returns how many rows are not null.
	count() int
	// rows returns how many rows there is room for, a multiple of 64.
	rows() int
	// coded reports whether the strip needs the dictionary.
	coded() bool
	// decides reports whether choose need not ask value by value.
	decides(t *Test) bool
	// clone returns a copy for writing; the old strip is not written any more.
	clone() strip
	// bytes returns the memory held.
	bytes() int64
	// choose sets in out the rows of in that pass; see [Selector.Select].
	choose(s *Selector, in, out *Mask)
}

// Mask is a set of rows of a block: row r is bit r%64 of word r/64.
type Mask [BlockRows / 64]uint64

// Count returns the number of rows in the mask.
func (m *Mask) Count() (n int) {
	for _, w := range m {
		n += bits.OnesCount64(w)
	}
	return n
}

// room returns how many rows a strip gets that needs this many.
func room(rows int) int {
	if rows <= 64 {
		return 64
	}
	return 1 << bits.Len(uint(rows-1))
}

// grown returns a copy of s with n elements; the new ones are zero.
func grown[T any](s []T, n int) []T {
	g := make([]T, n)
	copy(g, s)
	return g
}

// presence is a bitmap of the rows that are not null.
type presence []uint64

// has reports whether a row is not null.
func (p presence) has(row int) bool {
	return row>>6 < len(p) && p[row>>6]>>(row&63)&1 != 0
}

// clone returns a copy.
func (p presence) clone() presence { return slices.Clone(p) }

// refit returns a strip that holds what old holds, old may be nil, and v at
// row. The cost is that of reading all of old: forms are chosen, and given
// room, so that it seldom comes to this.
func (c *columnData) refit(old strip, row int, v segment.Value) strip {
	n := row + 1
	if old != nil {
		n = max(n, old.rows())
	}
	vs := make([]segment.Value, n) // short-lived, at most 1.5 MB
	if old != nil {
		// all is read by the old form, and then fitted anew
		for r := range old.rows() {
			vs[r] = old.get(c.dict.values, r)
		}
	}
	vs[row] = v
	return c.fit(vs, room(n))
}

// fit returns a strip of n rows with these values, in the form that suits them.
func (c *columnData) fit(vs []segment.Value, n int) strip {
	// Numbers and instants first, as a test of them compares. A dictionary is next, if values
	// come again; it refuses when it is full. Texts that differ lie end to end, and whatever
	// is left as it is.
	if s := newInts(vs, n); s != nil {
		return s
	}
	if s := c.dict.encode(vs, n); s != nil {
		return s
	}
	if s := newTexts(vs, n); s != nil {
		return s
	}
	return newValues(vs, n)
}
