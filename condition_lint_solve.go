package segment

import (
	"maps"
	"slices"
	"time"
)

// A solver decides whether a condition can hold for some contact. It searches:
// what must hold is noted as a domain for each expression, every OR and AT LEAST
// is a choice, and a choice that empties a domain is given up. Tests that it
// knows nothing of may hold or not, but not both. So it may take for possible
// what is not, never the reverse; on tests of one expression against constants
// it is exact.
type solver struct {
	types typeScope
	steps int // left, of all searches
}

// The budgets: steps of one search, and of one solver. A step notes one test.
// Past them nothing is claimed.
const (
	searchSteps = 20_000
	solverSteps = 400_000
)

// possible reports whether the condition can hold; true if in doubt.
func (s *solver) possible(c Condition) bool {
	budget := min(searchSteps, s.steps)
	q := search{types: s.types, steps: budget}
	ok := q.run([]goal{{c: c}}, nil, world{})
	s.steps -= budget - q.steps
	return ok
}

// A search is one run of a solver.
type search struct {
	types typeScope
	steps int
}

// A goal is a condition in normal form that must hold, and the zones it stands in.
type goal struct {
	c    Condition
	zone digest
}

// A world is what has been noted: a domain for each expression, and which tests
// hold. It is copied at every choice.
type world struct {
	values map[digest]*noted
	tests  map[digest]fact
}

type noted struct {
	x     Expr
	in    domain
	texts []Condition // tests that a text can be put to
}

type fact struct {
	c     Condition
	holds bool
}

func (w world) clone() world { return world{maps.Clone(w.values), maps.Clone(w.tests)} }

