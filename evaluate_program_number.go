package segment

import (
	"math"
	"math/big"
	"slices"
)

// A numberRange is the numbers that satisfy a comparison with a constant, as a
// range for each form that a number can have. Within a form the order is that
// of the machine, so one test of two bounds decides exactly.
type numberRange struct {
	ilo, ihi int64 // empty if lo > hi
	ulo, uhi uint64
	flo, fhi float64 // finite, so that infinities and NaN are outside
	tests    [2]numberTest
	n        int
}

// A numberTest is a comparison with a constant, for numbers of no simple form.
type numberTest struct {
	op Op
	v  Value
}

// rangeOf returns the numbers x with x op v.
func rangeOf(op Op, v Value) numberRange {
	r := numberRange{math.MinInt64, math.MaxInt64, 0, math.MaxUint64, -math.MaxFloat64, math.MaxFloat64, [2]numberTest{{op, v}}, 1}
	if op == Eq || op == Ge || op == Gt {
		r.raise(v, op == Gt)
	}
	if op == Eq || op == Le || op == Lt {
		r.lower(v, op != Lt)
	}
	return r
}

// raise makes the least number the first that is v or more; above v if strict.
func (r *numberRange) raise(v Value, strict bool) {
	var ok bool
	if r.ilo, ok = firstInt(v, strict); !ok {
		r.ilo, r.ihi = 1, 0
	}
	if r.ulo, ok = firstUint(v, strict); !ok {
		r.ulo, r.uhi = 1, 0
	}
	r.flo = firstFloat(v, strict)
}

// lower makes the greatest number the last before the first that is v or
// more, or above v if strict.
func (r *numberRange) lower(v Value, strict bool) {
	if i, ok := firstInt(v, strict); ok && i == math.MinInt64 {
		r.ilo, r.ihi = 1, 0
	} else if ok && r.ihi >= i {
		r.ihi = i - 1
	}
	if u, ok := firstUint(v, strict); ok && u == 0 {
		r.ulo, r.uhi = 1, 0
	} else if ok && r.uhi >= u {
		r.uhi = u - 1
	}
	r.fhi = math.Nextafter(firstFloat(v, strict), math.Inf(-1))
}

// and is the numbers in both ranges, each of one test.
func (r numberRange) and(o numberRange) numberRange {
	return numberRange{max(r.ilo, o.ilo), min(r.ihi, o.ihi), max(r.ulo, o.ulo), min(r.uhi, o.uhi),
		max(r.flo, o.flo), min(r.fhi, o.fhi), [2]numberTest{r.tests[0], o.tests[0]}, 2}
}

// has reports whether a number is in the range.
func (r *numberRange) has(v Value) bool {
	switch v.form {
	case plain:
		return r.ilo <= int64(v.n) && int64(v.n) <= r.ihi
	case formFloat:
		return r.hasFloat(math.Float64frombits(v.n))
	case formUint:
		return r.ulo <= v.n && v.n <= r.uhi
	}
	for _, t := range r.tests[:r.n] {
		if !t.op.holds(compareNumbers(v, t.v)) {
			return false
		}
	}
	return true
}

// hasFloat is has for a float64.
func (r *numberRange) hasFloat(f float64) bool { return r.flo <= f && f <= r.fhi }

// firstInt is the least int64 that is at least v, or above it if strict; ok is
// false if there is none.
func firstInt(v Value, strict bool) (i int64, ok bool) {
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
func firstUint(v Value, strict bool) (u uint64, ok bool) {
	if n, ok := v.Int(); ok && n < 0 {
		return 0, true
	}
	if v.form == plain || v.form == formUint {
		if strict && v.n == math.MaxUint64 {
			return 0, false
		}
		if strict {
			return v.n + 1, true
		}
		return v.n, true
	}
	n := above(v)
	if n.IsUint64() {
		return n.Uint64(), true
	}
	return 0, n.Sign() < 0
}

// above is the least integer at or above a number that is no int64: where the
// number is itself a whole one, the forms it is compared with do not hold it.
func above(v Value) *big.Int {
	r := v.rat()
	n := new(big.Int).Sub(r.Num(), big.NewInt(1))
	return n.Add(n.Div(n, r.Denom()), big.NewInt(1))
}

// firstFloat is the least float64 that is at least v, or above it if strict;
// +Inf if there is none. A float64 stands for its shortest decimal, which
// grows as it does; so the answer is next to the float64 nearest to v.
func firstFloat(v Value, strict bool) float64 {
	fits := func(f float64) bool {
		n := compareNumbers(Number(f), v)
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

// isAmong reports whether a number is one of sorted numbers.
func isAmong(sorted []Value, v Value) bool {
	_, ok := slices.BinarySearchFunc(sorted, v, compareNumbers)
	return ok
}
