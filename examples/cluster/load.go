package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/client"
)

// A load is what a host sends: what contacts do, and definitions that change. A goroutine sends
// to each partition, and one more what is broadcast. The producer sends a message again until
// it is stored, and each is applied once.
type load struct {
	config
	to        *client.Producer
	redefined func() // is called when a segment has been defined anew
}

// newLoad returns a load that has sent nothing yet. Trouble is told of messages that are to be
// sent again.
func newLoad(c config, to cluster.Input, redefined func(), trouble func(partition int, err error)) (*load, error) {
	p, err := client.NewProducer(to, client.Options{Name: "load", Partitions: c.partitions, Report: trouble})
	return &load{config: c, to: p, redefined: redefined}, err
}

// begin sends what an input begins with: the epoch, and the first definitions.
func (l *load) begin(ctx context.Context) error {
	if err := l.to.BeginEpoch(ctx, cluster.Epoch{Number: 1, Environment: segment.EnvironmentHere()}); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(l.seed, 1<<32))
	for _, t := range templates {
		if err := l.define(ctx, t, r); err != nil {
			return err
		}
	}
	return nil
}

// define draws a definition of a segment, and sends it.
func (l *load) define(ctx context.Context, t template, r *rand.Rand) error {
	s, err := t.define(r)
	if err != nil {
		return err
	}
	return l.to.Define(ctx, s)
}

// redefine is how long it is from one changed definition to the next.
const redefine = 2500 * time.Millisecond

// run sends until stop is closed; what is under way then is sent to its end. The context
// ends all of it. It returns when all of it has ended.
func (l *load) run(ctx context.Context, stop <-chan struct{}) error {
	var work sync.WaitGroup
	errs := make(chan error, l.partitions+1)
	send := func(every time.Duration, do func() error) {
		work.Go(func() {
			errs <- guard(func() error { return paced(stop, every, do) })
		})
	}
	for _, c := range crowds(l.contacts, l.partitions, l.seed) {
		if len(c.ids) > 0 {
			every := time.Duration(float64(time.Second) * float64(l.partitions) / l.rate)
			send(every, func() error { return l.to.Publish(ctx, c.call(time.Now())...) })
		}
	}
	r := rand.New(rand.NewPCG(l.seed, 1<<33))
	send(redefine, func() error {
		err := l.define(ctx, templates[r.IntN(len(templates))], r)
		l.redefined()
		return err
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
