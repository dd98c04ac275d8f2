package main

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// advance lets time pass: it looks at the contacts that are due by then, and at the
// segments that change for all at once, in the order in which they are, each at its own
// instant. A host calls it from a timer, or every second; whatever it missed while it
// was down it makes up for.
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

// advanceOne looks at what is due first. Workers that do so at the same time may find the
// same: one of them has something to tell.
func (c *crm) advanceOne(ctx context.Context, to time.Time) (diffs []segment.Diff, more bool, err error) {
	err = c.transact(ctx, func(tx *sql.Tx) error {
		var id string
		var at time.Time
		var all bool
		err := tx.QueryRowContext(ctx, `(SELECT segment, due, FALSE FROM dues WHERE due <= $1 ORDER BY due LIMIT 1)
			UNION ALL (SELECT id, next_run, TRUE FROM segments WHERE next_run <= $1 ORDER BY next_run LIMIT 1) ORDER BY 2, 3 DESC LIMIT 1`, to).Scan(&id, &at, &all)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		} else if err != nil {
			return err
		}
		more, at = true, at.In(to.Location())
		s := c.segments[slices.IndexFunc(c.segments, func(s segment.Segment) bool { return s.ID == id })]
		if all {
			diffs, err = c.everybody(ctx, tx, s, at, segment.CauseTime)
		} else {
			var ids []string
			if ids, err = texts(ctx, tx, `SELECT contact FROM dues WHERE segment = $1 AND due = $2 LIMIT 500`, id, at); err != nil {
				return err
			}
			diffs, err = c.some(ctx, tx, s, at, segment.CauseTime, ids...)
		}
		if err != nil {
			return err
		}
		diffs, err = c.following(ctx, tx, at, diffs)
		return err
	})
	return diffs, more, err
}
