package trajectory

import (
	"time"

	"github.com/segmentrules/segment/rule"
)

// A Trajectory says how a value moves from now on, if nothing else happens: its
// value now, and two linear bounds between which it stays. The near bound is exact,
// or nearly so, and soon ends: the value of TODAY does not move until midnight. The
// far bound is rough and reaches far: TODAY moves as fast as time does, give or
// take three days. With the far one [Program.Next] skips years at once, with the
// near one it finds the nanosecond.
//
// Example: AGE(born) is 29 years and 300 days, and grows by one second a second;
// so `AGE(born) >= 30 years` cannot change before that much time has passed.
type Trajectory struct {
	V         rule.Value
	Near, Far Bound
	// isDay says that the value is the calendar day of an instant that moves
	// exactly as time does, for ever: of now + dayAhead, and daysLater days after
	// it. So TODAY has 0 and 0, and TODAY + 2 days has 0 and 2.
	DayAhead  time.Duration
	DaysLater int32
	IsDay     bool
	// held is how long the value surely stays, though its bounds move: a duration
	// is rounded down to whole nanoseconds, and so may stay for many of them.
	Held time.Duration
}

// SameDay reports whether both are the day of one moving instant, give or take
// a number of days: what is between them never changes.
func (c Trajectory) SameDay(o Trajectory) bool {
	return c.IsDay && o.IsDay && c.DayAhead == o.DayAhead && c.V.Kind() == rule.KindDate && o.V.Kind() == rule.KindDate
}

// Never is an instant after every one that can be written.
func Never() time.Time { return time.Unix(1<<56, 0) }

// IsNever reports whether an instant is after the year 9999.
func IsNever(t time.Time) bool { return t.Unix() > lastSecond }

// lastSecond is the last of the year 9999, the last that RFC 3339 can write.
// Changes after it are not told.
const lastSecond = 253_402_300_799

// FirstOf is the earliest of some instants.
func FirstOf(t time.Time, others ...time.Time) time.Time {
	for _, o := range others {
		if o.Before(t) {
			t = o
		}
	}
	return t
}

// LaterOf is the later of two instants.
func LaterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// ConstantUntil is the trajectory of a value that stays until an instant.
func ConstantUntil(v rule.Value, until time.Time) Trajectory {
	return Trajectory{V: v, Near: ConstantBound(until), Far: ConstantBound(until)}
}

// Unpredictable is the trajectory of a value of which nothing is known but what it
// is now.
func Unpredictable(v rule.Value) Trajectory {
	return Trajectory{V: v, Near: Bound{Unknown: true}, Far: Bound{Unknown: true}}
}

// MapBounds applies the same step to both bounds.
func (c Trajectory) MapBounds(f func(Bound) Bound) Trajectory {
	return Trajectory{V: c.V, Near: f(c.Near), Far: f(c.Far)}
}

// With is the same movement from another value: as if a constant were added.
func (c Trajectory) With(v rule.Value) Trajectory {
	return Trajectory{V: v, Near: c.Near, Far: c.Far, Held: c.Held}
}

// isOneLine reports whether near and far are one bound, and all there is to know.
func (c Trajectory) isOneLine() bool { return c.Held == 0 && c.Near == c.Far }

// StableUntil is the instant until which the value surely stays what it is.
func (c Trajectory) StableUntil(now time.Time) time.Time {
	t := now
	if c.Held > 0 {
		t = now.Add(c.Held)
	}
	for _, l := range [2]Bound{c.Near, c.Far} {
		if l.Still() {
			t = LaterOf(t, l.Until)
		}
	}
	return afterNow(t, now)
}

// afterNow is an instant, or now plus a nanosecond if it is no later than now: two
// instants cannot lie closer together.
func afterNow(t, now time.Time) time.Time { return LaterOf(t, now.Add(1)) }

// Flips is the instant until which `a op b` stays what it is, given the
// trajectories of two values of one kind.
func Flips(a Trajectory, op rule.Op, b Trajectory, now time.Time) time.Time {
	if a.SameDay(b) {
		return Never()
	}
	t := flipsAlong(a.V, a.Near, op, b.V, b.Near, now)
	if a.isOneLine() && b.isOneLine() {
		return afterNow(t, now)
	}
	if far := flipsAlong(a.V, a.Far, op, b.V, b.Far, now); far.After(t) {
		t = far
	}
	// Where the near bound of one lasts longer than that of the other, it may be
	// compared with the other's far bound too.
	switch long := a.Near.Until.Compare(b.Near.Until); {
	case long > 0 && a.Near.Until.Before(a.Far.Until):
		t = LaterOf(t, flipsAlong(a.V, a.Near, op, b.V, b.Far, now))
	case long < 0 && b.Near.Until.Before(b.Far.Until):
		t = LaterOf(t, flipsAlong(a.V, a.Far, op, b.V, b.Near, now))
	}
	if a.Held > 0 || b.Held > 0 {
		t = LaterOf(t, FirstOf(a.StableUntil(now), b.StableUntil(now)))
	}
	return afterNow(t, now)
}

// flipsAlong is flips along one bound of each.
func flipsAlong(a rule.Value, l Bound, op rule.Op, b rule.Value, m Bound, now time.Time) time.Time {
	if l.Unknown || m.Unknown {
		return now
	}
	d := l.Plus(m.Negative(), now)
	if d.Unknown {
		return now
	}
	return FirstOf(d.Until, d.crosses(a, op, b, now))
}

// EndingBy is the same trajectory, of which nothing is known from an instant on: another
// value may take its place then.
func (c Trajectory) EndingBy(end, now time.Time) Trajectory {
	if IsNever(end) {
		return c
	}
	held := c.Held
	c = c.MapBounds(func(b Bound) Bound {
		b.Until = FirstOf(b.Until, end)
		return b
	})
	if left := end.Sub(now); held > 0 && left > 0 {
		c.Held = min(held, left)
	}
	return c
}

// ReadTime reads a text that stands beside a time.
func (c Trajectory) ReadTime(beside rule.Value) Trajectory {
	if c.V.Kind() == rule.KindText && (beside.Kind() == rule.KindTime || beside.Kind() == rule.KindDate) {
		return c.With(rule.ReadTime(c.V.Text()))
	}
	return c
}

// KindStableUntil is the instant until which the value surely keeps its kind, and
// its value too if that cannot move, such as a text.
func (c Trajectory) KindStableUntil(now time.Time) time.Time {
	t := now
	for _, l := range [2]Bound{c.Near, c.Far} {
		if !l.Unknown {
			t = LaterOf(t, l.Until)
		}
	}
	return afterNow(t, now)
}

// Still reports whether the value stays exactly as it is until both bounds end.
func (c Trajectory) Still() bool { return c.Near.Still() && c.Far.Still() }

// HeldFor is the trajectory of a value that surely stays so long.
func (c Trajectory) HeldFor(d time.Duration) Trajectory {
	c.Held = d
	return c
}

// Between is the trajectory of a whole number that starts again and again, such as
// the month: until an instant it is no less than least, and no more than most.
func (c Trajectory) Between(least, most int64, until time.Time) Trajectory {
	if n, ok := c.V.Int(); ok {
		c.Far = Bound{Less: Whole(n - least), More: Whole(most - n), Until: until}
	}
	return c
}

// LeavesZero is the instant until which a value that is 0 stays so.
func (c Trajectory) LeavesZero(now time.Time) time.Time {
	return Flips(c, rule.OpEq, ConstantUntil(c.V, Never()), now)
}
