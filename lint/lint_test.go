package lint

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/normal"
	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// lines are the warnings as "code: part".
func lines(ws []Warning) string {
	var out []string
	for _, w := range ws {
		out = append(out, string(w.Code)+": "+w.Part)
	}
	return strings.Join(out, "\n")
}

func TestLintDecides(t *testing.T) {
	tests := []struct{ rule, want string }{
		{`age < 18 AND age > 65`, "never: age < 18 AND age > 65"},
		{`age >= 18 OR age < 18`, ""},
		{`age >= 18 OR NOT age >= 18`, "always: age >= 18 OR NOT age >= 18"},
		{`Total_Spent >= 18 OR Total_Spent < 18`, "always: Total_Spent >= 18 OR Total_Spent < 18"},
		{`age >= 18 OR age < 18 OR age IS NULL`, "always: age >= 18 OR age < 18 OR age IS NULL"},
		{`age > 17 AND age < 18`, ""},
		{`age > 17 AND age <= 17`, "never: age > 17 AND age <= 17"},
		{`age BETWEEN 10 AND 20 AND age BETWEEN 21 AND 30`, "never: age BETWEEN 10 AND 20 AND age BETWEEN 21 AND 30"},
		{`age NOT BETWEEN 10 AND 20 AND age IN (10, 15, 20)`, "never: age NOT BETWEEN 10 AND 20 AND age IN (10, 15, 20)"},
		{`age = 1 AND age = 1.0`, "repeated: age = 1"},
		{`active = TRUE AND age < 18 AND tags CONTAINS "x" AND age > 65`, "never: age < 18 AND age > 65"},
		{`extra IN ("a", "b") AND NOT extra = "a" AND NOT extra = "b"`, `never: extra IN ("a", "b") AND extra != "a" AND extra != "b"`},
		{`extra = "a" AND extra = 1`, `never: extra = "a" AND extra = 1`},
		{`extra > "b" AND extra < "a"`, `never: extra > "b" AND extra < "a"`},
		{`extra < ""`, `never: extra < ""`},
		{`extra STARTS WITH "a" AND extra STARTS WITH "b"`, `never: extra STARTS WITH "a" AND extra STARTS WITH "b"`},
		{`extra STARTS WITH "ab" AND extra STARTS WITH "a"`, ""},
		{`extra ENDS WITH "a" AND extra ENDS WITH "b"`, `never: extra ENDS WITH "a" AND extra ENDS WITH "b"`},
		{`extra STARTS WITH "ab" IGNORING CASE AND extra STARTS WITH "B" IGNORING CASE`, `never: extra STARTS WITH "ab" IGNORING CASE AND extra STARTS WITH "B" IGNORING CASE`},
		{`extra IN ("abc", "abd") AND extra CONTAINS "x"`, `never: extra IN ("abc", "abd") AND extra CONTAINS "x"`},
		{`extra IN ("abc", "abd") AND extra MATCHES "d$" AND extra != "abd"`, `never: extra IN ("abc", "abd") AND extra MATCHES "d$" AND extra != "abd"`},
		{`plan = "free" OR plan = "pro" OR plan = "team"`, ""},
		{`plan IN ("free", "pro", "team") OR plan IS NULL`, `always: plan IN ("free", "pro", "team") OR plan IS NULL`},
		{`extra IS NULL AND extra IS BLANK AND extra = 1`, "never: extra IS NULL AND extra = 1"},
		{`COUNT(visit) < 0`, "never: COUNT(visit) < 0"},
		{`COUNT(visit) >= 0`, "always: COUNT(visit) >= 0"},
		{`COALESCE(age, 0) >= 18 OR COALESCE(age, 0) < 18`, "always: COALESCE(age, 0) >= 18 OR COALESCE(age, 0) < 18"},
		{`COALESCE(age, extra) >= 18 OR COALESCE(age, extra) < 18`, ""},
		{`COALESCE(age, NULL) IS NULL`, ""},
		{`COALESCE(age, 0) IS NULL`, "never: COALESCE(age, 0) IS NULL"},
		{`NOT COALESCE(age, 0) > 5`, ""},
		{`COALESCE(MONTH(seen), 13) = 13`, ""},
		{`COUNT(visit) > 4 AND COUNT(visit) < 5`, "never: COUNT(visit) > 4 AND COUNT(visit) < 5"},
		{`COUNT(visit) > 4 IN LAST 7 days AND COUNT(visit) < 5`, ""},
		{`MONTH(seen) = 13`, "never: MONTH(seen) = 13"},
		{`MONTH(TODAY) BETWEEN 1 AND 12`, "always: MONTH(TODAY) BETWEEN 1 AND 12"},
		{`seen WITHIN LAST 7 days AND seen OLDER THAN 30 days`, "never: seen WITHIN LAST 7 days AND seen OLDER THAN 30 days"},
		{`seen WITHIN LAST 30 days AND seen OLDER THAN 7 days`, ""},
		{`seen WITHIN LAST 7 days AND seen OLDER THAN 1 month`, "never: seen WITHIN LAST 7 days AND seen OLDER THAN 1 month"},
		{`seen WITHIN LAST 30 days AND seen OLDER THAN 1 month`, ""},
		{`seen WITHIN LAST 2 months AND seen OLDER THAN 1 quarter`, "never: seen WITHIN LAST 2 months AND seen OLDER THAN 1 quarter"},
		{`seen DURING TODAY AND seen DURING YESTERDAY`, "never: seen DURING TODAY AND seen DURING YESTERDAY"},
		{`seen DURING THIS MONTH AND seen DURING PREVIOUS MONTH`, "never: seen DURING THIS MONTH AND seen DURING PREVIOUS MONTH"},
		{`seen > 2026-02-01 AND seen < 2026-01-31`, "never: seen > 2026-02-01 AND seen < 2026-01-31"},
		{`seen > 2026-02-01 AND seen < 2026-02-02`, "never: seen > 2026-02-01 AND seen < 2026-02-02"},
		{`seen > 2026-02-01T00:00:00Z AND seen < 2026-02-02T00:00:00Z`, ""},
		{`seen > 2026-02-02T00:00:00Z AND seen < 2026-02-01T00:00:00Z`, ""}, // of a date its day in the calendar is compared
		{`Birthday > 2026-02-01 AND Birthday < 2026-02-02`, "never: Birthday > 2026-02-01 AND Birthday < 2026-02-02"},
		{`seen >= TODAY AND seen < TODAY - 1 day`, "never: seen >= TODAY AND seen < TODAY - 1 day"},
		{`seen > 2026-06-01 OR seen <= 2026-06-01 OR seen IS NULL`, "always: seen > 2026-06-01 OR seen <= 2026-06-01 OR seen IS NULL"},
		{`AGE(seen) > 3 days AND AGE(seen) < 2 days`, ""}, // spans are no constants
		{`age > Total_Spent AND age < Total_Spent`, "never: age > Total_Spent AND age < Total_Spent"},
		{`age > Total_Spent AND Total_Spent > age`, "never: age > Total_Spent AND Total_Spent > age"},
		{`age > Total_Spent OR age <= Total_Spent`, ""},
		{`AT LEAST 2 OF (age < 1, age < 2, age = 5 AND age = 6)`, "never: age = 5 AND age = 6"},
		{`AT LEAST 2 OF (age < 1, age > 2, age = 1.5)`, "never: AT LEAST 2 OF (age < 1, age > 2, age = 1.5)"},
		{`EXACTLY 1 OF (active = TRUE, active = FALSE) OR active IS NULL`, "always: EXACTLY 1 OF (active = TRUE, active = FALSE) OR active IS NULL"},
		{`active = TRUE AND (age < 18 AND (age > 65 OR age = 70) OR age = 3)`, "never: age < 18 AND (age > 65 OR age = 70)"},
		{`ANY orders HAS (amount > 5 AND amount < 3)`, "never: amount > 5 AND amount < 3"},
		{`COUNT(purchase WHERE amount > 5 AND amount < 3) >= 1`, "never: amount > 5 AND amount < 3"},
		{`EVERYONE`, ""},
		{`NOT EVERYONE`, ""},
		{`active = TRUE AND EVERYONE`, ""},
		{`tags = 1 AND tags CONTAINS "x"`, `never: tags = 1`},
		{`IN LIST "VIP Customers" AND NOT IN LIST "VIP Customers"`, `never: IN LIST "VIP Customers" AND NOT IN LIST "VIP Customers"`},
		{`active = TRUE IN ZONE "UTC" AND active = FALSE IN ZONE "UTC"`, `never: active = TRUE IN ZONE "UTC" AND active = FALSE IN ZONE "UTC"`},
	}
	for _, tt := range tests {
		c, err := parser.Parse(tt.rule)
		if err != nil {
			t.Errorf("%s: %v", tt.rule, err)
			continue
		}
		var got []string
		for _, w := range Condition(c, ruletest.Shop()) {
			if w.Code == WarnNever || w.Code == WarnAlways || w.Code == WarnRepeated {
				got = append(got, string(w.Code)+": "+w.Part)
			}
		}
		if s := strings.Join(got, "\n"); s != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.rule, s, tt.want)
		}
	}
}

