package numeric

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"

	"github.com/segmentrules/segment/internal/document"
	"github.com/segmentrules/segment/rule"
)

// Sums of decimals without rounding and without allocation: as whole numbers of the last
// digit that any of them has, in 128 bits.

// A Sum adds decimals exactly: sign × (hi, lo) × 10^-scale. 128 bits
// hold the sum of all that [document.ReadDecimal] reads at one scale; what does not
// fit is told, and left to fractions.
type Sum struct {
	hi, lo   uint64
	scale    int
	negative bool
}

// Add adds a decimal; false if the sum no longer fits.
func (s *Sum) Add(d document.Decimal) bool {
	o := Sum{lo: d.Digits, scale: d.Scale, negative: d.Negative}
	if !s.align(&o) {
		return false
	}
	if s.negative == o.negative {
		var carry uint64
		s.lo, carry = bits.Add64(s.lo, o.lo, 0)
		s.hi, carry = bits.Add64(s.hi, o.hi, carry)
		return carry == 0 && s.hi < 1<<62
	}
	if s.less(&o) {
		*s, o = o, *s
	}
	var borrow uint64
	s.lo, borrow = bits.Sub64(s.lo, o.lo, 0)
	s.hi, _ = bits.Sub64(s.hi, o.hi, borrow)
	return true
}

// AddValue adds a number, or takes it out; false if it is no short decimal, or the sum no
// longer fits: then the sum is what it was.
func (s *Sum) AddValue(v rule.Value, out bool) bool {
	d, ok := decimalOf(v)
	if !ok {
		return false
	}
	if out {
		d.Negative = !d.Negative
	}
	was := *s
	if s.Add(d) {
		return true
	}
	*s = was
	return false
}

// less compares magnitudes of one scale.
func (s *Sum) less(o *Sum) bool { return s.hi < o.hi || s.hi == o.hi && s.lo < o.lo }

// align gives both the greater scale; false if one does not fit it.
func (s *Sum) align(o *Sum) bool {
	for s.scale < o.scale {
		if !s.times10(o.scale - s.scale) {
			return false
		}
	}
	for o.scale < s.scale {
		if !o.times10(s.scale - o.scale) {
			return false
		}
	}
	return true
}

// times10 raises the scale by n, or by 18 if that is less.
func (s *Sum) times10(n int) bool {
	if s.hi == 0 && s.lo == 0 {
		s.scale += n
		return true
	}
	n = min(n, 18)
	if !s.times(uint64(math.Pow10(n))) {
		return false
	}
	s.scale += n
	return true
}

// times multiplies; false if the result does not fit.
func (s *Sum) times(n uint64) bool {
	over, hi := bits.Mul64(s.hi, n)
	carry, lo := bits.Mul64(s.lo, n)
	hi, more := bits.Add64(hi, carry, 0)
	s.hi, s.lo = hi, lo
	return over == 0 && more == 0 && hi < 1<<62
}

// Value is the sum as a number; it allocates where that is a fraction of more
// than 15 digits, or beyond int64.
func (s Sum) Value() (v rule.Value, ok bool) {
	if s.hi == 0 && s.lo < 1e18 {
		if v, ok := (document.Decimal{Digits: s.lo, Scale: s.scale, Negative: s.negative}).Value(); ok {
			return v, true
		}
	}
	n := new(big.Int).SetUint64(s.hi)
	n.Lsh(n, 64).Add(n, new(big.Int).SetUint64(s.lo))
	if s.negative {
		n.Neg(n)
	}
	if s.scale > 1000 || s.scale < -1000 {
		return rule.Value{}, false
	}
	r := new(big.Rat).SetInt(n)
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(s.scale, -s.scale))), nil)
	if s.scale >= 0 {
		return rule.RatValue(r.Quo(r, new(big.Rat).SetInt(power))), true
	}
	return rule.RatValue(r.Mul(r, new(big.Rat).SetInt(power))), true
}

// CompareTimes orders the sum against a number times n; ok is false where that
// needs fractions.
func (s Sum) CompareTimes(v rule.Value, n int64) (order int, ok bool) {
	d, ok := decimalOf(v)
	if !ok {
		return 0, false
	}
	o := Sum{lo: d.Digits, scale: d.Scale, negative: d.Negative}
	if !o.times(uint64(n)) || !s.align(&o) {
		return 0, false
	}
	switch {
	case s.hi|s.lo|o.hi|o.lo == 0:
		return 0, true
	case s.negative != o.negative && s.hi|s.lo == 0:
		return o.sign(-1), true
	case s.negative != o.negative:
		return s.sign(1), true
	case s.less(&o):
		return s.sign(-1), true
	case o.less(&s):
		return s.sign(1), true
	}
	return 0, true
}

// sign is n for a positive number, -n for a negative one.
func (s Sum) sign(n int) int {
	if s.negative {
		return -n
	}
	return n
}

// decimalOf is a number as a decimal, if it is a short one.
func decimalOf(v rule.Value) (d document.Decimal, ok bool) {
	if v.Kind() != rule.KindNumber || v.Form() == rule.FormRat {
		return d, false
	}
	var buf [32]byte
	switch v.Form() {
	case rule.FormInt:
		if n := int64(v.Word()); n > -1e15 && n < 1e15 {
			return document.Decimal{Digits: uint64(max(n, -n)), Negative: n < 0}, true
		}
		return document.ReadDecimal(string(strconv.AppendInt(buf[:0], int64(v.Word()), 10)))
	case rule.FormUint:
		return d, false
	}
	return document.ReadDecimal(string(strconv.AppendFloat(buf[:0], math.Float64frombits(v.Word()), 'e', -1, 64)))
}
