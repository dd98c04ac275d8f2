package definition_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

// definitionForms are trees with their one canonical JSON.
func definitionForms() []struct {
	json string
	c    rule.Condition
} {
	plan := rule.Field("plan")
	eq := func(f rule.Field, v rule.Expr) rule.Condition { return rule.Compare{Left: f, Op: rule.OpEq, Right: v} }
	at := rule.Time(time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC))
	opened := rule.Events{Names: []string{"opened"}}
	return []struct {
		json string
		c    rule.Condition
	}{
		{`{"everyone":true}`, rule.Everyone{}},
		{`{"not":true,"everyone":true}`, rule.Not{C: rule.Everyone{}}},
		{`{"field":"plan","operator":"equals","value":"free"}`, eq(plan, rule.Text("free"))},
		{`{"field":"plan","operator":"not_equals","value":"free"}`, rule.Not{C: eq(plan, rule.Text("free"))}},
		{`{"not":{"field":"plan","operator":"not_equals","value":"free"}}`, rule.Not{C: rule.Not{C: eq(plan, rule.Text("free"))}}},
		{`{"not":{"not":{"not":true,"everyone":true}}}`, rule.Not{C: rule.Not{C: rule.Not{C: rule.Everyone{}}}}},
		{`{"field":"plan","operator":"equals","value":"FREE","ignore_case":true}`, rule.Compare{Left: plan, Right: rule.Text("FREE"), Fold: true}},
		{`{"field":"n","operator":"greater_than","value":18446744073709551615}`, rule.Compare{Left: rule.Field("n"), Op: rule.OpGt, Right: rule.Uint(1<<64 - 1)}},
		{`{"field":"n","operator":"at_least","value":0.1}`, rule.Compare{Left: rule.Field("n"), Op: rule.OpGe, Right: rule.Number(0.1)}},
		{`{"field":"n","operator":"at_most","value":{"text":""}}`, rule.Compare{Left: rule.Field("n"), Op: rule.OpLe, Right: rule.Text("")}},
		{`{"field":"n","operator":"between","value":[{"null":true},{"text":""}]}`, rule.Between{X: rule.Field("n"), Lo: rule.Value{}, Hi: rule.Text("")}},
		{`{"field":"n","operator":"at_most","value":-5}`, rule.Compare{Left: rule.Field("n"), Op: rule.OpLe, Right: rule.Int(-5)}},
		{`{"not":true,"field":"n","operator":"less_than","value":1}`, rule.Not{C: rule.Compare{Left: rule.Field("n"), Op: rule.OpLt, Right: rule.Int(1)}}},
		{`{"field":"d","operator":"equals","value":"2026-01-31"}`, eq("d", rule.Text("2026-01-31"))},
		{`{"field":"d","operator":"equals","value":{"date":"2026-01-31"}}`, eq("d", rule.Date(2026, 1, 31))},
		{`{"field":"d","operator":"equals","value":{"time":"2026-01-31T10:00:00Z"}}`, eq("d", at)},
		{`{"field":"d","operator":"equals","value":{"duration":"1h30m0s"}}`, eq("d", rule.Duration(90*time.Minute))},
		{`{"field":"d","operator":"equals","value":{"object":{"date":5}}}`, eq("d", rule.Object(rule.Member{Name: "date", Value: rule.Int(5)}))},
		{`{"field":"d","operator":"equals","value":{"null":true}}`, eq("d", rule.Value{})},
		{`{"field":"d","operator":"less_than","value":{"null":true}}`, rule.Compare{Left: rule.Field("d"), Op: rule.OpLt, Right: rule.Value{}}},
		{`{"field":"d","operator":"equals","value":[1,"a",{"date":"2026-01-31"},{"a":1}]}`,
			eq("d", rule.List(rule.Int(1), rule.Text("a"), rule.Date(2026, 1, 31), rule.Object(rule.Member{Name: "a", Value: rule.Int(1)})))},
		{`{"field":"a","operator":"equals","value":{"field":"b.c"}}`, eq("a", rule.Field("b.c"))},
		{`{"field":"a\\.b.c","operator":"is_set"}`, rule.Not{C: rule.IsNull{X: rule.Path("a.b", "c")}}},
		{`{"field":"a","operator":"is_not_set"}`, rule.IsNull{X: rule.Field("a")}},
		{`{"field":"a","operator":"is_blank"}`, rule.IsBlank{X: rule.Field("a")}},
		{`{"field":"a","operator":"is_not_blank"}`, rule.Not{C: rule.IsBlank{X: rule.Field("a")}}},
		{`{"field":"age","operator":"between","value":[18,30]}`, rule.Between{X: rule.Field("age"), Lo: rule.Int(18), Hi: rule.Int(30)}},
		{`{"field":"age","operator":"not_between","value":[18,30]}`, rule.Not{C: rule.Between{X: rule.Field("age"), Lo: rule.Int(18), Hi: rule.Int(30)}}},
		{`{"field":"s","operator":"in","value":["CA","NY",null]}`, rule.In{X: rule.Field("s"), Values: []rule.Value{rule.Text("CA"), rule.Text("NY"), {}}}},
		{`{"field":"s","operator":"not_in","value":[1],"ignore_case":true}`, rule.Not{C: rule.In{X: rule.Field("s"), Values: []rule.Value{rule.Int(1)}, Fold: true}}},
		{`{"field":"e","operator":"contains","value":"@x.com"}`, rule.Contains{X: rule.Field("e"), Values: []rule.Value{rule.Text("@x.com")}}},
		{`{"field":"e","operator":"not_contains_any","value":["a","b"]}`, rule.Not{C: rule.Contains{X: rule.Field("e"), Values: []rule.Value{rule.Text("a"), rule.Text("b")}}}},
		{`{"field":"e","operator":"contains_any","value":[["a"]]}`, rule.Contains{X: rule.Field("e"), Values: []rule.Value{rule.List(rule.Text("a"))}}},
		{`{"field":"e","operator":"contains_all","value":["a"]}`, rule.Contains{X: rule.Field("e"), Mode: rule.ContainsAll, Values: []rule.Value{rule.Text("a")}}},
		{`{"field":"t","operator":"starts_with","value":"VP","ignore_case":true}`, rule.Like{X: rule.Field("t"), End: rule.LikePrefix, Values: []string{"VP"}, Fold: true}},
		{`{"field":"t","operator":"not_ends_with","value":["a","b"]}`, rule.Not{C: rule.Like{X: rule.Field("t"), End: rule.LikeSuffix, Values: []string{"a", "b"}, Fold: false}}},
		{`{"field":"e","operator":"matches","value":"^[a-z]+@"}`, rule.Matches{X: rule.Field("e"), Pattern: "^[a-z]+@"}},
		{`{"field":"ip","operator":"in_cidr","value":["10.0.0.0/8","::1/128"]}`, rule.InCIDR{X: rule.Field("ip"), Nets: []string{"10.0.0.0/8", "::1/128"}}},
		{`{"field":"tags","operator":"any","has":{"element":true,"operator":"equals","value":"vip"}}`,
			rule.Each{Quantifier: rule.QuantifierAny, X: rule.Field("tags"), C: rule.Compare{Left: rule.Elem{}, Right: rule.Text("vip")}}},
		{`{"field":"o","operator":"at_least","value":2,"has":{"field":"n","operator":"greater_than","value":10}}`,
			rule.Each{Quantifier: rule.QuantifierMin, K: 2, X: rule.Field("o"), C: rule.Compare{Left: rule.Field("n"), Op: rule.OpGt, Right: rule.Int(10)}}},
		{`{"not":true,"field":"o","operator":"none","has":{"everyone":true}}`, rule.Not{C: rule.Each{Quantifier: rule.QuantifierNone, K: 0, X: rule.Field("o"), C: rule.Everyone{}}}},
		{`{"field":"d","operator":"within_days","value":30}`, rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 30, Unit: rule.UnitDay}}}},
		{`{"field":"d","operator":"older_than_months","value":1}`, rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowOlder, A: rule.Span{N: 1, Unit: rule.UnitMonth}}}},
		{`{"field":"d","operator":"within_next_hours","value":3}`, rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowNext, A: rule.Span{N: 3, Unit: rule.UnitHour}}}},
		{`{"field":"d","operator":"later_than_weeks","value":3}`, rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowLater, A: rule.Span{N: 3, Unit: rule.UnitWeek}}}},
		{`{"field":"d","operator":"during","value":{"ago":[30,120],"unit":"days"}}`,
			rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowAgo, A: rule.Span{N: 30, Unit: rule.UnitDay}, B: rule.Span{N: 120, Unit: rule.UnitDay}}}},
		{`{"field":"d","operator":"during","value":{"ago":[{"span":12,"unit":"hours"},{"span":3,"unit":"days"}]}}`,
			rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowAgo, A: rule.Span{N: 12, Unit: rule.UnitHour}, B: rule.Span{N: 3, Unit: rule.UnitDay}}}},
		{`{"field":"d","operator":"during","value":{"this":"week","starts_on":"sunday"}}`,
			rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitWeek, StartsOn: rule.WeekdaySunday}}},
		{`{"field":"d","operator":"during","value":{"next":"fiscal_quarter","periods":2,"starts_in":"may"}}`,
			rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowFollowing, Unit: rule.UnitQuarter, N: 2, Fiscal: true, StartsIn: time.May}}},
		{`{"field":"d","operator":"during","value":{"previous":"month","periods":3}}`, rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowPrevious, Unit: rule.UnitMonth, N: 3}}},
		{`{"field":"d","operator":"during","value":{"previous":"day"}}`, rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowPrevious, Unit: rule.UnitDay}}},
		{`{"field":"d","operator":"during","value":{"past":true}}`, rule.When{X: rule.Field("d"), Window: rule.Window{}}},
		{`{"field":"d","operator":"during","value":{"since":{"date":"2026-01-31"}}}`, rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowSince, From: rule.Date(2026, 1, 31)}}},
		{`{"field":"d","operator":"during","value":{"before":{"text":"2026-01-31"}}}`, rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowBefore, To: rule.Text("2026-01-31")}}},
		{`{"field":"d","operator":"during","value":{"from":{"field":"a"},"to":{"function":"today"}}}`,
			rule.When{X: rule.Field("d"), Window: rule.Window{Kind: rule.WindowBetween, From: rule.Field("a"), To: rule.Call{Fn: rule.FnToday}}}},
		{`{"joined":"trial","operator":"within_days","value":14}`, rule.When{X: rule.Joined("trial"), Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 14, Unit: rule.UnitDay}}}},
		{`{"event":"opened","aggregate":"count","window":{"last":30,"unit":"days"},"operator":"at_least","value":5}`,
			rule.Compare{Left: rule.Metric{Events: opened, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 30, Unit: rule.UnitDay}}}, Op: rule.OpGe, Right: rule.Int(5)}},
		{`{"events":["a","b*"],"where":{"field":"sku","operator":"equals","value":"X"},"aggregate":"sum","of":"amount","operator":"greater_than","value":500}`,
			rule.Compare{Left: rule.Metric{Agg: rule.AggSum, Events: rule.Events{Names: []string{"a", "b*"}, Where: eq("sku", rule.Text("X"))}, Prop: "amount"}, Op: rule.OpGt, Right: rule.Int(500)}},
		{`{"event":"purchase","aggregate":"last","operator":"older_than_days","value":90}`,
			rule.When{X: rule.Metric{Agg: rule.AggLast, Events: rule.Events{Names: []string{"purchase"}}}, Window: rule.Window{Kind: rule.WindowOlder, A: rule.Span{N: 90, Unit: rule.UnitDay}}}},
		{`{"divide":[{"event":"clicked","aggregate":"count"},{"event":"opened","aggregate":"count"}],"operator":"at_least","value":0.2}`,
			rule.Compare{Left: rule.Arith{Op: rule.ArithDiv, Left: rule.Metric{Events: rule.Events{Names: []string{"clicked"}}}, Right: rule.Metric{Events: opened}}, Op: rule.OpGe, Right: rule.Number(0.2)}},
		{`{"function":"month","args":[{"field":"b"}],"operator":"equals","value":{"function":"month","args":[{"function":"today"}]}}`,
			rule.Compare{Left: rule.Call{Fn: rule.FnMonth, Args: []rule.Expr{rule.Field("b")}}, Right: rule.Call{Fn: rule.FnMonth, Args: []rule.Expr{rule.Call{Fn: rule.FnToday}}}}},
		{`{"remainder":[{"function":"hash","args":[{"field":"id"},"salt"]},100],"operator":"less_than","value":20}`,
			rule.Compare{Left: rule.Arith{Op: rule.ArithMod, Left: rule.Call{Fn: rule.FnHash, Args: []rule.Expr{rule.Field("id"), rule.Text("salt")}}, Right: rule.Int(100)}, Op: rule.OpLt, Right: rule.Int(20)}},
		{`{"field":"d","operator":"greater_than","value":{"subtract":[{"function":"today"},{"span":30,"unit":"days"}]}}`,
			rule.Compare{Left: rule.Field("d"), Op: rule.OpGt, Right: rule.Arith{Op: rule.ArithSub, Left: rule.Call{Fn: rule.FnToday}, Right: rule.Span{N: 30, Unit: rule.UnitDay}}}},
		{`{"left":{"span":-3,"unit":"days"},"operator":"less_than","value":{"function":"age","args":[{"field":"d"}]}}`,
			rule.Compare{Left: rule.Span{N: -3, Unit: rule.UnitDay}, Op: rule.OpLt, Right: rule.Call{Fn: rule.FnAge, Args: []rule.Expr{rule.Field("d")}}}},
		{`{"left":5,"operator":"equals","value":{"field":"n"}}`, rule.Compare{Left: rule.Int(5), Right: rule.Field("n")}},
		{`{"calculated":"Score","as":{"multiply":[{"field":"opens"},2]},"operator":"at_least","value":40}`,
			rule.Compare{Left: rule.Calculated{Name: "Score", X: rule.Arith{Op: rule.ArithMul, Left: rule.Field("opens"), Right: rule.Int(2)}}, Op: rule.OpGe, Right: rule.Int(40)}},
		{`{"field":"plan","operator":"changed","window":{"last":30,"unit":"days"}}`, rule.Changed{Field: plan, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 30, Unit: rule.UnitDay}}}},
		{`{"not":true,"field":"plan","operator":"changed"}`, rule.Not{C: rule.Changed{Field: plan}}},
		{`{"field":"s","operator":"has_been","value":"running","for":7,"unit":"days","ignore_case":true}`, rule.HasBeen{Field: "s", Value: rule.Text("running"), For: rule.Span{N: 7, Unit: rule.UnitDay}, Fold: true}},
		{`{"sequence":[{"event":"cart_add"},{"event":"purchase","not":true,"within":24,"unit":"hours"}],"window":{"last":1,"unit":"weeks"}}`,
			rule.Sequence{Steps: []rule.Step{{Events: rule.Events{Names: []string{"cart_add"}}}, {Events: rule.Events{Names: []string{"purchase"}}, Within: rule.Span{N: 24, Unit: rule.UnitHour}, Not: true}}, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 1, Unit: rule.UnitWeek}}}},
		{`{"event":"opened","at_least":3,"of_last":4,"unit":"weeks"}`, rule.Regularity{Events: opened, K: 3, N: 4, Unit: rule.UnitWeek}},
		{`{"list":"VIP","operator":"in"}`, rule.InList("VIP")},
		{`{"segment":"Active","operator":"not_in"}`, rule.Not{C: rule.InSegment("Active")}},
		{`{"at_least":2,"of":[{"everyone":true},{"list":"b","operator":"in"}]}`, rule.Count{Quantity: rule.QuantityAtLeast, K: 2, Of: []rule.Condition{rule.Everyone{}, rule.InList("b")}}},
		{`{"not":true,"exactly":1,"of":[{"everyone":true}]}`, rule.Not{C: rule.Count{Quantity: rule.QuantityExactly, K: 1, Of: []rule.Condition{rule.Everyone{}}}}},
		{`{"logic":"AND","conditions":[{"logic":"OR","not":true,"conditions":[{"list":"a","operator":"in"},{"list":"b","operator":"in"}]},{"everyone":true}]}`,
			rule.And{rule.Not{C: rule.Or{rule.InList("a"), rule.InList("b")}}, rule.Everyone{}}},
		{`{"field":"plan","operator":"not_equals","value":"free","zone":"America/New_York"}`, rule.Zoned{C: rule.Not{C: eq(plan, rule.Text("free"))}, Zone: rule.Text("America/New_York")}},
		{`{"not":{"list":"a","operator":"in","zone":{"field":"tz"}}}`, rule.Not{C: rule.Zoned{C: rule.InList("a"), Zone: rule.Field("tz")}}},
		{`{"condition":{"everyone":true,"zone":"UTC"},"zone":{"field":"tz"}}`, rule.Zoned{C: rule.Zoned{C: rule.Everyone{}, Zone: rule.Text("UTC")}, Zone: rule.Field("tz")}},
		{`{"not":{"not":{"list":"a","operator":"in","zone":"UTC"},"zone":"UTC"}}`, rule.Not{C: rule.Zoned{C: rule.Not{C: rule.Zoned{C: rule.InList("a"), Zone: rule.Text("UTC")}}, Zone: rule.Text("UTC")}}},
	}
}

