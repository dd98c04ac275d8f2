package sqlgen

// Comparisons (=, <, <=, >, >=). One side is nearly always a constant of the rule;
// it is brought to the right, and to a form in which the database compares it
// with the column as it is, so that an index of the column can be used: `age > 17.5`
// of an integer becomes age > 17. Two stored values are in compare_terms.go.

import (
	"math"
	"math/big"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// compare writes a comparison. Of two constants it is decided here; one
// constant is brought to the right.
func (s scope) compare(c rule.Compare) cond {
	_, left := s.constant(c.Left)
	v, right := s.constant(c.Right)
	switch {
	case left && right:
		return exactly(truth(segment.Evaluate(c, nil, s.now)))
	case left:
		return s.compare(rule.Compare{Left: c.Right, Op: c.Op.Mirrored(), Right: c.Left, Fold: c.Fold})
	case right && v.IsNull():
		return exactly(never())
	case right:
		return s.compareTo(c.Left, c.Op, v, c.Fold)
	}
	return s.compareBoth(c)
}

// compareTo compares an expression with a constant. What the expression is, is
// tried in this order: a count of events that only asks whether there is any, an
// instant or day, a stored value, and a computed number.
func (s scope) compareTo(e rule.Expr, op rule.Op, v segment.Value, fold bool) cond {
	if m, ok := plain(e).(rule.Metric); ok && !s.inner {
		if some, ok := atLeastOneOf(m, op, v); ok {
			c := s.atLeastOne(m)
			if some {
				return c
			}
			return s.not(c)
		}
	}
	if c, ok := s.compareMoment(e, op, v); ok {
		return c
	}
	if op == rule.OpEq {
		if c, ok := s.endmostEquals(e, v, fold); ok {
			return c
		}
	}
	if x, ok := s.term(e); ok {
		c := s.compareTerm(x, op, v, fold)
		c.predicate = s.predicate(x, op, v, fold)
		return c
	}
	if n, ok := s.number(e); ok {
		switch {
		case v.Kind() == segment.KindNumber:
			return s.compareNumber(n, op, v)
		case n.may > 0:
			return undecided()
		}
		return exactly(never())
	}
	return undecided()
}

// compareTerm compares a stored value with a constant. Values of two kinds, such
// as a text and a number, are neither equal nor ordered.
func (s scope) compareTerm(x term, op rule.Op, v segment.Value, fold bool) cond {
	if x.list != nil && v.Kind() == segment.KindList {
		return cond{frag: s.hasElements(x.list).frag}
	}
	if c, ok := s.compareHeld(x, op, v, fold); ok {
		return c
	}
	if c, ok := s.equalsScalar(x, op, v, fold); ok {
		return c
	}
	if f, ok := s.numberByPath(x, op, v); ok {
		return exactly(f)
	}
	switch v.Kind() {
	case segment.KindNumber:
		return s.termNumber(x, op, v)
	case segment.KindText:
		if x.writes != nil && op == rule.OpEq {
			return s.idIs(x, v.Text()) // digits have no other case
		}
		if x.doc {
			return s.compareText(s.textOf(x.frag), op, v.Text(), fold)
		}
		if x.is(TypeText) {
			return s.compareText(x.frag, op, v.Text(), fold)
		}
		if x.asText {
			return s.mayHold(x, op, v)
		}
	case segment.KindBool:
		return s.compareBool(x, op, v.Bool())
	case segment.KindTime, segment.KindDate, segment.KindVersion, segment.KindList, segment.KindObject:
		if x.doc || x.is(TypeText) || x.asText {
			return s.mayHold(x, op, v)
		}
	}
	return exactly(never())
}

// mayHold is for constants that the database cannot compare with as Go does: a
// version or a time beside a stored text, a list or an object. It is inexact, and
// keeps as candidates only the values of a kind that may fulfil the comparison.
func (s scope) mayHold(x term, op rule.Op, v segment.Value) cond {
	if v.Kind() == segment.KindList || v.Kind() == segment.KindObject {
		if !x.doc || op != rule.OpEq {
			return exactly(never())
		}
		kind := jsonArray
		if v.Kind() == segment.KindObject {
			kind = jsonObject
		}
		return cond{frag: s.isKind(x.frag, kind)}
	}
	if x.doc {
		return cond{frag: s.isKind(x.frag, jsonText)}
	}
	return cond{frag: notNull(x.frag)}
}

func notNull(x frag) frag { return cat(x, " IS NOT NULL") }

// termNumber compares a stored number with a constant.
func (s scope) termNumber(x term, op rule.Op, v segment.Value) cond {
	d, ok := decimalOf(v)
	switch {
	case x.doc && !ok:
		return cond{frag: s.isKind(x.frag, jsonNumber)}
	case x.doc:
		return s.numberCompares(x, op, d)
	case !x.is(TypeInteger, TypeDecimal, TypeFloat):
		return exactly(never())
	case !ok:
		return cond{frag: notNull(x.frag)}
	case x.is(TypeFloat):
		// The constant becomes the nearest float, and the operator one that is true of
		// the same floats.
		f, op, ok := onFloats(op, d)
		if !ok {
			return exactly(never())
		}
		return exactly(and(cat(x.frag, opText(op), hold(f, argFloat)), s.finiteBeyond(x, op)))
	}
	return exactly(s.compareExact(x, op, d))
}

// finiteBeyond keeps infinities out of a comparison with a constant, and NaN,
// which PostgreSQL and DuckDB hold to be more than every number.
func (s scope) finiteBeyond(x term, op rule.Op) frag {
	switch {
	case s.limits().onlyFinite || op == rule.OpEq:
		return always()
	case op == rule.OpGt || op == rule.OpGe:
		return cat(x.frag, " <= ", hold(math.MaxFloat64, argFloat))
	}
	return cat(x.frag, " >= ", hold(-math.MaxFloat64, argFloat))
}

// finite holds for a float that is a number.
func (t *translation) finite(x frag) frag {
	if t.limits().onlyFinite {
		return notNull(x)
	}
	return cat(x, " BETWEEN ", hold(-math.MaxFloat64, argFloat), " AND ", hold(math.MaxFloat64, argFloat))
}

// compareExact compares an integer, or a decimal of some places, with a constant,
// which is first brought to the numbers that the column can hold.
func (s scope) compareExact(x term, op rule.Op, v decimal.Decimal) frag {
	scale := x.col.Scale
	n, op, ok := onGrid(op, v, scale)
	if !ok {
		return never()
	}
	l, digits := s.limits(), decimal.Digits(n)
	switch {
	case x.col.Type == TypeInteger && n.IsInt64():
		return cat(x.frag, opText(op), integer(n.Int64()))
	case x.col.Type == TypeInteger && l.unsigned && n.IsUint64():
		return cat(x.frag, opText(op), decimalArg(n, 0))
	case x.col.Type == TypeInteger, digits > l.digits:
		// No number of the column reaches it: the answer is the same for all.
		return s.beyond(x, op, n)
	case op == rule.OpEq && l.narrowest > 0 && digits > l.narrowest:
		// ClickHouse makes one IN of several equalities, and converts the constants to
		// the type of the column; it fails for one that does not fit, so the column is
		// made a wide number first.
		x.frag = s.wide(x.frag, digits, scale)
	}
	return s.compared(x, comparison{op, decimalArg(n, scale)})
}

// beyond compares with a constant that is larger than all values of the column,
// or less if n is negative: then the operator alone decides.
func (s scope) beyond(x term, op rule.Op, n *big.Int) frag {
	if op.Holds(-n.Sign()) {
		return notNull(x.frag)
	}
	return never()
}

// compareBool compares with TRUE or FALSE, where FALSE is less than TRUE. It asks
// for the one or two values for which the comparison holds.
func (s scope) compareBool(x term, op rule.Op, b bool) cond {
	order := map[bool]int{true: 1}
	is := func(v bool) frag {
		switch {
		case !op.Holds(order[v] - order[b]):
			return never()
		case x.doc:
			return s.boolIs(x.frag, v)
		case v:
			return cat(x.frag, " = TRUE")
		}
		return cat(x.frag, " = FALSE")
	}
	if !x.doc && !x.is(TypeBool) {
		return exactly(never())
	}
	return exactly(or(is(false), is(true)))
}

// compareText compares a text with a constant, by code points. IGNORING CASE only
// equality is written: [scope.folded] finds equal texts, and no order of others.
func (s scope) compareText(x frag, op rule.Op, v string, fold bool) cond {
	if !s.tellable(v) || fold && op != rule.OpEq {
		return undecided()
	}
	if fold {
		x, v = s.folded(x, v)
	}
	if i := strings.IndexByte(v, 0); i >= 0 && s.limits().noNUL {
		// PostgreSQL has no text with a NUL. So nothing equals v = "ab\x00c", and the
		// texts before it are "ab" and all that come before "ab".
		v = v[:i]
		switch op {
		case rule.OpEq:
			return exactly(never())
		case rule.OpLt:
			op = rule.OpLe
		case rule.OpGe:
			op = rule.OpGt
		}
	}
	if op == rule.OpEq {
		return exactly(s.textEquals(x, text(v)))
	}
	return exactly(s.textCompares(x, opText(op), text(v)))
}

// compareBoth compares two expressions that both are of the contact.
func (s scope) compareBoth(c rule.Compare) cond {
	if x, ok := s.term(c.Left); ok {
		if y, ok := s.term(c.Right); ok {
			return s.compareTerms(x, c.Op, y, c.Fold)
		}
	}
	x, ok := s.number(c.Left)
	y, ok2 := s.number(c.Right)
	if !ok || !ok2 {
		return undecided()
	}
	return s.compareNumbers(x, c.Op, y)
}
