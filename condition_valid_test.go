package segment

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type foreignNode struct{ Everyone }

func TestValid(t *testing.T) {
	x := Field("x")
	opened := Events{Names: []string{"opened"}}
	tests := []struct {
		c    Condition
		want string // path and message; "" if valid
	}{
		{And{}, ""}, {Or{}, ""}, {And{Everyone{}}, ""},
		{Not{Zoned{Compare{Left: x, Right: Int(1)}, Field("tz")}}, ""},
		{nil, "a condition is missing (nil)"},
		{Not{}, ".C: a condition is missing (nil)"},
		{And{Everyone{}, Or{nil}}, "[1][0]: a condition is missing (nil)"},
		{&And{}, "*segment.And is no condition of this package: nodes are plain values"},
		{Not{foreignNode{}}, ".C: segment.foreignNode is no condition of this package: nodes are plain values"},
		{Compare{Left: x}, ".Right: an expression is missing (nil)"},
		{IsNull{&Metric{}}, ".X: *segment.Metric is no expression of this package: nodes are plain values"},
		{Compare{Left: x, Op: 9, Right: Int(1)}, "unknown operator 9"},
		{Compare{Left: Arith{Op: 9, Left: x, Right: Arith{Left: x}}, Right: Int(1)}, ".Left: unknown arithmetic operator 9 (and 1 more)"},
		{Compare{Left: Arith{Left: x, Right: Arith{Left: x}}, Right: Int(1)}, ".Left.Right.Right: an expression is missing (nil)"},
		{Compare{Left: x, Right: Number(math.NaN())}, ".Right: a value that is none: NaN, an infinity, or text that is not JSON"},
		{Compare{Left: x, Right: Text("\xff")}, ".Right: a text is not valid UTF-8"},
		{Compare{Left: x, Right: version(Text("1.0.0"))}, ".Right: a version is the result of VERSION, and no constant"},
		{Compare{Left: x, Right: Date(10000, 1, 1)}, ".Right: a time outside of the years 0 to 9999"},
		{Compare{Left: x, Right: Span{1, 0}}, ".Right: a span of time without a unit"},
		{Compare{Left: x, Right: Span{10_001, Year}}, ".Right: a span of time of more than 10,000 years"},
		{Compare{Left: x, Right: Span{-3, Day}}, ""},
		{Compare{Left: x, Right: Call{Fn: 99}}, ".Right: unknown function 99"},
		{Compare{Left: x, Right: Call{Fn: FnHash, Args: []Expr{x}}}, ".Right: a function with 1 arguments instead of 2"},
		{Compare{Left: Call{FnMonth, []Expr{nil}}, Right: Int(1)}, ".Left.Args[0]: an expression is missing (nil)"},
		{IsNull{Field("")}, ".X: the field name is empty"},
		{In{X: x}, ".Values: a list of values needs at least one"},
		{In{X: x, Values: []Value{Int(1), JSON("[")}}, ".Values[1]: a value that is none: NaN, an infinity, or text that is not JSON"},
		{Contains{X: x, Mode: 5, Values: []Value{Int(1)}}, "unknown mode 5"},
		{Like{X: x, End: 5, Values: []string{"\xff"}}, "unknown end 5 (and 1 more)"},
		{Matches{X: x, Pattern: "(a"}, ".Pattern: invalid pattern: missing closing ): `(a`"},
		{Matches{X: x, Pattern: "a)(b", Fold: true}, ".Pattern: invalid pattern: unexpected ): `a)(b`"},
		{Matches{X: x, Pattern: strings.Repeat("(x{1,1000})", 20)}, ".Pattern: a pattern that compiles to 40021 instructions; at most 10000 are allowed"},
		{InCIDR{x, []string{"10.0.0.0/8", "10.0.0"}}, `.Nets[1]: "10.0.0" is not an IP address or prefix such as 10.0.0.0/8`},
		{Count{Quantity: 7, K: -1}, "unknown quantity 7 (and 2 more)"},
		{Count{Of: []Condition{nil}}, ".Of[0]: a condition is missing (nil)"},
		{Zoned{Everyone{}, Text("Mars")}, `.Zone: unknown time zone "Mars"`},
		{Zoned{Everyone{}, Int(5)}, ".Zone: a zone is a text or a field"},
		{Zoned{Everyone{}, nil}, ".Zone: an expression is missing (nil)"},
		{Each{Quantifier: Any, K: 3, X: x, C: Everyone{}}, "a number of elements 3 does not fit here"},
		{Each{Quantifier: 8, X: x, C: Everyone{}}, "unknown quantifier 8"},
		{Each{X: x}, ".C: a condition is missing (nil)"},
		{InList(""), "the list name is empty"}, {InSegment(""), "the segment name is empty"},
		{When{x, Window{Kind: 77}}, ".Window: unknown kind of window 77"},
		{When{x, Window{Kind: WindowLast}}, ".Window: a span of time without a unit"},
		{When{x, Window{Kind: WindowLast, A: Span{-1, Day}}}, ".Window: a span of time here is at least 0, not -1"},
		{When{x, Window{Kind: WindowAgo, A: Span{1, Day}}}, ".Window: a span of time without a unit"},
		{When{x, Window{Kind: WindowThis, Unit: Hour}}, ".Window: a calendar window is a day, week, month, quarter or year"},
		{When{x, Window{Kind: WindowThis, Unit: Month, StartsOn: Sunday}}, ".Window: a window has a part that its kind does not use"},
		{When{x, Window{Kind: WindowThis, Unit: Week, StartsOn: 9}}, ".Window: unknown weekday 9"},
		{When{x, Window{Kind: WindowSince}}, ".Window: a window has no beginning or no end (nil)"},
		{When{x, Window{Kind: WindowBetween, From: Date(2026, 1, 1), To: Call{Fn: FnMonth}}}, ".Window.To: a function with 0 arguments instead of 1"},
		{When{x, Window{Kind: WindowLast, A: Span{1, Day}, From: x}}, ".Window: a window has a part that its kind does not use"},
		{HasBeen{Field: "x", Value: Int(1)}, "a span of time without a unit"},
		{Changed{}, "the field name is empty"},
		{Sequence{Steps: []Step{{Events: opened}}}, "a sequence needs at least two steps"},
		{Sequence{Steps: []Step{{Events: opened, Not: true}, {Events: opened}}}, ".Steps[0]: the first step has neither NOT nor WITHIN"},
		{Sequence{Steps: []Step{{Events: opened}, {Events: opened, Not: true}}}, ".Steps[1]: a step that must not come needs WITHIN"},
		{Sequence{Steps: []Step{{Events: opened}, {Events: opened, Not: true, Within: Span{1, Day}}, {Events: opened}}}, ".Steps[1]: only the last step may be NOT"},
		{Sequence{Steps: []Step{{Events: opened}, {}}}, ".Steps[1].Events: an event needs a name"},
		{Regularity{opened, 1, 0, Day}, "a regularity looks back over 1 to 5200 units, not 0"},
		{Regularity{opened, 5, 4, Day}, "at least 5 of the last 4 units cannot be"},
		{Regularity{opened, 1, 4, 0}, "a span of time without a unit"},
		{Compare{Left: Metric{Agg: AggSum, Events: opened}, Right: Int(1)}, ".Left: sum needs a property of the event"},
		{Compare{Left: Metric{Events: Events{Names: []string{""}}}, Right: Int(1)}, ".Left.Events: the event name is empty"},
		{Compare{Left: Metric{Events: Events{[]string{"a"}, Not{}}}, Right: Int(1)}, ".Left.Events.Where.C: a condition is missing (nil)"},
		{Compare{Left: Calculated{}, Right: Int(1)}, ".Left: the calculated field name is empty (and 1 more)"},
	}
	for _, tt := range tests {
		err := valid(tt.c, Limits{})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%#v: %s", tt.c, diff)
		}
		if _, err := MarshalCondition(tt.c); (err == nil) != (tt.want == "") {
			t.Errorf("%#v: written with error %v", tt.c, err)
		}
	}
}

