package live

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/segmentrules/segment"
)

// The transactions of an outbox. The cursor is moved by a statement that states where it must
// stand, so that two programs with one cursor cannot both write, and a transaction of which
// nobody knows whether it was committed is not carried out twice.

// An outboxWriter writes in one run.
type outboxWriter struct {
	outbox *SQLOutbox
	host   *Host
}

// try calls f until it returns no error, as often as the outbox says.
func (w outboxWriter) try(ctx context.Context, f func() error) error {
	for failures := 1; ; failures++ {
		err := f()
		switch {
		case err == nil || errors.Is(err, ErrCursorMoved):
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case failures >= defaulted(w.outbox.Tries, 10):
			return fmt.Errorf("live: the outbox, tried %d times: %w", failures, err)
		}
		o, wait := &w.host.options, w.outbox.Backoff.wait(failures)
		o.Metrics.Add(MeterRetries, 1)
		o.Log.Warn("a transaction of an outbox is tried again", "failures", failures, "wait", wait, "err", err)
		if err := sleep(ctx, o.Clock, wait); err != nil {
			return err
		}
	}
}

// A queryer is a database or a transaction.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// load returns where the cursor stands, 0 if there is none.
func (w outboxWriter) load(ctx context.Context, q queryer) (revision uint64, err error) {
	var n int64
	err = q.QueryRowContext(ctx, w.sql("SELECT revision FROM "+w.outbox.cursor()+" WHERE sink = ?"), w.outbox.Sink).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return uint64(n), err
}

// write carries out the diffs after a revision and moves the cursor behind them, unless that
// has been done by an attempt before.
func (w outboxWriter) write(ctx context.Context, from uint64, diffs []segment.Diff) error {
	tx, err := w.outbox.DB.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // of what is committed it does nothing
	last := diffs[len(diffs)-1].Revision
	at, err := w.load(ctx, tx)
	switch {
	case err != nil:
		return err
	case at == last:
		return nil // an attempt was committed, and only its answer was lost
	case at != from:
		return fmt.Errorf("%w: it stands at revision %d, and was left at %d", ErrCursorMoved, at, from)
	}
	if err := w.move(ctx, tx, from, last); err != nil {
		return err
	}
	effect := w.outbox.Effect
	if effect == nil {
		effect = w.insert
	}
	if err := effect(ctx, tx, diffs); err != nil {
		return err
	}
	return tx.Commit()
}

// move moves the cursor.
func (w outboxWriter) move(ctx context.Context, tx *sql.Tx, from, to uint64) error {
	table := w.outbox.cursor()
	res, err := tx.ExecContext(ctx, w.sql("UPDATE "+table+" SET revision = ? WHERE sink = ? AND revision = ?"), int64(to), w.outbox.Sink, int64(from))
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil || n == 1 {
		return err
	}
	if from > 0 {
		return fmt.Errorf("%w: it no longer stands at revision %d", ErrCursorMoved, from)
	}
	_, err = tx.ExecContext(ctx, w.sql("INSERT INTO "+table+" (sink, revision) VALUES (?, ?)"), w.outbox.Sink, int64(to))
	return err
}

// insert writes diffs into the outbox, some with each statement: databases bound how many
// placeholders one may have.
func (w outboxWriter) insert(ctx context.Context, tx *sql.Tx, diffs []segment.Diff) error {
	const rows, columns = 100, 9
	const instant = "2006-01-02T15:04:05.000000000Z"
	for len(diffs) > 0 {
		some := diffs[:min(rows, len(diffs))]
		diffs = diffs[len(some):]
		args := make([]any, 0, columns*len(some))
		for _, d := range some {
			args = append(args, w.outbox.Sink, int64(d.Revision), int64(d.Step), d.Contact, d.Segment,
				int64(d.Definition), d.Entered, d.At.UTC().Format(instant), d.Cause.String())
		}
		statement := "INSERT INTO " + w.outbox.outbox() + " (sink, revision, step, contact, segment, definition, entered, at_utc, cause) VALUES " +
			strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?, ?, ?), ", len(some)), ", ")
		if _, err := tx.ExecContext(ctx, w.sql(statement), args...); err != nil {
			return err
		}
	}
	return nil
}

// sql returns a statement with the placeholders of the dialect. No statement here has a
// question mark that is none.
func (w outboxWriter) sql(statement string) string {
	if w.outbox.Dialect == QuestionMarks {
		return statement
	}
	var b strings.Builder
	for i, part := range strings.Split(statement, "?") {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	return b.String()
}

// Run writes what comes after the revision of the cursor, and goes on until the context is
// done, of which it returns the error. Without a cursor it begins after revision 0; write one
// with the revision of the host to begin at the present. It runs in the goroutine of its
// caller, and waits by the clock of the host.
//
// Other errors: that of the last of [SQLOutbox.Tries]; [ErrCursorMoved]; [*ResyncError] if the
// diffs are no longer kept; those of Subscribe. It may be called again after any of them.
func (o *SQLOutbox) Run(ctx context.Context, h *Host) error {
	if err := o.check(); err != nil {
		return err
	}
	w := outboxWriter{outbox: o, host: h}
	var from uint64
	if err := w.try(ctx, func() (err error) { from, err = w.load(ctx, o.DB); return err }); err != nil {
		return err
	}
	r := h.read(from)
	defer r.leave()
	for {
		diffs, err := r.changes(ctx, defaulted(o.Batch, 500))
		if err != nil {
			return err
		}
		if err := w.try(ctx, func() error { return w.write(ctx, r.at, diffs) }); err != nil {
			return err
		}
		h.options.Metrics.Add(MeterSent, 1)
		r.at = diffs[len(diffs)-1].Revision
	}
}
