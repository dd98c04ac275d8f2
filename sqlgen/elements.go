package sqlgen

import (
	"github.com/segmentrules/segment/rule"
)

// elements writes ANY, ALL, NO and AT LEAST k elements of a list. The first three
// ask whether there is an element of which a condition holds, or does not; for the
// last they are counted. Only JSON has lists.
func (s scope) elements(c rule.Each) cond {
	if _, ok := s.constant(c.X); ok {
		return undecided()
	}
	x, ok := s.term(c.X)
	switch {
	case !ok:
		return undecided()
	case !x.doc: // no list, so no elements
		return exactly(truth(c.Quantifier == rule.QuantifierNone || c.Quantifier == rule.QuantifierMin && c.K <= 0))
	}
	var of cond // of one element
	holds := func(elem term) frag {
		inner := s
		inner.inner = true
		inner.elem = &elem
		inner.field = s.member(elem)
		of = inner.cond(c.C)
		return of.frag
	}
	name := s.alias("j")
	switch c.Quantifier {
	case rule.QuantifierAny:
		some := s.exists(x, name, holds)
		return s.anyContains(x, of, cond{frag: some, exact: of.exact})
	case rule.QuantifierNone:
		some := s.exists(x, name, holds)
		if !of.exact {
			return undecided()
		}
		if of.contains != nil && of.contains.whole {
			return s.not(s.anyContains(x, of, exactly(some)))
		}
		return exactly(cat("NOT ", some))
	case rule.QuantifierAll:
		// No element of which it does not hold. Where of is not exact, it does not hold
		// of fewer than it should, and there are more candidates, as there may be.
		fails := s.exists(x, name, func(elem term) frag { return s.notTrue(holds(elem)) })
		return cond{frag: and(cat(s.size(x.frag), " > 0"), cat("NOT ", fails)), exact: of.exact}
	}
	n := s.count(x, name, holds)
	many := cond{frag: cat(n, " >= ", integer(int64(c.K))), exact: of.exact}
	if c.K > 0 && of.contains != nil {
		of.contains = &containment{doc: of.contains.doc} // of one is not of so many
		many = s.anyContains(x, of, many)
	}
	return many
}
