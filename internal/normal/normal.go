package normal

import (
	"github.com/segmentrules/segment/rule"
)

// Simplify returns a condition with the same meaning, for every contact at
// every instant, in the normal form that programs, indexes and SQL share:
//
//   - NOT stands at the leaves only: it is pushed down over AND and OR (De
//     Morgan), over AT LEAST and AT MOST (NOT AT LEAST k is AT MOST k-1), over
//     ANY and NO, and into IN ZONE;
//   - no AND within AND, or OR within OR, nor groups of one; no condition twice
//     in a group; `a OR (a AND b)` is a;
//   - EVERYONE and NOT EVERYONE stand alone or not at all: also `a OR NOT a`,
//     which always holds since truth is two-valued. `a < 1 OR a >= 1` stays: it
//     is false where a is missing;
//   - AT LEAST 1 OF is OR, AT LEAST n OF n is AND, and so on;
//   - equalities of one expression within OR, and inequalities within AND, are
//     one IN; an IN of one value is =; values are sorted, without repetition;
//   - a constant stands on the right of its comparison, and arithmetic of two
//     numbers is done.
//
// The conditions of a group keep their order, each at its first place.
// Simplify(Simplify(c)) equals Simplify(c). It shares unchanged parts with c,
// recurses no deeper than c, never multiplies out, and its cost grows with the
// size of c times its depth. Nil stays nil; nodes of foreign types are left alone;
// what is deeper than some thousand levels (see [rule.MaxDepth]) is cut off, as it is false.
func Simplify(c rule.Condition) rule.Condition { return Reduce(rule.Shallow(c)).C }

// A term is a condition in normal form, with its digest and that of its
// negation in normal form, so that x and NOT x are found in one look-up. The
// terms of an AND or OR are kept, to be taken into a group above.
type term struct {
	C       rule.Condition
	is, not Digest
	parts   []term
}

func (t term) IsAlways() bool { _, ok := t.C.(rule.Everyone); return ok }

func (t term) IsNever() bool {
	n, ok := t.C.(rule.Not)
	if !ok {
		return false
	}
	_, ok = n.C.(rule.Everyone)
	return ok
}

// constant is the term of a condition that always, or never, holds.
func constant(holds bool) term {
	t := leafTerm(rule.Everyone{})
	if holds {
		return t
	}
	return t.Negated()
}

func leafTerm(c rule.Condition) term {
	d := DigestOf(c)
	return term{C: c, is: d, not: Digest(0).With(tagNot, d)}
}

// Negated is the complement of a term, in normal form again. It changes only
// operators, so it costs no more than the term is large.
func (t term) Negated() term {
	if t.parts == nil {
		return term{C: Complement(t.C), is: t.not, not: t.is}
	}
	_, and := t.C.(rule.And)
	return groupTerm(!and, negatedAll(t.parts))
}

// Complement is the complement of a condition in normal form.
func Complement(c rule.Condition) rule.Condition {
	switch c := c.(type) {
	case rule.And:
		return rule.Or(complements(c))
	case rule.Or:
		return rule.And(complements(c))
	case rule.Not:
		return c.C
	case rule.Count:
		switch c.Quantity {
		case rule.QuantityAtLeast:
			return rule.Count{Quantity: rule.QuantityAtMost, K: c.K - 1, Of: c.Of}
		case rule.QuantityAtMost:
			return rule.Count{Quantity: rule.QuantityAtLeast, K: c.K + 1, Of: c.Of}
		}
	case rule.Zoned:
		return rule.Zoned{C: Complement(c.C), Zone: c.Zone}
	case rule.Each:
		switch c.Quantifier {
		case rule.QuantifierAny:
			return rule.Each{Quantifier: rule.QuantifierNone, K: 0, X: c.X, C: c.C}
		case rule.QuantifierNone:
			return rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: c.X, C: c.C}
		}
	}
	return rule.Not{C: c}
}

func complements(cs []rule.Condition) []rule.Condition {
	out := make([]rule.Condition, len(cs))
	for i, c := range cs {
		out[i] = Complement(c)
	}
	return out
}

// Reduce brings a condition into normal form, with its digests. It goes down as deep as
// the condition: see [rule.Shallow].
func Reduce(c rule.Condition) term {
	switch c := c.(type) {
	case nil:
		return leafTerm(nil)
	case rule.And:
		return group(true, simplifyAll(c))
	case rule.Or:
		return group(false, simplifyAll(c))
	case rule.Not:
		return Reduce(c.C).Negated()
	case rule.Count:
		return simplifyCount(c.Quantity, c.K, simplifyAll(c.Of))
	case rule.Everyone:
		return constant(true)
	case rule.Zoned:
		return simplifyZoned(c)
	case rule.Each:
		return simplifyEach(c)
	}
	return simplifyLeaf(partSimplifier().Rewrite(c))
}

func simplifyAll(cs []rule.Condition) []term {
	ts := make([]term, len(cs))
	for i, c := range cs {
		ts[i] = Reduce(c)
	}
	return ts
}

