package segment

import (
	"slices"
	"strings"
)

// leaf warns of one test: that it is negated on a field that may be missing,
// asks for a text that never comes, or for events that are gone.
func (l *linter) leaf(c Condition, ts typeScope, p *trail, in surroundings) {
	if in.negated {
		l.negated(c, ts, p, in)
	}
	l.unknownValue(c, ts, p)
	l.windows(c, ts, p)
	l.wheres(c, ts, p)
}

// negated warns where a field that may be missing makes a negated test hold.
func (l *linter) negated(c Condition, ts typeScope, p *trail, in surroundings) {
	switch c.(type) {
	case IsNull, IsBlank, InList, InSegment, Changed, HasBeen:
		return
	}
	for _, e := range operands(c) {
		f, ok := e.(Field)
		if !ok || slices.ContainsFunc(in.set, func(x Expr) bool { return equalExpr(x, f) }) {
			continue
		}
		t, listed := lookup(ts.fields, f)
		if listed && !t.Required {
			l.warn(WarnNegated, p, Not{c}.String(), "%s also holds where `%s` is missing; add `%s IS SET` if that is not meant", code(Not{c}), f, f)
			return
		}
	}
}

// unknownValue warns of a text that the schema says a field never takes.
func (l *linter) unknownValue(c Condition, ts typeScope, p *trail) {
	var x Expr
	var vs []Value
	switch c := c.(type) {
	case Compare:
		if v, ok := c.Right.(Value); ok && c.Op == Eq {
			x, vs = c.Left, []Value{v}
		}
	case In:
		x, vs = c.X, c.Values
	case HasBeen:
		x, vs = c.Field, []Value{c.Value}
	case Contains:
		if ts.typeOf(c.X).Kind == KindList {
			x, vs = c.X, c.Values
		}
	}
	if x == nil {
		return
	}
	t := ts.typeOf(x)
	for _, v := range vs {
		if v.kind == KindText && !t.admits(v.Text()) {
			l.warn(WarnValue, p, c.String(), "%s is never %s; it is one of %s", quoted(x), v, strings.Join(t.Values, ", "))
		}
	}
}

// windows warns of windows that reach further back than events are kept.
func (l *linter) windows(c Condition, ts typeScope, p *trail) {
	if l.schema.Retention == (Span{}) || ts.place != inContact {
		return
	}
	kept := lookBack{Span: l.schema.Retention}
	check := func(back lookBack) {
		if !back.all && back.longest() > kept.longest() {
			l.warn(WarnRetention, p, c.String(), "%s looks back %s, but events are kept for %s only", code(c), back.Span, kept.Span)
		}
	}
	walkExprs(c, func(e Expr) {
		if m, ok := e.(Metric); ok {
			check(m.Window.lookBack())
		}
	})
	switch c := c.(type) {
	case Sequence:
		check(c.Window.lookBack())
	case Regularity:
		check(lookBack{Span: Span{int64(c.N), c.Unit}})
	}
}

// wheres warns of what is asked of events.
func (l *linter) wheres(c Condition, ts typeScope, p *trail) {
	where := func(e Events, p *trail) {
		if e.Where != nil {
			l.condition(e.Where, ts.eventScope(e.Names), p.in(".Where"), surroundings{})
		}
	}
	walkExprs(c, func(e Expr) {
		if m, ok := e.(Metric); ok {
			where(m.Events, p.in(".Events"))
		}
	})
	switch c := c.(type) {
	case Sequence:
		for i, s := range c.Steps {
			where(s.Events, p.in(".Steps").at(i))
		}
	case Regularity:
		where(c.Events, p)
	}
}
