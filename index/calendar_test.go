package index_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// calendarRules are about the calendar alone, or compare a field with parts of today's
// date.
var calendarRules = []string{`DAY(TODAY) * MONTH(TODAY) = 400`, `HOUR(NOW) * DAY(TODAY) * MONTH(TODAY) > 9000`, `DAY(YESTERDAY) >= HOUR(TODAY)`,
	`total > DAY(TODAY)`, `total * 3 < MONTH(TODAY) + HOUR(NOW)`, `DAY(TODAY) > total`, `WEEKDAY(TODAY) IN (6, 7)`, `total BETWEEN 1 AND DAY(TODAY) * MONTH(TODAY)`,
	`DAY(born) = DAY(TODAY) AND MONTH(born) = MONTH(TODAY)`, `total > DAY(TODAY - 3 days) * 1.5 AND plan = "pro"`, `total % DAY(NOW) = 0`}

// TestCalendarRulesCostLittle: what depends on the calendar alone is worked out once for all
// contacts, and what compares a field with it in so many steps at most.
func TestCalendarRulesCostLittle(t *testing.T) {
	for _, many := range []int{0, 70} { // with more than 64 timed segments timers are set by conditions
		for i, text := range calendarRules {
			ix := index.New(index.Options{})
			if _, err := ix.Define(segment.Segment{ID: "s", Condition: segment.MustParse(text)}, newYear); err != nil {
				t.Fatal(err)
			}
			for j := range many {
				if _, err := ix.Define(segment.Segment{ID: fmt.Sprint(j), Condition: segment.MustParse(fmt.Sprintf(`seen OLDER THAN %d days`, j+1))}, newYear); err != nil {
					t.Fatal(err)
				}
			}
			update := func(n int) {
				apply(t, ix, segment.Update{Contact: fmt.Sprint(n % 50), At: ix.Now(), Set: map[string]segment.Value{
					"total": segment.Number(float64(n) + 0.5), "plan": segment.Text("pro"), "born": segment.Date(1990, time.Month(n%12+1), n%28+1)}})
			}
			update(0)
			before := ix.Stats()
			const updates = 100
			for n := range updates {
				update(n + 1)
			}
			after := ix.Stats()
			asked, steps := after.ClockNexts-before.ClockNexts, after.ClockSteps-before.ClockSteps
			if i < 3 && asked+steps > 3 {
				t.Errorf("%s, of the calendar alone: asked %d times, %d steps for %d updates", text, asked, steps, updates)
			}
			if steps > 744*3*updates {
				t.Errorf("%s: %d steps for %d updates", text, steps, updates)
			}
			if i == 3 && asked > 0 {
				t.Errorf("%s: asked %d times", text, asked)
			}
		}
	}
}

// TestCalendarRulesAreNeverLate holds members against the rules, hour by hour, over months
// in which clocks change, and updates that come between.
func TestCalendarRulesAreNeverLate(t *testing.T) {
	t.Parallel()
	zones := []string{"America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"}
	if testing.Short() {
		zones = zones[:1]
	}
	for _, zone := range zones {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, shards := range []int{1, 3} {
			ix := inShards(shards, index.Options{Location: loc})
			at := time.Date(2009, 10, 25, 20, 17, 0, 0, loc)
			for i, text := range calendarRules {
				if _, err := ix.Define(segment.Segment{ID: fmt.Sprint(i), Condition: segment.MustParse(text)}, at); err != nil {
					t.Fatal(err)
				}
			}
			for hour := range 24 * 12 {
				at = at.Add(time.Hour + 7*time.Minute)
				if hour%24 == 0 {
					apply(t, ix, segment.Update{Contact: fmt.Sprint(hour % 7), At: at, Set: map[string]segment.Value{
						"total": segment.Int(int64(hour / 20)), "plan": segment.Text("pro"), "born": segment.Date(1990, 11, hour/30+1)}})
				}
				ix.Advance(at, 0)
				for err := range ix.Check() {
					t.Fatalf("%s at %v: %v", zone, at, err)
				}
			}
		}
	}
}

// BenchmarkCalendarRules is what one update of a field costs beside a rule on the calendar.
func BenchmarkCalendarRules(b *testing.B) {
	for _, text := range calendarRules {
		b.Run(text, func(b *testing.B) {
			ix := index.New(index.Options{})
			if _, err := ix.Define(segment.Segment{ID: "s", Condition: segment.MustParse(text)}, newYear); err != nil {
				b.Fatal(err)
			}
			for n := 0; b.Loop(); n++ {
				apply(b, ix, segment.Update{Contact: fmt.Sprint(n % 1000), At: newYear, Set: map[string]segment.Value{"total": segment.Number(float64(n) + 0.5)}})
			}
		})
	}
}
