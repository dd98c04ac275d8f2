package eventlog

import (
	"encoding/binary"
	"slices"
	"sort"
)

// A block is 256 contacts and their events: for each a head that says where its streams are,
// for each stream where its instants lie in a slab. A block that a view has is copied before
// it is written to.

const (
	blockBits = 8
	// blockRows is the unit of copying on write: small enough that the copy
	// takes microseconds, large enough that its fixed cost does not count.
	blockRows = 1 << blockBits
)

// A block holds the events of 256 rows. It has no pointers beside its slices,
// so that the garbage collector never walks events.
//
// Every (row, name) with events is a stream: a chunk of slots, sorted by
// instant, then arrival. A slot is a cell in three columns: times, recs, tags.
// A row's streams are listed in a chunk of dirs, sorted by name. What does not
// change with an event's place, its id and properties, is a record, to which
// recs points; records only are appended, so their offsets tell arrival.
type block struct {
	epoch uint64 // of the log when it was made: an older block is in a view
	width int    // bytes of an instant
	wide  int    // bytes of the offset of a record

	rows  []rowHead
	dirs  []uint32 // entries of three words: name and class, first slot, length
	spare space    // of dirs

	times []byte  // by slot: its instant, see width
	recs  []byte  // by slot: its record, in as many bytes as offsets need
	tags  []uint8 // by slot: eight bits of the hash of its id
	holes space   // of the slots
	lines *lines  // the events again, of names of which many rows are asked

	arena
}

// A rowHead says which streams a row has.
type rowHead struct {
	dir    uint32 // offset of its chunk of dirs
	packed uint32 // number of streams and class of the chunk
	events uint32
}

// Class and number share a word: six bits are enough for every class.
const (
	classBits = 6
	classMask = 1<<classBits - 1
	entry     = 3 // words of a directory entry
)

// pack puts a number and a class into a word.
func pack(n uint32, class int) uint32 { return n<<classBits | uint32(class) }

// streams is how many streams the row has.
func (h rowHead) streams() uint32 { return h.packed >> classBits }
func (h rowHead) class() int      { return int(h.packed & classMask) }

// newBlock returns a block without events, in the narrowest widths.
func newBlock(epoch uint64) *block {
	return &block{epoch: epoch, width: widthSeconds, wide: 2, lines: new(lines), arena: newArena()}
}

// clone returns the block for a writer, the block itself being in a view. The
// arena is shared: what the writer appends lies behind all that a view reads.
func (b *block) clone(epoch uint64) *block {
	c := *b
	c.epoch = epoch
	c.rows = slices.Clone(b.rows)
	c.dirs = slices.Clone(b.dirs)
	c.times = slices.Clone(b.times)
	c.recs = slices.Clone(b.recs)
	c.tags = slices.Clone(b.tags)
	c.spare.heads = slices.Clone(b.spare.heads)
	c.holes.heads = slices.Clone(b.holes.heads)
	// the writer will change some lines, and the view keeps its own
	c.lines = b.lines.clone()
	return &c
}

// head returns the head of a row, an empty one if the row has never had an event.
func (b *block) head(local uint32) rowHead {
	if int(local) >= len(b.rows) {
		return rowHead{}
	}
	return b.rows[local]
}

// directory returns the entries of the row.
func (b *block) directory(local uint32) []uint32 {
	h := b.head(local)
	return b.dirs[h.dir*entry : (h.dir+h.streams())*entry]
}

// place returns where the stream of the name is in the row's directory, or
// where it would be.
func (b *block) place(local, name uint32) (i uint32, ok bool) {
	dir := b.directory(local)
	n := uint32(len(dir) / entry)
	// few names: from the front, which is quicker than to halve
	if n <= 8 {
		for i < n && dir[i*entry]>>classBits < name {
			i++
		}
	} else {
		i = uint32(sort.Search(int(n), func(i int) bool { return dir[i*entry]>>classBits >= name }))
	}
	return i, i < n && dir[i*entry]>>classBits == name
}

// stream returns the i-th stream of the row.
func (b *block) stream(local, i uint32) Stream {
	w := (b.rows[local].dir + i) * entry
	return Stream{block: b, name: b.dirs[w] >> classBits, off: b.dirs[w+1], n: b.dirs[w+2]}
}

// insert puts an event into its stream, behind those of the same instant, and
// makes the stream if there is none.
func (b *block) insert(local, name uint32, at raw, rec uint32, tag uint8) {
	if int(local) >= len(b.rows) {
		b.rows = extendZero(b.rows, int(local)+1-len(b.rows))
	}
	i, ok := b.place(local, name)
	if !ok {
		// the first event of this name
		b.addStream(local, name, i)
	}
	b.reserve(local, i)
	w := (b.rows[local].dir + i) * entry
	off, n := b.dirs[w+1], b.dirs[w+2]
	pos := off + n
	// it came late: later events of the stream move up by one
	if n > 0 && at.less(loadRaw(b.times, b.width, pos-1)) {
		pos = off + b.upper(off, n, at)
		b.shift(pos, pos+1, off+n-pos)
	}
	storeRaw(b.times, b.width, pos, at)
	b.setRec(pos, rec)
	b.tags[pos] = tag
	b.dirs[w+2]++
	b.rows[local].events++
	// and if the events of the name are kept in order of time too, it is noted there
	b.noteLine(local, name, at)
}