func TestLint(t *testing.T) {
	tests := []struct{ rule, want string }{
		{`plan != "free"`, `negated: plan != "free"`},
		{`plan != "free" AND plan IS SET`, ""},
		{`NOT (plan = "free" OR age > 3)`, "negated: plan != \"free\"\nnegated: NOT age > 3"},
		{`NOT (plan != "free" OR plan IS NULL)`, ""},
		{`NOT (plan = "free" OR plan IS NULL)`, ""},
		{`Total_Spent != 5`, ""},
		{`NOT NOT age > 3`, ""},
		{`NO orders HAS (sku = "x")`, `negated: sku != "x"`},
		{`plan = "gold"`, `value: plan = "gold"`},
		{`plan IN ("free", "silver")`, `value: plan IN ("free", "silver")`},
		{`COUNT(visit) > 3 IN LAST 2 years`, `retention: COUNT(visit) > 3 IN LAST 2 years`},
		{`COUNT(visit) > 3 IN LAST 1 year`, ""},
		{`DID visit IN AT LEAST 3 OF LAST 60 WEEKS`, `retention: DID visit IN AT LEAST 3 OF LAST 60 weeks`},
		{`age > 3 AND active = TRUE AND age > 3`, `repeated: age > 3`},
		{`age > 3 AND (active = TRUE AND NOT NOT age > 3)`, `repeated: NOT NOT age > 3`},
		{`age > 3 OR active = TRUE AND age < 2`, `mixed: age > 3 OR active = TRUE AND age < 2`},
		{`age > 3 AND (active = TRUE OR age > 20)`, ""},
	}
	for _, tt := range tests {
		if got := lines(Condition(parser.MustParse(tt.rule), ruletest.Shop())); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.rule, got, tt.want)
		}
	}
	if ws := Condition(rule.Not{C: nil}, nil); ws != nil {
		t.Errorf("a broken tree: %v", ws)
	}
	if ws := Condition(parser.MustParse(`a != 1`), nil); ws != nil {
		t.Errorf("no schema, no optional fields: %v", ws)
	}
	ws := Condition(parser.MustParse(`active = TRUE AND (age < 18 AND age > 65)`), ruletest.Shop())
	if len(ws) != 1 || ws[0].Path != "/conditions/1" || ws[0].String() != "`age < 18 AND age > 65` can never hold" {
		t.Errorf("%+v", ws)
	}
}

