package suites

import (
	"encoding/json"
	"time"

	"github.com/segmentrules/segment"
)

// metric says an aggregate of events.
func (t *translator) metric(r Rule) segment.Metric {
	m := segment.Metric{Events: t.events(r.Event, r.Where), Window: t.window(r)}
	switch r.Agg {
	case "", "count":
	case "sum":
		m.Agg = segment.AggSum
	case "avg":
		m.Agg = segment.AggAvg
	case "max":
		m.Agg = segment.AggMax
	case "min":
		m.Agg = segment.AggMin
	default:
		t.fail("unknown aggregate %q", r.Agg)
	}
	if m.Agg != segment.AggCount {
		var prop path
		if err := json.Unmarshal(r.Of, &prop); err != nil {
			t.fail("of: %w", err)
		}
		m.Prop = segment.Path(prop...)
	}
	return m
}

func (t *translator) events(names names, where []Rule) segment.Events {
	es := segment.Events{Names: names}
	if len(where) == 1 {
		es.Where = t.rule(where[0], fieldOf)
	} else if len(where) > 1 {
		es.Where = segment.And(t.rules(where, fieldOf))
	}
	return es
}

// window says the window of an aggregate. The rule form's until includes its
// instant, ours does not: it ends a nanosecond later.
func (t *translator) window(r Rule) segment.Window {
	last := func(n int64, u segment.Unit) segment.Window {
		return segment.Window{Kind: segment.WindowLast, A: segment.Span{N: n, Unit: u}}
	}
	switch {
	case r.WithinDays != nil:
		return last(*r.WithinDays, segment.Day)
	case r.WithinSeconds != nil:
		return last(*r.WithinSeconds, segment.Second)
	case r.AgoDays != nil:
		return t.ago(r.AgoDays, segment.Day)
	case r.AgoSeconds != nil:
		return t.ago(r.AgoSeconds, segment.Second)
	case r.Since == "" && r.Until == "":
		return segment.Window{}
	}
	from, to := t.instant(r.Since), t.instant(r.Until).Add(1)
	switch {
	case r.Until == "":
		return segment.Window{Kind: segment.WindowSince, From: segment.Time(from)}
	case r.Since == "":
		return segment.Window{Kind: segment.WindowBefore, To: segment.Time(to)}
	}
	return segment.Window{Kind: segment.WindowBetween, From: segment.Time(from), To: segment.Time(to)}
}

func (t *translator) ago(bounds []*int64, u segment.Unit) segment.Window {
	if len(bounds) != 2 || bounds[0] == nil {
		t.fail("ago needs two bounds, of which the first is a number")
		return segment.Window{}
	}
	w := segment.Window{Kind: segment.WindowOlder, A: segment.Span{N: *bounds[0], Unit: u}}
	if bounds[1] != nil {
		w.Kind, w.B = segment.WindowAgo, segment.Span{N: *bounds[1], Unit: u}
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
	latest := func(p path) segment.Expr {
		return segment.Metric{Agg: segment.AggLast, Events: es, Prop: segment.Path(p...), Window: window}
	}
	any := segment.Compare{Left: segment.Metric{Events: es, Window: window}, Op: segment.Ge, Right: segment.Int(1)}
	return append(segment.And{any}, t.rules(r.Has, latest)...)
}

// weighted says a weighted sum of aggregates.
func (t *translator) weighted(r Rule) segment.Condition {
	var sum segment.Expr
	for _, part := range r.Weighted {
		var term segment.Expr = segment.Arith{Op: segment.Mul, Left: t.metric(part), Right: t.value(part.Weight)}
		if sum != nil {
			term = segment.Arith{Op: segment.Add, Left: sum, Right: term}
		}
		sum = term
	}
	return segment.Compare{Left: sum, Op: t.op(r.Op), Right: t.value(r.Value)}
}
