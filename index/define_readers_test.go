package index_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// TestReadersGoOnWhileDefining: in the midst of the pass over all contacts every
// call that reads comes back, with the state from before. The pass waits for them:
// were they to wait for it, neither would end.
func TestReadersGoOnWhileDefining(t *testing.T) {
	definers(t, func(t *testing.T, ix definer) {
		at := village(t, ix)
		for _, s := range []segment.Segment{
			{ID: "new", Condition: segment.MustParse(`n < 20`)},                        // there was none
			{ID: "some", Condition: segment.MustParse(`n <= 10`)},                      // another refers to it
			{ID: "fresh", Condition: segment.MustParse(`signup WITHIN LAST 1 days`)},   // it moves by time
			{ID: "new", Condition: segment.MustParse(`IN SEGMENT "some" AND n != 10`)}, // it refers to another
		} {
			before := state(t, ix)
			calls := 0
			_, err := ix.DefineContext(context.Background(), s, at, func(done, of int) {
				calls++
				during := make(chan string)
				go func() { during <- state(t, ix) }()
				if got := <-during; got != before {
					t.Errorf("while %s is defined, readers see\n%s\nand saw before\n%s", s.ID, got, before)
				}
				for err := range ix.Check() {
					t.Error(err)
				}
			})
			if err != nil || calls < 2 {
				t.Fatalf("%d reports of progress, %v", calls, err)
			}
			if state(t, ix) == before {
				t.Fatalf("defining %s has changed nothing", s.ID)
			}
			for err := range ix.Check() {
				t.Error(err)
			}
		}
	})
}

// state is what all calls that read say, but for the counters of work.
func state(t *testing.T, ix definer) (text string) {
	say := func(format string, args ...any) { text += fmt.Sprintf(format+"\n", args...) }
	say("%s %d", ix.Now(), ix.Stats().Segments)
	for _, s := range ix.Defined() {
		m, ok := ix.Metrics(s.ID)
		say("%s %v: %v %d %v %v", s.ID, s.Condition, slices.Collect(ix.Members(s.ID).All()), m.Size, m.Days, ok)
	}
	for _, id := range []string{"c3", "c10", "c30"} {
		c, ok := ix.Contact(id)
		say("%s %v %v %v %v", id, slices.Collect(ix.Segments(id)), c.Field("n"), c.Segment("some"), ok)
		x, err := ix.Explain(id, "some")
		if err != nil {
			t.Error(err)
			return text
		}
		say("%v", x)
	}
	p, err := ix.Preview(segment.MustParse(`NOT IN SEGMENT "some"`))
	say("%d %v %v", p.Count, p.Sample, err)
	in, out, err := ix.DryRun(segment.Segment{ID: "some", Condition: rule.Everyone{}}, ix.Now())
	say("%d %d %v", in.Len(), out.Len(), err)
	return text
}

// TestReadersGoOnWhileTimersAreSet: a segment that is in place is seen while its
// timers are being set, which here they cannot be until it was seen.
func TestReadersGoOnWhileTimersAreSet(t *testing.T) {
	ix := index.New(index.Options{})
	ix.AtLength()
	at := village(t, ix)
	release := ix.HoldTimers()
	done := make(chan error)
	go func() {
		_, err := ix.Define(segment.Segment{ID: "new", Condition: segment.MustParse(`signup WITHIN LAST 1 days`)}, at)
		done <- err
	}()
	for ix.Members("new").Len() == 0 {
		runtime.Gosched()
	}
	if got := ix.Members("new").Len(); got != 24 {
		t.Errorf("%d members, want 24", got)
	}
	if got := slices.Collect(ix.Segments("c3")); !slices.Equal(got, []string{"fresh", "new", "others"}) {
		t.Errorf("c3 is in %v", got)
	}
	if m, _ := ix.Metrics("new"); m.Size != 24 {
		t.Errorf("metrics say %d members", m.Size)
	}
	select {
	case err := <-done:
		t.Fatalf("defined, without timers: %v", err)
	default:
	}
	release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if due, ok := ix.Due(); !ok || !due.Equal(at.Add(time.Hour)) {
		t.Errorf("due at %s %v, want the hour after", due, ok)
	}
}

