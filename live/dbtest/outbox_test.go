package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable"
	"github.com/segmentrules/segment/live"
	"github.com/segmentrules/segment/sqlgen/engines"
)

func TestMain(m *testing.M) { os.Exit(engines.Main(m)) }

// TestOutbox: each diff is in the table once, in order, though the sink is stopped between
// any two transactions, some of its transactions fail, and the store behind it is opened
// again.
func TestOutbox(t *testing.T) {
	for name, dialect := range map[string]live.Dialect{"sqlite": live.QuestionMarks, "postgres": live.Dollars, "mariadb": live.QuestionMarks} {
		t.Run(name, func(t *testing.T) {
			db := engines.DB(engines.Need(t, name))
			tables := fmt.Sprint("outbox_", os.Getpid())
			out := &live.SQLOutbox{DB: db, Dialect: dialect, Sink: "mail", Outbox: tables, Cursor: tables + "_cursor", Batch: 7, Backoff: live.Backoff{First: time.Millisecond, Most: 5 * time.Millisecond}}
			t.Cleanup(func() {
				for _, table := range []string{out.Outbox, out.Cursor} {
					if _, err := db.Exec("DROP TABLE " + table); err != nil {
						t.Error(err)
					}
				}
			})
			if err := out.Create(t.Context()); err != nil {
				t.Fatal(err)
			}
			path := t.TempDir()
			for life := range 4 {
				deliver(t, path, life, out)
			}
			check(t, out, path)
		})
	}
}

// deliver opens the store, makes changes, and has the sink run for a while.
func deliver(t *testing.T, path string, life int, out *live.SQLOutbox) {
	t.Helper()
	store, err := durable.Open(path, durable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	h := live.New(store, live.Options{Keep: 5})
	defer h.Close()
	if life == 0 {
		if _, err := h.Define(segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro"`)}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 40 {
		plan := []string{"pro", "free"}[(i+life)%2]
		if _, err := h.Apply(segment.Update{Contact: fmt.Sprint("c", i%13), Set: map[string]segment.Value{"plan": segment.Text(plan)}}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(20+60*life)*time.Millisecond)
	defer cancel()
	if life == 3 {
		ctx, cancel = context.WithCancel(t.Context())
		defer cancel()
		go func() { // until all is there
			for count(t, out) < int(h.Revision()) && ctx.Err() == nil {
				time.Sleep(5 * time.Millisecond)
			}
			cancel()
		}()
	}
	if err := out.Run(ctx, h); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

func count(t *testing.T, out *live.SQLOutbox) (n int) {
	if err := out.DB.QueryRow("SELECT COUNT(*) FROM " + out.Outbox).Scan(&n); err != nil {
		t.Error(err)
	}
	return n
}

// check compares the table with what the store has told.
func check(t *testing.T, out *live.SQLOutbox, path string) {
	t.Helper()
	store, err := durable.Open(path, durable.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	rows, err := out.DB.Query("SELECT revision, step, contact, segment, definition, entered, at_utc, cause FROM " + out.Outbox + " ORDER BY revision")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for d, err := range store.History(0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if !rows.Next() {
			t.Fatalf("row %d is missing: %v", n, rows.Err())
		}
		got, at, cause := segment.Diff{}, "", ""
		if err := rows.Scan(&got.Revision, &got.Step, &got.Contact, &got.Segment, &got.Definition, &got.Entered, &at, &cause); err != nil {
			t.Fatal(err)
		}
		if got.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
			t.Fatal(err)
		}
		if err := got.Cause.UnmarshalText([]byte(cause)); err != nil {
			t.Fatal(err)
		}
		if !got.At.Equal(d.At) {
			t.Errorf("row %d is at %v, want %v", n, got.At, d.At)
		}
		if got.At = d.At; got != d {
			t.Errorf("row %d is %+v, want %+v", n, got, d)
		}
	}
	if rows.Next() || n < 100 {
		t.Errorf("%d rows are right, and there are more, or too few", n)
	}
}

// TestEffect: what Effect does stands or falls with the cursor.
func TestEffect(t *testing.T) {
	db := engines.DB(engines.Need(t, "sqlite"))
	if _, err := db.Exec("CREATE TABLE effects (contact TEXT, n INTEGER)"); err != nil {
		t.Fatal(err)
	}
	failures := 3
	out := &live.SQLOutbox{DB: db, Dialect: live.QuestionMarks, Sink: "effects", Backoff: live.Backoff{First: time.Millisecond, Most: time.Millisecond},
		Effect: func(ctx context.Context, tx *sql.Tx, diffs []segment.Diff) error {
			for _, d := range diffs {
				if _, err := tx.ExecContext(ctx, "INSERT INTO effects VALUES (?, ?)", d.Contact, d.Revision); err != nil {
					return err
				}
			}
			if failures--; failures >= 0 {
				return errors.New("not yet")
			}
			return nil
		}}
	if err := out.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	store, err := durable.Open(t.TempDir(), durable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	h := live.New(store, live.Options{})
	defer h.Close()
	if _, err := h.Define(segment.Segment{ID: "all", Condition: segment.MustParse("EVERYONE")}); err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		if _, err := h.Apply(segment.Update{Contact: fmt.Sprint("c", i)}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for n := 0; n < 10 && ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
			_ = db.QueryRow("SELECT COUNT(*) FROM effects").Scan(&n)
		}
		cancel()
	}()
	if err := out.Run(ctx, h); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	var n, distinct int
	if err := db.QueryRow("SELECT COUNT(*), COUNT(DISTINCT n) FROM effects").Scan(&n, &distinct); err != nil || n != 10 || distinct != 10 {
		t.Errorf("%d effects, %d of them distinct: %v", n, distinct, err)
	}
}
