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

func (r *reader) merged(row uint32, names []int, oldest bool) iter.Seq2[Stream, int] {
	return func(yield func(Stream, int) bool) {
		var few [8]cursor // so that most rows need no allocation
		m := merge{oldest: oldest, heap: few[:0]}
		if b, local := r.block(row), row%blockRows; b != nil && names == nil {
			for i := range b.head(local).streams() {
				m.add(b.stream(local, i).with(r))
			}
		}
		for _, name := range names {
			if s := r.Stream(row, name); s.n > 0 {
				m.add(s)
			}
		}
		for i := len(m.heap)/2 - 1; i >= 0; i-- {
			m.sink(i)
		}
		for len(m.heap) > 0 {
			c := m.heap[0]
			if !yield(c.Stream, int(c.i)) {
				return
			}
			m.step()
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

// A merge is a heap of cursors, the event that comes next on top.
type merge struct {
	heap   []cursor
	oldest bool
}

func (m *merge) add(s Stream) {
	c := cursor{Stream: s}
	if !m.oldest {
		c.i = s.n - 1
	}
	c.load()
	m.heap = append(m.heap, c)
}

func (c *cursor) load() {
	c.at, c.rec = c.raw(int(c.i)), c.block.rec(c.off+c.i)
}

// step moves the top cursor to its next event.
func (m *merge) step() {
	c := &m.heap[0]
	last := len(m.heap) - 1
	switch {
	case m.oldest && c.i+1 < c.n:
		c.i++
		c.load()
	case !m.oldest && c.i > 0:
		c.i--
		c.load()
	default:
		*c = m.heap[last]
		m.heap = m.heap[:last]
	}
	m.sink(0)
}

// first reports whether cursor i comes before cursor j. Records are in order
// of arrival.
func (m *merge) first(i, j int) bool {
	a, b := &m.heap[i], &m.heap[j]
	if a.at == b.at {
		return (a.rec < b.rec) == m.oldest
	}
	return a.at.less(b.at) == m.oldest
}

func (m *merge) sink(i int) {
	for {
		child := 2*i + 1
		if child >= len(m.heap) {
			return
		}
		if child+1 < len(m.heap) && m.first(child+1, child) {
			child++
		}
		if !m.first(child, i) {
			return
		}
		m.heap[i], m.heap[child] = m.heap[child], m.heap[i]
		i = child
	}
}
