package live_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable"
	"github.com/segmentrules/segment/live"
)

var (
	_ live.Machine   = (*durable.Store)(nil)
	_ live.Historian = (*durable.Store)(nil)
)

// Over a store a host tells the same before and after a restart: what was told is found again
// in the store's history, and what is too old there is said to be.
func TestOverStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	clock := live.NewManualClock(newYear)
	open := func() (*durable.Store, *live.Host) {
		s, err := durable.Open(dir, durable.Options{History: 500})
		if err != nil {
			t.Fatal(err)
		}
		return s, live.New(s, live.Options{Clock: clock})
	}
	s, h := open()
	must(t)(h.Define(rule("active", "DID opened")))
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() { enter(t, h, g*50, g*50+50) })
	}
	told := first(t, h, 0, 200)
	wg.Wait()
	h.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, h = open()
	equal(t, "after the restart", first(t, h, 0, 200), told)
	enter(t, h, 200, 1000)
	equal(t, "in the middle", first(t, h, 600, 400), first(t, h, 600, 400))
	h.Close()
	s.Close()
	s, h = open()
	var resync *live.ResyncError
	var cause *durable.ResyncError
	for _, err := range h.Subscribe(context.Background(), 100) {
		if !errors.As(err, &resync) || !errors.As(err, &cause) || resync.Oldest != 1000 {
			t.Error(err)
		}
		break
	}
	members, revision, err := h.MembersAt(context.Background(), "active")
	if err != nil || members.Len() != 1000 || revision != 1000 {
		t.Error(members.Len(), revision, err)
	}
	// a store that is closed under its host stops the host, and says so
	s.Close()
	if _, err := h.Apply(segment.Update{Contact: "x", Set: map[string]segment.Value{"n": segment.Int(1)}}); err == nil {
		t.Error("applied")
	}
	if n, err := h.Count(segment.MustParse("DID opened")); n != 1000 || err != nil {
		t.Error(n, err)
	}
	h.Close()
}

func BenchmarkStore(b *testing.B) {
	s, err := durable.Open(filepath.Join(b.TempDir(), "store"), durable.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	h := live.New(s, live.Options{})
	defer h.Close()
	b.SetParallelism(128)
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := h.Apply(segment.Update{Contact: fmt.Sprint("c", i%1000), Set: map[string]segment.Value{"n": segment.Int(int64(i))}}); err != nil {
				b.Error(err)
			}
		}
	})
}
