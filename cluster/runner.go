package cluster

import (
	"context"
	"errors"
	"sync"
	"time"
)

// A Runner is one process of a cluster: it looks now and then who lives, and has a goroutine
// with a [Worker] for each partition of its share. It has a clock; the workers have none.
// Its fields must not change once Run is called.
type Runner struct {
	Broker  Broker // safe for concurrent use
	Options Options

	// Name is that of this member, and Members returns the members that live, this one
	// among them: see [Live]. How signs of life are given is the broker's matter. After an
	// error the partitions stay as they are.
	Name    string
	Members func(ctx context.Context) ([]string, error)

	// Tick, if set, is called when nothing more is to be read and something of the
	// partition falls due: it appends a message of [KindTick] to the input of that
	// partition, or broadcasts one. Without it time runs only as messages come. At most one
	// a Poll is asked for, and ticks of several members do no harm.
	Tick func(ctx context.Context, partition int) error

	// Report, if set, is told of every error of a worker, before it waits and loads anew.
	// Several goroutines call it at once.
	Report func(partition int, err error)

	// Look is how often Members is asked; 0 means 1 second. Poll is how long an idle
	// partition waits before it reads again; 0 means 100 milliseconds.
	Look, Poll time.Duration
}

// longestRest is how long a worker rests at most after errors that go on.
const longestRest = 5 * time.Second

// Run works until the context ends, and returns when all of its goroutines have. The error
// is nil then; or it says why no worker can be made, and nothing was done. What is not
// committed at the end the next member makes again.
func (r *Runner) Run(ctx context.Context) error {
	if r.Broker == nil || r.Members == nil {
		return errors.New("cluster: a Runner needs a Broker and Members")
	}
	o := r.Options.filled()
	if _, err := NewWorker(r.Broker, 0, o); err != nil {
		return err
	}
	stops := make(map[int]context.CancelFunc)
	var work sync.WaitGroup
	defer work.Wait()
	defer func() {
		for _, stop := range stops {
			stop()
		}
	}()
	for {
		if members, err := r.Members(ctx); err == nil {
			for p, owner := range Shares(members, o.Partitions) {
				switch stop := stops[p]; {
				case owner == r.Name && stop == nil:
					w, err := NewWorker(r.Broker, p, o)
					if err != nil {
						return err
					}
					own, stop := context.WithCancel(ctx)
					stops[p] = stop
					work.Go(func() { r.work(own, w) })
				case owner != r.Name && stop != nil:
					stop()
					delete(stops, p)
				}
			}
		} else if r.Report != nil && ctx.Err() == nil {
			r.Report(-1, err)
		}
		if !sleep(ctx, or(r.Look, time.Second)) {
			return nil
		}
	}
}

// work has a worker step until the context ends.
func (r *Runner) work(ctx context.Context, w *Worker) {
	poll := or(r.Poll, 100*time.Millisecond)
	rest := poll
	for ctx.Err() == nil {
		idle, err := w.Step(ctx)
		switch {
		case err != nil:
			if ctx.Err() != nil {
				return
			}
			if r.Report != nil {
				r.Report(w.partition, err)
			}
			sleep(ctx, rest)
			rest = min(2*rest, max(longestRest, poll))
		case idle:
			rest = poll // all is well
			r.tick(ctx, w)
			sleep(ctx, poll)
		}
	}
}

// tick asks for a tick if something is due by the clock on the wall.
func (r *Runner) tick(ctx context.Context, w *Worker) {
	if r.Tick == nil {
		return
	}
	if at, ok := w.Index().Due(); !ok || at.After(time.Now()) {
		return
	}
	if err := r.Tick(ctx, w.partition); err != nil && r.Report != nil && ctx.Err() == nil {
		r.Report(w.partition, err)
	}
}

// or is a length of time, or another if it is not set.
func or(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

// sleep waits, and reports whether the context goes on.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
