package nats

import (
	"context"
	"sync"

	"github.com/nats-io/nats.go/jetstream"
)

// A floor knows the first position of the input that is still kept. Those who ask while a
// request is under way share the next one.
type floor struct {
	stream jetstream.Stream
	o      Options
	mu     sync.Mutex
	busy   bool
	next   *asked // not begun yet
	failed int    // requests without an answer, one after the other; of the goroutine that asks
}

// An asked is a request that several wait for.
type asked struct {
	done  chan struct{}
	first uint64
	err   error
}

func newFloor(s jetstream.Stream, o Options) *floor { return &floor{stream: s, o: o} }

// first returns the first position that was kept at some moment after the call.
func (f *floor) first(ctx context.Context) (uint64, error) {
	f.mu.Lock()
	if f.next == nil {
		f.next = &asked{done: make(chan struct{})}
	}
	a := f.next
	if !f.busy {
		f.busy = true
		go f.ask()
	}
	f.mu.Unlock()
	select {
	case <-a.done:
		return a.first, a.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// ask makes requests while somebody waits for one.
func (f *floor) ask() {
	for {
		f.mu.Lock()
		a := f.next
		f.next = nil
		f.busy = a != nil
		f.mu.Unlock()
		if a == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), f.o.try(f.failed))
		info, err := f.stream.Info(ctx)
		cancel()
		f.failed++
		if a.err = err; err == nil {
			a.first, f.failed = info.State.FirstSeq, 0
		}
		close(a.done)
	}
}
