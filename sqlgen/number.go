package sqlgen

import (
	"math/big"

	"github.com/segmentrules/segment"
)

// A num is a number that SQL computes exactly: an integer or a decimal of at
// most so many digits, NULL where it is missing.
type num struct {
	frag
	digits, scale int
	// strict, if it says anything, is NULL where frag is 0 for want of events: what
	// is false of 0 is told with it, which leaves the join to the database.
	strict frag
}

// A ratio is a number as a fraction, for no database divides exactly.
type ratio struct {
	n num
	d *num // nil is 1
	// positive says that d is a constant, and more than 0.
	positive bool
	// guards must not be 0: they were divided by.
	guards []num
	// may is what it may be to Go where the database finds no number.
	may kinds
}

// kinds are those that a value of JSON, or what is computed of some, may have
// beside that of a number: a text there may be an instant or a day.
type kinds uint8

const (
	mayBeMoment kinds = 1 << iota
	mayBeDuration
)

// computed are the kinds that arithmetic may give; ok is false if it may give a
// number of what are none.
func (a kinds) result(op segment.ArithOp, b kinds) (k kinds, ok bool) {
	both := a & b
	switch op {
	case segment.Add:
		k = both & mayBeDuration
		if a&mayBeMoment > 0 && b&mayBeDuration > 0 || a&mayBeDuration > 0 && b&mayBeMoment > 0 {
			k |= mayBeMoment
		}
	case segment.Sub:
		if both > 0 {
			k = mayBeDuration
		}
		if a&mayBeMoment > 0 && b&mayBeDuration > 0 {
			k |= mayBeMoment
		}
	case segment.Mul:
		k = (a | b) & mayBeDuration
	case segment.Div:
		return 0, (a|b)&mayBeDuration == 0
	}
	return k, true
}

// unlimited is the number of digits of a number of which nothing is known.
const unlimited = 1 << 20

// number writes an expression that is a number; ok is false if the database
// might not count it exactly.
func (s scope) number(e segment.Expr) (r ratio, ok bool) {
	if v, ok := s.constant(e); ok {
		return s.literal(v)
	}
	switch e := plain(e).(type) {
	case segment.Metric:
		if s.inner {
			return ratio{}, false
		}
		return s.aggregate(e)
	case segment.Call:
		return s.numberCall(e)
	case segment.Arith:
		return s.arith(e)
	}
	x, ok := s.term(e)
	switch {
	case !ok:
		return ratio{}, false
	case x.doc:
		n, ok := s.numberOf(x.frag, x.col)
		return ratio{n: n, may: mayBeMoment}, ok && n.digits <= s.limits().digits
	case x.is(TypeInteger, TypeDecimal):
		r = s.stored(x)
		return r, r.n.digits <= s.limits().digits
	}
	return ratio{}, false
}

// stored is a column as a number. An integer with a scale is a fraction of a
// power of ten.
func (s scope) stored(x term) ratio {
	digits := x.col.digits()
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
	return ratio{n: n, d: literalInt(pow10(scale)), positive: true}
}

func (c Column) digits() int {
	switch {
	case c.Digits > 0:
		return c.Digits
	case c.Type == TypeInteger:
		return 19
	}
	return 18
}

func literalInt(n *big.Int) *num {
	digits := digitsOf(n)
	f := frag{mark, []arg{{n.String(), argDecimal, 0}}}
	if n.IsInt64() {
		f = integer(n.Int64())
	}
	return &num{frag: f, digits: digits}
}

// literal is a constant as a fraction of integers.
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

func (s scope) numberCall(c segment.Call) (r ratio, ok bool) {
	if len(c.Args) != 1 {
		return ratio{}, false
	}
	x, ok := s.term(c.Args[0])
	if !ok {
		return ratio{}, false
	}
	const digits = 10
	switch c.Fn {
	case segment.FnLength:
		switch {
		case x.doc:
			n := cat("CASE WHEN ", s.isKind(x.frag, jsonArray), " THEN ", s.size(x.frag), " ELSE ", s.chars(s.textOf(x.frag)), " END")
			return ratio{n: num{frag: n, digits: digits}}, true
		case x.is(TypeText):
			return ratio{n: num{frag: s.chars(x.frag), digits: digits}}, true
		}
	case segment.FnYear, segment.FnQuarter, segment.FnMonth, segment.FnDay, segment.FnWeekday:
		if x.is(TypeDate) {
			return ratio{n: num{frag: s.datePart(x.frag, c.Fn), digits: digits}}, true
		}
	}
	return ratio{}, false
}

