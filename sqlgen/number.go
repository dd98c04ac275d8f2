package sqlgen

// Numbers are computed exactly in rules: 0.1 + 0.2 = 0.3, and 1 / 3 * 3 = 1. So
// they are in SQL: arithmetic is done with integers and decimals, a division is
// kept as a fraction until the comparison, which multiplies both sides instead,
// and whatever might have more digits than the database counts is left to Go.

import (
	"cmp"
	"math/big"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// A num is a number that SQL computes exactly: an integer or a decimal of at
// most so many digits, NULL where it is missing.
type num struct {
	frag
	digits, scale int
	// strict, if not empty, is the same number, but NULL where the contact has no
	// event and frag is 0. A comparison that is false of 0 is written with it:
	// "v" >= $1 in the place of COALESCE("v", 0) >= $1. Then the database may read
	// the events first, and need not look at contacts without any.
	strict frag
	needs  string // the join that it is a column of, if it is a number of values
}

// A ratio is a number as a fraction n / d, for no database divides exactly.
type ratio struct {
	n num
	d *num // nil is 1
	// positive says that d is a constant, and more than 0.
	positive bool
	// guards are numbers that were divided by. Where one is 0 the result is missing,
	// and a comparison of it false.
	guards []num
	// may is what the value may be to Go where the database finds no number.
	may kinds
}

// kinds are those that a value may have beside that of a number. A text in JSON
// may be an instant or a day, and the difference of two is a duration: `seen - born`
// has a value in Go where the database finds no numbers.
type kinds uint8

const (
	mayBeMoment kinds = 1 << iota
	mayBeDuration
)

// result is the kinds that arithmetic may give; ok is false if it may give a
// number of what are none: a duration divided by another.
func (a kinds) result(op rule.ArithOp, b kinds) (k kinds, ok bool) {
	both := a & b
	switch op {
	case rule.ArithAdd:
		k = both & mayBeDuration
		if a&mayBeMoment > 0 && b&mayBeDuration > 0 || a&mayBeDuration > 0 && b&mayBeMoment > 0 {
			k |= mayBeMoment
		}
	case rule.ArithSub:
		if both > 0 {
			k = mayBeDuration
		}
		if a&mayBeMoment > 0 && b&mayBeDuration > 0 {
			k |= mayBeMoment
		}
	case rule.ArithMul:
		k = (a | b) & mayBeDuration
	case rule.ArithDiv:
		return 0, (a|b)&mayBeDuration == 0
	}
	return k, true
}

// unlimited is the number of digits of a number of which nothing is known.
const unlimited = 1 << 20

// number writes an expression that is a number; ok is false if it is none, or if
// the database might not count it exactly.
func (s scope) number(e rule.Expr) (r ratio, ok bool) {
	if v, ok := s.constant(e); ok {
		return s.literal(v)
	}
	switch e := plain(e).(type) {
	case rule.Metric:
		if s.inner {
			return ratio{}, false
		}
		return s.aggregate(e)
	case rule.Call:
		return s.numberCall(e)
	case rule.Arith:
		return s.arith(e)
	}
	x, ok := s.term(e)
	if !ok {
		return ratio{}, false
	}
	return s.termAsNumber(x)
}

// termAsNumber is a stored value as a number: an integer, a decimal, or a node of
// JSON that is one. Floats are left to Go: a rule computes exactly, and databases
// round floats at each step.
func (s scope) termAsNumber(x term) (r ratio, ok bool) {
	switch {
	case x.doc:
		r.n, ok = s.numberOf(x)
		r.may = mayBeMoment
	case x.is(TypeInteger, TypeDecimal):
		r, ok = s.stored(x), true
	}
	return r, ok && r.n.digits <= s.limits().digits
}

// stored is a column as a number. An integer with a scale is a fraction: cents
// are hundredths.
func (s scope) stored(x term) ratio {
	digits := x.col.MostDigits()
	if x.col.Type == TypeDecimal {
		return ratio{n: num{frag: s.wide(x.frag, digits, x.col.Scale), digits: digits, scale: x.col.Scale}}
	}
	return overScale(num{frag: s.wide(x.frag, digits, 0), digits: digits}, x.col.Scale)
}

// overScale divides by a power of ten.
func overScale(n num, scale int) ratio {
	if scale == 0 {
		return ratio{n: n}
	}
	return ratio{n: n, d: literalInt(decimal.Pow10(scale)), positive: true}
}

// literalInt is an integer of the rule; a short one is sent as such, which indexes
// of integers need.
func literalInt(n *big.Int) *num {
	digits := decimal.Digits(n)
	f := decimalArg(n, 0)
	if n.IsInt64() {
		f = integer(n.Int64())
	}
	return &num{frag: f, digits: digits}
}

// literal is a constant as a fraction of integers: 0.25 is 1 / 4.
func (s scope) literal(v segment.Value) (r ratio, ok bool) {
	q, ok := new(big.Rat).SetString(v.String())
	if v.Kind() != segment.KindNumber || !ok {
		return ratio{}, false
	}
	n, d := literalInt(q.Num()), literalInt(q.Denom())
	if max(n.digits, d.digits) > min(s.limits().digits, 18) {
		return ratio{}, false
	}
	if q.IsInt() {
		return ratio{n: *n}, true
	}
	return ratio{n: *n, d: d, positive: true}, true
}

// numberCall writes the functions that give a number: LENGTH, and the parts of a
// stored day. Parts of an instant depend on the calendar, and are left to Go.
func (s scope) numberCall(c rule.Call) (r ratio, ok bool) {
	if len(c.Args) != 1 {
		return ratio{}, false
	}
	x, ok := s.term(c.Args[0])
	if !ok {
		return ratio{}, false
	}
	if x.asText && c.Fn != rule.FnLength {
		x = s.asWritten(x) // its text is read as a day
	}
	const digits = 10 // more than the length of any text needs
	switch c.Fn {
	case rule.FnLength:
		switch {
		case x.list != nil:
			n, ok := s.listLength(x.list)
			return ratio{n: n}, ok
		case x.doc:
			n := cat("CASE WHEN ", s.isKind(x.frag, jsonArray), " THEN ", s.size(x.frag), " ELSE ", s.chars(s.textOf(x.frag)), " END")
			return ratio{n: num{frag: n, digits: digits}}, true
		case x.is(TypeText):
			return ratio{n: num{frag: s.chars(x.frag), digits: digits}}, true
		}
	case rule.FnYear, rule.FnQuarter, rule.FnMonth, rule.FnDay, rule.FnWeekday:
		if x.is(TypeDate) {
			return ratio{n: num{frag: s.datePart(x.frag, c.Fn), digits: digits}}, true
		}
	}
	return ratio{}, false
}

// arith writes arithmetic with two numbers.
func (s scope) arith(a rule.Arith) (r ratio, ok bool) {
	x, ok := s.number(a.Left)
	y, ok2 := s.number(a.Right)
	may, ok3 := x.may.result(a.Op, y.may)
	if !ok || !ok2 || !ok3 {
		return ratio{}, false
	}
	if r, ok = s.computed(a.Op, x, y); ok {
		r.may = may
	}
	return r, ok && s.fits(r)
}

// computed writes the fraction that is the result of two.
func (s scope) computed(op rule.ArithOp, x, y ratio) (r ratio, ok bool) {
	if op == rule.ArithDiv {
		// (a / b) / (c / d) is a × d / (b × c), and missing where c is 0.
		if y.d == nil {
			y.d = literalInt(big.NewInt(1))
		}
		r = ratio{n: s.times(x.n, *y.d), d: s.timesMaybe(x.d, &y.n)}
		r.guards = append(append(x.guards, y.guards...), y.n)
		return r, true
	}
	r = ratio{guards: append(x.guards, y.guards...), positive: (x.d == nil || x.positive) && (y.d == nil || y.positive)}
	switch op {
	case rule.ArithMul:
		r.n, r.d = s.times(x.n, y.n), s.timesMaybe(x.d, y.d)
	case rule.ArithMod:
		if x.d != nil || y.d != nil {
			return ratio{}, false // a remainder of fractions would have to divide
		}
		f, ok := s.remainder(x.n, y.n)
		if !ok {
			return ratio{}, false
		}
		scale := max(x.n.scale, y.n.scale)
		r.n = num{frag: f, digits: x.n.digits - x.n.scale + scale, scale: scale}
	default:
		// a / b + c / d is (a × d + c × b) / (b × d).
		n, m := x.n, y.n
		if y.d != nil {
			n = s.times(n, *y.d)
		}
		if x.d != nil {
			m = s.times(m, *x.d)
		}
		plus := " + "
		if op == rule.ArithSub {
			plus = " - "
		}
		scale := max(n.scale, m.scale)
		r.n = num{frag: cat("(", n.frag, plus, m.frag, ")"), scale: scale, digits: max(n.digits-n.scale, m.digits-m.scale) + scale + 1}
		r.d = s.timesMaybe(x.d, y.d)
	}
	return r, true
}

// times multiplies. Two integers of 64 bits, constants or counts, might overflow
// together: then the first is made a wider number.
func (s scope) times(a, b num) num {
	if digits := a.digits + b.digits; digits > 18 && digits < unlimited {
		a.frag = s.wide(a.frag, digits, a.scale)
	}
	return num{frag: cat("(", a.frag, " * ", b.frag, ")"), digits: a.digits + b.digits, scale: a.scale + b.scale}
}

// timesMaybe multiplies denominators, of which nil is 1.
func (s scope) timesMaybe(a, b *num) *num {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	n := s.times(*a, *b)
	return &n
}

// fits reports whether the database counts a fraction exactly.
func (s scope) fits(r ratio) bool {
	limit := s.limits().digits
	return r.n.digits <= limit && (r.d == nil || r.d.digits <= limit)
}

// compareNumber compares a fraction with a constant.
func (s scope) compareNumber(r ratio, op rule.Op, v segment.Value) cond {
	d, ok := decimalOf(v)
	if ok && r.d == nil && len(r.guards) == 0 {
		return exactly(s.compareNum(r.n, op, d))
	}
	c, ok := s.literal(v)
	if !ok {
		return undecided()
	}
	return s.compareNumbers(r, op, c)
}

// compareNum compares a number with a constant of any size. The constant is
// brought to the places of the number, so that both have one type.
func (s scope) compareNum(n num, op rule.Op, v decimal.Decimal) frag {
	if n.strict.sql != "" && !op.Holds(-v.Unscaled.Sign()) {
		n.frag = n.strict
	}
	op0 := op
	grid, op, ok := onGrid(op, v, n.scale)
	digits := decimal.Digits(grid)
	switch {
	case n.digits >= unlimited: // PostgreSQL's numeric compares with any constant
		return cat(n.frag, opText(op0), decimalAs(v, v.Scale))
	case !ok:
		return never()
	case digits > max(n.digits, 1) || digits > s.limits().digits:
		// The constant is beyond all numbers with those digits.
		if op.Holds(-grid.Sign()) {
			return notNull(n.frag)
		}
		return never()
	case n.scale == 0 && grid.IsInt64():
		return cat(n.frag, opText(op), integer(grid.Int64()))
	}
	return cat(n.frag, opText(op), decimalArg(grid, n.scale))
}

// compareNumbers compares two fractions without a division: a / b < c / d is
// a × d < c × b. Where b × d is negative the comparison turns round, and where it
// is 0 it is false.
func (s scope) compareNumbers(x ratio, op rule.Op, y ratio) cond {
	if x.may&y.may > 0 {
		return undecided() // two texts that are no numbers may still be two instants
	}
	l, r := x.n, y.n
	if y.d != nil {
		l = s.times(l, *y.d)
	}
	if x.d != nil {
		r = s.times(r, *x.d)
	}
	whole, places := max(l.digits-l.scale, r.digits-r.scale), max(l.scale, r.scale)
	if limits := s.limits(); max(l.digits, r.digits) > limits.digits || limits.aligned > 0 && whole+places > limits.aligned {
		return undecided()
	}
	compares := func(op rule.Op) frag { return s.twoCompare(l.frag, op, r.frag) }
	parts := []frag{compares(op)}
	if unsigned := unsignedDenominators(x, y); len(unsigned) > 0 {
		product := *unsigned[0]
		for _, d := range unsigned[1:] {
			product = s.times(product, *d)
		}
		if product.digits > s.limits().digits {
			return undecided()
		}
		parts[0] = cat("CASE WHEN ", product.frag, " > 0 THEN ", parts[0],
			" WHEN ", product.frag, " < 0 THEN ", compares(op.Mirrored()), " ELSE FALSE END")
	}
	for _, g := range append(x.guards, y.guards...) {
		parts = append(parts, cat(g.frag, " <> 0"))
	}
	f := and(parts...)
	for _, g := range append(x.guards, y.guards...) {
		f.needs = cmp.Or(f.needs, g.needs)
	}
	return exactly(f)
}

// unsignedDenominators are those of which it is not known that they are positive.
func unsignedDenominators(rs ...ratio) (ds []*num) {
	for _, r := range rs {
		if r.d != nil && !r.positive {
			ds = append(ds, r.d)
		}
	}
	return ds
}
