package segment

import (
	"math/big"
	"time"

	"github.com/segmentrules/segment/internal/trajectory"
	"github.com/segmentrules/segment/rule"
)

// Products and quotients of two values that move are curves. Over a limited time a
// curve stays near a straight line, and half the time means a quarter of the
// deviation. So Next bounds the curve by a line for budget.reach seconds; where that
// is too rough to say when the answer changes, it takes a step and looks less far
// ahead from there, and so comes to the nanosecond in a few steps.

// A valueInterval is an interval in which a value lies, both ends included.
type valueInterval struct{ lo, hi *big.Rat }

// deviation is the interval in which a value differs from its bound's line.
func deviation(l trajectory.Bound) valueInterval {
	return valueInterval{new(big.Rat).Neg(l.Less.Rat()), l.More.Rat()}
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
func (s lookahead) boundWithin(slope *big.Rat, r valueInterval, until time.Time) trajectory.Bound {
	return trajectory.RoundedBound(slope, r.lo.Neg(r.lo), r.hi, s.now, until)
}

// horizon is how far ahead the curve of two bounds is looked at: until one of them
// ends, but no farther than the budget's reach. ok is false if one of them is
// unknown, or has ended.
func (s lookahead) horizon(a, b trajectory.Bound) (until time.Time, ok bool) {
	until = trajectory.FirstOf(a.Until, b.Until, s.budget.curveEnd(s.now))
	return until, !a.Unknown && !b.Unknown && until.After(s.now)
}

// product is a × b as a number of the units in which both are counted.
func (s lookahead) product(a, b trajectory.Trajectory) trajectory.Trajectory {
	x, y := a.V.Amount(), b.V.Amount()
	return s.combineBounds(a, b, new(big.Rat).Mul(x, y), func(l, m trajectory.Bound) trajectory.Bound {
		switch {
		case l.Still():
			return m.Times(x, s.now).EndingBy(l.Until)
		case m.Still():
			return l.Times(y, s.now).EndingBy(m.Until)
		}
		return s.productBound(x, y, l, m)
	})
}

// combineBounds applies a step to both pairs of bounds, once where they are the same.
func (s lookahead) combineBounds(a, b trajectory.Trajectory, v *big.Rat, step func(l, m trajectory.Bound) trajectory.Bound) trajectory.Trajectory {
	out := trajectory.Trajectory{V: rule.RatValue(v), Near: step(a.Near, b.Near)}
	out.Far = out.Near
	if a.Near != a.Far || b.Near != b.Far {
		out.Far = step(a.Far, b.Far)
	}
	return out
}

// productBound bounds (x + l)(y + m) - xy for t from 0 to w, where l and m are what
// two lines add to x and y. That is xm + yl + lm. The first two are lines. In lm
// there is t², which from 0 to w lies below the chord wt, by no more than w²/4.
func (s lookahead) productBound(x, y *big.Rat, l, m trajectory.Bound) trajectory.Bound {
	until, ok := s.horizon(l, m)
	if !ok {
		return trajectory.Bound{Unknown: true}
	}
	w := trajectory.SecondsUntil(until, s.now)
	p, q, lr, mr := l.Slope.Rat(), m.Slope.Rat(), deviation(l), deviation(m)
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
func (s lookahead) quotient(a, b trajectory.Trajectory) (q trajectory.Trajectory, ok bool) {
	x, y := a.V.Amount(), b.V.Amount()
	if y.Sign() == 0 {
		return trajectory.Trajectory{}, false
	}
	v := new(big.Rat).Quo(x, y)
	return s.combineBounds(a, b, v, func(l, m trajectory.Bound) trajectory.Bound {
		if m.Still() {
			return l.Times(new(big.Rat).Inv(y), s.now).EndingBy(m.Until)
		}
		return s.quotientBound(v, y, l, m)
	}), true
}

// quotientBound bounds (x + l)/(y + m) - v, where v is x/y, and l and m are what two
// lines add to x and y. That is (l - vm)/(y + m), and 1/(y + m) is near 1/y as long
// as m is small.
func (s lookahead) quotientBound(v, y *big.Rat, l, m trajectory.Bound) trajectory.Bound {
	until, ok := s.horizon(l, m)
	until = trajectory.FirstOf(until, s.nearPole(y, m))
	if !ok || !until.After(s.now) {
		return trajectory.Bound{Unknown: true}
	}
	w := trajectory.SecondsUntil(until, s.now)
	lr, mr := deviation(l), deviation(m)
	divisor := valueInterval{y, y}.plus(mr).plus(fromZeroTo(new(big.Rat).Mul(m.Slope.Rat(), w)))
	if divisor.lo.Sign() <= 0 && divisor.hi.Sign() >= 0 {
		return trajectory.Bound{Unknown: true}
	}
	inverse := valueInterval{new(big.Rat).Inv(divisor.hi), new(big.Rat).Inv(divisor.lo)}
	now := new(big.Rat).Inv(y)
	minusV := new(big.Rat).Neg(v)
	rise := new(big.Rat).Add(l.Slope.Rat(), new(big.Rat).Mul(minusV, m.Slope.Rat()))
	minusNow := new(big.Rat).Neg(now)
	off := inverse.plus(valueInterval{minusNow, minusNow}).times(fromZeroTo(new(big.Rat).Mul(rise, w)))
	r := off.plus(lr.plus(mr.by(minusV)).times(inverse))
	return s.boundWithin(rise.Mul(rise, now), r, until)
}

// nearPole is an instant most of the way to that at which a divisor y may come
// to 0.
func (s lookahead) nearPole(y *big.Rat, m trajectory.Bound) time.Time {
	left, speed := new(big.Rat).Sub(y, m.Less.Rat()), m.Slope.Rat()
	if y.Sign() < 0 {
		left.Neg(left.Add(y, m.More.Rat()))
	} else {
		speed.Neg(speed)
	}
	switch {
	case left.Sign() <= 0:
		return s.now
	case speed.Sign() <= 0:
		return trajectory.Never()
	}
	left.Mul(left.Quo(left, speed), big.NewRat(63, 64))
	return trajectory.ShiftRat(s.now, left, true).Add(-1)
}

// remainder is a - b × q, where q is the quotient without its fraction. As long as
// q stays, that is a sum of lines.
func (s lookahead) remainder(a, b, quotient trajectory.Trajectory, v Value) trajectory.Trajectory {
	if quotient.V.IsNull() || v.IsNull() {
		return trajectory.Unpredictable(v) // too many digits to compute with
	}
	r := quotient.V.Rat()
	q := new(big.Rat).SetInt(new(big.Int).Quo(r.Num(), r.Denom()))
	one := big.NewRat(1, 1)
	above, below := new(big.Rat).Add(q, one), new(big.Rat).Sub(q, one)
	fixed := func(r *big.Rat) trajectory.Trajectory {
		return trajectory.ConstantUntil(rule.RatValue(r), trajectory.Never())
	}
	var until time.Time
	switch q.Sign() {
	case 0:
		until = trajectory.FirstOf(trajectory.Flips(quotient, rule.OpGt, fixed(below), s.now), trajectory.Flips(quotient, rule.OpLt, fixed(above), s.now))
	case 1:
		until = s.inside(quotient, q, above)
	default:
		until = trajectory.FirstOf(trajectory.Flips(quotient, rule.OpGt, fixed(below), s.now), trajectory.Flips(quotient, rule.OpLe, fixed(q), s.now))
	}
	minusQ := new(big.Rat).Neg(q)
	step := func(l, m trajectory.Bound) trajectory.Bound {
		return l.Plus(m.Times(minusQ, s.now), s.now).EndingBy(until)
	}
	out := trajectory.Trajectory{V: v, Near: step(a.Near, b.Near), Far: step(a.Far, b.Far)}
	if b.Still() && (a.Near == a.Far || a.Far.WiderThan(b.V.Rat())) {
		out.Far = remainderBound(v.Rat(), b.V.Rat(), trajectory.FirstOf(b.StableUntil(s.now), a.KindStableUntil(s.now)))
	}
	return out
}

// remainderBound is the bound of a remainder, which is always nearer to 0 than the
// divisor.
func remainderBound(v, divisor *big.Rat, until time.Time) trajectory.Bound {
	m := new(big.Rat).Abs(divisor)
	less, ok := trajectory.RoundedUp(new(big.Rat).Add(v, m))
	more, ok2 := trajectory.RoundedUp(new(big.Rat).Sub(m, v))
	return trajectory.Bound{Less: less, More: more, Until: until, Unknown: !ok || !ok2}
}
