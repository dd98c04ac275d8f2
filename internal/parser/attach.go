package parser

import "github.com/segmentrules/segment/rule"

// A window that ends a test belongs to every aggregate of the test that has none of its own:
// `COUNT(a) > COUNT(b) IN LAST 30 DAYS` counts both in 30 days. Where the right side ends with
// an aggregate, the window stands directly behind that one, and is its own alone only in
// parentheses, or where the test goes on behind it.

// An ending is a window behind the last aggregate of a test.
type ending struct {
	window rule.Window
	at     int // where it stands
	noted  int // the conditions noted before those in it
}

// rightSide reads what a test ends with.
func (p *parser) rightSide(read func(*parser) (rule.Expr, bool)) (rule.Expr, bool) {
	outer := p.ending
	p.ending = p.open + 1
	e, ok := read(p)
	p.ending = outer
	return e, ok
}

// ended returns an aggregate whose window has been read, which stands at an offset. Where
// the window ends a test, the aggregate is returned without it, and [parser.trailers] gives
// it to all.
func (p *parser) ended(m rule.Metric, at, noted int) rule.Expr {
	if p.ending != p.open+1 || p.calculating() || p.testStarts() || p.windowStarts(false) {
		return m
	}
	p.pending = &ending{m.Window, at, noted}
	m.Window = rule.Window{}
	return m
}

// giveToAll gives the pending window to the aggregates of a test that have none, the last of
// which it stands behind.
func (p *parser) giveToAll(c rule.Condition) rule.Condition {
	w := p.pending
	p.pending = nil
	p.spread(c, w.noted)
	var found, free int
	c = attached(c, w.window, &found, &free)
	if free > 1 {
		p.shared = append(p.shared, w.at)
	}
	return c
}

// windowBehind reads the window behind a test in parentheses: `(COUNT(a) > COUNT(b)) IN LAST
// 30 DAYS`. There is none behind other conditions.
func (p *parser) windowBehind(c rule.Condition) (rule.Condition, bool) {
	test, negated := c, false
	if n, ok := c.(rule.Not); ok {
		test, negated = n.C, true
	}
	if rule.Subject(test) == nil || !p.windowStarts(false) {
		return c, true
	}
	test, ok := p.trailers(test)
	return negation(test, negated), ok
}

// attach gives the window behind a test to each of its aggregates that has
// none.
func (p *parser) attach(c rule.Condition, w rule.Window, at int) (rule.Condition, bool) {
	var found, free int
	c = attached(c, w, &found, &free)
	switch {
	case free > 0:
		return c, true
	case found > 0:
		p.complain(rule.ErrSyntax, at, "every aggregate here has a window already", "")
	default:
		p.complain(rule.ErrSyntax, at, "a window belongs to an aggregate, such as COUNT(opened), or to an event phrase", "")
	}
	return c, false
}

// attached is a test whose aggregates have the window, but for those that have one already. It
// counts those found and those that had none.
func attached(c rule.Condition, w rule.Window, found, free *int) rule.Condition {
	if rule.Subject(c) == nil {
		return c
	}
	return rule.Rewriter{
		Expr:   func(e rule.Expr) rule.Expr { return mapMetrics(e, w, found, free) },
		Window: func(w rule.Window) rule.Window { return w }, // the window of a When is no aggregate's
	}.Rewrite(c)
}

// mapMetrics gives a window to the aggregates in an expression that have none,
// and counts those found and those that had none.
func mapMetrics(e rule.Expr, w rule.Window, found, free *int) rule.Expr {
	m, ok := e.(rule.Metric)
	if !ok {
		return rule.Rewriter{Expr: func(e rule.Expr) rule.Expr { return mapMetrics(e, w, found, free) }}.RewriteExpr(e)
	}
	*found++
	if m.Window.Kind == rule.WindowAll {
		*free++
		m.Window = w
	}
	return m
}
