package index

import (
	"iter"
	"slices"
	"sort"
	"time"

	"github.com/segmentrules/segment"
)

// A store holds what is known of the contacts, by row.
type store struct {
	ids   []string
	rows  map[string]uint32
	alive []bool
	count int // of contacts that exist

	cols    map[string]int
	names   []string
	cells   [][]segment.Value
	logs    [][]segment.Event // oldest first, of several at one instant in order of arrival
	lists   [][]joining
	history []map[string][]segment.Change
}

type joining struct {
	list string
	at   time.Time
}

func newStore() *store {
	return &store{rows: make(map[string]uint32), cols: make(map[string]int)}
}

// row returns the row of a contact, made if there was none.
func (s *store) row(id string) uint32 {
	if row, ok := s.rows[id]; ok {
		return row
	}
	row := uint32(len(s.ids))
	s.ids = append(s.ids, id)
	s.rows[id] = row
	s.alive = append(s.alive, false)
	s.cells = append(s.cells, nil)
	s.logs = append(s.logs, nil)
	s.lists = append(s.lists, nil)
	s.history = append(s.history, nil)
	return row
}

// exists reports whether a contact exists.
func (s *store) find(id string) (row uint32, ok bool) {
	row, ok = s.rows[id]
	return row, ok && s.alive[row]
}

func (s *store) create(row uint32) {
	s.alive[row] = true
	s.count++
}

func (s *store) forget(row uint32) {
	s.alive[row] = false
	s.count--
	s.cells[row], s.logs[row], s.lists[row], s.history[row] = nil, nil, nil, nil
}

func (s *store) column(name string) int {
	col, ok := s.cols[name]
	if !ok {
		col = len(s.names)
		s.cols[name] = col
		s.names = append(s.names, name)
	}
	return col
}

func (s *store) get(row uint32, name string) segment.Value {
	if col, ok := s.cols[name]; ok && col < len(s.cells[row]) {
		return s.cells[row][col]
	}
	return segment.Value{}
}

func (s *store) set(row uint32, name string, v segment.Value, at time.Time) {
	col := s.column(name)
	for col >= len(s.cells[row]) {
		s.cells[row] = append(s.cells[row], segment.Value{})
	}
	s.cells[row][col] = v
	if s.history[row] == nil {
		s.history[row] = make(map[string][]segment.Change)
	}
	s.history[row][name] = remember(s.history[row][name], segment.Change{At: at, Value: v})
}

// remember appends to a history what is a change: another value than before,
// and of several at one instant the last.
func remember(past []segment.Change, ch segment.Change) []segment.Change {
	if n := len(past); n > 0 && past[n-1].At.Equal(ch.At) {
		past = past[:n-1]
	}
	var before segment.Value
	if n := len(past); n > 0 {
		before = past[n-1].Value
	}
	if before.Equal(ch.Value) {
		return past
	}
	return append(past, ch)
}

// add adds an event, unless the contact has one with its id.
func (s *store) add(row uint32, e segment.Event) bool {
	log := s.logs[row]
	if slices.ContainsFunc(log, func(o segment.Event) bool { return o.ID == e.ID }) {
		return false
	}
	at := sort.Search(len(log), func(i int) bool { return log[i].At.After(e.At) })
	s.logs[row] = slices.Insert(log, at, e)
	return true
}

// event returns the event of a contact with the id.
func (s *store) event(row uint32, id string) (segment.Event, bool) {
	for _, e := range s.logs[row] {
		if e.ID == id {
			return e, true
		}
	}
	return segment.Event{}, false
}

func (s *store) retract(row uint32, id string) {
	s.logs[row] = slices.DeleteFunc(s.logs[row], func(e segment.Event) bool { return e.ID == id })
}

func (s *store) join(row uint32, list string, at time.Time) {
	if _, on := s.joined(row, list); !on {
		s.lists[row] = append(s.lists[row], joining{list, at})
	}
}

func (s *store) leave(row uint32, list string) {
	s.lists[row] = slices.DeleteFunc(s.lists[row], func(j joining) bool { return j.list == list })
}

func (s *store) joined(row uint32, list string) (time.Time, bool) {
	for _, j := range s.lists[row] {
		if j.list == list {
			return j.at, true
		}
	}
	return time.Time{}, false
}

