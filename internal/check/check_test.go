package check_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

type foreignNode struct{ rule.Everyone }

func TestValid(t *testing.T) {
	x := rule.Field("x")
	opened := rule.Events{Names: []string{"opened"}}
	tests := []struct {
		c    rule.Condition
		want string // path and message; "" if valid
	}{
		{rule.And{}, ""}, {rule.Or{}, ""}, {rule.And{rule.Everyone{}}, ""},
		{rule.Not{C: rule.Zoned{C: rule.Compare{Left: x, Right: rule.Int(1)}, Zone: rule.Field("tz")}}, ""},
		{nil, "a condition is missing (nil)"},
		{rule.Not{}, ".C: a condition is missing (nil)"},
		{rule.And{rule.Everyone{}, rule.Or{nil}}, "[1][0]: a condition is missing (nil)"},
		{&rule.And{}, "*rule.And is no condition of this package: nodes are plain values"},
		{rule.Not{C: foreignNode{}}, ".C: check_test.foreignNode is no condition of this package: nodes are plain values"},
		{rule.Compare{Left: x}, ".Right: an expression is missing (nil)"},
		{rule.IsNull{X: &rule.Metric{}}, ".X: *rule.Metric is no expression of this package: nodes are plain values"},
		{rule.Compare{Left: x, Op: 9, Right: rule.Int(1)}, "unknown operator 9"},
		{rule.Compare{Left: rule.Arith{Op: 9, Left: x, Right: rule.Arith{Left: x}}, Right: rule.Int(1)}, ".Left: unknown arithmetic operator 9 (and 1 more)"},
		{rule.Compare{Left: rule.Arith{Left: x, Right: rule.Arith{Left: x}}, Right: rule.Int(1)}, ".Left.Right.Right: an expression is missing (nil)"},
		{rule.Compare{Left: x, Right: rule.Number(math.NaN())}, ".Right: a value that is none: NaN, an infinity, or text that is not JSON"},
		{rule.Compare{Left: x, Right: rule.Text("\xff")}, ".Right: a text is not valid UTF-8"},
		{rule.Compare{Left: x, Right: rule.Version(rule.Text("1.0.0"))}, ".Right: a version is the result of VERSION, and no constant"},
		{rule.Compare{Left: x, Right: rule.Date(10000, 1, 1)}, ".Right: a time outside of the years 0 to 9999"},
		{rule.Compare{Left: x, Right: rule.Span{N: 1, Unit: 0}}, ".Right: a span of time without a unit"},
		{rule.Compare{Left: x, Right: rule.Span{N: 10_001, Unit: rule.UnitYear}}, ".Right: a span of time of more than 10,000 years"},
		{rule.Compare{Left: x, Right: rule.Span{N: -3, Unit: rule.UnitDay}}, ""},
		{rule.Compare{Left: x, Right: rule.Call{Fn: 99}}, ".Right: unknown function 99"},
		{rule.Compare{Left: x, Right: rule.Call{Fn: rule.FnHash, Args: []rule.Expr{x}}}, ".Right: a function with 1 arguments instead of 2"},
		{rule.Compare{Left: rule.Call{Fn: rule.FnMonth, Args: []rule.Expr{nil}}, Right: rule.Int(1)}, ".Left.Args[0]: an expression is missing (nil)"},
		{rule.IsNull{X: rule.Field("")}, ".X: the field name is empty"},
		{rule.In{X: x}, ".Values: a list of values needs at least one"},
		{rule.In{X: x, Values: []rule.Value{rule.Int(1), rule.JSON("[")}}, ".Values[1]: a value that is none: NaN, an infinity, or text that is not JSON"},
		{rule.Contains{X: x, Mode: 5, Values: []rule.Value{rule.Int(1)}}, "unknown mode 5"},
		{rule.Like{X: x, End: 5, Values: []string{"\xff"}}, "unknown end 5 (and 1 more)"},
		{rule.Matches{X: x, Pattern: "(a"}, ".Pattern: invalid pattern: missing closing ): `(a`"},
		{rule.Matches{X: x, Pattern: "a)(b", Fold: true}, ".Pattern: invalid pattern: unexpected ): `a)(b`"},
		{rule.Matches{X: x, Pattern: strings.Repeat("(x{1,1000})", 20)}, ".Pattern: a pattern that compiles to 40021 instructions; at most 10000 are allowed"},
		{rule.InCIDR{X: x, Nets: []string{"10.0.0.0/8", "10.0.0"}}, `.Nets[1]: "10.0.0" is not an IP address or prefix such as 10.0.0.0/8`},
		{rule.Count{Quantity: 7, K: -1}, "unknown quantity 7 (and 2 more)"},
		{rule.Count{Of: []rule.Condition{nil}}, ".Of[0]: a condition is missing (nil)"},
		{rule.Zoned{C: rule.Everyone{}, Zone: rule.Text("Mars")}, `.Zone: unknown time zone "Mars"`},
		{rule.Zoned{C: rule.Everyone{}, Zone: rule.Int(5)}, ".Zone: a zone is a text or a field"},
		{rule.Zoned{C: rule.Everyone{}, Zone: nil}, ".Zone: an expression is missing (nil)"},
		{rule.Each{Quantifier: rule.QuantifierAny, K: 3, X: x, C: rule.Everyone{}}, ".K: a number of elements 3 does not fit here"},
		{rule.Each{Quantifier: 8, X: x, C: rule.Everyone{}}, "unknown quantifier 8"},
		{rule.Each{X: x}, ".C: a condition is missing (nil)"},
		{rule.InList(""), "the list name is empty"}, {rule.InSegment(""), "the segment name is empty"},
		{rule.When{X: x, Window: rule.Window{Kind: 77}}, ".Window: unknown kind of window 77"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowLast}}, ".Window: a span of time without a unit"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: -1, Unit: rule.UnitDay}}}, ".Window: a span of time here is at least 0, not -1"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowAgo, A: rule.Span{N: 1, Unit: rule.UnitDay}}}, ".Window: a span of time without a unit"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitHour}}, ".Window: a calendar window is a day, week, month, quarter or year"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitMonth, StartsOn: rule.WeekdaySunday}}, ".Window: a window has a part that its kind does not use"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitMonth, N: 2}}, ".Window: a window has a part that its kind does not use"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitYear, StartsIn: 4}}, ".Window: a window has a part that its kind does not use"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowPrevious, Unit: rule.UnitMonth, N: 1}}, ".Window: a number of periods is at least 2, and 0 is one period; not 1"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowFollowing, Unit: rule.UnitYear, N: 10_001}}, ".Window: a window of more than 10,000 years"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowFollowing, Unit: rule.UnitMonth, Fiscal: true}}, ".Window: only a quarter and a year can be fiscal"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitYear, Fiscal: true, StartsIn: 13}}, ".Window: unknown month 13"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitWeek, StartsOn: 9}}, ".Window: unknown weekday 9"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowSince}}, ".Window: a window has no beginning or no end (nil)"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowBetween, From: rule.Date(2026, 1, 1), To: rule.Call{Fn: rule.FnMonth}}}, ".Window.To: a function with 0 arguments instead of 1"},
		{rule.When{X: x, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 1, Unit: rule.UnitDay}, From: x}}, ".Window: a window has a part that its kind does not use"},
		{rule.HasBeen{Field: "x", Value: rule.Int(1)}, ".For: a span of time without a unit"},
		{rule.Changed{}, ".Field: the field name is empty"},
		{rule.Sequence{Steps: []rule.Step{{Events: opened}}}, "a sequence needs at least two steps"},
		{rule.Sequence{Steps: []rule.Step{{Events: opened, Not: true}, {Events: opened}}}, ".Steps[0]: the first step has neither NOT nor WITHIN"},
		{rule.Sequence{Steps: []rule.Step{{Events: opened}, {Events: opened, Not: true}}}, ".Steps[1]: a step that must not come needs WITHIN"},
		{rule.Sequence{Steps: []rule.Step{{Events: opened}, {Events: opened, Not: true, Within: rule.Span{N: 1, Unit: rule.UnitDay}}, {Events: opened}}}, ".Steps[1]: only the last step may be NOT"},
		{rule.Sequence{Steps: []rule.Step{{Events: opened}, {}}}, ".Steps[1].Events: an event needs a name"},
		{rule.Regularity{Events: opened, K: 1, N: 0, Unit: rule.UnitDay}, "a regularity looks back over 1 to 5200 units, not 0"},
		{rule.Regularity{Events: opened, K: 5, N: 4, Unit: rule.UnitDay}, "at least 5 of the last 4 units cannot be"},
		{rule.Regularity{Events: opened, K: 1, N: 4, Unit: 0}, "a span of time without a unit"},
		{rule.Compare{Left: rule.Metric{Agg: rule.AggSum, Events: opened}, Right: rule.Int(1)}, ".Left: sum needs a property of the event"},
		{rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{""}}}, Right: rule.Int(1)}, ".Left.Events: the event name is empty"},
		{rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{"a"}, Where: rule.Not{}}}, Right: rule.Int(1)}, ".Left.Events.Where.C: a condition is missing (nil)"},
		{rule.Compare{Left: rule.Calculated{}, Right: rule.Int(1)}, ".Left: the calculated field name is empty (and 1 more)"},
	}
	for _, tt := range tests {
		err := check.Condition(tt.c, rule.Limits{})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%#v: %s", tt.c, diff)
		}
		if _, err := definition.MarshalCondition(tt.c); (err == nil) != (tt.want == "") {
			t.Errorf("%#v: written with error %v", tt.c, err)
		}
		switch tt.c.(type) { // what is no node has no text of its own
		case nil, *rule.And:
			continue
		}
		if text, err := tt.c.MarshalText(); (err == nil) != (tt.want == "" || errors.Is(check.Condition(tt.c, rule.Limits{}), rule.ErrLimit)) {
			t.Errorf("%#v: the text %q with error %v", tt.c, text, err)
		}
	}
}

