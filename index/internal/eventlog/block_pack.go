package eventlog

import (
	"encoding/binary"
	"slices"
)

// extendZero returns the slice with n more zero elements.
func extendZero(rows []rowHead, n int) []rowHead {
	return append(rows, make([]rowHead, n)...)
}

// widen makes the times of the block wide enough for another one.
func (b *block) widen(width int) {
	if width > b.width {
		b.packSlots() // the links of free chunks would not survive
		b.times = widened(b.times, b.width, width)
		b.width = width
		b.lines.drop()
	}
}

// rec returns the record of a slot.
func (b *block) rec(slot uint32) uint32 {
	p := b.recs[int(slot)*b.wide:]
	switch b.wide {
	case 2:
		return uint32(binary.LittleEndian.Uint16(p))
	case 3:
		return uint32(binary.LittleEndian.Uint16(p)) | uint32(p[2])<<16
	}
	return binary.LittleEndian.Uint32(p)
}

// setRec sets the record of a slot, and widens all if its offset needs that.
func (b *block) setRec(slot, rec uint32) {
	for b.wide < 4 && rec>>(8*b.wide) > 0 {
		old := *b
		b.wide++
		b.recs = make([]byte, b.slots()*b.wide)
		for slot := range uint32(b.slots()) {
			b.setRec(slot, old.rec(slot))
		}
	}
	p := b.recs[int(slot)*b.wide:]
	binary.LittleEndian.PutUint16(p, uint16(rec))
	switch b.wide {
	case 3:
		p[2] = byte(rec >> 16)
	case 4:
		p[2], p[3] = byte(rec>>16), byte(rec>>24)
	}
}

// packSlots moves the streams together, each in a chunk of its class.
func (b *block) packSlots() {
	old := *b
	cells := b.slots() - int(b.holes.free)
	b.times = make([]byte, 0, (cells+cells/8)*b.width)
	b.recs = make([]byte, 0, (cells+cells/8)*b.wide)
	b.tags = make([]uint8, 0, cells+cells/8)
	b.holes = space{}
	for local := range uint32(len(b.rows)) {
		dir := b.directory(local)
		for ; len(dir) > 0; dir = dir[entry:] {
			off, size := dir[1], sizeOf(int(dir[0]&classMask))
			dir[1] = uint32(b.slots())
			b.times = append(b.times, old.times[int(off)*b.width:int(off+size)*b.width]...)
			b.recs = append(b.recs, old.recs[int(off)*b.wide:int(off+size)*b.wide]...)
			b.tags = append(b.tags, old.tags[off:off+size]...)
		}
	}
}

// packDirs moves the directories together.
func (b *block) packDirs() {
	old := b.dirs
	b.dirs = make([]uint32, 0, len(old)-int(b.spare.free)*entry)
	b.spare = space{}
	for i := range b.rows {
		h := &b.rows[i]
		if h.streams() == 0 {
			continue
		}
		from := h.dir
		h.dir = uint32(len(b.dirs) / entry)
		b.dirs = append(b.dirs, old[from*entry:(from+sizeOf(h.class()))*entry]...)
	}
}

// tidy gives back memory after events went.
func (b *block) tidy() {
	if b.holes.crowded(b.slots()) {
		b.packSlots()
	}
	if b.spare.crowded(len(b.dirs) / entry) {
		b.packDirs()
	}
}

// wasteful reports whether half of the block is records that no event has.
// That bounds the memory by twice what is needed, and the work by the bytes
// that were once appended.
func (b *block) wasteful() bool {
	return b.dead > 4096 && b.dead*2 > len(b.ids)+len(b.props)+(b.slots()-int(b.holes.free))*(1+b.width+b.wide)
}

// compact drops the records that no event has. Every record gets a new offset,
// in the old order.
func (b *block) compact(h hasher) {
	live := make([]uint64, 0, b.slots())
	for local := range uint32(len(b.rows)) {
		for dir := b.directory(local); len(dir) > 0; dir = dir[entry:] {
			for slot := dir[1]; slot < dir[1]+dir[2]; slot++ {
				live = append(live, uint64(b.rec(slot))<<32|uint64(slot))
			}
		}
	}
	slices.Sort(live)
	old := b.arena
	b.arena = newArena()
	b.recs, b.wide = make([]byte, 2*b.slots()), 2
	moved := map[uint64]uint64{}
	for _, one := range live {
		rec, slot := uint32(one>>32), uint32(one)
		b.setRec(slot, b.adopt(&old, rec, moved, h))
	}
}
