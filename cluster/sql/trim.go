package sql

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// What is let go, and what is needed. A worker that loads needs the last commit of its
// partition, a snapshot, and the input behind it. Up to the oldest snapshot that is kept, and
// no further than the commits have read, input is not asked for again. What all partitions
// read is let go as far as the partition needs it that is last.

// A Trim is what to let go. The zero Trim lets go of input alone.
type Trim struct {
	// Input is how long messages are kept at least, by the clock of the database; 0, and
	// anything below, means 10 minutes. Keys are known as long as their messages.
	Input time.Duration

	// Commits, if above zero, is how long commits and their diffs are kept at least. The
	// last of each partition is always. Who follows and has not read so far finds
	// [cluster.ErrPurged].
	Commits time.Duration
}

// Trimmed is what was let go.
type Trimmed struct {
	Messages   int64 // of single partitions
	Broadcasts int64
	Commits    int64
	Chunks     int64 // of snapshots that were never finished

	// Held is the partition that needs broadcasts longest, and Upto the position up to which
	// it does not. It has no snapshot if Upto is 0.
	Held int
	Upto uint64
}

// trimMost is how many rows are let go in one transaction, for which who appends may wait.
const trimMost = 2000

// Trim lets go of what nobody needs, in many short transactions. It may be called by any
// process, at any time, by several at once, every minute say; the rows it deletes are for
// PostgreSQL's vacuum. After an error some was let go.
func (e *Engine) Trim(ctx context.Context, t Trim) (done Trimmed, err error) {
	now, err := e.clock(ctx)
	if err != nil {
		return done, err
	}
	before := now - max(t.Input, e.keep).Nanoseconds()
	done.Upto = math.MaxInt64
	for p := range e.o.Partitions {
		upto, err := e.unneeded(ctx, p)
		if err != nil {
			return done, err
		}
		if uint64(upto) < done.Upto {
			done.Held, done.Upto = p, uint64(upto)
		}
		if err := e.trim(ctx, &done.Messages, "trim_input($1, $2, $3, $4)", p, upto, before, trimMost); err != nil {
			return done, err
		}
		if t.Commits > 0 {
			if err := e.trim(ctx, &done.Commits, "trim_output($1, $2, $3, $4)", p, now-t.Commits.Nanoseconds(), trimMost, e.o.Diffs); err != nil {
				return done, err
			}
		}
	}
	if err := e.trim(ctx, &done.Broadcasts, "trim_broadcast($1, $2, $3)", position(done.Upto), before, trimMost); err != nil {
		return done, err
	}
	err = e.trim(ctx, &done.Chunks, "trim_chunks($1, $2)", now-time.Hour.Nanoseconds(), trimMost)
	return done, err
}

// clock is the instant by the clock of the database.
func (e *Engine) clock(ctx context.Context) (now int64, err error) {
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	if err := e.pool.QueryRow(ctx, "SELECT "+e.s+".clock()").Scan(&now); err != nil {
		return 0, named("trim", err)
	}
	return now, nil
}

// unneeded returns the position up to which nobody needs the input of a partition.
func (e *Engine) unneeded(ctx context.Context, partition int) (upto int64, err error) {
	last, err := e.Last(ctx, partition)
	if err != nil || last.Position == 0 {
		return 0, err
	}
	var c cluster.Commit
	if err := c.UnmarshalBinary(last.Data); err != nil {
		return 0, fmt.Errorf("cluster/sql: trim: the last commit of partition %d: %w", partition, err)
	}
	err = e.rows(ctx, "trim", "SELECT coalesce(min(upto), 0) FROM "+e.s+".snapshot WHERE partition = $1", []any{partition}, []any{&upto}, func() error { return nil })
	return min(upto, position(c.Upto)), err
}

// trim calls a function until it lets go of nothing, and adds up what it has.
func (e *Engine) trim(ctx context.Context, sum *int64, call string, args ...any) error {
	for {
		var n int64
		if err := e.rows(ctx, "trim", "SELECT "+e.s+"."+call, args, []any{&n}, func() error { return nil }); err != nil {
			return err
		}
		if *sum += n; n == 0 {
			return nil
		}
	}
}
