package interop

import (
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
func (l logicReader) list(n *node) (list logicList, ok bool) {
	if !n.Is(isObject) {
		l.Omit(n, needComputed, "a list that is no field")
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
		c := logicReader{l.reader, true}.condition(args[1])
		if c == nil {
			return list, false
		}
		list.only = all(list.only, c)
		return list, true
	}
	if op != "var" {
		l.Omit(n, needListSum, "a list that %s gives", op)
		return list, false
	}
	vs := l.variable(n, args)
	if len(vs) == 0 {
		return list, false
	}
	if len(vs) > 1 {
		l.Omit(n, needComputed, "another list where one is missing")
		return list, false
	}
	return logicList{x: vs[0].x}, true
}

// quantified is all, some or none. Of nothing all is false and none true.
func (l logicReader) quantified(n *node, op string, args []*node) rule.Condition {
	if len(args) != 2 {
		return l.Fail(n, rule.ErrValue, "%s has a list and a condition", op)
	}
	list, ok := l.list(args[0])
	if !ok {
		return nil
	}
	c := rule.Condition(rule.Everyone{})
	if args[1] != nil {
		if c = (logicReader{l.reader, true}).condition(args[1]); c == nil {
			return nil
		}
	}
	if list.only == nil {
		switch op {
		case "some":
			return anElement(list.x, c)
		case "none":
			return each(rule.QuantifierNone, list.x, c)
		}
		return each(rule.QuantifierAll, list.x, c)
	}
	both := all(list.only, c)
	if args[1] == nil {
		both = list.only
	}
	switch op {
	case "some":
		return anElement(list.x, both)
	case "none":
		return each(rule.QuantifierNone, list.x, both)
	}
	if !l.WriteOut(n, 2, both) {
		return nil
	}
	return all(anElement(list.x, both), each(rule.QuantifierNone, list.x, all(list.only, not(c))))
}

// counts reads a comparison of a number of elements with a constant; ok is false if it is
// none.
func (l logicReader) counts(n *node, op string, args []*node) (c rule.Condition, ok bool) {
	reduce, other := args[0], args[1]
	swapped := reduce.Get("reduce") == nil
	if swapped {
		reduce, other = other, reduce
	}
	parts := reduce.Get("reduce")
	if parts == nil || !other.Is(isNumber) {
		return nil, false
	}
	if !parts.Is(isList) || len(parts.Items) != 3 || !countsOne(parts.Items[1]) || logicTrue(parts.Items[2]) {
		return l.Omit(reduce, needListSum, "something else of the elements of a list than how many there are"), true
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
	least := func(k int64) rule.Condition { return atLeastElements(int(k), list.x, list.only) }
	switch op {
	case ">=":
		return least(k), true
	case ">":
		return least(k + 1), true
	case "<":
		return not(least(k)), true
	case "<=":
		return not(least(k + 1)), true
	}
	if !l.WriteOut(n, 2, list.only) {
		return nil, true
	}
	return all(least(k), not(least(k+1))), true
}

// countsOne reports whether a reduction adds 1 for each element.
func countsOne(n *node) bool {
	add := n.Get("+")
	if !add.Is(isList) || len(add.Items) != 2 {
		return false
	}
	one, sum := add.Items[0], add.Items[1]
	if !one.Is(isNumber) {
		one, sum = sum, one
	}
	name := sum.Get("var")
	if list := name.List(); len(list) == 1 {
		name = list[0]
	}
	return one.Is(isNumber) && one.Text == "1" && name.Str() == "accumulator"
}
