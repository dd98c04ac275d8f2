package kafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// A commit is one record in the output of its partition, in a transaction of its own. That the
// place is free is known, not asked: who is the producer of the partition's id has read where
// the output ends after all others were fenced, and has counted on since.
//
// To be fenced says only that somebody has looked. Then this looks again, and fences the other:
// the place decides. Two that want one partition take it from each other with every commit, and
// each commit that fits is appended once.

// mostTries is how often a commit looks again.
const mostTries = 3

// Last is that of [cluster.Broker]. It fences all other producers of the partition, of this
// process too: their next commit looks where the output ends before it goes on. It costs some
// requests and a new connection or two. The error is cluster.ErrPurged if there were commits and
// none is left: then nobody knows how far the input is done.
func (e *Engine) Last(ctx context.Context, partition int) (c cluster.Committed, err error) {
	if err := e.may(partition); err != nil {
		return c, err
	}
	s := &e.output[partition]
	if err := s.take(ctx); err != nil {
		return c, err
	}
	defer s.give()
	return e.look(ctx, partition)
}

// look becomes the producer of a partition's id, and then reads its last commit. The session
// is held.
func (e *Engine) look(ctx context.Context, partition int) (c cluster.Committed, err error) {
	ctx, cancel := context.WithTimeout(ctx, e.o.Patience)
	defer cancel()
	s := &e.output[partition]
	if err = s.start(ctx); err != nil {
		return c, err
	}
	if c, err = e.end(ctx, partition); err != nil {
		s.drop()
		return cluster.Committed{}, err
	}
	s.last = c.Position
	return c, nil
}

// Commit is that of [cluster.Broker]. The error is cluster.ErrFenced if another commit is at
// the place, or if others have taken over the partition again and again; nothing is appended
// then. An [ErrNotCommitted] says as much of other failures. A commit may have 8 MiB, less what
// Kafka adds.
func (e *Engine) Commit(ctx context.Context, partition int, expected uint64, commit []byte) (position uint64, err error) {
	if err := e.may(partition); err != nil {
		return 0, err
	}
	s := &e.output[partition]
	if err := s.take(ctx); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNotCommitted, err)
	}
	defer s.give()
	ctx, cancel := context.WithTimeout(ctx, e.o.Patience)
	defer cancel()
	for range mostTries {
		if s.cl == nil || expected > s.last { // the position may be another engine's
			if _, err := e.look(ctx, partition); err != nil {
				return 0, fmt.Errorf("%w: %w", ErrNotCommitted, err)
			}
		}
		if expected != s.last {
			return 0, cluster.ErrFenced
		}
		r := &kgo.Record{Topic: e.o.topic(kindDiff), Partition: int32(partition), Value: bytes.Clone(commit)}
		err = s.transact(ctx, []*kgo.Record{r}, nil)
		switch {
		case err == nil:
			s.last = uint64(r.Offset) + 1
			return s.last, nil
		case !errors.Is(err, ErrNotCommitted) || !fenced(err):
			return 0, err
		}
	}
	return 0, cluster.ErrFenced
}

// end reads the last commit of a partition. Nothing is open in the output, or else what lies
// behind would be overlooked: it waits for that. A leader may take a moment to end what is
// ended elsewhere.
func (e *Engine) end(ctx context.Context, partition int) (c cluster.Committed, err error) {
	ctx, cancel := context.WithTimeout(ctx, e.o.Patience)
	defer cancel()
	topic := e.o.topic(kindDiff)
	for fails := 1; ; fails++ {
		high, err := e.route.offset(ctx, topic, atEnd, false, partition) // first: what is committed up to here, is below stable
		if err != nil {
			return c, err
		}
		stable, err := e.route.offset(ctx, topic, atEnd, true, partition)
		if err != nil {
			return c, err
		}
		if stable >= high {
			start, err := e.route.offset(ctx, topic, atStart, false, partition)
			if err != nil {
				return c, err
			}
			return e.lastBelow(ctx, partition, start, stable)
		}
		if !pause.For(ctx, backoff(fails)) {
			return c, wrapped(ErrOpen, topic, partition)
		}
	}
}

// lastBelow reads the last commit below an offset: the last records of a log are marks of
// where transactions end, and what was aborted.
func (e *Engine) lastBelow(ctx context.Context, partition int, start, stable int64) (c cluster.Committed, err error) {
	for back := int64(2); ; back *= 8 {
		from := max(start, stable-back)
		for at := from; at < stable; {
			s, err := e.route.fetch(ctx, e.o.topic(kindDiff), partition, at, mostBytes)
			if err != nil {
				return c, err
			}
			for _, r := range s.records {
				c = cluster.Committed{Position: uint64(r.Offset) + 1, Data: r.Value}
			}
			if s.next == at && !pause.For(ctx, backoff(1)) { // a follower that has become leader just now
				return c, ctx.Err()
			}
			at = s.next
		}
		switch {
		case c.Position > 0:
			return c, nil
		case from == start && start > 0:
			return c, wrapped(fmt.Errorf("the last commit is gone: %w", cluster.ErrPurged), e.o.topic(kindDiff), partition)
		case from == start:
			return c, nil
		}
	}
}
