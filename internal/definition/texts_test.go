package definition_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var updateDefinitions = flag.Bool("update-definitions", false, "rewrite testdata/definitions.txt from the tables of the tests")

// The definitions that the tests here write, read and see refused also stand in
// a file, one a line behind one of these words, so that others can be
// tried on the same: conformance does so with definition.schema.json.
func TestDefinitionTexts(t *testing.T) {
	const file = "../../testdata/definitions.txt"
	var lines []string
	add := func(mark, text string) {
		if strings.Contains(text, "\n") {
			var b bytes.Buffer
			if err := json.Compact(&b, []byte(text)); err != nil {
				t.Fatal(err)
			}
			text = b.String()
		}
		lines = append(lines, mark+" "+text+"\n")
	}
	for _, f := range definitionForms() {
		add("written", f.json)
	}
	with, without := operatorSynonyms()
	for _, tt := range with {
		for op := range strings.FieldsSeq(tt.operators) {
			add("read", fmt.Sprintf(`{"field":"x","operator":%q,"value":5}`, op))
		}
	}
	for op := range without {
		add("read", fmt.Sprintf(`{"field":"x","operator":%q}`, op))
	}
	for text, c := range otherForms() {
		if c != nil {
			add("read", text)
		}
	}
	for _, tt := range definitionErrors() {
		add("refused", tt.text)
	}
	add("segment", documented)
	slices.Sort(lines)
	got := strings.Join(slices.Compact(lines), "")
	if *updateDefinitions {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the tables say; review the change and run go test -run TestDefinitionTexts -update-definitions", file)
	}
}
