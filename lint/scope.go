package lint

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// Names that are read in one scope and can only be meant in another. Within WHERE a name is a
// property of the event, within HAS a field of the element; no other event, no field of the
// contact and no time of the event can be named there. Where the schema lists a name, it is
// what it says.

// scopes warns of the names in a test, and of the events that it aggregates.
func (l *linter) scopes(t test) bool {
	if l.listAsEvent(t) {
		return true
	}
	if t.in.events == nil && t.in.list == "" {
		return false
	}
	var fields []rule.Field
	walkExprs(t.leaf, func(e rule.Expr) {
		if f, ok := e.(rule.Field); ok {
			if _, listed := t.ts.Listed(f); !listed {
				fields = append(fields, f)
			}
		}
	})
	for _, f := range fields {
		if l.foreign(t, f) {
			return true
		}
	}
	return len(fields) > 0 && l.twoNames(t)
}

// foreign warns of a name that is none of the event or element.
func (l *linter) foreign(t test, f rule.Field) bool {
	names := f.Names()
	first := names[0]
	own := first == t.in.list || slices.Contains(t.in.events, first)
	switch {
	case len(names) > 1 && own:
		bare := rule.Path(names[1:]...)
		fix := replaced(t.leaf, f, bare)
		return l.warnTest(t, WarnScope, fix, "here a name is already one of `%s`; write %s", first, code(t.rewrite(fix)))
	case len(names) > 1 && l.events[first]:
		return l.warnTest(t, WarnScope, nil, "`%s` is read as a property of %s, which has none; within WHERE another event cannot be named: compare with a constant, or let %s carry the value as a property of its own",
			f, t.in.noun(), t.in.noun())
	case len(names) > 1 && first == "contact":
		return l.warnTest(t, WarnScope, nil, "`%s` is read as a part of %s; a field of the contact cannot be named here: compare with a constant", f, t.in.noun())
	case f == "at" && t.in.events != nil:
		return l.warnTest(t, WarnScope, nil, "`at` is read as a property of %s, and is not its time; a stretch of time is written as a window behind the aggregate, such as IN LAST 30 DAYS or SINCE 2026-01-01, and other things of it need a property, such as `weekday`", t.in.noun())
	}
	return false
}

// twoNames warns of two names that are compared: one of them is likely a field of the contact.
func (l *linter) twoNames(t test) bool {
	c, ok := t.leaf.(rule.Compare)
	if !ok || t.in.events == nil && c.Op != rule.OpEq {
		return false
	}
	a, ok1 := c.Left.(rule.Field)
	b, ok2 := c.Right.(rule.Field)
	if !ok1 || !ok2 {
		return false
	}
	return l.warnTest(t, WarnScope, nil, "`%s` and `%s` are both read as what %s has; a field of the contact cannot be named here: compare with a constant, or list both in the schema", a, b, t.in.noun())
}

// noun is what names are about here.
func (in surroundings) noun() string {
	if in.events != nil {
		return "the event `" + strings.Join(in.events, " | ") + "`"
	}
	return "the element of `" + in.list + "`"
}

// listAsEvent warns of `SUM(orders.total)`, where orders is a list of the contact.
func (l *linter) listAsEvent(t test) (warned bool) {
	walkExprs(t.leaf, func(e rule.Expr) {
		m, ok := e.(rule.Metric)
		if !ok || warned || m.Prop == "" || len(m.Events.Names) != 1 || !t.ts.OfContact() {
			return
		}
		name := m.Events.Names[0]
		if _, listed := l.schema.Events[name]; listed || len(l.schema.Events) > 0 && !l.lists[rule.Path(name)] || !plural(name) && !l.lists[rule.Path(name)] {
			return
		}
		warned = l.warnTest(t, WarnScope, nil, "%s takes `%s` as the name of an event; the elements of a list have no %s: record each as an event, such as %s(%s.%s), or keep the result in a field",
			m.Agg.Word(), name, m.Agg.Word(), m.Agg.Word(), strings.TrimSuffix(name, "s"), m.Prop)
	})
	return warned
}

// throughList warns of `ANY orders.total > 5`: a path does not lead through a list.
func (l *linter) throughList(c rule.Each, ts schema.TypeScope, p *rule.Trail) {
	f, ok := c.X.(rule.Field)
	if !ok || len(f.Names()) < 2 {
		return
	}
	if _, listed := ts.Listed(f); listed {
		return
	}
	names := f.Names()
	parent, last := rule.Path(names[:len(names)-1]...), rule.Path(names[len(names)-1])
	t, listed := ts.Listed(parent)
	if listed && t.Kind != rule.KindList && t.Kind != rule.KindNull || !listed && !plural(names[len(names)-2]) && !l.lists[parent] {
		return
	}
	fix := rule.Each{Quantifier: c.Quantifier, K: c.K, X: parent, C: replaced(c.C, rule.Elem{}, last)}
	inner := c.C
	if n, ok := inner.(rule.Not); ok {
		inner = n.C
	}
	if _, ofElement := rule.Subject(inner).(rule.Elem); !ofElement {
		if c.Quantifier != rule.QuantifierAny {
			return
		}
		c.X = last
		fix.C = c
	}
	l.warnFix(WarnScope, p, rule.Each{Quantifier: c.Quantifier, K: c.K, X: f, C: c.C}, fix, "`%s` is a list, and a path does not lead through one; write %s", parent, code(fix))
}

// replaced is a test with one expression in place of another.
func replaced(c rule.Condition, from, to rule.Expr) rule.Condition {
	var r rule.Rewriter
	r.Condition = func(c rule.Condition) rule.Condition { return r.Rewrite(c) }
	r.Expr = func(e rule.Expr) rule.Expr {
		if rule.EqualExpr(e, from) {
			return to
		}
		return r.RewriteExpr(e)
	}
	r.Events = func(e rule.Events) rule.Events { return e }
	return r.Rewrite(c)
}

// plural reports whether a name is likely a noun in the plural, and so a list.
func plural(name string) bool {
	name = strings.ToLower(name)
	if len(name) < 4 || !strings.HasSuffix(name, "s") {
		return false
	}
	for _, end := range [...]string{"ss", "us", "is", "as", "news", "sms"} {
		if strings.HasSuffix(name, end) {
			return false
		}
	}
	return true
}

// namesIn notes which events a rule names, and which fields it uses as lists.
func (l *linter) namesIn(c rule.Condition) {
	l.events, l.lists = make(map[string]bool), make(map[rule.Field]bool)
	note := func(names []string) {
		for _, n := range names {
			l.events[strings.TrimSuffix(n, "*")] = true
		}
	}
	rule.Walk(c, func(c rule.Condition) bool {
		switch c := c.(type) {
		case rule.Sequence:
			for _, s := range c.Steps {
				note(s.Events.Names)
			}
		case rule.Regularity:
			note(c.Events.Names)
		case rule.Each:
			if f, ok := c.X.(rule.Field); ok {
				l.lists[f] = true
			}
		}
		walkExprs(c, func(e rule.Expr) {
			if m, ok := e.(rule.Metric); ok {
				note(m.Events.Names)
			}
		})
		return true
	})
	for name := range l.schema.Events {
		l.events[name] = true
	}
}
