package kafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// The instant of a message is that of its sender's clock, to the millisecond: it is the same in
// all partitions only if the sender sets it. A broadcast is one transaction over all
// partitions, of one transactional id for the whole cluster, so that broadcasts are in one
// order everywhere.
//
// For the partitions to tell what one index tells, the instant of a broadcast must not be
// before that of any message that lies before it, in whatever partition: else the clock of that
// partition is ahead of it, and of the others not. So a broadcast has an instant a little ahead,
// and is committed only if that instant is still ahead by Skew when all of it is written: what
// lies before it was sent by then. Messages behind it that have an earlier instant are at that
// of the broadcast, in every partition.

const (
	// firstAhead is by how much more than Skew a broadcast is ahead at first, and longestAhead
	// at most: a try that took too long is followed by one that has twice as long.
	firstAhead   = 100 * time.Millisecond
	longestAhead = 4 * time.Second
)

// Append is that of [cluster.Input]. Keys are not looked at: send messages with a producer and a
// number. A message may have 8 MiB, less what Kafka adds; one that is longer, and one whose
// instant Kafka refuses because the clock here is more than a minute ahead, is an error of Kafka.
//
// To [cluster.Everyone] it costs a transaction over all partitions, and waits for those of
// others. The instant is Options.Skew and 100 milliseconds ahead. The error is [ErrClock] if
// the transaction always took longer.
func (e *Engine) Append(ctx context.Context, partition int, _ string, message []byte) error {
	everyone := partition == cluster.Everyone
	if everyone {
		partition = 0
	}
	if err := e.may(partition); err != nil {
		return err
	}
	message = bytes.Clone(message)
	if everyone {
		return e.broadcast(ctx, message)
	}
	done := make(chan error, 1)
	e.clock.Lock() // so that the instants of one process are in the order of its messages
	r := &kgo.Record{Topic: e.o.topic(kindIn), Partition: int32(partition), Value: message, Timestamp: time.Now()}
	e.cl.Produce(ctx, r, func(_ *kgo.Record, err error) { done <- err })
	e.clock.Unlock()
	select {
	case err := <-done:
		return wrapped(err, r.Topic, partition)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// broadcast writes a message to all partitions.
func (e *Engine) broadcast(ctx context.Context, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 2*e.o.Patience)
	defer cancel()
	if err := e.cast.take(ctx); err != nil {
		return err
	}
	defer e.cast.give()
	ahead := firstAhead
	for fails := 1; ; fails++ {
		err := e.castOnce(ctx, message, ahead)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, ErrClock) && ahead < longestAhead:
			ahead *= 2
		case errors.Is(err, ErrNotCommitted) && fenced(err): // by another process that broadcasts
			if !pause.For(ctx, backoff(fails)) {
				return err
			}
		default:
			return err
		}
	}
}

// castOnce is one try to broadcast. What it leaves open, nobody can read on behind; so after an
// error it becomes the producer again, which aborts that.
func (e *Engine) castOnce(ctx context.Context, message []byte, ahead time.Duration) error {
	if e.cast.cl == nil {
		if err := e.cast.start(ctx); err != nil {
			return fmt.Errorf("%w: %w", ErrNotCommitted, err)
		}
	}
	instant := time.Now().Add(e.o.Skew + ahead)
	if instant.Before(e.castAt) { // the one before was further ahead
		instant = e.castAt
	}
	var records []*kgo.Record
	for p := range e.o.Partitions {
		records = append(records, &kgo.Record{Topic: e.o.topic(kindIn), Partition: int32(p), Value: message, Timestamp: instant})
	}
	err := e.cast.transact(ctx, records, func() error {
		if time.Until(instant) < e.o.Skew {
			return ErrClock
		}
		return nil
	})
	if err == nil {
		e.castAt = instant
	}
	if err != nil && !fenced(err) { // who has fenced it has aborted it
		ctx, cancel := context.WithTimeout(e.ctx, e.o.Patience)
		defer cancel()
		err = errors.Join(err, e.cast.start(ctx))
	}
	return err
}
