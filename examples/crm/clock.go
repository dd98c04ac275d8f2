package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/segmentrules/segment/live"
)

// The clock: that of the computer, or with -simulate one that goes on by itself and that the
// page may push forward. Time never goes back: who has pushed it and starts again without
// -simulate waits until the clock of the computer has come as far.

// startClock returns the clock that can be pushed, nil without simulate. It goes on from where
// the store is, or from now if that is later, until the context ends.
func startClock(ctx context.Context, simulate bool, at time.Time, out io.Writer) *live.ManualClock {
	now := time.Now().UTC()
	if !simulate {
		if at.After(now.Add(time.Minute)) {
			fmt.Fprintf(out, "the clock stands at %s until then, since it was pushed: -simulate lets it go on\n", at.UTC().Format(time.RFC3339))
		}
		return nil
	}
	if at.After(now) {
		now = at.UTC()
	}
	clock := live.NewManualClock(now)
	go func() {
		last := time.Now()
		for tick := time.NewTicker(time.Second); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case t := <-tick.C:
				clock.Advance(t.Sub(last))
				last = t
			}
		}
	}()
	return clock
}

// hostClock is the clock of the host; nil is that of the computer.
func hostClock(c *live.ManualClock) live.Clock {
	if c == nil {
		return nil
	}
	return c
}
