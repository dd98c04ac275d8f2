package index_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// TestCallsWithinProgress: whatever reads may be called within Progress, by its own
// goroutine and by others, and shows the state before the definition.
func TestCallsWithinProgress(t *testing.T) {
	for _, shards := range []int{1, 3} {
		for _, cancellable := range []bool{false, true} {
			ix := inShards(shards, index.Options{})
			if _, err := ix.Define(segment.Segment{ID: "recent", Condition: segment.MustParse(`DID a IN LAST 7 DAYS`)}, newYear); err != nil {
				t.Fatal(err)
			}
			for i := range 3000 {
				apply(t, ix, segment.Update{Contact: fmt.Sprint(i), At: newYear, Events: []segment.Event{{ID: "1", Name: "a", At: newYear.Add(-time.Duration(i) * time.Minute)}}})
			}
			ctx := context.Background()
			if cancellable {
				var cancel context.CancelFunc
				ctx, cancel = context.WithCancel(ctx)
				defer cancel()
			}
			// the clock goes on with the definition only
			at, before, due := newYear.Add(time.Hour), ix.Hash(), time.Time{}
			if !cancellable {
				ix.Advance(at, 0)
				before = ix.Hash()
			}
			due, _ = ix.Due()
			calls, finished := 0, make(chan error, 1)
			read := func() {
				if ix.Hash() != before {
					t.Error("another Hash than before the definition")
				}
				if d, ok := ix.Due(); !ok || !d.Equal(due) {
					t.Errorf("due at %v, and before at %v", d, due)
				}
				var b bytes.Buffer
				if err := ix.Snapshot(&b); err != nil {
					t.Error(err)
				}
				if back, err := index.Restore(&b, index.Options{}); err != nil || back.Hash() != before {
					t.Errorf("the snapshot is of another state: %v", err)
				}
				ix.Stats()
				ix.Metrics("recent")
				ix.Now()
				if _, err := ix.Preview(segment.MustParse(`DID a`)); err != nil {
					t.Error(err)
				}
				if _, _, err := ix.DryRun(segment.Segment{ID: "x", Condition: segment.MustParse(`DID a`)}, at); err != nil {
					t.Error(err)
				}
			}
			go func() {
				_, err := ix.DefineContext(ctx, segment.Segment{ID: "new", Condition: segment.MustParse(`DID a IN LAST 3 DAYS AND IN SEGMENT "recent"`)}, at, func(done, of int) {
					if calls++; calls > 2 {
						return
					}
					var wg sync.WaitGroup
					wg.Go(read)
					read()
					wg.Wait()
				})
				finished <- err
			}()
			select {
			case err := <-finished:
				if err != nil || calls == 0 {
					t.Errorf("%d calls of Progress: %v", calls, err)
				}
			case <-time.After(time.Minute):
				t.Fatalf("%d shards: a call within Progress does not come back", shards)
			}
			for err := range ix.Check() {
				t.Fatal(err)
			}
		}
	}
}

// TestWritesWithinProgress: a call that writes within Progress would wait for itself. It
// returns an error, changes nothing, and the definition goes on.
func TestWritesWithinProgress(t *testing.T) {
	for _, shards := range []int{1, 3} {
		ix := inShards(shards, index.Options{})
		if _, err := ix.Define(segment.Segment{ID: "other", Condition: segment.MustParse(`n = 1`)}, newYear); err != nil {
			t.Fatal(err)
		}
		for i := range 3000 {
			apply(t, ix, segment.Update{Contact: fmt.Sprint(i), At: newYear, Set: map[string]segment.Value{"n": segment.Int(int64(i))}})
		}
		calls, finished := 0, make(chan error, 1)
		go func() {
			_, err := ix.DefineContext(context.Background(), segment.Segment{ID: "s", Condition: segment.MustParse(`n < 5`)}, newYear, func(int, int) {
				calls++
				before := ix.Hash()
				u := segment.Update{Contact: "x", At: newYear, Set: map[string]segment.Value{"n": segment.Int(1)}}
				errs := map[string]error{}
				_, errs["Apply"] = ix.Apply(u)
				_, errs["Define"] = ix.Define(segment.Segment{ID: "t", Condition: segment.MustParse(`n > 5`)}, newYear)
				_, errs["Drop"] = ix.Drop("other", newYear)
				for b := range ix.ApplyEach(context.Background(), func(yield func(segment.Update, error) bool) { yield(u, nil) }, index.ImportOptions{}) {
					errs["ApplyEach"] = b.Err
				}
				for call, err := range errs {
					if !errors.Is(err, segment.ErrValue) {
						t.Errorf("%s: %v", call, err)
					}
				}
				if diffs, done := ix.Advance(newYear.Add(time.Hour), 0); len(diffs) > 0 || !done || ix.Hash() != before {
					t.Error("Advance, or another, has changed something")
				}
			})
			finished <- err
		}()
		select {
		case err := <-finished:
			if err != nil || calls == 0 {
				t.Errorf("%d shards: %d calls, %v", shards, calls, err)
			}
		case <-time.After(time.Minute):
			t.Fatal("a call waits for itself")
		}
		if n := ix.Members("s").Len(); n != 5 {
			t.Errorf("%d members", n)
		}
		apply(t, ix, segment.Update{Contact: "x", At: newYear.Add(time.Hour), Set: map[string]segment.Value{"n": segment.Int(1)}})
	}
}
