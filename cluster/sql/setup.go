package sql

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/segmentrules/segment/cluster"
)

// Setup makes the tables, or brings those of an earlier version up to date, in steps: one
// file for each version, and behind them the functions, which are made anew each time.

var (
	//go:embed tables/1.sql
	tables1 string
	//go:embed tables/members.sql
	tablesMembers string
	//go:embed tables/diffs.sql
	tablesDiffs string
	//go:embed tables/functions.sql
	functions string
)

// steps are the changes of the tables: the first makes version 1 of nothing.
var steps = []string{tables1}

// oldestServer is the first version of PostgreSQL on which the functions work.
const oldestServer = 130000

// Setup makes the tables in their schema, which it makes as well if it is not there; if they
// are there it changes nothing, but brings those of an earlier version up to date, for which
// no engine may be at work on them. All is done in one transaction, and several programs may
// call it at once. It needs the right to create, which an [Engine] does not.
//
// Errors: Options that cannot be; [ErrDatabase]; a [*LayoutError] if the tables were made
// with other options; a [*VersionError] if they are of a later version.
func Setup(ctx context.Context, pool *pgxpool.Pool, o Options) error {
	o = o.filled()
	if err := o.check(); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := checkDatabase(ctx, tx); err != nil {
			return err
		}
		// One after the other. What the one before has made is seen by queries, but not by
		// to_regclass, which asks a cache.
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('cluster/sql ' || $1, 0))`, o.Schema); err != nil {
			return err
		}
		return setup(ctx, tx, o, steps)
	})
}

// setup is Setup in a transaction, by steps of which a test may have others.
func setup(ctx context.Context, tx pgx.Tx, o Options, steps []string) error {
	here, version, err := layout(ctx, tx, o.Schema)
	first := errors.Is(err, ErrNoTables)
	switch {
	case err != nil && !first:
		return err
	case version > len(steps):
		return &VersionError{Schema: o.Schema, Found: version, Known: len(steps)}
	case !first && here.made() != o.made():
		return &LayoutError{Schema: o.Schema, Here: here.made(), Wanted: o.made()}
	}
	for _, step := range steps[version:] {
		if first {
			if err := makeSchema(ctx, tx, o); err != nil {
				return err
			}
		}
		if err := run(ctx, tx, o, step); err != nil {
			return err
		}
		if first {
			if err := fill(ctx, tx, o); err != nil {
				return err
			}
		}
		first = false
	}
	if version == len(steps) {
		return nil
	}
	if _, err := tx.Exec(ctx, "UPDATE "+o.quoted()+".layout SET version = $1", len(steps)); err != nil {
		return err
	}
	return run(ctx, tx, o, functions)
}

// makeSchema makes the schema if it is not there. Asking first, it needs no right to where it
// is.
func makeSchema(ctx context.Context, tx pgx.Tx, o Options) (err error) {
	var there bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", o.Schema).Scan(&there); err != nil {
		return err
	}
	if !there {
		_, err = tx.Exec(ctx, "CREATE SCHEMA "+o.quoted())
	}
	return err
}

// fill writes what tables of version 1 begin with.
func fill(ctx context.Context, tx pgx.Tx, o Options) error {
	for _, more := range []struct {
		wanted bool
		text   string
	}{{o.Members, tablesMembers}, {o.Diffs, tablesDiffs}} {
		if more.wanted {
			if err := run(ctx, tx, o, more.text); err != nil {
				return err
			}
		}
	}
	for _, head := range []string{"input_head", "output_head"} {
		if _, err := tx.Exec(ctx, "INSERT INTO "+o.quoted()+"."+head+" (partition) SELECT generate_series(0, $1 - 1)", o.Partitions); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, "INSERT INTO "+o.quoted()+".layout (version, partitions, members, diffs) VALUES (1, $1, $2, $3)", o.Partitions, o.Members, o.Diffs)
	return err
}

// run runs a file of statements.
func run(ctx context.Context, tx pgx.Tx, o Options, text string) error {
	_, err := tx.Conn().PgConn().Exec(ctx, strings.ReplaceAll(text, "{s}", o.quoted())).ReadAll()
	return err
}

// A queryer is a pool or a transaction.
type queryer interface {
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
}

// layout returns what the tables of a schema were made with, and their version; ErrNoTables if
// there are none, without harm to a transaction.
func layout(ctx context.Context, q queryer, schema string) (o Options, version int, err error) {
	o.Schema = schema
	var there bool
	if err := q.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'layout')", schema).Scan(&there); err != nil {
		return o, 0, err
	}
	if !there {
		return o, 0, fmt.Errorf("%w: schema %q", ErrNoTables, schema)
	}
	err = q.QueryRow(ctx, "SELECT version, partitions, members, diffs FROM "+o.quoted()+".layout").Scan(&version, &o.Partitions, &o.Members, &o.Diffs)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fmt.Errorf("%w: table layout of schema %q is empty", ErrNoTables, schema)
	}
	return o, version, err
}

// checkDatabase refuses a database on which the engine would do something else than it says.
func checkDatabase(ctx context.Context, q queryer) error {
	var version int
	var encoding, isolation string
	var standby bool
	if err := q.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),
		current_setting('default_transaction_isolation'), pg_is_in_recovery()`).Scan(&version, &encoding, &isolation, &standby); err != nil {
		return err
	}
	switch {
	case version < oldestServer:
		return fmt.Errorf("%w: it is of version %d, and must be of %d at least", ErrDatabase, version, oldestServer)
	case encoding != "UTF8":
		return fmt.Errorf("%w: its encoding is %s, and must be UTF8", ErrDatabase, encoding)
	case isolation != "read committed":
		return fmt.Errorf("%w: default_transaction_isolation is %s for this user, and must be read committed", ErrDatabase, isolation)
	case standby:
		return fmt.Errorf("%w: it is a standby, which takes no writes", ErrDatabase)
	}
	return nil
}

// checkLayout compares what an engine was told with the tables, and returns the options with
// what the tables say.
func checkLayout(ctx context.Context, q queryer, o Options) (Options, error) {
	here, version, err := layout(ctx, q, o.Schema)
	switch {
	case err != nil:
		return o, err
	case version != len(steps):
		return o, &VersionError{Schema: o.Schema, Found: version, Known: len(steps)}
	case here.Partitions != o.Partitions:
		return o, &cluster.PartitionsError{Input: here.Partitions, Here: o.Partitions}
	}
	o.Members, o.Diffs = here.Members, here.Diffs
	return o, nil
}

// named gives an error of the database that says that tables are missing its name, and every
// error what was asked for.
func named(what string, err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "42P01", "42883", "3F000": // no such table, function, schema
			return fmt.Errorf("cluster/sql: %s: %w: %w", what, ErrNoTables, err)
		}
	}
	return fmt.Errorf("cluster/sql: %s: %w", what, err)
}
