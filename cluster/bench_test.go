package cluster

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// What the worker adds to the index: both make the same calls, in turns within one run, on a
// broker that takes no time. The machine may be busy with other things, and so it is the time
// of processors that counts, that of the collector of garbage with it.

// benchSegments are what a shop asks: fields, lists, counts and sums, and time.
var benchSegments = []string{
	`plan = "pro" AND age >= 40`,
	`country IN ("de", "fr") AND NOT IN LIST "unsubscribed"`,
	`COUNT(opened) >= 3 IN LAST 30 days`,
	`SUM(purchase.amount) > 200 IN LAST 90 days`,
	`COUNT(opened) = 0 IN LAST 14 days AND IN SEGMENT "s2"`,
	`IN LIST "newsletter" AND plan = "free"`,
	`age < 25 OR age > 65`,
	`DID purchase IN LAST 7 days AND plan IS SET`,
	`score > 50 AND score <= 80`,
	`city STARTS WITH "b" AND country = "de"`,
}

// benchCalls returns calls of some updates each, of contacts of one partition: half set
// fields, the rest bring events, and a few change lists.
func benchCalls(calls, each int) (all [][]segment.Update) {
	const contacts = 20_000
	r := rand.New(rand.NewPCG(5, 5))
	for c := range calls {
		at := newYear.Add(4*time.Hour + time.Duration(c*each)*300*time.Millisecond)
		us := make([]segment.Update, each)
		for i := range us {
			u := segment.Update{Contact: fmt.Sprint("contact-", r.IntN(contacts)), At: at}
			switch n := r.IntN(20); {
			case n < 7:
				u.Set = map[string]segment.Value{"age": segment.Int(int64(18 + r.IntN(60))), "plan": segment.Text([]string{"pro", "free"}[r.IntN(2)])}
			case n < 10:
				u.Set = map[string]segment.Value{"score": segment.Int(int64(r.IntN(100))), "country": segment.Text([]string{"de", "fr", "us"}[r.IntN(3)]), "city": segment.Text([]string{"berlin", "paris", "bonn"}[r.IntN(3)])}
			case n < 18:
				e := segment.Event{ID: fmt.Sprint("e", c*each+i), Name: "opened", At: at}
				if n > 15 {
					e.Name, e.Props = "purchase", fmt.Appendf(nil, `{"amount":%d}`, r.IntN(150))
				}
				u.Events = []segment.Event{e}
			default:
				u.Join = []string{[]string{"newsletter", "unsubscribed"}[r.IntN(2)]}
			}
			us[i] = u
		}
		all = append(all, us)
	}
	return all
}

// benchDefine sends what the calls of benchCalls come behind.
func benchDefine(b testing.TB, f *Fake) {
	send := func(m Message) {
		if _, err := f.Send(m, 1, newYear); err != nil {
			b.Fatal(err)
		}
	}
	send(Message{Kind: KindEpoch, Epoch: Epoch{1, 1, here}})
	for i, text := range benchSegments {
		send(Message{Kind: KindDefine, Segment: segment.Segment{ID: fmt.Sprint("s", i), Condition: segment.MustParse(text)}})
	}
}

// BenchmarkWorker compares the worker with the index alone. An op is an update; share is how
// much of what the index makes in a second on a core the worker makes.
func BenchmarkWorker(b *testing.B) {
	for _, each := range []int{1, 20} {
		b.Run(fmt.Sprintf("%d updates a message", each), func(b *testing.B) {
			const updates = 100_000 // of a round
			f, w := NewFake(), (*Worker)(nil)
			benchDefine(b, f)
			w = smallWorker(b, f, "", Options{SnapshotEvery: -1})
			if err := run(w); err != nil {
				b.Fatal(err)
			}
			ix := index.New(index.Options{})
			for i, text := range benchSegments {
				if _, err := ix.DefineResolved(segment.Segment{ID: fmt.Sprint("s", i), Condition: segment.MustParse(text)}, newYear); err != nil {
					b.Fatal(err)
				}
			}
			rounds := max(2, b.N/updates)
			calls := benchCalls(rounds*updates/each, each)
			var alone, worker time.Duration
			b.ReportAllocs()
			b.ResetTimer()
			for ; len(calls) > 0; calls = calls[updates/each:] {
				b.StopTimer()
				for _, us := range calls[:updates/each] {
					if _, err := f.Send(Message{Kind: KindUpdates, Updates: us}, 1, us[0].At); err != nil {
						b.Fatal(err)
					}
				}
				runtime.GC() // what was sent is nobody's to sweep
				began := used(b)
				for _, us := range calls[:updates/each] {
					if _, err := ix.Apply(us...); err != nil {
						b.Fatal(err)
					}
				}
				alone += used(b) - began
				b.StartTimer()
				began = used(b)
				for idle := false; !idle; {
					var err error
					if idle, err = w.Step(context.Background()); err != nil {
						b.Fatal(err)
					}
				}
				worker += used(b) - began
			}
			b.StopTimer()
			if ix.Revision() != w.Told().Revision {
				b.Errorf("the worker comes to revision %d, and the index to %d", w.Told().Revision, ix.Revision())
			}
			all := float64(rounds * updates)
			b.ReportMetric(float64(alone.Nanoseconds())/all, "index-ns")
			b.ReportMetric(float64(worker.Nanoseconds())/all, "worker-ns")
			b.ReportMetric(float64(alone)/float64(worker), "share")
			b.ReportMetric(float64(w.Stats().Diffs)/all, "diffs/update")
		})
	}
}

// BenchmarkSnapshot is how long the worker stands still for a snapshot of 200,000 contacts
// that is put beside it, and how long it would if it put the snapshot itself.
func BenchmarkSnapshot(b *testing.B) {
	f, w := NewFake(), (*Worker)(nil)
	benchDefine(b, f)
	for from := 0; from < 200_000; from += 1000 {
		var us []segment.Update
		for i := range 1000 {
			us = append(us, segment.Update{Contact: fmt.Sprint("contact-", from+i), Set: map[string]segment.Value{"plan": segment.Text("pro"), "age": segment.Int(int64(i % 90))}})
		}
		if _, err := f.Send(Message{Kind: KindUpdates, Updates: us}, 1, newYear); err != nil {
			b.Fatal(err)
		}
	}
	w = smallWorker(b, f, "", Options{SnapshotEvery: -1})
	if err := run(w); err != nil {
		b.Fatal(err)
	}
	b.Run("taken", func(b *testing.B) {
		for b.Loop() {
			w.m.take(w.state())
		}
	})
	b.Run("put", func(b *testing.B) {
		for b.Loop() {
			if err := w.putSnapshot(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
