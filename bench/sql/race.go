package main

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
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

// least is the shortest time: what else runs on the machine only adds to it.
func (r *runner) least() time.Duration { return slices.Min(r.times) }

// A race is one rule, the statement that sqlgen writes and those by hand.
type race struct {
	ruling
	rows     int
	ours     *runner
	by       []*runner
	quickest *runner // of those by hand
}

func (r *race) ratio() float64 { return float64(r.ours.least()) / float64(r.quickest.least()) }

// newRace writes the statements of a rule.
func newRace(engine string, d sqlgen.Dialect, of ruling) (*race, error) {
	stmt, err := sqlgen.Select(d, tables(), segment.MustParse(of.rule), bulk.Instant())
	if err != nil {
		return nil, err
	}
	if stmt.Rest != nil {
		return nil, fmt.Errorf("%s: %s is left to Go", of.name, stmt.Rest)
	}
	r := &race{ruling: of, ours: &runner{what: "sqlgen", text: stmt.Text, args: stmt.Args}}
	for i, text := range of.byHand(engine) {
		r.by = append(r.by, &runner{what: fmt.Sprintf("by hand %c", 'a'+i), text: text})
	}
	return r, nil
}

// A sample is some of the contacts, all of one remainder, of which plain Go says for
// which a rule holds.
type sample struct {
	every   uint32
	records []segment.Record
	ids     []uint32
}

func newSample(all []person, every uint32) sample {
	s := sample{every: every}
	for _, p := range all {
		if p.id%every == 0 {
			s.records, s.ids = append(s.records, p.record()), append(s.ids, p.id)
		}
	}
	return s
}

// of are the members of the sample for which a rule holds.
func (s sample) of(rule string) (ids []uint32, err error) {
	program, err := segment.Compile(segment.MustParse(rule))
	if err != nil {
		return nil, err
	}
	for i, x := range s.records {
		if program.Match(x, bulk.Instant()) {
			ids = append(ids, s.ids[i])
		}
	}
	return ids, nil
}

// check compares the ids of a statement with the first one's, and with those of the sample.
func (s sample) check(got, first, want []uint32) error {
	if !slices.Equal(got, first) {
		return fmt.Errorf("%d contacts, not %d as the first statement", len(got), len(first))
	}
	got = slices.DeleteFunc(slices.Clone(got), func(id uint32) bool { return id%s.every != 0 })
	if !slices.Equal(got, want) {
		return fmt.Errorf("%d contacts of the sample, %d are right", len(got), len(want))
	}
	return nil
}

// run runs all statements in turn, as many rounds as asked for after one to warm up.
// All must give the same contacts, and those of the sample of which the rule is true.
func (r *race) run(ctx context.Context, conn *sql.Conn, s sample, rounds int) error {
	all := append([]*runner{r.ours}, r.by...)
	want, err := s.of(r.rule)
	if err != nil {
		return err
	}
	var first []uint32
	for round := range rounds + 1 {
		for _, one := range all {
			began := time.Now()
			ids, err := one.ids(ctx, conn)
			if err != nil {
				return fmt.Errorf("%s %s: %w\n%s", r.name, one.what, err, one.text)
			}
			if round > 0 {
				one.times = append(one.times, time.Since(began))
				continue
			}
			slices.Sort(ids)
			if one == r.ours {
				first = ids
			}
			if err := s.check(ids, first, want); err != nil {
				return fmt.Errorf("%s %s: %w\n%s", r.name, one.what, err, one.text)
			}
		}
	}
	r.rows = len(first)
	r.quickest = slices.MinFunc(r.by, func(a, b *runner) int { return cmp.Compare(a.least(), b.least()) })
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

// explain asks PostgreSQL for the plan, without its estimates.
func (r *runner) explain(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) `+r.text, r.args...)
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
