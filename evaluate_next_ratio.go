package segment

import (
	"math/big"
	"math/bits"
)

// A ratio is a small exact fraction, held without an allocation: the speed at
// which a value moves, or how far it may stray. The zero ratio is 0. Where a
// result does not fit, ok is false, and the caller takes the slow way.
type ratio struct{ num, den int64 }

func whole(n int64) ratio { return ratio{n, 1} }

func nanoseconds(n int64) ratio { return ratio{n, 1e9} }

func (r ratio) zero() bool { return r.num == 0 }

// parts are numerator and denominator, which is never 0.
func (r ratio) parts() (num, den int64) { return r.num, max(r.den, 1) }

func (r ratio) rat() *big.Rat {
	num, den := r.parts()
	return big.NewRat(num, den)
}

func (r ratio) negative() ratio { return ratio{-r.num, r.den} }

func (r ratio) abs() ratio { return ratio{max(r.num, -r.num), r.den} }

// ratioOf returns a number as a ratio; ok is false if it does not fit.
func ratioOf(r *big.Rat) (q ratio, ok bool) {
	if r == nil || !r.Num().IsInt64() || !r.Denom().IsInt64() {
		return ratio{}, false
	}
	// The least int64 has no negative.
	q = ratio{r.Num().Int64(), r.Denom().Int64()}
	return q, q.num != -q.num || q.num == 0
}

func (r ratio) add(o ratio) (sum ratio, ok bool) {
	switch {
	case r.num == 0:
		return o, true
	case o.num == 0:
		return r, true
	}
	a, b := r.parts()
	c, d := o.parts()
	if b == d && small(a) && small(c) {
		return ratio{a + c, b}, true
	}
	return ratioOf(new(big.Rat).Add(r.rat(), o.rat()))
}

func (r ratio) mul(o ratio) (product ratio, ok bool) {
	if r.num == 0 || o.num == 0 {
		return ratio{}, true
	}
	if o.num == 1 && o.den <= 1 {
		return r, true
	}
	return ratioOf(new(big.Rat).Mul(r.rat(), o.rat()))
}

// small reports whether two such numbers can be added without overflow.
func small(n int64) bool { return bits.LeadingZeros64(uint64(max(n, -n))) >= 2 }
