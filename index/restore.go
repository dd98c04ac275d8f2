package index

import (
	"errors"
	"io"
	"math"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/meter"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/timer"
	"github.com/segmentrules/segment/index/internal/wire"
	"github.com/segmentrules/segment/index/internal/zone"
	"github.com/segmentrules/segment/rule"
)

// Restore reads what [Index.Snapshot] has written, of this version of the format or
// one before, up to the end of r. Options are as for [New]: the schema serves what is defined later, since definitions
// were kept as the schema of their time resolved them; the location, if there is
// one, must have the name and the offsets of the calendar that the snapshot was made
// with, and if there is none that calendar is used: as the zone database here has it,
// or where that has another or none of its name, as it was. Snapshots of version 1
// and 2 have its name alone. What bounds the events, histories and
// metrics that are kept must be as it was, or the error says what differs, unless
// [Options.Otherwise] is set: what was let go does not come back, and a definition that
// would need it is an error. Snapshots before version 4 do not say what was kept.
//
// The index has as many shards as the snapshot is of, unless [Options.Shards] names
// another number. Then each contact is moved, which takes some microseconds a contact
// and an event each, about seven times as long as the reading, and memory for the
// state twice.
//
// All that is read is checked, and nothing is believed of which there may be too
// much: bytes that were changed, cut off or added, and versions of the format that
// this package does not know, are errors of [segment.ErrValue]. Memory grows with
// what was read. Checksums find bytes that were changed by accident. Who may have been
// handed a forged snapshot sets [Options.Verify]; otherwise Restore takes
// memberships and timers as they are, for it costs little more than the reading.
func Restore(r io.Reader, opts Options) (*Index, error) {
	preamble := make([]byte, len(snapshotMagic)+1)
	if _, err := io.ReadFull(r, preamble); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = rules.Refuse(segment.ErrValue, "the snapshot is cut off")
		}
		return nil, err
	}
	if string(preamble[:len(snapshotMagic)]) != snapshotMagic {
		return nil, rules.Refuse(segment.ErrValue, "these bytes are no snapshot")
	}
	version := preamble[len(snapshotMagic)]
	if version < oldestVersion || version > snapshotVersion {
		return nil, rules.Refuse(segment.ErrValue, "the snapshot is of version %d, and versions %d to %d are known", version, oldestVersion, snapshotVersion)
	}
	x := restorer{r: wire.NewReader(r, preamble), version: version, opts: opts}
	ix, err := x.restore()
	if err != nil {
		return nil, err
	}
	for i := 0; opts.Verify && i < len(ix.shards); i++ {
		if err := ix.shards[i].verify(); err != nil {
			return nil, err
		}
	}
	if opts.Shards > 0 && opts.Shards != len(ix.shards) {
		ix.shards = redistribute(ix.shards, opts, opts.Shards)
	}
	for _, sh := range ix.shards {
		if t := sh.store.Next; t.Compare(ix.turn) > 0 {
			ix.turn = t
		}
	}
	return ix, nil
}

// A restorer reads a snapshot into the shards of an index, one by one.
type restorer struct {
	r        *wire.Reader
	version  byte
	opts     Options
	revision uint64
	latest   uint64            // version of a definition: see Index.version
	ix       *shard            // that is being read
	defined  []segment.Segment // as they stand in the snapshot
	versions []uint64          // of these
	order    []rules.PlanID    // of these
	shard    int               // that is being read
	shards   int
}

// restore reads all sections. Errors are kept by the reader, which reads no more after one.
func (x *restorer) restore() (*Index, error) {
	x.ix, x.shards = newShard(x.opts), 1
	x.r.Section(sectionClock)
	x.clock(x.opts.Location)
	if x.version > 1 {
		x.shards = max(1, x.r.Count(math.MaxInt32, "shards"))
	}
	if x.version > 3 {
		x.latest = x.r.Uvarint()
		x.options()
	}
	x.r.Section(sectionSegments)
	x.segments()
	all := &Index{revision: x.revision, version: x.latest, fitting: fitting{x.opts.Strict, x.opts.Unfit}}
	for x.r.OK() && x.shard < x.shards {
		// definitions are written once; every shard beyond the first states them anew
		if x.shard > 0 {
			x.ix = x.ix.sibling(x.opts)
			x.order = x.ix.state(x.defined, x.versions)
		}
		x.contents()
		all.shards = append(all.shards, x.ix)
		x.shard++
	}
	return all, x.r.Close()
}

