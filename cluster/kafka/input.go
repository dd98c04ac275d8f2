package kafka

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment/cluster"
)

// The position of a message is its offset and one. What was aborted, and the marks of where
// transactions end, have offsets too, so that positions have gaps.

// fetchBytes is how much is read at once.
const fetchBytes = 1 << 20

// Read is that of [cluster.Broker]. It does not wait for what is not there yet; what was sent
// less than some 20 milliseconds ago may be. The error is cluster.ErrPurged if entries behind
// the position are gone, [ErrTruncated] if the log ends before it.
func (e *Engine) Read(ctx context.Context, partition int, after uint64, most int) ([]cluster.Entry, error) {
	if err := e.may(partition); err != nil {
		return nil, err
	}
	in := &e.inputs[partition]
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.after != after || in.next < int64(after) {
		in.after, in.entries, in.next = after, nil, int64(after)
	}
	if len(in.entries) == 0 {
		if err := e.fill(ctx, partition, in); err != nil {
			return nil, err
		}
	}
	n := min(len(in.entries), most)
	out := in.entries[:n:n]
	if in.entries = in.entries[n:]; n > 0 {
		in.after = out[n-1].Position
	}
	return out, nil
}

// fill reads on until there is an entry, or the end.
func (e *Engine) fill(ctx context.Context, partition int, in *input) error {
	topic := e.o.topic(kindIn)
	ends, err := e.ends.get(ctx, e.inputEnds)
	if err != nil {
		return err
	}
	for in.next != ends[partition] { // also behind it: Kafka says what that means
		s, err := e.route.fetch(ctx, topic, partition, in.next, fetchBytes)
		if errors.Is(err, kerr.OffsetOutOfRange) {
			return e.outside(ctx, topic, partition, in.next, err)
		}
		if err != nil || s.next <= in.next {
			return err
		}
		in.next = s.next
		for _, r := range s.records {
			in.entries = append(in.entries, cluster.Entry{Position: uint64(r.Offset) + 1, Stored: r.Timestamp.UTC(), Data: r.Value})
		}
		if len(in.entries) > 0 || in.next > ends[partition] {
			return nil
		}
	}
	return nil
}

// inputEnds asks where the partitions of the input end.
func (e *Engine) inputEnds() (map[int]int64, error) {
	all := make([]int, e.o.Partitions)
	for p := range all {
		all[p] = p
	}
	return e.route.offsets(e.ctx, e.o.topic(kindIn), atEnd, true, all...)
}

// outside says on which side of a log an offset lies that is not in it.
func (e *Engine) outside(ctx context.Context, topic string, partition int, offset int64, why error) error {
	start, err := e.route.offset(ctx, topic, atStart, false, partition)
	switch {
	case err != nil:
		return err
	case offset < start:
		return wrapped(fmt.Errorf("it begins at offset %d, not %d: %w", start, offset, cluster.ErrPurged), topic, partition)
	}
	return wrapped(fmt.Errorf("offset %d: %w: %w", offset, ErrTruncated, why), topic, partition)
}

// produce writes records, none of a transaction, and waits until all are.
func (e *Engine) produce(ctx context.Context, records ...*kgo.Record) error {
	done := make(chan error, len(records))
	for _, r := range records {
		e.cl.Produce(ctx, r, func(_ *kgo.Record, err error) { done <- err })
	}
	var first error
	for range records {
		select {
		case err := <-done:
			if err != nil && first == nil {
				first = fmt.Errorf("kafka: topic %s: %w", records[0].Topic, err)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return first
}
