package rule_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

func TestReads(t *testing.T) {
	last := func(n int64, u rule.Unit) rule.Window {
		return rule.Window{Kind: rule.WindowLast, A: rule.Span{N: n, Unit: u}}
	}
	count := func(w rule.Window, where rule.Condition, names ...string) rule.Condition {
		return rule.Compare{Left: rule.Metric{Events: rule.Events{Names: names, Where: where}, Window: w}, Op: rule.OpGe, Right: rule.Int(1), Fold: false}
	}
	tests := []struct {
		name string
		c    rule.Condition
		want rule.Inputs
	}{
		{"everyone", rule.Everyone{}, rule.Inputs{}},
		{"fields", rule.And{ruletest.Eq("b.c", rule.Int(1)), rule.Not{C: ruletest.Eq("a", rule.Int(1))}, rule.IsNull{X: rule.Field("a")}}, rule.Inputs{Fields: []rule.Field{"a", "b.c"}}},
		{"list of objects", rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: rule.Field("orders"), C: rule.And{ruletest.Eq("sku", rule.Text("x")), rule.InList("vip")}},
			rule.Inputs{Fields: []rule.Field{"orders"}, Lists: []string{"vip"}}},
		{"events", rule.Or{count(last(3, rule.UnitDay), ruletest.Eq("sku", rule.Text("x")), "buy", "sell"), count(last(1, rule.UnitMonth), nil, "buy")},
			rule.Inputs{Clock: true, Events: []rule.EventInput{
				{Name: "buy", Props: []rule.Field{"sku"}, Back: rule.Span{N: 1, Unit: rule.UnitMonth}},
				{Name: "sell", Props: []rule.Field{"sku"}, Back: rule.Span{N: 3, Unit: rule.UnitDay}}}}},
		{"any age", rule.Or{count(last(3, rule.UnitDay), nil, "buy"), count(rule.Window{}, nil, "buy")},
			rule.Inputs{Clock: true, Events: []rule.EventInput{{Name: "buy", All: true}}}},
		{"property", rule.Compare{Left: rule.Metric{Agg: rule.AggSum, Prop: "amount", Events: rule.Events{Names: []string{"*"}}}, Op: rule.OpGt, Right: rule.Field("limit"), Fold: false},
			rule.Inputs{Fields: []rule.Field{"limit"}, Events: []rule.EventInput{{Name: "*", Props: []rule.Field{"amount"}, All: true}}}},
		{"today", count(rule.Window{Kind: rule.WindowThis, Unit: rule.UnitDay}, nil, "buy"),
			rule.Inputs{Clock: true, Events: []rule.EventInput{{Name: "buy", Back: rule.Span{N: 2, Unit: rule.UnitDay}}}}},
		{"since", count(rule.Window{Kind: rule.WindowSince, From: rule.Date(2026, 1, 1)}, nil, "buy"),
			rule.Inputs{Events: []rule.EventInput{{Name: "buy", All: true}}}},
		{"changed since itself", rule.Changed{Field: "a", Window: rule.Window{Kind: rule.WindowSince, From: rule.Field("a")}}, rule.Inputs{Fields: []rule.Field{"a"}, History: []rule.Field{"a"}}},
		{"sequence", rule.Sequence{Steps: []rule.Step{{Events: rule.Events{Names: []string{"a"}}}, {Events: rule.Events{Names: []string{"b"}}, Within: rule.Span{N: 1, Unit: rule.UnitHour}, Not: true}}, Window: last(9, rule.UnitWeek)},
			rule.Inputs{Clock: true, Events: []rule.EventInput{{Name: "a", Back: rule.Span{N: 9, Unit: rule.UnitWeek}}, {Name: "b", Back: rule.Span{N: 9, Unit: rule.UnitWeek}}}}},
		{"regularity", rule.Regularity{Events: rule.Events{Names: []string{"a"}}, K: 3, N: 4, Unit: rule.UnitWeek},
			rule.Inputs{Clock: true, Events: []rule.EventInput{{Name: "a", Back: rule.Span{N: 4, Unit: rule.UnitWeek}}}}},
		{"history", rule.And{rule.HasBeen{Field: "status", Value: rule.Text("on"), For: rule.Span{N: 1, Unit: rule.UnitDay}, Fold: false}, rule.Changed{Field: "plan", Window: rule.Window{Kind: rule.WindowSince, From: rule.Field("signup")}}},
			rule.Inputs{Clock: true, Fields: []rule.Field{"signup"}, History: []rule.Field{"plan", "status"}}},
		{"membership", rule.Or{rule.InSegment("s"), rule.When{X: rule.Joined("trial"), Window: last(1, rule.UnitDay)}},
			rule.Inputs{Clock: true, Lists: []string{"trial"}, Segments: []string{"s"}}},
		{"zone", rule.Zoned{C: rule.Compare{Left: rule.Call{Fn: rule.FnDate, Args: []rule.Expr{rule.Field("at")}}, Op: rule.OpEq, Right: rule.Date(2026, 1, 1), Fold: false}, Zone: rule.Field("zone")}, rule.Inputs{Fields: []rule.Field{"at", "zone"}}},
		{"today", rule.Compare{Left: rule.Field("at"), Op: rule.OpEq, Right: rule.Call{Fn: rule.FnToday}, Fold: false}, rule.Inputs{Clock: true, Fields: []rule.Field{"at"}}},
		{"calculated", rule.Compare{Left: rule.Calculated{Name: "ratio", X: rule.Arith{Op: rule.ArithDiv, Left: rule.Field("x"), Right: rule.Field("y")}}, Op: rule.OpGt, Right: rule.Int(1), Fold: false}, rule.Inputs{Fields: []rule.Field{"x", "y"}}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, rule.Reads(tt.c)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// What Reads leaves out does not change the answer.
func TestReadsIsEnough(t *testing.T) {
	g := ruletest.NewGrower(3)
	for range 6_000 {
		c, x := g.Condition(3, false), g.Contact()
		if got, want := segment.Evaluate(c, onlyRead(rule.Reads(c), x, ruletest.TestNow), ruletest.TestNow), segment.Evaluate(c, x, ruletest.TestNow); got != want {
			t.Fatalf("%#v\nreads %+v\nof %#v: %v, of all %v", c, rule.Reads(c), x, got, want)
		}
		if rule.Reads(c).Clock {
			continue
		}
		x.Log = slices.DeleteFunc(x.Log, func(e segment.Event) bool { return e.At.After(ruletest.TestNow) })
		later := ruletest.TestNow.Add(40 * 24 * time.Hour)
		if segment.Evaluate(c, x, ruletest.TestNow) != segment.Evaluate(c, x, later) {
			t.Fatalf("%#v\ndoes not read the clock, but changes with %#v", c, x)
		}
	}
}

// onlyRead is the contact without what the inputs leave out.
func onlyRead(in rule.Inputs, x segment.Record, now time.Time) segment.Record {
	x.Fields, x.Changes, x.Lists = maps.Clone(x.Fields), maps.Clone(x.Changes), maps.Clone(x.Lists)
	maps.DeleteFunc(x.Fields, func(name string, _ rule.Value) bool { return !slices.Contains(in.Fields, rule.Field(name)) })
	maps.DeleteFunc(x.Changes, func(name string, _ []segment.Change) bool { return !slices.Contains(in.History, rule.Field(name)) })
	maps.DeleteFunc(x.Lists, func(name string, _ time.Time) bool { return !slices.Contains(in.Lists, name) })
	x.Segments = slices.DeleteFunc(slices.Clone(x.Segments), func(id string) bool { return !slices.Contains(in.Segments, id) })
	x.Log = slices.DeleteFunc(slices.Clone(x.Log), func(e segment.Event) bool {
		for _, ev := range in.Events {
			prefix, ok := strings.CutSuffix(ev.Name, "*")
			if ev.Name != e.Name && !(ok && strings.HasPrefix(e.Name, prefix)) {
				continue
			}
			if ev.All || ev.Back.Unit != 0 && !e.At.Before(ev.Back.Before(now)) {
				return false
			}
		}
		return true
	})
	return x
}
