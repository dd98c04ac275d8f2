package sql

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/segmentrules/segment/cluster"
)

// Last is that of [cluster.Broker].
func (e *Engine) Last(ctx context.Context, partition int) (c cluster.Committed, err error) {
	if err := e.partition(partition); err != nil {
		return c, err
	}
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	var at int64
	err = e.pool.QueryRow(ctx, "SELECT * FROM "+e.s+".last($1)", partition).Scan(&at, &c.Data)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return cluster.Committed{}, nil
	case err != nil:
		return cluster.Committed{}, named("last commit", err)
	}
	c.Position = uint64(at)
	return c, nil
}

// Commit is that of [cluster.Broker], in one transaction with the rows that come of it in the
// tables of diffs and members, where they are kept. It locks the head of the output of the
// partition and compares it, so that of two one is fenced.
//
// Errors: [cluster.ErrFenced]; those after which nothing was appended either, which are
// [ErrPartition], [ErrTooLong] and, where there are such tables, of bytes that are no
// cluster.Commit; those of the database, after which nobody knows.
func (e *Engine) Commit(ctx context.Context, partition int, expected uint64, commit []byte) (uint64, error) {
	if err := e.partition(partition); err != nil {
		return 0, err
	}
	if len(commit) > MaxLength {
		return 0, fmt.Errorf("%w: a commit of %d bytes, and at most %d can be made", ErrTooLong, len(commit), MaxLength)
	}
	if expected >= math.MaxInt64 {
		return 0, cluster.ErrFenced // so far no output goes
	}
	if commit == nil {
		commit = []byte{} // which is not NULL
	}
	args, err := e.rowsOf(commit)
	if err != nil {
		return 0, err
	}
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	var at int64
	args = append([]any{partition, position(expected), commit}, args...)
	err = e.pool.QueryRow(ctx, "SELECT "+e.s+".put_commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)", args...).Scan(&at)
	switch {
	case err != nil:
		return 0, named("commit", err)
	case at == 0:
		return 0, cluster.ErrFenced
	}
	e.wake()
	return uint64(at), nil
}
