package tests

import (
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// What lies in calendar windows, of one period and of several, worked out by hand: the first
// instant of the window and the first behind it. Evaluate and a program decide it to the
// nanosecond, and Next tells when an instant comes into the window and when it leaves.
func TestPeriods(t *testing.T) {
	t.Parallel()
	april := &segment.Schema{FiscalYearStarts: time.April}
	october := &segment.Schema{FiscalYearStarts: time.October}
	sunday := &segment.Schema{WeekStartsOn: 7}
	for _, c := range []struct {
		window, now, zone, from, to string
		schema                      *segment.Schema
	}{
		{window: "TODAY", now: "2024-02-29 12:00", from: "2024-02-29 00:00", to: "2024-03-01 00:00"},
		{window: "TOMORROW", now: "2024-02-28 23:59", from: "2024-02-29 00:00", to: "2024-03-01 00:00"},
		{window: "TOMORROW", now: "2026-02-28 00:00", from: "2026-03-01 00:00", to: "2026-03-02 00:00"},
		{window: "PREVIOUS 7 DAYS", now: "2024-03-03 08:00", from: "2024-02-25 00:00", to: "2024-03-03 00:00"},
		{window: "NEXT 3 DAYS", now: "2026-12-30 08:00", from: "2026-12-31 00:00", to: "2027-01-03 00:00"},

		// Weeks: 2026-03-11 is a Wednesday.
		{window: "NEXT WEEK", now: "2026-03-11 12:00", from: "2026-03-16 00:00", to: "2026-03-23 00:00"},
		{window: "NEXT WEEK STARTING SUNDAY", now: "2026-03-11 12:00", from: "2026-03-15 00:00", to: "2026-03-22 00:00"},
		{window: "NEXT WEEK", schema: sunday, now: "2026-03-14 23:00", from: "2026-03-15 00:00", to: "2026-03-22 00:00"},
		{window: "PREVIOUS 2 WEEKS", schema: sunday, now: "2026-03-15 00:00", from: "2026-03-01 00:00", to: "2026-03-15 00:00"},
		{window: "PREVIOUS 2 WEEKS", now: "2026-03-15 00:00", from: "2026-02-23 00:00", to: "2026-03-09 00:00"},
		{window: "NEXT 2 WEEKS STARTING SATURDAY", now: "2026-03-11 12:00", from: "2026-03-14 00:00", to: "2026-03-28 00:00"},

		// Months, over the end of a year and of a February.
		{window: "NEXT MONTH", now: "2026-01-31 12:00", from: "2026-02-01 00:00", to: "2026-03-01 00:00"},
		{window: "NEXT MONTH", now: "2028-01-31 12:00", from: "2028-02-01 00:00", to: "2028-03-01 00:00"},
		{window: "NEXT 2 MONTHS", now: "2026-05-15 12:00", from: "2026-06-01 00:00", to: "2026-08-01 00:00"},
		{window: "PREVIOUS 3 MONTHS", now: "2026-05-31 23:59", from: "2026-02-01 00:00", to: "2026-05-01 00:00"},
		{window: "PREVIOUS 3 MONTHS", now: "2026-01-01 00:00", from: "2025-10-01 00:00", to: "2026-01-01 00:00"},
		{window: "PREVIOUS 1 MONTH", now: "2026-03-31 12:00", from: "2026-02-01 00:00", to: "2026-03-01 00:00"},
		{window: "PREVIOUS 14 MONTHS", now: "2026-03-31 12:00", from: "2025-01-01 00:00", to: "2026-03-01 00:00"},

		// Quarters and years.
		{window: "NEXT QUARTER", now: "2026-12-31 23:59", from: "2027-01-01 00:00", to: "2027-04-01 00:00"},
		{window: "PREVIOUS 2 QUARTERS", now: "2026-04-01 00:00", from: "2025-10-01 00:00", to: "2026-04-01 00:00"},
		{window: "PREVIOUS 2 QUARTERS", now: "2026-03-31 23:59", from: "2025-07-01 00:00", to: "2026-01-01 00:00"},
		{window: "NEXT YEAR", now: "2026-06-30 12:00", from: "2027-01-01 00:00", to: "2028-01-01 00:00"},
		{window: "PREVIOUS 3 YEARS", now: "2026-06-30 12:00", from: "2023-01-01 00:00", to: "2026-01-01 00:00"},

		// Fiscal years: January where nothing is said.
		{window: "THIS FISCAL YEAR", now: "2026-03-31 12:00", from: "2026-01-01 00:00", to: "2027-01-01 00:00"},
		{window: "THIS FISCAL QUARTER", now: "2026-05-31 12:00", from: "2026-04-01 00:00", to: "2026-07-01 00:00"},
		{window: "THIS FISCAL YEAR", schema: april, now: "2026-03-31 23:59", from: "2025-04-01 00:00", to: "2026-04-01 00:00"},
		{window: "THIS FISCAL YEAR", schema: april, now: "2026-04-01 00:00", from: "2026-04-01 00:00", to: "2027-04-01 00:00"},
		{window: "PREVIOUS FISCAL YEAR", schema: april, now: "2026-03-31 23:59", from: "2024-04-01 00:00", to: "2025-04-01 00:00"},
		{window: "NEXT 2 FISCAL YEARS", schema: april, now: "2026-04-01 00:00", from: "2027-04-01 00:00", to: "2029-04-01 00:00"},
		{window: "THIS FISCAL QUARTER", schema: april, now: "2026-02-10 12:00", from: "2026-01-01 00:00", to: "2026-04-01 00:00"},
		{window: "THIS FISCAL YEAR", schema: october, now: "2026-09-30 23:59", from: "2025-10-01 00:00", to: "2026-10-01 00:00"},
		{window: "PREVIOUS 2 FISCAL YEARS", schema: october, now: "2026-10-01 00:00", from: "2024-10-01 00:00", to: "2026-10-01 00:00"},
		{window: "NEXT FISCAL QUARTER", schema: october, now: "2026-11-11 11:11", from: "2027-01-01 00:00", to: "2027-04-01 00:00"},
		{window: "THIS FISCAL YEAR STARTING JANUARY", schema: october, now: "2026-11-11 11:11", from: "2026-01-01 00:00", to: "2027-01-01 00:00"},
		// From February on a quarter is none of the calendar: it ends with January, April, July, October.
		{window: "THIS FISCAL QUARTER STARTING FEBRUARY", now: "2026-01-31 12:00", from: "2025-11-01 00:00", to: "2026-02-01 00:00"},
		{window: "PREVIOUS 2 FISCAL QUARTERS STARTING FEBRUARY", now: "2026-02-01 00:00", from: "2025-08-01 00:00", to: "2026-02-01 00:00"},
		{window: "NEXT FISCAL QUARTER STARTING DECEMBER", now: "2026-11-30 12:00", from: "2026-12-01 00:00", to: "2027-03-01 00:00"},

		// Zones: in New York the clocks go forth on 8 March and back on 1 November 2026, and in
		// Beirut at midnight, so that 29 March 2026 begins at one.
		{window: "TOMORROW", now: "2026-03-07 12:00", zone: "America/New_York", from: "2026-03-08 00:00", to: "2026-03-09 00:00"},
		{window: "NEXT WEEK", now: "2026-10-28 12:00", zone: "America/New_York", from: "2026-11-02 00:00", to: "2026-11-09 00:00"},
		{window: "PREVIOUS 2 MONTHS", now: "2026-12-01 00:00", zone: "America/New_York", from: "2026-10-01 00:00", to: "2026-12-01 00:00"},
		{window: "NEXT 2 DAYS", now: "2026-03-28 12:00", zone: "Asia/Beirut", from: "2026-03-29 01:00", to: "2026-03-31 00:00"},
		{window: "THIS FISCAL YEAR", schema: april, now: "2026-03-31 23:59", zone: "Asia/Tokyo", from: "2025-04-01 00:00", to: "2026-04-01 00:00"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at := func(s string) time.Time {
			i, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
			if err != nil {
				t.Fatal(err)
			}
			return i
		}
		now, from, to := at(c.now), at(c.from), at(c.to)
		rule, err := c.schema.Resolve(segment.MustParse("x DURING " + c.window))
		if err != nil {
			t.Fatal(err)
		}
		counted, err := c.schema.Resolve(segment.MustParse("DID a " + c.window))
		if err != nil {
			t.Fatal(err)
		}
		p, err := segment.Compile(rule)
		if err != nil {
			t.Fatal(err)
		}
		pc, err := segment.Compile(counted)
		if err != nil {
			t.Fatal(err)
		}
		for x, in := range map[time.Time]bool{from.Add(-1): false, from: true, to.Add(-1): true, to: false} {
			contact := segment.Record{Fields: map[string]segment.Value{"x": segment.Time(x)}, Log: []segment.Event{{Name: "a", At: x}}}
			if got := segment.Evaluate(rule, contact, now); got != in {
				t.Errorf("%s at %s: %s is in it: %v", rule, now, x.In(zone), got)
			}
			if got := p.Match(contact, now); got != in {
				t.Errorf("%s at %s: a program says of %s: %v", rule, now, x.In(zone), got)
			}
			in = in && !x.After(now)
			if got, got2 := segment.Evaluate(counted, contact, now), pc.Match(contact, now); got != in || got2 != in {
				t.Errorf("%s at %s: an event of %s counts: %v, of a program %v", counted, now, x.In(zone), got, got2)
			}
			next, ok := p.Next(contact, now)
			if !ok {
				continue
			}
			if was := p.Match(contact, next.Add(-1)); was != p.Match(contact, now) {
				t.Errorf("%s of %s at %s: Next is %s, too late", rule, x.In(zone), now, next)
			}
		}
	}
}

// Explain tells how far an instant is from the nearest end of the periods.
func TestExplainTellsOfPeriods(t *testing.T) {
	now := time.Date(2026, 5, 15, 12, 0, 0, 0, time.UTC)
	x := segment.Record{Fields: map[string]segment.Value{"x": segment.Time(time.Date(2026, 5, 30, 0, 0, 0, 0, time.UTC))}}
	for text, want := range map[string]string{
		"x DURING NEXT 2 MONTHS":                     "2 days too early",
		"x DURING PREVIOUS 3 MONTHS":                 "29 days too late",
		"x DURING TOMORROW":                          "13 days too late",
		"NOT x DURING THIS FISCAL YEAR STARTING MAY": "within the window",
	} {
		p, err := segment.Compile(segment.MustParse(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Explain(x, now).String(); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %q in it", text, got, want)
		}
	}
}

// A rule says which it means: whole periods of the calendar, or up to so far from now.
func TestNextIsRollingOrOfTheCalendar(t *testing.T) {
	now := time.Date(2026, 5, 15, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string][3]bool{ // of 16 May, 1 June and 20 July
		"x WITHIN NEXT 2 MONTHS":   {true, true, false},
		"x IN NEXT 2 MONTHS":       {true, true, false},
		"x DURING NEXT 2 MONTHS":   {false, true, true},
		"x DURING NEXT MONTH":      {false, true, false},
		"x IN NEXT MONTH":          {false, true, false},
		"x DURING NEXT 1 MONTH":    {false, true, false},
		"x DURING TOMORROW":        {true, false, false},
		"x DURING NEXT 24 HOURS":   {true, false, false},
		"x DURING THE NEXT 3 DAYS": {true, false, false},
	} {
		for i, day := range []time.Time{time.Date(2026, 5, 16, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 7, 20, 0, 0, 0, 0, time.UTC)} {
			x := segment.Record{Fields: map[string]segment.Value{"x": segment.Time(day)}}
			if got := segment.Evaluate(segment.MustParse(text), x, now); got != want[i] {
				t.Errorf("%s of %s: %v", text, day, got)
			}
		}
	}
	for text, want := range map[string]string{
		"x WITHIN NEXT MONTH":                      "1:15: expected a number, such as NEXT 30 days; the calendar's next month is DURING NEXT MONTH, found `MONTH`",
		"x NEXT 3 DAYS":                            "1:3: expected WITHIN NEXT 30 days, up to so far from now, or DURING NEXT 3 months, whole ones of the calendar, found `NEXT`",
		"x DURING NEXT MONTHS":                     "1:15: expected a number, such as NEXT 3 months, found `MONTHS`",
		"x DURING NEXT 0 MONTHS":                   "1:15: a number of periods must be a whole number from 1 to 3652500",
		"x DURING PREVIOUS 3 HOURS":                "1:21: expected DAY, WEEK, MONTH, QUARTER or YEAR, found `HOURS`",
		"x DURING THIS FISCAL WEEK":                "1:22: expected QUARTER or YEAR, found `WEEK`",
		"x DURING PREVIOUS 10001 YEARS":            "1:19: a window of more than 10,000 years",
		"x DURING THIS FISCAL YEAR STARTING ARPIL": "1:36: expected a month, such as APRIL, found `ARPIL`; did you mean APRIL?",
		"x DURING THIS MONTH STARTING MAY":         "1:21: only a WEEK can be STARTING on a day",
	} {
		if _, err := segment.Parse(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
