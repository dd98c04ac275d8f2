package calendar

import (
	"math"
	"math/big"
	"time"
	_ "time/tzdata"
)

// The calendar: days, months and windows in a zone. Everything here is a pure
// function of its arguments; the zone is that of the instant it is given.

// SecondsPerDay is the length of a day on which the clock is not put forward or back.
const SecondsPerDay = 86400

// A Length is a length of time wider than time.Duration, whose 292 years are
// less than the age of some dates. It is Sec seconds and Nsec nanoseconds, with
// 0 <= Nsec < 1e9, so that a negative length has its nanoseconds counted upward.
type Length struct{ Sec, Nsec int64 }

// Normal returns the same length with its nanoseconds from 0 to 999,999,999.
func (s Length) Normal() Length {
	s.Sec += s.Nsec / 1e9
	s.Nsec %= 1e9
	if s.Nsec < 0 {
		s.Sec--
		s.Nsec += 1e9
	}
	return s
}

// Add returns the sum of two lengths.
func (s Length) Add(o Length) Length { return Length{s.Sec + o.Sec, s.Nsec + o.Nsec}.Normal() }

// Sub returns the difference of two lengths.
func (s Length) Sub(o Length) Length { return Length{s.Sec - o.Sec, s.Nsec - o.Nsec}.Normal() }

// Compare returns -1, 0 or 1 as the length is shorter than the other, the same, or
// longer.
func (s Length) Compare(o Length) int {
	switch d := s.Sub(o); {
	case d.Sec < 0:
		return -1
	case d.Sec > 0 || d.Nsec > 0:
		return 1
	}
	return 0
}

// Duration returns the length as a [time.Duration], of whose range the nearest end
// stands for what is beyond it.
func (s Length) Duration() time.Duration {
	if s.Sec > math.MaxInt64/int64(time.Second)-1 {
		return math.MaxInt64
	}
	if s.Sec < math.MinInt64/int64(time.Second)+1 {
		return math.MinInt64
	}
	return time.Duration(s.Sec)*time.Second + time.Duration(s.Nsec)
}

// Rat returns the length in seconds, exactly.
func (s Length) Rat() *big.Rat {
	r := new(big.Rat).SetFrac64(s.Nsec, 1e9)
	return r.Add(r, new(big.Rat).SetInt64(s.Sec))
}

// MaxSeconds bounds a computed instant or duration: 20,000 years, past every
// date that RFC 3339 can write, and far from any overflow.
const MaxSeconds = 20_000 * 366 * SecondsPerDay

// Between returns the length from a to b, negative if b is earlier.
func Between(a, b time.Time) Length {
	return Length{b.Unix() - a.Unix(), int64(b.Nanosecond() - a.Nanosecond())}.Normal()
}

// Sooner is the earlier of two instants, of which a zero one is never.
func Sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Shift returns t moved by s, in t's zone.
func Shift(t time.Time, s Length) time.Time {
	return time.Unix(t.Unix()+s.Sec, int64(t.Nanosecond())+s.Nsec).In(t.Location())
}

// Negative returns the length the other way round in time.
func (s Length) Negative() Length { return Length{}.Sub(s) }

// DayNumber counts days from 1970-01-01, which is day 0. A day or month out of its
// range runs on into the next, as in [time.Date].
func DayNumber(year int, month time.Month, day int) int64 {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return FloorDiv(t.Unix(), SecondsPerDay)
}

// Civil is the inverse of [DayNumber]: the year, month and day of a day's number.
func Civil(days int64) (year int, month time.Month, day int) {
	return time.Unix(days*SecondsPerDay, 0).UTC().Date()
}

// FloorDiv divides and rounds down: -1 by 7 is -1. b must be above zero.
func FloorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// DayOf is the calendar day of an instant, in its zone.
func DayOf(t time.Time) int64 { return DayNumber(t.Date()) }

// Local returns the instant of a wall clock reading: the earlier of two, and
// where a change of offset skips it the first instant after the gap.
//
// time.Date gives one of the two offsets around a transition and does not say
// which, so both are tried: an offset is right if it is the one in force at
// the instant it yields.
func Local(days int64, clock time.Duration, loc *time.Location) time.Time {
	wall := days*SecondsPerDay + int64(clock/time.Second)
	nsec := int64(clock % time.Second)
	if loc == time.UTC { // the short way, for most calendars are in UTC
		return time.Unix(wall, nsec).UTC()
	}
	guess := time.Unix(wall, 0).In(loc)
	before, after := Offset(guess.Add(-26*time.Hour)), Offset(guess.Add(26*time.Hour))
	early, late := max(before, after, Offset(guess)), min(before, after, Offset(guess))
	for _, o := range [3]int64{early, Offset(guess), late} {
		if t := time.Unix(wall-o, nsec).In(loc); Offset(t) == o {
			return t
		}
	}
	return firstAfterGap(time.Unix(wall-early, 0).In(loc), time.Unix(wall-late, 0).In(loc))
}

// Offset returns by how many seconds the zone of an instant is ahead of UTC then.
func Offset(t time.Time) int64 {
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

// StartOfDay is the first instant of a calendar day.
func StartOfDay(days int64, loc *time.Location) time.Time { return Local(days, 0, loc) }

// AddMonths moves a date by calendar months, clamping to the month's end.
func AddMonths(days, months int64) int64 {
	y, m, d := Civil(days)
	index := int64(y)*12 + int64(m) - 1 + months
	year, month := int(FloorDiv(index, 12)), time.Month(index-FloorDiv(index, 12)*12)+1
	return DayNumber(year, month, min(d, DaysIn(year, month)))
}

// DaysIn returns how many days a month has.
func DaysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Weekday is the day of the week from Monday, 1, to Sunday, 7.
func Weekday(days int64) int {
	return int((days+3)%7+7)%7 + 1
}

// Anniversary is the day in a year with the month and day of a date. In common years 29
// February falls on 28 February, or if forward is set on 1 March.
func Anniversary(days int64, year int, forward bool) int64 {
	_, m, d := Civil(days)
	if forward {
		return DayNumber(year, m, d)
	}
	return DayNumber(year, m, min(d, DaysIn(year, m)))
}

// IsRFC3339 reports whether a text that [time.Parse] has read with
// [time.RFC3339Nano] is one by RFC 3339 too. It refuses what that reads beyond it: an
// hour of one digit, a comma before the fraction, an offset of 24 hours or 60 minutes.
func IsRFC3339(s string) bool {
	if len(s) < len("2006-01-02T15:04:05Z") || s[10] != 'T' || s[13] != ':' || s[19] == ',' {
		return false
	}
	offset := s[len(s)-len("07:00"):]
	return s[len(s)-1] == 'Z' || offset[:2] <= "23" && offset[3:] <= "59"
}

// Zone returns the zone with this name; ok is false if there is none. It
// refuses "Local", whose meaning hangs on the machine.
func Zone(name string) (loc *time.Location, ok bool) {
	if name == "" || name == "Local" {
		return nil, false
	}
	loc, err := time.LoadLocation(name)
	return loc, err == nil
}
