package live_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

// crowd has so many contacts open something now, one a second.
func crowd(t testing.TB, h *live.Host, clock *live.ManualClock, n int) {
	t.Helper()
	must(t)(h.Define(rule("active", "DID opened IN LAST 1 DAYS")))
	for i := range n {
		must(t)(h.Apply(opened(fmt.Sprint("c", i), "1", h.Now())))
		clock.Jump(time.Second)
	}
}

// A clock that is set back stops the clock of the index until it has come there again: no call
// is refused, and none happens before another.
func TestClockJumpsBack(t *testing.T) {
	h, ix, clock := host(t, live.Options{})
	crowd(t, h, clock, 3)
	was := ix.Now()
	clock.Jump(-48 * time.Hour)
	must(t)(h.Apply(opened("late", "1", was)))
	must(t)(h.Define(rule("ever", "DID opened")))
	if n, err := h.Count(segment.MustParse("DID opened IN LAST 1 DAYS")); n != 4 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if now := h.Now(); !now.Equal(was) || !ix.Now().Equal(was) {
		t.Errorf("the clock stands at %v, and stood at %v", now, was)
	}
	for d, err := range h.Subscribe(context.Background(), 3) {
		if err != nil || d.At.Before(was) {
			t.Errorf("%v, %v", d, err)
		}
		if d.Revision == ix.Revision() {
			break
		}
	}
}

// A year that passes at once, as the clock is set forward or the computer wakes, is noticed
// within a second, and made up for in bites. Every diff has its own instant.
func TestYearPassesAtOnce(t *testing.T) {
	meter := new(live.Counters)
	h, ix, clock := host(t, live.Options{Bite: 10, Metrics: meter})
	crowd(t, h, clock, 1000)
	clock.Await(1)
	clock.Jump(365 * 24 * time.Hour)
	clock.Advance(time.Second)
	ds := first(t, h, 0, 2000)
	steps(t, ds)
	for i, d := range ds[1000:] {
		if want := newYear.Add(24*time.Hour + time.Duration(i)*time.Second); d.Entered || !d.At.Equal(want) {
			t.Fatalf("%v, and should at %v", d, want)
		}
		if d.Step-d.Revision >= 10 {
			t.Fatalf("a bite of more than 10: %v", d)
		}
	}
	if n := meter.Get(live.MeterBites); n < 100 {
		t.Errorf("%d bites", n)
	}
	if n := h.Members("active").Len(); n != 0 || ix.Revision() != 2000 {
		t.Errorf("%d members, %d diffs", n, ix.Revision())
	}
}

// Calls come between the bites: one that is not about now gets its turn before time has run to
// now.
func TestCallsComeBetweenBites(t *testing.T) {
	m := &biter{Machine: live.OverIndex(newIndex())}
	clock := live.NewManualClock(newYear)
	h := live.New(m, live.Options{Clock: clock, Bite: 1})
	defer h.Close()
	crowd(t, h, clock, 50)
	clock.Jump(365 * 24 * time.Hour)
	var between time.Time
	var once sync.Once
	m.between = func() { // while the result of some bite is waited for: the lock is free then
		once.Do(func() {
			between = m.Index().Now()
			must(t)(h.Apply(segment.Update{Contact: "c1", At: between, Set: map[string]segment.Value{"n": segment.Int(1)}}))
		})
	}
	if n, err := h.Count(segment.MustParse("DID opened IN LAST 1 DAYS")); n != 0 || err != nil {
		t.Error(n, err)
	}
	if between.IsZero() || !between.Before(newYear.AddDate(0, 1, 0)) {
		t.Errorf("the call came at %v", between)
	}
	steps(t, first(t, h, 0, 100))
}

// A biter calls a function while the result of a bite of time is waited for.
type biter struct {
	live.Machine
	between func()
}

func (m *biter) SubmitAdvance(to time.Time, limit int) (func() ([]segment.Diff, error), bool) {
	wait, done := m.Machine.SubmitAdvance(to, limit)
	return func() ([]segment.Diff, error) {
		if !done && m.between != nil {
			m.between()
		}
		return wait()
	}, done
}

