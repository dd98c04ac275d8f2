package sqlgen

import (
	"github.com/segmentrules/segment/rule"
)

// elements writes ANY, ALL, NO and AT LEAST k elements of a list: it counts those
// for which a condition holds. Lists are in JSON, or
// the rows of a related table.
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
	exact := true
	n := s.count(x, s.alias("j"), func(elem term) frag {
		inner := s.fresh()
		inner.elem, inner.depth = &elem, s.depth+1
		inner.field = s.member(elem)
		one := inner.cond(c.C)
		exact = one.exact
		return one.frag
	})
	switch c.Quantifier {
	case rule.QuantifierAny:
		return cond{frag: cat(n, " > 0"), exact: exact}
	case rule.QuantifierNone:
		if !exact {
			return undecided()
		}
		return exactly(cat(n, " = 0"))
	case rule.QuantifierAll:
		return cond{frag: and(cat(s.size(x.frag), " > 0"), cat(n, " = ", s.size(x.frag))), exact: exact}
	}
	return cond{frag: cat(n, " >= ", integer(int64(c.K))), exact: exact}
}
