package jsonlogic

import (
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Lists in JsonLogic: some, all and none of the elements of a field, or of those that filter
// leaves, and how many there are. See jsonlogic.go.

// A logicList is a list: a field, or the elements of one that satisfy a condition.
type logicList struct {
	x    rule.Expr
	only rule.Condition // nil for all
}

// list reads a list; ok is false if it cannot be said, which is told.
func (l logicReader) list(n *source.Node) (list logicList, ok bool) {
	if !n.Is(source.Object) {
		l.Omit(n, source.NeedComputed, "a list that is no field")
		return list, false
	}
	op, args, ok := l.operation(n)
	if !ok {
		return list, false
	}
	if op == "filter" && len(args) == 2 {
		if list, ok = l.list(args[0]); !ok {
			return list, false
		}
		c := logicReader{l.Reader, true}.condition(args[1])
		if c == nil {
			return list, false
		}
		list.only = build.All(list.only, c)
		return list, true
	}
	if op != "var" {
		l.Omit(n, source.NeedListSum, "a list that %s gives", op)
		return list, false
	}
	vs := l.variable(n, args)
	if len(vs) == 0 {
		return list, false
	}
	if len(vs) > 1 {
		l.Omit(n, source.NeedComputed, "another list where one is missing")
		return list, false
	}
	return logicList{x: vs[0].x}, true
}

// quantified is all, some or none. Of nothing all is false and none true.
func (l logicReader) quantified(n *source.Node, op string, args []*source.Node) rule.Condition {
	if len(args) != 2 {
		return l.Fail(n, rule.ErrValue, "%s has a list and a condition", op)
	}
	list, ok := l.list(args[0])
	if !ok {
		return nil
	}
	c := rule.Condition(rule.Everyone{})
	if args[1] != nil {
		if c = (logicReader{l.Reader, true}).condition(args[1]); c == nil {
			return nil
		}
	}
	if list.only == nil {
		switch op {
		case "some":
			return build.AnElement(list.x, c)
		case "none":
			return build.Each(rule.QuantifierNone, list.x, c)
		}
		return build.Each(rule.QuantifierAll, list.x, c)
	}
	both := build.All(list.only, c)
	if args[1] == nil {
		both = list.only
	}
	switch op {
	case "some":
		return build.AnElement(list.x, both)
	case "none":
		return build.Each(rule.QuantifierNone, list.x, both)
	}
	if !l.WriteOut(n, 2, both) {
		return nil
	}
	return build.All(build.AnElement(list.x, both), build.Each(rule.QuantifierNone, list.x, build.All(list.only, build.Not(c))))
}

// counts reads a comparison of a number of elements with a constant; ok is false if it is
// none.
func (l logicReader) counts(n *source.Node, op string, args []*source.Node) (c rule.Condition, ok bool) {
	reduce, other := args[0], args[1]
	swapped := reduce.Get("reduce") == nil
	if swapped {
		reduce, other = other, reduce
	}
	parts := reduce.Get("reduce")
	if parts == nil || !other.Is(source.Number) {
		return nil, false
	}
	if !parts.Is(source.List) || len(parts.Items) != 3 || !countsOne(parts.Items[1]) || logicTrue(parts.Items[2]) {
		return l.Omit(reduce, source.NeedListSum, "something else of the elements of a list than how many there are"), true
	}
	list, ok := l.list(parts.Items[0])
	if !ok {
		return nil, true
	}
	if list.only == nil {
		list.only = rule.Everyone{}
	}
	v, ok := l.Number(other)
	if !ok {
		return nil, true
	}
	k, whole := v.Int()
	if !whole || k < -1 || k >= 1<<31-1 {
		return l.Fail(other, rule.ErrValue, "a whole number of at least 0 is expected here"), true
	}
	if order, isOrder := logicOrder[op]; isOrder && swapped {
		op = [...]string{rule.OpLt: ">", rule.OpLe: ">=", rule.OpGt: "<", rule.OpGe: "<="}[order]
	}
	least := func(k int64) rule.Condition { return build.AtLeastElements(int(k), list.x, list.only) }
	switch op {
	case ">=":
		return least(k), true
	case ">":
		return least(k + 1), true
	case "<":
		return build.Not(least(k)), true
	case "<=":
		return build.Not(least(k + 1)), true
	}
	if !l.WriteOut(n, 2, list.only) {
		return nil, true
	}
	return build.All(least(k), build.Not(least(k+1))), true
}

// countsOne reports whether a reduction adds 1 for each element.
func countsOne(n *source.Node) bool {
	add := n.Get("+")
	if !add.Is(source.List) || len(add.Items) != 2 {
		return false
	}
	one, sum := add.Items[0], add.Items[1]
	if !one.Is(source.Number) {
		one, sum = sum, one
	}
	name := sum.Get("var")
	if list := name.List(); len(list) == 1 {
		name = list[0]
	}
	return one.Is(source.Number) && one.Text == "1" && name.Str() == "accumulator"
}