// nested is a leaf in n groups.
func nested(n int, group func(rule.Condition) rule.Condition) rule.Condition {
	var c rule.Condition = rule.Everyone{}
	for range n {
		c = group(c)
	}
	return c
}

// Every limit, at it and one beyond, in a tree and in its JSON.
func TestDefinitionLimits(t *testing.T) {
	x := rule.Field("x")
	and := func(c rule.Condition) rule.Condition { return rule.And{c, rule.Everyone{}} }
	not := func(c rule.Condition) rule.Condition { return rule.Not{C: c} }
	sum := func(n int) rule.Condition {
		var e rule.Expr = rule.Int(1)
		for range n {
			e = rule.Arith{Op: rule.ArithAdd, Left: rule.Int(1), Right: e}
		}
		return rule.Compare{Left: x, Right: e}
	}
	list := func(n int) rule.Value {
		v := rule.Int(1)
		for range n {
			v = rule.List(v)
		}
		return v
	}
	steps := func(n int) rule.Condition {
		s := rule.Sequence{}
		for range n {
			s.Steps = append(s.Steps, rule.Step{Events: rule.Events{Names: []string{"a"}}})
		}
		return s
	}
	tests := []struct {
		name string
		l    rule.Limits
		make func(n int) rule.Condition
		at   int
	}{
		{"groups in groups", rule.Limits{}, func(n int) rule.Condition { return nested(n, and) }, 100},
		{"negations in negations", rule.Limits{}, func(n int) rule.Condition { return nested(n, not) }, 201},
		{"negated groups", rule.Limits{}, func(n int) rule.Condition {
			return nested(n, func(c rule.Condition) rule.Condition { return rule.Not{C: and(c)} })
		}, 100},
		{"elements in elements", rule.Limits{}, func(n int) rule.Condition {
			return nested(n, func(c rule.Condition) rule.Condition { return rule.Each{X: x, C: c} })
		}, 100},
		{"arithmetic", rule.Limits{}, sum, 100},
		{"lists in lists", rule.Limits{}, func(n int) rule.Condition { return rule.Compare{Left: x, Right: list(n)} }, 100},
		{"depth by limit", rule.Limits{Depth: 7}, func(n int) rule.Condition { return nested(n, and) }, 7},
		{"conditions", rule.Limits{}, func(n int) rule.Condition { return rule.And(make([]rule.Condition, n)) }, 10_000},
		{"expressions", rule.Limits{Conditions: 5}, sum, 5*check.OperandFactor - 2},
		{"values", rule.Limits{}, func(n int) rule.Condition { return rule.In{X: x, Values: make([]rule.Value, n)} }, 100_000},
		{"values of contains", rule.Limits{Values: 5}, func(n int) rule.Condition {
			return rule.Contains{X: x, Mode: rule.ContainsAll, Values: make([]rule.Value, n)}
		}, 5},
		{"prefixes", rule.Limits{Values: 5}, func(n int) rule.Condition { return rule.Like{X: x, Values: make([]string, n)} }, 5},
		{"steps", rule.Limits{}, steps, 8},
		{"pattern", rule.Limits{}, func(n int) rule.Condition { return rule.Matches{X: x, Pattern: strings.Repeat("a", n)} }, 1_000},
	}
	for _, tt := range tests {
		for _, n := range []int{tt.at, tt.at + 1} {
			c := tt.make(n)
			if and, ok := c.(rule.And); ok && len(and) > 2 {
				for i := range and {
					and[i] = rule.Everyone{}
				}
			}
			w := definition.Writer{}
			w.Condition(c)
			s, err := segment.ParseDefinition(&schema.Schema{Limits: tt.l}, w.B)
			tree := check.Condition(c, tt.l)
			if n == tt.at && (err != nil || tree != nil || !rule.Equal(s.Condition, c)) {
				t.Errorf("%s: at the limit of %d: %v, %v", tt.name, n, err, tree)
			}
			if n > tt.at && (!errors.Is(err, rule.ErrLimit) || !errors.Is(tree, rule.ErrLimit)) {
				t.Errorf("%s: beyond the limit of %d: %v, %v", tt.name, tt.at, err, tree)
			}
		}
	}
}

