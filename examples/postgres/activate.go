package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

// activate makes segments of rules: it fills in who is a member now, and when
// each contact must be looked at next. From then on update and advance keep both.
// A segment that refers to others comes after them.
//
// While it lasts no contact changes: whoever came to be a member between the
// statement and the first update would be missed. A host of several processes
// takes an advisory lock of PostgreSQL where this one has a mutex.
func (c *crm) activate(ctx context.Context, at time.Time, segs ...segment.Segment) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	matcher, err := c.matcher.With(segs...)
	if err != nil {
		return err
	}
	err = c.transact(ctx, func(tx *sql.Tx) error {
		for _, s := range segs {
			if err := fill(ctx, tx, s, at); err != nil {
				return fmt.Errorf("segment %s: %w", s.ID, err)
			}
		}
		return schedule(ctx, tx, matcher.Next, at)
	})
	if err != nil {
		return err
	}
	c.matcher, c.segments = matcher, append(c.segments, segs...)
	return nil
}

// fill inserts the members of a segment, in the database itself where it can
// decide all of the rule. The arguments of the statement come first, so that its
// placeholders keep their numbers.
func fill(ctx context.Context, tx *sql.Tx, s segment.Segment, at time.Time) error {
	stmt, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables(), s.Condition, at)
	if err != nil {
		return err
	}
	members, args := stmt.Text, stmt.Args
	if stmt.Rest != nil {
		candidates, err := texts(ctx, tx, stmt.Text, stmt.Args...)
		if err != nil {
			return err
		}
		ids, err := filtered(ctx, tx, stmt, candidates)
		if err != nil {
			return err
		}
		members, args = `SELECT unnest($1::text[]) AS id`, []any{ids}
	}
	n := len(args)
	_, err = tx.ExecContext(ctx, fmt.Sprintf(`INSERT INTO memberships (contact, segment, since) SELECT t.id, $%d::text, $%d::timestamptz FROM (%s) t`, n+1, n+2, members),
		append(slices.Clip(args), s.ID, at)...)
	return err
}

// schedule sets next_due of all contacts.
func schedule(ctx context.Context, tx *sql.Tx, next func(segment.Contact, time.Time) (time.Time, bool), at time.Time) error {
	ids, err := texts(ctx, tx, `SELECT id FROM contacts ORDER BY id`)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(ids, 500) {
		found, err := read(ctx, tx, some...)
		if err != nil {
			return err
		}
		due := make([]sql.Null[time.Time], len(some))
		for i, id := range some {
			due[i].V, due[i].Valid = stored(next(found[id], at))
		}
		if err := setDue(ctx, tx, some, due); err != nil {
			return err
		}
	}
	return nil
}

// setDue writes next_due of some contacts.
func setDue(ctx context.Context, q querier, ids []string, due []sql.Null[time.Time]) error {
	at := make([]*time.Time, len(due))
	for i := range due {
		if due[i].Valid {
			at[i] = &due[i].V
		}
	}
	_, err := q.ExecContext(ctx, `UPDATE contacts c SET next_due = d.due FROM unnest($1::text[], $2::timestamptz[]) AS d (id, due)
		WHERE c.id = d.id AND c.next_due IS DISTINCT FROM d.due`, ids, at)
	return err
}

// stored rounds an instant up to what the database can hold: a little late is
// right at that instant, a little early would find nothing changed.
func stored(t time.Time, ok bool) (time.Time, bool) {
	if whole := t.Truncate(time.Microsecond); ok && whole.Before(t) {
		return whole.Add(time.Microsecond), true
	}
	return t, ok
}
