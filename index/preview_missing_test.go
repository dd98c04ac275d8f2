package index

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// What Explain says of one test, "true because missing" or because of another kind, and
// what Preview counts are the same.
func TestLawMissingIsWhatExplainSays(t *testing.T) {
	r := rand.New(rand.NewSource(7))
	now := time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	people := draw[segment.Record](segmenttest.Contacts(), r, 60)
	said := map[string]int{}
	for seed := range uint64(4000) {
		c := rule.Ungroup(ruletest.NewGrower(seed).Condition(1, false))
		if _, err := segment.Compile(c); err != nil || !rule.IsLeaf(c) {
			continue
		}
		if n, ok := c.(rule.Not); ok {
			c = rule.Ungroup(n.C)
		}
		switch c.(type) {
		case rule.Each, rule.Count, rule.And, rule.Or, rule.Not, rule.Zoned:
			continue // these have parts of their own
		}
		test := rule.Not{C: c}
		program, err := segment.Compile(test)
		if err != nil {
			continue
		}
		for i := range people {
			if !segment.Evaluate(test, &people[i], now) {
				continue
			}
			note := program.Explain(&people[i], now).Note
			because := strings.Contains(note, "true because missing") || strings.Contains(note, "true because it is")
			counted := !segment.Evaluate(strictly(test, false), &people[i], now)
			if because != counted {
				t.Fatalf("%s: Explain says %q, and it is counted: %v\n%s\n%+v", test, note, counted, strictly(test, false), people[i])
			}
			if because {
				said[fmt.Sprintf("%T", c)]++
			}
		}
	}
	for _, node := range []string{"rule.Compare", "rule.Between", "rule.In", "rule.Contains", "rule.Like", "rule.When", "rule.HasBeen"} {
		if said[node] == 0 {
			t.Errorf("never about a %s: %v", node, said)
		}
	}
}

// What is missing is a field, or what is computed of nothing, and is told for each test.
func TestPreviewCountsWhatIsMissing(t *testing.T) {
	ix := New(Options{})
	at := time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	apply := func(id string, set map[string]segment.Value, events ...segment.Event) {
		if _, err := ix.Apply(segment.Update{Contact: id, At: at, Set: set, Events: events}); err != nil {
			t.Fatal(err)
		}
	}
	num := func(text string) segment.Document { return segment.Document(`{"n":` + text + `}`) }
	apply("full", map[string]segment.Value{"country": segment.Text("CA"), "age": segment.Int(30), "a": segment.Int(1), "b": segment.Int(2),
		"tags": segment.List(segment.Text("x")), "orders": segment.JSON(`[{"sku":"A"}]`)}, segment.Event{ID: "1", Name: "buy", At: at, Props: num("5")})
	apply("kinds", map[string]segment.Value{"country": segment.Int(5), "age": segment.Text("old"), "a": segment.Int(1), "b": segment.Int(0), "tags": segment.Int(1), "orders": segment.Int(1)})
	apply("none", map[string]segment.Value{})
	for _, tt := range []struct {
		rule           string
		count, missing int
		in             string
	}{
		{`country != "US"`, 3, 2, `[{country != "US" 2}]`},
		{`NOT age > 50`, 3, 2, `[{NOT age > 50 2}]`},
		{`NOT COALESCE(age, 0) > 50`, 3, 1, `[{NOT COALESCE(age, 0) > 50 1}]`}, // of one it is a text
		{`NOT COALESCE(AVG(buy.n), 0) > 50`, 3, 0, `[]`},
		{`NOT COALESCE(age, score) > 50`, 3, 2, `[{NOT COALESCE(age, score) > 50 2}]`},
		{`country NOT IN ("US", "FR")`, 3, 2, `[{country NOT IN ("FR", "US") 2}]`},
		{`tags NOT CONTAINS "vip"`, 3, 2, `[{tags NOT CONTAINS "vip" 2}]`},
		{`NO orders HAVE (sku = "B")`, 3, 2, `[{NO orders HAS (sku = "B") 2}]`},
		{`NO orders HAVE (price > 5)`, 3, 3, `[{NO orders HAS (price > 5) 3}]`},
		{`NOT a / b > 50`, 3, 2, `[{NOT a / b > 50 2}]`},
		{`NOT AVG(buy.n) > 50`, 3, 2, `[{NOT AVG(buy.n) > 50 2}]`},
		{`NOT LAST(buy) OLDER THAN 3 days`, 3, 2, `[{NOT LAST(buy) OLDER THAN 3 days 2}]`},
		{`COUNT(buy) = 0`, 2, 0, `[]`},
		{`NEVER DID buy`, 2, 0, `[]`},
		{`country IS NULL`, 1, 0, `[]`},
		{`NOT IN LIST "vip"`, 3, 0, `[]`},
		{`country != "US" AND NOT age > 50 AND a = 1`, 2, 1, `[{country != "US" 1} {NOT age > 50 1}]`},
		{`country != "US" OR a = 1`, 3, 1, `[{country != "US" 2}]`},
		{`AT LEAST 2 OF (country != "US", a = 1, b = 2)`, 2, 1, `[{country != "US" 1}]`},
		{`AT MOST 0 OF (country = "US", a = 7)`, 3, 2, `[{country != "US" 2} {a != 7 1}]`},
		{`NOT country HAS BEEN "US" FOR AT LEAST 3 days`, 3, 1, `[{NOT country HAS BEEN "US" FOR AT LEAST 3 days 1}]`},
	} {
		p, err := ix.Preview(segment.MustParse(tt.rule))
		if err != nil || p.Count != tt.count || p.Missing != tt.missing || fmt.Sprint(p.MissingIn) != tt.in {
			t.Errorf("%s: %d, %d missing, in %v (%v); want %d, %d, %s", tt.rule, p.Count, p.Missing, p.MissingIn, err, tt.count, tt.missing, tt.in)
		}
	}
}
