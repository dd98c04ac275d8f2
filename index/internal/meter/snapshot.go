package meter

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/wire"
)

// Frozen returns a copy that is not written to.
func (m *Meter) Frozen() *Meter {
	c := *m
	c.Days, c.In = slices.Clone(m.Days), maps.Clone(m.In)
	return &c
}

// Write writes what is counted of a segment with these members. Its size is
// theirs, and the sum of since when they are in follows.
func (m *Meter) Write(w *wire.Writer, members *rowset.Set) {
	w.Instant(m.Since.Time())
	w.Uvarint(m.Entered)
	w.Uvarint(m.Left)
	for _, sum := range [...]moments{m.enters, m.leaves} {
		w.Varint(sum.sec)
		w.Uvarint(uint64(sum.nsec))
	}
	w.Count(len(m.Days))
	last := int32(0)
	for _, d := range m.Days {
		w.Varint(int64(d.Day - last))
		w.Uvarint(uint64(d.Entered))
		w.Uvarint(uint64(d.Left))
		last = d.Day
	}
	w.Bool(m.In != nil)
	if m.In == nil {
		return
	}
	for row := range members.All() {
		w.Instant(m.In[row].Time())
	}
}

// A reader reads what is counted of segments, up to the clock of an index.
type reader struct {
	r    *wire.Reader
	now  time.Time
	stay bool // whether the index keeps since when members are in
}

// NewReader returns a reader for an index with this clock.
func NewReader(r *wire.Reader, now time.Time, stay bool) *reader {
	return &reader{r, now, stay}
}

// Read reads what is counted of a segment with these members.
func (x *reader) Read(members *rowset.Set) *Meter {
	r := x.r
	m := &Meter{Since: contacts.InstantOf(r.Instant()), Size: int64(members.Len()), Entered: r.Uvarint(), Left: r.Uvarint()}
	for _, sum := range [...]*moments{&m.enters, &m.leaves} {
		sum.sec = r.Varint()
		sum.nsec = int64(r.Count(999_999_999, "nanoseconds"))
	}
	if m.Entered < m.Left || m.Entered-m.Left != uint64(m.Size) || m.Since.Time().After(x.now) {
		r.Fail("a segment of %d that %d entered and %d left", m.Size, m.Entered, m.Left)
	}
	x.days(m)
	kept := r.Bool()
	if x.stay && !kept {
		r.Fail("Options.Stays asks for what the snapshot does not have: since when members are in")
	}
	if kept {
		x.stays(m, members)
	}
	if r.OK() && !m.sound(contacts.InstantOf(x.now)) {
		r.Fail("members that were in for less than no time")
	}
	if !x.stay {
		m.Stays = Stays{}
	}
	return m
}

// days reads the days on which somebody entered or left. They must be in order. The last
// is today at most, or where clocks go back over midnight the day that had begun before.
func (x *reader) days(m *Meter) {
	today, day := int64(DayOf(x.now)), int64(0)
	if start, _ := x.now.ZoneBounds(); !start.IsZero() {
		today = max(today, int64(DayOf(start.Add(-1).In(x.now.Location()))))
	}
	for n := x.r.Count(1<<21, "days"); len(m.Days) < n && x.r.OK(); {
		day += x.r.Varint()
		if i := len(m.Days); i > 0 && day <= int64(m.Days[i-1].Day) || day > today || day < -1<<31 {
			x.r.Fail("days out of order")
		}
		m.Days = append(m.Days, DayCount{int32(day), uint32(x.r.Count(1<<32-1, "on a day")), uint32(x.r.Count(1<<32-1, "on a day"))})
	}
}

// stays reads since when each member is in, in order of the members.
func (x *reader) stays(m *Meter, members *rowset.Set) {
	m.In = make(map[uint32]contacts.Instant)
	for row := range members.All() {
		if !x.r.OK() {
			break
		}
		at := x.r.Instant()
		if at.After(x.now) {
			x.r.Fail("a member since %v, after the clock", at)
		}
		m.enter(row, contacts.InstantOf(at))
	}
}

// sound reports whether no time that [index.Metrics] tell is negative, or so long that
// it may come to be.
func (m *Meter) sound(now contacts.Instant) bool {
	all := m.together(now)
	if all.sec < 0 || all.sec > 1<<61 {
		return false
	}
	if m.In != nil {
		on := m.goingOn(now)
		all.plus(on.negated())
	}
	return all.sec >= 0
}

// Append appends what is counted to a text that is hashed: of the days, those that
// would be told.
func (m *Meter) Append(b []byte, today, keep int32) []byte {
	b = contacts.AppendInstant(b, m.Since)
	b = binary.AppendUvarint(binary.AppendUvarint(b, m.Entered), m.Left)
	for _, sum := range [...]moments{m.enters, m.leaves} {
		b = binary.AppendUvarint(binary.AppendVarint(b, sum.sec), uint64(sum.nsec))
	}
	days := m.Kept(today, keep)
	b = binary.AppendUvarint(b, uint64(len(days)))
	for _, d := range days {
		b = binary.AppendVarint(b, int64(d.Day))
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(d.Entered)), uint64(d.Left))
	}
	return b
}
