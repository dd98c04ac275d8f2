package jsonlogic

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// JsonLogic: {op: [arguments]}, with JavaScript's truth and comparisons, in which a missing
// value is null, and null is 0 beside a number in an ordering. These are written out: `temp <
// 110` becomes `temp < 110 OR temp IS NULL`. As there is no IF, the branches of one are
// written out, too; == of two kinds names all values that are equal in JavaScript. Texts that
// stand where a number is expected, in an ordering or in arithmetic, are not read as one.
//
// filter and reduce are read where they count elements; operations that a host adds are
// unknown.

// Read reads a definition of JsonLogic; mistakes and losses gather in the reader.
func Read(r *source.Reader, n *source.Node) segment.Segment {
	return segment.Segment{Condition: logicReader{r, false}.condition(n)}
}

// A logicReader reads one level: element is set within the elements of a list.
type logicReader struct {
	*source.Reader
	element bool
}

// logicOps are the operations, for errors.
var logicOps = []string{"var", "missing", "missing_some", "if", "==", "===", "!=", "!==", "!", "!!", "or", "and", ">", ">=", "<", "<=", "max", "min", "+", "-", "*", "/", "%",
	"map", "filter", "reduce", "all", "none", "some", "merge", "in", "cat", "substr", "log"}

// operation is the name and the arguments of an operation; ok is false, and an error told,
// for an object that is none.
func (l logicReader) operation(n *source.Node) (op string, args []*source.Node, ok bool) {
	if !n.Is(source.Object) || len(n.Names) != 1 {
		l.Fail(n, rule.ErrType, "an operation is expected here, an object of one member")
		return "", nil, false
	}
	arg := n.Items[0]
	if arg.Is(source.List) {
		return n.Names[0], arg.Items, true
	}
	return n.Names[0], []*source.Node{arg}, true
}

// condition is whether a value counts as true.
func (l logicReader) condition(n *source.Node) rule.Condition {
	if n == nil || !n.Is(source.Object) {
		if logicTrue(n) {
			return rule.Everyone{}
		}
		return build.Nobody()
	}
	op, args, ok := l.operation(n)
	if !ok {
		return nil
	}
	switch op {
	case "!", "!!", "and", "or", "if", "?:", "log":
		return l.joined(n, op, args)
	case "==", "===", "!=", "!==", "<", "<=", ">", ">=":
		return l.comparison(n, op, args)
	case "in":
		return l.in(n, args)
	case "missing", "missing_some":
		return l.missing(n, op, args)
	case "all", "some", "none":
		return l.quantified(n, op, args)
	case "filter":
		return l.quantified(n, "some", []*source.Node{n, nil})
	case "map", "merge", "max", "min":
		return l.Omit(n, source.NeedListSum, "the operation %s", op)
	}
	return l.truth(n)
}

// logicTrue is the truth of a constant: an empty list is false there.
func logicTrue(n *source.Node) bool {
	switch {
	case n.Absent():
		return false
	case n.Kind == source.Bool:
		return n.Truth
	case n.Kind == source.Number:
		v, ok := rule.ParseNumber(n.Text)
		return !ok || !v.Equal(rule.Int(0))
	case n.Kind == source.Text:
		return n.Text != ""
	}
	return len(n.Items) > 0
}

// joined reads what joins conditions.
func (l logicReader) joined(n *source.Node, op string, args []*source.Node) rule.Condition {
	switch op {
	case "!", "!!", "log":
		c := l.condition(logicArg(args, 0))
		if op == "!" {
			return build.Not(c)
		}
		return c
	case "if", "?:":
		return l.branches(n, args)
	}
	var cs []rule.Condition
	for _, a := range args {
		cs = append(cs, l.condition(a))
	}
	switch {
	case len(args) == 0:
		return build.Nobody()
	case op == "and":
		return build.All(cs...)
	}
	return build.AnyOf(cs...)
}

// logicArg is an argument, or nil.
func logicArg(args []*source.Node, i int) *source.Node {
	if i < len(args) {
		return args[i]
	}
	return nil
}

// branches is {"if": [condition, then, condition, then, …, else]} as a condition.
func (l logicReader) branches(n *source.Node, args []*source.Node) rule.Condition {
	var cs, before []rule.Condition
	for len(args) > 0 {
		if len(args) == 1 {
			cs = append(cs, l.branch(n, before, nil, args[0]))
			break
		}
		c := l.condition(args[0])
		if c == nil {
			return nil // what is told, and what depends on it
		}
		cs = append(cs, l.branch(n, before, c, args[1]))
		before = append(before, build.Not(c))
		args = args[2:]
	}
	if len(cs) == 0 {
		return build.Nobody()
	}
	return build.AnyOf(cs...)
}

