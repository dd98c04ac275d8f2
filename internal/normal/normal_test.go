package normal_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/normal"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

func TestSimplify(t *testing.T) {
	a, b, c := rule.Condition(rule.InList("a")), rule.Condition(rule.InList("b")), rule.Condition(rule.InList("c"))
	never := rule.Condition(rule.Not{C: rule.Everyone{}})
	x1, x2, x3 := ruletest.Eq("x", rule.Int(1)), ruletest.Eq("x", rule.Int(2)), ruletest.Eq("x", rule.Int(3))
	tests := []struct {
		name     string
		in, want rule.Condition
	}{
		{"nil", nil, nil},
		{"empty and", rule.And{}, rule.Everyone{}},
		{"empty or", rule.Or{}, never},
		{"one", rule.And{rule.Or{a}}, a},
		{"flatten", rule.And{a, rule.And{b, rule.And{c}}}, rule.And{a, b, c}},
		{"neutral", rule.And{a, rule.Everyone{}, b}, rule.And{a, b}},
		{"absorbing", rule.Or{a, rule.Everyone{}}, rule.Everyone{}},
		{"absorbing and", rule.And{a, rule.Or{}}, never},
		{"twice", rule.Or{a, b, a}, rule.Or{a, b}},
		{"double negation", rule.Not{C: rule.Not{C: a}}, a},
		{"de morgan", rule.Not{C: rule.And{a, rule.Not{C: b}}}, rule.Or{rule.Not{C: a}, b}},
		{"de morgan deep", rule.Not{C: rule.Or{rule.And{a, b}, c}}, rule.And{rule.Or{rule.Not{C: a}, rule.Not{C: b}}, rule.Not{C: c}}},
		{"excluded middle", rule.Or{a, b, rule.Not{C: a}}, rule.Everyone{}},
		{"contradiction", rule.And{a, rule.Not{C: a}}, never},
		{"excluded middle of groups", rule.Or{rule.And{a, b}, rule.Or{rule.Not{C: a}, rule.Not{C: b}}}, rule.Everyone{}},
		{"missing stays", rule.Or{rule.Compare{Left: rule.Field("x"), Op: rule.OpLt, Right: rule.Int(1), Fold: false}, rule.Compare{Left: rule.Field("x"), Op: rule.OpGe, Right: rule.Int(1), Fold: false}},
			rule.Or{rule.Compare{Left: rule.Field("x"), Op: rule.OpLt, Right: rule.Int(1), Fold: false}, rule.Compare{Left: rule.Field("x"), Op: rule.OpGe, Right: rule.Int(1), Fold: false}}},
		{"absorption", rule.Or{a, rule.And{b, a}}, a},
		{"absorption dual", rule.And{a, rule.Or{b, a}}, a},
		{"at least 1", rule.Count{Quantity: rule.QuantityAtLeast, K: 1, Of: []rule.Condition{a, b}}, rule.Or{a, b}},
		{"at least n", rule.Count{Quantity: rule.QuantityAtLeast, K: 2, Of: []rule.Condition{a, b}}, rule.And{a, b}},
		{"at least 0", rule.Count{Quantity: rule.QuantityAtLeast, K: 0, Of: []rule.Condition{a, b}}, rule.Everyone{}},
		{"at least n+1", rule.Count{Quantity: rule.QuantityAtLeast, K: 3, Of: []rule.Condition{a, b}}, never},
		{"at most 0", rule.Count{Quantity: rule.QuantityAtMost, K: 0, Of: []rule.Condition{a, b}}, rule.And{rule.Not{C: a}, rule.Not{C: b}}},
		{"at most n-1", rule.Count{Quantity: rule.QuantityAtMost, K: 1, Of: []rule.Condition{a, b}}, rule.Or{rule.Not{C: a}, rule.Not{C: b}}},
		{"exactly n", rule.Count{Quantity: rule.QuantityExactly, K: 2, Of: []rule.Condition{a, b}}, rule.And{a, b}},
		{"not at least", rule.Not{C: rule.Count{Quantity: rule.QuantityAtLeast, K: 2, Of: []rule.Condition{a, b, c}}}, rule.Count{Quantity: rule.QuantityAtMost, K: 1, Of: []rule.Condition{a, b, c}}},
		{"not at most", rule.Not{C: rule.Count{Quantity: rule.QuantityAtMost, K: 1, Of: []rule.Condition{a, b, c}}}, rule.Count{Quantity: rule.QuantityAtLeast, K: 2, Of: []rule.Condition{a, b, c}}},
		{"count constants", rule.Count{Quantity: rule.QuantityAtLeast, K: 2, Of: []rule.Condition{a, rule.Everyone{}, b, rule.Or{}}}, rule.Or{a, b}},
		{"count keeps repetition", rule.Count{Quantity: rule.QuantityAtLeast, K: 2, Of: []rule.Condition{a, a, b}}, rule.Count{Quantity: rule.QuantityAtLeast, K: 2, Of: []rule.Condition{a, a, b}}},
		{"complement of count", rule.Or{rule.Count{Quantity: rule.QuantityAtLeast, K: 2, Of: []rule.Condition{a, b, c}}, rule.Count{Quantity: rule.QuantityAtMost, K: 1, Of: []rule.Condition{a, b, c}}}, rule.Everyone{}},
		{"equalities", rule.Or{x2, a, x1, rule.In{X: rule.Field("x"), Values: []rule.Value{rule.Int(2), rule.Int(3)}}},
			rule.Or{rule.In{X: rule.Field("x"), Values: []rule.Value{rule.Int(1), rule.Int(2), rule.Int(3)}}, a}},
		{"inequalities", rule.And{rule.Not{C: x2}, rule.Not{C: x1}}, rule.Not{C: rule.In{X: rule.Field("x"), Values: []rule.Value{rule.Int(1), rule.Int(2)}}}},
		{"equalities of another", rule.Or{x1, ruletest.Eq("y", rule.Int(1))}, rule.Or{x1, ruletest.Eq("y", rule.Int(1))}},
		{"merge then complement", rule.Or{x1, x2, rule.Not{C: rule.In{X: rule.Field("x"), Values: []rule.Value{rule.Int(2), rule.Int(1)}}}}, rule.Everyone{}},
		{"in of one", rule.In{X: rule.Field("x"), Values: []rule.Value{rule.Int(3), rule.Int(3)}}, x3},
		{"in of none", rule.In{X: rule.Field("x")}, never},
		{"in under fold", rule.In{X: rule.Field("x"), Values: []rule.Value{rule.Text("b"), rule.Text("a"), rule.Text("A")}, Fold: true}, rule.In{X: rule.Field("x"), Values: []rule.Value{rule.Text("A"), rule.Text("b")}, Fold: true}},
		{"numbers do not fold", rule.Compare{Left: rule.Field("x"), Op: rule.OpEq, Right: rule.Int(1), Fold: true}, x1},
		{"constant on the left", rule.Compare{Left: rule.Int(5), Op: rule.OpLt, Right: rule.Field("x"), Fold: false}, rule.Compare{Left: rule.Field("x"), Op: rule.OpGt, Right: rule.Int(5), Fold: false}},
		{"constants", rule.Compare{Left: rule.Int(5), Op: rule.OpLt, Right: rule.Int(6), Fold: false}, rule.Everyone{}},
		{"nothing equals null", rule.Compare{Left: rule.Field("x"), Op: rule.OpEq, Right: rule.Value{}, Fold: false}, never},
		{"arithmetic", rule.Compare{Left: rule.Field("x"), Op: rule.OpGt, Right: rule.Arith{Op: rule.ArithMul, Left: rule.Int(2), Right: rule.Int(3)}, Fold: false}, rule.Compare{Left: rule.Field("x"), Op: rule.OpGt, Right: rule.Int(6), Fold: false}},
		{"between of one", rule.Between{X: rule.Field("x"), Lo: rule.Int(1), Hi: rule.Int(1), Fold: false}, x1},
		{"between of none", rule.Between{X: rule.Field("x"), Lo: rule.Int(2), Hi: rule.Int(1), Fold: false}, never},
		{"days of an instant", rule.Between{X: rule.Field("x"), Lo: rule.Time(ruletest.TestNow.Add(time.Hour)), Hi: rule.Time(ruletest.TestNow), Fold: false},
			rule.Between{X: rule.Field("x"), Lo: rule.Time(ruletest.TestNow.Add(time.Hour)), Hi: rule.Time(ruletest.TestNow), Fold: false}},
		{"zone", rule.Not{C: rule.Zoned{C: rule.And{a, b}, Zone: rule.Text("UTC")}}, rule.Zoned{C: rule.Or{rule.Not{C: a}, rule.Not{C: b}}, Zone: rule.Text("UTC")}},
		{"zone of constant", rule.Zoned{C: rule.Or{}, Zone: rule.Text("UTC")}, never},
		{"not any", rule.Not{C: rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: rule.Field("x"), C: rule.Not{C: rule.Not{C: a}}}}, rule.Each{Quantifier: rule.QuantifierNone, K: 0, X: rule.Field("x"), C: a}},
		{"any of never", rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: rule.Field("x"), C: rule.Or{}}, never},
		{"no of never", rule.Each{Quantifier: rule.QuantifierNone, K: 0, X: rule.Field("x"), C: rule.Or{}}, rule.Everyone{}},
		{"at least 1 element", rule.Each{Quantifier: rule.QuantifierMin, K: 1, X: rule.Field("x"), C: a}, rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: rule.Field("x"), C: a}},
		{"where everyone", rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{"e"}, Where: rule.And{}}}, Op: rule.OpGt, Right: rule.Int(1), Fold: false},
			rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{"e"}, Where: nil}}, Op: rule.OpGt, Right: rule.Int(1), Fold: false}},
		{"contains", rule.Contains{X: rule.Field("x"), Mode: rule.ContainsAll, Values: []rule.Value{rule.Text("a"), rule.Text("a")}, Fold: false}, rule.Contains{X: rule.Field("x"), Mode: rule.ContainsAny, Values: []rule.Value{rule.Text("a")}, Fold: false}},
	}
	for _, tt := range tests {
		if got := normal.Simplify(tt.in); !rule.Equal(got, tt.want) {
			t.Errorf("%s: %s", tt.name, cmp.Diff(tt.want, got))
		}
	}
}