// upper returns how many of the n slots from off are at or before the instant.
func (b *block) upper(off, n uint32, at raw) uint32 {
	low, high := uint32(0), n
	for low < high {
		mid := (low + high) / 2
		if at.less(loadRaw(b.times, b.width, off+mid)) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// shift moves n slots.
func (b *block) shift(from, to, n uint32) {
	copy(b.times[int(to)*b.width:], b.times[int(from)*b.width:int(from+n)*b.width])
	copy(b.recs[int(to)*b.wide:], b.recs[int(from)*b.wide:int(from+n)*b.wide])
	copy(b.tags[to:], b.tags[from:from+n])
}

// reserve makes room for one more event in the i-th stream of the row.
func (b *block) reserve(local, i uint32) {
	w := (b.rows[local].dir + i) * entry
	off, n, class := b.dirs[w+1], b.dirs[w+2], int(b.dirs[w]&classMask)
	if n < sizeOf(class) {
		return
	}
	// nothing lies behind it
	if size := sizeOf(class); int(off+size) == b.slots() {
		b.extendSlots(sizeOf(class+1) - size) // the last chunk grows where it is
		b.dirs[w]++
		return
	}
	b.move(w, class+1)
	if b.holes.crowded(b.slots()) {
		b.packSlots()
	}
}

// slots returns the number of slots, used or not.
func (b *block) slots() int { return len(b.tags) }

// move gives the stream whose directory entry is at w a chunk of another class.
func (b *block) move(w uint32, class int) {
	off, n, old := b.dirs[w+1], b.dirs[w+2], int(b.dirs[w]&classMask)
	to := b.takeSlots(class)
	b.shift(off, to, n)
	b.giveSlots(old, off)
	b.dirs[w] = b.dirs[w]&^classMask | uint32(class)
	b.dirs[w+1] = to
}

// takeSlots returns where a chunk of slots is, one that is free or a new one at the end.
func (b *block) takeSlots(class int) uint32 {
	if off, ok := b.holes.first(class); ok {
		b.holes.take(class, binary.LittleEndian.Uint32(b.times[int(off)*b.width:]))
		return off
	}
	off := uint32(b.slots())
	b.extendSlots(sizeOf(class))
	return off
}

// giveSlots makes a chunk free. Its first slot holds the link to the next free one.
func (b *block) giveSlots(class int, off uint32) {
	binary.LittleEndian.PutUint32(b.times[int(off)*b.width:], b.holes.give(class, off))
}

// extendSlots makes room for more slots in all three columns.
func (b *block) extendSlots(n uint32) {
	b.times = extended(b.times, int(n)*b.width)
	b.recs = extended(b.recs, int(n)*b.wide)
	b.tags = extended(b.tags, int(n))
}

// addStream makes an empty stream at place i of the row's directory.
func (b *block) addStream(local, name, i uint32) {
	h := &b.rows[local]
	n := h.streams()
	switch {
	case n == 0:
		h.dir = b.takeDirs(0)
		h.packed = pack(0, 0)
	case n == sizeOf(h.class()):
		to := b.takeDirs(h.class() + 1)
		copy(b.dirs[to*entry:], b.dirs[h.dir*entry:(h.dir+n)*entry])
		b.giveDirs(h.class(), h.dir)
		h.dir = to
		h.packed = pack(n, h.class()+1)
	}
	from := (h.dir + i) * entry
	end := (h.dir + n) * entry
	copy(b.dirs[from+entry:], b.dirs[from:end])
	b.dirs[from], b.dirs[from+1], b.dirs[from+2] = pack(name, 0), b.takeSlots(0), 0
	h.packed = pack(n+1, h.class())
	if b.spare.crowded(len(b.dirs) / entry) {
		b.packDirs()
	}
}

// takeDirs returns where a chunk of directory entries is.
func (b *block) takeDirs(class int) uint32 {
	if off, ok := b.spare.first(class); ok {
		b.spare.take(class, b.dirs[off*entry])
		return off
	}
	off := uint32(len(b.dirs) / entry)
	b.dirs = extended(b.dirs, int(sizeOf(class))*entry)
	return off
}

// giveDirs makes a chunk of directory entries free.
func (b *block) giveDirs(class int, off uint32) {
	b.dirs[off*entry] = b.spare.give(class, off)
}

// remove takes n events from a stream, from the pos-th on, and the stream from
// the directory if none is left.
func (b *block) remove(local, i, pos, n uint32) {
	w := (b.rows[local].dir + i) * entry
	off, length := b.dirs[w+1], b.dirs[w+2]
	b.cutLine(local, b.dirs[w]>>classBits, loadRaw(b.times, b.width, off+pos), n)
	for p := off + pos; p < off+pos+n; p++ {
		b.forget(b.rec(p))
	}
	b.shift(off+pos+n, off+pos, length-pos-n)
	b.rows[local].events -= n
	b.dirs[w+2] = length - n
	switch class := int(b.dirs[w] & classMask); {
	case length == n:
		b.dropStream(local, i)
	case sizeOf(class) >= 4*(length-n):
		// Halved and not made to measure, so that the next event has room.
		b.move(w, classFor(2*(length-n)))
	}
	b.tidy()
}

// dropStream takes an empty stream from the row's directory.
func (b *block) dropStream(local, i uint32) {
	h := &b.rows[local]
	n := h.streams()
	w := (h.dir + i) * entry
	b.giveSlots(int(b.dirs[w]&classMask), b.dirs[w+1])
	copy(b.dirs[w:], b.dirs[w+entry:(h.dir+n)*entry])
	if n == 1 {
		b.giveDirs(h.class(), h.dir)
		*h = rowHead{}
		return
	}
	h.packed = pack(n-1, h.class())
}

// clear takes all events of the row.
func (b *block) clear(local uint32) {
	for n := b.head(local).streams(); n > 0; n-- {
		b.remove(local, n-1, 0, b.stream(local, n-1).n)
	}
}
