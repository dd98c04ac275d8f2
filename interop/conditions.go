package interop

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Conditions made of constants and of other conditions, as all importers build them. A nil
// condition is a part that is not in the rule.

// eq holds if the expression equals the constant.
func eq(x rule.Expr, v rule.Value) rule.Condition { return rule.Compare{Left: x, Right: v} }

// compare holds if left and right stand in this order.
func compare(left rule.Expr, op rule.Op, right rule.Expr) rule.Condition {
	return rule.Compare{Left: left, Op: op, Right: right}
}

// oneOf holds if the expression equals one of the constants: for nobody if there is none.
func oneOf(x rule.Expr, vs []rule.Value, fold bool) rule.Condition {
	switch len(vs) {
	case 0:
		return nobody()
	case 1:
		if vs[0].Kind() != rule.KindNull {
			return rule.Compare{Left: x, Right: vs[0], Fold: fold}
		}
	}
	return rule.In{X: x, Values: vs, Fold: fold}
}

// nobody holds for no contact.
func nobody() rule.Condition { return rule.Not{C: rule.Everyone{}} }

// contains holds if the text has one of these in it, or the list has one as an element; for
// nobody if there is none.
func contains(x rule.Expr, fold bool, texts ...string) rule.Condition {
	if len(texts) == 0 {
		return nobody()
	}
	c := rule.Contains{X: x, Fold: fold}
	for _, t := range texts {
		c.Values = append(c.Values, rule.Text(t))
	}
	return c
}

// startsWith holds if the text starts with one of these, endsWith if it ends with one.
func startsWith(x rule.Expr, fold bool, texts ...string) rule.Condition {
	return like(x, rule.LikePrefix, fold, texts)
}

func endsWith(x rule.Expr, fold bool, texts ...string) rule.Condition {
	return like(x, rule.LikeSuffix, fold, texts)
}

func like(x rule.Expr, end rule.LikeEnd, fold bool, texts []string) rule.Condition {
	if len(texts) == 0 {
		return nobody()
	}
	return rule.Like{X: x, End: end, Values: texts, Fold: fold}
}

// isBlankText holds if there is no value, or an empty text.
func isBlankText(x rule.Expr) rule.Condition {
	return rule.Or{rule.IsNull{X: x}, eq(x, rule.Text(""))}
}

// known adds to a condition that every one of the expressions has a value: what SQL makes of
// a negation.
func known(c rule.Condition, xs ...rule.Expr) rule.Condition {
	if c == nil {
		return nil
	}
	cs := []rule.Condition{c}
	for _, x := range xs {
		cs = append(cs, isSet(x))
	}
	return all(cs...)
}

// orMissing adds those who have no value.
func orMissing(c rule.Condition, x rule.Expr) rule.Condition {
	if c == nil {
		return nil
	}
	return rule.Or{c, rule.IsNull{X: x}}
}

// anElement holds if the condition, which speaks of ELEMENT, holds for an element of the list.
func anElement(list rule.Expr, c rule.Condition) rule.Condition {
	return each(rule.QuantifierAny, list, c)
}

// each binds the elements of a list; nil of nil.
func each(q rule.Quantifier, list rule.Expr, c rule.Condition) rule.Condition {
	if c == nil {
		return nil
	}
	return rule.Each{Quantifier: q, X: list, C: c}
}

// atLeastElements holds if the condition holds for at least k elements: for everybody if k
// is 0.
func atLeastElements(k int, list rule.Expr, c rule.Condition) rule.Condition {
	switch {
	case c == nil:
		return nil
	case k <= 0:
		return rule.Everyone{}
	}
	return rule.Each{Quantifier: rule.QuantifierMin, K: k, X: list, C: c}
}

// orEveryone is a condition, or the one that holds for everybody.
func orEveryone(c rule.Condition) rule.Condition {
	if c == nil {
		return rule.Everyone{}
	}
	return c
}

// textValues is texts as values.
func textValues(texts []string) (vs []rule.Value) {
	for _, t := range texts {
		vs = append(vs, rule.Text(t))
	}
	return vs
}

// all holds if all of the conditions hold that are in the rule; nil if none is.
func all(cs ...rule.Condition) rule.Condition {
	return join(cs, func(cs []rule.Condition) rule.Condition { return rule.And(cs) })
}

// anyOf holds if any of the conditions holds that are in the rule; nil if none is.
func anyOf(cs ...rule.Condition) rule.Condition {
	return join(cs, func(cs []rule.Condition) rule.Condition { return rule.Or(cs) })
}

// join leaves out nil, and makes no group of one.
func join(cs []rule.Condition, group func([]rule.Condition) rule.Condition) rule.Condition {
	var in []rule.Condition
	for _, c := range cs {
		if c != nil {
			in = append(in, c)
		}
	}
	switch len(in) {
	case 0:
		return nil
	case 1:
		return in[0]
	}
	return group(in)
}

// not is the complement of a condition; nil of nil.
func not(c rule.Condition) rule.Condition {
	if c == nil {
		return nil
	}
	return rule.Not{C: c}
}

// isSet holds if the expression has a value.
func isSet(x rule.Expr) rule.Condition { return rule.Not{C: rule.IsNull{X: x}} }

// field is a path such as "location.city" as a field: dots part names.
func field(path string) rule.Field { return rule.Path(strings.Split(path, ".")...) }

// mirrored is the comparison with the sides exchanged.
func mirrored(op rule.Op) rule.Op {
	return [...]rule.Op{rule.OpEq: rule.OpEq, rule.OpLt: rule.OpGt, rule.OpLe: rule.OpGe, rule.OpGt: rule.OpLt, rule.OpGe: rule.OpLe}[op]
}

var sqlComparisons = []struct {
	sign     string
	op       rule.Op
	negative bool
}{{"=", rule.OpEq, false}, {"!=", rule.OpEq, true}, {"<>", rule.OpEq, true}, {">=", rule.OpGe, false},
	{"<=", rule.OpLe, false}, {">", rule.OpGt, false}, {"<", rule.OpLt, false}}

func length(x rule.Expr) rule.Expr { return rule.Call{Fn: rule.FnLength, Args: []rule.Expr{x}} }

// commaTexts are the texts between commas.
func commaTexts(text string) (vs []rule.Value) {
	for _, t := range strings.Split(text, ",") {
		if t = strings.TrimSpace(t); t != "" {
			vs = append(vs, rule.Text(t))
		}
	}
	return vs
}

// operands is the fields, each once, whose values a test needs.
func operands(c rule.Condition) (xs []rule.Expr) {
	seen := map[rule.Expr]bool{}
	add := func(e rule.Expr) {
		switch e.(type) {
		case rule.Field, rule.Elem:
			if !seen[e] {
				seen[e] = true
				xs = append(xs, e)
			}
		}
	}
	switch c := c.(type) {
	case rule.Compare:
		add(c.Left)
		add(c.Right)
	case rule.Between:
		add(c.X)
		add(c.Lo)
		add(c.Hi)
	case rule.In:
		add(c.X)
	case rule.Contains:
		add(c.X)
	case rule.Like:
		add(c.X)
	case rule.Matches:
		add(c.X)
	}
	return xs
}