// Questions are answered as of now, not as of the last call that wrote.
func TestReadsAreOfNow(t *testing.T) {
	h, ix, clock := host(t, live.Options{})
	must(t)(h.Define(rule("active", "DID opened IN LAST 1 DAYS")))
	must(t)(h.Define(rule("ever", "DID opened")))
	must(t)(h.Apply(opened("ann", "1", newYear)))
	clock.Jump(36 * time.Hour) // the timer does not hear of it
	now := newYear.Add(36 * time.Hour)
	check := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, and should be %v", what, got, want)
		}
	}
	check("Now", h.Now(), now)
	check("Segments", fmt.Sprint(h.Segments("ann")), "[ever]")
	clock.Jump(time.Hour)
	now = now.Add(time.Hour)
	n, _ := h.Count(segment.MustParse("DID opened IN LAST 37 HOURS"))
	check("Count at the edge", n, 0)
	clock.Jump(-time.Hour)
	p, err := h.Preview(context.Background(), segment.MustParse("DID opened IN LAST 38 HOURS"), index.PreviewOptions{})
	check("Preview", fmt.Sprint(p.Count, p.At, err), fmt.Sprint(1, now, nil))
	clock.Jump(2 * time.Hour)
	now = now.Add(time.Hour)
	x, err := h.Explain("ann", "active")
	check("Explain", fmt.Sprint(x.Holds, err), "false <nil>")
	clock.Jump(time.Hour)
	mt, ok := h.Metrics("ever")
	check("Metrics", fmt.Sprint(mt.At, ok), fmt.Sprint(now.Add(time.Hour), true))
	check("Members", h.Members("active").Len(), 0)
	check("Overlap", h.Overlap("active", "ever"), 0)
	c, ok := h.Contact("ann")
	check("Contact", fmt.Sprint(ok, c.Segment("active")), "true false")
	out, err := h.DryRunAll(rule("ever", "DID opened IN LAST 1 HOURS"))
	check("DryRunAll", fmt.Sprint(len(out), out[0].Left.Len(), err), "1 1 <nil>")
	check("Defined", len(h.Defined()), 2)
	check("Stats", h.Stats().Contacts, 1)
	check("Revision", h.Revision(), ix.Revision())
	check("no segments", h.Segments("nobody") != nil, true)
}

// Reads that only ask who is a member make no call to the machine while nothing is due.
func TestReadsWithoutCalls(t *testing.T) {
	m := &recorder{ix: newIndex()}
	clock := live.NewManualClock(newYear)
	h := live.New(m, live.Options{Clock: clock})
	defer h.Close()
	must(t)(h.Define(rule("active", "DID opened IN LAST 1 DAYS")))
	must(t)(h.Apply(opened("ann", "1", newYear)))
	for range 100 {
		clock.Jump(time.Second)
		h.Members("active")
		h.Segments("ann")
		h.Contact("ann")
		h.Overlap("active", "active")
	}
	if len(m.calls) != 2 {
		t.Errorf("%d calls", len(m.calls))
	}
}

// However many subscribers wait, sleeps and calls there are, a host has one goroutine.
func TestOneGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	h, _, clock := host(t, live.Options{Bite: 1})
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	const subscribers = 500
	for range subscribers {
		wg.Go(func() {
			for _, err := range h.Subscribe(ctx, 0) {
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}
		})
	}
	most := 0
	crowd(t, h, clock, 100)
	for range 50 {
		clock.Jump(time.Hour)
		clock.Advance(time.Second)
		most = max(most, runtime.NumGoroutine()-before-subscribers)
	}
	if most > 1 {
		t.Errorf("%d goroutines beside those of the subscribers", most)
	}
	cancel()
	wg.Wait()
	h.Close()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines are left", runtime.NumGoroutine()-before)
}

// Instants that no count of nanoseconds reaches, and those that no update can have.
func TestFarFuture(t *testing.T) {
	h, ix, clock := host(t, live.Options{})
	crowd(t, h, clock, 3)
	must(t)(h.Define(rule("old", "AGE(born) > 500 YEARS")))
	must(t)(h.Apply(segment.Update{Contact: "ann", Set: map[string]segment.Value{"born": segment.Time(newYear)}}))
	for _, year := range []int{2261, 2262, 2300, 2525, 2527, 9999, 10_050} {
		clock.Jump(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC).AddDate(-100, 0, 0).Sub(clock.Now()))
		clock.Jump(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC).Sub(clock.Now()))
		for range 40 { // a Duration is 292 years at most
			clock.Jump(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC).Sub(clock.Now()))
		}
		must(t)(h.Apply(segment.Update{Contact: "bob", Set: map[string]segment.Value{"n": segment.Int(int64(year))}}))
		if n := h.Members("old").Len(); (n == 1) != (year > 2526) {
			t.Errorf("in %d %d are old", year, n)
		}
		if year < 9999 && ix.Now().Year() != year {
			t.Errorf("in %d it is %v", year, ix.Now())
		}
	}
}
