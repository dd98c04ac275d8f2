package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// A load sends what contacts do, and definitions that change. Each partition has a producer
// of its own, and one more sends what is broadcast. A producer sends a message again, with
// the same number, until it is stored: the partition applies it once.
type load struct {
	to         cluster.Input
	partitions int
	contacts   int
	rate       float64 // messages a second, all partitions together
	seed       uint64
	redefined  func()      // is called when a segment has been defined anew
	trouble    func(error) // is told of a message that is to be sent again
}

// redefine is how long it is from one changed definition to the next.
const redefine = 2500 * time.Millisecond

// A producer numbers messages, and sends them one after the other.
type producer struct {
	*load
	name      string
	partition int // or cluster.Everyone
	number    uint64
}

// send numbers a message, and sends it.
func (p *producer) send(ctx context.Context, m cluster.Message) error {
	p.number++
	m.Producer, m.Number = p.name, p.number
	return p.again(ctx, p.name+"-"+strconv.FormatUint(p.number, 10), m)
}

// again sends a message until it is stored, or the context ends.
func (p *producer) again(ctx context.Context, key string, m cluster.Message) error {
	data, err := m.AppendBinary(nil)
	if err != nil {
		return err
	}
	for {
		once, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := p.to.Append(once, p.partition, key, data)
		cancel()
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		p.trouble(err)
		pause(ctx, 100*time.Millisecond)
	}
}

// begin sends what an input begins with: the epoch, and the first definitions.
func (l *load) begin(ctx context.Context) (*producer, error) {
	all := &producer{load: l, name: "all", partition: cluster.Everyone}
	epoch := cluster.Epoch{Number: 1, Partitions: l.partitions, Environment: segment.EnvironmentHere()}
	if err := all.send(ctx, cluster.Message{Kind: cluster.KindEpoch, Epoch: epoch}); err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(l.seed, 1<<32))
	for _, t := range templates {
		s, err := t.define(r)
		if err == nil {
			err = all.send(ctx, cluster.Message{Kind: cluster.KindDefine, Segment: s})
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// run sends until stop is closed; what is under way then is sent to its end. The context
// ends all of it. It returns when every producer has.
func (l *load) run(ctx context.Context, all *producer, stop <-chan struct{}) error {
	var work sync.WaitGroup
	errs := make(chan error, l.partitions+1)
	for p, c := range crowds(l.contacts, l.partitions, l.seed) {
		if len(c.ids) == 0 {
			continue
		}
		from := &producer{load: l, name: fmt.Sprint("p", p), partition: p}
		work.Go(func() {
			errs <- guard(func() error {
				every := time.Duration(float64(time.Second) * float64(l.partitions) / l.rate)
				return paced(stop, every, func() error {
					return from.send(ctx, cluster.Message{Kind: cluster.KindUpdates, Updates: c.call(time.Now())})
				})
			})
		})
	}
	work.Go(func() {
		r := rand.New(rand.NewPCG(l.seed, 1<<33))
		errs <- guard(func() error {
			return paced(stop, redefine, func() error { return l.redefine(ctx, all, r) })
		})
	})
	work.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// redefine changes one of the segments.
func (l *load) redefine(ctx context.Context, all *producer, r *rand.Rand) error {
	s, err := templates[r.IntN(len(templates))].define(r)
	if err != nil {
		return err
	}
	if err := all.send(ctx, cluster.Message{Kind: cluster.KindDefine, Segment: s}); err != nil {
		return err
	}
	l.redefined()
	return nil
}

// paced calls do once in so long, until stop is closed or do fails. What is late by more
// than a second is not made up for.
func paced(stop <-chan struct{}, every time.Duration, do func() error) error {
	next := time.Now().Add(every)
	for {
		select {
		case <-stop:
			return nil
		case <-time.After(time.Until(next)):
		}
		if err := do(); err != nil {
			return err
		}
		next = next.Add(every)
		if now := time.Now(); next.Before(now.Add(-time.Second)) {
			next = now
		}
	}
}

// pause waits, or until the context ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
