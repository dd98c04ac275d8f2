package segment

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func eq(name Field, v Value) Condition { return Compare{name, Eq, v, false} }

func TestSimplify(t *testing.T) {
	a, b, c := Condition(InList("a")), Condition(InList("b")), Condition(InList("c"))
	never := Condition(Not{Everyone{}})
	x1, x2, x3 := eq("x", Int(1)), eq("x", Int(2)), eq("x", Int(3))
	tests := []struct {
		name     string
		in, want Condition
	}{
		{"nil", nil, nil},
		{"empty and", And{}, Everyone{}},
		{"empty or", Or{}, never},
		{"one", And{Or{a}}, a},
		{"flatten", And{a, And{b, And{c}}}, And{a, b, c}},
		{"neutral", And{a, Everyone{}, b}, And{a, b}},
		{"absorbing", Or{a, Everyone{}}, Everyone{}},
		{"absorbing and", And{a, Or{}}, never},
		{"twice", Or{a, b, a}, Or{a, b}},
		{"double negation", Not{Not{a}}, a},
		{"de morgan", Not{And{a, Not{b}}}, Or{Not{a}, b}},
		{"de morgan deep", Not{Or{And{a, b}, c}}, And{Or{Not{a}, Not{b}}, Not{c}}},
		{"excluded middle", Or{a, b, Not{a}}, Everyone{}},
		{"contradiction", And{a, Not{a}}, never},
		{"excluded middle of groups", Or{And{a, b}, Or{Not{a}, Not{b}}}, Everyone{}},
		{"missing stays", Or{Compare{Field("x"), Lt, Int(1), false}, Compare{Field("x"), Ge, Int(1), false}},
			Or{Compare{Field("x"), Lt, Int(1), false}, Compare{Field("x"), Ge, Int(1), false}}},
		{"absorption", Or{a, And{b, a}}, a},
		{"absorption dual", And{a, Or{b, a}}, a},
		{"at least 1", Count{AtLeast, 1, []Condition{a, b}}, Or{a, b}},
		{"at least n", Count{AtLeast, 2, []Condition{a, b}}, And{a, b}},
		{"at least 0", Count{AtLeast, 0, []Condition{a, b}}, Everyone{}},
		{"at least n+1", Count{AtLeast, 3, []Condition{a, b}}, never},
		{"at most 0", Count{AtMost, 0, []Condition{a, b}}, And{Not{a}, Not{b}}},
		{"at most n-1", Count{AtMost, 1, []Condition{a, b}}, Or{Not{a}, Not{b}}},
		{"exactly n", Count{Exactly, 2, []Condition{a, b}}, And{a, b}},
		{"not at least", Not{Count{AtLeast, 2, []Condition{a, b, c}}}, Count{AtMost, 1, []Condition{a, b, c}}},
		{"not at most", Not{Count{AtMost, 1, []Condition{a, b, c}}}, Count{AtLeast, 2, []Condition{a, b, c}}},
		{"count constants", Count{AtLeast, 2, []Condition{a, Everyone{}, b, Or{}}}, Or{a, b}},
		{"count keeps repetition", Count{AtLeast, 2, []Condition{a, a, b}}, Count{AtLeast, 2, []Condition{a, a, b}}},
		{"complement of count", Or{Count{AtLeast, 2, []Condition{a, b, c}}, Count{AtMost, 1, []Condition{a, b, c}}}, Everyone{}},
		{"equalities", Or{x2, a, x1, In{X: Field("x"), Values: []Value{Int(2), Int(3)}}},
			Or{In{X: Field("x"), Values: []Value{Int(1), Int(2), Int(3)}}, a}},
		{"inequalities", And{Not{x2}, Not{x1}}, Not{In{X: Field("x"), Values: []Value{Int(1), Int(2)}}}},
		{"equalities of another", Or{x1, eq("y", Int(1))}, Or{x1, eq("y", Int(1))}},
		{"merge then complement", Or{x1, x2, Not{In{X: Field("x"), Values: []Value{Int(2), Int(1)}}}}, Everyone{}},
		{"in of one", In{X: Field("x"), Values: []Value{Int(3), Int(3), {}}}, x3},
		{"in of none", In{X: Field("x")}, never},
		{"in under fold", In{Field("x"), []Value{Text("b"), Text("a"), Text("A")}, true}, In{Field("x"), []Value{Text("A"), Text("b")}, true}},
		{"numbers do not fold", Compare{Field("x"), Eq, Int(1), true}, x1},
		{"constant on the left", Compare{Int(5), Lt, Field("x"), false}, Compare{Field("x"), Gt, Int(5), false}},
		{"constants", Compare{Int(5), Lt, Int(6), false}, Everyone{}},
		{"nothing equals null", Compare{Field("x"), Eq, Value{}, false}, never},
		{"arithmetic", Compare{Field("x"), Gt, Arith{Mul, Int(2), Int(3)}, false}, Compare{Field("x"), Gt, Int(6), false}},
		{"between of one", Between{Field("x"), Int(1), Int(1), false}, x1},
		{"between of none", Between{Field("x"), Int(2), Int(1), false}, never},
		{"days of an instant", Between{Field("x"), Time(testNow.Add(time.Hour)), Time(testNow), false},
			Between{Field("x"), Time(testNow.Add(time.Hour)), Time(testNow), false}},
		{"zone", Not{Zoned{And{a, b}, Text("UTC")}}, Zoned{Or{Not{a}, Not{b}}, Text("UTC")}},
		{"zone of constant", Zoned{Or{}, Text("UTC")}, never},
		{"not any", Not{Each{Any, 0, Field("x"), Not{Not{a}}}}, Each{None, 0, Field("x"), a}},
		{"any of never", Each{Any, 0, Field("x"), Or{}}, never},
		{"no of never", Each{None, 0, Field("x"), Or{}}, Everyone{}},
		{"at least 1 element", Each{AtLeastK, 1, Field("x"), a}, Each{Any, 0, Field("x"), a}},
		{"where everyone", Compare{Metric{Events: Events{[]string{"e"}, And{}}}, Gt, Int(1), false},
			Compare{Metric{Events: Events{[]string{"e"}, nil}}, Gt, Int(1), false}},
		{"contains", Contains{Field("x"), AllOf, []Value{Text("a"), Text("a")}, false}, Contains{Field("x"), AnyOf, []Value{Text("a")}, false}},
	}
	for _, tt := range tests {
		if got := Simplify(tt.in); !Equal(got, tt.want) {
			t.Errorf("%s: %s", tt.name, cmp.Diff(tt.want, got))
		}
	}
}

