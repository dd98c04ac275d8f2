package eventlog

import "time"

// AddCounts adds to counts, for the rows from first on, the number of events
// with this name that are after one instant and not after another. It is for
// very many rows: what a row costs is two short searches and nothing around
// them.
func (r *reader) AddCounts(name int, first uint32, after, upTo time.Time, counts []uint32) {
	for len(counts) > 0 {
		local := first % blockRows
		n := min(uint32(len(counts)), blockRows-local)
		if b := r.block(first); b != nil && name >= 0 {
			b.addCounts(uint32(name), local, after, upTo, counts[:n])
		}
		counts, first = counts[n:], first+n
	}
}

func (b *block) addCounts(name, local uint32, after, upTo time.Time, counts []uint32) {
	from, fromOK := rawOf(after, b.width)
	to, toOK := rawOf(upTo, b.width)
	if !toOK {
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
			n -= min(n, b.upperNear(off, n, from))
		}
		counts[i] += n
	}
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
