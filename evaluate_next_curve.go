package segment

import (
	"math/big"
	"time"
)

// Products and quotients of two values that move are curves. For a while ahead
// a curve keeps to a line: the shorter the while, the closer, by its square. So
// a leaf that looks ahead a while, and then only as far as it has come, closes
// in on the nanosecond in a few steps; pace.ahead is that while.

// room is an interval in which a value lies.
type room struct{ lo, hi *big.Rat }

func roomOf(l line) room { return room{new(big.Rat).Neg(l.less.rat()), l.more.rat()} }

// to0 is the interval from 0 to r, or from r to 0.
func to0(r *big.Rat) room {
	if r.Sign() < 0 {
		return room{r, new(big.Rat)}
	}
	return room{new(big.Rat), r}
}

func (a room) plus(b room) room {
	return room{new(big.Rat).Add(a.lo, b.lo), new(big.Rat).Add(a.hi, b.hi)}
}

func (a room) times(b room) room {
	p := new(big.Rat).Mul(a.lo, b.lo)
	out := room{p, p}
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

func (a room) by(k *big.Rat) room { return a.times(room{k, k}) }

// curve is the line with a slope along which a value lies in a room.
func (s lookahead) curve(slope *big.Rat, r room, until time.Time) line {
	return settled(slope, r.lo.Neg(r.lo), r.hi, s.now, until)
}

// while is how long a curve of two lines is looked at: until both end, but no
// longer than the pace says. ok is false if one says nothing.
func (s lookahead) while(a, b line) (until time.Time, ok bool) {
	until = firstOf(a.until, b.until, s.pace.until(s.now))
	return until, !a.bent && !b.bent && until.After(s.now)
}

// product is a × b as a number of the units in which both are counted.
func (s lookahead) product(a, b course) course {
	x, y := a.v.amount(), b.v.amount()
	return s.curved(a, b, new(big.Rat).Mul(x, y), func(l, m line) line {
		switch {
		case l.still():
			return m.times(x, s.now).endingBy(l.until)
		case m.still():
			return l.times(y, s.now).endingBy(m.until)
		}
		return s.productLine(x, y, l, m)
	})
}

// curved applies a step to both pairs of lines, once where they are the same.
func (s lookahead) curved(a, b course, v *big.Rat, step func(l, m line) line) course {
	out := course{v: ratValue(v), near: step(a.near, b.near)}
	out.far = out.near
	if a.near != a.far || b.near != b.far {
		out.far = step(a.far, b.far)
	}
	return out
}

// productLine is the line near (x + l)(y + m) - xy, for t from 0 to w:
// xm + yl + lm, and of the last the curve is t², between the chord wt and w²/4
// below it.
func (s lookahead) productLine(x, y *big.Rat, l, m line) line {
	until, ok := s.while(l, m)
	if !ok {
		return line{bent: true}
	}
	w := secondsUntil(until, s.now)
	p, q, lr, mr := l.slope.rat(), m.slope.rat(), roomOf(l), roomOf(m)
	pq := new(big.Rat).Mul(p, q)
	slope := new(big.Rat).Add(new(big.Rat).Mul(x, q), new(big.Rat).Mul(y, p))
	slope.Add(slope, new(big.Rat).Mul(pq, w))
	below := new(big.Rat).Mul(pq, w)
	below.Mul(below, w).Quo(below, big.NewRat(-4, 1))
	r := to0(below).plus(mr.by(x)).plus(lr.by(y)).plus(lr.times(mr))
	r = r.plus(to0(new(big.Rat).Mul(p, w)).times(mr)).plus(to0(new(big.Rat).Mul(q, w)).times(lr))
	return s.curve(slope, r, until)
}

// quotient is a ÷ b as a number of the units in which both are counted; ok is
// false if b is 0.
func (s lookahead) quotient(a, b course) (q course, ok bool) {
	x, y := a.v.amount(), b.v.amount()
	if y.Sign() == 0 {
		return course{}, false
	}
	v := new(big.Rat).Quo(x, y)
	return s.curved(a, b, v, func(l, m line) line {
		if m.still() {
			return l.times(new(big.Rat).Inv(y), s.now).endingBy(m.until)
		}
		return s.quotientLine(v, y, l, m)
	}), true
}

// quotientLine is the line near (x + l)/(y + m) - v, where v is x/y. That is
// (l - vm)/(y + m), and 1/(y + m) is near 1/y as long as m is small.
func (s lookahead) quotientLine(v, y *big.Rat, l, m line) line {
	until, ok := s.while(l, m)
	until = firstOf(until, s.nearPole(y, m))
	if !ok || !until.After(s.now) {
		return line{bent: true}
	}
	w := secondsUntil(until, s.now)
	lr, mr := roomOf(l), roomOf(m)
	divisor := room{y, y}.plus(mr).plus(to0(new(big.Rat).Mul(m.slope.rat(), w)))
	if divisor.lo.Sign() <= 0 && divisor.hi.Sign() >= 0 {
		return line{bent: true}
	}
	inverse := room{new(big.Rat).Inv(divisor.hi), new(big.Rat).Inv(divisor.lo)}
	now := new(big.Rat).Inv(y)
	minusV := new(big.Rat).Neg(v)
	rise := new(big.Rat).Add(l.slope.rat(), new(big.Rat).Mul(minusV, m.slope.rat()))
	minusNow := new(big.Rat).Neg(now)
	off := inverse.plus(room{minusNow, minusNow}).times(to0(new(big.Rat).Mul(rise, w)))
	r := off.plus(lr.plus(mr.by(minusV)).times(inverse))
	return s.curve(rise.Mul(rise, now), r, until)
}

// nearPole is an instant most of the way to that at which a divisor y may come
// to 0.
func (s lookahead) nearPole(y *big.Rat, m line) time.Time {
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

// remainder is a - b × q, where q is the quotient cut to a whole number: as
// long as that stays, a line.
func (s lookahead) remainder(a, b, quotient course, v Value) course {
	if quotient.v.IsNull() || v.IsNull() {
		return restless(v) // digits without end
	}
	r := quotient.v.rat()
	q := new(big.Rat).SetInt(new(big.Int).Quo(r.Num(), r.Denom()))
	one := big.NewRat(1, 1)
	above, below := new(big.Rat).Add(q, one), new(big.Rat).Sub(q, one)
	fixed := func(r *big.Rat) course { return steadyCourse(ratValue(r), never()) }
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
	step := func(l, m line) line { return l.plus(m.times(minusQ, s.now), s.now).endingBy(until) }
	out := course{v: v, near: step(a.near, b.near), far: step(a.far, b.far)}
	if b.still() && (a.near == a.far || a.far.roomier(b.v.rat())) {
		out.far = between0(v.rat(), b.v.rat(), firstOf(b.stays(s.now), a.kindStays(s.now)))
	}
	return out
}

// between0 is the line of a remainder, which is nearer to 0 than the divisor.
func between0(v, divisor *big.Rat, until time.Time) line {
	m := new(big.Rat).Abs(divisor)
	less, ok := roundedUp(new(big.Rat).Add(v, m))
	more, ok2 := roundedUp(new(big.Rat).Sub(m, v))
	return line{less: less, more: more, until: until, bent: !ok || !ok2}
}
