package main

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// update lets something happen to one contact, in one transaction: the contact
// before and after it say what it does to the memberships. It returns who
// entered and who left.
func (c *crm) update(ctx context.Context, u segment.Update) (diffs []segment.Diff, err error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	err = c.transact(ctx, func(tx *sql.Tx) error {
		before, err := locked(ctx, tx, u.Contact)
		if err != nil {
			return err
		}
		if err := apply(ctx, tx, u); err != nil {
			return err
		}
		after, err := locked(ctx, tx, u.Contact)
		if err != nil {
			return err
		}
		diffs = slices.Collect(c.matcher.Diff(u.Contact, before, after, u.At))
		return c.settle(ctx, tx, u.Contact, after, diffs, u.At)
	})
	return diffs, err
}

// locked reads a contact, nil if there is none, and holds its row until the
// transaction ends: of two updates of one contact the second sees what the first
// has done.
func locked(ctx context.Context, tx *sql.Tx, id string) (segment.Contact, error) {
	if _, err := tx.ExecContext(ctx, `SELECT FROM contacts WHERE id = $1 FOR UPDATE`, id); err != nil {
		return nil, err
	}
	found, err := read(ctx, tx, id)
	if err != nil || found[id] == nil {
		return nil, err // a nil *segment.Record would be a contact
	}
	return found[id], nil
}

// settle writes what has become of a contact's memberships, and when it must be
// looked at next.
func (c *crm) settle(ctx context.Context, tx *sql.Tx, id string, x segment.Contact, diffs []segment.Diff, at time.Time) error {
	if x == nil {
		return nil // its memberships went with its row
	}
	for _, d := range diffs {
		stmt := `DELETE FROM memberships WHERE contact = $1 AND segment = $2`
		args := []any{d.Contact, d.Segment}
		if d.Entered {
			stmt, args = `INSERT INTO memberships (contact, segment, since) VALUES ($1, $2, $3)`, append(args, d.At)
		}
		if _, err := tx.ExecContext(ctx, stmt, args...); err != nil {
			return err
		}
	}
	var due sql.Null[time.Time]
	due.V, due.Valid = stored(c.matcher.Next(x, at))
	return setDue(ctx, tx, []string{id}, []sql.Null[time.Time]{due})
}