// arith computes with two numbers.
func (s scope) arith(a segment.Arith) (r ratio, ok bool) {
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

// computed computes with two fractions.
func (s scope) computed(op segment.ArithOp, x, y ratio) (r ratio, ok bool) {
	if op == segment.Div {
		if y.d == nil {
			y.d = literalInt(big.NewInt(1))
		}
		r = ratio{n: s.times(x.n, *y.d), d: s.timesMaybe(x.d, &y.n)}
		r.guards = append(append(x.guards, y.guards...), y.n)
		return r, true
	}
	r = ratio{guards: append(x.guards, y.guards...), positive: (x.d == nil || x.positive) && (y.d == nil || y.positive)}
	switch op {
	case segment.Mul:
		r.n, r.d = s.times(x.n, y.n), s.timesMaybe(x.d, y.d)
	case segment.Mod:
		if x.d != nil || y.d != nil {
			return ratio{}, false
		}
		f, ok := s.remainder(x.n, y.n)
		if !ok {
			return ratio{}, false
		}
		scale := max(x.n.scale, y.n.scale)
		r.n = num{frag: f, digits: x.n.digits - x.n.scale + scale, scale: scale}
	default:
		n, m := x.n, y.n
		if y.d != nil {
			n = s.times(n, *y.d)
		}
		if x.d != nil {
			m = s.times(m, *x.d)
		}
		plus := " + "
		if op == segment.Sub {
			plus = " - "
		}
		scale := max(n.scale, m.scale)
		r.n = num{frag: cat("(", n.frag, plus, m.frag, ")"), scale: scale, digits: max(n.digits-n.scale, m.digits-m.scale) + scale + 1}
		r.d = s.timesMaybe(x.d, y.d)
	}
	return r, true
}

// times multiplies. Two integers of 64 bits, constants or counts, might go beyond
// that together.
func (s scope) times(a, b num) num {
	if digits := a.digits + b.digits; digits > 18 && digits < unlimited {
		a.frag = s.wide(a.frag, digits, a.scale)
	}
	return num{frag: cat("(", a.frag, " * ", b.frag, ")"), digits: a.digits + b.digits, scale: a.scale + b.scale}
}

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

func (s scope) fits(r ratio) bool {
	limit := s.limits().digits
	return r.n.digits <= limit && (r.d == nil || r.d.digits <= limit)
}

// compareNumber compares a fraction with a constant.
func (s scope) compareNumber(r ratio, op segment.Op, v segment.Value) cond {
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

// compareNum compares a number with a constant of any size.
func (s scope) compareNum(n num, op segment.Op, v decimal) frag {
	if n.strict.sql != "" && !opHolds(op, -v.unscaled.Sign()) {
		n.frag = n.strict
	}
	op0 := op
	grid, op, ok := onGrid(op, v, n.scale)
	digits := digitsOf(grid)
	switch {
	case n.digits >= unlimited:
		return cat(n.frag, opText(op0), frag{mark, []arg{{v.String(), argDecimal, v.scale}}})
	case !ok:
		return never()
	case digits > max(n.digits, 1) || digits > s.limits().digits:
		// It is beyond all numbers with those digits.
		if opHolds(op, -grid.Sign()) {
			return cat(n.frag, " IS NOT NULL")
		}
		return never()
	case n.scale == 0 && grid.IsInt64():
		return cat(n.frag, opText(op), integer(grid.Int64()))
	}
	return cat(n.frag, opText(op), decimalArg(grid, n.scale))
}

// compareNumbers compares two fractions: each side times the other's
// denominator, the other way round where one of those is negative.
func (s scope) compareNumbers(x ratio, op segment.Op, y ratio) cond {
	if x.may&y.may > 0 {
		return undecided()
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
	parts := []frag{cat(l.frag, opText(op), r.frag)}
	if unsigned := unsignedDenominators(x, y); len(unsigned) > 0 {
		product := *unsigned[0]
		for _, d := range unsigned[1:] {
			product = s.times(product, *d)
		}
		if product.digits > s.limits().digits {
			return undecided()
		}
		parts[0] = cat("CASE WHEN ", product.frag, " > 0 THEN ", parts[0],
			" WHEN ", product.frag, " < 0 THEN ", l.frag, opText(mirrored(op)), r.frag, " ELSE FALSE END")
	}
	for _, g := range append(x.guards, y.guards...) {
		parts = append(parts, cat(g.frag, " <> 0"))
	}
	return exactly(and(parts...))
}

func unsignedDenominators(rs ...ratio) (ds []*num) {
	for _, r := range rs {
		if r.d != nil && !r.positive {
			ds = append(ds, r.d)
		}
	}
	return ds
}
