package engines_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// A crossing is many runs at once over the same contacts.
type crossing struct {
	e      engines.Engine
	tables sqlgen.Tables
	seg    segment.Segment
	at     time.Time
	opts   *sql.TxOptions

	mu    sync.Mutex
	came  map[string]int // how often each contact was reported to enter
	gone  map[string]int
	again int // transactions that the database ended to be tried again
}

const crossingContacts = 30

func newCrossing(t *testing.T, name string, opts *sql.TxOptions) *crossing {
	t.Helper()
	e := engines.Need(t, name)
	key := engines.Column{Name: "id", Type: engines.Text, Size: 100}
	cols := []engines.Column{key, named("n", engines.Integer)}
	create(t, e, "people", cols, "id")
	createKept(t, e, nil, "s")
	var rows [][]any
	for i := range crossingContacts {
		rows = append(rows, []any{fmt.Sprintf("c%02d", i), int64(i % 4)})
	}
	if err := e.Insert("people", cols, rows); err != nil {
		t.Fatal(err)
	}
	tables := layout{}.kept()
	tables.Contacts, tables.Document = sqlgen.Relation{Table: "people"}, ""
	tables.Fields = map[string]sqlgen.Column{"n": {Column: "n", Type: sqlgen.TypeInteger}}
	tables.Events, tables.Lists, tables.History = nil, nil, nil
	return &crossing{e: e, tables: tables, opts: opts, seg: segment.Segment{ID: "s", Condition: segment.MustParse("n > 1")},
		at: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), came: map[string]int{}, gone: map[string]int{}}
}

// run runs a change in a transaction, after f has done something in it. It tries again
// where the database says so.
func (c *crossing) run(ctx context.Context, f func(*sql.Tx) error, make func() (sqlgen.Change, error)) error {
	for {
		entries, err := c.once(ctx, f, make)
		switch {
		case err == nil:
			c.mu.Lock()
			defer c.mu.Unlock()
			for _, n := range entries {
				if n.Entered {
					c.came[n.Contact]++
				} else {
					c.gone[n.Contact]++
				}
			}
			return nil
		case !strings.Contains(strings.ToLower(err.Error()), "deadlock") && !strings.Contains(err.Error(), "SQLITE_BUSY"):
			return err
		}
		c.mu.Lock()
		c.again++
		c.mu.Unlock()
	}
}

func (c *crossing) once(ctx context.Context, f func(*sql.Tx) error, make func() (sqlgen.Change, error)) (entries []sqlgen.Entry, err error) {
	change, err := make()
	if err != nil {
		return nil, err
	}
	tx, err := engines.DB(c.e).BeginTx(ctx, c.opts)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	if f != nil {
		if err := f(tx); err != nil {
			return nil, err
		}
	}
	if entries, err = sqlgen.Apply(ctx, tx, change); err != nil {
		return nil, err
	}
	return entries, tx.Commit()
}

// TestDiffBesideItself runs Diff for all, DiffFor for those that a transaction changes,
// and DiffFor for any, all at once: each entering and leaving is reported once, and at the
// end the table is right.
func TestDiffBesideItself(t *testing.T) {
	for _, c := range []struct {
		name    string
		opts    *sql.TxOptions
		changes bool // contacts change in the transactions
	}{
		{"postgres", nil, true},
		{"mariadb", &sql.TxOptions{Isolation: sql.LevelReadCommitted}, true},
		{"mariadb", nil, false}, // REPEATABLE READ, where the change is the first thing
		{"sqlite", nil, false},
	} {
		t.Run(fmt.Sprint(c.name, " ", c.changes), func(t *testing.T) {
			x := newCrossing(t, c.name, c.opts)
			d := dialectOf(x.e)
			var wg sync.WaitGroup
			errs := make(chan error, 8)
			for worker := range 8 {
				wg.Add(1)
				go func() {
					defer wg.Done()
					r := rand.New(rand.NewPCG(uint64(worker), 1))
					for range 40 {
						id := fmt.Sprintf("c%02d", r.IntN(crossingContacts))
						set := func(db interface {
							ExecContext(context.Context, string, ...any) (sql.Result, error)
						}) error {
							_, err := db.ExecContext(t.Context(), fmt.Sprintf("UPDATE people SET n = %d WHERE id = '%s'", r.IntN(4), id))
							return err
						}
						var err error
						switch {
						case worker < 2:
							err = x.run(t.Context(), nil, func() (sqlgen.Change, error) { return sqlgen.Diff(d, x.tables, x.seg, x.at) })
						case worker < 6 && c.changes:
							err = x.run(t.Context(), func(tx *sql.Tx) error { return set(tx) },
								func() (sqlgen.Change, error) { return sqlgen.DiffFor(d, x.tables, x.seg, x.at, id) })
						default:
							if !c.changes {
								err = set(engines.DB(x.e)) // and then look at it
							}
							if err == nil {
								err = x.run(t.Context(), nil, func() (sqlgen.Change, error) { return sqlgen.DiffFor(d, x.tables, x.seg, x.at, id, "c00", "c29") })
							}
						}
						if err != nil {
							errs <- err
							return
						}
					}
				}()
			}
			wg.Wait()
			close(errs)
			for err := range errs {
				t.Error(err)
			}
			x.check(t)
		})
	}
}

// check compares the table with what the rule says at the end, and with all reports.
func (c *crossing) check(t *testing.T) {
	t.Helper()
	members, err := c.e.IDs("SELECT contact FROM members WHERE segment = 's'", nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := c.e.IDs("SELECT id FROM people WHERE n > 1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(members, want) {
		t.Errorf("the table has  %v\nthe rule gives %v", members, want)
	}
	moves := 0
	for i := range crossingContacts {
		id, is := fmt.Sprintf("c%02d", i), 0
		if slices.Contains(members, id) {
			is = 1
		}
		if c.came[id]-c.gone[id] != is {
			t.Errorf("%s entered %d times and left %d times, and is a member: %d", id, c.came[id], c.gone[id], is)
		}
		moves += c.came[id] + c.gone[id]
	}
	t.Logf("%d entries and leavings, %d transactions tried again", moves, c.again)
}
