package definition_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// memberSchema knows what the definitions of [TestErrorsNameTheirMember] are about.
func memberSchema() *schema.Schema {
	s := placeSchema()
	s.Fields["vip"] = schema.FieldType{Kind: rule.KindBool}
	s.Fields["zone"] = schema.FieldType{Kind: rule.KindText}
	s.Fields["orders"] = schema.FieldType{Kind: rule.KindList, Of: rule.KindObject, Elements: map[string]schema.FieldType{"sum": {Kind: rule.KindNumber}}}
	s.Events["buy"].Props["sku"] = schema.FieldType{Kind: rule.KindText}
	s.Segments = []string{"active"}
	s.Calculated = map[string]string{"Double": "age * 2"}
	s.Limits = rule.Limits{Values: 4, Steps: 3}
	return s
}

// Of a definition in which one thing is wrong, the pointer names exactly the member
// that a form must mark. Where a member is missing, that is the object it is missing in.
func TestErrorsNameTheirMember(t *testing.T) {
	tests := []struct{ text, pointer string }{
		// kinds that never compare
		{`{"field":"age","operator":"=","value":"x"}`, "/value"},
		{`{"field":"age","operator":"!=","value":"x"}`, "/value"},
		{`{"field":"tags","operator":"=","value":"vip"}`, "/value"},
		{`{"field":"age","operator":">","value":{"field":"email"}}`, "/value"},
		{`{"left":5,"operator":">","value":{"field":"email"}}`, "/left"},
		{`{"field":"vip","operator":">","value":true}`, "/operator"},
		{`{"field":"age","operator":"in","value":[1,"x"]}`, "/value/1"},
		{`{"field":"age","operator":"in","values":[1,"x"]}`, "/values/1"},
		{`{"field":"age","operator":"between","value":["a",3]}`, "/value/0"},
		{`{"field":"age","operator":"not_between","value":[3,"a"]}`, "/value/1"},
		{`{"field":"tags","operator":"contains","value":5}`, "/value"},
		{`{"field":"tags","operator":"contains_all","value":["a",5]}`, "/value/1"},
		{`{"field":"age","operator":"has_been","value":"x","for":3,"unit":"days"}`, "/value"},
		{`{"event":"buy","aggregate":"count","operator":">","value":"x"}`, "/value"},
		{`{"event":"buy","aggregate":"last","of":"sku","operator":">","value":3}`, "/value"},
		// an operand of another kind than the operator needs
		{`{"field":"age","operator":"contains","value":"x"}`, "/field"},
		{`{"field":"age","operator":"starts_with","value":"x"}`, "/field"},
		{`{"field":"age","operator":"matches","value":"x"}`, "/field"},
		{`{"field":"age","operator":"in_cidr","value":"10.0.0.0/8"}`, "/field"},
		{`{"field":"age","operator":"within_days","value":3}`, "/field"},
		{`{"field":"age","operator":"any","has":{"element":true,"operator":"=","value":1}}`, "/field"},
		{`{"field":"age","operator":"=","value":1,"zone":{"field":"vip"}}`, "/zone"},
		{`{"event":"buy","aggregate":"sum","of":"sku","operator":">","value":3}`, "/of"},
		{`{"function":"month","args":[{"field":"age"}],"operator":"=","value":3}`, "/args/0"},
		{`{"add":[{"field":"age"},1,{"field":"email"}],"operator":">","value":3}`, "/add"},
		{`{"add":[1,{"function":"month","args":[{"field":"age"}]},2],"operator":">","value":3}`, "/add/1/args/0"},
		// names that do not exist
		{`{"field":"agee","operator":"=","value":1}`, "/field"},
		{`{"field":"age","operator":"=","value":{"field":"agee"}}`, "/value/field"},
		{`{"left":{"field":"agee"},"operator":"=","value":1}`, "/left/field"},
		{`{"field":"age","operator":"between","value":[1,{"field":"agee"}]}`, "/value/1/field"},
		{`{"multiply":[{"field":"agee"},2],"operator":">","value":1}`, "/multiply/0/field"},
		{`{"field":"agee","operator":"changed"}`, "/field"},
		{`{"field":"agee","operator":"has_been","value":1,"for":3,"unit":"days"}`, "/field"},
		{`{"list":"vap","operator":"in"}`, "/list"},
		{`{"list":"vap","operator":"not_in"}`, "/list"},
		{`{"joined":"vap","window":{"last":3,"unit":"days"}}`, "/joined"},
		{`{"segment":"activ","operator":"in"}`, "/segment"},
		{`{"not":{"segment":"activ","operator":"in"}}`, "/not/segment"},
		{`{"event":"bye","operator":"did"}`, "/event"},
		{`{"events":["buy","bye"],"operator":"did"}`, "/events/1"},
		{`{"event":"bye","operator":">","value":3}`, "/event"},
		{`{"event":"buy","aggregate":"sum","of":"summ","operator":">","value":3}`, "/of"},
		{`{"event":"buy","aggregate":"sum","property":"summ","operator":">","value":3}`, "/property"},
		{`{"event":"buy","where":{"field":"summ","operator":">","value":3},"operator":"did"}`, "/where/field"},
		{`{"field":"orders","operator":"any","has":{"field":"summ","operator":">","value":3}}`, "/has/field"},
		{`{"sequence":[{"event":"buy"},{"event":"bye","within":3,"unit":"days"}]}`, "/sequence/1/event"},
		{`{"sequence":[{"event":"buy","where":{"field":"summ","operator":"=","value":1}},{"event":"buy"}]}`, "/sequence/0/where/field"},
		{`{"event":"bye","at_least":2,"of_last":3,"unit":"weeks"}`, "/event"},
		{`{"field":"age","operator":"=","value":1,"zone":"Mars"}`, "/zone"},
		{`{"field":"age","operator":"=","value":1,"zone":{"field":"zon"}}`, "/zone/field"},
		{`{"event":"buy","operator":"did","window":{"since":{"field":"sen"}}}`, "/window/since/field"},
		{`{"event":"buy","operator":"did","window":{"from":{"field":"seen"},"to":{"field":"sen"}}}`, "/window/to/field"},
		{`{"field":"seen","operator":"during","value":{"before":{"field":"sen"}}}`, "/value/before/field"},
		{`{"event":"buy","operator":"did","window":{"since":{"field":"email"}}}`, "/window/since"},
		{`{"field":"plan","operator":"=","value":"gold"}`, "/value"},
		{`{"field":"plan","operator":"in","value":["pro","gold"]}`, "/value/1"},
		{`{"field":"age","operator":"equls","value":1}`, "/operator"},
		{`{"field":"age","operator":"=","valu":1}`, "/valu"},
		{`{"function":"mont","args":[{"field":"seen"}],"operator":"=","value":3}`, "/function"},
		{`{"event":"buy","aggregate":"summ","of":"sum","operator":">","value":3}`, "/aggregate"},
		{`{"logic":"XOR","conditions":[{"everyone":true}]}`, "/logic"},
		{`{"event":"buy","operator":"did","window":{"last":3,"unit":"dayz"}}`, "/window/unit"},
		{`{"event":"buy","operator":"did","window":{"this":"dayz"}}`, "/window/this"},
		{`{"event":"buy","operator":"did","window":{"this":"week","starts_on":"sundy"}}`, "/window/starts_on"},
		// what cannot stand where it stands
		{`{"event":"buy","where":{"list":"vip","operator":"in"},"operator":"did"}`, "/where/list"},
		{`{"event":"buy","where":{"field":"sum","operator":"changed"},"operator":"did"}`, "/where/operator"},
		{`{"event":"buy","where":{"event":"buy","operator":"did"},"operator":"did"}`, "/where/event"},
		{`{"event":"buy","where":{"sequence":[{"event":"buy"},{"event":"buy"}]},"operator":"did"}`, "/where/sequence"},
		{`{"field":"orders","operator":"any","has":{"joined":"vip","window":{"last":3,"unit":"days"}}}`, "/has/joined"},
		{`{"element":true,"operator":"=","value":1}`, "/element"},
		{`{"field":"age","operator":"did"}`, "/operator"},
		{`{"event":"buy","operator":"changed"}`, "/operator"},
		{`{"sequence":[{"event":"buy","within":3,"unit":"days"},{"event":"buy"}]}`, "/sequence/0/within"},
		{`{"sequence":[{"event":"buy"},{"event":"buy","not":true}]}`, "/sequence/1/not"},
		{`{"event":"buy","operator":"did","window":{"this":"month","starts_on":"sunday"}}`, "/window/starts_on"},
		// values that are none
		{`{"field":"email","operator":"matches","value":"(a"}`, "/value"},
		{`{"field":"email","operator":"in_cidr","values":["10.0.0.0/8","10.0.0"]}`, "/values/1"},
		{`{"field":"seen","operator":"before","value":"tomorrow"}`, "/value"},
		{`{"field":"seen","operator":"during","value":{"since":"tomorrow"}}`, "/value/since"},
		{`{"field":"seen","operator":"=","value":{"date":"2026-02-30"}}`, "/value/date"},
		{`{"field":"seen","operator":"within_days","value":-3}`, "/value"},
		{`{"event":"buy","operator":"did","window":{"last":-3,"unit":"days"}}`, "/window/last"},
		{`{"event":"buy","operator":"did","window":{"ago":[3,"x"],"unit":"days"}}`, "/window/ago/1"},
		{`{"event":"buy","at_least":5,"of_last":3,"unit":"weeks"}`, "/at_least"},
		{`{"event":"buy","at_least":1,"of_last":9999,"unit":"weeks"}`, "/of_last"},
		{`{"at_least":-1,"of":[{"everyone":true}]}`, "/at_least"},
		{`{"at_least":1,"of":[]}`, "/of"},
		{`{"logic":"AND","conditions":[]}`, "/conditions"},
		{`{"field":"age","operator":"in","value":[]}`, "/value"},
		{`{"field":"age","operator":"in","value":[1,2,3,4,5]}`, "/value"},
		{`{"sequence":[{"event":"buy"}]}`, "/sequence"},
		{`{"sequence":[{"event":"buy"},{"event":"buy"},{"event":"buy"},{"event":"buy"}]}`, "/sequence"},
		{`{"function":"month","args":[],"operator":"=","value":3}`, "/args"},
		{`{"field":"orders","operator":"at_least","value":"x","has":{"field":"sum","operator":">","value":1}}`, "/value"},
		{`{"field":"age","operator":"contains","value":["x"]}`, "/value"},
		{`{"field":"","operator":"=","value":1}`, "/field"},
		{`{"rule":"age > "}`, "/rule"},
		{`{"rule":"age > \"x\""}`, "/rule"},
		// what is missing
		{`{"event":"buy","aggregate":"sum","operator":">","value":3}`, "/aggregate"},
		{`{"field":"age","operator":"="}`, ""},
		{`{"field":"age"}`, ""},
		{`{"logic":"AND"}`, ""},
		{`{"event":"buy","operator":"did","window":{"last":3}}`, "/window"},
		{`{}`, ""},
	}
	for _, tt := range tests {
		for _, in := range [...]struct{ text, above string }{
			{tt.text, ""},
			{`{"logic":"OR","conditions":[{"everyone":true},` + tt.text + `]}`, "/conditions/1"},
			{`{"at_least":1,"of":[{"not":` + tt.text + `}]}`, "/of/0/not"},
		} {
			_, err := segment.ParseDefinition(memberSchema(), []byte(in.text))
			es := rule.ErrorsOf(err)
			if len(es) != 1 || es[0].Path != in.above+tt.pointer || es[0].Line == 0 {
				t.Errorf("%s: %v, want one error at %q", in.text, es, in.above+tt.pointer)
			}
		}
	}
}

