package parser_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/corpus"
	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

// specExamples are the rules of the example block of SPEC 4.
func specExamples(t *testing.T) []string {
	spec, err := os.ReadFile("../../../shared/SPEC.md")
	if err != nil {
		t.Skip("needs shared/SPEC.md beside the project")
	}
	_, block, _ := strings.Cut(string(spec), "    # fields\n")
	block, _, _ = strings.Cut(block, "* **Event phrases**")
	comment := regexp.MustCompile(`\s+# .*|^\s*# .*`)
	columns := regexp.MustCompile(`\s{2,}`)
	var rules []string
	for line := range strings.Lines(block) {
		line = strings.TrimSpace(comment.ReplaceAllString(line, ""))
		if line != "" {
			rules = append(rules, columns.Split(line, -1)...)
		}
	}
	return rules
}

func TestSpecExamplesParse(t *testing.T) {
	rules := specExamples(t)
	if len(rules) < 60 {
		t.Fatalf("found %d rules only", len(rules))
	}
	for _, r := range rules {
		c, err := parser.Parse(r)
		if err != nil {
			t.Errorf("%s: %v", r, err)
			continue
		}
		corpus.RoundTrip(t, r, c)
	}
}

// A tree that a host has built prints as text that parses and means the same,
// also where the parser would have built another tree.
func TestBuiltTreesPrintAsWhatTheyMean(t *testing.T) {
	tried := 0
	for seed := range uint64(20_000) {
		g := ruletest.NewGrower(seed)
		c := g.Condition(4, false)
		if check.Condition(c, rule.Limits{}) != nil {
			continue
		}
		tried++
		again, err := parser.Parse(c.String())
		if err != nil {
			t.Errorf("seed %d: %s\n %v", seed, c, err)
			continue
		}
		x := g.Contact()
		if got, want := segment.Evaluate(again, x, ruletest.TestNow), segment.Evaluate(c, x, ruletest.TestNow); got != want {
			t.Errorf("seed %d: %s\n %#v\n is %v, parsed again %v\n %#v", seed, c, c, want, got, again)
		}
		corpus.RoundTrip(t, c.String(), again)
	}
	if tried < 500 {
		t.Errorf("only %d trees", tried)
	}
}
