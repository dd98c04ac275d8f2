package eventlog

import (
	"encoding/binary"
	"time"
)

// A block keeps its instants in the narrowest of three widths that holds them
// all exactly: most data has whole seconds or milliseconds, and 8 bytes an
// event for nanoseconds that are always zero would be half of the log.
const (
	widthSeconds = 4 // seconds from 1940 to 2076
	widthMillis  = 6 // milliseconds from year -1 to 8917
	widthNanos   = 9 // 5 bytes of seconds, 4 of nanoseconds: everything
)

const (
	// baseSeconds is 1940-01-01: dates of birth aside, events lie behind it.
	baseSeconds = -946771200
	// baseYears lies a year before year 0, for the zones that are behind.
	baseYears = -62198755200
)

// A raw is an instant in a block's width: two raws of one width compare as
// their instants do. The second number is only used by widthNanos.
type raw struct {
	hi uint64
	lo uint32
}

// less compares as the instants do.
func (a raw) less(b raw) bool { return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo }

// widthOf returns the narrowest width that holds the instant.
func widthOf(t time.Time) int {
	s, ns := t.Unix(), t.Nanosecond()
	// below the base wraps around to a large number, and so fails too
	if ns == 0 && uint64(s-baseSeconds) < 1<<32 {
		return widthSeconds
	}
	if ns%1e6 == 0 && uint64(s-baseYears) < 1<<48/1000 {
		return widthMillis
	}
	return widthNanos
}

// rawOf returns the latest raw of the width that is not after the instant:
// the very instant if the width holds it. For an instant before all of the
// width ok is false.
func rawOf(t time.Time, width int) (r raw, ok bool) {
	s, ns := t.Unix(), t.Nanosecond()
	switch width {
	case widthSeconds:
		return raw{hi: min(uint64(s-baseSeconds), 1<<32-1)}, s >= baseSeconds
	case widthMillis:
		return raw{hi: min(uint64(s-baseYears)*1000+uint64(ns)/1e6, 1<<48-1)}, s >= baseYears
	default:
		return raw{hi: uint64(s - baseYears), lo: uint32(ns)}, s >= baseYears
	}
}

// time returns the instant in UTC.
func (a raw) time(width int) time.Time {
	switch width {
	case widthSeconds:
		return time.Unix(int64(a.hi)+baseSeconds, 0).UTC()
	case widthMillis:
		return time.Unix(int64(a.hi/1000)+baseYears, int64(a.hi%1000)*1e6).UTC()
	default:
		return time.Unix(int64(a.hi)+baseYears, int64(a.lo)).UTC()
	}
}

// loadRaw reads the i-th raw of a column.
func loadRaw(column []byte, width int, i uint32) raw {
	p := column[int(i)*width:]
	switch width {
	case widthSeconds:
		return raw{hi: uint64(binary.LittleEndian.Uint32(p))}
	case widthMillis:
		return raw{hi: uint64(binary.LittleEndian.Uint32(p)) | uint64(binary.LittleEndian.Uint16(p[4:]))<<32}
	default:
		return raw{
			hi: uint64(binary.LittleEndian.Uint32(p)) | uint64(p[4])<<32,
			lo: binary.LittleEndian.Uint32(p[5:]),
		}
	}
}

// storeRaw writes the i-th raw of a column.
func storeRaw(column []byte, width int, i uint32, a raw) {
	p := column[int(i)*width:]
	binary.LittleEndian.PutUint32(p, uint32(a.hi))
	switch width {
	case widthMillis:
		binary.LittleEndian.PutUint16(p[4:], uint16(a.hi>>32))
	case widthNanos:
		p[4] = byte(a.hi >> 32)
		binary.LittleEndian.PutUint32(p[5:], a.lo)
	}
}

// widened returns the column with every raw in another, wider width.
func widened(column []byte, from, to int) []byte {
	n := len(column) / from
	wide := make([]byte, n*to)
	for i := range uint32(n) {
		// Slots that hold no event hold bytes of any meaning, and need none.
		r, _ := rawOf(loadRaw(column, from, i).time(from), to)
		storeRaw(wide, to, i, r)
	}
	return wide
}
