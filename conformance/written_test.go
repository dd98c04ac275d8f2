package conformance

import (
	"math/rand"
	"testing"

	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/corpus"
	"github.com/segmentrules/segment/segmenttest"
)

// Everything that is written validates: the forms of each node, and the rules
// of the corpus.
func TestWrittenDefinitionsValidate(t *testing.T) {
	t.Parallel()
	s := definitionSchema(t, "condition")
	for _, text := range corpus.Definitions(t, "written") {
		if err := validates(s, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, c := range corpus.Rules(t) {
		text, err := segment.MarshalCondition(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := validates(s, string(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// The trees of the laws, which cover every kind of node, validate as they are
// written.
func TestRandomTreesValidate(t *testing.T) {
	t.Parallel()
	schema := definitionSchema(t, "")
	params := gopter.DefaultGenParameters()
	params.Rng = rand.New(rand.NewSource(1))
	trees, written := segmenttest.Trees(), 0
	for range 2_000 {
		c, _ := trees(params).Retrieve()
		text, err := segment.Segment{Name: "n", Condition: c.(segment.Condition)}.MarshalJSON()
		if err != nil {
			continue // what only hosts build
		}
		written++
		if err := validates(schema, string(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if written < 1_200 {
		t.Errorf("only %d trees could be written", written)
	}
}
