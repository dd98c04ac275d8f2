package rowset

import "math/bits"

// planeWords is how many words have a bit for each row of a block.
const planeWords = blockRows / 64

// A plane is the rows of a block, a bit for each.
type plane [planeWords]uint64

// full is the plane of every chunk that has all rows of its block. It is never
// written to.
var full = allSet()

// allSet returns a plane with every bit set.
func allSet() (p plane) {
	for i := range p {
		p[i] = 1<<64 - 1
	}
	return p
}

// A row by its bit: whether it is in, the same as a number, putting it in, taking it out.
func (p *plane) has(low uint16) bool   { return p[low>>6]>>(low&63)&1 != 0 }
func (p *plane) bit(low uint16) uint64 { return p[low>>6] >> (low & 63) & 1 }
func (p *plane) set(low uint16)        { p[low>>6] |= 1 << (low & 63) }
func (p *plane) clear(low uint16)      { p[low>>6] &^= 1 << (low & 63) }

// clone returns a copy. An array that is appended to nothing need not be cleared first.
func (p *plane) clone() *plane { return (*plane)(append([]uint64(nil), p[:]...)) }

// planeOf returns the plane of a list.
func planeOf(list []uint16) *plane {
	p := new(plane)
	for _, low := range list {
		p.set(low)
	}
	return p
}

// rowsOf returns the rows of some words of a plane, of which there are n.
func rowsOf(words []uint64, n int) []uint16 { return appendRows(make([]uint16, 0, n), words) }

// appendRows appends the rows of some words, in order.
func appendRows(list []uint16, words []uint64) []uint16 {
	for i, w := range words {
		// the lowest bit that is left, again and again
		for base := uint16(i) << 6; w != 0; w &= w - 1 {
			list = append(list, base|uint16(bits.TrailingZeros64(w)))
		}
	}
	return list
}

// These set p to what is in a and b, in either, in one of them, and in a but not in b,
// and return how many rows that are. Four words in one go are quicker than one by one.

func (p *plane) and(a, b *plane) (n int) {
	for i := 0; i < planeWords; i += 4 {
		p, a, b := (*[4]uint64)(p[i:]), (*[4]uint64)(a[i:]), (*[4]uint64)(b[i:])
		w, x, y, z := a[0]&b[0], a[1]&b[1], a[2]&b[2], a[3]&b[3]
		p[0], p[1], p[2], p[3] = w, x, y, z
		n += ones(w, x, y, z)
	}
	return n
}

func (p *plane) or(a, b *plane) (n int) {
	for i := 0; i < planeWords; i += 4 {
		p, a, b := (*[4]uint64)(p[i:]), (*[4]uint64)(a[i:]), (*[4]uint64)(b[i:])
		w, x, y, z := a[0]|b[0], a[1]|b[1], a[2]|b[2], a[3]|b[3]
		p[0], p[1], p[2], p[3] = w, x, y, z
		n += ones(w, x, y, z)
	}
	return n
}

func (p *plane) xor(a, b *plane) (n int) {
	for i := 0; i < planeWords; i += 4 {
		p, a, b := (*[4]uint64)(p[i:]), (*[4]uint64)(a[i:]), (*[4]uint64)(b[i:])
		w, x, y, z := a[0]^b[0], a[1]^b[1], a[2]^b[2], a[3]^b[3]
		p[0], p[1], p[2], p[3] = w, x, y, z
		n += ones(w, x, y, z)
	}
	return n
}

func (p *plane) andNot(a, b *plane) (n int) {
	for i := 0; i < planeWords; i += 4 {
		p, a, b := (*[4]uint64)(p[i:]), (*[4]uint64)(a[i:]), (*[4]uint64)(b[i:])
		w, x, y, z := a[0]&^b[0], a[1]&^b[1], a[2]&^b[2], a[3]&^b[3]
		p[0], p[1], p[2], p[3] = w, x, y, z
		n += ones(w, x, y, z)
	}
	return n
}

// countAnd returns how many rows are in both planes.
func (p *plane) countAnd(o *plane) (n int) {
	for i := 0; i < planeWords; i += 4 {
		a, b := (*[4]uint64)(p[i:]), (*[4]uint64)(o[i:])
		n += ones(a[0]&b[0], a[1]&b[1], a[2]&b[2], a[3]&b[3])
	}
	return n
}

// count returns how many rows some words of a plane have.
func count(words []uint64) (n int) {
	for ; len(words) >= 4; words = words[4:] {
		n += ones(words[0], words[1], words[2], words[3])
	}
	for _, w := range words {
		n += bits.OnesCount64(w)
	}
	return n
}

// ones counts the bits of four words.
func ones(w, x, y, z uint64) int {
	return bits.OnesCount64(w) + bits.OnesCount64(x) + (bits.OnesCount64(y) + bits.OnesCount64(z))
}
