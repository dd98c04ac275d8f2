package client

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/segmentrules/segment/cluster/internal/pause"
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
	return pause.For(ctx, d/2+rand.N(d/2+1)) && ctx.Err() == nil
}
