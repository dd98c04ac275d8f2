package index_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// ledger is the metrics of one segment, worked out from its diffs alone.
type ledger struct {
	since time.Time
	diffs []segment.Diff
}

// metrics goes through all of it again, member by member.
func (l ledger) metrics(now time.Time, days int) index.Metrics {
	m := index.Metrics{At: now, Since: l.since}
	in := make(map[string]time.Time)
	var over, all time.Duration
	for _, d := range l.diffs {
		date := time.Date(d.At.Year(), d.At.Month(), d.At.Day(), 0, 0, 0, 0, time.UTC)
		if n := len(m.Days); n == 0 || !m.Days[n-1].Date.Equal(date) {
			m.Days = append(m.Days, index.Day{Date: date})
		}
		day := &m.Days[len(m.Days)-1]
		if d.Entered {
			in[d.Contact] = d.At
			m.Entered++
			day.Entered++
		} else {
			over += d.At.Sub(in[d.Contact])
			delete(in, d.Contact)
			m.Left++
			day.Left++
		}
		day.Size = len(in)
	}
	m.Size = len(in)
	all = over
	for _, at := range in {
		m.Current += now.Sub(at)
		all += now.Sub(at)
	}
	if life := now.Sub(l.since); life > 0 {
		m.AverageSize = all.Seconds() / life.Seconds()
	}
	if m.Size > 0 {
		m.Current /= time.Duration(m.Size)
	}
	if m.Left > 0 {
		m.Completed = over / time.Duration(m.Left)
	}
	if m.Entered > 0 {
		m.Average = all / time.Duration(m.Entered)
	}
	first := time.Date(now.Year(), now.Month(), now.Day()-days+1, 0, 0, 0, 0, time.UTC)
	m.Days = slices.DeleteFunc(m.Days, func(d index.Day) bool { return d.Date.Before(first) })
	return m
}

// meter is what keeps metrics.
type meter interface {
	keeper
	Metrics(id string) (index.Metrics, bool)
	Overlap(a, b string) int
}

// broken plays a history and says what is not as the diffs say.
func brokenMetrics(k meter, h segmenttest.History, days int, loc *time.Location, seed int64) string {
	r := rand.New(rand.NewSource(seed))
	kept := make(map[string]*ledger)
	note := func(ds []segment.Diff) {
		for _, d := range ds {
			kept[d.Segment].diffs = append(kept[d.Segment].diffs, d)
		}
	}
	for i, c := range h {
		for range r.Intn(3) {
			ds, _ := k.Advance(c.At.Add(-time.Hour), 1+r.Intn(3))
			note(ds)
		}
		fresh := c.Segment.ID != "" && kept[c.Segment.ID] == nil
		if fresh {
			kept[c.Segment.ID] = &ledger{since: c.At.In(loc)}
		}
		var ds []segment.Diff
		var err error
		switch {
		case c.Segment.ID != "":
			ds, err = k.Define(c.Segment, c.At)
		case c.Drop != "":
			ds, err = k.Drop(c.Drop, c.At)
		case len(c.Updates) > 0:
			ds, err = k.Apply(c.Updates...)
		default:
			ds, _ = k.Advance(c.At, 0)
		}
		note(ds)
		if fresh && err != nil || c.Drop != "" && err == nil {
			delete(kept, c.Segment.ID+c.Drop)
		}
		for _, id := range []string{"s1", "s2", "s3"} {
			got, ok := k.Metrics(id)
			if want := kept[id]; (want != nil) != ok {
				return fmt.Sprintf("call %d: metrics of %s: %v", i+1, id, ok)
			} else if ok {
				if diff := cmp.Diff(want.metrics(k.Now(), days), got, cmpopts.EquateApprox(1e-9, 0), cmpopts.EquateEmpty()); diff != "" {
					return fmt.Sprintf("call %d: metrics of %s: -diffs +metrics\n%s", i+1, id, diff)
				}
			}
			for _, other := range []string{"s1", "s2", "s3"} {
				want := 0
				for member := range k.Members(id).All() {
					if slices.Contains(slices.Collect(k.Members(other).All()), member) {
						want++
					}
				}
				if got := k.Overlap(id, other); got != want {
					return fmt.Sprintf("call %d: overlap of %s and %s is %d, want %d", i+1, id, other, got, want)
				}
			}
		}
	}
	return ""
}

