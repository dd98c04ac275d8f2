package mongo

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Conditions in the style of MongoDB: {field: value, field: {$op: value}}, several are AND.
// Three systems write them, and mean different things:
//
//   - mongodb: a query filter. A test of a field also holds if an element of the list that it
//     is satisfies it, and a path leads through lists; both are written out unless a schema
//     says that the field is none. Missing values fail orderings, null equals missing, $ne,
//     $nin, $not and $nor are complements. {$expr: …} is read for comparisons of fields,
//     constants, arithmetic and dates; a missing value fails all of these.
//   - growthbook: the targeting conditions of its SDKs. A missing value is 0 in orderings and
//     version 0 in those of versions, $in reaches into lists, an empty $or is true.
//   - keila: the same words as SQL, in which a negated test of a missing value does not hold.
//
// Values are taken to be of the kind of the constant beside them: texts that JavaScript reads
// as numbers are not.

// A Dialect is what one system means.
type Dialect struct {
	Lists bool // a test reaches into lists
	JS    bool // JavaScript's missing values
	SQL   bool // SQL's missing values
}

// Read reads a filter of the dialect; mistakes and losses gather in the reader.
func (d Dialect) Read(r *source.Reader, n *source.Node) segment.Segment {
	m := mongoReader{Reader: r, Dialect: d}
	c := m.filter(n, false)
	if d.SQL && len(r.Errs) == 0 && c != nil {
		c = r.SQLTrue(n, c)
	}
	return segment.Segment{Condition: c}
}

type mongoReader struct {
	*source.Reader
	Dialect
}

// filter reads an object of tests: all must hold. element is set within the elements of a
// list.
func (m mongoReader) filter(n *source.Node, element bool) rule.Condition {
	if !m.Object(n, "a filter") {
		return nil
	}
	cs, omitted := make([]rule.Condition, len(n.Items)), len(n.Items) > 0
	for i, v := range n.Items {
		if name := n.Names[i]; strings.HasPrefix(name, "$") {
			cs[i] = m.logic(name, v, element)
		} else {
			cs[i] = m.field(v, name)
		}
		omitted = omitted && cs[i] == nil
	}
	if omitted {
		return nil
	}
	return allOrEveryone(cs)
}

// allOrEveryone is [all], and of nothing EVERYONE.
func allOrEveryone(cs []rule.Condition) rule.Condition {
	if len(cs) == 0 {
		return rule.Everyone{}
	}
	return build.All(cs...)
}

// logic reads what stands in the place of a field.
func (m mongoReader) logic(op string, n *source.Node, element bool) rule.Condition {
	switch op {
	case "$and", "$or", "$nor":
		return m.group(op, n, element)
	case "$not":
		if !m.Lists {
			return build.Not(m.filter(n, element))
		}
	case "$comment":
		if m.Lists {
			return rule.Everyone{}
		}
	case "$expr":
		if m.Lists {
			return mongoExpr{m.Reader}.condition(n)
		}
	case "$text":
		return m.Omit(n, source.NeedMongo, "a full-text search")
	case "$where":
		return m.Omit(n, source.NeedMongo, "a function in JavaScript")
	case "$jsonSchema":
		return m.Omit(n, source.NeedType, "a test against a JSON Schema")
	case "$sampleRate":
		return m.Omit(n, source.NeedMongo, "a random sample")
	}
	return m.Unknown(n, "operator", op, "$and", "$or", "$nor", "$not", "$expr")
}

// group joins filters. Of nothing $and holds for everyone; $or does in GrowthBook, and is an
// error in MongoDB, as is $and there.
func (m mongoReader) group(op string, n *source.Node, element bool) rule.Condition {
	filters := m.Elements(n, "the filters of "+op)
	var cs []rule.Condition
	for _, f := range filters {
		if c := m.filter(f, element); c != nil {
			cs = append(cs, c)
		}
	}
	switch {
	case !n.Is(source.List) || len(filters) > 0 && len(cs) == 0:
		return nil
	case len(filters) == 0 && m.Lists:
		return m.Fail(n, rule.ErrValue, "%s needs at least one filter", op)
	case len(filters) == 0 && op == "$nor":
		return build.Nobody()
	case len(filters) == 0:
		return rule.Everyone{}
	case op == "$and":
		return build.All(cs...)
	case op == "$or":
		return build.AnyOf(cs...)
	}
	return build.Not(build.AnyOf(cs...))
}

// field reads the tests of one field, which stands at its value.
func (m mongoReader) field(n *source.Node, path string) rule.Condition {
	f, ok := m.Reader.Field(n, path)
	if !ok {
		return nil
	}
	for _, name := range f.Names()[1:] {
		if strings.Trim(name, "0123456789") == "" {
			return m.Omit(n, source.NeedElementAt, "the element %s of a list", name)
		}
	}
	return m.tests(n, mongoTarget{m: m, at: n, names: f.Names()})
}

