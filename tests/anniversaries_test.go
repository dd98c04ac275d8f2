package tests

import (
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// TestExplainTellsOfTheNearestAnniversary: on 26 December a birthday of 5 January is ten
// days off, and not 355.
func TestExplainTellsOfTheNearestAnniversary(t *testing.T) {
	x := segment.Record{Fields: map[string]segment.Value{"born": segment.Date(1990, 1, 5)}}
	at := time.Date(2026, 12, 26, 0, 0, 0, 0, time.UTC)
	for rule, want := range map[string]string{
		`ANNIVERSARY(born) WITHIN NEXT 7 days`:      "3 days too late",
		`ANNIVERSARY(born) = TODAY`:                 "10 days too late",
		`ANNIVERSARY(born) - 3 days = TODAY`:        "7 days too late",
		`NOT ANNIVERSARY(born) WITHIN NEXT 14 days`: "2027-01-05",
	} {
		p, err := segment.Compile(segment.MustParse(rule))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Explain(x, at).String(); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %q in it", rule, got, want)
		}
	}
}

// TestAnniversariesOfManyYears: over five years, in every zone, a test of an anniversary
// holds when one of its days satisfies it, and Next says when that changes.
func TestAnniversariesOfManyYears(t *testing.T) {
	zones := []string{"UTC", "America/New_York", "Pacific/Apia", "Pacific/Auckland"}
	days := []segment.Value{segment.Date(1990, 1, 2), segment.Date(1990, 12, 30), segment.Date(2000, 2, 29), segment.Date(2024, 12, 31), segment.Date(2025, 6, 1)}
	rules := map[string]func(day, now time.Time) bool{
		`ANNIVERSARY(x) = TODAY`: func(d, now time.Time) bool { return !now.Before(d) && now.Before(d.AddDate(0, 0, 1)) },
		`ANNIVERSARY(x) - 3 days = TODAY`: func(d, now time.Time) bool {
			return !now.Before(d.AddDate(0, 0, -3)) && now.Before(d.AddDate(0, 0, -2))
		},
		`ANNIVERSARY(x) WITHIN NEXT 168 hours`: func(d, now time.Time) bool { return d.After(now) && !d.After(now.Add(168*time.Hour)) },
		`ANNIVERSARY(x) WITHIN LAST 168 hours`: func(d, now time.Time) bool { return !d.After(now) && d.After(now.Add(-168*time.Hour)) },
	}
	for _, zone := range zones {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for text, holds := range rules {
			c := segment.MustParse(text)
			p, err := segment.Compile(c)
			if err != nil {
				t.Fatal(err)
			}
			for _, day := range days {
				x := segment.Record{Fields: map[string]segment.Value{"x": day}}
				y, m, d := day.Date()
				now := time.Date(2025, 10, 1, 7, 0, 0, 0, loc)
				next, ok := p.Next(x, now)
				was := p.Match(x, now)
				for ; now.Year() < 2028; now = now.Add(11 * time.Hour) {
					want := false
					for year := y + 1; year < 2031; year++ {
						want = want || holds(time.Date(year, m, min(d, time.Date(year, m+1, 0, 0, 0, 0, 0, time.UTC).Day()), 0, 0, 0, 0, loc), now)
					}
					for ok && !next.After(now) {
						was = !was
						next, ok = p.Next(x, next)
					}
					if got := segment.Evaluate(c, x, now); got != want || p.Match(x, now) != want || was != want {
						t.Fatalf("%s of %s at %s: Evaluate %v, Match %v, by Next %v, want %v", text, day, now, got, p.Match(x, now), was, want)
					}
				}
			}
		}
	}
}
