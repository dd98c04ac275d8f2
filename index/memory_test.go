package index_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// inUse is what is in use when garbage has been collected.
func inUse() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what pools hold goes at the second
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// within fails where what is said differs from the heap by more than a tenth.
func within(t *testing.T, what string, said index.Memory, is int64) {
	t.Helper()
	t.Logf("%s: %d kB said, %d kB in the heap: %+v", what, said.Total()>>10, is>>10, said)
	if said.Total() < is*9/10 || said.Total() > is*11/10 {
		t.Errorf("%s: %d bytes said, %d bytes in the heap", what, said.Total(), is)
	}
}

// fill gives contacts fields, events, lists and histories, in batches.
func fill(t *testing.T, k keeper, contacts int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	w := newWorkload(profiles[3], 5)
	for first := 0; first < contacts; first += 1000 {
		at := now.Add(time.Duration(first) * time.Second)
		var us []segment.Update
		for i := first; i < first+1000; i++ {
			fields := w.contact()
			fields["email"] = segment.Text(fmt.Sprintf("somebody.%d@example.com", r.IntN(1<<30)))
			u := segment.Update{Contact: fmt.Sprintf("contact-%07d", i), At: at, Set: fields}
			for e := range r.IntN(20) {
				u.Events = append(u.Events, segment.Event{ID: fmt.Sprintf("%d-%d", i, e), Name: []string{"opened", "clicked", "bought"}[e%3], At: at.Add(-time.Duration(r.IntN(1e6)) * time.Second), Props: []byte(fmt.Sprintf(`{"amount":%d}`, r.IntN(1000)))})
			}
			if i%3 == 0 {
				u.Join = []string{"trial"}
			}
			us = append(us, u)
		}
		if _, err := k.Apply(us...); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMemoryIsWhatItSays holds the bytes of Stats against the heap, for many
// contacts, many segments, shards, and what was restored.
func TestMemoryIsWhatItSays(t *testing.T) {
	type stated interface {
		keeper
		Stats() index.Stats
	}
	build := func(k stated, contacts, segments int) stated {
		w := newWorkload(profiles[3], 7)
		for i := range segments {
			if _, err := k.Define(segment.Segment{ID: fmt.Sprint("s", i), Condition: w.rule()}, now); err != nil {
				t.Fatal(err)
			}
		}
		fill(t, k, contacts)
		return k
	}
	for _, c := range []struct {
		name               string
		make               func() stated
		contacts, segments int
	}{
		{"contacts", func() stated { return index.New(index.Options{}) }, 50_000, 20},
		{"segments", func() stated { return index.New(index.Options{}) }, 1000, 1500},
		{"stays", func() stated { return index.New(index.Options{Stays: true}) }, 10_000, 100},
		{"shards", func() stated { return inShards(3, index.Options{}) }, 10_000, 100},
	} {
		if testing.Short() {
			c.contacts, c.segments = c.contacts/5, c.segments/3
		}
		before := inUse()
		k := build(c.make(), c.contacts, c.segments)
		is := inUse() - before
		within(t, c.name, k.Stats().Memory, is)
		if c.name != "contacts" {
			continue
		}
		b := bytes.NewReader(snapshot(t, k))
		k = nil
		before = inUse()
		restored, err := index.Restore(b, index.Options{})
		if err != nil {
			t.Fatal(err)
		}
		is = inUse() - before
		within(t, "restored", restored.Stats().Memory, is)
	}
}

// TestStatsWhileWriting looks at conditions while a writer works. It is run with
// the race detector.
func TestStatsWhileWriting(t *testing.T) {
	ix := index.New(index.Options{})
	w := newWorkload(profiles[3], 7)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 300 {
			if _, err := ix.Define(segment.Segment{ID: fmt.Sprint("s", i%100), Condition: w.rule()}, now); err != nil {
				t.Error(err)
			}
			if _, err := ix.Apply(segment.Update{Contact: fmt.Sprint("c", i%7), At: now, Set: w.contact()}); err != nil {
				t.Error(err)
			}
		}
	}()
	for working := true; working; {
		select {
		case <-done:
			working = false
		default:
		}
		ix.Stats()
	}
	m := ix.Stats().Memory
	for part, bytes := range m.All() {
		if part == "segments" && bytes < 100_000 {
			t.Errorf("%+v", m)
		}
	}
}

func BenchmarkStats(b *testing.B) {
	ix := index.New(index.Options{})
	w := newWorkload(profiles[3], 7)
	for i := range 10_000 {
		if _, err := ix.Define(segment.Segment{ID: fmt.Sprint("s", i), Condition: w.rule()}, now); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("first", func(b *testing.B) {
		for range b.N {
			b.StopTimer()
			if _, err := ix.Define(segment.Segment{ID: fmt.Sprint("t", ix.Stats().Segments), Condition: w.rule()}, now); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			ix.Stats()
		}
	})
	b.Run("again", func(b *testing.B) {
		for range b.N {
			ix.Stats()
		}
	})
}
