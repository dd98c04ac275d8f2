package sqlgen

import (
	"math"
	"math/big"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
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
	return frag{sql: mark, args: []arg{{decimal.Text(n, scale), argDecimal, scale, new(byte)}}}
}

// decimalAs is a decimal as an argument of a type with more places than it has.
func decimalAs(d decimal.Decimal, scale int) frag {
	return frag{sql: mark, args: []arg{{d.String(), argDecimal, scale, new(byte)}}}
}

// onGrid turns a comparison with v into one with n / 10^scale, which is true of
// the same numbers with so many decimal places. Of integers both x > 2.5 and
// x >= 2.5 are x > 2, and x < 2.5 is x <= 2. ok is false if op asks for equality
// and no such number equals v.
func onGrid(op rule.Op, v decimal.Decimal, scale int) (n *big.Int, grid rule.Op, ok bool) {
	n, exact := v.Floor(scale)
	if exact {
		return n, op, true
	}
	switch op {
	case rule.OpLt, rule.OpLe:
		return n, rule.OpLe, true
	case rule.OpGt, rule.OpGe:
		return n, rule.OpGt, true
	}
	return n, op, false
}

// onFloats does the same for floats, each of which stands for the number that
// [segment.Number] makes of it: the shortest decimal that rounds to it. The float
// nearest to v is compared with v itself; all other floats lie on the same side of
// both.
func onFloats(op rule.Op, v decimal.Decimal) (f float64, near rule.Op, ok bool) {
	f, _ = v.Rat().Float64()
	if math.IsInf(f, 0) {
		f = math.Copysign(math.MaxFloat64, f)
	}
	stands, _ := decimalOf(segment.Number(f))
	switch order := stands.Rat().Cmp(v.Rat()); {
	case order == 0:
		return f, op, true
	case op == rule.OpEq:
		return f, op, false
	case order < 0: // f is less than v
		if op == rule.OpLt || op == rule.OpLe {
			return f, rule.OpLe, true
		}
		return f, rule.OpGt, true
	default:
		if op == rule.OpLt || op == rule.OpLe {
			return f, rule.OpLt, true
		}
		return f, rule.OpGe, true
	}
}

// opText writes an operator, with spaces.
func opText(op rule.Op) string {
	return [...]string{rule.OpEq: " = ", rule.OpLt: " < ", rule.OpLe: " <= ", rule.OpGt: " > ", rule.OpGe: " >= "}[op]
}
