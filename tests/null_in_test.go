package tests

import (
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// NULL in a list of values is a missing value, in text and in JSON, and NOT IN is the
// complement.
func TestNullInAList(t *testing.T) {
	for _, tt := range []struct{ text, json, same string }{
		{`x IN ("US", NULL)`, `{"field": "x", "operator": "in", "value": ["US", null]}`, `x IN ("US") OR x IS NULL`},
		{`x NOT IN ("US", NULL)`, `{"field": "x", "operator": "not_in", "value": ["US", null]}`, `x NOT IN ("US") AND x IS SET`},
		{`x IN (NULL)`, `{"field": "x", "operator": "in", "value": [null]}`, `x IS NULL`},
		{`x NOT IN (NULL, NULL)`, `{"field": "x", "operator": "not_in", "value": [null, null]}`, `x IS SET`},
		{`x IN (1, NULL, "US", "CA")`, `{"field": "x", "operator": "in", "value": [1, null, "US", "CA"]}`, `x = 1 OR x = "US" OR x = "CA" OR x IS NULL`},
		{`ANY tags IN ("a", NULL)`, `{"field": "tags", "operator": "any", "has": {"element": true, "operator": "in", "value": ["a", null]}}`, `ANY tags HAS (ELEMENT = "a" OR ELEMENT IS NULL)`},
		{`MAX(buy.n) IN (5, NULL)`, `{"event": "buy", "aggregate": "max", "of": "n", "operator": "in", "value": [5, null]}`, `MAX(buy.n) = 5 OR MAX(buy.n) IS NULL`},
	} {
		c, same := segment.MustParse(tt.text), segment.MustParse(tt.same)
		if back, err := segment.Parse(c.String()); err != nil || !rule.Equal(back, c) {
			t.Errorf("%s reads back as %v, %v", tt.text, back, err)
		}
		if read, err := segment.UnmarshalCondition([]byte(tt.json)); err != nil || !rule.Equal(read, c) {
			t.Errorf("%s is %v, %v", tt.json, read, err)
		}
		p, err := segment.Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, doc := range []string{`{}`, `{"x": null}`, `{"x": "US"}`, `{"x": "DE"}`, `{"x": 1}`, `{"x": []}`, `{"x": ""}`, `{"tags": ["a"]}`, `{"tags": [null]}`, `{"tags": ["b"]}`} {
			for _, log := range [][]segment.Event{nil, {{Name: "buy", At: now, Props: segment.Document(`{"n": 5}`)}}, {{Name: "buy", At: now, Props: segment.Document(`{"n": 6}`)}}} {
				x := segment.Record{Fields: map[string]segment.Value{}, Log: log}
				for _, name := range []string{"x", "tags"} {
					x.Fields[name] = segment.Document(doc).Field(name)
				}
				want := segment.Evaluate(same, x, now)
				got, simple := segment.Evaluate(c, x, now), segment.Evaluate(segment.Simplify(c), x, now)
				if got != want || simple != want || p.Match(x, now) != want || p.Explain(x, now).Holds != want {
					t.Errorf("%s of %s and %v: Evaluate %v, simplified %v, Match %v, Explain %v, want %v", tt.text, doc, log, got, simple, p.Match(x, now), p.Explain(x, now).Holds, want)
				}
			}
		}
	}
}
