package client

import (
	"context"
	"iter"
)

// Subscribe yields the diffs behind a cursor, those of each partition in order and without a
// gap, those to come too, as live.Host.Subscribe does. What is yielded is committed: no worker
// that dies takes it back. It ends with an error, see [Reader.Commits].
//
// Whoever stores what the diffs come to stores the cursor with it, moved by [Cursor.Take], and
// begins there after a restart. Cursors that were stored may lie anywhere, also amid a commit.
func (r *Reader) Subscribe(ctx context.Context, from Cursor) iter.Seq2[Diff, error] {
	return func(yield func(Diff, error) bool) {
		for c, err := range r.Commits(ctx, from) {
			if err != nil {
				yield(Diff{}, err)
				return
			}
			at := c.before
			for i, d := range c.Diffs {
				if err := ctx.Err(); err != nil {
					yield(Diff{}, err)
					return
				}
				at.Revision, at.Chain = d.Revision, at.Chain.Add(d)
				if i == len(c.Diffs)-1 {
					at = c.Place
				}
				if !yield(Diff{d, c.Partition, at}, nil) {
					return
				}
			}
		}
	}
}

// Changes is [Reader.Subscribe] by whole changes: the diffs of a partition with one
// [segment.Diff.Step], which one call has brought, and which whoever keeps memberships
// elsewhere commits together. If the cursor lies within a change, the first of its partition
// is the rest of it. A change is held in memory until it is whole.
func (r *Reader) Changes(ctx context.Context, from Cursor) iter.Seq2[[]Diff, error] {
	return func(yield func([]Diff, error) bool) {
		parts := make(map[int][]Diff)
		for d, err := range r.Subscribe(ctx, from) {
			if err != nil {
				yield(nil, err)
				return
			}
			part := append(parts[d.Partition], d)
			if parts[d.Partition] = part; d.Revision < d.Step {
				continue
			}
			delete(parts, d.Partition)
			if !yield(part, nil) {
				return
			}
		}
	}
}
