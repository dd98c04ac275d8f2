package size

import (
	"cmp"
	"math"
	"time"

	"github.com/segmentrules/segment/rule"
)

// A Length is a length of time, exact where [time.Duration] would overflow.
type Length struct {
	Sec  int64
	Nsec int32 // 0 to 999,999,999
}

// The lengths that are more, and less, than all others.
var (
	Endless   = Length{Sec: math.MaxInt64}
	Beginless = Length{Sec: math.MinInt64}
)

// Between is the length of time from one instant to another.
func Between(from, to time.Time) Length {
	s := Length{Sec: to.Unix() - from.Unix(), Nsec: int32(to.Nanosecond() - from.Nanosecond())}
	// nanoseconds are never negative: one second less, and the rest of it
	if s.Nsec < 0 {
		s.Sec--
		s.Nsec += 1e9
	}
	return s
}

// Less reports whether the length is less than the other.
func (s Length) Less(o Length) bool {
	return s.Sec < o.Sec || s.Sec == o.Sec && s.Nsec < o.Nsec
}

// Compare is below zero if the length is less than the other, above if it is more.
func (s Length) Compare(o Length) int {
	return cmp.Or(cmp.Compare(s.Sec, o.Sec), cmp.Compare(s.Nsec, o.Nsec))
}

// After returns the instant that lies the span after t.
func (s Length) After(t time.Time) time.Time {
	return time.Unix(t.Unix()+s.Sec, int64(t.Nanosecond())+int64(s.Nsec)).In(t.Location())
}

// Fixed returns the length of a span of seconds to weeks; ok is false for
// months and longer, which differ in length.
func Fixed(d rule.Span) (s Length, ok bool) {
	unit := [...]int64{rule.UnitSecond: 1, rule.UnitMinute: 60, rule.UnitHour: 3600, rule.UnitDay: 86400, rule.UnitWeek: 7 * 86400}
	// a number of units that large is beyond any instant
	if int(d.Unit) >= len(unit) || d.N > 1<<40 || d.N < -1<<40 {
		return Length{}, false
	}
	return Length{Sec: d.N * unit[d.Unit]}, true
}

// Negated is the same length the other way.
func (s Length) Negated() Length {
	if s.Nsec == 0 {
		return Length{Sec: -s.Sec}
	}
	// the same rule: -1.3 seconds are -2 and 0.7
	return Length{Sec: -s.Sec - 1, Nsec: 1e9 - s.Nsec}
}

// Writable reports whether a span leads from one year that can be written to another.
func Writable(s Length) bool {
	const tenThousandYears = 10_000 * 366 * 86_400
	return s.Sec < tenThousandYears && s.Sec > -tenThousandYears
}
