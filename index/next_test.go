package index_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// Sixty contacts with birthdays on and around the ends of months, among them 29
// February, one of whom has none and one a text: each is a member on the day
// itself and on no other, found here by walking the calendar.
func TestBirthdaysShareTheirCourse(t *testing.T) {
	start := time.Date(2023, 12, 30, 6, 0, 0, 0, time.UTC)
	ix := index.New(index.Options{})
	rule := `MONTH(born) = MONTH(TODAY) AND DAY(born) = DAY(TODAY) AND kind = "person"`
	defined(t, ix, start, "birthday", rule)
	born := map[string]time.Time{}
	for i := range 60 {
		id := fmt.Sprint("c", i)
		day := time.Date(1960+i%7, time.Month(1+i%12), []int{1, 2, 28, 29, 30}[i%5], 0, 0, 0, 0, time.UTC)
		v := segment.Date(day.Date())
		switch i {
		case 7:
			v = segment.Value{}
		case 8:
			v = segment.Text(day.Format(time.DateOnly))
		}
		if i != 7 {
			born[id] = day
		}
		updated(t, ix, segment.Update{Contact: id, At: start, Set: map[string]segment.Value{"born": v, "kind": segment.Text("person")}})
	}
	for at := start; at.Before(start.AddDate(2, 3, 0)); at = at.AddDate(0, 0, 1) {
		ix.Advance(at, 0)
		want := 0
		for id, day := range born {
			if day.Month() == at.Month() && day.Day() == at.Day() {
				want++
				if !ix.Members("birthday").Contains(id) {
					t.Errorf("%s: %s, born on %s, is no member", at, id, day)
				}
			}
		}
		if got := ix.Members("birthday").Len(); got != want {
			t.Errorf("%s: %d members, want %d", at, got, want)
		}
	}
	if s := ix.Stats(); s.Woken > 59*2*4 {
		t.Errorf("%d contacts were looked at for two birthdays each and their ends", s.Woken)
	}
}

// A sum that is zero is not one of no events: what makes it up leaves the window
// one by one. A count that is zero stays zero.
func TestWhatRests(t *testing.T) {
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return start.AddDate(0, 0, n) }
	paid := func(id string, at time.Time, amount int) segment.Event {
		return segment.Event{ID: id, Name: "paid", At: at, Props: segment.Document(fmt.Sprintf(`{"amount": %d}`, amount))}
	}
	ix := index.New(index.Options{})
	defined(t, ix, start, "owing", `SUM(paid.amount) < 0 IN LAST 5 DAYS`)
	defined(t, ix, start, "large", `COUNT(paid WHERE amount > 100) >= 1 IN LAST 5 DAYS`)
	defined(t, ix, start, "quiet", `LAST(paid) OLDER THAN 3 DAYS`)
	// The credit leaves the window on the fifth day, the debit on the sixth; one is
	// still to come, on the eighth.
	updated(t, ix, segment.Update{Contact: "a", At: start, Events: []segment.Event{paid("1", start, 5)}})
	updated(t, ix, segment.Update{Contact: "a", At: day(1), Events: []segment.Event{paid("2", day(1), -5), paid("3", day(8), 200)}})
	want := "+ quiet a 2026-03-05T00:00:00Z\n" +
		"+ owing a 2026-03-06T00:00:00Z\n" +
		"- owing a 2026-03-07T00:00:00Z\n" +
		"+ large a 2026-03-09T00:00:00Z\n" +
		"- quiet a 2026-03-09T00:00:00Z\n" +
		"+ quiet a 2026-03-12T00:00:00Z\n" +
		"- large a 2026-03-14T00:00:00Z\n"
	got := ""
	diffs, _ := ix.Advance(day(30), 0)
	for _, d := range diffs {
		got += d.String() + "\n"
	}
	if got != want {
		t.Errorf("time brings\n%swant\n%s", got, want)
	}
}

func defined(t *testing.T, ix *index.Index, at time.Time, id, rule string) {
	t.Helper()
	if _, err := ix.Define(segment.Segment{ID: id, Condition: segment.MustParse(rule)}, at); err != nil {
		t.Fatal(err)
	}
}

func updated(t *testing.T, ix *index.Index, u segment.Update) {
	t.Helper()
	if _, err := ix.Apply(u); err != nil {
		t.Fatal(err)
	}
}
