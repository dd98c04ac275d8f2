package eventlog

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/segmentrules/segment/index/internal/wire"
)

// Encode writes all of the view: for each row its events in the order of
// [View.All], which is all of their order that can be observed. Properties that
// were written lately are not written again. What it writes does not depend on
// chance.
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
	e := encoder{w: w, places: map[uint64]int{}, props: map[string]int{}}
	for _, b := range v.blocks {
		if b == nil {
			w.Count(0)
			continue
		}
		e.block(b)
	}
}

// An encoder writes the blocks of a view.
type encoder struct {
	w      *wire.Writer
	events []placed       // of the row
	last   uint64         // the instant of the event before, its first number
	places map[uint64]int // of properties in the arena: which of those written
	props  map[string]int
	bytes  int // of props
}

// Properties that were written are referred to until there are so many of them
// when a block begins: then they are forgotten, by writer and reader alike.
const (
	manyProps  = 1 << 16
	manyBytes  = 1 << 24
	newProps   = 1 // the properties follow
	firstProps = 2 // and on: which of those written
)

// block writes the number of rows plus one, and the rows.
func (e *encoder) block(b *block) {
	e.w.Count(len(b.rows) + 1)
	e.w.Byte(byte(b.width))
	// places are of one arena
	clear(e.places)
	if len(e.props) >= manyProps || e.bytes >= manyBytes {
		clear(e.props)
		e.bytes = 0
	}
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
		e.row(local, b)
	}
}

// row writes the events of a row. Streams are in order, so that putting them
// together takes few steps.
func (e *encoder) row(local uint32, b *block) {
	e.events = e.events[:0]
	streams := b.head(local).streams()
	for i := range streams {
		s := b.stream(local, i)
		for slot := s.off; slot < s.off+s.n; slot++ {
			e.events = append(e.events, placed{loadRaw(b.times, b.width, slot), b.rec(slot), i})
		}
	}
	if streams > 1 {
		slices.SortFunc(e.events, placed.compare)
	}
	for _, p := range e.events {
		e.event(b, p, streams > 1)
	}
}

// A placed event is one of those of a row.
type placed struct {
	at     raw
	rec    uint32
	stream uint32
}

// compare is the order of [View.All]: by instant, then arrival.
func (p placed) compare(o placed) int {
	switch {
	case p.at == o.at:
		return cmp.Compare(p.rec, o.rec)
	case p.at.less(o.at):
		return -1
	}
	return 1
}

// shortCode is what the code of an id seldom exceeds.
const shortCode = 128

// event writes the stream of an event if there are several, how much later it is than the
// one before, its id as a code, and its properties.
func (e *encoder) event(b *block, p placed, several bool) {
	code := b.code(p.rec)
	// room for all but the longest ids at once, which saves asking for each part
	out := e.w.Begin(4*binary.MaxVarintLen64 + shortCode)
	if several {
		out = binary.AppendUvarint(out, uint64(p.stream))
	}
	out = binary.AppendVarint(out, int64(p.at.hi-e.last))
	e.last = p.at.hi
	if b.width == widthNanos {
		out = binary.AppendUvarint(out, uint64(p.at.lo))
	}
	if len(code) <= shortCode {
		e.w.End(append(binary.AppendUvarint(out, uint64(len(code))), code...))
	} else {
		e.w.End(out)
		e.w.Blob(code)
	}
	place, _ := binary.Uvarint(b.ids[int(p.rec)+len(code):])
	e.properties(b, place)
}

// properties writes 0 for none, 1 and the properties, or where they were written.
func (e *encoder) properties(b *block, place uint64) {
	if place == 0 {
		e.w.Byte(0)
		return
	}
	n, known := e.places[place]
	if known {
		e.w.Count(n + firstProps)
		return
	}
	props := b.propsAt(place)
	if n, known = e.props[string(props)]; known {
		e.w.Count(n + firstProps)
	} else {
		n = len(e.props)
		e.props[string(props)] = n
		e.bytes += len(props)
		e.w.Byte(newProps)
		e.w.Blob(props)
	}
	e.places[place] = n
}
