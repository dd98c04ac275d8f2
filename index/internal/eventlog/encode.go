package eventlog

import (
	"github.com/segmentrules/segment/index/internal/wire"
)

// Encode writes all of the view: for each row its events in the order of
// [View.All], which is all of their order that can be observed. Properties that
// rows of a block share stand once. What it writes does not depend on chance.
func (v *View) Encode(w *wire.Writer) {
	w.Count(len(v.names))
	for _, name := range v.names {
		w.Text(name)
	}
	w.Count(len(v.known))
	for _, p := range v.known {
		w.Text(p.prefix)
		w.Count(p.digits)
	}
	w.Count(len(v.blocks))
	e := encoder{w: w, reader: &v.reader, places: map[uint64]int{}, props: map[string]int{}}
	for i, b := range v.blocks {
		if b == nil {
			w.Count(0)
			continue
		}
		e.block(uint32(i)<<blockBits, b)
	}
}

// An encoder writes the blocks of a view.
type encoder struct {
	w      *wire.Writer
	reader *reader
	last   uint64         // the instant of the event before, its first number
	places map[uint64]int // of properties in the arena: which of those written
	props  map[string]int
}

// block writes the number of rows plus one, and the rows.
func (e *encoder) block(first uint32, b *block) {
	e.w.Count(len(b.rows) + 1)
	e.w.Byte(byte(b.width))
	clear(e.places)
	clear(e.props)
	e.last = 0
	for local := range uint32(len(b.rows)) {
		h := b.head(local)
		e.w.Count(int(h.streams()))
		if h.streams() == 0 {
			continue
		}
		for i := range h.streams() {
			e.w.Count(int(b.stream(local, i).name))
		}
		e.w.Count(int(h.events))
		e.row(first, local, b)
	}
}

func (e *encoder) row(first, local uint32, b *block) {
	if b.head(local).streams() == 1 {
		s := b.stream(local, 0)
		for i := range int(s.n) {
			e.event(b, s, i)
		}
		return
	}
	for s, i := range e.reader.Oldest(first+local, nil) {
		at, _ := b.place(local, s.name)
		e.w.Count(int(at))
		e.event(b, s, i)
	}
}

func (e *encoder) event(b *block, s Stream, i int) {
	at, rec := s.raw(i), b.rec(s.slot(i))
	e.w.Varint(int64(at.hi - e.last))
	e.last = at.hi
	if b.width == widthNanos {
		e.w.Count(int(at.lo))
	}
	e.w.Blob(b.code(rec))
	place, _ := b.propsOf(rec)
	if place == 0 {
		e.w.Byte(0)
		return
	}
	n, known := e.places[place]
	if !known {
		props := b.propsAt(place)
		if n, known = e.props[string(props)]; !known {
			n = len(e.props)
			e.props[string(props)] = n
			e.w.Byte(1)
			e.w.Blob(props)
		}
		e.places[place] = n
		if !known {
			return
		}
	}
	e.w.Count(n + 2)
}
