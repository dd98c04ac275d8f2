package index

import (
	"math"
	"slices"
	"unicode/utf8"

	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/wire"
)

// manyIDs is how many ids are kept in one text: each for itself would cost more
// than it is long.
const manyIDs = 1 << 10

// contacts reads who has which row, and when they were created.
func (x *restorer) contacts() {
	s := x.ix.store
	n := x.r.Count(math.MaxUint32, "contacts")
	some := min(n, 1<<17) // it may not be true: until so many have been read
	s.IDs, s.Alive, s.Created = make([]string, 0, some), make([]bool, 0, some), make([]contacts.Creation, 0, some)
	var before int64
	var text []byte
	var ends []int
	for i := 0; i < n && x.r.OK(); i++ {
		id := x.r.Blob(wire.MaxText)
		at, alive := contacts.Creation{}, len(id) > 0
		if alive && !utf8.Valid(id) || !alive && x.version == 1 {
			x.r.Fail("the id of a contact is empty, or not UTF-8")
		}
		from := len(text)
		text = append(text, id...)
		if x.version == 1 && !x.r.Bool() { // it has the id of who was there
			text, alive = text[:from], false
		}
		if alive {
			at = x.creation(before, i)
			before = at.Sec
			s.Count++
		}
		if i == some { // then it is believed to be at most eight times as many
			some = min(n, 8*some)
			s.IDs, s.Alive, s.Created = slices.Grow(s.IDs, some-len(s.IDs)), slices.Grow(s.Alive, some-i), slices.Grow(s.Created, some-i)
		}
		ends = append(ends, len(text))
		s.Alive, s.Created = append(s.Alive, alive), append(s.Created, at)
		if len(ends) == manyIDs || i == n-1 {
			x.ids(string(text), ends)
			text, ends = text[:0], ends[:0]
		}
	}
	x.found()
}

// creation reads when a contact was created; the second is told from that of the one
// before.
func (x *restorer) creation(before int64, row int) (at contacts.Creation) {
	at.Sec = before + x.r.Varint()
	at.Nsec = int32(x.r.Count(999_999_999, "nanoseconds"))
	if at.Turn = uint32(row); x.version > 1 {
		at.Turn = uint32(x.r.Count(math.MaxUint32, "contacts at one instant"))
	}
	if t := at.Time(); t.IsZero() || t.After(x.ix.now) {
		x.r.Fail("a contact was created at %v, after the clock", t)
	}
	return at
}

// ids takes a text of ids apart.
func (x *restorer) ids(text string, ends []int) {
	from := 0
	for _, end := range ends {
		x.ix.store.IDs = append(x.ix.store.IDs, text[from:end])
		from = end
	}
}

// found makes what is found by the contacts.
func (x *restorer) found() {
	s := x.ix.store
	s.Rows.Reserve(s.Count)
	var free []uint32
	for row, id := range s.IDs {
		if !s.Alive[row] {
			free = append(free, uint32(row))
			continue
		}
		s.TextBytes += int64(len(id)) // many share one text
		if _, twice := s.Find(id); twice {
			x.r.Fail("a contact stands twice")
			return
		}
		s.Enter(uint32(row))
		if x.shards > 1 && contacts.ShardOf(id, x.shards) != x.shard {
			x.r.Fail("the contact %q is in another shard than it should be", id)
		}
	}
	// new contacts get the rows of nobody; with no rows out of order, listing needs no sorting
	s.Release(free)
	s.Reorder(contacts.InstantOf(x.ix.now))
}
