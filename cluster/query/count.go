package query

import (
	"context"

	"github.com/segmentrules/segment"
)

// Count returns for how many contacts a condition holds, as index.Index.Count does, and as of
// which moments. Errors are those of index.Index.Define, [*IncompleteError], with which the
// count is that of the other partitions, and [*RefusedError]. An unknown segment is an error
// also where a partition has not read its definition yet: see [Cluster.After].
func (c *Cluster) Count(ctx context.Context, condition segment.Condition) (n int, at At, err error) {
	text, err := c.resolve(condition)
	if err != nil {
		return 0, nil, err
	}
	at, err = each(ctx, c, question{Kind: kindCount, Condition: text}, func(_ int, a counted) { n += a.Count })
	return n, at, err
}

// Overlap returns how many contacts are members of both segments; none of an unknown one. Its
// errors are those of [Cluster.Members].
func (c *Cluster) Overlap(ctx context.Context, a, b string) (n int, at At, err error) {
	at, err = each(ctx, c, question{Kind: kindOverlap, Segments: []string{a, b}}, func(_ int, a counted) { n += a.Count })
	return n, at, err
}
