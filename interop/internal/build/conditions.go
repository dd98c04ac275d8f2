package build

import "github.com/segmentrules/segment/rule"

// Conditions made of others. A nil condition is a part that is not in the rule.

// Nobody holds for no contact.
func Nobody() rule.Condition { return rule.Not{C: rule.Everyone{}} }

// Known adds to a condition that every one of the expressions has a value: what SQL makes of
// a negation.
func Known(c rule.Condition, xs ...rule.Expr) rule.Condition {
	if c == nil {
		return nil
	}
	cs := []rule.Condition{c}
	for _, x := range xs {
		cs = append(cs, IsSet(x))
	}
	return All(cs...)
}

// OrMissing adds those who have no value.
func OrMissing(c rule.Condition, x rule.Expr) rule.Condition {
	if c == nil {
		return nil
	}
	return rule.Or{c, rule.IsNull{X: x}}
}

// AnElement holds if the condition, which speaks of ELEMENT, holds for an element of the list.
func AnElement(list rule.Expr, c rule.Condition) rule.Condition {
	return Each(rule.QuantifierAny, list, c)
}

// Each binds the elements of a list; nil of nil.
func Each(q rule.Quantifier, list rule.Expr, c rule.Condition) rule.Condition {
	if c == nil {
		return nil
	}
	return rule.Each{Quantifier: q, X: list, C: c}
}

// AtLeastElements holds if the condition holds for at least k elements: for everybody if k
// is 0.
func AtLeastElements(k int, list rule.Expr, c rule.Condition) rule.Condition {
	switch {
	case c == nil:
		return nil
	case k <= 0:
		return rule.Everyone{}
	}
	return rule.Each{Quantifier: rule.QuantifierMin, K: k, X: list, C: c}
}

// OrEveryone is a condition, or the one that holds for everybody.
func OrEveryone(c rule.Condition) rule.Condition {
	if c == nil {
		return rule.Everyone{}
	}
	return c
}

// All holds if all of the conditions hold that are in the rule; nil if none is.
func All(cs ...rule.Condition) rule.Condition {
	return join(cs, func(cs []rule.Condition) rule.Condition { return rule.And(cs) })
}

// AnyOf holds if any of the conditions holds that are in the rule; nil if none is.
func AnyOf(cs ...rule.Condition) rule.Condition {
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

// Not is the complement of a condition; nil of nil.
func Not(c rule.Condition) rule.Condition {
	if c == nil {
		return nil
	}
	return rule.Not{C: c}
}

// IsSet holds if the expression has a value.
func IsSet(x rule.Expr) rule.Condition { return rule.Not{C: rule.IsNull{X: x}} }

// Operands is the fields, each once, whose values a test needs.
func Operands(c rule.Condition) (xs []rule.Expr) {
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
