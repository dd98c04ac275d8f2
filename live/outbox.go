package live

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"

	"github.com/segmentrules/segment"
)

// A Dialect is how a database wants placeholders.
type Dialect uint8

// The dialects.
const (
	Dollars       Dialect = iota // $1, $2: PostgreSQL, and SQLite takes them too
	QuestionMarks                // ?: MySQL, MariaDB, SQLite
)

// A SQLOutbox writes the diffs of a host into a database of the host, with how far it has come
// in the same transaction: each diff has its effect there once, whatever crashes when. From the
// outbox the host's own programs take them.
//
// It has two tables, which Create makes:
//
//	segment_outbox(sink, revision, step, contact, segment, definition, entered, at_utc, cause)
//	segment_cursor(sink, revision)
//
// Sink and revision are the key of the first. The instants are text in UTC to the nanosecond,
// 2026-01-31T00:00:00.000000000Z, which sorts as time does and which databases cast to theirs.
//
// The fields must not be changed while Run runs.
type SQLOutbox struct {
	DB      *sql.DB
	Dialect Dialect
	// Sink names this outbox among others in the same tables; "" is a name.
	Sink string
	// Outbox and Cursor are the tables; empty means segment_outbox and segment_cursor. They
	// may have a schema in front, as crm.outbox.
	Outbox, Cursor string
	// Effect, if set, takes the place of inserting into the outbox: it carries out what the
	// diffs, in order of revision, are to do in the database, all within the transaction. It
	// may be called again with the same diffs after the transaction was rolled back. An error
	// rolls it back.
	Effect func(ctx context.Context, tx *sql.Tx, diffs []segment.Diff) error
	// Batch is how many diffs a transaction has at most; 0 means 500. A change of
	// no more is not torn.
	Batch int
	// Tries is how often a transaction is tried in a row before Run gives up, since no error of
	// a database says by itself whether it will pass; 0 means 10.
	Tries int
	// Backoff is how long to wait before trying again.
	Backoff Backoff
}

// Create makes the tables that are not there yet.
func (o *SQLOutbox) Create(ctx context.Context) error {
	if err := o.check(); err != nil {
		return err
	}
	for _, statement := range []string{
		"CREATE TABLE IF NOT EXISTS " + o.cursor() + " (sink VARCHAR(200) NOT NULL PRIMARY KEY, revision BIGINT NOT NULL)",
		"CREATE TABLE IF NOT EXISTS " + o.outbox() + " (sink VARCHAR(200) NOT NULL, revision BIGINT NOT NULL, step BIGINT NOT NULL," +
			" contact TEXT NOT NULL, segment TEXT NOT NULL, definition BIGINT NOT NULL, entered BOOLEAN NOT NULL," +
			" at_utc VARCHAR(40) NOT NULL, cause VARCHAR(20) NOT NULL, PRIMARY KEY (sink, revision))",
	} {
		if _, err := o.DB.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("live: the tables of an outbox: %w", err)
		}
	}
	return nil
}

// ErrCursorMoved: another program moves the same cursor of an outbox. Only one may.
var ErrCursorMoved = errors.New("live: the cursor of the outbox was moved by somebody else")

var tableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)

// check refuses what cannot be written to.
func (o *SQLOutbox) check() error {
	if o.DB == nil {
		return errors.New("live: a SQLOutbox needs a DB")
	}
	for _, name := range []string{o.outbox(), o.cursor()} {
		if !tableName.MatchString(name) {
			return fmt.Errorf("live: %q is not the name of a table, such as segment_outbox or crm.outbox", name)
		}
	}
	return nil
}

func (o *SQLOutbox) outbox() string { return named(o.Outbox, "segment_outbox") }
func (o *SQLOutbox) cursor() string { return named(o.Cursor, "segment_cursor") }

func named(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}
