package segment

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

// oneOfEach holds a node of every kind, with all the parts that it may have.
func oneOfEach() (nodes []any) {
	x, y := Expr(Field("x")), Expr(Elem{})
	a, b := Condition(InList("a")), Condition(InSegment("b"))
	events := func(where Condition) Events { return Events{Names: []string{"e"}, Where: where} }
	window := Window{Kind: WindowBetween, From: Field("from"), To: Joined("to")}
	return []any{
		And{a, b}, Or{a, b}, Not{a}, Count{AtLeast, 1, []Condition{a, b}}, Everyone{}, Zoned{a, x},
		Compare{x, Lt, y, true}, Between{x, y, Int(1), true}, In{x, []Value{Int(1)}, true}, IsNull{x}, IsBlank{x},
		Contains{x, AllOf, []Value{Int(1)}, true}, Like{x, Suffix, []string{"a"}, true}, Matches{x, "a", true},
		InCIDR{x, []string{"::1"}}, Each{AtLeastK, 2, x, a}, When{x, window}, Changed{"f", window},
		HasBeen{"f", Int(1), Span{1, Day}, true}, Sequence{[]Step{{Events: events(a)}, {events(b), Span{1, Day}, true}}, window},
		Regularity{events(a), 1, 2, Week}, InList("a"), InSegment("b"),
		Int(1), Span{1, Day}, Field("x"), Elem{}, Joined("a"), Call{FnHash, []Expr{x, y}}, Arith{Sub, x, y},
		Calculated{"n", x}, Metric{AggSum, events(a), "p", window},
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
		case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[Value]():
			for i := range v.NumField() {
				look(v.Field(i))
			}
		}
	}
	look(reflect.ValueOf(node))
	return parts
}

func visitedParts(node any) (parts []any) {
	v := Visitor{
		Condition: func(c Condition) bool {
			if c != nil {
				parts = append(parts, c)
			}
			return true
		},
		Expr: func(e Expr) bool {
			if e != nil {
				parts = append(parts, e)
			}
			return true
		},
	}
	if c, ok := node.(Condition); ok {
		v.Visit(c)
	} else {
		v.VisitExpr(node.(Expr))
	}
	return parts
}

func rewritten(r Rewriter, node any) any {
	if c, ok := node.(Condition); ok {
		return r.Rewrite(c)
	}
	return r.RewriteExpr(node.(Expr))
}

// checkParts holds a node against what reflection sees of it.
func checkParts(t *testing.T, node any) {
	t.Helper()
	want := partsByReflection(node)
	if got := visitedParts(node); !reflect.DeepEqual(got, want) {
		t.Fatalf("Visitor has the parts %#v\nof %#v\nnot %#v", got, node, want)
	}
	var given []any
	same := Rewriter{
		Condition: func(c Condition) Condition { given = append(given, c); return c },
		Expr:      func(e Expr) Expr { given = append(given, e); return e },
	}
	if got := rewritten(same, node); !reflect.DeepEqual(got, node) || !reflect.DeepEqual(given, want) {
		t.Fatalf("Rewriter makes %#v\nof %#v\nwith the parts %#v", got, node, given)
	}
	if got := rewritten(Rewriter{}, node); !reflect.DeepEqual(got, node) {
		t.Fatalf("Rewriter without functions makes %#v\nof %#v", got, node)
	}
	others := Rewriter{
		Condition: func(Condition) Condition { return InList("other") },
		Expr:      func(Expr) Expr { return Field("other") },
	}
	for _, part := range visitedParts(rewritten(others, node)) {
		if part != any(InList("other")) && part != any(Field("other")) {
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
	g := newGrower(11)
	for range 2_000 {
		checkParts(t, g.condition(4, false))
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
	for _, file := range []string{"condition.go", "condition_expr.go"} {
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
			v := Visitor{Condition: func(Condition) bool { return next() }, Expr: func(Expr) bool { return next() }}
			var all bool
			if c, ok := node.(Condition); ok {
				all = v.Visit(c)
			} else {
				all = v.VisitExpr(node.(Expr))
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
		v := Visitor{Events: func(Events) bool { events++; return true }, Window: func(Window) bool { windows++; return true }}
		r := Rewriter{
			Events: func(e Events) Events { whole++; return e },
			Window: func(w Window) Window { whole++; return w },
		}
		if c, ok := node.(Condition); ok {
			v.Visit(c)
		} else {
			v.VisitExpr(node.(Expr))
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
	c := MustParse(`a > 1 AND (b IN (1, 2) OR NOT COUNT(e WHERE p = 1) IN LAST 3 DAYS > 2) AND DID x THEN y WITHIN 1 day`)
	if n := testing.AllocsPerRun(10, func() { tooDeep(c) }); n > 0 {
		t.Errorf("a walk through %s allocates %v times", c, n)
	}
}
