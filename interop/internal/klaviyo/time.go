package klaviyo

import (
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
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
func (r *reader) klaviyoDate(f rule.Field, n *source.Node) rule.Condition {
	op, ok := r.Word(n.Want("operator"), "operator", append(klaviyoYearly, klaviyoWindows...)...)
	if !ok {
		return nil
	}
	yearly := rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{f}}
	month := func(x rule.Expr) rule.Expr { return rule.Call{Fn: rule.FnMonth, Args: []rule.Expr{x}} }
	switch op {
	case "calendar-month":
		r.Only(n, "type", "operator", "value")
		if k, ok := r.Count(n.Want("value")); !ok || k < 1 || k > 12 {
			return r.Fail(n.Want("value"), rule.ErrValue, "a month from 1 to 12 is expected here")
		} else {
			return build.Eq(month(f), rule.Int(int64(k)))
		}
	case "anniversary-month":
		r.Only(n, "type", "operator")
		return build.Compare(month(f), rule.OpEq, month(build.Today()))
	case "anniversary":
		r.Only(n, "type", "operator")
		return build.Compare(yearly, rule.OpEq, build.Today())
	case "anniversary-last", "anniversary-next":
		r.Only(n, "type", "operator", "unit", "quantity")
		s, ok := r.klaviyoSpan(n, "quantity")
		if !ok {
			return nil
		}
		if op == "anniversary-last" {
			return rule.When{X: yearly, Window: build.LastSpan(s)}
		}
		return rule.When{X: yearly, Window: build.NextSpan(s)}
	case "after", "before": // open, also for days
		r.Only(n, "type", "operator", "date")
		at, ok := r.Instant(n.Want("date"))
		if !ok {
			return nil
		}
		return build.Compare(f, map[string]rule.Op{"after": rule.OpGt, "before": rule.OpLt}[op], at)
	case "alltime":
		r.Only(n, "type", "operator")
		return build.IsSet(f)
	}
	w, ok := r.klaviyoWindow(n)
	if !ok {
		return nil
	}
	return rule.When{X: f, Window: w}
}

// klaviyoSpan is a quantity of the unit of a window.
func (r *reader) klaviyoSpan(n *source.Node, quantity string) (s rule.Span, ok bool) {
	unit := n.Get("unit")
	if _, ok = r.Word(source.OrNode(unit, n), "unit of time", "hour", "day", "week", "month", "year"); !ok {
		return s, false
	}
	return r.Span(n.Want(quantity), unit, unit.Text)
}

// klaviyoWindow is a window. It is not ok after an error, and for what a rule cannot say, which
// is a loss then.
func (r *reader) klaviyoWindow(n *source.Node) (w rule.Window, ok bool) {
	if n.Absent() {
		return w, true
	}
	if !r.Object(n, "a window of time") {
		return w, false
	}
	if _, ok = r.Word(n.Want("type"), "type of filter", "date"); !ok {
		return w, false
	}
	op, ok := r.Word(n.Want("operator"), "operator", append(klaviyoWindows, klaviyoYearly...)...)
	if !ok {
		return w, false
	}
	var s rule.Span
	switch op {
	case "alltime":
		r.Only(n, "type", "operator")
		return w, true
	case "in-the-last":
		r.Only(n, "type", "operator", "unit", "quantity")
		s, ok = r.klaviyoSpan(n, "quantity")
		return build.LastSpan(s), ok
	case "in-the-next":
		r.Only(n, "type", "operator", "unit", "quantity")
		s, ok = r.klaviyoSpan(n, "quantity")
		return build.NextSpan(s), ok
	case "at-least":
		r.Only(n, "type", "operator", "unit", "quantity")
		s, ok = r.klaviyoSpan(n, "quantity")
		return build.OlderThan(s), ok
	case "between":
		return r.klaviyoBetween(n)
	case "between-static":
		r.Only(n, "type", "operator", "start", "end")
		from, low := r.Instant(n.Want("start"))
		to, high := r.Instant(n.Want("end"))
		return build.Between(from, build.JustAfter(to)), low && high
	case "after", "before":
		r.Only(n, "type", "operator", "date")
		at, ok := r.Instant(n.Want("date"))
		if op == "after" {
			return build.Since(build.JustAfter(at)), ok
		}
		return build.Before(at), ok
	case "flow-start":
		r.Omit(n, source.NeedParameter, "since the profile came into the flow")
	default:
		r.Omit(n, source.NeedEventTime, "events by the day of the year (%s)", op)
	}
	return w, false
}

