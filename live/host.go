package live

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// A Host keeps segments current by the clock: members leave when their time has come, also
// while nobody calls. Its methods may be called by any number of goroutines.
//
// Now is the later of the time of day and the clock of the index, which never goes back: so no
// call is refused because another was faster, or because somebody has set the clock back.
// Before every call that changes something time runs to its instant, and what is due then, at
// that very instant too, is told first: what subscribers are told does not depend on who
// called when. Calls return their own diffs, and not those of time; [Host.Subscribe] has all.
//
// A host has one goroutine, however many subscribers there are. Close ends it.
type Host struct {
	options Options
	machine Machine
	index   *index.Index
	feed    *feed

	mu       sync.Mutex    // held by who submits a call, and not while it waits for the result
	closed   bool          // no call begins any more
	failed   error         // nor after a failure
	wake     time.Time     // when the timer looks next; the zero time if it waits to be rung
	revision atomic.Uint64 // of the last diff that the machine has made
	due      atomic.Int64  // when something is due next, see setDue

	calls       sync.WaitGroup // calls under way
	subscribers atomic.Int64
	bell        chan struct{} // rings the timer
	closing     chan struct{} // closed when the host is
	stopped     chan struct{} // closed when the timer has ended
}

// What due is beside an instant in nanoseconds of the Unix epoch.
const (
	dueNow   = math.MinInt64 // time has been stopped in the middle of an instant
	dueNever = math.MaxInt64 // or in the year 2262, when the host looks again
)

// lastInstant is the last that an index takes.
var lastInstant = time.Date(9999, time.December, 31, 23, 59, 59, 999_999_999, time.UTC)

// now is the instant of a call that has none. It is that of the clock only as long as mu is held.
func (h *Host) now() time.Time {
	now := h.options.Clock.Now().Round(0) // without a monotonic reading: see wallClock
	if clock := h.index.Now(); clock.After(now) {
		return clock
	}
	if now.After(lastInstant) {
		return lastInstant
	}
	return now
}

// isDue reports whether something is due up to an instant.
func (h *Host) isDue(at time.Time) bool {
	due := h.due.Load()
	return due == dueNow || due != dueNever && unixNano(at) >= due
}

// unixNano is an instant as due holds it; those that it cannot hold are moved to its ends.
func unixNano(at time.Time) int64 {
	switch year := at.Year(); {
	case year < 1680:
		return dueNow + 1
	case year >= 2262:
		return dueNever - 1
	}
	return at.UnixNano()
}

// setDue notes when something is due next, with mu held, and rings the timer if it would
// sleep longer.
func (h *Host) setDue() {
	at, ok := h.index.Due()
	if !ok {
		h.due.Store(dueNever)
		return
	}
	h.due.Store(unixNano(at))
	if h.wake.IsZero() || at.Before(h.wake) {
		h.ring()
	}
}

// ring has the timer look at the clock. It does not wait.
func (h *Host) ring() {
	select {
	case h.bell <- struct{}{}:
	default: // it has been rung
	}
}

// open says why no call is taken, nil if calls are; mu is held.
func (h *Host) open() error {
	if h.closed {
		return ErrClosed
	}
	return h.failed
}

// fail stops the host for good.
func (h *Host) fail(err error) error {
	h.mu.Lock()
	first := h.failed == nil
	if first {
		h.failed = fmt.Errorf("%w: %w", ErrFailed, err)
	}
	err = h.failed
	h.mu.Unlock()
	if first {
		h.options.Log.Error("the host has stopped", "err", err)
	}
	h.feed.stop(err)
	return err
}

// Err returns why the host takes no more calls: nil while it does, else [ErrClosed], or an
// error that is [ErrFailed] and says what has failed.
func (h *Host) Err() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.open()
}

// A call is one that the machine has carried out, and whose result is not there yet.
type call struct {
	wait     func() ([]segment.Diff, error)
	from, to uint64 // its diffs have the revisions after from, up to to
}

// submitted notes what a call has done to the machine; mu is held.
func (h *Host) submitted(wait func() ([]segment.Diff, error)) call {
	c := call{wait, h.revision.Load(), h.index.Revision()}
	h.revision.Store(c.to)
	return c
}

// finish waits for the result of a call and tells its diffs. It must be called once for each
// call that may have made some, or subscribers would wait for ever. The diffs are shared with
// the feed.
func (h *Host) finish(c call) ([]segment.Diff, error) {
	diffs, err := c.wait()
	if err != nil {
		if c.to > c.from {
			// carried out, but perhaps not safe: what would come after it cannot be told
			return nil, h.fail(err)
		}
		return nil, err
	}
	whole := uint64(len(diffs)) == c.to-c.from
	for i := range diffs {
		whole = whole && diffs[i].Revision == c.from+1+uint64(i)
	}
	if !whole {
		return nil, h.fail(fmt.Errorf("a call has made %d diffs, and the revision has moved from %d to %d: somebody else writes to the machine", len(diffs), c.from, c.to))
	}
	if len(diffs) > 0 {
		h.options.Metrics.Add(MeterDiffs, int64(len(diffs)))
		h.options.Metrics.Set(MeterRevision, int64(h.feed.put(c.from, diffs)))
	}
	return diffs, nil
}
