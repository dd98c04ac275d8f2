package live

import (
	"slices"
	"sync"
	"time"
)

// A ManualClock is a [Clock] that stands still until a test moves it: by Advance, as time
// passes, or by Jump, as somebody sets the clock. It may be used by many goroutines.
type ManualClock struct {
	mu      sync.Mutex
	changed sync.Cond     // alarms have been set; its lock is mu
	now     time.Time     // the time of day
	passed  time.Duration // since the beginning, which no jump changes
	alarms  []*alarm
}

// An alarm is a call of AfterFunc that is still to come.
type alarm struct {
	at time.Duration // how much has passed by then
	f  func()
}

// NewManualClock returns a clock that stands at an instant.
func NewManualClock(at time.Time) *ManualClock {
	c := &ManualClock{now: at.Round(0)}
	c.changed.L = &c.mu
	return c
}

// Now returns where the clock stands.
func (c *ManualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc has Advance call f once d has passed. If d is not above zero, f is called at
// once, in a goroutine of its own.
func (c *ManualClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	if d <= 0 {
		go f()
		return func() bool { return false }
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	a := &alarm{at: c.passed + d, f: f}
	if a.at < c.passed {
		a.at = 1<<63 - 1 // further than a Duration reaches
	}
	c.alarms = append(c.alarms, a)
	c.changed.Broadcast()
	return func() bool { return c.remove(a) }
}

// remove takes an alarm away, and reports whether it was still there.
func (c *ManualClock) remove(a *alarm) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.alarms, a)
	if i >= 0 {
		c.alarms = slices.Delete(c.alarms, i, i+1)
	}
	return i >= 0
}

// Advance lets time pass: the clock moves on by d, and what was to be called by then is
// called, in order, each while the clock stands where it was to be called. Advance returns
// when these calls have returned; what other goroutines do after them may still be under way.
func (c *ManualClock) Advance(d time.Duration) {
	c.mu.Lock()
	until := c.passed + d
	for {
		var first *alarm
		for _, a := range c.alarms {
			if a.at <= until && (first == nil || a.at < first.at) {
				first = a
			}
		}
		if first == nil {
			break
		}
		c.alarms = slices.DeleteFunc(c.alarms, func(a *alarm) bool { return a == first })
		c.pass(first.at - c.passed)
		c.mu.Unlock()
		first.f()
		c.mu.Lock()
	}
	c.pass(until - c.passed)
	c.mu.Unlock()
}

// pass moves the clock on; the lock is held.
func (c *ManualClock) pass(d time.Duration) {
	if d > 0 {
		c.now, c.passed = c.now.Add(d), c.passed+d
	}
}

// Jump sets the clock forward by d, or back if d is below zero, while no time passes: nothing
// is called. So does a computer that wakes from sleep, or that finds the right time again.
func (c *ManualClock) Jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Waiting returns how many calls of AfterFunc are still to come.
func (c *ManualClock) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.alarms)
}

// Await waits until so many calls of AfterFunc are still to come: until a goroutine that a
// test is about to wake sleeps.
func (c *ManualClock) Await(alarms int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.alarms) < alarms {
		c.changed.Wait()
	}
}
