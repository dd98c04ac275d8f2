package tests

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
	"github.com/segmentrules/segment/segmenttest"
)

var rewriteExplanations = flag.Bool("rewrite-explain", false, "write what Explain says into testdata/explain; review the diff")

// readExplained reads a golden file: cases separated by a line of =, each of
// the headers rule, contact (a Record as JSON, which holds events too) and at,
// an empty line, and the text expected.
func readExplained(t *testing.T, text string) (headers, want string, e *segment.Explanation) {
	t.Helper()
	headers, want, _ = strings.Cut(strings.TrimSpace(text), "\n\n")
	want = strings.TrimSpace(want)
	var x segment.Record
	var c segment.Condition
	var at time.Time
	for line := range strings.Lines(headers) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		var err error
		switch key {
		case "#", "":
		case "rule":
			c, err = segment.Parse(value)
		case "contact":
			err = json.Unmarshal([]byte(value), &x)
		case "at":
			instant, zone, _ := strings.Cut(value, " ")
			loc, zoneErr := time.LoadLocation(zone)
			if zoneErr != nil {
				t.Fatal(zoneErr)
			}
			at, err = time.Parse(time.RFC3339Nano, instant)
			at = at.In(loc)
		default:
			t.Fatalf("unknown header %q", line)
		}
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	p, err := segment.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	return headers, want, p.Explain(&x, at)
}

