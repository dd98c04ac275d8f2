package index

import (
	"time"

	"github.com/segmentrules/segment/index/internal/meter"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
)

// Metrics say how a segment has fared since it was defined. A definition that
// replaces another goes on with its metrics, and who it brings in or puts out is
// counted; dropping the segment forgets them. Entered and Left count the diffs that
// calls have returned, each once.
type Metrics struct {
	At    time.Time `json:"at"`    // the clock
	Since time.Time `json:"since"` // when the segment was defined

	Size    int    `json:"size"`    // members now
	Entered uint64 `json:"entered"` // how often a contact entered since then
	Left    uint64 `json:"left"`    // how often one left

	// AverageSize is the size averaged over the time since then.
	AverageSize float64 `json:"average_size"`
	// Average is the time a contact was in the segment after it entered, averaged
	// over all that entered: for those that are still in, up to the clock.
	Average time.Duration `json:"average_ns"`
	// Current is the time for which those who are in have been in, and Completed
	// the time for which those who left had been, on average. They are zero without
	// [Options.Stays], or if there is nobody to average over.
	Current   time.Duration `json:"current_ns"`
	Completed time.Duration `json:"completed_ns"`

	// Days are the calendar days on which somebody entered or left, oldest first:
	// of the last [Options.Days] up to the clock.
	Days []Day `json:"days"`
}

// A Day is a calendar day of the index in the life of a segment.
type Day struct {
	Date    time.Time `json:"date"` // midnight of the date, always in UTC
	Entered int       `json:"entered"`
	Left    int       `json:"left"`
	Size    int       `json:"size"` // members when the day was over, or at the clock
}

// A Period is some calendar days in the life of a segment.
type Period struct {
	Days    int `json:"days"`   // how many there are
	Before  int `json:"before"` // members when it began
	Entered int `json:"entered"`
	Left    int `json:"left"`
	After   int `json:"after"` // members when it was over, or at the clock
}

// Growth is by which part of the members at its beginning the segment has grown:
// 0.5 is half as many again, -1 all of them gone. It is 0 if there were none.
func (p Period) Growth() float64 { return ratio(p.After-p.Before, p.Before) }

// Churn is who left for each member at the beginning; it can be above 1, as who
// comes and goes within the period counts. It is 0 if there were none.
func (p Period) Churn() float64 { return ratio(p.Left, p.Before) }

// Rate is how often membership changed, entering and leaving, for each day.
func (p Period) Rate() float64 { return ratio(p.Entered+p.Left, p.Days) }

// ratio is a divided by b, and 0 if b is.
func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Period returns what happened from one date on and before another. Only year,
// month and day of the two count. What happened on days that are no longer kept
// counts as if it had been there from the start.
func (m Metrics) Period(from, to time.Time) Period {
	first, end := meter.DayOf(date(from)), meter.DayOf(date(to))
	p := Period{Days: int(max(0, end-first)), Before: m.Size, After: m.Size}
	for i := len(m.Days) - 1; i >= 0; i-- {
		d := m.Days[i]
		switch day := meter.DayOf(d.Date); {
		case day >= end:
			p.After = d.Size - d.Entered + d.Left
		case day >= first:
			p.Entered += d.Entered
			p.Left += d.Left
		}
	}
	p.Before = p.After - p.Entered + p.Left
	return p
}

// date is midnight of a date in UTC, whatever the zone of the instant.
func date(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Metrics returns those of a segment; ok is false if there is no such segment.
// Its cost grows with the days, not with the members.
func (ix *Index) Metrics(id string) (m Metrics, ok bool) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	first := ix.shards[0]
	all := first.meters.Of[id]
	if all == nil {
		return Metrics{}, false
	}
	for _, sh := range ix.shards[1:] {
		all = all.Sum(sh.meters.Of[id])
	}
	return metricsOf(all, first.now, first.meters.Days), true
}

// metricsOf is what a meter says at the clock, with the last so many calendar days.
func metricsOf(m *meter.Meter, now time.Time, keep int32) Metrics {
	out := Metrics{
		At: now, Since: m.Since.Time().In(now.Location()),
		Size: int(m.Size), Entered: m.Entered, Left: m.Left, AverageSize: m.AverageSize(now),
	}
	out.Average, out.Current, out.Completed = m.Averages(now)
	days, size := m.Kept(meter.DayOf(now), keep), out.Size
	out.Days = make([]Day, len(days))
	for i := len(days) - 1; i >= 0; i-- {
		d := days[i]
		out.Days[i] = Day{
			Date:    time.Unix(int64(d.Day)*86400, 0).UTC(),
			Entered: int(d.Entered), Left: int(d.Left), Size: size,
		}
		// days go backwards: the size when this one began is that when the one before ended
		size -= int(d.Entered) - int(d.Left)
	}
	return out
}

// Overlap returns how many contacts are members of both segments, exactly; none
// of an unknown one. Its cost grows with the compressed size of the sets.
func (ix *Index) Overlap(a, b string) int {
	n := 0
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	for _, sh := range ix.shards {
		n += rowset.CountAnd(sh.set(a), sh.set(b))
	}
	return n
}

// set returns the rows of the members of a segment.
func (ix *shard) set(id string) *rowset.Set {
	if planID, ok := ix.rules.PlanOf[id]; ok {
		return ix.members[planID]
	}
	return new(rowset.Set)
}

// meter makes a meter that of a plan.
func (ix *shard) meter(id rules.PlanID, m *meter.Meter) {
	if n := int(id) + 1; n > len(ix.metered) {
		ix.metered = append(ix.metered, make([]*meter.Meter, n-len(ix.metered))...)
	}
	ix.metered[id] = m
	ix.meters.Of[ix.rules.Name(id)] = m
}
