package client

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/index"
)

// A core is what a [Producer] and a [Relay] have in common: a call is checked as a whole, then
// its parts are sent to their partitions at once.
type core struct {
	o      Options
	index  atomic.Pointer[index.Options] // with the schema of now
	sender *sender
}

// newCore returns a core that sends under a name.
func newCore(in cluster.Input, name string, o Options) (*core, error) {
	if in == nil {
		return nil, errors.New("client: there is no Input to send to")
	}
	c := &core{o: o}
	c.index.Store(&o.Index)
	c.sender = newSender(in, name, &c.o)
	return c, nil
}

// setSchema changes the schema for later calls.
func (c *core) setSchema(s *segment.Schema) {
	o := *c.index.Load()
	o.Schema = s
	c.index.Store(&o)
}

// publish sends updates, with number 0 under the next number of each partition.
func (c *core) publish(ctx context.Context, number uint64, us []segment.Update) error {
	us, err := checkUpdates(*c.index.Load(), us)
	if err != nil {
		return err
	}
	split := cluster.Split(us, c.o.Partitions)
	drafts := make([]draft, 0, len(split))
	for _, p := range slices.Sorted(maps.Keys(split)) {
		d, err := c.sender.draft(p, cluster.Message{Kind: cluster.KindUpdates, Updates: split[p]}, number, c.o.MaxMessage)
		if err != nil {
			return placed(us, err)
		}
		drafts = append(drafts, d)
	}
	return c.sendAll(ctx, number, drafts)
}

// broadcast sends a message to all partitions.
func (c *core) broadcast(ctx context.Context, number uint64, m cluster.Message) error {
	d, err := c.sender.draft(cluster.Everyone, m, number, c.o.MaxMessage)
	if err != nil {
		return err
	}
	return c.sendAll(ctx, number, []draft{d})
}

// define sends a definition.
func (c *core) define(ctx context.Context, number uint64, s segment.Segment) error {
	s, err := checkDefinition(*c.index.Load(), s)
	if err != nil {
		return err
	}
	return c.broadcast(ctx, number, cluster.Message{Kind: cluster.KindDefine, Segment: s})
}

// drop sends that a segment is dropped.
func (c *core) drop(ctx context.Context, number uint64, id string) error {
	return c.broadcast(ctx, number, cluster.Message{Kind: cluster.KindDrop, Segment: segment.Segment{ID: id}})
}

// beginEpoch sends an epoch.
func (c *core) beginEpoch(ctx context.Context, number uint64, e cluster.Epoch) error {
	e, err := checkEpoch(e, c.o.Partitions)
	if err != nil {
		return err
	}
	return c.broadcast(ctx, number, cluster.Message{Kind: cluster.KindEpoch, Epoch: e})
}

// sendAll sends drafts at once and returns when what becomes of each is known, or the context
// has ended.
func (c *core) sendAll(ctx context.Context, number uint64, drafts []draft) error {
	type outcome struct {
		begun bool
		err   error
	}
	outcomes := make([]outcome, len(drafts))
	send := func(i int) { outcomes[i].begun, outcomes[i].err = c.sender.send(ctx, drafts[i], number) }
	var others sync.WaitGroup
	for i := 1; i < len(drafts); i++ {
		others.Go(func() { send(i) })
	}
	if len(drafts) > 0 {
		send(0)
	}
	others.Wait()
	unsent := &UnsentError{}
	for i, o := range outcomes {
		switch {
		case o.err == nil:
			continue
		case o.begun:
			unsent.Pending = append(unsent.Pending, drafts[i].partition)
		default:
			unsent.Unsent = append(unsent.Unsent, drafts[i].message.Updates...)
		}
		unsent.Err = o.err
	}
	if unsent.Err != nil {
		return unsent
	}
	return nil
}

// flush sends what is pending to all partitions.
func (c *core) flush(ctx context.Context) error {
	all := c.sender.unfinished()
	errs := make([]error, len(all))
	var work sync.WaitGroup
	for i, p := range all {
		work.Go(func() { errs[i] = c.sender.flush(ctx, p) })
	}
	work.Wait()
	unsent := &UnsentError{}
	for i, err := range errs {
		if err != nil {
			unsent.Pending, unsent.Err = append(unsent.Pending, all[i]), err
		}
	}
	if unsent.Err != nil {
		return unsent
	}
	return nil
}