// branch is what one branch adds: its condition, and that of none before it.
func (l logicReader) branch(n *source.Node, before []rule.Condition, c rule.Condition, then *source.Node) rule.Condition {
	result := l.condition(then)
	if result == nil || !l.WriteOut(n, 1, before...) || c != nil && !l.WriteOut(n, 1, c) {
		return nil
	}
	if isNobody(result) {
		return build.Nobody()
	}
	cs := append([]rule.Condition{}, before...)
	if c != nil {
		cs = append(cs, c)
	}
	if _, always := result.(rule.Everyone); !always || len(cs) == 0 {
		cs = append(cs, result)
	}
	return build.All(cs...)
}

func isNobody(c rule.Condition) bool {
	n, ok := c.(rule.Not)
	if !ok {
		return false
	}
	_, ok = n.C.(rule.Everyone)
	return ok
}

// truth is the truth of a value that is no condition by itself.
func (l logicReader) truth(n *source.Node) rule.Condition {
	var cs []rule.Condition
	for _, v := range l.values(n) {
		var c rule.Condition
		switch x := v.x.(type) {
		case rule.Value:
			if c = build.Nobody(); !x.IsNull() && !x.Equal(rule.Bool(false)) && !x.Equal(rule.Int(0)) && !x.Equal(rule.Text("")) {
				c = rule.Everyone{}
			}
		case rule.Arith:
			c = build.All(build.IsSet(x), build.Not(build.Eq(x, rule.Int(0))))
		default:
			c = build.All(build.IsSet(x), build.Not(build.Eq(x, rule.Bool(false))), build.Not(build.Eq(x, rule.Int(0))), build.Not(build.Eq(build.Length(x), rule.Int(0))))
		}
		cs = append(cs, v.guarded(c))
	}
	return build.AnyOf(cs...)
}

// in is whether a text is part of a text, or a value an element of a list.
func (l logicReader) in(n *source.Node, args []*source.Node) rule.Condition {
	if len(args) != 2 {
		return l.Fail(n, rule.ErrValue, "in has two arguments")
	}
	if args[1].Is(source.List) {
		return l.inConstants(n, args[0], args[1])
	}
	var cs []rule.Condition
	for _, whole := range l.values(args[1]) {
		for _, part := range l.values(args[0]) {
			v, constant := part.x.(rule.Value)
			list, fixed := whole.x.(rule.Value)
			var c rule.Condition
			switch {
			case fixed && constant:
				c = build.Nobody()
				if v.Kind() == rule.KindText && list.Kind() == rule.KindText && strings.Contains(list.Text(), v.Text()) {
					c = rule.Everyone{}
				}
			case fixed && list.IsNull():
				c = build.Nobody()
			case fixed || !constant:
				return l.Omit(n, source.NeedTextOfField, "whether a text or a list has the value of a field in it")
			case v.IsNull():
				c = build.Nobody()
			default:
				c = rule.Contains{X: whole.x, Values: []rule.Value{v}}
			}
			cs = append(cs, part.guarded(whole.guarded(c)))
		}
	}
	return build.AnyOf(cs...)
}

func (l logicReader) inConstants(n, of, list *source.Node) rule.Condition {
	var vs []rule.Value
	for _, e := range list.Items {
		switch {
		case e.Absent():
			vs = append(vs, rule.Value{})
		case e.Is(source.Object) || e.Is(source.List):
			return l.Omit(e, source.NeedComputed, "a list with something computed in it")
		default:
			if v, ok := l.Constant(e); ok {
				vs = append(vs, v)
			}
		}
	}
	var cs []rule.Condition
	for _, v := range l.values(of) {
		switch x := v.x.(type) {
		case rule.Value:
			c := build.Nobody()
			for _, one := range vs {
				if one.Equal(x) {
					c = rule.Everyone{}
				}
			}
			cs = append(cs, v.guarded(c))
		default:
			cs = append(cs, v.guarded(build.OneOf(x, vs, false)))
		}
	}
	return build.AnyOf(cs...)
}

// missing is whether any of several fields is missing, or fewer than so many are there: ""
// counts as missing.
func (l logicReader) missing(n *source.Node, op string, args []*source.Node) rule.Condition {
	least := 0
	names := args
	if op == "missing_some" {
		k, ok := l.Count(logicArg(args, 0))
		if len(args) != 2 || !ok {
			return l.Fail(n, rule.ErrValue, "a number and a list of fields are expected here")
		}
		least, names = k, args[1:]
	}
	if len(names) == 1 && names[0].Is(source.List) {
		names = names[0].Items
	}
	var there []rule.Condition
	for _, name := range names {
		if !name.Is(source.Text) && !name.Is(source.Number) {
			return l.Omit(name, source.NeedComputed, "the names of fields computed")
		}
		x, ok := l.Field(name, name.Text)
		if !ok {
			return nil
		}
		there = append(there, rule.And{build.IsSet(x), build.Not(build.Eq(x, rule.Text("")))})
	}
	switch {
	case op == "missing" && len(there) == 0:
		return build.Nobody()
	case op == "missing":
		return build.Not(build.All(there...))
	case least == 0:
		return build.Nobody()
	case least > len(there):
		return rule.Everyone{}
	}
	return rule.Not{C: rule.Count{Quantity: rule.QuantityAtLeast, K: least, Of: there}}
}
