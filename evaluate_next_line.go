package segment

import (
	"cmp"
	"math/big"
	"time"
)

// A linearBound says how a value moves: at every instant before until it is
// v + slope × (seconds from now on), where v is the value now, or differs from that
// by at most so much less or more. Slope, less and more are in the unit of the
// value: seconds for instants, dates and durations. One that is unknown says nothing.
type linearBound struct {
	slope, less, more ratio
	until             time.Time
	unknown           bool
}

// constantBound is that of a value that stays what it is until an instant.
func constantBound(until time.Time) linearBound { return linearBound{until: until} }

// sure reports whether the value is exactly on the line.
func (l linearBound) sure() bool { return !l.unknown && l.less.zero() && l.more.zero() }

// still reports whether the value stays exactly as it is until the bound ends.
func (l linearBound) still() bool { return l.sure() && l.slope.zero() }

// asTime reports whether the value moves exactly as time does.
func (l linearBound) asTime() bool { return l.sure() && l.slope == whole(1) }

// widened is the bound with so much more on both sides.
func (l linearBound) widened(by ratio) linearBound { return l.widenedBy(by, by) }

// widenedBy is the bound with so much more below and above; unknown if that is too
// much to be written.
func (l linearBound) widenedBy(less, more ratio) linearBound {
	var ok, ok2 bool
	l.less, ok = l.less.addUp(less)
	l.more, ok2 = l.more.addUp(more)
	l.unknown = l.unknown || !ok || !ok2
	return l
}

// widenedIfMoving is the bound widened, unless its value stands still: then it does
// so as another kind too.
func (l linearBound) widenedIfMoving(by ratio) linearBound {
	if l.still() {
		return l
	}
	return l.widened(by)
}

// plus is the bound of the sum of two values.
func (l linearBound) plus(o linearBound, now time.Time) linearBound {
	slope, ok := l.slope.add(o.slope)
	less, ok2 := l.less.addUp(o.less)
	more, ok3 := l.more.addUp(o.more)
	out := linearBound{slope, less, more, firstOf(l.until, o.until), l.unknown || o.unknown}
	if ok && ok2 && ok3 || out.unknown {
		return out
	}
	add := func(a, b ratio) *big.Rat { return new(big.Rat).Add(a.rat(), b.rat()) }
	return roundedBound(add(l.slope, o.slope), add(l.less, o.less), add(l.more, o.more), now, out.until)
}

// negative is the bound of the value with the other sign.
func (l linearBound) negative() linearBound {
	l.slope, l.less, l.more = l.slope.negative(), l.more, l.less
	return l
}

// times is the bound of the value multiplied by a constant.
func (l linearBound) times(k *big.Rat, now time.Time) linearBound {
	if k.Sign() < 0 {
		return l.negative().times(new(big.Rat).Neg(k), now)
	}
	if q, ok := ratioOf(k); ok {
		slope, ok := l.slope.mul(q)
		less, ok2 := l.less.mul(q)
		more, ok3 := l.more.mul(q)
		if ok && ok2 && ok3 || l.unknown {
			return linearBound{slope, less, more, l.until, l.unknown}
		}
	}
	mul := func(a ratio) *big.Rat { return new(big.Rat).Mul(a.rat(), k) }
	return roundedBound(mul(l.slope), mul(l.less), mul(l.more), now, l.until)
}

// roundedBound is the bound with these numbers, which may have to be rounded: so that
// it is never too narrow.
func roundedBound(slope, less, more *big.Rat, now, until time.Time) linearBound {
	q, ok := roundedDown(slope)
	if off := new(big.Rat).Sub(slope, q.rat()); ok && off.Sign() > 0 {
		more = new(big.Rat).Add(more, off.Mul(off, secondsUntil(until, now)))
	}
	l, ok2 := roundedUp(less)
	m, ok3 := roundedUp(more)
	return linearBound{q, l, m, until, !ok || !ok2 || !ok3}
}

// secondsUntil is the time from now to an instant, or to the end of the year 9999.
func secondsUntil(t, now time.Time) *big.Rat {
	return between(now, firstOf(t, time.Unix(lastSecond+1, 0))).rat()
}

// crosses is the first instant at which `a op b` may differ, where the bound is
// that of a - b.
func (l linearBound) crosses(a Value, op Op, b Value, now time.Time) time.Time {
	if l.still() {
		return never()
	}
	if l.slope.zero() && a.kind == KindNumber {
		return l.crossesRecurring(a, op, b, now)
	}
	switch op {
	case Lt, Le:
		return l.negative().crosses(b, op.mirrored(), a, now)
	case Eq:
		return firstOf(l.crosses(a, Ge, b, now), l.crosses(a, Le, b, now))
	}
	if w, ok := l.inSeconds(a, b); ok {
		return w.crosses(op == Gt, now)
	}
	return l.crossesExactly(new(big.Rat).Sub(a.amount(), b.amount()), op == Gt, now)
}

