package trajectory

import (
	"math/big"
	"math/bits"

	"github.com/segmentrules/segment/internal/calendar"
)

// A Ratio is a small exact fraction, held without an allocation: the speed at
// which a value moves, or how far it may be off. The zero ratio is 0. What does
// not fit is rounded: a negative den says that the ratio is num × 2^(den +
// ratioBias). Where a result does not fit, ok is false, and the caller computes
// with big.Rat.
type Ratio struct{ Num, Den int64 }

const (
	ratioBias = 4096
	ratioBits = 60 // of a rounded num
)

// Whole is a whole number as a ratio.
func Whole(n int64) Ratio { return Ratio{n, 1} }

// Nanoseconds are n of them as a ratio of seconds.
func Nanoseconds(n int64) Ratio { return Ratio{n, 1e9} }

// zero reports whether the ratio is 0.
func (r Ratio) zero() bool { return r.Num == 0 }

// parts are numerator and denominator, which is never 0, of an exact ratio.
func (r Ratio) parts() (num, den int64) { return r.Num, max(r.Den, 1) }

// exact reports whether the ratio is a fraction.
func (r Ratio) exact() bool { return r.Den >= 0 }

// Rat is the ratio as a fraction of any size.
func (r Ratio) Rat() *big.Rat {
	if !r.exact() {
		return shiftedRat(big.NewRat(r.Num, 1), int(r.Den)+ratioBias)
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
func roundedDown(r *big.Rat) (q Ratio, ok bool) {
	if q, ok := ratioOf(r); ok {
		return q, true
	}
	n := r.Num().BitLen() - r.Denom().BitLen() - ratioBits
	if n <= -ratioBias || n >= ratioBias/2 {
		return Ratio{}, false
	}
	m := shiftedRat(r, -n)
	return Ratio{new(big.Int).Div(m.Num(), m.Denom()).Int64(), int64(n) - ratioBias}, true
}

// RoundedUp is the fraction, or the nearest ratio above it.
func RoundedUp(r *big.Rat) (q Ratio, ok bool) {
	q, ok = roundedDown(new(big.Rat).Neg(r))
	return q.negative(), ok
}

// negative is the ratio with the other sign.
func (r Ratio) negative() Ratio { return Ratio{-r.Num, r.Den} }

// ratioOf returns a number as a ratio; ok is false if it does not fit.
func ratioOf(r *big.Rat) (q Ratio, ok bool) {
	if r == nil || !r.Num().IsInt64() || !r.Denom().IsInt64() {
		return Ratio{}, false
	}
	// The least int64 cannot be negated, so it does not count.
	q = Ratio{r.Num().Int64(), r.Denom().Int64()}
	return q, q.Num != -q.Num || q.Num == 0
}

// add is the sum; ok is false if it does not fit.
func (r Ratio) add(o Ratio) (sum Ratio, ok bool) {
	switch {
	case r.Num == 0:
		return o, true
	case o.Num == 0:
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
		return Ratio{a + c, b}, true
	}
	return ratioOf(new(big.Rat).Add(r.Rat(), o.Rat()))
}

// addUp is the sum, or the next ratio above it.
func (r Ratio) addUp(o Ratio) (sum Ratio, ok bool) {
	if sum, ok := r.add(o); ok {
		return sum, true
	}
	return RoundedUp(new(big.Rat).Add(r.Rat(), o.Rat()))
}

// mul is the product; ok is false if it does not fit.
func (r Ratio) mul(o Ratio) (product Ratio, ok bool) {
	if r.Num == 0 || o.Num == 0 {
		return Ratio{}, true
	}
	if o == Whole(1) {
		return r, true
	}
	return ratioOf(new(big.Rat).Mul(r.Rat(), o.Rat()))
}

// span is a number of seconds of whole nanoseconds, and not negative; ok is
// false if the ratio is none such.
func (r Ratio) span() (d calendar.Length, ok bool) {
	switch {
	case !small(r.Num):
		return calendar.Length{}, false
	case r.Den == 0 || r.Den == 1:
		return calendar.Length{Sec: r.Num}, true
	}
	return calendar.Length{Sec: r.Num / 1e9, Nsec: r.Num % 1e9}, r.Den == 1e9 && r.Num >= 0
}

// SpanRatio is a span as a ratio of seconds.
func SpanRatio(d calendar.Length) Ratio {
	if d.Nsec == 0 || d.Sec > 1<<32 {
		return Whole(d.Sec + min(d.Nsec, 1))
	}
	return Nanoseconds(d.Sec*1e9 + d.Nsec)
}

// small reports whether two such numbers can be added without overflow.
func small(n int64) bool { return bits.LeadingZeros64(uint64(max(n, -n))) >= 2 }
