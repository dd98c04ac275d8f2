package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// prove compares the table of memberships, which updates and time have kept,
// with what each rule gives when it is asked anew.
func (c *crm) prove(ctx context.Context, at time.Time) (members int, err error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, s := range c.segments {
		kept, err := texts(ctx, c.db, `SELECT contact FROM memberships WHERE segment = $1`, s.ID)
		if err != nil {
			return 0, err
		}
		asked, err := c.selected(ctx, c.db, s.Condition, at)
		if err != nil {
			return 0, err
		}
		slices.Sort(kept) // here: the database sorts texts by the rules of a language
		slices.Sort(asked)
		if !slices.Equal(kept, asked) {
			return 0, fmt.Errorf("segment %s at %s: the table has %d members, SELECT gives %d, and they are not the same",
				s.ID, at.Format(time.RFC3339), len(kept), len(asked))
		}
		members += len(kept)
	}
	return members, nil
}
