package index_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// A busy contact has an event an hour, and the same constructs cost no more than reading these
// a few times; what only counts reads none. The numbers are those of Stats.Read.

var busyStart = time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)

// busyEvents are n events, an hour apart, the last at busyStart.
func busyEvents(n int) (events []segment.Event) {
	for i := range n {
		at := busyStart.Add(-time.Duration(n-1-i) * time.Hour)
		name := "a"
		if i%3 == 2 {
			name = "b"
		}
		events = append(events, segment.Event{ID: strconv.Itoa(i), Name: name, At: at,
			Props: segment.Document(fmt.Sprintf(`{"n":%d,"due":%q}`, i*7%10-2, at.Add(50*time.Hour).Format(time.RFC3339)))})
	}
	return events
}

// busyRules are constructs, each with how often it may read the events of the contact at most
// as one more comes, or it is asked when that is due.
var busyRules = []struct {
	rule  string
	times uint64
}{
	{`COUNT(a) >= 40`, 0},
	{`COUNT(a) = 0 BETWEEN 7 AND 180 DAYS AGO`, 0},
	{`COUNT(a) >= 1 IN LAST 7 DAYS`, 0},
	{`COUNT(a) >= 1 IN LAST 1 MONTH`, 0},
	{`COUNT(a) >= 100 THIS MONTH`, 0},
	{`COUNT(a) >= 50 PREVIOUS WEEK`, 0},
	{`COUNT(a) >= 90 PREVIOUS 2 WEEKS`, 0},
	{`COUNT(a) >= 5 BETWEEN 2025-06-01 AND 2025-06-30`, 0},
	{`COUNT(a) >= 5 BEFORE 2025-06-01`, 0},
	{`COUNT(a) >= 5 MORE THAN 3 MONTHS AGO`, 0},
	{`COUNT(a) > 5/year`, 0},
	{`NEVER DID a IN LAST 1 MONTH`, 0},
	{`LAST(a) OLDER THAN 90 days`, 0},
	{`FIRST(a) > 2026-01-01`, 0},
	{`COUNT(a WHERE n > 3) >= 5 IN LAST 30 DAYS`, 4},
	{`COUNT(a) >= 5 SINCE TODAY - 30 days`, 8},
	{`SUM(a.n) > 5 IN LAST 180 DAYS`, 4},
	{`SUM(a.n) > 5 IN LAST 1 MONTH`, 8},
	{`AVG(a.n) > 2 IN LAST 1 MONTH`, 8},
	{`MAX(a.n) > 6 IN LAST 1 MONTH`, 8},
	{`LAST(a.n) = 3 IN LAST 1 MONTH`, 8},
	{`DISTINCT(a.n) >= 3 IN LAST 1 YEAR`, 8},
	{`COUNT(a) / COUNT(b) >= 2 IN LAST 1 MONTH`, 12},
	{`COUNT(a) * 2 + COUNT(b) * 5 >= 40 THIS MONTH`, 12},
	{`DID a THEN b WITHIN 24 hours IN LAST 1 MONTH`, 6},
	{`DID a THEN NOT b WITHIN 24 hours IN LAST 30 DAYS`, 6},
	{`DID a IN AT LEAST 3 OF LAST 4 MONTHS`, 6},
	{`COUNT(a WHERE due <= NOW) >= 5 IN LAST 30 DAYS`, 8},
}

func TestBusyContactsAreReadOnce(t *testing.T) {
	const n = 2_000
	for _, c := range busyRules {
		ix := index.New(index.Options{})
		if _, err := ix.Apply(segment.Update{Contact: "x", At: busyStart, Events: busyEvents(n)}); err != nil {
			t.Fatal(err)
		}
		read := uint64(0)
		within := func(what string, times uint64) {
			t.Helper()
			now := ix.Stats().Read
			if got := now - read; got > times*n {
				t.Errorf("%s: %s has read %d events of %d", c.rule, what, got, n)
			}
			read = now
		}
		within("no segment", 0)
		if _, err := ix.Define(segment.Segment{ID: "s", Condition: segment.MustParse(c.rule)}, busyStart); err != nil {
			t.Fatal(err)
		}
		within("Define", c.times)
		for i := range 3 {
			at := busyStart.Add(time.Duration(i+1) * time.Minute)
			if _, err := ix.Apply(segment.Update{Contact: "x", At: at, Events: []segment.Event{{ID: "n" + strconv.Itoa(i), Name: "a", At: at, Props: segment.Document(`{"n":5}`)}}}); err != nil {
				t.Fatal(err)
			}
			within("Apply", c.times)
		}
		ix.Due()
		within("Due", c.times)
		if _, err := ix.Explain("x", "s"); err != nil {
			t.Fatal(err)
		}
		within("Explain", 24)
	}
}

// TestBusyContactsStayRight lets time run over a busy contact: who is in which segment stays what
// Evaluate says, and what Advance tells changes at the very instant that it names.
func TestBusyContactsStayRight(t *testing.T) {
	t.Parallel()
	const n = 150
	ix := index.New(index.Options{})
	programs := map[string]*segment.Program{}
	events := busyEvents(n)
	for i := range 5 { // still to come
		at := busyStart.Add(time.Duration(i*30+7) * time.Hour)
		events = append(events, segment.Event{ID: "f" + strconv.Itoa(i), Name: "b", At: at, Props: segment.Document(`{"n":9}`)})
	}
	if _, err := ix.Apply(segment.Update{Contact: "x", At: busyStart, Events: events[:n/2]}); err != nil {
		t.Fatal(err)
	}
	for i, c := range busyRules {
		id := "s" + strconv.Itoa(i)
		cond := segment.MustParse(c.rule)
		p, err := segment.Compile(cond)
		if err != nil {
			t.Fatal(err)
		}
		programs[id] = p
		if _, err := ix.Define(segment.Segment{ID: id, Condition: cond}, busyStart); err != nil {
			t.Fatal(err)
		}
	}
	check := func() {
		t.Helper()
		for err := range ix.Check() {
			t.Fatal(err)
		}
	}
	check()
	if _, err := ix.Apply(segment.Update{Contact: "x", At: busyStart, Events: events[n/2:]}); err != nil {
		t.Fatal(err)
	}
	check()
	told := 0
	for day := 1; day < 420; day += 1 + day/5 {
		to := busyStart.AddDate(0, 0, day).Add(time.Hour)
		diffs, _ := ix.Advance(to, 0)
		x, _ := ix.Contact("x")
		for _, d := range diffs {
			told++
			p := programs[d.Segment]
			if p.Match(x, d.At) != d.Entered || p.Match(x, d.At.Add(-1)) == d.Entered {
				t.Errorf("told of %v, where nothing changes", d)
			}
		}
		check()
	}
	if told < 15 {
		t.Errorf("only %d changes were told", told)
	}
}
