package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/lint"
	"github.com/segmentrules/segment/segmenttest"
)

const cookbook = "../docs/cookbook.md"

// A recipe is a question of the cookbook, its rule, and what lint says of it, by the page.
type recipe struct{ question, rule, warning string }

func readCookbook(t *testing.T) (s *segment.Schema, recipes []recipe) {
	t.Helper()
	page, blocks := docBlocks(t, cookbook)
	var questions []string
	for _, m := range regexp.MustCompile(`(?m)^\*\*(\d+\. .*)\*\*$`).FindAllStringSubmatch(page, -1) {
		questions = append(questions, m[1])
	}
	s = &segment.Schema{}
	for _, b := range blocks {
		switch b.mark {
		case "json schema":
			if err := json.Unmarshal([]byte(b.text), s); err != nil {
				t.Fatal(err)
			}
		case "rule":
			n := len(recipes)
			if n >= len(questions) || !strings.HasPrefix(questions[n], fmt.Sprint(n+1, ". ")) {
				t.Fatalf("no question stands above %s", b.text)
			}
			warning, _ := strings.CutPrefix(b.below, "Lint says: ")
			if warning == b.below {
				warning = ""
			}
			recipes = append(recipes, recipe{questions[n], b.text, warning})
		default:
			t.Errorf("what is a block of %q?", b.mark)
		}
	}
	if len(recipes) < 40 || len(questions) != len(recipes) {
		t.Errorf("%d recipes for %d questions", len(recipes), len(questions))
	}
	return s, recipes
}

// Every rule of the cookbook is one of its schema, and lint has nothing to say of it but what
// the page tells.
func TestCookbookRules(t *testing.T) {
	s, recipes := readCookbook(t)
	for _, r := range recipes {
		if _, err := s.Parse(r.rule); err != nil {
			t.Errorf("%s\n%s\n%v", r.question, r.rule, err)
			continue
		}
		warnings, err := lint.Text(r.rule, s)
		if err != nil {
			t.Error(err)
		}
		var said []string
		for _, w := range warnings {
			said = append(said, w.Msg)
		}
		if got := strings.Join(said, "; "); got != r.warning {
			t.Errorf("%s\n%s\nlint says %q, the page %q", r.question, r.rule, got, r.warning)
		}
	}
	for _, m := range regexp.MustCompile("(?m)^[A-Z`][^|\n]*`([A-Za-z_]+(?:\\([a-z]+\\))? >=? [^`]*)`").FindAllStringSubmatch(readPage(t, cookbook), -1) {
		if _, err := s.Parse(m[1]); err != nil {
			t.Errorf("%s: %v", m[1], err)
		}
	}
}

// moving are the words by which time alone may change the answer of a rule.
var moving = regexp.MustCompile(`LAST|NEXT|AGO|OLDER|TODAY|NOW|THIS|PREVIOUS|CURRENT_|AT LEAST \d+ (days|months)|THEN NOT`)

// steady are rules with such a word whose answer time alone does not change.
var steady = []string{"Who invited a colleague"}

// Each question has a history of its own, with contacts who are in and contacts who are not,
// and if time alone may change the answer, an instant at which it does.
func TestCookbookHistories(t *testing.T) {
	s, recipes := readCookbook(t)
	schema, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	stories := strings.Split(readPage(t, "testdata/cookbook.txt"), "\nstory ")[1:]
	if len(stories) != len(recipes) {
		t.Fatalf("%d histories for %d rules", len(stories), len(recipes))
	}
	for i, story := range stories {
		r := recipes[i]
		question, script, _ := strings.Cut(story, "\n")
		if question != r.question || strings.Count(script, "define asked: RULE\n") != 1 {
			t.Fatalf("the history of %q stands where that of %q is expected", question, r.question)
		}
		seen := lookAtStory(script)
		if len(seen.in) == 0 || len(seen.out) == 0 {
			t.Errorf("%s: in are %v, not in are %v", question, seen.in, seen.out)
		}
		if moves := moving.MatchString(r.rule) && !slices.ContainsFunc(steady, func(q string) bool { return strings.Contains(question, q) }); moves && !seen.byTime {
			t.Errorf("%s: time alone never changes the answer in its history", question)
		}
		script = "schema " + string(schema) + "\n" + strings.Replace(script, "asked: RULE", "asked: "+r.rule, 1)
		for name, fresh := range map[string]func(*testing.T) segmenttest.System{
			"definition": func(*testing.T) segmenttest.System { return segmenttest.Reference() },
			"index":      func(*testing.T) segmenttest.System { return cookIndex{index.New(index.Options{})} },
		} {
			t.Run(fmt.Sprint(i+1, " ", name), func(t *testing.T) { segmenttest.RunScript(t, fresh, script) })
		}
	}
}

// A storyLook is what the expectations of a history show.
type storyLook struct {
	in, out []string // who is in at some instant, and who never is or not always
	byTime  bool     // between two expectations that differ only time passes
}

func lookAtStory(script string) (seen storyLook) {
	named := regexp.MustCompile(`^(contact|event|join|leave) (\w+)`)
	var contacts []string
	before, onlyTime := "", false
	for line := range strings.Lines(script) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "  #")
		members, isExpectation := strings.CutPrefix(line, "expect members asked: ")
		switch m := named.FindStringSubmatch(line); {
		case m != nil:
			contacts = append(contacts, m[2])
			onlyTime = false
		case isExpectation:
			members = strings.TrimSpace(strings.TrimSuffix(members, "nobody"))
			seen.byTime = seen.byTime || onlyTime && members != before
			before, onlyTime = members, true
			seen.in = append(seen.in, strings.Fields(members)...)
			for _, c := range contacts {
				if !slices.Contains(strings.Fields(members), c) {
					seen.out = append(seen.out, c)
				}
			}
		}
	}
	return seen
}

// cookIndex makes an index a system that stories can be told to.
type cookIndex struct{ *index.Index }

func (s cookIndex) Members(id string) []string {
	return slices.Sorted(s.Index.Members(id).All())
}

func (s cookIndex) Configure(schema *segment.Schema) (segmenttest.System, error) {
	return cookIndex{index.New(index.Options{Schema: schema})}, nil
}

func readPage(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
