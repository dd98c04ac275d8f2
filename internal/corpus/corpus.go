package corpus

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
)

// Path is where a file of testdata lies, seen from the test that runs.
func Path(t testing.TB, name string) string {
	t.Helper()
	for up, n := ".", 0; n < 5; up, n = filepath.Join("..", up), n+1 {
		path := filepath.Join(up, "testdata", name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Fatalf("no folder above has testdata/%s", name)
	return ""
}

func read(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// An Entry of rules.txt or broken.txt stands at the margin, its answers below
// it, indented. Empty lines and those that start with # are for the reader.
type Entry struct {
	Line    int
	Text    string
	Answers []string
}

// Entries are those of a file.
func Entries(t testing.TB, name string) (entries []Entry) {
	t.Helper()
	n := 0
	for line := range strings.Lines(read(t, name)) {
		n++
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == ' ':
			e := &entries[len(entries)-1]
			e.Answers = append(e.Answers, strings.TrimSpace(line))
		default:
			entries = append(entries, Entry{Line: n, Text: line})
		}
	}
	return entries
}

// Rewrite writes the answers of all entries of a file anew and keeps the rest.
func Rewrite(t testing.TB, name string, answers func(text string) []string) {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(read(t, name)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line != "" && line[0] == ' ':
		case line == "" || line[0] == '#':
			out.WriteString(line + "\n")
		default:
			out.WriteString(line + "\n")
			for _, a := range answers(line) {
				out.WriteString("  " + a + "\n")
			}
		}
	}
	if err := os.WriteFile(Path(t, name), []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Rules are the conditions of rules.txt.
func Rules(t testing.TB) (rules []segment.Condition) {
	t.Helper()
	for _, e := range Entries(t, "rules.txt") {
		c, err := segment.Parse(e.Text)
		if err != nil {
			t.Fatalf("line %d: %v", e.Line, err)
		}
		rules = append(rules, c)
	}
	if len(rules) < 150 {
		t.Fatalf("only %d rules", len(rules))
	}
	return rules
}

// Sentences are the texts of sentences.txt, which are rules too.
func Sentences(t testing.TB) (texts []string) {
	t.Helper()
	for line := range strings.Lines(read(t, "sentences.txt")) {
		text, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	return texts
}

// Definitions are the JSON texts of definitions.txt with one mark: of
// conditions "written" as they are and "read" in another form, of conditions
// "refused", and of a whole "segment".
func Definitions(t testing.TB, mark string) (texts []string) {
	t.Helper()
	for line := range strings.Lines(read(t, "definitions.txt")) {
		if text, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), mark+" "); ok {
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		t.Fatalf("no definition is marked %s", mark)
	}
	return texts
}
