package segment

import (
	"bytes"
	"cmp"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"unsafe"
)

// Every number has one form only, the first that holds it exactly: int64,
// uint64, float64 (standing for its shortest decimal), big.Rat. So two numbers
// of different form are different, and the fast comparisons below never need
// to look at the text again.

// maxRatBits bounds numerator and denominator of a computed fraction; past it
// the result is missing. 2^16 bits are 19,000 digits: far beyond any sum.
const maxRatBits = 1 << 16

// maxNumber bounds the characters of a number. A float64 written out in full
// has 767 digits; converting digits costs the square of their number.
const maxNumber = 1000

// ParseNumber reads a number as JSON writes it, exactly: "0.1" is one tenth and
// "9007199254740993.0" that integer. ok is false if the text is no JSON number,
// its magnitude is beyond float64 or it has more than 1,000 digits.
func ParseNumber(text string) (v Value, ok bool) {
	if !isNumber(text) {
		return Value{}, false
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Int(i), true
	}
	if u, err := strconv.ParseUint(text, 10, 64); err == nil {
		return Uint(u), true
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || len(text) > maxNumber {
		return Value{}, false
	}
	digits := strings.Trim(mantissa(text), "0")
	if shortFraction(digits, f) {
		return normalFloat(f), true
	}
	if !exponentInRange(text) {
		return Int(0), digits == ""
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return Value{}, false
	}
	return ratValue(r), true
}

// mantissa returns the digits of a JSON number before its exponent.
func mantissa(text string) string {
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		text = text[:i]
	}
	return strings.Replace(strings.TrimPrefix(text, "-"), ".", "", 1)
}

// exponent returns the written exponent of a JSON number, saturated.
func exponent(text string) int {
	i := strings.IndexAny(text, "eE")
	if i < 0 {
		return 0
	}
	e, err := strconv.Atoi(strings.TrimPrefix(text[i+1:], "+"))
	if err != nil {
		return math.MaxInt32
	}
	return e
}

// isNumber reports whether the text is a JSON number.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := leadingDigits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if strings.HasPrefix(s, ".") {
		n := leadingDigits(s[1:])
		if n == 0 {
			return false
		}
		s = s[1+n:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		n := leadingDigits(s)
		return n > 0 && n == len(s)
	}
	return s == ""
}

func leadingDigits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// integralFloat returns the number that a whole float64 within int64 stands
// for. Its shortest decimal is the integer itself below 2^53, and above it the
// integer that the float exactly is.
func integralFloat(f float64) Value { return Int(int64(f)) }

// normalFloat returns a float64 that is not a whole int64.
func normalFloat(f float64) Value {
	if f >= 1<<63 && f < 1<<64 {
		return Uint(uint64(f))
	}
	return Value{kind: KindNumber, form: formFloat, n: math.Float64bits(f)}
}

// ratValue returns a fraction in its first exact form. The fraction must not
// be changed afterwards.
func ratValue(r *big.Rat) Value {
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
			return Value{kind: KindNumber, form: formFloat, n: math.Float64bits(f)}
		}
	}
	return Value{kind: KindNumber, form: formRat, p: unsafe.Pointer(r)}
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

// rat returns a number as a fraction, not to be changed; nil if it is none.
func (v Value) rat() *big.Rat {
	if v.kind != KindNumber {
		return nil
	}
	switch v.form {
	case formUint:
		return new(big.Rat).SetUint64(v.n)
	case formFloat:
		r, _ := floatRat(math.Float64frombits(v.n))
		return r
	case formRat:
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
	case formUint:
		return float64(v.n)
	case formFloat:
		return math.Float64frombits(v.n)
	case formRat:
		f, _ := v.rat().Float64()
		return f
	}
	return float64(int64(v.n))
}

// Int returns a number that is an int64, and whether it is.
func (v Value) Int() (i int64, ok bool) {
	if v.kind != KindNumber || v.form != plain {
		return 0, false
	}
	return int64(v.n), true
}

// compareNumbers orders two numbers by mathematical value.
func compareNumbers(a, b Value) int {
	switch {
	case a.form == plain && b.form == plain:
		return cmp.Compare(int64(a.n), int64(b.n))
	case a.form == formFloat && b.form == formFloat:
		return cmp.Compare(math.Float64frombits(a.n), math.Float64frombits(b.n))
	case a.form == formUint && b.form == formUint:
		return cmp.Compare(a.n, b.n)
	case a.form == formFloat && b.form == plain:
		return compareFloatInt(math.Float64frombits(a.n), int64(b.n))
	case a.form == plain && b.form == formFloat:
		return -compareFloatInt(math.Float64frombits(b.n), int64(a.n))
	}
	return a.rat().Cmp(b.rat())
}

// compareFloatInt orders a float64 that is no int64 against an int64. Between
// ±2^53 both are exact as float64; beyond, such a float is outside int64.
func compareFloatInt(f float64, i int64) int {
	if f > -1<<53 && f < 1<<53 && (i <= -1<<53 || i >= 1<<53) {
		return cmp.Compare(0, i)
	}
	return cmp.Compare(f, float64(i))
}

// arithmetic computes with two numbers, exactly; missing where it cannot.
func arithmetic(op ArithOp, a, b Value) Value {
	if x, ok := a.Int(); ok {
		if y, ok := b.Int(); ok {
			if v, ok := integerArithmetic(op, x, y); ok {
				return v
			}
		}
	}
	x, y, z := a.rat(), b.rat(), new(big.Rat)
	switch {
	case op == Add:
		z.Add(x, y)
	case op == Sub:
		z.Sub(x, y)
	case op == Mul:
		z.Mul(x, y)
	case y.Sign() == 0:
		return Value{}
	case op == Div:
		z.Quo(x, y)
	default:
		q := new(big.Rat).Quo(x, y)
		whole := new(big.Int).Quo(q.Num(), q.Denom())
		z.Sub(x, z.Mul(y, new(big.Rat).SetInt(whole)))
	}
	return ratValue(z)
}

// integerArithmetic is the fast case of arithmetic; ok is false where the
// result may not be an int64.
func integerArithmetic(op ArithOp, x, y int64) (v Value, ok bool) {
	switch {
	case op == Add:
		s := x + y
		return Int(s), (s > x) == (y > 0)
	case op == Sub:
		s := x - y
		return Int(s), (s < x) == (y > 0)
	case op == Mul:
		hi, lo := bits.Mul64(uint64(max(x, -x)), uint64(max(y, -y)))
		return Int(x * y), hi == 0 && lo <= math.MaxInt64 && x != math.MinInt64 && y != math.MinInt64
	case y == 0:
		return Value{}, true
	case op == Mod:
		return Int(x % y), y != -1
	}
	return Int(x / y), y != -1 && x%y == 0
}
