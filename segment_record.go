package segment

import (
	"iter"
	"slices"
	"time"
)

// A Record is a contact held in Go maps. The zero Record is a contact of which
// nothing is known. It may be read by many goroutines as long as none writes.
type Record struct {
	ID       string
	Fields   map[string]Value     // by the topmost name; nested objects are values too
	Log      []Event              // in order of arrival
	Lists    map[string]time.Time // by name: when the contact joined
	Segments []string             // ids of the segments it is a member of
	Changes  map[string][]Change  // by path: the values a field took, oldest first
}

// Field returns the value at the path. See [Contact].
func (r Record) Field(path string) Value {
	if v, ok := r.Fields[path]; ok && isName(path) {
		return v
	}
	names := Field(path).Names()
	v, ok := r.Fields[names[0]]
	if !ok && path == "id" && r.ID != "" {
		return Text(r.ID)
	}
	return v.At(names[1:]...)
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
