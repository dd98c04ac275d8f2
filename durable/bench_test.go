package durable

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// benchSegments are a hundred segments over fields, events and time.
func benchSegments(define func(segment.Segment, time.Time) ([]segment.Diff, error)) error {
	for i := range 100 {
		text := fmt.Sprintf(`plan = "p%d" OR seats > %d OR COUNT(opened) >= %d IN LAST %d DAYS`, i%20, i, 1+i%5, 1+i%30)
		if _, err := define(segment.Segment{ID: fmt.Sprint("s", i), Condition: segment.MustParse(text)}, start); err != nil {
			return err
		}
	}
	return nil
}

func benchUpdate(i int) segment.Update {
	u := segment.Update{Contact: fmt.Sprint("contact-", i*7919%20_000), At: start.Add(time.Duration(i) * time.Second)}
	switch i % 3 {
	case 0:
		u.Set = map[string]segment.Value{"plan": segment.Text(fmt.Sprint("p", i%40))}
	case 1:
		u.Set = map[string]segment.Value{"seats": segment.Int(int64(i % 130))}
	default:
		u.Events = []segment.Event{{ID: fmt.Sprint(i), Name: "opened", At: u.At, Props: segment.Document(`{"campaign":"spring"}`)}}
	}
	return u
}

// processors reports what the processors spend on an operation from now on, in all
// goroutines: on a machine that others use too the time on the clock says little.
func processors(b *testing.B) func() {
	before := used(b)
	return func() { b.ReportMetric(float64((used(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op") }
}

// BenchmarkWriters is calls of one update each: the index alone, and stores with so many
// writers, or with so many calls at once. The ratio of the two is what durability costs.
func BenchmarkWriters(b *testing.B) {
	b.Run("index", func(b *testing.B) {
		ix := index.New(index.Options{})
		if err := benchSegments(ix.Define); err != nil {
			b.Fatal(err)
		}
		i := 0
		defer processors(b)()
		for b.Loop() {
			if _, err := ix.Apply(benchUpdate(i)); err != nil {
				b.Fatal(err)
			}
			i++
		}
	})
	for _, writers := range []int{1, 16, 256} {
		b.Run(fmt.Sprint("store/", writers), func(b *testing.B) {
			s := opened(b, b.TempDir(), Options{})
			if err := benchSegments(s.Define); err != nil {
				b.Fatal(err)
			}
			var next atomic.Int64
			var order sync.Mutex // instants must grow
			b.ResetTimer()
			defer processors(b)()
			var all sync.WaitGroup
			for range writers {
				all.Go(func() {
					for {
						order.Lock()
						i := int(next.Add(1)) - 1
						if i >= b.N {
							order.Unlock()
							return
						}
						wait := s.Submit(benchUpdate(i))
						order.Unlock()
						if _, err := wait(); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
		})
	}
	b.Run("store/calls", func(b *testing.B) {
		s := opened(b, b.TempDir(), Options{})
		if err := benchSegments(s.Define); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		defer processors(b)()
		before := func() []index.Applied { return nil }
		check := func(all []index.Applied) {
			for _, got := range all {
				if got.Err != nil {
					b.Fatal(got.Err)
				}
			}
		}
		for i := 0; i < b.N; {
			var calls [][]segment.Update
			for ; i < b.N && len(calls) < 1000; i++ {
				calls = append(calls, []segment.Update{benchUpdate(i)})
			}
			wait := s.SubmitCalls(calls)
			check(before())
			before = wait
		}
		check(before())
	})
}
