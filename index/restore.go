package index

import (
	"errors"
	"io"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/timer"
	"github.com/segmentrules/segment/index/internal/wire"
)

// Restore reads what [Index.Snapshot] has written, up to the end of r. Options
// are as for [New]: the schema serves what is defined later, since definitions
// were kept as the schema of their time resolved them; the location, if there is
// one, must have the name of the calendar that the snapshot was made with, and if
// there is none that calendar is loaded. What bounds the events, histories and
// metrics that are kept should be as it was: what was let go does not come back,
// and a definition that would need it is an error.
//
// All that is read is checked, and nothing is believed of which there may be too
// much: bytes that were changed, cut off or added, and versions of the format that
// this package does not know, are errors of [segment.ErrValue]. Memory grows with
// what was read. Checksums find what befell the bytes by chance. Who may have been
// handed a forged snapshot sets [Options.Verify]; otherwise Restore takes
// memberships and timers as they are, for it costs little more than the reading.
func Restore(r io.Reader, opts Options) (*Index, error) {
	preamble := make([]byte, len(snapshotMagic)+1)
	if _, err := io.ReadFull(r, preamble); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = refuse(segment.ErrValue, "the snapshot is cut off")
		}
		return nil, err
	}
	if string(preamble[:len(snapshotMagic)]) != snapshotMagic {
		return nil, refuse(segment.ErrValue, "these bytes are no snapshot")
	}
	if v := preamble[len(snapshotMagic)]; v != snapshotVersion {
		return nil, refuse(segment.ErrValue, "the snapshot is of version %d, and version %d is known", v, snapshotVersion)
	}
	x := restorer{r: wire.NewReader(r, preamble), ix: New(opts)}
	if err := x.restore(opts); err != nil {
		return nil, err
	}
	if opts.Verify {
		if err := x.ix.verify(); err != nil {
			return nil, err
		}
	}
	return x.ix, nil
}

// A restorer reads a snapshot into an index.
type restorer struct {
	r     *wire.Reader
	ix    *Index
	order []rootID // as the segments stand in the snapshot
}

func (x *restorer) restore(opts Options) error {
	r, s := x.r, x.ix.store
	r.Section(sectionClock)
	x.clock(opts.Location)
	r.Section(sectionSegments)
	x.segments()
	r.Section(sectionContacts)
	x.contacts()
	rows := len(s.ids)
	r.Section(sectionFields)
	s.fields = column.Decode(r, rows)
	r.Section(sectionSince)
	s.since = column.Decode(r, rows)
	r.Section(sectionFormer)
	x.former()
	r.Section(sectionEvents)
	s.events = eventlog.Decode(r, rows)
	r.Section(sectionLists)
	s.lists = eventlog.Decode(r, rows)
	x.store()
	r.Section(sectionMembers)
	members := newRowReader(r, s.alive)
	for _, root := range x.order {
		x.ix.members[root] = members.set()
	}
	r.Section(sectionTimers)
	x.ix.timers = timer.Decode(r, rows, func(row uint32) bool { return s.alive[row] })
	r.Section(sectionPending)
	x.pending()
	r.Section(sectionMeters)
	for _, root := range x.order {
		m := x.meter(x.ix.members[root])
		x.ix.meters.of[x.ix.rules.roots[root].segment.ID], x.ix.rules.roots[root].meter = m, m
	}
	first := x.ix.global // due speaks of what is pending, if anything is
	if first.add(x.ix.timers.Min()); r.OK() && first.ok && first.t.Before(x.ix.now) {
		r.Fail("something is due at %v, before the clock", first.t)
	}
	return r.Close()
}

func (x *restorer) clock(loc *time.Location) {
	at := x.r.Instant()
	x.ix.revision = x.r.Uvarint()
	name := x.r.Text()
	if !x.r.OK() {
		return
	}
	switch {
	case loc != nil && loc.String() != name:
		x.r.Fail("the calendar is %q, and not %q", name, loc)
	case loc == nil:
		found, err := time.LoadLocation(name)
		if err != nil || name == "Local" || name == "" {
			x.r.Fail("the calendar %q is not known here: set Options.Location", name)
			return
		}
		x.ix.calendar = found
	}
	if !at.IsZero() {
		at = at.In(x.ix.calendar)
	}
	x.ix.now = at
}

