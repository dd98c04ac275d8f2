package segment

import (
	"testing"
	"time"
)

func TestConditionString(t *testing.T) {
	eq := func(f Field, v Value) Condition { return Compare{Left: f, Right: v} }
	a, b, c := eq("a", Int(1)), eq("b", Text("x")), Compare{Left: Field("c"), Op: Lt, Right: Int(3)}
	opened := Events{Names: []string{"opened"}}
	count := func(w Window) Metric { return Metric{Events: opened, Window: w} }
	last30 := Window{Kind: WindowLast, A: Span{30, Day}}
	since := Window{Kind: WindowSince, From: Arith{Sub, Call{Fn: FnToday}, Span{30, Day}}}
	for _, test := range []struct {
		c    Condition
		want string
	}{
		{And{a, b}, `a = 1 AND b = "x"`},
		{Or{And{a, b}, c}, `a = 1 AND b = "x" OR c < 3`},
		{And{Or{a, b}, And{a, c}}, `(a = 1 OR b = "x") AND (a = 1 AND c < 3)`},
		{Or{Or{a, b}, c}, `(a = 1 OR b = "x") OR c < 3`},
		{And{}, "EVERYONE"},
		{Or{}, "NOT EVERYONE"},
		{And{Or{}, Or{And{a}}}, "NOT EVERYONE AND a = 1"},
		{Not{a}, "a != 1"},
		{Not{c}, "NOT c < 3"},
		{Not{Not{a}}, "NOT a != 1"},
		{Not{And{a, b}}, `NOT (a = 1 AND b = "x")`},
		{nil2(), "NOT NOT EVERYONE"},
		{Compare{}, "NULL = NULL"},
		{Zoned{Not{a}, Text("UTC")}, `a != 1 IN ZONE "UTC"`},
		{Not{Zoned{c, Field("tz")}}, "NOT c < 3 IN ZONE tz"},
		{Zoned{Or{a, c}, Text("UTC")}, `(a = 1 OR c < 3) IN ZONE "UTC"`},
		{Zoned{Not{c}, Text("UTC")}, `(NOT c < 3) IN ZONE "UTC"`},
		{Count{AtMost, 2, []Condition{a, Or{b, c}}}, `AT MOST 2 OF (a = 1, b = "x" OR c < 3)`},
		{Not{IsNull{Field("x")}}, "x IS SET"},
		{Not{IsBlank{Field("x")}}, "x IS NOT BLANK"},
		{Not{In{Field("x"), []Value{Int(1), Bool(true)}, false}}, "x NOT IN (1, TRUE)"},
		{Not{Between{Field("x"), Int(1), Int(2), false}}, "x NOT BETWEEN 1 AND 2"},
		{Contains{X: Field("x"), Values: []Value{Text("a")}, Fold: true}, `x CONTAINS "a" IGNORING CASE`},
		{Contains{X: Field("x"), Mode: AllOf, Values: []Value{Text("a")}}, `x CONTAINS ALL OF ("a")`},
		{Not{Like{X: Field("x"), End: Suffix, Values: []string{"a", "b"}}}, `x NOT ENDS WITH ANY OF ("a", "b")`},
		{Not{Matches{X: Field("x"), Pattern: `^\d`}}, `x NOT MATCHES "^\\d"`},
		{InCIDR{Field("ip"), []string{"::1"}}, `ip IN CIDR ("::1")`},
		{Not{InList("VIP")}, `NOT IN LIST "VIP"`},
		{InSegment(`a"b`), `IN SEGMENT "a\"b"`},
		{Each{Any, 0, Field("tags"), eq2(Elem{})}, `ANY tags = "vip"`},
		{Each{None, 0, Field("tags"), Not{eq2(Elem{})}}, `NO tags != "vip"`},
		{Each{AtLeastK, 2, Field("orders"), And{a, c}}, "AT LEAST 2 orders HAVE (a = 1 AND c < 3)"},
		{Each{Any, 0, Field("xs"), Not{Compare{Left: Elem{}, Op: Ge, Right: Int(2)}}}, "ANY xs HAS (NOT ELEMENT >= 2)"},
		{Compare{Left: count(last30), Op: Ge, Right: Int(5)}, "COUNT(opened) >= 5 IN LAST 30 days"},
		{Compare{Left: count(last30), Op: Ge, Right: Field("n")}, "COUNT(opened) IN LAST 30 days >= n"},
		{Compare{Left: Arith{Div, count(since), Int(2)}, Right: Int(1)}, "(COUNT(opened) SINCE TODAY - 30 days) / 2 = 1"},
		{Between{count(last30), Int(1), Int(2), false}, "COUNT(opened) IN LAST 30 days BETWEEN 1 AND 2"},
		{When{Field("x"), Window{Kind: WindowAgo, A: Span{12, Hour}, B: Span{3, Day}}}, "x BETWEEN 12 hours AND 3 days AGO"},
		{When{Field("x"), Window{Kind: WindowLater, A: Span{1, Day}}}, "x > 1 day FROM NOW"},
		{When{Field("x"), Window{Kind: WindowThis, Unit: Week, StartsOn: Sunday}}, "x DURING THIS WEEK STARTING SUNDAY"},
		{When{Joined("t"), Window{Kind: WindowLast, A: Span{14, Day}}}, `JOINED LIST "t" IN LAST 14 days`},
		{Between{Joined("t"), Date(2026, 1, 1), Date(2026, 1, 2), false}, `(JOINED LIST "t") BETWEEN 2026-01-01 AND 2026-01-02`},
		{Changed{"plan", last30}, "plan CHANGED IN LAST 30 days"},
		{HasBeen{"s", Text("on"), Span{7, Day}, true}, `s HAS BEEN "on" IGNORING CASE FOR AT LEAST 7 days`},
		{Sequence{[]Step{{Events: opened}, {Events: Events{[]string{"b.c", "d*"}, a}, Within: Span{24, Hour}, Not: true}}, last30},
			"DID opened THEN NOT `b.c` | d*(WHERE a = 1) WITHIN 24 hours IN LAST 30 days"},
		{Regularity{opened, 3, 4, Week}, "DID opened IN AT LEAST 3 OF LAST 4 weeks"},
	} {
		if got := test.c.String(); got != test.want {
			t.Errorf("%#v\n got  %s\n want %s", test.c, got, test.want)
		}
	}
}

