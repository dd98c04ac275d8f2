package client

import (
	"context"
	"crypto/rand"
	"strings"
	"sync/atomic"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// A Producer sends what happens, each message once however often an engine fails. It may be
// used by many goroutines at once: calls for different partitions go on at once, and those for
// one partition, one at a time. Who calls again after a call has returned is behind it in the
// input; calls at once have no order.
//
// It numbers under a name of its own, see [Producer.Name], which nobody else has: a second
// process with the same Options is another sender. Every partition keeps the last number of
// every sender for some time, some 100 bytes each, so that a program should have one Producer
// and not one for each call.
//
// All methods that send return nil when the engine has the message. They try again until then
// or until the context ends; the error is an [*UnsentError] then, which says what to do. Other
// errors say that nothing was sent, as no worker would accept it.
type Producer struct {
	core   *core
	closed atomic.Bool
}

// NewProducer returns a producer, which has not sent anything yet. Errors: Options without a
// name, or with numbers below zero.
func NewProducer(in cluster.Input, o Options) (*Producer, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	c, err := newCore(in, o.Name+"."+strings.ToLower(rand.Text()[:16]), o)
	if err != nil {
		return nil, err
	}
	return &Producer{core: c}, nil
}

// Name returns the name under which messages are numbered: that of the Options, a dot and
// sixteen random letters and digits, 80 bits.
func (p *Producer) Name() string { return p.core.sender.name }

// SetSchema replaces the schema with which later calls are checked; nil for none.
func (p *Producer) SetSchema(s *segment.Schema) { p.core.setSchema(s) }

// Publish sends updates to the partitions of their contacts. The updates for one partition, in
// their order, are one call of its index, all or none; those for different partitions have
// nothing to do with each other. None of them may have an instant (At): it is when the engine
// stores the message. Errors are [*index.UpdateError], [*TooLargeError] and [*UnsentError].
//
// Its cost is that of the slowest partition. A partition takes one message of a producer at a
// time: to send much to few partitions, give many updates to one call.
func (p *Producer) Publish(ctx context.Context, us ...segment.Update) error {
	if p.closed.Load() {
		return errClosed
	}
	return p.core.publish(ctx, 0, us)
}

// Define sends a segment to all partitions, as the schema resolves it. Errors are those of
// index.Index.Define that do not hang on other segments, [*TooLargeError] and [*UnsentError].
func (p *Producer) Define(ctx context.Context, s segment.Segment) error {
	if p.closed.Load() {
		return errClosed
	}
	return p.core.define(ctx, 0, s)
}

// Drop sends to all partitions that a segment is dropped.
func (p *Producer) Drop(ctx context.Context, id string) error {
	if p.closed.Load() {
		return errClosed
	}
	return p.core.drop(ctx, 0, id)
}

// Tick tells all partitions that time has passed. Runners send ticks when something falls due;
// this one is for questions whose answers hang on what time it is, see package query.
func (p *Producer) Tick(ctx context.Context) error {
	if p.closed.Load() {
		return errClosed
	}
	return p.core.broadcast(ctx, 0, cluster.Message{Kind: cluster.KindTick})
}

// BeginEpoch sends an epoch to all partitions; the first message of a cluster is one. Its
// Partitions may be left out. One whose number is not above the last has no effect.
func (p *Producer) BeginEpoch(ctx context.Context, e cluster.Epoch) error {
	if p.closed.Load() {
		return errClosed
	}
	return p.core.beginEpoch(ctx, 0, e)
}

// Sent returns what is in the input for sure of what this producer was given.
func (p *Producer) Sent() Mark { return p.core.sender.mark() }

// Flush sends what is pending, see [UnsentError.Pending], and returns nil when nothing is. It
// waits for calls that are under way.
func (p *Producer) Flush(ctx context.Context) error { return p.core.flush(ctx) }

// Close lets the producer take no more, and flushes it. If that fails it may be called again;
// what is pending when the process ends is in the input or not.
func (p *Producer) Close(ctx context.Context) error {
	p.closed.Store(true)
	return p.core.flush(ctx)
}
