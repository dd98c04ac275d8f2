package index

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Who matches only because a value is missing. A missing value makes every positive test
// false, and so every negated one true: country != "US" holds without a country. What is
// missing is what Explain calls so: a value that is absent, null or of a kind that the test
// cannot look at, in a field or computed (an average of no event, a quotient by zero, a
// list that is none). It is asked as a rule: the condition is made strict, with every
// negated test asking also for values that it can look at; who matches the condition and
// not the strict one does so because something is missing. So it is decided block by block
// as all else is.

// strict is the condition that holds where c does, but not because a value is missing.
func strict(c segment.Condition) segment.Condition { return strictly(segment.Simplify(c), false) }

// strictly is strict below so many NOTs that neg is whether their number is odd.
func strictly(c segment.Condition, neg bool) segment.Condition {
	switch c := c.(type) {
	case rule.And:
		return strictGroup(c, neg, !neg)
	case rule.Or:
		return strictGroup(c, neg, neg)
	case rule.Not:
		return strictly(c.C, !neg)
	case rule.Zoned:
		return rule.Zoned{C: strictly(c.C, neg), Zone: c.Zone}
	case rule.Count:
		return strictCount(c, neg)
	case rule.Each:
		return strictEach(c, neg)
	}
	if !neg {
		return c
	}
	if needs := looksAt(c); len(needs) > 0 {
		return append(rule.And{rule.Not{C: c}}, needs...)
	}
	return rule.Not{C: c}
}

// negated is the condition, or NOT the condition.
func negated(c segment.Condition, neg bool) segment.Condition {
	if neg {
		return rule.Not{C: c}
	}
	return c
}

// strictGroup makes the parts of an AND or OR strict.
func strictGroup(cs []segment.Condition, neg, and bool) segment.Condition {
	if and {
		return rule.And(eachStrictly(cs, neg))
	}
	return rule.Or(eachStrictly(cs, neg))
}

// eachStrictly is strictly for each of some conditions.
func eachStrictly(cs []segment.Condition, neg bool) []segment.Condition {
	out := make([]segment.Condition, len(cs))
	for i, c := range cs {
		out[i] = strictly(c, neg)
	}
	return out
}

// strictCount makes the parts of a count strict: as those that hold where it asks for
// some, as those that do not where it asks for no more than some.
func strictCount(c rule.Count, neg bool) segment.Condition {
	holding := rule.Count{Quantity: rule.QuantityAtLeast, K: c.K, Of: eachStrictly(c.Of, false)}
	// NOT of a part that is strictly false: where more than so many of these hold, too many
	// may hold, and where not, the others are false and not only for want of a value.
	loosely := make([]segment.Condition, len(c.Of))
	for i, part := range eachStrictly(c.Of, true) {
		loosely[i] = rule.Not{C: part}
	}
	atMost := func(k int) segment.Condition {
		return rule.Count{Quantity: rule.QuantityAtMost, K: k, Of: loosely}
	}
	switch {
	case c.Quantity == rule.QuantityAtLeast && !neg:
		return holding
	case c.Quantity == rule.QuantityAtLeast:
		if c.K == 0 {
			return rule.Or{} // NOT AT LEAST 0
		}
		return atMost(c.K - 1)
	case c.Quantity == rule.QuantityAtMost && !neg:
		return atMost(c.K)
	case c.Quantity == rule.QuantityAtMost:
		holding.K++
		return holding
	case !neg:
		return rule.And{holding, atMost(c.K)}
	}
	more := holding
	more.K++
	if c.K == 0 {
		return more
	}
	return rule.Or{more, atMost(c.K - 1)}
}

// strictEach asks that there is a list, where the test would hold without one, and makes
// the test of its elements strict.
func strictEach(c rule.Each, neg bool) segment.Condition {
	none := c.Quantifier == rule.QuantifierNone
	if neg != none { // it holds where few enough elements match: strictly fewer than might
		c.C = rule.Not{C: strictly(c.C, true)}
		return rule.And{negated(c, neg), isList(c.X)}
	}
	c.C = strictly(c.C, false)
	return negated(c, neg)
}

// looksAt is what must hold for a test to be false of the values it finds, and not for
// want of any.
func looksAt(c segment.Condition) []segment.Condition {
	switch c := c.(type) {
	case rule.Compare:
		return []segment.Condition{compares(c.Left, c.Right)}
	case rule.Between:
		return []segment.Condition{compares(c.X, c.Lo), compares(c.X, c.Hi)}
	case rule.In:
		return []segment.Condition{comparesWithSome(c.X, c.Values)}
	case rule.Contains:
		return []segment.Condition{isSized(c.X)}
	case rule.Like:
		return []segment.Condition{isText(c.X)}
	case rule.Matches:
		return []segment.Condition{isText(c.X)}
	case rule.InCIDR:
		return []segment.Condition{isText(c.X)}
	case rule.When:
		needs := []segment.Condition{compares(c.X, rule.Call{Fn: rule.FnNow})}
		for _, e := range [2]rule.Expr{c.Window.From, c.Window.To} {
			if e != nil {
				needs = append(needs, rule.Not{C: rule.IsNull{X: e}})
			}
		}
		return needs
	case rule.HasBeen:
		return []segment.Condition{rule.Changed{Field: c.Field}} // a first value is a change
	}
	return nil
}

