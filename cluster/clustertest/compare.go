package clustertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// Compare reads the input up to barrier n, waits until the cluster has told all of it, and
// compares. The context limits how long it waits: a cluster that tells too little is an
// error that names the partitions, and never a success.
func (j *Judge) Compare(ctx context.Context, b cluster.Broker, n uint64) error {
	reaches := make([]uint64, len(j.parts))
	segments := make([][]*placed, len(j.parts))
	for p := range j.parts {
		var err error
		if segments[p], err = j.readTo(ctx, b, p, n); err != nil {
			return fmt.Errorf("partition %d: reading the input up to barrier %d: %w", p, n, err)
		}
		reaches[p] = segments[p][len(segments[p])-1].Position
	}
	for p, es := range segments {
		for _, e := range es {
			e.at = j.parts[p].history.at(e.Stored)
			j.parts[p].history.tell(e.message, e.Stored, func(c string) bool { return cluster.Partition(c, len(j.parts)) == p })
		}
		j.Messages += len(es)
	}
	if err := j.await(ctx, reaches); err != nil {
		return err
	}
	var all []segment.Diff
	for p := range j.parts {
		diffs, err := j.compare(p, reaches[p])
		if err != nil {
			return err
		}
		all = append(all, diffs...)
	}
	j.Diffs += len(all)
	return j.compareOne(segments, all)
}

// readTo reads the input of a partition on, up to the barrier.
func (j *Judge) readTo(ctx context.Context, b cluster.Broker, p int, n uint64) (out []*placed, err error) {
	t := j.parts[p]
	for {
		for i, e := range t.waiting {
			if e.isBarrier(n) {
				out, t.waiting = t.waiting[:i+1:i+1], t.waiting[i+1:]
				return out, nil
			}
		}
		more, failed := b.Read(ctx, p, t.upto, 1_000)
		for _, e := range more {
			if e.Position <= t.upto {
				return nil, fmt.Errorf("position %d was read behind %d", e.Position, t.upto)
			}
			t.upto = e.Position
			t.waiting = append(t.waiting, read(e))
		}
		if err = failed; errors.Is(err, cluster.ErrPurged) {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, errors.Join(ctx.Err(), err)
		}
		if len(more) == 0 {
			pause.For(ctx, 20*time.Millisecond)
		}
	}
}

// await waits until every partition has told what is at a position, or an error.
func (j *Judge) await(ctx context.Context, reaches []uint64) error {
	for {
		var late []string
		j.mu.Lock()
		for p, t := range j.told {
			if t.err == nil && t.last.Upto < reaches[p] {
				late = append(late, fmt.Sprintf("partition %d has told up to %d of %d", p, t.last.Upto, reaches[p]))
			}
		}
		j.mu.Unlock()
		if len(late) == 0 {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %v", ctx.Err(), late)
		}
		pause.For(ctx, 20*time.Millisecond)
	}
}

// compare compares what a partition has told with its history, and returns it.
func (j *Judge) compare(p int, upto uint64) ([]segment.Diff, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	t, h := j.told[p], j.parts[p].history
	if t.err != nil {
		return nil, fmt.Errorf("partition %d: %w", p, t.err)
	}
	want := h.diffs
	for i, d := range want {
		if i >= len(t.diffs) {
			return nil, fmt.Errorf("partition %d has lost a diff: %v, revision %d", p, d, d.Revision)
		}
		if got := t.diffs[i]; !same(got, d) {
			return nil, fmt.Errorf("partition %d tells %v, revision %d step %d; its input comes to %v, revision %d step %d", p, got, got.Revision, got.Step, d, d.Revision, d.Step)
		}
	}
	if t.last.Upto == upto && (len(t.diffs) != len(want) || t.last.Refused != h.refused) {
		return nil, fmt.Errorf("partition %d tells %d diffs with %d messages refused; its input comes to %d and %d", p, len(t.diffs), t.last.Refused, len(want), h.refused)
	}
	told := slices.Clone(t.diffs[:len(want)])
	t.diffs, h.diffs = slices.Clone(t.diffs[len(want):]), nil
	return told, nil
}

// same compares two diffs, their instants as such.
func same(a, b segment.Diff) bool {
	at, bt := a.At, b.At
	a.At, b.At = time.Time{}, time.Time{}
	return a == b && at.Equal(bt)
}
