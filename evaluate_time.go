package segment

import (
	"math"
	"math/big"
	"time"
	_ "time/tzdata" // so that a zone is known on machines without the files too
)

// The calendar: days, months and windows in a zone. Everything here is a pure
// function of its arguments; the zone is that of the instant it is given.

const secondsPerDay = 86400

// A span is a length of time wider than time.Duration, whose 292 years are
// less than the age of some dates. 0 <= nsec < 1e9.
type span struct{ sec, nsec int64 }

func (s span) normal() span {
	s.sec += s.nsec / 1e9
	s.nsec %= 1e9
	if s.nsec < 0 {
		s.sec--
		s.nsec += 1e9
	}
	return s
}

func (s span) add(o span) span { return span{s.sec + o.sec, s.nsec + o.nsec}.normal() }
func (s span) sub(o span) span { return span{s.sec - o.sec, s.nsec - o.nsec}.normal() }

func (s span) compare(o span) int {
	switch d := s.sub(o); {
	case d.sec < 0:
		return -1
	case d.sec > 0 || d.nsec > 0:
		return 1
	}
	return 0
}

// duration returns the span, saturating.
func (s span) duration() time.Duration {
	if s.sec > math.MaxInt64/int64(time.Second)-1 {
		return math.MaxInt64
	}
	if s.sec < math.MinInt64/int64(time.Second)+1 {
		return math.MinInt64
	}
	return time.Duration(s.sec)*time.Second + time.Duration(s.nsec)
}

// rat returns the span in seconds.
func (s span) rat() *big.Rat {
	r := new(big.Rat).SetFrac64(s.nsec, 1e9)
	return r.Add(r, new(big.Rat).SetInt64(s.sec))
}

func durationValue(s span) Value {
	s = s.normal()
	return Value{kind: KindDuration, n: uint64(s.sec), nsec: uint32(s.nsec)}
}

func (v Value) span() span { return span{int64(v.n), int64(v.nsec)} }

// maxSeconds bounds a computed instant or duration: 20,000 years, past every
// date that RFC 3339 can write, and far from any overflow.
const maxSeconds = 20_000 * 366 * secondsPerDay

// between returns the span from a to b.
func between(a, b time.Time) span {
	return span{b.Unix() - a.Unix(), int64(b.Nanosecond() - a.Nanosecond())}.normal()
}

// shift returns t moved by s, in t's zone.
func shift(t time.Time, s span) time.Time {
	return time.Unix(t.Unix()+s.sec, int64(t.Nanosecond())+s.nsec).In(t.Location())
}

func (s span) negative() span { return span{}.sub(s) }

// dayNumber counts days from 1970-01-01.
func dayNumber(year int, month time.Month, day int) int64 {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return floorDiv(t.Unix(), secondsPerDay)
}

