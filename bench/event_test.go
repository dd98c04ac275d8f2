package main

import (
	"fmt"
	"math/rand/v2"
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

// timeSegments makes so many segments, of which a third are about the clock: counts
// and sums in windows, ages, what a list was joined for, the calendar.
func timeSegments(b *testing.B, n int) []segment.Segment {
	segs := workload.New(workload.Full, 1).Segments(n - n/3)
	templates := []string{
		`COUNT(opened) >= %[1]d IN LAST %[2]d DAYS AND group = %[3]d`,
		`SUM(bought.amount) > %[1]d00 IN LAST %[2]d DAYS AND group < %[3]d`,
		`LAST(bought) OLDER THAN %[2]d DAYS AND group = %[3]d`,
		`COUNT(bought WHERE sku = "sku %[3]d") >= 1 IN LAST %[2]d DAYS`,
		`seen OLDER THAN %[2]d DAYS AND group = %[3]d`,
		`JOINED LIST "trial" IN LAST %[2]d DAYS AND group = %[3]d`,
		`DID NOT bought IN LAST %[2]d DAYS AND COUNT(visited) >= %[1]d IN LAST %[2]d DAYS AND group = %[3]d`,
		`MONTH(born) = CURRENT_MONTH() AND group = %[3]d`,
	}
	days := []int{1, 3, 7, 14, 30, 60}
	for i := range n / 3 {
		text := fmt.Sprintf(templates[i%len(templates)], 1+i%6, days[i/7%len(days)], i%50)
		c, err := segment.Parse(text)
		if err != nil {
			b.Fatal(text, err)
		}
		segs = append(segs, segment.Segment{ID: "moves " + strconv.Itoa(i), Condition: c})
	}
	return segs
}

// BenchmarkDue is one contact that is due, of 20,000 with 20 events each, under
// 10,000 segments: time runs, and nothing else happens.
func BenchmarkDue(b *testing.B) {
	ix := index.New(index.Options{})
	for _, s := range timeSegments(b, 10_000) {
		if _, err := ix.Define(s, workload.Instant); err != nil {
			b.Fatal(err)
		}
	}
	const contacts = 20_000
	r := rand.New(rand.NewPCG(1, 1))
	ago := func(days int) time.Time {
		return workload.Instant.Add(-time.Duration(r.IntN(days*86400)) * time.Second)
	}
	for i := range contacts {
		u := segment.Update{Contact: strconv.Itoa(i), At: workload.Instant.Add(time.Duration(i) * time.Second), Set: map[string]segment.Value{
			"group": segment.Int(int64(r.IntN(50))), "seen": segment.Time(ago(90)), "born": segment.Date(1980, time.Month(1+r.IntN(12)), 1),
		}}
		if r.IntN(3) == 0 {
			u.Join = []string{"trial"}
		}
		for k := range 20 {
			e := segment.Event{ID: strconv.Itoa(k), Name: []string{"opened", "visited", "opened", "bought"}[r.IntN(4)], At: ago(60)}
			if e.Name == "bought" {
				e.Props = fmt.Appendf(nil, `{"amount":%d,"sku":"sku %d"}`, r.IntN(500), r.IntN(50))
			}
			u.Events = append(u.Events, e)
		}
		if _, err := ix.Apply(u); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	diffs, before, began := 0, ix.Stats(), cpu()
	for due := uint64(0); due < uint64(b.N); due = ix.Stats().Woken - before.Woken {
		at, ok := ix.Due()
		if !ok {
			b.Fatal("nothing is due any more")
		}
		ds, _ := ix.Advance(at.Add(time.Minute), 0)
		diffs += len(ds)
	}
	due := float64(ix.Stats().Woken - before.Woken)
	b.ReportMetric(float64(cpu()-began)/due, "cpu-ns/due")
	b.ReportMetric(float64(diffs)/due, "diffs/due")
	b.ReportMetric(0, "ns/op")
}
