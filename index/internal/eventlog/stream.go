package eventlog

import (
	"time"

	"github.com/segmentrules/segment"
)

// A Stream is the events of one row with one name, oldest first; of several at
// one instant the later to arrive is the later. It is good until the log is
// next written to; one of a [View] for good.
type Stream struct {
	block  *block
	reader *reader
	name   uint32
	off, n uint32
}

// with returns the stream with what spells its ids and names.
func (s Stream) with(r *reader) Stream {
	s.reader = r
	return s
}

// Name returns the number of the name.
func (s Stream) Name() int { return int(s.name) }

// Len returns the number of events.
func (s Stream) Len() int { return int(s.n) }

// raw is the instant of the i-th event, as the block has it.
func (s Stream) raw(i int) raw { return loadRaw(s.block.times, s.block.width, s.slot(i)) }

// slot checks the bounds, which the slab does not know.
func (s Stream) slot(i int) uint32 {
	if uint(i) >= uint(s.n) {
		panic("eventlog: index out of range")
	}
	return s.off + uint32(i)
}

// At returns the instant of the i-th event from the oldest, counted from 0, in
// UTC. It does not allocate.
func (s Stream) At(i int) time.Time { return s.raw(i).time(s.block.width) }

// Props returns the properties of the i-th event, nil if it has none. It does
// not allocate. Do not write to it; it stays as it is.
func (s Stream) Props(i int) segment.Document {
	place, _ := s.block.propsOf(s.block.rec(s.slot(i)))
	if place == 0 {
		return nil
	}
	return s.block.propsAt(place)
}

// ID returns the id of the i-th event.
func (s Stream) ID(i int) string {
	return decode(s.block.ids[s.block.rec(s.slot(i)):], s.reader.known)
}

// Event returns the i-th event, its instant in UTC.
func (s Stream) Event(i int) segment.Event {
	return segment.Event{ID: s.ID(i), Name: s.reader.names[s.name], At: s.At(i), Props: s.Props(i)}
}

// UpTo returns how many events are at or before the instant: the events from
// there on are after it. The cost grows with the logarithm of their number.
func (s Stream) UpTo(t time.Time) int {
	if s.n == 0 {
		return 0
	}
	// the last instant of the width that is not after it
	at, ok := rawOf(t, s.block.width)
	if !ok {
		return 0
	}
	return int(s.block.upper(s.off, s.n, at))
}

// Before returns how many events are before the instant.
func (s Stream) Before(t time.Time) int { return s.UpTo(t.Add(-1)) }
