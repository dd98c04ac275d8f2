package eventlog

import (
	"encoding/binary"
	"time"
)

// AddCounts adds to counts, for the rows from first on, the number of events
// with this name that are after one instant and not after another. It is for
// very many rows: where all 256 of a block are asked for, the events in the
// window are gone over; else what a row costs is two short searches.
func (r *reader) AddCounts(name int, first uint32, after, upTo time.Time, counts []uint32) {
	for len(counts) > 0 {
		local := first % blockRows
		n := min(uint32(len(counts)), blockRows-local)
		if b := r.block(first); b != nil && name >= 0 {
			// the whole block is asked for: one walk over the events in the window
			if l := b.lineFor(uint32(name), n); l != nil {
				l.count(after, upTo, (*[blockRows]uint32)(counts))
			} else {
				b.addCounts(uint32(name), local, after, upTo, counts[:n])
			}
		}
		counts, first = counts[n:], first+n
	}
}

// lineFor returns the line to count with, if all rows are asked for.
func (b *block) lineFor(name, rows uint32) *line {
	if rows < blockRows {
		return nil
	}
	return b.line(name)
}

// addCounts is AddCounts for rows of one block.
func (b *block) addCounts(name, local uint32, after, upTo time.Time, counts []uint32) {
	from, fromOK := rawOf(after, b.width)
	to, toOK := rawOf(upTo, b.width)
	if !toOK {
		return
	}
	// one row, from the beginning of time: the line knows the total
	if l := b.lines.find(name); l != nil && !fromOK && len(counts) == 1 {
		if n, ok := l.all(local, upTo); ok {
			counts[0] += n
			return
		}
	}
	if b.width == widthSeconds {
		b.addSeconds(name, local, from, fromOK, to, counts)
		return
	}
	for i := range counts[:min(len(counts), max(0, len(b.rows)-int(local)))] {
		at, ok := b.place(local+uint32(i), name)
		if !ok {
			continue
		}
		w := (b.rows[local+uint32(i)].dir + at) * entry
		off, n := b.dirs[w+1], b.dirs[w+2]
		n = b.upperNear(off, n, to)
		if fromOK {
			// those up to the beginning of the window are not in it
			n -= min(n, b.upperNear(off, n, from))
		}
		counts[i] += n
	}
}

// fewEvents is up to where events are counted one by one, without a branch that
// depends on them: a search costs more, as the processor cannot guess its branches.
const fewEvents = 64

// addSeconds is addCounts for the width that nearly all blocks have.
func (b *block) addSeconds(name, local uint32, from raw, fromOK bool, to raw, counts []uint32) {
	first := uint32(0)
	if fromOK {
		if from.hi >= to.hi {
			return
		}
		first = uint32(from.hi) + 1
	}
	length := uint32(to.hi) - first
	rows := b.rows[min(int(local), len(b.rows)):]
	guess := uint32(0) // rows tend to have the same names
	for i := range counts[:min(len(counts), len(rows))] {
		h := rows[i]
		dir, n := b.dirs[h.dir*entry:], h.streams()
		// the guess is wrong: look where the name is, and guess that next time
		if guess >= n || dir[guess*entry]>>classBits != name {
			at, ok := b.place(local+uint32(i), name)
			if !ok {
				continue
			}
			guess = at
		}
		off, n := dir[guess*entry+1], dir[guess*entry+2]
		switch {
		// all of them: the newest is not after the end
		case !fromOK && loadRaw(b.times, widthSeconds, off+n-1).hi <= to.hi:
			counts[i] += n
			continue
		case n > fewEvents:
			n = b.upper(off, n, to)
			if fromOK {
				n -= b.upper(off, n, from)
			}
			counts[i] += n
			continue
		}
		counts[i] += within(b.times[int(off)*widthSeconds:], n, first, length)
	}
}

// within counts of the first n seconds those that are at most so much above the
// first: eight at once, also where there are fewer.
func within(times []byte, n, first, length uint32) (c uint32) {
	const lanes = 8
	for i := uint32(0); i < n; i += lanes {
		if len(times) < lanes*widthSeconds {
			for j := range n - i {
				c += flag(binary.LittleEndian.Uint32(times[j*widthSeconds:])-first <= length)
			}
			return c
		}
		t := (*[lanes * widthSeconds]byte)(times)
		for j := range uint32(lanes) {
			c += flag(binary.LittleEndian.Uint32(t[j*widthSeconds:])-first <= length) & flag(i+j < n)
		}
		times = times[lanes*widthSeconds:]
	}
	return c
}

// flag is compiled without a branch.
func flag(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// upperNear is upper for an instant that tends to be near the newest events,
// as windows do.
func (b *block) upperNear(off, n uint32, at raw) uint32 {
	for range 4 {
		if n == 0 || !at.less(loadRaw(b.times, b.width, off+n-1)) {
			return n
		}
		n--
	}
	return b.upper(off, n, at)
}