// Simplify keeps the meaning, says the same of what is simple, and lets a tree
// and its complement meet.
func TestSimplifyLaws(t *testing.T) {
	g := ruletest.NewGrower(1)
	for range 6_000 {
		c := g.Condition(4, false)
		s := normal.Simplify(c)
		if again := normal.Simplify(s); !rule.Equal(s, again) {
			t.Fatalf("Simplify is not idempotent\n%#v\n%s", c, cmp.Diff(s, again))
		}
		if _, ok := normal.Simplify(rule.And{c, rule.Not{C: c}}).(rule.Not); !ok {
			t.Fatalf("a condition and its complement: %#v", c)
		}
		if not, want := normal.Simplify(rule.Not{C: c}), normal.Complement(s); !rule.Equal(not, want) {
			t.Fatalf("NOT is not the dual: %s", cmp.Diff(want, not))
		}
		if !rule.Equal(c, c) || !rule.Equal(s, s) {
			t.Fatalf("not equal to itself: %#v", c)
		}
		checkNoInnerNot(t, s)
		for range 5 {
			x := g.Contact()
			if got, want := segment.Evaluate(s, x, ruletest.TestNow), segment.Evaluate(c, x, ruletest.TestNow); got != want {
				t.Fatalf("Simplify changed %v to %v\ncondition %#v\nsimplified %#v\ncontact %#v", want, got, c, s, x)
			}
		}
	}
}

