package live_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/live"
)

// enter has so many contacts enter, one by one.
func enter(t testing.TB, h *live.Host, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		must(t)(h.Apply(opened(fmt.Sprint("c", i), "1", h.Now())))
	}
}

// Results that come in any order are told in order; one that never comes holds up those
// behind it for ever, rather than being left out.
func TestResultsOutOfOrder(t *testing.T) {
	m, h := recordedHost(t)
	m.slowDown()
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() { enter(t, h, i, i+1) })
	}
	waitUntil(t, func() bool { m.mu.Lock(); defer m.mu.Unlock(); return len(m.held) == 40 })
	r := rand.New(rand.NewPCG(1, 1))
	order := r.Perm(39)
	for _, i := range order {
		close(m.held[i+1])
	}
	time.Sleep(5 * time.Millisecond)
	if n := h.Revision(); n != 0 {
		t.Errorf("%d diffs are told before the first", n)
	}
	close(m.held[0])
	wg.Wait()
	ds := first(t, h, 0, 40)
	equal(t, "in order", ds, m.diffs)
	m.mu.Lock()
	m.slow = false
	m.mu.Unlock()
	h.Close()
}

func waitUntil(t testing.TB, so func() bool) {
	t.Helper()
	for range 20_000 {
		if so() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("it never came to be")
}

// A machine that cannot say that a change is safe stops the host: subscribers are told what
// is before it, and then that and why there is no more. Reads go on.
func TestMachineFails(t *testing.T) {
	full := errors.New("the disk is full")
	m := &recorder{ix: newIndex()}
	clock := live.NewManualClock(newYear)
	h := live.New(m, live.Options{Clock: clock})
	defer h.Close()
	must(t)(h.Define(rule("active", "DID opened IN LAST 1 DAYS")))
	enter(t, h, 0, 5)
	m.fail = func(int) error { return full }
	_, err := h.Apply(opened("x", "1", newYear))
	if !errors.Is(err, live.ErrFailed) || !errors.Is(err, full) {
		t.Errorf("Apply: %v", err)
	}
	m.fail = nil
	if _, err := h.Define(rule("b", "n > 1")); !errors.Is(err, full) || !errors.Is(h.Err(), live.ErrFailed) {
		t.Errorf("Define: %v", err)
	}
	n := 0
	for d, err := range h.Subscribe(context.Background(), 0) {
		if err != nil {
			if !errors.Is(err, full) {
				t.Error(err)
			}
			break
		}
		if n++; d.Revision > 5 {
			t.Errorf("told: %v", d)
		}
	}
	if n != 5 {
		t.Errorf("%d told", n)
	}
	clock.Advance(48 * time.Hour)
	if n := h.Members("active").Len(); n != 6 {
		t.Errorf("%d members", n)
	}
	if _, err := h.Count(segment.MustParse("n > 1")); err != nil {
		t.Error(err)
	}
	if _, _, err := h.MembersAt(context.Background(), "active"); !errors.Is(err, full) {
		t.Error(err)
	}
}

// The timer stops the host when the machine fails or panics under it; the process lives.
func TestMachineFailsUnderTheTimer(t *testing.T) {
	for name, fail := range map[string]func(int) error{
		"error": func(int) error { return errors.New("the disk is full") },
		"panic": func(int) error { panic("the disk is round") },
	} {
		m := &recorder{ix: newIndex()}
		clock := live.NewManualClock(newYear)
		h := live.New(m, live.Options{Clock: clock})
		must(t)(h.Define(rule("active", "DID opened IN LAST 1 DAYS")))
		enter(t, h, 0, 1)
		clock.Await(1)
		m.mu.Lock()
		m.fail = fail
		m.mu.Unlock()
		for range 25 {
			clock.Advance(time.Hour)
			time.Sleep(time.Millisecond)
		}
		waitUntil(t, func() bool { return h.Err() != nil })
		if err := h.Err(); !errors.Is(err, live.ErrFailed) || !strings.Contains(err.Error(), "the disk is") {
			t.Errorf("%s: %v", name, err)
		}
		h.Close()
	}
}

// Who writes to the index beside the host is found out.
func TestSomebodyElseWrites(t *testing.T) {
	h, ix, _ := host(t, live.Options{})
	must(t)(h.Define(rule("active", "DID opened")))
	enter(t, h, 0, 2)
	u := opened("x", "1", newYear)
	u.At = newYear
	ix.Apply(u)
	if _, err := h.Apply(opened("y", "1", newYear)); !errors.Is(err, live.ErrFailed) || !strings.Contains(err.Error(), "somebody else writes") {
		t.Error(err)
	}
}

// A subscriber that is slower than what is kept is told to begin anew, and finds its way with
// MembersAt; one that asks for what is gone or has never been, too.
func TestResync(t *testing.T) {
	meter := new(live.Counters)
	h, _, _ := host(t, live.Options{Keep: 10, Metrics: meter})
	must(t)(h.Define(rule("active", "DID opened")))
	enter(t, h, 0, 5)
	n := 0
	var resync *live.ResyncError
	for d, err := range h.Subscribe(context.Background(), 0) {
		if err != nil {
			if !errors.As(err, &resync) {
				t.Fatal(err)
			}
			break
		}
		if n++; d.Revision != uint64(n) {
			t.Fatal(d)
		}
		if n == 5 {
			enter(t, h, 5, 100)
		}
	}
	if n != 5 || *resync != (live.ResyncError{From: 5, Oldest: 90, Newest: 100}) || !strings.Contains(resync.Error(), "MembersAt") {
		t.Errorf("%d, %+v", n, resync)
	}
	first(t, h, resync.Oldest, 10)
	members, revision, err := h.MembersAt(context.Background(), "active")
	if err != nil || members.Len() != 100 || revision != 100 {
		t.Errorf("%d, %d, %v", members.Len(), revision, err)
	}
	for _, err := range h.Subscribe(context.Background(), 101) {
		if !errors.As(err, &resync) || resync.Oldest != 90 || !strings.Contains(err.Error(), "never been reached") {
			t.Error(err)
		}
	}
	if meter.Get(live.MeterResyncs) != 2 || meter.Get(live.MeterSubscribers) != 0 {
		t.Error(meter)
	}
}

// The diffs of one call stay together, however many they are, so that who follows at once
// need not begin anew.
func TestLargeCallIsKeptWhole(t *testing.T) {
	h, _, _ := host(t, live.Options{Keep: 10})
	enter(t, h, 0, 1000)
	ds := must(t)(h.Define(rule("active", "DID opened")))
	equal(t, "all", first(t, h, 0, 1000), ds)
	var n int
	for change, err := range h.Changes(context.Background(), 500) {
		if n = len(change); err != nil || n != 500 {
			t.Error(n, err)
		}
		break
	}
	enter(t, h, 1000, 1010)
	for _, err := range h.Subscribe(context.Background(), 500) {
		if err == nil {
			t.Error("it is kept for ever")
		}
		break
	}
}

// A chronicle is a machine that keeps all diffs.
type chronicle struct {
	*recorder
	asked int
	from  uint64 // what is kept begins after this
}

func (m *chronicle) History(from uint64) iter.Seq2[segment.Diff, error] {
	return func(yield func(segment.Diff, error) bool) {
		m.mu.Lock()
		m.asked++
		ds := m.diffs[max(from, m.from):]
		m.mu.Unlock()
		for _, d := range ds {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// What memory does not have comes from the machine, and memory goes on where that ends.
func TestHistory(t *testing.T) {
	m := &chronicle{recorder: &recorder{ix: newIndex()}}
	h := live.New(m, live.Options{Clock: live.NewManualClock(newYear), Keep: 10})
	defer h.Close()
	must(t)(h.Define(rule("active", "DID opened")))
	enter(t, h, 0, 10_000)
	equal(t, "all", first(t, h, 0, 10_000), m.diffs)
	if m.asked != 3 {
		t.Errorf("asked %d times", m.asked)
	}
	// a subscriber that is too slow for memory
	n := 0
	for d, err := range h.Subscribe(context.Background(), 9_995) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 {
			enter(t, h, 10_000, 10_100)
		}
		if d.Revision == 10_100 {
			break
		}
	}
	if n != 105 {
		t.Error(n)
	}
	m.from = 50
	var resync *live.ResyncError
	for _, err := range h.Subscribe(context.Background(), 20) {
		if !errors.As(err, &resync) {
			t.Error(err)
		}
		break
	}
}

// A loop ends with the error of its context, when it is left, and when the host is closed once
// all is told.
func TestSubscriptionsEnd(t *testing.T) {
	h, _, _ := host(t, live.Options{})
	must(t)(h.Define(rule("active", "DID opened")))
	enter(t, h, 0, 3)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 0
	for _, err := range h.Subscribe(ctx, 0) {
		switch n++; {
		case n <= 2 && err != nil, n == 3 && !errors.Is(err, context.Canceled), n > 3:
			t.Error(n, err)
		}
		if n == 2 {
			cancel()
		}
	}
	ended := make(chan error)
	go func() {
		var last error
		for _, err := range h.Subscribe(context.Background(), 0) {
			last = err
		}
		ended <- last
	}()
	time.Sleep(time.Millisecond)
	h.Close()
	if err := <-ended; err != live.ErrClosed {
		t.Error(err)
	}
	for name, f := range map[string]func() error{
		"Apply":     func() error { _, err := h.Apply(opened("x", "1", newYear)); return err },
		"none":      func() error { _, err := h.Apply(); return err },
		"Define":    func() error { _, err := h.Define(rule("x", "n > 1")); return err },
		"Drop":      func() error { _, err := h.Drop("active"); return err },
		"Count":     func() error { _, err := h.Count(segment.MustParse("n > 1")); return err },
		"Close":     h.Close,
		"Err":       h.Err,
		"MembersAt": func() error { _, _, err := h.MembersAt(context.Background(), "active"); return err },
	} {
		if err := f(); err != live.ErrClosed {
			t.Errorf("%s: %v", name, err)
		}
	}
	if h.Members("active").Len() != 3 {
		t.Error("no members")
	}
}

// Members come with a revision only once all that made them so is safe.
func TestMembersAtWaits(t *testing.T) {
	m, h := recordedHost(t)
	enter(t, h, 0, 3)
	m.slowDown()
	var wg sync.WaitGroup
	wg.Go(func() { enter(t, h, 3, 4) })
	waitUntil(t, func() bool { return m.ix.Revision() == 4 })
	soon, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	if _, _, err := h.MembersAt(soon, "active"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	wg.Go(func() {
		members, revision, err := h.MembersAt(context.Background(), "active")
		if err != nil || members.Len() != 4 || revision != 4 || h.Revision() != 4 {
			t.Errorf("%d, %d, %v", members.Len(), revision, err)
		}
	})
	time.Sleep(5 * time.Millisecond)
	m.mu.Lock()
	close(m.held[0])
	m.mu.Unlock()
	wg.Wait()
	h.Close()
}

// Close waits for the calls under way, and subscribers are told their diffs.
func TestCloseWaits(t *testing.T) {
	m, h := recordedHost(t)
	m.slowDown()
	var wg sync.WaitGroup
	wg.Go(func() { enter(t, h, 0, 1) })
	waitUntil(t, func() bool { return m.ix.Revision() == 1 })
	closed := make(chan error, 1)
	go func() { closed <- h.Close() }()
	waitUntil(t, func() bool { return h.Err() == live.ErrClosed })
	time.Sleep(5 * time.Millisecond)
	if len(closed) > 0 {
		t.Error("closed before the call was over")
	}
	close(m.held[0])
	wg.Wait()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	n := 0
	for _, err := range h.Subscribe(context.Background(), 0) {
		if n++; n == 1 && err != nil || n == 2 && err != live.ErrClosed {
			t.Error(n, err)
		}
	}
	if n != 2 {
		t.Error(n)
	}
}
