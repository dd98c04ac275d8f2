package eventlog

import "time"

// Kths tells of the 256 rows from first on, which is a multiple of 256, when the
// k-th newest of their events in a stretch was, where k depends on how many these
// are; 0 is for none. It tells coming of the first event behind the stretch, of
// those that have one. It returns false, and has told nothing, if it cannot say:
// then the streams must be looked at. Its cost grows with the events of all rows,
// a nanosecond or two each.
func (r *reader) Kths(name int, first uint32, of Stretch, k func(count uint32) uint32, kth, coming func(row uint32, at time.Time)) bool {
	b := r.block(first)
	// no events, and so nothing to tell
	if b == nil || name < 0 {
		return true
	}
	l := b.line(uint32(name))
	if l == nil {
		return false
	}
	from, to := l.window(of.After, of.UpTo)
	from = min(from, to)
	var left [blockRows]uint32 // how many events are newer, and one more
	for _, row := range l.rows[from:to] {
		left[row]++
	}
	for row, n := range left {
		if n > 0 {
			left[row] = k(n)
		}
	}
	// from the newest back: the event at which k have been passed is the one
	for i := to - 1; i >= from; i-- {
		row := l.rows[i]
		if left[row] == 1 {
			kth(first+uint32(row), l.at(i))
		}
		left[row]--
	}
	var seen [blockRows]bool
	// behind the stretch: the first of each row
	for i := to; i < len(l.rows); i++ {
		if row := l.rows[i]; !seen[row] {
			seen[row] = true
			coming(first+uint32(row), l.at(i))
		}
	}
	return true
}

// at returns the instant of an event.
func (l *line) at(i int) time.Time {
	if l.nanos != nil {
		n := l.nanos[i]
		return time.Unix(int64(n>>nanoBits)+baseSeconds, int64(n&(1<<nanoBits-1))).UTC()
	}
	return time.Unix(int64(l.seconds[i])+baseSeconds, 0).UTC()
}
