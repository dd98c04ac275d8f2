package lint

import (
	"maps"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/normal"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// A solver decides whether a condition can hold for some contact. It searches:
// what must hold is noted as a domain for each expression, every OR and AT LEAST
// is a choice, and a choice that empties a domain is given up. Tests that it
// knows nothing of may hold or not, but not both. So it may take for possible
// what is not, never the reverse; on tests of one expression against constants
// it is exact.
type solver struct {
	types schema.TypeScope
	steps int // left, of all searches
}

// The budgets: steps of one search, and of one solver. A step notes one test.
// Past them nothing is claimed.
const (
	searchSteps = 20_000
	solverSteps = 400_000
)

// possible reports whether the condition can hold; true if in doubt.
func (s *solver) possible(c rule.Condition) bool {
	budget := min(searchSteps, s.steps)
	q := search{types: s.types, steps: budget}
	ok := q.run([]goal{{c: c}}, nil, world{})
	s.steps -= budget - q.steps
	return ok
}

// A search is one run of a solver.
type search struct {
	types schema.TypeScope
	steps int
}

// A goal is a condition in normal form that must hold, and the zones it stands in.
type goal struct {
	c    rule.Condition
	zone normal.Digest
}

// A world is what has been noted: a domain for each expression, and which tests
// hold. It is copied at every choice.
type world struct {
	values map[normal.Digest]*noted
	tests  map[normal.Digest]fact
}

type noted struct {
	x     rule.Expr
	in    domain
	texts []rule.Condition // tests that a text can be put to
}

type fact struct {
	c     rule.Condition
	holds bool
}

func (w world) clone() world { return world{maps.Clone(w.values), maps.Clone(w.tests)} }

// run notes all that must hold, and then tries the choices.
func (q *search) run(todo, choices []goal, w world) bool {
	if w.values == nil {
		w = world{make(map[normal.Digest]*noted), make(map[normal.Digest]fact)}
	}
	for len(todo) > 0 {
		g := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if q.steps--; q.steps <= 0 {
			return true
		}
		switch c := g.c.(type) {
		case rule.And:
			for _, part := range c {
				todo = append(todo, goal{part, g.zone})
			}
		case rule.Or, rule.Count:
			choices = append(choices, g)
		case rule.Zoned:
			todo = append(todo, goal{c.C, g.zone.With(normal.TagZoned).Expr(c.Zone)})
		case rule.Everyone:
		default:
			more, ok := q.assume(w, g)
			if !ok {
				return false
			}
			todo = append(todo, more...)
		}
	}
	if len(choices) == 0 {
		return true
	}
	first := 0
	for i, g := range choices {
		if len(rule.Children(g.c)) < len(rule.Children(choices[first].c)) {
			first = i
		}
	}
	g := choices[first]
	return q.choose(g, slices.Delete(slices.Clone(choices), first, first+1), w)
}

// choose tries the ways in which a choice can hold.
func (q *search) choose(g goal, rest []goal, w world) bool {
	q.steps -= len(rule.Children(g.c))
	for _, way := range ways(g.c) {
		q.steps -= len(w.values) + len(w.tests)
		todo := make([]goal, len(way))
		for i, c := range way {
			todo[i] = goal{c, g.zone}
		}
		if q.steps <= 0 || q.run(todo, rest, w.clone()) {
			return true
		}
	}
	return false
}

// ways are the ways in which an OR or a count can hold: each a list of
// conditions that must all hold.
func ways(c rule.Condition) (out [][]rule.Condition) {
	switch c := c.(type) {
	case rule.Or:
		for _, part := range c {
			out = append(out, []rule.Condition{part})
		}
	case rule.Count:
		first, rest := c.Of[0], c.Of[1:]
		with, without := normal.Simplify(rule.Count{Quantity: c.Quantity, K: c.K - 1, Of: rest}), normal.Simplify(rule.Count{Quantity: c.Quantity, K: c.K, Of: rest})
		out = append(out, []rule.Condition{first, with}, []rule.Condition{normal.Complement(normal.Simplify(first)), without})
	}
	return out
}

// assume notes a test, or its negation; false if that cannot be. Some tests are
// first taken apart, into more to do.
func (q *search) assume(w world, g goal) (more []goal, ok bool) {
	test, holds := g.c, true
	if n, ok := test.(rule.Not); ok {
		test, holds = n.C, false
		switch c := test.(type) {
		case rule.Everyone:
			return nil, false
		case rule.Count: // NOT EXACTLY k
			least, most := normal.Simplify(rule.Count{Quantity: rule.QuantityAtLeast, K: c.K + 1, Of: c.Of}), normal.Simplify(rule.Count{Quantity: rule.QuantityAtMost, K: c.K - 1, Of: c.Of})
			return []goal{{rule.Or{least, most}, g.zone}}, true
		}
	}
	if parts, ok := takenApart(test); ok {
		if !holds {
			parts = negatedParts(parts)
		}
		return []goal{{parts, g.zone}}, true
	}
	if each, ok := test.(rule.Each); ok && each.Quantifier == rule.QuantifierNone {
		test, holds = normal.Complement(each), !holds
	}
	key := g.zone.With(normal.DigestOf(test))
	if f, ok := w.tests[key]; ok && rule.EqualShallow(f.c, test) && f.holds != holds {
		return nil, false
	}
	w.tests[key] = fact{test, holds}
	m, ok := meaningOf(test)
	if !ok {
		c, isCompare := test.(rule.Compare)
		return nil, !isCompare || q.orderOf(w, g.zone, c, holds)
	}
	return nil, q.narrow(w, g.zone, test, m, holds)
}

// takenApart writes a test as several that are easier to note.
func takenApart(c rule.Condition) (rule.Condition, bool) {
	switch c := c.(type) {
	case rule.Between:
		return rule.And{rule.Compare{Left: c.X, Op: rule.OpGe, Right: c.Lo, Fold: c.Fold}, rule.Compare{Left: c.X, Op: rule.OpLe, Right: c.Hi, Fold: c.Fold}}, true
	case rule.In:
		var out rule.Or
		for rest := c.Values; len(rest) > 0; { // sorted by kind
			n := 1
			for n < len(rest) && rest[n].Kind() == rest[0].Kind() {
				n++
			}
			if n == len(c.Values) {
				return nil, false
			}
			out = append(out, rule.In{X: c.X, Values: rest[:n], Fold: c.Fold})
			rest = rest[n:]
		}
		return out, true
	}
	return nil, false
}

// negatedParts is De Morgan, one level down and nothing else: to simplify it
// would put together what has just been taken apart.
func negatedParts(c rule.Condition) rule.Condition {
	parts := rule.Children(c)
	out := make([]rule.Condition, len(parts))
	for i, p := range parts {
		out[i] = rule.Not{C: p}
	}
	if _, ok := c.(rule.And); ok {
		return rule.Or(out)
	}
	return rule.And(out)
}

// narrow notes what a test says of its expression.
func (q *search) narrow(w world, zone normal.Digest, test rule.Condition, m meaning, holds bool) bool {
	x := unwrapped(m.x)
	if _, constant := x.(rule.Value); constant {
		return true
	}
	key := zone.With(normal.TagValue).Expr(x)
	n := w.values[key]
	if n == nil {
		n = &noted{x: x, in: domainOf(q.types, x)}
	} else if !rule.EqualExpr(n.x, x) {
		return true
	}
	next := &noted{x: x, in: n.in.and(m.fails), texts: n.texts}
	if holds {
		next.in = n.in.and(m.holds)
	}
	if c, ok := onText(test, m.x); ok {
		if !holds {
			c = rule.Not{C: c}
		}
		next.texts = append(slices.Clip(next.texts), c)
	}
	q.steps -= next.in.size() / 8
	q.tryTexts(next)
	w.values[key] = next
	return !next.in.empty()
}

// unwrapped is what a calculated field stands for.
func unwrapped(e rule.Expr) rule.Expr {
	for {
		c, ok := e.(rule.Calculated)
		if !ok || c.X == nil {
			return e
		}
		e = c.X
	}
}

// tryTexts puts the texts that are left, if they can be counted, to every test
// that has been noted.
func (q *search) tryTexts(n *noted) {
	side := textPlain
	vs, ok := n.in.text.sides[side].finite()
	if !ok || len(vs) == 0 || len(vs)*len(n.texts) > 1_000 {
		return
	}
	left := slices.DeleteFunc(slices.Clone(vs), func(v rule.Value) bool {
		q.steps--
		return slices.ContainsFunc(n.texts, func(c rule.Condition) bool {
			return !segment.Evaluate(c, segment.Record{Fields: map[string]rule.Value{"x": v}}, time.Unix(0, 0).UTC())
		})
	})
	n.in.text.sides[side] = pointSet(left)
}

// onText is the test of a field x in place of the expression, if it says the
// same of a text at any time and in any zone.
func onText(test rule.Condition, x rule.Expr) (rule.Condition, bool) {
	f := rule.Field("x")
	switch c := test.(type) {
	case rule.Compare:
		v, ok := c.Right.(rule.Value)
		return rule.Compare{Left: f, Op: c.Op, Right: c.Right, Fold: c.Fold}, ok && v.Kind() == rule.KindText && rule.EqualExpr(c.Left, x)
	case rule.In:
		return rule.In{X: f, Values: c.Values, Fold: c.Fold}, !slices.ContainsFunc(c.Values, func(v rule.Value) bool { return v.Kind() == rule.KindTime || v.Kind() == rule.KindDate })
	case rule.Like:
		return rule.Like{X: f, End: c.End, Values: c.Values, Fold: c.Fold}, true
	case rule.Contains:
		return rule.Contains{X: f, Mode: c.Mode, Values: c.Values, Fold: c.Fold}, true
	case rule.Matches:
		return rule.Matches{X: f, Pattern: c.Pattern, Fold: c.Fold}, true
	case rule.InCIDR:
		return rule.InCIDR{X: f, Nets: c.Nets}, true
	case rule.IsBlank:
		return rule.IsBlank{X: f}, true
	}
	return nil, false
}

// The order of two expressions, as what is left of it.
const (
	isLess = isTrue << iota
	isSame
	isMore
)

// orderOf notes a comparison of two expressions: either they do not compare, or
// one is less, the same or more.
func (q *search) orderOf(w world, zone normal.Digest, c rule.Compare, holds bool) bool {
	if c.Left == nil || c.Right == nil || c.Op > rule.OpGe {
		return true
	}
	left, right := unwrapped(c.Left), unwrapped(c.Right)
	if normal.Digest(0).Expr(left) > normal.Digest(0).Expr(right) {
		left, right, c.Op = right, left, c.Op.Mirrored()
	}
	var set looseSet
	for i, order := range [3]int{-1, 0, 1} {
		if c.Op.Holds(order) {
			set |= isLess << i
		}
	}
	if !holds {
		set ^= isMissing | isLess | isSame | isMore
	}
	pair := rule.Call{Args: []rule.Expr{left, right, rule.Bool(c.Fold)}}
	key := zone.With(normal.TagCompare).Expr(pair)
	n := w.values[key]
	if n == nil {
		n = &noted{x: pair, in: domain{loose: isMissing | isLess | isSame | isMore}}
	} else if !rule.EqualExpr(n.x, pair) {
		return true
	}
	n = &noted{x: pair, in: domain{loose: n.in.loose & set}}
	w.values[key] = n
	return n.in.loose != 0
}
