package query

import (
	"context"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// Preview says who would be a member of a segment that is not defined, as
// index.Index.PreviewContext does, but without the set of contacts: its At is the earliest
// clock of a partition. A sample of 0 gives 20 ids; who became known at one instant in several
// partitions is ordered by partition. Errors are those of [Cluster.Count].
func (c *Cluster) Preview(ctx context.Context, condition segment.Condition, sample int) (p index.Preview, at At, err error) {
	text, err := c.resolve(condition)
	if err != nil {
		return p, nil, err
	}
	if sample == 0 {
		sample = 20
	}
	parts := make(map[int]previewed)
	at, err = each(ctx, c, question{Kind: kindPreview, Condition: text, Sample: sample}, func(partition int, a previewed) { parts[partition] = a })
	return together(parts, at, sample), at, err
}

// together puts the previews of partitions together.
func together(parts map[int]previewed, at At, sample int) (all index.Preview) {
	type known struct {
		at time.Time
		id string
	}
	var some []known
	all.At = at.Now()
	for _, s := range at {
		a := parts[s.Partition]
		p := a.Preview
		all.Count, all.Of, all.Missing = all.Count+p.Count, all.Of+p.Of, all.Missing+p.Missing
		if all.Parts == nil {
			all.Parts, all.MissingIn = slices.Clone(p.Parts), slices.Clone(p.MissingIn)
		} else {
			for i := range min(len(all.Parts), len(p.Parts)) {
				all.Parts[i].Count += p.Parts[i].Count
				all.Parts[i].Left += p.Parts[i].Left
			}
			for i := range min(len(all.MissingIn), len(p.MissingIn)) {
				all.MissingIn[i].Count += p.MissingIn[i].Count
			}
		}
		for i := range min(len(p.Sample), len(a.Known)) {
			some = append(some, known{a.Known[i], p.Sample[i]})
		}
	}
	all.MissingIn = slices.DeleteFunc(all.MissingIn, func(m index.MissingCount) bool { return m.Count == 0 })
	slices.SortStableFunc(some, func(a, b known) int { return a.at.Compare(b.at) })
	for _, k := range some[:min(len(some), sample)] {
		all.Sample = append(all.Sample, k.id)
	}
	return all
}
