package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// guard makes a panic an error, so that the terminal is put in order and no child is left.
func guard(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}

// errInterrupted says that ctrl-C was pressed, or the process was asked to end.
var errInterrupted = errors.New("interrupted; nothing was compared")

// A group is goroutines of which the first error ends all.
type group struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	work   sync.WaitGroup
}

func newGroup(ctx context.Context) *group {
	g := new(group)
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	return g
}

// start has something done by a goroutine.
func (g *group) start(do func(ctx context.Context) error) {
	g.work.Go(func() {
		if err := guard(func() error { return do(g.ctx) }); err != nil {
			g.cancel(err)
		}
	})
}

// end ends all of it, and waits until it is ended.
func (g *group) end() {
	g.cancel(nil)
	g.work.Wait()
}

// pause waits, or until the context ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
