package index

import (
	"iter"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/rowset"
)

// A picture is what an index knows at one moment, as far as some conditions ask
// for it. It never changes, so that it can be looked at for long, by many, while
// the index goes on.
type picture struct {
	*frame
	listed  map[string][]uint64 // who is on the lists that are asked for
	members map[string][]uint64 // who is in the segments that are asked for

	// Only if histories are asked for.
	created []birth
	former  map[cell][]segment.Change
}

// A frame is the part of a picture that does not depend on what is asked. It
// serves until the next change of a contact.
type frame struct {
	who
	live   []uint64 // who exists: a bit for each row, blocks of them whole
	count  int
	fields *column.View
	since  *column.View
	events *eventlog.View
	lists  *eventlog.View
}

// blockWords is how many words of bits a block of rows has.
const blockWords = column.BlockRows / 64

// blocks is how many blocks of rows there are.
func (f *frame) blocks() int { return len(f.live) / blockWords }

// contacts is the set of the contacts in some rows.
func (f *frame) contacts(rows *rowset.Set) contactSet { return setOf(rows, f.who) }

// dense is a set of rows with a bit for each.
func (f *frame) dense(rows *rowset.Set) []uint64 {
	return rows.Words(len(f.live))
}

// A figure is a contact in a picture.
type figure struct {
	*picture
	row uint32
}

// Field implements [segment.Contact].
func (f *figure) Field(path string) segment.Value {
	names := segment.Field(path).Names()
	v := segment.Value{}
	if col, ok := f.fields.Lookup(names[0]); ok {
		v = f.fields.Get(f.row, col)
	}
	if v.IsNull() && names[0] == "id" {
		v = segment.Text(f.ids[f.row])
	}
	return v.At(names[1:]...)
}

// Events implements [segment.Contact].
func (f *figure) Events(name string) iter.Seq[segment.Event] {
	return func(yield func(segment.Event) bool) {
		if name == "" {
			for stream, i := range f.events.Newest(f.row, nil) {
				if !yield(stream.Event(i)) {
					return
				}
			}
			return
		}
		stream := f.stream(name)
		for i := stream.Len() - 1; i >= 0; i-- {
			if !yield(stream.Event(i)) {
				return
			}
		}
	}
}

func (f *figure) stream(name string) eventlog.Stream {
	if n, ok := f.events.Lookup(name); ok {
		return f.events.Stream(f.row, n)
	}
	return eventlog.Stream{}
}

// List implements [segment.Contact].
func (f *figure) List(name string) (at time.Time, ok bool) {
	n, ok := f.lists.Lookup(name)
	if !ok {
		return at, false
	}
	stream := f.lists.Stream(f.row, n)
	if stream.Len() == 0 {
		return at, false
	}
	return stream.At(0), true
}

// Segment implements [segment.Contact].
func (f *figure) Segment(id string) bool { return f.member(id) }

// member reports whether the contact is in a segment.
func (f *figure) member(id string) bool {
	words := f.members[id]
	return len(words) > 0 && words[f.row/64]>>(f.row%64)&1 != 0
}

// History implements [segment.Contact].
func (f *figure) History(path string) iter.Seq[segment.Change] { return historyOf(f.history, path) }

func (f *figure) history(name string) iter.Seq[segment.Change] {
	return func(yield func(segment.Change) bool) {
		col, ok := f.fields.Lookup(name)
		if !ok {
			return
		}
		v := f.fields.Get(f.row, col)
		since, known := f.created[f.row].time(), !v.IsNull()
		if at := f.since.Get(f.row, col); !at.IsNull() {
			since, known = at.Time(), true
		}
		if !known || !yield(segment.Change{At: since, Value: v}) {
			return
		}
		for _, ch := range slices.Backward(f.former[cell{f.row, int32(col)}]) {
			if !yield(ch) {
				return
			}
		}
	}
}

// field is the value of an attribute that is a field.
func (f *figure) field(a *attr) segment.Value { return f.Field(string(a.path)) }

// count is the value of a plain count.
func (f *figure) count(a *attr, at time.Time) int { return countOf(f.stream(a.event), a.window, at) }

// kth is when the k-th newest of the events up to an instant was.
func (f *figure) kth(a *attr, at time.Time, k int) (time.Time, bool) {
	return kthOf(f.stream(a.event), at, k)
}

// future is when the first of the events after an instant will be.
func (f *figure) future(a *attr, at time.Time) (time.Time, bool) {
	return futureOf(f.stream(a.event), at)
}

// ahead reports whether the contact has events dated in the future.
func (f *figure) ahead(at time.Time) bool {
	for stream := range f.events.Streams(f.row) {
		if n := stream.Len(); n > 0 && stream.At(n-1).After(at) {
			return true
		}
	}
	return false
}

// kept reports whether the contact is kept, with a timer.
func (f *figure) kept() bool { return false }

// pulse: a picture stands still, and nobody asks what comes next.
func (f *figure) pulse([]pulse, time.Time) (n nextAt, ok bool) { return n, false }

// of is the picture with some of the contacts.
func (pic *picture) of(rows *rowset.Set) *picture {
	some, frame := *pic, *pic.frame
	frame.live = pic.dense(rows)
	some.frame = &frame
	return &some
}
