package segment

import (
	"math/big"
	"time"
)

// Products and quotients of two values that move are curves. Over a limited time a
// curve stays near a straight line, and half the time means a quarter of the
// deviation. So Next bounds the curve by a line for budget.reach seconds; where that
// is too rough to say when the answer changes, it takes a step and looks less far
// ahead from there, and so comes to the nanosecond in a few steps.

// A valueInterval is an interval in which a value lies, both ends included.
type valueInterval struct{ lo, hi *big.Rat }

// deviation is the interval in which a value differs from its bound's line.
func deviation(l linearBound) valueInterval {
	return valueInterval{new(big.Rat).Neg(l.less.rat()), l.more.rat()}
}

// fromZeroTo is the interval from 0 to r, or from r to 0.
func fromZeroTo(r *big.Rat) valueInterval {
	if r.Sign() < 0 {
		return valueInterval{r, new(big.Rat)}
	}
	return valueInterval{new(big.Rat), r}
}

// plus is where the sum of a value in each lies.
func (a valueInterval) plus(b valueInterval) valueInterval {
	return valueInterval{new(big.Rat).Add(a.lo, b.lo), new(big.Rat).Add(a.hi, b.hi)}
}

// times is where the product of a value in each lies: between two of the products
// of their ends.
func (a valueInterval) times(b valueInterval) valueInterval {
	p := new(big.Rat).Mul(a.lo, b.lo)
	out := valueInterval{p, p}
	for _, q := range [3]*big.Rat{new(big.Rat).Mul(a.lo, b.hi), new(big.Rat).Mul(a.hi, b.lo), new(big.Rat).Mul(a.hi, b.hi)} {
		if q.Cmp(out.lo) < 0 {
			out.lo = q
		}
		if q.Cmp(out.hi) > 0 {
			out.hi = q
		}
	}
	return out
}

// by is the interval multiplied by a constant.
func (a valueInterval) by(k *big.Rat) valueInterval { return a.times(valueInterval{k, k}) }

// boundWithin is the bound with a slope from whose line a value differs by no more
// than the interval says.
func (s lookahead) boundWithin(slope *big.Rat, r valueInterval, until time.Time) linearBound {
	return roundedBound(slope, r.lo.Neg(r.lo), r.hi, s.now, until)
}

// horizon is how far ahead the curve of two bounds is looked at: until one of them
// ends, but no farther than the budget's reach. ok is false if one of them is
// unknown, or has ended.
func (s lookahead) horizon(a, b linearBound) (until time.Time, ok bool) {
	until = firstOf(a.until, b.until, s.budget.curveEnd(s.now))
	return until, !a.unknown && !b.unknown && until.After(s.now)
}

// product is a × b as a number of the units in which both are counted.
func (s lookahead) product(a, b trajectory) trajectory {
	x, y := a.v.amount(), b.v.amount()
	return s.combineBounds(a, b, new(big.Rat).Mul(x, y), func(l, m linearBound) linearBound {
		switch {
		case l.still():
			return m.times(x, s.now).endingBy(l.until)
		case m.still():
			return l.times(y, s.now).endingBy(m.until)
		}
		return s.productBound(x, y, l, m)
	})
}

// combineBounds applies a step to both pairs of bounds, once where they are the same.
func (s lookahead) combineBounds(a, b trajectory, v *big.Rat, step func(l, m linearBound) linearBound) trajectory {
	out := trajectory{v: ratValue(v), near: step(a.near, b.near)}
	out.far = out.near
	if a.near != a.far || b.near != b.far {
		out.far = step(a.far, b.far)
	}
	return out
}

// productBound bounds (x + l)(y + m) - xy for t from 0 to w, where l and m are what
// two lines add to x and y. That is xm + yl + lm. The first two are lines. In lm
// there is t², which from 0 to w lies below the chord wt, by no more than w²/4.
func (s lookahead) productBound(x, y *big.Rat, l, m linearBound) linearBound {
	until, ok := s.horizon(l, m)
	if !ok {
		return linearBound{unknown: true}
	}
	w := secondsUntil(until, s.now)
	p, q, lr, mr := l.slope.rat(), m.slope.rat(), deviation(l), deviation(m)
	pq := new(big.Rat).Mul(p, q)
	slope := new(big.Rat).Add(new(big.Rat).Mul(x, q), new(big.Rat).Mul(y, p))
	slope.Add(slope, new(big.Rat).Mul(pq, w))
	below := new(big.Rat).Mul(pq, w)
	below.Mul(below, w).Quo(below, big.NewRat(-4, 1))
	r := fromZeroTo(below).plus(mr.by(x)).plus(lr.by(y)).plus(lr.times(mr))
	r = r.plus(fromZeroTo(new(big.Rat).Mul(p, w)).times(mr)).plus(fromZeroTo(new(big.Rat).Mul(q, w)).times(lr))
	return s.boundWithin(slope, r, until)
}

