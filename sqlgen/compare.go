package sqlgen

import (
	"math"
	"math/big"
	"strings"

	"github.com/segmentrules/segment"
)

// compare writes a comparison. Of two constants it is decided here; one
// constant is brought to the right.
func (s scope) compare(c segment.Compare) cond {
	_, left := s.constant(c.Left)
	v, right := s.constant(c.Right)
	switch {
	case left && right:
		return exactly(truth(segment.Evaluate(c, nil, s.now)))
	case left:
		return s.compare(segment.Compare{Left: c.Right, Op: mirrored(c.Op), Right: c.Left, Fold: c.Fold})
	case right && v.IsNull():
		return exactly(never())
	case right:
		return s.compareTo(c.Left, c.Op, v, c.Fold)
	}
	return s.compareBoth(c)
}

// compareTo compares an expression with a constant.
func (s scope) compareTo(e segment.Expr, op segment.Op, v segment.Value, fold bool) cond {
	if m, ok := plain(e).(segment.Metric); ok && !s.inner {
		if some, ok := atLeastOneOf(m, op, v); ok {
			if c := s.atLeastOne(m); some {
				return c
			} else {
				return s.not(c)
			}
		}
	}
	if c, ok := s.compareMoment(e, op, v); ok {
		return c
	}
	if x, ok := s.term(e); ok {
		return s.compareTerm(x, op, v, fold)
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

// compareTerm compares a stored value with a constant.
func (s scope) compareTerm(x term, op segment.Op, v segment.Value, fold bool) cond {
	switch v.Kind() {
	case segment.KindNumber:
		return s.termNumber(x, op, v)
	case segment.KindText:
		if x.doc {
			return s.compareText(s.textOf(x.frag), op, v.Text(), fold)
		}
		if x.is(TypeText) {
			return s.compareText(x.frag, op, v.Text(), fold)
		}
	case segment.KindBool:
		return s.compareBool(x, op, v.Bool())
	case segment.KindTime, segment.KindDate, segment.KindVersion, segment.KindList, segment.KindObject:
		if x.doc || x.is(TypeText) {
			return s.mayHold(x, op, v)
		}
	}
	return exactly(never())
}

// opaque compares a value of which the database cannot tell what it is: a text
// that may be a time or a version, a list. It keeps only those that may be.
func (s scope) mayHold(x term, op segment.Op, v segment.Value) cond {
	if v.Kind() == segment.KindList || v.Kind() == segment.KindObject {
		if !x.doc || op != segment.Eq {
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
func (s scope) termNumber(x term, op segment.Op, v segment.Value) cond {
	d, ok := decimalOf(v)
	switch {
	case x.doc && !ok:
		return cond{frag: s.isKind(x.frag, jsonNumber)}
	case x.doc:
		return s.numberCompares(x.frag, op, d)
	case !x.is(TypeInteger, TypeDecimal, TypeFloat):
		return exactly(never())
	case !ok:
		return cond{frag: notNull(x.frag)}
	case x.is(TypeFloat):
		f, op, ok := onFloats(op, d)
		if !ok {
			return exactly(never())
		}
		return exactly(and(cat(x.frag, opText(op), hold(f, argFloat)), s.finiteBeyond(x, op)))
	}
	return exactly(s.compareExact(x, op, d))
}

// finiteBeyond keeps what is infinite out of a comparison with a constant, and
// what is no number, which is more than all numbers to some databases.
func (s scope) finiteBeyond(x term, op segment.Op) frag {
	switch {
	case s.limits().onlyFinite || op == segment.Eq:
		return always()
	case op == segment.Gt || op == segment.Ge:
		return cat(x.frag, " <= ", hold(math.MaxFloat64, argFloat))
	}
	return cat(x.frag, " >= ", hold(-math.MaxFloat64, argFloat))
}

// finite holds for a float that is a number.
func (t *translation) finite(x frag) frag {
	if t.limits().onlyFinite {
		return cat(x, " IS NOT NULL")
	}
	return cat(x, " BETWEEN ", hold(-math.MaxFloat64, argFloat), " AND ", hold(math.MaxFloat64, argFloat))
}

// onGrid compares an integer, or a decimal of some places, with a constant.
func (s scope) compareExact(x term, op segment.Op, v decimal) frag {
	scale := x.col.Scale
	n, op, ok := onGrid(op, v, scale)
	if !ok {
		return never()
	}
	l, digits := s.limits(), digitsOf(n)
	switch {
	case x.col.Type == TypeInteger && n.IsInt64():
		return cat(x.frag, opText(op), integer(n.Int64()))
	case x.col.Type == TypeInteger && l.unsigned && n.IsUint64():
		return cat(x.frag, opText(op), decimalArg(n, 0))
	case x.col.Type == TypeInteger, digits > l.digits:
		return s.beyond(x, op, n)
	case op == segment.Eq && l.narrowest > 0 && digits > l.narrowest:
		// Of several equalities ClickHouse makes an IN, with constants as the column
		// holds them, and a constant that it does not hold is an error.
		x.frag = s.wide(x.frag, digits, scale)
	}
	return cat(x.frag, opText(op), decimalArg(n, scale))
}

func digitsOf(n *big.Int) int { return len(new(big.Int).Abs(n).String()) }

func decimalArg(n *big.Int, scale int) frag {
	return frag{mark, []arg{{scaledText(n, scale), argDecimal, scale}}}
}

// beyond compares with a number that is larger, or less, than all.
func (s scope) beyond(x term, op segment.Op, n *big.Int) frag {
	if opHolds(op, -n.Sign()) {
		return notNull(x.frag)
	}
	return never()
}

func (s scope) compareBool(x term, op segment.Op, b bool) cond {
	order := map[bool]int{true: 1}
	is := func(v bool) frag {
		switch {
		case !opHolds(op, order[v]-order[b]):
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

// compareText compares a text with a constant, by code points.
func (s scope) compareText(x frag, op segment.Op, v string, fold bool) cond {
	if !s.tellable(v) || fold && op != segment.Eq {
		return undecided()
	}
	if fold {
		x, v = s.folded(x, v)
	}
	if i := strings.IndexByte(v, 0); i >= 0 && s.limits().noNUL {
		// No text has a NUL: those before v are those up to what stands before it.
		v = v[:i]
		switch op {
		case segment.Eq:
			return exactly(never())
		case segment.Lt:
			op = segment.Le
		case segment.Ge:
			op = segment.Gt
		}
	}
	if op == segment.Eq {
		return exactly(s.textEquals(x, text(v)))
	}
	return exactly(s.textCompares(x, opText(op), text(v)))
}

// compareBoth compares two expressions that both are of the contact.
func (s scope) compareBoth(c segment.Compare) cond {
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
