package definition_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// The shape that SPEC 5 documents, as it stands there.
const documented = `{"name": "High Value Active", "logic": "AND", "conditions": [
   {"field": "lifetime_value", "operator": "greater_than", "value": 500},
   {"field": "last_activity", "operator": "within_days", "value": 30},
   {"logic": "OR", "not": true, "conditions": [{"field": "a", "operator": "exists"}]},
   {"event": "opened", "aggregate": "count", "operator": "at_least", "value": 5, "window": {"last": 30, "unit": "days"},
    "where": {"logic": "and", "conditions": [{"field": "campaign", "operator": "=", "value": "spring"}]}},
   {"list": "VIP Customers", "operator": "in"}, {"segment": "Active Users", "operator": "not_in"},
   {"at_least": 2, "of": [{"everyone": true}, {"list": "a", "operator": "in"}]}]}`

func TestDocumentedDefinition(t *testing.T) {
	want := segment.Segment{Name: "High Value Active", Condition: rule.And{
		rule.Compare{Left: rule.Field("lifetime_value"), Op: rule.OpGt, Right: rule.Int(500)},
		rule.When{X: rule.Field("last_activity"), Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 30, Unit: rule.UnitDay}}},
		rule.Not{C: rule.Or{rule.Not{C: rule.IsNull{X: rule.Field("a")}}}},
		rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{"opened"}, Where: rule.And{rule.Compare{Left: rule.Field("campaign"), Right: rule.Text("spring")}}},
			Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 30, Unit: rule.UnitDay}}}, Op: rule.OpGe, Right: rule.Int(5)},
		rule.InList("VIP Customers"),
		rule.Not{C: rule.InSegment("Active Users")},
		rule.Count{Quantity: rule.QuantityAtLeast, K: 2, Of: []rule.Condition{rule.Everyone{}, rule.InList("a")}},
	}}
	var got segment.Segment
	if err := json.Unmarshal([]byte(documented), &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != want.Name || got.ID != "" || !rule.Equal(got.Condition, want.Condition) {
		t.Errorf("got %#v", got)
	}
	text, err := json.Marshal(segment.Segment{ID: "hv", Name: "High & Mighty", Condition: rule.Not{C: rule.InList("a")}})
	if want := `{"id":"hv","name":"High \u0026 Mighty","list":"a","operator":"not_in"}`; err != nil || string(text) != want {
		t.Errorf("got %s, %v, want %s", text, err, want)
	}
	if err := json.Unmarshal(text, &got); err != nil || got.ID != "hv" || got.Name != "High & Mighty" || !rule.Equal(got.Condition, rule.Not{C: rule.InList("a")}) {
		t.Errorf("read back: %#v, %v", got, err)
	}
}

// operatorSynonyms are operators that mean the same, each with {"field": "x",
// "value": 5}, and operators without a value.
func operatorSynonyms() (with []synonyms, without map[string]rule.Condition) {
	x := rule.Field("x")
	equals, within := rule.Compare{Left: x, Right: rule.Int(5)}, rule.When{X: x, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 5, Unit: rule.UnitDay}}}
	order := func(op rule.Op) rule.Condition { return rule.Compare{Left: x, Op: op, Right: rule.Int(5)} }
	return []synonyms{
			{"equals = == eq is equal EQUALS Equal-To equal_to", equals},
			{"not_equals != <> ne neq is_not not_equal does_not_equal not_equal_to NOT_EQUALS", rule.Not{C: equals}},
			{"greater_than > gt more_than is_greater_than", order(rule.OpGt)},
			{"at_least >= gte ge greater_or_equal greater_than_or_equal greater_than_or_equal_to ≥", order(rule.OpGe)},
			{"less_than < lt fewer_than", order(rule.OpLt)},
			{"at_most <= lte le less_or_equal less_than_or_equal ≤", order(rule.OpLe)},
			{"contains includes", rule.Contains{X: x, Values: []rule.Value{rule.Int(5)}}},
			{"not_contains does_not_contain", rule.Not{C: rule.Contains{X: x, Values: []rule.Value{rule.Int(5)}}}},
			{"within_days within_day within_last_days in_last_days in_the_last_days", within},
			{"not_within_days", rule.Not{C: within}},
			{"older_than_days", rule.When{X: x, Window: rule.Window{Kind: rule.WindowOlder, A: rule.Span{N: 5, Unit: rule.UnitDay}}}},
			{"within_next_days in_next_days", rule.When{X: x, Window: rule.Window{Kind: rule.WindowNext, A: rule.Span{N: 5, Unit: rule.UnitDay}}}},
			{"within_hours", rule.When{X: x, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 5, Unit: rule.UnitHour}}}},
			{"within_months", rule.When{X: x, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 5, Unit: rule.UnitMonth}}}},
		}, map[string]rule.Condition{
			"is_set": rule.Not{C: rule.IsNull{X: x}}, "exists": rule.Not{C: rule.IsNull{X: x}}, "is_not_null": rule.Not{C: rule.IsNull{X: x}}, "is_not_set": rule.IsNull{X: x}, "is_null": rule.IsNull{X: x},
			"not_exists": rule.IsNull{X: x}, "does_not_exist": rule.IsNull{X: x}, "is_missing": rule.IsNull{X: x}, "is_blank": rule.IsBlank{X: x}, "is_empty": rule.IsBlank{X: x},
			"is_not_blank": rule.Not{C: rule.IsBlank{X: x}}, "is_not_empty": rule.Not{C: rule.IsBlank{X: x}}, "not_blank": rule.Not{C: rule.IsBlank{X: x}},
		}
}

