package mongo

import (
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// {$expr: …} of a MongoDB filter: a comparison of what is computed from a document. Not as a
// database, which has an order among values of any kinds, a comparison with a missing value
// is false here.

type mongoExpr struct{ *source.Reader }

// condition reads a condition.
func (m mongoExpr) condition(n *source.Node) rule.Condition {
	switch {
	case n.Is(source.Bool) && n.Truth:
		return rule.Everyone{}
	case n.Is(source.Bool):
		return build.Nobody()
	case !n.Is(source.Object) || len(n.Names) != 1:
		return m.Fail(n, rule.ErrType, "one operator is expected here, such as {\"$gt\": […]}")
	}
	op, arg := n.Names[0], n.Items[0]
	switch op {
	case "$and", "$or", "$not":
		var cs []rule.Condition
		for _, e := range arg.List() {
			cs = append(cs, m.condition(e))
		}
		switch {
		case op == "$and":
			return allOrEveryone(cs)
		case op == "$or" && len(cs) == 0:
			return build.Nobody()
		case op == "$or":
			return build.AnyOf(cs...)
		case len(cs) != 1:
			return m.Fail(arg, rule.ErrValue, "$not has one argument")
		}
		return build.Not(cs[0])
	case "$eq", "$ne", "$lt", "$lte", "$gt", "$gte":
		return m.compares(op, arg)
	case "$in":
		xs := m.args(arg, 2)
		if xs == nil {
			return nil
		}
		return m.in(arg, xs[0], xs[1])
	case "$regexMatch":
		if !m.Object(arg, "an input and a pattern") {
			return nil
		}
		x := m.expr(arg.Get("input"))
		if x == nil {
			return nil
		}
		if !arg.Get("regex").Is(source.Text) {
			return m.Fail(arg, rule.ErrType, "a pattern is expected here, a text")
		}
		m.Only(arg, "input", "regex", "options")
		return m.Matches(arg, x, arg.Get("regex").Text, strings.Contains(arg.Get("options").Str(), "i"))
	}
	return m.Unknown(n, "operator of $expr", op, "$and", "$or", "$not", "$eq", "$ne", "$lt", "$lte", "$gt", "$gte", "$in", "$regexMatch")
}

// in is whether a value is in a list, which is written out, or a field.
func (m mongoExpr) in(at, of, list *source.Node) rule.Condition {
	x := m.expr(of)
	if x == nil {
		return nil
	}
	if !list.Is(source.List) {
		elements := m.expr(list)
		v, constant := x.(rule.Value)
		switch _, fixed := elements.(rule.Value); {
		case elements == nil:
			return nil
		case fixed:
			return m.Fail(list, rule.ErrType, "a list is expected here, or the path of one, such as \"$tags\"")
		case !constant:
			return m.Omit(at, source.NeedTextOfField, "whether a list has the value of a field in it")
		}
		return build.AnElement(elements, build.Eq(rule.Elem{}, v))
	}
	var constants []rule.Value
	var cs []rule.Condition
	for _, e := range list.Items {
		y := m.expr(e)
		if v, ok := y.(rule.Value); ok {
			constants = append(constants, v)
		} else if y != nil {
			cs = append(cs, build.Compare(x, rule.OpEq, y))
		} else {
			return nil
		}
	}
	if len(constants) > 0 || len(cs) == 0 {
		cs = append(cs, build.OneOf(x, constants, false))
	}
	return build.AnyOf(cs...)
}

// args is the arguments of an operator: so many, or nil and an error.
func (m mongoExpr) args(n *source.Node, count int) []*source.Node {
	if xs := n.List(); len(xs) == count {
		return xs
	}
	m.Fail(n, rule.ErrValue, "%d arguments are expected here", count)
	return nil
}

func (m mongoExpr) compares(op string, arg *source.Node) rule.Condition {
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
		return build.IsSet(left)
	case null:
		return m.Fail(arg, rule.ErrType, "null has no order")
	case op == "$ne":
		return build.Not(build.Compare(left, rule.OpEq, right))
	}
	return build.Compare(left, mongoOrder[op[1:]], right)
}

var mongoArith = map[string]rule.ArithOp{"$add": rule.ArithAdd, "$subtract": rule.ArithSub, "$multiply": rule.ArithMul, "$divide": rule.ArithDiv, "$mod": rule.ArithMod}

