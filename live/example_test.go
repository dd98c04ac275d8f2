package live_test

import (
	"context"
	"fmt"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

// A host tells who enters and who leaves, also when nothing happens but that time passes. The
// clock is one for tests; without it the host goes by the clock of the computer.
func ExampleHost() {
	clock := live.NewManualClock(time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC))
	h := live.New(live.OverIndex(index.New(index.Options{})), live.Options{Clock: clock})
	defer h.Close()
	h.Define(segment.Segment{ID: "active", Condition: segment.MustParse(`DID opened IN LAST 30 DAYS`)})
	h.Apply(segment.Update{Contact: "ann", Events: []segment.Event{{ID: "1", Name: "opened", At: h.Now()}}})
	fmt.Println(h.Segments("ann"))

	clock.Await(1) // the host sleeps
	clock.Jump(30 * 24 * time.Hour)
	clock.Advance(time.Second)
	for d := range h.Subscribe(context.Background(), 0) {
		fmt.Println(d)
		if !d.Entered {
			break
		}
	}
	fmt.Println(h.Segments("ann"))
	// Output:
	// [active]
	// + active ann 2026-03-01T09:00:00Z
	// - active ann 2026-03-31T09:00:00Z
	// []
}