type synonyms struct {
	operators string
	want      rule.Condition
}

func TestOperatorSynonyms(t *testing.T) {
	tests, without := operatorSynonyms()
	for _, tt := range tests {
		for op := range strings.FieldsSeq(tt.operators) {
			got, err := definition.UnmarshalCondition(fmt.Appendf(nil, `{"field":"x","operator":%q,"value":5}`, op))
			if err != nil || !rule.Equal(got, tt.want) {
				t.Errorf("%s: %v, %v, want %v", op, got, err, tt.want)
			}
		}
	}
	for op, want := range without {
		got, err := definition.UnmarshalCondition(fmt.Appendf(nil, `{"field":"x","operator":%q}`, op))
		if err != nil || !rule.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", op, got, err, want)
		}
	}
	for _, name := range definition.OperatorNames() {
		if _, ok := definition.OperatorOf(name); !ok {
			t.Errorf("the operator %s is not read", name)
		}
	}
}

// otherForms are read, and written otherwise.
func otherForms() map[string]rule.Condition {
	x, opened := rule.Field("x"), rule.Events{Names: []string{"opened"}}
	return map[string]rule.Condition{
		`{"field":"x","operator":"equals","value":null}`:                                       rule.IsNull{X: x},
		`{"field":"x","operator":"not_equals","value":null}`:                                   rule.Not{C: rule.IsNull{X: x}},
		`{"field":"x","operator":"before","value":"2026-01-31"}`:                               rule.Compare{Left: x, Op: rule.OpLt, Right: rule.Date(2026, 1, 31)},
		`{"field":"x","operator":"after","value":"2026-01-31T00:00:00Z"}`:                      rule.Compare{Left: x, Op: rule.OpGt, Right: ruletest.TimeValue("2026-01-31T00:00:00Z")},
		`{"field":"x","operator":"on","value":{"function":"today"}}`:                           rule.Compare{Left: x, Right: rule.Call{Fn: rule.FnToday}},
		`{"field":"x","operator":"on_or_after","value":"2026-01-31"}`:                          rule.Compare{Left: x, Op: rule.OpGe, Right: rule.Date(2026, 1, 31)},
		`{"field":"x","operator":"within_last","value":30,"unit":"days"}`:                      rule.When{X: x, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 30, Unit: rule.UnitDay}}},
		`{"field":"x","operator":"in","values":[1]}`:                                           rule.In{X: x, Values: []rule.Value{rule.Int(1)}},
		`{"joined":"trial","window":{"last":14,"unit":"days"}}`:                                rule.When{X: rule.Joined("trial"), Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 14, Unit: rule.UnitDay}}},
		`{"event":"opened","operator":"did"}`:                                                  rule.Compare{Left: rule.Metric{Events: opened}, Op: rule.OpGe, Right: rule.Int(1)},
		`{"event":"opened","operator":"did_not","window":{"this":"month"}}`:                    rule.Compare{Left: rule.Metric{Events: opened, Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitMonth}}, Right: rule.Int(0)},
		`{"event":"opened","operator":"at_least","value":2}`:                                   rule.Compare{Left: rule.Metric{Events: opened}, Op: rule.OpGe, Right: rule.Int(2)},
		`{"event":"opened","aggregate":"AVERAGE","property":"n","operator":"lt","value":2}`:    rule.Compare{Left: rule.Metric{Agg: rule.AggAvg, Events: opened, Prop: "n"}, Op: rule.OpLt, Right: rule.Int(2)},
		`{"events":["opened"],"operator":"lt","value":2}`:                                      rule.Compare{Left: rule.Metric{Events: opened}, Op: rule.OpLt, Right: rule.Int(2)},
		`{"field":"x","operator":"during","value":{"since":"2026-01-31"}}`:                     rule.When{X: x, Window: rule.Window{Kind: rule.WindowSince, From: rule.Date(2026, 1, 31)}},
		`{"field":"x","operator":"during","value":{"from":"2026-01-01","to":"2026-01-31"}}`:    rule.When{X: x, Window: rule.Window{Kind: rule.WindowBetween, From: rule.Date(2026, 1, 1), To: rule.Date(2026, 1, 31)}},
		`{"add":[{"field":"a"},1,2],"operator":"gt","value":0}`:                                rule.Compare{Left: rule.Arith{Op: rule.ArithAdd, Left: rule.Arith{Op: rule.ArithAdd, Left: rule.Field("a"), Right: rule.Int(1)}, Right: rule.Int(2)}, Op: rule.OpGt, Right: rule.Int(0)},
		`{"logic":"or","not":false,"conditions":[{"everyone":true}]}`:                          rule.Or{rule.Everyone{}},
		`{"field":"x","operator":"every","has":{"element":true,"operator":"is","value":1}}`:    rule.Each{Quantifier: rule.QuantifierAll, X: x, C: rule.Compare{Left: rule.Elem{}, Right: rule.Int(1)}},
		`{"field":"x","operator":"during","value":{"next":"Fiscal Year","starts_in":"April"}}`: rule.When{X: x, Window: rule.Window{Kind: rule.WindowFollowing, Unit: rule.UnitYear, Fiscal: true, StartsIn: time.April}},
		`{"field":"x","operator":"during","value":{"next":"month","periods":1}}`:               rule.When{X: x, Window: rule.Window{Kind: rule.WindowFollowing, Unit: rule.UnitMonth}},
		`{"field":"x","operator":"during","value":{"next":2,"unit":"weeks"}}`:                  rule.When{X: x, Window: rule.Window{Kind: rule.WindowNext, A: rule.Span{N: 2, Unit: rule.UnitWeek}}},
		`{"field":"x","window":{"this":"month"}}`:                                              rule.When{X: x, Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitMonth}},
		`{"field":"x","operator":"has_not_been","value":"a","for":2,"unit":"days"}`:            rule.Not{C: rule.HasBeen{Field: "x", Value: rule.Text("a"), For: rule.Span{N: 2, Unit: rule.UnitDay}}},
		`{"field":"x","operator":"ends_with","values":["a","b"]}`:                              rule.Like{X: x, End: rule.LikeSuffix, Values: []string{"a", "b"}},
		`{"left":{"event":"opened"},"operator":"never"}`:                                       rule.Compare{Left: rule.Metric{Events: opened}, Right: rule.Int(0)},
		`{"condition":{"everyone":true}}`:                                                      rule.Everyone{},
		`{"field":"a\\b.c","operator":"is_null"}`:                                              rule.IsNull{X: rule.Path("ab", "c")},
		`{"field":"x","operator":"starts_with","value":["a"]}`:                                 rule.Like{X: x, Values: []string{"a"}},
		`{"not":true,"field":"x","operator":"not_equals","value":1}`:                           rule.Not{C: rule.Not{C: rule.Compare{Left: x, Right: rule.Int(1)}}},
		`{"field":"x","operator":"equals","value":1e2}`:                                        rule.Compare{Left: x, Right: rule.Int(100)},
		`{"field":"x","operator":"equals","value":9007199254740993.0}`:                         rule.Compare{Left: x, Right: rule.Int(9007199254740993)},
		`{"field":"x","operator":"during","value":{"last":2,"unit":"Weeks"}}`:                  rule.When{X: x, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 2, Unit: rule.UnitWeek}}},
		` {"\u0066ield":"x","operator":"in segment","operator ":1}`:                            nil,
		`{"list":"a","operator":"is_in"}`:                                                      rule.InList("a"),
		`{"field":"x","operator":"contains_any","value":["a",{"date":"2026-01-31"}]}`:          rule.Contains{X: x, Values: []rule.Value{rule.Text("a"), rule.Date(2026, 1, 31)}},
		`{"field":"x","operator":"equals","value":{"fraction":"1/3"}}`:                         rule.Compare{Left: x, Right: rule.RatValue(rule.Int(1).Rat().Quo(rule.Int(1).Rat(), rule.Int(3).Rat()))},
		`{"\u0066ield":"x","operator":"is_set","zone":"Europe/Berlin","not":true}`:             rule.Zoned{C: rule.Not{C: rule.Not{C: rule.IsNull{X: x}}}, Zone: rule.Text("Europe/Berlin")},
	}
}

