package eventlog

import (
	"slices"
	"sort"
	"sync/atomic"
	"time"
)

// A line is the events of one name in a block in order of time, whosever they
// are. A window is a stretch of it, and to count what lies in the window for all
// 256 rows is to go over that stretch: some ten times as quick as to look into
// the stream of each row.
//
// It is made when it is first asked for, and kept current from then on.
type line struct {
	epoch uint64 // of the block that may write to it
	name  uint32
	none  bool // there is none: an instant or a count is too large for it

	// The instants: seconds since [baseSeconds] where the block has seconds, else
	// these and thirty bits of nanoseconds.
	seconds []uint32
	nanos   []uint64
	rows    []uint8
	shared  int // so many elements of these a view may have too

	total [blockRows]uint16 // events of each row
}

// nanoBits are the bits of the nanoseconds of a second.
const nanoBits = 30

// A moment is an instant of a line.
type moment interface{ uint32 | uint64 }

// lines are the lines of a block. Readers of a view may add one at any time.
type lines struct{ list atomic.Pointer[[]*line] }

// find returns the line of a name, nil if there is none yet.
func (ls *lines) find(name uint32) *line {
	if list := ls.list.Load(); list != nil {
		for _, l := range *list {
			if l.name == name {
				return l
			}
		}
	}
	return nil
}

// add adds a line. Several readers may add one at once, even of one name: then the first
// is found, and the other is garbage.
func (ls *lines) add(l *line) {
	for {
		old := ls.list.Load()
		var list []*line
		if old != nil {
			list = *old
		}
		list = append(slices.Clip(list), l)
		if ls.list.CompareAndSwap(old, &list) {
			return
		}
	}
}

// clone is for a writer: the lines are shared until it writes to them.
func (ls *lines) clone() *lines {
	c := new(lines)
	if list := ls.list.Load(); list != nil {
		own := slices.Clone(*list)
		c.list.Store(&own)
	}
	return c
}

// bytes is the memory of the lines.
func (ls *lines) bytes() (n int) {
	if list := ls.list.Load(); list != nil {
		for _, l := range *list {
			n += 8 + 2*blockRows + 112 + 4*cap(l.seconds) + 8*cap(l.nanos) + cap(l.rows)
		}
	}
	return n
}

// drop forgets all lines: the instants of the block have another width.
func (ls *lines) drop() { ls.list.Store(nil) }

// line returns the line of a name, nil if there is none.
func (b *block) line(name uint32) *line {
	l := b.lines.find(name)
	if l == nil {
		l = b.newLine(name)
		b.lines.add(l)
	}
	// it was tried, and cannot be made
	if l.none {
		return nil
	}
	return l
}

// Warm fetches from memory what [reader.AddCounts] and [reader.Extremes] will look
// at, of the rows from first on: step by step of the way for all blocks, so that
// their waits for memory overlap. The number that it returns has no meaning, but that the
// compiler does not leave the reading out.
func (r *reader) Warm(name int, first, rows uint32) (touched uint64) {
	from, to := int(first>>blockBits), int((first+rows)>>blockBits)
	blocks := r.blocks[min(from, len(r.blocks)):min(to, len(r.blocks))]
	for _, b := range blocks {
		if b != nil {
			touched += b.epoch
		}
	}
	for _, b := range blocks {
		if b != nil && b.lines.list.Load() != nil {
			touched++
		}
	}
	for _, b := range blocks {
		if b == nil {
			continue
		}
		if l := b.lines.find(uint32(name)); l != nil {
			touched += l.epoch
		}
	}
	for _, b := range blocks {
		if b == nil {
			continue
		}
		// where a search for a window is likely to look: both ends, and two thirds on
		if l := b.lines.find(uint32(name)); l != nil && len(l.rows) > 0 {
			last := len(l.rows) - 1
			touched += uint64(l.rows[last])
			if last < len(l.seconds) {
				touched += uint64(l.seconds[0] + l.seconds[last] + l.seconds[last*2/3])
			}
		}
	}
	return touched
}

// window returns the stretch of the events after one instant and up to another.
func (l *line) window(after, upTo time.Time) (from, to int) {
	if l.nanos != nil {
		return stretch(l.nanos, nanosOf(after), nanosOf(upTo))
	}
	return stretch(l.seconds, secondsOf(after), secondsOf(upTo))
}

// all returns how many events of a row are up to an instant, where it is known
// without a look at any.
func (l *line) all(local uint32, upTo time.Time) (n uint32, ok bool) {
	last := len(l.rows) - 1
	switch {
	case l.none:
		return 0, false
	case l.nanos != nil:
		e := nanosOf(upTo)
		ok = last < 0 || !e.none && l.nanos[last] <= e.at
	default:
		e := secondsOf(upTo)
		ok = last < 0 || !e.none && l.seconds[last] <= e.at
	}
	return uint32(l.total[local]), ok
}

// An end is the last moment that is not after an instant; none if all are.
type end[T moment] struct {
	at   T
	none bool
}

// secondsOf is the end for a line of seconds.
func secondsOf(t time.Time) end[uint32] {
	s := t.Unix() - baseSeconds
	return end[uint32]{uint32(min(max(s, 0), 1<<32-1)), s < 0}
}