// record returns what is known of a contact.
func (s *store) record(row uint32) segment.Record {
	r := segment.Record{ID: s.ids[row], Fields: make(map[string]segment.Value), Lists: make(map[string]time.Time), Log: slices.Clone(s.logs[row])}
	for col, v := range s.cells[row] {
		if !v.IsNull() {
			r.Fields[s.names[col]] = v
		}
	}
	for _, j := range s.lists[row] {
		r.Lists[j.list] = j.at
	}
	return r
}

// past returns a copy of the history of a contact.
func (s *store) past(row uint32) map[string][]segment.Change {
	past := make(map[string][]segment.Change, len(s.history[row]))
	for name, changes := range s.history[row] {
		past[name] = slices.Clone(changes)
	}
	return past
}

// inputs calls the functions with every field, event and list of which something
// is known, events perhaps more than once.
func (s *store) inputs(row uint32, field, event, list func(string)) {
	for name := range s.history[row] {
		field(name)
	}
	last := ""
	for _, e := range s.logs[row] {
		if e.Name != last {
			event(e.Name)
		}
		last = e.Name
	}
	for _, j := range s.lists[row] {
		list(j.list)
	}
}

// A person is a contact in a store, as conditions see it.
type person struct {
	ix  *Index
	row uint32
}

// A past is a person with the memberships it had before what spreads now.
type past struct{ person }

// Segment implements [segment.Contact].
func (p *past) Segment(id string) bool { return p.member(id) }

func (p *past) member(id string) bool {
	return p.person.member(id) != p.ix.before[p.ix.rules.rootOf[id]]
}

// Field implements [segment.Contact].
func (p *person) Field(path string) segment.Value {
	names := segment.Field(path).Names()
	return p.top(names[0]).At(names[1:]...)
}

func (p *person) top(name string) segment.Value {
	v := p.ix.store.get(p.row, name)
	if name == "id" && v.IsNull() {
		return segment.Text(p.ix.store.ids[p.row])
	}
	return v
}

// Events implements [segment.Contact].
func (p *person) Events(name string) iter.Seq[segment.Event] {
	return func(yield func(segment.Event) bool) {
		for _, e := range slices.Backward(p.ix.store.logs[p.row]) {
			if (name == "" || e.Name == name) && !yield(e) {
				return
			}
		}
	}
}

// List implements [segment.Contact].
func (p *person) List(name string) (time.Time, bool) { return p.ix.store.joined(p.row, name) }

// Segment implements [segment.Contact].
func (p *person) Segment(id string) bool { return p.member(id) }

// History implements [segment.Contact].
func (p *person) History(path string) iter.Seq[segment.Change] {
	return historyOf(p.ix.store.history[p.row], path)
}

// historyOf is the history of the topmost field, seen through the rest of the
// path, newest first.
func historyOf(past map[string][]segment.Change, path string) iter.Seq[segment.Change] {
	names := segment.Field(path).Names()
	changes := past[names[0]]
	if len(names) > 1 {
		var within []segment.Change
		for _, ch := range changes {
			within = remember(within, segment.Change{At: ch.At, Value: ch.Value.At(names[1:]...)})
		}
		changes = within
	}
	return func(yield func(segment.Change) bool) {
		for _, ch := range slices.Backward(changes) {
			if !yield(ch) {
				return
			}
		}
	}
}

func (p *person) member(id string) bool {
	root, ok := p.ix.rules.rootOf[id]
	if !ok {
		return false
	}
	return p.ix.members[root].Contains(p.row)
}

func (p *person) field(a *attr) segment.Value { return p.Field(string(a.path)) }

func (p *person) count(a *attr, at time.Time) (n int) {
	for e := range p.Events(a.event) {
		if e.At.After(at) {
			continue
		}
		if a.window != endless && !between(e.At, at).less(a.window) {
			break
		}
		n++
	}
	return n
}

func (p *person) kth(a *attr, at time.Time, k int) (time.Time, bool) {
	for e := range p.Events(a.event) {
		if e.At.After(at) {
			continue
		}
		if k--; k == 0 {
			return e.At, true
		}
	}
	return time.Time{}, false
}

func (p *person) future(a *attr, at time.Time) (t time.Time, ok bool) {
	for e := range p.Events(a.event) {
		if !e.At.After(at) {
			break
		}
		t, ok = e.At, true
	}
	return t, ok
}

func (p *person) ahead(at time.Time) bool {
	log := p.ix.store.logs[p.row]
	return len(log) > 0 && log[len(log)-1].At.After(at)
}
