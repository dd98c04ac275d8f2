package sqltext

import (
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Values in SQL: what comparing them asks of a contact, its lists and its events, and
// arithmetic.

// Compared is a comparison of two values.
func (q *Query) Compared(x Value, op rule.Op, y Value) Value {
	if constant(x) && !constant(y) {
		x, y = y, x
		op = build.Mirrored(op)
	}
	v, isConstant := y.X.(rule.Value)
	both := Value{At: x.At, Reads: x.Reads | y.Reads, Lost: x.Lost || y.Lost}
	switch {
	case q.Told > 0 || both.Lost:
		both.Lost = true
		return q.Leaf(nil, both)
	case x.Role == ID && y.Role == ID:
		both.Test = &Test{at: x.At, link: true, Yes: rule.Everyone{}}
		return both
	case x.null || y.null:
		return q.Both(both, build.Nobody(), build.Nobody())
	case x.Timed && y.X != nil && y.Role == Plain && isConstant && v.Kind() == rule.KindText:
		y.X = q.instantOf(y)
		return q.Leaf(build.Compare(x.X, op, y.X), x, y)
	case x.Test != nil || y.Test != nil || x.X == nil && x.Role == Plain || y.X == nil && y.Role == Plain:
		q.Fail(x.At, rule.ErrType, "a condition is compared with a value")
		return q.Leaf(nil, both)
	case x.Role == EventName || x.Role == Lists || x.Role == ListID:
		return q.byName(x, op, v, isConstant)
	case x.Role == EventTime:
		return Value{At: x.At, Reads: both.Reads, Test: &Test{at: x.At, when: &sqlWhen{op, q.instantOf(y), x.At}, Reads: both.Reads}}
	case y.Role != Plain && y.Role != ID || x.Role == Unread:
		q.Omit(x.At, source.NeedEventTime, "a comparison with the name or the instant of an event")
		return q.Leaf(nil, Value{At: x.At, Reads: both.Reads, Lost: true})
	case both.Reads&Contact != 0 && both.Reads&Event != 0:
		q.Omit(x.At, source.NeedFieldInEv, "a column of the contact beside one of an event")
		return q.Leaf(nil, Value{At: x.At, Reads: both.Reads, Lost: true})
	case x.Role == Array:
		return q.Leaf(build.AnElement(x.X, build.Compare(rule.Elem{}, op, y.X)), x, y)
	case x.lower || x.upper:
		text := v.Text()
		if !isConstant || x.lower && text != strings.ToLower(text) || x.upper && text != strings.ToUpper(text) {
			return q.Leaf(build.Nobody(), x)
		}
		return q.Leaf(rule.Compare{Left: x.X, Op: op, Right: v, Fold: true}, x)
	}
	return q.Leaf(build.Compare(x.X, op, y.X), x, y)
}

// constant reports whether a value is one, and no column.
func constant(v Value) bool {
	_, ok := v.X.(rule.Value)
	return ok
}

// byName compares what has names: an event, the lists of a contact.
func (q *Query) byName(x Value, op rule.Op, v rule.Value, ok bool) Value {
	name := v.Text()
	if v.Kind() == rule.KindNumber {
		name = v.String()
	}
	if !ok || name == "" || op != rule.OpEq {
		q.Fail(x.At, rule.ErrType, "%s is compared by = with a name only", source.Shortened(x.At.Text))
		return q.Leaf(nil, x)
	}
	q.Named(x.At, name)
	t := &Test{at: x.At, Reads: x.Reads}
	if x.Role == EventName {
		t.names = []string{name}
	} else {
		t.Yes, t.no = rule.InList(name), build.Not(rule.InList(name))
	}
	return Value{At: x.At, Reads: x.Reads, Test: t}
}

// instantOf is a value as an instant: a text as what it reads as.
func (q *Query) instantOf(v Value) rule.Expr {
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
func (q *Query) sum() Value {
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

func (q *Query) product() Value {
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

func (q *Query) unarySign() Value {
	if q.Follows("-") && q.Tokens[q.Next+1].Kind != source.NumberToken {
		q.Take()
		return q.Arith(rule.ArithSub, Value{At: q.Here(q.Peek()), X: rule.Int(0)}, q.postfix())
	}
	return q.postfix()
}

// Arith computes with two values.
func (q *Query) Arith(op rule.ArithOp, x, y Value) Value {
	v := Value{At: x.At, Reads: x.Reads | y.Reads, Lost: x.Lost || y.Lost, May: append(x.May[:len(x.May):len(x.May)], y.May...)}
	switch {
	case v.Lost || q.Told > 0:
		v.Lost = true
		return v
	case x.X == nil || y.X == nil || x.Role != Plain || y.Role != Plain:
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
		v.X = build.Shifted(x.X, s)
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
func (q *Query) postfix() Value {
	v := q.primary()
	for q.Sign("::") {
		v = q.Cast(v, q.Take())
	}
	return v
}
