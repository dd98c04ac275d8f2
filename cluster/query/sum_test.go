package query

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/client"
	"github.com/segmentrules/segment/index"
)

// TestMetricsAddUp: the metrics of indexes that share the contacts are those of one, over days
// on which only some of them have something to count.
func TestMetricsAddUp(t *testing.T) {
	days := 0
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		o := index.Options{Stays: true, Days: 20}
		one, parts := index.New(o), []*index.Index{index.New(o), index.New(o), index.New(o), index.New(o)}
		all := append([]*index.Index{one}, parts...)
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, ix := range all {
			if _, err := ix.Define(segment.Segment{ID: "s", Condition: segment.MustParse(`n > 3 OR DID opened IN LAST 2 DAYS`)}, now); err != nil {
				t.Fatal(err)
			}
		}
		for range 150 {
			now = now.Add(time.Duration(r.Int64N(int64(12 * time.Hour))))
			u := segment.Update{Contact: fmt.Sprint("c", r.IntN(20)), At: now, Set: map[string]segment.Value{"n": segment.Int(int64(r.IntN(5)))}}
			if r.IntN(4) == 0 {
				u.Events = []segment.Event{{ID: fmt.Sprint(now), Name: "opened", At: now}}
			}
			for _, ix := range all {
				ix.Advance(now, -1)
			}
			for _, ix := range []*index.Index{one, parts[cluster.Partition(u.Contact, 3)]} { // the fourth has nobody
				if _, err := ix.Apply(u); err != nil {
					t.Fatal(err)
				}
			}
		}
		var ms []index.Metrics
		for _, ix := range parts {
			m, _ := ix.Metrics("s")
			ms = append(ms, m)
		}
		got := sumOf(ms)
		want, _ := one.Metrics("s")
		for _, d := range [3]time.Duration{got.Average - want.Average, got.Current - want.Current, got.Completed - want.Completed} {
			if d < -1 || d > 1 {
				t.Errorf("averages differ by %d: %+v, want %+v", d, got, want)
			}
		}
		if math.Abs(got.AverageSize-want.AverageSize) > 1e-9*want.AverageSize || want.Average == 0 || want.Current == 0 || want.Completed == 0 {
			t.Errorf("%+v, want %+v", got, want)
		}
		got.At, got.Average, got.Current, got.Completed, got.AverageSize = want.At, want.Average, want.Current, want.Completed, want.AverageSize
		same(t, "metrics", got, want)
		days += len(want.Days)
	}
	if days < 200 {
		t.Errorf("only %d days", days)
	}
	if m := sumOf(nil); m.Average != 0 || len(m.Days) != 0 {
		t.Errorf("of nobody: %+v", m)
	}
	long := index.Metrics{Entered: 2, Average: math.MaxInt64}
	if m := sumOf([]index.Metrics{long, long}); m.Average != math.MaxInt64 {
		t.Errorf("of long stays: %v", m.Average)
	}
}

// TestAt: an answer is as of its earliest clock, and its cursor has every place.
func TestAt(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC) }
	all := At{{Partition: 0, Now: at(3), Place: client.Place{Revision: 1}}, {Partition: 2, Now: at(1)}, {Partition: 3, Now: at(2), Place: client.Place{Revision: 2}}}
	if !all.Now().Equal(at(1)) || !(At{}).Now().IsZero() {
		t.Error(all.Now(), At{}.Now())
	}
	if c := all.Cursor(); len(c) != 4 || c[0].Revision != 1 || c[1] != (client.Place{}) || c[3].Revision != 2 {
		t.Error(c)
	}
}