func (x *restorer) segments() {
	ix := x.ix
	n := x.r.Count(math.MaxInt32, "segments")
	for i := 0; i < n && x.r.OK(); i++ {
		s := segment.Segment{ID: x.r.Name("id of a segment"), Name: x.r.Text(), Condition: x.condition()}
		if !x.r.OK() {
			return
		}
		if _, has := ix.rules.rootOf[s.ID]; has {
			x.r.Fail("the segment %q stands twice", s.ID)
			return
		}
		for _, ref := range references(s.Condition) {
			if _, has := ix.rules.rootOf[ref]; !has {
				x.r.Fail("the segment %q refers to %q, which does not stand before it", s.ID, ref)
				return
			}
		}
		if err := errors.Join(ix.retention.allows(s.Condition), ix.allowsHistory(s.Condition)); err != nil {
			x.r.Fail("the segment %q does not go with the Options: %v", s.ID, err)
			return
		}
		x.order = append(x.order, ix.rules.add(s))
		ix.members = append(ix.members, nil)
	}
	ix.relevel()
}

// condition reads a condition, which must compile.
func (x *restorer) condition() segment.Condition {
	text := x.r.Blob(segment.DefaultBytes)
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

// manyIDs is how many ids are kept in one text: each for itself would cost more
// than it is long.
const manyIDs = 1 << 10

func (x *restorer) contacts() {
	s := x.ix.store
	n := x.r.Count(math.MaxUint32, "contacts")
	some := min(n, 1<<17) // it may not be true
	s.ids, s.alive, s.created = make([]string, 0, some), make([]bool, 0, some), make([]instant, 0, some)
	var before int64
	var text []byte
	var ends []int
	for i := 0; i < n && x.r.OK(); i++ {
		text = append(text, x.r.Blob(wire.MaxText)...)
		ends = append(ends, len(text))
		alive, at := x.r.Bool(), instant{}
		if alive {
			at.sec = before + x.r.Varint()
			at.nsec = int32(x.r.Count(999_999_999, "nanoseconds"))
			before = at.sec
			s.count++
			if t := at.time(); t.IsZero() || t.After(x.ix.now) {
				x.r.Fail("a contact was created at %v, after the clock", t)
			}
		}
		s.alive, s.created = append(s.alive, alive), append(s.created, at)
		if len(ends) == manyIDs || i == n-1 {
			x.ids(string(text), ends)
			text, ends = text[:0], ends[:0]
		}
	}
	s.rows = make(map[string]uint32, len(s.ids))
	for row, id := range s.ids {
		s.rows[id] = uint32(row)
	}
	if len(s.rows) != len(s.ids) {
		x.r.Fail("a contact stands twice")
	}
}

// ids takes a text of ids apart.
func (x *restorer) ids(text string, ends []int) {
	from := 0
	for _, end := range ends {
		id := text[from:end]
		if id == "" || !utf8.ValidString(id) {
			x.r.Fail("the id of a contact is empty, or not UTF-8")
		}
		x.ix.store.ids = append(x.ix.store.ids, id)
		from = end
	}
}

func (x *restorer) former() {
	s, last := x.ix.store, cell{}
	for i, n := 0, x.r.Count(math.MaxInt, "histories"); i < n && x.r.OK(); i++ {
		at := cell{uint32(x.r.Count(len(s.ids)-1, "is the number of a row")), int32(x.r.Count(len(s.fields.Names())-1, "is the number of a field"))}
		if i > 0 && last.compare(at) >= 0 {
			x.r.Fail("histories out of order")
		}
		last = at
		s.former[at] = x.changes(at)
	}
}

// changes reads the former values of a field: they differ, and their instants
// grow.
func (x *restorer) changes(at cell) (past []segment.Change) {
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
	if _, since, known := x.ix.store.current(at.row, int(at.col)); !known || !past[n-1].At.Before(since) {
		x.r.Fail("a history that goes on behind the present")
	}
	return past
}

// store checks what the parts of the store must have in common.
func (x *restorer) store() {
	s := x.ix.store
	if !slices.Equal(s.fields.Names(), s.since.Names()) {
		x.r.Fail("the fields are not those of which is known since when")
	}
	if x.r.OK() && !s.since.Only(segment.KindTime) {
		x.r.Fail("a value since what is no instant")
	}
	for row, alive := range s.alive {
		if !x.r.OK() {
			return
		}
		if !alive && x.known(uint32(row)) {
			x.r.Fail("something is known of the contact %q, which was deleted", s.ids[row])
		}
	}
	s.index()
	for row := range s.lists.Rows() {
		for stream := range s.lists.Streams(uint32(row)) {
			if stream.Len() != 1 || stream.ID(0) != listID(stream.Name()) || stream.Props(0) != nil {
				x.r.Fail("the contact %q is not on a list as one should be", s.ids[row])
				return
			}
		}
	}
}

// known reports whether anything is known of a row.
func (x *restorer) known(row uint32) (known bool) {
	yes := func(string) { known = true }
	x.ix.store.inputs(row, yes, yes, yes)
	return known
}