func TestExplainGolden(t *testing.T) {
	files, _ := filepath.Glob("testdata/explain/*.txt")
	if len(files) == 0 {
		t.Fatal("no files in testdata/explain")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var cases []string
			for _, part := range strings.Split(string(text), "\n====\n") {
				headers, want, e := readExplained(t, part)
				got := e.String()
				if !*rewriteExplanations {
					if d := cmp.Diff(want, got); d != "" {
						t.Errorf("%s\n(-want +got)\n%s", headers, d)
					}
				}
				checkForms(t, e)
				cases = append(cases, headers+"\n\n"+got+"\n")
			}
			if *rewriteExplanations {
				if err := os.WriteFile(file, []byte(strings.Join(cases, "\n====\n")), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// checkForms checks the other forms of an explanation.
func checkForms(t *testing.T, e *segment.Explanation) {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var back segment.Explanation
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(*e, back, cmpopts.EquateApproxTime(0)); d != "" {
		t.Errorf("JSON round trip:\n%s", d)
	}
	if d := cmp.Diff(e.String(), back.String()); d != "" {
		t.Errorf("text after JSON:\n%s", d)
	}
	if bad := badMermaid(e.Mermaid()); bad != "" {
		t.Errorf("not Mermaid: %q", bad)
	}
}

// mermaidLine is every line that we write of Mermaid's grammar: a label has no
// quote, bracket or # but those that write a character by number.
var mermaidLine = regexp.MustCompile(`^(flowchart TD|  n\d+\["([^"#<>&\[\]{}|` + "`" + `\\;[:cntrl:]]|#\d+;)+"\]:::(holds|fails|more)|  n\d+ --> n\d+|  classDef [a-z]+ [a-z:#0-9,]+)$`)

func badMermaid(text string) string {
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if !mermaidLine.MatchString(line) || (i == 0) != (line == "flowchart TD") {
			return line
		}
	}
	return ""
}

// TestLawExplainAgreesWithEvaluate checks the verdict of every part where it
// stands: a part in a zone is asked as a rule with that zone.
func TestLawExplainAgreesWithEvaluate(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		p, err := segment.Compile(c.Condition)
		if err != nil {
			return ""
		}
		e := p.Explain(c.Contact, c.At)
		if next, ok := p.Next(c.Contact, c.At); !e.Next.IsZero() && (!ok || !next.Equal(e.Next)) {
			return fmt.Sprintf("Next %v, want %v %v", e.Next, next, ok)
		}
		for line := range strings.Lines(e.String()) {
			if len(line) > 5_000 {
				return "a line of " + fmt.Sprint(len(line))
			}
		}
		if bad := badMermaid(e.Mermaid()); bad != "" {
			return "Mermaid: " + bad
		}
		return disagreement(e, c.Condition, c, func(c segment.Condition) segment.Condition { return c })
	})
}

func disagreement(e *segment.Explanation, c segment.Condition, q segmenttest.Case, within func(segment.Condition) segment.Condition) string {
	if want := segment.Evaluate(within(c), q.Contact, q.At); e.Holds != want {
		return fmt.Sprintf("%s: %v, want %v\n%s", e.Condition, e.Holds, want, e)
	}
	var parts []segment.Condition
	switch c := c.(type) {
	case rule.And:
		if len(c) == 1 {
			return disagreement(e, c[0], q, within)
		}
		parts = c
	case rule.Or:
		if len(c) == 1 {
			return disagreement(e, c[0], q, within)
		}
		parts = c
	case rule.Count:
		parts = c.Of
	case rule.Not:
		if e.Group != "NOT" {
			return ""
		}
		parts = []segment.Condition{c.C}
	case rule.Zoned:
		if !strings.HasPrefix(e.Group, "IN ZONE") {
			return ""
		}
		parts = []segment.Condition{c.C}
		outer := within
		within = func(inner segment.Condition) segment.Condition { return outer(rule.Zoned{C: inner, Zone: c.Zone}) }
	case rule.Each:
		return elementDisagreement(e, c, q, within)
	default:
		return ""
	}
	if len(parts) != len(e.Parts) {
		return fmt.Sprintf("%d parts, want %d of %v", len(e.Parts), len(parts), c)
	}
	for i, part := range parts {
		if bad := disagreement(e.Parts[i], part, q, within); bad != "" {
			return bad
		}
	}
	return ""
}

// elementDisagreement checks the parts of elements: asked of one element alone,
// ANY says what the condition says of it.
func elementDisagreement(e *segment.Explanation, c rule.Each, q segmenttest.Case, within func(segment.Condition) segment.Condition) string {
	f, ok := c.X.(rule.Field)
	if !ok || isBound(within) {
		return ""
	}
	list := q.Contact.Field(string(f)).List()
	for _, part := range e.Parts {
		var number int
		if _, err := fmt.Sscanf(part.Group, "number %d", &number); err != nil || number > len(list) {
			return "no element is called " + part.Group
		}
		of := func(inner segment.Condition) segment.Condition {
			return within(rule.Each{X: segment.List(list[number-1]), C: inner})
		}
		if want := segment.Evaluate(of(c.C), q.Contact, q.At); part.Holds != want {
			return fmt.Sprintf("%s: %v, want %v\n%s", part.Group, part.Holds, want, e)
		}
		inner := *part
		if and, ok := c.C.(rule.And); !ok || len(and) <= 1 { // an empty one is a leaf
			inner = *part.Parts[0]
		}
		if bad := disagreement(&inner, c.C, q, of); bad != "" {
			return bad
		}
	}
	return ""
}

// isBound reports whether fields are those of an element already.
func isBound(within func(segment.Condition) segment.Condition) (bound bool) {
	rule.Walk(within(rule.Everyone{}), func(c segment.Condition) bool {
		_, each := c.(rule.Each)
		bound = bound || each
		return true
	})
	return bound
}

func TestExplainCalculatedField(t *testing.T) {
	schema := &segment.Schema{
		Fields:     map[string]schema.FieldType{"opens": {Kind: segment.KindNumber}, "clicks": {Kind: segment.KindNumber}},
		Calculated: map[string]string{"Score": "opens * 2 + clicks * 5"},
	}
	c, err := schema.Parse("Score >= 40")
	if err != nil {
		t.Fatal(err)
	}
	p, err := segment.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	x := &segment.Record{Fields: map[string]segment.Value{"opens": segment.Int(5), "clicks": segment.Int(3)}}
	want := "✗ Score >= 40 — Score is 25 (= opens * 2 + clicks * 5), opens is 5, clicks is 3, 15 short; never changes by itself"
	if d := cmp.Diff(want, p.Explain(x, time.Unix(0, 0)).String()); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

type foreignCondition struct{ segment.Condition }

func TestExplainNeverFails(t *testing.T) {
	if _, err := segment.Compile(foreignCondition{}); err == nil {
		t.Error("Compile takes a foreign node")
	}
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	if e := (*segment.Program)(nil).Explain(nil, at); e.Holds {
		t.Error("no program holds")
	}
	p, _ := segment.Compile(segment.MustParse(`NOT (age > 5 OR IN LIST "x") AND ANY orders HAS (a = 1 AND b = 2)`))
	for _, x := range []segment.Contact{nil, (*segment.Record)(nil), segment.Document("["), &segment.Record{}} {
		e := p.Explain(x, at)
		if e.Holds || len(e.Parts) != 2 || !e.Parts[0].Holds || e.Parts[1].Note != "false because missing" {
			t.Errorf("%#v: %s", x, e)
		}
	}
	var none *segment.Explanation
	if none.String() != "" || none.Mermaid() == "" {
		t.Error("no explanation has no text")
	}
	if err := json.Unmarshal([]byte(`{"next":"soon"}`), new(segment.Explanation)); err == nil {
		t.Error("next: soon is read")
	}
}

func TestExplainBoundsHugeRules(t *testing.T) {
	var or rule.Or
	for i := range 9_900 {
		or = append(or, rule.Compare{Left: rule.Field("n"), Right: segment.Int(int64(i))})
	}
	p, err := segment.Compile(or)
	if err != nil {
		t.Fatal(err)
	}
	x := &segment.Record{Fields: map[string]segment.Value{"n": segment.Int(9_000)}}
	text := p.Explain(x, time.Unix(0, 0)).String()
	if !strings.Contains(text, "✓ n = 9000") || !strings.HasSuffix(text, "… and 9,800 more") || len(text) > 20_000 {
		t.Errorf("%d bytes: …%s", len(text), text[len(text)-200:])
	}
	var values []segment.Value
	for i := range 100_000 {
		values = append(values, segment.Int(int64(i)))
	}
	p, err = segment.Compile(rule.In{X: rule.Field("n"), Values: values})
	if err != nil {
		t.Fatal(err)
	}
	x.Fields["n"] = segment.Text(strings.Repeat("long ", 100_000))
	if text := p.Explain(x, time.Unix(0, 0)).String(); len(text) > 500 || !strings.Contains(text, "99,995 more") {
		t.Errorf("%d bytes: %.300s", len(text), text)
	}
}
