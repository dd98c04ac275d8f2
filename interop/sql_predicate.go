package interop

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Predicates in SQL: what AND, OR and NOT join, comparisons, IS, IN, LIKE and BETWEEN, and the
// questions about lists in JSON.

// condition reads a condition.
func (q *sql) Where() *sqlTest {
	if !q.Deeper() {
		return &sqlTest{}
	}
	t := q.AsTest(q.or())
	q.Levels--
	return t
}

// AsTest is a value as a condition: a value that is no test must be TRUE.
func (q *sql) AsTest(v sqlValue) *sqlTest {
	switch {
	case v.Test != nil:
		return v.Test
	case v.X == nil && !v.Lost:
		q.Fail(v.At, rule.ErrType, "a condition is expected here")
		return &sqlTest{at: v.At, lost: true, Reads: v.Reads}
	case v.Lost:
		return &sqlTest{at: v.At, lost: true, Reads: v.Reads}
	}
	return q.Leaf(eq(v.X, rule.Bool(true)), v).Test
}

func (q *sql) or() sqlValue { return q.several(true, "OR", q.and) }

func (q *sql) and() sqlValue { return q.several(false, "AND", q.not) }

// several reads parts that a word joins.
func (q *sql) several(either bool, word string, part func() sqlValue) sqlValue {
	first := part()
	if !q.Saying(word) {
		return first
	}
	parts := []*sqlTest{q.AsTest(first)}
	for q.Says(word) {
		parts = append(parts, q.AsTest(part()))
	}
	t := joined(either, parts)
	return sqlValue{At: first.At, Test: t, Reads: t.Reads}
}

func (q *sql) not() sqlValue {
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
func (q *sql) predicate() sqlValue {
	x := q.sum()
	for _, op := range sqlComparisons {
		if q.Sign(op.sign) {
			v := q.Compared(x, op.op, q.sum())
			if op.negative {
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
		from, to := q.Compared(x, rule.OpGe, lo), q.Compared(x, rule.OpLe, q.sum())
		v.Test = joined(false, []*sqlTest{q.AsTest(from), q.AsTest(to)})
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
func (q *sql) is(x sqlValue) sqlValue {
	negative := q.Says("NOT")
	var v sqlValue
	switch {
	case q.Says("NULL"):
		if v = q.Leaf(nil, x); !x.Lost && x.X != nil {
			v = q.Both(x, rule.IsNull{X: x.X}, isSet(x.X))
		} else if x.Role == sqlLists {
			q.Omit(x.At, needListCount, "whether the contact is on any list")
		} else if !x.Lost {
			q.Fail(x.At, rule.ErrType, "NULL stands beside a column")
		}
	case q.Saying("TRUE") || q.Saying("FALSE"):
		t := q.AsTest(x)
		if q.Take(); strings.EqualFold(q.Tokens[q.Next-1].Text, "FALSE") {
			t = t.negated()
		}
		v = q.Both(x, t.Holds(false), not(t.Holds(false)))
	default:
		q.Wrong("NULL, TRUE or FALSE is expected here")
	}
	if negative && v.Test != nil {
		v.Test = v.Test.negated()
	}
	return v
}

// in reads what is behind IN: values in parentheses, or a sub-select.
func (q *sql) in(x sqlValue) sqlValue {
	if !q.Expect("(") {
		return x
	}
	if q.Saying("SELECT") {
		t := q.Selected(x.At)
		q.Expect(")")
		if x.Role != sqlID {
			q.Fail(x.At, rule.ErrSyntax, "only the contact's id may be IN a sub-select")
		}
		return sqlValue{At: x.At, Test: t, Reads: t.Reads}
	}
	var vs []sqlValue
	for more := true; more; more = q.Sign(",") {
		vs = append(vs, q.sum())
	}
	q.Expect(")")
	return q.oneOf(x, vs)
}

// oneOf holds if a value is one of some.
func (q *sql) oneOf(x sqlValue, vs []sqlValue) sqlValue {
	var constants []rule.Value
	plain, unknown := x.Role == sqlPlain && !x.lower && !x.upper && !x.Timed, false
	for _, v := range vs {
		c, ok := v.X.(rule.Value)
		plain = plain && ok
		if unknown = unknown || v.null; !v.null {
			constants = append(constants, c)
		}
	}
	switch {
	case plain && !x.Lost && x.X != nil && unknown: // beside NULL no value is known not to be in
		return q.Both(x, oneOf(x.X, constants, false), nobody())
	case plain && !x.Lost && x.X != nil:
		return q.Leaf(oneOf(x.X, constants, false), x)
	}
	var parts []*sqlTest
	for _, v := range vs {
		parts = append(parts, q.AsTest(q.Compared(x, rule.OpEq, v)))
	}
	t := joined(true, parts)
	if names := namesOf(t); names != nil {
		t = &sqlTest{at: x.At, names: names, Reads: t.Reads}
	}
	return sqlValue{At: x.At, Test: t, Reads: t.Reads}
}

// namesOf is the names of events that a test asks for, any of them; nil if it asks for more.
func namesOf(t *sqlTest) (names []string) {
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
func (q *sql) like(x sqlValue, fold bool) sqlValue {
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
		return q.Leaf(nobody(), x)
	}
	c := q.LikePattern(y.At, x.X, text, fold || x.lower || x.upper)
	if x.Role == sqlArray {
		c = anElement(x.X, q.LikePattern(y.At, rule.Elem{}, text, fold))
	}
	return q.Leaf(c, x)
}

// elements reads what is behind ?, ?| and ?&: texts, one or all of which the list has as
// elements.
func (q *sql) elements(x sqlValue, every bool) sqlValue {
	var vs []rule.Value
	y := q.sum()
	for _, v := range append(y.values, y) {
		if c, ok := v.X.(rule.Value); ok && c.Kind() == rule.KindText {
			vs = append(vs, c)
		} else if v.X != nil {
			q.Fail(v.At, rule.ErrType, "a text is expected here")
		}
	}
	if x.X == nil || x.Role != sqlPlain || len(vs) == 0 {
		q.Fail(x.At, rule.ErrType, "a list and texts are expected here")
		return q.Leaf(nil, x)
	}
	if every {
		var cs []rule.Condition
		for _, v := range vs {
			cs = append(cs, anElement(x.X, eq(rule.Elem{}, v)))
		}
		return q.Leaf(all(cs...), x)
	}
	return q.Leaf(anElement(x.X, oneOf(rule.Elem{}, vs, false)), x)
}
