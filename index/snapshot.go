package index

import (
	"io"
	"maps"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/meter"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/timer"
	"github.com/segmentrules/segment/index/internal/wire"
	"github.com/segmentrules/segment/index/internal/zone"
)

// Snapshots: the whole state as bytes, section by section, with a checksum for each. First the
// state is frozen under the lock, which takes milliseconds; it is written while the index goes
// on. What is worked out from the rest, such as the rules, is not written.

// A snapshot begins with these bytes and the version of its format. They show
// when line ends were changed on the way.
const (
	snapshotMagic   = "segment\r\n\x1a\n"
	snapshotVersion = 4
	oldestVersion   = 1 // that is read
)

// snapshotPreamble is what a snapshot begins with.
func snapshotPreamble() []byte { return append([]byte(snapshotMagic), snapshotVersion) }

// The sections of a snapshot, in this order.
const (
	sectionClock byte = 1 + iota
	sectionSegments
	sectionContacts // from here on they come again for each shard
	sectionFields
	sectionSince
	sectionFormer
	sectionEvents
	sectionLists
	sectionMembers
	sectionTimers
	sectionPending
	sectionMeters
)

// Snapshot writes the whole state, so that [Restore] gives an index that goes on
// as this one does, in as many shards or in another number: with the same diffs and
// revisions, also where an Advance stopped at its limit. The counters of
// [Index.Stats] are not part of it.
//
// Other calls wait only while it takes hold of the state, some milliseconds for a
// million contacts; then it writes while they go on. It needs memory for
// timers and 17 bytes a contact, and a frame of 128 kB; besides, what is written to
// meanwhile is copied first, memberships as the rest. Errors: those of w; a calendar
// whose offset from UTC is more than two days.
func (ix *Index) Snapshot(w io.Writer) error { return writeSnapshot(w, ix.freeze()) }

// freeze is the state of all shards at one moment. It waits for calls that write and
// for those that read: frozen columns are copied before they are written to, and that
// is noted in them.
func (ix *Index) freeze() []*frozen {
	parts := make([]*frozen, len(ix.shards))
	ix.mu.Hold(func() {
		each(ix.shards, parts, func(i int, sh *shard, parts []*frozen) { parts[i] = sh.freeze() })
		for _, f := range parts {
			f.revision, f.definitions = ix.revision, ix.version
		}
	})
	return parts
}

// A frozen is the state of a shard at a moment.
type frozen struct {
	now      time.Time
	revision uint64 // of the index
	calendar *time.Location

	definitions uint64 // how many there have been: see Index.version
	options     kept

	segments []segment.Segment // each behind those it refers to
	versions []uint64          // of the segments
	members  []*rowset.Set     // of the segments
	meters   []*meter.Meter    // of the segments
	keep     int32             // days
	timers   *timer.Heap
	global   rules.Earliest
	pending  []uint32
	flipped  []segment.Condition

	ids           []string
	alive         []bool
	created       []contacts.Creation
	fields, since *column.View
	events, lists *eventlog.View
	former        map[contacts.Cell][]segment.Change

	contacts sum // of the digests of the contacts, once [Index.Hash] has found it
}

// freeze takes hold of the state of a shard: what is large is shared and copied by whoever
// writes to it next, the rest is copied here.
func (ix *shard) freeze() *frozen {
	s := ix.store
	f := &frozen{
		now: ix.now, calendar: ix.calendar, options: ix.kept(),
		timers: ix.timers.Freeze(), global: ix.global, pending: slices.Clone(ix.pending),
		keep: ix.meters.Days, ids: slices.Clip(s.IDs), alive: slices.Clone(s.Alive), created: slices.Clone(s.Created),
		fields: s.Fields.Freeze(), since: s.Since.Freeze(), former: maps.Clone(s.Former),
		events: s.Events.Freeze(), lists: s.Lists.Freeze(),
	}
	for _, id := range ix.rules.InOrder() {
		// in an order in which each can be defined when it is read
		f.segments = append(f.segments, ix.rules.Plans[id].Segment)
		f.versions = append(f.versions, ix.version[id])
		f.members = append(f.members, ix.members[id].Clone())
		f.meters = append(f.meters, ix.metered[id].Frozen())
	}
	if len(f.pending) > 0 {
		for _, l := range ix.flipped {
			f.flipped = append(f.flipped, ix.rules.Leaves[l].Condition)
		}
	}
	return f
}

