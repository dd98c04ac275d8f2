package sql

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Snapshots are written in chunks, each in a transaction of its own, and then made known in
// one: however large one is, no transaction is long, and one that is not finished is not
// there. The same in reading: should a chunk be missing, for the snapshot was let go
// meanwhile, an earlier one will do.

const (
	chunkBytes = 1 << 20
	keepSnaps  = 3 // of a partition, those with the highest upto
)

// Snap is that of [cluster.Broker].
func (e *Engine) Snap(ctx context.Context, partition int, most uint64) ([]byte, error) {
	if err := e.partition(partition); err != nil {
		return nil, err
	}
	var id int64
	var n int
	type kept struct {
		id     int64
		chunks int
	}
	var all []kept
	err := e.rows(ctx, "snapshots", "SELECT * FROM "+e.s+".snapshots($1, $2)",
		[]any{partition, position(most)}, []any{&id, &n}, func() error {
			all = append(all, kept{id, n})
			return nil
		})
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if data, err := e.chunks(ctx, s.id, s.chunks); err != nil || data != nil {
			return data, err
		}
	}
	return nil, nil
}

// chunks returns a snapshot; nil if not all of it is there.
func (e *Engine) chunks(ctx context.Context, id int64, n int) ([]byte, error) {
	data := []byte{}
	for i := range n {
		var chunk []byte
		found := false
		if err := e.rows(ctx, "snapshot", "SELECT * FROM "+e.s+".chunk($1, $2)", []any{id, i}, []any{&chunk}, func() error {
			data, found = append(data, chunk...), true
			return nil
		}); err != nil {
			return nil, err
		}
		if !found {
			return nil, nil
		}
	}
	return data, nil
}

// PutSnap is that of [cluster.Broker]. Of each partition the three with the highest upto are
// kept.
func (e *Engine) PutSnap(ctx context.Context, partition int, upto uint64, snapshot []byte) error {
	if err := e.partition(partition); err != nil {
		return err
	}
	if upto > math.MaxInt64 {
		return fmt.Errorf("%w: no input goes up to position %d", ErrWentBack, upto)
	}
	id, err := e.snapshotID(ctx)
	if err != nil {
		return err
	}
	n := 0
	for chunk := range slices.Chunk(snapshot, chunkBytes) {
		if err := e.putChunk(ctx, id, n, chunk); err != nil {
			return err
		}
		n++
	}
	return e.exec(ctx, "put a snapshot", "put_snapshot($1, $2, $3, $4, $5)", partition, position(upto), id, n, keepSnaps)
}

// snapshotID returns one that is nobody else's.
func (e *Engine) snapshotID(ctx context.Context) (id int64, err error) {
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	if err := e.pool.QueryRow(ctx, "SELECT nextval('"+e.s+".snapshot_id')").Scan(&id); err != nil {
		return 0, named("put a snapshot", err)
	}
	return id, nil
}

// putChunk writes a chunk.
func (e *Engine) putChunk(ctx context.Context, id int64, n int, chunk []byte) error {
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	if _, err := e.pool.Exec(ctx, "INSERT INTO "+e.s+".chunk (id, n, made, data) VALUES ($1, $2, "+e.s+".clock(), $3)", id, n, chunk); err != nil {
		return named("put a snapshot", err)
	}
	return nil
}
