package conformance

import (
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/corpus"
)

// badDefinitions are wrong in a way that both the schema and the reader see.
var badDefinitions = []string{
	// what is no definition
	`null`, `[]`, `"a = 1"`, `{}`, `{"name":"n"}`, `{"name":5,"everyone":true}`, `{"id":null,"everyone":true}`,
	`{"name":"n","description":"d","everyone":true}`, `{"condition":true}`, `{"rule":5}`, `{"rule":""}`,
	// groups, counts, negation, zones
	`{"logic":"AND","conditions":{}}`, `{"logic":"NOT","conditions":[{"everyone":true}]}`, `{"logic":null,"conditions":[{"everyone":true}]}`,
	`{"logic":"OR","conditions":[{"everyone":true},null]}`, `{"logic":"OR","conditions":[{"everyone":true}],"field":"x"}`,
	`{"logic":"AND","conditions":[{"name":"inner","everyone":true}]}`,
	`{"at_least":-1,"of":[{"everyone":true}]}`, `{"at_least":1.5,"of":[{"everyone":true}]}`, `{"exactly":1}`, `{"at_most":1,"exactly":1,"of":[{"everyone":true}]}`,
	`{"not":"yes","everyone":true}`, `{"not":{"everyone":true},"everyone":true}`, `{"not":[{"everyone":true}]}`, `{"not":true}`,
	`{"everyone":true,"zone":""}`, `{"everyone":true,"zone":5}`, `{"everyone":true,"zone":null}`, `{"everyone":1}`, `{"everyone":true,"operator":"in"}`,
	// lists and segments
	`{"list":"","operator":"in"}`, `{"list":["a"],"operator":"in"}`, `{"segment":"a","operator":"equals"}`, `{"list":"a","segment":"b","operator":"in"}`,
	`{"list":"a","operator":"in","value":1}`,
	// tests
	`{"field":"x","operator":5}`, `{"field":"x","operator":""}`, `{"field":"x","operator":"is_set","value":1}`, `{"field":"x","operator":"gt","value":1,"values":[1]}`,
	`{"field":"x","left":1,"operator":"is_set"}`, `{"field":"x","event":"e","operator":"gt","value":1}`, `{"operator":"equals","value":1}`,
	`{"field":"x","operator":"equals","value":1,"ignore_case":"yes"}`, `{"field":"x","operator":"in_cidr","value":"::1","ignore_case":true}`,
	`{"field":"x","operator":"between","value":[1]}`, `{"field":"x","operator":"between","value":{"from":1,"to":2}}`, `{"field":"x","operator":"in"}`,
	`{"field":"x","operator":"in","value":{"a":1}}`, `{"field":"x","operator":"in","value":[1],"values":[1]}`, `{"field":"x","operator":"contains","value":{"field":"y"}}`,
	`{"field":"x","operator":"starts_with","value":[]}`, `{"field":"x","operator":"ends_with","value":["a",1]}`, `{"field":"x","operator":"matches","value":["a"]}`,
	`{"field":"x","operator":"within_fortnights","value":2}`, `{"field":"x","operator":"within_days","value":3,"unit":"days"}`, `{"field":"x","operator":"older_than","value":3}`,
	`{"field":"x","operator":"older_than_days"}`, `{"field":"x","operator":"within","value":3,"unit":"moons"}`, `{"field":"x","operator":"within_days","value":{"span":3,"unit":"days"}}`,
	`{"field":"x","operator":"on","value":"31.1.2026"}`, `{"field":"x","operator":"since","value":"2026-1-31"}`, `{"field":"x","operator":"after","value":"2026-01-31T25:00:00Z"}`,
	`{"field":"x","operator":"did"}`, `{"left":5,"operator":"did_not"}`, `{"event":"e","aggregate":"sum","of":"n","operator":"did"}`,
	`{"event":"e","operator":"changed"}`, `{"left":{"function":"now"},"operator":"changed"}`, `{"field":"x","operator":"changed","value":1}`,
	`{"field":"x","operator":"has_been","value":"a"}`, `{"field":"x","operator":"has_been","value":"a","for":3}`, `{"field":"x","operator":"has_been","value":{"field":"y"},"for":3,"unit":"days"}`,
	// expressions and values
	`{"field":"x","operator":"equals","value":{}}`, `{"field":"x","operator":"equals","value":{"field":"y","of":"z"}}`, `{"field":"x","operator":"equals","value":{"span":1}}`,
	`{"field":"x","operator":"equals","value":{"span":1.5,"unit":"days"}}`, `{"field":"x","operator":"equals","value":{"text":5}}`, `{"field":"x","operator":"equals","value":{"object":[]}}`,
	`{"field":"x","operator":"equals","value":{"version":"1.2.3"}}`, `{"field":"x","operator":"equals","value":{"duration":"1 hour"}}`, `{"field":"x","operator":"equals","value":{"fraction":"1:3"}}`,
	`{"field":"x","operator":"equals","value":{"date":"2026-13-01"}}`, `{"field":"x","operator":"in","value":[{"date":"tomorrow"}]}`, `{"field":"x","operator":"in","value":[[{"time":"2026-01-31"}]]}`,
	`{"function":"now","args":[1],"operator":"is_set"}`, `{"function":"hash","args":[{"field":"id"}],"operator":"is_set"}`, `{"function":"age","args":{"field":"x"},"operator":"is_set"}`,
	`{"add":{"field":"x"},"operator":"is_set"}`, `{"add":[1,2],"subtract":[1,2],"operator":"is_set"}`, `{"calculated":"c","operator":"is_set"}`, `{"element":"x","operator":"is_set"}`,
	// events and windows
	`{"event":["a"],"operator":"did"}`, `{"event":"a","events":["b"],"operator":"did"}`, `{"events":["a",""],"operator":"did"}`, `{"event":"e","where":[],"operator":"did"}`,
	`{"event":"e","aggregate":"avg","operator":"gt","value":1}`, `{"event":"e","of":"a","property":"b","operator":"gt","value":1}`, `{"event":"e","window":"30 days","operator":"did"}`,
	`{"event":"e","window":{"last":30},"operator":"did"}`, `{"event":"e","window":{"last":"30","unit":"days"},"operator":"did"}`, `{"event":"e","window":{"last":-1,"unit":"days"},"operator":"did"}`,
	`{"event":"e","window":{"last":1,"next":1,"unit":"days"},"operator":"did"}`, `{"event":"e","window":{"ago":[1,2]},"operator":"did"}`, `{"event":"e","window":{"ago":[1],"unit":"days"},"operator":"did"}`,
	`{"event":"e","window":{"this":"minute"},"operator":"did"}`, `{"event":"e","window":{"previous":"year","starts_on":"monday"},"operator":"did"}`,
	`{"event":"e","window":{"this":"week","starts_on":"payday"},"operator":"did"}`, `{"event":"e","window":{"since":"soon"},"operator":"did"}`,
	`{"event":"e","window":{"from":"2026-01-01"},"operator":"did"}`, `{"event":"e","window":{"from":1,"to":2},"operator":"did"}`, `{"event":"e","window":{"past":1},"operator":"did"}`,
	// sequences, regularity, elements
	`{"sequence":{"event":"a"}}`, `{"sequence":["a","b"]}`, `{"sequence":[{"event":"a","within":1,"unit":"days"},{"event":"b"}]}`, `{"sequence":[{"event":"a","not":true},{"event":"b"}]}`,
	`{"sequence":[{"event":"a"},{"event":"b","within":1}]}`, `{"sequence":[{"event":"a"},{"event":"b","unit":"days"}]}`, `{"sequence":[{"event":"a"},{}]}`,
	`{"sequence":[{"event":"a"},{"event":"a"},{"event":"a"},{"event":"a"},{"event":"a"},{"event":"a"},{"event":"a"},{"event":"a"},{"event":"a"}]}`,
	`{"event":"e","at_least":1,"of_last":0,"unit":"weeks"}`, `{"event":"e","at_least":1,"of_last":5201,"unit":"days"}`, `{"event":"e","of_last":4,"unit":"weeks"}`, `{"field":"e","at_least":1,"of_last":4,"unit":"weeks"}`,
	`{"field":"x","has":{"everyone":true}}`, `{"field":"x","operator":"most","has":{"everyone":true}}`, `{"field":"x","operator":"at_least","has":{"everyone":true}}`,
	`{"field":"x","operator":"any","value":2,"has":{"everyone":true}}`, `{"field":"x","operator":"any","has":[{"everyone":true}]}`, `{"has":{"everyone":true},"operator":"any"}`,
}

