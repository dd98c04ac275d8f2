package cluster

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/segmentrules/segment/cluster/internal/pause"
)

// A partition of a process: a goroutine has its worker step, waits where there is nothing to
// do, and rests after errors, the longer the more of them come in a row. Whatever happens to
// it, the other partitions go on.

const (
	longestRest = 5 * time.Second // after errors that may pass by themselves
	lastingRest = time.Minute     // after those that do not
	restShare   = 20              // a partition that fails works for this part of the time at most
)

// A process is what its partitions have in common.
type process struct {
	broker Broker
	input  Input
	report func(partition int, err error)
	poll   time.Duration
	loads  room
}

// A tender has a partition in its care.
type tender struct {
	*process
	w    *Worker
	stop context.CancelFunc

	commits uint64        // seen so far
	resumed time.Time     // when it was last well, or has rested
	rest    time.Duration // after the next error
	loading bool          // it has a place among those that load
	ticked  time.Time     // what was due when it last asked for a tick
	gap     time.Duration
	next    time.Time // not before this another tick for the same

	mu                   sync.Mutex
	status               PartitionStatus
	stored               time.Time // when the last message that is made was stored
	steps, ticks, images news
}

// run has the worker step until the context ends.
func (t *tender) run(ctx context.Context) {
	defer t.loaded()
	t.rest, t.resumed = t.poll, time.Now()
	for ctx.Err() == nil {
		if t.w.behind() && !t.loading {
			if !t.loads.enter(ctx) {
				return
			}
			t.loading = true
		}
		began := time.Now()
		idle, err := t.w.Step(ctx)
		if err != nil || idle || !t.w.behind() {
			t.loaded()
		}
		switch {
		case err != nil:
			t.failed(ctx, err)
		case idle && t.w.behind(): // what is committed is not there to read yet
			pause.For(ctx, t.poll)
		case idle:
			t.note(true)
			t.tick(ctx)
			t.wait(ctx, time.Since(began))
		case t.w.stats.Commits != t.commits:
			t.note(false)
		}
	}
}

// loaded gives back the place among those that load.
func (t *tender) loaded() {
	if t.loading {
		t.loads.leave()
		t.loading = false
	}
}

// note takes down that all is well.
func (t *tender) note(idle bool) {
	t.rest, t.commits, t.resumed = t.poll, t.w.stats.Commits, time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	s, told := &t.status, &t.w.told
	s.Loaded, s.Idle, s.Err, s.Since, s.Stats = !t.w.behind(), idle, nil, time.Time{}, t.w.stats
	s.Position, s.Revision, s.Refused, s.Epoch = told.Upto, told.Revision, told.Refused, told.Epoch.Number
	t.stored = t.w.m.call.at
	t.steps.is(nil)
}

// failed tells of an error, and rests.
func (t *tender) failed(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	t.mu.Lock()
	s := &t.status
	if s.Err == nil {
		s.Since = time.Now()
	}
	s.Err, s.Loaded, s.Idle, s.Stats = err, false, false, t.w.stats
	t.mu.Unlock()
	t.tell(&t.steps, err)
	pause.For(ctx, t.restAfter(err))
	t.resumed = time.Now()
}

// restAfter is how long to rest. Where the worker will come to the same again, what it took to
// come there counts too: the loads of others should not wait for it.
func (t *tender) restAfter(err error) time.Duration {
	longest, lasts := max(longestRest, t.poll), lasting(err)
	if lasts {
		longest = lastingRest
	}
	rest := min(t.rest, longest)
	t.rest = min(2*t.rest, longest)
	if down := new(EnvironmentError); lasts || errors.As(err, &down) {
		rest = max(rest, min(restShare*time.Since(t.resumed), lastingRest))
	}
	return rest
}

// tell tells of an error if it is news; nil means that all is well.
func (t *tender) tell(n *news, err error) {
	t.mu.Lock()
	is := n.is(err)
	t.mu.Unlock()
	if is && err != nil && t.report != nil {
		t.report(t.w.partition, err)
	}
}

// look returns how the partition is doing.
func (t *tender) look() PartitionStatus {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.status
	if !s.Idle && !t.stored.IsZero() {
		s.Lag = max(0, time.Since(t.stored))
	}
	return s
}

// wait waits until there may be input, or something falls due.
func (t *tender) wait(ctx context.Context, read time.Duration) {
	waiter, ok := t.broker.(Waiter)
	if !ok {
		pause.For(ctx, t.poll-read) // the broker may have waited already
		return
	}
	long := longestWait
	if at, ok := t.w.Index().Due(); ok && t.input != nil {
		long = max(t.poll, min(long, time.Until(at)))
	}
	own, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	if waiter.Wait(own, t.w.partition, t.w.m.upto) != nil {
		pause.For(ctx, t.poll)
	}
}

// tick asks for a tick if something is due by the clock on the wall. The clock of the broker
// may be behind it: then the same is due again, and is asked for at longer intervals.
func (t *tender) tick(ctx context.Context) {
	at, ok := t.w.Index().Due()
	now := time.Now()
	if t.input == nil || !ok || at.After(now) {
		return
	}
	if !at.Equal(t.ticked) {
		t.ticked, t.gap = at, t.poll
	} else if now.Before(t.next) {
		return
	}
	t.next = now.Add(t.gap)
	t.gap = min(2*t.gap, max(longestRest, t.poll))
	tick, err := Message{Kind: KindTick}.AppendBinary(nil)
	if err == nil {
		err = t.input.Append(ctx, t.w.partition, "", tick)
	}
	if ctx.Err() == nil {
		t.tell(&t.ticks, err)
	}
}

// or is a length of time, or another if it is not set.
func or(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}
