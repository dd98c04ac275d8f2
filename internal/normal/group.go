package normal

import (
	"slices"

	"github.com/segmentrules/segment/rule"
)

// group joins terms with AND or OR, in normal form. What follows is told for
// OR; with everything negated it is AND, since the two are duals.
func group(and bool, ts []term) term {
	flat := make([]term, 0, len(ts))
	for _, t := range ts {
		switch {
		case t.IsAlways() || t.IsNever():
			if t.IsAlways() != and {
				return t // absorbs the whole group
			}
		case t.parts != nil && isAnd(t) == and:
			flat = append(flat, t.parts...)
		default:
			flat = append(flat, t)
		}
	}
	flat = mergeEqualities(and, flat)
	seen := NewTermSet(len(flat))
	distinct := flat[:0]
	for _, t := range flat {
		if seen.hasComplement(t) {
			return constant(!and)
		}
		if seen.Add(t) {
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

func isAnd(t term) bool { _, ok := t.C.(rule.And); return ok }

// groupTerm is the AND or OR of terms that are in normal form together.
func groupTerm(and bool, ts []term) term {
	switch len(ts) {
	case 0:
		return constant(and)
	case 1:
		return ts[0]
	}
	cs := make([]rule.Condition, len(ts))
	t := term{parts: ts}
	open, other := TagAnd, TagOr
	if !and {
		open, other = TagOr, TagAnd
	}
	t.is, t.not = t.is.With(open), t.not.With(other)
	for i, p := range ts {
		cs[i] = p.C
		t.is, t.not = t.is.With(p.is), t.not.With(p.not)
	}
	if and {
		t.C = rule.And(cs)
	} else {
		t.C = rule.Or(cs)
	}
	return t
}

// absorb drops from `a OR (a AND b)` the second.
func absorb(ts []term, seen termSet) []term {
	kept := ts[:0]
	for _, t := range ts {
		absorbed := false
		for _, p := range t.parts {
			absorbed = absorbed || seen.has(p.is, p.C)
		}
		if !absorbed {
			kept = append(kept, t)
		}
	}
	return kept
}

// A termSet finds terms by digest.
type termSet map[Digest][]rule.Condition

// NewTermSet returns an empty set with room for some terms.
func NewTermSet(n int) termSet { return make(termSet, n) }

func (s termSet) has(d Digest, c rule.Condition) bool {
	for _, o := range s[d] {
		if rule.EqualShallow(o, c) {
			return true
		}
	}
	return false
}

// Add reports whether the term is new.
func (s termSet) Add(t term) bool {
	if s.has(t.is, t.C) {
		return false
	}
	s[t.is] = append(s[t.is], t.C)
	return true
}

func (s termSet) hasComplement(t term) bool {
	return len(s[t.not]) > 0 && s.has(t.not, Complement(t.C))
}

// mergeEqualities makes one IN of all equalities with constants of one
// expression, at the place of the first.
func mergeEqualities(and bool, ts []term) []term {
	type bucket struct {
		at   int // in out
		ins  []rule.In
		size int
	}
	buckets := make(map[Digest][]*bucket)
	out := make([]term, 0, len(ts))
	var merged []*bucket
	for _, t := range ts {
		in, ok := equality(and, t.C)
		if !ok {
			out = append(out, t)
			continue
		}
		key := Digest(0).flag(in.Fold).Expr(in.X)
		var found *bucket
		for _, b := range buckets[key] {
			if b.ins[0].Fold == in.Fold && rule.EqualExpr(b.ins[0].X, in.X) {
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
		all := rule.In{X: b.ins[0].X, Fold: b.ins[0].Fold, Values: make([]rule.Value, 0, b.size)}
		for _, in := range b.ins {
			all.Values = append(all.Values, in.Values...)
		}
		t := simplifyIn(all)
		if and {
			t = t.Negated()
		}
		out[b.at] = t
	}
	return out
}

// equality reads a condition of an OR as an IN: an = or an IN; in an AND those
// that are negated.
func equality(and bool, c rule.Condition) (in rule.In, ok bool) {
	if and {
		n, ok := c.(rule.Not)
		if !ok {
			return rule.In{}, false
		}
		c = n.C
	}
	switch c := c.(type) {
	case rule.In:
		return c, true
	case rule.Compare:
		v, ok := c.Right.(rule.Value)
		return rule.In{X: c.Left, Values: []rule.Value{v}, Fold: c.Fold}, ok && c.Op == rule.OpEq
	}
	return rule.In{}, false
}
