package segment

import "slices"

// group joins terms with AND or OR, in normal form. What follows is told for
// OR; with everything negated it is AND, since the two are duals.
func group(and bool, ts []term) term {
	flat := make([]term, 0, len(ts))
	for _, t := range ts {
		switch {
		case t.isAlways() || t.isNever():
			if t.isAlways() != and {
				return t // absorbs the whole group
			}
		case t.parts != nil && isAnd(t) == and:
			flat = append(flat, t.parts...)
		default:
			flat = append(flat, t)
		}
	}
	flat = mergeEqualities(and, flat)
	seen := newTermSet(len(flat))
	distinct := flat[:0]
	for _, t := range flat {
		if seen.hasComplement(t) {
			return constant(!and)
		}
		if seen.add(t) {
			distinct = append(distinct, t)
		}
	}
	for _, t := range distinct {
		if t.parts != nil && !slices.ContainsFunc(t.parts, func(p term) bool { return !seen.hasComplement(p) }) {
			return constant(!and) // (a AND b) OR NOT a OR NOT b
		}
	}
	return groupTerm(and, absorb(distinct, seen))
}

func isAnd(t term) bool { _, ok := t.c.(And); return ok }

// groupTerm is the AND or OR of terms that are in normal form together.
func groupTerm(and bool, ts []term) term {
	switch len(ts) {
	case 0:
		return constant(and)
	case 1:
		return ts[0]
	}
	cs := make([]Condition, len(ts))
	t := term{parts: ts}
	open, other := tagAnd, tagOr
	if !and {
		open, other = tagOr, tagAnd
	}
	t.is, t.not = t.is.with(open), t.not.with(other)
	for i, p := range ts {
		cs[i] = p.c
		t.is, t.not = t.is.with(p.is), t.not.with(p.not)
	}
	if and {
		t.c = And(cs)
	} else {
		t.c = Or(cs)
	}
	return t
}

// absorb drops from `a OR (a AND b)` the second.
func absorb(ts []term, seen termSet) []term {
	kept := ts[:0]
	for _, t := range ts {
		absorbed := false
		for _, p := range t.parts {
			absorbed = absorbed || seen.has(p.is, p.c)
		}
		if !absorbed {
			kept = append(kept, t)
		}
	}
	return kept
}

// A termSet finds terms by digest.
type termSet map[digest][]Condition

func newTermSet(n int) termSet { return make(termSet, n) }

func (s termSet) has(d digest, c Condition) bool {
	for _, o := range s[d] {
		if equal(o, c) {
			return true
		}
	}
	return false
}

// add reports whether the term is new.
func (s termSet) add(t term) bool {
	if s.has(t.is, t.c) {
		return false
	}
	s[t.is] = append(s[t.is], t.c)
	return true
}

func (s termSet) hasComplement(t term) bool {
	return len(s[t.not]) > 0 && s.has(t.not, complement(t.c))
}

// mergeEqualities makes one IN of all equalities with constants of one
// expression, at the place of the first.
func mergeEqualities(and bool, ts []term) []term {
	type bucket struct {
		at   int // in out
		ins  []In
		size int
	}
	buckets := make(map[digest][]*bucket)
	out := make([]term, 0, len(ts))
	var merged []*bucket
	for _, t := range ts {
		in, ok := equality(and, t.c)
		if !ok {
			out = append(out, t)
			continue
		}
		key := digest(0).flag(in.Fold).expr(in.X)
		var found *bucket
		for _, b := range buckets[key] {
			if b.ins[0].Fold == in.Fold && equalExpr(b.ins[0].X, in.X) {
				found = b
			}
		}
		if found == nil {
			found = &bucket{at: len(out)}
			buckets[key] = append(buckets[key], found)
			out = append(out, t)
		} else if len(found.ins) == 1 {
			merged = append(merged, found)
		}
		found.ins = append(found.ins, in)
		found.size += len(in.Values)
	}
	for _, b := range merged {
		all := In{X: b.ins[0].X, Fold: b.ins[0].Fold, Values: make([]Value, 0, b.size)}
		for _, in := range b.ins {
			all.Values = append(all.Values, in.Values...)
		}
		t := simplifyIn(all)
		if and {
			t = t.negated()
		}
		out[b.at] = t
	}
	return out
}

// equality reads a condition of an OR as an IN: an = or an IN; in an AND those
// that are negated.
func equality(and bool, c Condition) (in In, ok bool) {
	if and {
		n, ok := c.(Not)
		if !ok {
			return In{}, false
		}
		c = n.C
	}
	switch c := c.(type) {
	case In:
		return c, true
	case Compare:
		v, ok := c.Right.(Value)
		return In{c.Left, []Value{v}, c.Fold}, ok && c.Op == Eq
	}
	return In{}, false
}
