package segment

import (
	"iter"
	"slices"
	"time"

	"github.com/segmentrules/segment/rule"
)

// A Record is a contact held in Go maps. The zero Record is a contact of which
// nothing is known. It may be read by many goroutines as long as none writes.
//
// Where many records have the same fields, give them a [Layout]: their values
// then sit in Slots, and a [Program] reads them without looking up names.
// Pass a *Record to a Program: turning a Record into a Contact allocates.
type Record struct {
	ID       string               `json:"id,omitempty"`
	Fields   map[string]Value     `json:"fields,omitempty"`   // by the topmost name; nested objects are values too
	Log      []Event              `json:"log,omitempty"`      // in order of arrival
	Lists    map[string]time.Time `json:"lists,omitempty"`    // by name: when the contact joined
	Segments []string             `json:"segments,omitempty"` // ids of the segments it is a member of
	Changes  map[string][]Change  `json:"changes,omitempty"`  // by path: the values a field took, oldest first

	// Layout, if set, names the Slots. A field that it names is in Slots and not
	// in Fields; null in its slot, or beyond the end of Slots, it is missing.
	Layout *Layout `json:"-"`
	Slots  []Value `json:"-"`
}

// A Layout says which field sits in which slot of a [Record]. It is immutable
// and meant to be shared, by records and by goroutines.
type Layout struct {
	names []string
	slots map[string]int
}

// NewLayout returns the layout with these fields, by their topmost names, one
// slot each in this order. Of a name that stands twice the first slot counts.
func NewLayout(names ...string) *Layout {
	l := &Layout{names: slices.Clone(names), slots: make(map[string]int, len(names))}
	for i, n := range names {
		if _, ok := l.slots[n]; !ok {
			l.slots[n] = i
		}
	}
	return l
}

// Slot returns the slot of a field; ok is false if the layout has none for it.
func (l *Layout) Slot(name string) (slot int, ok bool) {
	if l == nil {
		return 0, false
	}
	slot, ok = l.slots[name]
	return slot, ok
}

// Values returns the slots of a record with these fields. Those that the layout
// does not name are left out.
func (l *Layout) Values(fields map[string]Value) []Value {
	vs := make([]Value, len(l.names))
	for name, v := range fields {
		if i, ok := l.slots[name]; ok {
			vs[i] = v
		}
	}
	return vs
}

// Field returns the value at the path. See [Contact].
func (r Record) Field(path string) Value {
	if isName(path) {
		return r.member(path)
	}
	names := rule.Field(path).Names()
	return r.member(names[0]).At(names[1:]...)
}

// member returns the field with this topmost name.
func (r *Record) member(name string) Value {
	if name == "id" && r.ID != "" {
		return Text(r.ID)
	}
	if i, ok := r.Layout.Slot(name); ok {
		if i < len(r.Slots) {
			return r.Slots[i]
		}
		return Value{}
	}
	return r.Fields[name]
}

// isName reports whether a path is a single name as it stands.
func isName(path string) bool {
	for i := range len(path) {
		if path[i] == '.' || path[i] == '\\' {
			return false
		}
	}
	return true
}

// Events yields the log's events with this name, newest first. See [Contact].
// It sorts a copy where the log is not in order of time.
func (r Record) Events(name string) iter.Seq[Event] {
	log := r.Log
	byTime := func(a, b Event) int { return a.At.Compare(b.At) }
	if !slices.IsSortedFunc(log, byTime) {
		log = slices.Clone(log)
		slices.SortStableFunc(log, byTime)
	}
	return func(yield func(Event) bool) {
		for _, e := range slices.Backward(log) {
			if (name == "" || e.Name == name) && !yield(e) {
				return
			}
		}
	}
}

// List returns when the contact joined the list. See [Contact].
func (r Record) List(name string) (joined time.Time, ok bool) {
	joined, ok = r.Lists[name]
	return joined, ok
}

// Segment reports membership of a segment. See [Contact].
func (r Record) Segment(id string) bool { return slices.Contains(r.Segments, id) }

// History yields the values that a field took, newest first. See [Contact].
func (r Record) History(path string) iter.Seq[Change] {
	return func(yield func(Change) bool) {
		for _, c := range slices.Backward(r.Changes[path]) {
			if !yield(c) {
				return
			}
		}
	}
}
