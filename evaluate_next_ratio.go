package segment

import (
	"math/big"
	"math/bits"
)

// A ratio is a small exact fraction, held without an allocation: the speed at
// which a value moves, or how far it may be off. The zero ratio is 0. What does
// not fit is rounded: a negative den says that the ratio is num × 2^(den +
// ratioBias). Where a result does not fit, ok is false, and the caller computes
// with big.Rat.
type ratio struct{ num, den int64 }

const (
	ratioBias = 4096
	ratioBits = 60 // of a rounded num
)

// whole is a whole number as a ratio.
func whole(n int64) ratio { return ratio{n, 1} }

// nanoseconds are n of them as a ratio of seconds.
func nanoseconds(n int64) ratio { return ratio{n, 1e9} }

// zero reports whether the ratio is 0.
func (r ratio) zero() bool { return r.num == 0 }

// parts are numerator and denominator, which is never 0, of an exact ratio.
func (r ratio) parts() (num, den int64) { return r.num, max(r.den, 1) }

// exact reports whether the ratio is a fraction.
func (r ratio) exact() bool { return r.den >= 0 }

// rat is the ratio as a fraction of any size.
func (r ratio) rat() *big.Rat {
	if !r.exact() {
		return shiftedRat(big.NewRat(r.num, 1), int(r.den)+ratioBias)
	}
	num, den := r.parts()
	return big.NewRat(num, den)
}

// shiftedRat is r × 2^n.
func shiftedRat(r *big.Rat, n int) *big.Rat {
	num, den := new(big.Int).Set(r.Num()), new(big.Int).Set(r.Denom())
	if n >= 0 {
		num.Lsh(num, uint(n))
	} else {
		den.Lsh(den, uint(-n))
	}
	return new(big.Rat).SetFrac(num, den)
}

// roundedDown is the fraction, or the nearest ratio below it; ok is false for
// numbers of some thousand binary digits, which no ratio can hold.
func roundedDown(r *big.Rat) (q ratio, ok bool) {
	if q, ok := ratioOf(r); ok {
		return q, true
	}
	n := r.Num().BitLen() - r.Denom().BitLen() - ratioBits
	if n <= -ratioBias || n >= ratioBias/2 {
		return ratio{}, false
	}
	m := shiftedRat(r, -n)
	return ratio{new(big.Int).Div(m.Num(), m.Denom()).Int64(), int64(n) - ratioBias}, true
}

// roundedUp is the fraction, or the nearest ratio above it.
func roundedUp(r *big.Rat) (q ratio, ok bool) {
	q, ok = roundedDown(new(big.Rat).Neg(r))
	return q.negative(), ok
}

// negative is the ratio with the other sign.
func (r ratio) negative() ratio { return ratio{-r.num, r.den} }

// ratioOf returns a number as a ratio; ok is false if it does not fit.
func ratioOf(r *big.Rat) (q ratio, ok bool) {
	if r == nil || !r.Num().IsInt64() || !r.Denom().IsInt64() {
		return ratio{}, false
	}
	// The least int64 cannot be negated, so it does not count.
	q = ratio{r.Num().Int64(), r.Denom().Int64()}
	return q, q.num != -q.num || q.num == 0
}

// add is the sum; ok is false if it does not fit.
func (r ratio) add(o ratio) (sum ratio, ok bool) {
	switch {
	case r.num == 0:
		return o, true
	case o.num == 0:
		return r, true
	}
	a, b := r.parts()
	c, d := o.parts()
	const most = 1 << 32 // seconds that are surely an int64 of nanoseconds
	switch {
	case b == 1 && d == 1e9 && max(a, -a) < most:
		a, b = a*1e9, d
	case b == 1e9 && d == 1 && max(c, -c) < most:
		c, d = c*1e9, b
	}
	if b == d && r.exact() && o.exact() && small(a) && small(c) {
		return ratio{a + c, b}, true
	}
	return ratioOf(new(big.Rat).Add(r.rat(), o.rat()))
}

// addUp is the sum, or the next ratio above it.
func (r ratio) addUp(o ratio) (sum ratio, ok bool) {
	if sum, ok := r.add(o); ok {
		return sum, true
	}
	return roundedUp(new(big.Rat).Add(r.rat(), o.rat()))
}

// mul is the product; ok is false if it does not fit.
func (r ratio) mul(o ratio) (product ratio, ok bool) {
	if r.num == 0 || o.num == 0 {
		return ratio{}, true
	}
	if o == whole(1) {
		return r, true
	}
	return ratioOf(new(big.Rat).Mul(r.rat(), o.rat()))
}

// span is a number of seconds of whole nanoseconds, and not negative; ok is
// false if the ratio is none such.
func (r ratio) span() (d span, ok bool) {
	switch {
	case !small(r.num):
		return span{}, false
	case r.den == 0 || r.den == 1:
		return span{sec: r.num}, true
	}
	return span{r.num / 1e9, r.num % 1e9}, r.den == 1e9 && r.num >= 0
}

// spanRatio is a span as a ratio of seconds.
func spanRatio(d span) ratio {
	if d.nsec == 0 || d.sec > 1<<32 {
		return whole(d.sec + min(d.nsec, 1))
	}
	return nanoseconds(d.sec*1e9 + d.nsec)
}

// small reports whether two such numbers can be added without overflow.
func small(n int64) bool { return bits.LeadingZeros64(uint64(max(n, -n))) >= 2 }
