package posthog

import (
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// What PostHog asks of what people did: events with properties, within windows that roll, once,
// often, for the first time, one after the other, regularly, no longer and again.

// posthogMembers are the members of a behavioural filter.
var posthogMembers = []string{"key", "type", "value", "event_type", "event_filters", "negation", "operator", "operator_value", "time_value", "time_interval",
	"explicit_datetime", "explicit_datetime_to", "seq_event", "seq_event_type", "seq_time_value", "seq_time_interval", "min_periods", "total_periods",
	"label", "bytecode", "conditionHash", "sort_key"}

func (r *reader) posthogBehaviour(n *source.Node) rule.Condition {
	r.Only(n, posthogMembers...)
	kind, ok := r.Word(n.Want("value"), "kind of behaviour", "performed_event", "performed_event_multiple", "performed_event_first_time",
		"performed_event_sequence", "performed_event_regularly", "stopped_performing_event", "restarted_performing_event")
	e, named := r.posthogEvent(n, "key", "event_type", n.Get("event_filters"))
	if !ok || !named {
		return nil
	}
	switch kind {
	case "performed_event_regularly":
		return r.posthogRegularly(n, e)
	case "stopped_performing_event", "restarted_performing_event":
		return r.posthogStopped(n, e, kind == "restarted_performing_event")
	}
	w, ok := r.posthogWindow(n)
	if !ok {
		return nil
	}
	switch kind {
	case "performed_event_first_time":
		return rule.When{X: rule.Metric{Agg: rule.AggFirst, Events: e}, Window: w}
	case "performed_event_sequence":
		second, named := r.posthogEvent(n, "seq_event", "seq_event_type", nil)
		s, ok := r.posthogSpan(n, "seq_time_value", "seq_time_interval")
		if !named || !ok {
			return nil
		}
		return rule.Sequence{Steps: []rule.Step{{Events: e}, {Events: second, Within: s}}, Window: w}
	case "performed_event_multiple":
		op, k, ok := r.posthogTimes(n)
		if !ok {
			return nil
		}
		return posthogCount(build.CountOf(e, w), op, k)
	}
	return build.Did(e, w)
}

// posthogEvent selects events. It is not ok after an error, and for actions, which are kept
// elsewhere and are a loss.
func (r *reader) posthogEvent(n *source.Node, key, kind string, filters *source.Node) (e rule.Events, ok bool) {
	at := n.Want(key)
	of := "events"
	if t := n.Get(kind); !t.Absent() {
		if of, ok = r.Word(t, "type of event", "events", "actions"); !ok {
			return e, false
		}
	}
	if of == "actions" {
		r.Omit(n, source.NeedElsewhere, "the action %s", at.Written())
		return e, false
	}
	var where []rule.Condition
	for _, f := range filters.List() {
		if !r.Object(f, "a filter of events") {
			return e, false
		}
		switch kind := f.Get("type").Str(); kind {
		case "", "event":
			where = append(where, r.posthogProperty(f))
		case "person", "person_metadata":
			where = append(where, r.Omit(f, source.NeedFieldInEv, "events by a property of the person (%s)", f.Get("key").Written()))
		default:
			where = append(where, r.Omit(f, source.NeedElsewhere, "events by a filter of %s (%s)", source.Shortened(kind), f.Get("key").Written()))
		}
	}
	return r.EventNamed(at, n.Get(key).Str(), build.All(where...))
}

// posthogTimes is the operator and the number of a count.
func (r *reader) posthogTimes(n *source.Node) (op string, k int, ok bool) {
	op, ok = "exact", true
	if o := n.Get("operator"); !o.Absent() {
		op, ok = r.Word(o, "operator", "gte", "gt", "lte", "lt", "eq", "exact")
	}
	k, counted := r.Count(n.Want("operator_value"))
	if counted && k == 0 {
		r.Fail(n.Get("operator_value"), rule.ErrValue, "a number of at least 1 is expected here")
		counted = false
	}
	return op, k, ok && counted
}

// posthogCount compares a number of events. Who has none is not counted at all, so "at most 3"
// is 1 to 3.
func posthogCount(x rule.Expr, op string, k int) rule.Condition {
	switch op {
	case "gte":
		return build.Compare(x, rule.OpGe, rule.Int(int64(k)))
	case "gt":
		return build.Compare(x, rule.OpGt, rule.Int(int64(k)))
	case "lt":
		k--
		fallthrough
	case "lte":
		return rule.Between{X: x, Lo: rule.Int(1), Hi: rule.Int(int64(k))}
	}
	return build.Eq(x, rule.Int(int64(k)))
}

// posthogSpan is a length of time: a number and a unit.
func (r *reader) posthogSpan(n *source.Node, value, interval string) (s rule.Span, ok bool) {
	at := n.Want(interval)
	unit, ok := r.Word(at, "unit of time", "minute", "hour", "day", "week", "month", "year")
	if !ok {
		return s, false
	}
	if s, ok = r.Span(n.Want(value), at, unit); ok && s.N == 0 {
		r.Fail(n.Get(value), rule.ErrValue, "a length of time must be more than nothing")
		return s, false
	}
	return s, ok
}

// posthogUnits are the letters of relative dates such as -7d.
var posthogUnits = map[string]rule.Unit{"s": rule.UnitSecond, "M": rule.UnitMinute, "h": rule.UnitHour, "d": rule.UnitDay, "w": rule.UnitWeek, "m": rule.UnitMonth, "q": rule.UnitQuarter, "y": rule.UnitYear}

// posthogAgo reads a relative date: -7d is 7 days, dStart no day and the start of it.
func posthogAgo(text string) (s rule.Span, start, ok bool) {
	text, start = strings.CutSuffix(text, "Start")
	if text == "" {
		return s, start, false
	}
	unit, ok := posthogUnits[text[len(text)-1:]]
	digits := strings.TrimPrefix(text[:len(text)-1], "-")
	if digits == "" && start {
		digits = "0"
	}
	v, number := rule.ParseNumber(digits)
	k, whole := v.Int()
	s = rule.Span{N: k, Unit: unit}
	return s, start, ok && number && whole && k >= 0 && (k == 0 || s.Valid())
}

// posthogBound is a day, an instant, or a length of time ago.
func (r *reader) posthogBound(n *source.Node) (at rule.Expr, ok bool) {
	s, start, ok := posthogAgo(n.Str())
	switch {
	case !n.Is(source.Text) || !ok:
		text := n.Str()
		if len(text) >= 19 && text[10] == ' ' { // 2026-01-31 10:00:00, in UTC
			if v := rule.ReadTime(strings.Replace(text, " ", "T", 1) + "Z"); !v.IsNull() {
				return v, true
			}
		}
		v, ok := r.Instant(n)
		return v, ok
	case !start:
		return build.Shifted(build.Now(), s.Negative()), true
	case s.Unit == rule.UnitDay:
		return build.Shifted(build.Today(), s.Negative()), true
	}
	r.Omit(n, source.NeedMoment, "the start of a unit of time (%s)", n.Written())
	return nil, false
}

// posthogWindow is when events count: within a length of time, or between two bounds.
func (r *reader) posthogWindow(n *source.Node) (w rule.Window, ok bool) {
	from, to := n.Get("explicit_datetime"), n.Get("explicit_datetime_to")
	if from.Absent() && to.Absent() {
		s, ok := r.posthogSpan(n, "time_value", "time_interval")
		return build.LastSpan(s), ok
	}
	if to.Str() == "now" || to.Str() == "" {
		to = nil
	}
	far, start, relative := posthogAgo(from.Str())
	switch {
	case from.Str() == "all" && to == nil:
		return w, true
	case relative && start && to == nil && far.N == 0 && far.Unit >= rule.UnitDay:
		return rule.Window{Kind: rule.WindowThis, Unit: far.Unit}, true
	case relative && !start && to == nil && far.N > 0:
		return build.LastSpan(far), true
	case relative && !start && far.N > 0:
		if near, start, ok := posthogAgo(to.Str()); ok && !start && near.N > 0 {
			return build.AgoSpans(near, far), true
		}
	}
	var bounds [2]rule.Expr
	for i, at := range []*source.Node{from, to} {
		if !at.Absent() && at.Str() != "all" {
			if bounds[i], ok = r.posthogBound(at); !ok {
				return w, false
			}
		}
	}
	if v, ok := bounds[1].(rule.Value); ok {
		if bounds[1] = build.JustAfter(v); v.Kind() == rule.KindDate && bounds[0] == nil {
			y, m, d := v.Date()
			bounds[1] = rule.Date(y, m, d+1)
		}
	}
	switch {
	case bounds[0] == nil:
		return build.Before(bounds[1]), true
	case bounds[1] == nil:
		return build.Since(bounds[0]), true
	}
	return build.Between(bounds[0], bounds[1]), true
}

// maxPeriods is how many periods a rule writes out.
const maxPeriods = 1000

// posthogRegularly is a count in at least some of the last periods, each of which is a condition.
func (r *reader) posthogRegularly(n *source.Node, e rule.Events) rule.Condition {
	one, ok := r.posthogSpan(n, "time_value", "time_interval")
	op, k, counted := r.posthogTimes(n)
	least, low := r.Count(n.Want("min_periods"))
	total, high := r.Count(n.Want("total_periods"))
	switch {
	case !ok || !counted || !low || !high:
		return nil
	case least < 1 || least > total || total > maxPeriods:
		return r.Fail(n, rule.ErrValue, "at least %d of %d periods: from 1 to all of at most %d are expected", least, total, maxPeriods)
	}
	if !r.Spend(n, e.Where, total) {
		return nil
	}
	var of []rule.Condition
	for i := int64(0); i < int64(total); i++ {
		w := build.AgoSpans(rule.Span{N: i * one.N, Unit: one.Unit}, rule.Span{N: (i + 1) * one.N, Unit: one.Unit})
		if i == 0 {
			w = build.LastSpan(one)
		}
		of = append(of, posthogCount(build.CountOf(e, w), op, k))
	}
	if total == 1 {
		return of[0]
	}
	return rule.Count{K: least, Of: of}
}

// posthogStopped is who did it before a time, and not since; or, restarted, who did it long
// ago, then not for a time, and again since.
func (r *reader) posthogStopped(n *source.Node, e rule.Events, restarted bool) rule.Condition {
	far, ok := r.posthogSpan(n, "time_value", "time_interval")
	near, also := r.posthogSpan(n, "seq_time_value", "seq_time_interval")
	if !ok || !also {
		return nil
	}
	if far.Seconds() > 0 && near.Seconds() > 0 && near.Seconds() >= far.Seconds() {
		return r.Fail(n.Get("seq_time_value"), rule.ErrValue, "the nearer length of time must be shorter than the other")
	}
	if restarted {
		return build.All(build.Did(e, build.LastSpan(near)), build.Never(e, build.AgoSpans(near, far)), build.Did(e, build.OlderThan(far)))
	}
	return build.All(build.Did(e, build.AgoSpans(near, far)), build.Never(e, build.LastSpan(near)))
}
