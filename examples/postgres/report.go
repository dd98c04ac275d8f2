package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strings"
	"time"
	_ "time/tzdata" // the calendar is the same on every machine

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// days is how long the CRM runs, and instants how often it is checked on the way.
const (
	days     = 20
	instants = 5
)

// A report is one run, and what it has to tell.
type report struct {
	*crm
	w    io.Writer
	town *town
	now  time.Time

	diffs map[segment.Cause]int
}

func newReport(ctx context.Context, w io.Writer, e engines.Engine) (*report, error) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		return nil, err
	}
	c, err := open(ctx, engines.DB(e))
	if err != nil {
		return nil, err
	}
	if version, err := e.Version(); err == nil {
		fmt.Fprintln(w, version)
	}
	now := time.Date(2026, 2, 20, 9, 0, 0, 0, zone) // in the twenty days after, clocks change
	return &report{crm: c, w: w, town: newTown(), now: now, diffs: make(map[segment.Cause]int)}, nil
}

// all does everything and writes the report.
func (r *report) all(ctx context.Context, contacts, updates int) error {
	if err := r.load(ctx, contacts); err != nil {
		return err
	}
	if err := r.previews(ctx); err != nil {
		return err
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	return r.live(ctx, updates)
}

// load fills the tables as they were before the CRM knew of segments.
func (r *report) load(ctx context.Context, contacts int) error {
	err := r.transact(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO lists (name) SELECT unnest($1::text[])`, lists()); err != nil {
			return err
		}
		for range contacts {
			if err := apply(ctx, tx, r.town.person(r.now)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = r.db.ExecContext(ctx, `ANALYZE`)
	fmt.Fprintf(r.w, "%d contacts with %d events\n\n", r.town.people, r.town.events)
	return err
}

func (r *report) previews(ctx context.Context) error {
	fmt.Fprintf(r.w, "Preview, %s\n", r.now.Format("Monday 2 January 2006 15:04 MST"))
	for _, s := range rules() {
		p, err := r.preview(ctx, s.Condition, r.now)
		if err != nil {
			return fmt.Errorf("segment %s: %w", s.ID, err)
		}
		fmt.Fprintf(r.w, "%6d  %-13s %s\n", p.count, s.ID, s.Condition)
		fmt.Fprintf(r.w, "        %-13s such as %s\n", "", strings.Join(p.sample, ", "))
		if p.rest != nil {
			fmt.Fprintf(r.w, "        %-13s decided in Go: %s\n", "", p.rest)
		}
	}
	return nil
}

func (r *report) begin(ctx context.Context) error {
	if err := r.activate(ctx, r.now, rules()...); err != nil {
		return err
	}
	var members, due int
	err := r.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM memberships), (SELECT count(DISTINCT contact) FROM dues)`).Scan(&members, &due)
	fmt.Fprintf(r.w, "\nActivated: %d memberships of %d segments; %d contacts are to be looked at again\n\n", members, len(r.segments), due)
	return err
}

// live lets things happen, and time pass between them, in as many parts as
// there are checks; in the last part nothing happens at all. After the first
// one more segment is defined.
func (r *report) live(ctx context.Context, updates int) error {
	began, done := r.now, 0
	for part := 1; part <= instants; part++ {
		until := began.Add(time.Duration(part) * days * 24 * time.Hour / instants)
		if part < instants {
			for ; done < updates*part/(instants-1); done++ {
				share := time.Duration(days*24) * time.Hour * (instants - 1) / instants
				if err := r.happen(ctx, began.Add(share/time.Duration(updates)*time.Duration(done+1))); err != nil {
					return err
				}
			}
		}
		if err := r.pass(ctx, until); err != nil {
			return err
		}
		if err := r.check(ctx); err != nil {
			return err
		}
		if part == 1 {
			if err := r.activate(ctx, r.now, later()...); err != nil {
				return err
			}
			fmt.Fprintf(r.w, "  defined: %s\n", later()[0].Condition)
		}
	}
	fmt.Fprintf(r.w, "\n%d updates; who entered or left did so because of", done)
	for cause := segment.CauseData; cause <= segment.CauseSegment; cause++ {
		if n := r.diffs[cause]; n > 0 {
			fmt.Fprintf(r.w, " %s %d", cause, n)
		}
	}
	fmt.Fprintf(r.w, "\n%d segments at %d instants: table = SELECT\n", len(r.segments), instants)
	return nil
}

// happen lets time pass up to the next update, and applies it.
func (r *report) happen(ctx context.Context, at time.Time) error {
	if err := r.pass(ctx, at); err != nil {
		return err
	}
	diffs, err := r.update(ctx, r.town.happening(at))
	for _, d := range diffs {
		r.diffs[d.Cause]++
	}
	return err
}

func (r *report) pass(ctx context.Context, to time.Time) error {
	r.now = to
	return r.advance(ctx, to, func(d segment.Diff) { r.diffs[d.Cause]++ })
}

func (r *report) check(ctx context.Context) error {
	members, err := r.prove(ctx, r.now)
	if err == nil {
		fmt.Fprintf(r.w, "%s: %d segments, %d memberships, table = SELECT\n", r.now.Format("2 January 15:04"), len(r.segments), members)
	}
	return err
}
