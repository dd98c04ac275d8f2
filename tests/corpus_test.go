package tests

import (
	"flag"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/corpus"
	"github.com/segmentrules/segment/rule"
)

var rewrite = flag.Bool("rewrite", false, "write what the code answers into testdata; review the difference")

const rulesFile = "rules.txt"

func TestRules(t *testing.T) {
	if *rewrite {
		corpus.Rewrite(t, rulesFile, func(text string) []string {
			c, err := segment.Parse(text)
			switch {
			case err != nil:
				return []string{"! " + err.Error()}
			case c.String() == text:
				return []string{"="}
			}
			return []string{"= " + c.String()}
		})
	}
	entries := corpus.Entries(t, rulesFile)
	if len(entries) < 150 {
		t.Errorf("only %d rules", len(entries))
	}
	for _, e := range entries {
		c, err := segment.Parse(e.Text)
		if err != nil {
			t.Errorf("%s:%d: %s\n %v", rulesFile, e.Line, e.Text, err)
			continue
		}
		if len(e.Answers) != 1 || e.Answers[0][0] != '=' {
			t.Fatalf("%s:%d: needs one canonical form", rulesFile, e.Line)
		}
		want := strings.TrimPrefix(strings.TrimPrefix(e.Answers[0], "="), " ")
		if want == "" {
			want = e.Text
		}
		if got := c.String(); got != want {
			t.Errorf("%s:%d: %s\n got  %s\n want %s", rulesFile, e.Line, e.Text, got, want)
		}
		corpus.RoundTrip(t, e.Text, c)
		if _, err := segment.Compile(c); err != nil {
			t.Errorf("%s:%d: %s\n is no valid tree: %v", rulesFile, e.Line, e.Text, err)
		}
	}
}

const brokenFile = "broken.txt"

func TestBroken(t *testing.T) {
	messages := func(text string) (lines []string) {
		c, err := segment.Parse(text)
		if err == nil {
			return []string{"parses as " + c.String()}
		}
		for _, e := range err.(segment.Errors) {
			lines = append(lines, e.Error())
		}
		return lines
	}
	if *rewrite {
		corpus.Rewrite(t, brokenFile, messages)
	}
	entries := corpus.Entries(t, brokenFile)
	if len(entries) < 60 {
		t.Errorf("only %d rules", len(entries))
	}
	for _, e := range entries {
		if diff := cmp.Diff(e.Answers, messages(e.Text)); diff != "" {
			t.Errorf("%s:%d: %s\n (-want +got)\n%s", brokenFile, e.Line, e.Text, diff)
		}
		corpus.Places(t, e.Text)
	}
}

// SPEC 5: text to tree to JSON to tree to text is the identity, for every rule
// of the corpus.
func TestCorpusThroughJSON(t *testing.T) {
	for _, c := range corpus.Rules(t) {
		text, err := segment.MarshalCondition(c)
		if err != nil {
			t.Errorf("%s: %v", c, err)
			continue
		}
		back, err := segment.UnmarshalCondition(text)
		if err != nil || !rule.Equal(back, c) || back.String() != c.String() {
			t.Errorf("%s\n%s\n%v, %v", c, text, back, err)
		}
	}
}
