package lint

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// leaf warns of one test: that it is negated on a field that may be missing,
// asks for a text that never comes, or for events that are gone.
func (l *linter) leaf(c rule.Condition, ts schema.TypeScope, p *rule.Trail, in surroundings) {
	if in.negated {
		l.negated(c, ts, p, in)
	}
	l.unknownValue(c, ts, p)
	l.windows(c, ts, p)
	l.wheres(c, p, ts)
}

// negated warns where a field that may be missing makes a negated test hold.
func (l *linter) negated(c rule.Condition, ts schema.TypeScope, p *rule.Trail, in surroundings) {
	switch c.(type) {
	case rule.IsNull, rule.IsBlank, rule.InList, rule.InSegment, rule.Changed, rule.HasBeen:
		return
	}
	for _, e := range rule.Operands(c) {
		f, ok := e.(rule.Field)
		if !ok || slices.ContainsFunc(in.set, func(x rule.Expr) bool { return rule.EqualExpr(x, f) }) {
			continue
		}
		t, listed := ts.Listed(f)
		if listed && !t.Required {
			var fix rule.Condition
			if in.direct { // the negation stands in the rule, and is not that of a group
				p, fix = p.Up(), rule.And{rule.Not{C: c}, rule.Not{C: rule.IsNull{X: f}}}
			}
			l.warnFix(WarnNegated, p, rule.Not{C: c}, fix, "%s also holds where `%s` is missing; add `%s IS SET` if that is not meant", code(rule.Not{C: c}), f, f)
			return
		}
	}
}

// unknownValue warns of a text that the schema says a field never takes.
func (l *linter) unknownValue(c rule.Condition, ts schema.TypeScope, p *rule.Trail) {
	var x rule.Expr
	var vs []rule.Value
	switch c := c.(type) {
	case rule.Compare:
		if v, ok := c.Right.(rule.Value); ok && c.Op == rule.OpEq {
			x, vs = c.Left, []rule.Value{v}
		}
	case rule.In:
		x, vs = c.X, c.Values
	case rule.HasBeen:
		x, vs = c.Field, []rule.Value{c.Value}
	case rule.Contains:
		if ts.TypeOf(c.X).Kind == rule.KindList {
			x, vs = c.X, c.Values
		}
	}
	if x == nil {
		return
	}
	t := ts.TypeOf(x)
	for _, v := range vs {
		if v.Kind() == rule.KindText && !t.Admits(v.Text()) {
			var fix rule.Condition
			if near := textset.Nearest(v.Text(), t.Values...); near != "" {
				fix = withValue(c, v, rule.Text(near))
			}
			l.warnFix(WarnValue, p, c, fix, "%s is never %s; it is one of %s", schema.Quoted(x), v, strings.Join(t.Values, ", "))
		}
	}
}

// withValue is a test with one constant in place of another.
func withValue(c rule.Condition, from, to rule.Value) rule.Condition {
	all := func(vs []rule.Value) []rule.Value {
		vs = slices.Clone(vs)
		for i, v := range vs {
			if rule.EqualExpr(v, from) {
				vs[i] = to
			}
		}
		return vs
	}
	switch c := c.(type) {
	case rule.Compare:
		c.Right = to
		return c
	case rule.In:
		c.Values = all(c.Values)
		return c
	case rule.Contains:
		c.Values = all(c.Values)
		return c
	case rule.HasBeen:
		c.Value = to
		return c
	}
	return nil
}

// windows warns of windows that reach further back than events are kept.
func (l *linter) windows(c rule.Condition, ts schema.TypeScope, p *rule.Trail) {
	if l.schema.Retention == (rule.Span{}) || !ts.OfContact() {
		return
	}
	kept := rule.LookBack{Span: l.schema.Retention}
	check := func(back rule.LookBack) {
		if !back.All && back.Longest() > kept.Longest() {
			l.warn(WarnRetention, p, c.String(), "%s looks back %s, but events are kept for %s only", code(c), back.Span, kept.Span)
		}
	}
	walkExprs(c, func(e rule.Expr) {
		if m, ok := e.(rule.Metric); ok {
			check(m.Window.LookBack())
		}
	})
	switch c := c.(type) {
	case rule.Sequence:
		check(c.Window.LookBack())
	case rule.Regularity:
		check(rule.LookBack{Span: rule.Span{N: int64(c.N), Unit: c.Unit}})
	}
}

// wheres warns of what is asked of events.
func (l *linter) wheres(c rule.Condition, p *rule.Trail, ts schema.TypeScope) {
	where := func(e rule.Events, p *rule.Trail) {
		if e.Where != nil {
			l.condition(e.Where, ts.EventScope(e.Names), p.In(".Where"), surroundings{events: e.Names})
		}
	}
	walkMetrics(c, p, func(m rule.Metric, p *rule.Trail) { where(m.Events, p.In(".Events")) })
	switch c := c.(type) {
	case rule.Not:
		if _, ok := testOf(c, ts, p, surroundings{}); ok {
			l.wheres(c.C, p.In(".C"), ts)
		}
	case rule.Sequence:
		for i, s := range c.Steps {
			where(s.Events, p.In(".Steps").At(i).In(".Events"))
		}
	case rule.Regularity:
		where(c.Events, p.In(".Events"))
	}
}

// walkMetrics calls f for the aggregates in the expressions of a condition, with the way to each.
func walkMetrics(c rule.Condition, p *rule.Trail, f func(rule.Metric, *rule.Trail)) {
	var expr func(e rule.Expr, p *rule.Trail)
	window := func(w rule.Window, p *rule.Trail) {
		expr(w.From, p.In(".From"))
		expr(w.To, p.In(".To"))
	}
	expr = func(e rule.Expr, p *rule.Trail) {
		switch e := e.(type) {
		case rule.Metric:
			f(e, p)
			window(e.Window, p.In(".Window"))
		case rule.Call:
			for i, arg := range e.Args {
				expr(arg, p.In(".Args").At(i))
			}
		case rule.Arith:
			expr(e.Left, p.In(".Left"))
			expr(e.Right, p.In(".Right"))
		case rule.Calculated:
			expr(e.X, p.In(".X"))
		}
	}
	switch c := c.(type) {
	case rule.Compare:
		expr(c.Left, p.In(".Left"))
		expr(c.Right, p.In(".Right"))
	case rule.Between:
		expr(c.X, p.In(".X"))
		expr(c.Lo, p.In(".Lo"))
		expr(c.Hi, p.In(".Hi"))
	case rule.When:
		expr(c.X, p.In(".X"))
		window(c.Window, p.In(".Window"))
	case rule.Changed:
		window(c.Window, p.In(".Window"))
	case rule.Sequence:
		window(c.Window, p.In(".Window"))
	default:
		for _, e := range rule.Operands(c) {
			expr(e, p.In(".X"))
		}
	}
}

// walkExprs calls f for the expressions of a condition and those within them, but for
// what stands in a WHERE or in a condition within it.
func walkExprs(c rule.Condition, f func(rule.Expr)) {
	rule.Visitor{Expr: func(e rule.Expr) bool {
		rule.WalkExpr(e, f)
		return true
	}}.Visit(c)
}