func nil2() Condition             { return Not{} }
func eq2(e Expr) Condition        { return Compare{Left: e, Right: Text("vip")} }
func number(text string) Value    { v, _ := ParseNumber(text); return v }
func timeValue(text string) Value { t, _ := time.Parse(time.RFC3339Nano, text); return Time(t) }

func TestExprString(t *testing.T) {
	x := func(op ArithOp, a, b Expr) Expr { return Arith{op, a, b} }
	a, b, c := Field("a"), Field("b"), Field("c")
	for _, test := range []struct {
		e    Expr
		want string
	}{
		{x(Sub, a, x(Sub, b, c)), "a - (b - c)"},
		{x(Sub, x(Sub, a, b), c), "a - b - c"},
		{x(Mul, x(Add, a, Int(-2)), c), "(a + -2) * c"},
		{x(Mod, a, x(Mul, b, c)), "a % (b * c)"},
		{x(Div, Int(5), Field("year")), "5 / `year`"},
		{Field("year"), "year"},
		{Path("a b", "c.d", "not", "É"), "`a b`.`c.d`.`not`.É"},
		{Field(""), "``"},
		{Path("a`b"), "`a``b`"},
		{Call{FnHash, []Expr{a, Text("s")}}, `HASH(a, "s")`},
		{Call{Fn: FnNow}, "NOW"},
		{Metric{AggSum, Events{[]string{"a", "b"}, nil}, "x.y", Window{}}, "SUM(a | b.x.y)"},
		{Metric{AggCount, Events{[]string{"*"}, Compare{Left: a, Right: b}}, "", Window{}}, "COUNT(* WHERE a = b)"},
		{Calculated{"Score Sum", a}, "`Score Sum`"},
		{Span{1, Month}, "1 month"},
		{Span{-30, Day}, "-30 days"},
		{number("1e3"), "1000"},
		{number("18446744073709551616"), "18446744073709551616"},
		{number("-0.10"), "-0.1"},
		{number("1e-7"), "0.0000001"},
		{number("0.1234567890123456789"), "0.1234567890123456789"},
		{arithmetic(Div, Int(1), Int(3)), "(1/3)"},
		{arithmetic(Div, Int(1), Int(8)), "0.125"},
		{number("1e-1300"), "1e-1300"},
		{number("0.00000000001e-1308"), "0.00000000001e-1308"},
		{Text("a\"\\\n\x01é\xff"), `"a\"\\\n\u0001é` + "\ufffd\""},
		{timeValue("2026-01-31T10:00:00.5+02:00"), "2026-01-31T08:00:00.5Z"},
		{Date(2026, 1, 31), "2026-01-31"},
		{Duration(-90*time.Minute - 5*time.Millisecond), `DURATION "-1h30m0.005s"`},
		{List(Int(1), Text("a"), Value{}), `JSON "[1, \"a\", null]"`},
		{Object(Member{"k", List()}), `JSON "{\"k\": []}"`},
		{Value{}, "NULL"},
	} {
		if got := test.e.String(); got != test.want {
			t.Errorf("%#v\n got  %s\n want %s", test.e, got, test.want)
		}
	}
}
