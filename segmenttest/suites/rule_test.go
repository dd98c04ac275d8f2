package suites

import (
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// TestRuleForms asks the forms of rules that no visible case uses, with
// answers worked out by hand from the form's description.
func TestRuleForms(t *testing.T) {
	at := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return at.AddDate(0, 0, n) }
	joined := map[string]time.Time{"vip": day(-9), "unsubscribed mail": day(-1)}
	fields := `{"born": "2000-02-29", "seen": "2024-02-27", "tags": ["a", "b"], "n": 7}`
	x, err := Record([]byte(fields))
	if err != nil {
		t.Fatal(err)
	}
	x.Lists, x.Segments = joined, []string{"s"}
	x.Log = []segment.Event{
		{Name: "buy", At: day(-10), Props: segment.Document(`{"price": 5, "kind": "x"}`)},
		{Name: "buy", At: day(-5), Props: segment.Document(`{"price": 7.5}`)},
		{Name: "bid", At: day(-2), Props: segment.Document(`{"price": 1}`)},
		{Name: "buy", At: day(1), Props: segment.Document(`{"price": 1000}`)},
	}
	for rule, want := range map[string]bool{
		`{"at_least": 2, "of": [{"const": true}, {"const": false}, {"everyone": true}]}`: true,
		`{"at_least": 3, "of": [{"const": true}, {"const": false}, {"everyone": true}]}`: false,
		`{"all": []}`: true,
		`{"any": []}`: false,
		`{"property": "born", "op": "month_is_current"}`:                                                            true,
		`{"property": "born", "op": "anniversary_today"}`:                                                           true,
		`{"property": "seen", "op": "anniversary_today"}`:                                                           false,
		`{"property": "born", "op": "age_at_least", "years": 24}`:                                                   true,
		`{"property": "born", "op": "age_at_least", "years": 25}`:                                                   false,
		`{"property": "seen", "op": "within_days", "days": 3}`:                                                      true,
		`{"property": "seen", "op": "within_days", "days": 2}`:                                                      false,
		`{"property": "seen", "op": "at_or_after", "value": "2024-02-27T00:00:00Z"}`:                                true,
		`{"property": "seen", "op": "after", "value": "2024-02-27T00:00:00Z"}`:                                      false,
		`{"property": "n", "op": "modulo", "divisor": 4, "remainder": 3}`:                                           true,
		`{"property": "tags", "op": "contains_item", "value": "a"}`:                                                 true,
		`{"event": "buy", "op": "=", "value": 2}`:                                                                   true,
		`{"event": ["buy", "bid"], "op": "=", "value": 3}`:                                                          true,
		`{"event": ["*"], "op": "=", "value": 3}`:                                                                   true,
		`{"event": {"prefix": "b"}, "op": "=", "value": 3}`:                                                         true,
		`{"event": {"prefix": "bu"}, "op": "=", "value": 2}`:                                                        true,
		`{"event": "buy", "agg": "sum", "of": "price", "op": "=", "value": 12.5}`:                                   true,
		`{"event": "buy", "agg": "avg", "of": "price", "op": "=", "value": 6.25}`:                                   true,
		`{"event": "buy", "agg": "min", "of": "price", "op": "=", "value": 5}`:                                      true,
		`{"event": "buy", "op": "=", "value": 1, "within_days": 10}`:                                                true,
		`{"event": "buy", "op": "=", "value": 2, "within_seconds": 864001}`:                                         true,
		`{"event": "buy", "op": "=", "value": 2, "ago_days": [5, 11]}`:                                              true,
		`{"event": "buy", "op": "=", "value": 1, "ago_days": [5, 10]}`:                                              true,
		`{"event": "buy", "op": "=", "value": 1, "ago_seconds": [432001, null]}`:                                    true,
		`{"event": "buy", "op": "=", "value": 1, "since": "2024-02-24T12:00:00Z"}`:                                  true,
		`{"event": "buy", "op": "=", "value": 1, "until": "2024-02-19T12:00:00Z"}`:                                  true,
		`{"event": "buy", "op": "=", "value": 2, "since": "2024-02-19T12:00:00Z", "until": "2024-02-24T12:00:00Z"}`: true,
		`{"last": "buy", "has": [{"property": "price", "op": "eq", "value": 7.5}]}`:                                 true,
		`{"last": "buy", "has": [{"property": "kind", "op": "is_not_set"}]}`:                                        true,
		`{"last": "ask", "has": [{"property": "kind", "op": "is_not_set"}]}`:                                        false,
		`{"weighted": [{"weight": 2, "event": "buy"}, {"weight": 0.5, "event": "bid"}], "op": "=", "value": 4.5}`:   true,
		`{"list": "vip"}`:                          true,
		`{"subscribed": "mail", "default": true}`:  false,
		`{"subscribed": "mail", "default": false}`: false,
		`{"subscribed": "news", "default": true}`:  true,
		`{"segment": "s"}`:                         true,
	} {
		r, err := ParseRule([]byte(rule))
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		c, err := r.Condition(Policy{})
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		if got := segment.Evaluate(c, x, at); got != want {
			t.Errorf("%s: %v, want %v\n\t%s", rule, got, want, c)
		}
	}
}

// TestRuleErrors: what the form does not have is an error, not a guess.
func TestRuleErrors(t *testing.T) {
	for _, rule := range []string{
		`{"property": "a", "op": "eq", "valeu": 1}`,
		`{"property": "a", "op": "like", "value": 1}`,
		`{"event": "a", "op": ">=", "value": 1, "agg": "median"}`,
		`{"event": "a", "op": ">=", "value": 1, "ago_days": [1]}`,
		`{"property": "a", "op": "has_been", "value": 1}`,
		`{}`,
	} {
		r, err := ParseRule([]byte(rule))
		if err == nil {
			_, err = r.Condition(Policy{})
		}
		if err == nil {
			t.Errorf("%s: no error", rule)
		}
	}
}

// TestPolicies: each policy changes what it says, and the zero one does not.
func TestPolicies(t *testing.T) {
	x, err := Record([]byte(`{"age": 20, "text": "20", "yes": "true", "empty": "", "total": 12.5}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		rule   string
		policy Policy
	}{
		{`{"property": "age", "op": "eq", "value": "20"}`, Policy{TextForms: true}},
		{`{"property": "text", "op": "eq", "value": 20}`, Policy{TextForms: true}},
		{`{"property": "yes", "op": "eq", "value": true}`, Policy{TextForms: true}},
		{`{"property": "empty", "op": "is_not_set"}`, Policy{EmptyIsUnset: true}},
		{`{"property": "total", "op": "eq", "value": 1250}`, Policy{Cents: []string{"total"}}},
	} {
		r, err := ParseRule([]byte(tt.rule))
		if err != nil {
			t.Fatal(err)
		}
		for policy, want := range map[*Policy]bool{new(Policy): false, &tt.policy: true} {
			c, err := r.Condition(*policy)
			if err != nil {
				t.Fatal(err)
			}
			if got := segment.Evaluate(c, x, time.Time{}); got != want {
				t.Errorf("%s under %+v: %v, want %v", tt.rule, *policy, got, want)
			}
		}
	}
}