// sibling returns an empty shard at the same point of its life.
func (ix *shard) sibling(opts Options) *shard {
	new := newShard(opts)
	new.now, new.calendar = ix.now, ix.calendar
	return new
}

// state takes definitions over, in an order in which each stands behind those it
// refers to. Nobody is decided.
func (ix *shard) state(all []segment.Segment, versions []uint64) (order []rules.PlanID) {
	for i, s := range all {
		order = append(order, ix.admit(s, versions[i]))
	}
	ix.relevel()
	return order
}

// admit takes one definition over.
func (ix *shard) admit(s segment.Segment, version uint64) rules.PlanID {
	ix.members, ix.version = append(ix.members, nil), append(ix.version, version)
	return ix.rules.Add(s)
}

// contents reads what one shard holds.
func (x *restorer) contents() {
	r, s := x.r, x.ix.store
	r.Section(sectionContacts)
	x.contacts()
	rows := len(s.IDs)
	r.Section(sectionFields)
	s.Fields = column.Decode(r, rows)
	r.Section(sectionSince)
	s.Since = column.Decode(r, rows)
	r.Section(sectionFormer)
	x.former()
	r.Section(sectionEvents)
	s.Events = eventlog.Decode(r, rows)
	r.Section(sectionLists)
	s.Lists = eventlog.Decode(r, rows)
	// checked as soon as all parts of it are there
	x.store()
	r.Section(sectionMembers)
	members := newRowReader(r, s.Alive)
	for _, planID := range x.order {
		x.ix.members[planID] = members.set()
	}
	r.Section(sectionTimers)
	x.ix.timers = timer.Decode(r, rows, func(row uint32) bool { return s.Alive[row] })
	r.Section(sectionPending)
	x.pending()
	r.Section(sectionMeters)
	counted := meter.NewReader(r, x.ix.now, x.ix.meters.Stay)
	for _, planID := range x.order {
		x.ix.meter(planID, counted.Read(x.ix.members[planID]))
	}
	first := x.ix.global // due speaks of what is pending, if anything is
	if first.Add(x.ix.timers.Min()); r.OK() && first.OK && first.At.Before(x.ix.now) {
		r.Fail("something is due at %v, before the clock", first.At)
	}
}

// clock reads the clock, the revision and the calendar.
func (x *restorer) clock(loc *time.Location) {
	at := x.r.Instant()
	x.revision = x.r.Uvarint()
	if x.version < 3 {
		loc = x.namedCalendar(loc, x.r.Text())
	} else {
		loc = x.keptCalendar(loc, zone.Read(x.r))
	}
	if !x.r.OK() {
		return
	}
	x.ix.calendar = loc
	if !at.IsZero() {
		at = at.In(x.ix.calendar)
	}
	x.ix.now = at
}

// namedCalendar is the calendar of a snapshot before version 3, which has no more of
// it than the name.
func (x *restorer) namedCalendar(loc *time.Location, name string) *time.Location {
	switch {
	case !x.r.OK():
	case loc != nil && loc.String() != name:
		x.r.Fail("the calendar is %q, and not %q", name, loc)
	case loc == nil:
		found, err := time.LoadLocation(name)
		if err != nil || name == "Local" || name == "" {
			x.r.Fail("the calendar %q is not known here: set Options.Location", name)
		}
		return found
	}
	return loc
}

// keptCalendar is the calendar of a snapshot. One that is given must be the same, at
// every instant.
func (x *restorer) keptCalendar(loc *time.Location, kept zone.Zone) *time.Location {
	switch {
	case !x.r.OK():
		return nil
	case loc == nil:
		return kept.Location()
	case loc.String() != kept.Name:
		x.r.Fail("the calendar is %q, and not %q", kept.Name, loc)
	default:
		if at, differs := kept.Differs(zone.Of(loc)); differs {
			x.r.Fail("the calendar is not the zone %q of Options.Location: they differ at %s (without Options.Location the snapshot's own is used)",
				loc, at.Format(time.RFC3339))
		}
	}
	return loc
}

// options reads what was kept, which must be what is to be kept.
func (x *restorer) options() {
	was := readKept(x.r)
	if differs := was.differs(x.ix.kept()); x.r.OK() && differs != "" && !x.opts.Otherwise {
		x.r.Fail("other Options than the snapshot was made with: %s (Options.Otherwise allows them)", differs)
	}
}