func TestLintText(t *testing.T) {
	tests := []struct{ rule, want string }{
		{`age > 3 AND active = TRUE OR age < 2`, "1:1 mixed: age > 3 AND active = TRUE OR age < 2 → (age > 3 AND active = TRUE) OR age < 2"},
		{`(age > 3 AND active = TRUE) OR age < 2`, ""},
		{`age BETWEEN 3 AND 4 OR age = 7`, ""},
		{"age = 9 OR\n (age BETWEEN 3 AND 4 OR age = 7 AND active = TRUE)", "2:3 mixed: age BETWEEN 3 AND 4 OR age = 7 AND active = TRUE → age BETWEEN 3 AND 4 OR (age = 7 AND active = TRUE)"},
		{`AT LEAST 1 OF (age = 3 AND active = TRUE, age = 5 OR age = 9)`, ""},
		{`age = 1 OR COUNT(visit WHERE a = 1 AND b = 2) > 3`, ""},
		{`seen > 30 days ago`, "1:1 ago: seen > 30 days ago → seen OLDER THAN 30 days"},
		{`seen <= 7 DAYS AGO`, "1:1 ago: seen <= 7 DAYS AGO → seen WITHIN LAST 7 days"},
		{`age = 3 OR (NOT seen > 1 day ago IN ZONE "UTC")`, "1:17 ago: seen > 1 day ago → seen OLDER THAN 1 day1:17 negated: NOT seen OLDER THAN 1 day"},
		{`ANY extra < 7 days ago`, "1:1 ago: ANY extra < 7 days ago → ANY extra WITHIN LAST 7 days"},
		{`seen OLDER THAN 30 days`, ""},
		{`seen BETWEEN 3 AND 5 days AGO`, ""},
		{`seen = 3 days ago`, ""},
		{`age < 18 AND age > 65`, "1:1 never: age < 18 AND age > 65"},
		{`active = TRUE AND COUNT(purchase WHERE amount > 5 AND amount < 3) > 1`, "1:40 never: amount > 5 AND amount < 3"},
		{`COUNT(visit) > COUNT(purchase) IN LAST 30 DAYS`, "1:1 shared_window: COUNT(visit) IN LAST 30 days > COUNT(purchase) IN LAST 30 days → COUNT(visit) IN LAST 30 days > COUNT(purchase) IN LAST 30 days"},
		{`COUNT(visit) IN LAST 30 DAYS > COUNT(purchase) IN LAST 30 DAYS`, ""},
	}
	for _, tt := range tests {
		ws, err := Text(tt.rule, ruletest.Shop())
		if err != nil {
			t.Errorf("%s: %v", tt.rule, err)
			continue
		}
		got := ""
		for _, w := range ws {
			got += fmt.Sprintf("%d:%d %s: %s", w.Line, w.Column, w.Code, w.Part)
			if w.Fix != "" {
				got += " → " + w.Fix
			}
		}
		if got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.rule, got, tt.want)
		}
	}
	if _, err := Text(`age >`, nil); err == nil {
		t.Error("no error")
	}
}

