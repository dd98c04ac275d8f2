package sql

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/segmentrules/segment/cluster"
)

var (
	_ cluster.Engine = (*Engine)(nil)
	_ cluster.Waiter = (*Engine)(nil)
)

// Open returns an engine over the tables that [Setup] has made. The pool, which must be of
// the primary server, stays the caller's; the engine takes a connection out of it for as long
// as somebody reads, to hear of news, and gives it back to nobody.
//
// Errors: Options that cannot be; [ErrNoTables]; [ErrDatabase]; a [*VersionError]; a
// [*cluster.PartitionsError] if the tables are for another number of partitions; those of
// the connection.
func Open(ctx context.Context, pool *pgxpool.Pool, o Options) (*Engine, error) {
	o = o.filled()
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := checkDatabase(ctx, pool); err != nil {
		return nil, err
	}
	o, err := checkLayout(ctx, pool, o)
	if err != nil {
		return nil, err
	}
	e := &Engine{pool: pool, o: o, s: o.quoted(), keep: leastInput, heads: newHeads(o.Partitions), news: make(chan struct{}, 1)}
	e.ctx, e.close = context.WithCancel(context.Background())
	e.begin(e.wakeOthers)
	return e, nil
}

// Close ends what the engine does by itself, and waits until it has. Messages that wait to be
// appended are not, or nobody knows. Calls that come later may fail with [ErrClosed].
func (e *Engine) Close() {
	e.mu.Lock()
	e.close()
	e.mu.Unlock()
	e.work.Wait()
}