// crossesRecurring is crosses for a number that has no slope, but takes any value
// within its bound: never if the answer is the same for all of these, else now.
func (l linearBound) crossesRecurring(a Value, op Op, b Value, now time.Time) time.Time {
	x, ok := a.Int()
	y, ok2 := b.Int()
	var least, most int
	if ok && ok2 && l.less.den == 1 && l.more.den == 1 && max(x, y, l.less.num, l.more.num) < 1<<30 && min(x, y) > -1<<30 {
		least, most = cmp.Compare(x-l.less.num, y), cmp.Compare(x+l.more.num, y)
	} else {
		d := new(big.Rat).Sub(a.amount(), b.amount())
		least, most = new(big.Rat).Sub(d, l.less.rat()).Sign(), new(big.Rat).Add(d, l.more.rat()).Sign()
	}
	for order := least; order <= most; order++ {
		if op.holds(order) != op.holds(least) {
			return now
		}
	}
	return never()
}

// A clockBound is the bound of a difference that stands still or moves by one a
// second, as nearly all do: now it is between least and most.
type clockBound struct {
	least, most span
	slope       int64
}

// inSeconds is the bound of a - b as a clockBound. Whole numbers that move by one in
// n seconds have one too, once all is multiplied by n.
func (l linearBound) inSeconds(a, b Value) (w clockBound, ok bool) {
	if l.slope.num < -1 || l.slope.num > 1 || !l.slope.exact() {
		return clockBound{}, false
	}
	less, ok := l.less.span()
	more, ok2 := l.more.span()
	if a.kind != KindNumber {
		d := a.seconds().sub(b.seconds())
		return clockBound{d.sub(less), d.add(more), l.slope.num}, ok && ok2 && l.slope.den <= 1
	}
	const most = 1 << 30
	x, ok3 := a.Int()
	y, ok4 := b.Int()
	n := max(l.slope.den, 1)
	if !ok || !ok2 || !ok3 || !ok4 || less.nsec+more.nsec > 0 || max(x, y, less.sec, more.sec, n) > most || min(x, y) < -most {
		return clockBound{}, false
	}
	return clockBound{span{sec: (x - y - less.sec) * n}, span{sec: (x - y + more.sec) * n}, l.slope.num}, true
}

// crosses is crossesExactly for a clockBound.
func (w clockBound) crosses(strict bool, now time.Time) time.Time {
	above := func(x span) bool { return x.sec > 0 || x.sec == 0 && (x.nsec > 0 || !strict) }
	moved := span{}
	switch {
	case above(w.least):
		if w.slope >= 0 {
			return never()
		}
		moved = w.least
		strict = !strict
	case !above(w.most):
		if w.slope <= 0 {
			return never()
		}
		moved = w.most.negative()
	default:
		return now
	}
	if strict { // at the instant itself the two are equal, which changes nothing yet
		moved = moved.add(span{nsec: 1})
	}
	return shift(now, moved)
}

// crossesExactly is crosses for any bound: d is a - b now, the question whether it is
// > 0, if strict, or >= 0.
func (l linearBound) crossesExactly(d *big.Rat, strict bool, now time.Time) time.Time {
	slope := l.slope.rat()
	least, most := new(big.Rat).Sub(d, l.less.rat()), new(big.Rat).Add(d, l.more.rat())
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

// slow reports whether a duration that moves so, and is rounded down, stays the same
// for many nanoseconds on end.
func (l linearBound) slow() bool {
	num, den := l.slope.parts()
	return !l.unknown && (!l.slope.exact() || max(num, -num) < den/8)
}

// slowerThanTime reports whether the value moves by no more than a second in a
// second: then it comes no further than some ten thousand years by the year 9999. An
// unknown bound counts too, since nothing is concluded from it.
func (l linearBound) slowerThanTime() bool {
	num, den := l.slope.parts()
	return l.unknown || l.slope.exact() && num <= den && -num <= den
}

// endingBy is the bound up to an instant at most.
func (l linearBound) endingBy(t time.Time) linearBound {
	l.until = firstOf(l.until, t)
	return l
}

// widerThan reports whether a bound allows for more than a number, less and more
// together.
func (l linearBound) widerThan(than *big.Rat) bool {
	width := new(big.Rat).Add(l.less.rat(), l.more.rat())
	return l.unknown || width.Cmp(new(big.Rat).Abs(than)) > 0
}
