package sql

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/segmentrules/segment/cluster/internal/pause"
)

// How programs hear of news. The engine looks at all heads with one query: when it is woken
// by a notification, and every Options.Poll if nobody wakes it.
//
// Notifications are sent behind what they tell of, in transactions of their own, some a
// second at most for a process. Within the transaction that appends they would hold its
// commit up: PostgreSQL lets one transaction with notifications commit after the other, each
// with its write to the disk.

// The shortest time between two notifications of a process, and between two looks of one.
const wakeEvery = 10 * time.Millisecond

// The longest time between two tries to get a connection to look with.
const longestRest = 2 * time.Second

// wake has the others woken soon.
func (e *Engine) wake() {
	select {
	case e.news <- struct{}{}:
	default:
	}
}

// wakeOthers sends notifications until the engine is closed. One that fails is lost: others
// look by themselves.
func (e *Engine) wakeOthers() {
	for {
		select {
		case <-e.ctx.Done():
			return
		case <-e.news:
			_ = e.exec(e.ctx, "wake", "wake($1)", e.channel())
		}
		if !pause.For(e.ctx, wakeEvery) {
			return
		}
	}
}

// channel is that of the notifications.
func (e *Engine) channel() string { return "segment " + e.o.Schema }

// watching begins to look for news, once.
func (e *Engine) watching() {
	e.watch.Do(func() { e.begin(e.look) })
}

// look looks for news until the engine is closed, with a connection of its own, and another
// when that is lost.
func (e *Engine) look() {
	rest := wakeEvery
	for e.ctx.Err() == nil {
		looked := e.lookWithOne()
		e.heads.fail()
		if looked {
			rest = wakeEvery
		}
		pause.For(e.ctx, rest)
		rest = min(2*rest, longestRest)
	}
}

// lookWithOne looks until the connection is lost, and reports whether it could at all.
func (e *Engine) lookWithOne() (looked bool) {
	ctx, cancel := e.bounded(e.ctx)
	defer cancel()
	pooled, err := e.pool.Acquire(ctx)
	if err != nil {
		return false
	}
	conn := pooled.Hijack() // or 256 workers would have one less
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = conn.Close(ctx) // it may be lost
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{e.channel()}.Sanitize()); err != nil {
		return false
	}
	for e.lookOnce(conn) == nil {
		looked = true
		if !pause.For(e.ctx, wakeEvery) || e.await(conn) != nil {
			break
		}
	}
	return looked
}

// lookOnce asks for the heads.
func (e *Engine) lookOnce(conn *pgx.Conn) error {
	ctx, cancel := e.bounded(e.ctx)
	defer cancel()
	began, turns := time.Now(), e.heads.turns()
	var in, out []int64
	err := conn.QueryRow(ctx, "SELECT ARRAY(SELECT position FROM "+e.s+".input_head ORDER BY partition), ARRAY(SELECT position FROM "+e.s+".output_head ORDER BY partition)").Scan(&in, &out)
	switch {
	case err != nil:
		return err
	case len(in) != e.o.Partitions || len(out) != e.o.Partitions:
		return ErrNoTables
	}
	e.heads.learn(in, out, began, turns)
	return nil
}

// await waits until the engine is woken, or for Options.Poll. The error is that of a
// connection that is lost.
func (e *Engine) await(conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(e.ctx, e.o.Poll)
	defer cancel()
	_, err := conn.WaitForNotification(ctx)
	cancel()
	for err == nil { // those that have come as well tell nothing more
		_, err = conn.WaitForNotification(ctx)
	}
	if conn.IsClosed() {
		return err
	}
	return nil
}

// fresh is since when heads must have been asked for to be answered from.
func (e *Engine) fresh() time.Time { return time.Now().Add(-3*e.o.Poll - wakeEvery) }
