package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

func TestMain(m *testing.M) { os.Exit(engines.Main(m)) }

// empty is the binary's PostgreSQL without tables. Where there is none the test
// skips, and says what is not installed.
func empty(t *testing.T) engines.Engine {
	t.Helper()
	e := engines.Need(t, "postgres")
	if err := e.Exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public`); err != nil {
		t.Fatal(err)
	}
	return e
}

// ran is a small CRM after its twenty days.
func ran(t *testing.T, contacts, updates int) (*report, string) {
	t.Helper()
	var out bytes.Buffer
	r, err := newReport(t.Context(), &out, empty(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.all(t.Context(), contacts, updates); err != nil {
		t.Fatalf("%v after\n%s", err, &out)
	}
	return r, out.String()
}

func TestTableIsSelect(t *testing.T) {
	r, out := ran(t, 150, 150)
	if want := "\n8 segments at 5 instants: table = SELECT\n"; !strings.HasSuffix(out, want) {
		t.Errorf("the report does not end with %q:\n%s", want, out)
	}
	for _, cause := range []segment.Cause{segment.CauseData, segment.CauseEvent, segment.CauseTime} {
		if r.diffs[cause] == 0 {
			t.Errorf("nobody entered or left because of %s", cause)
		}
	}
	r.isEvaluate(t)
}

// What the table says is what Evaluate says of each contact.
func (r *report) isEvaluate(t *testing.T) {
	t.Helper()
	members := 0
	for x, err := range sqlgen.Load(t.Context(), r.db, tables()) {
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range r.segments {
			holds := segment.Evaluate(s.Condition, x, r.now)
			if holds != x.Segment(s.ID) {
				t.Errorf("%s: Evaluate says %v of %s, the table does not", s.ID, holds, x.Field("id"))
			}
			if holds {
				members++
			}
		}
	}
	if members < len(r.segments) {
		t.Errorf("only %d memberships: that says little", members)
	}
}

// A proof that cannot fail is none.
func TestWrongTableIsNoticed(t *testing.T) {
	for _, c := range []struct {
		what, stmt string
		days       int // that pass then
	}{
		{"a member is missing", `DELETE FROM memberships WHERE ctid = (SELECT min(ctid) FROM memberships)`, 0},
		{"one is too many", `INSERT INTO memberships (contact, segment, since)
			SELECT id, 'engaged', now() FROM contacts WHERE id NOT IN (SELECT contact FROM memberships WHERE segment = 'engaged') LIMIT 1`, 0},
		{"nobody is looked at when due", `DELETE FROM dues`, 10},
		{"what changes for all is not asked again", `UPDATE segments SET next_run = NULL`, 25},
	} {
		t.Run(c.what, func(t *testing.T) {
			r, _ := ran(t, 60, 10)
			if _, err := r.db.ExecContext(t.Context(), c.stmt); err != nil {
				t.Fatal(err)
			}
			if err := r.pass(t.Context(), r.now.AddDate(0, 0, c.days)); err != nil {
				t.Fatal(err)
			}
			if _, err := r.prove(t.Context(), r.now); err == nil {
				t.Error("the proof does not notice")
			}
		})
	}
}

// Rows become a contact with everything that rules may ask.
func TestLoad(t *testing.T) {
	ctx := context.Background()
	c, err := open(ctx, engines.DB(empty(t)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.db.ExecContext(ctx, `INSERT INTO lists (name) VALUES ('vip')`); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	_, err = c.update(ctx, segment.Update{Contact: "ann", At: at, Join: []string{"vip"}, Set: map[string]segment.Value{
		"email": segment.Text("ann@acme.com"), "subscribed": segment.Bool(true), "spent": segment.JSON("9999999999.99"),
		"birth": segment.Date(1990, time.May, 17), "trial_ends": segment.Time(at), "custom": segment.JSON(`{"seats": 9007199254740993}`),
	}, Events: []segment.Event{
		{ID: "2", Name: "purchase", At: at, Props: segment.Document(`{"amount": 12.5}`)},
		{ID: "1", Name: "opened", At: at.Add(-time.Hour)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	loaded := 0
	for ann, err := range sqlgen.Load(ctx, c.db, tables(), "ann", "nobody") {
		if err != nil {
			t.Fatal(err)
		}
		loaded++
		for _, rule := range []string{
			`id = "ann" AND email = "ann@acme.com" AND subscribed = TRUE AND spent = 9999999999.99 AND country IS NULL`,
			`birth = 1990-05-17 AND trial_ends = 2026-03-01T12:00:00Z AND custom.seats = 9007199254740993`,
			`SUM(purchase.amount) = 12.5 AND COUNT(*) = 2 AND LAST(opened) = 2026-03-01T11:00:00Z`,
			`IN LIST "vip" AND JOINED LIST "vip" IN LAST 1 second`,
		} {
			if !segment.Evaluate(segment.MustParse(rule), ann, at) {
				t.Errorf("not so: %s", rule)
			}
		}
	}
	if loaded != 1 {
		t.Errorf("%d contacts", loaded)
	}
}

// A contact that is deleted leaves its segments.
func TestWhoIsDeletedLeaves(t *testing.T) {
	r, _ := ran(t, 60, 10)
	ids, err := texts(t.Context(), r.db, `SELECT min(contact) FROM memberships`)
	if err != nil {
		t.Fatal(err)
	}
	diffs, err := r.update(t.Context(), segment.Update{Contact: ids[0], At: r.now, Delete: true})
	if err != nil || len(diffs) == 0 || diffs[0].Entered {
		t.Errorf("%v %v", diffs, err)
	}
	if left, err := texts(t.Context(), r.db, `SELECT segment FROM memberships WHERE contact = $1 UNION ALL SELECT segment FROM dues WHERE contact = $1`, ids[0]); err != nil || len(left) > 0 {
		t.Errorf("still a member of %v: %v", left, err)
	}
	if _, err := r.prove(t.Context(), r.now); err != nil {
		t.Error(err)
	}
}
