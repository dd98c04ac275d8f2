package index

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/wire"
)

// frozen returns a copy that is not written to.
func (m *meter) frozen() *meter {
	c := *m
	c.days, c.in = slices.Clone(m.days), maps.Clone(m.in)
	return &c
}

// write writes what is counted of a segment with these members. Its size is
// theirs, and the sum of since when they are in follows.
func (m *meter) write(w *wire.Writer, members *rowset.Set) {
	w.Instant(m.since.time())
	w.Uvarint(m.entered)
	w.Uvarint(m.left)
	for _, sum := range [...]moments{m.enters, m.leaves} {
		w.Varint(sum.sec)
		w.Uvarint(uint64(sum.nsec))
	}
	w.Count(len(m.days))
	last := int32(0)
	for _, d := range m.days {
		w.Varint(int64(d.day - last))
		w.Uvarint(uint64(d.entered))
		w.Uvarint(uint64(d.left))
		last = d.day
	}
	w.Bool(m.in != nil)
	if m.in == nil {
		return
	}
	for row := range members.All() {
		w.Instant(m.in[row].time())
	}
}

// A meterReader reads what is counted of segments, up to the clock of an index.
type meterReader struct {
	r    *wire.Reader
	now  time.Time
	stay bool // whether the index keeps since when members are in
}

// newMeterReader returns a reader for an index with this clock.
func newMeterReader(r *wire.Reader, now time.Time, stay bool) *meterReader {
	return &meterReader{r, now, stay}
}

// meter reads what is counted of a segment with these members.
func (x *meterReader) meter(members *rowset.Set) *meter {
	r := x.r
	m := &meter{since: instantOf(r.Instant()), size: int64(members.Len()), entered: r.Uvarint(), left: r.Uvarint()}
	for _, sum := range [...]*moments{&m.enters, &m.leaves} {
		sum.sec = r.Varint()
		sum.nsec = int64(r.Count(999_999_999, "nanoseconds"))
	}
	if m.entered < m.left || m.entered-m.left != uint64(m.size) || m.since.time().After(x.now) {
		r.Fail("a segment of %d that %d entered and %d left", m.size, m.entered, m.left)
	}
	x.days(m)
	kept := r.Bool()
	if x.stay && !kept {
		r.Fail("Options.Stays asks for what the snapshot does not have: since when members are in")
	}
	if kept {
		x.stays(m, members)
	}
	if r.OK() && !m.sound(instantOf(x.now)) {
		r.Fail("members that were in for less than no time")
	}
	if !x.stay {
		m.stays = stays{}
	}
	return m
}

func (x *meterReader) days(m *meter) {
	today, day := int64(dayOf(x.now)), int64(0)
	for n := x.r.Count(1<<21, "days"); len(m.days) < n && x.r.OK(); {
		day += x.r.Varint()
		if i := len(m.days); i > 0 && day <= int64(m.days[i-1].day) || day > today || day < -1<<31 {
			x.r.Fail("days out of order")
		}
		m.days = append(m.days, dayCount{int32(day), uint32(x.r.Count(1<<32-1, "on a day")), uint32(x.r.Count(1<<32-1, "on a day"))})
	}
}

func (x *meterReader) stays(m *meter, members *rowset.Set) {
	m.in = make(map[uint32]instant)
	for row := range members.All() {
		if !x.r.OK() {
			break
		}
		at := x.r.Instant()
		if at.After(x.now) {
			x.r.Fail("a member since %v, after the clock", at)
		}
		m.enter(row, instantOf(at))
	}
}

// sound reports whether no time that [Metrics] tell is negative, or so long that
// it may come to be.
func (m *meter) sound(now instant) bool {
	all := m.together(now)
	if all.sec < 0 || all.sec > 1<<61 {
		return false
	}
	if m.in != nil {
		on := m.goingOn(now)
		all.plus(on.negated())
	}
	return all.sec >= 0
}

// append appends what is counted to a text that is hashed: of the days, those that
// would be told.
func (m *meter) append(b []byte, today, keep int32) []byte {
	b = appendInstant(b, m.since)
	b = binary.AppendUvarint(binary.AppendUvarint(b, m.entered), m.left)
	for _, sum := range [...]moments{m.enters, m.leaves} {
		b = binary.AppendUvarint(binary.AppendVarint(b, sum.sec), uint64(sum.nsec))
	}
	days := m.kept(today, keep)
	b = binary.AppendUvarint(b, uint64(len(days)))
	for _, d := range days {
		b = binary.AppendVarint(b, int64(d.day))
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(d.entered)), uint64(d.left))
	}
	return b
}
