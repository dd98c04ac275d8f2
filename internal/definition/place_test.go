package definition_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// placeSchema knows a few names, and allows little.
func placeSchema() *schema.Schema {
	return &schema.Schema{
		Fields: map[string]schema.FieldType{"age": {Kind: rule.KindNumber}, "email": {Kind: rule.KindText},
			"plan": {Kind: rule.KindText, Values: []string{"free", "pro"}},
			"tags": {Kind: rule.KindList, Of: rule.KindText}, "seen": {Kind: rule.KindTime}},
		Events: map[string]schema.EventType{"buy": {Props: map[string]schema.FieldType{"sum": {Kind: rule.KindNumber}}}},
		Lists:  []string{"vip"},
		Limits: rule.Limits{Depth: 6, Conditions: 8, Values: 4},
	}
}

// errorLines are the errors as people see them, with the offset of each.
func errorLines(err error) (out []string) {
	for _, e := range rule.ErrorsOf(err) {
		out = append(out, fmt.Sprintf("%s @%d", e.Error(), e.Offset))
	}
	return out
}

// Every error about a text says where, also one that only the tree shows.
func TestTextErrorsHavePlaces(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{`age = 1 AND 3 > "a"`, []string{`1:13: 3 is a number and "a" is a text: they never compare @12`}},
		{"age = 1\nAND NOT ELEMENT = 2", []string{"2:9: ELEMENT stands for nothing outside HAS; within it is the element of the list: ANY scores HAS (ELEMENT > 5) @16"}},
		{`age = 1 AND (email = "x" OR NOW > 1)`, []string{"1:29: `NOW` is an instant and 1 is a number: they never compare @28"}},
		{`COUNT(buy WHERE 1 > "a") > 0`, []string{`1:17: 1 is a number and "a" is a text: they never compare @16`}},
		{`AT LEAST 1 OF (age > 1, 1 = "a")`, []string{`1:25: 1 is a number and "a" is a text: they never compare @24`}},
		{`email + 1 > 5 AND agee = 1`, []string{
			"1:1: `email` is a text and 1 is a number: they cannot be computed with @0",
			"1:19: unknown field `agee`; did you mean `age`? @18"}},
		{`age = 1 AND COUNT(buy WHERE IN LIST "vip") > 1`, []string{"1:29: a test of a list cannot stand in WHERE, which sees one event only @28"}},
		{`age=1 AND (age=2 OR age=3 AND (age=4 OR age=5 AND (age=6 OR age=7 AND age=8)))`, []string{
			"1:61: nesting deeper than 6 levels @60"}},
		{`NOT ((1 > "a") IN ZONE "UTC" OR NOT NOT JOINED LIST "vip") AND 2 > "b"`, []string{
			`1:7: 1 is a number and "a" is a text: they never compare @6`,
			`1:64: 2 is a number and "b" is a text: they never compare @63`}},
		// One window in the text, which two aggregates have in the tree.
		{`COUNT(buy WHERE sum = 1 AND 3 > "x")/COUNT(buy WHERE 2 > "b") > 1 SINCE FIRST(buy.zz WHERE 1 > "a")`, []string{
			`1:29: 3 is a number and "x" is a text: they never compare @28`,
			`1:54: 2 is a number and "b" is a text: they never compare @53`,
			"1:83: unknown property `zz` @82",
			"1:83: unknown property `zz` @82",
			`1:92: 1 is a number and "a" is a text: they never compare @91`,
			`1:92: 1 is a number and "a" is a text: they never compare @91`}},
		// A window before the steps, which it stands behind in the tree.
		{"DID buy SINCE LAST(buy.sum WHERE 1 > \"a\") THEN buy (WHERE\nsun > 1) WITHIN 3 days", []string{
			"1:1: `LAST(buy.sum WHERE 1 > \"a\")` is a number; a window needs an instant or a date @0",
			`1:34: 1 is a number and "a" is a text: they never compare @33`,
			"2:1: unknown property `sun`; did you mean `sum`? @58"}},
		// What was read as a test, and is a window.
		{`(COUNT(buy WHERE 1 > "a") BETWEEN seen AND NOW) > "x"`, []string{
			`1:18: 1 is a number and "a" is a text: they never compare @17`,
			"1:35: `COUNT(buy WHERE 1 > \"a\") BETWEEN seen A…` is a number and \"x\" is a text: they never compare @34"}},
	}
	for _, tt := range tests {
		_, err := placeSchema().Parse(tt.text)
		if diff := cmp.Diff(tt.want, errorLines(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
		for _, e := range rule.ErrorsOf(err) {
			if e.Snippet() == "" {
				t.Errorf("%s: no snippet for %v", tt.text, e)
			}
		}
	}
}

// Every error about a definition has a JSON Pointer and a byte offset; one in a
// rule's text is at the text, and says where in it.
func TestDefinitionErrorsHavePlaces(t *testing.T) {
	not := func(n int, in string) string { return strings.Repeat(`{"not":`, n) + in + strings.Repeat("}", n) }
	tests := []struct {
		text string
		want []string
	}{
		{`{"id":"a","field":"agee","operator":"=","value":1}`, []string{"1:19: /field: unknown field `agee`; did you mean `age`? @18"}},
		{`{"logic":"AND","conditions":[
 {"field":"age","operator":"=","value":1},
 {"field":"plan","operator":"in","value":["pro","gold"]}]}`, []string{"3:49: /conditions/1/value/1: `plan` is never \"gold\" @121"}},
		{`{"field":"age","operator":"is_not","value":"x"}`, []string{"1:44: /value: `age` is a number and \"x\" is a text: they never compare @43"}},
		{`{"not":{"event":"buy","where":{"field":"sun","operator":">","value":1},"operator":">","value":1}}`, []string{
			"1:40: /not/where/field: unknown property `sun`; did you mean `sum`? @39"}},
		{`{"event":"bye","operator":">","value":1}`, []string{"1:10: /event: unknown event `bye` @9"}},
		{`{"logic":"OR","conditions":[{"list":"vap","operator":"in"}]}`, []string{"1:37: /conditions/0/list: unknown list \"vap\"; did you mean \"vip\"? @36"}},
		{`{"logic":"AND","conditions":[{"field":"age","operator":"=","value":1},{"rule":"age = 1 AND\n agee = 2"}]}`, []string{
			"1:79: /conditions/1/rule: in the rule at 2:2: unknown field `agee`; did you mean `age`? @78"}},
		{`{"zone":"UTC","not":true,"field":"seen","operator":"starts_with","value":"x"}`, []string{
			"1:34: /field: `seen` is an instant; STARTS WITH and ENDS WITH needs a text @33"}},
		{`{"field":"age","operator":"in","value":[1,2,3,4,5]}`, []string{"1:40: /value: more than 4 values @39"}},
		{not(12, `{"rule":"NOT (age=1 OR (age=2 AND age=3))"}`), []string{
			"1:93: /not/not/not/not/not/not/not/not/not/not/not/not/rule: in the rule at 1:6: nesting deeper than 6 levels @92",
			"1:93: /not/not/not/not/not/not/not/not/not/not/not/not/rule: in the rule at 1:15: nesting deeper than 6 levels @92"}},
		{`{"logic":"AND","conditions":[{"rule":"age=1 OR age=2 OR age=3 OR age=4 OR age=5"},{"rule":"age=1 OR age=2 OR age=3 OR age=4"}]}`, []string{
			"1:91: /conditions/1/rule: in the rule at 1:28: more than 8 conditions, or 32 expressions @90"}},
	}
	for _, tt := range tests {
		_, err := segment.ParseDefinition(placeSchema(), []byte(tt.text))
		if diff := cmp.Diff(tt.want, errorLines(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}

// The same without a schema: only the limits are left to find in the tree.
func TestRulesInDefinitionsPassALimitTogether(t *testing.T) {
	r := strings.Repeat("a = 1 OR ", rule.DefaultConditions*3/5) + "a = 1"
	text := []byte(`{"logic":"AND","conditions":[{"rule":"` + r + `"},{"rule":"` + r + `"}]}`)
	_, err := definition.UnmarshalCondition(text)
	var s segment.Segment
	for _, err := range []error{err, s.UnmarshalJSON(text)} {
		var e *rule.Error
		if !errors.As(err, &e) || e.Code != rule.ErrLimit || e.Path != "/conditions/1/rule" || e.Offset != 38+len(r)+11 ||
			!strings.HasPrefix(e.Msg, "in the rule at 1:") || e.Line != 1 || e.Column != e.Offset+1 {
			t.Errorf("got %#v", err)
		}
	}
}

// What is wrong with a schema as a whole is at the key that is wrong.
func TestSchemaJSONErrorsHavePlaces(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{`{"zone":"Mars","fields":{"a/b":{"kind":"text","epoch":"seconds"}}}`, []string{
			`1:9: /zone: unknown zone "Mars" @8`,
			`1:55: /fields/a~1b/epoch: only a time is counted from 1970 on @54`}},
		{"{\"fields\":{\"x\":{}},\n\"calculated\":{\"a\":\"x +\",\"b\":\"y + 1\",\"c\":\"c\"}}", []string{
			"2:19: /calculated/a: in the expression at 1:4: expected a value or a field, found the end @38",
			"2:29: /calculated/b: unknown field `y`; did you mean `a`? @48",
			"2:41: /calculated/c: calculated fields refer to themselves: c -> c @60"}},
		{`{"lists":["a","a"]}`, []string{`1:10: /lists: a name is empty or comes twice: "a" @9`}},
	}
	for _, tt := range tests {
		var s schema.Schema
		if diff := cmp.Diff(tt.want, errorLines(s.UnmarshalJSON([]byte(tt.text)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}
