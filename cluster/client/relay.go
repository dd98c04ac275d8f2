package client

import (
	"context"
	"errors"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// A Relay sends what the caller keeps in a log or an outbox, under the numbers that it has
// there. After a restart the caller begins behind the last number for which a call has
// returned nil, or anywhere before: what is in the input already is dropped by the partitions,
// and nothing is lost.
//
// For that to hold, a number must always mean the same call, numbers must rise by the order of
// the log, and a call must not begin before the one before it has returned nil; gaps between
// numbers do no harm. Two processes that send one log under one name at once are no harm, as
// each of them is in order. Two logs under one name lose messages: a partition takes a number
// that is not above the last for one that it has read.
//
// Numbers of updates are counted for each partition by itself, those of broadcasts for all:
// a log may have both, under one numbering. A partition forgets a sender that has sent it
// nothing for 30 days at least.
type Relay struct{ core *core }

// NewRelay returns a relay, which has not sent anything yet. Errors are those of [NewProducer].
func NewRelay(in cluster.Input, o Options) (*Relay, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	c, err := newCore(in, o.Name, o)
	if err != nil {
		return nil, err
	}
	return &Relay{core: c}, nil
}

// errNumber says that a call has no number.
var errNumber = errors.New("client: numbers begin at 1")

// SetSchema replaces the schema with which later calls are checked; nil for none. A message
// that is sent again under its number must be the same: keep in the log what was sent.
func (r *Relay) SetSchema(s *segment.Schema) { r.core.setSchema(s) }

// Publish sends updates as [Producer.Publish] does, all parts under one number. After an
// [*UnsentError] call it again with the same number and all of the updates: parts that are in
// the input are not sent again.
func (r *Relay) Publish(ctx context.Context, number uint64, us ...segment.Update) error {
	if number == 0 {
		return errNumber
	}
	return r.core.publish(ctx, number, us)
}

// Define sends a segment as [Producer.Define] does, under a number.
func (r *Relay) Define(ctx context.Context, number uint64, s segment.Segment) error {
	if number == 0 {
		return errNumber
	}
	return r.core.define(ctx, number, s)
}

// Drop sends under a number that a segment is dropped.
func (r *Relay) Drop(ctx context.Context, number uint64, id string) error {
	if number == 0 {
		return errNumber
	}
	return r.core.drop(ctx, number, id)
}

// Sent returns what is in the input for sure of what this relay was given. It does not know
// of former processes of the same name.
func (r *Relay) Sent() Mark { return r.core.sender.mark() }
