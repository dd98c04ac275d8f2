package live

import (
	"fmt"
	"time"
)

// The goroutine of a host: it lets time run to whatever is due next, and sleeps until then.

// glance is how long the timer sleeps at most while something is due some day. A sleep is
// measured by the time that passes, and so does not end early when the clock is set forward or
// the computer wakes: so long may members then stay too long while nobody calls.
const glance = time.Second

// leastNap is how long it sleeps at least, if it leaves something undone.
const leastNap = time.Millisecond

// keepTime is the goroutine.
func (h *Host) keepTime() {
	defer close(h.stopped)
	for {
		nap, ok := h.look()
		stop := func() bool { return true }
		if ok {
			stop = h.options.Clock.AfterFunc(nap, h.ring)
			if h.tooLong(nap) {
				h.ring()
			}
		}
		select {
		case <-h.bell:
			stop()
		case <-h.closing:
			stop()
			return
		}
	}
}

// look does what is due, and returns how long to sleep then; not ok means until rung.
func (h *Host) look() (nap time.Duration, ok bool) {
	defer func() {
		// Here no caller could be told. A panic of the machine, or of a function that its
		// host has given it, stops the host as any failure does.
		if p := recover(); p != nil {
			h.fail(fmt.Errorf("while time passed: panic: %v", p))
			nap, ok = 0, false
		}
	}()
	if h.isDue(h.options.Clock.Now()) {
		if err := h.pass(false); err != nil {
			return 0, false // closed or failed
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wake = time.Time{}
	due := h.due.Load()
	if h.open() != nil || due == dueNever {
		return 0, false
	}
	now := h.options.Clock.Now()
	nap = leastNap
	if ns := unixNano(now); due > ns {
		nap = min(glance, time.Duration(due-ns))
	}
	if nap <= 0 { // the difference was too large for a Duration
		nap = glance
	}
	h.wake = now.Add(nap)
	return nap, true
}

// tooLong reports whether a sleep that begins now would last beyond what is due: the clock has
// moved between the look at it and the sleep.
func (h *Host) tooLong(nap time.Duration) bool {
	due := h.due.Load()
	return nap > leastNap && due != dueNever && unixNano(h.options.Clock.Now().Add(nap-leastNap)) > due
}
