package engines_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Ids that are integers, and instants and dues as numbers of several units: those that the
// database can make of one another, and those that are left to Go.
func TestDiffOfIntegersAndUnits(t *testing.T) {
	units := []sqlgen.Type{sqlgen.TypeUnix, sqlgen.TypeUnixMilli, sqlgen.TypeUnixMicro, sqlgen.TypeUnixNano}
	per := map[sqlgen.Type]int64{sqlgen.TypeUnix: 1, sqlgen.TypeUnixMilli: 1e3, sqlgen.TypeUnixMicro: 1e6, sqlgen.TypeUnixNano: 1e9}
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for _, name := range []string{"sqlite", "postgres", "mariadb", "duckdb"} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			r := rand.New(rand.NewPCG(4, 4))
			for i, at := range units {
				due := units[(i+r.IntN(3))%len(units)]
				contact, seg := named("contact", engines.Integer), engines.Column{Name: "segment", Type: engines.Text, Size: 100}
				seen := named("seen", engines.Integer)
				create(t, e, "people", []engines.Column{named("id", engines.Integer), seen}, "id")
				create(t, e, "members", []engines.Column{contact, seg, named("since", engines.Integer)}, "contact", "segment")
				create(t, e, "dues", []engines.Column{contact, seg, named("due", engines.Integer)}, "contact", "segment")
				create(t, e, "locks", []engines.Column{seg}, "segment")
				var rows [][]any
				var stored []segment.Record
				for id := range int64(20) {
					n := now.Unix() + r.Int64N(20*86400) - 10*86400
					rows = append(rows, []any{id - 3, n * per[at]})
					stored = append(stored, segment.Record{ID: fmt.Sprint(id - 3), Fields: map[string]segment.Value{"seen": segment.Time(time.Unix(n, 0).UTC())}})
				}
				insert(t, e, "people", []engines.Column{named("id", engines.Integer), seen}, rows)
				insert(t, e, "locks", []engines.Column{seg}, [][]any{{"s"}})
				tables := layout{}.kept()
				tables.Contacts, tables.Document, tables.ID = sqlgen.Relation{Table: "people"}, "", column("id", sqlgen.TypeInteger, 0, 0)
				tables.Fields = map[string]sqlgen.Column{"seen": column("seen", at, 0, 0)}
				tables.Events, tables.Lists, tables.History = nil, nil, nil
				since := column("since", due, 0, 0)
				tables.Segments.Since, tables.Segments.Dues.Due = &since, column("due", due, 0, 0)
				for _, text := range []string{`seen IN LAST 3 days`, `seen < NOW - 5 days`, `AGE(seen) >= 4 days AND id != "3"`, `seen WITHIN NEXT 1 month`} {
					if err := e.Exec("DELETE FROM members; DELETE FROM dues"); err != nil {
						t.Fatal(err)
					}
					u := &unitKeeper{t, e, tables, stored, segment.Segment{ID: "s", Condition: segment.MustParse(text)}, per[due]}
					u.live(now)
				}
			}
		})
	}
}

func insert(t *testing.T, e engines.Engine, table string, cols []engines.Column, rows [][]any) {
	t.Helper()
	if err := e.Insert(table, cols, rows); err != nil {
		t.Fatal(err)
	}
}

type unitKeeper struct {
	*testing.T
	e      engines.Engine
	tables sqlgen.Tables
	stored []segment.Record
	seg    segment.Segment
	per    int64 // units of dues a second
}

func (k *unitKeeper) live(now time.Time) {
	k.Helper()
	next := k.run(now)
	for range 12 {
		rows, err := k.e.Rows("SELECT MIN(due) FROM dues", nil)
		if err != nil {
			k.Fatal(err)
		}
		var n int64
		if _, err := fmt.Sscan(rows[0][0], &n); err != nil { // nobody is due
			n = now.AddDate(0, 1, 0).Unix() * k.per
		}
		at := time.Unix(n/k.per, n%k.per*(1e9/k.per)).UTC()
		ids, err := k.e.IDs(fmt.Sprintf("SELECT contact FROM dues WHERE due = %d", n), nil)
		if err != nil {
			k.Fatal(err)
		}
		if !next.IsZero() && !at.Before(next) || len(ids) == 0 {
			at, ids = later(at, next), nil
		}
		if !at.After(now) {
			k.Fatalf("%s: due at %s, and it is %s", k.seg.Condition, at, now)
		}
		k.check(at.Add(-time.Second / time.Duration(k.per)))
		if len(ids) == 0 {
			next = k.run(at)
		} else {
			k.run(at, ids...)
		}
		k.check(at)
		now = at
	}
}

func later(at, next time.Time) time.Time {
	if next.IsZero() {
		return at
	}
	return next
}

func (k *unitKeeper) run(at time.Time, ids ...string) (next time.Time) {
	k.Helper()
	c, err := sqlgen.Diff(dialectOf(k.e), k.tables, k.seg, at)
	if len(ids) > 0 {
		c, err = sqlgen.DiffFor(dialectOf(k.e), k.tables, k.seg, at, ids...)
	}
	if err != nil {
		k.Fatal(err)
	}
	c.Load = func(_ context.Context, _ sqlgen.Queryer, ids ...string) iter.Seq2[segment.Contact, error] {
		return (&keeper{stored: k.stored}).load(nil, nil, ids...)
	}
	tx, err := engines.DB(k.e).BeginTx(k.Context(), nil)
	if err != nil {
		k.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := sqlgen.Apply(k.Context(), tx, c); err != nil {
		k.Fatalf("%s: %v\n%s", k.seg.Condition, err, c.Whole.Text)
	}
	if err := tx.Commit(); err != nil {
		k.Fatal(err)
	}
	return c.Next
}

func (k *unitKeeper) check(at time.Time) {
	k.Helper()
	got, err := k.e.IDs("SELECT contact FROM members WHERE segment = 's'", nil)
	if err != nil {
		k.Fatal(err)
	}
	is := map[string]bool{}
	for _, id := range got {
		is[id] = true
	}
	for _, x := range k.stored {
		if want := segment.Evaluate(k.seg.Condition, x, at); want != is[x.ID] {
			k.Fatalf("%s at %s, dues of 1/%d s: %s is a member: %v", k.seg.Condition, at, k.per, x.ID, is[x.ID])
		}
	}
}
