package eventlog

// A chunk is a run of cells of a slab, of one of these sizes: 1, 2, 3, 4, 6, 8,
// 12, 16, … The class is the size's place in that row: two sizes an octave
// waste a sixth on the mean, and let a chunk that one stream outgrew serve
// another one.

// sizeOf is how many cells a chunk of a class has.
func sizeOf(class int) uint32 {
	switch {
	case class == 0:
		return 1
	case class%2 == 1:
		return 1 << ((class + 1) / 2)
	}
	return 3 << (class/2 - 1)
}

// classFor returns the smallest class for so many cells.
func classFor(n uint32) int {
	class := 0
	for sizeOf(class) < n {
		class++
	}
	return class
}

// A space knows the chunks of a slab that nobody uses. They form a list a
// class, linked through the slab itself: a free chunk holds the link that give
// returned for it, which take wants back.
type space struct {
	heads []uint32 // by class: offset of the first free chunk plus one
	free  uint32   // cells in free chunks
}

// first returns a free chunk of the class, if there is one.
func (s *space) first(class int) (off uint32, ok bool) {
	if class >= len(s.heads) || s.heads[class] == 0 {
		return 0, false
	}
	return s.heads[class] - 1, true
}

// take makes the first free chunk of the class, which holds the link, used.
func (s *space) take(class int, link uint32) {
	s.heads[class] = link
	s.free -= sizeOf(class)
}

// give makes a chunk free, and returns the link that it must hold.
func (s *space) give(class int, off uint32) (link uint32) {
	for class >= len(s.heads) {
		s.heads = append(s.heads, 0)
	}
	link = s.heads[class]
	s.heads[class] = off + 1
	s.free += sizeOf(class)
	return link
}

// crowded reports whether free chunks are more than a quarter of the cells, so
// that packing the slab anew pays.
func (s *space) crowded(cells int) bool { return int(s.free)*4 > cells && s.free > 64 }

// extended returns the slice with n more elements, zero or not. It grows by an
// eighth and not, as append does, by half or more: a log has thousands of
// such slices, and what they hold in reserve counts.
func extended[T any](s []T, n int) []T {
	if need := len(s) + n; need > cap(s) {
		// This form of append uses up all that the allocator gives.
		grown := append([]T(nil), make([]T, need+need/8+8)...)
		copy(grown, s)
		s = grown[:len(s)]
	}
	return s[:len(s)+n]
}
