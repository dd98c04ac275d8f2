package cluster

import (
	"context"
	"fmt"
	"testing"

	"github.com/segmentrules/segment"
)

// TestSenders: a number is known for 30 days at least, and let go after 60, whatever workers
// come and go in between and wherever snapshots lie.
func TestSenders(t *testing.T) {
	for _, every := range []int{-1, 1, 3, 7} {
		f := NewFake()
		day, n := 0, 0
		var w *Worker
		// sent sends number 1 of a producer, and reports whether it is taken.
		sent := func(producer string) bool {
			t.Helper()
			n++
			m := Message{Kind: KindUpdates, Producer: producer, Number: 1, Updates: []segment.Update{{Contact: fmt.Sprint(n), Create: true}}}
			if _, err := f.Send(m, 1, newYear.AddDate(0, 0, day)); err != nil {
				t.Fatal(err)
			}
			if day%2 == 0 || w == nil { // another worker
				var err error
				if w, err = NewWorker(f, 0, Options{Partitions: 1, SnapshotEvery: every}); err != nil {
					t.Fatal(err)
				}
			}
			if err := run(w); err != nil {
				t.Fatal(err)
			}
			_, taken := w.Index().Contact(fmt.Sprint(n))
			return taken
		}
		if _, err := f.Send(Message{Kind: KindEpoch, Epoch: Epoch{1, 1, segment.EnvironmentHere()}}, 1, newYear); err != nil {
			t.Fatal(err)
		}
		since := map[string]int{}
		for ; day < 400; day++ {
			for _, gap := range []int{1, 29, 30, 61, 150} {
				p := fmt.Sprint("every ", gap, " days")
				last, before := since[p]
				if before && day-last < gap {
					continue
				}
				since[p] = day
				if taken := sent(p); taken != (!before || gap > 60) {
					t.Fatalf("day %d, a producer that sends %s: taken %v", day, p, taken)
				}
			}
		}
		if n := len(w.m.senders.now) + len(w.m.senders.before); n > 8 {
			t.Errorf("%d numbers are kept", n)
		}
		if every > 0 && w.Stats().Restored == 0 && w.Stats().Loads > 0 {
			if s, _ := f.Snap(context.Background(), 0, 1<<40); s == nil {
				t.Error("no snapshot was put")
			}
		}
	}
}