// run notes all that must hold, and then tries the choices.
func (q *search) run(todo, choices []goal, w world) bool {
	if w.values == nil {
		w = world{make(map[digest]*noted), make(map[digest]fact)}
	}
	for len(todo) > 0 {
		g := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if q.steps--; q.steps <= 0 {
			return true
		}
		switch c := g.c.(type) {
		case And:
			for _, part := range c {
				todo = append(todo, goal{part, g.zone})
			}
		case Or, Count:
			choices = append(choices, g)
		case Zoned:
			todo = append(todo, goal{c.C, g.zone.with(tagZoned).expr(c.Zone)})
		case Everyone:
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
		if len(children(g.c)) < len(children(choices[first].c)) {
			first = i
		}
	}
	g := choices[first]
	return q.choose(g, slices.Delete(slices.Clone(choices), first, first+1), w)
}

// choose tries the ways in which a choice can hold.
func (q *search) choose(g goal, rest []goal, w world) bool {
	q.steps -= len(children(g.c))
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
func ways(c Condition) (out [][]Condition) {
	switch c := c.(type) {
	case Or:
		for _, part := range c {
			out = append(out, []Condition{part})
		}
	case Count:
		first, rest := c.Of[0], c.Of[1:]
		with, without := Simplify(Count{c.Quantity, c.K - 1, rest}), Simplify(Count{c.Quantity, c.K, rest})
		out = append(out, []Condition{first, with}, []Condition{complement(Simplify(first)), without})
	}
	return out
}

// assume notes a test, or its negation; false if that cannot be. Some tests are
// first taken apart, into more to do.
func (q *search) assume(w world, g goal) (more []goal, ok bool) {
	test, holds := g.c, true
	if n, ok := test.(Not); ok {
		test, holds = n.C, false
		switch c := test.(type) {
		case Everyone:
			return nil, false
		case Count: // NOT EXACTLY k
			least, most := Simplify(Count{AtLeast, c.K + 1, c.Of}), Simplify(Count{AtMost, c.K - 1, c.Of})
			return []goal{{Or{least, most}, g.zone}}, true
		}
	}
	if parts, ok := takenApart(test); ok {
		if !holds {
			parts = negatedParts(parts)
		}
		return []goal{{parts, g.zone}}, true
	}
	if each, ok := test.(Each); ok && each.Quantifier == None {
		test, holds = complement(each), !holds
	}
	key := g.zone.with(digestOf(test))
	if f, ok := w.tests[key]; ok && equal(f.c, test) && f.holds != holds {
		return nil, false
	}
	w.tests[key] = fact{test, holds}
	m, ok := meaningOf(test)
	if !ok {
		c, isCompare := test.(Compare)
		return nil, !isCompare || q.orderOf(w, g.zone, c, holds)
	}
	return nil, q.narrow(w, g.zone, test, m, holds)
}

// takenApart writes a test as several that are easier to note.
func takenApart(c Condition) (Condition, bool) {
	switch c := c.(type) {
	case Between:
		return And{Compare{c.X, Ge, c.Lo, c.Fold}, Compare{c.X, Le, c.Hi, c.Fold}}, true
	case In:
		var out Or
		for rest := c.Values; len(rest) > 0; { // sorted by kind
			n := 1
			for n < len(rest) && rest[n].kind == rest[0].kind {
				n++
			}
			if n == len(c.Values) {
				return nil, false
			}
			out = append(out, In{c.X, rest[:n], c.Fold})
			rest = rest[n:]
		}
		return out, true
	}
	return nil, false
}

// negatedParts is De Morgan, one level down and nothing else: to simplify it
// would put together what has just been taken apart.
func negatedParts(c Condition) Condition {
	parts := children(c)
	out := make([]Condition, len(parts))
	for i, p := range parts {
		out[i] = Not{p}
	}
	if _, ok := c.(And); ok {
		return Or(out)
	}
	return And(out)
}

// narrow notes what a test says of its expression.
func (q *search) narrow(w world, zone digest, test Condition, m meaning, holds bool) bool {
	x := unwrapped(m.x)
	if _, constant := x.(Value); constant {
		return true
	}
	key := zone.with(tagValue).expr(x)
	n := w.values[key]
	if n == nil {
		n = &noted{x: x, in: domainOf(q.types, x)}
	} else if !equalExpr(n.x, x) {
		return true
	}
	next := &noted{x: x, in: n.in.and(m.fails), texts: n.texts}
	if holds {
		next.in = n.in.and(m.holds)
	}
	if c, ok := onText(test, m.x); ok {
		if !holds {
			c = Not{c}
		}
		next.texts = append(slices.Clip(next.texts), c)
	}
	q.steps -= next.in.size() / 8
	q.tryTexts(next)
	w.values[key] = next
	return !next.in.empty()
}

// unwrapped is what a calculated field stands for.
func unwrapped(e Expr) Expr {
	for {
		c, ok := e.(Calculated)
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
	left := slices.DeleteFunc(slices.Clone(vs), func(v Value) bool {
		q.steps--
		return slices.ContainsFunc(n.texts, func(c Condition) bool {
			return !Evaluate(c, Record{Fields: map[string]Value{"x": v}}, time.Unix(0, 0).UTC())
		})
	})
	n.in.text.sides[side] = pointSet(left)
}

// onText is the test of a field x in place of the expression, if it says the
// same of a text at any time and in any zone.
func onText(test Condition, x Expr) (Condition, bool) {
	f := Field("x")
	switch c := test.(type) {
	case Compare:
		v, ok := c.Right.(Value)
		return Compare{f, c.Op, c.Right, c.Fold}, ok && v.kind == KindText && equalExpr(c.Left, x)
	case In:
		return In{f, c.Values, c.Fold}, !slices.ContainsFunc(c.Values, func(v Value) bool { return v.kind == KindTime || v.kind == KindDate })
	case Like:
		return Like{f, c.End, c.Values, c.Fold}, true
	case Contains:
		return Contains{f, c.Mode, c.Values, c.Fold}, true
	case Matches:
		return Matches{f, c.Pattern, c.Fold}, true
	case InCIDR:
		return InCIDR{f, c.Nets}, true
	case IsBlank:
		return IsBlank{f}, true
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
func (q *search) orderOf(w world, zone digest, c Compare, holds bool) bool {
	if c.Left == nil || c.Right == nil || c.Op > Ge {
		return true
	}
	left, right := unwrapped(c.Left), unwrapped(c.Right)
	if digest(0).expr(left) > digest(0).expr(right) {
		left, right, c.Op = right, left, c.Op.mirrored()
	}
	var set looseSet
	for i, order := range [3]int{-1, 0, 1} {
		if c.Op.holds(order) {
			set |= isLess << i
		}
	}
	if !holds {
		set ^= isMissing | isLess | isSame | isMore
	}
	pair := Call{Args: []Expr{left, right, Bool(c.Fold)}}
	key := zone.with(tagCompare).expr(pair)
	n := w.values[key]
	if n == nil {
		n = &noted{x: pair, in: domain{loose: isMissing | isLess | isSame | isMore}}
	} else if !equalExpr(n.x, pair) {
		return true
	}
	n = &noted{x: pair, in: domain{loose: n.in.loose & set}}
	w.values[key] = n
	return n.in.loose != 0
}