// A claim that a condition never, or always, holds is true of every assignment
// of few fields; and on the tests of values that are decided, nothing that is
// true of all is missed.
func TestLintAgreesWithBruteForce(t *testing.T) {
	numbers := []rule.Value{{}, rule.Int(-1), rule.Int(0), rule.Number(0.5), rule.Int(1), rule.Number(1.5), rule.Int(2), rule.Int(3), rule.Text(""), rule.Text("x"), rule.Text("y"), rule.Bool(false), rule.Bool(true)}
	words := []rule.Value{{}, rule.Int(1), rule.Text(""), rule.Text("A"), rule.Text("Ab"), rule.Text("B"), rule.Text("a"), rule.Text("a "), rule.Text("ab"), rule.Text("abc"), rule.Text("b"), rule.Text("ba"), rule.Text("c"),
		rule.Text("aa"), rule.Text("bb"), rule.Text("bc"), rule.Text("ac"), rule.Text("cb"), rule.Text("ca"), rule.Text("d"), rule.Text("C")}
	now := ruletest.TestNow
	var days []rule.Value
	for _, d := range []int{-400, -40, -31, -30, -8, -7, -5, -3, -2, -1, 0, 1, 2, 5, 60} {
		at := now.AddDate(0, 0, d)
		days = append(days, rule.Time(at), rule.Time(at.Add(-time.Nanosecond)), rule.Time(at.Add(time.Nanosecond)), rule.Date(at.Date()), rule.Text(at.Format(time.DateOnly)))
	}
	days = append(days, rule.Value{}, rule.Text("x"), rule.Time(now.Add(-12*time.Hour)), rule.Time(now.Add(12*time.Hour)), rule.Time(now.Add(-13*time.Hour)))
	g := ruletest.NewGrower(4)
	never, always := 0, 0
	for i := range 6_000 {
		var leaf func() rule.Condition
		var a, b []rule.Value
		exact := true
		switch i % 4 {
		case 0:
			a, b, leaf = numbers, numbers, func() rule.Condition { return aboutNumber(g, ruletest.Pick(g, rule.Field("a"), "b")) }
		case 1:
			a, b, leaf = words, nil, func() rule.Condition { return aboutWord(g, "a") }
		case 2:
			a, b, leaf = days, nil, func() rule.Condition { return dayTest(g, "a") }
			exact = false
		case 3:
			a, b, leaf = numbers, words, func() rule.Condition { return ruletest.Pick(g, aboutNumber(g, "a"), aboutWord(g, "b")) }
		}
		c := formula(g, 3, leaf)
		canHold, canFail := assignments(c, a, b, now)
		s := solver{steps: solverSteps, types: (&schema.Schema{}).ContactScope()}
		t1 := normal.Reduce(c)
		if got := s.possible(t1.C); canHold && !got || exact && canHold != got {
			t.Fatalf("%v\ncan hold: %v, decided %v", c, canHold, got)
		}
		if got := s.possible(t1.Negated().C); canFail && !got || exact && canFail != got {
			t.Fatalf("%v\ncan fail: %v, decided %v", c, canFail, got)
		}
		never, always = never+oneIf(!canHold), always+oneIf(!canFail)
	}
	if never < 300 || always < 200 {
		t.Errorf("only %d never hold and %d always: the test asks little", never, always)
	}
}

