package trajectory

import (
	"cmp"
	"math/big"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// A Bound says how a value moves: at every instant before until it is
// v + slope × (seconds from now on), where v is the value now, or differs from that
// by at most so much less or more. Slope, less and more are in the unit of the
// value: seconds for instants, dates and durations. One that is unknown says nothing.
type Bound struct {
	Slope, Less, More Ratio
	Until             time.Time
	Unknown           bool
}

// ConstantBound is that of a value that stays what it is until an instant.
func ConstantBound(until time.Time) Bound { return Bound{Until: until} }

// sure reports whether the value is exactly on the line.
func (l Bound) sure() bool { return !l.Unknown && l.Less.zero() && l.More.zero() }

// Still reports whether the value stays exactly as it is until the bound ends.
func (l Bound) Still() bool { return l.sure() && l.Slope.zero() }

// AsTime reports whether the value moves exactly as time does.
func (l Bound) AsTime() bool { return l.sure() && l.Slope == Whole(1) }

// Widened is the bound with so much more on both sides.
func (l Bound) Widened(by Ratio) Bound { return l.widenedBy(by, by) }

// widenedBy is the bound with so much more below and above; unknown if that is too
// much to be written.
func (l Bound) widenedBy(less, more Ratio) Bound {
	var ok, ok2 bool
	l.Less, ok = l.Less.addUp(less)
	l.More, ok2 = l.More.addUp(more)
	l.Unknown = l.Unknown || !ok || !ok2
	return l
}

// WidenedIfMoving is the bound widened, unless its value stands still: then it does
// so as another kind too.
func (l Bound) WidenedIfMoving(by Ratio) Bound {
	if l.Still() {
		return l
	}
	return l.Widened(by)
}

// Plus is the bound of the sum of two values.
func (l Bound) Plus(o Bound, now time.Time) Bound {
	slope, ok := l.Slope.add(o.Slope)
	less, ok2 := l.Less.addUp(o.Less)
	more, ok3 := l.More.addUp(o.More)
	out := Bound{slope, less, more, FirstOf(l.Until, o.Until), l.Unknown || o.Unknown}
	if ok && ok2 && ok3 || out.Unknown {
		return out
	}
	add := func(a, b Ratio) *big.Rat { return new(big.Rat).Add(a.Rat(), b.Rat()) }
	return RoundedBound(add(l.Slope, o.Slope), add(l.Less, o.Less), add(l.More, o.More), now, out.Until)
}

// Negative is the bound of the value with the other sign.
func (l Bound) Negative() Bound {
	l.Slope, l.Less, l.More = l.Slope.negative(), l.More, l.Less
	return l
}

// Times is the bound of the value multiplied by a constant.
func (l Bound) Times(k *big.Rat, now time.Time) Bound {
	if k.Sign() < 0 {
		return l.Negative().Times(new(big.Rat).Neg(k), now)
	}
	if q, ok := ratioOf(k); ok {
		slope, ok := l.Slope.mul(q)
		less, ok2 := l.Less.mul(q)
		more, ok3 := l.More.mul(q)
		if ok && ok2 && ok3 || l.Unknown {
			return Bound{slope, less, more, l.Until, l.Unknown}
		}
	}
	mul := func(a Ratio) *big.Rat { return new(big.Rat).Mul(a.Rat(), k) }
	return RoundedBound(mul(l.Slope), mul(l.Less), mul(l.More), now, l.Until)
}

// RoundedBound is the bound with these numbers, which may have to be rounded: so that
// it is never too narrow.
func RoundedBound(slope, less, more *big.Rat, now, until time.Time) Bound {
	q, ok := roundedDown(slope)
	if off := new(big.Rat).Sub(slope, q.Rat()); ok && off.Sign() > 0 {
		more = new(big.Rat).Add(more, off.Mul(off, SecondsUntil(until, now)))
	}
	l, ok2 := RoundedUp(less)
	m, ok3 := RoundedUp(more)
	return Bound{q, l, m, until, !ok || !ok2 || !ok3}
}

// SecondsUntil is the time from now to an instant, or to the end of the year 9999.
func SecondsUntil(t, now time.Time) *big.Rat {
	return calendar.Between(now, FirstOf(t, time.Unix(lastSecond+1, 0))).Rat()
}

// crosses is the first instant at which `a op b` may differ, where the bound is
// that of a - b.
func (l Bound) crosses(a rule.Value, op rule.Op, b rule.Value, now time.Time) time.Time {
	if l.Still() {
		return Never()
	}
	if l.Slope.zero() && a.Kind() == rule.KindNumber {
		return l.crossesRecurring(a, op, b, now)
	}
	switch op {
	case rule.OpLt, rule.OpLe:
		return l.Negative().crosses(b, op.Mirrored(), a, now)
	case rule.OpEq:
		return FirstOf(l.crosses(a, rule.OpGe, b, now), l.crosses(a, rule.OpLe, b, now))
	}
	if w, ok := l.inSeconds(a, b); ok {
		return w.crosses(op == rule.OpGt, now)
	}
	return l.crossesExactly(new(big.Rat).Sub(a.Amount(), b.Amount()), op == rule.OpGt, now)
}

// crossesRecurring is crosses for a number that has no slope, but takes any value
// within its bound: never if the answer is the same for all of these, else now.
func (l Bound) crossesRecurring(a rule.Value, op rule.Op, b rule.Value, now time.Time) time.Time {
	x, ok := a.Int()
	y, ok2 := b.Int()
	var least, most int
	if ok && ok2 && l.Less.Den == 1 && l.More.Den == 1 && max(x, y, l.Less.Num, l.More.Num) < 1<<30 && min(x, y) > -1<<30 {
		least, most = cmp.Compare(x-l.Less.Num, y), cmp.Compare(x+l.More.Num, y)
	} else {
		d := new(big.Rat).Sub(a.Amount(), b.Amount())
		least, most = new(big.Rat).Sub(d, l.Less.Rat()).Sign(), new(big.Rat).Add(d, l.More.Rat()).Sign()
	}
	for order := least; order <= most; order++ {
		if op.Holds(order) != op.Holds(least) {
			return now
		}
	}
	return Never()
}

// A clockBound is the bound of a difference that stands still or moves by one a
// second, as nearly all do: now it is between least and most.
type clockBound struct {
	least, most calendar.Length
	slope       int64
}

// inSeconds is the bound of a - b as a clockBound. Whole numbers that move by one in
// n seconds have one too, once all is multiplied by n.
func (l Bound) inSeconds(a, b rule.Value) (w clockBound, ok bool) {
	if l.Slope.Num < -1 || l.Slope.Num > 1 || !l.Slope.exact() {
		return clockBound{}, false
	}
	less, ok := l.Less.span()
	more, ok2 := l.More.span()
	if a.Kind() != rule.KindNumber {
		d := a.AsLength().Sub(b.AsLength())
		return clockBound{d.Sub(less), d.Add(more), l.Slope.Num}, ok && ok2 && l.Slope.Den <= 1
	}
	const most = 1 << 30
	x, ok3 := a.Int()
	y, ok4 := b.Int()
	n := max(l.Slope.Den, 1)
	if !ok || !ok2 || !ok3 || !ok4 || less.Nsec+more.Nsec > 0 || max(x, y, less.Sec, more.Sec, n) > most || min(x, y) < -most {
		return clockBound{}, false
	}
	return clockBound{calendar.Length{Sec: (x - y - less.Sec) * n}, calendar.Length{Sec: (x - y + more.Sec) * n}, l.Slope.Num}, true
}

// crosses is crossesExactly for a clockBound.
func (w clockBound) crosses(strict bool, now time.Time) time.Time {
	above := func(x calendar.Length) bool { return x.Sec > 0 || x.Sec == 0 && (x.Nsec > 0 || !strict) }
	moved := calendar.Length{}
	switch {
	case above(w.least):
		if w.slope >= 0 {
			return Never()
		}
		moved = w.least
		strict = !strict
	case !above(w.most):
		if w.slope <= 0 {
			return Never()
		}
		moved = w.most.Negative()
	default:
		return now
	}
	if strict { // at the instant itself the two are equal, which changes nothing yet
		moved = moved.Add(calendar.Length{Nsec: 1})
	}
	return calendar.Shift(now, moved)
}

// crossesExactly is crosses for any bound: d is a - b now, the question whether it is
// > 0, if strict, or >= 0.
func (l Bound) crossesExactly(d *big.Rat, strict bool, now time.Time) time.Time {
	slope := l.Slope.Rat()
	least, most := new(big.Rat).Sub(d, l.Less.Rat()), new(big.Rat).Add(d, l.More.Rat())
	above := func(x *big.Rat) bool { return x.Sign() > 0 || x.Sign() == 0 && !strict }
	switch {
	case above(least): // it holds; it ends when least falls to 0 (or below)
		if slope.Sign() >= 0 {
			return Never()
		}
		return ShiftRat(now, least.Quo(least, slope.Neg(slope)), strict)
	case !above(most):
		if slope.Sign() <= 0 {
			return Never()
		}
		return ShiftRat(now, most.Quo(most.Neg(most), slope), !strict)
	}
	return now
}

// ShiftRat is the first nanosecond at or after now plus a number of seconds;
// or strictly after it, if at is false.
func ShiftRat(now time.Time, seconds *big.Rat, at bool) time.Time {
	ns := seconds.Mul(seconds, big.NewRat(1e9, 1))
	n, rest := new(big.Int).DivMod(ns.Num(), ns.Denom(), new(big.Int))
	if !at || rest.Sign() != 0 {
		n.Add(n, big.NewInt(1))
	}
	sec, nsec := n.DivMod(n, big.NewInt(1e9), new(big.Int))
	if !sec.IsInt64() || sec.Int64() > calendar.MaxSeconds {
		return Never()
	}
	return calendar.Shift(now, calendar.Length{Sec: sec.Int64(), Nsec: nsec.Int64()})
}

// Slow reports whether a duration that moves so, and is rounded down, stays the same
// for many nanoseconds on end.
func (l Bound) Slow() bool {
	num, den := l.Slope.parts()
	return !l.Unknown && (!l.Slope.exact() || max(num, -num) < den/8)
}

// SlowerThanTime reports whether the value moves by no more than a second in a
// second: then it comes no further than some ten thousand years by the year 9999. An
// unknown bound counts too, since nothing is concluded from it.
func (l Bound) SlowerThanTime() bool {
	num, den := l.Slope.parts()
	return l.Unknown || l.Slope.exact() && num <= den && -num <= den
}

// EndingBy is the bound up to an instant at most.
func (l Bound) EndingBy(t time.Time) Bound {
	l.Until = FirstOf(l.Until, t)
	return l
}

// WiderThan reports whether a bound allows for more than a number, less and more
// together.
func (l Bound) WiderThan(than *big.Rat) bool {
	width := new(big.Rat).Add(l.Less.Rat(), l.More.Rat())
	return l.Unknown || width.Cmp(new(big.Rat).Abs(than)) > 0
}
