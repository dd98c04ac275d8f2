package kafka

import (
	"context"
	"fmt"

	"github.com/segmentrules/segment/cluster"
)

// Trim lets go of the input that no worker reads again: of each partition, what is before its
// oldest snapshot of those that are kept, and committed. That snapshot is read, to see that it
// is whole; a partition without one keeps all of its input. It returns up to which position
// the input is gone, of each partition of which something is. It may be called at any time, by
// anyone, such as once an hour by one process; it reads a snapshot for each partition. After an
// error some partitions are trimmed.
func (e *Engine) Trim(ctx context.Context) (upto map[int]uint64, err error) {
	upto = make(map[int]uint64)
	for p := range e.o.Partitions {
		if err := e.may(p); err != nil {
			return upto, err
		}
		to, err := e.mayTrim(ctx, p)
		if err != nil {
			return upto, err
		}
		if to == 0 {
			continue
		}
		if err := e.delete(ctx, kindIn, p, int64(to)); err != nil {
			return upto, err
		}
		upto[p] = to
	}
	return upto, nil
}

// mayTrim returns up to which position nobody reads a partition again.
func (e *Engine) mayTrim(ctx context.Context, partition int) (uint64, error) {
	last, err := e.end(ctx, partition)
	if err != nil || last.Position == 0 {
		return 0, err
	}
	var told cluster.Commit
	if err := told.UnmarshalBinary(last.Data); err != nil {
		return 0, fmt.Errorf("kafka: the commit at position %d of partition %d: %w", last.Position, partition, err)
	}
	all, err := e.list(ctx, partition)
	if err != nil {
		return 0, err
	}
	all = kept(all)
	for i := range all {
		l := all[len(all)-1-i] // the lowest first
		if l.Upto > told.Upto {
			continue
		}
		if b, err := e.assemble(ctx, partition, l); err != nil || b != nil {
			return l.Upto, err
		}
	}
	return 0, nil
}
