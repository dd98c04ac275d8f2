package segmenttest

import (
	"fmt"
	"math/rand"
	"reflect"
	"testing"

	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// draw returns n things from a generator, always the same.
func draw[T any](t *testing.T, g gopter.Gen, n int) []T {
	t.Helper()
	p := gopter.DefaultGenParameters()
	p.Rng = rand.New(rand.NewSource(1))
	out := make([]T, n)
	for i := range out {
		v, ok := g(p).Retrieve()
		if !ok {
			t.Fatal("the generator gave nothing")
		}
		out[i] = v.(T)
	}
	return out
}

// traits names what a node is, as far as a test of it should know it was there.
func traits(node any) []string {
	name := reflect.TypeOf(node).Name()
	switch n := node.(type) {
	case rule.Compare:
		return []string{fmt.Sprintf("%s %d", name, n.Op), fmt.Sprintf("%s fold %v", name, n.Fold)}
	case rule.Count:
		return []string{fmt.Sprintf("%s %d", name, n.Quantity)}
	case rule.Contains:
		return []string{fmt.Sprintf("%s %d", name, n.Mode)}
	case rule.Like:
		return []string{fmt.Sprintf("%s %d", name, n.End)}
	case rule.Each:
		return []string{fmt.Sprintf("%s %d", name, n.Quantifier)}
	case rule.Call:
		return []string{fmt.Sprintf("%s %d", name, n.Fn)}
	case rule.Arith:
		return []string{fmt.Sprintf("%s %d", name, n.Op)}
	case rule.Metric:
		return []string{fmt.Sprintf("%s %d", name, n.Agg)}
	case rule.Window:
		out := []string{fmt.Sprintf("%s %d", name, n.Kind)}
		if _, _, calendar := n.Periods(); calendar {
			out = append(out, fmt.Sprintf("%s %d of %d", name, n.Kind, n.Unit))
		}
		if n.N > 1 {
			out = append(out, fmt.Sprintf("%s %d of several", name, n.Kind))
		}
		if n.Fiscal {
			out = append(out, fmt.Sprintf("%s %d of fiscal %d", name, n.Kind, n.Unit))
		}
		return out
	case rule.Span:
		return []string{fmt.Sprintf("%s %d", name, n.Unit)}
	case segment.Value:
		return []string{fmt.Sprintf("%s %d", name, n.Kind())}
	case rule.Step:
		return []string{fmt.Sprintf("%s not %v", name, n.Not)}
	}
	return []string{name}
}

func TestCasesCoverEverything(t *testing.T) {
	seen, answers := make(map[string]int), make(map[string][2]int)
	for _, c := range draw[Case](t, Cases(), 8_000) {
		visitAll(c.Condition, func(node any) {
			for _, trait := range traits(node) {
				seen[trait]++
			}
		})
		rule.Walk(c.Condition, func(sub segment.Condition) bool {
			if _, within := sub.(rule.Each); within {
				count(answers, sub, c)
				return false
			}
			count(answers, sub, c)
			return true
		})
	}
	for _, want := range everything() {
		if seen[want] < 10 {
			t.Errorf("%s occurs %d times", want, seen[want])
		}
	}
	for trait, n := range answers {
		if trait != "Everyone" && min(n[0], n[1])*20 < n[0]+n[1] {
			t.Errorf("%s is false %d times and true %d times", trait, n[0], n[1])
		}
	}
}

func count(answers map[string][2]int, c segment.Condition, in Case) {
	for _, trait := range traits(c) {
		n := answers[trait]
		if segment.Evaluate(c, in.Contact, in.At) {
			n[1]++
		} else {
			n[0]++
		}
		answers[trait] = n
	}
}

// everything names all there is in the language.
func everything() (all []string) {
	for _, name := range []string{"And", "Or", "Not", "Everyone", "Zoned", "Between", "In", "IsNull", "IsBlank", "Matches", "InCIDR",
		"When", "Changed", "HasBeen", "Sequence", "Regularity", "InList", "InSegment", "Field", "Elem", "Joined",
		"Compare fold true", "Step not true", "Step not false"} {
		all = append(all, name)
	}
	upTo := func(name string, from, to int) {
		for i := from; i <= to; i++ {
			all = append(all, fmt.Sprintf("%s %d", name, i))
		}
	}
	upTo("Compare", int(rule.OpEq), int(rule.OpGe))
	upTo("Count", int(rule.QuantityAtLeast), int(rule.QuantityExactly))
	upTo("Contains", int(rule.ContainsAny), int(rule.ContainsAll))
	upTo("Like", int(rule.LikePrefix), int(rule.LikeSuffix))
	upTo("Each", int(rule.QuantifierAny), int(rule.QuantifierMin))
	upTo("Call", int(rule.FnNow), int(rule.FnLast))
	upTo("Arith", int(rule.ArithAdd), int(rule.ArithMod))
	upTo("Metric", int(rule.AggCount), int(rule.AggLast))
	upTo("Window", int(rule.WindowAll), int(rule.WindowBetween))
	upTo("Span", int(rule.UnitSecond), int(rule.UnitYear))
	upTo("Value", int(segment.KindBool), int(segment.KindDuration))
	for unit := rule.UnitDay; unit <= rule.UnitYear; unit++ {
		for _, kind := range []rule.WindowKind{rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing} {
			all = append(all, fmt.Sprintf("Window %d of %d", kind, unit))
			if unit >= rule.UnitQuarter {
				all = append(all, fmt.Sprintf("Window %d of fiscal %d", kind, unit))
			}
		}
	}
	all = append(all, fmt.Sprintf("Window %d of several", rule.WindowPrevious), fmt.Sprintf("Window %d of several", rule.WindowFollowing))
	return all
}

// visitAll calls f for every node, those that are no structs too.
func visitAll(c segment.Condition, f func(any)) {
	visit(reflect.ValueOf(&c).Elem(), f)
}

func TestConditionsShrinkToParts(t *testing.T) {
	for _, c := range draw[segment.Condition](t, Conditions(), 2_000) {
		for _, s := range smaller(c) {
			if rule.Equal(s, c) {
				t.Fatalf("%v shrinks to itself", c)
			}
		}
	}
	a, b := rule.InList("a"), rule.InList("b")
	got := smaller(rule.And{a, rule.Not{C: b}})
	want := []segment.Condition{a, rule.Not{C: b}, rule.And{a, b}}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if !rule.Equal(got[i], want[i]) {
			t.Errorf("%d: got %v, want %v", i, got[i], want[i])
		}
	}
}
