package engines_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// kept declares a layout whose memberships Diff keeps.
func (l layout) kept() sqlgen.Tables {
	t := l.tables()
	since := sqlgen.Column{Column: "since", Type: sqlgen.TypeTimestamp, Scale: 6}
	due := sqlgen.Column{Column: "due", Type: sqlgen.TypeTimestamp, Scale: 6}
	t.Segments = &sqlgen.Segments{Relation: sqlgen.Relation{Table: "members"}, Contact: "contact", Segment: "segment", Since: &since,
		Dues:  &sqlgen.Dues{Relation: sqlgen.Relation{Table: "dues"}, Contact: "contact", Segment: "segment", Due: due},
		Locks: &sqlgen.Locks{Relation: sqlgen.Relation{Table: "locks"}, Segment: "segment"}}
	return t
}

// createKept makes the tables of memberships anew, with the memberships that contacts have.
func createKept(t *testing.T, e engines.Engine, stored []segment.Record, segments ...string) {
	t.Helper()
	contact, seg := engines.Column{Name: "contact", Type: engines.Text, Size: 100}, engines.Column{Name: "segment", Type: engines.Text, Size: 100}
	members := []engines.Column{contact, seg, named("since", engines.Timestamp)}
	create(t, e, "members", members, "contact", "segment")
	create(t, e, "dues", []engines.Column{contact, seg, named("due", engines.Timestamp)}, "contact", "segment")
	create(t, e, "locks", []engines.Column{seg}, "segment")
	var rows, locks [][]any
	for _, x := range stored {
		for _, s := range x.Segments {
			rows = append(rows, []any{x.ID, s, nil})
		}
	}
	for _, s := range segments {
		locks = append(locks, []any{s})
	}
	if err := e.Insert("members", members, rows); err != nil {
		t.Fatal(err)
	}
	if err := e.Insert("locks", []engines.Column{seg}, locks); err != nil {
		t.Fatal(err)
	}
}

// A keeper keeps one segment as a host does.
type keeper struct {
	*testing.T
	e      engines.Engine
	tables sqlgen.Tables
	stored []segment.Record
	seg    segment.Segment
	is     map[string]bool // as the entries reported have it
	next   time.Time
	inGo   bool
	rest   bool
	dues   int
	tries  int
}

func (k *keeper) load(_ context.Context, _ sqlgen.Queryer, ids ...string) iter.Seq2[segment.Contact, error] {
	return func(yield func(segment.Contact, error) bool) {
		for _, x := range k.stored {
			if slices.Contains(ids, x.ID) && !yield(&x, nil) {
				return
			}
		}
	}
}

// run runs Diff, or DiffFor if there are ids, and notes what it reports.
func (k *keeper) run(at time.Time, ids ...string) (err error) {
	var c sqlgen.Change
	if len(ids) == 0 {
		if c, err = sqlgen.Diff(dialectOf(k.e), k.tables, k.seg, at); err == nil {
			k.next, k.inGo, k.rest = c.Next, c.DuesInGo, c.Query.Rest != nil
		}
	} else {
		c, err = sqlgen.DiffFor(dialectOf(k.e), k.tables, k.seg, at, ids...)
	}
	if err != nil {
		return err
	}
	if k.tries++; k.tries%2 == 0 { // a reader of the host, or that of the tables
		c.Load = k.load
	}
	tx, err := engines.DB(k.e).BeginTx(k.Context(), nil)
	if err != nil {
		return err
	}
	entries, err := sqlgen.Apply(k.Context(), tx, c)
	if err != nil {
		_ = tx.Rollback()
		return fmt.Errorf("%w\n%.3000s\n%.3000q", err, c.Find.Text+c.Whole.Text, c.Find.Args)
	}
	for _, n := range entries {
		if k.is[n.Contact] == n.Entered {
			k.Errorf("%s at %s: %v is reported, and was so already", k.seg.Condition, at, n)
		}
		k.is[n.Contact] = n.Entered
	}
	return tx.Commit()
}

// check compares the table, and what was reported, with Evaluate.
func (k *keeper) check(at time.Time) bool {
	k.Helper()
	got, err := k.e.IDs("SELECT contact FROM members WHERE segment = 's'", nil)
	if err != nil {
		k.Fatal(err)
	}
	var want, reported []string
	for _, x := range k.stored {
		if segment.Evaluate(k.seg.Condition, x, at) {
			want = append(want, x.ID)
		}
		if k.is[x.ID] {
			reported = append(reported, x.ID)
		}
	}
	if !slices.Equal(got, want) || !slices.Equal(got, reported) {
		k.Errorf("%s at %s in %s, dues in Go %v\ntable    %v\nEvaluate %v\nreported %v%s", k.seg.Condition, at.Format(time.RFC3339Nano), at.Location(), k.inGo,
			got, want, reported, different(got, want, k.stored))
		return false
	}
	return true
}

// due is who is due first, and when.
func (k *keeper) due() (at time.Time, ids []string) {
	k.Helper()
	rows, err := k.e.Rows("SELECT contact, due FROM dues WHERE due = (SELECT MIN(due) FROM dues) ORDER BY contact", nil)
	if err != nil {
		k.Fatal(err)
	}
	for _, row := range rows {
		if at, err = time.Parse("2006-01-02 15:04:05.000000", row[1]); err != nil {
			k.Fatal(err)
		}
		ids = append(ids, row[0])
	}
	return at, ids
}

