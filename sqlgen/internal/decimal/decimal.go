package decimal

import (
	"math/big"
	"strings"
)

// A Decimal is the number Unscaled / 10^Scale.
type Decimal struct {
	Unscaled *big.Int
	Scale    int // digits behind the point; the last is not 0
}

// maxScale is the most digits behind the point, far beyond what a database holds:
// it bounds what a number such as 1e-300 costs.
const maxScale = 400

// Parse reads a number as package math/big does, exponent and fraction included;
// ok is false of what is no number, and of one whose expansion has no end (1/3) or
// one beyond 400 places.
func Parse(text string) (d Decimal, ok bool) {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return Decimal{}, false
	}
	return OfRat(r)
}

// OfRat is a fraction as a decimal; ok as for [Parse].
func OfRat(r *big.Rat) (d Decimal, ok bool) {
	scale, exact := r.FloatPrec()
	if !exact || scale > maxScale {
		return Decimal{}, false
	}
	n := new(big.Int).Mul(r.Num(), Pow10(scale))
	return Decimal{n.Quo(n, r.Denom()), scale}, true
}

// Scaled is n / 10^scale, for a scale of up to 400.
func Scaled(n *big.Int, scale int) Decimal {
	d, _ := OfRat(Decimal{n, scale}.Rat())
	return d
}

// Pow10 is 10^n.
func Pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// Digits is how many digits an integer has; 0 has one.
func Digits(n *big.Int) int { return len(new(big.Int).Abs(n).String()) }

// Rat is the decimal as a fraction.
func (d Decimal) Rat() *big.Rat { return new(big.Rat).SetFrac(d.Unscaled, Pow10(d.Scale)) }

// WholeDigits is the number of digits before the point: 2 of 12.5, none of 0.05.
func (d Decimal) WholeDigits() int { return max(0, Digits(d.Unscaled)-d.Scale) }

// Floor is the greatest n for which n / 10^scale is no more than the decimal; exact
// says that the two are equal: the decimal lies on the grid.
func (d Decimal) Floor(scale int) (n *big.Int, exact bool) {
	if d.Scale <= scale {
		return new(big.Int).Mul(d.Unscaled, Pow10(scale-d.Scale)), true
	}
	// Div rounds down for a positive divisor.
	return new(big.Int).Div(d.Unscaled, Pow10(d.Scale-scale)), false
}

// String writes the decimal without an exponent.
func (d Decimal) String() string { return Text(d.Unscaled, d.Scale) }

// Text writes n / 10^scale with so many decimal places.
func Text(n *big.Int, scale int) string {
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