// internal are words of Go that no message has about a rule or definition.
var internal = regexp.MustCompile(`\.(Left|Right|Lo|Hi|X|C|Of|Events|Where|Window|Values|Args|Steps|Field|Name|Prop)\b|\brule\.|\*?segment\.[A-Z]|\[\d+\][.\[]|(^|\s)\[\d+\]:`)

// What is wrong with a rule is said without the names of Go: for random trees in which
// names and kinds are wrong, checked as trees, as text and as definitions.
func TestLawErrorsNameNothingOfGo(t *testing.T) {
	s := thicketSchema()
	s.Segments = []string{"new"}
	for seed := range uint64(400) {
		g := &thicket{ruletest.NewGrower(seed), make(map[string]rule.Condition), make(map[string]string)}
		c := g.condition(4, false)
		if seed%2 == 0 {
			c = ruletest.NewGrower(seed).Condition(4, false)
		}
		if _, err := segment.Compile(c); err != nil {
			continue // no rule says it
		}
		tree := s.Check(c)
		_, text := s.Parse(c.String())
		def, _ := definition.MarshalCondition(c)
		_, placed := segment.ParseDefinition(s, def)
		for _, err := range []error{tree, text, placed} {
			for _, e := range rule.ErrorsOf(err) {
				if internal.MatchString(e.Error()) {
					t.Fatalf("%s: %v", c, e)
				}
			}
		}
		// A tree has no text, but its definition has a member for what is wrong.
		for _, e := range rule.ErrorsOf(tree) {
			if e.Path != "" && (!strings.HasPrefix(e.Path, "/") || !pointsInto(def, e.Path)) {
				t.Fatalf("%s: %q leads nowhere in %s", c, e.Path, def)
			}
		}
	}
}

// pointsInto reports whether a JSON Pointer leads to a value of a text.
func pointsInto(text []byte, pointer string) bool {
	var v any
	if json.Unmarshal(text, &v) != nil {
		return false
	}
	for _, name := range strings.Split(pointer, "/")[1:] {
		switch c := v.(type) {
		case map[string]any:
			v = c[strings.NewReplacer("~1", "/", "~0", "~").Replace(name)]
		case []any:
			i := 0
			if err := json.Unmarshal([]byte(name), &i); err != nil || i >= len(c) {
				return false
			}
			v = c[i]
		default:
			return false
		}
		if v == nil {
			return false
		}
	}
	return true
}
