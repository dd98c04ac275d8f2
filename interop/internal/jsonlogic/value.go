package jsonlogic

import (
	"strings"
	"unicode/utf16"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Values and comparisons of JsonLogic: see jsonlogic.go. What a value is may depend on a
// condition, such as whether a field is missing; each case is written by itself.

// A logicCase is what a value is where a condition holds; always if that is nil.
type logicCase struct {
	when rule.Condition
	x    rule.Expr // null is the zero Value
	null bool      // x may be missing, which then is null
}

// guarded is a condition on the case, and that it is this case.
func (v logicCase) guarded(c rule.Condition) rule.Condition {
	switch {
	case v.when == nil || c == nil || isNobody(c):
		return c
	case rule.Equal(c, rule.Everyone{}):
		return v.when
	}
	return rule.And{v.when, c}
}

func constantCase(v rule.Value) []logicCase { return []logicCase{{x: v}} }

// values are the cases of a value; none if it cannot be said, which is told.
func (l logicReader) values(n *source.Node) []logicCase {
	switch {
	case n.Absent():
		return constantCase(rule.Value{})
	case n.Is(source.List):
		l.Omit(n, source.NeedComputed, "a list as a value")
		return nil
	case !n.Is(source.Object):
		if v, ok := l.Constant(n); ok {
			return constantCase(v)
		}
		return nil
	}
	op, args, ok := l.operation(n)
	if !ok {
		return nil
	}
	switch op {
	case "var":
		return l.variable(n, args)
	case "+", "-", "*", "/", "%":
		return l.arithmetic(n, op, args)
	case "if", "?:":
		return l.chosen(n, args)
	case "cat", "substr":
		l.Omit(n, source.NeedTextFuncs, "the operation %s", op)
	case "min", "max":
		l.Omit(n, source.NeedFunction, "the operation %s", op)
	case "map", "filter", "reduce", "merge":
		l.Omit(n, source.NeedListSum, "the operation %s", op)
	case "log":
		return l.values(logicArg(args, 0))
	case "==", "===", "!=", "!==", "<", "<=", ">", ">=", "!", "!!", "in", "all", "some", "none":
		if c := l.condition(n); c != nil && l.WriteOut(n, 2, c) {
			return []logicCase{{when: c, x: rule.Bool(true)}, {when: build.Not(c), x: rule.Bool(false)}}
		}
	case "and", "or", "missing", "missing_some":
		l.Omit(n, source.NeedComputed, "the value of %s", op)
	default:
		l.Unknown(n, "operation", op, logicOps...)
	}
	return nil
}

// variable is a field, or what stands for it where it is missing.
func (l logicReader) variable(n *source.Node, args []*source.Node) []logicCase {
	name := logicArg(args, 0)
	switch {
	case name.Is(source.Number):
		l.Omit(n, source.NeedElementAt, "the element %s of a list", name.Text)
		return nil
	case name.Is(source.Text) && name.Text == "" || name.Absent():
		if l.element {
			return []logicCase{{x: rule.Elem{}, null: true}}
		}
		l.Omit(n, source.NeedComputed, "all data of the contact at once")
		return nil
	case !name.Is(source.Text):
		l.Omit(n, source.NeedComputed, "the name of a field computed")
		return nil
	}
	for _, part := range strings.Split(name.Text, ".")[1:] {
		if part != "" && strings.Trim(part, "0123456789") == "" {
			l.Omit(n, source.NeedElementAt, "the element %s of a list", part)
			return nil
		}
	}
	x, ok := l.Field(name, name.Text)
	if !ok {
		return nil
	}
	if len(args) < 2 || args[1].Absent() {
		return []logicCase{{x: x, null: true}}
	}
	cases := []logicCase{{x: x}}
	for _, v := range l.values(args[1]) {
		if v.when == nil {
			v.when = rule.IsNull{X: x}
		} else {
			v.when = rule.And{rule.IsNull{X: x}, v.when}
		}
		cases = append(cases, v)
	}
	return cases
}

// chosen is the value of an if.
func (l logicReader) chosen(n *source.Node, args []*source.Node) (cases []logicCase) {
	var before []rule.Condition
	add := func(c rule.Condition, then *source.Node) {
		cs := append([]rule.Condition{}, before...)
		if c != nil {
			cs = append(cs, c)
		}
		for _, v := range l.values(then) {
			if !l.WriteOut(n, 1, cs...) {
				return
			}
			if v.when != nil {
				v.when = build.All(append(append([]rule.Condition{}, cs...), v.when)...)
			} else {
				v.when = build.All(cs...)
			}
			cases = append(cases, v)
		}
	}
	for ; len(args) > 1; args = args[2:] {
		c := l.condition(args[0])
		if c == nil {
			return nil
		}
		add(c, args[1])
		before = append(before, build.Not(c))
	}
	add(nil, logicArg(args, 0))
	return cases
}

var logicArith = map[string]rule.ArithOp{"+": rule.ArithAdd, "-": rule.ArithSub, "*": rule.ArithMul, "/": rule.ArithDiv, "%": rule.ArithMod}

// arithmetic computes: null is 0 in - and /, and no number in + and *.
func (l logicReader) arithmetic(n *source.Node, op string, args []*source.Node) []logicCase {
	if len(args) == 0 || len(args) > 2 && op != "+" && op != "*" || len(args) == 1 && (op == "/" || op == "%") {
		l.Fail(n, rule.ErrValue, "%s has two arguments", op)
		return nil
	}
	if len(args) == 1 && op == "-" {
		args = []*source.Node{{Kind: source.Number, Text: "0", Ref: n.Ref}, args[0]}
	}
	zero := op == "-" || op == "/"
	sums := l.operands(args[0], zero)
	if len(args) == 1 { // + makes a number of a text
		for i, v := range sums {
			sums[i].x = rule.Call{Fn: rule.FnNumber, Args: []rule.Expr{v.x}}
		}
	}
	for _, a := range args[1:] {
		var next []logicCase
		for _, right := range l.operands(a, zero) {
			if _, fixed := right.x.(rule.Value); !fixed && (op == "/" || op == "%") {
				l.Change(n, source.NeedInfinity, "what is divided by 0 has no value, and is not infinite")
			}
			for _, left := range sums {
				v := logicCase{when: left.when, x: computed(logicArith[op], left.x, right.x)}
				if right.when != nil {
					v.when = build.All(left.when, right.when)
				}
				if v.when != nil && !l.WriteOut(n, 1, v.when) {
					return nil
				}
				next = append(next, v)
			}
		}
		sums = next
	}
	return sums
}

// operands are the cases of an operand; of a field that is missing 0, if zero is set.
func (l logicReader) operands(n *source.Node, zero bool) (cases []logicCase) {
	for _, v := range l.values(n) {
		c, fixed := v.x.(rule.Value)
		if fixed && c.IsNull() && zero {
			v.x = rule.Int(0)
		}
		cases = append(cases, v)
		if v.null && zero {
			missing := rule.Condition(rule.IsNull{X: v.x})
			if v.when != nil {
				missing = rule.And{v.when, missing}
			}
			cases = append(cases, logicCase{when: missing, x: rule.Int(0)})
		}
	}
	return cases
}

// computed is an operation, at once if both sides are constants or one is 0.
func computed(op rule.ArithOp, left, right rule.Expr) rule.Expr {
	a, fixed := left.(rule.Value)
	b, both := right.(rule.Value)
	switch {
	case fixed && both && a.Kind() == rule.KindNumber && b.Kind() == rule.KindNumber:
		return rule.Arithmetic(op, a, b)
	case both && b.Equal(rule.Int(0)) && (op == rule.ArithAdd || op == rule.ArithSub):
		return left
	}
	return rule.Arith{Op: op, Left: left, Right: right}
}

var logicOrder = map[string]rule.Op{"<": rule.OpLt, "<=": rule.OpLe, ">": rule.OpGt, ">=": rule.OpGe}

// comparison reads a comparison, of three values for < and <=.
func (l logicReader) comparison(n *source.Node, op string, args []*source.Node) rule.Condition {
	if len(args) == 3 && (op == "<" || op == "<=") {
		if c, ok := l.counts(n, op, args[:2]); ok {
			return build.All(c, l.comparison(n, op, args[1:]))
		}
		return build.All(l.comparison(n, op, args[:2]), l.comparison(n, op, args[1:]))
	}
	if len(args) != 2 {
		return l.Fail(n, rule.ErrValue, "%s has two arguments", op)
	}
	if op == "!=" || op == "!==" {
		return build.Not(l.comparison(n, map[string]string{"!=": "==", "!==": "==="}[op], args))
	}
	if c, ok := l.counts(n, op, args); ok {
		return c
	}
	if c, ok := l.ends(op, args); ok {
		return c
	}
	if c, ok := l.extreme(n, op, args); ok {
		return c
	}
	var cs []rule.Condition
	lefts, rights := l.values(args[0]), l.values(args[1])
	for _, left := range lefts {
		for _, right := range rights {
			c := l.compared(left, op, right)
			if c == nil || !l.WriteOut(n, 1, c) {
				return nil
			}
			cs = append(cs, left.guarded(right.guarded(c)))
		}
	}
	if len(cs) == 0 {
		return nil
	}
	return build.AnyOf(withoutNobody(cs)...)
}

// withoutNobody leaves out what never holds, unless that is all there is.
func withoutNobody(cs []rule.Condition) (some []rule.Condition) {
	for _, c := range cs {
		if !isNobody(c) {
			some = append(some, c)
		}
	}
	if len(some) == 0 {
		return cs[:1]
	}
	return some
}

// compared is one comparison of one case with another.
func (l logicReader) compared(left logicCase, op string, right logicCase) rule.Condition {
	a, fixed := left.x.(rule.Value)
	b, both := right.x.(rule.Value)
	ordering, isOrdering := logicOrder[op]
	switch {
	case fixed && both:
		if jsCompare(a, op, b) {
			return rule.Everyone{}
		}
		return build.Nobody()
	case fixed && isOrdering:
		return l.orderedBy(right, build.Mirrored(ordering), a)
	case isOrdering && both:
		return l.orderedBy(left, ordering, b)
	case fixed:
		return l.equals(right, op, a)
	case both:
		return l.equals(left, op, b)
	}
	c := build.Compare(left.x, ordering, right.x)
	if !isOrdering {
		c = build.Compare(left.x, rule.OpEq, right.x)
		if left.null && right.null {
			c = rule.Or{c, rule.And{rule.IsNull{X: left.x}, rule.IsNull{X: right.x}}}
		}
		return c
	}
	cs := []rule.Condition{c}
	if left.null && l.mayBe(right.x, rule.KindNumber) {
		cs = append(cs, rule.And{rule.IsNull{X: left.x}, build.Compare(right.x, build.Mirrored(ordering), rule.Int(0))})
	}
	if right.null && l.mayBe(left.x, rule.KindNumber) {
		cs = append(cs, rule.And{rule.IsNull{X: right.x}, build.Compare(left.x, ordering, rule.Int(0))})
	}
	if left.null && right.null && (op == "<=" || op == ">=") {
		cs = append(cs, rule.And{rule.IsNull{X: left.x}, rule.IsNull{X: right.x}})
	}
	return build.AnyOf(cs...)
}

// orderedBy compares with a constant: a text that reads as a number is one beside numbers.
func (l logicReader) orderedBy(left logicCase, op rule.Op, v rule.Value) rule.Condition {
	sign := map[rule.Op]string{rule.OpLt: "<", rule.OpLe: "<=", rule.OpGt: ">", rule.OpGe: ">="}[op]
	c := build.Compare(left.x, op, v)
	switch number := jsNumber(v); {
	case v.Kind() == rule.KindText && number.Kind() == rule.KindNumber && !l.mayBe(left.x, rule.KindNumber):
	case v.Kind() == rule.KindText && number.Kind() == rule.KindNumber:
		c = rule.Or{build.Compare(left.x, op, number), c}
	case v.Kind() == rule.KindBool || v.IsNull():
		c = build.Compare(left.x, op, number)
	}
	if left.null && jsCompare(rule.Value{}, sign, v) {
		return build.OrMissing(c, left.x)
	}
	return c
}

// equals compares with a constant: == of two kinds names all that is equal.
func (l logicReader) equals(left logicCase, op string, v rule.Value) rule.Condition {
	if v.IsNull() {
		if !left.null {
			return build.Nobody()
		}
		return rule.IsNull{X: left.x}
	}
	_, number := left.x.(rule.Arith)
	if call, ok := left.x.(rule.Call); ok {
		number = number || call.Fn == rule.FnNumber
	}
	switch n := jsNumber(v); {
	case number && (op == "===" && v.Kind() != rule.KindNumber || n.Kind() != rule.KindNumber):
		return build.Nobody()
	case number:
		return build.Eq(left.x, n)
	case op == "===":
		return build.Eq(left.x, v)
	}
	vs := []rule.Value{v}
	add := func(more ...rule.Value) {
		for _, m := range more {
			if jsCompare(m, "==", v) && m.Kind() != v.Kind() {
				vs = append(vs, m)
			}
		}
	}
	if n := jsNumber(v); n.Kind() == rule.KindNumber {
		add(n, rule.Text(strings.TrimSpace(n.String())), rule.Text(""), rule.Bool(true), rule.Bool(false))
	}
	return build.OneOf(left.x, l.fitting(left.x, vs), false)
}

// mayBe reports whether a value may be of a kind, as far as the schema says. The id is a text in
// every rule.
func (l logicReader) mayBe(x rule.Expr, kind rule.Kind) bool {
	switch {
	case l.element:
		return true
	case x == rule.Expr(rule.Field("id")):
		return kind == rule.KindText
	case l.Schema == nil:
		return true
	}
	listed := build.KindOf(l.Schema.ContactScope(), x)
	return listed == rule.KindNull || listed == kind
}

// fitting are those of several values that a field may have; the first if there is none.
func (l logicReader) fitting(x rule.Expr, vs []rule.Value) []rule.Value {
	var fit []rule.Value
	for _, v := range vs {
		if l.mayBe(x, v.Kind()) {
			fit = append(fit, v)
		}
	}
	if len(fit) == 0 {
		return vs[:1]
	}
	return fit
}

// jsNumber is the number that JavaScript makes of a value; missing if it is none.
func jsNumber(v rule.Value) rule.Value {
	switch v.Kind() {
	case rule.KindNull:
		return rule.Int(0)
	case rule.KindBool:
		if v.Bool() {
			return rule.Int(1)
		}
		return rule.Int(0)
	case rule.KindText:
		text := strings.TrimSpace(v.Text())
		if text == "" {
			return rule.Int(0)
		}
		return rule.ReadNumber(text)
	}
	return v
}

// jsCompare is a comparison of two constants as JavaScript has it.
func jsCompare(a rule.Value, op string, b rule.Value) bool {
	order, isOrder := logicOrder[op]
	switch {
	case a.Kind() == b.Kind() && (!isOrder || a.Kind() == rule.KindText):
		if a.IsNull() {
			return true
		}
		return rule.Compares(nil, a, order, b, false)
	case op == "===", !isOrder && (a.IsNull() || b.IsNull()):
		return false
	}
	x, y := jsNumber(a), jsNumber(b)
	if x.Kind() != rule.KindNumber || y.Kind() != rule.KindNumber {
		return false
	}
	return rule.Compares(nil, x, order, y, false)
}

// ends reads a comparison with the start or the end of a text, which substr gives.
func (l logicReader) ends(op string, args []*source.Node) (c rule.Condition, ok bool) {
	cut, text := args[0].Get("substr"), args[1]
	if cut == nil {
		cut, text = args[1].Get("substr"), args[0]
	}
	if op != "===" && op != "==" || !cut.Is(source.List) || len(cut.Items) < 2 || !text.Is(source.Text) || text.Text == "" {
		return nil, false
	}
	from, ok := rule.ReadNumber(cut.Items[1].Scalar()).Int()
	size := int64(len(utf16.Encode([]rune(text.Text))))
	if !ok || cut.Items[0].Get("var") == nil {
		return nil, false
	}
	prefix := from == 0 && len(cut.Items) == 3 && cut.Items[2].Is(source.Number) && rule.ReadNumber(cut.Items[2].Text).Equal(rule.Int(size))
	if suffix := from == -size && len(cut.Items) == 2; !prefix && !suffix {
		return nil, false
	}
	vs := l.values(cut.Items[0])
	if len(vs) != 1 || rule.CheckText(text.Text) != nil {
		return nil, true
	}
	if prefix {
		return build.StartsWith(vs[0].x, false, text.Text), true
	}
	return build.EndsWith(vs[0].x, false, text.Text), true
}
