package sql

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// readBytes is behind how many bytes a Read ends.
const readBytes = 8 << 20

// Read is that of [cluster.Broker]. If nothing is known to be there it answers from memory,
// and what was appended through another engine it may not know of for Options.Poll; so an
// idle partition costs no query. At most 10,000 entries are returned, and not many more than
// 8 MB.
//
// Errors: [cluster.ErrPurged]; [ErrWentBack] if the input ends before the position;
// [ErrPartition]; those of the database.
func (e *Engine) Read(ctx context.Context, partition int, after uint64, most int) (out []cluster.Entry, err error) {
	if err := e.partition(partition); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil || most < 1 {
		return nil, err
	}
	if after > math.MaxInt64 {
		return nil, fmt.Errorf("%w: position %d", ErrWentBack, after)
	}
	e.watching()
	if e.heads.nothing(partition, position(after), e.fresh()) {
		return nil, nil
	}
	var head, purged, at, stored int64
	var data []byte
	first := true
	err = e.rows(ctx, "read", "SELECT * FROM "+e.s+".read($1, $2, $3, $4)", []any{partition, position(after), min(most, 10_000), readBytes}, []any{&at, &stored, &data}, func() error {
		if first {
			head, purged, first = at, stored, false
			return nil
		}
		out = append(out, cluster.Entry{Position: uint64(at), Stored: time.Unix(0, stored).UTC(), Data: data})
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case first:
		return nil, fmt.Errorf("%w: partition %d has no head", ErrNoTables, partition)
	case position(after) < purged:
		return nil, cluster.ErrPurged
	case position(after) > head:
		return nil, fmt.Errorf("%w: the input of partition %d ends at position %d, and %d was read", ErrWentBack, partition, head, after)
	}
	return out, nil
}

// unsurePoll is how long Wait waits where it does not know.
const unsurePoll = 100 * time.Millisecond

// Wait is that of [cluster.Waiter]. It asks for nothing by itself, and returns as late as the
// engine hears of news: at once where notifications come through, else within Options.Poll.
// Errors: [ErrPartition], [ErrClosed].
func (e *Engine) Wait(ctx context.Context, partition int, after uint64) error {
	if err := e.partition(partition); err != nil {
		return err
	}
	e.watching()
	for unsureOnce := false; ; {
		long := 3 * e.o.Poll
		is, news := e.heads.await(partition, position(after), e.fresh())
		if is == there || is == unsure && unsureOnce {
			return nil
		}
		if unsureOnce = is == unsure; unsureOnce {
			long = unsurePoll
		}
		timer := time.NewTimer(long)
		select {
		case <-ctx.Done():
		case <-e.ctx.Done():
		case <-news:
		case <-timer.C:
		}
		timer.Stop()
		switch {
		case ctx.Err() != nil:
			return nil
		case e.ctx.Err() != nil:
			return ErrClosed
		}
	}
}
