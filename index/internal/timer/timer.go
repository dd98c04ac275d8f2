package timer

import "time"

// A Heap has at most one instant for a row: when the row is next to be looked
// at. Rows are numbers, dense from 0. Instants are exact, from year -290
// billion on. The order is by instant, then row, and depends on nothing else,
// not even on how the instants came about. The zero Heap is empty and ready.
// One goroutine at a time may use it.
//
// It is a heap of four children a node: half as deep as one of two, and the
// four lie side by side. A row knows its place in the heap, so
// that its instant can be moved. Memory is 16 bytes a row with an instant, and
// 4 bytes for every row up to the highest ever set.
type Heap struct {
	entries []timer
	places  []uint32 // by row: place in entries plus one, 0 if it has no instant
}

// A timer is the instant of a row, in 16 bytes. The seconds are since 1970.
type timer struct {
	seconds int64
	nanos   int32
	row     uint32
}

// timerOf returns the timer of a row for an instant.
func timerOf(row uint32, at time.Time) timer {
	return timer{seconds: at.Unix(), nanos: int32(at.Nanosecond()), row: row}
}

// at is the instant of a timer.
func (t timer) at() time.Time { return time.Unix(t.seconds, int64(t.nanos)).UTC() }

// before is the order: no two timers are equal, as rows differ.
func (t timer) before(u timer) bool {
	if t.seconds != u.seconds {
		return t.seconds < u.seconds
	}
	return t.tied(u)
}

// tied is before for two timers of one second. It stands alone so that before is short
// enough to be compiled into its callers.
func (t timer) tied(u timer) bool {
	return t.nanos < u.nanos || t.nanos == u.nanos && t.row < u.row
}

// due reports whether the timer is at or before the instant of another.
func (t timer) due(u timer) bool {
	return t.seconds < u.seconds || t.seconds == u.seconds && t.nanos <= u.nanos
}

// Len returns the number of rows with an instant.
func (h *Heap) Len() int { return len(h.entries) }

// Bytes returns the memory in use.
func (h *Heap) Bytes() int64 { return int64(cap(h.entries))*16 + int64(cap(h.places))*4 + 48 }

// place returns the place of the row in the heap, -1 if it has none.
func (h *Heap) place(row uint32) int {
	if int(row) >= len(h.places) {
		return -1
	}
	return int(h.places[row]) - 1
}

// Get returns the instant of a row, in UTC, if it has one.
func (h *Heap) Get(row uint32) (at time.Time, ok bool) {
	if i := h.place(row); i >= 0 {
		return h.entries[i].at(), true
	}
	return time.Time{}, false
}

// Set gives the row this instant, in place of the one it may have. The cost
// grows with the logarithm of the number of rows with one.
func (h *Heap) Set(row uint32, at time.Time) {
	t := timerOf(row, at)
	i := h.place(row)
	switch {
	case i < 0:
		h.insert(t)
	case t.before(h.entries[i]):
		h.up(i, t)
	default:
		h.down(i, t)
	}
}

// Earlier is as Set, but leaves an instant that is as early or earlier. It
// reports whether the row has got the new one.
func (h *Heap) Earlier(row uint32, at time.Time) bool {
	t := timerOf(row, at)
	i := h.place(row)
	switch {
	case i < 0:
		h.insert(t)
	case t.before(h.entries[i]):
		h.up(i, t)
	default:
		return false
	}
	return true
}

// insert adds the timer of a row that has none.
func (h *Heap) insert(t timer) {
	if int(t.row) >= len(h.places) {
		h.places = append(h.places, make([]uint32, int(t.row)+1-len(h.places))...)
	}
	h.entries = append(h.entries, t)
	h.up(len(h.entries)-1, t)
}

// Remove takes the row's instant, and reports whether it had one.
func (h *Heap) Remove(row uint32) bool {
	i := h.place(row)
	if i < 0 {
		return false
	}
	h.removeAt(i)
	return true
}

// removeAt fills a place with the last timer.
func (h *Heap) removeAt(i int) {
	h.places[h.entries[i].row] = 0
	last := len(h.entries) - 1
	t := h.entries[last]
	h.entries = h.entries[:last]
	if i == last {
		return
	}
	// the last timer may be earlier than the parent here: it comes from another branch
	if parent := (i - 1) / 4; i > 0 && t.before(h.entries[parent]) {
		h.up(i, t)
	} else {
		h.down(i, t)
	}
}

// Clear removes all instants, and keeps the memory for others.
func (h *Heap) Clear() {
	clear(h.places)
	h.entries = h.entries[:0]
}

// First returns the first row in order of instant and row, and its instant.
func (h *Heap) First() (row uint32, at time.Time, ok bool) {
	if len(h.entries) == 0 {
		return 0, time.Time{}, false
	}
	return h.entries[0].row, h.entries[0].at(), true
}

// Min returns the least instant, in UTC, if there is one.
func (h *Heap) Min() (at time.Time, ok bool) {
	if len(h.entries) == 0 {
		return time.Time{}, false
	}
	return h.entries[0].at(), true
}

// PopDue takes the first row, in order of instant and row, whose instant is
// not after this one.
func (h *Heap) PopDue(at time.Time) (row uint32, ok bool) {
	if len(h.entries) == 0 || !h.entries[0].due(timerOf(0, at)) {
		return 0, false
	}
	row = h.entries[0].row
	h.removeAt(0)
	return row, true
}

// PopAll takes all rows of the least instant, if that is not after this one,
// and appends them to rows, in order. It returns the instant too.
func (h *Heap) PopAll(at time.Time, rows []uint32) (_ []uint32, least time.Time, ok bool) {
	if len(h.entries) == 0 || !h.entries[0].due(timerOf(0, at)) {
		return rows, time.Time{}, false
	}
	least = h.entries[0].at()
	for first := h.entries[0]; len(h.entries) > 0 && h.entries[0].due(first); {
		rows = append(rows, h.entries[0].row)
		h.removeAt(0)
	}
	return rows, least, true
}

// up puts a timer at a place or, while it comes before the parent, above.
func (h *Heap) up(i int, t timer) {
	for i > 0 {
		parent := (i - 1) / 4
		p := h.entries[parent]
		if !t.before(p) {
			break
		}
		h.entries[i] = p
		h.places[p.row] = uint32(i + 1)
		i = parent
	}
	h.entries[i] = t
	h.places[t.row] = uint32(i + 1)
}

// down puts a timer at a place or, while a child comes before it, below.
func (h *Heap) down(i int, t timer) {
	for {
		child := 4*i + 1
		if child >= len(h.entries) {
			break
		}
		least, first := h.entries[child], child
		for j := child + 1; j < min(child+4, len(h.entries)); j++ {
			if h.entries[j].before(least) {
				least, first = h.entries[j], j
			}
		}
		if !least.before(t) {
			break
		}
		h.entries[i] = least
		h.places[least.row] = uint32(i + 1)
		i = first
	}
	h.entries[i] = t
	h.places[t.row] = uint32(i + 1)
}
