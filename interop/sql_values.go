package interop

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Values in SQL: what comparing them asks of a contact, its lists and its events, and
// arithmetic.

// compared is a comparison of two values.
func (q *sql) compared(x sqlValue, op rule.Op, y sqlValue) sqlValue {
	if constant(x) && !constant(y) {
		x, y = y, x
		op = mirrored(op)
	}
	v, isConstant := y.x.(rule.Value)
	both := sqlValue{at: x.at, reads: x.reads | y.reads, lost: x.lost || y.lost}
	switch {
	case q.told > 0 || both.lost:
		both.lost = true
		return q.leaf(nil, both)
	case x.role == sqlID && y.role == sqlID:
		both.test = &sqlTest{at: x.at, link: true, yes: rule.Everyone{}}
		return both
	case x.null || y.null:
		return q.both(both, nobody(), nobody())
	case x.timed && y.x != nil && y.role == sqlPlain && isConstant && v.Kind() == rule.KindText:
		y.x = q.instantOf(y)
		return q.leaf(compare(x.x, op, y.x), x, y)
	case x.test != nil || y.test != nil || x.x == nil && x.role == sqlPlain || y.x == nil && y.role == sqlPlain:
		q.fail(x.at, rule.ErrType, "a condition is compared with a value")
		return q.leaf(nil, both)
	case x.role == sqlEventName || x.role == sqlLists || x.role == sqlListID:
		return q.byName(x, op, v, isConstant)
	case x.role == sqlEventTime:
		return sqlValue{at: x.at, reads: both.reads, test: &sqlTest{at: x.at, when: &sqlWhen{op, q.instantOf(y)}, reads: both.reads}}
	case y.role != sqlPlain && y.role != sqlID || x.role == sqlUnread:
		q.omit(x.at, needEventTime, "a comparison with the name or the instant of an event")
		return q.leaf(nil, sqlValue{at: x.at, reads: both.reads, lost: true})
	case both.reads&sqlContact != 0 && both.reads&sqlEvent != 0:
		q.omit(x.at, needFieldInEv, "a column of the contact beside one of an event")
		return q.leaf(nil, sqlValue{at: x.at, reads: both.reads, lost: true})
	case x.role == sqlArray:
		return q.leaf(anElement(x.x, compare(rule.Elem{}, op, y.x)), x, y)
	case x.lower || x.upper:
		text := v.Text()
		if !isConstant || x.lower && text != strings.ToLower(text) || x.upper && text != strings.ToUpper(text) {
			return q.leaf(nobody(), x)
		}
		return q.leaf(rule.Compare{Left: x.x, Op: op, Right: v, Fold: true}, x)
	}
	return q.leaf(compare(x.x, op, y.x), x, y)
}

// constant reports whether a value is one, and no column.
func constant(v sqlValue) bool {
	_, ok := v.x.(rule.Value)
	return ok
}

// mirrored is the comparison with the sides exchanged.
func mirrored(op rule.Op) rule.Op {
	return [...]rule.Op{rule.OpEq: rule.OpEq, rule.OpLt: rule.OpGt, rule.OpLe: rule.OpGe, rule.OpGt: rule.OpLt, rule.OpGe: rule.OpLe}[op]
}

// byName compares what has names: an event, the lists of a contact.
func (q *sql) byName(x sqlValue, op rule.Op, v rule.Value, ok bool) sqlValue {
	name := v.Text()
	if v.Kind() == rule.KindNumber {
		name = v.String()
	}
	if !ok || name == "" || op != rule.OpEq {
		q.fail(x.at, rule.ErrType, "%s is compared by = with a name only", shortened(x.at.text))
		return q.leaf(nil, x)
	}
	q.named(x.at, name)
	t := &sqlTest{at: x.at, reads: x.reads}
	if x.role == sqlEventName {
		t.names = []string{name}
	} else {
		t.yes, t.no = rule.InList(name), not(rule.InList(name))
	}
	return sqlValue{at: x.at, reads: x.reads, test: t}
}

// instantOf is a value as an instant: a text as what it reads as.
func (q *sql) instantOf(v sqlValue) rule.Expr {
	if c, ok := v.x.(rule.Value); ok && c.Kind() == rule.KindText {
		at, ok := q.moment(c.Text())
		if !ok {
			q.fail(v.at, rule.ErrType, "an instant is expected here, such as '2026-01-31T10:00:00Z'")
		}
		return q.midnight(at)
	}
	return v.x
}

// sum reads terms with + and -.
func (q *sql) sum() sqlValue {
	x := q.product()
	for {
		switch {
		case q.sign("+"):
			x = q.arith(rule.ArithAdd, x, q.product())
		case q.sign("-"):
			x = q.arith(rule.ArithSub, x, q.product())
		default:
			return x
		}
	}
}

func (q *sql) product() sqlValue {
	x := q.unarySign()
	for {
		switch {
		case q.sign("*"):
			x = q.arith(rule.ArithMul, x, q.unarySign())
		case q.sign("/"):
			x = q.arith(rule.ArithDiv, x, q.unarySign())
		case q.sign("%"):
			x = q.arith(rule.ArithMod, x, q.unarySign())
		default:
			return x
		}
	}
}

func (q *sql) unarySign() sqlValue {
	if q.follows("-") && q.tokens[q.next+1].kind != numberToken {
		q.take()
		return q.arith(rule.ArithSub, sqlValue{at: q.here(q.peek()), x: rule.Int(0)}, q.postfix())
	}
	return q.postfix()
}

// arith computes with two values.
func (q *sql) arith(op rule.ArithOp, x, y sqlValue) sqlValue {
	v := sqlValue{at: x.at, reads: x.reads | y.reads, lost: x.lost || y.lost, may: append(x.may[:len(x.may):len(x.may)], y.may...)}
	switch {
	case v.lost || q.told > 0:
		v.lost = true
		return v
	case x.x == nil || y.x == nil || x.role != sqlPlain || y.role != sqlPlain:
		q.fail(x.at, rule.ErrType, "only numbers, instants and lengths of time are computed with")
		v.lost = true
		return v
	}
	if a, ok := x.x.(rule.Arith); ok && depthOf(a) > 200 {
		q.fail(x.at, rule.ErrLimit, "a computation of more than 200 steps")
		v.lost = true
		return v
	}
	if s, ok := y.x.(rule.Span); ok && (op == rule.ArithAdd || op == rule.ArithSub) {
		if op == rule.ArithSub {
			s = s.Negative()
		}
		v.x = shifted(x.x, s)
		return v
	}
	v.x = rule.Arith{Op: op, Left: x.x, Right: y.x}
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
	for q.sign("::") {
		v = q.cast(v, q.take())
	}
	return v
}