// live keeps the segment from an instant on for so many steps: the table is looked at when
// somebody is due, and at Next, and at no other time.
func (k *keeper) live(r *rand.Rand, from time.Time, steps int) bool {
	k.Helper()
	now := from
	if err := k.run(now); err != nil {
		k.Errorf("%s at %s: %v", k.seg.Condition, now, err)
		return false
	}
	for range steps {
		if !k.check(now) {
			return false
		}
		at, ids := k.due()
		if len(ids) == 0 || !k.next.IsZero() && !k.next.After(at) {
			at, ids = k.next, nil
		}
		if at.IsZero() { // never
			at, ids = now.Add(400*24*time.Hour), []string{"nobody"}
		}
		at = at.In(from.Location())
		if !at.After(now) {
			k.Errorf("%s at %s in %s: %v due at %s already, next %s", k.seg.Condition, now, now.Location(), ids, at, k.next)
			return false
		}
		// Dues are rounded up to the microsecond, so it is asked at whole ones.
		for _, between := range []time.Time{now.Add(time.Duration(r.Int64N(int64(at.Sub(now))))), at.Add(-1)} {
			if between = between.Truncate(time.Microsecond); between.After(now) && !k.check(between) {
				return false
			}
		}
		k.dues += len(ids)
		if err := k.run(at, ids...); err != nil {
			k.Errorf("%s at %s: %v", k.seg.Condition, at, err)
			return false
		}
		now = at
	}
	return k.check(now)
}

// rulesOfTime are rules as people write them that change by time alone.
var rulesOfTime = []string{
	`COUNT(purchase) >= 2 IN LAST 30 days`, `LAST(purchase) OLDER THAN 21 days`, `seen WITHIN NEXT 3 days`, `seen IN LAST 7 days AND plan IS NOT NULL`,
	`due MORE THAN 2 days FROM NOW`, `SUM(purchase.amount) > 10 IN LAST 3 months`, `DID purchase THEN NOT opened WITHIN 24 hours IN LAST 30 days`,
	`DID purchase IN AT LEAST 2 OF LAST 4 weeks`, `DID purchase IN AT LEAST 1 OF LAST 3 months`, `AGE(seen) > 3 days`, `seen < NOW - 2 days`, `seen <= NOW - 36 hours`, `due > NOW + 1 hour`,
	`MONTH(born) = CURRENT_MONTH()`, `ANNIVERSARY(born) WITHIN NEXT 7 days`, `AGE(born) >= 18 years`, `JOINED LIST "vip" IN LAST 30 days`,
	`COUNT(purchase) = 0 DURING THIS month`, `COUNT(purchase) >= 1`, `NOW - LAST(purchase) > 10 days`, `LAST(purchase) > TODAY - 30 days`, `COUNT(purchase) > 0 BETWEEN 60 days AND 10 days AGO`,
	`COALESCE(LAST(purchase.amount) IN LAST 30 days, 0) < 10`, `COALESCE(LAST(purchase) IN LAST 30 days, seen) OLDER THAN 3 days`, `AGE(COALESCE(seen, due)) > 3 days`, `COALESCE(due, NOW) <= NOW`, `COALESCE(JOINED LIST "vip", seen) IN LAST 30 days`,
	`NOT (COUNT(*) >= 1 SINCE NOW - 90 days)`, `plan HAS BEEN "free" FOR AT LEAST 7 days`, `plan CHANGED IN LAST 30 days`, `COUNT(purchase WHERE amount > 5) >= 1 IN LAST 1 year`,
}

// TestDiffFollowsTime: from due to due the table is what Evaluate says, at all instants.
func TestDiffFollowsTime(t *testing.T) {
	for _, name := range []string{"sqlite", "postgres", "mariadb", "duckdb"} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			wanted, tried, inGo, rest, dues := rulesToTry(e, 100, 40), 0, 0, 0, 0
			for n := *seed; tried < wanted; n++ {
				crowd := crowdOf(n, 12, 10)
				r := rand.New(rand.NewPCG(uint64(n), 0))
				l := layouts(dialectOf(e))[n%2]
				stored, err := l.load(e, crowd.Contacts)
				if err != nil {
					t.Fatal(err)
				}
				conditions := append(crowd.Conditions, timely(t, r, 8)...)
				for _, c := range conditions {
					createKept(t, e, stored, "s")
					k := &keeper{T: t, e: e, tables: l.kept(), stored: stored, seg: segment.Segment{ID: "s", Condition: c}, is: map[string]bool{}}
					tried++
					if !k.live(r, crowd.At.Truncate(time.Microsecond), 15) {
						t.Logf("seed %d, %s", n, l.name)
					}
					if dues += k.dues; k.inGo {
						inGo++
					}
					if k.rest {
						rest++
					}
				}
				if t.Failed() {
					break
				}
			}
			t.Logf("%d segments, %d looks at contacts that were due; dues of %d in Go, memberships of %d", tried, dues, inGo, rest)
		})
	}
}

// timely are some of the rules of time.
func timely(t *testing.T, r *rand.Rand, n int) (cs []segment.Condition) {
	t.Helper()
	for range n {
		text := rulesOfTime[r.IntN(len(rulesOfTime))]
		c, err := segment.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		cs = append(cs, c)
	}
	return cs
}
