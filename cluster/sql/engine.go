package sql

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// An Engine is a [cluster.Engine] on a PostgreSQL. It may be used by several goroutines at
// once; a process needs one of a schema. See [Open].
type Engine struct {
	pool *pgxpool.Pool
	o    Options
	s    string        // the schema, as SQL has it
	keep time.Duration // how long messages are kept at least

	ctx   context.Context // until it is closed
	close context.CancelFunc
	mu    sync.Mutex // of what begins while it may be closed
	work  sync.WaitGroup

	heads   *heads
	watch   sync.Once     // begins to look for news
	news    chan struct{} // holds one if others are to be woken
	waiting queue
}

// begin has a goroutine of the engine begin, and reports whether it is not closed.
func (e *Engine) begin(f func()) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ctx.Err() != nil {
		return false
	}
	e.work.Go(f)
	return true
}

// bounded returns a context for a request.
func (e *Engine) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, e.o.Timeout)
}

// exec asks for a function of the schema that returns nothing.
func (e *Engine) exec(ctx context.Context, what, call string, args ...any) error {
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	if _, err := e.pool.Exec(ctx, "SELECT "+e.s+"."+call, args...); err != nil {
		return named(what, err)
	}
	return nil
}

// rows asks for rows, and takes each with a function whose arguments are scanned into.
func (e *Engine) rows(ctx context.Context, what, query string, args, into []any, take func() error) error {
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	rows, err := e.pool.Query(ctx, query, args...)
	if err == nil {
		_, err = pgx.ForEachRow(rows, into, take)
	}
	if err != nil {
		return named(what, err)
	}
	return nil
}

// partition refuses one that there is not.
func (e *Engine) partition(p int) error {
	if p < 0 || p >= e.o.Partitions {
		return fmt.Errorf("%w: %d of %d", ErrPartition, p, e.o.Partitions)
	}
	return nil
}

// position is one as the database has it. Those beyond its numbers are behind everything.
func position(p uint64) int64 { return int64(min(p, math.MaxInt64)) }

// nanoseconds is an instant as the database has it.
func nanoseconds(t time.Time) int64 { return t.UnixNano() }
