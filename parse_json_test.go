package segment

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
	want := Segment{Name: "High Value Active", Condition: And{
		Compare{Left: Field("lifetime_value"), Op: Gt, Right: Int(500)},
		When{Field("last_activity"), Window{Kind: WindowLast, A: Span{30, Day}}},
		Not{Or{Not{IsNull{Field("a")}}}},
		Compare{Left: Metric{Events: Events{[]string{"opened"}, And{Compare{Left: Field("campaign"), Right: Text("spring")}}},
			Window: Window{Kind: WindowLast, A: Span{30, Day}}}, Op: Ge, Right: Int(5)},
		InList("VIP Customers"),
		Not{InSegment("Active Users")},
		Count{AtLeast, 2, []Condition{Everyone{}, InList("a")}},
	}}
	var got Segment
	if err := json.Unmarshal([]byte(documented), &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != want.Name || got.ID != "" || !Equal(got.Condition, want.Condition) {
		t.Errorf("got %#v", got)
	}
	text, err := json.Marshal(Segment{ID: "hv", Name: "High & Mighty", Condition: Not{InList("a")}})
	if want := `{"id":"hv","name":"High \u0026 Mighty","list":"a","operator":"not_in"}`; err != nil || string(text) != want {
		t.Errorf("got %s, %v, want %s", text, err, want)
	}
	if err := json.Unmarshal(text, &got); err != nil || got.ID != "hv" || got.Name != "High & Mighty" || !Equal(got.Condition, Not{InList("a")}) {
		t.Errorf("read back: %#v, %v", got, err)
	}
}

// operatorSynonyms are operators that mean the same, each with {"field": "x",
// "value": 5}, and operators without a value.
func operatorSynonyms() (with []synonyms, without map[string]Condition) {
	x := Field("x")
	equals, within := Compare{Left: x, Right: Int(5)}, When{x, Window{Kind: WindowLast, A: Span{5, Day}}}
	order := func(op Op) Condition { return Compare{Left: x, Op: op, Right: Int(5)} }
	return []synonyms{
			{"equals = == eq is equal EQUALS Equal-To equal_to", equals},
			{"not_equals != <> ne neq is_not not_equal does_not_equal not_equal_to NOT_EQUALS", Not{equals}},
			{"greater_than > gt more_than is_greater_than", order(Gt)},
			{"at_least >= gte ge greater_or_equal greater_than_or_equal greater_than_or_equal_to ≥", order(Ge)},
			{"less_than < lt fewer_than", order(Lt)},
			{"at_most <= lte le less_or_equal less_than_or_equal ≤", order(Le)},
			{"contains includes", Contains{X: x, Values: []Value{Int(5)}}},
			{"not_contains does_not_contain", Not{Contains{X: x, Values: []Value{Int(5)}}}},
			{"within_days within_day within_last_days in_last_days in_the_last_days", within},
			{"not_within_days", Not{within}},
			{"older_than_days", When{x, Window{Kind: WindowOlder, A: Span{5, Day}}}},
			{"within_next_days in_next_days", When{x, Window{Kind: WindowNext, A: Span{5, Day}}}},
			{"within_hours", When{x, Window{Kind: WindowLast, A: Span{5, Hour}}}},
			{"within_months", When{x, Window{Kind: WindowLast, A: Span{5, Month}}}},
		}, map[string]Condition{
			"is_set": Not{IsNull{x}}, "exists": Not{IsNull{x}}, "is_not_null": Not{IsNull{x}}, "is_not_set": IsNull{x}, "is_null": IsNull{x},
			"not_exists": IsNull{x}, "does_not_exist": IsNull{x}, "is_missing": IsNull{x}, "is_blank": IsBlank{x}, "is_empty": IsBlank{x},
			"is_not_blank": Not{IsBlank{x}}, "is_not_empty": Not{IsBlank{x}}, "not_blank": Not{IsBlank{x}},
		}
}

type synonyms struct {
	operators string
	want      Condition
}

