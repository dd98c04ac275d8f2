package rule_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

// oneOfEach holds a node of every kind, with all the parts that it may have.
func oneOfEach() (nodes []any) {
	x, y := rule.Expr(rule.Field("x")), rule.Expr(rule.Elem{})
	a, b := rule.Condition(rule.InList("a")), rule.Condition(rule.InSegment("b"))
	events := func(where rule.Condition) rule.Events { return rule.Events{Names: []string{"e"}, Where: where} }
	window := rule.Window{Kind: rule.WindowBetween, From: rule.Field("from"), To: rule.Joined("to")}
	return []any{
		rule.And{a, b}, rule.Or{a, b}, rule.Not{C: a}, rule.Count{Quantity: rule.QuantityAtLeast, K: 1, Of: []rule.Condition{a, b}}, rule.Everyone{}, rule.Zoned{C: a, Zone: x},
		rule.Compare{Left: x, Op: rule.OpLt, Right: y, Fold: true}, rule.Between{X: x, Lo: y, Hi: rule.Int(1), Fold: true}, rule.In{X: x, Values: []rule.Value{rule.Int(1)}, Fold: true}, rule.IsNull{X: x}, rule.IsBlank{X: x},
		rule.Contains{X: x, Mode: rule.ContainsAll, Values: []rule.Value{rule.Int(1)}, Fold: true}, rule.Like{X: x, End: rule.LikeSuffix, Values: []string{"a"}, Fold: true}, rule.Matches{X: x, Pattern: "a", Fold: true},
		rule.InCIDR{X: x, Nets: []string{"::1"}}, rule.Each{Quantifier: rule.QuantifierMin, K: 2, X: x, C: a}, rule.When{X: x, Window: window}, rule.Changed{Field: "f", Window: window},
		rule.HasBeen{Field: "f", Value: rule.Int(1), For: rule.Span{N: 1, Unit: rule.UnitDay}, Fold: true}, rule.Sequence{Steps: []rule.Step{{Events: events(a)}, {Events: events(b), Within: rule.Span{N: 1, Unit: rule.UnitDay}, Not: true}}, Window: window},
		rule.Regularity{Events: events(a), K: 1, N: 2, Unit: rule.UnitWeek}, rule.InList("a"), rule.InSegment("b"),
		rule.Int(1), rule.Span{N: 1, Unit: rule.UnitDay}, rule.Field("x"), rule.Elem{}, rule.Joined("a"), rule.Call{Fn: rule.FnHash, Args: []rule.Expr{x, y}}, rule.Arith{Op: rule.ArithSub, Left: x, Right: y},
		rule.Calculated{Name: "n", X: x}, rule.Metric{Agg: rule.AggSum, Events: events(a), Prop: "p", Window: window},
	}
}

// partsByReflection finds what stands directly within a node without knowing any kind.
func partsByReflection(node any) (parts []any) {
	var look func(v reflect.Value)
	look = func(v reflect.Value) {
		switch {
		case v.Kind() == reflect.Interface:
			if !v.IsNil() {
				parts = append(parts, v.Interface())
			}
		case v.Kind() == reflect.Slice:
			for i := range v.Len() {
				look(v.Index(i))
			}
		case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[rule.Value]():
			for i := range v.NumField() {
				look(v.Field(i))
			}
		}
	}
	look(reflect.ValueOf(node))
	return parts
}

func visitedParts(node any) (parts []any) {
	v := rule.Visitor{
		Condition: func(c rule.Condition) bool {
			if c != nil {
				parts = append(parts, c)
			}
			return true
		},
		Expr: func(e rule.Expr) bool {
			if e != nil {
				parts = append(parts, e)
			}
			return true
		},
	}
	if c, ok := node.(rule.Condition); ok {
		v.Visit(c)
	} else {
		v.VisitExpr(node.(rule.Expr))
	}
	return parts
}

func rewritten(r rule.Rewriter, node any) any {
	if c, ok := node.(rule.Condition); ok {
		return r.Rewrite(c)
	}
	return r.RewriteExpr(node.(rule.Expr))
}

