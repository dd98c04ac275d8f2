package tests

import (
	"os"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/corpus"
	"github.com/segmentrules/segment/rule"
)

// The page about other spellings is what the parser does: each row is the same tree, or the
// error with that fix.
func TestSpellingsPage(t *testing.T) {
	page, err := os.ReadFile("../docs/spellings.md")
	if err != nil {
		t.Fatal(err)
	}
	accepted, guessed, _ := strings.Cut(string(page), "# What is guessed")
	rows := 0
	for typed, want := range tableRows(accepted) {
		rows++
		c, err := segment.Parse(typed)
		if err != nil {
			t.Errorf("%s: %v", typed, err)
			continue
		}
		if same := segment.MustParse(want); !rule.Equal(c, same) {
			t.Errorf("%s is read as %s, not as %s", typed, c, want)
		}
		corpus.RoundTrip(t, typed, c)
	}
	for typed, want := range tableRows(guessed) {
		rows++
		if _, err := segment.Parse(typed); err == nil || err.(segment.Errors)[0].Fix != want {
			t.Errorf("%s: %v; the fix is not %s", typed, err, want)
		}
	}
	if rows < 70 {
		t.Errorf("only %d rows", rows)
	}
}

// tableRows are the rows of two cells of code in tables.
func tableRows(page string) func(yield func(a, b string) bool) {
	return func(yield func(a, b string) bool) {
		for line := range strings.Lines(page) {
			cells := strings.Split(strings.TrimSpace(strings.ReplaceAll(line, `\|`, "\x00")), "|")
			if len(cells) != 4 || !strings.HasPrefix(cells[1], " `") {
				continue
			}
			cell := func(i int) string { return strings.ReplaceAll(strings.Trim(cells[i], " `"), "\x00", "|") }
			if !yield(cell(1), cell(2)) {
				return
			}
		}
	}
}

// Every fix is a rule, in canonical text, whatever the text was that it mends.
func TestFixesParse(t *testing.T) {
	var texts []string
	for _, file := range []string{rulesFile, brokenFile, typedFile} {
		for _, e := range corpus.Entries(t, file) {
			texts = append(texts, e.Text)
		}
	}
	s := typedSchema(t)
	fixes := 0
	for _, text := range texts {
		for _, cut := range cuts(text) {
			for _, schema := range []*segment.Schema{nil, s} {
				_, err := schema.Parse(cut)
				es := rule.ErrorsOf(err)
				if len(es) == 0 || es[0].Fix == "" {
					continue
				}
				fixes++
				corpus.Place(t, cut, es[0])
				if _, err := schema.Parse(es[0].Fix); err != nil {
					t.Errorf("%s\n has the fix %s\n %v", cut, es[0].Fix, err)
				}
				if c, err := segment.Parse(es[0].Fix); err == nil && c.String() != es[0].Fix {
					t.Errorf("%s\n has the fix %s\n which is written %s", cut, es[0].Fix, c)
				}
			}
		}
	}
	t.Log(fixes, "fixes")
	if fixes < 500 {
		t.Errorf("only %d fixes", fixes)
	}
}

// cuts are a text, and that text without each of its words.
func cuts(text string) []string {
	out := []string{text}
	words := strings.Fields(text)
	for i := range min(len(words), 12) {
		out = append(out, strings.Join(append(append([]string(nil), words[:i]...), words[i+1:]...), " "))
	}
	return out
}

// Another spelling in one part of a rule leaves names alone that are like words of one.
func TestSpellingBesideNames(t *testing.T) {
	for _, part := range []string{`first CHANGED IN LAST 3 days`, `last CHANGED IN LAST 3 days`, `AT LEAST 2 min HAVE (x = 1)`} {
		want, err := segment.Parse(part + ` AND country = "US"`)
		if err != nil {
			t.Fatal(err)
		}
		got, err := segment.Parse(part + ` AND (country is "US")`)
		if err != nil || !rule.Equal(got, want) {
			t.Errorf("%s: %v, %v", part, got, err)
		}
	}
}