func TestOperatorSynonyms(t *testing.T) {
	tests, without := operatorSynonyms()
	for _, tt := range tests {
		for op := range strings.FieldsSeq(tt.operators) {
			got, err := UnmarshalCondition(fmt.Appendf(nil, `{"field":"x","operator":%q,"value":5}`, op))
			if err != nil || !Equal(got, tt.want) {
				t.Errorf("%s: %v, %v, want %v", op, got, err, tt.want)
			}
		}
	}
	for op, want := range without {
		got, err := UnmarshalCondition(fmt.Appendf(nil, `{"field":"x","operator":%q}`, op))
		if err != nil || !Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", op, got, err, want)
		}
	}
	for _, name := range operatorNames() {
		if _, ok := operatorOf(name); !ok {
			t.Errorf("the operator %s is not read", name)
		}
	}
}

// otherForms are read, and written otherwise.
func otherForms() map[string]Condition {
	x, opened := Field("x"), Events{Names: []string{"opened"}}
	return map[string]Condition{
		`{"field":"x","operator":"equals","value":null}`:                                    IsNull{x},
		`{"field":"x","operator":"not_equals","value":null}`:                                Not{IsNull{x}},
		`{"field":"x","operator":"before","value":"2026-01-31"}`:                            Compare{Left: x, Op: Lt, Right: Date(2026, 1, 31)},
		`{"field":"x","operator":"after","value":"2026-01-31T00:00:00Z"}`:                   Compare{Left: x, Op: Gt, Right: timeValue("2026-01-31T00:00:00Z")},
		`{"field":"x","operator":"on","value":{"function":"today"}}`:                        Compare{Left: x, Right: Call{Fn: FnToday}},
		`{"field":"x","operator":"on_or_after","value":"2026-01-31"}`:                       Compare{Left: x, Op: Ge, Right: Date(2026, 1, 31)},
		`{"field":"x","operator":"within_last","value":30,"unit":"days"}`:                   When{x, Window{Kind: WindowLast, A: Span{30, Day}}},
		`{"field":"x","operator":"in","values":[1]}`:                                        In{X: x, Values: []Value{Int(1)}},
		`{"joined":"trial","window":{"last":14,"unit":"days"}}`:                             When{Joined("trial"), Window{Kind: WindowLast, A: Span{14, Day}}},
		`{"event":"opened","operator":"did"}`:                                               Compare{Left: Metric{Events: opened}, Op: Ge, Right: Int(1)},
		`{"event":"opened","operator":"did_not","window":{"this":"month"}}`:                 Compare{Left: Metric{Events: opened, Window: Window{Kind: WindowThis, Unit: Month}}, Right: Int(0)},
		`{"event":"opened","operator":"at_least","value":2}`:                                Compare{Left: Metric{Events: opened}, Op: Ge, Right: Int(2)},
		`{"event":"opened","aggregate":"AVERAGE","property":"n","operator":"lt","value":2}`: Compare{Left: Metric{Agg: AggAvg, Events: opened, Prop: "n"}, Op: Lt, Right: Int(2)},
		`{"events":["opened"],"operator":"lt","value":2}`:                                   Compare{Left: Metric{Events: opened}, Op: Lt, Right: Int(2)},
		`{"field":"x","operator":"during","value":{"since":"2026-01-31"}}`:                  When{x, Window{Kind: WindowSince, From: Date(2026, 1, 31)}},
		`{"field":"x","operator":"during","value":{"from":"2026-01-01","to":"2026-01-31"}}`: When{x, Window{Kind: WindowBetween, From: Date(2026, 1, 1), To: Date(2026, 1, 31)}},
		`{"add":[{"field":"a"},1,2],"operator":"gt","value":0}`:                             Compare{Left: Arith{Add, Arith{Add, Field("a"), Int(1)}, Int(2)}, Op: Gt, Right: Int(0)},
		`{"logic":"or","not":false,"conditions":[{"everyone":true}]}`:                       Or{Everyone{}},
		`{"field":"x","operator":"every","has":{"element":true,"operator":"is","value":1}}`: Each{Quantifier: All, X: x, C: Compare{Left: Elem{}, Right: Int(1)}},
		`{"field":"x","window":{"this":"month"}}`:                                           When{x, Window{Kind: WindowThis, Unit: Month}},
		`{"field":"x","operator":"has_not_been","value":"a","for":2,"unit":"days"}`:         Not{HasBeen{Field: "x", Value: Text("a"), For: Span{2, Day}}},
		`{"field":"x","operator":"ends_with","values":["a","b"]}`:                           Like{X: x, End: Suffix, Values: []string{"a", "b"}},
		`{"left":{"event":"opened"},"operator":"never"}`:                                    Compare{Left: Metric{Events: opened}, Right: Int(0)},
		`{"condition":{"everyone":true}}`:                                                   Everyone{},
		`{"field":"a\\b.c","operator":"is_null"}`:                                           IsNull{Path("ab", "c")},
		`{"field":"x","operator":"starts_with","value":["a"]}`:                              Like{X: x, Values: []string{"a"}},
		`{"not":true,"field":"x","operator":"not_equals","value":1}`:                        Not{Not{Compare{Left: x, Right: Int(1)}}},
		`{"field":"x","operator":"equals","value":1e2}`:                                     Compare{Left: x, Right: Int(100)},
		`{"field":"x","operator":"equals","value":9007199254740993.0}`:                      Compare{Left: x, Right: Int(9007199254740993)},
		`{"field":"x","operator":"during","value":{"last":2,"unit":"Weeks"}}`:               When{x, Window{Kind: WindowLast, A: Span{2, Week}}},
		` {"\u0066ield":"x","operator":"in segment","operator ":1}`:                         nil,
		`{"list":"a","operator":"is_in"}`:                                                   InList("a"),
		`{"field":"x","operator":"contains_any","value":["a",{"date":"2026-01-31"}]}`:       Contains{X: x, Values: []Value{Text("a"), Date(2026, 1, 31)}},
		`{"field":"x","operator":"equals","value":{"fraction":"1/3"}}`:                      Compare{Left: x, Right: ratValue(Int(1).rat().Quo(Int(1).rat(), Int(3).rat()))},
		`{"\u0066ield":"x","operator":"is_set","zone":"Europe/Berlin","not":true}`:          Zoned{Not{Not{IsNull{x}}}, Text("Europe/Berlin")},
	}
}