// Simplify keeps the meaning, says the same of what is simple, and lets a tree
// and its complement meet.
func TestSimplifyLaws(t *testing.T) {
	g := newGrower(1)
	for range 6_000 {
		c := g.condition(4, false)
		s := Simplify(c)
		if again := Simplify(s); !Equal(s, again) {
			t.Fatalf("Simplify is not idempotent\n%#v\n%s", c, cmp.Diff(s, again))
		}
		if _, ok := Simplify(And{c, Not{c}}).(Not); !ok {
			t.Fatalf("a condition and its complement: %#v", c)
		}
		if not, want := Simplify(Not{c}), complement(s); !Equal(not, want) {
			t.Fatalf("NOT is not the dual: %s", cmp.Diff(want, not))
		}
		if !Equal(c, c) || !Equal(s, s) {
			t.Fatalf("not equal to itself: %#v", c)
		}
		checkNoInnerNot(t, s)
		for range 5 {
			x := g.contact()
			if got, want := Evaluate(s, x, testNow), Evaluate(c, x, testNow); got != want {
				t.Fatalf("Simplify changed %v to %v\ncondition %#v\nsimplified %#v\ncontact %#v", want, got, c, s, x)
			}
		}
	}
}

func checkNoInnerNot(t *testing.T, c Condition) {
	t.Helper()
	Walk(c, func(c Condition) bool {
		if n, ok := c.(Not); ok && len(children(n.C)) > 0 {
			switch in := n.C.(type) {
			case Count:
				if in.Quantity == Exactly {
					return true
				}
			case Each:
				if in.Quantifier == All || in.Quantifier == AtLeastK {
					return true
				}
			case Sequence, Regularity:
				return true
			}
			t.Fatalf("NOT above a leaf: %#v", c)
		}
		return true
	})
}

// Deep negation and counting must not cost more than size times depth.
func TestSimplifyCost(t *testing.T) {
	c := Condition(InList("x"))
	for i := range 5_000 {
		c = Not{Count{AtMost, 1, []Condition{c, InList("y"), InList(string(rune(i)))}}}
	}
	start := time.Now()
	Simplify(c)
	wide := make(Or, 100_000)
	for i := range wide {
		wide[i] = eq("x", Int(int64(i%50_000)))
	}
	in, ok := Simplify(wide).(In)
	if !ok || len(in.Values) != 50_000 {
		t.Errorf("100,000 equalities gave %T", Simplify(wide))
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
}

func TestEqual(t *testing.T) {
	g := newGrower(2)
	for range 5_000 {
		a, b := g.condition(2, false), g.condition(2, false)
		if got, want := Equal(a, b), cmp.Equal(a, b); got != want {
			// cmp tells nil slices from empty ones; Equal does not.
			if !got || !cmp.Equal(a, b, cmp.Transformer("len", func(vs []Value) []Value { return append([]Value{}, vs...) })) {
				t.Errorf("Equal is %v, cmp says %v: %s", got, want, cmp.Diff(a, b))
			}
		}
	}
	type foreign struct{ Condition }
	if !Equal(nil, nil) || Equal(nil, And{}) || Equal(And{}, nil) || Equal(foreign{And{}}, foreign{And{}}) {
		t.Error("nil and foreign nodes")
	}
	if Equal(Not{nil}, Not{And{}}) || !Equal(Not{nil}, Not{nil}) {
		t.Error("nil within")
	}
	if Equal(Compare{Left: Field("x")}, Compare{Left: Int(1)}) {
		t.Error("expressions of two types")
	}
}
