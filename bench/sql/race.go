package main

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/bench/workload/bulk"
	"github.com/segmentrules/segment/sqlgen"
)

// A runner is one statement and how long it took each time.
type runner struct {
	what string
	text string
	args []any

	times []time.Duration
	plan  string
}

func (r *runner) median() time.Duration {
	ts := slices.Sorted(slices.Values(r.times))
	return ts[len(ts)/2]
}

// A race is one rule, the statement that sqlgen writes and those by hand.
type race struct {
	bulk.Query
	rows     int
	ours     *runner
	by       []*runner
	quickest *runner // of those by hand
}

func (r *race) ratio() float64 { return float64(r.ours.median()) / float64(r.quickest.median()) }

// newRace writes the statements of a rule.
func newRace(q bulk.Query) (*race, error) {
	stmt, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables(), segment.MustParse(q.Rule), bulk.Instant())
	if err != nil {
		return nil, err
	}
	if stmt.Rest != nil {
		return nil, fmt.Errorf("%s: %s is left to Go", q.Name, stmt.Rest)
	}
	r := &race{Query: q, ours: &runner{what: "sqlgen", text: stmt.Text, args: stmt.Args}}
	for i, text := range hand(q.Name) {
		r.by = append(r.by, &runner{what: fmt.Sprintf("by hand %c", 'a'+i), text: text})
	}
	return r, nil
}

// run runs all statements in turn, as many rounds as asked for after two to warm
// up. Each must give the contacts of which the rule is true, by plain Go.
func (r *race) run(ctx context.Context, conn *sql.Conn, truth []uint32, rounds int) error {
	all := append([]*runner{r.ours}, r.by...)
	want := digest(truth)
	for round := range rounds + 2 {
		for _, one := range all {
			began := time.Now()
			ids, err := one.ids(ctx, conn)
			if err != nil {
				return fmt.Errorf("%s %s: %w\n%s", r.Name, one.what, err, one.text)
			}
			if round >= 2 {
				one.times = append(one.times, time.Since(began))
			}
			if got := digest(ids); got != want {
				return fmt.Errorf("%s %s: %d contacts, %d are right\n%s", r.Name, one.what, len(ids), len(truth), one.text)
			}
		}
	}
	r.rows = len(truth)
	r.quickest = slices.MinFunc(r.by, func(a, b *runner) int { return cmp.Compare(a.median(), b.median()) })
	for _, one := range []*runner{r.ours, r.quickest} {
		if err := one.explain(ctx, conn); err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) ids(ctx context.Context, conn *sql.Conn) ([]uint32, error) {
	rows, err := conn.QueryContext(ctx, r.text, r.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []uint32
	for rows.Next() {
		var id uint32
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// digest is the same for the same contacts in any order.
func digest(ids []uint32) uint64 {
	h := fnv.New64a()
	for _, id := range slices.Sorted(slices.Values(ids)) {
		h.Write([]byte{byte(id), byte(id >> 8), byte(id >> 16), byte(id >> 24)})
	}
	return h.Sum64()
}

func (r *runner) explain(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, `EXPLAIN (ANALYZE, BUFFERS) `+r.text, r.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		lines = append(lines, line)
	}
	r.plan = strings.Join(lines, "\n")
	return rows.Err()
}
