package main

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/bench/workload"
	"github.com/segmentrules/segment/index"
)

// eventSegments makes so many segments, of which some count an event: over all
// time or a rolling window, beside an equality. The others are a realistic mix
// about fields.
func eventSegments(b *testing.B, n, counting int) []segment.Segment {
	segs := workload.New(workload.Full, 1).Segments(n - counting)
	windows := []string{"", " IN LAST 1 DAYS", " IN LAST 7 DAYS", " IN LAST 14 DAYS", " IN LAST 30 DAYS", " IN LAST 90 DAYS"}
	for i := range counting {
		// So many that nobody has them, or so few that everybody has.
		limit := 1 + i/len(windows)%3
		if i%2 == 0 {
			limit = 1_000_000 + i
		}
		c, err := segment.Parse(fmt.Sprintf(`COUNT(opened) >= %d%s AND group = %d`, limit, windows[i%len(windows)], i%500))
		if err != nil {
			b.Fatal(err)
		}
		segs = append(segs, segment.Segment{ID: "counts " + strconv.Itoa(i), Condition: c})
	}
	return segs
}

// BenchmarkEvent is one event appended to one of 20,000 contacts: 10,000 segments, of
// which so many count it, and none flips.
func BenchmarkEvent(b *testing.B) {
	for _, counting := range []int{0, 100, 1_000} {
		b.Run(fmt.Sprintf("%d", counting), func(b *testing.B) { appendEvents(b, counting) })
	}
}

func appendEvents(b *testing.B, counting int) {
	ix := index.New(index.Options{})
	for _, s := range eventSegments(b, 10_000, counting) {
		if _, err := ix.Define(s, workload.Instant); err != nil {
			b.Fatal(err)
		}
	}
	const contacts, past = 20_000, 20
	updates := make([]segment.Update, 0, contacts)
	for i := range contacts {
		u := segment.Update{Contact: strconv.Itoa(i), At: workload.Instant, Set: map[string]segment.Value{"group": segment.Int(int64(i % 500))}}
		for k := range past {
			u.Events = append(u.Events, segment.Event{ID: "p" + strconv.Itoa(k), Name: "opened", At: workload.Instant.Add(-time.Duration(k) * time.Hour)})
		}
		updates = append(updates, u)
	}
	if _, err := ix.Apply(updates...); err != nil {
		b.Fatal(err)
	}
	ids := make([]string, 1<<16)
	for i := range ids {
		ids[i] = "e" + strconv.Itoa(i)
	}
	event := make([]segment.Event, 1)
	b.ReportAllocs()
	b.ResetTimer()
	diffs, before, began := 0, ix.Stats(), cpu()
	for i := 0; b.Loop(); i++ {
		event[0] = segment.Event{ID: ids[i/contacts%len(ids)], Name: "opened", At: workload.Instant}
		ds, err := ix.Apply(segment.Update{Contact: updates[i%contacts].Contact, At: workload.Instant, Events: event})
		if err != nil {
			b.Fatal(err)
		}
		diffs += len(ds)
	}
	b.ReportMetric(float64(cpu()-began)/float64(b.N), "cpu-ns/op")
	after := ix.Stats()
	b.ReportMetric(float64(diffs)/float64(b.N), "diffs/op")
	b.ReportMetric(float64(after.Flips-before.Flips)/float64(b.N), "flips/op")
}
