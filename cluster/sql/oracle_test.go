//go:build unix

package sql

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// What a test compares in the database itself: the tables of members and diffs with the
// commits, and with the index of a worker.

// archive keeps what is let go of the input, so that a judge can read all of it.
func archive(ctx context.Context, e *Engine) error {
	for _, statement := range []string{
		"CREATE TABLE {s}.fault (worker text, partition int, error text)",
		"CREATE TABLE {s}.gone (partition int, position bigint, stored bigint, data bytea)",
		`CREATE FUNCTION {s}.keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO {s}.gone VALUES (OLD.partition, OLD.position, OLD.stored, OLD.data); RETURN OLD; END $$`,
		`CREATE FUNCTION {s}.keep_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO {s}.gone VALUES (-1, OLD.position, OLD.stored, OLD.data); RETURN OLD; END $$`,
		"CREATE TRIGGER keep BEFORE DELETE ON {s}.input FOR EACH ROW EXECUTE FUNCTION {s}.keep()",
		"CREATE TRIGGER keep BEFORE DELETE ON {s}.broadcast FOR EACH ROW EXECUTE FUNCTION {s}.keep_all()",
	} {
		if err := runText(ctx, e, statement); err != nil {
			return err
		}
	}
	return nil
}

func runText(ctx context.Context, e *Engine, text string) error {
	return pgx.BeginFunc(ctx, e.pool, func(tx pgx.Tx) error { return run(ctx, tx, e.o, text) })
}

// A judged engine reads what was let go as well.
type judged struct{ *Engine }

func (j *judged) Read(ctx context.Context, p int, after uint64, most int) (out []cluster.Entry, err error) {
	var at, stored int64
	var data []byte
	err = j.rows(ctx, "read all", `SELECT position, stored, data FROM (
		SELECT position, stored, data FROM `+j.s+`.input WHERE partition = $1 UNION ALL
		SELECT position, stored, data FROM `+j.s+`.broadcast UNION ALL
		SELECT position, stored, data FROM `+j.s+`.gone WHERE partition IN ($1, -1)) e WHERE position > $2 ORDER BY position LIMIT $3`,
		[]any{p, int64(after), most}, []any{&at, &stored, &data}, func() error {
			out = append(out, cluster.Entry{Position: uint64(at), Stored: time.Unix(0, stored).UTC(), Data: data})
			return nil
		})
	return out, err
}

// check compares the tables when all processes have ended.
func (k *killed) check(t *testing.T) {
	t.Helper()
	ctx, e := t.Context(), k.engine
	k.proxy.each((*pair).close) // some requests of the dead are still under way
	var faults []string
	var who, what string
	var p int
	must(t, e.rows(ctx, "faults", "SELECT * FROM "+e.s+".fault", nil, []any{&who, &p, &what}, func() error {
		faults = append(faults, fmt.Sprintf("%s, partition %d: %s", who, p, what))
		return nil
	}))
	if len(faults) > 0 {
		t.Errorf("workers report %q", faults)
	}
	if n := checkMembers(t, e, killOptions()); n == 0 {
		t.Error("there are no members to compare")
	}
	checkDiffs(t, e)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type place struct{ segment, contact string }

// checkMembers compares the table of members with the indexes of workers that come to the end
// of their input, and returns how many there are.
func checkMembers(t testing.TB, e *Engine, o cluster.Options) int {
	t.Helper()
	ctx, want := context.Background(), map[place]bool{}
	for p := range o.Partitions {
		w, err := cluster.NewWorker(e, p, o)
		must(t, err)
		for idle := false; !idle; {
			if idle, err = w.Step(ctx); err != nil && !errors.Is(err, cluster.ErrFenced) {
				t.Fatal(err)
			}
		}
		for _, s := range w.Index().Defined() {
			for contact := range w.Index().Members(s.ID).All() {
				want[place{text(s.ID), text(contact)}] = true
			}
		}
	}
	got := members(t, e)
	for m := range want {
		if _, ok := got[m]; !ok {
			t.Errorf("%v is in the index, and not in the table", m)
		}
	}
	for m := range got {
		if !want[m] {
			t.Errorf("%v is in the table, and not in the index", m)
		}
	}
	return len(want)
}

// members reads the table of members.
func members(t testing.TB, e *Engine) map[place]int64 {
	t.Helper()
	got := map[place]int64{}
	var m place
	var since int64
	must(t, e.rows(context.Background(), "members", "SELECT * FROM "+e.s+".member", nil, []any{&m.segment, &m.contact, &since}, func() error {
		got[m] = since
		return nil
	}))
	return got
}

var errAll = errors.New("all")

// checkDiffs compares the table of diffs with the commits, and the members with the diffs.
func checkDiffs(t testing.TB, e *Engine) {
	t.Helper()
	after, left := map[int]uint64{}, 0
	for p := range e.o.Partitions {
		last, err := e.Last(context.Background(), p)
		must(t, err)
		after[p], left = 0, left+int(last.Position)
	}
	told, since := map[[2]uint64]segment.Diff{}, map[place]int64{}
	err := e.Follow(context.Background(), after, func(p int, k cluster.Committed) error {
		var c cluster.Commit
		if err := c.UnmarshalBinary(k.Data); err != nil {
			return err
		}
		for _, d := range c.Diffs {
			told[[2]uint64{uint64(p), d.Revision}] = d
			if m := (place{text(d.Segment), text(d.Contact)}); d.Entered {
				since[m] = d.At.UnixNano()
			} else {
				delete(since, m)
			}
		}
		if left--; left == 0 {
			return errAll
		}
		return nil
	})
	if !errors.Is(err, errAll) {
		t.Fatal(err)
	}
	if got := members(t, e); !maps.Equal(got, since) {
		t.Errorf("the table has %d members, and the diffs come to %d, or since when is another", len(got), len(since))
	}
	n := 0
	var p, revision, step, definition, at int64
	var contact, id, cause string
	var entered bool
	must(t, e.rows(context.Background(), "diffs", "SELECT * FROM "+e.s+".diff", nil, []any{&p, &revision, &step, &contact, &id, &definition, &entered, &at, &cause}, func() error {
		n++
		d := told[[2]uint64{uint64(p), uint64(revision)}]
		if d.Step != uint64(step) || text(d.Contact) != contact || text(d.Segment) != id || d.Definition != uint64(definition) || d.Entered != entered || d.At.UnixNano() != at || d.Cause.String() != cause {
			t.Errorf("revision %d of partition %d in the table is not the diff %+v", revision, p, d)
		}
		return nil
	}))
	if n != len(told) {
		t.Errorf("the table has %d diffs, and the commits %d", n, len(told))
	}
}
