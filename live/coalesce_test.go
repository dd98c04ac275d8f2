package live_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/live"
)

// A contact that flaps is told once, when the window is over by the clock, or not at all if it
// is where it was.
func TestCoalesce(t *testing.T) {
	h, _, clock := host(t, live.Options{})
	must(t)(h.Define(rule("big", "n > 5")))
	must(t)(h.Define(rule("odd", "n = 7")))
	set := func(contact string, n int64) {
		must(t)(h.Apply(segment.Update{Contact: contact, Set: map[string]segment.Value{"n": segment.Int(n)}}))
	}
	pace := func(id string) live.Pace {
		if id == "big" {
			return live.Pace{Window: 10 * time.Minute, Cooldown: time.Hour}
		}
		return live.Pace{}
	}
	told := make(chan string, 10)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(told)
		for p, err := range h.Coalesce(ctx, live.Resume{}, pace) {
			if err != nil {
				told <- err.Error()
				return
			}
			told <- fmt.Sprint(p.Diff.Revision, " ", p.Diff.String()[:len("+ odd ann 2026-01-01T00:00")], " of ", p.Of, " at ", p.At.Format("15:04"), " resume ", p.Resume.From)
		}
	}()
	expect := func(want string) {
		t.Helper()
		for range 10_000 {
			select {
			case got := <-told:
				if got != want {
					t.Errorf("told:   %s\nshould: %s", got, want)
				}
				return
			case <-time.After(time.Millisecond):
				clock.Advance(time.Second) // whoever sleeps looks again each second
			}
		}
		t.Fatalf("not told: %s", want)
	}
	pass := func(d time.Duration) { clock.Jump(d) }
	set("ann", 7) // 1 2
	expect("2 + odd ann 2026-01-01T00:00 of 1 at 00:00 resume 0")
	set("bob", 6) // 3
	set("bob", 1) // 4
	set("ann", 1) // 5 6
	expect("6 - odd ann 2026-01-01T00:00 of 1 at 00:00 resume 0")
	set("ann", 9) // 7
	pass(10 * time.Minute)
	expect("7 + big ann 2026-01-01T00:00 of 3 at 00:10 resume 2") // and bob, who is where he was, is not told
	set("ann", 1)                                                 // 8, in the cooldown
	pass(30 * time.Minute)
	set("bob", 8) // 9
	pass(20 * time.Minute)
	expect("9 + big bob 2026-01-01T00:40 of 1 at 00:50 resume 7")
	pass(20 * time.Minute)
	expect("8 - big ann 2026-01-01T00:10 of 1 at 01:10 resume 9")
	cancel()
	expect("context canceled")
}

// A window is not over by the clock as long as a diff from within it may be on its way: its
// result is still waited for, while the clock is past the end.
func TestCoalesceWaitsForWhatIsOnItsWay(t *testing.T) {
	m := &recorder{ix: newIndex()}
	clock := live.NewManualClock(newYear)
	h := live.New(m, live.Options{Clock: clock})
	must(t)(h.Define(rule("big", "n > 5")))
	set := func(contact string, n int64) {
		must(t)(h.Apply(segment.Update{Contact: contact, Set: map[string]segment.Value{"n": segment.Int(n)}}))
	}
	told := make(chan live.Paced, 10)
	go func() {
		defer close(told)
		for p, err := range h.Coalesce(context.Background(), live.Resume{}, func(string) live.Pace { return live.Pace{Window: time.Hour} }) {
			if err == nil {
				told <- p
			}
		}
	}()
	set("ann", 9)
	clock.Jump(time.Minute)
	m.slowDown()
	done := make(chan struct{})
	go func() { defer close(done); set("ann", 1) }()
	waitUntil(t, func() bool { return m.ix.Revision() == 2 })
	clock.Jump(2 * time.Hour)
	for range 20 {
		clock.Advance(time.Second)
		time.Sleep(time.Millisecond)
	}
	if len(told) > 0 {
		t.Errorf("told %v, which was changed back within the hour", <-told)
	}
	m.mu.Lock()
	m.slow = false
	for _, free := range m.held {
		close(free)
	}
	m.mu.Unlock()
	<-done
	set("bob", 9)
	clock.Jump(2 * time.Hour)
	for len(told) == 0 {
		clock.Advance(time.Second)
		time.Sleep(time.Millisecond)
	}
	if p := <-told; p.Diff.Contact != "bob" || p.Of != 1 {
		t.Errorf("told %+v", p)
	}
	h.Close()
	if p, ok := <-told; ok {
		t.Errorf("told %+v", p)
	}
}
