package segment

import "slices"

// The parser notes where each condition stands that it reads: in the order of
// the tree, a condition before those within it, as [conditionsOn] counts them. A
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
func heads(c Condition) (n int) {
	for c != nil {
		n++
		switch t := c.(type) {
		case Not:
			c = t.C
		case Zoned:
			c = t.C
		default:
			return n
		}
	}
	return n
}

// spread repeats the places of the conditions in a window, which are those noted
// from the given one on, for each aggregate of a test that is given the window.
func (p *parser) spread(c Condition, window int) {
	if len(p.places) == window {
		return
	}
	start, given := window, []Expr(nil)
	for _, e := range operands(c) {
		start -= conditionsIn(e)
		given = append(given, e)
	}
	if w, ok := c.(When); ok {
		given = []Expr{w.X} // what its own window holds has windows of its own
	}
	inWindow := slices.Clone(p.places[window:])
	before := slices.Clone(p.places[start:window])
	p.places = p.places[:start]
	for _, e := range given {
		for _, m := range metricsOf(e) {
			n := conditionsIn(m)
			p.places = append(p.places, before[:n]...)
			before = before[n:]
			if m.Window.Kind == WindowAll {
				p.places = append(p.places, inWindow...)
			}
		}
	}
	p.places = append(p.places, before...)
}

// metricsOf returns the aggregates in an expression that is read, in order.
func metricsOf(e Expr) (ms []Metric) {
	if m, ok := e.(Metric); ok {
		return []Metric{m}
	}
	within := Visitor{Expr: func(e Expr) bool {
		ms = append(ms, metricsOf(e)...)
		return true
	}}
	within.VisitExpr(e)
	return ms
}

// placed gives errors about the tree of the rule their places. Those that have
// one already keep it, and where all have one, they keep their order.
func (r rule) placed(err error) error {
	es := errorsOf(err)
	if !slices.ContainsFunc(es, unlocated) {
		return err
	}
	for _, e := range es {
		if !unlocated(e) {
			continue
		}
		at := 0
		for _, c := range conditionsOn(r.condition, e.Path) {
			if place := r.places[c.number]; place != nowhere {
				at = place
			}
		}
		e.locate(r.text, at)
		e.Path = ""
	}
	return inOrder(es)
}

// use returns where a name stands: its nth occurrence, or the last if there are
// fewer. The window behind a test with two aggregates is one in the text and two in
// the tree.
func (r rule) use(kind useKind, name string, nth int) (offset int, ok bool) {
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
