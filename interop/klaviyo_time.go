package interop

import (
	"github.com/segmentrules/segment/rule"
)

// Klaviyo's dates and windows, in UTC, and what profiles did within them.

// klaviyoWindows are the windows that instants of properties, events and memberships may lie
// in; klaviyoYearly what looks at the day of the year besides.
var (
	klaviyoWindows = []string{"in-the-last", "in-the-next", "at-least", "between", "between-static", "after", "before", "alltime", "flow-start"}
	klaviyoYearly  = []string{"calendar-month", "anniversary", "anniversary-month", "anniversary-last", "anniversary-next"}
)

// klaviyoDate tests a date that a property holds.
func (r *reader) klaviyoDate(f rule.Field, n *node) rule.Condition {
	op, ok := r.word(n.want("operator"), "operator", append(klaviyoYearly, klaviyoWindows...)...)
	if !ok {
		return nil
	}
	yearly := rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{f}}
	month := func(x rule.Expr) rule.Expr { return rule.Call{Fn: rule.FnMonth, Args: []rule.Expr{x}} }
	switch op {
	case "calendar-month":
		r.only(n, "type", "operator", "value")
		if k, ok := r.count(n.want("value")); !ok || k < 1 || k > 12 {
			return r.fail(n.want("value"), rule.ErrValue, "a month from 1 to 12 is expected here")
		} else {
			return eq(month(f), rule.Int(int64(k)))
		}
	case "anniversary-month":
		r.only(n, "type", "operator")
		return compare(month(f), rule.OpEq, month(today()))
	case "anniversary":
		r.only(n, "type", "operator")
		return compare(yearly, rule.OpEq, today())
	case "anniversary-last", "anniversary-next":
		r.only(n, "type", "operator", "unit", "quantity")
		s, ok := r.klaviyoSpan(n, "quantity")
		if !ok {
			return nil
		}
		if op == "anniversary-last" {
			return rule.When{X: yearly, Window: lastSpan(s)}
		}
		return rule.When{X: yearly, Window: nextSpan(s)}
	case "after", "before": // open, also for days
		r.only(n, "type", "operator", "date")
		at, ok := r.instant(n.want("date"))
		if !ok {
			return nil
		}
		return compare(f, map[string]rule.Op{"after": rule.OpGt, "before": rule.OpLt}[op], at)
	case "alltime":
		r.only(n, "type", "operator")
		return isSet(f)
	}
	w, ok := r.klaviyoWindow(n)
	if !ok {
		return nil
	}
	return rule.When{X: f, Window: w}
}

// klaviyoSpan is a quantity of the unit of a window.
func (r *reader) klaviyoSpan(n *node, quantity string) (s rule.Span, ok bool) {
	unit := n.get("unit")
	if _, ok = r.word(orNode(unit, n), "unit of time", "hour", "day", "week", "month", "year"); !ok {
		return s, false
	}
	return r.span(n.want(quantity), unit, unit.text)
}

// klaviyoWindow is a window. It is not ok after an error, and for what a rule cannot say, which
// is a loss then.
func (r *reader) klaviyoWindow(n *node) (w rule.Window, ok bool) {
	if n.absent() {
		return w, true
	}
	if !r.object(n, "a window of time") {
		return w, false
	}
	if _, ok = r.word(n.want("type"), "type of filter", "date"); !ok {
		return w, false
	}
	op, ok := r.word(n.want("operator"), "operator", append(klaviyoWindows, klaviyoYearly...)...)
	if !ok {
		return w, false
	}
	var s rule.Span
	switch op {
	case "alltime":
		r.only(n, "type", "operator")
		return w, true
	case "in-the-last":
		r.only(n, "type", "operator", "unit", "quantity")
		s, ok = r.klaviyoSpan(n, "quantity")
		return lastSpan(s), ok
	case "in-the-next":
		r.only(n, "type", "operator", "unit", "quantity")
		s, ok = r.klaviyoSpan(n, "quantity")
		return nextSpan(s), ok
	case "at-least":
		r.only(n, "type", "operator", "unit", "quantity")
		s, ok = r.klaviyoSpan(n, "quantity")
		return olderThan(s), ok
	case "between":
		return r.klaviyoBetween(n)
	case "between-static":
		r.only(n, "type", "operator", "start", "end")
		from, low := r.instant(n.want("start"))
		to, high := r.instant(n.want("end"))
		return between(from, justAfter(to)), low && high
	case "after", "before":
		r.only(n, "type", "operator", "date")
		at, ok := r.instant(n.want("date"))
		if op == "after" {
			return since(justAfter(at)), ok
		}
		return before(at), ok
	case "flow-start":
		r.omit(n, needParameter, "since the profile came into the flow")
	default:
		r.omit(n, needEventTime, "events by the day of the year (%s)", op)
	}
	return w, false
}

