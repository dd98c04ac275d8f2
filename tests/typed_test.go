package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/corpus"
	"github.com/segmentrules/segment/lint"
	"github.com/segmentrules/segment/rule"
)

// Rules as people type them who have not seen the language before. Each entry of
// testdata/typed.txt is the rule; what its writer means, as a canonical rule written by
// hand (`want:`, several where either would do; `bare:` where it is another without a
// schema); and what comes of it, with the schema of testdata/typed.json and without one.
//
//	works   it is read as what is meant
//	warned  it is read as something else, and lint offers what is meant
//	told    it is an error whose Fix is what is meant
//	error   it is an error without such a fix
//	else    it means something else, and nobody says so
const typedFile = "typed.txt"

// A typed rule and what its writer means.
type typed struct{ text, want, bare string }

func typedSchema(t *testing.T) *segment.Schema {
	text, err := os.ReadFile(corpus.Path(t, "typed.json"))
	if err != nil {
		t.Fatal(err)
	}
	s := new(segment.Schema)
	if err := json.Unmarshal(text, s); err != nil {
		t.Fatal(err)
	}
	return s
}

// outcome grades a rule against what is meant.
func outcome(t *testing.T, text, want string, s *segment.Schema) (grade, line string) {
	means := func(got segment.Condition) bool {
		for _, w := range strings.Split(want, " || ") {
			c, err := s.Parse(w)
			if err != nil {
				t.Fatalf("%s: what is meant does not parse: %s: %v", text, w, err)
			}
			if rule.Equal(c, got) {
				return true
			}
		}
		return false
	}
	c, err := s.Parse(text)
	if err != nil {
		first := err.(segment.Errors)[0]
		corpus.Place(t, text, first)
		if first.Fix == "" {
			return "error", first.Error()
		}
		fixed, err := s.Parse(first.Fix)
		if err != nil {
			t.Errorf("%s: the fix does not parse: %s: %v", text, first.Fix, err)
			return "error", first.Error()
		}
		if !means(fixed) {
			return "error", first.Error() + " → " + first.Fix
		}
		return "told", first.Fix
	}
	if means(c) {
		return "works", c.String()
	}
	warnings, err := lint.Text(text, s)
	if err != nil {
		t.Error(text, err)
	}
	for _, w := range warnings {
		if w.Fix == "" {
			continue
		}
		fixed, err := s.Parse(w.Fix)
		if err != nil {
			t.Errorf("%s: the fix of a warning does not parse: %s: %v", text, w.Fix, err)
		} else if means(fixed) {
			return "warned", w.Fix
		}
	}
	if fixed, err := s.Parse(allFixed(c.String(), warnings)); err == nil && means(fixed) {
		return "warned", fixed.String()
	}
	return "else", c.String()
}

// allFixed is a text with the fixes of all warnings.
func allFixed(text string, warnings []lint.Warning) string {
	for _, w := range warnings {
		if w.Fix != "" {
			text = strings.Replace(text, w.Part, w.Fix, 1)
		}
	}
	return text
}

func typedEntry(e corpus.Entry) (r typed) {
	r.text = strings.TrimPrefix(e.Text, `\`) // a rule that starts with # would be a comment
	for _, a := range e.Answers {
		key, value, _ := strings.Cut(a, ": ")
		switch key {
		case "want":
			r.want = value
		case "bare":
			r.bare = value
		}
	}
	return r
}

func (r typed) graded(t *testing.T, s *segment.Schema) (answers []string, with, without string) {
	bare := r.bare
	if bare == "" {
		bare = r.want
	}
	with, a := outcome(t, r.text, r.want, s)
	without, b := outcome(t, r.text, bare, nil)
	answers = append(answers, "want: "+r.want)
	if r.bare != "" {
		answers = append(answers, "bare: "+r.bare)
	}
	return append(answers, fmt.Sprintf("schema: %s %s", with, a), fmt.Sprintf("without: %s %s", without, b)), with, without
}

func TestTyped(t *testing.T) {
	s := typedSchema(t)
	rules := make(map[string]typed)
	for _, e := range corpus.Entries(t, typedFile) {
		rules[e.Text] = typedEntry(e)
	}
	if *rewrite {
		corpus.Rewrite(t, typedFile, func(text string) []string {
			answers, _, _ := rules[text].graded(t, s)
			return answers
		})
	}
	count := make(map[string]int)
	entries := corpus.Entries(t, typedFile)
	for i, e := range entries {
		answers, with, without := typedEntry(e).graded(t, s)
		if got, want := strings.Join(answers, "\n"), strings.Join(e.Answers, "\n"); got != want {
			t.Errorf("%s:%d: %s\n got\n%s\n want\n%s", typedFile, e.Line, e.Text, got, want)
		}
		if i < 95 {
			count["with "+with]++
			count["without "+without]++
		}
		if with == "else" || without == "else" {
			t.Errorf("%s:%d: %s means something else, and nobody says so", typedFile, e.Line, e.Text)
		}
	}
	good := count["with works"] + count["with told"] + count["with warned"]
	t.Log(count)
	if good < 85 {
		t.Errorf("only %d of 95 first tries work or say what to write", good)
	}
}

// Another spelling, or a slip, in one part of a rule leaves all other parts as they are.
func TestTypedBesideRules(t *testing.T) {
	for _, e := range corpus.Entries(t, rulesFile) {
		c, err := segment.Parse("(" + e.Text + "\n)")
		if err != nil {
			continue // a rule of several lines
		}
		spelt, err := segment.Parse("(" + e.Text + "\n) AND zz LIKE \"a%\"")
		want := rule.And{c, rule.Like{X: rule.Field("zz"), Values: []string{"a"}}}
		if and, ok := c.(rule.And); ok && err == nil {
			want = rule.And{and, want[1]}
		}
		if err != nil || !rule.Equal(spelt, want) {
			t.Errorf("%s beside LIKE: %v, %v", e.Text, spelt, err)
		}
		_, err = segment.Parse("(" + e.Text + "\n) AND zz contains @b")
		want[1] = rule.Contains{X: rule.Field("zz"), Values: []rule.Value{rule.Text("@b")}}
		if first := err.(segment.Errors)[0]; first.Fix != want.String() && first.Fix != "" {
			t.Errorf("%s beside a text without quotes: the fix is %s", e.Text, first.Fix)
		}
	}
}
