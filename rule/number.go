package rule

import (
	"bytes"
	"cmp"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"unsafe"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/jsontext"
)

// Every number has one form only, the first that holds it exactly: int64,
// uint64, float64 (standing for its shortest decimal), big.Rat. So two numbers
// of different form are different, and the fast comparisons below never need
// to look at the text again.

// maxRatBits bounds numerator and denominator of a computed fraction; past it
// the result is missing. 2^16 bits are 19,000 digits: far beyond any sum.
const maxRatBits = 1 << 16

// ParseNumber reads a number as JSON writes it, exactly: "0.1" is one tenth and
// "9007199254740993.0" that integer. ok is false if the text is no JSON number,
// its magnitude is beyond float64 or it has more than 1,000 digits.
func ParseNumber(text string) (v Value, ok bool) {
	if !jsontext.IsNumber(text) {
		return Value{}, false
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Int(i), true
	}
	if u, err := strconv.ParseUint(text, 10, 64); err == nil {
		return Uint(u), true
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || len(text) > jsontext.MaxNumber {
		return Value{}, false
	}
	digits := strings.Trim(jsontext.Mantissa(text), "0")
	if jsontext.ShortFraction(digits, f) {
		return NormalFloat(f), true
	}
	if !jsontext.ExponentInRange(text) {
		return Int(0), digits == ""
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return Value{}, false
	}
	return RatValue(r), true
}

// integralFloat returns the number that a whole float64 within int64 stands
// for. Its shortest decimal is the integer itself below 2^53, and above it the
// integer that the float exactly is.
func integralFloat(f float64) Value { return Int(int64(f)) }

// NormalFloat returns a float64 that is finite and no whole int64, which is for the
// caller to know: [Number] takes every float64.
func NormalFloat(f float64) Value {
	if f >= 1<<63 && f < 1<<64 {
		return Uint(uint64(f))
	}
	return Value{kind: KindNumber, form: FormFloat, n: math.Float64bits(f)}
}

// RatValue returns a fraction in its first exact form. The fraction must not
// be changed afterwards.
func RatValue(r *big.Rat) Value {
	if r.IsInt() {
		if i := r.Num(); i.IsInt64() {
			return Int(i.Int64())
		} else if i.IsUint64() {
			return Uint(i.Uint64())
		}
	}
	if r.Num().BitLen() > maxRatBits || r.Denom().BitLen() > maxRatBits {
		return Value{}
	}
	if f, _ := r.Float64(); !math.IsInf(f, 0) && f != 0 {
		if short, ok := floatRat(f); ok && short.Cmp(r) == 0 {
			return Value{kind: KindNumber, form: FormFloat, n: math.Float64bits(f)}
		}
	}
	return Value{kind: KindNumber, form: FormRat, p: unsafe.Pointer(r)}
}

// floatRat is the fraction that the shortest decimal of f is.
func floatRat(f float64) (*big.Rat, bool) {
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], f, 'e', -1, 64)
	digits, exp, _ := bytes.Cut(text, []byte("e"))
	whole, fraction, _ := bytes.Cut(digits, []byte("."))
	places, err := strconv.Atoi(string(exp))
	coefficient, err2 := strconv.ParseInt(string(whole)+string(fraction), 10, 64)
	if places = len(fraction) - places; err == nil && err2 == nil && places >= 0 && places <= 18 {
		return new(big.Rat).SetFrac64(coefficient, powerOfTen(places)), true
	}
	return new(big.Rat).SetString(string(text))
}