// klaviyoBetween is between two lengths of time ago, in any order; the nearer may be none.
func (r *reader) klaviyoBetween(n *source.Node) (w rule.Window, ok bool) {
	r.Only(n, "type", "operator", "start", "end", "unit")
	if n.Get("unit") == nil && (n.Get("start").Is(source.Text) || n.Get("end").Is(source.Text)) {
		from, low := r.Instant(n.Want("start"))
		to, high := r.Instant(n.Want("end"))
		return build.Between(from, build.JustAfter(to)), low && high
	}
	near, nearest := n.Get("start"), n.Get("end")
	if a, ok := r.Count(source.OrNode(near, n)); !ok {
		return w, false
	} else if b, ok := r.Count(source.OrNode(nearest, n)); !ok {
		return w, false
	} else if a == b {
		r.Fail(n, rule.ErrValue, "start and end are the same")
		return w, false
	} else if a > b {
		near, nearest = nearest, near
	}
	b, ok := r.klaviyoSpan(&source.Node{Kind: source.Object, Names: []string{"unit", "n"}, Items: []*source.Node{n.Get("unit"), nearest}, Ref: n.Ref}, "n")
	if !ok {
		return w, false
	}
	if v, _ := r.Number(near); v.Equal(rule.Int(0)) {
		return build.LastSpan(b), true
	}
	a := b
	v, _ := r.Number(near)
	a.N, _ = v.Int()
	return build.AgoSpans(a, b), true
}

// klaviyoMetric counts events, or adds their values, within a window.
func (r *reader) klaviyoMetric(n *source.Node) rule.Condition {
	r.Only(n, "type", "metric_id", "measurement", "measurement_filter", "timeframe_filter", "metric_filters")
	e, ok := r.klaviyoEvents(n)
	measure, measured := r.Word(n.Want("measurement"), "measurement", "count", "sum")
	if !ok || !measured {
		return nil
	}
	lost := len(r.Losses)
	w, ok := r.klaviyoWindow(n.Get("timeframe_filter"))
	m := build.CountOf(e, w)
	if measure == "sum" {
		m.Agg = rule.AggSum
		m.Prop, _ = r.Path(n.Get("measurement"), "value")
	}
	c := r.klaviyoNumeric(m, n.Want("measurement_filter"))
	if !ok && len(r.Losses) == lost {
		return nil
	}
	switch {
	case !ok || c == nil:
		return nil
	case w.Kind == rule.WindowNext: // no event counts before its time
		m.Window = rule.Window{}
		m.Events.Where = rule.Not{C: rule.Everyone{}}
		return r.klaviyoNumeric(m, n.Want("measurement_filter"))
	}
	return c
}

// klaviyoEvents selects the events of a metric that pass all filters.
func (r *reader) klaviyoEvents(n *source.Node) (e rule.Events, ok bool) {
	var where []rule.Condition
	for _, f := range n.Get("metric_filters").List() {
		if !r.Object(f, "a filter of a property of events") {
			return e, false
		}
		r.Only(f, "property", "filter")
		name := f.Get("property").Str()
		if name == "$value" {
			name = "value"
		}
		if p, ok := r.Path(f.Want("property"), name); ok && !f.Get("filter").Absent() {
			where = append(where, r.klaviyoFilter(p, f.Want("filter")))
		}
	}
	return r.EventNamed(n.Want("metric_id"), n.Get("metric_id").Str(), build.All(where...))
}

