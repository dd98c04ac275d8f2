package tests

import (
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// When an answer changes by itself, construct by construct. Each instant was
// reasoned by hand from the specification; "" is never. zone is the calendar.
type change struct {
	meaning
	zone string
	next string
}

func checkChanges(t *testing.T, cs []change) {
	t.Helper()
	for _, c := range cs {
		at := moment(t, c.at)
		if c.zone != "" {
			loc, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			at = at.In(loc)
		}
		p, err := segment.Compile(segment.MustParse(c.rule))
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		x := c.contact(t)
		next, ok := p.Next(x, at)
		got := ""
		if ok {
			got = next.UTC().Format(time.RFC3339Nano)
		}
		if got != c.next {
			t.Errorf("%s\n\tof %s %s from %s: next %q, want %q", c.rule, c.fields, c.events, at.Format(time.RFC3339Nano), got, c.next)
		}
		if !ok {
			continue
		}
		if before := next.Add(-1); p.Match(x, before) != p.Match(x, at) || p.Match(x, next) == p.Match(x, at) {
			t.Errorf("%s does not change at %s", c.rule, got)
		}
	}
}

func ch(rule, fields, events, at, next string) change {
	return change{meaning{rule: rule, fields: fields, events: events, at: at}, "", next}
}

func TestNextOfWindows(t *testing.T) {
	checkChanges(t, []change{
		ch(`DID a IN LAST 30 DAYS`, ``, `a@2026-03-01T12:00:00.000000007Z`, `2026-03-05`, `2026-03-31T12:00:00.000000007Z`),
		ch(`DID a IN LAST 30 DAYS`, ``, `a@2026-01-01`, `2026-03-05`, ``),
		ch(`NEVER DID a`, ``, ``, `2026-03-05`, ``),
		ch(`DID a`, ``, `a@2026-04-01`, `2026-03-05`, `2026-04-01T00:00:00Z`), // dated in the future
		// The second newest event decides.
		ch(`COUNT(a) >= 2 IN LAST 10 DAYS`, ``, `a@2026-03-01 a@2026-03-02 a@2026-03-04`, `2026-03-05`, `2026-03-12T00:00:00Z`),
		ch(`COUNT(a) = 2 IN LAST 10 DAYS`, ``, `a@2026-03-01 a@2026-03-02 a@2026-03-04`, `2026-03-05`, `2026-03-11T00:00:00Z`),
		ch(`COUNT(a) >= 2 IN LAST 10 DAYS`, ``, `a@2026-03-01`, `2026-03-05`, ``),
		// A sum with a refund rises when the refund leaves.
		ch(`SUM(a.n) > 50 IN LAST 10 DAYS`, ``, `a@2026-03-01{"n":-20} a@2026-03-02{"n":60}`, `2026-03-05`, `2026-03-11T00:00:00Z`),
		ch(`AVG(a.n) > 5 IN LAST 10 DAYS`, ``, `a@2026-03-01{"n":1} a@2026-03-02{"n":9}`, `2026-03-05`, `2026-03-11T00:00:00Z`),
		ch(`MAX(a.n) > 5 IN LAST 10 DAYS`, ``, `a@2026-03-01{"n":9} a@2026-03-02{"n":7}`, `2026-03-05`, `2026-03-12T00:00:00Z`),
		ch(`DISTINCT(a.n) >= 2 IN LAST 10 DAYS`, ``, `a@2026-03-01{"n":1} a@2026-03-02{"n":2} a@2026-03-03{"n":1}`, `2026-03-05`, `2026-03-12T00:00:00Z`),
		ch(`LAST(a.n) = 1 IN LAST 10 DAYS`, ``, `a@2026-03-01{"n":1}`, `2026-03-05`, `2026-03-11T00:00:00Z`),
		ch(`FIRST(a.n) = 1 IN LAST 10 DAYS`, ``, `a@2026-03-01{"n":2} a@2026-03-03{"n":1}`, `2026-03-05`, `2026-03-11T00:00:00Z`),
		ch(`COUNT(a) = 0 BETWEEN 30 AND 120 DAYS AGO`, ``, `a@2026-03-01`, `2026-03-05`, `2026-03-31T00:00:00Z`),
		ch(`COUNT(a) >= 1 BETWEEN 30 AND 120 DAYS AGO`, ``, `a@2026-03-01`, `2026-04-05`, `2026-06-29T00:00:00Z`),
		ch(`DID a MORE THAN 30 DAYS AGO`, ``, `a@2026-03-01`, `2026-03-05`, `2026-03-31T00:00:00Z`),
		// Months: the first instant whose start reaches the event.
		ch(`DID a IN LAST 1 MONTH`, ``, `a@2026-01-31T08:00:00Z`, `2026-02-01`, `2026-03-01T00:00:00Z`),
		ch(`DID a IN LAST 1 MONTH`, ``, `a@2026-02-15T08:00:00Z`, `2026-02-20`, `2026-03-15T08:00:00Z`),
		// At the end of a short month the start does not go back: the event is never in again.
		ch(`DID a IN LAST 1 MONTH`, ``, `a@2026-02-28T08:00:00Z`, `2026-03-05`, `2026-03-28T08:00:00Z`),
		ch(`DID a IN LAST 1 MONTH`, ``, `a@2026-02-28T08:00:00Z`, `2026-03-28T09:00:00Z`, ``),
		ch(`COUNT(a) = 0 BETWEEN 1 AND 2 MONTHS AGO`, ``, `a@2026-02-28T08:00:00Z`, `2026-03-28T09:00:00Z`, `2026-04-28T08:00:00Z`),
		ch(`COUNT(a) = 0 BETWEEN 1 AND 2 MONTHS AGO`, ``, `a@2026-02-28T08:00:00Z`, `2026-04-28T09:00:00Z`, ``),
		ch(`DID a IN AT LEAST 1 OF LAST 1 MONTHS`, ``, `a@2026-02-28T08:00:00Z`, `2026-03-28T09:00:00Z`, ``),
		ch(`DID a IN LAST 1 YEAR`, ``, `a@2024-02-29T08:00:00Z`, `2024-03-01`, `2025-03-01T00:00:00Z`),
		// Calendar windows end with the calendar.
		ch(`DID a TODAY`, ``, `a@2026-03-05T08:00:00Z`, `2026-03-05T09:00:00Z`, `2026-03-06T00:00:00Z`),
		ch(`DID a YESTERDAY`, ``, `a@2026-03-05T08:00:00Z`, `2026-03-05T09:00:00Z`, `2026-03-06T00:00:00Z`),
		ch(`DID a THIS WEEK`, ``, `a@2026-03-05T08:00:00Z`, `2026-03-05T09:00:00Z`, `2026-03-09T00:00:00Z`),
		ch(`DID a PREVIOUS MONTH`, ``, `a@2026-03-05T08:00:00Z`, `2026-03-05T09:00:00Z`, `2026-04-01T00:00:00Z`),
		ch(`DID a THIS QUARTER`, ``, `a@2026-03-05T08:00:00Z`, `2026-03-05T09:00:00Z`, `2026-04-01T00:00:00Z`),
		ch(`DID a PREVIOUS YEAR`, ``, `a@2026-03-05T08:00:00Z`, `2026-03-05T09:00:00Z`, `2027-01-01T00:00:00Z`),
		ch(`DID a SINCE 2026-03-01`, ``, `a@2026-03-05`, `2026-03-06`, ``),
		ch(`DID a SINCE TODAY - 7 days`, ``, `a@2026-03-05T08:00:00Z`, `2026-03-06`, `2026-03-13T00:00:00Z`),
		// Sequences and regularity.
		ch(`DID a THEN NOT b WITHIN 24 hours`, ``, `a@2026-03-05T08:00:00Z`, `2026-03-05T09:00:00Z`, `2026-03-06T08:00:00Z`),
		ch(`DID a THEN b WITHIN 24 hours IN LAST 7 DAYS`, ``, `a@2026-03-05T08:00:00Z b@2026-03-05T10:00:00Z`, `2026-03-05T11:00:00Z`, `2026-03-12T08:00:00Z`),
		ch(`DID a IN AT LEAST 2 OF LAST 3 WEEKS`, ``, `a@2026-03-01 a@2026-03-09`, `2026-03-10`, `2026-03-22T00:00:00Z`),
		// Only what decides counts.
		ch(`country = "US" AND DID a IN LAST 30 DAYS`, `{"country":"DE"}`, `a@2026-03-01`, `2026-03-05`, ``),
		ch(`DID a IN LAST 30 DAYS OR DID b IN LAST 30 DAYS`, ``, `a@2026-03-01 b@2026-03-03`, `2026-03-05`, `2026-04-02T00:00:00Z`),
		ch(`AT LEAST 2 OF (DID a IN LAST 10 DAYS, DID b IN LAST 10 DAYS, DID c IN LAST 10 DAYS)`, ``, `a@2026-03-01 b@2026-03-02 c@2026-03-03`, `2026-03-05`, `2026-03-12T00:00:00Z`),
		ch(`COUNT(a WHERE due > NOW) >= 1`, ``, `a@2026-03-01{"due":"2026-03-20T00:00:00Z"}`, `2026-03-05`, `2026-03-20T00:00:00Z`),
	})
}

func TestNextOfDates(t *testing.T) {
	checkChanges(t, []change{
		ch(`p OLDER THAN 30 days`, `{"p":"2026-03-01T12:00:00Z"}`, ``, `2026-03-05`, `2026-03-31T12:00:00Z`),
		ch(`p WITHIN LAST 30 days`, `{"p":"2026-03-01"}`, ``, `2026-03-05`, `2026-03-31T00:00:00Z`),
		ch(`p WITHIN LAST 30 days`, `{"p":"2026-03-10"}`, ``, `2026-03-05`, `2026-03-10T00:00:00Z`),
		ch(`p WITHIN NEXT 3 days`, `{"p":"2026-03-10T06:00:00Z"}`, ``, `2026-03-05`, `2026-03-07T06:00:00Z`),
		ch(`p WITHIN NEXT 3 days`, `{"p":"2026-03-10T06:00:00Z"}`, ``, `2026-03-08`, `2026-03-10T06:00:00Z`),
		ch(`p > 3 days from now`, `{"p":"2026-03-10T06:00:00Z"}`, ``, `2026-03-05`, `2026-03-07T06:00:00Z`),
		ch(`p = TODAY`, `{"p":"2026-03-10T06:00:00Z"}`, ``, `2026-03-05`, `2026-03-10T00:00:00Z`),
		ch(`p = 3 days ago`, `{"p":"2026-03-10T06:00:00Z"}`, ``, `2026-03-13T07:00:00Z`, `2026-03-14T00:00:00Z`),
		ch(`p > TODAY - 30 days`, `{"p":"2026-03-01T23:00:00Z"}`, ``, `2026-03-05`, `2026-03-31T00:00:00Z`),
		ch(`p > NOW - 30 days`, `{"p":"2026-03-01T23:00:00Z"}`, ``, `2026-03-05`, `2026-03-31T23:00:00Z`),
		ch(`AGE(p) > 30 days`, `{"p":"2026-03-01T23:00:00Z"}`, ``, `2026-03-05`, `2026-03-31T23:00:00.000000001Z`),
		ch(`AGE(p) >= 30 days`, `{"p":"2026-03-01T23:00:00Z"}`, ``, `2026-03-05`, `2026-03-31T23:00:00Z`),
		ch(`NOW - p <= 30 days`, `{"p":"2026-03-01T23:00:00Z"}`, ``, `2026-03-05`, `2026-03-31T23:00:00.000000001Z`),
		ch(`AGE(p) / 1 day > 30`, `{"p":"2026-03-01T23:00:00Z"}`, ``, `2026-03-05`, `2026-03-31T23:00:00.000000001Z`),
		ch(`AGE(b) >= 18 years`, `{"b":"2008-03-31"}`, ``, `2026-03-05`, `2026-03-31T00:00:00Z`),
		ch(`MONTH(TODAY) IN (11, 12)`, ``, ``, `2026-03-05`, `2026-11-01T00:00:00Z`),
		ch(`MONTH(TODAY) IN (11, 12)`, ``, ``, `2026-11-05`, `2027-01-01T00:00:00Z`),
		ch(`WEEKDAY(NOW) IN (6, 7)`, ``, ``, `2026-03-05`, `2026-03-07T00:00:00Z`),
		ch(`HOUR(NOW) >= 9`, ``, ``, `2026-03-05T03:00:00Z`, `2026-03-05T09:00:00Z`),
		ch(`MONTH(b) = CURRENT_MONTH()`, `{"b":"1980-05-05"}`, ``, `2026-03-05`, `2026-05-01T00:00:00Z`),
		ch(`ANNIVERSARY(s) = TODAY`, `{"s":"2024-02-29"}`, ``, `2026-03-05`, `2027-02-28T00:00:00Z`),
		ch(`ANNIVERSARY(s) = TODAY`, `{"s":"2024-02-29"}`, ``, `2027-03-05`, `2028-02-29T00:00:00Z`),
		ch(`ANNIVERSARY(s) WITHIN NEXT 7 days`, `{"s":"2020-04-05"}`, ``, `2026-03-05`, `2026-03-29T00:00:00Z`),
		ch(`x = 5`, `{"x":5}`, ``, `2026-03-05`, ``),
		ch(`DAY(TODAY) = 8`, ``, ``, `2026-03-08T10:00:00Z`, `2026-03-09T00:00:00Z`),
		ch(`DAY(TODAY) = 8`, ``, ``, `2026-03-09T10:00:00Z`, `2026-04-08T00:00:00Z`),
		ch(`DAY(TODAY) = 31`, ``, ``, `2026-01-31T23:59:59Z`, `2026-02-01T00:00:00Z`),
		ch(`DAY(TODAY) = 31`, ``, ``, `2026-02-01T00:00:00Z`, `2026-03-31T00:00:00Z`),
		ch(`DAY(TODAY) <= 15`, ``, ``, `2026-02-03T07:00:00Z`, `2026-02-16T00:00:00Z`),
		ch(`DAY(TODAY) > 1`, ``, ``, `2026-02-03T07:00:00Z`, `2026-03-01T00:00:00Z`),
		ch(`DAY(TODAY) - 3 >= n * 2`, `{"n":5}`, ``, `2026-02-14T07:00:00Z`, `2026-03-01T00:00:00Z`),
		ch(`MONTH(b) = MONTH(TODAY) AND DAY(b) = DAY(TODAY)`, `{"b":"1980-02-29"}`, ``, `2026-03-05`, `2028-02-29T00:00:00Z`),
		ch(`YEAR(TODAY) > 2027`, ``, ``, `2026-03-05`, `2028-01-01T00:00:00Z`),
		ch(`YEAR(TODAY) < 2020`, ``, ``, `2026-03-05`, ``),
		ch(`NOW > 2026-06-01T00:00:00Z`, ``, ``, `2026-03-05`, `2026-06-01T00:00:00.000000001Z`),
	})
}

func TestNextInZones(t *testing.T) {
	in := func(zone string, c change) change {
		c.zone = zone
		return c
	}
	checkChanges(t, []change{
		in("America/New_York", ch(`DID a TODAY`, ``, `a@2026-03-08T12:00:00Z`, `2026-03-08T13:00:00Z`, `2026-03-09T04:00:00Z`)), // a day of 23 hours
		in("America/New_York", ch(`DID a IN LAST 1 DAY`, ``, `a@2026-03-07T17:00:00Z`, `2026-03-07T18:00:00Z`, `2026-03-08T17:00:00Z`)),
		in("America/New_York", ch(`DID a IN LAST 1 MONTH`, ``, `a@2026-02-09T17:00:00Z`, `2026-02-10`, `2026-03-09T16:00:00Z`)), // noon to noon
		in("America/Santiago", ch(`DID a TODAY`, ``, `a@2026-09-05T15:00:00Z`, `2026-09-05T16:00:00Z`, `2026-09-06T04:00:00Z`)), // no midnight
		in("Pacific/Apia", ch(`DID a TODAY`, ``, `a@2011-12-29T15:00:00Z`, `2011-12-29T16:00:00Z`, `2011-12-30T10:00:00Z`)),     // no 30 December
		// The last day of a leap year past the transitions that the zone database lists.
		in("Europe/London", ch(`DID a TODAY`, ``, `a@2040-12-31T08:00:00Z`, `2040-12-31T09:00:00Z`, `2041-01-01T00:00:00Z`)),
		in("Europe/London", ch(`MONTH(TODAY) = 1`, ``, ``, `2040-12-31T09:00:00Z`, `2041-01-01T00:00:00Z`)),
		in("Pacific/Apia", ch(`DAY(TODAY) = 31`, ``, ``, `2011-12-05T00:00:00Z`, `2011-12-30T10:00:00Z`)),       // the day after the 29th
		in("America/St_Johns", ch(`DAY(TODAY) = 7`, ``, ``, `2010-11-02T12:00:00Z`, `2010-11-07T02:30:00Z`)),    // for a minute,
		in("America/St_Johns", ch(`DAY(TODAY) = 7`, ``, ``, `2010-11-07T02:30:10Z`, `2010-11-07T02:31:00Z`)),    // then it is the 6th again,
		in("America/St_Johns", ch(`DAY(TODAY) = 7`, ``, ``, `2010-11-07T02:31:00Z`, `2010-11-07T03:30:00Z`)),    // and then the 7th
		in("America/St_Johns", ch(`MONTH(TODAY) = 11`, ``, ``, `2009-11-01T02:30:10Z`, `2009-11-01T02:31:00Z`)), // November for a minute,
		in("America/St_Johns", ch(`MONTH(TODAY) = 11`, ``, ``, `2009-11-01T02:31:00Z`, `2009-11-01T03:30:00Z`)), // October for an hour
		in("America/St_Johns", ch(`WEEKDAY(NOW) = 7`, ``, ``, `2009-11-01T02:31:00Z`, `2009-11-01T03:30:00Z`)),
		in("America/St_Johns", ch(`YEAR(TODAY) > 2009`, ``, ``, `2009-11-01T02:31:00Z`, `2010-01-01T03:30:00Z`)),
		ch(`p = TODAY IN ZONE "America/New_York"`, `{"p":"2026-03-10"}`, ``, `2026-03-10T03:00:00Z`, `2026-03-10T04:00:00Z`),
		ch(`HOUR(NOW) >= 9 IN ZONE tz`, `{"tz":"Asia/Tokyo"}`, ``, `2026-03-10T15:00:00Z`, `2026-03-11T00:00:00Z`),
	})
}

// Lists joined in the future and history move by themselves too.
func TestNextOfListsAndHistory(t *testing.T) {
	x := segment.Record{
		Lists:   map[string]time.Time{"l": moment(t, "2026-03-10")},
		Changes: map[string][]segment.Change{"s": {{At: moment(t, "2026-03-01T06:00:00Z"), Value: segment.Text("on")}}},
	}
	for _, tc := range []struct{ rule, at, next string }{
		{`IN LIST "l"`, `2026-03-05`, `2026-03-10T00:00:00Z`},
		{`JOINED LIST "l" IN LAST 7 DAYS`, `2026-03-12`, `2026-03-17T00:00:00Z`},
		{`s HAS BEEN "on" FOR AT LEAST 7 days`, `2026-03-05`, `2026-03-08T06:00:00Z`},
		{`s HAS BEEN "on" FOR AT LEAST 7 days`, `2026-03-09`, ``},
		{`s CHANGED IN LAST 7 DAYS`, `2026-03-05`, `2026-03-08T06:00:00Z`},
	} {
		p, err := segment.Compile(segment.MustParse(tc.rule))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if next, ok := p.Next(x, moment(t, tc.at)); ok {
			got = next.Format(time.RFC3339Nano)
		}
		if got != tc.next {
			t.Errorf("%s from %s: next %q, want %q", tc.rule, tc.at, got, tc.next)
		}
	}
}
