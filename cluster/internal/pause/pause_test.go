package pause

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestFor waits as long as it should, or until the context ends, in the time of a bubble.
func TestFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if !For(t.Context(), time.Hour) || time.Since(began) != time.Hour {
			t.Errorf("it waited %v of an hour", time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if began = time.Now(); For(ctx, time.Hour) || time.Since(began) != time.Minute {
			t.Errorf("it waited %v, and the context ended after a minute", time.Since(began))
		}
	})
}
