package segment

import (
	"bufio"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// definition.schema.json says the same as the reader, as far as a schema can:
// whatever is read or written validates, and what does not validate is refused.

// definitionSchema is the schema file, compiled: the whole, or one of its $defs.
func definitionSchema(t *testing.T, def string) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("definition.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("definition.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	if def != "" {
		def = "#/$defs/" + def
	}
	s, err := c.Compile("definition.schema.json" + def)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validates is what the schema says of a JSON text.
func validates(s *jsonschema.Schema, text string) error {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(doc)
}

// The schema file is itself valid, which Compile checks against the schema of
// schemas, and every part of it is used.
func TestSchemaFileIsWhole(t *testing.T) {
	definitionSchema(t, "")
	text, err := os.ReadFile("definition.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Defs map[string]json.RawMessage `json:"$defs"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for def := range file.Defs {
		if !strings.Contains(string(text), `"#/$defs/`+def+`"`) {
			t.Errorf("nothing refers to $defs/%s", def)
		}
	}
	if len(file.Defs) < 30 {
		t.Errorf("only %d $defs", len(file.Defs))
	}
}

// Everything that is written validates: the rules of the corpus, the forms of
// each node, and random trees.
func TestWrittenDefinitionsValidate(t *testing.T) {
	t.Parallel()
	s := definitionSchema(t, "condition")
	check := func(c Condition) {
		t.Helper()
		text, err := MarshalCondition(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := validates(s, string(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, c := range corpusConditions(t) {
		check(c)
	}
	for _, f := range definitionForms() {
		check(f.c)
	}
	g := newGrower(17)
	for n := 0; n < 1_500; {
		if c := g.condition(1+n%4, false); valid(c, Limits{}) == nil {
			check(c)
			n++
		}
	}
}

// corpusConditions are the rules of the corpus.
func corpusConditions(t *testing.T) (cs []Condition) {
	t.Helper()
	f, err := os.Open("testdata/rules.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if c, err := Parse(strings.TrimSpace(lines.Text())); err == nil && c != nil {
			cs = append(cs, c)
		}
	}
	if len(cs) < 150 {
		t.Fatalf("only %d rules", len(cs))
	}
	return cs
}

// readable are conditions that the tests of the reader have read: other
// spellings, other forms.
func readable() (texts []string) {
	with, without := operatorSynonyms()
	for _, tt := range with {
		for op := range strings.FieldsSeq(tt.operators) {
			texts = append(texts, `{"field":"x","operator":"`+op+`","value":5}`)
		}
	}
	for op := range without {
		texts = append(texts, `{"field":"x","operator":"`+op+`"}`)
	}
	for text, c := range otherForms() {
		if c != nil {
			texts = append(texts, text)
		}
	}
	return append(texts, `{"rule":"MONTH(Birthday) = CURRENT_MONTH()"}`, `{"not":true,"rule":"a = 1 OR b = 2"}`,
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
	for _, text := range readable() {
		if _, err := UnmarshalCondition([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if err := validates(s, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	whole := definitionSchema(t, "")
	for _, text := range []string{documented, `{"id":"a","name":"","list":"a","operator":"in"}`, `{"name":"n","not":{"everyone":true}}`} {
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
	texts := readable()
	for _, f := range definitionForms() {
		texts = append(texts, f.json)
	}
	slices.Sort(texts) // some come from a map, and the mutations must be the same each time
	g := newGrower(23)
	read, refused, missed := 0, 0, 0
	for range 4_000 {
		text := g.mutated(texts[g.IntN(len(texts))], texts[g.IntN(len(texts))])
		_, err := UnmarshalCondition([]byte(text))
		switch schemaErr := validates(s, text); {
		case err == nil && schemaErr != nil:
			t.Errorf("the reader takes %s, but the schema says %v", text, schemaErr)
		case err == nil:
			read++
		case schemaErr != nil:
			refused++
		default:
			missed++
		}
	}
	t.Logf("%d read, %d refused by both, %d refused by the reader alone", read, refused, missed)
	if read < 500 || refused < 2_000 || missed > refused/20 {
		t.Errorf("%d read, %d refused by both, %d refused by the reader alone", read, refused, missed)
	}
}

// mutated changes one member somewhere in a JSON text: it leaves it out, gives
// it a name or value of the other text, or adds one of that.
func (g grower) mutated(text, other string) string {
	var doc, from any
	if json.Unmarshal([]byte(text), &doc) != nil || json.Unmarshal([]byte(other), &from) != nil {
		return text
	}
	objects, donors := innerObjects(doc), innerObjects(from)
	o, d := objects[g.IntN(len(objects))], donors[g.IntN(len(donors))]
	names, news := memberNames(o), memberNames(d)
	if len(names) == 0 || len(news) == 0 {
		return text
	}
	name, fresh := pick(g, names...), pick(g, news...)
	switch g.IntN(5) {
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
		o[name] = pick[any](g, nil, true, false, "", "a", "days", "2026-01-31", -1, 0, 3, 1.5, []any{}, []any{1, 2}, map[string]any{}, map[string]any{"field": "y"})
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
