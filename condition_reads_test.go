package segment

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReads(t *testing.T) {
	last := func(n int64, u Unit) Window { return Window{Kind: WindowLast, A: Span{n, u}} }
	count := func(w Window, where Condition, names ...string) Condition {
		return Compare{Metric{Events: Events{names, where}, Window: w}, Ge, Int(1), false}
	}
	tests := []struct {
		name string
		c    Condition
		want Inputs
	}{
		{"everyone", Everyone{}, Inputs{}},
		{"fields", And{eq("b.c", Int(1)), Not{eq("a", Int(1))}, IsNull{Field("a")}}, Inputs{Fields: []Field{"a", "b.c"}}},
		{"list of objects", Each{Any, 0, Field("orders"), And{eq("sku", Text("x")), InList("vip")}},
			Inputs{Fields: []Field{"orders"}, Lists: []string{"vip"}}},
		{"events", Or{count(last(3, Day), eq("sku", Text("x")), "buy", "sell"), count(last(1, Month), nil, "buy")},
			Inputs{Clock: true, Events: []EventInput{
				{Name: "buy", Props: []Field{"sku"}, Back: Span{1, Month}},
				{Name: "sell", Props: []Field{"sku"}, Back: Span{3, Day}}}}},
		{"any age", Or{count(last(3, Day), nil, "buy"), count(Window{}, nil, "buy")},
			Inputs{Clock: true, Events: []EventInput{{Name: "buy", All: true}}}},
		{"property", Compare{Metric{Agg: AggSum, Prop: "amount", Events: Events{Names: []string{"*"}}}, Gt, Field("limit"), false},
			Inputs{Fields: []Field{"limit"}, Events: []EventInput{{Name: "*", Props: []Field{"amount"}, All: true}}}},
		{"today", count(Window{Kind: WindowThis, Unit: Day}, nil, "buy"),
			Inputs{Clock: true, Events: []EventInput{{Name: "buy", Back: Span{2, Day}}}}},
		{"since", count(Window{Kind: WindowSince, From: Date(2026, 1, 1)}, nil, "buy"),
			Inputs{Events: []EventInput{{Name: "buy", All: true}}}},
		{"changed since itself", Changed{"a", Window{Kind: WindowSince, From: Field("a")}}, Inputs{Fields: []Field{"a"}, History: []Field{"a"}}},
		{"sequence", Sequence{Steps: []Step{{Events: Events{Names: []string{"a"}}}, {Events: Events{Names: []string{"b"}}, Within: Span{1, Hour}, Not: true}}, Window: last(9, Week)},
			Inputs{Clock: true, Events: []EventInput{{Name: "a", Back: Span{9, Week}}, {Name: "b", Back: Span{9, Week}}}}},
		{"regularity", Regularity{Events{Names: []string{"a"}}, 3, 4, Week},
			Inputs{Clock: true, Events: []EventInput{{Name: "a", Back: Span{4, Week}}}}},
		{"history", And{HasBeen{"status", Text("on"), Span{1, Day}, false}, Changed{"plan", Window{Kind: WindowSince, From: Field("signup")}}},
			Inputs{Clock: true, Fields: []Field{"signup"}, History: []Field{"plan", "status"}}},
		{"membership", Or{InSegment("s"), When{Joined("trial"), last(1, Day)}},
			Inputs{Clock: true, Lists: []string{"trial"}, Segments: []string{"s"}}},
		{"zone", Zoned{Compare{Call{FnDate, []Expr{Field("at")}}, Eq, Date(2026, 1, 1), false}, Field("zone")}, Inputs{Fields: []Field{"at", "zone"}}},
		{"today", Compare{Field("at"), Eq, Call{Fn: FnToday}, false}, Inputs{Clock: true, Fields: []Field{"at"}}},
		{"calculated", Compare{Calculated{"ratio", Arith{Div, Field("x"), Field("y")}}, Gt, Int(1), false}, Inputs{Fields: []Field{"x", "y"}}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Reads(tt.c)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// What Reads leaves out does not change the answer.
func TestReadsIsEnough(t *testing.T) {
	g := newGrower(3)
	for range 6_000 {
		c, x := g.condition(3, false), g.contact()
		if got, want := Evaluate(c, onlyRead(Reads(c), x, testNow), testNow), Evaluate(c, x, testNow); got != want {
			t.Fatalf("%#v\nreads %+v\nof %#v: %v, of all %v", c, Reads(c), x, got, want)
		}
		if Reads(c).Clock {
			continue
		}
		x.Log = slices.DeleteFunc(x.Log, func(e Event) bool { return e.At.After(testNow) })
		later := testNow.Add(40 * 24 * time.Hour)
		if Evaluate(c, x, testNow) != Evaluate(c, x, later) {
			t.Fatalf("%#v\ndoes not read the clock, but changes with %#v", c, x)
		}
	}
}

// onlyRead is the contact without what the inputs leave out.
func onlyRead(in Inputs, x Record, now time.Time) Record {
	x.Fields, x.Changes, x.Lists = maps.Clone(x.Fields), maps.Clone(x.Changes), maps.Clone(x.Lists)
	maps.DeleteFunc(x.Fields, func(name string, _ Value) bool { return !slices.Contains(in.Fields, Field(name)) })
	maps.DeleteFunc(x.Changes, func(name string, _ []Change) bool { return !slices.Contains(in.History, Field(name)) })
	maps.DeleteFunc(x.Lists, func(name string, _ time.Time) bool { return !slices.Contains(in.Lists, name) })
	x.Segments = slices.DeleteFunc(slices.Clone(x.Segments), func(id string) bool { return !slices.Contains(in.Segments, id) })
	x.Log = slices.DeleteFunc(slices.Clone(x.Log), func(e Event) bool {
		for _, ev := range in.Events {
			prefix, ok := strings.CutSuffix(ev.Name, "*")
			if ev.Name != e.Name && !(ok && strings.HasPrefix(e.Name, prefix)) {
				continue
			}
			if ev.All || ev.Back.Unit != 0 && !e.At.Before(ev.Back.before(now)) {
				return false
			}
		}
		return true
	})
	return x
}
