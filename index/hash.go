package index

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/meter"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/wire"
)

// The digest of the state. Contacts are hashed one by one and the digests added up, so that
// the sum is the same whatever row or shard a contact has.

// Hash returns a digest of the whole state: the clock and the calendar, the
// revision, the definitions with their [Metrics], and of each contact its id, when
// it was created, its fields and their history, its events in order, its lists,
// its memberships, and whether it is due but not done. Equal calls give equal
// digests where what the Options keep is equal, and a restored index has that of
// the one it was made from. Deleted contacts leave no trace in it but in metrics,
// nor does the order in which contacts came to be known.
//
// It is the SHA-256 of the common part and of the sum, modulo 2^256, of the
// SHA-256 of each contact, and so does not depend on how contacts are distributed.
// States that differ by a fault have different digests but for a chance of
// 2^-256. It is no proof against a forger who may choose the contacts: sums of
// digests collide for less work than digests do. Use a digest over
// [Index.Snapshot] for that.
//
// Other calls wait only at its start, as with Snapshot. Its cost grows with the
// state, some microseconds a contact.
func (ix *Index) Hash() [sha256.Size]byte {
	parts := ix.freeze()
	each(ix.shards, parts, func(i int, _ *shard, parts []*frozen) { parts[i].contacts = parts[i].contactSum() })
	f := parts[0]
	for _, p := range parts[1:] {
		f.contacts.plus(p.contacts)
		for j := range f.meters {
			f.meters[j] = f.meters[j].Sum(p.meters[j])
		}
	}
	return f.digest()
}

// A sum is an integer modulo 2^256, the lowest word first.
type sum [4]uint64

// add adds the digest of a contact.
func (s *sum) add(digest [sha256.Size]byte) {
	var o sum
	for i := range o {
		o[i] = binary.LittleEndian.Uint64(digest[8*i:])
	}
	s.plus(o)
}

// plus adds the sum of other contacts.
func (s *sum) plus(o sum) {
	carry := uint64(0)
	for i := range s {
		s[i], carry = bits.Add64(s[i], o[i], carry)
	}
}

// digest is that of the state, of which the sum of the contacts is known.
func (f *frozen) digest() [sha256.Size]byte {
	b := append([]byte("segment state 1\n"), 0)
	b = contacts.AppendInstant(b, contacts.InstantOf(f.now))
	b = binary.AppendUvarint(b, f.revision)
	b = wire.AppendText(b, f.calendar.String())
	// a fixed zone may have any name, and so is told with its offset
	if start, end := f.now.In(f.calendar).ZoneBounds(); start.IsZero() && end.IsZero() {
		if _, offset := f.now.In(f.calendar).Zone(); offset != 0 {
			b = binary.AppendVarint(b, int64(offset))
		}
	}
	for _, i := range f.byID() {
		s := f.segments[i]
		text, err := segment.MarshalCondition(s.Condition)
		if err != nil { // it compiles, and so has a definition
			text = []byte(s.Condition.String())
		}
		b = wire.AppendText(wire.AppendText(wire.AppendText(b, s.ID), s.Name), text)
		if v := f.versions[i]; v > 0 { // those of a snapshot before version 4 have none
			b = binary.AppendUvarint(b, v)
		}
		b = f.meters[i].Append(b, meter.DayOf(f.now), f.keep)
	}
	if f.definitions > 0 {
		b = binary.AppendUvarint(b, f.definitions)
	}
	for _, word := range f.contacts {
		b = binary.LittleEndian.AppendUint64(b, word)
	}
	return sha256.Sum256(b)
}

// byID returns the places of the segments, in order of their ids.
func (f *frozen) byID() []int {
	order := make([]int, len(f.segments))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(f.segments[a].ID, f.segments[b].ID) })
	return order
}

