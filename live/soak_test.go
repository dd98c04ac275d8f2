package live_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

// TestSoakOverRestarts lets a host over a durable store live for a while: some 200 updates a
// second, 50 subscribers that come and go, definitions, a clock that runs and jumps, and a
// restart of everything every now and then. What each subscriber has seen must be what the
// store has told, without a gap. LIVE_SOAK=30m says for how long, with a restart every minute.
func TestSoakOverRestarts(t *testing.T) {
	lasts, restart, jumps := 3*time.Second, 500*time.Millisecond, 100
	if testing.Short() {
		lasts, restart = time.Second, 300*time.Millisecond
	}
	if d, err := time.ParseDuration(os.Getenv("LIVE_SOAK")); err == nil {
		// A jump of days tells hundreds of contacts: in the long run there are fewer, so that
		// the updates have the time.
		lasts, restart, jumps = d, time.Minute, 2000
	}
	s := &soak{t: t, jumps: jumps, path: t.TempDir(), clock: live.NewManualClock(newYear)}
	s.start()
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() { s.write(ctx, rand.New(rand.NewPCG(uint64(i), 10))) })
	}
	for i := range 50 {
		all.Go(func() { s.follow(ctx, rand.New(rand.NewPCG(uint64(i), 11))) })
	}
	all.Go(func() { s.pass(ctx, rand.New(rand.NewPCG(1, 12))) })
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(restart):
			s.stop()
			s.start()
		}
	}
	all.Wait()
	s.stop()
	s.compare()
}

// A soak is a host that is started and stopped, and what its subscribers have seen.
type soak struct {
	t     *testing.T
	path  string
	clock *live.ManualClock
	jumps int // of so many steps of the clock one is back, and one is far ahead

	mu    sync.RWMutex // held for writing while there is no host
	host  *live.Host
	store *durable.Store

	seen      sync.Map // by revision: the diff, as whoever saw it first
	updates   atomic.Int64
	diffs     atomic.Int64 // that subscribers have seen, all together
	resyncs   atomic.Int64
	restarted int
}