// civil is the inverse of dayNumber.
func civil(days int64) (year int, month time.Month, day int) {
	return time.Unix(days*secondsPerDay, 0).UTC().Date()
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// dayOf is the calendar day of an instant, in its zone.
func dayOf(t time.Time) int64 { return dayNumber(t.Date()) }

// local returns the instant of a wall clock reading: the earlier of two, and
// where a change of offset skips it the first instant after the gap.
//
// time.Date gives one of the two offsets around a transition and does not say
// which, so both are tried: an offset is right if it is the one in force at
// the instant it yields.
func local(days int64, clock time.Duration, loc *time.Location) time.Time {
	wall := days*secondsPerDay + int64(clock/time.Second)
	nsec := int64(clock % time.Second)
	if loc == time.UTC { // the short way, for most calendars are in UTC
		return time.Unix(wall, nsec).UTC()
	}
	guess := time.Unix(wall, 0).In(loc)
	before, after := offset(guess.Add(-26*time.Hour)), offset(guess.Add(26*time.Hour))
	early, late := max(before, after, offset(guess)), min(before, after, offset(guess))
	for _, o := range [3]int64{early, offset(guess), late} {
		if t := time.Unix(wall-o, nsec).In(loc); offset(t) == o {
			return t
		}
	}
	return firstAfterGap(time.Unix(wall-early, 0).In(loc), time.Unix(wall-late, 0).In(loc))
}

func offset(t time.Time) int64 {
	_, o := t.Zone()
	return int64(o)
}

// firstAfterGap returns the transition between a and b, at which a gap ends.
func firstAfterGap(a, b time.Time) time.Time {
	if _, end := a.ZoneBounds(); !end.IsZero() && !end.After(b) {
		return end.In(a.Location())
	}
	return b
}

// startOfDay is the first instant of a calendar day.
func startOfDay(days int64, loc *time.Location) time.Time { return local(days, 0, loc) }

// addMonths moves a date by calendar months, clamping to the month's end.
func addMonths(days, months int64) int64 {
	y, m, d := civil(days)
	index := int64(y)*12 + int64(m) - 1 + months
	year, month := int(floorDiv(index, 12)), time.Month(index-floorDiv(index, 12)*12)+1
	return dayNumber(year, month, min(d, daysIn(year, month)))
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// months is the span in calendar months; ok is false for units of fixed length.
func (s Span) months() (n int64, ok bool) {
	switch s.Unit {
	case Month:
		return s.N, true
	case Quarter:
		return 3 * s.N, true
	case Year:
		return 12 * s.N, true
	}
	return 0, false
}

// seconds is the length of a span of fixed length; 0 for calendar units.
func (s Span) seconds() int64 {
	switch s.Unit {
	case Second:
		return s.N
	case Minute:
		return 60 * s.N
	case Hour:
		return 3600 * s.N
	case Day:
		return secondsPerDay * s.N
	case Week:
		return 7 * secondsPerDay * s.N
	}
	return 0
}

// valid reports whether the span has a unit and is within ±10,000 years.
func (s Span) valid() bool {
	limits := [...]int64{Second: 315_576_000_000, Minute: 5_259_600_000, Hour: 87_660_000,
		Day: 3_652_500, Week: 521_786, Month: 120_000, Quarter: 40_000, Year: 10_000}
	return s.Unit >= Second && s.Unit <= Year && s.N <= limits[s.Unit] && s.N >= -limits[s.Unit]
}

func (s Span) negative() Span { return Span{-s.N, s.Unit} }

// after returns the instant s after t. Calendar units keep the time of day and
// clamp to the end of the month. An invalid span is no span.
func (s Span) after(t time.Time) time.Time {
	if s.N == 0 || !s.valid() {
		return t
	}
	n, ok := s.months()
	if !ok {
		return shift(t, span{sec: s.seconds()})
	}
	hour, minute, second := t.Clock()
	clock := time.Duration(hour*3600+minute*60+second)*time.Second + time.Duration(t.Nanosecond())
	return local(addMonths(dayOf(t), n), clock, t.Location())
}

// before returns the instant s before t.
func (s Span) before(t time.Time) time.Time { return s.negative().after(t) }

// ofDate returns the date s after a date; ok is false for units below a day.
func (s Span) ofDate(days int64) (later int64, ok bool) {
	if !s.valid() {
		return 0, false
	}
	if n, ok := s.months(); ok {
		return addMonths(days, n), true
	}
	switch s.Unit {
	case Day:
		return days + s.N, true
	case Week:
		return days + 7*s.N, true
	}
	return 0, false
}

// startOfUnit is the first day of the calendar unit that holds a day, moved by
// n units. Weeks start on first.
func startOfUnit(days int64, u Unit, n int64, first Weekday) int64 {
	y, m, _ := civil(days)
	switch u {
	case Day:
		return days + n
	case Week:
		since := (int64(weekday(days)) - int64(max(first, Monday)%8) + 7) % 7
		return days - since + 7*n
	case Month:
		return addMonths(dayNumber(y, m, 1), n)
	case Quarter:
		return addMonths(dayNumber(y, (m-1)/3*3+1, 1), 3*n)
	}
	return addMonths(dayNumber(y, 1, 1), 12*n)
}

// weekday is the day of the week from Monday, 1, to Sunday, 7.
func weekday(days int64) int {
	return int((days+3)%7+7)%7 + 1
}

// anniversary is the day in a year with the month and day of a date; 29
// February falls on 28 February in common years.
func anniversary(days int64, year int) int64 {
	_, m, d := civil(days)
	return dayNumber(year, m, min(d, daysIn(year, m)))
}

// readTime reads a text used where an instant or date is needed: RFC 3339, or
// YYYY-MM-DD, which is a date. Other text is missing.
func readTime(s string) Value {
	if len(s) == len("2006-01-02") {
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			return Date(t.Date())
		}
		return Value{}
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil && strictTime(s) {
		return Time(t)
	}
	return Value{}
}

// strictTime refuses what [time.Parse] reads beyond RFC 3339: an hour of one
// digit, a comma before the fraction, an offset of 24 hours or 60 minutes.
func strictTime(s string) bool {
	if len(s) < len("2006-01-02T15:04:05Z") || s[10] != 'T' || s[13] != ':' || s[19] == ',' {
		return false
	}
	offset := s[len(s)-len("07:00"):]
	return s[len(s)-1] == 'Z' || offset[:2] <= "23" && offset[3:] <= "59"
}

// loadZone returns the zone with this name; ok is false if there is none. It
// refuses "Local", whose meaning hangs on the machine.
func loadZone(name string) (loc *time.Location, ok bool) {
	if name == "" || name == "Local" {
		return nil, false
	}
	loc, err := time.LoadLocation(name)
	return loc, err == nil
}
