package nats

import (
	"context"
	"fmt"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// Reading the input of a partition is taking from a flow that goes on by itself, so that a
// partition with nothing to read costs no more than the heartbeats of its consumer.
//
// While servers cannot be asked Read finds nothing: a worker that were told of an error would
// forget its state, and load it again, for nothing. Only behind Patience it returns the error.

// Read is that of [cluster.Broker]. It waits for a twentieth of a second if it has found
// nothing before either, and longer only for what it knows to be there. Besides
// [cluster.ErrPurged] the errors are those of servers that could not be asked for Patience.
func (e *Engine) Read(ctx context.Context, partition int, after uint64, most int) ([]cluster.Entry, error) {
	if err := e.valid(partition); err != nil {
		return nil, err
	}
	r := &e.readers[partition]
	r.mu.Lock()
	defer r.mu.Unlock()
	entries, err := e.read(ctx, r, partition, after, most)
	switch {
	case err == nil:
		r.trouble = time.Time{}
	case err == cluster.ErrPurged:
		r.let()
	case ctx.Err() != nil:
		r.let()
		return nil, ctx.Err()
	default:
		r.let()
		if r.trouble.IsZero() {
			r.trouble = time.Now()
		}
		if time.Since(r.trouble) < e.o.Patience {
			return nil, rest(ctx, again)
		}
		err = fmt.Errorf("nats: the input of partition %d could not be read for %v: %w", partition, e.o.Patience, err)
	}
	r.touch()
	return entries, err
}

// read is Read, with errors that Read may pass over.
func (e *Engine) read(ctx context.Context, r *reader, partition int, after uint64, most int) ([]cluster.Entry, error) {
	if r.f != nil && r.at == after {
		if err := r.f.err; err != nil {
			r.let()
			if !r.trouble.IsZero() {
				return nil, err // again: not at once
			}
		}
	}
	if r.f == nil || r.at != after {
		r.let()
		if err := e.reopen(ctx, r, partition, after); err != nil {
			return nil, err
		}
	}
	entries := r.take(ctx, most)
	if len(entries) == 0 {
		return nil, nil
	}
	// What was delivered has no gap if nothing behind the position was purged until now.
	if err := e.kept(ctx, after); err != nil {
		return nil, err
	}
	r.at = entries[len(entries)-1].Position
	return entries, nil
}

// reopen opens the flow of a partition behind a position.
func (e *Engine) reopen(ctx context.Context, r *reader, partition int, after uint64) error {
	try, cancel := context.WithTimeout(ctx, e.o.Timeout)
	defer cancel()
	f, err := open(try, e.nc, e.js, e.o.inStream(), after, e.o.Buffer, e.o.inSubject(partition), e.o.inEveryone())
	if err != nil {
		return err
	}
	r.f, r.at, r.quiet = f, after, false
	return e.kept(ctx, after)
}

// kept returns ErrPurged if input behind a position is no longer kept.
func (e *Engine) kept(ctx context.Context, after uint64) error {
	first, err := e.floor.first(ctx)
	if err == nil && first > after+1 {
		err = cluster.ErrPurged
	}
	return err
}
