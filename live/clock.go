package live

import (
	"context"
	"time"
)

// A Clock says what time it is, and wakes. Its methods may be called by many goroutines.
type Clock interface {
	// Now returns the time of day. It may jump forward or back, as clocks of computers do
	// when somebody sets them or the computer wakes up.
	Now() time.Time
	// AfterFunc calls f in some goroutine once d has passed, however the time of day jumps
	// meanwhile. Stop prevents it, and reports whether it has. What a Host hands in as f
	// returns at once.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// wallClock is the clock of the computer.
type wallClock struct{}

// Now leaves out the monotonic reading: times that have one are compared by it, and a jump of
// the time of day would not be seen.
func (wallClock) Now() time.Time { return time.Now().Round(0) }

func (wallClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	return time.AfterFunc(d, f).Stop
}

// sleep waits until d has passed or the context is done, of which it returns the error.
func sleep(ctx context.Context, clock Clock, d time.Duration) error {
	woken := make(chan struct{})
	stop := clock.AfterFunc(d, func() { close(woken) })
	defer stop()
	select {
	case <-woken:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
