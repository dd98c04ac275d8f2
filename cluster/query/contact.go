package query

import (
	"context"
	"math/rand/v2"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/rule"
)

// Explain says why a contact is a member of a segment, or is not, as index.Index.Explain does.
// Errors: no such contact or segment ([segment.ErrNotFound]), [*IncompleteError] and
// [*RefusedError].
func (c *Cluster) Explain(ctx context.Context, contact, id string) (*segment.Explanation, State, error) {
	return single[*segment.Explanation](ctx, c, question{Kind: kindExplain, Contact: contact, Segments: []string{id}}, c.partition(contact))
}

// Segments returns the ids of the segments that a contact is a member of, in order; none of an
// unknown one. Errors are [*IncompleteError] and [*RefusedError].
func (c *Cluster) Segments(ctx context.Context, contact string) ([]string, State, error) {
	return single[[]string](ctx, c, question{Kind: kindSegments, Contact: contact}, c.partition(contact))
}

// Contact returns a contact as it is, without the former values of its fields. Errors: no such
// contact ([segment.ErrNotFound]), [*IncompleteError] and [*RefusedError].
func (c *Cluster) Contact(ctx context.Context, id string) (segment.Record, State, error) {
	f, at, err := single[found](ctx, c, question{Kind: kindContact, Contact: id}, c.partition(id))
	if err == nil && !f.Known {
		err = rule.Errorf(segment.ErrNotFound, "there is no contact %q", id)
	}
	return f.Contact, at, err
}

// Defined returns the segments as they are defined, ordered by id, in some partition: all hear
// of definitions in one order, but not at one time. Errors are [*IncompleteError] and
// [*RefusedError].
func (c *Cluster) Defined(ctx context.Context) ([]segment.Segment, State, error) {
	return single[[]segment.Segment](ctx, c, question{Kind: kindDefined}, rand.IntN(c.o.Partitions))
}

// partition returns the partition of a contact.
func (c *core) partition(contact string) int { return cluster.Partition(contact, c.o.Partitions) }
