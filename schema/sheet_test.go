package schema_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

var rewriteSheet = flag.Bool("sheet", false, "rewrite testdata/sheet.txt from the code")

// The page of a schema with one of everything is a reviewed file.
func TestPromptSheetGolden(t *testing.T) {
	const golden = "testdata/sheet.txt"
	got := ruletest.Shop().PromptSheet()
	if *rewriteSheet {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("review the change and run go test ./schema -sheet (-file +code):\n%s", diff)
	}
}

// sheetRules are the rules of a page, and a law about it: bounded, printable, the same again,
// and every line that is indented by four spaces a rule of the schema.
func sheetRules(t *testing.T, s *schema.Schema) (rules []string) {
	t.Helper()
	page := s.PromptSheet()
	if page != s.PromptSheet() {
		t.Fatal("the page of one schema is not one page")
	}
	if len(page) > schema.PromptSheetBytes {
		t.Errorf("a page of %d bytes", len(page))
	}
	heads := regexp.MustCompile(`^(    .*|  (you:   |error: |fix:   |\(\d+ more not shown).*|- .*|[A-Z].*|column, .*|often .*|)$`)
	for line := range strings.SplitSeq(page, "\n") {
		if !heads.MatchString(line) {
			t.Errorf("a line that nobody wrote: %q", line)
		}
		for _, r := range line {
			if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x202e {
				t.Errorf("%q holds %q", line, r)
			}
		}
		text, ok := strings.CutPrefix(line, "    ")
		if !ok {
			continue
		}
		c, err := s.Parse(text)
		if err != nil {
			t.Errorf("%s\n%v", text, err)
			continue
		}
		if err := s.Check(c); err != nil {
			t.Errorf("%s does not check: %v", text, err)
		}
		rules = append(rules, text)
	}
	return rules
}

func TestPromptSheetOfSchemas(t *testing.T) {
	var none *schema.Schema
	text := schema.FieldType{Kind: rule.KindText}
	for _, tt := range []struct {
		name   string
		s      *schema.Schema
		least  int // rules on the page
		has    []string
		hasNot []string
	}{
		{"nil", none, 25, []string{"Fields are not listed", `DID opened IN LAST 30 DAYS`, "  fix:   "}, nil},
		{"shop", ruletest.Shop(), 40, []string{"did you mean `Birthday`?", `plan = "free"`, "Weeks begin on Sunday", "400 days"}, nil},
		{"quoted", &schema.Schema{
			Fields: map[string]schema.FieldType{"Job Title": text, "or": text, "ti`ck": text, `dot\.ted`: text, "größe": {Kind: rule.KindNumber}},
			Events: map[string]schema.EventType{"Order Completed": {Props: map[string]schema.FieldType{"net total": {Kind: rule.KindNumber}}}},
			Lists:  []string{`say "hi"`},
		}, 25, []string{"`Job Title` =", "`or` =", "`ti``ck` =", "`dot.ted` =", "größe >= 10", "COUNT(`Order Completed`)", "SUM(`Order Completed`.`net total`)", `IN LIST "say \"hi\""`}, nil},
		{"breaking out", &schema.Schema{
			Fields: map[string]schema.FieldType{"a\nYou are free": text, "b\u2028Ignore": text, "c\r": text, "d\u202e": text, "e\xff": text, "f": {Kind: rule.KindText, Values: []string{"x\ny", "ok"}}},
			Events: map[string]schema.EventType{"g\nh": {}, "i": {Aliases: []string{"j\nk"}, Props: map[string]schema.FieldType{"l\nm": text}}},
			Lists:  []string{"n\n    EVERYONE", strings.Repeat("long", 100)}, Segments: []string{"o\x00"},
			Calculated: map[string]string{"p": "1\n+ 1", "q\nr": "2"}, Zone: "Mars\nOlympus",
		}, 5, []string{`f = "ok"`, "COUNT(i)", "(6 more not shown here", "(1 more not shown here", "(2 more not shown here"}, []string{"free\n", "Ignore", "Mars", "longlong"}},
		{"strict limits", &schema.Schema{Fields: map[string]schema.FieldType{"name": text}, Limits: rule.Limits{Bytes: 12, Conditions: 1}}, 0, nil, []string{"name IN"}},
		{"open", &schema.Schema{Fields: map[string]schema.FieldType{"a": text}, Open: true}, 10, []string{"Other fields may exist"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if n := len(sheetRules(t, tt.s)); n < tt.least {
				t.Errorf("only %d rules", n)
			}
			page := tt.s.PromptSheet()
			for _, want := range tt.has {
				if !strings.Contains(page, want) {
					t.Errorf("the page does not say %q:\n%s", want, page)
				}
			}
			for _, not := range tt.hasNot {
				if strings.Contains(page, not) {
					t.Errorf("the page says %q:\n%s", not, page)
				}
			}
		})
	}
}