func TestDefinitionForms(t *testing.T) {
	for _, f := range definitionForms() {
		got, err := definition.MarshalCondition(f.c)
		if err != nil || string(got) != f.json {
			t.Errorf("writing %v:\n got %s, %v\nwant %s", f.c, got, err, f.json)
		}
		c, err := definition.UnmarshalCondition([]byte(f.json))
		if err != nil || !rule.Equal(c, f.c) {
			t.Errorf("reading %s:\n got %#v, %v\nwant %#v", f.json, c, err, f.c)
		}
		if !json.Valid(got) {
			t.Errorf("%s is not JSON", got)
		}
	}
}

// The law: what can be written reads back as the same tree.
func TestDefinitionRoundTrip(t *testing.T) {
	g := ruletest.NewGrower(5)
	written := 0
	for i := range 20_000 {
		c := g.Condition(1+i%5, false)
		if check.Condition(c, rule.Limits{}) != nil {
			if _, err := definition.MarshalCondition(c); err == nil {
				t.Fatalf("an invalid tree was written: %#v", c)
			}
			continue
		}
		written++
		text, err := definition.MarshalCondition(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := definition.UnmarshalCondition(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !rule.Equal(back, c) {
			t.Fatalf("%s\n got %v\nwant %v", text, back, c)
		}
	}
	if written < 3_000 {
		t.Errorf("only %d trees were valid", written)
	}
}