// start opens the store, under the lock of whoever stopped it.
func (s *soak) start() {
	store, err := durable.Open(s.path, durable.Options{History: 1 << 30, RecoveryTarget: time.Second, Index: index.Options{Shards: 2}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.store, s.host = store, live.New(store, live.Options{Clock: s.clock, Keep: 50, Bite: 20})
	if s.restarted++; s.restarted > 1 {
		s.mu.Unlock()
	}
}

// stop closes everything, and keeps the lock.
func (s *soak) stop() {
	s.mu.RLock()
	h, store := s.host, s.store
	s.mu.RUnlock()
	if err := h.Close(); err != nil { // so that nobody holds it up: who calls gets an error
		s.t.Error(err)
	}
	s.mu.Lock()
	if err := store.Close(); err != nil {
		s.t.Error(err)
	}
}

// now is the host of the moment.
func (s *soak) now() *live.Host {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.host
}

// pass has time pass, at times much of it, and back.
func (s *soak) pass(ctx context.Context, r *rand.Rand) {
	for ctx.Err() == nil {
		switch r.IntN(s.jumps) {
		case 0:
			s.clock.Jump(-time.Hour)
		case 1:
			s.clock.Jump(time.Duration(r.IntN(100)) * time.Hour)
		default:
			s.clock.Advance(time.Duration(r.IntN(2000)) * time.Millisecond)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (s *soak) write(ctx context.Context, r *rand.Rand) {
	texts := []string{`plan = "pro"`, "COUNT(opened) >= 2 IN LAST 1 hour", `IN LIST "trial"`, "DID opened IN LAST 3 days", "HOUR(NOW) % 2 = 0 AND plan IS SET"}
	for ; ctx.Err() == nil; time.Sleep(15 * time.Millisecond) {
		h := s.now()
		u := segment.Update{Contact: fmt.Sprint("c", r.IntN(300))}
		var err error
		switch r.IntN(60) {
		case 0:
			_, err = h.Define(segment.Segment{ID: fmt.Sprint("s", r.IntN(8)), Condition: segment.MustParse(texts[r.IntN(len(texts))])})
		case 1:
			if _, err = h.Drop(fmt.Sprint("s", r.IntN(8))); errors.Is(err, segment.ErrNotFound) {
				err = nil
			}
		case 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20:
			u.Events = []segment.Event{{ID: fmt.Sprint(r.Uint32()), Name: "opened", At: h.Now()}}
			_, err = h.Apply(u)
		case 21, 22, 23, 24, 25:
			u.Create, u.Join = true, []string{"trial"}
			_, err = h.Apply(u)
		default:
			u.Set = map[string]segment.Value{"plan": segment.Text([]string{"pro", "free"}[r.IntN(2)])}
			_, err = h.Apply(u)
		}
		if err != nil && !errors.Is(err, live.ErrClosed) {
			s.t.Error(err)
			return
		}
		s.updates.Add(1)
	}
}

// follow subscribes again and again from where it was, and sometimes forgets where that was.
func (s *soak) follow(ctx context.Context, r *rand.Rand) {
	at := uint64(0)
	for ctx.Err() == nil && !s.t.Failed() {
		h := s.now()
		while, cancel := context.WithTimeout(ctx, time.Duration(r.IntN(400))*time.Millisecond)
		for d, err := range h.Subscribe(while, at) {
			var resync *live.ResyncError
			if errors.As(err, &resync) {
				s.resyncs.Add(1)
				if _, revision, err := h.MembersAt(ctx, "s1"); err == nil {
					at = revision
				}
			}
			if err != nil {
				break
			}
			if d.Revision != at+1 {
				s.t.Errorf("revision %d after %d", d.Revision, at)
			}
			if old, loaded := s.seen.LoadOrStore(d.Revision, d); loaded && !sameDiff(old.(segment.Diff), d) {
				s.t.Errorf("%+v, and others have seen %+v", d, old)
			}
			at = d.Revision
			s.diffs.Add(1)
		}
		cancel()
		if r.IntN(20+int(at)/20) == 0 {
			at = 0 // from the beginning, which the store still has: less often as there is more of it
		}
		time.Sleep(time.Duration(r.IntN(50)) * time.Millisecond)
	}
}

// sameDiff compares diffs, of which one may have come back from the disk.
func sameDiff(a, b segment.Diff) bool {
	same := a.At.Equal(b.At)
	a.At = b.At
	return same && a == b
}

// compare compares what was seen with what the store has told.
func (s *soak) compare() {
	t := s.t
	store, err := durable.Open(s.path, durable.Options{History: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	told, missed := uint64(0), 0
	for d, err := range store.History(0) {
		if err != nil {
			t.Fatal(err)
		}
		if told++; d.Revision != told {
			t.Fatalf("revision %d, want %d", d.Revision, told)
		}
		old, saw := s.seen.Load(told)
		if !saw {
			missed++ // of the end: nobody was there any more
		} else if !sameDiff(old.(segment.Diff), d) {
			t.Fatalf("%+v was told, and the store has %+v", old, d)
		}
	}
	s.seen.Range(func(revision, d any) bool {
		if revision.(uint64) > told {
			t.Errorf("%+v was told, and the store does not have it", d)
		}
		return true
	})
	t.Logf("%d updates, %d diffs, seen %d times by 50 subscribers, %d not seen at the end, %d told to begin anew, %d restarts",
		s.updates.Load(), told, s.diffs.Load(), missed, s.resyncs.Load(), s.restarted-1)
	if s.resyncs.Load() > 0 {
		t.Error("somebody was told to begin anew, though the store has all")
	}
	if told < 20 || s.diffs.Load() < 200 || s.restarted < 3 {
		t.Error("too little has happened to say anything")
	}
}
