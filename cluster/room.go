package cluster

import (
	"context"
	"sync"
	"time"
)

// What the partitions of a process share is bounded: loads and snapshots cost memory and
// time, and all partitions may want them at once.

// longestWait is how long an idle partition waits for input at a time.
const longestWait = 5 * time.Second

// A room has places, each for one that works.
type room chan struct{}

// enter takes a place, for which it waits until the context ends, and reports whether it has.
func (r room) enter(ctx context.Context) bool {
	select {
	case r <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// leave gives a place back.
func (r room) leave() { <-r }

// A queue has places, which are given to who has asked first of those that still ask.
type queue struct {
	mu     sync.Mutex
	places int
	asked  map[int]asking // by partition
}

// An asking is since when, and when last, somebody has asked for a place.
type asking struct{ first, last time.Time }

// mostSilent is for how long who has asked is waited for.
const mostSilent = 2 * longestWait

// try takes a place for a partition if one is free, and nobody that is waited for has asked
// before. It costs nothing to speak of while none is free.
func (q *queue) try(partition int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	a, now := q.asked[partition], time.Now()
	if a.last = now; a.first.IsZero() {
		a.first = now
	}
	q.asked[partition] = a
	if q.places == 0 {
		return false
	}
	before := 0
	for p, other := range q.asked {
		if now.Sub(other.last) > mostSilent {
			delete(q.asked, p)
		} else if other.first.Before(a.first) {
			before++
		}
	}
	if before >= q.places {
		return false
	}
	delete(q.asked, partition)
	q.places--
	return true
}

// leave gives a place back.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.places++
}

// A putter puts the snapshots of one partition, each by a goroutine.
type putter struct {
	ctx       context.Context // of the process: a partition that is given away is put all the same
	broker    Broker
	partition int
	places    *queue
	work      *sync.WaitGroup
	tell      func(error) // of each, nil if it was put
}

// free is that of aside.
func (p *putter) free() bool { return p.places.try(p.partition) }

// put is that of aside.
func (p *putter) put(s *snapshot) {
	p.work.Go(func() {
		defer p.places.leave()
		if err := s.put(p.ctx, p.broker); p.ctx.Err() == nil {
			p.tell(err)
		}
	})
}