// simplifyCount counts terms: constant ones are taken out, and what needs all,
// any or none of the rest is an AND or an OR.
func simplifyCount(q rule.Quantity, k int, ts []term) term {
	k = max(-1, min(k, len(ts)+1)) // all the same beyond, and safe to count with
	var rest []term
	for _, t := range ts {
		switch {
		case t.IsAlways():
			k--
		case !t.IsNever():
			rest = append(rest, t)
		}
	}
	n := len(rest)
	switch q {
	case rule.QuantityAtMost:
		switch {
		case k >= n || k < 0:
			return constant(k >= n)
		case k == 0:
			return group(true, negatedAll(rest))
		case k == n-1:
			return group(false, negatedAll(rest))
		}
	case rule.QuantityAtLeast:
		switch {
		case k <= 0 || k > n:
			return constant(k <= 0)
		case k == 1:
			return group(false, rest)
		case k == n:
			return group(true, rest)
		}
	case rule.QuantityExactly:
		switch {
		case k < 0 || k > n:
			return constant(false)
		case k == 0:
			return group(true, negatedAll(rest))
		case k == n:
			return group(true, rest)
		}
	default:
		q = rule.QuantityExactly // Evaluate reads an unknown quantity so
		return simplifyCount(q, k, rest)
	}
	return countTerm(q, k, rest)
}

// countTerm gives the two ways of saying the same opposite digests.
func countTerm(q rule.Quantity, k int, ts []term) term {
	of := make([]rule.Condition, len(ts))
	for i, t := range ts {
		of[i] = t.C
	}
	c := rule.Count{Quantity: q, K: k, Of: of}
	of0 := Digest(0)
	for _, t := range ts {
		of0 = of0.With(t.is)
	}
	d := func(q rule.Quantity, k int) Digest { return Digest(0).With(tagCount, Digest(q), Digest(k), of0) }
	switch q {
	case rule.QuantityAtLeast:
		return term{C: c, is: d(rule.QuantityAtLeast, k), not: d(rule.QuantityAtMost, k-1)}
	case rule.QuantityAtMost:
		return term{C: c, is: d(rule.QuantityAtMost, k), not: d(rule.QuantityAtLeast, k+1)}
	}
	return term{C: c, is: d(q, k), not: d(q, k).With(tagNot)}
}

func negatedAll(ts []term) []term {
	out := make([]term, len(ts))
	for i, t := range ts {
		out[i] = t.Negated()
	}
	return out
}

func simplifyZoned(c rule.Zoned) term {
	t := Reduce(c.C)
	if t.IsAlways() || t.IsNever() {
		return t
	}
	zone := simplifyOptional(c.Zone)
	d := Digest(0).With(TagZoned).Expr(zone)
	return term{C: rule.Zoned{C: t.C, Zone: zone}, is: d.With(t.is), not: d.With(t.not)}
}

// simplifyEach: NO is the complement of ANY, also over a missing list.
func simplifyEach(c rule.Each) term {
	c.X = simplifyOptional(c.X)
	inner := Reduce(c.C)
	c.C = inner.C
	if c.Quantifier != rule.QuantifierMin {
		c.K = 0
	} else if c.K <= 0 {
		return constant(true)
	} else if c.K == 1 {
		c.Quantifier, c.K = rule.QuantifierAny, 0
	}
	if inner.IsNever() {
		return constant(c.Quantifier == rule.QuantifierNone)
	}
	d := func(q rule.Quantifier) Digest {
		return Digest(0).With(tagEach, Digest(q), Digest(c.K)).Expr(c.X).With(inner.is)
	}
	t := term{C: c, is: d(c.Quantifier), not: d(c.Quantifier).With(tagNot)}
	switch c.Quantifier {
	case rule.QuantifierAny:
		t.not = d(rule.QuantifierNone)
	case rule.QuantifierNone:
		t.not = d(rule.QuantifierAny)
	}
	return t
}

// partSimplifier simplifies the expressions of a leaf, and what a WHERE asks.
func partSimplifier() rule.Rewriter { return rule.Rewriter{Expr: simplifyExpr, Events: simplifyWhere} }

func simplifyWhere(e rule.Events) rule.Events {
	if e.Where != nil {
		t := Reduce(e.Where)
		if e.Where = t.C; t.IsAlways() {
			e.Where = nil
		}
	}
	return e
}

func simplifyExpr(e rule.Expr) rule.Expr {
	e = partSimplifier().RewriteExpr(e)
	a, ok := e.(rule.Arith)
	if !ok {
		return e
	}
	x, ok1 := a.Left.(rule.Value)
	y, ok2 := a.Right.(rule.Value)
	if ok1 && ok2 && x.Kind() == rule.KindNumber && y.Kind() == rule.KindNumber && a.Op <= rule.ArithMod {
		return rule.Arithmetic(a.Op, x, y)
	}
	return e
}

// simplifyOptional simplifies the conditions within an expression, of which there
// may be none: a missing zone stays missing.
func simplifyOptional(e rule.Expr) rule.Expr {
	if e == nil {
		return nil
	}
	return partSimplifier().Expr(e)
}
