package scan

import (
	"iter"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/rule"
)

// A View is what an index knows at one moment, as far as some conditions ask
// for it. It never changes, so that it can be looked at for long, by many, while
// the index goes on.
type View struct {
	*Frame
	Listed  map[string][]uint64 // who is on the lists that are asked for
	Members map[string][]uint64 // who is in the segments that are asked for

	// Only if histories are asked for.
	Created []contacts.Creation
	Former  map[contacts.Cell][]segment.Change
}

// A Frame is the part of a view that does not depend on what is asked. It
// serves until the next change of a contact.
type Frame struct {
	contacts.Roster
	Live      []uint64 // who exists: a bit for each row, blocks of them whole
	Count     int
	FieldView *column.View
	SinceView *column.View
	EventView *eventlog.View
	ListView  *eventlog.View
}

// BlockWords is how many words of bits a block of rows has.
const BlockWords = column.BlockRows / 64

// Blocks is how many blocks of rows there are.
func (f *Frame) Blocks() int { return len(f.Live) / BlockWords }

// Contacts is the set of the contacts in some rows.
func (f *Frame) Contacts(rows *rowset.Set) contacts.Set { return contacts.SetOf(rows, f.Roster) }

// Dense is a set of rows with a bit for each.
func (f *Frame) Dense(rows *rowset.Set) []uint64 {
	return rows.Words(len(f.Live))
}

// A frozenContact is a contact in a view.
type frozenContact struct {
	*View
	row uint32
}

// Field implements [segment.Contact].
func (f *frozenContact) Field(path string) segment.Value {
	names := rule.Field(path).Names()
	v := segment.Value{}
	if names[0] == "id" {
		v = segment.Text(f.IDs[f.row])
	} else if col, ok := f.FieldView.Lookup(names[0]); ok {
		v = f.FieldView.Get(f.row, col)
	}
	return v.At(names[1:]...)
}

// Events implements [segment.Contact].
func (f *frozenContact) Events(name string) iter.Seq[segment.Event] {
	return func(yield func(segment.Event) bool) {
		if name == "" {
			for stream, i := range f.EventView.Newest(f.row, nil) {
				if !yield(stream.Event(i)) {
					return
				}
			}
			return
		}
		// newest first, as a contact yields them
		stream := f.stream(name)
		for i := stream.Len() - 1; i >= 0; i-- {
			if !yield(stream.Event(i)) {
				return
			}
		}
	}
}

// stream is the contact's events of one name, oldest first.
func (f *frozenContact) stream(name string) eventlog.Stream {
	if n, ok := f.EventView.Lookup(name); ok {
		return f.EventView.Stream(f.row, n)
	}
	return eventlog.Stream{}
}

// List implements [segment.Contact].
func (f *frozenContact) List(name string) (at time.Time, ok bool) {
	n, ok := f.ListView.Lookup(name)
	if !ok {
		return at, false
	}
	stream := f.ListView.Stream(f.row, n)
	if stream.Len() == 0 {
		return at, false
	}
	return stream.At(0), true
}

// Segment implements [segment.Contact].
func (f *frozenContact) Segment(id string) bool { return f.Member(id) }

// Member reports whether the contact is in a segment.
func (f *frozenContact) Member(id string) bool {
	words := f.Members[id]
	return len(words) > 0 && words[f.row/64]>>(f.row%64)&1 != 0
}

// History implements [segment.Contact].
func (f *frozenContact) History(path string) iter.Seq[segment.Change] {
	return contacts.HistoryOf(f.history, path)
}

// history yields the values a topmost field took, newest first.
func (f *frozenContact) history(name string) iter.Seq[segment.Change] {
	return func(yield func(segment.Change) bool) {
		col, ok := f.FieldView.Lookup(name)
		if !ok {
			return
		}
		v := f.FieldView.Get(f.row, col)
		// a field that was never changed has been so since the contact was created
		since, known := f.Created[f.row].Time(), !v.IsNull()
		if at := f.SinceView.Get(f.row, col); !at.IsNull() {
			since, known = at.Time(), true
		}
		if !known || !yield(segment.Change{At: since, Value: v}) {
			return
		}
		for _, ch := range slices.Backward(f.Former[contacts.Cell{Row: f.row, Column: int32(col)}]) {
			if !yield(ch) {
				return
			}
		}
	}
}

// AttributeValue is the value of an attribute that is a field.
func (f *frozenContact) AttributeValue(a *rules.Attribute) segment.Value {
	return f.Field(string(a.Path))
}

// AttributeEvents are the events that an attribute is about, oldest first.
func (f *frozenContact) AttributeEvents(a *rules.Attribute) eventlog.Stream { return f.stream(a.Event) }

// CountOf is the value of a plain count.
func (f *frozenContact) CountOf(a *rules.Attribute, at time.Time) int {
	return contacts.CountOf(f.stream(a.Event), a.Window, at)
}

// KthNewest is when the k-th newest of the events up to an instant was.
func (f *frozenContact) KthNewest(a *rules.Attribute, at time.Time, k int) (time.Time, bool) {
	return contacts.KthOf(f.stream(a.Event), at, k)
}

// NextEvent is when the first of the events after an instant will be.
func (f *frozenContact) NextEvent(a *rules.Attribute, at time.Time) (time.Time, bool) {
	return contacts.NextOf(f.stream(a.Event), at)
}

// HasFuture reports whether the contact has events dated in the future.
func (f *frozenContact) HasFuture(at time.Time) bool {
	for stream := range f.EventView.Streams(f.row) {
		if n := stream.Len(); n > 0 && stream.At(n-1).After(at) {
			return true
		}
	}
	return false
}

// Kept reports whether the contact is kept, with a timer.
func (f *frozenContact) Kept() bool { return false }

// NextExpiry: a view stands still, and nobody asks what comes next.
func (f *frozenContact) NextExpiry([]rules.Expiry, time.Time) (n rules.Earliest, ok bool) {
	return n, false
}

// Of is the view with some of the contacts.
func (view *View) Of(rows *rowset.Set) *View {
	some, frame := *view, *view.Frame
	// all else is shared, and asked only for rows that are live
	frame.Live = view.Dense(rows)
	some.Frame = &frame
	return &some
}
