package sql

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// How much Follow asks for at once: commits of so many partitions, so many of each, and
// of each none behind so many bytes. While they are told nothing is open in the database.
const (
	followPartitions = 32
	followCommits    = 16
	followBytes      = 1 << 20
)

// Follow is that of [cluster.Output]. It waits for news that the engine hears of, and asks
// for what is new in all partitions at once.
//
// Errors: that of the context; that of tell; [cluster.ErrPurged]; [ErrWentBack] if the output
// ends before a position; [ErrPartition]; [ErrClosed]; those of the database, such as a lost
// connection, after which it may be called again with how far it was told.
func (e *Engine) Follow(ctx context.Context, after map[int]uint64, tell func(partition int, c cluster.Committed) error) error {
	at := make([]followed, 0, len(after))
	for _, p := range slices.Sorted(maps.Keys(after)) {
		if err := e.partition(p); err != nil {
			return err
		}
		if after[p] > math.MaxInt64 {
			return fmt.Errorf("%w: position %d", ErrWentBack, after[p])
		}
		at = append(at, followed{p, position(after[p])})
	}
	e.watching()
	for {
		moved, changed := e.heads.moved(at, e.fresh())
		more := false
		for some := range slices.Chunk(moved, followPartitions) {
			n, err := e.tellSome(ctx, at, some, tell)
			if err != nil {
				return err
			}
			more = more || n > 0
		}
		if more {
			continue
		}
		timer := time.NewTimer(e.o.Poll)
		select {
		case <-ctx.Done():
		case <-e.ctx.Done():
		case <-changed:
		case <-timer.C:
		}
		timer.Stop()
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.ctx.Err() != nil {
			return ErrClosed
		}
	}
}

// tellSome asks for what is new in those of the partitions, tells it, and returns how much it
// was.
func (e *Engine) tellSome(ctx context.Context, at []followed, some []int, tell func(int, cluster.Committed) error) (n int, err error) {
	commits, err := e.newCommits(ctx, at, some)
	switch {
	case err != nil && ctx.Err() != nil:
		return 0, ctx.Err()
	case err != nil:
		return 0, err
	}
	for _, i := range some {
		a := &at[i]
		for _, c := range commits[a.partition] {
			if err := ctx.Err(); err != nil {
				return n, err
			}
			if c.Position != uint64(a.position)+1 {
				return n, fmt.Errorf("cluster/sql: the commit at position %d of partition %d follows on that at %d: one is missing in table output", c.Position, a.partition, a.position)
			}
			if err := tell(a.partition, c); err != nil {
				return n, err
			}
			a.position++
			n++
		}
	}
	return n, nil
}

// newCommits asks for what is new.
func (e *Engine) newCommits(ctx context.Context, at []followed, some []int) (map[int][]cluster.Committed, error) {
	partitions, after := make([]int32, len(some)), make([]int64, len(some))
	behind := make(map[int]int64, len(some))
	for i, a := range some {
		partitions[i], after[i] = int32(at[a].partition), at[a].position
		behind[at[a].partition] = at[a].position
	}
	commits := make(map[int][]cluster.Committed)
	var p int
	var position int64
	var purged *int64 // of a head
	var data []byte
	err := e.rows(ctx, "follow", "SELECT * FROM "+e.s+".follow($1, $2, $3, $4)", []any{partitions, after, followCommits, followBytes}, []any{&p, &position, &purged, &data}, func() error {
		switch {
		case purged == nil:
			commits[p] = append(commits[p], cluster.Committed{Position: uint64(position), Data: data})
		case behind[p] < *purged:
			return cluster.ErrPurged
		case behind[p] > position:
			return fmt.Errorf("%w: the output of partition %d ends at position %d, and %d was told", ErrWentBack, p, position, behind[p])
		}
		return nil
	})
	return commits, err
}
