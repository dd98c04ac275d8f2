package main

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// advance lets time pass: it looks at the contacts that are due by then, in the
// order in which they are, each at its own instant. A host calls it from a timer,
// or every second; whatever it missed while it was down it makes up for.
func (c *crm) advance(ctx context.Context, to time.Time, tell func(segment.Diff)) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for {
		diffs, more, err := c.advanceOne(ctx, to)
		if err != nil || !more {
			return err
		}
		for _, d := range diffs {
			tell(d)
		}
	}
}

// advanceOne looks at the contact that is due first. Workers that do so at the
// same time take different ones.
func (c *crm) advanceOne(ctx context.Context, to time.Time) (diffs []segment.Diff, more bool, err error) {
	err = c.transact(ctx, func(tx *sql.Tx) error {
		var id string
		var at time.Time
		err := tx.QueryRowContext(ctx, `SELECT id, next_due FROM contacts WHERE next_due <= $1
			ORDER BY next_due, id LIMIT 1 FOR UPDATE SKIP LOCKED`, to).Scan(&id, &at)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		} else if err != nil {
			return err
		}
		more, at = true, at.In(to.Location())
		found, err := read(ctx, tx, id)
		if err != nil {
			return err
		}
		diffs = c.overTime(found[id], at)
		return c.settle(ctx, tx, id, found[id], diffs, at)
	})
	return diffs, more, err
}

// overTime compares the memberships that are written down with those at an
// instant. Between two of its instants nothing but time happened to a contact.
func (c *crm) overTime(x *segment.Record, at time.Time) (diffs []segment.Diff) {
	is := slices.Sorted(c.matcher.Match(x, at))
	for _, id := range is {
		if !x.Segment(id) {
			diffs = append(diffs, segment.Diff{Contact: x.ID, Segment: id, Entered: true, At: at, Cause: segment.CauseTime})
		}
	}
	for _, id := range x.Segments {
		if !slices.Contains(is, id) {
			diffs = append(diffs, segment.Diff{Contact: x.ID, Segment: id, At: at, Cause: segment.CauseTime})
		}
	}
	return diffs
}
