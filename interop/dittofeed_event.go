package interop

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// What Dittofeed tests of values and of events: how many there were, and what the newest of
// them says.

// dittofeedTest tests an expression; f is its field if it is one, else "".
func (r *reader) dittofeedTest(x rule.Expr, f rule.Field, n *node) rule.Condition {
	if !r.object(n, "an operator") {
		return nil
	}
	op, ok := r.word(n.want("type"), "operator", "Equals", "NotEquals", "Exists", "NotExists", "GreaterThanOrEqual", "LessThan", "Within", "HasBeen", "AbsoluteTimestamp")
	if !ok {
		return nil
	}
	switch op {
	case "Exists", "NotExists":
		r.only(n, "type")
		if op == "Exists" {
			return isSet(x)
		}
		return rule.IsNull{X: x}
	case "Within":
		r.only(n, "type", "windowSeconds")
		if s, ok := r.dittofeedSpan(n, "windowSeconds"); ok {
			return rule.When{X: x, Window: lastSpan(s)}
		}
		return nil
	case "AbsoluteTimestamp":
		r.only(n, "type", "absoluteTimestamp", "direction")
		at, ok := r.instant(n.want("absoluteTimestamp"))
		side, said := r.word(n.want("direction"), "direction", "After", "Before", "after", "before")
		if !ok || !said {
			return nil
		}
		return compare(x, map[string]rule.Op{"after": rule.OpGe, "before": rule.OpLt}[strings.ToLower(side)], at)
	case "HasBeen":
		return r.dittofeedHasBeen(f, n)
	}
	r.only(n, "type", "value")
	value := n.want("value")
	switch op {
	case "GreaterThanOrEqual", "LessThan":
		v, ok := r.number(value)
		if !ok {
			return nil
		}
		return compare(x, map[string]rule.Op{"GreaterThanOrEqual": rule.OpGe, "LessThan": rule.OpLt}[op], v)
	}
	v, ok := r.constant(value)
	if !ok {
		return nil
	}
	is := r.sameText(x, v)
	if v.Kind() == rule.KindText && v.Text() == "" {
		is = isBlankText(x)
	}
	if op == "Equals" {
		return is
	}
	return not(is)
}

// dittofeedSpan is a number of seconds.
func (r *reader) dittofeedSpan(n *node, name string) (s rule.Span, ok bool) {
	at := n.want(name)
	k, ok := r.count(at)
	if ok && k == 0 {
		r.fail(at, rule.ErrValue, "a length of time must be more than nothing")
		return s, false
	}
	return rule.Span{N: int64(k), Unit: rule.UnitSecond}, ok
}

// dittofeedHasBeen is whether a trait has had a value for a time, or has it for a shorter one.
func (r *reader) dittofeedHasBeen(f rule.Field, n *node) rule.Condition {
	r.only(n, "type", "value", "comparator", "windowSeconds")
	v, ok := r.constant(n.want("value"))
	side, said := r.word(n.want("comparator"), "comparator", "GTE", "LT")
	s, long := r.dittofeedSpan(n, "windowSeconds")
	switch {
	case f == "":
		return r.fail(n, rule.ErrType, "only a trait has been something, no property of an event")
	case !ok || !said || !long:
		return nil
	}
	has := rule.HasBeen{Field: f, Value: v, For: s}
	if side == "GTE" {
		return has
	}
	return all(eq(f, v), not(has))
}

// dittofeedProperties is what events must have: all of it.
func (d *dittofeed) dittofeedProperties(n *node, of func(f rule.Field) rule.Expr) rule.Condition {
	var cs []rule.Condition
	for _, p := range n.list() {
		if !d.object(p, "a property") {
			return nil
		}
		d.only(p, "path", "operator", "id")
		if f, ok := d.jsonPath(p.want("path")); ok {
			cs = append(cs, d.dittofeedTest(of(f), "", p.want("operator")))
		}
	}
	return all(cs...)
}

// dittofeedEvents selects the events with a name, which may end in * or be *.
func (d *dittofeed) dittofeedEvents(n *node, where rule.Condition) (e rule.Events, ok bool) {
	at := n.want("event")
	name := n.get("event").str()
	if name == "" || rule.CheckText(name) != nil {
		d.fail(at, rule.ErrValue, "%s is no name of an event", shortened(name))
		return e, false
	}
	return events(d.named(at, name), where), true
}

// performed counts events.
func (d *dittofeed) performed(n *node) rule.Condition {
	d.only(n, "id", "type", "event", "times", "timesOperator", "timeOperator", "withinSeconds", "absoluteTimestamp", "properties")
	where := d.dittofeedProperties(n.get("properties"), func(f rule.Field) rule.Expr { return f })
	e, ok := d.dittofeedEvents(n, where)
	w, timed := d.dittofeedWindow(n)
	times, counted, op, known := 1, true, "=", true
	if at := n.get("times"); !at.absent() {
		times, counted = d.count(at)
	}
	if at := n.get("timesOperator"); !at.absent() {
		op, known = d.word(at, "operator", "=", ">=", "<")
	}
	if !ok || !timed || !counted || !known {
		return nil
	}
	count := countOf(e, w)
	return compare(count, map[string]rule.Op{"=": rule.OpEq, ">=": rule.OpGe, "<": rule.OpLt}[op], rule.Int(int64(times)))
}

// dittofeedWindow is when events count.
func (d *dittofeed) dittofeedWindow(n *node) (w rule.Window, ok bool) {
	op := "Within"
	if at := n.get("timeOperator"); !at.absent() {
		if op, ok = d.word(at, "operator of time", "Within", "AfterAbsolute", "BeforeAbsolute"); !ok {
			return w, false
		}
	}
	if op == "Within" {
		if n.get("withinSeconds").absent() {
			return w, true
		}
		s, ok := d.dittofeedSpan(n, "withinSeconds")
		return lastSpan(s), ok
	}
	at, ok := d.instant(n.want("absoluteTimestamp"))
	if op == "AfterAbsolute" {
		return since(at), ok
	}
	return before(at), ok
}

// lastPerformed looks at the properties of the newest of some events.
func (d *dittofeed) lastPerformed(n *node) rule.Condition {
	d.only(n, "id", "type", "event", "whereProperties", "hasProperties")
	where := d.dittofeedProperties(n.get("whereProperties"), func(f rule.Field) rule.Expr { return f })
	e, ok := d.dittofeedEvents(n, where)
	if !ok || !d.spend(n, where, len(n.get("hasProperties").list())) {
		return nil
	}
	has := d.dittofeedProperties(n.get("hasProperties"), func(f rule.Field) rule.Expr {
		return rule.Metric{Agg: rule.AggLast, Events: e, Prop: f}
	})
	if has == nil && len(n.get("hasProperties").list()) > 0 {
		return nil
	}
	for _, p := range n.get("hasProperties").list() {
		switch p.get("operator").get("type").str() {
		case "NotEquals", "NotExists": // true of no event, which has no newest one
			return all(did(e, rule.Window{}), has)
		}
	}
	if has == nil {
		return did(e, rule.Window{})
	}
	return has
}
