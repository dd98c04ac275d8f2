package parser

import (
	"slices"

	"github.com/segmentrules/segment/rule"
)

// The parser notes where each condition stands that it reads: in the order of
// the tree, a condition before those within it, as [rule.ConditionsOn] counts them. A
// group is known to be one only behind its first part, so its place is put before
// those of its parts. What stands nowhere by itself, such as the group in
// `a = 1 OR b = 2` or what a NOT of the tree is about, has the place of what it is
// in.

// nowhere is the place of a condition that has none of its own.
const nowhere = -1

// stand notes n conditions without places of their own, each within the one
// before it, of which the last holds all those noted from first on.
func (p *parser) stand(first, n int) {
	for range n {
		p.places = slices.Insert(p.places, first, nowhere)
	}
}

// heads counts the conditions that are each the only one in the one before: those
// that a test is read as.
func heads(c rule.Condition) (n int) {
	for c != nil {
		n++
		switch t := c.(type) {
		case rule.Not:
			c = t.C
		case rule.Zoned:
			c = t.C
		default:
			return n
		}
	}
	return n
}

// spread repeats the places of the conditions in a window, which are those noted
// from the given one on, for each aggregate of a test that is given the window.
func (p *parser) spread(c rule.Condition, window int) {
	if len(p.places) == window {
		return
	}
	start, given := window, []rule.Expr(nil)
	for _, e := range rule.Operands(c) {
		start -= rule.CountConditions(e)
		given = append(given, e)
	}
	if w, ok := c.(rule.When); ok {
		given = []rule.Expr{w.X} // what its own window holds has windows of its own
	}
	inWindow := slices.Clone(p.places[window:])
	before := slices.Clone(p.places[start:window])
	p.places = p.places[:start]
	for _, e := range given {
		for _, m := range metricsOf(e) {
			n := rule.CountConditions(m)
			p.places = append(p.places, before[:n]...)
			before = before[n:]
			if m.Window.Kind == rule.WindowAll {
				p.places = append(p.places, inWindow...)
			}
		}
	}
	p.places = append(p.places, before...)
}

// metricsOf returns the aggregates in an expression that is read, in order.
func metricsOf(e rule.Expr) (ms []rule.Metric) {
	if m, ok := e.(rule.Metric); ok {
		return []rule.Metric{m}
	}
	within := rule.Visitor{Expr: func(e rule.Expr) bool {
		ms = append(ms, metricsOf(e)...)
		return true
	}}
	within.VisitExpr(e)
	return ms
}

// Placed gives errors about the tree of the rule their places. Those that have
// one already keep it, and where all have one, they keep their order.
func (r Rule) Placed(err error) error {
	es := rule.ErrorsOf(err)
	if !slices.ContainsFunc(es, rule.Unlocated) {
		return err
	}
	for _, e := range es {
		if !rule.Unlocated(e) {
			continue
		}
		e.Locate(r.Text, r.Place(e.TreePath()))
		e.Path = ""
	}
	return es.InOrder()
}

// Place is the offset of the condition that a path leads to, as far as it leads; of one that
// stands nowhere by itself, of what it is in. Its cost grows with the rule.
func (r Rule) Place(path string) (offset int) {
	for _, c := range rule.ConditionsOn(r.Condition, path) {
		if place := r.Places[c.Number]; place != nowhere {
			offset = place
		}
	}
	return offset
}

// Starts returns the offset at which the text of each condition starts, by the path to it: of a
// group, where its first part does. Its cost grows with the rule.
func (r Rule) Starts() map[string]int {
	starts := make(map[string]int, len(r.Places))
	n, place := -1, 0
	groups := make([]string, 0, 8) // read, and no part of them yet
	rule.EachCondition(r.Condition, func(t *rule.Trail, c rule.Condition) {
		path := t.Path()
		if n++; r.Places[n] != nowhere {
			place = r.Places[n]
			for _, g := range groups {
				starts[g] = place
			}
			groups = groups[:0]
		} else if len(rule.Children(c)) > 1 {
			groups = append(groups, path)
		}
		starts[path] = place
	})
	return starts
}

// Use returns where a name stands: its nth occurrence, or the last if there are
// fewer. The window behind a test with two aggregates is one in the text and two in
// the tree.
func (r Rule) Use(kind UseKind, name string, nth int) (offset int, ok bool) {
	for _, u := range r.uses {
		if u.kind != kind || u.name != name {
			continue
		}
		offset, ok = u.offset, true
		if nth == 0 {
			break
		}
		nth--
	}
	return offset, ok
}
