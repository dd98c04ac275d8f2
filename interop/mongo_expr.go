package interop

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// {$expr: …} of a MongoDB filter: a comparison of what is computed from a document. Not as a
// database, which has an order among values of any kinds, a comparison with a missing value
// is false here.

type mongoExpr struct{ *reader }

// condition reads a condition.
func (m mongoExpr) condition(n *node) rule.Condition {
	switch {
	case n.is(isBool) && n.truth:
		return rule.Everyone{}
	case n.is(isBool):
		return nobody()
	case !n.is(isObject) || len(n.names) != 1:
		return m.fail(n, rule.ErrType, "one operator is expected here, such as {\"$gt\": […]}")
	}
	op, arg := n.names[0], n.items[0]
	switch op {
	case "$and", "$or", "$not":
		var cs []rule.Condition
		for _, e := range arg.list() {
			cs = append(cs, m.condition(e))
		}
		switch {
		case op == "$and":
			return allOrEveryone(cs)
		case op == "$or" && len(cs) == 0:
			return nobody()
		case op == "$or":
			return anyOf(cs...)
		case len(cs) != 1:
			return m.fail(arg, rule.ErrValue, "$not has one argument")
		}
		return not(cs[0])
	case "$eq", "$ne", "$lt", "$lte", "$gt", "$gte":
		return m.compares(op, arg)
	case "$in":
		xs := m.args(arg, 2)
		if xs == nil {
			return nil
		}
		x := m.expr(xs[0])
		vs := m.constants(xs[1])
		if x == nil || len(m.errs) > 0 {
			return nil
		}
		return oneOf(x, vs, false)
	case "$regexMatch":
		if !m.object(arg, "an input and a pattern") {
			return nil
		}
		x := m.expr(arg.get("input"))
		if x == nil {
			return nil
		}
		if !arg.get("regex").is(isText) {
			return m.fail(arg, rule.ErrType, "a pattern is expected here, a text")
		}
		m.only(arg, "input", "regex", "options")
		return m.matches(arg, x, arg.get("regex").text, strings.Contains(arg.get("options").str(), "i"))
	}
	return m.unknown(n, "operator of $expr", op, "$and", "$or", "$not", "$eq", "$ne", "$lt", "$lte", "$gt", "$gte", "$in", "$regexMatch")
}

// args is the arguments of an operator: so many, or nil and an error.
func (m mongoExpr) args(n *node, count int) []*node {
	if xs := n.list(); len(xs) == count {
		return xs
	}
	m.fail(n, rule.ErrValue, "%d arguments are expected here", count)
	return nil
}

func (m mongoExpr) compares(op string, arg *node) rule.Condition {
	xs := m.args(arg, 2)
	if xs == nil {
		return nil
	}
	left, right := m.expr(xs[0]), m.expr(xs[1])
	if left == nil || right == nil {
		return nil
	}
	if rule.IsNullLiteral(left) {
		left, right = right, left
	}
	null := rule.IsNullLiteral(right)
	switch {
	case null && (op == "$eq" || op == "$lte"):
		return rule.IsNull{X: left}
	case null && (op == "$ne" || op == "$gt"):
		return isSet(left)
	case null:
		return m.fail(arg, rule.ErrType, "null has no order")
	case op == "$ne":
		return not(compare(left, rule.OpEq, right))
	}
	return compare(left, mongoOrder[op[1:]], right)
}

var mongoArith = map[string]rule.ArithOp{"$add": rule.ArithAdd, "$subtract": rule.ArithSub, "$multiply": rule.ArithMul, "$divide": rule.ArithDiv, "$mod": rule.ArithMod}

var mongoFns = map[string]rule.Fn{"$size": rule.FnLength, "$strLenCP": rule.FnLength, "$year": rule.FnYear, "$month": rule.FnMonth, "$dayOfMonth": rule.FnDay,
	"$hour": rule.FnHour, "$isoDayOfWeek": rule.FnWeekday, "$toDate": rule.FnTime, "$toDouble": rule.FnNumber, "$toInt": rule.FnNumber, "$toDecimal": rule.FnNumber}

// expr reads a value; nil if there is none, which is told.
func (m mongoExpr) expr(n *node) rule.Expr {
	switch {
	case n == nil:
		return nil
	case n.is(isNull):
		return rule.Value{}
	case n.is(isText) && n.text == "$$NOW":
		return now()
	case n.is(isText) && strings.HasPrefix(n.text, "$$"):
		m.omit(n, needParameter, "the variable %s", n.text)
		return nil
	case n.is(isText) && strings.HasPrefix(n.text, "$"):
		if f, ok := m.field(n, n.text[1:]); ok {
			return f
		}
		return nil
	case n.is(isObject) && len(n.names) == 1:
		return m.call(n, n.names[0], n.items[0])
	}
	v, ok := m.constant(n)
	if !ok {
		return nil
	}
	return v
}

// call reads what an operator computes.
func (m mongoExpr) call(n *node, op string, arg *node) rule.Expr {
	if fn, ok := mongoFns[op]; ok {
		if xs := m.args(arg, 1); xs != nil {
			if x := m.expr(xs[0]); x != nil {
				return rule.Call{Fn: fn, Args: []rule.Expr{x}}
			}
		}
		return nil
	}
	if a, ok := mongoArith[op]; ok {
		return m.arithmetic(a, arg)
	}
	switch op {
	case "$date", "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$oid", "$literal":
		if op == "$literal" {
			n = arg
		}
		if v, ok := (mongoReader{reader: m.reader}).value(n); ok {
			return v
		}
	case "$dateSubtract", "$dateAdd":
		return m.shifted(arg, op == "$dateAdd")
	case "$sum", "$avg", "$max", "$min", "$reduce", "$filter", "$map":
		m.omit(n, needListSum, "%s over the elements of a list", op)
	case "$concat", "$substr", "$substrCP", "$toLower", "$toUpper", "$trim", "$split", "$replaceAll":
		m.omit(n, needTextFuncs, "the function %s", op)
	case "$abs", "$round", "$floor", "$ceil", "$trunc":
		m.omit(n, needFunction, "the function %s", op)
	case "$type", "$isNumber", "$isArray":
		m.omit(n, needType, "the type of a value")
	default:
		m.unknown(n, "operator of $expr", op, "$add", "$subtract", "$multiply", "$divide", "$mod", "$dateAdd", "$dateSubtract", "$size", "$year", "$month",
			"$dayOfMonth", "$hour", "$isoDayOfWeek", "$literal", "$sum")
	}
	return nil
}

func (m mongoExpr) arithmetic(op rule.ArithOp, arg *node) rule.Expr {
	xs := arg.list()
	if len(xs) < 2 || len(xs) > 2 && op != rule.ArithAdd && op != rule.ArithMul {
		m.fail(arg, rule.ErrValue, "two arguments are expected here")
		return nil
	}
	sum := m.expr(xs[0])
	for _, e := range xs[1:] {
		x := m.expr(e)
		if x == nil || sum == nil {
			return nil
		}
		sum = rule.Arith{Op: op, Left: sum, Right: x}
	}
	return sum
}

// shifted is an instant moved by a length of time.
func (m mongoExpr) shifted(n *node, later bool) rule.Expr {
	if !m.object(n, "a start, a unit and an amount") {
		return nil
	}
	m.only(n, "startDate", "unit", "amount")
	x := m.expr(n.get("startDate"))
	s, ok := m.span(n.get("amount"), n.get("unit"), n.get("unit").str())
	if !ok || x == nil {
		return nil
	}
	if !later {
		s = s.Negative()
	}
	return shifted(x, s)
}
