package rule_test

import (
	"testing"
	"time"

	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

func TestConditionString(t *testing.T) {
	eq := func(f rule.Field, v rule.Value) rule.Condition { return rule.Compare{Left: f, Right: v} }
	a, b, c := eq("a", rule.Int(1)), eq("b", rule.Text("x")), rule.Compare{Left: rule.Field("c"), Op: rule.OpLt, Right: rule.Int(3)}
	opened := rule.Events{Names: []string{"opened"}}
	count := func(w rule.Window) rule.Metric { return rule.Metric{Events: opened, Window: w} }
	last30 := rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 30, Unit: rule.UnitDay}}
	since := rule.Window{Kind: rule.WindowSince, From: rule.Arith{Op: rule.ArithSub, Left: rule.Call{Fn: rule.FnToday}, Right: rule.Span{N: 30, Unit: rule.UnitDay}}}
	for _, test := range []struct {
		c    rule.Condition
		want string
	}{
		{rule.And{a, b}, `a = 1 AND b = "x"`},
		{rule.Or{rule.And{a, b}, c}, `a = 1 AND b = "x" OR c < 3`},
		{rule.And{rule.Or{a, b}, rule.And{a, c}}, `(a = 1 OR b = "x") AND (a = 1 AND c < 3)`},
		{rule.Or{rule.Or{a, b}, c}, `(a = 1 OR b = "x") OR c < 3`},
		{rule.And{}, "EVERYONE"},
		{rule.Or{}, "NOT EVERYONE"},
		{rule.And{rule.Or{}, rule.Or{rule.And{a}}}, "NOT EVERYONE AND a = 1"},
		{rule.Not{C: a}, "a != 1"},
		{rule.Not{C: c}, "NOT c < 3"},
		{rule.Not{C: rule.Not{C: a}}, "NOT a != 1"},
		{rule.Not{C: rule.And{a, b}}, `NOT (a = 1 AND b = "x")`},
		{nil2(), "NOT NOT EVERYONE"},
		{rule.Compare{}, "NULL = NULL"},
		{rule.Zoned{C: rule.Not{C: a}, Zone: rule.Text("UTC")}, `a != 1 IN ZONE "UTC"`},
		{rule.Not{C: rule.Zoned{C: c, Zone: rule.Field("tz")}}, "NOT c < 3 IN ZONE tz"},
		{rule.Zoned{C: rule.Or{a, c}, Zone: rule.Text("UTC")}, `(a = 1 OR c < 3) IN ZONE "UTC"`},
		{rule.Zoned{C: rule.Not{C: c}, Zone: rule.Text("UTC")}, `(NOT c < 3) IN ZONE "UTC"`},
		{rule.Count{Quantity: rule.QuantityAtMost, K: 2, Of: []rule.Condition{a, rule.Or{b, c}}}, `AT MOST 2 OF (a = 1, b = "x" OR c < 3)`},
		{rule.Not{C: rule.IsNull{X: rule.Field("x")}}, "x IS SET"},
		{rule.Not{C: rule.IsBlank{X: rule.Field("x")}}, "x IS NOT BLANK"},
		{rule.Not{C: rule.In{X: rule.Field("x"), Values: []rule.Value{rule.Int(1), rule.Bool(true)}, Fold: false}}, "x NOT IN (1, TRUE)"},
		{rule.Not{C: rule.Between{X: rule.Field("x"), Lo: rule.Int(1), Hi: rule.Int(2), Fold: false}}, "x NOT BETWEEN 1 AND 2"},
		{rule.Contains{X: rule.Field("x"), Values: []rule.Value{rule.Text("a")}, Fold: true}, `x CONTAINS "a" IGNORING CASE`},
		{rule.Contains{X: rule.Field("x"), Mode: rule.ContainsAll, Values: []rule.Value{rule.Text("a")}}, `x CONTAINS ALL OF ("a")`},
		{rule.Not{C: rule.Like{X: rule.Field("x"), End: rule.LikeSuffix, Values: []string{"a", "b"}}}, `x NOT ENDS WITH ANY OF ("a", "b")`},
		{rule.Not{C: rule.Matches{X: rule.Field("x"), Pattern: `^\d`}}, `x NOT MATCHES "^\\d"`},
		{rule.InCIDR{X: rule.Field("ip"), Nets: []string{"::1"}}, `ip IN CIDR ("::1")`},
		{rule.Not{C: rule.InList("VIP")}, `NOT IN LIST "VIP"`},
		{rule.InSegment(`a"b`), `IN SEGMENT "a\"b"`},
		{rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: rule.Field("tags"), C: eq2(rule.Elem{})}, `ANY tags = "vip"`},
		{rule.Each{Quantifier: rule.QuantifierNone, K: 0, X: rule.Field("tags"), C: rule.Not{C: eq2(rule.Elem{})}}, `NO tags != "vip"`},
		{rule.Each{Quantifier: rule.QuantifierMin, K: 2, X: rule.Field("orders"), C: rule.And{a, c}}, "AT LEAST 2 orders HAVE (a = 1 AND c < 3)"},
		{rule.Each{Quantifier: rule.QuantifierAny, K: 0, X: rule.Field("xs"), C: rule.Not{C: rule.Compare{Left: rule.Elem{}, Op: rule.OpGe, Right: rule.Int(2)}}}, "ANY xs HAS (NOT ELEMENT >= 2)"},
		{rule.Compare{Left: count(last30), Op: rule.OpGe, Right: rule.Int(5)}, "COUNT(opened) >= 5 IN LAST 30 days"},
		{rule.Compare{Left: count(last30), Op: rule.OpGe, Right: rule.Field("n")}, "COUNT(opened) IN LAST 30 days >= n"},
		{rule.Compare{Left: rule.Arith{Op: rule.ArithDiv, Left: count(since), Right: rule.Int(2)}, Right: rule.Int(1)}, "(COUNT(opened) SINCE TODAY - 30 days) / 2 = 1"},
		{rule.Between{X: count(last30), Lo: rule.Int(1), Hi: rule.Int(2), Fold: false}, "COUNT(opened) IN LAST 30 days BETWEEN 1 AND 2"},
		{rule.When{X: rule.Field("x"), Window: rule.Window{Kind: rule.WindowAgo, A: rule.Span{N: 12, Unit: rule.UnitHour}, B: rule.Span{N: 3, Unit: rule.UnitDay}}}, "x BETWEEN 12 hours AND 3 days AGO"},
		{rule.When{X: rule.Field("x"), Window: rule.Window{Kind: rule.WindowLater, A: rule.Span{N: 1, Unit: rule.UnitDay}}}, "x > 1 day FROM NOW"},
		{rule.When{X: rule.Field("x"), Window: rule.Window{Kind: rule.WindowThis, Unit: rule.UnitWeek, StartsOn: rule.WeekdaySunday}}, "x DURING THIS WEEK STARTING SUNDAY"},
		{rule.When{X: rule.Joined("t"), Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 14, Unit: rule.UnitDay}}}, `JOINED LIST "t" IN LAST 14 days`},
		{rule.Between{X: rule.Joined("t"), Lo: rule.Date(2026, 1, 1), Hi: rule.Date(2026, 1, 2), Fold: false}, `(JOINED LIST "t") BETWEEN 2026-01-01 AND 2026-01-02`},
		{rule.Changed{Field: "plan", Window: last30}, "plan CHANGED IN LAST 30 days"},
		{rule.HasBeen{Field: "s", Value: rule.Text("on"), For: rule.Span{N: 7, Unit: rule.UnitDay}, Fold: true}, `s HAS BEEN "on" IGNORING CASE FOR AT LEAST 7 days`},
		{rule.Sequence{Steps: []rule.Step{{Events: opened}, {Events: rule.Events{Names: []string{"b.c", "d*"}, Where: a}, Within: rule.Span{N: 24, Unit: rule.UnitHour}, Not: true}}, Window: last30},
			"DID opened THEN NOT `b.c` | d*(WHERE a = 1) WITHIN 24 hours IN LAST 30 days"},
		{rule.Regularity{Events: opened, K: 3, N: 4, Unit: rule.UnitWeek}, "DID opened IN AT LEAST 3 OF LAST 4 weeks"},
	} {
		if got := test.c.String(); got != test.want {
			t.Errorf("%#v\n got  %s\n want %s", test.c, got, test.want)
		}
	}
}

