package interop

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Predicates in SQL: what AND, OR and NOT join, comparisons, IS, IN, LIKE and BETWEEN, and the
// questions about lists in JSON.

// condition reads a condition.
func (q *sql) sqlCondition() *sqlTest {
	if !q.deeper() {
		return &sqlTest{}
	}
	t := q.asTest(q.or())
	q.levels--
	return t
}

// asTest is a value as a condition: a value that is no test must be TRUE.
func (q *sql) asTest(v sqlValue) *sqlTest {
	switch {
	case v.test != nil:
		return v.test
	case v.x == nil && !v.lost:
		q.fail(v.at, rule.ErrType, "a condition is expected here")
		return &sqlTest{at: v.at, lost: true, reads: v.reads}
	case v.lost:
		return &sqlTest{at: v.at, lost: true, reads: v.reads}
	}
	return q.leaf(eq(v.x, rule.Bool(true)), v).test
}

func (q *sql) or() sqlValue { return q.several(true, "OR", q.and) }

func (q *sql) and() sqlValue { return q.several(false, "AND", q.not) }

// several reads parts that a word joins.
func (q *sql) several(either bool, word string, part func() sqlValue) sqlValue {
	first := part()
	if !q.saying(word) {
		return first
	}
	parts := []*sqlTest{q.asTest(first)}
	for q.says(word) {
		parts = append(parts, q.asTest(part()))
	}
	t := joined(either, parts)
	return sqlValue{at: first.at, test: t, reads: t.reads}
}

func (q *sql) not() sqlValue {
	negative := false
	for q.says("NOT") {
		negative = !negative
	}
	v := q.predicate()
	if negative {
		v.test = q.asTest(v).negated()
	}
	return v
}

// predicate reads a value with what is asked of it.
func (q *sql) predicate() sqlValue {
	x := q.sum()
	for _, op := range sqlComparisons {
		if q.sign(op.sign) {
			v := q.compared(x, op.op, q.sum())
			if op.negative {
				v.test = q.asTest(v).negated()
			}
			return v
		}
	}
	if q.says("IS") {
		return q.is(x)
	}
	for _, sign := range []string{"?", "?|", "?&"} {
		if q.sign(sign) {
			return q.elements(x, sign == "?&")
		}
	}
	negative := q.says("NOT")
	v := x
	switch {
	case q.says("IN"):
		v = q.in(x)
	case q.says("LIKE"):
		v = q.like(x, false)
	case q.says("ILIKE"):
		v = q.like(x, true)
	case q.says("BETWEEN"):
		lo := q.sum()
		if !q.says("AND") {
			q.wrong("AND is expected here")
		}
		from, to := q.compared(x, rule.OpGe, lo), q.compared(x, rule.OpLe, q.sum())
		v.test = joined(false, []*sqlTest{q.asTest(from), q.asTest(to)})
	case negative:
		q.wrong("IN, LIKE or BETWEEN is expected here")
	default:
		return x
	}
	if negative {
		v.test = q.asTest(v).negated()
	}
	return v
}

var sqlComparisons = []struct {
	sign     string
	op       rule.Op
	negative bool
}{{"=", rule.OpEq, false}, {"!=", rule.OpEq, true}, {"<>", rule.OpEq, true}, {">=", rule.OpGe, false},
	{"<=", rule.OpLe, false}, {">", rule.OpGt, false}, {"<", rule.OpLt, false}}

// is reads what is behind IS: [NOT] NULL, TRUE or FALSE.
func (q *sql) is(x sqlValue) sqlValue {
	negative := q.says("NOT")
	var v sqlValue
	switch {
	case q.says("NULL"):
		if v = q.leaf(nil, x); !x.lost && x.x != nil {
			v = q.both(x, rule.IsNull{X: x.x}, isSet(x.x))
		} else if x.role == sqlLists {
			q.omit(x.at, needListCount, "whether the contact is on any list")
		} else if !x.lost {
			q.fail(x.at, rule.ErrType, "NULL stands beside a column")
		}
	case q.saying("TRUE") || q.saying("FALSE"):
		t := q.asTest(x)
		if q.take(); strings.EqualFold(q.tokens[q.next-1].text, "FALSE") {
			t = t.negated()
		}
		v = q.both(x, t.holds(false), not(t.holds(false)))
	default:
		q.wrong("NULL, TRUE or FALSE is expected here")
	}
	if negative && v.test != nil {
		v.test = v.test.negated()
	}
	return v
}

