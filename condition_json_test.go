package segment

import (
	"encoding/json"
	"testing"
	"time"
)

// definitionForms are trees with their one canonical JSON.
func definitionForms() []struct {
	json string
	c    Condition
} {
	plan := Field("plan")
	eq := func(f Field, v Expr) Condition { return Compare{Left: f, Op: Eq, Right: v} }
	at := Time(time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC))
	opened := Events{Names: []string{"opened"}}
	return []struct {
		json string
		c    Condition
	}{
		{`{"everyone":true}`, Everyone{}},
		{`{"not":true,"everyone":true}`, Not{Everyone{}}},
		{`{"field":"plan","operator":"equals","value":"free"}`, eq(plan, Text("free"))},
		{`{"field":"plan","operator":"not_equals","value":"free"}`, Not{eq(plan, Text("free"))}},
		{`{"not":{"field":"plan","operator":"not_equals","value":"free"}}`, Not{Not{eq(plan, Text("free"))}}},
		{`{"not":{"not":{"not":true,"everyone":true}}}`, Not{Not{Not{Everyone{}}}}},
		{`{"field":"plan","operator":"equals","value":"FREE","ignore_case":true}`, Compare{Left: plan, Right: Text("FREE"), Fold: true}},
		{`{"field":"n","operator":"greater_than","value":18446744073709551615}`, Compare{Left: Field("n"), Op: Gt, Right: Uint(1<<64 - 1)}},
		{`{"field":"n","operator":"at_least","value":0.1}`, Compare{Left: Field("n"), Op: Ge, Right: Number(0.1)}},
		{`{"field":"n","operator":"at_most","value":-5}`, Compare{Left: Field("n"), Op: Le, Right: Int(-5)}},
		{`{"not":true,"field":"n","operator":"less_than","value":1}`, Not{Compare{Left: Field("n"), Op: Lt, Right: Int(1)}}},
		{`{"field":"d","operator":"equals","value":"2026-01-31"}`, eq("d", Text("2026-01-31"))},
		{`{"field":"d","operator":"equals","value":{"date":"2026-01-31"}}`, eq("d", Date(2026, 1, 31))},
		{`{"field":"d","operator":"equals","value":{"time":"2026-01-31T10:00:00Z"}}`, eq("d", at)},
		{`{"field":"d","operator":"equals","value":{"duration":"1h30m0s"}}`, eq("d", Duration(90*time.Minute))},
		{`{"field":"d","operator":"equals","value":{"object":{"date":5}}}`, eq("d", Object(Member{"date", Int(5)}))},
		{`{"field":"d","operator":"equals","value":{"null":true}}`, eq("d", Value{})},
		{`{"field":"d","operator":"less_than","value":null}`, Compare{Left: Field("d"), Op: Lt, Right: Value{}}},
		{`{"field":"d","operator":"equals","value":[1,"a",{"date":"2026-01-31"},{"a":1}]}`,
			eq("d", List(Int(1), Text("a"), Date(2026, 1, 31), Object(Member{"a", Int(1)})))},
		{`{"field":"a","operator":"equals","value":{"field":"b.c"}}`, eq("a", Field("b.c"))},
		{`{"field":"a\\.b.c","operator":"is_set"}`, Not{IsNull{Path("a.b", "c")}}},
		{`{"field":"a","operator":"is_not_set"}`, IsNull{Field("a")}},
		{`{"field":"a","operator":"is_blank"}`, IsBlank{Field("a")}},
		{`{"field":"a","operator":"is_not_blank"}`, Not{IsBlank{Field("a")}}},
		{`{"field":"age","operator":"between","value":[18,30]}`, Between{X: Field("age"), Lo: Int(18), Hi: Int(30)}},
		{`{"field":"age","operator":"not_between","value":[18,30]}`, Not{Between{X: Field("age"), Lo: Int(18), Hi: Int(30)}}},
		{`{"field":"s","operator":"in","value":["CA","NY",null]}`, In{X: Field("s"), Values: []Value{Text("CA"), Text("NY"), {}}}},
		{`{"field":"s","operator":"not_in","value":[1],"ignore_case":true}`, Not{In{Field("s"), []Value{Int(1)}, true}}},
		{`{"field":"e","operator":"contains","value":"@x.com"}`, Contains{X: Field("e"), Values: []Value{Text("@x.com")}}},
		{`{"field":"e","operator":"not_contains_any","value":["a","b"]}`, Not{Contains{X: Field("e"), Values: []Value{Text("a"), Text("b")}}}},
		{`{"field":"e","operator":"contains_any","value":[["a"]]}`, Contains{X: Field("e"), Values: []Value{List(Text("a"))}}},
		{`{"field":"e","operator":"contains_all","value":["a"]}`, Contains{X: Field("e"), Mode: AllOf, Values: []Value{Text("a")}}},
		{`{"field":"t","operator":"starts_with","value":"VP","ignore_case":true}`, Like{Field("t"), Prefix, []string{"VP"}, true}},
		{`{"field":"t","operator":"not_ends_with","value":["a","b"]}`, Not{Like{Field("t"), Suffix, []string{"a", "b"}, false}}},
		{`{"field":"e","operator":"matches","value":"^[a-z]+@"}`, Matches{X: Field("e"), Pattern: "^[a-z]+@"}},
		{`{"field":"ip","operator":"in_cidr","value":["10.0.0.0/8","::1/128"]}`, InCIDR{Field("ip"), []string{"10.0.0.0/8", "::1/128"}}},
		{`{"field":"tags","operator":"any","has":{"element":true,"operator":"equals","value":"vip"}}`,
			Each{Quantifier: Any, X: Field("tags"), C: Compare{Left: Elem{}, Right: Text("vip")}}},
		{`{"field":"o","operator":"at_least","value":2,"has":{"field":"n","operator":"greater_than","value":10}}`,
			Each{AtLeastK, 2, Field("o"), Compare{Left: Field("n"), Op: Gt, Right: Int(10)}}},
		{`{"not":true,"field":"o","operator":"none","has":{"everyone":true}}`, Not{Each{None, 0, Field("o"), Everyone{}}}},
		{`{"field":"d","operator":"within_days","value":30}`, When{Field("d"), Window{Kind: WindowLast, A: Span{30, Day}}}},
		{`{"field":"d","operator":"older_than_months","value":1}`, When{Field("d"), Window{Kind: WindowOlder, A: Span{1, Month}}}},
		{`{"field":"d","operator":"within_next_hours","value":3}`, When{Field("d"), Window{Kind: WindowNext, A: Span{3, Hour}}}},
		{`{"field":"d","operator":"later_than_weeks","value":3}`, When{Field("d"), Window{Kind: WindowLater, A: Span{3, Week}}}},
		{`{"field":"d","operator":"during","value":{"ago":[30,120],"unit":"days"}}`,
			When{Field("d"), Window{Kind: WindowAgo, A: Span{30, Day}, B: Span{120, Day}}}},
		{`{"field":"d","operator":"during","value":{"ago":[{"span":12,"unit":"hours"},{"span":3,"unit":"days"}]}}`,
			When{Field("d"), Window{Kind: WindowAgo, A: Span{12, Hour}, B: Span{3, Day}}}},
		{`{"field":"d","operator":"during","value":{"this":"week","starts_on":"sunday"}}`,
			When{Field("d"), Window{Kind: WindowThis, Unit: Week, StartsOn: Sunday}}},
		{`{"field":"d","operator":"during","value":{"previous":"day"}}`, When{Field("d"), Window{Kind: WindowPrevious, Unit: Day}}},
		{`{"field":"d","operator":"during","value":{"past":true}}`, When{Field("d"), Window{}}},
		{`{"field":"d","operator":"during","value":{"since":{"date":"2026-01-31"}}}`, When{Field("d"), Window{Kind: WindowSince, From: Date(2026, 1, 31)}}},
		{`{"field":"d","operator":"during","value":{"before":{"text":"2026-01-31"}}}`, When{Field("d"), Window{Kind: WindowBefore, To: Text("2026-01-31")}}},
		{`{"field":"d","operator":"during","value":{"from":{"field":"a"},"to":{"function":"today"}}}`,
			When{Field("d"), Window{Kind: WindowBetween, From: Field("a"), To: Call{Fn: FnToday}}}},
		{`{"joined":"trial","operator":"within_days","value":14}`, When{Joined("trial"), Window{Kind: WindowLast, A: Span{14, Day}}}},
		{`{"event":"opened","aggregate":"count","window":{"last":30,"unit":"days"},"operator":"at_least","value":5}`,
			Compare{Left: Metric{Events: opened, Window: Window{Kind: WindowLast, A: Span{30, Day}}}, Op: Ge, Right: Int(5)}},
		{`{"events":["a","b*"],"where":{"field":"sku","operator":"equals","value":"X"},"aggregate":"sum","of":"amount","operator":"greater_than","value":500}`,
			Compare{Left: Metric{Agg: AggSum, Events: Events{[]string{"a", "b*"}, eq("sku", Text("X"))}, Prop: "amount"}, Op: Gt, Right: Int(500)}},
		{`{"event":"purchase","aggregate":"last","operator":"older_than_days","value":90}`,
			When{Metric{Agg: AggLast, Events: Events{Names: []string{"purchase"}}}, Window{Kind: WindowOlder, A: Span{90, Day}}}},
		{`{"divide":[{"event":"clicked","aggregate":"count"},{"event":"opened","aggregate":"count"}],"operator":"at_least","value":0.2}`,
			Compare{Left: Arith{Div, Metric{Events: Events{Names: []string{"clicked"}}}, Metric{Events: opened}}, Op: Ge, Right: Number(0.2)}},
		{`{"function":"month","args":[{"field":"b"}],"operator":"equals","value":{"function":"month","args":[{"function":"today"}]}}`,
			Compare{Left: Call{FnMonth, []Expr{Field("b")}}, Right: Call{FnMonth, []Expr{Call{Fn: FnToday}}}}},
		{`{"remainder":[{"function":"hash","args":[{"field":"id"},"salt"]},100],"operator":"less_than","value":20}`,
			Compare{Left: Arith{Mod, Call{FnHash, []Expr{Field("id"), Text("salt")}}, Int(100)}, Op: Lt, Right: Int(20)}},
		{`{"field":"d","operator":"greater_than","value":{"subtract":[{"function":"today"},{"span":30,"unit":"days"}]}}`,
			Compare{Left: Field("d"), Op: Gt, Right: Arith{Sub, Call{Fn: FnToday}, Span{30, Day}}}},
		{`{"left":{"span":-3,"unit":"days"},"operator":"less_than","value":{"function":"age","args":[{"field":"d"}]}}`,
			Compare{Left: Span{-3, Day}, Op: Lt, Right: Call{FnAge, []Expr{Field("d")}}}},
		{`{"left":5,"operator":"equals","value":{"field":"n"}}`, Compare{Left: Int(5), Right: Field("n")}},
		{`{"calculated":"Score","as":{"multiply":[{"field":"opens"},2]},"operator":"at_least","value":40}`,
			Compare{Left: Calculated{"Score", Arith{Mul, Field("opens"), Int(2)}}, Op: Ge, Right: Int(40)}},
		{`{"field":"plan","operator":"changed","window":{"last":30,"unit":"days"}}`, Changed{plan, Window{Kind: WindowLast, A: Span{30, Day}}}},
		{`{"not":true,"field":"plan","operator":"changed"}`, Not{Changed{Field: plan}}},
		{`{"field":"s","operator":"has_been","value":"running","for":7,"unit":"days","ignore_case":true}`, HasBeen{"s", Text("running"), Span{7, Day}, true}},
		{`{"sequence":[{"event":"cart_add"},{"event":"purchase","not":true,"within":24,"unit":"hours"}],"window":{"last":1,"unit":"weeks"}}`,
			Sequence{[]Step{{Events: Events{Names: []string{"cart_add"}}}, {Events{Names: []string{"purchase"}}, Span{24, Hour}, true}}, Window{Kind: WindowLast, A: Span{1, Week}}}},
		{`{"event":"opened","at_least":3,"of_last":4,"unit":"weeks"}`, Regularity{opened, 3, 4, Week}},
		{`{"list":"VIP","operator":"in"}`, InList("VIP")},
		{`{"segment":"Active","operator":"not_in"}`, Not{InSegment("Active")}},
		{`{"at_least":2,"of":[{"everyone":true},{"list":"b","operator":"in"}]}`, Count{AtLeast, 2, []Condition{Everyone{}, InList("b")}}},
		{`{"not":true,"exactly":1,"of":[{"everyone":true}]}`, Not{Count{Exactly, 1, []Condition{Everyone{}}}}},
		{`{"logic":"AND","conditions":[{"logic":"OR","not":true,"conditions":[{"list":"a","operator":"in"},{"list":"b","operator":"in"}]},{"everyone":true}]}`,
			And{Not{Or{InList("a"), InList("b")}}, Everyone{}}},
		{`{"field":"plan","operator":"not_equals","value":"free","zone":"America/New_York"}`, Zoned{Not{eq(plan, Text("free"))}, Text("America/New_York")}},
		{`{"not":{"list":"a","operator":"in","zone":{"field":"tz"}}}`, Not{Zoned{InList("a"), Field("tz")}}},
		{`{"condition":{"everyone":true,"zone":"UTC"},"zone":{"field":"tz"}}`, Zoned{Zoned{Everyone{}, Text("UTC")}, Field("tz")}},
		{`{"not":{"not":{"list":"a","operator":"in","zone":"UTC"},"zone":"UTC"}}`, Not{Zoned{Not{Zoned{InList("a"), Text("UTC")}}, Text("UTC")}}},
	}
}

