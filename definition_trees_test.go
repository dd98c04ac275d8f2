package segment_test

import (
	"math/rand"
	"os"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/segmenttest"
)

// The trees of the laws, which cover every kind of node, validate as they are
// written.
func TestRandomTreesValidate(t *testing.T) {
	t.Parallel()
	file, err := os.Open("definition.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	doc, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("definition.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("definition.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	params := gopter.DefaultGenParameters()
	params.Rng = rand.New(rand.NewSource(1))
	trees, written := segmenttest.Trees(), 0
	for range 1_000 {
		c, _ := trees(params).Retrieve()
		text, err := segment.Segment{Name: "n", Condition: c.(segment.Condition)}.MarshalJSON()
		if err != nil {
			continue // what only hosts build
		}
		written++
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(instance); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if written < 500 {
		t.Errorf("only %d trees could be written", written)
	}
}
