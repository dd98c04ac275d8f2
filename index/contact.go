package index

import (
	"iter"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/rule"
)

// A contact of the index, as conditions see it: its fields, events and lists are read from
// the store where they are, by row. What rules name is found by name once and then by
// number, see places.

// A storedContact is a contact in a store, as conditions see it.
type storedContact struct {
	ix  *shard
	row uint32
}

// Field implements [segment.Contact].
func (p *storedContact) Field(path string) segment.Value {
	names := rule.Field(path).Names()
	v := segment.Value{}
	if names[0] == "id" {
		v = segment.Text(p.ix.store.IDs[p.row])
	} else if col, ok := p.ix.store.Fields.Lookup(names[0]); ok {
		v = p.ix.store.Fields.Get(p.row, col)
	}
	return v.At(names[1:]...)
}

// Events implements [segment.Contact]. The events have no id, which no condition
// reads and which is kept in a form that must be spelt out.
func (p *storedContact) Events(name string) iter.Seq[segment.Event] {
	log := p.ix.store.Events
	return func(yield func(segment.Event) bool) {
		n := uint64(0)
		defer func() { p.ix.read.Add(n) }()
		if name == "" {
			names := log.Names()
			for stream, i := range log.Newest(p.row, nil) {
				n++
				if !yield(segment.Event{Name: names[stream.Name()], At: stream.At(i), Props: stream.Props(i)}) {
					return
				}
			}
			return
		}
		stream, ok := p.stream(name)
		for i := stream.Len() - 1; ok && i >= 0; i-- {
			n++
			if !yield(segment.Event{Name: name, At: stream.At(i), Props: stream.Props(i)}) {
				return
			}
		}
	}
}

// stream is the contact's events of one name, oldest first; ok is false if nobody has such
// events.
func (p *storedContact) stream(name string) (s eventlog.Stream, ok bool) {
	n, ok := p.ix.store.Events.Lookup(name)
	if !ok {
		return s, false
	}
	return p.ix.store.Events.Stream(p.row, n), true
}

// events is the stream that an attribute is about.
func (p *storedContact) events(a *rules.Attribute) (s eventlog.Stream, ok bool) {
	log := p.ix.store.Events
	n := known(p.ix.change.places.streams, a.Number)
	if n < 0 {
		if n = p.ix.change.places.findName(log, a.Number, a.Event); n < 0 {
			return s, false
		}
	}
	return log.Stream(p.row, n), true
}

// AttributeEvents are the events that an attribute is about, oldest first.
func (p *storedContact) AttributeEvents(a *rules.Attribute) eventlog.Stream {
	s, _ := p.events(a)
	return s
}

// List implements [segment.Contact].
func (p *storedContact) List(name string) (time.Time, bool) { return p.ix.store.Joined(p.row, name) }

// Segment implements [segment.Contact].
func (p *storedContact) Segment(id string) bool { return p.Member(id) }

// History implements [segment.Contact].
func (p *storedContact) History(path string) iter.Seq[segment.Change] {
	values := contacts.HistoryOf(func(name string) iter.Seq[segment.Change] { return p.ix.store.History(p.row, name) }, path)
	return func(yield func(segment.Change) bool) {
		n := uint64(0)
		defer func() { p.ix.read.Add(n) }()
		for ch := range values {
			if n++; !yield(ch) {
				return
			}
		}
	}
}

// Member reports whether the contact is in a segment.
func (p *storedContact) Member(id string) bool {
	planID, ok := p.ix.rules.PlanOf[id]
	if !ok {
		return false
	}
	return p.ix.members[planID].Contains(p.row)
}

// AttributeValue is the value of an attribute that is a field.
func (p *storedContact) AttributeValue(a *rules.Attribute) segment.Value {
	col := known(p.ix.change.places.columns, a.Number)
	if col < 0 {
		col = p.ix.change.places.findColumn(p.ix.store.Fields, a.Number, a.Names[0])
	}
	v := segment.Value{}
	if col >= 0 {
		v = p.ix.store.Fields.Get(p.row, col)
	}
	if a.Names[0] == "id" {
		v = segment.Text(p.ix.store.IDs[p.row])
	}
	if len(a.Names) > 1 {
		v = v.At(a.Names[1:]...)
	}
	return v
}

// Kept reports whether the contact is kept, with a timer.
func (p *storedContact) Kept() bool { return true }

// CountOf is the value of a plain count.
func (p *storedContact) CountOf(a *rules.Attribute, at time.Time) int {
	stream, _ := p.events(a)
	return contacts.CountOf(stream, a.Window, at)
}

// KthNewest is when the k-th newest of the events up to an instant was.
func (p *storedContact) KthNewest(a *rules.Attribute, at time.Time, k int) (t time.Time, ok bool) {
	stream, _ := p.events(a)
	return contacts.KthOf(stream, at, k)
}

// NextEvent is when the first of the events after an instant will be.
func (p *storedContact) NextEvent(a *rules.Attribute, at time.Time) (t time.Time, ok bool) {
	stream, _ := p.events(a)
	return contacts.NextOf(stream, at)
}

// HasFuture reports whether the contact has events dated in the future.
func (p *storedContact) HasFuture(at time.Time) bool {
	for stream := range p.ix.store.Events.Streams(p.row) {
		if n := stream.Len(); n > 0 && stream.At(n-1).After(at) {
			return true
		}
	}
	return false
}

// Was is the membership from before what spreads now.
func (p *storedContact) Was(id string) bool {
	planID, ok := p.ix.rules.PlanOf[id]
	// it is a member now or not, and the other way round before if that has just changed
	return ok && p.ix.members[planID].Contains(p.row) != slices.Contains(p.ix.change.moved, planID)
}

// A contactBefore is a stored contact with the memberships it had before what spreads now.
type contactBefore struct{ storedContact }

// Segment implements [segment.Contact].
func (p *contactBefore) Segment(id string) bool { return p.Was(id) }

// Member is the membership from before.
func (p *contactBefore) Member(id string) bool { return p.Was(id) }

// NextExpiry is when an event comes next, or comes to one of the ages.
func (p *storedContact) NextExpiry(ps []rules.Expiry, at time.Time) (n rules.Earliest, ok bool) {
	for _, u := range ps {
		if !rules.IsPattern(u.Event) {
			if stream, has := p.stream(u.Event); has {
				n.AddExpiry(stream, u.Age, at)
			}
			continue
		}
		// a pattern such as mail_*: any of the names that the contact has events of may do
		names := p.ix.store.Events.Names()
		for stream := range p.ix.store.Events.Streams(p.row) {
			if u.Reads(names[stream.Name()]) {
				n.AddExpiry(stream, u.Age, at)
			}
		}
	}
	return n, true
}
