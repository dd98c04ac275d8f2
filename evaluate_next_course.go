package segment

import (
	"math/big"
	"time"
)

// A trajectory says how a value moves from now on, if nothing else happens: its
// value now, and two linear bounds between which it stays. The near bound is exact,
// or nearly so, and soon ends: the value of TODAY does not move until midnight. The
// far bound is rough and reaches far: TODAY moves as fast as time does, give or
// take three days. With the far one [Program.Next] skips years at once, with the
// near one it finds the nanosecond.
//
// Example: AGE(born) is 29 years and 300 days, and grows by one second a second;
// so `AGE(born) >= 30 years` cannot change before that much time has passed.
type trajectory struct {
	v         Value
	near, far linearBound
	// isDay says that the value is the calendar day of an instant that moves
	// exactly as time does, for ever: of now + dayAhead, and daysLater days after
	// it. So TODAY has 0 and 0, and TODAY + 2 days has 0 and 2.
	dayAhead  time.Duration
	daysLater int32
	isDay     bool
	// held is how long the value surely stays, though its bounds move: a duration
	// is rounded down to whole nanoseconds, and so may stay for many of them.
	held time.Duration
}

// sameDay reports whether both are the day of one moving instant, give or take
// a number of days: what is between them never changes.
func (c trajectory) sameDay(o trajectory) bool {
	return c.isDay && o.isDay && c.dayAhead == o.dayAhead && c.v.kind == KindDate && o.v.kind == KindDate
}

// never is an instant after every one that can be written.
func never() time.Time { return time.Unix(1<<56, 0) }

// isNever reports whether an instant is after the year 9999.
func isNever(t time.Time) bool { return t.Unix() > lastSecond }

// lastSecond is the last of the year 9999, the last that RFC 3339 can write.
// Changes after it are not told.
const lastSecond = 253_402_300_799

// firstOf is the earliest of some instants.
func firstOf(t time.Time, others ...time.Time) time.Time {
	for _, o := range others {
		if o.Before(t) {
			t = o
		}
	}
	return t
}

// laterOf is the later of two instants.
func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// constantUntil is the trajectory of a value that stays until an instant.
func constantUntil(v Value, until time.Time) trajectory {
	return trajectory{v: v, near: constantBound(until), far: constantBound(until)}
}

// unpredictable is the trajectory of a value of which nothing is known but what it
// is now.
func unpredictable(v Value) trajectory {
	return trajectory{v: v, near: linearBound{unknown: true}, far: linearBound{unknown: true}}
}

// mapBounds applies the same step to both bounds.
func (c trajectory) mapBounds(f func(linearBound) linearBound) trajectory {
	return trajectory{v: c.v, near: f(c.near), far: f(c.far)}
}

// with is the same movement from another value: as if a constant were added.
func (c trajectory) with(v Value) trajectory {
	return trajectory{v: v, near: c.near, far: c.far, held: c.held}
}

// isOneLine reports whether near and far are one bound, and all there is to know.
func (c trajectory) isOneLine() bool { return c.held == 0 && c.near == c.far }

// stableUntil is the instant until which the value surely stays what it is.
func (c trajectory) stableUntil(now time.Time) time.Time {
	t := now
	if c.held > 0 {
		t = now.Add(c.held)
	}
	for _, l := range [2]linearBound{c.near, c.far} {
		if l.still() {
			t = laterOf(t, l.until)
		}
	}
	return afterNow(t, now)
}

// afterNow is an instant, or now plus a nanosecond if it is no later than now: two
// instants cannot lie closer together.
func afterNow(t, now time.Time) time.Time { return laterOf(t, now.Add(1)) }

// flips is the instant until which `a op b` stays what it is, given the
// trajectories of two values of one kind.
func flips(a trajectory, op Op, b trajectory, now time.Time) time.Time {
	if a.sameDay(b) {
		return never()
	}
	t := flipsAlong(a.v, a.near, op, b.v, b.near, now)
	if a.isOneLine() && b.isOneLine() {
		return afterNow(t, now)
	}
	if far := flipsAlong(a.v, a.far, op, b.v, b.far, now); far.After(t) {
		t = far
	}
	// Where the near bound of one lasts longer than that of the other, it may be
	// compared with the other's far bound too.
	switch long := a.near.until.Compare(b.near.until); {
	case long > 0 && a.near.until.Before(a.far.until):
		t = laterOf(t, flipsAlong(a.v, a.near, op, b.v, b.far, now))
	case long < 0 && b.near.until.Before(b.far.until):
		t = laterOf(t, flipsAlong(a.v, a.far, op, b.v, b.near, now))
	}
	if a.held > 0 || b.held > 0 {
		t = laterOf(t, firstOf(a.stableUntil(now), b.stableUntil(now)))
	}
	return afterNow(t, now)
}

// flipsAlong is flips along one bound of each.
func flipsAlong(a Value, l linearBound, op Op, b Value, m linearBound, now time.Time) time.Time {
	if l.unknown || m.unknown {
		return now
	}
	d := l.plus(m.negative(), now)
	if d.unknown {
		return now
	}
	return firstOf(d.until, d.crosses(a, op, b, now))
}

// seconds is an instant, duration or date as a span, a date's from 1970 in
// days of 86,400 seconds.
func (v Value) seconds() span {
	switch v.kind {
	case KindDate:
		return span{sec: int64(v.n) * secondsPerDay}
	case KindTime, KindDuration:
		return v.span()
	}
	return span{}
}

// amount is what trajectories compute with: a number, or seconds.
func (v Value) amount() *big.Rat {
	if r := v.rat(); r != nil {
		return r
	}
	return v.seconds().rat()
}

// readTime reads a text that stands beside a time.
func (c trajectory) readTime(beside Value) trajectory {
	if c.v.kind == KindText && (beside.kind == KindTime || beside.kind == KindDate) {
		return c.with(readTime(c.v.Text()))
	}
	return c
}

// kindStableUntil is the instant until which the value surely keeps its kind, and
// its value too if that cannot move, such as a text.
func (c trajectory) kindStableUntil(now time.Time) time.Time {
	t := now
	for _, l := range [2]linearBound{c.near, c.far} {
		if !l.unknown {
			t = laterOf(t, l.until)
		}
	}
	return afterNow(t, now)
}

// still reports whether the value stays exactly as it is until both bounds end.
func (c trajectory) still() bool { return c.near.still() && c.far.still() }

// heldFor is the trajectory of a value that surely stays so long.
func (c trajectory) heldFor(d time.Duration) trajectory {
	c.held = d
	return c
}

// between is the trajectory of a whole number that starts again and again, such as
// the month: until an instant it is no less than least, and no more than most.
func (c trajectory) between(least, most int64, until time.Time) trajectory {
	if n, ok := c.v.Int(); ok {
		c.far = linearBound{less: whole(n - least), more: whole(most - n), until: until}
	}
	return c
}

// leavesZero is the instant until which a value that is 0 stays so.
func (c trajectory) leavesZero(now time.Time) time.Time {
	return flips(c, Eq, constantUntil(c.v, never()), now)
}
