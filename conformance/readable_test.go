package conformance

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/corpus"
)

// readable are conditions in other spellings and forms than they are written
// in: those that the tests of the reader have read, and some more.
func readable(t *testing.T) (texts []string) {
	return append(corpus.Definitions(t, "read"), `{"rule":"MONTH(Birthday) = CURRENT_MONTH()"}`, `{"not":true,"rule":"a = 1 OR b = 2"}`,
		`{"field":"x","operator":"any","not":false,"has":{"element":true,"operator":"is_set"}}`,
		`{"left":{"field":"x"},"operator":"changed","window":{"last":3,"unit":"Days"}}`,
		`{"field":"x","operator":"AT LEAST","value":2,"has":{"everyone":true}}`,
		`{"function":"Hash","args":[{"field":"id"},"salt"],"operator":"is_set"}`,
		`{"list":"x","operator":"Not in"}`, `{"segment":"x","operator":"member_of"}`,
		`{"field":"x","operator":"during","value":{"ago":[1,{"span":3,"unit":"day"}],"unit":"hour"}}`,
		`{"field":"x","operator":"during","value":{"this":"Week","starts_on":"Sunday"}}`,
		`{"field":"x","operator":"in","value":[{"a":{"date":"2026-01-31"}},{"b":1,"date":2},{}]}`)
}

func TestReadableDefinitionsValidate(t *testing.T) {
	s := definitionSchema(t, "condition")
	for _, text := range readable(t) {
		if _, err := segment.UnmarshalCondition([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if err := validates(s, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	whole := definitionSchema(t, "")
	for _, text := range append(corpus.Definitions(t, "segment"), `{"id":"a","name":"","list":"a","operator":"in"}`, `{"name":"n","not":{"everyone":true}}`) {
		if err := validates(whole, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Of definitions that are nearly right, the schema accepts every one that the
// reader does: it must never warn of what works. It may know less, but refuses
// most of the others.
func TestSchemaAcceptsWhatIsRead(t *testing.T) {
	t.Parallel()
	s := definitionSchema(t, "condition")
	texts := slices.Concat(readable(t), corpus.Definitions(t, "written"))
	r := rand.New(rand.NewPCG(23, 0))
	accepted, refused, missed := 0, 0, 0
	for range 4_000 {
		text := mutated(r, pick(r, texts), pick(r, texts))
		_, err := segment.UnmarshalCondition([]byte(text))
		switch schemaErr := validates(s, text); {
		case err == nil && schemaErr != nil:
			t.Errorf("the reader takes %s, but the schema says %v", text, schemaErr)
		case err == nil:
			accepted++
		case schemaErr != nil:
			refused++
		default:
			missed++
		}
	}
	t.Logf("%d read, %d refused by both, %d refused by the reader alone", accepted, refused, missed)
	if accepted < 500 || refused < 2_000 || missed > refused/20 {
		t.Errorf("%d read, %d refused by both, %d refused by the reader alone", accepted, refused, missed)
	}
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// mutated changes one member somewhere in a JSON text: it leaves it out, gives
// it a name or value of the other text, or adds one of that.
func mutated(r *rand.Rand, text, other string) string {
	var doc, from any
	if json.Unmarshal([]byte(text), &doc) != nil || json.Unmarshal([]byte(other), &from) != nil {
		return text
	}
	o, d := pick(r, innerObjects(doc)), pick(r, innerObjects(from))
	names, news := memberNames(o), memberNames(d)
	if len(names) == 0 || len(news) == 0 {
		return text
	}
	name, fresh := pick(r, names), pick(r, news)
	switch r.IntN(5) {
	case 0:
		delete(o, name)
	case 1:
		v := o[name]
		delete(o, name)
		o[fresh] = v
	case 2:
		o[name] = d[fresh]
	case 3:
		o[fresh] = d[fresh]
	case 4:
		o[name] = pick(r, []any{nil, true, false, "", "a", "days", "2026-01-31", -1, 0, 3, 1.5, []any{}, []any{1, 2}, map[string]any{}, map[string]any{"field": "y"}})
	}
	b, err := json.Marshal(doc)
	if err != nil {
		return text
	}
	return string(b)
}

// innerObjects are a JSON document's objects, in an order that does not change.
func innerObjects(v any) (os []map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		os = append(os, v)
		for _, name := range memberNames(v) {
			os = append(os, innerObjects(v[name])...)
		}
	case []any:
		for _, e := range v {
			os = append(os, innerObjects(e)...)
		}
	}
	return os
}

func memberNames(o map[string]any) []string { return slices.Sorted(maps.Keys(o)) }

// subjects and values make a condition of any operator that is one.
var (
	subjects = []string{`"field":"x"`, `"event":"x"`}
	values   = []string{``, `,"value":1`, `,"value":[1,2]`, `,"value":[1]`, `,"value":"a"`, `,"value":"::1"`, `,"value":{"past":true}`,
		`,"value":"2026-01-31"`, `,"value":1,"for":2,"unit":"days"`, `,"value":1,"unit":"days"`}
)

// Every operator, with every way to negate it, is a known one to the schema
// exactly if it is to the reader. The operators are those that the schema
// offers: that they are all, a test beside the reader checks.
func TestSchemaKnowsNegations(t *testing.T) {
	s := definitionSchema(t, "condition")
	names := offeredOperators(t)
	if len(names) < 40 {
		t.Fatalf("the schema offers only %d operators", len(names))
	}
	names = append(names, "has", "been", "set", "unset", "exist", "within_fortnights", "equal_too", "within", "within_day", "in_the_last_years")
	for _, name := range names {
		for _, prefix := range []string{"", "not_", "does_not_", "is_", "is_not_", "has_", "not_not_", "was_"} {
			inReader, inSchema := false, false
			for _, subject := range subjects {
				for _, value := range values {
					text := `{` + subject + `,"operator":"` + prefix + name + `"` + value + `}`
					_, err := segment.UnmarshalCondition([]byte(text))
					schemaErr := validates(s, text)
					if err == nil && schemaErr != nil {
						t.Errorf("the reader takes %s, but the schema says %v", text, schemaErr)
					}
					inReader, inSchema = inReader || err == nil, inSchema || schemaErr == nil
				}
			}
			if inReader != inSchema {
				t.Errorf("%s%s: read %v, schema %v", prefix, name, inReader, inSchema)
			}
		}
	}
}

// offeredOperators are the words of every "operator" of the schema that an
// editor offers: in an enum beside the pattern of all spellings.
func offeredOperators(t *testing.T) (names []string) {
	var file any
	if err := json.Unmarshal(read(t, schemaFile), &file); err != nil {
		t.Fatal(err)
	}
	for _, o := range innerObjects(file) {
		operator, _ := o["operator"].(map[string]any)
		forms, _ := operator["anyOf"].([]any)
		if len(forms) == 0 {
			continue
		}
		words, _ := forms[0].(map[string]any)["enum"].([]any)
		for _, word := range words {
			if name, ok := word.(string); ok && !strings.Contains(name, " ") {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
