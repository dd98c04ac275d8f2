package zone

import (
	"encoding/binary"
	"slices"
	"time"
)

// A Zone is a name and the offsets from UTC. It is found by asking a [time.Location]
// where its offset changes, and can be made one again on a machine where the name means
// something else, or nothing.

// A Zone is what a [time.Location] says of every instant, but for abbreviations.
type Zone struct {
	Name    string
	First   int // seconds ahead of UTC before the first change
	Changes []Change
}

// A Change is an instant from which on the offset is another.
type Change struct {
	At     int64 // seconds since 1970
	Offset int   // seconds ahead of UTC
}

const (
	lastYear = 2600 // up to which changes are looked up; those of the database follow a rule long before the last 400 of these
	endYear  = 10000
	period   = 400 // years after which the calendar is the same, weekdays too
	day      = 24 * 60 * 60
	cycle    = 146_097 * day // seconds in so many years
)

// second is the beginning of a year in UTC.
func second(year int) int64 { return time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC).Unix() }

// Of describes a location. Its cost grows with the changes: most zones have two a
// year, which takes half a millisecond.
func Of(loc *time.Location) Zone {
	at := time.Unix(second(1), 0).In(loc)
	_, offset := at.Zone()
	z := Zone{Name: loc.String(), First: offset}
	for end := second(lastYear); ; {
		_, next := at.ZoneBounds()
		if next.IsZero() {
			return z
		}
		// For the last day of some leap years Go says that the stretch is over already:
		// nothing changes on that day.
		if !next.After(at) {
			next = at.Add(day * time.Second)
		}
		if next.Unix() >= end {
			return z
		}
		at = next.In(loc)
		// a change of the abbreviation alone is none
		if _, o := at.Zone(); o != offset {
			z.Changes = append(z.Changes, Change{at.Unix(), o})
			offset = o
		}
	}
}

// Fixed reports whether the offset never changes.
func (z Zone) Fixed() bool { return len(z.Changes) == 0 }

// Differs returns the first instant at which two zones have different offsets; ok is
// false if there is none.
func (z Zone) Differs(o Zone) (at time.Time, ok bool) {
	if z.First != o.First {
		return time.Unix(second(1), 0).UTC(), true
	}
	for i := range max(len(z.Changes), len(o.Changes)) {
		var a, b Change
		switch {
		case i >= len(z.Changes):
			a = o.Changes[i]
		case i >= len(o.Changes):
			a = z.Changes[i]
		default:
			a, b = z.Changes[i], o.Changes[i]
			if a == b {
				continue
			}
			a.At = min(a.At, b.At)
		}
		return time.Unix(a.At, 0).UTC(), true
	}
	return time.Time{}, false
}

// Location returns a location of the zone: that of its name, if it is known here and
// has the same offsets, and else one that is made of them.
func (z Zone) Location() *time.Location {
	switch {
	case z.Fixed() && z.First == 0 && z.Name == time.UTC.String():
		return time.UTC
	case z.Fixed():
		return time.FixedZone(z.Name, z.First)
	}
	if z.Name != "" && z.Name != "Local" {
		if loc, err := time.LoadLocation(z.Name); err == nil {
			if _, differs := z.Differs(Of(loc)); !differs {
				return loc
			}
		}
	}
	loc, err := time.LoadLocationFromTZData(z.Name, z.data())
	if err != nil { // only if data is wrong, which a test looks at
		return time.FixedZone(z.Name, z.First)
	}
	return loc
}

// all returns the changes up to the year 9999: those of the last 400 years that are
// known come again.
func (z Zone) all() []Change {
	all := slices.Clone(z.Changes)
	from := slices.IndexFunc(all, func(c Change) bool { return c.At >= second(lastYear-period) })
	if from < 0 {
		return all
	}
	last := all[from:]
	for again := int64(1); ; again++ {
		for _, c := range last {
			if c.At += again * cycle; c.At >= second(endYear) {
				return all
			}
			all = append(all, c)
		}
	}
}

// data is the zone as a file of the zone database, of version 2: RFC 9636. It has a
// first part of 32 bits that says nothing, and no rule for what comes after the last
// change.
func (z Zone) data() []byte {
	changes := z.all()
	// The first type is that of all before the first change, and no change is to it.
	offsets := []int{z.First}
	types := make([]byte, len(changes))
	for i, c := range changes {
		n := slices.Index(offsets[1:], c.Offset) + 1
		if n == 0 {
			n, offsets = len(offsets), append(offsets, c.Offset)
		}
		types[i] = byte(n)
	}
	header := func(b []byte, changes, types, letters int) []byte {
		b = append(b, "TZif2"...)
		b = append(b, make([]byte, 15)...)
		for _, n := range [...]int{0, 0, 0, changes, types, letters} {
			b = binary.BigEndian.AppendUint32(b, uint32(n))
		}
		return b
	}
	kind := func(b []byte, offset int) []byte { // not summer time, abbreviated by the first letters
		return append(binary.BigEndian.AppendUint32(b, uint32(int32(offset))), 0, 0)
	}
	b := append(kind(header(nil, 0, 1, 1), 0), 0)
	b = header(b, len(changes), len(offsets), 1)
	for _, c := range changes {
		b = binary.BigEndian.AppendUint64(b, uint64(c.At))
	}
	b = append(b, types...)
	for _, o := range offsets {
		b = kind(b, o)
	}
	return append(b, 0, '\n', '\n')
}
