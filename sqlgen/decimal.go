package sqlgen

import (
	"math"
	"math/big"
	"strings"

	"github.com/segmentrules/segment"
)

// A decimal is a number whose expansion ends: an integer times a power of ten.
type decimal struct {
	unscaled *big.Int
	scale    int // digits behind the point; the last is not 0
}

// maxScale is far beyond what a database holds, and bounds what a number such as
// 1e-300 costs.
const maxScale = 400

// decimalOf returns a number as a decimal; ok is false of one third.
func decimalOf(v segment.Value) (d decimal, ok bool) {
	if v.Kind() != segment.KindNumber {
		return decimal{}, false
	}
	r, ok := new(big.Rat).SetString(v.String())
	if !ok {
		return decimal{}, false
	}
	return decimalOfRat(r)
}

func decimalOfRat(r *big.Rat) (d decimal, ok bool) {
	scale, exact := r.FloatPrec()
	if !exact || scale > maxScale {
		return decimal{}, false
	}
	n := new(big.Int).Mul(r.Num(), pow10(scale))
	return decimal{n.Quo(n, r.Denom()), scale}, true
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func (d decimal) rat() *big.Rat { return new(big.Rat).SetFrac(d.unscaled, pow10(d.scale)) }

// String writes the decimal without an exponent.
func (d decimal) String() string { return scaledText(d.unscaled, d.scale) }

// scaledText writes n / 10^scale with so many decimal places.
func scaledText(n *big.Int, scale int) string {
	digits := new(big.Int).Abs(n).String()
	if scale > 0 {
		if len(digits) <= scale {
			digits = strings.Repeat("0", scale-len(digits)+1) + digits
		}
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if n.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

// wholeDigits is the number of digits before the point.
func (d decimal) wholeDigits() int {
	return max(0, len(new(big.Int).Abs(d.unscaled).String())-d.scale)
}

// onGrid turns a comparison with v into one with a number of so many decimal
// places, which is true of the same numbers with so many places: x > 2.5 is
// x > 2 and x >= 2.5 is x > 2 of integers. ok is false if no such number equals
// v and op asks for that.
func onGrid(op segment.Op, v decimal, scale int) (n *big.Int, grid segment.Op, ok bool) {
	if v.scale <= scale {
		return new(big.Int).Mul(v.unscaled, pow10(scale-v.scale)), op, true
	}
	// Div rounds down for a positive divisor.
	n = new(big.Int).Div(v.unscaled, pow10(v.scale-scale))
	switch op {
	case segment.Lt, segment.Le:
		return n, segment.Le, true
	case segment.Gt, segment.Ge:
		return n, segment.Gt, true
	}
	return n, op, false
}

// onFloats does the same for floats, each of which stands for the number that
// [segment.Number] makes of it: the float next to v decides, for two numbers
// keep their order, or become the same float.
func onFloats(op segment.Op, v decimal) (f float64, near segment.Op, ok bool) {
	f, _ = v.rat().Float64()
	if math.IsInf(f, 0) {
		f = math.Copysign(math.MaxFloat64, f)
	}
	stands, _ := decimalOf(segment.Number(f))
	switch order := stands.rat().Cmp(v.rat()); {
	case order == 0:
		return f, op, true
	case op == segment.Eq:
		return f, op, false
	case order < 0: // f is less than v
		if op == segment.Lt || op == segment.Le {
			return f, segment.Le, true
		}
		return f, segment.Gt, true
	default:
		if op == segment.Lt || op == segment.Le {
			return f, segment.Lt, true
		}
		return f, segment.Ge, true
	}
}

// sign writes an operator.
func opText(op segment.Op) string {
	return [...]string{segment.Eq: " = ", segment.Lt: " < ", segment.Le: " <= ", segment.Gt: " > ", segment.Ge: " >= "}[op]
}

// mirrored is the operator with the sides exchanged.
func mirrored(op segment.Op) segment.Op {
	return [...]segment.Op{segment.Eq: segment.Eq, segment.Lt: segment.Gt, segment.Le: segment.Ge, segment.Gt: segment.Lt, segment.Ge: segment.Le}[op]
}
