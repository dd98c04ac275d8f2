package interop

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Values in SQL: what comparing them asks of a contact, its lists and its events, and
// arithmetic.

// Compared is a comparison of two values.
func (q *sql) Compared(x sqlValue, op rule.Op, y sqlValue) sqlValue {
	if constant(x) && !constant(y) {
		x, y = y, x
		op = mirrored(op)
	}
	v, isConstant := y.X.(rule.Value)
	both := sqlValue{At: x.At, Reads: x.Reads | y.Reads, Lost: x.Lost || y.Lost}
	switch {
	case q.Told > 0 || both.Lost:
		both.Lost = true
		return q.Leaf(nil, both)
	case x.Role == sqlID && y.Role == sqlID:
		both.Test = &sqlTest{at: x.At, link: true, Yes: rule.Everyone{}}
		return both
	case x.null || y.null:
		return q.Both(both, nobody(), nobody())
	case x.Timed && y.X != nil && y.Role == sqlPlain && isConstant && v.Kind() == rule.KindText:
		y.X = q.instantOf(y)
		return q.Leaf(compare(x.X, op, y.X), x, y)
	case x.Test != nil || y.Test != nil || x.X == nil && x.Role == sqlPlain || y.X == nil && y.Role == sqlPlain:
		q.Fail(x.At, rule.ErrType, "a condition is compared with a value")
		return q.Leaf(nil, both)
	case x.Role == sqlEventName || x.Role == sqlLists || x.Role == sqlListID:
		return q.byName(x, op, v, isConstant)
	case x.Role == sqlEventTime:
		return sqlValue{At: x.At, Reads: both.Reads, Test: &sqlTest{at: x.At, when: &sqlWhen{op, q.instantOf(y)}, Reads: both.Reads}}
	case y.Role != sqlPlain && y.Role != sqlID || x.Role == sqlUnread:
		q.Omit(x.At, needEventTime, "a comparison with the name or the instant of an event")
		return q.Leaf(nil, sqlValue{At: x.At, Reads: both.Reads, Lost: true})
	case both.Reads&sqlContact != 0 && both.Reads&sqlEvent != 0:
		q.Omit(x.At, needFieldInEv, "a column of the contact beside one of an event")
		return q.Leaf(nil, sqlValue{At: x.At, Reads: both.Reads, Lost: true})
	case x.Role == sqlArray:
		return q.Leaf(anElement(x.X, compare(rule.Elem{}, op, y.X)), x, y)
	case x.lower || x.upper:
		text := v.Text()
		if !isConstant || x.lower && text != strings.ToLower(text) || x.upper && text != strings.ToUpper(text) {
			return q.Leaf(nobody(), x)
		}
		return q.Leaf(rule.Compare{Left: x.X, Op: op, Right: v, Fold: true}, x)
	}
	return q.Leaf(compare(x.X, op, y.X), x, y)
}

// constant reports whether a value is one, and no column.
func constant(v sqlValue) bool {
	_, ok := v.X.(rule.Value)
	return ok
}

// byName compares what has names: an event, the lists of a contact.
func (q *sql) byName(x sqlValue, op rule.Op, v rule.Value, ok bool) sqlValue {
	name := v.Text()
	if v.Kind() == rule.KindNumber {
		name = v.String()
	}
	if !ok || name == "" || op != rule.OpEq {
		q.Fail(x.At, rule.ErrType, "%s is compared by = with a name only", shortened(x.At.Text))
		return q.Leaf(nil, x)
	}
	q.Named(x.At, name)
	t := &sqlTest{at: x.At, Reads: x.Reads}
	if x.Role == sqlEventName {
		t.names = []string{name}
	} else {
		t.Yes, t.no = rule.InList(name), not(rule.InList(name))
	}
	return sqlValue{At: x.At, Reads: x.Reads, Test: t}
}

// instantOf is a value as an instant: a text as what it reads as.
func (q *sql) instantOf(v sqlValue) rule.Expr {
	if c, ok := v.X.(rule.Value); ok && c.Kind() == rule.KindText {
		at, ok := q.Moment(c.Text())
		if !ok {
			q.Fail(v.At, rule.ErrType, "an instant is expected here, such as '2026-01-31T10:00:00Z'")
		}
		return q.Midnight(at)
	}
	return v.X
}

// sum reads terms with + and -.
func (q *sql) sum() sqlValue {
	x := q.product()
	for {
		switch {
		case q.Sign("+"):
			x = q.Arith(rule.ArithAdd, x, q.product())
		case q.Sign("-"):
			x = q.Arith(rule.ArithSub, x, q.product())
		default:
			return x
		}
	}
}

func (q *sql) product() sqlValue {
	x := q.unarySign()
	for {
		switch {
		case q.Sign("*"):
			x = q.Arith(rule.ArithMul, x, q.unarySign())
		case q.Sign("/"):
			x = q.Arith(rule.ArithDiv, x, q.unarySign())
		case q.Sign("%"):
			x = q.Arith(rule.ArithMod, x, q.unarySign())
		default:
			return x
		}
	}
}

func (q *sql) unarySign() sqlValue {
	if q.Follows("-") && q.Tokens[q.Next+1].Kind != numberToken {
		q.Take()
		return q.Arith(rule.ArithSub, sqlValue{At: q.Here(q.Peek()), X: rule.Int(0)}, q.postfix())
	}
	return q.postfix()
}

// Arith computes with two values.
func (q *sql) Arith(op rule.ArithOp, x, y sqlValue) sqlValue {
	v := sqlValue{At: x.At, Reads: x.Reads | y.Reads, Lost: x.Lost || y.Lost, May: append(x.May[:len(x.May):len(x.May)], y.May...)}
	switch {
	case v.Lost || q.Told > 0:
		v.Lost = true
		return v
	case x.X == nil || y.X == nil || x.Role != sqlPlain || y.Role != sqlPlain:
		q.Fail(x.At, rule.ErrType, "only numbers, instants and lengths of time are computed with")
		v.Lost = true
		return v
	}
	if a, ok := x.X.(rule.Arith); ok && depthOf(a) > 200 {
		q.Fail(x.At, rule.ErrLimit, "a computation of more than 200 steps")
		v.Lost = true
		return v
	}
	if s, ok := y.X.(rule.Span); ok && (op == rule.ArithAdd || op == rule.ArithSub) {
		if op == rule.ArithSub {
			s = s.Negative()
		}
		v.X = shifted(x.X, s)
		return v
	}
	v.X = rule.Arith{Op: op, Left: x.X, Right: y.X}
	return v
}

// depthOf is how many computations are within one another on the left.
func depthOf(a rule.Arith) (n int) {
	for ok := true; ok && n <= 200; n++ {
		a, ok = a.Left.(rule.Arith)
	}
	return n
}

// postfix reads a value with casts behind it.
func (q *sql) postfix() sqlValue {
	v := q.primary()
	for q.Sign("::") {
		v = q.Cast(v, q.Take())
	}
	return v
}