func TestBadDefinitionsAreRefused(t *testing.T) {
	schema := definitionSchema(t, "")
	for _, text := range badDefinitions {
		var s segment.Segment
		if err := s.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("the reader takes %s as %v", text, s.Condition)
		}
		if err := validates(schema, text); err == nil {
			t.Errorf("the schema takes %s", text)
		}
	}
}

// Of what the tests of the reader find wrong, these and no others are beyond a
// schema: what stands twice, what must exist, whether there is a "has" around, what must compile, what depends
// on two numbers.
func TestWhatOnlyTheReaderRefuses(t *testing.T) {
	s := definitionSchema(t, "condition")
	beyond := map[string]bool{
		`{"field":"x","operator":"is_set","field":"y"}`:                             true,
		`{"field":"x","operator":"equals","value":1e999}`:                           true,
		`{"field":"x","operator":"matches","value":"("}`:                            true,
		`{"field":"x","operator":"in_cidr","value":["10.0.0.0/33"]}`:                true,
		`{"field":"x","operator":"within_days","value":99999999}`:                   true,
		`{"field":"x","operator":"equals","value":{"object":{"a":1,"a":2}}}`:        true,
		`{"field":"x","operator":"is_set","zone":"Mars/Base"}`:                      true,
		`{"element":true,"operator":"is_set"}`:                                      true,
		`{"field":"x","operator":"during","value":{"next":"year","periods":10001}}`: true,
		`{"event":"e","where":{"field":"l","operator":"any","has":{"event":"e","where":{"element":true,"operator":"is_set"},"operator":"did"}},"operator":"did"}`: true,
		`{"event":"e","at_least":5,"of_last":4,"unit":"weeks"}`: true,
	}
	for _, text := range corpus.Definitions(t, "refused") {
		if _, err := segment.UnmarshalCondition([]byte(text)); err == nil {
			t.Errorf("the reader takes %s", text)
		}
		if err := validates(s, text); (err == nil) != beyond[text] {
			t.Errorf("%s\nschema: %v", text, err)
		}
	}
}