// compares is whether two values compare, whichever is more; lists do with lists.
func compares(a, b rule.Expr) segment.Condition {
	ordered := rule.Or{rule.Compare{Left: a, Op: rule.OpLt, Right: b}, rule.Compare{Left: a, Op: rule.OpGe, Right: b}}
	v, constant := b.(segment.Value)
	switch {
	case !constant:
		return append(ordered, rule.And{isList(a), isList(b)}, rule.And{isObject(a), isObject(b)})
	case v.Kind() == segment.KindList:
		return isList(a)
	case v.Kind() == segment.KindObject:
		return isObject(a)
	}
	return ordered
}

// comparesWithSome is whether a value compares with one of some, of which one of each kind
// is looked at.
func comparesWithSome(x rule.Expr, vs []segment.Value) segment.Condition {
	var some rule.Or
	seen, dated := make(map[segment.Kind]bool), false
	for _, v := range vs {
		if v.Kind() == segment.KindText && !rule.ReadTime(v.Text()).IsNull() {
			if !dated { // it compares with an instant too, which other texts do not
				dated = true
				some = append(some, compares(x, v))
			}
			continue
		}
		if v.IsNull() {
			return rule.Not{C: rule.IsNull{X: x}} // it is asked for, and any value is an answer
		}
		if !seen[v.Kind()] {
			seen[v.Kind()] = true
			some = append(some, compares(x, v))
		}
	}
	return some
}

// isText is whether a value is a text.
func isText(x rule.Expr) segment.Condition {
	return rule.Like{X: x, End: rule.LikePrefix, Values: []string{""}}
}

// isSized is whether a value is a text or a list.
func isSized(x rule.Expr) segment.Condition {
	return rule.Compare{Left: rule.Call{Fn: rule.FnLength, Args: []rule.Expr{x}}, Op: rule.OpGe, Right: segment.Int(0)}
}

// isList is whether a value is a list.
func isList(x rule.Expr) segment.Condition {
	return rule.And{isSized(x), rule.Not{C: isText(x)}}
}

// isObject is whether a value is an object: it is there, and nothing else.
func isObject(x rule.Expr) segment.Condition {
	is := rule.And{rule.Not{C: rule.IsNull{X: x}}, rule.Not{C: isSized(x)}}
	for _, other := range [...]segment.Value{segment.Int(0), segment.Bool(true), segment.Date(2026, time.January, 1), segment.Duration(0)} {
		is = append(is, rule.Not{C: compares(x, other)})
	}
	return is
}

// A looseTest is a test that may hold only because a value is missing.
type looseTest struct {
	says    string
	loosely segment.Condition // it does
}

// maxLooseTests bounds how many tests of a condition are looked at by themselves.
const maxLooseTests = 32

// looseTests are the first tests in a condition that may hold because a value is missing.
func looseTests(c segment.Condition) (tests []looseTest) {
	seen := make(map[string]bool)
	var visit func(c segment.Condition, neg bool, zoned func(segment.Condition) segment.Condition)
	visit = func(c segment.Condition, neg bool, zoned func(segment.Condition) segment.Condition) {
		parts := []segment.Condition(nil)
		switch c := c.(type) {
		case rule.And:
			parts = c
		case rule.Or:
			parts = c
		case rule.Not:
			visit(c.C, !neg, zoned)
			return
		case rule.Zoned:
			visit(c.C, neg, func(in segment.Condition) segment.Condition { return zoned(rule.Zoned{C: in, Zone: c.Zone}) })
			return
		case rule.Count:
			for _, part := range c.Of {
				if c.Quantity != rule.QuantityAtMost {
					visit(part, neg, zoned)
				}
				if c.Quantity != rule.QuantityAtLeast {
					visit(part, !neg, zoned)
				}
			}
			return
		default:
			test, s := zoned(negated(c, neg)), zoned(strictly(c, neg))
			if says := test.String(); len(tests) < maxLooseTests && !seen[says] && !rule.Equal(test, s) {
				seen[says] = true
				tests = append(tests, looseTest{says: says, loosely: rule.And{test, rule.Not{C: s}}})
			}
			return
		}
		for _, part := range parts {
			visit(part, neg, zoned)
		}
	}
	visit(segment.Simplify(c), false, func(c segment.Condition) segment.Condition { return c })
	return tests
}

// sumMissing adds up what the shards have counted, test by test.
func sumMissing(found []Preview) (all []MissingCount) {
	for i, p := range found {
		if i == 0 {
			all = append(all, p.MissingIn...)
			continue
		}
		for j := range p.MissingIn {
			all[j].Count += p.MissingIn[j].Count
		}
	}
	return all
}

// onlyCounted leaves out the tests that hold for nobody so.
func onlyCounted(all []MissingCount) (some []MissingCount) {
	for _, m := range all {
		if m.Count > 0 {
			some = append(some, m)
		}
	}
	return some
}
