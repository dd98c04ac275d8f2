package index

import (
	"cmp"
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/rowset"
)

// A store holds what is known of the contacts, by row. The row of one that
// was deleted goes to another in time, see [store.recycle].
type store struct {
	ids     []string
	rows    directory
	alive   []bool
	live    []uint64 // alive, a bit a row
	count   int      // of contacts that exist
	created []birth
	turn    birth // the next contact that is created at the instant
	ordered bool  // whether the contacts were created in the order of their rows
	last    int   // the row that was created last, -1 if none was

	gone       []uint32 // rows of deleted contacts, of which diffs and sets of contacts may still speak
	free       []uint32 // rows of which nobody speaks, the lowest last
	spare      int      // how many may be gone in any case
	generation uint64   // within one a row is one contact, and a contact has one row
	made       uint64   // counts how often a contact got a row
	again      int      // how often the contact that did most often was deleted and came again
	texts      int64    // bytes of the ids

	fields *column.Table
	events *eventlog.Log
	lists  *eventlog.Log // joining a list is an event with the name of the list
	listed []*rowset.Set // who is on a list, by the number of its name

	// When a field took its value: not stored where that is when the contact was
	// created. Former values are in former, oldest first, by row and column.
	since  *column.Table
	former map[cell][]segment.Change
	// remembers says of which fields that is kept; nil means all.
	remembers map[string]bool
}

// A cell is a place in the table of fields: a contact and a field.
type cell struct {
	row uint32
	col int32
}

// newStore returns a store without contacts.
func newStore() *store {
	return &store{
		rows: newDirectory(), spare: 1 << 10, former: make(map[cell][]segment.Change), ordered: true, last: -1,
		fields: column.New(), since: column.New(), events: eventlog.New(), lists: eventlog.New(),
	}
}

// row returns the row of a contact, made if there was none.
func (s *store) row(id string) uint32 {
	if row, ok := s.find(id); ok {
		return row
	}
	id = strings.Clone(id) // it may be part of a large document
	s.texts += idBytes(id)
	s.made++
	if n := len(s.free); n > 0 {
		row := s.free[n-1]
		s.free, s.ids[row] = s.free[:n-1], id
		s.enter(row)
		return row
	}
	row := uint32(len(s.ids))
	s.ids = append(s.ids, id)
	s.enter(row)
	s.alive = append(s.alive, false)
	if int(row)%64 == 0 {
		s.live = append(s.live, 0)
	}
	s.created = append(s.created, birth{})
	return row
}

// find returns the row of a contact that exists.
func (s *store) find(id string) (row uint32, ok bool) {
	return s.rows.find(s.ids, id, s.exists)
}

func (s *store) exists(row uint32) bool { return int(row) < len(s.alive) && s.alive[row] }

// create begins a contact.
func (s *store) create(row uint32, at time.Time) {
	s.alive[row] = true
	s.live[row/64] |= 1 << (row % 64)
	s.setTurn(instantOf(at), 0)
	s.created[row] = s.turn
	if s.turn.turn < math.MaxUint32 { // more updates than can be at one instant
		s.turn.turn++
	}
	s.ordered = s.ordered && int(row) > s.last
	s.last = max(s.last, int(row))
	s.count++
}

// forget deletes what is known of a contact. Its row stays taken: see recycle.
func (s *store) forget(row uint32) {
	s.alive[row] = false
	s.gone = append(s.gone, row)
	s.live[row/64] &^= 1 << (row % 64)
	for stream := range s.lists.Streams(row) {
		s.listed[stream.Name()].Remove(row)
	}
	s.count--
	for name := range s.since.Fields(row) {
		if col, ok := s.fields.Lookup(name); ok {
			delete(s.former, cell{row, int32(col)})
		}
	}
	s.fields.Clear(row)
	s.since.Clear(row)
	s.events.Clear(row)
	s.lists.Clear(row)
}

// column returns the column of a field. The tables of values and of instants
// have the same columns.
func (s *store) column(name string) int {
	col := s.fields.Column(name)
	s.since.Column(name)
	return col
}

// set gives a field a value, and keeps the one it had, as a history does: a
// change is another value than before, and of several at one instant the last.
func (s *store) set(row uint32, name string, v segment.Value, at time.Time) {
	col := s.column(name)
	if s.remembers != nil && !s.remembers[name] {
		s.fields.Set(row, col, v)
		return
	}
	was, since, known := s.current(row, col)
	key := cell{row, int32(col)}
	if !known {
		if !v.IsNull() {
			s.put(row, col, v, at)
		}
		return
	}
	if !since.Equal(at) {
		if !was.Equal(v) {
			s.former[key] = append(s.former[key], segment.Change{At: since, Value: was})
			s.put(row, col, v, at)
		}
		return
	}
	// The second value at one instant: what counts as before is the one before it.
	past := s.former[key]
	if n := len(past); n > 0 && past[n-1].Value.Equal(v) {
		s.put(row, col, v, past[n-1].At)
		s.keep(key, past[:n-1])
		return
	}
	if v.IsNull() && len(past) == 0 {
		s.fields.Set(row, col, v)
		s.since.Set(row, col, segment.Value{})
		return
	}
	s.put(row, col, v, at)
}

// current is what a field is, and since when; known is false if it never was
// anything.
func (s *store) current(row uint32, col int) (v segment.Value, since time.Time, known bool) {
	v = s.fields.Get(row, col)
	if at := s.since.Get(row, col); !at.IsNull() {
		return v, at.Time(), true
	}
	return v, s.created[row].time(), !v.IsNull()
}

