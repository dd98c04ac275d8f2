package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment/cluster"
)

// Follow is that of [cluster.Output]. It has a consumer of its own for all partitions, of no
// group, that reads up to the first open transaction of each. Lost connections it makes anew by
// itself. Errors beside cluster.ErrPurged: [ErrTruncated] if the log ends before a position;
// those of Kafka.
func (e *Engine) Follow(ctx context.Context, after map[int]uint64, tell func(partition int, c cluster.Committed) error) error {
	topic, from := e.o.topic(kindDiff), make(map[int32]kgo.Offset)
	for p, position := range after {
		if err := e.may(p); err != nil {
			return err
		}
		from[int32(p)] = kgo.NewOffset().At(int64(position))
	}
	if len(from) == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	if err := e.within(ctx, after); err != nil {
		return err
	}
	cl, err := e.o.client(kgo.WithContext(e.ctx), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: from}),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.ConsumeResetOffset(kgo.NoResetOffset()), kgo.FetchMaxWait(500*time.Millisecond))
	if err != nil {
		return err
	}
	defer cl.Close()
	for {
		got := cl.PollFetches(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for it := got.RecordIter(); !it.Done(); {
			r := it.Next()
			if err := tell(int(r.Partition), cluster.Committed{Position: uint64(r.Offset) + 1, Data: r.Value}); err != nil {
				return err
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		for _, f := range got.Errors() {
			if err := e.whyNot(ctx, f); err != nil {
				return err
			}
		}
	}
}

// within says whether the positions are in the log. A consumer would begin elsewhere only after
// it has asked.
func (e *Engine) within(ctx context.Context, after map[int]uint64) error {
	var all []int
	for p := range after {
		all = append(all, p)
	}
	topic := e.o.topic(kindDiff)
	ends, err := e.route.offsets(ctx, topic, atEnd, false, all...)
	if err != nil {
		return err
	}
	starts, err := e.route.offsets(ctx, topic, atStart, false, all...)
	if err != nil {
		return err
	}
	for p, position := range after {
		switch at := int64(position); {
		case at < starts[p]:
			return wrapped(fmt.Errorf("it begins at offset %d, not %d: %w", starts[p], at, cluster.ErrPurged), topic, p)
		case at > ends[p]:
			return wrapped(fmt.Errorf("offset %d: %w", at, ErrTruncated), topic, p)
		}
	}
	return nil
}

// whyNot says what a consumer's error means; nil if it may be gone with the next try.
func (e *Engine) whyNot(ctx context.Context, f kgo.FetchError) error {
	var lost *kgo.ErrDataLoss
	switch {
	case errors.As(f.Err, &lost):
		return wrapped(fmt.Errorf("%w: %w", ErrTruncated, f.Err), f.Topic, int(f.Partition))
	case errors.Is(f.Err, kgo.ErrClientClosed):
		return ErrClosed
	case errors.Is(f.Err, kerr.OffsetOutOfRange):
		start, err := e.route.offset(ctx, f.Topic, atStart, false, int(f.Partition))
		if err != nil {
			return err
		}
		if start > 0 {
			return wrapped(fmt.Errorf("it begins at offset %d now: %w", start, cluster.ErrPurged), f.Topic, int(f.Partition))
		}
		return wrapped(fmt.Errorf("%w: %w", ErrTruncated, f.Err), f.Topic, int(f.Partition))
	}
	return wrapped(f.Err, f.Topic, int(f.Partition))
}