func TestLimitOfErrors(t *testing.T) {
	text := []byte(`{"logic":"AND","conditions":[` + strings.Repeat(`{"a":1},`, 100_000) + `1]}`)
	var errs rule.Errors
	if _, err := definition.UnmarshalCondition(text); !errors.As(err, &errs) || len(errs) != rule.DefaultErrors {
		t.Errorf("%d errors, %v", len(errs), err)
	}
	if err := check.Condition(make(rule.And, 100_000), rule.Limits{}); !errors.As(err, &errs) || len(errs) != rule.DefaultErrors {
		t.Errorf("%d errors in a tree", len(errs))
	}
	if _, err := segment.ParseDefinition(&schema.Schema{Limits: rule.Limits{Bytes: 10}}, []byte(`{"everyone":true}`)); !errors.Is(err, rule.ErrLimit) {
		t.Errorf("bytes: %v", err)
	}
}

// A pattern that is valid by itself is valid under IGNORING CASE, too.
func TestOpenQuoteIgnoringCase(t *testing.T) {
	c := rule.Matches{X: rule.Field("x"), Pattern: `\Qa.b`, Fold: true}
	if check.Condition(c, rule.Limits{}) != nil || !segment.Evaluate(c, segment.Record{Fields: map[string]rule.Value{"x": rule.Text("1A.B2")}}, ruletest.TestNow) {
		t.Error(`\Qa.b does not match 1A.B2`)
	}
}