func TestMetricsLaw(t *testing.T) {
	params := gopter.DefaultTestParametersWithSeed(2)
	params.MinSuccessfulTests = 25
	if os.Getenv("CI") != "" && !testing.Short() {
		params.MinSuccessfulTests = 200
	}
	seed := int64(0)
	result := prop.ForAll(func(h segmenttest.History) string {
		seed++
		h = crowd(h, rand.New(rand.NewSource(seed)))
		for _, days := range []int{400, 4} {
			for _, zone := range []string{"UTC", "America/St_Johns"} {
				loc, err := time.LoadLocation(zone)
				if err != nil {
					return err.Error()
				}
				opts := index.Options{Location: loc, Days: days, Stays: true}
				for _, k := range []meter{index.New(opts), inShards(3, opts)} {
					if msg := brokenMetrics(k, h, days, loc, seed); msg != "" {
						return fmt.Sprintf("%T, %s, %d days: %s\n%s", k, zone, days, msg, h)
					}
				}
			}
		}
		return ""
	}, segmenttest.Histories()).Check(params)
	if !result.Passed() {
		t.Errorf("after %d histories: %v %v %s", result.Succeeded, result.Status, result.Labels, result.Error)
	}
}

// A story in numbers: ann is in for 10 days and leaves, bob enters on day 4 and
// stays, cat comes on day 10.
func TestMetrics(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, 1+n, 6, 0, 0, 0, time.UTC) }
	set := func(contact string, n int, plan string) segment.Update {
		return segment.Update{Contact: contact, At: day(n), Set: map[string]segment.Value{"plan": segment.Text(plan)}}
	}
	ix := index.New(index.Options{Stays: true})
	for _, id := range []string{"pro", "all"} {
		cond := map[string]string{"pro": `plan = "pro"`, "all": `plan IS SET`}[id]
		if _, err := ix.Define(segment.Segment{ID: id, Condition: segment.MustParse(cond)}, day(0)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ix.Apply(set("ann", 0, "pro"), set("bob", 4, "pro"), set("dan", 5, "free"), set("ann", 10, "free"), set("cat", 10, "pro")); err != nil {
		t.Fatal(err)
	}
	ix.Advance(day(20), 0)
	got, _ := ix.Metrics("pro")
	date := func(n int) time.Time { return time.Date(2026, 3, 1+n, 0, 0, 0, 0, time.UTC) }
	want := index.Metrics{
		At: day(20), Since: day(0), Size: 2, Entered: 3, Left: 1,
		AverageSize: 36.0 / 20, Average: 12 * 24 * time.Hour, Current: 13 * 24 * time.Hour, Completed: 10 * 24 * time.Hour,
		Days: []index.Day{{date(0), 1, 0, 1}, {date(4), 1, 0, 2}, {date(10), 1, 1, 2}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, p := range []struct {
		from, to int
		want     index.Period
		growth   float64
		churn    float64
		rate     float64
	}{
		{0, 21, index.Period{Days: 21, Before: 0, Entered: 3, Left: 1, After: 2}, 0, 0, 4.0 / 21},
		{1, 5, index.Period{Days: 4, Before: 1, Entered: 1, Left: 0, After: 2}, 1, 0, 0.25},
		{5, 11, index.Period{Days: 6, Before: 2, Entered: 1, Left: 1, After: 2}, 0, 0.5, 2.0 / 6},
		{-9, 0, index.Period{Days: 9}, 0, 0, 0},
		{30, 20, index.Period{Before: 2, After: 2}, 0, 0, 0},
	} {
		got := got.Period(day(p.from), day(p.to))
		if diff := cmp.Diff(p.want, got); diff != "" || got.Growth() != p.growth || got.Churn() != p.churn || math.Abs(got.Rate()-p.rate) > 1e-12 {
			t.Errorf("days %d to %d: %s growth %v churn %v rate %v", p.from, p.to, diff, got.Growth(), got.Churn(), got.Rate())
		}
	}
	if n := ix.Overlap("pro", "all"); n != 2 {
		t.Errorf("overlap %d", n)
	}
	if _, ok := ix.Metrics("none"); ok || ix.Overlap("pro", "none") != 0 {
		t.Error("metrics of no segment")
	}
}

// Days are calendar days, in order and each once, where the clock of a zone goes back
// over midnight and where a day is left out.
func TestMetricsDaysOfOddClocks(t *testing.T) {
	for zone, instants := range map[string][]string{
		"America/St_Johns": {"2010-11-07T02:00:00Z", "2010-11-07T02:30:30Z", "2010-11-07T02:31:00Z", "2010-11-07T03:29:00Z", "2010-11-07T03:30:00Z"},
		"Pacific/Apia":     {"2011-12-30T09:00:00Z", "2011-12-30T10:00:00Z", "2012-01-01T09:00:00Z"},
		"America/Juneau":   {"1867-10-18T08:00:00Z", "1867-10-18T09:00:00Z", "1867-10-19T20:00:00Z"},
		"Asia/Manila":      {"1844-12-30T00:00:00Z", "1844-12-31T16:00:00Z", "1845-01-01T16:00:00Z"},
	} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, shards := range []int{1, 3} {
			ix := inShards(shards, index.Options{Location: loc, Days: 5, Stays: true})
			for i, text := range instants {
				at, err := time.Parse(time.RFC3339, text)
				if err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					if _, err := ix.Define(segment.Segment{ID: "all", Condition: rule.Everyone{}}, at); err != nil {
						t.Fatal(err)
					}
				}
				apply(t, ix, segment.Update{Contact: fmt.Sprint(i), At: at}, segment.Update{Contact: fmt.Sprint(i, "b"), At: at})
				m, _ := ix.Metrics("all")
				entered := 0
				for j, d := range m.Days {
					if entered += d.Entered; j > 0 && !m.Days[j-1].Date.Before(d.Date) {
						t.Errorf("%s: days %v", zone, m.Days)
					}
				}
				if entered != 2*(i+1) || m.Days[len(m.Days)-1].Size != 2*(i+1) {
					t.Errorf("%s: %d entered, days %v", zone, 2*(i+1), m.Days)
				}
				if _, err := index.Restore(bytes.NewReader(snapshot(t, ix)), index.Options{Verify: true, Days: 5, Stays: true}); err != nil {
					t.Errorf("%s at %s: %v", zone, text, err)
				}
			}
		}
	}
}

// Time in a segment is exact where nanoseconds since 1970 in 64 bits are not
// enough, and the longest duration where a duration is not.
func TestMetricsFar(t *testing.T) {
	year := func(n int) time.Time { return time.Date(n, 1, 1, 0, 0, 0, 1, time.UTC) }
	ix := index.New(index.Options{})
	if _, err := ix.Define(segment.Segment{ID: "all", Condition: rule.Everyone{}}, year(1)); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if _, err := ix.Apply(segment.Update{Contact: fmt.Sprint(i), At: year(2 + i)}); err != nil {
			t.Fatal(err)
		}
	}
	ix.Advance(year(6).Add(2), 0)
	// 4, 3 and 2 years, the 4th of them a leap year, and 6 ns: all begin before the
	// leap day, and so have been in for 3 years and a day on average, and 2 ns.
	if m, _ := ix.Metrics("all"); m.Average != (3*365+1)*24*time.Hour+2 {
		t.Errorf("average %v", m.Average)
	}
	ix.Advance(year(9000), 0)
	if m, _ := ix.Metrics("all"); m.Average != math.MaxInt64 {
		t.Errorf("average %v", m.Average)
	}
}
