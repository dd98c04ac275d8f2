package eventlog

import (
	"iter"
	"unsafe"
)

// A reader is what can be asked of a [Log] and of a [View].
type reader struct {
	blocks  []*block // by row / 256; nil if no row of it ever had an event
	names   []string
	numbers map[string]int
	patterns
	events int64
}

// block returns the block of a row, nil if no row of it ever had an event.
func (r *reader) block(row uint32) *block {
	if i := int(row >> blockBits); i < len(r.blocks) {
		return r.blocks[i]
	}
	return nil
}

// Lookup returns the number of an event name, if any event ever had it.
func (r *reader) Lookup(name string) (int, bool) {
	n, ok := r.numbers[name]
	return n, ok
}

// Names returns the event names by their numbers. Do not write to it.
func (r *reader) Names() []string { return r.names[:len(r.names):len(r.names)] }

// Rows returns a number above every row that ever had an event.
func (r *reader) Rows() int {
	for i := len(r.blocks) - 1; i >= 0; i-- {
		if b := r.blocks[i]; b != nil {
			return i<<blockBits + len(b.rows)
		}
	}
	return 0
}

// Len returns the number of events.
func (r *reader) Len() int64 { return r.events }

// Count returns the number of events of a row.
func (r *reader) Count(row uint32) int {
	if b := r.block(row); b != nil {
		return int(b.head(row % blockRows).events)
	}
	return 0
}

// Stream returns the events of a row with this name, an empty one if there are
// none. It does not allocate; the cost grows with the logarithm of the number
// of names the row has.
func (r *reader) Stream(row uint32, name int) Stream {
	b, local := r.block(row), row%blockRows
	if b == nil || name < 0 {
		return Stream{name: uint32(name)}
	}
	// names of a row are few and sorted
	i, ok := b.place(local, uint32(name))
	if !ok {
		return Stream{name: uint32(name)}
	}
	return b.stream(local, i).with(r)
}

// Has reports whether the row has events with this name.
func (r *reader) Has(row uint32, name int) bool { return r.Stream(row, name).Len() > 0 }

// Streams yields the streams of a row, none of them empty, in order of the
// number of their name. The log must not be written to meanwhile.
func (r *reader) Streams(row uint32) iter.Seq[Stream] {
	return func(yield func(Stream) bool) {
		b, local := r.block(row), row%blockRows
		if b == nil {
			return
		}
		for i := range b.head(local).streams() {
			if !yield(b.stream(local, i).with(r)) {
				return
			}
		}
	}
}

// Bytes returns the memory in use. Its cost grows with the number of rows, a
// nanosecond for dozens.
func (r *reader) Bytes() int64 {
	n := int64(unsafe.Sizeof(*r)) + int64(cap(r.blocks))*8
	for _, b := range r.blocks {
		if b != nil {
			n += b.bytes()
		}
	}
	const mapEntry = 40 // key and value in a map that is three fifths full
	n += int64(cap(r.names))*16 + int64(cap(r.known))*24
	for _, name := range r.names {
		n += mapEntry + int64(len(name))
	}
	for _, one := range r.known {
		n += mapEntry + 16 + int64(len(one.prefix))
	}
	return n
}

// bytes is the memory of a block.
func (b *block) bytes() int64 {
	n := int(unsafe.Sizeof(*b)) + cap(b.rows)*int(unsafe.Sizeof(rowHead{})) + cap(b.times) + cap(b.recs) + cap(b.tags) + cap(b.ids) + cap(b.props)
	words := cap(b.dirs) + cap(b.seen) + cap(b.spare.heads) + cap(b.holes.heads)
	return int64(n + b.lines.bytes() + 4*words)
}

// Bytes returns the memory in use. Its cost grows with the number of rows, a
// nanosecond for dozens. Blocks that views alone still have do not count.
func (l *Log) Bytes() int64 {
	n := l.reader.Bytes() + int64(unsafe.Sizeof(*l))
	for _, ids := range l.heavy {
		n += 56 + int64(cap(ids.slots))*8
	}
	return n
}
