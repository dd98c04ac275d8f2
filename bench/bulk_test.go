package main

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/bench/workload/bulk"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// contacts is how many there are in benchmarks of the bulk path. A million take
// a minute or two to load, and 2 GB.
var contacts = flag.Int("contacts", 100_000, "contacts for the benchmarks of Preview and Define")

// loaded is the index of the workload with what is true of it, made once.
var loaded = sync.OnceValues(func() (*index.Index, [5][]uint32) {
	cs := bulk.Contacts(*contacts)
	truth := bulk.Truth(cs, bulk.Events(*contacts, 20))
	ix := index.New(index.Options{})
	began, events := cpu(), 0
	// All that is known of a contact comes at once, at the beginning; events keep
	// their own instants, and so arrive in order for each contact.
	start := time.Unix(bulk.Now-90*bulk.Day, 0).UTC()
	for row := range uint32(*contacts) {
		u := cs[row].Update(row, start)
		for _, e := range bulk.EventsOf(row, 20) {
			u.Events = append(u.Events, segment.Event{ID: strconv.Itoa(events), Name: bulk.EventNames[e.Type], At: time.Unix(int64(e.TS), 0).UTC()})
			events++
		}
		if _, err := ix.Apply(u); err != nil {
			panic(err)
		}
	}
	ix.Advance(bulk.Instant(), 0)
	fmt.Printf("loaded %d contacts with %d events in %s of processor time\n", len(cs), events, cpu()-began)
	return ix, truth
})

// check compares the contacts with what is true.
func check(b *testing.B, got index.Contacts, want []uint32) {
	b.Helper()
	if got.Len() != len(want) {
		b.Fatalf("%d contacts, want %d", got.Len(), len(want))
	}
	i := 0
	for id := range got.All() {
		if id != bulk.ID(want[i]) {
			b.Fatalf("contact %d is %s, want %s", i, id, bulk.ID(want[i]))
		}
		i++
	}
}

// BenchmarkPreview is a condition never seen before over all contacts: Count if bare,
// or else Preview, with 20 ids, the set and the funnel.
func BenchmarkPreview(b *testing.B) {
	ix, truth := loaded()
	for i, q := range bulk.Queries() {
		c := segment.MustParse(q.Rule)
		for _, bare := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s/bare=%v", q.Name, bare), func(b *testing.B) {
				var p index.Preview
				var err error
				ask := func() { p, err = ix.Preview(c) }
				if bare {
					ask = func() { p.Count, err = ix.Count(c) }
				}
				b.ReportAllocs()
				began := cpu()
				for b.Loop() {
					if ask(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(cpu()-began)/float64(b.N)/1e6, "cpu-ms/op")
				b.ReportMetric(float64(p.Count), "found")
				if !bare {
					check(b, p.Contacts(), truth[i])
				} else if p.Count != len(truth[i]) {
					b.Fatalf("%d contacts, want %d", p.Count, len(truth[i]))
				}
			})
		}
	}
}

// BenchmarkDefine defines a segment over all contacts and drops it again, which
// is not counted; who enters is counted, as a diff each.
func BenchmarkDefine(b *testing.B) {
	ix, truth := loaded()
	for i, q := range bulk.Queries() {
		s := segment.Segment{ID: q.Name, Condition: segment.MustParse(q.Rule)}
		b.Run(q.Name, func(b *testing.B) {
			var spent time.Duration
			n := 0
			for b.Loop() {
				began := cpu()
				diffs, err := ix.Define(s, bulk.Instant())
				spent += cpu() - began
				if err != nil {
					b.Fatal(err)
				}
				n = len(diffs)
				b.StopTimer()
				if _, err := ix.Drop(s.ID, bulk.Instant()); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(spent)/float64(b.N)/1e6, "cpu-ms/op")
			b.ReportMetric(float64(n), "diffs")
			if n != len(truth[i]) {
				b.Fatalf("%d entered, want %d", n, len(truth[i]))
			}
		})
	}
}

// BenchmarkDefineReaders is how long readers wait while a segment over all
// contacts is defined, replaced by its contrary, and dropped: one reads in a loop, of
// two contacts and of the segment. Of the longest that a read took in each round, the
// median and the worst are told; in the latter is what else the machine does.
func BenchmarkDefineReaders(b *testing.B) {
	ix, _ := loaded()
	for _, q := range bulk.Queries() {
		s := segment.Segment{ID: q.Name, Condition: segment.MustParse(q.Rule)}
		contrary := segment.Segment{ID: q.Name, Condition: rule.Not{C: s.Condition}}
		b.Run(q.Name, func(b *testing.B) {
			names := [...]string{"define", "replace", "drop"}
			var longest [len(names)][]time.Duration
			for b.Loop() {
				for i, write := range [...]func() ([]segment.Diff, error){
					func() ([]segment.Diff, error) { return ix.Define(s, bulk.Instant()) },
					func() ([]segment.Diff, error) { return ix.Define(contrary, bulk.Instant()) },
					func() ([]segment.Diff, error) { return ix.Drop(s.ID, bulk.Instant()) },
				} {
					longest[i] = append(longest[i], longestRead(b, ix, s.ID, write))
				}
			}
			for i, name := range names {
				slices.Sort(longest[i])
				b.ReportMetric(float64(longest[i][len(longest[i])/2])/1e6, name+"-ms")
				b.ReportMetric(float64(longest[i][len(longest[i])-1])/1e6, name+"-worst-ms")
			}
		})
	}
}

// longestRead is the longest that a read takes while something is written.
func longestRead(b *testing.B, ix *index.Index, id string, write func() ([]segment.Diff, error)) (longest time.Duration) {
	done := make(chan error)
	go func() {
		_, err := write()
		done <- err
	}()
	for {
		select {
		case err := <-done:
			if err != nil {
				b.Fatal(err)
			}
			return longest
		case <-time.After(100 * time.Microsecond):
		}
		began := time.Now()
		ix.Segments(bulk.ID(7))
		ix.Contact(bulk.ID(8))
		ix.Metrics(id)
		longest = max(longest, time.Since(began))
	}
}
