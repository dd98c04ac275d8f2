package live_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/live"
)

// outboxOf is an outbox in a new fake database.
func outboxOf(t testing.TB) (*live.SQLOutbox, *fakeDB) {
	t.Helper()
	f := &fakeDB{}
	db := sql.OpenDB(f)
	t.Cleanup(func() { db.Close() })
	o := &live.SQLOutbox{DB: db, Sink: "crm", Batch: 10, Tries: 5, Backoff: live.Backoff{First: time.Millisecond, Most: time.Millisecond}}
	if err := o.Create(context.Background()); err != nil {
		t.Fatal(err)
	}
	return o, f
}

// rows are the diffs that have been written, as an outbox writes them.
func rows(ds []segment.Diff) (out []string) {
	for _, d := range ds {
		out = append(out, fmt.Sprint("crm ", d.Revision, " ", d.Step, " ", d.Contact, " ", d.Segment, " ", d.Definition, " ", d.Entered, " ",
			d.At.UTC().Format("2006-01-02T15:04:05.000000000Z"), " ", d.Cause))
	}
	return out
}

// runOutbox runs an outbox until the database has so many rows, or the run ends.
func runOutbox(t testing.TB, o *live.SQLOutbox, h *live.Host, f *fakeDB, until int) error {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- o.Run(ctx, h) }()
	for range 20_000 {
		select {
		case err := <-ended:
			return err
		case <-time.After(100 * time.Microsecond):
		}
		if f.count() >= until {
			cancel()
		}
	}
	t.Fatal("it never ends")
	return nil
}

// Every diff is written once, whatever fails when: any statement, a commit that is not carried
// out, and one that is though its answer is lost.
func TestSQLOutbox(t *testing.T) {
	for seed := range uint64(20) {
		o, f := outboxOf(t)
		o.Dialect = live.Dialect(seed % 2)
		f.dollars = o.Dialect == live.Dollars
		h := live.New(live.OverIndex(newIndex()), live.Options{})
		must(t)(h.Define(rule("active", "DID opened")))
		enter(t, h, 0, 37)
		must(t)(h.Define(rule("many", "DID opened")))
		r := rand.New(rand.NewPCG(seed, 7))
		f.fault = func() fault { return fault(max(0, r.IntN(24)-20)) }
		all := first(t, h, 0, 74)
		for f.count() < 74 {
			err := runOutbox(t, o, h, f, 74)
			if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, errFault) {
				t.Fatal(err)
			}
		}
		if got := f.lines(); !slices.Equal(got, rows(all)) {
			t.Fatalf("seed %d:\n%s\nand should be\n%s", seed, strings.Join(got, "\n"), strings.Join(rows(all), "\n"))
		}
		f.fault = nil
		enter(t, h, 100, 350) // more than one statement holds
		o.Batch = 1000
		if err := runOutbox(t, o, h, f, 74+500); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if got := f.lines(); !slices.Equal(got, rows(first(t, h, 0, 574))) {
			t.Errorf("seed %d: %d rows", seed, len(got))
		}
		h.Close()
	}
}

// A host's own effect is in the transaction; its error rolls the cursor back too, and ends the
// run after some tries.
func TestSQLOutboxEffect(t *testing.T) {
	o, f := outboxOf(t)
	f.dollars = true
	h := live.New(live.OverIndex(newIndex()), live.Options{})
	defer h.Close()
	must(t)(h.Define(rule("active", "DID opened")))
	enter(t, h, 0, 5)
	broken := errors.New("not today")
	calls := 0
	o.Effect = func(ctx context.Context, tx *sql.Tx, ds []segment.Diff) error {
		if calls++; len(ds) != 5 {
			t.Error(ds)
		}
		return broken
	}
	if err := o.Run(context.Background(), h); !errors.Is(err, broken) || calls != 5 || f.cursors["crm"] != 0 {
		t.Errorf("%v after %d calls, the cursor at %d", err, calls, f.cursors["crm"])
	}
	// another program with the same cursor is found out
	o.Effect = func(ctx context.Context, tx *sql.Tx, ds []segment.Diff) error {
		f.steal("crm", 3)
		return broken
	}
	if err := o.Run(context.Background(), h); !errors.Is(err, live.ErrCursorMoved) {
		t.Error(err)
	}
	for _, o := range []*live.SQLOutbox{{}, {DB: o.DB, Outbox: "x; DROP TABLE y"}, {DB: o.DB, Cursor: "a.b.c"}} {
		if err := o.Run(context.Background(), h); err == nil || !strings.HasPrefix(err.Error(), "live: ") {
			t.Error(err)
		}
	}
}
