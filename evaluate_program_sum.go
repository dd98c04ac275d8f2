package segment

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
)

const maxInt64 = math.MaxInt64

// A decimalSum adds decimals exactly: sign × (hi, lo) × 10^-scale. 128 bits
// hold the sum of all that readDecimal reads at one scale; what does not fit
// is told, and left to fractions.
type decimalSum struct {
	hi, lo   uint64
	scale    int
	negative bool
}

// add adds a decimal; false if the sum no longer fits.
func (s *decimalSum) add(d decimal) bool {
	o := decimalSum{lo: d.digits, scale: d.scale, negative: d.negative}
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

// less compares magnitudes of one scale.
func (s *decimalSum) less(o *decimalSum) bool { return s.hi < o.hi || s.hi == o.hi && s.lo < o.lo }

// align gives both the greater scale; false if one does not fit it.
func (s *decimalSum) align(o *decimalSum) bool {
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
func (s *decimalSum) times10(n int) bool {
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
func (s *decimalSum) times(n uint64) bool {
	over, hi := bits.Mul64(s.hi, n)
	carry, lo := bits.Mul64(s.lo, n)
	hi, more := bits.Add64(hi, carry, 0)
	s.hi, s.lo = hi, lo
	return over == 0 && more == 0 && hi < 1<<62
}

// value is the sum as a number; it allocates where that is a fraction of more
// than 15 digits, or beyond int64.
func (s decimalSum) value() (v Value, ok bool) {
	if s.hi == 0 && s.lo < 1e18 {
		if v, ok := (decimal{s.lo, s.scale, s.negative}).value(); ok {
			return v, true
		}
	}
	n := new(big.Int).SetUint64(s.hi)
	n.Lsh(n, 64).Add(n, new(big.Int).SetUint64(s.lo))
	if s.negative {
		n.Neg(n)
	}
	if s.scale > 1000 || s.scale < -1000 {
		return Value{}, false
	}
	r := new(big.Rat).SetInt(n)
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(s.scale, -s.scale))), nil)
	if s.scale >= 0 {
		return ratValue(r.Quo(r, new(big.Rat).SetInt(power))), true
	}
	return ratValue(r.Mul(r, new(big.Rat).SetInt(power))), true
}

// compareTimes orders the sum against a number times n; ok is false where that
// needs fractions.
func (s decimalSum) compareTimes(v Value, n int64) (order int, ok bool) {
	d, ok := decimalOf(v)
	if !ok {
		return 0, false
	}
	o := decimalSum{lo: d.digits, scale: d.scale, negative: d.negative}
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
func (s decimalSum) sign(n int) int {
	if s.negative {
		return -n
	}
	return n
}

// decimalOf is a number as a decimal, if it is a short one.
func decimalOf(v Value) (d decimal, ok bool) {
	if v.kind != KindNumber || v.form == formRat {
		return d, false
	}
	var buf [32]byte
	switch v.form {
	case plain:
		return readDecimal(string(strconv.AppendInt(buf[:0], int64(v.n), 10)))
	case formUint:
		return d, false
	}
	return readDecimal(string(strconv.AppendFloat(buf[:0], math.Float64frombits(v.n), 'e', -1, 64)))
}
