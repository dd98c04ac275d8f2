package sqlgen

import (
	"math"
	"math/big"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// A constant of a rule is any decimal number; a column holds only some numbers,
// such as whole ones or multiples of 0.01: its grid. A comparison with a constant
// between two numbers of the grid is turned into one with a number of the grid,
// which the database compares without converting the column.

// decimalOf returns a number as a decimal; ok is false of one third.
func decimalOf(v segment.Value) (d decimal.Decimal, ok bool) {
	if v.Kind() != segment.KindNumber {
		return decimal.Decimal{}, false
	}
	return decimal.Parse(v.String())
}

// decimalArg is the number n / 10^scale as an argument of a type with so many
// places.
func decimalArg(n *big.Int, scale int) frag {
	return frag{mark, []arg{{decimal.Text(n, scale), argDecimal, scale}}}
}

// decimalAs is a decimal as an argument of a type with more places than it has.
func decimalAs(d decimal.Decimal, scale int) frag {
	return frag{mark, []arg{{d.String(), argDecimal, scale}}}
}

// onGrid turns a comparison with v into one with n / 10^scale, which is true of
// the same numbers with so many decimal places. Of integers both x > 2.5 and
// x >= 2.5 are x > 2, and x < 2.5 is x <= 2. ok is false if op asks for equality
// and no such number equals v.
func onGrid(op segment.Op, v decimal.Decimal, scale int) (n *big.Int, grid segment.Op, ok bool) {
	n, exact := v.Floor(scale)
	if exact {
		return n, op, true
	}
	switch op {
	case segment.Lt, segment.Le:
		return n, segment.Le, true
	case segment.Gt, segment.Ge:
		return n, segment.Gt, true
	}
	return n, op, false
}

// onFloats does the same for floats, each of which stands for the number that
// [segment.Number] makes of it: the shortest decimal that rounds to it. The float
// nearest to v is compared with v itself; all other floats lie on the same side of
// both.
func onFloats(op segment.Op, v decimal.Decimal) (f float64, near segment.Op, ok bool) {
	f, _ = v.Rat().Float64()
	if math.IsInf(f, 0) {
		f = math.Copysign(math.MaxFloat64, f)
	}
	stands, _ := decimalOf(segment.Number(f))
	switch order := stands.Rat().Cmp(v.Rat()); {
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

// opText writes an operator, with spaces.
func opText(op segment.Op) string {
	return [...]string{segment.Eq: " = ", segment.Lt: " < ", segment.Le: " <= ", segment.Gt: " > ", segment.Ge: " >= "}[op]
}

// mirrored is the operator with the sides exchanged.
func mirrored(op segment.Op) segment.Op {
	return [...]segment.Op{segment.Eq: segment.Eq, segment.Lt: segment.Gt, segment.Le: segment.Ge, segment.Gt: segment.Lt, segment.Ge: segment.Le}[op]
}

// opHolds reports whether a comparison holds of two values in that order.
func opHolds(op segment.Op, order int) bool {
	switch op {
	case segment.Eq:
		return order == 0
	case segment.Lt:
		return order < 0
	case segment.Le:
		return order <= 0
	case segment.Gt:
		return order > 0
	}
	return order >= 0
}
