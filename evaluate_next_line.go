package segment

import (
	"cmp"
	"math/big"
	"time"
)

// A line is v + slope × (seconds from now on), and at most so much less and
// more, at every instant before until. Slope, less and more are in the unit of
// the value: seconds for instants, dates and durations. A bent line says nothing.
type line struct {
	slope, less, more ratio
	until             time.Time
	bent              bool
}

func flat(until time.Time) line { return line{until: until} }

// sure reports whether the value keeps to the line exactly.
func (l line) sure() bool { return !l.bent && l.less.zero() && l.more.zero() }

// still reports whether the value stays exactly as it is until the line ends.
func (l line) still() bool { return l.sure() && l.slope.zero() }

// asTime reports whether the value moves exactly as time does.
func (l line) asTime() bool { return l.sure() && l.slope == whole(1) }

// straying is the line with more room on both sides.
func (l line) straying(by ratio) line { return l.strayingWithin(by, by) }

func (l line) strayingWithin(less, more ratio) line {
	var ok, ok2 bool
	l.less, ok = l.less.addUp(less)
	l.more, ok2 = l.more.addUp(more)
	l.bent = l.bent || !ok || !ok2
	return l
}

// strayingIfMoving gives room to a line unless its value stands still, which it
// does as another kind too.
func (l line) strayingIfMoving(by ratio) line {
	if l.still() {
		return l
	}
	return l.straying(by)
}

func (l line) plus(o line, now time.Time) line {
	slope, ok := l.slope.add(o.slope)
	less, ok2 := l.less.addUp(o.less)
	more, ok3 := l.more.addUp(o.more)
	out := line{slope, less, more, firstOf(l.until, o.until), l.bent || o.bent}
	if ok && ok2 && ok3 || out.bent {
		return out
	}
	add := func(a, b ratio) *big.Rat { return new(big.Rat).Add(a.rat(), b.rat()) }
	return settled(add(l.slope, o.slope), add(l.less, o.less), add(l.more, o.more), now, out.until)
}

func (l line) negative() line {
	l.slope, l.less, l.more = l.slope.negative(), l.more, l.less
	return l
}

// times is the line multiplied by a constant.
func (l line) times(k *big.Rat, now time.Time) line {
	if k.Sign() < 0 {
		return l.negative().times(new(big.Rat).Neg(k), now)
	}
	if q, ok := ratioOf(k); ok {
		slope, ok := l.slope.mul(q)
		less, ok2 := l.less.mul(q)
		more, ok3 := l.more.mul(q)
		if ok && ok2 && ok3 || l.bent {
			return line{slope, less, more, l.until, l.bent}
		}
	}
	mul := func(a ratio) *big.Rat { return new(big.Rat).Mul(a.rat(), k) }
	return settled(mul(l.slope), mul(l.less), mul(l.more), now, l.until)
}

// settled is the line with numbers that may have to be rounded, to the safe side.
func settled(slope, less, more *big.Rat, now, until time.Time) line {
	q, ok := roundedDown(slope)
	if off := new(big.Rat).Sub(slope, q.rat()); ok && off.Sign() > 0 {
		more = new(big.Rat).Add(more, off.Mul(off, secondsUntil(until, now)))
	}
	l, ok2 := roundedUp(less)
	m, ok3 := roundedUp(more)
	return line{q, l, m, until, !ok || !ok2 || !ok3}
}

// secondsUntil is the time from now to an instant, or to that after which all
// is never.
func secondsUntil(t, now time.Time) *big.Rat {
	return between(now, firstOf(t, time.Unix(lastSecond+1, 0))).rat()
}

// crosses is the first instant at which `a op b` may differ, where the line is
// that of a - b.
func (l line) crosses(a Value, op Op, b Value, now time.Time) time.Time {
	if l.still() {
		return never()
	}
	if l.slope.zero() && a.kind == KindNumber {
		return l.staysOff(a, op, b, now)
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

// staysOff is crosses for a number that comes round again and again: never if
// the answer is one for all that it may be, else now.
func (l line) staysOff(a Value, op Op, b Value, now time.Time) time.Time {
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

// A clockLine is a line that stands or moves by one a second, as nearly all do: it
// is between least and most now.
type clockLine struct {
	least, most span
	slope       int64
}

// inSeconds is the line of a - b as a clockLine. Whole numbers that move by one in n
// seconds are one too, once all is multiplied by n.
func (l line) inSeconds(a, b Value) (w clockLine, ok bool) {
	if l.slope.num < -1 || l.slope.num > 1 || !l.slope.exact() {
		return clockLine{}, false
	}
	less, ok := l.less.span()
	more, ok2 := l.more.span()
	if a.kind != KindNumber {
		d := a.seconds().sub(b.seconds())
		return clockLine{d.sub(less), d.add(more), l.slope.num}, ok && ok2 && l.slope.den <= 1
	}
	const most = 1 << 30
	x, ok3 := a.Int()
	y, ok4 := b.Int()
	n := max(l.slope.den, 1)
	if !ok || !ok2 || !ok3 || !ok4 || less.nsec+more.nsec > 0 || max(x, y, less.sec, more.sec, n) > most || min(x, y) < -most {
		return clockLine{}, false
	}
	return clockLine{span{sec: (x - y - less.sec) * n}, span{sec: (x - y + more.sec) * n}, l.slope.num}, true
}

// crosses is crossesExactly for a clockLine.
func (w clockLine) crosses(strict bool, now time.Time) time.Time {
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

// crossesExactly is crosses for any line: d is a - b now, the question whether
// it is > 0 (or >= 0).
func (l line) crossesExactly(d *big.Rat, strict bool, now time.Time) time.Time {
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

// slow reports whether a duration that moves so stays the same for many
// nanoseconds on end.
func (l line) slow() bool {
	num, den := l.slope.parts()
	return !l.bent && (!l.slope.exact() || max(num, -num) < den/8)
}

// calm and small64 are what surely stays in range until all is never.
func (l line) calm() bool {
	num, den := l.slope.parts()
	return l.bent || l.slope.exact() && num <= den && -num <= den
}

func (l line) endingBy(t time.Time) line {
	l.until = firstOf(l.until, t)
	return l
}

// roomier reports whether a line leaves more room than a number has.
func (l line) roomier(than *big.Rat) bool {
	room := new(big.Rat).Add(l.less.rat(), l.more.rat())
	return l.bent || room.Cmp(new(big.Rat).Abs(than)) > 0
}
