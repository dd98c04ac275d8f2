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
	Signs   Signs
	Options Options
	Member  Member // this one; it gives signs of life while Run goes on

	// Input, if set, is where a message of [KindTick] is appended when nothing more is to
	// be read and something of a partition falls due. Without it time runs only as messages
	// come. There is at most one a Poll, and ticks of several members do no harm.
	Input Input

	// Report, if set, is told of every error: of the worker of a partition, before it waits
	// and loads anew, or with [Everyone] of the signs of life, after which the partitions
	// stay as they are. Several goroutines call it at once.
	Report func(partition int, err error)

	// Look is how often signs of life are given and read; 0 means half a second. Poll is how
	// long an idle partition waits before it reads again; 0 means 100 milliseconds.
	Look, Poll time.Duration

	mu      sync.Mutex
	workers map[int]*Worker // of the partitions at work
}

// View calls a function with the state of a partition, as [Worker.View] does, and reports
// whether it did: a partition that is of another member's share shows nothing here. The
// function must not wait for others. Several goroutines may look at once.
func (r *Runner) View(partition int, look func(View)) bool {
	r.mu.Lock()
	w := r.workers[partition]
	r.mu.Unlock()
	return w != nil && w.View(look)
}

// show lets [Runner.View] see a worker, or none.
func (r *Runner) show(partition int, w *Worker) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.workers == nil {
		r.workers = make(map[int]*Worker)
	}
	if r.workers[partition] = w; w == nil {
		delete(r.workers, partition)
	}
}

// longestRest is how long a worker rests at most after errors that go on.
const longestRest = 5 * time.Second

// Run works until the context ends, and returns when all of its goroutines have. The error
// is nil then; or it says why no worker can be made, and nothing was done. What is not
// committed at the end the next member makes again.
func (r *Runner) Run(ctx context.Context) error {
	if r.Broker == nil || r.Signs == nil || r.Member.Name == "" {
		return errors.New("cluster: a Runner needs a Broker, Signs and the name of its member")
	}
	o := r.Options.filled()
	if _, err := NewWorker(r.Broker, 0, o); err != nil {
		return err
	}
	stops := make(map[int]context.CancelFunc)
	var work sync.WaitGroup
	defer r.leave()
	defer work.Wait()
	defer func() {
		for p, stop := range stops {
			r.show(p, nil)
			stop()
		}
	}()
	for {
		if members, err := r.members(ctx); err == nil {
			for p, owner := range Shares(members, o.Partitions) {
				switch stop := stops[p]; {
				case owner == r.Member.Name && stop == nil:
					w, err := NewWorker(r.Broker, p, o)
					if err != nil {
						return err
					}
					own, stop := context.WithCancel(ctx)
					stops[p] = stop
					r.show(p, w)
					work.Go(func() { r.work(own, w) })
				case owner != r.Member.Name && stop != nil:
					r.show(p, nil)
					stop()
					delete(stops, p)
				}
			}
		} else if r.Report != nil && ctx.Err() == nil {
			r.Report(Everyone, err)
		}
		if !sleep(ctx, or(r.Look, time.Second/2)) {
			return nil
		}
	}
}

// members gives a sign of life and returns the names of those that live.
func (r *Runner) members(ctx context.Context) (names []string, err error) {
	if err := r.Signs.Sign(ctx, r.Member); err != nil {
		return nil, err
	}
	all, err := r.Signs.Members(ctx)
	for _, m := range all {
		names = append(names, m.Name)
	}
	return names, err
}

// leave tells the others that this member stops. If that fails, its lease ends.
func (r *Runner) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := r.Signs.Leave(ctx, r.Member.Name); err != nil && r.Report != nil {
		r.Report(Everyone, err)
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
	if r.Input == nil {
		return
	}
	if at, ok := w.Index().Due(); !ok || at.After(time.Now()) {
		return
	}
	tick, err := Message{Kind: KindTick}.AppendBinary(nil)
	if err == nil {
		err = r.Input.Append(ctx, w.partition, "", tick)
	}
	if err != nil && r.Report != nil && ctx.Err() == nil {
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
