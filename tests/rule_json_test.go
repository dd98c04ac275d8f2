package tests

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

// What encoding/json makes of a condition is its rule text, which is read back as an equal
// tree: by Parse, by UnmarshalCondition, and by a struct with a Rule.
func TestLawConditionsRoundTripThroughJSON(t *testing.T) {
	type host struct {
		Title string                  `json:"title"`
		Who   segment.Rule            `json:"who"`
		More  map[string]segment.Rule `json:"more"`
	}
	n := 0
	for seed := range uint64(1000) {
		c := ruletest.NewGrower(seed).Condition(4, false)
		c, err := segment.Parse(c.String()) // the tree as a text gives it
		if err != nil {
			continue
		}
		n++
		for _, v := range []any{c, []segment.Condition{c}[0], struct{ C segment.Condition }{c}.C} {
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatalf("%s: %v", c, err)
			}
			var said string
			if err := json.Unmarshal(text, &said); err != nil || said != c.String() {
				t.Fatalf("%s is written as %s", c, text)
			}
			back, err := segment.UnmarshalCondition(text)
			if err != nil || !rule.Equal(back, c) {
				t.Fatalf("%s is read as %v (%v)", text, back, err)
			}
		}
		whole := host{"a", segment.Rule{Condition: c}, map[string]segment.Rule{"x": {Condition: c}, "none": {}}}
		text, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		var back host
		if err := json.Unmarshal(text, &back); err != nil || !rule.Equal(back.Who.Condition, c) || !rule.Equal(back.More["x"].Condition, c) || back.More["none"].Condition != nil {
			t.Fatalf("%s: %v %v", text, back, err)
		}
	}
	if n < 300 {
		t.Errorf("only %d trees", n)
	}
}

// A Rule reads definition JSON too; what it cannot read is an error with the place, and
// leaves it as it was.
func TestRuleReadsDefinitions(t *testing.T) {
	var r segment.Rule
	if err := json.Unmarshal([]byte(`{"field":"age","operator":"greater_than","value":18}`), &r); err != nil || r.Condition.String() != "age > 18" {
		t.Errorf("%v %v", r.Condition, err)
	}
	for text, want := range map[string]string{
		`{"field":"age","operator":"greatr_than","value":18}`: "/operator",
		`"age > "`:   "in the rule at 1:7",
		`"age > 1"x`: "",
		`7`:          "expected a condition",
		`""`:         "",
	} {
		if err := json.Unmarshal([]byte(text), &r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if r.Condition == nil || r.Condition.String() != "age > 18" {
		t.Errorf("%v", r.Condition)
	}
	if err := r.UnmarshalText([]byte(`plan = "pro"`)); err != nil || r.Condition.String() != `plan = "pro"` {
		t.Errorf("%v %v", r.Condition, err)
	}
	if text, err := (segment.Rule{}).MarshalText(); err != nil || len(text) > 0 {
		t.Errorf("%q %v", text, err)
	}
}

// A tree that no text says is refused, and not written as something else.
func TestConditionsThatNoTextSays(t *testing.T) {
	x := rule.Field("x")
	for _, c := range []segment.Condition{
		rule.Not{}, rule.And{nil}, rule.Compare{Left: x}, rule.IsNull{}, rule.In{X: x}, rule.Zoned{C: rule.Everyone{}},
		rule.Compare{Left: x, Right: segment.Number(math.NaN())}, rule.InList("\xff"),
		rule.Compare{Left: x, Op: 99, Right: segment.Int(1)}, rule.Sequence{}, rule.InSegment(""), rule.Count{},
		rule.Compare{Left: x, Right: rule.Call{Fn: rule.FnMonth}}, rule.Not{C: rule.Regularity{}}, rule.IsNull{X: rule.Span{}},
		rule.When{X: x, Window: rule.Window{Kind: rule.WindowLast}}, rule.Matches{X: x, Pattern: "("}, rule.InCIDR{X: x, Nets: []string{"a"}}, rule.Changed{},
		rule.Compare{Left: x, Right: segment.Text("\xff")}, rule.In{X: x, Values: []segment.Value{segment.Number(math.Inf(1))}},
	} {
		if text, err := json.Marshal(c); err == nil {
			t.Errorf("%#v is written as %s", c, text)
		}
	}
}