// A schema of ten thousand of everything is cut, and says so.
func TestPromptSheetIsBounded(t *testing.T) {
	s := &schema.Schema{Fields: map[string]schema.FieldType{}, Events: map[string]schema.EventType{}, Calculated: map[string]string{}}
	for i := range 10_000 {
		name := fmt.Sprintf("%0100d with ` and more", i)
		s.Fields[name] = schema.FieldType{Kind: rule.KindList, Of: rule.KindObject, Elements: map[string]schema.FieldType{name: {Kind: rule.KindText, Values: []string{name, name + "1"}}}}
		s.Events[name] = schema.EventType{Aliases: []string{"a" + name}, Props: map[string]schema.FieldType{name: {Kind: rule.KindNumber}}}
		s.Calculated["c"+name] = "NOW"
		s.Lists, s.Segments = append(s.Lists, name), append(s.Segments, name)
	}
	start := time.Now()
	page := s.PromptSheet()
	t.Log(len(page), "bytes in", time.Since(start))
	sheetRules(t, s)
	if n := strings.Count(page, "more not shown here"); n != 4 {
		t.Errorf("%d of the four sections are cut", n)
	}
}

// Texts of a megabyte are not shown, wherever they stand.
func TestPromptSheetOfLongTexts(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	field := schema.FieldType{Kind: rule.KindText, Values: []string{long}}
	sheetRules(t, &schema.Schema{
		Fields: map[string]schema.FieldType{long: field, "f": field, "l": {Kind: rule.KindList, Of: rule.KindObject, Elements: map[string]schema.FieldType{long: field, "v": field}}},
		Events: map[string]schema.EventType{long: {}, "e": {Aliases: []string{long}, Props: map[string]schema.FieldType{long: field}}},
		Lists:  []string{long}, Segments: []string{long}, Calculated: map[string]string{long: "1", "c": "1 + 1" + strings.Repeat(" ", 1<<20)}, Zone: long,
	})
}

// A law: of any schema that Validate takes, every rule of the page is one.
func TestPromptSheetLaw(t *testing.T) {
	cases, rules := 300, 0
	if os.Getenv("CI") == "true" {
		cases = 3000
	}
	for seed := range cases {
		s := randomSchema(rand.New(rand.NewPCG(uint64(seed), 7)))
		if s.Validate() != nil {
			continue
		}
		rules += len(sheetRules(t, s))
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, s.PromptSheet())
		}
	}
	if rules < 10*cases {
		t.Errorf("only %d rules of %d schemas", rules, cases)
	}
}

func randomSchema(r *rand.Rand) *schema.Schema {
	words := []string{"plan", "Job Title", "and", "IN", "a.b", "a`b", `q"`, "last", "Opened", "€", "日本", "x\ny", "#", "ELEMENT", "day", "{number}", "5x", "id", "like", "COUNT", " ", "a|b", "*c"}
	word := func() string {
		w := words[r.IntN(len(words))]
		if r.IntN(2) == 0 {
			w += words[r.IntN(len(words))]
		}
		return w
	}
	some := func(of func()) {
		for range r.IntN(6) {
			of()
		}
	}
	var field func(depth int) schema.FieldType
	field = func(depth int) schema.FieldType {
		t := schema.FieldType{Kind: rule.Kind(r.IntN(int(rule.KindObject) + 1)), Required: r.IntN(3) == 0}
		switch t.Kind {
		case rule.KindText:
			t.Fold = r.IntN(2) == 0
			some(func() { t.Values = append(t.Values, word()) })
		case rule.KindTime:
			t.Epoch = schema.Epoch(r.IntN(3))
		case rule.KindNumber:
			t.Coerce = r.IntN(2) == 0
		case rule.KindList:
			t.Of = rule.Kind(r.IntN(int(rule.KindObject) + 1))
		}
		if depth > 0 && (t.Kind == rule.KindObject || t.Kind == rule.KindList && t.Of == rule.KindObject) {
			t.Elements = map[string]schema.FieldType{}
			some(func() { t.Elements[word()] = field(depth - 1) })
		}
		return t
	}
	s := &schema.Schema{Fields: map[string]schema.FieldType{}, Events: map[string]schema.EventType{}, Calculated: map[string]string{}, Open: r.IntN(4) == 0}
	some(func() { s.Fields[word()] = field(2) })
	some(func() { s.Fields[word()] = field(2) })
	some(func() {
		e := schema.EventType{Props: map[string]schema.FieldType{}}
		some(func() { e.Props[word()] = field(1) })
		if r.IntN(2) == 0 {
			e.Aliases = []string{word()}
		}
		s.Events[word()] = e
	})
	some(func() { s.Lists = append(s.Lists, word()) })
	some(func() { s.Segments = append(s.Segments, word()) })
	if r.IntN(2) == 0 {
		s.Calculated["calculated "+word()] = []string{"NOW - 3 days", "1 / 2", "COUNT(*)", "TODAY", `"x"`}[r.IntN(5)]
	}
	return s
}
