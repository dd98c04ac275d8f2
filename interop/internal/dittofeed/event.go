package dittofeed

import (
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// What Dittofeed tests of values and of events: how many there were, and what the newest of
// them says.

// dittofeedTest tests an expression; f is its field if it is one, else "".
func (r *reader) dittofeedTest(x rule.Expr, f rule.Field, n *source.Node) rule.Condition {
	if !r.Object(n, "an operator") {
		return nil
	}
	op, ok := r.Word(n.Want("type"), "operator", "Equals", "NotEquals", "Exists", "NotExists", "GreaterThanOrEqual", "LessThan", "Within", "HasBeen", "AbsoluteTimestamp")
	if !ok {
		return nil
	}
	switch op {
	case "Exists", "NotExists":
		r.Only(n, "type")
		if op == "Exists" {
			return build.IsSet(x)
		}
		return rule.IsNull{X: x}
	case "Within":
		r.Only(n, "type", "windowSeconds")
		if s, ok := r.dittofeedSpan(n, "windowSeconds"); ok {
			return rule.When{X: x, Window: build.LastSpan(s)}
		}
		return nil
	case "AbsoluteTimestamp":
		r.Only(n, "type", "absoluteTimestamp", "direction")
		at, ok := r.Instant(n.Want("absoluteTimestamp"))
		side, said := r.Word(n.Want("direction"), "direction", "After", "Before", "after", "before")
		if !ok || !said {
			return nil
		}
		return build.Compare(x, map[string]rule.Op{"after": rule.OpGe, "before": rule.OpLt}[strings.ToLower(side)], at)
	case "HasBeen":
		return r.dittofeedHasBeen(f, n)
	}
	r.Only(n, "type", "value")
	value := n.Want("value")
	switch op {
	case "GreaterThanOrEqual", "LessThan":
		v, ok := r.Number(value)
		if !ok {
			return nil
		}
		return build.Compare(x, map[string]rule.Op{"GreaterThanOrEqual": rule.OpGe, "LessThan": rule.OpLt}[op], v)
	}
	v, ok := r.Constant(value)
	if !ok {
		return nil
	}
	is := r.SameText(x, v)
	if v.Kind() == rule.KindText && v.Text() == "" {
		is = build.IsBlankText(x)
	}
	if op == "Equals" {
		return is
	}
	return build.Not(is)
}

// dittofeedSpan is a number of seconds.
func (r *reader) dittofeedSpan(n *source.Node, name string) (s rule.Span, ok bool) {
	at := n.Want(name)
	k, ok := r.Count(at)
	if ok && k == 0 {
		r.Fail(at, rule.ErrValue, "a length of time must be more than nothing")
		return s, false
	}
	return rule.Span{N: int64(k), Unit: rule.UnitSecond}, ok
}

// dittofeedHasBeen is whether a trait has had a value for a time, or has it for a shorter one.
func (r *reader) dittofeedHasBeen(f rule.Field, n *source.Node) rule.Condition {
	r.Only(n, "type", "value", "comparator", "windowSeconds")
	v, ok := r.Constant(n.Want("value"))
	side, said := r.Word(n.Want("comparator"), "comparator", "GTE", "LT")
	s, long := r.dittofeedSpan(n, "windowSeconds")
	switch {
	case f == "":
		return r.Fail(n, rule.ErrType, "only a trait has been something, no property of an event")
	case !ok || !said || !long:
		return nil
	}
	has := rule.HasBeen{Field: f, Value: v, For: s}
	if side == "GTE" {
		return has
	}
	return build.All(build.Eq(f, v), build.Not(has))
}

// dittofeedProperties is what events must have: all of it.
func (d *dittofeed) dittofeedProperties(n *source.Node, of func(f rule.Field) rule.Expr) rule.Condition {
	var cs []rule.Condition
	for _, p := range n.List() {
		if !d.Object(p, "a property") {
			return nil
		}
		d.Only(p, "path", "operator", "id")
		if f, ok := d.jsonPath(p.Want("path")); ok {
			cs = append(cs, d.dittofeedTest(of(f), "", p.Want("operator")))
		}
	}
	return build.All(cs...)
}

// dittofeedEvents selects the events with a name, which may end in * or be *.
func (d *dittofeed) dittofeedEvents(n *source.Node, where rule.Condition) (e rule.Events, ok bool) {
	at := n.Want("event")
	name := n.Get("event").Str()
	if name == "" || rule.CheckText(name) != nil {
		d.Fail(at, rule.ErrValue, "%s is no name of an event", source.Shortened(name))
		return e, false
	}
	return build.Events(d.Named(at, name), where), true
}

// performed counts events.
func (d *dittofeed) performed(n *source.Node) rule.Condition {
	d.Only(n, "id", "type", "event", "times", "timesOperator", "timeOperator", "withinSeconds", "absoluteTimestamp", "properties")
	where := d.dittofeedProperties(n.Get("properties"), func(f rule.Field) rule.Expr { return f })
	e, ok := d.dittofeedEvents(n, where)
	w, timed := d.dittofeedWindow(n)
	if !ok || !timed {
		return nil
	}
	return d.counted(n, build.CountOf(e, w), "=")
}

// counted compares a number of events with the times of a node, one if it says none.
func (d *dittofeed) counted(n *source.Node, count rule.Metric, op string) rule.Condition {
	times, ok, known := 1, true, true
	if at := n.Get("times"); !at.Absent() {
		times, ok = d.Count(at)
	}
	if at := n.Get("timesOperator"); !at.Absent() {
		op, known = d.Word(at, "operator", "=", ">=", "<")
	}
	if !ok || !known {
		return nil
	}
	return build.Compare(count, map[string]rule.Op{"=": rule.OpEq, ">=": rule.OpGe, "<": rule.OpLt}[op], rule.Int(int64(times)))
}

// dittofeedWindow is when events count.
func (d *dittofeed) dittofeedWindow(n *source.Node) (w rule.Window, ok bool) {
	op := "Within"
	if at := n.Get("timeOperator"); !at.Absent() {
		if op, ok = d.Word(at, "operator of time", "Within", "AfterAbsolute", "BeforeAbsolute"); !ok {
			return w, false
		}
	}
	if op == "Within" {
		if n.Get("withinSeconds").Absent() {
			return w, true
		}
		s, ok := d.dittofeedSpan(n, "withinSeconds")
		return build.LastSpan(s), ok
	}
	at, ok := d.Instant(n.Want("absoluteTimestamp"))
	if op == "AfterAbsolute" {
		return build.Since(at), ok
	}
	return build.Before(at), ok
}

// lastPerformed looks at the properties of the newest of some events.
func (d *dittofeed) lastPerformed(n *source.Node) rule.Condition {
	d.Only(n, "id", "type", "event", "whereProperties", "hasProperties")
	where := d.dittofeedProperties(n.Get("whereProperties"), func(f rule.Field) rule.Expr { return f })
	e, ok := d.dittofeedEvents(n, where)
	if !ok || !d.Spend(n, where, len(n.Get("hasProperties").List())) {
		return nil
	}
	has := d.dittofeedProperties(n.Get("hasProperties"), func(f rule.Field) rule.Expr {
		return rule.Metric{Agg: rule.AggLast, Events: e, Prop: f}
	})
	if has == nil && len(n.Get("hasProperties").List()) > 0 {
		return nil
	}
	for _, p := range n.Get("hasProperties").List() {
		switch p.Get("operator").Get("type").Str() {
		case "NotEquals", "NotExists": // true of no event, which has no newest one
			return build.All(build.Did(e, rule.Window{}), has)
		}
	}
	if has == nil {
		return build.Did(e, rule.Window{})
	}
	return has
}