// segments reads the definitions. What a segment refers to must stand before it.
func (x *restorer) segments() {
	ix := x.ix
	n := x.r.Count(math.MaxInt32, "segments")
	for i := 0; i < n && x.r.OK(); i++ {
		s := segment.Segment{ID: x.r.Name("id of a segment"), Name: x.r.Text()}
		version := uint64(0)
		if x.version > 3 {
			version = x.r.Uvarint()
		}
		s.Condition = x.condition()
		if !x.r.OK() {
			return
		}
		if _, has := ix.rules.PlanOf[s.ID]; has {
			x.r.Fail("the segment %q stands twice", s.ID)
			return
		}
		for _, ref := range rules.References(s.Condition) {
			if _, has := ix.rules.PlanOf[ref]; !has {
				x.r.Fail("the segment %q refers to %q, which does not stand before it", s.ID, ref)
				return
			}
		}
		if err := errors.Join(ix.retention.allows(s.Condition), ix.allowsHistory(s.Condition)); err != nil {
			x.r.Fail("the segment %q does not go with the Options: %v", s.ID, err)
			return
		}
		x.defined, x.versions = append(x.defined, s), append(x.versions, version)
		x.order = append(x.order, ix.admit(s, version))
	}
	ix.relevel()
}

// condition reads a condition, which must compile.
func (x *restorer) condition() segment.Condition {
	text := x.r.Blob(rule.DefaultBytes)
	if !x.r.OK() {
		return nil
	}
	c, err := segment.UnmarshalCondition(text)
	if err == nil {
		_, err = segment.Compile(c)
	}
	if err != nil {
		x.r.Fail("a condition: %v", err)
	}
	return c
}

// former reads the histories of fields.
func (x *restorer) former() {
	s, last := x.ix.store, contacts.Cell{}
	for i, n := 0, x.r.Count(math.MaxInt, "histories"); i < n && x.r.OK(); i++ {
		at := contacts.Cell{Row: uint32(x.r.Count(len(s.IDs)-1, "is the number of a row")), Column: int32(x.r.Count(len(s.Fields.Names())-1, "is the number of a field"))}
		if i > 0 && last.Compare(at) >= 0 {
			x.r.Fail("histories out of order")
		}
		last = at
		s.Former[at] = x.changes(at)
	}
}

// changes reads the former values of a field: they differ, and their instants
// grow.
func (x *restorer) changes(at contacts.Cell) (past []segment.Change) {
	n := x.r.Count(math.MaxInt32, "former values")
	if n == 0 {
		x.r.Fail("a history of nothing")
	}
	for len(past) < n && x.r.OK() {
		ch := segment.Change{At: x.r.Instant(), Value: x.r.Value()}
		if i := len(past); i > 0 && (!past[i-1].At.Before(ch.At) || past[i-1].Value.Equal(ch.Value)) {
			x.r.Fail("a history that is out of order, or in which nothing changes")
		}
		past = append(past, ch)
	}
	if !x.r.OK() {
		return nil
	}
	if _, since, known := x.ix.store.Current(at.Row, int(at.Column)); !known || !past[n-1].At.Before(since) {
		x.r.Fail("a history that goes on behind the present")
	}
	return past
}

// store checks what the parts of the store must have in common.
func (x *restorer) store() {
	s := x.ix.store
	if !slices.Equal(s.Fields.Names(), s.Since.Names()) {
		x.r.Fail("the fields are not those of which is known since when")
	}
	if x.r.OK() && !s.Since.Only(segment.KindTime) {
		x.r.Fail("a value since what is no instant")
	}
	for row, alive := range s.Alive {
		if !x.r.OK() {
			return
		}
		if !alive && x.known(uint32(row)) {
			x.r.Fail("something is known of the contact %q, which was deleted", s.IDs[row])
		}
	}
	s.Reindex()
	for row := range s.Lists.Rows() {
		for stream := range s.Lists.Streams(uint32(row)) {
			if stream.Len() != 1 || stream.ID(0) != contacts.ListID(stream.Name()) || stream.Props(0) != nil {
				x.r.Fail("the contact %q is not on a list as one should be", s.IDs[row])
				return
			}
		}
	}
}

// known reports whether anything is known of a row.
func (x *restorer) known(row uint32) (known bool) {
	yes := func(string) { known = true }
	x.ix.store.Inputs(row, yes, yes, yes)
	return known
}
