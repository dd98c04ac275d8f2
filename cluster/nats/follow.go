package nats

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/segmentrules/segment/cluster"
)

// All partitions are followed by one consumer. That nothing is left out is seen from the
// commits themselves: each names the one before it.

// Follow is that of [cluster.Output]. It goes on by itself when a connection or a server is
// lost, and returns an error of the servers only behind Patience. A reader that is far behind
// with one partition is told of the others later: the stream is read from the lowest
// position on. Errors besides: [cluster.ErrPurged], a [*PositionError], [ErrPartition].
func (e *Engine) Follow(ctx context.Context, after map[int]uint64, tell func(partition int, c cluster.Committed) error) error {
	for p := range after {
		if err := e.valid(p); err != nil {
			return err
		}
	}
	if len(after) == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	at := maps.Clone(after)
	for since := time.Now(); ; {
		trouble, err := e.follow(ctx, at, tell)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return err
		case trouble == nil:
			since = time.Now()
		case time.Since(since) > e.o.Patience:
			return fmt.Errorf("nats: the output could not be followed for %v: %w", e.o.Patience, trouble)
		}
		if err := rest(ctx, again); err != nil {
			return err
		}
	}
}

// follow follows by one consumer until that ends, and moves the positions. An error is one
// that is to be told; trouble is why the servers could not be asked.
func (e *Engine) follow(ctx context.Context, at map[int]uint64, tell func(int, cluster.Committed) error) (trouble, err error) {
	subjects := []string{e.o.Name + ".diff.*"}
	if len(at) < e.o.Partitions {
		subjects = subjects[:0]
		for p := range at {
			subjects = append(subjects, e.o.diffSubject(p))
		}
	}
	try, cancel := context.WithTimeout(ctx, e.o.Timeout)
	defer cancel()
	f, trouble := open(try, e.nc, e.js, e.o.diffStream(), slices.Min(slices.Collect(maps.Values(at))), e.o.Buffer, subjects...)
	if trouble != nil {
		return trouble, nil
	}
	defer f.close()
	info, trouble := e.diff.Info(try)
	if trouble != nil {
		return trouble, nil
	}
	for p, position := range at {
		if position > info.State.LastSeq {
			return nil, &PositionError{Partition: p, Position: position}
		}
	}
	for f.err == nil && ctx.Err() == nil {
		if m, ok := f.take(ctx, time.Minute); ok {
			if err := e.pass(at, m, tell); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// pass passes a commit on, if it is the one behind the position.
func (e *Engine) pass(at map[int]uint64, m arrived, tell func(int, cluster.Committed) error) error {
	p, err := e.o.partitionOf(m.msg.Subject)
	if err != nil {
		return fmt.Errorf("nats: a message on subject %s of stream %s: %w", m.msg.Subject, e.o.diffStream(), err)
	}
	position, wanted := at[p]
	if !wanted || m.seq <= position {
		return nil
	}
	before, err := strconv.ParseUint(m.msg.Header.Get(jetstream.ExpectedLastSubjSeqHeader), 10, 64)
	switch {
	case err != nil:
		return fmt.Errorf("nats: the message at position %d of stream %s is no commit: it does not name the one before it", m.seq, e.o.diffStream())
	case before > position:
		return cluster.ErrPurged
	case before < position:
		return &PositionError{Partition: p, Position: position}
	}
	if err := tell(p, cluster.Committed{Position: m.seq, Data: m.msg.Data}); err != nil {
		return err
	}
	at[p] = m.seq
	return nil
}
