package segment

import (
	"math/big"
	"time"
)

// A course says how a value goes on from the instant at which it was taken, if
// nothing else happens: which value it has now, and two straight lines that it
// keeps to. The near line is exact, or nearly so, and soon ends: today's date
// does not move until midnight. The far line is rough and reaches far: the
// date moves as fast as time does, give or take three days. Together they let
// [Program.Next] leap over years and still land on a nanosecond.
type course struct {
	v         Value
	near, far line
	// of is, if the value isDay, how long after now an instant is that moves
	// exactly as time does for ever, and of which the value is the calendar day,
	// or a number of days later.
	of    time.Duration
	days  int32
	isDay bool
	// tick is how long the value surely stays, though its lines move: that of a
	// duration which is rounded down.
	tick time.Duration
}

// sameDay reports whether both are the day of one moving instant, give or take
// a number of days: what is between them never changes.
func (c course) sameDay(o course) bool {
	return c.isDay && o.isDay && c.of == o.of && c.v.kind == KindDate && o.v.kind == KindDate
}

// never is after every instant that can be named.
func never() time.Time { return time.Unix(1<<56, 0) }

func isNever(t time.Time) bool { return t.Unix() > lastSecond }

// lastSecond ends the year 9999, the last that RFC 3339 can write. What
// changes after it never does.
const lastSecond = 253_402_300_799

func firstOf(t time.Time, others ...time.Time) time.Time {
	for _, o := range others {
		if o.Before(t) {
			t = o
		}
	}
	return t
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// steadyCourse is the course of a value that stays until an instant.
func steadyCourse(v Value, until time.Time) course {
	return course{v: v, near: flat(until), far: flat(until)}
}

// restless is the course of a value of which nothing is known but what it is now.
func restless(v Value) course { return course{v: v, near: line{bent: true}, far: line{bent: true}} }

// lines applies the same step to both lines.
func (c course) lines(f func(line) line) course {
	return course{v: c.v, near: f(c.near), far: f(c.far)}
}

// with is a course with another value, that of a constant added.
func (c course) with(v Value) course {
	return course{v: v, near: c.near, far: c.far, tick: c.tick}
}

// straight reports whether near and far are one line, and all there is to know.
func (c course) straight() bool { return c.tick == 0 && c.near == c.far }

// stays is the instant until which the value surely stays what it is.
func (c course) stays(now time.Time) time.Time {
	t := now
	if c.tick > 0 {
		t = now.Add(c.tick)
	}
	for _, l := range [2]line{c.near, c.far} {
		if l.still() {
			t = laterOf(t, l.until)
		}
	}
	return soonest(t, now)
}

// soonest keeps an instant after now: nothing is known at less than a nanosecond.
func soonest(t, now time.Time) time.Time { return laterOf(t, now.Add(1)) }

// flips is the instant until which `a op b` stays what it is, given the
// courses of two values of one kind.
func flips(a course, op Op, b course, now time.Time) time.Time {
	if a.sameDay(b) {
		return never()
	}
	t := flipsAlong(a.v, a.near, op, b.v, b.near, now)
	if a.straight() && b.straight() {
		return soonest(t, now)
	}
	if far := flipsAlong(a.v, a.far, op, b.v, b.far, now); far.After(t) {
		t = far
	}
	// What stays for long may meet what soon moves on its far line.
	switch long := a.near.until.Compare(b.near.until); {
	case long > 0 && a.near.until.Before(a.far.until):
		t = laterOf(t, flipsAlong(a.v, a.near, op, b.v, b.far, now))
	case long < 0 && b.near.until.Before(b.far.until):
		t = laterOf(t, flipsAlong(a.v, a.far, op, b.v, b.near, now))
	}
	if a.tick > 0 || b.tick > 0 {
		t = laterOf(t, firstOf(a.stays(now), b.stays(now)))
	}
	return soonest(t, now)
}

// flipsAlong is flips along one line of each.
func flipsAlong(a Value, l line, op Op, b Value, m line, now time.Time) time.Time {
	if l.bent || m.bent {
		return now
	}
	d := l.plus(m.negative(), now)
	if d.bent {
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

// amount is what courses compute with: a number, or seconds.
func (v Value) amount() *big.Rat {
	if r := v.rat(); r != nil {
		return r
	}
	return v.seconds().rat()
}

// readTime reads a text that stands beside a time.
func (c course) readTime(beside Value) course {
	if c.v.kind == KindText && (beside.kind == KindTime || beside.kind == KindDate) {
		return c.with(readTime(c.v.Text()))
	}
	return c
}

// kindStays is the instant until which the value surely keeps its kind, and if
// it cannot move, such as a text, its value.
func (c course) kindStays(now time.Time) time.Time {
	t := now
	for _, l := range [2]line{c.near, c.far} {
		if !l.bent {
			t = laterOf(t, l.until)
		}
	}
	return soonest(t, now)
}

// still reports whether nothing moves the value but what ends both its lines.
func (c course) still() bool { return c.near.still() && c.far.still() }

func (c course) ticking(d time.Duration) course {
	c.tick = d
	return c
}

// between is a whole number that comes round again and again: until an instant
// it is no less than least, and no more than most.
func (c course) between(least, most int64, until time.Time) course {
	if n, ok := c.v.Int(); ok {
		c.far = line{less: whole(n - least), more: whole(most - n), until: until}
	}
	return c
}

// leavesZero is the instant until which a value that is 0 stays so.
func (c course) leavesZero(now time.Time) time.Time {
	return flips(c, Eq, steadyCourse(c.v, never()), now)
}
