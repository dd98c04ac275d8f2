package sqlgen

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// elements writes ANY, ALL, NO and AT LEAST k elements of a list. The first three
// ask whether there is an element of which a condition holds, or does not; for the
// last they are counted. Lists are in JSON, or the rows of a related table.
func (s scope) elements(c rule.Each) cond {
	if _, ok := s.constant(c.X); ok {
		return undecided()
	}
	x, ok := s.term(c.X)
	switch {
	case !ok:
		return undecided()
	case x.list != nil:
		return s.listElements(x.list, c)
	case !x.doc: // no list, so no elements
		return exactly(truth(c.Quantifier == rule.QuantifierNone || c.Quantifier == rule.QuantifierMin && c.K <= 0))
	}
	if s.depth >= s.limits().nested {
		return undecided()
	}
	switch c.Quantifier {
	case rule.QuantifierAny:
		return s.anyInDocument(x, c.C)
	case rule.QuantifierNone:
		return s.not(s.anyInDocument(x, c.C))
	case rule.QuantifierAll:
		return s.allElements(x, c.C)
	}
	var of cond
	n := s.count(x, s.alias("j"), s.ofElement(c.C, &of))
	many := cond{frag: cat(n, " >= ", integer(int64(c.K))), exact: of.exact}
	if c.K > 0 && of.contains != nil {
		of.contains = &containment{doc: of.contains.doc} // of one is not of so many
		many = s.anyContains(x, of, many)
	}
	return many
}

// ofElement writes a condition of an element, and gives it.
func (s scope) ofElement(c segment.Condition, of *cond) func(elem term) frag {
	return func(elem term) frag {
		inner := s.fresh()
		inner.elem, inner.depth = &elem, s.depth+1
		inner.field = s.member(elem)
		*of = inner.cond(c)
		return of.frag
	}
}

// anyInDocument holds if there is an element of which a condition holds.
func (s scope) anyInDocument(x term, c segment.Condition) cond {
	var of cond
	some := s.exists(x, s.alias("j"), s.ofElement(c, &of))
	if !of.contains.isWhole() {
		if f, ok := s.byPath(x, of.predicate); ok {
			return exactly(f)
		}
	}
	one := s.anyContains(x, of, cond{frag: and(s.arrayMayFulfil(x, c), some), exact: of.exact})
	if one.inverse == nil && of.exact && !of.contains.isWhole() {
		none := cat("NOT ", some)
		one.inverse = &none
	}
	return one
}

// isWhole reports whether a containment says all that a condition does.
func (c *containment) isWhole() bool { return c != nil && c.whole }

// allElements holds if there are elements, and none of which a condition does not hold.
// Where the condition is not exact, it does not hold of fewer than it should, and there are
// more candidates, as there may be.
func (s scope) allElements(x term, c segment.Condition) cond {
	var of cond
	holds := s.ofElement(c, &of)
	some := s.exists(x, s.alias("j"), func(elem term) frag { return s.notTrue(holds(elem)) })
	none := cat("NOT ", some)
	if f, ok := s.byPath(x, fails(of.predicate)); ok {
		none = s.notTrue(f)
	}
	return cond{frag: and(cat(s.size(x.frag), " > 0"), none), exact: of.exact}
}
