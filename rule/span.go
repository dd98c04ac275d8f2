package rule

import (
	"math/big"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
)

// SecondsValue returns a number of seconds as a duration, or as the instant so many
// after 1970, as kind says ([KindDuration] or [KindTime]). It is rounded down to the
// nanosecond, and missing past 20,000 years.
func SecondsValue(seconds *big.Rat, kind Kind) Value {
	r := new(big.Rat).Mul(seconds, big.NewRat(1e9, 1))
	nsec, rest := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	sec, nsec := rest.DivMod(nsec, big.NewInt(1e9), new(big.Int))
	if !sec.IsInt64() {
		return Value{}
	}
	return LengthValue(calendar.Length{Sec: sec.Int64(), Nsec: nsec.Int64()}, kind)
}

// Fixed is the span in seconds; ok is false for a calendar unit.
func (s Span) Fixed() (sec int64, ok bool) {
	if !s.Valid() {
		return 0, true // no span, as in After
	}
	_, calendar := s.Months()
	return s.Seconds(), !calendar
}

// Months is the span in calendar months; ok is false for units of fixed length.
func (s Span) Months() (n int64, ok bool) {
	switch s.Unit {
	case UnitMonth:
		return s.N, true
	case UnitQuarter:
		return 3 * s.N, true
	case UnitYear:
		return 12 * s.N, true
	}
	return 0, false
}

// Seconds is the length of a span of fixed length; 0 for calendar units.
func (s Span) Seconds() int64 {
	switch s.Unit {
	case UnitSecond:
		return s.N
	case UnitMinute:
		return 60 * s.N
	case UnitHour:
		return 3600 * s.N
	case UnitDay:
		return calendar.SecondsPerDay * s.N
	case UnitWeek:
		return 7 * calendar.SecondsPerDay * s.N
	}
	return 0
}

// Valid reports whether the span has a unit and is within ±10,000 years.
func (s Span) Valid() bool {
	limits := [...]int64{UnitSecond: 315_576_000_000, UnitMinute: 5_259_600_000, UnitHour: 87_660_000,
		UnitDay: 3_652_500, UnitWeek: 521_786, UnitMonth: 120_000, UnitQuarter: 40_000, UnitYear: 10_000}
	return s.Unit >= UnitSecond && s.Unit <= UnitYear && s.N <= limits[s.Unit] && s.N >= -limits[s.Unit]
}

// Negative returns the span the other way round in time.
func (s Span) Negative() Span { return Span{-s.N, s.Unit} }

// After returns the instant s after t. Calendar units keep the time of day and
// clamp to the end of the month. An invalid span is no span.
func (s Span) After(t time.Time) time.Time {
	if s.N == 0 || !s.Valid() {
		return t
	}
	n, ok := s.Months()
	if !ok {
		return calendar.Shift(t, calendar.Length{Sec: s.Seconds()})
	}
	hour, minute, second := t.Clock()
	clock := time.Duration(hour*3600+minute*60+second)*time.Second + time.Duration(t.Nanosecond())
	return calendar.Local(calendar.AddMonths(calendar.DayOf(t), n), clock, t.Location())
}

// Before returns the instant s before t.
func (s Span) Before(t time.Time) time.Time { return s.Negative().After(t) }

// OfDate returns the date s after a date; ok is false for units below a day.
func (s Span) OfDate(days int64) (later int64, ok bool) {
	if !s.Valid() {
		return 0, false
	}
	if n, ok := s.Months(); ok {
		return calendar.AddMonths(days, n), true
	}
	switch s.Unit {
	case UnitDay:
		return days + s.N, true
	case UnitWeek:
		return days + 7*s.N, true
	}
	return 0, false
}

// StartOfUnit is the first day of the calendar unit that holds a day, moved by
// n units. Weeks start on first.
func StartOfUnit(days int64, u Unit, n int64, first Weekday) int64 {
	y, m, _ := calendar.Civil(days)
	switch u {
	case UnitDay:
		return days + n
	case UnitWeek:
		since := (int64(calendar.Weekday(days)) - int64(max(first, WeekdayMonday)%8) + 7) % 7
		return days - since + 7*n
	case UnitMonth:
		return calendar.AddMonths(calendar.DayNumber(y, m, 1), n)
	case UnitQuarter:
		return calendar.AddMonths(calendar.DayNumber(y, (m-1)/3*3+1, 1), 3*n)
	}
	return calendar.AddMonths(calendar.DayNumber(y, 1, 1), 12*n)
}

// EndAfter returns the end of a window that lies s after t and moves with t. It is that
// of [Span.After], but for calendar units, where it never moves back: where the day is
// missing in the month, it is the last instant of that month, and not the same clock
// time on its last day. An invalid span is no span. The zone of t is the calendar.
func (s Span) EndAfter(t time.Time) time.Time {
	if n, ok := s.Months(); ok && s.Valid() {
		return calendar.MovingEnd(t, n)
	}
	return s.After(t)
}

// EndBefore returns the end of a window that lies s before t and moves with t, as
// [Span.EndAfter] does.
func (s Span) EndBefore(t time.Time) time.Time { return s.Negative().EndAfter(t) }

// Reaches returns the first instant at which the [Span.EndAfter] is at or after at; it
// always is from then on. The end before an instant reaches at when that of s.Negative()
// does. The zone of at is the calendar.
func (s Span) Reaches(at time.Time) time.Time {
	if n, ok := s.Months(); ok && s.Valid() {
		return calendar.MovingEndReaches(at, n)
	}
	return s.Before(at)
}