// nanosOf is the end for a line with nanoseconds.
func nanosOf(t time.Time) end[uint64] {
	s := t.Unix() - baseSeconds
	if s >= 1<<32 {
		return end[uint64]{at: 1<<64 - 1}
	}
	return end[uint64]{uint64(max(s, 0))<<nanoBits | uint64(t.Nanosecond()), s < 0}
}

// stretch returns the moments that are after one end and not after another.
func stretch[T moment](at []T, after, upTo end[T]) (from, to int) {
	return behind(at, after), behind(at, upTo)
}

// behind returns how many moments are not after an end.
func behind[T moment](at []T, e end[T]) int {
	if e.none {
		return 0
	}
	if n := len(at); n == 0 || at[n-1] <= e.at {
		return n // what most windows end with
	}
	// Events come at about even distances: the search begins where the instant
	// should be, and every look may be a wait for memory.
	last := len(at) - 1
	if at[0] > e.at {
		return 0
	}
	low, high := 0, last // at[low] is not after the end, at[high] is
	guess := int(float64(last) * (float64(e.at-at[0]) / float64(at[last]-at[0])))
	for step := max(1, last/64); high-low > step; step *= 4 {
		if guess = min(max(guess, low+1), high-1); at[guess] <= e.at {
			low, guess = guess, guess+step
		} else {
			high, guess = guess, guess-step
		}
	}
	for high-low > 1 {
		if middle := (low + high) / 2; at[middle] <= e.at {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// count adds to the counts of the rows what lies between two instants.
func (l *line) count(after, upTo time.Time, counts *[blockRows]uint32) {
	from, to := l.window(after, upTo)
	if to-from > len(l.rows)/2 { // count what is not in it
		for row, n := range l.total {
			counts[row] += uint32(n)
		}
		for _, row := range l.rows[:from] {
			counts[row]--
		}
		for _, row := range l.rows[to:] {
			counts[row]--
		}
		return
	}
	if from < to {
		for _, row := range l.rows[from:to] {
			counts[row]++
		}
	}
}

// ownLine returns the line for writing by the block, nil if there is none to keep
// current.
func (b *block) ownLine(name uint32) *line {
	list := b.lines.list.Load()
	if list == nil {
		return nil
	}
	for i, l := range *list {
		switch {
		case l.name != name:
		case l.none:
			return nil
		case l.epoch == b.epoch:
			return l
		default:
			// A view has the line. The struct is copied, and the slices only when something is
			// written before their end.
			c := *l
			c.epoch, c.shared = b.epoch, len(l.rows)
			(*list)[i] = &c
			return &c
		}
	}
	return nil
}

// noteLine keeps the line of a name current: an event has come.
func (b *block) noteLine(local, name uint32, a raw) {
	l := b.ownLine(name)
	if l == nil {
		return
	}
	// the instant as lines have it
	at, ok := momentOf(a, b.width)
	// too large for a line, so that from now on streams are looked at
	if !ok || l.total[local] == 1<<16-1 {
		*l = *l.impossible()
		return
	}
	l.total[local]++
	i := 0
	if b.width == widthSeconds {
		// behind all that are as early: it arrived later
		i = behind(l.seconds, end[uint32]{at: uint32(at)})
	} else {
		i = behind(l.nanos, end[uint64]{at: at})
	}
	l.unshare(i)
	l.rows = inserted(l.rows, i, uint8(local))
	if b.width == widthSeconds {
		l.seconds = inserted(l.seconds, i, uint32(at))
	} else {
		l.nanos = inserted(l.nanos, i, at)
	}
}

// unshare makes sure that no view has the elements from one on.
func (l *line) unshare(from int) {
	if from < l.shared {
		l.rows, l.seconds, l.nanos = slices.Clone(l.rows), slices.Clone(l.seconds), slices.Clone(l.nanos)
		l.shared = 0
	}
}

// inserted returns the slice with v at i.
func inserted[T any](s []T, i int, v T) []T {
	s = extended(s, 1)
	copy(s[i+1:], s[i:])
	s[i] = v
	return s
}

// cutLine keeps the line of a name current: n events of a row have gone, the
// first at this instant and the rest behind it, without another of the row between
// them.
func (b *block) cutLine(local, name uint32, first raw, n uint32) {
	l := b.ownLine(name)
	if l == nil {
		return
	}
	at, _ := momentOf(first, b.width)
	i := 0
	if b.width == widthSeconds {
		i = sort.Search(len(l.seconds), func(i int) bool { return l.seconds[i] >= uint32(at) })
	} else {
		i = sort.Search(len(l.nanos), func(i int) bool { return l.nanos[i] >= at })
	}
	// as a line counts no more than that, n fits
	l.total[local] -= uint16(n)
	l.unshare(i)
	to := i
	// the rest moves up, without the n events of the row
	for ; i < len(l.rows); i++ {
		if n > 0 && l.rows[i] == uint8(local) {
			n--
			continue
		}
		l.rows[to] = l.rows[i]
		if l.nanos != nil {
			l.nanos[to] = l.nanos[i]
		} else {
			l.seconds[to] = l.seconds[i]
		}
		to++
	}
	l.rows = l.rows[:to]
	if l.nanos != nil {
		l.nanos = l.nanos[:to]
	} else {
		l.seconds = l.seconds[:to]
	}
}
