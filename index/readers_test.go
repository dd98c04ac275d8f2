package index_test

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// TestReadersSeeWholeStates lets several goroutines read while one writes. Each
// write keeps what is said here, though not in the midst of it: whoever is in
// the narrow segment is in the wide one it is made of, and every contact is in
// exactly one of two halves. Run it under -race.
func TestReadersSeeWholeStates(t *testing.T) {
	ix := index.New(index.Options{})
	for _, s := range []struct{ id, text string }{
		{"wide", `n > 3`}, {"narrow", `IN SEGMENT "wide" AND COUNT(opened) >= 1 IN LAST 2 DAYS`},
		{"even", `flag = TRUE`}, {"odd", `NOT IN SEGMENT "even"`},
	} {
		if _, err := ix.Define(segment.Segment{ID: s.id, Condition: segment.MustParse(s.text)}, now); err != nil {
			t.Fatal(err)
		}
	}
	const contacts = 8
	rounds := 1500
	if testing.Short() {
		rounds = 200
	}
	stop := make(chan bool)
	var reads atomic.Int64
	var wg sync.WaitGroup
	for r := range 3 {
		wg.Go(func() {
			for i := r; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if msg := inconsistent(ix, fmt.Sprint("c", i%contacts)); msg != "" {
					t.Error(msg)
					return
				}
				reads.Add(1)
			}
		})
	}
	write(t, ix, contacts, rounds, func() { // readers get their turn, whatever the machine does
		for n := reads.Load(); reads.Load() < n+3 && !t.Failed(); {
			runtime.Gosched()
		}
	})
	close(stop)
	wg.Wait()
	for err := range ix.Check() {
		t.Error(err)
	}
}

// write makes changes, and checks the law of diffs as it goes. Now and then it
// rests.
func write(t *testing.T, ix *index.Index, contacts, rounds int, rest func()) {
	t.Helper()
	w := newWorkload(profiles[0], 3)
	in := make(map[string]bool)
	at := now
	for i := range rounds {
		if i%10 == 0 {
			rest()
		}
		at = at.Add(time.Duration(w.r.IntN(600)) * time.Minute)
		u := segment.Update{Contact: fmt.Sprint("c", w.r.IntN(contacts)), At: at, Set: map[string]segment.Value{
			"n": segment.Int(int64(w.r.IntN(8))), "flag": segment.Bool(w.r.IntN(2) == 0)}}
		if w.r.IntN(3) == 0 {
			u.Events = []segment.Event{{ID: fmt.Sprint("e", i), Name: "opened", At: at}}
		}
		u.Delete = w.r.IntN(40) == 0
		if u.Delete {
			u.Set, u.Events = nil, nil
		}
		diffs, err := ix.Apply(u)
		if err != nil {
			t.Error(err)
			return
		}
		if i%100 == 99 {
			more, err := ix.Define(segment.Segment{ID: "wide", Condition: segment.MustParse(fmt.Sprintf("n > %d", w.r.IntN(7)))}, at)
			if err != nil {
				t.Error(err)
				return
			}
			diffs = append(diffs, more...)
		}
		for _, d := range diffs {
			key := d.Segment + " " + d.Contact
			if in[key] == d.Entered {
				t.Errorf("%s says what was so already", d)
			}
			in[key] = d.Entered
		}
	}
}

// inconsistent reads in several ways and says what does not fit.
func inconsistent(ix *index.Index, contact string) string {
	segments := slices.Collect(ix.Segments(contact))
	if slices.Contains(segments, "narrow") && !slices.Contains(segments, "wide") {
		return fmt.Sprintf("%s is in %v", contact, segments)
	}
	if len(segments) > 0 && slices.Contains(segments, "even") == slices.Contains(segments, "odd") {
		return fmt.Sprintf("%s is in both halves or in none: %v", contact, segments)
	}
	frozen := ix.Members("wide")
	n, listed := frozen.Len(), slices.Collect(frozen.All())
	before := ix.Now()
	if due, ok := ix.Due(); ok && due.Before(before) {
		return fmt.Sprintf("due at %s, before %s", due, before)
	}
	if again := slices.Collect(frozen.All()); frozen.Len() != n || len(listed) != n || !slices.Equal(listed, again) {
		return fmt.Sprintf("a set that was handed out has changed from %v to %v", listed, again)
	}
	if p, err := ix.Preview(segment.MustParse(`IN SEGMENT "even" AND IN SEGMENT "odd"`)); err != nil || p.Count != 0 {
		return fmt.Sprintf("%d contacts are in both halves (%v)", p.Count, err)
	}
	if p, err := ix.Preview(segment.MustParse(`IN SEGMENT "narrow" AND NOT IN SEGMENT "wide"`)); err != nil || p.Count != 0 {
		return fmt.Sprintf("%d contacts are in the narrow one alone (%v)", p.Count, err)
	}
	if ix.Now().Before(before) {
		return "the clock went back"
	}
	ix.Stats()
	ix.Contact(contact)
	return ""
}
