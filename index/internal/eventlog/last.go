package eventlog

import "time"

// A Stretch is the instants after one and up to another.
type Stretch struct{ After, UpTo time.Time }

// A RowSet is some of 256 rows, a bit each.
type RowSet [blockRows / 64]uint64

// An Extreme asks of the events of each row that lie in a stretch for the newest
// one, or the oldest, and whether that lies in another stretch.
type Extreme struct {
	Of     Stretch
	In     Stretch
	Oldest bool
}

// Extremes looks at the 256 rows from first on, which is a multiple of 256: has
// are those that have events with the name in the stretch, and in those of whom
// the newest or oldest of them is where it is asked for. Its cost grows with the
// events of all rows in the stretch, a nanosecond each.
func (r *reader) Extremes(name int, first uint32, x Extreme) (has, in RowSet) {
	b := r.block(first)
	if b == nil || name < 0 {
		return has, in
	}
	if l := b.line(uint32(name)); l != nil {
		return l.extremes(x)
	}
	for local := range uint32(blockRows) {
		bit := uint64(1) << (local % 64)
		some, within := r.Extreme(name, first+local, x)
		if some {
			has[local/64] |= bit
		}
		if within {
			in[local/64] |= bit
		}
	}
	return has, in
}

// Extreme is Extremes for one row.
func (r *reader) Extreme(name int, row uint32, x Extreme) (has, in bool) {
	s := r.Stream(row, name)
	from, to := s.UpTo(x.Of.After), s.UpTo(x.Of.UpTo)
	if from >= to {
		return false, false
	}
	at := to - 1
	if x.Oldest {
		at = from
	}
	return true, at >= s.UpTo(x.In.After) && at < s.UpTo(x.In.UpTo)
}

// extremes notes for each row the last event of a walk over the stretch: forwards that is
// the newest, backwards the oldest.
func (l *line) extremes(x Extreme) (has, in RowSet) {
	from, to := l.window(x.Of.After, x.Of.UpTo)
	low, high := l.window(x.In.After, x.In.UpTo)
	if from >= to {
		return has, in
	}
	var at [blockRows]uint32 // of the event, plus one
	if x.Oldest {
		for i := to - 1; i >= from; i-- {
			at[l.rows[i]] = uint32(i + 1)
		}
	} else {
		for i, row := range l.rows[from:to] {
			at[row] = uint32(from + i + 1)
		}
	}
	// An event with the number i is in the stretch if i-low < high-low.
	first, length := uint32(low+1), uint32(max(0, high-low))
	for w := range has {
		var h, m uint64
		for i, n := range (*[64]uint32)(at[w*64:]) {
			h |= uint64(flag(n != 0)) << i
			m |= uint64(flag(n-first < length)) << i
		}
		has[w], in[w] = h, m&h
	}
	return has, in
}
