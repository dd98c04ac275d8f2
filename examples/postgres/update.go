package main

import (
	"context"
	"database/sql"

	"github.com/segmentrules/segment"
)

// update lets something happen to one contact, and brings its memberships up to date, in
// one transaction. It returns who entered and who left.
func (c *crm) update(ctx context.Context, u segment.Update) (diffs []segment.Diff, err error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cause := segment.CauseData
	if len(u.Events) > 0 {
		cause = segment.CauseEvent
	}
	err = c.transact(ctx, func(tx *sql.Tx) error {
		if err := apply(ctx, tx, u); err != nil {
			return err
		}
		for _, s := range c.segments { // those that refer to others come after them
			more, err := c.some(ctx, tx, s, u.At, cause, u.Contact)
			if err != nil {
				return err
			}
			diffs = append(diffs, more...)
		}
		return nil
	})
	return diffs, err
}
