package cluster

import (
	"context"
	"sync"
)

// What the partitions of a process share is bounded: loads and snapshots cost memory and
// time, and all partitions may want them at once.

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

// try takes a place if one is free.
func (r room) try() bool {
	select {
	case r <- struct{}{}:
		return true
	default:
		return false
	}
}

// leave gives a place back.
func (r room) leave() { <-r }

// A putter puts the snapshots of one partition, each by a goroutine.
type putter struct {
	ctx    context.Context // of the process: a partition that is given away is put all the same
	broker Broker
	room   room
	work   *sync.WaitGroup
	tell   func(error) // of each, nil if it was put
}

// free is that of aside.
func (p *putter) free() bool { return p.room.try() }

// put is that of aside.
func (p *putter) put(s *snapshot) {
	p.work.Go(func() {
		defer p.room.leave()
		if err := s.put(p.ctx, p.broker); p.ctx.Err() == nil {
			p.tell(err)
		}
	})
}
