package suites

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// casesAt is the instant of all cases: none of them hangs on it.
var casesAt = time.Date(2024, 3, 4, 12, 0, 0, 0, time.UTC)

// decided lists the cases that SPEC decides otherwise, each with what decides
// it. It is exact: a case in it that agrees with its suite is an error.
var decided = map[string]string{}

// TestCases asks every case of every suite, through every way there is to an
// answer.
func TestCases(t *testing.T) {
	cases, err := Cases(filepath.Join(Dir(t), "visible", "suites"))
	if err != nil {
		t.Fatal(err)
	}
	wrong, asked := map[string]bool{}, map[string]int{}
	for _, c := range cases {
		asked[c.Suite]++
		for way, got := range answers(t, c) {
			if got != c.Expect {
				wrong[c.ID] = true
				if decided[c.ID] == "" {
					t.Errorf("%s (%s) %s: %v, want %v\n\tcontact %s\n\trule %s", c.ID, way, c.Title, got, c.Expect, c.Contact, c.Rule)
				}
			}
		}
	}
	for id, why := range decided {
		if !wrong[id] {
			t.Errorf("%s is listed (%s), but agrees with its suite", id, why)
		}
	}
	total := 0
	for _, n := range asked {
		total += n
	}
	if total < 885 {
		t.Errorf("%d cases %v, want at least 885", total, asked)
	}
	t.Logf("%d cases, %d decided otherwise: %v", total, len(decided), asked)
}

// answers asks a case by every way there is, and names the ways.
func answers(t *testing.T, c Case) map[string]bool {
	t.Helper()
	rule, err := ParseRule(c.Rule)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	cond, err := rule.Condition(Policy{})
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	record, err := Record(c.Contact)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	document, err := segment.NewDocument(c.Contact)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	got := map[string]bool{
		"Evaluate, Record":   segment.Evaluate(cond, record, casesAt),
		"Evaluate, Document": segment.Evaluate(cond, document, casesAt),
	}
	if program, err := segment.Compile(cond); agreed(t, c, "Compile", err) {
		got["Match, Record"], got["Match, Document"] = program.Match(record, casesAt), program.Match(document, casesAt)
	}
	if parsed, err := segment.Parse(cond.String()); agreed(t, c, "Parse", err) {
		got["through text"] = segment.Evaluate(parsed, record, casesAt)
	}
	definition, err := json.Marshal(segment.Segment{ID: c.ID, Condition: cond})
	if agreed(t, c, "MarshalJSON", err) {
		var defined segment.Segment
		if err := json.Unmarshal(definition, &defined); err != nil {
			t.Errorf("%s: %s: %v", c.ID, definition, err)
		}
		got["through JSON"] = segment.Evaluate(defined.Condition, record, casesAt)
	}
	return got
}

// refused lists the cases whose pattern is no RE2 pattern: their suites want no
// match, Evaluate gives none, and all else says that the rule is a mistake.
var refused = map[string]bool{"growthbook-094": true, "growthbook-095": true, "unleash-21-02": true, "unleash-21-35": true, "unleash-21-36": true}

// agreed reports whether there is no error where there must be none.
func agreed(t *testing.T, c Case, what string, err error) bool {
	t.Helper()
	if (err != nil) != refused[c.ID] || err != nil && (c.Expect || !errors.Is(err, segment.ErrValue)) {
		t.Errorf("%s: %s: %v; refused: %v", c.ID, what, err, refused[c.ID])
	}
	return err == nil
}