func TestDefinitionForms(t *testing.T) {
	for _, f := range definitionForms() {
		got, err := MarshalCondition(f.c)
		if err != nil || string(got) != f.json {
			t.Errorf("writing %v:\n got %s, %v\nwant %s", f.c, got, err, f.json)
		}
		c, err := UnmarshalCondition([]byte(f.json))
		if err != nil || !Equal(c, f.c) {
			t.Errorf("reading %s:\n got %#v, %v\nwant %#v", f.json, c, err, f.c)
		}
		if !json.Valid(got) {
			t.Errorf("%s is not JSON", got)
		}
	}
}

// The law: what can be written reads back as the same tree.
func TestDefinitionRoundTrip(t *testing.T) {
	g := newGrower(5)
	written := 0
	for i := range 20_000 {
		c := g.condition(1+i%5, false)
		if valid(c, Limits{}) != nil {
			if _, err := MarshalCondition(c); err == nil {
				t.Fatalf("an invalid tree was written: %#v", c)
			}
			continue
		}
		written++
		text, err := MarshalCondition(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := UnmarshalCondition(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !Equal(back, c) && !hasEmptyGroup(c) {
			t.Fatalf("%s\n got %v\nwant %v", text, back, c)
		}
	}
	if written < 3_000 {
		t.Errorf("only %d trees were valid", written)
	}
}

// hasEmptyGroup reports whether a tree has an And or Or of nothing, which is
// written as EVERYONE or its complement.
func hasEmptyGroup(c Condition) (found bool) {
	Walk(c, func(c Condition) bool {
		switch c := c.(type) {
		case And:
			found = found || len(c) == 0
		case Or:
			found = found || len(c) == 0
		}
		return true
	})
	return found
}