func TestOtherForms(t *testing.T) {
	for text, want := range otherForms() {
		got, err := UnmarshalCondition([]byte(text))
		if want == nil {
			if err == nil {
				t.Errorf("%s was read", text)
			}
			continue
		}
		if err != nil || !Equal(got, want) {
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
		{`{"field":"x","operator":"during","value":{"this":"month","starts_on":"sunday"}}`, `1:70: /value/starts_on: only a week starts on a day`},
		{`{"field":"x","operator":"during","value":{"from":"2026-01-31"}}`, `1:42: /value: missing key "to"`},
		{`{"field":"x","operator":"is_set","zone":"Mars/Base"}`, `1:41: /zone: unknown time zone "Mars/Base"`},
		{`{"field":"x","operator":"is_set","not":1}`, `1:40: /not: expected true or false, found a number`},
		{`{"event":"e","aggregate":"som","operator":"gt","value":1}`, `1:26: /aggregate: unknown aggregate "som"; did you mean sum?`},
		{`{"event":"e","aggregate":"sum","operator":"gt","value":1}`, `1:1: missing key "of": sum needs a property of the event`},
		{`{"events":[],"operator":"gt","value":1}`, `1:11: /events: a list of values needs at least one`},
		{`{"function":"mnth","args":[{"field":"x"}],"operator":"gt","value":1}`, `1:13: /function: unknown function "mnth"; did you mean month?`},
		{`{"function":"month","operator":"gt","value":1}`, `1:1: a function with 0 arguments instead of 1`},
		{`{"multiply":[1],"operator":"gt","value":1}`, `1:13: /multiply: expected at least two operands, found 1`},
		{`{"event":"e","window":{"last":3,"unit":"days"}}`, `1:1: missing key "operator"`},
		{`{"field":"x","operator":"equals","values":[1]}`, `1:1: missing key "value" (and 1 more)`},
		{`{"field":"x","operator":"equals","value":{"null":false}}`, `1:50: /value/null: "null" is true or left out`},
		{`{"field":"x","operator":"during","value":{"past":false}}`, `1:50: /value/past: "past" is true or left out`},
		{`{"element":false,"operator":"is_set"}`, `1:12: /element: "element" is true or left out`},
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
		{`{"sequence":[{"event":"a"},{"event":"b","not":true}]}`, `1:28: /sequence/1: a step that must not come needs WITHIN`},
		{`{"sequence":[{"event":"a"},{"event":"b","within":1,"unit":"hours","Unit":1}]}`, `1:67: /sequence/1/Unit: unknown key "Unit"; did you mean unit?`},
		{`{"event":"e","at_least":5,"of_last":4,"unit":"weeks"}`, `1:37: /of_last: at least 5 of the last 4 units cannot be`},
		{`{"field":"x","operator":"any","has":{"field":"y"}}`, `1:37: /has: missing key "operator"`},
		{"{\"logic\":\"AND\",\"conditions\":[\n {\"field\":\"a/b~c\",\"operator\":\"is_set\",\"a/b~c\":1}]}", `2:39: /conditions/0/a~1b~0c: unknown key "a/b~c"`},
		{`{"name":"n","field":"x","operator":"is_set"}`, `1:2: /name: unknown key "name"`},
	}
}

func TestDefinitionErrors(t *testing.T) {
	for _, tt := range definitionErrors() {
		c, err := UnmarshalCondition([]byte(tt.text))
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
	_, err := ParseDefinition(new(Schema), []byte(text))
	var errs Errors
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
		`2:3: /conditions/0: missing key "value"`,
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
	s := &Schema{Fields: map[string]FieldType{"plan": {Kind: KindText, Fold: true}, "opens": {Kind: KindNumber}},
		Calculated: map[string]string{"Score": "opens * 2"}}
	got, err := ParseDefinition(s, []byte(`{"id":"a","logic":"OR","conditions":[{"field":"plan","operator":"is","value":"FREE"},{"field":"Score","operator":"gt","value":4}]}`))
	want := Or{Compare{Left: Field("plan"), Right: Text("FREE"), Fold: true},
		Compare{Left: Calculated{"Score", Arith{Mul, Field("opens"), Int(2)}}, Op: Gt, Right: Int(4)}}
	if err != nil || got.ID != "a" || !Equal(got.Condition, want) {
		t.Errorf("got %v, %v, want %v", got.Condition, err, want)
	}
	if got, err := ParseDefinition(s, []byte(`{"field":"plam","operator":"is","value":"FREE"}`)); err == nil || got.Condition != nil {
		t.Errorf("an unknown field: %v, %v", got, err)
	}
	var none *Schema
	if _, err := ParseDefinition(none, []byte(`{"everyone":true}`)); err != nil {
		t.Errorf("a nil schema: %v", err)
	}
}

// A rule in a definition is read as rule text, and never written.
func TestRuleInDefinition(t *testing.T) {
	c, err := UnmarshalCondition([]byte(`{"logic":"AND","conditions":[{"rule":"MONTH(Birthday) = CURRENT_MONTH()"},{"not":true,"rule":"a = 1 OR b = 2"}]}`))
	month := func(e Expr) Expr { return Call{FnMonth, []Expr{e}} }
	want := And{Compare{Left: month(Field("Birthday")), Right: month(Call{Fn: FnToday})},
		Not{Or{Compare{Left: Field("a"), Right: Int(1)}, Compare{Left: Field("b"), Right: Int(2)}}}}
	if err != nil || !Equal(c, want) {
		t.Fatalf("got %v, %v", c, err)
	}
	if text, _ := MarshalCondition(c); strings.Contains(string(text), "rule") {
		t.Errorf("written as %s", text)
	}
	_, err = UnmarshalCondition([]byte(`{"not":{"rule":"a = "}}`))
	var e *Error
	if !errors.As(err, &e) || e.Path != "/not/rule" || e.Offset != 15 || !strings.HasPrefix(e.Msg, "in the rule at 1:5: ") {
		t.Errorf("got %v", err)
	}
}
