package segment

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every word of the definition is on the page: the operators that are written,
// functions, aggregates, units, and the keys; and every operator on it is one.
func TestDefinitionPageIsComplete(t *testing.T) {
	text, err := os.ReadFile("docs/definition.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	words := slices.Concat(all(FnUnixMilli, fnName), all(AggLast, aggName), units(), all(AtLeastK, quantifierName), all(Mod, arithKey))
	for _, name := range operatorNames() {
		if o, _ := operatorOf(name); o.unit == 0 || o.unit == Day {
			words = append(words, name)
		}
	}
	for _, word := range words {
		if !strings.Contains(page, "`"+word+"`") {
			t.Errorf("the page does not name %s", word)
		}
	}
	for _, key := range slices.Concat(conditionKeys(), exprKeys()) {
		if !strings.Contains(page, "`"+key+"`") && !strings.Contains(page, `"`+key+`"`) {
			t.Errorf("the page does not name the key %s", key)
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| (`[a-z_]+`(, `[a-z_]+`)*) \\| ([^|]*) \\| .*\\|$").FindAllStringSubmatch(page, -1) {
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1]+row[3], -1) {
			if _, ok := operatorOf(name[1]); !ok && !slices.Contains(conditionKeys(), name[1]) {
				t.Errorf("%s is no operator", name[1])
			}
		}
	}
}
