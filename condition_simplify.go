package segment

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
// what is deeper than some thousand levels (see [MaxDepth]) is cut off, as it is false.
func Simplify(c Condition) Condition { return simplify(shallow(c)).c }

// A term is a condition in normal form, with its digest and that of its
// negation in normal form, so that x and NOT x are found in one look-up. The
// terms of an AND or OR are kept, to be taken into a group above.
type term struct {
	c       Condition
	is, not digest
	parts   []term
}

func (t term) isAlways() bool { _, ok := t.c.(Everyone); return ok }

func (t term) isNever() bool {
	n, ok := t.c.(Not)
	if !ok {
		return false
	}
	_, ok = n.C.(Everyone)
	return ok
}

// constant is the term of a condition that always, or never, holds.
func constant(holds bool) term {
	t := leafTerm(Everyone{})
	if holds {
		return t
	}
	return t.negated()
}

func leafTerm(c Condition) term {
	d := digestOf(c)
	return term{c: c, is: d, not: digest(0).with(tagNot, d)}
}

// negated is the complement of a term, in normal form again. It changes only
// operators, so it costs no more than the term is large.
func (t term) negated() term {
	if t.parts == nil {
		return term{c: complement(t.c), is: t.not, not: t.is}
	}
	_, and := t.c.(And)
	return groupTerm(!and, negatedAll(t.parts))
}

// complement is the complement of a condition in normal form.
func complement(c Condition) Condition {
	switch c := c.(type) {
	case And:
		return Or(complements(c))
	case Or:
		return And(complements(c))
	case Not:
		return c.C
	case Count:
		switch c.Quantity {
		case AtLeast:
			return Count{AtMost, c.K - 1, c.Of}
		case AtMost:
			return Count{AtLeast, c.K + 1, c.Of}
		}
	case Zoned:
		return Zoned{complement(c.C), c.Zone}
	case Each:
		switch c.Quantifier {
		case Any:
			return Each{None, 0, c.X, c.C}
		case None:
			return Each{Any, 0, c.X, c.C}
		}
	}
	return Not{c}
}

func complements(cs []Condition) []Condition {
	out := make([]Condition, len(cs))
	for i, c := range cs {
		out[i] = complement(c)
	}
	return out
}

func simplify(c Condition) term {
	switch c := c.(type) {
	case nil:
		return leafTerm(nil)
	case And:
		return group(true, simplifyAll(c))
	case Or:
		return group(false, simplifyAll(c))
	case Not:
		return simplify(c.C).negated()
	case Count:
		return simplifyCount(c.Quantity, c.K, simplifyAll(c.Of))
	case Everyone:
		return constant(true)
	case Zoned:
		return simplifyZoned(c)
	case Each:
		return simplifyEach(c)
	}
	return simplifyLeaf(partSimplifier().Rewrite(c))
}

func simplifyAll(cs []Condition) []term {
	ts := make([]term, len(cs))
	for i, c := range cs {
		ts[i] = simplify(c)
	}
	return ts
}

// simplifyCount counts terms: constant ones are taken out, and what needs all,
// any or none of the rest is an AND or an OR.
func simplifyCount(q Quantity, k int, ts []term) term {
	k = max(-1, min(k, len(ts)+1)) // all the same beyond, and safe to count with
	var rest []term
	for _, t := range ts {
		switch {
		case t.isAlways():
			k--
		case !t.isNever():
			rest = append(rest, t)
		}
	}
	n := len(rest)
	switch q {
	case AtMost:
		switch {
		case k >= n || k < 0:
			return constant(k >= n)
		case k == 0:
			return group(true, negatedAll(rest))
		case k == n-1:
			return group(false, negatedAll(rest))
		}
	case AtLeast:
		switch {
		case k <= 0 || k > n:
			return constant(k <= 0)
		case k == 1:
			return group(false, rest)
		case k == n:
			return group(true, rest)
		}
	case Exactly:
		switch {
		case k < 0 || k > n:
			return constant(false)
		case k == 0:
			return group(true, negatedAll(rest))
		case k == n:
			return group(true, rest)
		}
	default:
		q = Exactly // Evaluate reads an unknown quantity so
		return simplifyCount(q, k, rest)
	}
	return countTerm(q, k, rest)
}

// countTerm gives the two ways of saying the same opposite digests.
func countTerm(q Quantity, k int, ts []term) term {
	of := make([]Condition, len(ts))
	for i, t := range ts {
		of[i] = t.c
	}
	c := Count{q, k, of}
	of0 := digest(0)
	for _, t := range ts {
		of0 = of0.with(t.is)
	}
	d := func(q Quantity, k int) digest { return digest(0).with(tagCount, digest(q), digest(k), of0) }
	switch q {
	case AtLeast:
		return term{c: c, is: d(AtLeast, k), not: d(AtMost, k-1)}
	case AtMost:
		return term{c: c, is: d(AtMost, k), not: d(AtLeast, k+1)}
	}
	return term{c: c, is: d(q, k), not: d(q, k).with(tagNot)}
}

func negatedAll(ts []term) []term {
	out := make([]term, len(ts))
	for i, t := range ts {
		out[i] = t.negated()
	}
	return out
}

func simplifyZoned(c Zoned) term {
	t := simplify(c.C)
	if t.isAlways() || t.isNever() {
		return t
	}
	zone := simplifyOptional(c.Zone)
	d := digest(0).with(tagZoned).expr(zone)
	return term{c: Zoned{t.c, zone}, is: d.with(t.is), not: d.with(t.not)}
}

// simplifyEach: NO is the complement of ANY, also over a missing list.
func simplifyEach(c Each) term {
	c.X = simplifyOptional(c.X)
	inner := simplify(c.C)
	c.C = inner.c
	if c.Quantifier != AtLeastK {
		c.K = 0
	} else if c.K <= 0 {
		return constant(true)
	} else if c.K == 1 {
		c.Quantifier, c.K = Any, 0
	}
	if inner.isNever() {
		return constant(c.Quantifier == None)
	}
	d := func(q Quantifier) digest {
		return digest(0).with(tagEach, digest(q), digest(c.K)).expr(c.X).with(inner.is)
	}
	t := term{c: c, is: d(c.Quantifier), not: d(c.Quantifier).with(tagNot)}
	switch c.Quantifier {
	case Any:
		t.not = d(None)
	case None:
		t.not = d(Any)
	}
	return t
}

// partSimplifier simplifies the expressions of a leaf, and what a WHERE asks.
func partSimplifier() Rewriter { return Rewriter{Expr: simplifyExpr, Events: simplifyWhere} }

func simplifyWhere(e Events) Events {
	if e.Where != nil {
		t := simplify(e.Where)
		if e.Where = t.c; t.isAlways() {
			e.Where = nil
		}
	}
	return e
}

func simplifyExpr(e Expr) Expr {
	e = partSimplifier().RewriteExpr(e)
	a, ok := e.(Arith)
	if !ok {
		return e
	}
	x, ok1 := a.Left.(Value)
	y, ok2 := a.Right.(Value)
	if ok1 && ok2 && x.kind == KindNumber && y.kind == KindNumber && a.Op <= Mod {
		return arithmetic(a.Op, x, y)
	}
	return e
}

// simplifyOptional simplifies the conditions within an expression, of which there
// may be none: a missing zone stays missing.
func simplifyOptional(e Expr) Expr {
	if e == nil {
		return nil
	}
	return partSimplifier().Expr(e)
}