// nested is a leaf in n groups.
func nested(n int, group func(Condition) Condition) Condition {
	var c Condition = Everyone{}
	for range n {
		c = group(c)
	}
	return c
}

// Every limit, at it and one beyond, in a tree and in its JSON.
func TestDefinitionLimits(t *testing.T) {
	x := Field("x")
	and := func(c Condition) Condition { return And{c, Everyone{}} }
	not := func(c Condition) Condition { return Not{c} }
	sum := func(n int) Condition {
		var e Expr = Int(1)
		for range n {
			e = Arith{Add, Int(1), e}
		}
		return Compare{Left: x, Right: e}
	}
	list := func(n int) Value {
		v := Int(1)
		for range n {
			v = List(v)
		}
		return v
	}
	steps := func(n int) Condition {
		s := Sequence{}
		for range n {
			s.Steps = append(s.Steps, Step{Events: Events{Names: []string{"a"}}})
		}
		return s
	}
	tests := []struct {
		name string
		l    Limits
		make func(n int) Condition
		at   int
	}{
		{"groups in groups", Limits{}, func(n int) Condition { return nested(n, and) }, 100},
		{"negations in negations", Limits{}, func(n int) Condition { return nested(n, not) }, 201},
		{"negated groups", Limits{}, func(n int) Condition { return nested(n, func(c Condition) Condition { return Not{and(c)} }) }, 100},
		{"elements in elements", Limits{}, func(n int) Condition { return nested(n, func(c Condition) Condition { return Each{X: x, C: c} }) }, 100},
		{"arithmetic", Limits{}, sum, 100},
		{"lists in lists", Limits{}, func(n int) Condition { return Compare{Left: x, Right: list(n)} }, 100},
		{"depth by limit", Limits{Depth: 7}, func(n int) Condition { return nested(n, and) }, 7},
		{"conditions", Limits{}, func(n int) Condition { return And(make([]Condition, n)) }, 10_000},
		{"expressions", Limits{Conditions: 5}, sum, 5*operandFactor - 2},
		{"values", Limits{}, func(n int) Condition { return In{X: x, Values: make([]Value, n)} }, 100_000},
		{"values of contains", Limits{Values: 5}, func(n int) Condition { return Contains{X: x, Mode: AllOf, Values: make([]Value, n)} }, 5},
		{"prefixes", Limits{Values: 5}, func(n int) Condition { return Like{X: x, Values: make([]string, n)} }, 5},
		{"steps", Limits{}, steps, 8},
		{"pattern", Limits{}, func(n int) Condition { return Matches{X: x, Pattern: strings.Repeat("a", n)} }, 1_000},
	}
	for _, tt := range tests {
		for _, n := range []int{tt.at, tt.at + 1} {
			c := tt.make(n)
			if and, ok := c.(And); ok && len(and) > 2 {
				for i := range and {
					and[i] = Everyone{}
				}
			}
			w := jsonWriter{}
			w.condition(c)
			s, err := ParseDefinition(&Schema{Limits: tt.l}, w.b)
			tree := valid(c, tt.l)
			if n == tt.at && (err != nil || tree != nil || !Equal(s.Condition, c)) {
				t.Errorf("%s: at the limit of %d: %v, %v", tt.name, n, err, tree)
			}
			if n > tt.at && (!errors.Is(err, ErrLimit) || !errors.Is(tree, ErrLimit)) {
				t.Errorf("%s: beyond the limit of %d: %v, %v", tt.name, tt.at, err, tree)
			}
		}
	}
}

func TestLimitOfErrors(t *testing.T) {
	text := []byte(`{"logic":"AND","conditions":[` + strings.Repeat(`{"a":1},`, 100_000) + `1]}`)
	var errs Errors
	if _, err := UnmarshalCondition(text); !errors.As(err, &errs) || len(errs) != DefaultErrors {
		t.Errorf("%d errors, %v", len(errs), err)
	}
	if err := valid(make(And, 100_000), Limits{}); !errors.As(err, &errs) || len(errs) != DefaultErrors {
		t.Errorf("%d errors in a tree", len(errs))
	}
	if _, err := ParseDefinition(&Schema{Limits: Limits{Bytes: 10}}, []byte(`{"everyone":true}`)); !errors.Is(err, ErrLimit) {
		t.Errorf("bytes: %v", err)
	}
}

// A pattern that is valid by itself is valid under IGNORING CASE, too.
func TestOpenQuoteIgnoringCase(t *testing.T) {
	c := Matches{X: Field("x"), Pattern: `\Qa.b`, Fold: true}
	if valid(c, Limits{}) != nil || !Evaluate(c, Record{Fields: map[string]Value{"x": Text("1A.B2")}}, testNow) {
		t.Error(`\Qa.b does not match 1A.B2`)
	}
}
