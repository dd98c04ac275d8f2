package rowset

import (
	"slices"
	"sync/atomic"
)

// A Set is a set of rows. The zero value is empty and ready. It must not be copied
// but by [Set.Clone].
type Set struct {
	chunks []chunk // the table; nil if the rows are in few
	n      int
	few    [maxFew]uint32 // the first n, ascending, if there is no table
	// shared says that other sets may have the table, or chunks of it. Readers set it,
	// at once with others; only who writes to the set takes it back.
	shared atomic.Bool
}

const (
	// maxFew is how many rows fit in a set, which then is 64 bytes, a cache line.
	maxFew = 7
	// backToFew is at how many rows a set gives up its table again.
	backToFew = 3
)

// Len returns how many rows there are, in constant time.
func (s *Set) Len() int { return s.n }

// Clone returns a set with the same rows, in constant time. Neither sees what is done
// to the other.
func (s *Set) Clone() *Set {
	c := &Set{chunks: s.chunks, n: s.n, few: s.few}
	if c.chunks != nil {
		s.share()
		c.share()
	}
	return c
}

// share notes that another set has chunks of this one. It looks first, so that many
// readers do not write to one place in turn.
func (s *Set) share() {
	if !s.shared.Load() {
		s.shared.Store(true)
	}
}

// Contains reports whether a row is in the set. Its cost grows with the logarithm of
// how many rows a block has if they are few, and is constant if they are many.
func (s *Set) Contains(row uint32) bool {
	if s.chunks == nil {
		for _, r := range s.few[:s.n] {
			if r == row {
				return true
			}
		}
		return false
	}
	i, ok := s.find(row)
	return ok && s.chunks[i].contains(uint16(row))
}

// find returns where in the table the chunk of a row is, or is to be. Blocks are
// mostly all there: then that is their number.
func (s *Set) find(row uint32) (i int, ok bool) {
	block := uint16(row >> 16)
	// no gaps before it: the usual case
	if i = int(block); i < len(s.chunks) && s.chunks[i].block == block {
		return i, true
	}
	lo, hi := 0, min(int(block), len(s.chunks)) // no chunk is behind the place of its number
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if s.chunks[mid].block < block {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(s.chunks) && s.chunks[lo].block == block
}

// Add puts a row into the set, if it is not. It costs what [Set.Contains] does, and
// moving half of the block's rows, of two bytes each, if they are few. A chunk that
// another set may have is copied first.
func (s *Set) Add(row uint32) {
	if s.chunks == nil {
		at, ok := slices.BinarySearch(s.few[:s.n], row)
		if ok {
			return
		}
		// there is room in the set itself
		if s.n < maxFew {
			copy(s.few[at+1:s.n+1], s.few[at:s.n])
			s.few[at] = row
			s.n++
			return
		}
		s.spill()
	}
	i, ok := s.find(row)
	low := uint16(row)
	if !ok {
		s.own()
		s.chunks = slices.Insert(s.chunks, i, chunk{block: uint16(row >> 16), own: true, n: 1, list: []uint16{low}})
		s.n++
		return
	}
	at, in := s.chunks[i].find(low)
	if in {
		return
	}
	// the table is copied if another set has it; the chunk in it, in insert
	s.own()
	s.chunks[i].insert(at, low)
	s.n++
}

// Remove takes a row out of the set, if it is in. It costs what [Set.Add] does.
func (s *Set) Remove(row uint32) {
	if s.chunks == nil {
		if at, ok := slices.BinarySearch(s.few[:s.n], row); ok {
			copy(s.few[at:s.n-1], s.few[at+1:s.n])
			s.n--
		}
		return
	}
	i, ok := s.find(row)
	if !ok {
		return
	}
	low := uint16(row)
	at, in := s.chunks[i].find(low)
	if !in {
		return
	}
	s.own()
	s.n--
	// the last row of the block: no chunk is empty
	if s.chunks[i].n == 1 {
		s.chunks = slices.Delete(s.chunks, i, i+1)
	} else {
		s.chunks[i].remove(at, low)
	}
	if s.n <= backToFew {
		s.gather()
	}
}

// own makes the table the set's own. The chunks in it are not yet: each is copied when
// it is to change.
func (s *Set) own() {
	if !s.shared.Load() {
		return
	}
	s.chunks = append([]chunk(nil), s.chunks...)
	for i := range s.chunks {
		// the other set has them too, and so each is copied before it changes
		s.chunks[i].own = false
	}
	s.shared.Store(false)
}

// spill puts the rows that lie in the set into a table.
func (s *Set) spill() {
	s.chunks = s.table()
	s.few = [maxFew]uint32{}
	s.shared.Store(false)
}

// table is the chunks of the set; of one that has none, a table made of its few rows.
func (s *Set) table() []chunk {
	if s.chunks != nil || s.n == 0 {
		return s.chunks
	}
	var chunks []chunk
	for from := 0; from < s.n; {
		block := uint16(s.few[from] >> 16)
		var list []uint16
		for ; from < s.n && uint16(s.few[from]>>16) == block; from++ {
			list = append(list, uint16(s.few[from]))
		}
		chunks = append(chunks, chunk{block: block, own: true, n: int32(len(list)), list: list})
	}
	return chunks
}

// gather puts the rows of the table, which are few, into the set itself.
func (s *Set) gather() {
	all := Set{n: s.n}
	at := 0
	for row := range s.All() {
		all.few[at] = row
		at++
	}
	s.chunks, s.few = nil, all.few
	s.shared.Store(false)
}
