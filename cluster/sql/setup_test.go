//go:build unix

package sql

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/segmentrules/segment/cluster"
)

// TestSetup: several programs set up at once, and again; with other options it is refused.
func TestSetup(t *testing.T) {
	p, o := pool(t), Options{Schema: schema(t), Partitions: 5, Members: true}
	if _, err := Open(t.Context(), p, o); !errors.Is(err, ErrNoTables) {
		t.Errorf("without tables: %v", err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := Setup(t.Context(), p, o); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if e := open(t, p, Options{Schema: o.Schema, Partitions: 5}); !e.o.Members || e.o.Diffs {
		t.Error("an engine does not see from the tables what is kept")
	}
	for _, other := range []Options{{Partitions: 6, Members: true}, {Partitions: 5}, {Partitions: 5, Members: true, Diffs: true}} {
		other.Schema = o.Schema
		var wrong *LayoutError
		if err := Setup(t.Context(), p, other); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "5 partitions, with members, without diffs") {
			t.Errorf("%+v: %v", other, err)
		}
	}
	var partitions *cluster.PartitionsError
	if _, err := Open(t.Context(), p, Options{Schema: o.Schema}); !errors.As(err, &partitions) || partitions.Input != 5 || partitions.Here != 256 {
		t.Errorf("another number of partitions: %v", err)
	}
}

// TestVersions: tables of a later version are refused, those of an earlier one brought up to
// date with what they hold.
func TestVersions(t *testing.T) {
	e := opened(t, Options{})
	must(t, e.Append(t.Context(), 0, "", []byte("before")))
	later := append(append([]string{}, steps...), "ALTER TABLE {s}.input ADD COLUMN more text")
	must(t, pgx.BeginFunc(t.Context(), e.pool, func(tx pgx.Tx) error { return setup(t.Context(), tx, e.o, later) }))
	must(t, pgx.BeginFunc(t.Context(), e.pool, func(tx pgx.Tx) error { return setup(t.Context(), tx, e.o, later) }))
	must(t, runText(t.Context(), e, "SELECT more FROM {s}.input"))
	var wrong *VersionError
	if _, err := Open(t.Context(), e.pool, e.o); !errors.As(err, &wrong) || wrong.Found != 2 || wrong.Known != 1 || !strings.Contains(err.Error(), "a later program") {
		t.Errorf("Open: %v", err)
	}
	if err := Setup(t.Context(), e.pool, e.o); !errors.As(err, &wrong) {
		t.Errorf("Setup: %v", err)
	}
	must(t, runText(t.Context(), e, "UPDATE {s}.layout SET version = 0"))
	if _, err := Open(t.Context(), e.pool, e.o); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "call Setup") {
		t.Errorf("an earlier version: %v", err)
	}
	must(t, runText(t.Context(), e, "DELETE FROM {s}.layout"))
	if _, err := Open(t.Context(), e.pool, e.o); !errors.Is(err, ErrNoTables) {
		t.Errorf("an empty layout: %v", err)
	}
}

// TestOptions that cannot be.
func TestOptions(t *testing.T) {
	p := pool(t)
	for _, o := range []Options{{Schema: "a b"}, {Schema: "Segment"}, {Schema: `x"; DROP`}, {Schema: "1a"}, {Schema: strings.Repeat("a", 64)}, {Partitions: -1}, {Partitions: 1 << 20}, {Lease: -1}, {Poll: -1}, {Timeout: -1}} {
		if err := Setup(t.Context(), p, o); err == nil {
			t.Errorf("Setup with %+v", o)
		}
		if _, err := Open(t.Context(), p, o); err == nil || errors.Is(err, ErrNoTables) {
			t.Errorf("Open with %+v: %v", o, err)
		}
	}
	// a word of SQL is a name like others
	o := Options{Schema: "user", Partitions: 2}
	must(t, Setup(t.Context(), p, o))
	must(t, open(t, p, o).Append(t.Context(), 1, "", []byte("x")))
}

