package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
)

// activate makes segments of rules: it fills in who is a member now, and when
// each contact must be looked at next. From then on update and advance keep both.
// A segment that refers to others comes after them.
//
// While it lasts no contact changes: an update that does not know of the segment yet
// would be missed. A host of several processes takes an advisory lock of PostgreSQL
// where this one has a mutex.
func (c *crm) activate(ctx context.Context, at time.Time, segs ...segment.Segment) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.transact(ctx, func(tx *sql.Tx) error {
		for _, s := range segs {
			if _, err := c.everybody(ctx, tx, s, at, segment.CauseDefinition); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		c.segments = append(c.segments, segs...)
	}
	return err
}

// everybody brings the memberships of a segment up to date, and notes when that must be
// done again.
func (c *crm) everybody(ctx context.Context, tx *sql.Tx, s segment.Segment, at time.Time, cause segment.Cause) ([]segment.Diff, error) {
	change, err := sqlgen.Diff(sqlgen.DialectPostgreSQL, tables(), s, at)
	if err != nil {
		return nil, fmt.Errorf("segment %s: %w", s.ID, err)
	}
	next := sql.Null[time.Time]{V: change.Next, Valid: !change.Next.IsZero()}
	if _, err := tx.ExecContext(ctx, `INSERT INTO segments (id, next_run) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET next_run = $2`, s.ID, next); err != nil {
		return nil, err
	}
	return applied(ctx, tx, change, s, at, cause)
}

// some brings the memberships of some contacts up to date.
func (c *crm) some(ctx context.Context, tx *sql.Tx, s segment.Segment, at time.Time, cause segment.Cause, ids ...string) ([]segment.Diff, error) {
	change, err := sqlgen.DiffFor(sqlgen.DialectPostgreSQL, tables(), s, at, ids...)
	if err != nil {
		return nil, fmt.Errorf("segment %s: %w", s.ID, err)
	}
	return applied(ctx, tx, change, s, at, cause)
}

// applied applies a change, and says what it did.
func applied(ctx context.Context, tx *sql.Tx, change sqlgen.Change, s segment.Segment, at time.Time, cause segment.Cause) (diffs []segment.Diff, err error) {
	entries, err := sqlgen.Apply(ctx, tx, change)
	for _, e := range entries {
		diffs = append(diffs, segment.Diff{Contact: e.Contact, Segment: s.ID, Entered: e.Entered, At: at, Cause: cause})
	}
	return diffs, err
}

// following asks the segments that refer to others again, for the contacts that have
// entered or left those.
func (c *crm) following(ctx context.Context, tx *sql.Tx, at time.Time, diffs []segment.Diff) ([]segment.Diff, error) {
	for _, s := range c.segments {
		refers := rule.Reads(s.Condition).Segments
		var ids []string
		for _, d := range diffs {
			if slices.Contains(refers, d.Segment) {
				ids = append(ids, d.Contact)
			}
		}
		if len(ids) == 0 {
			continue
		}
		more, err := c.some(ctx, tx, s, at, segment.CauseSegment, ids...)
		if err != nil {
			return nil, err
		}
		diffs = append(diffs, more...)
	}
	return diffs, nil
}
