package segment

import (
	"flag"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "write what the code answers into testdata; review the difference")

// corpus is a file of testdata: entries at the margin, their answers indented
// below.
type corpusEntry struct {
	line    int
	text    string
	answers []string
}

func readCorpus(t testing.TB, path string) (entries []corpusEntry) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == ' ':
			e := &entries[len(entries)-1]
			e.answers = append(e.answers, strings.TrimSpace(line))
		default:
			entries = append(entries, corpusEntry{line: n, text: line})
		}
	}
	return entries
}

// rewriteCorpus writes the answers of all entries anew, keeping comments.
func rewriteCorpus(t *testing.T, path string, answers func(text string) []string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(data)) {
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
	if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

const rulesFile = "testdata/rules.txt"

func TestRules(t *testing.T) {
	if *rewrite {
		rewriteCorpus(t, rulesFile, func(text string) []string {
			c, err := Parse(text)
			switch {
			case err != nil:
				return []string{"! " + err.Error()}
			case c.String() == text:
				return []string{"="}
			}
			return []string{"= " + c.String()}
		})
	}
	entries := readCorpus(t, rulesFile)
	if len(entries) < 150 {
		t.Errorf("only %d rules", len(entries))
	}
	for _, e := range entries {
		c, err := Parse(e.text)
		if err != nil {
			t.Errorf("%s:%d: %s\n %v", rulesFile, e.line, e.text, err)
			continue
		}
		if len(e.answers) != 1 || e.answers[0][0] != '=' {
			t.Fatalf("%s:%d: needs one canonical form", rulesFile, e.line)
		}
		want := strings.TrimPrefix(strings.TrimPrefix(e.answers[0], "="), " ")
		if want == "" {
			want = e.text
		}
		if got := c.String(); got != want {
			t.Errorf("%s:%d: %s\n got  %s\n want %s", rulesFile, e.line, e.text, got, want)
		}
		textRoundTrip(t, e.text, c)
		if err := valid(c, Limits{}.withDefaults()); err != nil {
			t.Errorf("%s:%d: %s\n is no valid tree: %v", rulesFile, e.line, e.text, err)
		}
	}
}

const brokenFile = "testdata/broken.txt"

func TestBroken(t *testing.T) {
	messages := func(text string) (lines []string) {
		c, err := Parse(text)
		if err == nil {
			return []string{"parses as " + c.String()}
		}
		for _, e := range err.(Errors) {
			lines = append(lines, e.Error())
		}
		return lines
	}
	if *rewrite {
		rewriteCorpus(t, brokenFile, messages)
	}
	entries := readCorpus(t, brokenFile)
	if len(entries) < 60 {
		t.Errorf("only %d rules", len(entries))
	}
	for _, e := range entries {
		if diff := cmp.Diff(e.answers, messages(e.text)); diff != "" {
			t.Errorf("%s:%d: %s\n (-want +got)\n%s", brokenFile, e.line, e.text, diff)
		}
		checkPlaces(t, e.text)
	}
}

// checkPlaces checks that every error of a text has a place in it.
func checkPlaces(t testing.TB, text string) {
	_, err := Parse(text)
	if err == nil {
		return
	}
	for _, e := range err.(Errors) {
		checkPlace(t, text, e)
	}
}

// checkPlace checks that an error says where in the text it is, on one line.
func checkPlace(t testing.TB, text string, e *Error) {
	t.Helper()
	if e.Offset < 0 || e.Offset > len(text) {
		t.Fatalf("%q: offset %d of %d", text, e.Offset, len(text))
	}
	before := text[:e.Offset]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	if e.Line != line || e.Column != column {
		t.Errorf("%q: %v is at %d:%d, not %d:%d", text, e, line, column, e.Line, e.Column)
	}
	if strings.ContainsAny(e.Error(), "\n\r") {
		t.Errorf("%q: not one line: %q", text, e.Error())
	}
	if e.Code == "" || e.Msg == "" {
		t.Errorf("%q: an error without code or message: %#v", text, e)
	}
}