// tests reads what a field, an element or a length is compared with.
func (m mongoReader) tests(n *source.Node, t mongoTarget) rule.Condition {
	if !isOperators(n) {
		return m.equal(n, t, m.JS)
	}
	var cs []rule.Condition
	for i, v := range n.Items {
		op := n.Names[i]
		if op == "$options" && n.Get("$regex") != nil {
			continue
		}
		if c := m.operator(op, v, n, t); c != nil {
			cs = append(cs, c)
		}
	}
	return build.All(cs...)
}

// A mongoTarget is what tests are about: a path, or an expression by itself.
type mongoTarget struct {
	m     mongoReader
	at    *source.Node
	names []string
	x     rule.Expr
	there bool // it is never missing
}

// holds is a test of the target itself; of MongoDB, through every list on the way to it.
// scalar is set for a test that an element of the list which the target is may satisfy, too.
func (t mongoTarget) holds(scalar bool, f func(x rule.Expr) rule.Condition) rule.Condition {
	if t.x != nil {
		return f(t.x)
	}
	whole := rule.Path(t.names...)
	if !t.m.Lists || whole == "id" { // which is a text in every rule
		return f(whole)
	}
	if t.m.Schema != nil {
		if listed, ok := t.m.Schema.ContactScope().Listed(whole); ok && listed.Kind != rule.KindList && listed.Kind != rule.KindNull && listed.Kind != rule.KindObject {
			return f(whole)
		}
	}
	return t.through(t.names, scalar, f)
}

func (t mongoTarget) through(names []string, scalar bool, f func(x rule.Expr) rule.Condition) rule.Condition {
	if t.m.Written > rule.DefaultConditions {
		return nil
	}
	whole := rule.Path(names...)
	cs := []rule.Condition{f(whole)}
	if cs[0] == nil || !t.m.WriteOut(t.at, 1, cs[0]) {
		return cs[0]
	}
	if scalar {
		cs = append(cs, build.AnElement(whole, f(rule.Elem{})))
	}
	for i := 1; i < len(names); i++ {
		cs = append(cs, build.AnElement(rule.Path(names[:i]...), t.through(names[i:], scalar, f)))
	}
	return build.AnyOf(cs...)
}

// path is the target as one expression.
func (t mongoTarget) path() rule.Expr {
	if t.x != nil {
		return t.x
	}
	return rule.Path(t.names...)
}

// value is a constant: a scalar, a list or an object whole, or one of extended JSON.
func (m mongoReader) value(n *source.Node) (v rule.Value, ok bool) {
	switch {
	case n.Absent():
		return rule.Value{}, n != nil
	case n.Is(source.Object) && len(n.Names) == 1:
		switch inner := n.Items[0]; n.Names[0] {
		case "$date":
			if inner.Is(source.Object) || inner.Is(source.Number) {
				return m.millis(inner)
			}
			return m.Instant(inner)
		case "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal":
			return m.Number(inner)
		case "$oid":
			return m.Constant(inner)
		}
	case n.Is(source.Object) && len(n.Names) > 1:
		m.Change(n, source.NeedMemberOrder, "an object is equal to this one also if its members come in another order")
	}
	if n.Is(source.List) || n.Is(source.Object) {
		v, err := segment.ParseJSON(m.Text[n.Ref.At:n.End])
		if err != nil {
			m.Fail(n, rule.ErrValue, "this is no value that a rule can have: %v", err)
		}
		return v, err == nil
	}
	return m.Constant(n)
}

// millis is an instant as milliseconds since 1970.
func (m mongoReader) millis(n *source.Node) (rule.Value, bool) {
	if n.Is(source.Object) {
		n = n.Get("$numberLong")
	}
	v, ok := m.Number(n)
	if !ok {
		return v, false
	}
	at := rule.SecondsValue(rule.Arithmetic(rule.ArithDiv, v, rule.Int(1000)).Rat(), rule.KindTime)
	if !rule.Writable(at) {
		m.Fail(n, rule.ErrValue, "this is no instant that a rule can have")
		return v, false
	}
	return at, true
}

// equal is equality with a constant; coerced as JavaScript compares without an operator.
func (m mongoReader) equal(n *source.Node, t mongoTarget, coerced bool) rule.Condition {
	v, ok := m.value(n)
	switch {
	case !ok:
		return nil
	case v.IsNull():
		return t.holds(false, func(x rule.Expr) rule.Condition { return rule.IsNull{X: x} })
	}
	c := t.holds(true, func(x rule.Expr) rule.Condition { return build.Eq(x, v) })
	if coerced && !t.there && v.Equal(rule.Int(0)) {
		c = build.OrMissing(c, t.path())
	}
	return c
}

// isOperators reports whether an object is operators, and no value.
func isOperators(n *source.Node) bool {
	if !n.Is(source.Object) || len(n.Names) == 0 {
		return false
	}
	extended := len(n.Names) == 1 && (n.Names[0] == "$date" || n.Names[0] == "$oid" || strings.HasPrefix(n.Names[0], "$number"))
	return !extended && !slices.ContainsFunc(n.Names, func(name string) bool { return !strings.HasPrefix(name, "$") })
}
