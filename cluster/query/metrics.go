package query

import (
	"context"
	"maps"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// Metrics say how a segment has fared, as index.Index.Metrics does: its At is the earliest clock
// of a partition, and averages are right to a nanosecond, or in the last digit. Errors are
// those of [Cluster.Members], and [segment.ErrNotFound] if no partition has such a segment.
func (c *Cluster) Metrics(ctx context.Context, id string) (m index.Metrics, at At, err error) {
	var parts []index.Metrics
	at, err = each(ctx, c, question{Kind: kindMetrics, Segments: []string{id}}, func(_ int, a measured) {
		if a.Known {
			parts = append(parts, a.Metrics)
		}
	})
	if err == nil && len(parts) == 0 {
		return m, at, rule.Errorf(segment.ErrNotFound, "there is no segment %q", id)
	}
	m = sumOf(parts)
	m.At = at.Now()
	return m, at, err
}

// sumOf are the metrics of all contacts, of those of parts of them.
func sumOf(parts []index.Metrics) (all index.Metrics) {
	var entered, in, left weighed
	for i, p := range parts {
		if i == 0 || p.Since.Before(all.Since) {
			all.Since = p.Since.UTC()
		}
		all.Size += p.Size
		all.Entered += p.Entered
		all.Left += p.Left
		all.AverageSize += p.AverageSize
		entered.add(p.Average, p.Entered)
		in.add(p.Current, uint64(p.Size))
		left.add(p.Completed, p.Left)
	}
	all.Average, all.Current, all.Completed = entered.average(), in.average(), left.average()
	all.Days = daysOf(parts)
	return all
}

// A weighed is a sum of lengths of time that are averages of so many.
type weighed struct {
	sum big.Int
	n   big.Int
}

func (w *weighed) add(average time.Duration, n uint64) {
	of := new(big.Int).SetUint64(n)
	w.n.Add(&w.n, of)
	w.sum.Add(&w.sum, of.Mul(of, big.NewInt(int64(average))))
}

func (w *weighed) average() time.Duration {
	if w.n.Sign() == 0 {
		return 0
	}
	q := new(big.Int).Quo(&w.sum, &w.n)
	if !q.IsInt64() {
		return math.MaxInt64
	}
	return time.Duration(q.Int64())
}

// daysOf are the days on which somebody entered or left in some part, with the members of all
// parts when each was over.
func daysOf(parts []index.Metrics) []index.Day {
	byDate := make(map[int64]index.Day)
	for _, p := range parts {
		for _, d := range p.Days {
			sum := byDate[d.Date.Unix()]
			sum.Date, sum.Entered, sum.Left = d.Date.UTC(), sum.Entered+d.Entered, sum.Left+d.Left
			byDate[d.Date.Unix()] = sum
		}
	}
	days := make([]index.Day, 0, len(byDate))
	for _, date := range slices.Sorted(maps.Keys(byDate)) {
		d := byDate[date]
		for _, p := range parts {
			d.Size += sizeAfter(p, d.Date)
		}
		days = append(days, d)
	}
	return days
}

// sizeAfter is how many members a part had when a day was over, on which it may have had
// nothing to count.
func sizeAfter(p index.Metrics, date time.Time) int {
	for _, d := range p.Days { // oldest first
		if d.Date.After(date) {
			return d.Size - d.Entered + d.Left // when it began
		}
	}
	return p.Size
}
