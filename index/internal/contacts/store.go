package contacts

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
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// A Store holds what is known of the contacts, by row. The row of one that
// was deleted goes to another in time, see [Store.Recycle].
type Store struct {
	IDs     []string
	Rows    Directory
	Alive   []bool
	Bits    []uint64 // alive, a bit a row
	Count   int      // of contacts that exist
	Created []Creation
	Next    Creation // the next contact that is created at the instant
	ordered bool     // whether the contacts were created in the order of their rows
	last    int      // the row that was created last, -1 if none was

	gone       []uint32 // rows of deleted contacts, of which diffs and sets of contacts may still speak
	free       []uint32 // rows of which nobody speaks, the lowest last
	Spare      int      // how many may be gone in any case
	generation uint64   // within one a row is one contact, and a contact has one row
	made       uint64   // counts how often a contact got a row
	returns    int      // how often the contact that did most often was deleted and came again
	TextBytes  int64    // bytes of the ids

	Fields *column.Table
	Events *eventlog.Log
	Lists  *eventlog.Log // joining a list is an event with the name of the list
	Listed []*rowset.Set // who is on a list, by the number of its name

	// When a field took its value: not stored where that is when the contact was
	// created. Former values are in former, oldest first, by row and column.
	Since  *column.Table
	Former map[Cell][]segment.Change
	// Remembers says of which fields that is kept; nil means all.
	Remembers map[string]bool
}

// A Cell is a place in the table of fields: a contact and a field.
type Cell struct {
	Row    uint32
	Column int32
}

// NewStore returns a store without contacts.
func NewStore() *Store {
	return &Store{
		Rows: newDirectory(), Spare: 1 << 10, Former: make(map[Cell][]segment.Change), ordered: true, last: -1,
		Fields: column.New(), Since: column.New(), Events: eventlog.New(), Lists: eventlog.New(),
	}
}

// Row returns the row of a contact, made if there was none.
func (s *Store) Row(id string) uint32 {
	if row, ok := s.Find(id); ok {
		return row
	}
	id = strings.Clone(id) // it may be part of a large document
	s.TextBytes += size.TextBytes(id)
	s.made++
	if n := len(s.free); n > 0 {
		row := s.free[n-1]
		s.free, s.IDs[row] = s.free[:n-1], id
		s.Enter(row)
		return row
	}
	row := uint32(len(s.IDs))
	s.IDs = append(s.IDs, id)
	s.Enter(row)
	s.Alive = append(s.Alive, false)
	if int(row)%64 == 0 {
		s.Bits = append(s.Bits, 0)
	}
	s.Created = append(s.Created, Creation{})
	return row
}

// Find returns the row of a contact that exists.
func (s *Store) Find(id string) (row uint32, ok bool) {
	return s.Rows.find(s.IDs, id, s.exists)
}

// exists reports whether a contact has the row now.
func (s *Store) exists(row uint32) bool { return int(row) < len(s.Alive) && s.Alive[row] }

// Create begins a contact.
func (s *Store) Create(row uint32, at time.Time) {
	s.Alive[row] = true
	s.Bits[row/64] |= 1 << (row % 64)
	s.SetNext(InstantOf(at), 0)
	s.Created[row] = s.Next
	if s.Next.Turn < math.MaxUint32 { // more updates than can be at one instant
		s.Next.Turn++
	}
	s.ordered = s.ordered && int(row) > s.last
	s.last = max(s.last, int(row))
	s.Count++
}

// Forget deletes what is known of a contact. Its row stays taken: see recycle.
func (s *Store) Forget(row uint32) {
	s.Alive[row] = false
	s.gone = append(s.gone, row)
	s.Bits[row/64] &^= 1 << (row % 64)
	for stream := range s.Lists.Streams(row) {
		s.Listed[stream.Name()].Remove(row)
	}
	s.Count--
	for name := range s.Since.Fields(row) {
		if col, ok := s.Fields.Lookup(name); ok {
			delete(s.Former, Cell{row, int32(col)})
		}
	}
	s.Fields.Clear(row)
	s.Since.Clear(row)
	s.Events.Clear(row)
	s.Lists.Clear(row)
}

// Column returns the column of a field. The tables of values and of instants
// have the same columns.
func (s *Store) Column(name string) int {
	col := s.Fields.Column(name)
	s.Since.Column(name)
	return col
}

// Set gives a field a value, and keeps the one it had, as a history does: a
// change is another value than before, and of several at one instant the last.
func (s *Store) Set(row uint32, name string, v segment.Value, at time.Time) {
	col := s.Column(name)
	if s.Remembers != nil && !s.Remembers[name] {
		s.Fields.Set(row, col, v)
		return
	}
	was, since, known := s.Current(row, col)
	key := Cell{row, int32(col)}
	if !known {
		if !v.IsNull() {
			s.put(row, col, v, at)
		}
		return
	}
	if !since.Equal(at) {
		if !was.Equal(v) {
			s.Former[key] = append(s.Former[key], segment.Change{At: since, Value: was})
			s.put(row, col, v, at)
		}
		return
	}
	// The second value at one instant: what counts as before is the one before it.
	past := s.Former[key]
	if n := len(past); n > 0 && past[n-1].Value.Equal(v) {
		s.put(row, col, v, past[n-1].At)
		s.keep(key, past[:n-1])
		return
	}
	if v.IsNull() && len(past) == 0 {
		s.Fields.Set(row, col, v)
		s.Since.Set(row, col, segment.Value{})
		return
	}
	s.put(row, col, v, at)
}

// Current is what a field is, and since when; known is false if it never was
// anything.
func (s *Store) Current(row uint32, col int) (v segment.Value, since time.Time, known bool) {
	v = s.Fields.Get(row, col)
	if at := s.Since.Get(row, col); !at.IsNull() {
		return v, at.Time(), true
	}
	return v, s.Created[row].Time(), !v.IsNull()
}

