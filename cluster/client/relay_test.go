package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// TestRelays: several processes send one log at once, die at any moment, and begin again
// anywhere at or before where they were; each entry is in the input once and in order.
func TestRelays(t *testing.T) {
	for seed := range uint64(4) {
		const partitions, entries, processes = 3, 150, 2
		f := newFlaky(seed, 3)
		// An entry is updates of some contacts, or a definition; numbers have gaps.
		send := func(ctx context.Context, r *Relay, i int) error {
			number := uint64(3*i + 1)
			if i%10 == 9 {
				return r.Define(ctx, number, segment.Segment{ID: fmt.Sprint("s", i), Condition: segment.MustParse("n > 1")})
			}
			var us []segment.Update
			for c := range 3 {
				us = append(us, numbered(fmt.Sprint("c", c), i-i/10+1))
			}
			return r.Publish(ctx, number, us...)
		}
		var all sync.WaitGroup
		var deaths atomic.Int64
		for process := range processes {
			all.Go(func() {
				r := rand.New(rand.NewPCG(seed, uint64(process)))
				for done := 0; done < entries; { // done is what the process has noted
					relay, err := NewRelay(f, Options{Name: "outbox", Partitions: partitions, Retry: 50 * time.Microsecond})
					if err != nil {
						t.Error(err)
						return
					}
					for at, left := done, 1+r.IntN(40); left > 0 && done < entries; left-- {
						ctx, stop := context.WithTimeout(context.Background(), time.Duration(r.IntN(3_000))*time.Microsecond)
						err := send(ctx, relay, at)
						stop()
						if err == nil {
							if at++; at > done {
								done = at
							}
						} else if !errors.As(err, new(*UnsentError)) {
							t.Error(err)
							return
						}
					}
					done = max(0, done-r.IntN(3)) // what it had not noted yet
					if done >= entries-2 {
						done = entries
					}
					deaths.Add(1)
				}
			})
		}
		all.Wait()
		relay, err := NewRelay(f, Options{Name: "outbox", Partitions: partitions, Retry: time.Microsecond})
		if err != nil {
			t.Fatal(err)
		}
		for i := entries - 5; i < entries; i++ {
			if err := send(context.Background(), relay, i); err != nil {
				t.Fatal(err)
			}
		}
		f.arrive(1 << 20)
		checkNumbered(t, f, partitions, map[string]int{"c0": entries - entries/10, "c1": entries - entries/10, "c2": entries - entries/10})
		for p := range partitions {
			n := 0
			for _, m := range f.accepted(p) {
				if m.Kind == cluster.KindDefine {
					if n++; m.Segment.ID != fmt.Sprint("s", 10*n-1) {
						t.Errorf("partition %d has definition %d of %s", p, n, m.Segment.ID)
					}
				}
			}
			if n != entries/10 {
				t.Errorf("partition %d has %d definitions", p, n)
			}
		}
		if deaths.Load() < 4 {
			t.Errorf("only %d processes", deaths.Load())
		}
	}
}

// TestRelayNumbers: what was sent is not sent again, a call may be made again, and there is no
// number 0.
func TestRelayNumbers(t *testing.T) {
	ctx := context.Background()
	f := newFlaky(1, 0)
	r, err := NewRelay(f, Options{Name: "outbox", Partitions: 1})
	if err != nil {
		t.Fatal(err)
	}
	if r.Publish(ctx, 0, numbered("a", 1)) == nil || r.Define(ctx, 0, segment.Segment{ID: "s"}) == nil || r.Drop(ctx, 0, "s") == nil {
		t.Error("number 0 is taken")
	}
	for _, err := range []error{r.Publish(ctx, 7, numbered("a", 1)), r.Publish(ctx, 7, numbered("a", 1)), r.Publish(ctx, 3, numbered("a", 0)),
		r.Publish(ctx, 8, numbered("a", 2)), r.Drop(ctx, 8, "s"), r.Publish(ctx, 9)} {
		if err != nil {
			t.Error(err)
		}
	}
	entries, _ := f.Read(ctx, 0, 0, 100)
	if len(entries) != 3 {
		t.Errorf("%d messages", len(entries))
	}
	checkNumbered(t, f, 1, map[string]int{"a": 2})
	if m := r.Sent(); m.Producer != "outbox" || m.Updates[0] != 8 || m.Broadcasts != 8 {
		t.Errorf("sent: %+v", m)
	}
}
