package tests

import (
	"encoding/json"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

// Groups of one condition and of none, which rule text does not have, come back from text as
// their canonical form, and from JSON as what is equal to them.
func TestCanonicalGroups(t *testing.T) {
	a, b := rule.Condition(rule.IsNull{X: rule.Field("a")}), rule.Condition(rule.Compare{Left: rule.Field("b"), Right: rule.Int(1)})
	all, none := rule.Condition(rule.Everyone{}), rule.Condition(rule.Not{C: rule.Everyone{}})
	for _, tt := range []struct{ built, want rule.Condition }{
		{rule.And{a}, a},
		{rule.Or{a}, a},
		{rule.And{}, all},
		{rule.Or{}, none},
		{rule.And(nil), all},
		{rule.And{rule.Or{rule.And{a}}}, a},
		{rule.And{rule.Or{}}, none},
		{rule.And{rule.And{}, a}, rule.And{all, a}},
		{rule.Or{rule.And{a, b}}, rule.And{a, b}},
		{rule.Not{C: rule.Or{b}}, rule.Not{C: b}},
		{rule.Not{C: rule.Or{}}, rule.Not{C: none}},
		{rule.Not{C: rule.And{rule.Not{C: rule.Or{b}}}}, rule.Not{C: rule.Not{C: b}}},
		{rule.Count{K: 1, Of: []rule.Condition{rule.And{a}, rule.Or{}}}, rule.Count{K: 1, Of: []rule.Condition{a, none}}},
		{rule.Zoned{C: rule.And{b}, Zone: rule.Text("UTC")}, rule.Zoned{C: b, Zone: rule.Text("UTC")}},
		{rule.Each{X: rule.Field("l"), C: rule.And{rule.Not{C: rule.Or{rule.Compare{Left: rule.Elem{}, Right: rule.Int(1)}}}}},
			rule.Each{X: rule.Field("l"), C: rule.Not{C: rule.Compare{Left: rule.Elem{}, Right: rule.Int(1)}}}},
		{rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{"e"}, Where: rule.And{rule.And{}}}}, Right: rule.Int(1)},
			rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{"e"}, Where: all}}, Right: rule.Int(1)}},
	} {
		comesBack(t, tt.built)
		if got := rule.Canonical(tt.built); got.String() != tt.want.String() || !rule.Equal(got, tt.want) {
			t.Errorf("the canonical form of %#v is %#v", tt.built, got)
		}
	}
	for _, tt := range []struct{ a, b rule.Condition }{{rule.And{a, b}, rule.Or{a, b}}, {rule.And{}, rule.Or{}}, {rule.And{a}, b}, {rule.And{nil}, a}, {rule.And{a, rule.And{}}, a}} {
		if rule.Equal(tt.a, tt.b) {
			t.Errorf("%#v equals %#v", tt.a, tt.b)
		}
	}
}

// The same of random trees with such groups.
func TestLawCanonicalComesBack(t *testing.T) {
	tried := 0
	for seed := range uint64(8_000) {
		g := ruletest.NewGrower(seed)
		c := wrapped(g, g.Condition(3, false))
		if check.Condition(c, rule.Limits{}) == nil {
			tried++
			comesBack(t, c)
		}
	}
	if tried < 500 {
		t.Errorf("only %d trees", tried)
	}
}

// wrapped puts groups of one around conditions, and groups of none beside them.
func wrapped(g ruletest.Grower, c rule.Condition) rule.Condition {
	var r rule.Rewriter
	r.Condition = func(c rule.Condition) rule.Condition {
		if c == nil {
			return nil
		}
		c = r.Rewrite(c)
		switch g.IntN(8) {
		case 0:
			return rule.And{c}
		case 1:
			return rule.Or{c}
		case 2:
			return rule.And{c, rule.And{}}
		case 3:
			return rule.Or{rule.Or{}, c}
		}
		return c
	}
	r.Expr = func(e rule.Expr) rule.Expr { return r.RewriteExpr(e) }
	return r.Condition(c)
}

func comesBack(t *testing.T, c rule.Condition) {
	t.Helper()
	canonical := rule.Canonical(c)
	if canonical.String() != c.String() || !rule.Equal(canonical, c) {
		t.Fatalf("%s has the canonical form %s", c, canonical)
	}
	back, err := segment.Parse(c.String())
	if err != nil || !rule.Equal(back, canonical) || !rule.Equal(back, c) || back.String() != c.String() {
		t.Fatalf("%s is read as %v, %v\n%#v\n%#v", c, back, err, c, back)
	}
	text, err := json.Marshal(segment.Segment{ID: "s", Name: "S", Condition: c})
	if err != nil {
		t.Fatalf("%s: %v", c, err)
	}
	var s segment.Segment
	if err := json.Unmarshal(text, &s); err != nil || !rule.Equal(s.Condition, c) || s.Condition.String() != c.String() {
		t.Fatalf("%s is written as %s and read as %v, %v", c, text, s.Condition, err)
	}
}