func powerOfTen(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// Rat returns a number as a fraction, not to be changed; nil if it is none.
func (v Value) Rat() *big.Rat {
	if v.kind != KindNumber {
		return nil
	}
	switch v.form {
	case FormUint:
		return new(big.Rat).SetUint64(v.n)
	case FormFloat:
		r, _ := floatRat(math.Float64frombits(v.n))
		return r
	case FormRat:
		return (*big.Rat)(v.p)
	}
	return new(big.Rat).SetInt64(int64(v.n))
}

// Float returns a number as the nearest float64, and 0 for all else.
func (v Value) Float() float64 {
	if v.kind != KindNumber {
		return 0
	}
	switch v.form {
	case FormUint:
		return float64(v.n)
	case FormFloat:
		return math.Float64frombits(v.n)
	case FormRat:
		f, _ := v.Rat().Float64()
		return f
	}
	return float64(int64(v.n))
}

// Int returns a number that is an int64, and whether it is.
func (v Value) Int() (i int64, ok bool) {
	if v.kind != KindNumber || v.form != FormInt {
		return 0, false
	}
	return int64(v.n), true
}

// CompareNumbers orders two numbers by mathematical value.
func CompareNumbers(a, b Value) int {
	switch {
	case a.form == FormInt && b.form == FormInt:
		return cmp.Compare(int64(a.n), int64(b.n))
	case a.form == FormFloat && b.form == FormFloat:
		return cmp.Compare(math.Float64frombits(a.n), math.Float64frombits(b.n))
	case a.form == FormUint && b.form == FormUint:
		return cmp.Compare(a.n, b.n)
	case a.form == FormFloat && b.form == FormInt:
		return compareFloatInt(math.Float64frombits(a.n), int64(b.n))
	case a.form == FormInt && b.form == FormFloat:
		return -compareFloatInt(math.Float64frombits(b.n), int64(a.n))
	}
	return a.Rat().Cmp(b.Rat())
}

// compareFloatInt orders a float64 that is no int64 against an int64. Between
// ±2^53 both are exact as float64; beyond, such a float is outside int64.
func compareFloatInt(f float64, i int64) int {
	if f > -1<<53 && f < 1<<53 && (i <= -1<<53 || i >= 1<<53) {
		return cmp.Compare(0, i)
	}
	return cmp.Compare(f, float64(i))
}

// Arithmetic computes with two numbers, exactly; missing where it cannot.
func Arithmetic(op ArithOp, a, b Value) Value {
	if x, ok := a.Int(); ok {
		if y, ok := b.Int(); ok {
			if v, ok := integerArithmetic(op, x, y); ok {
				return v
			}
		}
	}
	x, y, z := a.Rat(), b.Rat(), new(big.Rat)
	switch {
	case op == ArithAdd:
		z.Add(x, y)
	case op == ArithSub:
		z.Sub(x, y)
	case op == ArithMul:
		z.Mul(x, y)
	case y.Sign() == 0:
		return Value{}
	case op == ArithDiv:
		z.Quo(x, y)
	default:
		q := new(big.Rat).Quo(x, y)
		whole := new(big.Int).Quo(q.Num(), q.Denom())
		z.Sub(x, z.Mul(y, new(big.Rat).SetInt(whole)))
	}
	return RatValue(z)
}

// integerArithmetic is the fast case of arithmetic; ok is false where the
// result may not be an int64.
func integerArithmetic(op ArithOp, x, y int64) (v Value, ok bool) {
	switch {
	case op == ArithAdd:
		s := x + y
		return Int(s), (s > x) == (y > 0)
	case op == ArithSub:
		s := x - y
		return Int(s), (s < x) == (y > 0)
	case op == ArithMul:
		hi, lo := bits.Mul64(uint64(max(x, -x)), uint64(max(y, -y)))
		return Int(x * y), hi == 0 && lo <= math.MaxInt64 && x != math.MinInt64 && y != math.MinInt64
	case y == 0:
		return Value{}, true
	case op == ArithMod:
		return Int(x % y), y != -1
	}
	return Int(x / y), y != -1 && x%y == 0
}

// AsLength returns an instant or a date as the length of time since 1970, a day
// being 86,400 seconds, and a duration as it is; no length for all else.
func (v Value) AsLength() calendar.Length {
	switch v.kind {
	case KindDate:
		return calendar.Length{Sec: int64(v.n) * calendar.SecondsPerDay}
	case KindTime, KindDuration:
		return v.HeldLength()
	}
	return calendar.Length{}
}

// Amount returns a number as it is, and an instant, a date or a duration in seconds,
// exactly. See [Value.AsLength].
func (v Value) Amount() *big.Rat {
	if r := v.Rat(); r != nil {
		return r
	}
	return v.AsLength().Rat()
}
