//go:build unix

package sql

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// TestNoTableIsReadWhole: the database keeps plans that it has made while tables were empty,
// and has not looked at them since. All the same nothing reads a table from end to end.
func TestNoTableIsReadWhole(t *testing.T) {
	a := opened(t, Options{Members: true, Diffs: true})
	const big = "input,broadcast,output,diff,member,snapshot,chunk"
	for _, table := range strings.Split(big, ",") {
		for _, statement := range []string{"ALTER TABLE %s.%s SET (autovacuum_enabled = false)", "VACUUM ANALYZE %s.%s"} {
			_, err := a.pool.Exec(t.Context(), fmt.Sprintf(statement, a.s, table))
			must(t, err)
		}
	}
	c := a.pool.Config()
	c.MaxConns = 2 // of which one listens: the other has all the plans
	p, err := pgxpool.NewWithConfig(t.Context(), c)
	must(t, err)
	t.Cleanup(p.Close)
	e := open(t, p, a.o)
	e.keep = 0
	n := uint64(0)
	all := func() {
		t.Helper()
		n += 2
		must(t, e.Append(t.Context(), 1, fmt.Sprint("key ", n), []byte("m")))
		must(t, e.Append(t.Context(), cluster.Everyone, fmt.Sprint("key ", n), []byte("m")))
		last, err := e.Last(t.Context(), 1)
		must(t, err)
		after := last.Position - min(last.Position, 100)
		if _, err := e.newCommits(t.Context(), []followed{{1, int64(after)}, {2, 0}}, []int{0, 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Read(t.Context(), 1, after, 10); err != nil {
			t.Fatal(err)
		}
		b, err := cluster.Commit{Revision: n, Diffs: []segment.Diff{diff(n-1, "s1", fmt.Sprint("c", n), true), diff(n, "s1", fmt.Sprint("c", n-2), false)}}.AppendBinary(nil)
		must(t, err)
		_, err = e.Commit(t.Context(), 1, last.Position, b)
		must(t, err)
		must(t, e.PutSnap(t.Context(), 1, n, []byte("s")))
		if s, err := e.Snap(t.Context(), 1, n); err != nil || string(s) != "s" {
			t.Fatal(s, err)
		}
		for _, call := range []string{"trim_input(1, 3, 1, 5)", "trim_broadcast(3, 1, 5)", "trim_output(1, 1, 5, true)"} {
			var trimmed int64
			must(t, e.trim(t.Context(), &trimmed, call))
		}
	}
	for range 12 {
		all()
	}
	must(t, runText(t.Context(), a, `INSERT INTO {s}.input SELECT 1, g, 1, NULL, 'm' FROM generate_series(1000, 20000) g;
		INSERT INTO {s}.broadcast SELECT 30000 + g, 1, NULL, 'm' FROM generate_series(1, 20000) g; UPDATE {s}.input_head SET position = 60000;
		INSERT INTO {s}.output SELECT 1, g, 1, 1, 'm' FROM generate_series(1000, 20000) g; UPDATE {s}.output_head SET position = 20000 WHERE partition = 1;
		INSERT INTO {s}.member SELECT 's' || g % 9, 'many' || g, 1 FROM generate_series(1, 20000) g;
		INSERT INTO {s}.snapshot SELECT 2, g, -g, 1 FROM generate_series(1, 20000) g; INSERT INTO {s}.chunk SELECT -g, 0, 1, 'c' FROM generate_series(1, 20000) g;
		INSERT INTO {s}.diff SELECT 2, g, g, 'c', 's', 1, true, 1, 'data' FROM generate_series(1, 20000) g`))
	whole := func() (read string) {
		t.Helper()
		must(t, a.pool.QueryRow(t.Context(), "SELECT string_agg(relname || ' ' || seq_tup_read, ', ' ORDER BY relname) FROM pg_stat_user_tables WHERE schemaname = $1 AND relname = ANY (string_to_array($2, ','))", a.o.Schema, big).Scan(&read))
		return read
	}
	time.Sleep(1200 * time.Millisecond) // what was counted is told about once a second
	all()
	before := whole()
	for range 12 {
		all()
	}
	time.Sleep(1200 * time.Millisecond)
	all()
	if after := whole(); after != before {
		t.Errorf("rows that were read by reading tables from end to end: %s, and before %s", after, before)
	}
}