// klaviyoLimits are the times that a funnel may take.
var klaviyoLimits = map[string]rule.Span{
	"HOURS_1": {N: 1, Unit: rule.UnitHour}, "DAYS_1": {N: 1, Unit: rule.UnitDay}, "DAYS_3": {N: 3, Unit: rule.UnitDay}, "DAYS_5": {N: 5, Unit: rule.UnitDay},
	"WEEKS_1": {N: 1, Unit: rule.UnitWeek}, "DAYS_30": {N: 30, Unit: rule.UnitDay}, "DAYS_90": {N: 90, Unit: rule.UnitDay},
	"DAYS_180": {N: 180, Unit: rule.UnitDay}, "YEARS_1": {N: 1, Unit: rule.UnitYear},
}

// klaviyoFunnel is one event after the other, all within a time.
func (r *reader) klaviyoFunnel(n *source.Node) rule.Condition {
	r.Only(n, "type", "timeframe_filter", "completion_window_seconds", "steps")
	var within rule.Span
	if limit := n.Get("completion_window_seconds"); limit.Is(source.Number) {
		k, ok := r.Count(limit)
		if !ok || k == 0 {
			return r.Fail(limit, rule.ErrValue, "a number of seconds of at least 1 is expected here")
		}
		within = build.Seconds(int64(k))
	} else if !limit.Absent() {
		word, ok := r.Word(limit, "time for a funnel", "HOURS_1", "DAYS_1", "DAYS_3", "DAYS_5", "WEEKS_1", "DAYS_30", "DAYS_90", "DAYS_180", "YEARS_1")
		if !ok {
			return nil
		}
		within = klaviyoLimits[word]
	}
	w, ok := r.klaviyoWindow(n.Get("timeframe_filter"))
	seq := rule.Sequence{Window: w}
	nodes := r.SomeOf(n, "steps")
	for i, at := range nodes {
		if !r.Object(at, "a step") {
			return nil
		}
		r.Only(at, "metric_exists", "metric_id", "metric_filters")
		e, named := r.klaviyoEvents(at)
		exists := at.Get("metric_exists")
		if !exists.Is(source.Bool) || !named {
			return r.Fail(source.OrNode(exists, at), rule.ErrType, "a step has a metric_id and metric_exists, true or false")
		}
		step := rule.Step{Events: e, Not: !exists.Truth}
		if i > 0 {
			step.Within = within
		}
		if step.Not && (i == 0 || i < len(nodes)-1) {
			return r.Omit(n, source.NeedNotMiddle, "a funnel with a step that must not come, and is not the last")
		}
		seq.Steps = append(seq.Steps, step)
	}
	if !ok {
		return nil
	}
	return r.klaviyoSequence(n, seq, within)
}

// klaviyoSequence is a funnel whose steps are read.
func (r *reader) klaviyoSequence(n *source.Node, seq rule.Sequence, within rule.Span) rule.Condition {
	steps := len(seq.Steps)
	switch {
	case steps == 0:
		return nil
	case steps > rule.DefaultSteps:
		return r.Fail(n, rule.ErrLimit, "a funnel of %d steps, more than the %d that a rule may have", steps, rule.DefaultSteps)
	case steps == 1:
		return build.Did(seq.Steps[0].Events, seq.Window)
	case !seq.Steps[steps-1].Not:
		if steps > 2 && within != (rule.Span{}) {
			r.Change(n, source.NeedSteps, "all steps of a funnel in one time: each is given it after the one before")
		}
		return seq
	case within != (rule.Span{}):
		return seq
	case steps > 2:
		return r.Omit(n, source.NeedNotMiddle, "a funnel with a last step that must never come")
	}
	// The first event has none of the second after it: it, or one at the same time, is the last.
	first := rule.Metric{Agg: rule.AggLast, Events: seq.Steps[0].Events, Window: seq.Window}
	second := rule.Metric{Agg: rule.AggLast, Events: seq.Steps[1].Events}
	return build.All(build.Did(seq.Steps[0].Events, seq.Window), build.AnyOf(build.Never(seq.Steps[1].Events, rule.Window{}), build.Compare(first, rule.OpGe, second)))
}
