package main

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestGuard: a panic in one goroutine ends the others and is the reason.
func TestGuard(t *testing.T) {
	g := newGroup(t.Context())
	ended := make(chan struct{})
	g.start(func(ctx context.Context) error {
		<-ctx.Done()
		close(ended)
		return nil
	})
	g.start(func(context.Context) error { panic("of the test") })
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the other goroutine goes on")
	}
	if err := context.Cause(g.ctx); err == nil || !strings.Contains(err.Error(), "of the test") {
		t.Errorf("the reason is %v", err)
	}
	g.end()
}