func (s *store) put(row uint32, col int, v segment.Value, at time.Time) {
	s.fields.Set(row, col, v)
	since := segment.Time(at)
	if !v.IsNull() && instantOf(at) == s.created[row].instant() {
		since = segment.Value{}
	}
	s.since.Set(row, col, since)
}

func (s *store) keep(key cell, past []segment.Change) {
	if len(past) == 0 {
		delete(s.former, key)
		return
	}
	s.former[key] = slices.Clip(past) // a snapshot may still read what is behind
}

// history yields the values a topmost field took, newest first.
func (s *store) history(row uint32, name string) iter.Seq[segment.Change] {
	return func(yield func(segment.Change) bool) {
		col, ok := s.fields.Lookup(name)
		if !ok {
			return
		}
		v, since, known := s.current(row, col)
		if !known || !yield(segment.Change{At: since, Value: v}) {
			return
		}
		for _, ch := range slices.Backward(s.former[cell{row, int32(col)}]) {
			if !yield(ch) {
				return
			}
		}
	}
}

// historyOf is the history of the topmost field, seen through the rest of the
// path, newest first.
func historyOf(top func(name string) iter.Seq[segment.Change], path string) iter.Seq[segment.Change] {
	names := segment.Field(path).Names()
	if len(names) == 1 {
		return top(names[0])
	}
	var within []segment.Change
	for _, ch := range slices.Backward(slices.Collect(top(names[0]))) {
		within = remember(within, segment.Change{At: ch.At, Value: ch.Value.At(names[1:]...)})
	}
	slices.Reverse(within)
	return slices.Values(within)
}

// remember appends to a history what is a change.
func remember(past []segment.Change, ch segment.Change) []segment.Change {
	var before segment.Value
	if n := len(past); n > 0 {
		before = past[n-1].Value
	}
	if before.Equal(ch.Value) {
		return past
	}
	return append(past, ch)
}

// index makes the bits of who exists and who is on a list, from the rest.
func (s *store) index() {
	s.live = make([]uint64, (len(s.alive)+63)/64)
	for row, alive := range s.alive {
		s.live[row/64] |= uint64(flag(alive)) << (row % 64)
	}
	s.listed = make([]*rowset.Set, len(s.lists.Names()))
	for n := range s.listed {
		s.listed[n] = new(rowset.Set)
	}
	for row := range s.lists.Rows() {
		for stream := range s.lists.Streams(uint32(row)) {
			s.listed[stream.Name()].Add(uint32(row))
		}
	}
}

// join puts a contact on a list, unless it is.
func (s *store) join(row uint32, list string, at time.Time) {
	n := s.lists.Name(list)
	for len(s.listed) <= n {
		s.listed = append(s.listed, new(rowset.Set))
	}
	s.lists.Append(row, segment.Event{ID: listID(n), Name: list, At: at})
	s.listed[n].Add(row)
}

// listID is the id of the event that joining the list with this number is.
func listID(n int) string { return strconv.Itoa(n) }

// leave takes a contact off a list.
func (s *store) leave(row uint32, list string) {
	if n, ok := s.lists.Lookup(list); ok {
		s.lists.Retract(row, listID(n))
		s.listed[n].Remove(row)
	}
}

// joined is when a contact joined a list; ok is false if it is not on it.
func (s *store) joined(row uint32, list string) (at time.Time, ok bool) {
	n, ok := s.lists.Lookup(list)
	if !ok {
		return at, false
	}
	stream := s.lists.Stream(row, n)
	if stream.Len() == 0 {
		return at, false
	}
	return stream.At(0), true
}

// inputs calls the functions with every field, event and list of which something
// is known.
func (s *store) inputs(row uint32, field, event, list func(string)) {
	for name := range s.fields.Fields(row) {
		field(name)
	}
	for name := range s.since.Fields(row) {
		field(name)
	}
	for stream := range s.events.Streams(row) {
		event(s.events.Names()[stream.Name()])
	}
	for stream := range s.lists.Streams(row) {
		list(s.lists.Names()[stream.Name()])
	}
}

// record returns what is known of a contact.
func (s *store) record(row uint32) segment.Record {
	r := segment.Record{ID: s.ids[row], Lists: make(map[string]time.Time), Log: slices.Collect(s.events.All(row))}
	r.Fields = maps.Collect(s.fields.Fields(row))
	for e := range s.lists.All(row) {
		r.Lists[e.Name] = e.At
	}
	return r
}

// past returns the histories of a contact, by field, newest first.
func (s *store) past(row uint32) map[string][]segment.Change {
	past := make(map[string][]segment.Change)
	s.inputs(row, func(name string) {
		past[name] = slices.Collect(s.history(row, name))
	}, func(string) {}, func(string) {})
	return past
}

// bytes is what it takes to know who has which row.
func (s *store) bytes() int64 {
	rows := int64(cap(s.ids))*16 + int64(cap(s.created))*16 + int64(cap(s.alive)) + int64(cap(s.live))*8
	return rows + int64(cap(s.gone)+cap(s.free))*4 + s.texts + s.rows.bytes()
}

// formerOf returns the former values of some fields.
func (s *store) formerOf(paths []segment.Field) map[cell][]segment.Change {
	asked := make(map[int32]bool)
	for _, path := range paths {
		if col, ok := s.fields.Lookup(path.Names()[0]); ok {
			asked[int32(col)] = true
		}
	}
	former := make(map[cell][]segment.Change)
	for at, past := range s.former {
		if asked[at.col] {
			former[at] = past
		}
	}
	return former
}

// compare orders cells by row, and those of a row by column.
func (c cell) compare(o cell) int {
	return cmp.Or(cmp.Compare(c.row, o.row), cmp.Compare(c.col, o.col))
}
