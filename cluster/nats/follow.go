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
	"github.com/segmentrules/segment/cluster/internal/pause"
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
	f := &following{e: e, at: maps.Clone(after), tell: tell}
	for since := time.Now(); ; {
		trouble, err := f.once(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return err
		case trouble == nil:
			since, f.tries = time.Now(), 0
		case time.Since(since) > e.o.Patience:
			return fmt.Errorf("nats: the output could not be followed for %v: %w", e.o.Patience, trouble)
		default:
			f.tries++
		}
		if !pause.For(ctx, again) {
			return ctx.Err()
		}
	}
}

// A following is one call of Follow.
type following struct {
	e       *Engine
	at      map[int]uint64 // up to where each partition is told
	tell    func(int, cluster.Committed) error
	checked bool // that there is output up to these positions
	tries   int  // to ask the servers, since they have answered last
}

// once follows by one consumer until that ends, and moves the positions. An error is one
// that is to be told; trouble is why the servers could not be asked.
func (f *following) once(ctx context.Context) (trouble, err error) {
	o := f.e.o
	subjects := []string{o.Name + ".diff.*"}
	if len(f.at) < o.Partitions {
		subjects = subjects[:0]
		for p := range f.at {
			subjects = append(subjects, o.diffSubject(p))
		}
	}
	try, cancel := context.WithTimeout(ctx, o.try(f.tries))
	defer cancel()
	if !f.checked {
		info, trouble := f.e.diff.Info(try)
		if trouble != nil {
			return trouble, nil
		}
		for p, position := range f.at {
			if position > info.State.LastSeq {
				return nil, &PositionError{Partition: p, Position: position}
			}
		}
		f.checked = true
	}
	flow, trouble := open(try, f.e.nc, f.e.js, o.diffStream(), slices.Min(slices.Collect(maps.Values(f.at))), o.Buffer, subjects...)
	if trouble != nil {
		return trouble, nil
	}
	defer flow.close()
	for flow.err == nil && ctx.Err() == nil {
		if m, ok := flow.take(ctx, time.Minute); ok {
			if err := f.pass(m); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// pass passes a commit on, if it is the one behind the position.
func (f *following) pass(m arrived) error {
	p, err := f.e.o.partitionOf(m.msg.Subject)
	if err != nil {
		return fmt.Errorf("nats: a message on subject %s of stream %s: %w", m.msg.Subject, f.e.o.diffStream(), err)
	}
	position, wanted := f.at[p]
	if !wanted || m.seq <= position {
		return nil
	}
	before, err := strconv.ParseUint(m.msg.Header.Get(jetstream.ExpectedLastSubjSeqHeader), 10, 64)
	switch {
	case err != nil:
		return fmt.Errorf("nats: the message at position %d of stream %s is no commit: it does not name the one before it", m.seq, f.e.o.diffStream())
	case before > position:
		return cluster.ErrPurged
	case before < position:
		return &PositionError{Partition: p, Position: position}
	}
	if err := f.tell(p, cluster.Committed{Position: m.seq, Data: m.msg.Data}); err != nil {
		return err
	}
	f.at[p] = m.seq
	return nil
}