var mongoFns = map[string]rule.Fn{"$size": rule.FnLength, "$strLenCP": rule.FnLength, "$year": rule.FnYear, "$month": rule.FnMonth, "$dayOfMonth": rule.FnDay,
	"$hour": rule.FnHour, "$isoDayOfWeek": rule.FnWeekday, "$toDate": rule.FnTime, "$toDouble": rule.FnNumber, "$toInt": rule.FnNumber, "$toDecimal": rule.FnNumber}

// expr reads a value; nil if there is none, which is told.
func (m mongoExpr) expr(n *source.Node) rule.Expr {
	switch {
	case n == nil:
		return nil
	case n.Is(source.Null):
		return rule.Value{}
	case n.Is(source.Text) && n.Text == "$$NOW":
		return build.Now()
	case n.Is(source.Text) && strings.HasPrefix(n.Text, "$$"):
		m.Omit(n, source.NeedParameter, "the variable %s", n.Text)
		return nil
	case n.Is(source.Text) && strings.HasPrefix(n.Text, "$"):
		if f, ok := m.Field(n, n.Text[1:]); ok {
			return f
		}
		return nil
	case n.Is(source.Object) && len(n.Names) == 1:
		return m.call(n, n.Names[0], n.Items[0])
	}
	v, ok := m.Constant(n)
	if !ok {
		return nil
	}
	return v
}

// call reads what an operator computes.
func (m mongoExpr) call(n *source.Node, op string, arg *source.Node) rule.Expr {
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
		if v, ok := (mongoReader{Reader: m.Reader}).value(n); ok {
			return v
		}
	case "$ifNull":
		return m.coalesce(arg)
	case "$dayOfWeek": // from 1, Sunday
		if xs := m.args(arg, 1); xs != nil {
			if x := m.expr(xs[0]); x != nil {
				since := rule.Arith{Op: rule.ArithMod, Left: rule.Call{Fn: rule.FnWeekday, Args: []rule.Expr{x}}, Right: rule.Int(7)}
				return rule.Arith{Op: rule.ArithAdd, Left: since, Right: rule.Int(1)}
			}
		}
	case "$dateSubtract", "$dateAdd":
		return m.shifted(arg, op == "$dateAdd")
	case "$sum", "$avg", "$max", "$min", "$reduce", "$filter", "$map":
		m.Omit(n, source.NeedListSum, "%s over the elements of a list", op)
	case "$concat", "$substr", "$substrCP", "$toLower", "$toUpper", "$trim", "$split", "$replaceAll":
		m.Omit(n, source.NeedTextFuncs, "the function %s", op)
	case "$abs", "$round", "$floor", "$ceil", "$trunc":
		m.Omit(n, source.NeedFunction, "the function %s", op)
	case "$type", "$isNumber", "$isArray":
		m.Omit(n, source.NeedType, "the type of a value")
	default:
		m.Unknown(n, "operator of $expr", op, "$add", "$subtract", "$multiply", "$divide", "$mod", "$dateAdd", "$dateSubtract", "$size", "$year", "$month",
			"$dayOfMonth", "$dayOfWeek", "$hour", "$ifNull", "$isoDayOfWeek", "$literal", "$sum")
	}
	return nil
}

// coalesce is the first of some values that is there.
func (m mongoExpr) coalesce(arg *source.Node) rule.Expr {
	var xs []rule.Expr
	for _, e := range arg.List() {
		x := m.expr(e)
		if x == nil {
			return nil
		}
		xs = append(xs, x)
	}
	if len(xs) < 2 {
		m.Fail(arg, rule.ErrValue, "two arguments are expected here")
		return nil
	}
	return rule.Call{Fn: rule.FnCoalesce, Args: xs}
}

func (m mongoExpr) arithmetic(op rule.ArithOp, arg *source.Node) rule.Expr {
	xs := arg.List()
	if len(xs) < 2 || len(xs) > 2 && op != rule.ArithAdd && op != rule.ArithMul {
		m.Fail(arg, rule.ErrValue, "two arguments are expected here")
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
func (m mongoExpr) shifted(n *source.Node, later bool) rule.Expr {
	if !m.Object(n, "a start, a unit and an amount") {
		return nil
	}
	m.Only(n, "startDate", "unit", "amount")
	x := m.expr(n.Get("startDate"))
	s, ok := m.Span(n.Get("amount"), n.Get("unit"), n.Get("unit").Str())
	if !ok || x == nil {
		return nil
	}
	if !later {
		s = s.Negative()
	}
	return build.Shifted(x, s)
}
