package index

import (
	"iter"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/eventlog"
)

// A person is a contact in a store, as conditions see it.
type person struct {
	ix  *shard
	row uint32
}

// Field implements [segment.Contact].
func (p *person) Field(path string) segment.Value {
	names := segment.Field(path).Names()
	v := segment.Value{}
	if col, ok := p.ix.store.fields.Lookup(names[0]); ok {
		v = p.ix.store.fields.Get(p.row, col)
	}
	if v.IsNull() && names[0] == "id" {
		v = segment.Text(p.ix.store.ids[p.row])
	}
	return v.At(names[1:]...)
}

// Events implements [segment.Contact]. The events have no id, which no condition
// reads and which is kept in a form that must be spelt out.
func (p *person) Events(name string) iter.Seq[segment.Event] {
	log := p.ix.store.events
	return func(yield func(segment.Event) bool) {
		if name == "" {
			names := log.Names()
			for stream, i := range log.Newest(p.row, nil) {
				if !yield(segment.Event{Name: names[stream.Name()], At: stream.At(i), Props: stream.Props(i)}) {
					return
				}
			}
			return
		}
		stream, ok := p.stream(name)
		for i := stream.Len() - 1; ok && i >= 0; i-- {
			if !yield(segment.Event{Name: name, At: stream.At(i), Props: stream.Props(i)}) {
				return
			}
		}
	}
}

func (p *person) stream(name string) (s eventlog.Stream, ok bool) {
	n, ok := p.ix.store.events.Lookup(name)
	if !ok {
		return s, false
	}
	return p.ix.store.events.Stream(p.row, n), true
}

// events is the stream that an attribute is about.
func (p *person) events(a *attr) (s eventlog.Stream, ok bool) {
	log := p.ix.store.events
	n := p.ix.change.places.name(log, a.nth, a.event)
	if n < 0 {
		return s, false
	}
	return log.Stream(p.row, n), true
}

// List implements [segment.Contact].
func (p *person) List(name string) (time.Time, bool) { return p.ix.store.joined(p.row, name) }

// Segment implements [segment.Contact].
func (p *person) Segment(id string) bool { return p.member(id) }

// History implements [segment.Contact].
func (p *person) History(path string) iter.Seq[segment.Change] {
	return historyOf(func(name string) iter.Seq[segment.Change] { return p.ix.store.history(p.row, name) }, path)
}

// member reports whether the contact is in a segment.
func (p *person) member(id string) bool {
	root, ok := p.ix.rules.rootOf[id]
	if !ok {
		return false
	}
	return p.ix.members[root].Contains(p.row)
}

// field is the value of an attribute that is a field.
func (p *person) field(a *attr) segment.Value {
	v := segment.Value{}
	if col := p.ix.change.places.column(p.ix.store.fields, a.nth, a.names[0]); col >= 0 {
		v = p.ix.store.fields.Get(p.row, col)
	}
	if v.IsNull() && a.names[0] == "id" {
		v = segment.Text(p.ix.store.ids[p.row])
	}
	if len(a.names) > 1 {
		v = v.At(a.names[1:]...)
	}
	return v
}

// kept reports whether the contact is kept, with a timer.
func (p *person) kept() bool { return true }

// count is the value of a plain count.
func (p *person) count(a *attr, at time.Time) int {
	stream, _ := p.events(a)
	return countOf(stream, a.window, at)
}

// kth is when the k-th newest of the events up to an instant was.
func (p *person) kth(a *attr, at time.Time, k int) (t time.Time, ok bool) {
	stream, _ := p.events(a)
	return kthOf(stream, at, k)
}

// future is when the first of the events after an instant will be.
func (p *person) future(a *attr, at time.Time) (t time.Time, ok bool) {
	stream, _ := p.events(a)
	return futureOf(stream, at)
}

// ahead reports whether the contact has events dated in the future.
func (p *person) ahead(at time.Time) bool {
	for stream := range p.ix.store.events.Streams(p.row) {
		if n := stream.Len(); n > 0 && stream.At(n-1).After(at) {
			return true
		}
	}
	return false
}

// was is the membership from before what spreads now.
func (p *person) was(id string) bool {
	root, ok := p.ix.rules.rootOf[id]
	return ok && p.ix.members[root].Contains(p.row) != slices.Contains(p.ix.change.moved, root)
}

// A past is a person with the memberships it had before what spreads now.
type past struct{ person }

// Segment implements [segment.Contact].
func (p *past) Segment(id string) bool { return p.was(id) }

// member is the membership from before.
func (p *past) member(id string) bool { return p.was(id) }

// pulse is when an event comes next, or comes to one of the ages.
func (p *person) pulse(ps []pulse, at time.Time) (n nextAt, ok bool) {
	for _, u := range ps {
		if !isPattern(u.event) {
			if stream, has := p.stream(u.event); has {
				n.pulse(stream, u.age, at)
			}
			continue
		}
		names := p.ix.store.events.Names()
		for stream := range p.ix.store.events.Streams(p.row) {
			if u.reads(names[stream.Name()]) {
				n.pulse(stream, u.age, at)
			}
		}
	}
	return n, true
}
