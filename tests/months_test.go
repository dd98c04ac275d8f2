package tests

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// TestWindowsOfMonthsLetGoOnce: over a fixed instant a window whose ends move by months
// comes once and goes once, in every zone, and Next says when.
func TestWindowsOfMonthsLetGoOnce(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	zones := []string{"UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "America/St_Johns"}
	rules := []string{`x WITHIN LAST 1 month`, `x OLDER THAN 1 month`, `x BETWEEN 1 AND 2 months AGO`, `x WITHIN NEXT 1 month`,
		`x > 1 month from now`, `x OLDER THAN 1 quarter`, `x WITHIN LAST 1 year`, `DID a IN LAST 1 MONTH`, `COUNT(a) = 0 IN LAST 1 MONTH`,
		`SUM(a.n) > 0 BETWEEN 1 AND 2 MONTHS AGO`, `x BETWEEN 1 AND 2 months FROM NOW`}
	for range 150 {
		loc, err := time.LoadLocation(zones[r.Intn(len(zones))])
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2008+r.Intn(8), time.Month(1+r.Intn(12)), 26+r.Intn(7), r.Intn(24), r.Intn(60), 0, r.Intn(2), loc)
		for _, text := range rules {
			c, err := segment.Parse(text)
			if err != nil {
				continue
			}
			letsGoOnce(t, c, at)
		}
	}
}

// letsGoOnce goes through 30 months around an instant.
func letsGoOnce(t *testing.T, c segment.Condition, at time.Time) {
	t.Helper()
	p, err := segment.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	x := segment.Record{Fields: map[string]segment.Value{"x": segment.Time(at)}, Log: []segment.Event{{Name: "a", At: at, Props: segment.Document(`{"n": 1}`)}}}
	now := at.AddDate(-1, -3, 0)
	holds, changes := segment.Evaluate(c, x, now), 0
	next, ok := p.Next(x, now)
	for end := at.AddDate(1, 3, 0); now.Before(end); now = now.Add(11*time.Hour + 17*time.Minute) {
		for ok && !next.After(now) {
			holds = !holds
			changes++
			if segment.Evaluate(c, x, next.Add(-1)) == holds || segment.Evaluate(c, x, next) != holds {
				t.Fatalf("%v of %s does not change at %s", c, at, next)
			}
			next, ok = p.Next(x, next)
		}
		if got := segment.Evaluate(c, x, now); got != holds || p.Match(x, now) != got {
			t.Fatalf("%v of %s at %s: %v, Next knows of no change", c, at, now, got)
		}
	}
	if changes > 2 {
		t.Errorf("%v of %s changes %s", c, at, fmt.Sprint(changes, " times"))
	}
}
