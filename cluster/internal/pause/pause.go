package pause

import (
	"context"
	"time"
)

// For waits, and reports whether the context goes on. It costs a timer and no goroutine.
func For(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
