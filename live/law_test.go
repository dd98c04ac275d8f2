package live_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

// rules are what the random tests define: windows, dates, lists, segments of segments.
var rules = []string{
	"COUNT(opened) >= 2 IN LAST 3 HOURS",
	"DID opened AND NOT opened IN LAST 2 HOURS",
	"n > 3 AND DID opened IN LAST 90 MINUTES",
	"SUM(opened.x) > 10 IN LAST 4 HOURS",
	"n < 5",
	`IN LIST "vip" AND n > 2`,
}

// change makes one call by chance.
func change(r *rand.Rand, h *live.Host, n int) error {
	contact := fmt.Sprint("c", r.IntN(12))
	u := segment.Update{Contact: contact}
	var err error
	switch k := r.IntN(20); {
	case k < 9:
		u.Events = []segment.Event{{ID: fmt.Sprint(n), Name: "opened", At: h.Now().Add(-time.Duration(r.IntN(3)) * time.Hour), Props: fmt.Appendf(nil, `{"x":%d}`, r.IntN(9))}}
		_, err = h.Apply(u)
	case k < 14:
		u.Set = map[string]segment.Value{"n": segment.Int(int64(r.IntN(8)))}
		v := u
		v.Contact, v.Join = fmt.Sprint("c", r.IntN(12)), []string{"vip"}
		_, err = h.Apply(u, v)
	case k < 15:
		u.Delete = true
		_, err = h.Apply(u)
	case k < 17:
		i := r.IntN(len(rules))
		_, err = h.Define(rule(fmt.Sprint("s", i), rules[i]))
	case k < 18:
		h.Drop(fmt.Sprint("s", r.IntN(len(rules)))) // which may not be there
	case k < 19:
		rows := func(yield func(segment.Update, error) bool) {
			for i := range 5 {
				v := opened(fmt.Sprint("c", r.IntN(12)), fmt.Sprint(n, "-", i), h.Now())
				if r.IntN(4) == 0 {
					v.Events[0].ID = "" // wrong
				}
				if !yield(v, nil) {
					return
				}
			}
		}
		for b := range h.Import(context.Background(), rows, index.ImportOptions{Batch: 2}) {
			err = b.Err
		}
	default:
		_, err = h.Count(segment.MustParse("n > 2 AND COUNT(opened) > 1 IN LAST 1 HOURS"))
	}
	return err
}

// What a host tells is what an index returns that is called one by one with Advance to the
// instant of each call before it, whatever the clock does: it moves on in steps that meet what
// is due exactly, it stands still, it jumps forward and back.
func TestHostTellsWhatAnIndexReturns(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 1))
		m := &recorder{ix: index.New(index.Options{Shards: 1 + int(seed%2)*2})}
		clock := live.NewManualClock(newYear)
		h := live.New(m, live.Options{Clock: clock, Bite: 1 + r.IntN(5), Keep: 1 << 20})
		for i := range rules {
			must(t)(h.Define(rule(fmt.Sprint("s", i), rules[i])))
		}
		for n := range 300 {
			switch r.IntN(6) {
			case 0, 1:
				clock.Advance(time.Duration(r.IntN(3)) * 30 * time.Minute)
			case 2:
				clock.Jump(time.Duration(r.IntN(5)-2) * time.Hour)
			}
			if err := change(r, h, n); err != nil {
				t.Fatal(err)
			}
		}
		clock.Jump(24 * time.Hour)
		end := h.Now()
		h.Count(segment.MustParse("n > 1"))
		got := first(t, h, 0, int(m.ix.Revision()))
		h.Close()
		name := fmt.Sprint("seed ", seed)
		steps(t, got)
		equal(t, name+", the machine", got, m.diffs)
		equal(t, name+", the same calls", got, m.replay(t, newIndex(), false, end))
		equal(t, name+", the law", unstepped(got), unstepped(m.replay(t, newIndex(), true, end)))
		if len(got) < 200 {
			t.Errorf("only %d diffs", len(got))
		}
	}
}

// Two seconds of writers, readers, subscribers that come and go, definitions and a clock that
// jumps, over a machine whose results come in any order: what each subscriber saw is a stretch
// of what the index has returned, and together they saw all.
func TestSoak(t *testing.T) {
	seconds := 2 * time.Second
	if testing.Short() {
		seconds = 300 * time.Millisecond
	}
	m := &recorder{ix: index.New(index.Options{Shards: 2}), slow: true}
	clock := live.NewManualClock(newYear)
	meter := new(live.Counters)
	h := live.New(m, live.Options{Clock: clock, Bite: 3, Keep: 1 << 20, Metrics: meter})
	ctx, cancel := context.WithCancel(context.Background())
	stop := make(chan struct{})
	var released, writers, others sync.WaitGroup
	released.Go(func() { m.release(rand.New(rand.NewPCG(1, 1)), stop) })
	var calls atomic.Int64
	for g := range uint64(8) {
		writers.Go(func() {
			r := rand.New(rand.NewPCG(g, 2))
			for n := 0; ctx.Err() == nil; n++ {
				if err := change(r, h, n*8+int(g)); err != nil {
					t.Error(err)
				}
				calls.Add(1)
			}
		})
	}
	writers.Go(func() {
		r := rand.New(rand.NewPCG(9, 9))
		for ctx.Err() == nil {
			clock.Advance(time.Duration(r.IntN(20)) * time.Minute)
			if r.IntN(10) == 0 {
				clock.Jump(time.Duration(r.IntN(9)-4) * time.Hour)
			}
			time.Sleep(time.Millisecond)
		}
	})
	var mu sync.Mutex
	seen := make(map[uint64]segment.Diff)
	note := func(d segment.Diff) {
		mu.Lock()
		defer mu.Unlock()
		if was, ok := seen[d.Revision]; ok && was != d {
			t.Errorf("revision %d is %v and %v", d.Revision, was, d)
		}
		seen[d.Revision] = d
	}
	var loops atomic.Int64
	for g := range uint64(10) {
		others.Go(func() {
			r := rand.New(rand.NewPCG(g, 3))
			at := uint64(0)
			for last := false; !last; {
				last = ctx.Err() != nil
				until, part := context.WithTimeout(context.Background(), time.Duration(r.IntN(40))*time.Millisecond)
				if last {
					until, part = context.WithTimeout(context.Background(), 20*time.Second)
				}
				n := r.IntN(2000)
				for d, err := range h.Subscribe(until, at) {
					if err != nil {
						break
					}
					if d.Revision != at+1 {
						t.Errorf("revision %d came after %d", d.Revision, at)
					}
					note(d)
					at = d.Revision
					if n--; n < 0 && !last {
						break
					}
				}
				part()
				loops.Add(1)
			}
		})
	}
	time.Sleep(seconds)
	cancel()
	close(stop)
	released.Wait()
	writers.Wait()
	end := h.Now()
	if _, err := h.Count(segment.MustParse("n > 1")); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	others.Wait()
	if len(seen) != len(m.diffs) {
		t.Errorf("%d diffs were seen, and %d made", len(seen), len(m.diffs))
	}
	var got []segment.Diff
	for i := range m.diffs {
		got = append(got, seen[uint64(i+1)])
	}
	steps(t, got)
	equal(t, "the machine", got, m.diffs)
	equal(t, "the same calls one by one", got, m.replay(t, newIndex(), false, end))
	equal(t, "the law", unstepped(got), unstepped(m.replay(t, newIndex(), true, end)))
	t.Logf("%d calls, %d diffs, %d subscriptions, %s", calls.Load(), len(got), loops.Load(), meter)
}
