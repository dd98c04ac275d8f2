package conformance

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// Every block of JSON on the page about definitions validates; that the reader
// takes it, the tests beside the reader check.
func TestDefinitionPageValidates(t *testing.T) {
	s := definitionSchema(t, "")
	page := string(read(t, "../docs/definition.md"))
	found := 0
	for _, block := range regexp.MustCompile("(?s)\n```json\n(.*?)\n```\n").FindAllStringSubmatch(page, -1) {
		for dec := json.NewDecoder(strings.NewReader(block[1])); dec.More(); {
			var text json.RawMessage
			if err := dec.Decode(&text); err != nil {
				t.Fatalf("%s\n%v", block[1], err)
			}
			found++
			if err := validates(s, string(text)); err != nil {
				t.Errorf("%s\n%v", text, err)
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d examples", found)
	}
}
