package numeric

import (
	"math"
	"math/big"
	"slices"

	"github.com/segmentrules/segment/rule"
)

// A Range is the numbers that satisfy a comparison with a constant, as a
// range for each form that a number can have. Within a form the order is that
// of the machine, so one test of two bounds decides exactly.
type Range struct {
	IntMin, IntMax     int64 // both included; none if IntMin > IntMax
	uintMin, uintMax   uint64
	FloatMin, FloatMax float64 // finite, so that infinities and NaN are outside
	tests              [2]numberTest
	count              int // of tests
}

// A numberTest is a comparison with a constant, for numbers of no simple form.
type numberTest struct {
	op rule.Op
	v  rule.Value
}

// RangeOf returns the numbers x with x op v.
func RangeOf(op rule.Op, v rule.Value) Range {
	r := Range{math.MinInt64, math.MaxInt64, 0, math.MaxUint64, -math.MaxFloat64, math.MaxFloat64, [2]numberTest{{op, v}}, 1}
	if op == rule.OpEq || op == rule.OpGe || op == rule.OpGt {
		r.raise(v, op == rule.OpGt)
	}
	if op == rule.OpEq || op == rule.OpLe || op == rule.OpLt {
		r.lower(v, op != rule.OpLt)
	}
	return r
}

// raise makes the least number the first that is v or more; above v if strict.
func (r *Range) raise(v rule.Value, strict bool) {
	var ok bool
	if r.IntMin, ok = firstInt(v, strict); !ok {
		r.IntMin, r.IntMax = 1, 0
	}
	if r.uintMin, ok = firstUint(v, strict); !ok {
		r.uintMin, r.uintMax = 1, 0
	}
	r.FloatMin = firstFloat(v, strict)
}

// lower makes the greatest number the last before the first that is v or
// more, or above v if strict.
func (r *Range) lower(v rule.Value, strict bool) {
	if i, ok := firstInt(v, strict); ok && i == math.MinInt64 {
		r.IntMin, r.IntMax = 1, 0
	} else if ok && r.IntMax >= i {
		r.IntMax = i - 1
	}
	if u, ok := firstUint(v, strict); ok && u == 0 {
		r.uintMin, r.uintMax = 1, 0
	} else if ok && r.uintMax >= u {
		r.uintMax = u - 1
	}
	r.FloatMax = math.Nextafter(firstFloat(v, strict), math.Inf(-1))
}

// And is the numbers in both ranges, each of which [Range.OfOneTest] has.
func (r Range) And(o Range) Range {
	return Range{max(r.IntMin, o.IntMin), min(r.IntMax, o.IntMax), max(r.uintMin, o.uintMin), min(r.uintMax, o.uintMax),
		max(r.FloatMin, o.FloatMin), min(r.FloatMax, o.FloatMax), [2]numberTest{r.tests[0], o.tests[0]}, 2}
}

// OfOneTest reports whether one comparison made the range: [Range.And] takes no other.
func (r *Range) OfOneTest() bool { return r.count == 1 }

// Has reports whether a number is in the range. It allocates only for fractions.
func (r *Range) Has(v rule.Value) bool {
	switch v.Form() {
	case rule.FormInt:
		return r.IntMin <= int64(v.Word()) && int64(v.Word()) <= r.IntMax
	case rule.FormFloat:
		return r.hasFloat(math.Float64frombits(v.Word()))
	case rule.FormUint:
		return r.uintMin <= v.Word() && v.Word() <= r.uintMax
	}
	for _, t := range r.tests[:r.count] {
		if !t.op.Holds(rule.CompareNumbers(v, t.v)) {
			return false
		}
	}
	return true
}

// hasFloat is Has for a float64.
func (r *Range) hasFloat(f float64) bool { return r.FloatMin <= f && f <= r.FloatMax }

// firstInt is the least int64 that is at least v, or above it if strict; ok is
// false if there is none.
func firstInt(v rule.Value, strict bool) (i int64, ok bool) {
	if n, ok := v.Int(); ok {
		if strict && n == math.MaxInt64 {
			return 0, false
		}
		if strict {
			n++
		}
		return n, true
	}
	n := above(v)
	if n.IsInt64() {
		return n.Int64(), true
	}
	return math.MinInt64, n.Sign() < 0
}

// firstUint is firstInt for uint64.
func firstUint(v rule.Value, strict bool) (u uint64, ok bool) {
	if n, ok := v.Int(); ok && n < 0 {
		return 0, true
	}
	if v.Form() == rule.FormInt || v.Form() == rule.FormUint {
		if strict && v.Word() == math.MaxUint64 {
			return 0, false
		}
		if strict {
			return v.Word() + 1, true
		}
		return v.Word(), true
	}
	n := above(v)
	if n.IsUint64() {
		return n.Uint64(), true
	}
	return 0, n.Sign() < 0
}

// above is the least integer at or above a number that is no int64: where the
// number is itself a whole one, the forms it is compared with do not hold it.
func above(v rule.Value) *big.Int {
	r := v.Rat()
	n := new(big.Int).Sub(r.Num(), big.NewInt(1))
	return n.Add(n.Div(n, r.Denom()), big.NewInt(1))
}

// firstFloat is the least float64 that is at least v, or above it if strict;
// +Inf if there is none. A float64 stands for its shortest decimal, which
// grows as it does; so the answer is next to the float64 nearest to v.
func firstFloat(v rule.Value, strict bool) float64 {
	fits := func(f float64) bool {
		n := rule.CompareNumbers(rule.Number(f), v)
		return n > 0 || n == 0 && !strict
	}
	f := max(-math.MaxFloat64, min(math.MaxFloat64, v.Float()))
	for f > -math.MaxFloat64 && fits(math.Nextafter(f, math.Inf(-1))) {
		f = math.Nextafter(f, math.Inf(-1))
	}
	for !math.IsInf(f, 1) && !fits(f) {
		f = math.Nextafter(f, math.Inf(1))
	}
	return f
}

// IsAmong reports whether a number is one of some numbers that are sorted by
// [rule.CompareNumbers].
func IsAmong(sorted []rule.Value, v rule.Value) bool {
	_, ok := slices.BinarySearchFunc(sorted, v, rule.CompareNumbers)
	return ok
}
