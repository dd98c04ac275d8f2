package live_test

import (
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/live"
)

// Members leave at the very instant while nobody calls.
func TestMembersLeaveWhileNobodyCalls(t *testing.T) {
	h, ix, clock := host(t, live.Options{})
	must(t)(h.Define(rule("active", "COUNT(opened) >= 1 IN LAST 30 DAYS")))
	at := newYear.Add(12*time.Hour + 7)
	clock.Advance(12*time.Hour + 7)
	must(t)(h.Apply(opened("ann", "1", at)))
	clock.Await(1)
	for range 29*24 + 12 {
		clock.Advance(time.Hour)
	}
	if n := ix.Revision(); n != 1 {
		t.Fatalf("%d diffs before the time", n)
	}
	clock.Advance(12 * time.Hour)
	ds := first(t, h, 0, 2)
	if last := ds[1]; last.Entered || !last.At.Equal(at.AddDate(0, 0, 30)) {
		t.Errorf("left as %v, and should at %v", last, at.AddDate(0, 0, 30))
	}
}

// 16,000 calls of 8 goroutines by the real clock: none is refused for its instant. With
// At: time.Now() some are, since another was faster between the clock and the lock.
func TestNoCallIsRefusedForItsInstant(t *testing.T) {
	h := live.New(live.OverIndex(newIndex()), live.Options{})
	defer h.Close()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 2000 {
				u := segment.Update{Contact: string(rune('a' + g)), Set: map[string]segment.Value{"n": segment.Int(int64(i))}}
				if _, err := h.Apply(u); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