// checkParts holds a node against what reflection sees of it.
func checkParts(t *testing.T, node any) {
	t.Helper()
	want := partsByReflection(node)
	if got := visitedParts(node); !reflect.DeepEqual(got, want) {
		t.Fatalf("Visitor has the parts %#v\nof %#v\nnot %#v", got, node, want)
	}
	var given []any
	same := rule.Rewriter{
		Condition: func(c rule.Condition) rule.Condition { given = append(given, c); return c },
		Expr:      func(e rule.Expr) rule.Expr { given = append(given, e); return e },
	}
	if got := rewritten(same, node); !reflect.DeepEqual(got, node) || !reflect.DeepEqual(given, want) {
		t.Fatalf("Rewriter makes %#v\nof %#v\nwith the parts %#v", got, node, given)
	}
	if got := rewritten(rule.Rewriter{}, node); !reflect.DeepEqual(got, node) {
		t.Fatalf("Rewriter without functions makes %#v\nof %#v", got, node)
	}
	others := rule.Rewriter{
		Condition: func(rule.Condition) rule.Condition { return rule.InList("other") },
		Expr:      func(rule.Expr) rule.Expr { return rule.Field("other") },
	}
	for _, part := range visitedParts(rewritten(others, node)) {
		if part != any(rule.InList("other")) && part != any(rule.Field("other")) {
			t.Fatalf("Rewriter left %#v\nin %#v", part, node)
		}
	}
	if got := visitedParts(node); !reflect.DeepEqual(got, want) {
		t.Fatalf("Rewriter changed the node that it was given to %#v", node)
	}
	for _, part := range want {
		checkParts(t, part)
	}
}

func TestPartsOfEveryNode(t *testing.T) {
	for _, node := range oneOfEach() {
		checkParts(t, node)
	}
	g := ruletest.NewGrower(11)
	for range 2_000 {
		checkParts(t, g.Condition(4, false))
	}
}

// A kind of node that is added must be added to oneOfEach.
func TestPartsKnowEveryKind(t *testing.T) {
	var known []string
	for _, node := range oneOfEach() {
		known = append(known, reflect.TypeOf(node).Name())
	}
	marker := regexp.MustCompile(`(?m)^func \((\w+)\) is(?:Condition|Expr)\(\)`)
	found := 0
	for _, file := range []string{"condition.go", "expr.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range marker.FindAllStringSubmatch(string(text), -1) {
			found++
			if !slices.Contains(known, m[1]) {
				t.Errorf("no test knows the parts of %s", m[1])
			}
		}
	}
	if found != len(known) {
		t.Errorf("there are %d kinds, and nodes of %d", found, len(known))
	}
}

// A function that returns false ends the visit, wherever it is.
func TestVisitEnds(t *testing.T) {
	for _, node := range oneOfEach() {
		for most := range len(partsByReflection(node)) {
			seen := 0
			next := func() bool { seen++; return seen <= most }
			v := rule.Visitor{Condition: func(rule.Condition) bool { return next() }, Expr: func(rule.Expr) bool { return next() }}
			var all bool
			if c, ok := node.(rule.Condition); ok {
				all = v.Visit(c)
			} else {
				all = v.VisitExpr(node.(rule.Expr))
			}
			if all || seen != most+1 {
				t.Errorf("a visit of %#v that ends at part %d: %v, %d parts", node, most, all, seen)
			}
		}
	}
}

// Events and Window come whole where they are asked for, in place of what is in them.
func TestVisitEventsAndWindows(t *testing.T) {
	for _, node := range oneOfEach() {
		events, windows, whole := 0, 0, 0
		v := rule.Visitor{Events: func(rule.Events) bool { events++; return true }, Window: func(rule.Window) bool { windows++; return true }}
		r := rule.Rewriter{
			Events: func(e rule.Events) rule.Events { whole++; return e },
			Window: func(w rule.Window) rule.Window { whole++; return w },
		}
		if c, ok := node.(rule.Condition); ok {
			v.Visit(c)
		} else {
			v.VisitExpr(node.(rule.Expr))
		}
		want := map[string][2]int{"Metric": {1, 1}, "Sequence": {2, 1}, "Regularity": {1, 0}, "When": {0, 1}, "Changed": {0, 1}}[reflect.TypeOf(node).Name()]
		if got := [2]int{events, windows}; got != want {
			t.Errorf("%#v has %v events and windows, not %v", node, got, want)
		}
		if rewritten(r, node); whole != events+windows {
			t.Errorf("Rewriter sees %d events and windows of %#v, Visitor %d", whole, node, events+windows)
		}
	}
}

func TestVisitAllocatesNothing(t *testing.T) {
	c := parser.MustParse(`a > 1 AND (b IN (1, 2) OR NOT COUNT(e WHERE p = 1) IN LAST 3 DAYS > 2) AND DID x THEN y WITHIN 1 day`)
	if n := testing.AllocsPerRun(10, func() { rule.TooDeep(c) }); n > 0 {
		t.Errorf("a walk through %s allocates %v times", c, n)
	}
}
