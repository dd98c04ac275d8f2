package live

import (
	"time"

	"github.com/segmentrules/segment"
)

// How a call gets its turn at the machine. Time must have run to the instant of the call
// before it, with all that is due told; where that is much, it is done in bites, and others may
// come between two of them. Reading the clock and submitting the call are one step, under the
// lock; waiting for the result is not.

// A submission submits a call to the machine, and returns how to wait for its result.
type submission func() (wait func() ([]segment.Diff, error))

// A planner is told, with the lock held, what time it is. It returns up to which instant time
// is to run, and what to submit then; nil means that only time runs. It may be called several
// times, of which only the last counts. Its error ends the errand.
type planner func(now time.Time) (at time.Time, submit submission, err error)

// An errand is what somebody wants of the machine.
type errand struct {
	plan  planner
	clock bool // the clock of the index is moved to the instant, also if nothing is due
}

// do runs an errand and returns the diffs of its call, which are shared with the feed.
func (h *Host) do(e errand) ([]segment.Diff, error) {
	if err := h.enter(); err != nil {
		return nil, err
	}
	defer h.calls.Done()
	for bites := 0; ; bites++ {
		t, err := h.turn(e)
		if t.passed.wait != nil {
			if _, failed := h.finish(t.passed); failed != nil && err == nil {
				err = h.fail(failed)
			}
		}
		var diffs []segment.Diff
		if t.own.wait != nil {
			var failed error
			if diffs, failed = h.finish(t.own); err == nil {
				err = failed
			}
		}
		if err != nil || t.done {
			if bites > 0 {
				h.options.Log.Info("time has passed in bites", "bites", bites+1, "err", err)
			}
			return diffs, err
		}
	}
}

// enter notes that a call is under way, for which Close waits.
func (h *Host) enter() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.open(); err != nil {
		return err
	}
	h.calls.Add(1)
	return nil
}

// A turn is what was submitted under the lock at once.
type turn struct {
	passed, own call // time that has passed, and the call of the errand
	done        bool // the errand is over
}

// turn submits the next bite of time, and after the last one the call.
func (h *Host) turn(e errand) (t turn, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.open(); err != nil {
		return t, err
	}
	at, submit, err := e.plan(h.now())
	if err != nil {
		return t, err
	}
	if due := h.isDue(at); due || e.clock && at.After(h.index.Now()) {
		if next := h.due.Load(); due && next != dueNow {
			h.options.Metrics.Set(MeterLate, unixNano(at)-next)
		}
		wait, all := h.machine.SubmitAdvance(at, h.options.Bite)
		c := h.submitted(wait)
		if due || c.to > c.from {
			t.passed = c // else only the clock has moved, and nobody need wait for that
			h.options.Metrics.Add(MeterBites, 1)
		}
		if !all {
			h.due.Store(dueNow)
			return t, nil
		}
		h.setDue()
	}
	if submit != nil {
		t.own = h.submitted(submit())
		h.setDue()
	}
	t.done = true
	return t, nil
}

// pass lets time run until now. With clock the index is at that instant then, else only what
// is due is done, and nothing at all if nothing is.
func (h *Host) pass(clock bool) error {
	if !clock && !h.isDue(h.options.Clock.Now()) {
		return nil
	}
	_, err := h.do(errand{
		plan:  func(now time.Time) (time.Time, submission, error) { return now, nil, nil },
		clock: clock,
	})
	return err
}