func nil2() rule.Condition { return rule.Not{} }

func eq2(e rule.Expr) rule.Condition { return rule.Compare{Left: e, Right: rule.Text("vip")} }

func TestExprString(t *testing.T) {
	x := func(op rule.ArithOp, a, b rule.Expr) rule.Expr { return rule.Arith{Op: op, Left: a, Right: b} }
	a, b, c := rule.Field("a"), rule.Field("b"), rule.Field("c")
	for _, test := range []struct {
		e    rule.Expr
		want string
	}{
		{x(rule.ArithSub, a, x(rule.ArithSub, b, c)), "a - (b - c)"},
		{x(rule.ArithSub, x(rule.ArithSub, a, b), c), "a - b - c"},
		{x(rule.ArithMul, x(rule.ArithAdd, a, rule.Int(-2)), c), "(a + -2) * c"},
		{x(rule.ArithMod, a, x(rule.ArithMul, b, c)), "a % (b * c)"},
		{x(rule.ArithDiv, rule.Int(5), rule.Field("year")), "5 / `year`"},
		{rule.Field("year"), "year"},
		{rule.Path("a b", "c.d", "not", "É"), "`a b`.`c.d`.`not`.É"},
		{rule.Field(""), "``"},
		{rule.Path("a`b"), "`a``b`"},
		{rule.Call{Fn: rule.FnHash, Args: []rule.Expr{a, rule.Text("s")}}, `HASH(a, "s")`},
		{rule.Call{Fn: rule.FnNow}, "NOW"},
		{rule.Metric{Agg: rule.AggSum, Events: rule.Events{Names: []string{"a", "b"}, Where: nil}, Prop: "x.y", Window: rule.Window{}}, "SUM(a | b.x.y)"},
		{rule.Metric{Agg: rule.AggCount, Events: rule.Events{Names: []string{"*"}, Where: rule.Compare{Left: a, Right: b}}, Prop: "", Window: rule.Window{}}, "COUNT(* WHERE a = b)"},
		{rule.Calculated{Name: "Score Sum", X: a}, "`Score Sum`"},
		{rule.Span{N: 1, Unit: rule.UnitMonth}, "1 month"},
		{rule.Span{N: -30, Unit: rule.UnitDay}, "-30 days"},
		{ruletest.Number("1e3"), "1000"},
		{ruletest.Number("18446744073709551616"), "18446744073709551616"},
		{ruletest.Number("-0.10"), "-0.1"},
		{ruletest.Number("1e-7"), "0.0000001"},
		{ruletest.Number("0.1234567890123456789"), "0.1234567890123456789"},
		{rule.Arithmetic(rule.ArithDiv, rule.Int(1), rule.Int(3)), "(1/3)"},
		{rule.Arithmetic(rule.ArithDiv, rule.Int(1), rule.Int(8)), "0.125"},
		{ruletest.Number("1e-1300"), "1e-1300"},
		{ruletest.Number("0.00000000001e-1308"), "0.00000000001e-1308"},
		{rule.Text("a\"\\\n\x01é\xff"), `"a\"\\\n\u0001é` + "\ufffd\""},
		{ruletest.TimeValue("2026-01-31T10:00:00.5+02:00"), "2026-01-31T08:00:00.5Z"},
		{rule.Date(2026, 1, 31), "2026-01-31"},
		{rule.Duration(-90*time.Minute - 5*time.Millisecond), `DURATION "-1h30m0.005s"`},
		{rule.List(rule.Int(1), rule.Text("a"), rule.Value{}), `JSON "[1, \"a\", null]"`},
		{rule.Object(rule.Member{Name: "k", Value: rule.List()}), `JSON "{\"k\": []}"`},
		{rule.Value{}, "NULL"},
	} {
		if got := test.e.String(); got != test.want {
			t.Errorf("%#v\n got  %s\n want %s", test.e, got, test.want)
		}
	}
}