// contactSum is the sum of the digests of the contacts. It goes by blocks of
// rows, so that it need not hold all memberships by contact.
func (f *frozen) contactSum() (total sum) {
	order := f.byID()
	cursors := make([]*rowset.Cursor, len(order))
	for i, at := range order {
		cursors[i] = f.members[at].Cursor()
	}
	due := f.due()
	columns := f.columns()
	var b []byte
	for first := 0; first < len(f.ids); first += hashRows {
		end := min(first+hashRows, len(f.ids))
		// for each row of the block, the segments it is in
		in := make([][]int, end-first)
		for i, at := range cursors {
			for ; at.OK() && at.Row() < uint32(end); at.Next() {
				row := int(at.Row()) - first
				in[row] = append(in[row], order[i])
			}
		}
		for row := first; row < end; row++ {
			if f.alive[row] {
				b = f.appendContact(b[:0], uint32(row), columns, in[row-first])
				b = append(b, due[uint32(row)]...)
				total.add(sha256.Sum256(b))
			}
		}
	}
	return total
}

const hashRows = 1 << 12

// due returns the contacts that are due but not done, with what has flipped.
func (f *frozen) due() map[uint32][]byte {
	// the order in which leaves flipped depends on ids of leaves, which are no part of the state
	var texts []string
	for _, c := range f.flipped {
		texts = append(texts, c.String())
	}
	slices.Sort(texts)
	flipped := []byte{1}
	for _, text := range texts {
		flipped = wire.AppendText(flipped, text)
	}
	due := make(map[uint32][]byte, len(f.pending))
	for _, row := range f.pending {
		due[row] = flipped
	}
	return due
}

// columns returns the columns in order of their names.
func (f *frozen) columns() []int {
	names := f.fields.Names()
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(names[a], names[b]) })
	return order
}

// appendContact appends all that is known of a contact, in one way only: every
// part begins with a mark.
func (f *frozen) appendContact(b []byte, row uint32, columns, segments []int) []byte {
	b = wire.AppendText(b, f.ids[row])
	b = contacts.AppendInstant(b, f.created[row].Instant())
	for _, col := range columns {
		b = f.appendField(b, row, col)
	}
	for e := range f.events.All(row) {
		b = wire.AppendText(append(b, 'e'), e.Name)
		b = wire.AppendText(b, e.ID)
		b = wire.AppendText(contacts.AppendInstant(b, contacts.InstantOf(e.At)), e.Props)
	}
	b = f.appendLists(b, row)
	for _, i := range segments {
		b = wire.AppendText(append(b, 's'), f.segments[i].ID)
		if since, ok := f.meters[i].In[row]; ok {
			b = contacts.AppendInstant(append(b, 'i'), since)
		}
	}
	return append(b, '.')
}

// appendField appends a field: its value, since when, and the values before.
func (f *frozen) appendField(b []byte, row uint32, col int) []byte {
	v, since := f.fields.Get(row, col), f.since.Get(row, col)
	if v.IsNull() && since.IsNull() {
		return b
	}
	at := f.created[row].Instant()
	if !since.IsNull() {
		at = contacts.InstantOf(since.Time())
	}
	b = wire.AppendText(append(b, 'f'), f.fields.Names()[col])
	b = wire.AppendValue(contacts.AppendInstant(b, at), v)
	for _, ch := range f.former[contacts.Cell{Row: row, Column: int32(col)}] {
		b = wire.AppendValue(contacts.AppendInstant(append(b, 'h'), contacts.InstantOf(ch.At)), ch.Value)
	}
	return b
}

// appendLists appends the lists that a contact is on, in order of their names.
func (f *frozen) appendLists(b []byte, row uint32) []byte {
	type joined struct {
		list string
		at   time.Time
	}
	var all []joined
	for stream := range f.lists.Streams(row) {
		all = append(all, joined{f.lists.Names()[stream.Name()], stream.At(0)})
	}
	slices.SortFunc(all, func(a, b joined) int { return cmp.Compare(a.list, b.list) })
	for _, j := range all {
		b = contacts.AppendInstant(wire.AppendText(append(b, 'l'), j.list), contacts.InstantOf(j.at))
	}
	return b
}
