package sqltext

import (
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Predicates in SQL: what AND, OR and NOT join, comparisons, IS, IN, LIKE and BETWEEN, and the
// questions about lists in JSON.

// Where reads a condition.
func (q *Query) Where() *Test {
	if !q.Deeper() {
		return &Test{}
	}
	t := q.AsTest(q.or())
	q.Levels--
	return t
}

// AsTest is a value as a condition: a value that is no test must be TRUE.
func (q *Query) AsTest(v Value) *Test {
	switch {
	case v.Test != nil:
		return v.Test
	case v.X == nil && !v.Lost:
		q.Fail(v.At, rule.ErrType, "a condition is expected here")
		return &Test{at: v.At, lost: true, Reads: v.Reads}
	case v.Lost:
		return &Test{at: v.At, lost: true, Reads: v.Reads}
	}
	return q.Leaf(build.Eq(v.X, rule.Bool(true)), v).Test
}

func (q *Query) or() Value { return q.several(true, "OR", q.and) }

func (q *Query) and() Value { return q.several(false, "AND", q.not) }

// several reads parts that a word joins.
func (q *Query) several(either bool, word string, part func() Value) Value {
	first := part()
	if !q.Saying(word) {
		return first
	}
	parts := []*Test{q.AsTest(first)}
	for q.Says(word) {
		parts = append(parts, q.AsTest(part()))
	}
	t := Joined(either, parts)
	return Value{At: first.At, Test: t, Reads: t.Reads}
}

func (q *Query) not() Value {
	negative := false
	for q.Says("NOT") {
		negative = !negative
	}
	v := q.predicate()
	if negative {
		v.Test = q.AsTest(v).negated()
	}
	return v
}

// predicate reads a value with what is asked of it.
func (q *Query) predicate() Value {
	x := q.sum()
	for _, op := range build.Comparisons {
		if q.Sign(op.Sign) {
			v := q.Compared(x, op.Op, q.sum())
			if op.Negative {
				v.Test = q.AsTest(v).negated()
			}
			return v
		}
	}
	if q.Says("IS") {
		return q.is(x)
	}
	for _, sign := range []string{"?", "?|", "?&"} {
		if q.Sign(sign) {
			return q.elements(x, sign == "?&")
		}
	}
	negative := q.Says("NOT")
	v := x
	switch {
	case q.Says("IN"):
		v = q.in(x)
	case q.Says("LIKE"):
		v = q.like(x, false)
	case q.Says("ILIKE"):
		v = q.like(x, true)
	case q.Says("BETWEEN"):
		lo := q.sum()
		if !q.Says("AND") {
			q.Wrong("AND is expected here")
		}
		hi := q.sum()
		from, to := q.AsTest(q.Compared(x, rule.OpGe, lo)), q.AsTest(q.Compared(x, rule.OpLe, hi))
		v.Test = Joined(false, []*Test{from, to})
		if c, ok := build.Ranged(from.Yes, to.Yes).(rule.Between); ok && len(lo.May)+len(hi.May) == 0 {
			v = q.Leaf(c, x, lo, hi)
		}
	case negative:
		q.Wrong("IN, LIKE or BETWEEN is expected here")
	default:
		return x
	}
	if negative {
		v.Test = q.AsTest(v).negated()
	}
	return v
}

// is reads what is behind IS: [NOT] NULL, TRUE or FALSE.
func (q *Query) is(x Value) Value {
	negative := q.Says("NOT")
	var v Value
	switch {
	case q.Says("NULL"):
		if v = q.Leaf(nil, x); !x.Lost && x.X != nil {
			v = q.Both(x, rule.IsNull{X: x.X}, build.IsSet(x.X))
		} else if x.Role == Lists {
			q.Omit(x.At, source.NeedListCount, "whether the contact is on any list")
		} else if !x.Lost {
			q.Fail(x.At, rule.ErrType, "NULL stands beside a column")
		}
	case q.Saying("TRUE") || q.Saying("FALSE"):
		t := q.AsTest(x)
		if q.Take(); strings.EqualFold(q.Tokens[q.Next-1].Text, "FALSE") {
			t = t.negated()
		}
		v = q.Both(x, t.Holds(false), build.Not(t.Holds(false)))
	default:
		q.Wrong("NULL, TRUE or FALSE is expected here")
	}
	if negative && v.Test != nil {
		v.Test = v.Test.negated()
	}
	return v
}

// in reads what is behind IN: values in parentheses, or a sub-select.
func (q *Query) in(x Value) Value {
	if !q.Expect("(") {
		return x
	}
	if q.Saying("SELECT") {
		t := q.Selected(x.At)
		q.Expect(")")
		if x.Role != ID {
			q.Fail(x.At, rule.ErrSyntax, "only the contact's id may be IN a sub-select")
		}
		return Value{At: x.At, Test: t, Reads: t.Reads}
	}
	var vs []Value
	for more := true; more; more = q.Sign(",") {
		vs = append(vs, q.sum())
	}
	q.Expect(")")
	return q.oneOf(x, vs)
}

// OneOf holds if a value is one of some.
func (q *Query) oneOf(x Value, vs []Value) Value {
	var constants []rule.Value
	plain, unknown := x.Role == Plain && !x.lower && !x.upper && !x.Timed, false
	for _, v := range vs {
		c, ok := v.X.(rule.Value)
		plain = plain && ok
		if unknown = unknown || v.null; !v.null {
			constants = append(constants, c)
		}
	}
	switch {
	case plain && !x.Lost && x.X != nil && unknown: // beside NULL no value is known not to be in
		return q.Both(x, build.OneOf(x.X, constants, false), build.Nobody())
	case plain && !x.Lost && x.X != nil:
		return q.Leaf(build.OneOf(x.X, constants, false), x)
	}
	var parts []*Test
	for _, v := range vs {
		parts = append(parts, q.AsTest(q.Compared(x, rule.OpEq, v)))
	}
	t := Joined(true, parts)
	if names := namesOf(t); names != nil {
		t = &Test{at: x.At, names: names, Reads: t.Reads}
	}
	return Value{At: x.At, Test: t, Reads: t.Reads}
}

// namesOf is the names of events that a test asks for, any of them; nil if it asks for more.
func namesOf(t *Test) (names []string) {
	if t.parts == nil {
		return t.names
	}
	if !t.either || t.negative {
		return nil
	}
	for _, p := range t.parts {
		of := namesOf(p)
		if of == nil || p.negative {
			return nil
		}
		names = append(names, of...)
	}
	return names
}

// like reads the pattern behind LIKE.
func (q *Query) like(x Value, fold bool) Value {
	y := q.sum()
	pattern, ok := y.X.(rule.Value)
	switch {
	case x.Lost || y.Lost || q.Told > 0:
		return q.Leaf(nil, x, y)
	case !ok || pattern.Kind() != rule.KindText:
		q.Fail(y.At, rule.ErrType, "a pattern in quotes is expected here")
		return q.Leaf(nil, x)
	case x.X == nil:
		q.Fail(x.At, rule.ErrType, "LIKE asks for a text")
		return q.Leaf(nil, x)
	}
	text := pattern.Text()
	if x.lower && text != strings.ToLower(text) || x.upper && text != strings.ToUpper(text) {
		return q.Leaf(build.Nobody(), x)
	}
	c := q.LikePattern(y.At, x.X, text, fold || x.lower || x.upper)
	if x.Role == Array {
		c = build.AnElement(x.X, q.LikePattern(y.At, rule.Elem{}, text, fold))
	}
	return q.Leaf(c, x)
}

// elements reads what is behind ?, ?| and ?&: texts, one or all of which the list has as
// elements.
func (q *Query) elements(x Value, every bool) Value {
	var vs []rule.Value
	y := q.sum()
	for _, v := range append(y.values, y) {
		if c, ok := v.X.(rule.Value); ok && c.Kind() == rule.KindText {
			vs = append(vs, c)
		} else if v.X != nil {
			q.Fail(v.At, rule.ErrType, "a text is expected here")
		}
	}
	if x.X == nil || x.Role != Plain || len(vs) == 0 {
		q.Fail(x.At, rule.ErrType, "a list and texts are expected here")
		return q.Leaf(nil, x)
	}
	if every {
		var cs []rule.Condition
		for _, v := range vs {
			cs = append(cs, build.AnElement(x.X, build.Eq(rule.Elem{}, v)))
		}
		return q.Leaf(build.All(cs...), x)
	}
	return q.Leaf(build.AnElement(x.X, build.OneOf(rule.Elem{}, vs, false)), x)
}
