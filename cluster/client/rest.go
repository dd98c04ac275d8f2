package client

import (
	"context"
	"math/rand/v2"
	"time"
)

// longestRest is how long is rested at most after errors that go on.
const longestRest = 5 * time.Second

// A rest is how long to wait before something is tried again: longer each time, and not
// equally long for all who wait for the same.
type rest time.Duration

// take waits, and reports whether the context goes on.
func (r *rest) take(ctx context.Context) bool {
	d := time.Duration(*r)
	*r = rest(min(2*d, max(d, longestRest)))
	timer := time.NewTimer(d/2 + rand.N(d/2+1))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}