// klaviyoBetween is between two lengths of time ago, in any order; the nearer may be none.
func (r *reader) klaviyoBetween(n *node) (w rule.Window, ok bool) {
	r.only(n, "type", "operator", "start", "end", "unit")
	if n.get("unit") == nil && (n.get("start").is(isText) || n.get("end").is(isText)) {
		from, low := r.instant(n.want("start"))
		to, high := r.instant(n.want("end"))
		return between(from, justAfter(to)), low && high
	}
	near, nearest := n.get("start"), n.get("end")
	if a, ok := r.count(orNode(near, n)); !ok {
		return w, false
	} else if b, ok := r.count(orNode(nearest, n)); !ok {
		return w, false
	} else if a == b {
		r.fail(n, rule.ErrValue, "start and end are the same")
		return w, false
	} else if a > b {
		near, nearest = nearest, near
	}
	b, ok := r.klaviyoSpan(&node{kind: isObject, names: []string{"unit", "n"}, items: []*node{n.get("unit"), nearest}, ref: n.ref}, "n")
	if !ok {
		return w, false
	}
	if v, _ := r.number(near); v.Equal(rule.Int(0)) {
		return lastSpan(b), true
	}
	a := b
	v, _ := r.number(near)
	a.N, _ = v.Int()
	return agoSpans(a, b), true
}

// klaviyoMetric counts events, or adds their values, within a window.
func (r *reader) klaviyoMetric(n *node) rule.Condition {
	r.only(n, "type", "metric_id", "measurement", "measurement_filter", "timeframe_filter", "metric_filters")
	e, ok := r.klaviyoEvents(n)
	measure, measured := r.word(n.want("measurement"), "measurement", "count", "sum")
	if !ok || !measured {
		return nil
	}
	lost := len(r.losses)
	w, ok := r.klaviyoWindow(n.get("timeframe_filter"))
	m := countOf(e, w)
	if measure == "sum" {
		m.Agg = rule.AggSum
		m.Prop, _ = r.path(n.get("measurement"), "value")
	}
	c := r.klaviyoNumeric(m, n.want("measurement_filter"))
	if !ok && len(r.losses) == lost {
		return nil
	}
	switch {
	case !ok || c == nil:
		return nil
	case w.Kind == rule.WindowNext: // no event counts before its time
		m.Window = rule.Window{}
		m.Events.Where = rule.Not{C: rule.Everyone{}}
		return r.klaviyoNumeric(m, n.want("measurement_filter"))
	}
	return c
}

// klaviyoEvents selects the events of a metric that pass all filters.
func (r *reader) klaviyoEvents(n *node) (e rule.Events, ok bool) {
	var where []rule.Condition
	for _, f := range n.get("metric_filters").list() {
		if !r.object(f, "a filter of a property of events") {
			return e, false
		}
		r.only(f, "property", "filter")
		name := f.get("property").str()
		if name == "$value" {
			name = "value"
		}
		if p, ok := r.path(f.want("property"), name); ok && !f.get("filter").absent() {
			where = append(where, r.klaviyoFilter(p, f.want("filter")))
		}
	}
	return r.eventNamed(n.want("metric_id"), n.get("metric_id").str(), all(where...))
}