// writeSnapshot writes the state of an index: what its shards have in common, and
// then each of them.
func writeSnapshot(w io.Writer, parts []*frozen) error {
	out, f := wire.NewWriter(w, snapshotPreamble()), parts[0]
	out.Section(sectionClock)
	out.Instant(f.now)
	out.Uvarint(f.revision)
	zone.Of(f.calendar).Write(out) // its name alone could mean another
	out.Count(len(parts))
	out.Uvarint(f.definitions)
	f.options.write(out)
	out.Section(sectionSegments)
	f.writeSegments(out)
	for _, f := range parts {
		f.write(out)
	}
	return out.Close()
}

// write writes the sections of one shard.
func (f *frozen) write(w *wire.Writer) {
	w.Section(sectionContacts)
	f.writeContacts(w)
	w.Section(sectionFields)
	f.fields.Encode(w)
	w.Section(sectionSince)
	f.since.Encode(w)
	w.Section(sectionFormer)
	f.writeFormer(w)
	w.Section(sectionEvents)
	f.events.Encode(w)
	w.Section(sectionLists)
	f.lists.Encode(w)
	w.Section(sectionMembers)
	for _, rows := range f.members {
		writeRows(w, rows)
	}
	w.Section(sectionTimers)
	f.timers.Encode(w)
	w.Section(sectionPending)
	f.writePending(w)
	w.Section(sectionMeters)
	for i, m := range f.meters {
		m.Write(w, f.members[i])
	}
}

// writeSegments writes the definitions.
func (f *frozen) writeSegments(w *wire.Writer) {
	w.Count(len(f.segments))
	for i, s := range f.segments {
		w.Text(s.ID)
		w.Text(s.Name)
		w.Uvarint(f.versions[i])
		writeCondition(w, s.Condition)
	}
}

// writeCondition writes a condition as its definition. An empty group comes back
// as what it prints as, EVERYONE or NOT EVERYONE.
func writeCondition(w *wire.Writer, c segment.Condition) {
	text, err := definitionOf(c)
	if err != nil {
		w.Fail(err)
	}
	w.Blob(text)
}

// writeContacts writes who has which row; a row without an id is nobody's.
func (f *frozen) writeContacts(w *wire.Writer) {
	w.Count(len(f.alive))
	var before int64
	for row, alive := range f.alive {
		if !alive {
			w.Text("")
			continue
		}
		w.Text(f.ids[row])
		at := f.created[row]
		// contacts that came one after another differ by little, which is short
		w.Varint(at.Sec - before)
		w.Count(int(at.Nsec))
		w.Count(int(at.Turn))
		before = at.Sec
	}
}

// writeFormer writes the histories of fields, in order of row and field.
func (f *frozen) writeFormer(w *wire.Writer) {
	cells := slices.SortedFunc(maps.Keys(f.former), contacts.Cell.Compare)
	w.Count(len(cells))
	for _, at := range cells {
		w.Count(int(at.Row))
		w.Count(int(at.Column))
		w.Count(len(f.former[at]))
		for _, ch := range f.former[at] {
			w.Instant(ch.At)
			w.Value(ch.Value)
		}
	}
}

// writeRows writes a set of rows: block by block of 65,536, of those with any,
// the rows if they are few, else a bit for each.
func writeRows(w *wire.Writer, rows *rowset.Set) {
	w.Count(rows.Len())
	var few []uint16
	var many []uint64
	for block := range rows.Blocks() {
		w.Count(block.Number)
		w.Count(block.Len())
		if block.Len() <= fewRows {
			few = block.AppendRows(few[:0])
			wire.Words(w, few)
		} else {
			many = block.AppendWords(many[:0])
			wire.Words(w, many)
		}
	}
}

// fewRows is how many are written one by one.
const fewRows = 4096

// writePending writes what is due at the clock but was not done, as after an Advance that
// stopped at its limit, and when the clock itself flips a leaf next.
func (f *frozen) writePending(w *wire.Writer) {
	w.Bool(f.global.OK)
	if f.global.OK {
		w.Varint(f.global.At.Unix())
		w.Count(f.global.At.Nanosecond())
	}
	w.Count(len(f.pending))
	for _, row := range f.pending {
		w.Count(int(row))
	}
	w.Count(len(f.flipped))
	for _, c := range f.flipped {
		writeCondition(w, c)
	}
}
