package definition

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment/rule"
)

// Every word of the definition is on the page: the operators that are written,
// functions, aggregates, units, and the keys; and every operator on it is one.
func TestDefinitionPageIsComplete(t *testing.T) {
	text, err := os.ReadFile("../../docs/definition.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	words := slices.Concat(all(rule.FnLast, fnName), all(rule.AggLast, rule.AggName), units(), all(rule.QuantifierMin, quantifierName), all(rule.ArithMod, arithKey))
	for _, name := range OperatorNames() {
		if o, _ := OperatorOf(name); o.unit == 0 || o.unit == rule.UnitDay {
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
			if _, ok := OperatorOf(name[1]); !ok && !slices.Contains(conditionKeys(), name[1]) {
				t.Errorf("%s is no operator", name[1])
			}
		}
	}
}
