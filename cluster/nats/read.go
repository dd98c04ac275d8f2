package nats

import (
	"context"
	"fmt"
	"time"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// Reading the input of a partition is taking from a flow that goes on by itself, so that a
// partition with nothing to read costs no more than the heartbeats of its consumer.
//
// What the flow has brought is held back until it is known that nothing is missing in it. While
// servers cannot be asked Read finds nothing: a worker that were told of an error would
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
		r.trouble, r.tries = time.Time{}, 0
	case err == cluster.ErrPurged:
		r.let()
	case ctx.Err() != nil:
		return nil, ctx.Err()
	default:
		if r.trouble.IsZero() {
			r.trouble = time.Now()
		}
		if time.Since(r.trouble) < e.o.Patience {
			pause.For(ctx, again)
			return nil, ctx.Err()
		}
		err = fmt.Errorf("nats: the input of partition %d could not be read for %v: %w", partition, e.o.Patience, err)
	}
	r.touch()
	return entries, err
}

// read is Read, with errors that Read may pass over.
func (e *Engine) read(ctx context.Context, r *reader, partition int, after uint64, most int) (entries []cluster.Entry, err error) {
	if r.f != nil && (r.at != after || r.f.err != nil && len(r.held) == 0) {
		r.let()
	}
	if r.f == nil {
		try, cancel := context.WithTimeout(ctx, e.o.try(r.tries))
		defer cancel()
		r.tries++
		if r.f, err = open(try, e.nc, e.js, e.o.inStream(), after, e.o.Buffer, e.o.inSubject(partition), e.o.inEveryone()); err != nil {
			return nil, err
		}
		r.at, r.checked, r.quiet = after, false, false
	}
	if len(r.held) == 0 {
		r.held = r.take(ctx, most)
	}
	if len(r.held) == 0 && r.checked {
		return nil, nil
	}
	// What was delivered has no gap if nothing behind the position was purged until now.
	first, err := e.floor.first(ctx)
	if err == nil && first > after+1 {
		err = cluster.ErrPurged
	}
	if err != nil {
		return nil, err
	}
	r.checked = true
	n := min(most, len(r.held))
	if entries, r.held = r.held[:n:n], r.held[n:]; n > 0 {
		r.at = entries[n-1].Position
	}
	return entries, nil
}