// assignments tries every value of a and b.
func assignments(c rule.Condition, as, bs []rule.Value, now time.Time) (canHold, canFail bool) {
	if bs == nil {
		bs = []rule.Value{{}}
	}
	for _, a := range as {
		for _, b := range bs {
			if segment.Evaluate(c, segment.Record{Fields: map[string]rule.Value{"a": a, "b": b}}, now) {
				canHold = true
			} else {
				canFail = true
			}
		}
	}
	return canHold, canFail
}

func formula(g ruletest.Grower, depth int, leaf func() rule.Condition) rule.Condition {
	some := func() []rule.Condition {
		cs := make([]rule.Condition, 2+g.IntN(2))
		for i := range cs {
			cs[i] = formula(g, depth-1, leaf)
		}
		return cs
	}
	if depth == 0 {
		return leaf()
	}
	switch g.IntN(6) {
	case 0:
		return leaf()
	case 1, 2:
		return rule.And(some())
	case 3:
		return rule.Or(some())
	case 4:
		return rule.Not{C: formula(g, depth-1, leaf)}
	}
	return rule.Count{Quantity: rule.Quantity(g.IntN(3)), K: g.IntN(4), Of: some()}
}

func aboutNumber(g ruletest.Grower, f rule.Field) rule.Condition {
	n := func() rule.Value { return rule.Int(int64(g.IntN(3))) }
	switch g.IntN(6) {
	case 0:
		return rule.IsNull{X: f}
	case 1:
		return rule.In{X: f, Values: []rule.Value{n(), n()}}
	case 2:
		return rule.Between{X: f, Lo: n(), Hi: n(), Fold: false}
	}
	return rule.Compare{Left: f, Op: rule.Op(g.IntN(5)), Right: ruletest.Pick(g, n(), n(), n(), rule.Text("x"), rule.Bool(true)), Fold: false}
}

func aboutWord(g ruletest.Grower, f rule.Field) rule.Condition {
	w := func() rule.Value { return ruletest.Pick(g, rule.Text("a"), rule.Text("ab"), rule.Text("b")) }
	switch g.IntN(6) {
	case 0:
		return rule.IsNull{X: f}
	case 1:
		return rule.In{X: f, Values: []rule.Value{w(), w()}, Fold: false}
	case 2:
		return rule.Like{X: f, End: rule.LikePrefix, Values: []string{w().Text()}, Fold: false}
	}
	return rule.Compare{Left: f, Op: rule.Op(g.IntN(5)), Right: w(), Fold: false}
}

func dayTest(g ruletest.Grower, f rule.Field) rule.Condition {
	span := func() rule.Span {
		return ruletest.Pick(g, rule.Span{N: 2, Unit: rule.UnitDay}, rule.Span{N: 7, Unit: rule.UnitDay}, rule.Span{N: 1, Unit: rule.UnitMonth}, rule.Span{N: 60, Unit: rule.UnitHour})
	}
	day := func() rule.Expr {
		return ruletest.Pick[rule.Expr](g, rule.Call{Fn: rule.FnToday}, rule.Arith{Op: rule.ArithSub, Left: rule.Call{Fn: rule.FnToday}, Right: rule.Span{N: 2, Unit: rule.UnitDay}}, rule.Call{Fn: rule.FnNow}, rule.Arith{Op: rule.ArithSub, Left: rule.Call{Fn: rule.FnNow}, Right: rule.Span{N: 30, Unit: rule.UnitDay}},
			rule.Date(2026, 3, 8), rule.Date(2026, 3, 10), rule.Time(ruletest.TestNow), rule.Time(ruletest.TestNow.AddDate(0, 0, -7)), rule.Text("2026-03-08"))
	}
	switch g.IntN(5) {
	case 0:
		return rule.IsNull{X: f}
	case 1, 2:
		return rule.When{X: f, Window: ruletest.Pick(g, rule.Window{Kind: rule.WindowLast, A: span()}, rule.Window{Kind: rule.WindowOlder, A: span()}, rule.Window{Kind: rule.WindowNext, A: span()},
			rule.Window{Kind: rule.WindowThis, Unit: rule.UnitDay}, rule.Window{Kind: rule.WindowPrevious, Unit: rule.UnitDay}, rule.Window{Kind: rule.WindowThis, Unit: rule.UnitMonth},
			rule.Window{Kind: rule.WindowSince, From: day()}, rule.Window{Kind: rule.WindowBefore, To: day()}, rule.Window{Kind: rule.WindowLater, A: span()}, rule.Window{})}
	}
	return rule.Compare{Left: f, Op: rule.Op(g.IntN(5)), Right: day(), Fold: false}
}