// in reads what is behind IN: values in parentheses, or a sub-select.
func (q *sql) in(x sqlValue) sqlValue {
	if !q.expect("(") {
		return x
	}
	if q.saying("SELECT") {
		t := q.selected(x.at)
		q.expect(")")
		if x.role != sqlID {
			q.fail(x.at, rule.ErrSyntax, "only the contact's id may be IN a sub-select")
		}
		return sqlValue{at: x.at, test: t, reads: t.reads}
	}
	var vs []sqlValue
	for more := true; more; more = q.sign(",") {
		vs = append(vs, q.sum())
	}
	q.expect(")")
	return q.oneOf(x, vs)
}

// oneOf holds if a value is one of some.
func (q *sql) oneOf(x sqlValue, vs []sqlValue) sqlValue {
	var constants []rule.Value
	plain, unknown := x.role == sqlPlain && !x.lower && !x.upper && !x.timed, false
	for _, v := range vs {
		c, ok := v.x.(rule.Value)
		plain = plain && ok
		if unknown = unknown || v.null; !v.null {
			constants = append(constants, c)
		}
	}
	switch {
	case plain && !x.lost && x.x != nil && unknown: // beside NULL no value is known not to be in
		return q.both(x, oneOf(x.x, constants, false), nobody())
	case plain && !x.lost && x.x != nil:
		return q.leaf(oneOf(x.x, constants, false), x)
	}
	var parts []*sqlTest
	for _, v := range vs {
		parts = append(parts, q.asTest(q.compared(x, rule.OpEq, v)))
	}
	t := joined(true, parts)
	if names := namesOf(t); names != nil {
		t = &sqlTest{at: x.at, names: names, reads: t.reads}
	}
	return sqlValue{at: x.at, test: t, reads: t.reads}
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
	pattern, ok := y.x.(rule.Value)
	switch {
	case x.lost || y.lost || q.told > 0:
		return q.leaf(nil, x, y)
	case !ok || pattern.Kind() != rule.KindText:
		q.fail(y.at, rule.ErrType, "a pattern in quotes is expected here")
		return q.leaf(nil, x)
	case x.x == nil:
		q.fail(x.at, rule.ErrType, "LIKE asks for a text")
		return q.leaf(nil, x)
	}
	text := pattern.Text()
	if x.lower && text != strings.ToLower(text) || x.upper && text != strings.ToUpper(text) {
		return q.leaf(nobody(), x)
	}
	c := q.likePattern(y.at, x.x, text, fold || x.lower || x.upper)
	if x.role == sqlArray {
		c = anElement(x.x, q.likePattern(y.at, rule.Elem{}, text, fold))
	}
	return q.leaf(c, x)
}

// elements reads what is behind ?, ?| and ?&: texts, one or all of which the list has as
// elements.
func (q *sql) elements(x sqlValue, every bool) sqlValue {
	var vs []rule.Value
	y := q.sum()
	for _, v := range append(y.values, y) {
		if c, ok := v.x.(rule.Value); ok && c.Kind() == rule.KindText {
			vs = append(vs, c)
		} else if v.x != nil {
			q.fail(v.at, rule.ErrType, "a text is expected here")
		}
	}
	if x.x == nil || x.role != sqlPlain || len(vs) == 0 {
		q.fail(x.at, rule.ErrType, "a list and texts are expected here")
		return q.leaf(nil, x)
	}
	if every {
		var cs []rule.Condition
		for _, v := range vs {
			cs = append(cs, anElement(x.x, eq(rule.Elem{}, v)))
		}
		return q.leaf(all(cs...), x)
	}
	return q.leaf(anElement(x.x, oneOf(rule.Elem{}, vs, false)), x)
}