// TestDatabases on which the engine does not work.
func TestDatabases(t *testing.T) {
	p := pool(t)
	_, err := p.Exec(t.Context(), "CREATE DATABASE odd ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
	must(t, err)
	odd := connect(t, strings.Replace(p.Config().ConnString(), "/postgres?", "/odd?", 1))
	strict := connect(t, p.Config().ConnString()+"&default_transaction_isolation=serializable")
	for want, p := range map[string]*pgxpool.Pool{"LATIN1": odd, "serializable": strict} {
		o := Options{Schema: schema(t)}
		if err := Setup(t.Context(), p, o); !errors.Is(err, ErrDatabase) || !strings.Contains(err.Error(), want) {
			t.Errorf("Setup: %v", err)
		}
		if _, err := Open(t.Context(), p, o); !errors.Is(err, ErrDatabase) {
			t.Errorf("Open: %v", err)
		}
	}
	nowhere := connect(t, url(1))
	if err := Setup(t.Context(), nowhere, Options{}); err == nil || errors.Is(err, ErrDatabase) {
		t.Errorf("no server: %v", err)
	}
	if _, err := Open(t.Context(), nowhere, Options{}); err == nil || errors.Is(err, ErrNoTables) {
		t.Errorf("no server: %v", err)
	}
}

// TestFewRights: a role that may create in one schema alone sets it up, and one that may only
// use what is there works.
func TestFewRights(t *testing.T) {
	p, o := pool(t), Options{Schema: schema(t), Partitions: 3, Members: true, Diffs: true}
	for _, statement := range []string{"CREATE ROLE maker LOGIN", "CREATE ROLE worker LOGIN", "CREATE SCHEMA {s} AUTHORIZATION maker"} {
		_, err := p.Exec(t.Context(), strings.ReplaceAll(statement, "{s}", o.Schema))
		must(t, err)
	}
	as := func(role string) *pgxpool.Pool {
		return connect(t, strings.Replace(p.Config().ConnString(), "postgres@", role+"@", 1))
	}
	must(t, Setup(t.Context(), as("maker"), o))
	for _, statement := range []string{"GRANT USAGE ON SCHEMA {s} TO worker", "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {s} TO worker", "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {s} TO worker"} {
		_, err := as("maker").Exec(t.Context(), strings.ReplaceAll(statement, "{s}", o.Schema))
		must(t, err)
	}
	everything(t, open(t, as("worker"), o))
}

// everything asks an engine for each thing once.
func everything(t *testing.T, e *Engine) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	must(t, e.Append(ctx, 1, "k", []byte("one")))
	must(t, e.Append(ctx, cluster.Everyone, "", nil))
	es, err := e.Read(ctx, 1, 0, 10)
	if err != nil || len(es) != 2 || string(es[0].Data) != "one" || es[1].Data == nil {
		t.Errorf("read %v, %v", es, err)
	}
	commit, err := cluster.Commit{Upto: 2}.AppendBinary(nil)
	must(t, err)
	at, err := e.Commit(ctx, 1, 0, commit)
	if err != nil || at != 1 {
		t.Errorf("commit %d, %v", at, err)
	}
	if _, err := e.Commit(ctx, 1, 0, commit); !errors.Is(err, cluster.ErrFenced) {
		t.Errorf("once more: %v", err)
	}
	must(t, e.PutSnap(ctx, 1, 2, make([]byte, 3<<20)))
	if s, err := e.Snap(ctx, 1, 2); err != nil || len(s) != 3<<20 {
		t.Errorf("snapshot of %d bytes, %v", len(s), err)
	}
	if err := e.Follow(ctx, map[int]uint64{0: 0, 1: 0}, func(p int, c cluster.Committed) error { return errAll }); !errors.Is(err, errAll) {
		t.Errorf("follow: %v", err)
	}
	must(t, e.Sign(ctx, cluster.Member{Name: "a", Address: "b"}))
	if all, err := e.Members(ctx); err != nil || len(all) != 1 {
		t.Errorf("members: %v, %v", all, err)
	}
	must(t, e.Leave(ctx, "a"))
	if _, err := e.Trim(ctx, Trim{Commits: time.Nanosecond}); err != nil {
		t.Error(err)
	}
}

// TestWaysOfAsking: the pool may ask in any way that pgx knows, such as poolers need.
func TestWaysOfAsking(t *testing.T) {
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		t.Run(fmt.Sprint(mode), func(t *testing.T) {
			c := pool(t).Config()
			c.ConnConfig.DefaultQueryExecMode = mode
			p, err := pgxpool.NewWithConfig(t.Context(), c)
			must(t, err)
			t.Cleanup(p.Close)
			o := Options{Schema: schema(t), Partitions: 3, Members: true, Diffs: true}
			must(t, Setup(t.Context(), p, o))
			everything(t, open(t, p, o))
		})
	}
}

// TestTablesGone: that is said, by whatever finds it.
func TestTablesGone(t *testing.T) {
	e := opened(t, Options{})
	must(t, runText(t.Context(), e, "DROP SCHEMA {s} CASCADE"))
	for name, err := range map[string]error{
		"Append": e.Append(t.Context(), 0, "", []byte("x")),
		"Sign":   e.Sign(t.Context(), cluster.Member{Name: "a"}),
		"Read":   func() error { _, err := e.Read(t.Context(), 0, 0, 1); return err }(),
		"Commit": func() error { _, err := e.Commit(t.Context(), 0, 0, nil); return err }(),
		"Last":   func() error { _, err := e.Last(t.Context(), 0); return err }(),
		"Follow": e.Follow(t.Context(), map[int]uint64{0: 0}, nil),
		"Trim":   func() error { _, err := e.Trim(t.Context(), Trim{}); return err }(),
	} {
		if !errors.Is(err, ErrNoTables) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
