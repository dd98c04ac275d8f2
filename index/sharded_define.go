package index

import (
	"context"
	"time"

	"github.com/segmentrules/segment"
)

// Define is [Index.Define].
func (s *Sharded) Define(g segment.Segment, at time.Time) ([]segment.Diff, error) {
	return s.DefineContext(context.Background(), g, at, DefineOptions{})
}

// DefineContext is [Index.DefineContext]. Progress is called by one goroutine at a
// time.
func (s *Sharded) DefineContext(ctx context.Context, g segment.Segment, at time.Time, opts DefineOptions) ([]segment.Diff, error) {
	s.mu.begin()
	defer s.mu.end()
	g, err := s.shards[0].checkDefine(g, at)
	if err != nil {
		return nil, err
	}
	var early []segment.Diff
	if ctx.Done() == nil {
		early = s.catchUp(at)
	}
	ds, err := s.foresee(ctx, g, at, opts)
	if err != nil {
		return nil, err
	}
	return s.carryOut(ds, early), nil
}

// foresee is [Index.foresee] in every shard.
func (s *Sharded) foresee(ctx context.Context, g segment.Segment, at time.Time, opts DefineOptions) ([]*definition, error) {
	total := 0
	for _, sh := range s.shards {
		total += len(sh.store.ids)
	}
	progress := summed(opts.Progress, len(s.shards), total)
	ds, errs := make([]*definition, len(s.shards)), make([]error, len(s.shards))
	each(s.shards, func(i int, sh *shard) {
		ds[i], errs[i] = sh.foresee(ctx, g, at, progressOf(progress, i))
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return ds, nil
}

// Drop is [Index.Drop].
func (s *Sharded) Drop(id string, at time.Time) ([]segment.Diff, error) {
	s.mu.begin()
	defer s.mu.end()
	if err := s.shards[0].checkDrop(id, at); err != nil {
		return nil, err
	}
	ds := make([]*definition, len(s.shards))
	for i, sh := range s.shards {
		ds[i] = sh.farewell(id, at)
	}
	return s.carryOut(ds, nil), nil
}

// carryOut is [Index.carryOut], with all shards at once.
func (s *Sharded) carryOut(ds []*definition, early []segment.Diff) []segment.Diff {
	at := ds[0].at
	early = append(early, s.catchUp(at)...)
	each(s.shards, func(i int, sh *shard) { sh.tell(ds[i]) })
	s.mu.alter(func() {
		each(s.shards, func(i int, sh *shard) { sh.install(ds[i]) })
		s.now = at
	})
	parts := make([][]segment.Diff, len(s.shards))
	each(s.shards, func(i int, sh *shard) { parts[i] = sh.finish(ds[i]) })
	diffs := s.merge(parts)
	if len(early) == 0 {
		return diffs
	}
	return append(early, diffs...)
}

// catchUp is [Index.catchUp] in every shard.
func (s *Sharded) catchUp(at time.Time) (diffs []segment.Diff) {
	if len(s.due(at.Add(-1))) == 0 {
		return nil
	}
	s.mu.alter(func() {
		parts := make([][]segment.Diff, len(s.shards))
		each(s.shards, func(i int, sh *shard) { parts[i] = sh.runBefore(at) })
		s.now = at.Add(-1).In(s.calendar)
		diffs = s.merge(parts)
	})
	return diffs
}