func TestOtherForms(t *testing.T) {
	for text, want := range otherForms() {
		got, err := definition.UnmarshalCondition([]byte(text))
		if want == nil {
			if err == nil {
				t.Errorf("%s was read", text)
			}
			continue
		}
		if err != nil || !rule.Equal(got, want) {
			t.Errorf("%s:\n got %v, %v\nwant %v", text, got, err, want)
		}
	}
}

// definitionErrors are conditions that are refused, with the message.
func definitionErrors() []struct{ text, want string } {
	return []struct{ text, want string }{
		{`[]`, `1:1: expected a condition, found a list`},
		{`{}`, `1:1: expected a condition: one of "conditions", "field", "event", "list", "segment", "of", "rule" and so on`},
		{`{"feild":"x","operator":"is_set"}`, `1:2: /feild: unknown key "feild"; did you mean field?`},
		{`{"field":"x","operator":"is_set","colour":1}`, `1:34: /colour: unknown key "colour"`},
		{`{"field":"x","operator":"is_set","field":"y"}`, `1:34: /field: duplicate key "field"`},
		{`{"field":"x","operator":"equls","value":1}`, `1:25: /operator: unknown operator "equls"; did you mean equals?`},
		{`{"field":"x"}`, `1:1: missing key "operator"`},
		{`{"field":"x","operator":"equals"}`, `1:1: missing key "value"`},
		{`{"field":5,"operator":"is_set"}`, `1:10: /field: expected a text, found a number`},
		{`{"field":"","operator":"is_set"}`, `1:10: /field: the field name is empty`},
		{`{"field":"x","operator":"equals","value":1e999}`, `1:42: /value: number out of range: 1e999`},
		{`{"field":"x","operator":"equals","value":NaN}`, `1:42: expected a value, found 'N'`},
		{`{"field":"x","operator":"equals","value":1} {}`, `1:45: expected the end, found '{'`},
		{`{"field":"x","operator":"in","value":[]}`, `1:38: /value: a list of values needs at least one`},
		{`{"field":"x","operator":"in","value":"a"}`, `1:38: /value: expected a list of values, found a text`},
		{`{"field":"x","operator":"contains","value":["a"]}`, `1:44: /value: expected one value, found a list; did you mean contains_any?`},
		{`{"field":"x","operator":"between","value":[1,2,3]}`, `1:43: /value: expected two values, the least and the greatest`},
		{`{"field":"x","operator":"starts_with","value":5}`, `1:47: /value: expected a text, found a number`},
		{`{"field":"x","operator":"matches","value":"("}`, "1:43: /value: invalid pattern: missing closing ): `(`"},
		{`{"field":"x","operator":"in_cidr","value":["10.0.0.0/33"]}`, `1:44: /value/0: "10.0.0.0/33" is not an IP address or prefix such as 10.0.0.0/8`},
		{`{"field":"x","operator":"within_days","value":"30"}`, `1:47: /value: expected a whole number, found a text`},
		{`{"field":"x","operator":"within_days","value":-3}`, `1:47: /value: expected a whole number of at least 0, found -3`},
		{`{"field":"x","operator":"within_days","value":1.5}`, `1:47: /value: expected a whole number of at least 0, found 1.5`},
		{`{"field":"x","operator":"within_days","value":99999999}`, `1:47: /value: a span of time of more than 10,000 years`},
		{`{"field":"x","operator":"within_last","value":3}`, `1:1: missing key "unit"`},
		{`{"field":"x","operator":"within_last","value":3,"unit":"dayz"}`, `1:56: /unit: unknown unit "dayz"; did you mean days?`},
		{`{"field":"x","operator":"before","value":"soon"}`, `1:42: /value: expected a date (2026-01-31) or an instant (2026-01-31T10:00:00Z)`},
		{`{"field":"x","operator":"equals","value":{"date":"31.1.2026"}}`, `1:50: /value/date: "31.1.2026" is no date; expected 2026-01-31`},
		{`{"field":"x","operator":"equals","value":{"date":"2026-01-31","time":1}}`, `1:63: /value/time: the key "time" does not fit here`},
		{`{"field":"x","operator":"equals","value":{"a":1}}`, `1:43: /value/a: unknown key "a"; did you mean as?`},
		{`{"field":"x","operator":"equals","value":{"object":{"a":1,"a":2}}}`, `1:59: /value/object/a: duplicate key "a"`},
		{`{"field":"x","operator":"during","value":{"lats":3,"unit":"days"}}`, `1:43: /value/lats: unknown key "lats"; did you mean last?`},
		{`{"field":"x","operator":"during","value":{}}`, `1:42: /value: expected a window: one of "last", "ago", "older_than", "this", "previous", "since", "before", "from" and "to"`},
		{`{"field":"x","operator":"during","value":{"this":"hour"}}`, `1:50: /value/this: expected day, week, month, quarter or year`},
		{`{"field":"x","operator":"during","value":{"this":"month","periods":2}}`, `1:68: /value/periods: only previous and next periods have a number`},
		{`{"field":"x","operator":"during","value":{"next":"month","periods":0}}`, `1:68: /value/periods: expected a number of at least 1`},
		{`{"field":"x","operator":"during","value":{"next":"year","periods":10001}}`, `1:67: /value/periods: a window of more than 10,000 years`},
		{`{"field":"x","operator":"during","value":{"this":"year","starts_in":"may"}}`, `1:69: /value/starts_in: only a fiscal quarter or year starts in a month`},
		{`{"field":"x","operator":"during","value":{"this":"fiscal_year","starts_in":"mya"}}`, `1:76: /value/starts_in: unknown month "mya"; did you mean may?`},
		{`{"field":"x","operator":"during","value":{"this":"fiscal_month"}}`, `1:50: /value/this: unknown period "fiscal_month"`},
		{`{"field":"x","operator":"during","value":{"this":"month","starts_on":"sunday"}}`, `1:70: /value/starts_on: only a week starts on a day`},
		{`{"field":"x","operator":"during","value":{"from":"2026-01-31"}}`, `1:42: /value: missing key "to"`},
		{`{"field":"x","operator":"is_set","zone":"Mars/Base"}`, `1:41: /zone: unknown time zone "Mars/Base"`},
		{`{"field":"x","operator":"is_set","not":1}`, `1:40: /not: expected true or false, found a number`},
		{`{"event":"e","aggregate":"som","operator":"gt","value":1}`, `1:26: /aggregate: unknown aggregate "som"; did you mean sum?`},
		{`{"event":"e","aggregate":"sum","operator":"gt","value":1}`, `1:26: /aggregate: missing key "of": sum needs a property of the event`},
		{`{"events":[],"operator":"gt","value":1}`, `1:11: /events: a list of values needs at least one`},
		{`{"function":"mnth","args":[{"field":"x"}],"operator":"gt","value":1}`, `1:13: /function: unknown function "mnth"; did you mean month?`},
		{`{"function":"month","operator":"gt","value":1}`, `1:13: /function: a function with 0 arguments instead of 1`},
		{`{"multiply":[1],"operator":"gt","value":1}`, `1:13: /multiply: expected at least two operands, found 1`},
		{`{"event":"e","window":{"last":3,"unit":"days"}}`, `1:1: missing key "operator"`},
		{`{"field":"x","operator":"equals","values":[1]}`, `1:34: /values: unknown key "values"; did you mean value?`},
		{`{"field":"x","operator":"equals","value":{"null":false}}`, `1:50: /value/null: "null" is true or left out`},
		{`{"field":"x","operator":"during","value":{"past":false}}`, `1:50: /value/past: "past" is true or left out`},
		{`{"element":false,"operator":"is_set"}`, `1:12: /element: "element" is true or left out`},
		{`{"element":true,"operator":"is_set"}`, `1:12: /element: "element" is the element of a list, and stands within "has"`},
		{`{"event":"e","where":{"field":"l","operator":"any","has":{"event":"e","where":{"element":true,"operator":"is_set"},"operator":"did"}},"operator":"did"}`, `1:90: /where/has/where/element: "element" is the element of a list, and stands within "has"`},
		{`{"field":"x","operator":"greater_than","value":null}`, `1:48: /value: expected a value to compare with, such as a number, found null`},
		{`{"field":"x","operator":"at_most","value":""}`, `1:43: /value: expected a value to compare with, such as a number, found an empty text`},
		{`{"field":"x","operator":"between","value":[1,null]}`, `1:46: /value/1: expected a value to compare with, such as a number, found null`},
		{`{"field":"x","operator":"after","value":"2026-01-31T9:00:00Z"}`, `1:41: /value: expected a date (2026-01-31) or an instant (2026-01-31T10:00:00Z)`},
		{`{"list":"x"}`, `1:1: missing key "operator"`},
		{`{"list":"x","operator":"within"}`, `1:24: /operator: unknown operator "within"`},
		{`{"everyone":false}`, `1:13: /everyone: "everyone" is true; its complement is {"not": true, "everyone": true}`},
		{`{"logic":"AND","conditions":[]}`, `1:29: /conditions: a group needs at least one condition`},
		{`{"logic":"XOR","conditions":[{"everyone":true}]}`, `1:10: /logic: unknown logic "XOR"; did you mean OR?`},
		{`{"conditions":[{"everyone":true}]}`, `1:1: missing key "logic"`},
		{`{"logic":"AND"}`, `1:1: missing key "conditions"`},
		{`{"at_least":1,"of":[]}`, `1:20: /of: a group needs at least one condition`},
		{`{"at_least":1,"at_most":1,"of":[{"everyone":true}]}`, `1:15: /at_most: the key "at_most" does not fit here`},
		{`{"sequence":[{"event":"a"}]}`, `1:13: /sequence: a sequence needs at least two steps`},
		{`{"sequence":[{"event":"a"},{"event":"b","not":true}]}`, `1:47: /sequence/1/not: a step that must not come needs WITHIN`},
		{`{"sequence":[{"event":"a"},{"event":"b","within":1,"unit":"hours","Unit":1}]}`, `1:67: /sequence/1/Unit: unknown key "Unit"; did you mean unit?`},
		{`{"event":"e","at_least":5,"of_last":4,"unit":"weeks"}`, `1:25: /at_least: at least 5 of the last 4 units cannot be`},
		{`{"field":"x","operator":"any","has":{"field":"y"}}`, `1:37: /has: missing key "operator"`},
		{"{\"logic\":\"AND\",\"conditions\":[\n {\"field\":\"a/b~c\",\"operator\":\"is_set\",\"a/b~c\":1}]}", `2:39: /conditions/0/a~1b~0c: unknown key "a/b~c"`},
		{`{"name":"n","field":"x","operator":"is_set"}`, `1:2: /name: unknown key "name"`},
	}
}

