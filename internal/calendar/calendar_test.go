package calendar_test

import (
	"testing"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Readings of a wall clock that a change of offset skips or repeats. The
// instants were worked out by hand from the published transitions.
func TestLocalReadsTheWallClock(t *testing.T) {
	for _, tc := range []struct{ zone, wall, want, why string }{
		{"Europe/London", "2026-01-15T09:00:00", "2026-01-15T09:00:00Z", "ordinary winter time"},
		{"Europe/London", "2026-07-15T09:00:00", "2026-07-15T08:00:00Z", "ordinary summer time"},
		{"Europe/London", "2026-03-29T01:30:00", "2026-03-29T01:00:00Z", "skipped: the first instant after the gap"},
		{"Europe/London", "2026-10-25T01:30:00", "2026-10-25T00:30:00Z", "twice: the earlier"},
		{"America/New_York", "2026-03-08T02:00:00", "2026-03-08T07:00:00Z", "skipped: its first reading"},
		{"America/New_York", "2026-11-01T01:59:59", "2026-11-01T05:59:59Z", "twice: the earlier"},
		{"America/Santiago", "2026-09-06T00:00:00", "2026-09-06T04:00:00Z", "a day without midnight"},
		{"Asia/Beirut", "2026-03-29T00:00:00", "2026-03-28T22:00:00Z", "a day without midnight, east of Greenwich"},
		{"Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T10:00:00Z", "a day that never was"},
		{"Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:30:00Z", "a gap of half an hour"},
		{"America/St_Johns", "2010-11-07T00:00:30", "2010-11-07T02:30:30Z", "midnight twice: the earlier"},
	} {
		wall, err := time.Parse("2006-01-02T15:04:05", tc.wall)
		if err != nil {
			t.Fatal(err)
		}
		h, m, s := wall.Clock()
		clock := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
		got := calendar.Local(calendar.DayOf(wall), clock, zone(t, tc.zone))
		if want := instant(t, tc.want); !got.Equal(want) {
			t.Errorf("%s in %s (%s) = %s, want %s", tc.wall, tc.zone, tc.why, got.UTC().Format(time.RFC3339), tc.want)
		}
	}
}

func TestSpansMoveInstants(t *testing.T) {
	for _, tc := range []struct {
		from string
		span rule.Span
		want string
	}{
		{"2026-03-31T10:00:00Z", rule.Span{N: -1, Unit: rule.UnitMonth}, "2026-02-28T10:00:00Z"},
		{"2024-03-31T10:00:00Z", rule.Span{N: -1, Unit: rule.UnitMonth}, "2024-02-29T10:00:00Z"},
		{"2026-05-31T00:00:00Z", rule.Span{N: -1, Unit: rule.UnitQuarter}, "2026-02-28T00:00:00Z"},
		{"2024-02-29T00:00:00Z", rule.Span{N: -1, Unit: rule.UnitYear}, "2023-02-28T00:00:00Z"},
		{"2024-02-29T00:00:00Z", rule.Span{N: 4, Unit: rule.UnitYear}, "2028-02-29T00:00:00Z"},
		{"2026-01-31T00:00:00Z", rule.Span{N: 13, Unit: rule.UnitMonth}, "2027-02-28T00:00:00Z"},
		{"2026-03-31T10:00:00Z", rule.Span{N: -30, Unit: rule.UnitDay}, "2026-03-01T10:00:00Z"},
		{"2026-03-31T10:00:00Z", rule.Span{N: -2, Unit: rule.UnitWeek}, "2026-03-17T10:00:00Z"},
		{"2026-03-31T10:00:00.000000001Z", rule.Span{N: -36, Unit: rule.UnitHour}, "2026-03-29T22:00:00.000000001Z"},
		{"2026-01-01T00:00:00Z", rule.Span{N: -1, Unit: rule.UnitMonth}, "2025-12-01T00:00:00Z"},
	} {
		if got, want := tc.span.After(instant(t, tc.from)), instant(t, tc.want); !got.Equal(want) {
			t.Errorf("%s moved by %v = %s, want %s", tc.from, tc.span, got, tc.want)
		}
	}
}

// A day of a rolling window is 24 hours, also where the clock changes; a month
// keeps the reading of the clock.
func TestSpansAcrossDaylightSaving(t *testing.T) {
	ny := zone(t, "America/New_York")
	noon := time.Date(2026, 3, 9, 12, 0, 0, 0, ny)
	if got, want := (rule.Span{N: 1, Unit: rule.UnitDay}).Before(noon), time.Date(2026, 3, 8, 12, 0, 0, 0, ny); !got.Equal(want) {
		t.Errorf("a day before noon = %s, want %s", got, want)
	}
	if got, want := (rule.Span{N: 2, Unit: rule.UnitDay}).Before(noon), time.Date(2026, 3, 7, 11, 0, 0, 0, ny); !got.Equal(want) {
		t.Errorf("two days before noon = %s, want %s", got, want)
	}
	if got, want := (rule.Span{N: 1, Unit: rule.UnitMonth}).Before(noon), time.Date(2026, 2, 9, 12, 0, 0, 0, ny); !got.Equal(want) {
		t.Errorf("a month before noon = %s, want %s", got, want)
	}
}

func TestCalendarUnits(t *testing.T) {
	day := func(y int, m time.Month, d int) int64 { return calendar.DayNumber(y, m, d) }
	wednesday := day(2026, 11, 25)
	for _, tc := range []struct {
		unit  rule.Unit
		n     int64
		first rule.Weekday
		want  int64
	}{
		{rule.UnitDay, -1, rule.WeekdayMonday, day(2026, 11, 24)},
		{rule.UnitWeek, 0, rule.WeekdayMonday, day(2026, 11, 23)},
		{rule.UnitWeek, 0, rule.WeekdaySunday, day(2026, 11, 22)},
		{rule.UnitWeek, 0, rule.WeekdayWednesday, day(2026, 11, 25)},
		{rule.UnitWeek, -1, rule.WeekdayThursday, day(2026, 11, 12)},
		{rule.UnitMonth, 0, rule.WeekdayMonday, day(2026, 11, 1)},
		{rule.UnitMonth, -11, rule.WeekdayMonday, day(2025, 12, 1)},
		{rule.UnitQuarter, 0, rule.WeekdayMonday, day(2026, 10, 1)},
		{rule.UnitQuarter, 1, rule.WeekdayMonday, day(2027, 1, 1)},
		{rule.UnitYear, -1, rule.WeekdayMonday, day(2025, 1, 1)},
	} {
		if got := rule.StartOfUnit(wednesday, tc.unit, tc.n, tc.first); got != tc.want {
			y, m, d := calendar.Civil(got)
			t.Errorf("unit %v %+d from %v starts on %d-%d-%d", tc.unit, tc.n, tc.first, y, m, d)
		}
	}
	if got := calendar.Anniversary(day(2024, 2, 29), 2026, false); got != day(2026, 2, 28) {
		t.Errorf("29 February in 2026 = day %d", got)
	}
	if got := calendar.Anniversary(day(2024, 2, 29), 2028, false); got != day(2028, 2, 29) {
		t.Errorf("29 February in 2028 = day %d", got)
	}
	for days, want := range map[int64]int{0: 4, -1: 3, 3: 7, 4: 1, -4: 7, wednesday: 3} {
		if got := calendar.Weekday(days); got != want {
			t.Errorf("weekday(%d) = %d, want %d", days, got, want)
		}
	}
}

// Only RFC 3339 is an instant; what the standard library reads beyond it is not.
func TestReadTimeIsStrict(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-31":                     "2026-01-31",
		"2026-01-31T10:00:00Z":           "2026-01-31T10:00:00Z",
		"2026-01-31T10:00:00.5+23:59":    "2026-01-30T10:01:00.5Z",
		"2026-01-31T10:00:00.123456789Z": "2026-01-31T10:00:00.123456789Z",
		"2026-01-31T1:00:00Z":            "NULL",
		"2026-01-31T1:00:00.5Z":          "NULL",
		"2026-01-31T10:00:00,5Z":         "NULL",
		"2026-01-31T10:00:00+24:00":      "NULL",
		"2026-01-31T10:00:00+23:60":      "NULL",
		"2026-01-31 10:00:00Z":           "NULL",
		"2026-01-31T10:00:00":            "NULL",
		"2026-02-29":                     "NULL",
	} {
		if got := rule.ReadTime(text).String(); got != want {
			t.Errorf("%q is read as %s, want %s", text, got, want)
		}
	}
}
