package rowset

import (
	"iter"
	"math/bits"
)

// All yields the rows, ascending. The set must not be written to meanwhile; its clone
// may be gone over instead.
func (s *Set) All() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if s.chunks == nil {
			for _, row := range s.few[:s.n] {
				if !yield(row) {
					return
				}
			}
			return
		}
		for i := range s.chunks {
			if !s.chunks[i].all(yield) {
				return
			}
		}
	}
}

// all yields the rows of a chunk, and reports whether more are wanted.
func (c *chunk) all(yield func(uint32) bool) bool {
	base := uint32(c.block) << 16
	if c.plane == nil {
		for _, low := range c.list {
			if !yield(base | uint32(low)) {
				return false
			}
		}
		return true
	}
	for i, w := range c.plane {
		for ; w != 0; w &= w - 1 {
			if !yield(base | uint32(i)<<6 | uint32(bits.TrailingZeros64(w))) {
				return false
			}
		}
	}
	return true
}

// Rows returns the rows, ascending, in a slice of their number.
func (s *Set) Rows() []uint32 {
	rows := make([]uint32, 0, s.n)
	if s.chunks == nil {
		return append(rows, s.few[:s.n]...)
	}
	for i := range s.chunks {
		c := &s.chunks[i]
		base := uint32(c.block) << 16
		for _, low := range c.list {
			rows = append(rows, base|uint32(low))
		}
		if c.plane == nil {
			continue
		}
		for i, w := range c.plane {
			rows = appendBits(rows, base|uint32(i)<<6, w)
		}
	}
	return rows
}

// A Cursor stands at a row of a set, or behind the last one:
//
//	for at := set.Cursor(); at.OK(); at.Next() {
//		use(at.Row())
//	}
//
// The set must not be written to as long as the cursor is used.
type Cursor struct {
	rows   []uint32 // that follow, with this one first
	buffer []uint32 // what they are in, unless they are the few of a set
	chunks []chunk  // that follow this one
	base   uint32   // of this list, or of the next word of a plane
	list   []uint16 // that follow, of a list
	words  []uint64 // that follow, of a plane
}

// ahead is how many rows a cursor finds in one go.
const ahead = 256

// Cursor returns a cursor that stands at the first row.
func (s *Set) Cursor() *Cursor {
	if s.chunks == nil {
		return &Cursor{rows: s.few[:s.n]}
	}
	c := &Cursor{chunks: s.chunks, buffer: make([]uint32, 0, min(s.n, ahead))}
	c.fill()
	return c
}

// OK reports whether the cursor stands at a row.
func (c *Cursor) OK() bool { return len(c.rows) > 0 }

// Row returns the row at which the cursor stands, if it does.
func (c *Cursor) Row() uint32 { return c.rows[0] }

// Next goes to the next row, if there is one.
func (c *Cursor) Next() {
	if c.rows = c.rows[1:]; len(c.rows) == 0 {
		c.fill()
	}
}

// fill finds rows that follow.
func (c *Cursor) fill() {
	rows, room := c.buffer[:0], cap(c.buffer)
	for len(rows) < room {
		switch {
		case len(c.list) > 0:
			some := c.list[:min(len(c.list), room-len(rows))]
			for _, low := range some {
				rows = append(rows, c.base|uint32(low))
			}
			c.list = c.list[len(some):]
		case len(c.words) > 0:
			if room-len(rows) < bits.OnesCount64(c.words[0]) && len(rows) > 0 {
				c.rows = rows
				return
			}
			rows = appendBits(rows, c.base, c.words[0])
			c.words, c.base = c.words[1:], c.base+64
		case len(c.chunks) > 0:
			next := &c.chunks[0]
			c.chunks, c.base, c.list = c.chunks[1:], uint32(next.block)<<16, next.list
			if next.plane != nil {
				c.words = next.plane[:]
			}
		default:
			room = 0
		}
	}
	c.rows = rows
}

// appendBits appends the rows of a word.
func appendBits(rows []uint32, base uint32, w uint64) []uint32 {
	for ; w != 0; w &= w - 1 {
		rows = append(rows, base|uint32(bits.TrailingZeros64(w)))
	}
	return rows
}
