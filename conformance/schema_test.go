package conformance

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// definition.schema.json says the same as the reader, as far as a schema can:
// whatever is read or written validates, and what does not validate is refused.

const schemaFile = "../definition.schema.json"

// definitionSchema is the schema file, compiled: the whole, or one of its $defs.
func definitionSchema(t *testing.T, def string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(read(t, schemaFile)))
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

func read(t testing.TB, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The schema file is itself valid, which Compile checks against the schema of
// schemas, and every part of it is used.
func TestSchemaFileIsWhole(t *testing.T) {
	definitionSchema(t, "")
	text := read(t, schemaFile)
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