// TestReadersWhileSegmentsChange lets readers look while one goroutine does nothing
// but define, replace and drop segments, with time passing between. What they look
// for is so before and behind each call: all or nobody is in "whole", the halves
// are halves, "twin" is its "model", and the steady one stays what it is. Run it
// under -race.
func TestReadersWhileSegmentsChange(t *testing.T) {
	definers(t, func(t *testing.T, ix definer) {
		at := village(t, ix)
		rounds := 60
		if testing.Short() {
			rounds = 20
		}
		define := func(id, rule string) {
			if _, err := ix.Define(segment.Segment{ID: id, Condition: segment.MustParse(rule)}, at); err != nil {
				t.Error(err)
			}
		}
		define("whole", `EVERYONE`)
		define("model", `n > 5`)
		define("twin", `IN SEGMENT "model"`)
		define("steady", `n BETWEEN 7 AND 9`)
		var stop atomic.Bool
		var reads atomic.Int64
		var wg sync.WaitGroup
		for r := range 3 {
			wg.Go(func() {
				for i := r; !stop.Load() && !t.Failed(); i++ {
					if msg := halfDefined(ix, fmt.Sprint("c", i%40)); msg != "" {
						t.Error(msg)
					}
					reads.Add(1)
				}
			})
		}
		for i := range rounds {
			for n := reads.Load(); reads.Load() < n+2 && !t.Failed(); { // they get their turn
				runtime.Gosched()
			}
			if i%3 == 0 {
				at = at.Add(time.Hour) // some are due at this very instant
			}
			define("whole", []string{`EVERYONE`, `NOT EVERYONE`, `n < 0`, `signup IS SET`}[i%4])
			define("model", fmt.Sprintf(`n > %d AND signup OLDER THAN %d hours`, i%7, i%30))
			define("some", fmt.Sprintf(`n > %d`, i%40))
			define("passing", `n = 1 OR signup WITHIN LAST 3 days`)
			if _, err := ix.Drop("passing", at); err != nil {
				t.Error(err)
			}
		}
		stop.Store(true)
		wg.Wait()
		for err := range ix.Check() {
			t.Error(err)
		}
	})
}

// halfDefined reads, and says what does not fit.
func halfDefined(ix definer, contact string) string {
	if n := ix.Members("whole").Len(); n != 0 && n != 40 {
		return fmt.Sprintf("%d of 40 are in the segment of all or none", n)
	}
	if n := ix.Members("steady").Len(); n != 3 {
		return fmt.Sprintf("%d of 3 are in the segment that nobody touches", n)
	}
	in := slices.Collect(ix.Segments(contact))
	if slices.Contains(in, "some") == slices.Contains(in, "others") || slices.Contains(in, "model") != slices.Contains(in, "twin") {
		return fmt.Sprintf("%s is in %v", contact, in)
	}
	p, err := ix.Preview(segment.MustParse(`IN SEGMENT "model" AND NOT IN SEGMENT "twin" OR NOT IN SEGMENT "model" AND IN SEGMENT "twin"`))
	if err != nil || p.Count != 0 {
		return fmt.Sprintf("%d are in one of the twins (%v)", p.Count, err)
	}
	if c, ok := ix.Contact(contact); !ok || c.Segment("some") == c.Segment("others") {
		return contact + " is in both halves, or in none, or is gone"
	}
	if _, err := ix.Explain(contact, "twin"); err != nil {
		return err.Error()
	}
	if m, ok := ix.Metrics("whole"); !ok || m.Size != 0 && m.Size != 40 {
		return fmt.Sprintf("metrics say %d of 40", m.Size)
	}
	ix.Stats()
	for err := range ix.Check() {
		return err.Error()
	}
	return ""
}
