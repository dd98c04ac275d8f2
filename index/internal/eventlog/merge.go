package eventlog

import (
	"iter"

	"github.com/segmentrules/segment"
)

// All yields the events of a row, of all names, oldest first; of several at
// one instant the later to arrive is the later, whatever their names. The log
// must not be written to meanwhile.
func (r *reader) All(row uint32) iter.Seq[segment.Event] {
	return func(yield func(segment.Event) bool) {
		for s, i := range r.Oldest(row, nil) {
			if !yield(s.Event(i)) {
				return
			}
		}
	}
}

// Oldest yields the events of a row with any of these names, which are
// distinct, or with any name if names is nil: each as its stream and its index
// in it, oldest first, as [Stream] orders them. The log must not be written to
// meanwhile. An event costs the logarithm of the number of names.
func (r *reader) Oldest(row uint32, names []int) iter.Seq2[Stream, int] {
	return r.merged(row, names, true)
}

// Newest is as Oldest, the newest first.
func (r *reader) Newest(row uint32, names []int) iter.Seq2[Stream, int] {
	return r.merged(row, names, false)
}

// merged puts the streams of a row together: a heap has a cursor for each, and the event
// that comes next is on top.
func (r *reader) merged(row uint32, names []int, oldest bool) iter.Seq2[Stream, int] {
	return func(yield func(Stream, int) bool) {
		var few [8]cursor // so that most rows need no allocation
		m := merge(few[:0])
		if b, local := r.block(row), row%blockRows; b != nil && names == nil {
			for i := range b.head(local).streams() {
				m = append(m, cursorAt(b.stream(local, i).with(r), oldest))
			}
		}
		for _, name := range names {
			if s := r.Stream(row, name); s.n > 0 {
				m = append(m, cursorAt(s, oldest))
			}
		}
		// from the last parent up, so that below each all is in order
		for i := len(m)/2 - 1; i >= 0; i-- {
			m.sink(i, oldest)
		}
		for len(m) > 0 {
			if !yield(m[0].Stream, int(m[0].i)) {
				return
			}
			if !m[0].step(oldest) {
				last := len(m) - 1
				m[0] = m[last]
				m = m[:last]
			}
			m.sink(0, oldest)
		}
	}
}

// A cursor stands at an event of a stream.
type cursor struct {
	Stream
	i   uint32
	at  raw
	rec uint32
}

// cursorAt returns a cursor at the oldest or newest event of a stream.
func cursorAt(s Stream, oldest bool) cursor {
	c := cursor{Stream: s}
	if !oldest {
		c.i = s.n - 1
	}
	c.load()
	return c
}

// load notes the instant and the record of the event, by which cursors are compared.
func (c *cursor) load() {
	c.at, c.rec = c.raw(int(c.i)), c.block.rec(c.off+c.i)
}

// step moves the cursor to the next event, if there is one.
func (c *cursor) step(oldest bool) bool {
	switch {
	case oldest && c.i+1 < c.n:
		c.i++
	case !oldest && c.i > 0:
		c.i--
	default:
		return false
	}
	c.load()
	return true
}

// A merge is a heap of cursors, the event that comes next on top.
type merge []cursor

// first reports whether cursor i comes before cursor j. Records are in order
// of arrival.
func (m merge) first(i, j int, oldest bool) bool {
	a, b := &m[i], &m[j]
	if a.at == b.at {
		return (a.rec < b.rec) == oldest
	}
	return a.at.less(b.at) == oldest
}

// sink moves a cursor down the heap until none below comes before it.
func (m merge) sink(i int, oldest bool) {
	for {
		child := 2*i + 1
		if child >= len(m) {
			return
		}
		if child+1 < len(m) && m.first(child+1, child, oldest) {
			child++
		}
		if !m.first(child, i, oldest) {
			return
		}
		m[i], m[child] = m[child], m[i]
		i = child
	}
}
