package lint

import (
	"slices"
	"strings"

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
	l.wheres(c, ts, p)
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
			l.warn(WarnNegated, p, rule.Not{C: c}.String(), "%s also holds where `%s` is missing; add `%s IS SET` if that is not meant", code(rule.Not{C: c}), f, f)
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
			l.warn(WarnValue, p, c.String(), "%s is never %s; it is one of %s", schema.Quoted(x), v, strings.Join(t.Values, ", "))
		}
	}
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
func (l *linter) wheres(c rule.Condition, ts schema.TypeScope, p *rule.Trail) {
	where := func(e rule.Events, p *rule.Trail) {
		if e.Where != nil {
			l.condition(e.Where, ts.EventScope(e.Names), p.In(".Where"), surroundings{})
		}
	}
	walkExprs(c, func(e rule.Expr) {
		if m, ok := e.(rule.Metric); ok {
			where(m.Events, p.In(".Events"))
		}
	})
	switch c := c.(type) {
	case rule.Sequence:
		for i, s := range c.Steps {
			where(s.Events, p.In(".Steps").At(i))
		}
	case rule.Regularity:
		where(c.Events, p)
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
