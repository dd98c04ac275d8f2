package nats

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/segmentrules/segment/cluster"
)

// What may be let go: input before the oldest snapshot of every partition, and commits that
// all readers have read, but for the last of each partition.

// Trim lets go of the input that no partition needs any more, and returns the first position
// that is still kept and the partition that needs it. A partition needs what is behind the
// oldest of its (up to three) snapshots that its last commit is not behind; one without
// snapshots needs everything, and then nothing is let go. It costs three requests a partition.
// Replicas of a cluster elsewhere, or audits, that read the same stream must be asked first.
func (e *Engine) Trim(ctx context.Context) (first uint64, holder int, err error) {
	first = ^uint64(0)
	for p := range e.o.Partitions {
		needs, err := e.needs(ctx, p)
		if err != nil {
			return 0, p, err
		}
		if needs < first {
			first, holder = needs, p
		}
	}
	in, err := e.js.Stream(ctx, e.o.inStream())
	if err == nil && first > 1 {
		err = e.o.insist(ctx, func(ctx context.Context) error { return in.Purge(ctx, jetstream.WithPurgeSequence(first)) })
	}
	return first, holder, err
}

// needs is the first position of the input that a partition needs.
func (e *Engine) needs(ctx context.Context, p int) (uint64, error) {
	last, err := e.Last(ctx, p)
	if err != nil || last.Position == 0 {
		return 1, err
	}
	var c cluster.Commit
	if err := c.UnmarshalBinary(last.Data); err != nil {
		return 1, fmt.Errorf("nats: the last commit of partition %d: %w", p, err)
	}
	list, err := e.snapList(ctx, p)
	needs := uint64(0)
	for _, s := range list.Snaps { // the highest first
		if s.Upto <= c.Upto {
			needs = s.Upto
		}
	}
	return needs + 1, err
}

// TrimOutput lets go of the commits of each partition before a position that its readers have
// read. The last commit of a partition always stays. A reader that is behind then gets
// [cluster.ErrPurged].
func (e *Engine) TrimOutput(ctx context.Context, before map[int]uint64) error {
	for p, position := range before {
		last, err := e.Last(ctx, p)
		if err != nil {
			return err
		}
		if position = min(position, last.Position); position <= 1 {
			continue
		}
		err = e.o.insist(ctx, func(ctx context.Context) error {
			return e.diff.Purge(ctx, jetstream.WithPurgeSubject(e.o.diffSubject(p)), jetstream.WithPurgeSequence(position))
		})
		if err != nil {
			return fmt.Errorf("nats: trimming the output of partition %d: %w", p, err)
		}
	}
	return nil
}
