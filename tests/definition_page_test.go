package tests

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
)

const definitionDoc = "../docs/definition.md"

// A docBlock is a fenced block of the page: what stands on its fence, the text,
// and the line below it.
type docBlock struct{ mark, text, below string }

func docBlocks(t *testing.T, file string) (page string, blocks []docBlock) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page = string(b)
	for rest := page; ; {
		_, after, ok := strings.Cut(rest, "\n```")
		if !ok {
			break
		}
		mark, after, _ := strings.Cut(after, "\n")
		text, after, ok := strings.Cut("\n"+after, "\n```\n")
		if !ok {
			t.Fatalf("the block %q does not end", mark)
		}
		below, _, _ := strings.Cut(strings.TrimLeft(after, "\n"), "\n")
		blocks = append(blocks, docBlock{mark, strings.TrimPrefix(text, "\n"), below})
		rest = "\n" + after
	}
	return page, blocks
}

// The page tells the truth: every block of JSON is read by the library, means
// the rule below it, and if marked as bad is refused with the errors below it.
// That it also validates, conformance checks.
func TestDefinitionPageSpeaksTheTruth(t *testing.T) {
	_, blocks := docBlocks(t, definitionDoc)
	good, bad := 0, 0
	for i, block := range blocks {
		switch block.mark {
		case "json":
			for _, text := range jsonTexts(t, block.text) {
				good++
				var read segment.Segment
				if err := json.Unmarshal([]byte(text), &read); err != nil {
					t.Errorf("%s\n%v", text, err)
					continue
				}
				if rule, ok := strings.CutPrefix(block.below, "In text: "); ok && strings.Trim(rule, "`") != read.Condition.String() {
					t.Errorf("%s\nis said to mean %s\nand means        %s", text, rule, read.Condition)
				}
			}
		case "json bad":
			bad++
			var read segment.Segment
			var errs segment.Errors
			if !errors.As(read.UnmarshalJSON([]byte(block.text)), &errs) {
				t.Errorf("%s\nis read as %v", block.text, read.Condition)
			}
			var lines []string
			for _, e := range errs {
				lines = append(lines, e.Error())
			}
			if i+1 >= len(blocks) || blocks[i+1].mark != "text" {
				t.Fatalf("%s\nis not followed by its errors", block.text)
			}
			if diff := cmp.Diff(blocks[i+1].text, strings.Join(lines, "\n")); diff != "" {
				t.Errorf("%s\nthe page has -, the library +:\n%s", block.text, diff)
			}
		}
	}
	if good < 30 || bad < 6 {
		t.Errorf("only %d good and %d bad examples", good, bad)
	}
}

// jsonTexts takes a block of several JSON texts apart.
func jsonTexts(t *testing.T, block string) (texts []string) {
	t.Helper()
	for dec := json.NewDecoder(strings.NewReader(block)); dec.More(); {
		var text json.RawMessage
		if err := dec.Decode(&text); err != nil {
			t.Fatalf("%s\n%v", block, err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// What the tables show is a condition, a window or an expression.
func TestDefinitionPageTables(t *testing.T) {
	page, _ := docBlocks(t, definitionDoc)
	shown := 0
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\{.*?\\})` \\|").FindAllStringSubmatch(page, -1) {
		shown++
		if !slices.ContainsFunc([]string{"%", `{"field":"x","operator":"during","value":%}`, `{"field":"x","operator":"less_than","value":%}`}, func(form string) bool {
			_, err := segment.UnmarshalCondition([]byte(strings.Replace(form, "%", m[1], 1)))
			return err == nil
		}) {
			t.Errorf("%s is neither a condition nor a window nor an expression", m[1])
		}
	}
	if shown < 30 {
		t.Errorf("only %d forms in tables", shown)
	}
}