func checkNoInnerNot(t *testing.T, c rule.Condition) {
	t.Helper()
	rule.Walk(c, func(c rule.Condition) bool {
		if n, ok := c.(rule.Not); ok && len(rule.Children(n.C)) > 0 {
			switch in := n.C.(type) {
			case rule.Count:
				if in.Quantity == rule.QuantityExactly {
					return true
				}
			case rule.Each:
				if in.Quantifier == rule.QuantifierAll || in.Quantifier == rule.QuantifierMin {
					return true
				}
			case rule.Sequence, rule.Regularity:
				return true
			}
			t.Fatalf("NOT above a leaf: %#v", c)
		}
		return true
	})
}

// Deep negation and counting must not cost more than size times depth.
func TestSimplifyCost(t *testing.T) {
	c := rule.Condition(rule.InList("x"))
	for i := range 5_000 {
		c = rule.Not{C: rule.Count{Quantity: rule.QuantityAtMost, K: 1, Of: []rule.Condition{c, rule.InList("y"), rule.InList(string(rune(i)))}}}
	}
	start := time.Now()
	normal.Simplify(c)
	wide := make(rule.Or, 100_000)
	for i := range wide {
		wide[i] = ruletest.Eq("x", rule.Int(int64(i%50_000)))
	}
	in, ok := normal.Simplify(wide).(rule.In)
	if !ok || len(in.Values) != 50_000 {
		t.Errorf("100,000 equalities gave %T", normal.Simplify(wide))
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
}

func TestEqual(t *testing.T) {
	g := ruletest.NewGrower(2)
	for range 5_000 {
		a, b := g.Condition(2, false), g.Condition(2, false)
		if got, want := rule.Equal(a, b), cmp.Equal(rule.Canonical(a), rule.Canonical(b)); got != want {
			// cmp tells nil slices from empty ones; Equal does not.
			if !got || !cmp.Equal(rule.Canonical(a), rule.Canonical(b), cmp.Transformer("len", func(vs []rule.Value) []rule.Value { return append([]rule.Value{}, vs...) })) {
				t.Errorf("Equal is %v, cmp says %v: %s", got, want, cmp.Diff(a, b))
			}
		}
	}
	type foreign struct{ rule.Condition }
	if !rule.Equal(nil, nil) || rule.Equal(nil, rule.And{}) || rule.Equal(rule.And{}, nil) || rule.Equal(foreign{rule.And{}}, foreign{rule.And{}}) {
		t.Error("nil and foreign nodes")
	}
	if rule.Equal(rule.Not{C: nil}, rule.Not{C: rule.And{}}) || !rule.Equal(rule.Not{C: nil}, rule.Not{C: nil}) {
		t.Error("nil within")
	}
	if rule.Equal(rule.Compare{Left: rule.Field("x")}, rule.Compare{Left: rule.Int(1)}) {
		t.Error("expressions of two types")
	}
}
