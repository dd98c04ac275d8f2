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
	// of, unless zero, is an instant that moves exactly as time does for ever,
	// and of which the value is the calendar day.
	of time.Time
}

// A line is v + slope × (seconds from now on), give or take fuzz, at every
// instant before until. Slope and fuzz are in the unit of the value: seconds
// for instants, dates and durations. A bent line says nothing.
type line struct {
	slope, fuzz ratio
	until       time.Time
	bent        bool
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

func flat(until time.Time) line { return line{until: until} }

// steadyCourse is the course of a value that stays until an instant.
func steadyCourse(v Value, until time.Time) course {
	return course{v: v, near: flat(until), far: flat(until)}
}

// restless is the course of a value of which nothing is known but what it is now.
func restless(v Value) course { return course{v: v, near: line{bent: true}, far: line{bent: true}} }

// still reports whether the value stays exactly as it is until the line ends.
func (l line) still() bool { return !l.bent && l.slope.zero() && l.fuzz.zero() }

// straying is the line with more fuzz.
func (l line) straying(by ratio) line {
	fuzz, ok := l.fuzz.add(by)
	l.fuzz, l.bent = fuzz, l.bent || !ok
	return l
}

// strayingIfMoving adds fuzz to a line unless its value stands still, which it
// does as another kind too.
func (l line) strayingIfMoving(by ratio) line {
	if l.still() {
		return l
	}
	return l.straying(by)
}

func (l line) plus(o line) line {
	slope, ok := l.slope.add(o.slope)
	fuzz, ok2 := l.fuzz.add(o.fuzz)
	return line{slope, fuzz, firstOf(l.until, o.until), l.bent || o.bent || !ok || !ok2}
}

func (l line) negative() line {
	l.slope = l.slope.negative()
	return l
}

// times is the line multiplied by a constant.
func (l line) times(k ratio) line {
	slope, ok := l.slope.mul(k)
	fuzz, ok2 := l.fuzz.mul(k.abs())
	l.slope, l.fuzz, l.bent = slope, fuzz, l.bent || !ok || !ok2
	return l
}

// lines applies the same step to both lines.
func (c course) lines(f func(line) line) course {
	return course{v: c.v, near: f(c.near), far: f(c.far)}
}

// with is a course with another value, that of a constant added.
func (c course) with(v Value) course { return course{v: v, near: c.near, far: c.far} }

// stays is the instant until which the value surely stays what it is.
func (c course) stays(now time.Time) time.Time {
	t := now
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
	t := now
	for _, l := range [2]line{a.near.plus(b.near.negative()), a.far.plus(b.far.negative())} {
		if !l.bent {
			t = laterOf(t, firstOf(l.until, l.crosses(a.v, op, b.v, now)))
		}
	}
	return soonest(t, now)
}

// crosses is the first instant at which `a op b` may differ, where the line is
// that of a - b.
func (l line) crosses(a Value, op Op, b Value, now time.Time) time.Time {
	if l.still() {
		return never()
	}
	switch op {
	case Lt, Le:
		return l.negative().crosses(b, op.mirrored(), a, now)
	case Eq:
		return firstOf(l.crosses(a, Ge, b, now), l.crosses(a, Le, b, now))
	}
	if l, d, ok := l.inSeconds(a, b); ok {
		return l.crossesInSeconds(d, op == Gt, now)
	}
	return l.crossesExactly(new(big.Rat).Sub(a.amount(), b.amount()), op == Gt, now)
}

// inSeconds is the line, and a - b, in seconds, if both are whole and the line
// stands or moves by one a second, as nearly all do. Whole numbers that move by
// one in n seconds are such a line once all is multiplied by n.
func (l line) inSeconds(a, b Value) (scaled line, d span, ok bool) {
	if l.slope.num < -1 || l.slope.num > 1 || l.fuzz.den > 1 || !small(l.fuzz.num) {
		return line{}, span{}, false
	}
	if a.kind != KindNumber {
		return l, a.seconds().sub(b.seconds()), l.slope.den <= 1
	}
	const most = 1 << 30
	x, ok := a.Int()
	y, ok2 := b.Int()
	n := max(l.slope.den, 1)
	if !ok || !ok2 || max(x, y, l.fuzz.num, n) > most || min(x, y) < -most {
		return line{}, span{}, false
	}
	l.slope.den, l.fuzz.num = 1, l.fuzz.num*n
	return l, span{sec: (x - y) * n}, true
}

// crossesInSeconds is crossesExactly for such a line.
func (l line) crossesInSeconds(d span, strict bool, now time.Time) time.Time {
	least, most := d.sub(span{sec: l.fuzz.num}), d.add(span{sec: l.fuzz.num})
	above := func(x span) bool { return x.sec > 0 || x.sec == 0 && (x.nsec > 0 || !strict) }
	moved := span{}
	switch {
	case above(least):
		if l.slope.num >= 0 {
			return never()
		}
		moved = least
		strict = !strict
	case !above(most):
		if l.slope.num <= 0 {
			return never()
		}
		moved = most.negative()
	default:
		return now
	}
	if strict { // at the instant itself the two are equal, which changes nothing yet
		moved = moved.add(span{nsec: 1})
	}
	return shift(now, moved)
}

// crossesExactly is crosses for any line: d is a - b now, the question whether
// it is > 0 (or >= 0).
func (l line) crossesExactly(d *big.Rat, strict bool, now time.Time) time.Time {
	slope, fuzz := l.slope.rat(), l.fuzz.rat()
	least, most := new(big.Rat).Sub(d, fuzz), new(big.Rat).Add(d, fuzz)
	above := func(x *big.Rat) bool { return x.Sign() > 0 || x.Sign() == 0 && !strict }
	switch {
	case above(least): // it holds; it ends when least falls to 0 (or below)
		if slope.Sign() >= 0 {
			return never()
		}
		return shiftRat(now, least.Quo(least, slope.Neg(slope)), strict)
	case !above(most):
		if slope.Sign() <= 0 {
			return never()
		}
		return shiftRat(now, most.Quo(most.Neg(most), slope), !strict)
	}
	return now
}

// shiftRat is the first nanosecond at or after now plus a number of seconds;
// or strictly after it, if at is false.
func shiftRat(now time.Time, seconds *big.Rat, at bool) time.Time {
	ns := seconds.Mul(seconds, big.NewRat(1e9, 1))
	n, rest := new(big.Int).DivMod(ns.Num(), ns.Denom(), new(big.Int))
	if !at || rest.Sign() != 0 {
		n.Add(n, big.NewInt(1))
	}
	sec, nsec := n.DivMod(n, big.NewInt(1e9), new(big.Int))
	if !sec.IsInt64() || sec.Int64() > maxSeconds {
		return never()
	}
	return shift(now, span{sec.Int64(), nsec.Int64()})
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
