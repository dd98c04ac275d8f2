package rowset

import (
	"iter"
	"unsafe"
)

// FromWords returns the rows whose bits are set: row r is bit r%64 of word r/64. It
// keeps nothing of the words. Its cost grows with their number.
func FromWords(words []uint64) *Set {
	j := joiner{}
	for block := 0; len(words) > 0; block++ {
		some := words[:min(planeWords, len(words))]
		words = words[len(some):]
		j.words(uint16(block), some, count(some))
	}
	return j.set()
}

// words adds a copy of the first words of a plane, with n rows.
func (j *joiner) words(block uint16, words []uint64, n int) {
	switch {
	case n == 0:
	case n == blockRows:
		j.add(chunk{plane: &full, n: blockRows, block: block})
	case n <= maxList:
		j.add(chunk{list: rowsOf(words, n), n: int32(n), block: block, own: true})
	case len(words) == planeWords:
		j.add(chunk{plane: (*plane)(words).clone(), n: int32(n), block: block, own: true})
	default:
		p := new(plane)
		copy(p[:], words)
		j.add(chunk{plane: p, n: int32(n), block: block, own: true})
	}
}

// Words returns n words in which the bits of the rows are set, as [FromWords] takes
// them. Rows of 64*n and above are left out.
func (s *Set) Words(n int) []uint64 {
	words := make([]uint64, n)
	table := s.table()
	for i := range table {
		c := &table[i]
		from := int(c.block) * planeWords
		if from >= n {
			break
		}
		out := words[from:]
		if c.plane != nil {
			copy(out, c.plane[:])
			continue
		}
		for _, low := range c.list {
			if int(low>>6) >= len(out) {
				break
			}
			out[low>>6] |= 1 << (low & 63)
		}
	}
	return words
}

// A Block is the rows of a set that have their upper 16 bits in common.
type Block struct {
	Number int // these bits
	c      *chunk
}

// Blocks yields the blocks of which there are rows, ascending. The set must not be
// written to meanwhile.
func (s *Set) Blocks() iter.Seq[Block] {
	return func(yield func(Block) bool) {
		table := s.table()
		for i := range table {
			if !yield(Block{int(table[i].block), &table[i]}) {
				return
			}
		}
	}
}

// Len returns how many rows the block has.
func (b Block) Len() int { return int(b.c.n) }

// AppendRows appends the lower 16 bits of the rows, ascending.
func (b Block) AppendRows(to []uint16) []uint16 {
	if b.c.plane != nil {
		return appendRows(to, b.c.plane[:])
	}
	return append(to, b.c.list...)
}

// AppendWords appends 1,024 words with a bit for each row of the block: the row with
// the lower 16 bits r is bit r%64 of word r/64.
func (b Block) AppendWords(to []uint64) []uint64 {
	if b.c.plane != nil {
		return append(to, b.c.plane[:]...)
	}
	return append(to, planeOf(b.c.list)[:]...)
}

// AppendRows adds rows with the given upper 16 bits, by their lower ones, ascending.
// The block must be above all that the set has. It keeps nothing of the slice.
func (s *Set) AppendRows(block int, rows []uint16) {
	if len(rows) == 0 {
		return
	}
	if s.chunks == nil && s.n+len(rows) <= maxFew {
		for _, low := range rows {
			s.few[s.n] = uint32(block)<<16 | uint32(low)
			s.n++
		}
		return
	}
	if len(rows) > maxList {
		p := planeOf(rows)
		s.AppendWords(block, p[:])
		return
	}
	s.append(func(j *joiner) {
		j.add(chunk{list: append([]uint16(nil), rows...), n: int32(len(rows)), block: uint16(block), own: true})
	})
}

// AppendWords adds rows as [Block.AppendWords] gives them. The block must be above all
// that the set has. It keeps nothing of the slice.
func (s *Set) AppendWords(block int, words []uint64) {
	s.append(func(j *joiner) { j.words(uint16(block), words, count(words)) })
}

// append lets f add chunks behind those that there are.
func (s *Set) append(f func(*joiner)) {
	if s.chunks == nil {
		s.spill()
	}
	s.own()
	j := joiner{out: s.chunks, n: s.n}
	f(&j)
	s.chunks, s.n = j.out, j.n
	if s.n <= maxFew {
		s.gather()
	}
}

// Bytes returns what the set takes in memory, in the sizes in which Go gives it:
// chunks that it shares with others count as if it did not.
func (s *Set) Bytes() int64 {
	n := int64(unsafe.Sizeof(*s)) + int64(cap(s.chunks))*int64(unsafe.Sizeof(chunk{}))
	n = (n + 15) &^ 15
	for i := range s.chunks {
		c := &s.chunks[i]
		n += 2 * int64(cap(c.list))
		if c.plane != nil && c.plane != &full {
			n += int64(unsafe.Sizeof(*c.plane))
		}
	}
	return n
}
