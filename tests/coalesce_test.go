package tests

import (
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// COALESCE is the first of its arguments that is not missing, whatever its kind.
func TestMeaningOfCoalesce(t *testing.T) {
	checkMeanings(t, []meaning{
		{rule: `COALESCE(score, 0) < 10`, fields: `{}`, want: true},
		{rule: `COALESCE(score, 0) < 10`, fields: `{"score": null}`, want: true},
		{rule: `COALESCE(score, 0) < 10`, fields: `{"score": 12}`, want: false},
		{rule: `COALESCE(score, 0) < 10`, fields: `{"score": "12"}`, want: false}, // a text is not missing, and no number
		{rule: `COALESCE(NUMBER(score), 0) < 10`, fields: `{"score": "old"}`, want: true},
		{rule: `COALESCE(score, 0) = 0`, fields: `{"score": 0}`, want: true},
		{rule: `COALESCE(score, 5) = 0`, fields: `{"score": 0}`, want: true}, // nothing is not 0
		{rule: `COALESCE(plan, "free") = "free"`, fields: `{"plan": ""}`, want: false},
		{rule: `COALESCE(vip, FALSE) = TRUE`, fields: `{"vip": false}`, want: false},
		{rule: `COALESCE(tags, other) CONTAINS "x"`, fields: `{"tags": [], "other": ["x"]}`, want: false}, // an empty list is a value
		{rule: `COALESCE(tags, other) CONTAINS "x"`, fields: `{"other": ["x"]}`, want: true},
		{rule: `ANY COALESCE(tags, other) = "x"`, fields: `{"other": ["x"]}`, want: true},
		{rule: `ANY orders HAS (COALESCE(paid, total) > 5)`, fields: `{"orders": [{"total": 6}]}`, want: true},
		// Several, nested, and none.
		{rule: `COALESCE(a, b, c, 4) = 3`, fields: `{"c": 3}`, want: true},
		{rule: `COALESCE(a, b, c, 4) = 4`, fields: `{}`, want: true},
		{rule: `COALESCE(a, b) IS NULL`, fields: `{}`, want: true},
		{rule: `COALESCE(a, b) IS NULL`, fields: `{"b": 1}`, want: false},
		{rule: `COALESCE(a, NULL) < 5`, fields: `{}`, want: false},
		{rule: `COALESCE(COALESCE(a, b), COALESCE(c, 7)) = 7`, fields: `{}`, want: true},
		{rule: `COALESCE(a, 0) + COALESCE(b, 0) = 3`, fields: `{"b": 3}`, want: true},
		{rule: `a > COALESCE(b, 5)`, fields: `{"a": 6}`, want: true},
		{rule: `a BETWEEN COALESCE(b, 5) AND 9`, fields: `{"a": 4}`, want: false},
		{rule: `COALESCE(a / b, -1) = -1`, fields: `{"a": 1, "b": 0}`, want: true}, // a division by zero is missing
		// Aggregates, with windows of their own and behind.
		{rule: `COALESCE(LAST(purchase.amount), 0) < 10`, want: true},
		{rule: `COALESCE(LAST(purchase.amount), 0) < 10`, events: `purchase@2026-01-01{"amount":20}`, want: false},
		{rule: `COALESCE(LAST(purchase.amount) IN LAST 30 DAYS, 0) < 10`, events: `purchase@2026-01-01{"amount":20}`, want: true},
		{rule: `COALESCE(LAST(purchase.amount), 0) < 10 IN LAST 30 DAYS`, events: `purchase@2026-01-01{"amount":20}`, want: true},
		{rule: `COALESCE(SUM(purchase.amount WHERE COALESCE(currency, "EUR") = "EUR"), 0) = 5`, events: `purchase@2026-01-01{"amount":5} purchase@2026-01-02{"amount":7,"currency":"USD"}`, want: true},
		{rule: `COUNT(purchase) = 1 SINCE COALESCE(renewed, 2026-01-02)`, events: `purchase@2026-01-01 purchase@2026-01-02`, want: true},
		// Instants, days, and the anniversary of this year.
		{rule: `COALESCE(seen, joined) WITHIN LAST 30 days`, fields: `{"joined": "2026-03-20"}`, want: true},
		{rule: `COALESCE(seen, joined) WITHIN LAST 30 days`, fields: `{"seen": "2026-01-01", "joined": "2026-03-20"}`, want: false},
		{rule: `AGE(COALESCE(seen, TODAY)) > 1 day`, fields: `{}`, want: false},
		{rule: `COALESCE(ANNIVERSARY(born), 2026-03-31) = TODAY`, fields: `{}`, want: true},
		{rule: `COALESCE(ANNIVERSARY(born), 2026-03-31) = TODAY`, fields: `{"born": "1980-03-30"}`, want: false},
		// Names as ever.
		{rule: `coalesce = 3 AND COALESCE > 2`, fields: `{"coalesce": 3, "COALESCE": 3}`, want: true},
		{rule: `COALESCE(coalesce, 0) = 3`, fields: `{"coalesce": 3}`, want: true},
	})
}

// The answer changes when the value in use does, and when another takes its place.
func TestNextOfCoalesce(t *testing.T) {
	checkChanges(t, []change{
		ch(`COALESCE(score, 0) < 10`, `{}`, ``, `2026-03-31`, ``),
		// The event leaves the window, and the default takes its place.
		ch(`COALESCE(LAST(a.n) IN LAST 30 DAYS, 0) < 10`, ``, `a@2026-03-01T12:00:00Z{"n":20}`, `2026-03-05`, `2026-03-31T12:00:00Z`),
		ch(`COALESCE(LAST(a.n) IN LAST 30 DAYS, 50) < 10`, ``, `a@2026-03-01T12:00:00Z{"n":20}`, `2026-03-05`, ``),
		// An event in the future takes the place of the default when it happens.
		ch(`COALESCE(LAST(a.n), 0) < 10`, ``, `a@2026-04-01T12:00:00Z{"n":20}`, `2026-03-05`, `2026-04-01T12:00:00Z`),
		ch(`AGE(COALESCE(seen, joined)) > 10 days`, `{"joined": "2026-03-20T00:00:00Z"}`, ``, `2026-03-22`, `2026-03-30T00:00:00.000000001Z`),
		ch(`COALESCE(seen, TODAY) = 2026-04-02`, `{}`, ``, `2026-03-31`, `2026-04-02T00:00:00Z`),
		// The last event is gone after 5 days, and from then on TODAY counts.
		ch(`COALESCE(LAST(a) IN LAST 5 DAYS, TODAY) >= 2026-04-01`, ``, `a@2026-03-28T12:00:00Z`, `2026-03-31`, `2026-04-02T12:00:00Z`),
		ch(`COALESCE(MONTH(seen), MONTH(TODAY)) = 5`, `{}`, ``, `2026-03-31`, `2026-05-01T00:00:00Z`),
		// The first anniversary is a year after the day: until then the default stands.
		ch(`COALESCE(YEAR(ANNIVERSARY(born)), 0) = 0`, `{"born": "2026-02-01"}`, ``, `2026-03-31`, `2027-01-01T00:00:00Z`),
	})
}

// A schema wants arguments of one kind, which is that of the value.
func TestCoalesceOfKinds(t *testing.T) {
	s := &segment.Schema{
		Fields: map[string]schema.FieldType{"n": {Kind: segment.KindNumber}, "name": {Kind: segment.KindText, Fold: true}, "plan": {Kind: segment.KindText},
			"seen": {Kind: segment.KindTime}, "born": {Kind: segment.KindDate}, "tags": {Kind: segment.KindList, Of: segment.KindText}, "extra": {}, "vip": {Kind: segment.KindBool}},
		Events: map[string]schema.EventType{"buy": {Props: map[string]schema.FieldType{"amount": {Kind: segment.KindNumber}}}},
	}
	for _, tt := range []struct{ text, want string }{
		{`COALESCE(n, 0) < 10 AND COALESCE(LAST(buy.amount), n, 0) < 10`, ""},
		{`COALESCE(seen, born, "2026-01-01", TODAY) < NOW`, ""},
		{`COALESCE(extra, 0) < 5 AND COALESCE(n, NULL) < 5 AND COALESCE(extra, NULL) = "x"`, ""},
		{`COALESCE(plan, "2026-01-01") = "x"`, ""},
		{`COALESCE(n, "none") < 10`, `"none" is a text; what stands before it in COALESCE is a number, and all are of one kind`},
		{`COALESCE(seen, "never") < NOW`, `"never" is a text; what stands before it in COALESCE is an instant`},
		{`COALESCE(vip, 0) = TRUE`, `0 is a number; what stands before it in COALESCE is`},
		{`COALESCE(n, 0) = "x"`, `they never compare`},
		{`COALESCE(extra, 0) STARTS WITH "x"`, `needs a text`},
		{`COALESCE(m, 0) < 5`, "unknown field `m`"},
		{`MONTH(COALESCE(n, 0)) = 5`, `MONTH needs`},
	} {
		c, err := segment.Parse(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		err = s.Check(c)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", tt.text, err, tt.want)
		}
	}
	c, err := s.Parse(`COALESCE(name, "x") = "ANN"`)
	if err != nil || c.String() != `COALESCE(name, "x") = "ANN" IGNORING CASE` {
		t.Errorf("the collation of a field in COALESCE gives %v, %v", c, err)
	}
}

// What is wrong is said, and what others call it is read.
func TestCoalesceIsRead(t *testing.T) {
	for _, tt := range []struct{ text, want, err string }{
		{`coalesce(a, 0) > 3`, `COALESCE(a, 0) > 3`, ""},
		{`IFNULL(SUM(buy.n), 0) > 3`, `COALESCE(SUM(buy.n), 0) > 3`, ""},
		{`nvl(a, b) = 1 AND ISNULL(b)`, `COALESCE(a, b) = 1 AND b IS NULL`, ""},
		{`ISNULL(c.d, 0) > 3`, `COALESCE(c.d, 0) > 3`, ""},
		{`COALESCE(a) > 3`, "", "COALESCE takes two arguments or more"},
		{`COALESCE() > 3`, "", "COALESCE takes two arguments or more"},
		{`COALESE(a, 0) > 3`, "", "did you mean COALESCE?"},
		{`COALESCE(a, 0`, "", "expected"},
	} {
		c, err := segment.Parse(tt.text)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: %v, %v; want %q", tt.text, c, err, tt.err)
			}
			continue
		}
		if err != nil || c.String() != tt.want {
			t.Errorf("%s: %v, %v", tt.text, c, err)
		}
	}
	for _, args := range [][]rule.Expr{nil, {segment.Int(1)}} {
		c := rule.IsNull{X: rule.Call{Fn: rule.FnCoalesce, Args: args}}
		if _, err := segment.Compile(c); err == nil {
			t.Errorf("COALESCE of %d is accepted", len(args))
		}
		if segment.Evaluate(c, segment.Record{}, moment(t, "")) != (len(args) == 0) {
			t.Errorf("COALESCE of %d is not the first of them", len(args))
		}
		if _, err := segment.MarshalCondition(c); err == nil {
			t.Errorf("COALESCE of %d is written", len(args))
		}
	}
	if _, err := segment.UnmarshalCondition([]byte(`{"function": "coalesce", "args": [{"field": "a"}], "operator": "equals", "value": 1}`)); err == nil || !strings.Contains(err.Error(), "two or more") {
		t.Errorf("JSON with one argument: %v", err)
	}
	reads := rule.Reads(segment.MustParse(`COALESCE(LAST(buy.n) IN LAST 3 DAYS, a, b) > 1`))
	if len(reads.Fields) != 2 || len(reads.Events) != 1 || reads.Events[0].All || reads.Events[0].Back != (rule.Span{N: 3, Unit: rule.UnitDay}) || !reads.Clock {
		t.Errorf("it reads %+v", reads)
	}
}

// Of a value that stands in for a missing one it is not said that it is missing.
func TestExplainOfCoalesce(t *testing.T) {
	for _, tt := range []struct{ text, seen, note string }{
		{`COALESCE(score, 0) < 10`, `COALESCE(score, 0) is 0, score is missing`, ``},
		{`NOT COALESCE(score, 0) > 10`, `COALESCE(score, 0) is 0, score is missing`, ``},
		{`COALESCE(score, 0) >= 3`, `COALESCE(score, 0) is 0, score is missing`, `3 short`},
		{`NOT COALESCE(score, other) > 10`, `COALESCE(score, other) is missing, score is missing, other is missing`, `true because missing`},
	} {
		p, err := segment.Compile(segment.MustParse(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		e := p.Explain(segment.Record{}, moment(t, ""))
		if note := strings.TrimSuffix(strings.TrimSuffix(e.Note, "never changes by itself"), "; "); e.Seen != tt.seen || note != tt.note {
			t.Errorf("%s: %q, %q", tt.text, e.Seen, e.Note)
		}
	}
}