// quotient is a ÷ b as a number of the units in which both are counted; ok is
// false if b is 0.
func (s lookahead) quotient(a, b trajectory) (q trajectory, ok bool) {
	x, y := a.v.amount(), b.v.amount()
	if y.Sign() == 0 {
		return trajectory{}, false
	}
	v := new(big.Rat).Quo(x, y)
	return s.combineBounds(a, b, v, func(l, m linearBound) linearBound {
		if m.still() {
			return l.times(new(big.Rat).Inv(y), s.now).endingBy(m.until)
		}
		return s.quotientBound(v, y, l, m)
	}), true
}

// quotientBound bounds (x + l)/(y + m) - v, where v is x/y, and l and m are what two
// lines add to x and y. That is (l - vm)/(y + m), and 1/(y + m) is near 1/y as long
// as m is small.
func (s lookahead) quotientBound(v, y *big.Rat, l, m linearBound) linearBound {
	until, ok := s.horizon(l, m)
	until = firstOf(until, s.nearPole(y, m))
	if !ok || !until.After(s.now) {
		return linearBound{unknown: true}
	}
	w := secondsUntil(until, s.now)
	lr, mr := deviation(l), deviation(m)
	divisor := valueInterval{y, y}.plus(mr).plus(fromZeroTo(new(big.Rat).Mul(m.slope.rat(), w)))
	if divisor.lo.Sign() <= 0 && divisor.hi.Sign() >= 0 {
		return linearBound{unknown: true}
	}
	inverse := valueInterval{new(big.Rat).Inv(divisor.hi), new(big.Rat).Inv(divisor.lo)}
	now := new(big.Rat).Inv(y)
	minusV := new(big.Rat).Neg(v)
	rise := new(big.Rat).Add(l.slope.rat(), new(big.Rat).Mul(minusV, m.slope.rat()))
	minusNow := new(big.Rat).Neg(now)
	off := inverse.plus(valueInterval{minusNow, minusNow}).times(fromZeroTo(new(big.Rat).Mul(rise, w)))
	r := off.plus(lr.plus(mr.by(minusV)).times(inverse))
	return s.boundWithin(rise.Mul(rise, now), r, until)
}

// nearPole is an instant most of the way to that at which a divisor y may come
// to 0.
func (s lookahead) nearPole(y *big.Rat, m linearBound) time.Time {
	left, speed := new(big.Rat).Sub(y, m.less.rat()), m.slope.rat()
	if y.Sign() < 0 {
		left.Neg(left.Add(y, m.more.rat()))
	} else {
		speed.Neg(speed)
	}
	switch {
	case left.Sign() <= 0:
		return s.now
	case speed.Sign() <= 0:
		return never()
	}
	left.Mul(left.Quo(left, speed), big.NewRat(63, 64))
	return shiftRat(s.now, left, true).Add(-1)
}

// remainder is a - b × q, where q is the quotient without its fraction. As long as
// q stays, that is a sum of lines.
func (s lookahead) remainder(a, b, quotient trajectory, v Value) trajectory {
	if quotient.v.IsNull() || v.IsNull() {
		return unpredictable(v) // too many digits to compute with
	}
	r := quotient.v.rat()
	q := new(big.Rat).SetInt(new(big.Int).Quo(r.Num(), r.Denom()))
	one := big.NewRat(1, 1)
	above, below := new(big.Rat).Add(q, one), new(big.Rat).Sub(q, one)
	fixed := func(r *big.Rat) trajectory { return constantUntil(ratValue(r), never()) }
	var until time.Time
	switch q.Sign() {
	case 0:
		until = firstOf(flips(quotient, Gt, fixed(below), s.now), flips(quotient, Lt, fixed(above), s.now))
	case 1:
		until = s.inside(quotient, q, above)
	default:
		until = firstOf(flips(quotient, Gt, fixed(below), s.now), flips(quotient, Le, fixed(q), s.now))
	}
	minusQ := new(big.Rat).Neg(q)
	step := func(l, m linearBound) linearBound { return l.plus(m.times(minusQ, s.now), s.now).endingBy(until) }
	out := trajectory{v: v, near: step(a.near, b.near), far: step(a.far, b.far)}
	if b.still() && (a.near == a.far || a.far.widerThan(b.v.rat())) {
		out.far = remainderBound(v.rat(), b.v.rat(), firstOf(b.stableUntil(s.now), a.kindStableUntil(s.now)))
	}
	return out
}

// remainderBound is the bound of a remainder, which is always nearer to 0 than the
// divisor.
func remainderBound(v, divisor *big.Rat, until time.Time) linearBound {
	m := new(big.Rat).Abs(divisor)
	less, ok := roundedUp(new(big.Rat).Add(v, m))
	more, ok2 := roundedUp(new(big.Rat).Sub(m, v))
	return linearBound{less: less, more: more, until: until, unknown: !ok || !ok2}
}