// klaviyoLimits are the times that a funnel may take.
var klaviyoLimits = map[string]rule.Span{
	"HOURS_1": {N: 1, Unit: rule.UnitHour}, "DAYS_1": {N: 1, Unit: rule.UnitDay}, "DAYS_3": {N: 3, Unit: rule.UnitDay}, "DAYS_5": {N: 5, Unit: rule.UnitDay},
	"WEEKS_1": {N: 1, Unit: rule.UnitWeek}, "DAYS_30": {N: 30, Unit: rule.UnitDay}, "DAYS_90": {N: 90, Unit: rule.UnitDay},
	"DAYS_180": {N: 180, Unit: rule.UnitDay}, "YEARS_1": {N: 1, Unit: rule.UnitYear},
}

// klaviyoFunnel is one event after the other, all within a time.
func (r *reader) klaviyoFunnel(n *node) rule.Condition {
	r.only(n, "type", "timeframe_filter", "completion_window_seconds", "steps")
	var within rule.Span
	if limit := n.get("completion_window_seconds"); limit.is(isNumber) {
		k, ok := r.count(limit)
		if !ok || k == 0 {
			return r.fail(limit, rule.ErrValue, "a number of seconds of at least 1 is expected here")
		}
		within = seconds(int64(k))
	} else if !limit.absent() {
		word, ok := r.word(limit, "time for a funnel", "HOURS_1", "DAYS_1", "DAYS_3", "DAYS_5", "WEEKS_1", "DAYS_30", "DAYS_90", "DAYS_180", "YEARS_1")
		if !ok {
			return nil
		}
		within = klaviyoLimits[word]
	}
	w, ok := r.klaviyoWindow(n.get("timeframe_filter"))
	seq := rule.Sequence{Window: w}
	nodes := r.someOf(n, "steps")
	for i, at := range nodes {
		if !r.object(at, "a step") {
			return nil
		}
		r.only(at, "metric_exists", "metric_id", "metric_filters")
		e, named := r.klaviyoEvents(at)
		exists := at.get("metric_exists")
		if !exists.is(isBool) || !named {
			return r.fail(orNode(exists, at), rule.ErrType, "a step has a metric_id and metric_exists, true or false")
		}
		step := rule.Step{Events: e, Not: !exists.truth}
		if i > 0 {
			step.Within = within
		}
		if step.Not && (i == 0 || i < len(nodes)-1) {
			return r.omit(n, needNotMiddle, "a funnel with a step that must not come, and is not the last")
		}
		seq.Steps = append(seq.Steps, step)
	}
	if !ok {
		return nil
	}
	return r.klaviyoSequence(n, seq, within)
}

// klaviyoSequence is a funnel whose steps are read.
func (r *reader) klaviyoSequence(n *node, seq rule.Sequence, within rule.Span) rule.Condition {
	steps := len(seq.Steps)
	switch {
	case steps == 0:
		return nil
	case steps > rule.DefaultSteps:
		return r.fail(n, rule.ErrLimit, "a funnel of %d steps, more than the %d that a rule may have", steps, rule.DefaultSteps)
	case steps == 1:
		return did(seq.Steps[0].Events, seq.Window)
	case !seq.Steps[steps-1].Not:
		if steps > 2 && within != (rule.Span{}) {
			r.change(n, needSteps, "all steps of a funnel in one time: each is given it after the one before")
		}
		return seq
	case within != (rule.Span{}):
		return seq
	case steps > 2:
		return r.omit(n, needNotMiddle, "a funnel with a last step that must never come")
	}
	// The first event has none of the second after it: it, or one at the same time, is the last.
	first := rule.Metric{Agg: rule.AggLast, Events: seq.Steps[0].Events, Window: seq.Window}
	second := rule.Metric{Agg: rule.AggLast, Events: seq.Steps[1].Events}
	return all(did(seq.Steps[0].Events, seq.Window), anyOf(never(seq.Steps[1].Events, rule.Window{}), compare(first, rule.OpGe, second)))
}
