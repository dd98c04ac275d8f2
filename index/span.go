package index

import (
	"cmp"
	"math"
	"time"

	"github.com/segmentrules/segment"
)

// A span is a length of time, exact where [time.Duration] would overflow.
type span struct {
	sec  int64
	nsec int32 // 0 to 999,999,999
}

// The lengths that are more, and less, than all others.
var (
	endless   = span{sec: math.MaxInt64}
	beginless = span{sec: math.MinInt64}
)

// between is the length of time from one instant to another.
func between(from, to time.Time) span {
	s := span{sec: to.Unix() - from.Unix(), nsec: int32(to.Nanosecond() - from.Nanosecond())}
	if s.nsec < 0 {
		s.sec--
		s.nsec += 1e9
	}
	return s
}

// less reports whether the length is less than the other.
func (s span) less(o span) bool {
	return s.sec < o.sec || s.sec == o.sec && s.nsec < o.nsec
}

// compare is below zero if the length is less than the other, above if it is more.
func (s span) compare(o span) int {
	return cmp.Or(cmp.Compare(s.sec, o.sec), cmp.Compare(s.nsec, o.nsec))
}

// after returns the instant that lies the span after t.
func (s span) after(t time.Time) time.Time {
	return time.Unix(t.Unix()+s.sec, int64(t.Nanosecond())+int64(s.nsec)).In(t.Location())
}

// rolling returns the length of a span of seconds to weeks; ok is false for
// months and longer, which differ in length.
func rolling(d segment.Span) (s span, ok bool) {
	unit := [...]int64{segment.Second: 1, segment.Minute: 60, segment.Hour: 3600, segment.Day: 86400, segment.Week: 7 * 86400}
	if int(d.Unit) >= len(unit) || d.N > 1<<40 || d.N < -1<<40 {
		return span{}, false
	}
	return span{sec: d.N * unit[d.Unit]}, true
}

// negated is the same length the other way.
func (s span) negated() span {
	if s.nsec == 0 {
		return span{sec: -s.sec}
	}
	return span{sec: -s.sec - 1, nsec: 1e9 - s.nsec}
}

// near reports whether a span leads from one year that can be written to another.
func near(s span) bool {
	const tenThousandYears = 10_000 * 366 * 86_400
	return s.sec < tenThousandYears && s.sec > -tenThousandYears
}
