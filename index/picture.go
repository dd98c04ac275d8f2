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

// picture is taken under the lock, for reading at least. It costs microseconds:
// blocks are copied when they are next written to.
func (ix *Index) picture(in segment.Inputs) *picture {
	p := &picture{frame: ix.still(), listed: make(map[string][]uint64), members: make(map[string][]uint64)}
	for _, name := range in.Lists {
		if n, ok := ix.store.lists.Lookup(name); ok {
			p.listed[name] = p.dense(ix.store.listed[n])
		}
	}
	for _, id := range in.Segments {
		if root, ok := ix.rules.rootOf[id]; ok {
			p.members[id] = p.dense(ix.members[root])
		}
	}
	if len(in.History) > 0 {
		p.created = slices.Clone(ix.store.created)
		p.former = ix.store.formerOf(in.History)
	}
	return p
}

// still returns the frame of this moment.
func (ix *Index) still() *frame {
	ix.freezing.Lock()
	defer ix.freezing.Unlock()
	if ix.frame != nil {
		return ix.frame
	}
	s := ix.store
	blocks := (len(s.ids) + column.BlockRows - 1) / column.BlockRows
	ix.frame = &frame{
		who: s.known(), live: make([]uint64, blocks*blockWords), count: s.count,
		fields: s.fields.Freeze(), since: s.since.Freeze(), events: s.events.Freeze(), lists: s.lists.Freeze(),
	}
	copy(ix.frame.live, s.live)
	return ix.frame
}

func (f *frame) contacts(rows *rowset.Set) Contacts {
	return Contacts{parts: []part{{members: rows, who: f.who}}}
}

// dense is a set of rows with a bit for each.
func (f *frame) dense(rows *rowset.Set) []uint64 {
	return rows.Words(len(f.live))
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

func (f *figure) field(a *attr) segment.Value { return f.Field(string(a.path)) }

func (f *figure) count(a *attr, at time.Time) int { return countOf(f.stream(a.event), a.window, at) }

func (f *figure) kth(a *attr, at time.Time, k int) (time.Time, bool) {
	return kthOf(f.stream(a.event), at, k)
}

func (f *figure) future(a *attr, at time.Time) (time.Time, bool) {
	return futureOf(f.stream(a.event), at)
}

func (f *figure) ahead(at time.Time) bool {
	for stream := range f.events.Streams(f.row) {
		if n := stream.Len(); n > 0 && stream.At(n-1).After(at) {
			return true
		}
	}
	return false
}
