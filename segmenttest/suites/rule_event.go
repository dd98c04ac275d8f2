package suites

import (
	"encoding/json"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// metric says an aggregate of events.
func (t *translator) metric(r Rule) rule.Metric {
	m := rule.Metric{Events: t.events(r.Event, r.Where), Window: t.window(r)}
	switch r.Agg {
	case "", "count":
	case "sum":
		m.Agg = rule.AggSum
	case "avg":
		m.Agg = rule.AggAvg
	case "max":
		m.Agg = rule.AggMax
	case "min":
		m.Agg = rule.AggMin
	default:
		t.fail("unknown aggregate %q", r.Agg)
	}
	if m.Agg != rule.AggCount {
		var prop path
		if err := json.Unmarshal(r.Of, &prop); err != nil {
			t.fail("of: %w", err)
		}
		m.Prop = rule.Path(prop...)
	}
	return m
}

func (t *translator) events(names names, where []Rule) rule.Events {
	es := rule.Events{Names: names}
	if len(where) == 1 {
		es.Where = t.rule(where[0], fieldOf)
	} else if len(where) > 1 {
		es.Where = rule.And(t.rules(where, fieldOf))
	}
	return es
}

// window says the window of an aggregate. The rule form's until includes its
// instant, ours does not: it ends a nanosecond later.
func (t *translator) window(r Rule) rule.Window {
	last := func(n int64, u rule.Unit) rule.Window {
		return rule.Window{Kind: rule.WindowLast, A: rule.Span{N: n, Unit: u}}
	}
	switch {
	case r.WithinDays != nil:
		return last(*r.WithinDays, rule.UnitDay)
	case r.WithinSeconds != nil:
		return last(*r.WithinSeconds, rule.UnitSecond)
	case r.AgoDays != nil:
		return t.ago(r.AgoDays, rule.UnitDay)
	case r.AgoSeconds != nil:
		return t.ago(r.AgoSeconds, rule.UnitSecond)
	case r.Since == "" && r.Until == "":
		return rule.Window{}
	}
	from, to := t.instant(r.Since), t.instant(r.Until).Add(1)
	switch {
	case r.Until == "":
		return rule.Window{Kind: rule.WindowSince, From: segment.Time(from)}
	case r.Since == "":
		return rule.Window{Kind: rule.WindowBefore, To: segment.Time(to)}
	}
	return rule.Window{Kind: rule.WindowBetween, From: segment.Time(from), To: segment.Time(to)}
}

func (t *translator) ago(bounds []*int64, u rule.Unit) rule.Window {
	if len(bounds) != 2 || bounds[0] == nil {
		t.fail("ago needs two bounds, of which the first is a number")
		return rule.Window{}
	}
	w := rule.Window{Kind: rule.WindowOlder, A: rule.Span{N: *bounds[0], Unit: u}}
	if bounds[1] != nil {
		w.Kind, w.B = rule.WindowAgo, rule.Span{N: *bounds[1], Unit: u}
	}
	return w
}

func (t *translator) instant(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.fail("instant: %w", err)
	}
	return at
}

// last says what must hold of the latest event: there is one, and each
// property is its property.
func (t *translator) last(r Rule) segment.Condition {
	es := t.events(r.Last, r.Where)
	window := t.window(r)
	latest := func(p path) rule.Expr {
		return rule.Metric{Agg: rule.AggLast, Events: es, Prop: rule.Path(p...), Window: window}
	}
	any := rule.Compare{Left: rule.Metric{Events: es, Window: window}, Op: rule.OpGe, Right: segment.Int(1)}
	return append(rule.And{any}, t.rules(r.Has, latest)...)
}

// weighted says a weighted sum of aggregates.
func (t *translator) weighted(r Rule) segment.Condition {
	var sum rule.Expr
	for _, part := range r.Weighted {
		var term rule.Expr = rule.Arith{Op: rule.ArithMul, Left: t.metric(part), Right: t.value(part.Weight)}
		if sum != nil {
			term = rule.Arith{Op: rule.ArithAdd, Left: sum, Right: term}
		}
		sum = term
	}
	return rule.Compare{Left: sum, Op: t.op(r.Op), Right: t.value(r.Value)}
}