func TestDefinitionErrors(t *testing.T) {
	for _, tt := range definitionErrors() {
		c, err := definition.UnmarshalCondition([]byte(tt.text))
		if err == nil {
			t.Errorf("%s was read as %v", tt.text, c)
			continue
		}
		if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
			t.Errorf("%s: %s", tt.text, diff)
		}
	}
}

// Everything wrong is found in one pass, in order of place.
func TestDefinitionErrorsTogether(t *testing.T) {
	const text = `{"name": 5, "logic": "AND", "conditions": [
  {"field": "a", "operator": "equal", "valeu": 1},
  {"field": "b", "operator": "nope", "value": 1},
  {"logic": "OR", "conditions": []},
  {"field": "c", "operator": "in", "value": [1, {"date": "x"}], "x": 1, "x": 2}]}`
	_, err := segment.ParseDefinition(new(schema.Schema), []byte(text))
	var errs rule.Errors
	if !errors.As(err, &errs) {
		t.Fatal(err)
	}
	var got []string
	for _, e := range errs {
		got = append(got, e.Error())
		if text[e.Offset] == ' ' || e.Snippet() == "" {
			t.Errorf("%v: offset %d, snippet %q", e, e.Offset, e.Snippet())
		}
	}
	want := []string{
		`1:10: /name: expected a text, found a number`,
		`2:39: /conditions/0/valeu: unknown key "valeu"; did you mean value?`,
		`3:30: /conditions/1/operator: unknown operator "nope"`,
		`4:33: /conditions/2/conditions: a group needs at least one condition`,
		`5:58: /conditions/3/value/1/date: "x" is no date; expected 2026-01-31`,
		`5:65: /conditions/3/x: unknown key "x"`,
		`5:73: /conditions/3/x: duplicate key "x"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseDefinition(t *testing.T) {
	s := &schema.Schema{Fields: map[string]schema.FieldType{"plan": {Kind: rule.KindText, Fold: true}, "opens": {Kind: rule.KindNumber}},
		Calculated: map[string]string{"Score": "opens * 2"}}
	got, err := segment.ParseDefinition(s, []byte(`{"id":"a","logic":"OR","conditions":[{"field":"plan","operator":"is","value":"FREE"},{"field":"Score","operator":"gt","value":4}]}`))
	want := rule.Or{rule.Compare{Left: rule.Field("plan"), Right: rule.Text("FREE"), Fold: true},
		rule.Compare{Left: rule.Calculated{Name: "Score", X: rule.Arith{Op: rule.ArithMul, Left: rule.Field("opens"), Right: rule.Int(2)}}, Op: rule.OpGt, Right: rule.Int(4)}}
	if err != nil || got.ID != "a" || !rule.Equal(got.Condition, want) {
		t.Errorf("got %v, %v, want %v", got.Condition, err, want)
	}
	if got, err := segment.ParseDefinition(s, []byte(`{"field":"plam","operator":"is","value":"FREE"}`)); err == nil || got.Condition != nil {
		t.Errorf("an unknown field: %v, %v", got, err)
	}
	var none *schema.Schema
	if _, err := segment.ParseDefinition(none, []byte(`{"everyone":true}`)); err != nil {
		t.Errorf("a nil schema: %v", err)
	}
}

// A rule in a definition is read as rule text, and never written.
func TestRuleInDefinition(t *testing.T) {
	c, err := definition.UnmarshalCondition([]byte(`{"logic":"AND","conditions":[{"rule":"MONTH(Birthday) = CURRENT_MONTH()"},{"not":true,"rule":"a = 1 OR b = 2"}]}`))
	month := func(e rule.Expr) rule.Expr { return rule.Call{Fn: rule.FnMonth, Args: []rule.Expr{e}} }
	want := rule.And{rule.Compare{Left: month(rule.Field("Birthday")), Right: month(rule.Call{Fn: rule.FnToday})},
		rule.Not{C: rule.Or{rule.Compare{Left: rule.Field("a"), Right: rule.Int(1)}, rule.Compare{Left: rule.Field("b"), Right: rule.Int(2)}}}}
	if err != nil || !rule.Equal(c, want) {
		t.Fatalf("got %v, %v", c, err)
	}
	if text, _ := definition.MarshalCondition(c); strings.Contains(string(text), "rule") {
		t.Errorf("written as %s", text)
	}
	_, err = definition.UnmarshalCondition([]byte(`{"not":{"rule":"a = "}}`))
	var e *rule.Error
	if !errors.As(err, &e) || e.Path != "/not/rule" || e.Offset != 15 || !strings.HasPrefix(e.Msg, "in the rule at 1:5: ") {
		t.Errorf("got %v", err)
	}
}