// put writes a value and since when the field has it. The instant at which the contact was
// created is not written, since most fields are set then.
func (s *Store) put(row uint32, col int, v segment.Value, at time.Time) {
	s.Fields.Set(row, col, v)
	since := segment.Time(at)
	if !v.IsNull() && InstantOf(at) == s.Created[row].Instant() {
		since = segment.Value{}
	}
	s.Since.Set(row, col, since)
}

// keep replaces the former values of a field.
func (s *Store) keep(key Cell, past []segment.Change) {
	if len(past) == 0 {
		delete(s.Former, key)
		return
	}
	s.Former[key] = slices.Clip(past) // a snapshot may still read what is behind
}

// History yields the values a topmost field took, newest first.
func (s *Store) History(row uint32, name string) iter.Seq[segment.Change] {
	return func(yield func(segment.Change) bool) {
		col, ok := s.Fields.Lookup(name)
		if !ok {
			return
		}
		v, since, known := s.Current(row, col)
		if !known || !yield(segment.Change{At: since, Value: v}) {
			return
		}
		for _, ch := range slices.Backward(s.Former[Cell{row, int32(col)}]) {
			if !yield(ch) {
				return
			}
		}
	}
}

// HistoryOf is the history of the topmost field, seen through the rest of the
// path, newest first.
func HistoryOf(top func(name string) iter.Seq[segment.Change], path string) iter.Seq[segment.Change] {
	names := rule.Field(path).Names()
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

// Reindex makes the bits of who exists and who is on a list, from the rest.
func (s *Store) Reindex() {
	s.Bits = make([]uint64, (len(s.Alive)+63)/64)
	for row, alive := range s.Alive {
		s.Bits[row/64] |= uint64(size.Flag(alive)) << (row % 64)
	}
	s.Listed = make([]*rowset.Set, len(s.Lists.Names()))
	for n := range s.Listed {
		s.Listed[n] = new(rowset.Set)
	}
	for row := range s.Lists.Rows() {
		for stream := range s.Lists.Streams(uint32(row)) {
			s.Listed[stream.Name()].Add(uint32(row))
		}
	}
}

// Join puts a contact on a list, unless it is.
func (s *Store) Join(row uint32, list string, at time.Time) {
	n := s.Lists.Name(list)
	for len(s.Listed) <= n {
		s.Listed = append(s.Listed, new(rowset.Set))
	}
	s.Lists.Append(row, segment.Event{ID: ListID(n), Name: list, At: at})
	s.Listed[n].Add(row)
}

// ListID is the id of the event that joining the list with this number is.
func ListID(n int) string { return strconv.Itoa(n) }

// Leave takes a contact off a list.
func (s *Store) Leave(row uint32, list string) {
	if n, ok := s.Lists.Lookup(list); ok {
		s.Lists.Retract(row, ListID(n))
		s.Listed[n].Remove(row)
	}
}

// Joined is when a contact joined a list; ok is false if it is not on it.
func (s *Store) Joined(row uint32, list string) (at time.Time, ok bool) {
	n, ok := s.Lists.Lookup(list)
	if !ok {
		return at, false
	}
	stream := s.Lists.Stream(row, n)
	if stream.Len() == 0 {
		return at, false
	}
	return stream.At(0), true
}

// Inputs calls the functions with every field, event and list of which something
// is known.
func (s *Store) Inputs(row uint32, field, event, list func(string)) {
	for name := range s.Fields.Fields(row) {
		field(name)
	}
	for name := range s.Since.Fields(row) {
		field(name)
	}
	for stream := range s.Events.Streams(row) {
		event(s.Events.Names()[stream.Name()])
	}
	for stream := range s.Lists.Streams(row) {
		list(s.Lists.Names()[stream.Name()])
	}
}

// Record returns what is known of a contact.
func (s *Store) Record(row uint32) segment.Record {
	r := segment.Record{ID: s.IDs[row], Lists: make(map[string]time.Time), Log: slices.Collect(s.Events.All(row))}
	r.Fields = maps.Collect(s.Fields.Fields(row))
	for e := range s.Lists.All(row) {
		r.Lists[e.Name] = e.At
	}
	return r
}

// Past returns the histories of a contact, by field, newest first.
func (s *Store) Past(row uint32) map[string][]segment.Change {
	past := make(map[string][]segment.Change)
	s.Inputs(row, func(name string) {
		past[name] = slices.Collect(s.History(row, name))
	}, func(string) {}, func(string) {})
	return past
}

// Bytes is what it takes to know who has which row.
func (s *Store) Bytes() int64 {
	rows := int64(cap(s.IDs))*16 + int64(cap(s.Created))*16 + int64(cap(s.Alive)) + int64(cap(s.Bits))*8
	return rows + int64(cap(s.gone)+cap(s.free))*4 + s.TextBytes + s.Rows.bytes()
}

// FormerOf returns the former values of some fields.
func (s *Store) FormerOf(paths []rule.Field) map[Cell][]segment.Change {
	asked := make(map[int32]bool)
	for _, path := range paths {
		if col, ok := s.Fields.Lookup(path.Names()[0]); ok {
			asked[int32(col)] = true
		}
	}
	former := make(map[Cell][]segment.Change)
	for at, past := range s.Former {
		if asked[at.Column] {
			former[at] = past
		}
	}
	return former
}

// Compare orders cells by row, and those of a row by column.
func (c Cell) Compare(o Cell) int {
	return cmp.Or(cmp.Compare(c.Row, o.Row), cmp.Compare(c.Column, o.Column))
}
