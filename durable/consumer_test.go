package durable

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
)

// TestManyWriters: calls of many goroutines are durable together, and make what one after
// another makes.
func TestManyWriters(t *testing.T) {
	path := t.TempDir()
	s := opened(t, path, Options{})
	if _, err := s.Define(pro, start); err != nil {
		t.Fatal(err)
	}
	mail, err := s.Consumer("mail")
	if err != nil {
		t.Fatal(err)
	}
	const writers, calls = 32, 40
	var all sync.WaitGroup
	told := make([][]segment.Diff, writers)
	for w := range writers {
		all.Go(func() {
			for i := range calls {
				plan := []string{"pro", "free"}[i%2]
				ds, err := s.Apply(setPlan(fmt.Sprint("c", w), plan, start))
				if err != nil {
					t.Error(err)
					return
				}
				told[w] = append(told[w], ds...)
				if i == calls/2 && w%8 == 0 {
					if err := s.Snapshot(); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	var got []segment.Diff
	for len(got) < writers*calls {
		ds, err := mail.Next(context.Background(), 7)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ds...)
		if err := mail.Ack(ds[0].Revision); err != nil {
			t.Fatal(err)
		}
	}
	flat := slices.Concat(told...)
	slices.SortFunc(flat, func(a, b segment.Diff) int { return int(a.Revision) - int(b.Revision) })
	if diff := cmp.Diff(flat, got); diff != "" {
		t.Error(diff)
	}
	// one that acknowledges nothing more is told the rest again after a restart
	dead := opened(t, killed(t, path), Options{})
	again, err := dead.Consumer("mail")
	if err != nil {
		t.Fatal(err)
	}
	if from := again.Revision(); from == 0 || from >= uint64(len(got)) {
		t.Fatalf("acknowledged %d of %d", from, len(got))
	}
	ds, err := again.Next(context.Background(), len(got))
	if diff := cmp.Diff(got[again.at-uint64(len(ds)):], ds); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

// TestConsumers: who is too far behind is told to begin anew, and can.
func TestConsumers(t *testing.T) {
	s := opened(t, t.TempDir(), Options{Outbox: 10, History: -1})
	if _, err := s.Define(pro, start); err != nil {
		t.Fatal(err)
	}
	slow, err := s.Consumer("slow")
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if ds, err := slow.Next(short, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v %v", ds, err)
	}
	for i := range 30 {
		if _, err := s.Apply(setPlan(fmt.Sprint("c", i), "pro", start)); err != nil {
			t.Fatal(err)
		}
	}
	var resync *ResyncError
	if _, err := slow.Next(context.Background(), 5); !errors.As(err, &resync) || resync.Oldest != 21 || resync.From != 0 || !strings.Contains(err.Error(), "Reset") {
		t.Errorf("%v", err)
	}
	if err := slow.Reset(s.Index().Revision()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(setPlan("new", "pro", start)); err != nil {
		t.Fatal(err)
	}
	if ds, err := slow.Next(context.Background(), 5); err != nil || len(ds) != 1 || ds[0].Contact != "new" {
		t.Errorf("%v %v", ds, err)
	}
	if err := slow.Ack(31); err != nil || len(s.c.box.diffs) != 0 || s.Consumers()["slow"] != 31 {
		t.Errorf("%v: %d diffs are kept, %v", err, len(s.c.box.diffs), s.Consumers())
	}
	if err := s.Forget("slow"); err != nil || len(s.Consumers()) != 0 {
		t.Errorf("%v %v", err, s.Consumers())
	}
	if _, err := s.Apply(setPlan("newer", "pro", start)); err != nil || len(s.c.box.diffs) != 0 {
		t.Errorf("%v: diffs are kept for nobody", err)
	}
}

func TestProducersAreTakenOnce(t *testing.T) {
	path := t.TempDir()
	s := opened(t, path, Options{})
	if _, err := s.ApplyOnce("shop", 7, setPlan("a", "pro", start)); err != nil {
		t.Fatal(err)
	}
	for _, n := range []uint64{7, 3, 0} {
		if _, err := s.ApplyOnce("shop", n, setPlan("a", "free", start)); !errors.Is(err, ErrRepeated) {
			t.Errorf("number %d: %v", n, err)
		}
	}
	dead := opened(t, killed(t, path), Options{})
	if _, err := dead.ApplyOnce("shop", 7, setPlan("a", "free", start)); !errors.Is(err, ErrRepeated) || dead.Produced("shop") != 7 || dead.Produced("x") != 0 {
		t.Errorf("%v", err)
	}
	if n, err := dead.Index().Count(pro.Condition); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// TestResetAhead: a revision that has not been reached stands for the last that has.
func TestResetAhead(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	if _, err := s.Define(pro, start); err != nil {
		t.Fatal(err)
	}
	mail, err := s.Consumer("mail")
	if err != nil {
		t.Fatal(err)
	}
	if err := mail.Reset(1 << 40); err != nil || mail.Revision() != 0 {
		t.Errorf("%v: it is at %d", err, mail.Revision())
	}
	if _, err := s.Apply(setPlan("a", "pro", start)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if ds, err := mail.Next(ctx, 5); err != nil || len(ds) != 1 {
		t.Errorf("%v %v", ds, err)
	}
}

// TestHistory: the newest diffs can be had without a consumer, also after a restart.
func TestHistory(t *testing.T) {
	path := t.TempDir()
	s := opened(t, path, Options{History: 10})
	if _, err := s.Define(pro, start); err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		if _, err := s.Apply(setPlan(fmt.Sprint("c", i), "pro", start)); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []*Store{s, opened(t, killed(t, path), Options{History: 10})} {
		next := uint64(21)
		for d, err := range s.History(20) {
			if err != nil || d.Revision != next || d.Contact != fmt.Sprint("c", next-1) {
				t.Fatal(d, err)
			}
			next++
		}
		if next != 31 {
			t.Errorf("revisions up to %d", next)
		}
		var resync *ResyncError
		for d, err := range s.History(19) {
			if !errors.As(err, &resync) || resync.Oldest != 21 {
				t.Error(d, err)
			}
		}
		for d, err := range s.History(30) {
			t.Error(d, err)
		}
	}
}
