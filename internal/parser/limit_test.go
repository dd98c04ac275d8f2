package parser_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/rule"
)

// A limit of the text: what is at it parses, and one more does not.
func TestLimitsOfText(t *testing.T) {
	list := func(n int) string { return "(1" + strings.Repeat(", 1", n-1) + ")" }
	for _, test := range []struct {
		name string
		l    rule.Limits
		text func(n int) string // of a size n
		at   int
	}{
		{"bytes", rule.Limits{Bytes: 40}, func(n int) string { return `a = "` + strings.Repeat("x", n-6) + `"` }, 40},
		{"parentheses", rule.Limits{}, func(n int) string { return strings.Repeat("(", n) + "a = 1" + strings.Repeat(")", n) }, 100},
		{"groups", rule.Limits{Depth: 7}, func(n int) string {
			return strings.Repeat("a = 1 AND (b = 2 OR ", n) + "c = 3" + strings.Repeat(")", n)
		}, 3},
		{"NOT", rule.Limits{}, func(n int) string { return strings.Repeat("NOT ", n) + "a < 1" }, 100},
		{"NOT IN", rule.Limits{Depth: 5}, func(n int) string { return strings.Repeat("NOT ", n) + `NOT IN LIST "a"` }, 5},
		{"signs", rule.Limits{}, func(n int) string { return strings.Repeat("- ", n) + "a < 1" }, 100},
		{"terms", rule.Limits{Depth: 10}, func(n int) string { return "a" + strings.Repeat(" + a", n) + " < 1" }, 10},
		{"factors", rule.Limits{Depth: 10}, func(n int) string { return "1 < a" + strings.Repeat(" * a", n) }, 10},
		{"terms in terms", rule.Limits{Depth: 10}, func(n int) string { return "(a" + strings.Repeat(" + a", 5) + ")" + strings.Repeat(" - a", n) + " < 1" }, 5},
		{"calls", rule.Limits{Depth: 10}, func(n int) string { return strings.Repeat("DATE(", n) + "a" + strings.Repeat(")", n) + " = TODAY" }, 10},
		{"HAS", rule.Limits{Depth: 10}, func(n int) string { return strings.Repeat("ANY a HAS (", n) + "b = 1" + strings.Repeat(")", n) }, 10},
		{"WHERE", rule.Limits{Depth: 10}, func(n int) string { return strings.Repeat("DID a(WHERE ", n) + "b = 1" + strings.Repeat(")", n) }, 10},
		{"AT LEAST", rule.Limits{Depth: 10}, func(n int) string { return strings.Repeat("AT LEAST 1 OF (", n) + "b = 1" + strings.Repeat(")", n) }, 10},
		{"path", rule.Limits{Depth: 10}, func(n int) string { return "a" + strings.Repeat(".a", n-1) + " = 1" }, 10},
		{"bound", rule.Limits{Depth: 10}, func(n int) string { return "x SINCE TODAY" + strings.Repeat(" - 1 day", n) }, 9},
		{"conditions", rule.Limits{}, func(n int) string { return "a = 1" + strings.Repeat(" OR a = 1", n-1) }, 10_000},
		{"conditions in a WHERE", rule.Limits{Conditions: 5}, func(n int) string { return "DID x(WHERE " + strings.Repeat("a = 1 AND ", n-2) + "b = 1)" }, 5},
		{"expressions", rule.Limits{Conditions: 2}, func(n int) string { return "a" + strings.Repeat(" + a", n-2) + " = 1" }, 8},
		{"values", rule.Limits{}, func(n int) string { return "a IN " + list(n) }, 100_000},
		{"values of CONTAINS", rule.Limits{Values: 9}, func(n int) string { return "a CONTAINS ANY OF " + list(n) }, 9},
		{"events", rule.Limits{Values: 9}, func(n int) string { return "COUNT(a" + strings.Repeat(" | a", n-1) + ") = 1" }, 9},
		{"steps", rule.Limits{}, func(n int) string { return "DID a" + strings.Repeat(" THEN a", n-1) }, 8},
		{"pattern", rule.Limits{}, func(n int) string { return `a MATCHES "` + strings.Repeat("x", n) + `"` }, 1_000},
		{"program", rule.Limits{}, func(n int) string { return fmt.Sprintf(`a MATCHES "(abcdefghi){%d}"`, n) }, 909},
	} {
		if _, err := parser.ParseRule(test.text(test.at), test.l, nil); err != nil {
			t.Errorf("%s: at the limit, %d: %v", test.name, test.at, err)
		}
		_, err := parser.ParseRule(test.text(test.at+1), test.l, nil)
		var es rule.Errors
		if !errors.As(err, &es) || len(es) != 1 || es[0].Code != rule.ErrLimit {
			t.Errorf("%s: beyond the limit: %v", test.name, err)
		}
	}
}

func TestNumberOfErrorsIsBounded(t *testing.T) {
	_, err := parser.Parse(strings.Repeat("a = , AND ", 100))
	var es rule.Errors
	if !errors.As(err, &es) || len(es) != rule.DefaultErrors {
		t.Errorf("%d errors, want %d", len(es), rule.DefaultErrors)
	}
}

// Texts of a megabyte that are made to cost time, memory or stack.
func TestHostileTextsAnswerFast(t *testing.T) {
	const mb = 1 << 20
	fill := func(s string) string { return strings.Repeat(s, mb/len(s)) }
	for name, text := range map[string]string{
		"NOT":              fill("NOT "),
		"parentheses":      fill("("),
		"closed":           fill(")"),
		"signs":            "a > " + fill("- "),
		"AND":              fill("AND "),
		"OR":               fill("a = 1 OR "),
		"an open text":     `a = "` + fill("x"),
		"an open name":     "`" + fill("x"),
		"escapes":          `a = "` + fill(`\u00e9`) + `"`,
		"invalid UTF-8":    fill("a = 1 AND ") + "\xff",
		"zero bytes":       fill("\x00"),
		"a list":           "a IN (" + fill("1, ") + "1)",
		"an open list":     "a IN (" + fill(`"x",`),
		"a name":           fill("x") + " = 1",
		"a number":         "a = " + fill("9"),
		"a path":           "a" + fill(".a") + " = 1",
		"terms":            "a = 1" + fill(" + 1"),
		"calls":            fill("LENGTH("),
		"unknown calls":    fill("LENGHT(x) = 1 OR "),
		"HAS":              fill("ANY a HAS ("),
		"AT LEAST":         fill("AT LEAST 1 OF ("),
		"steps":            "DID a" + fill(" THEN a"),
		"patterns":         fill(`a MATCHES "(a{9}){9}" OR `),
		"large classes":    fill(`a MATCHES "[\\pL\\pN\\pS]" OR `),
		"nested patterns":  fill(`a MATCHES "((((x{1,9}){1,9}){1,9}){1,9})" OR `),
		"zones":            fill(`a = 1 IN ZONE "Asia/Tokyo" OR `),
		"unknown zones":    fill(`a = 1 IN ZONE "Asia/Tokio" OR `),
		"BETWEEN":          fill("a BETWEEN "),
		"JSON":             "a = JSON '" + fill("[") + "'",
		"lines and errors": fill("a =\n, AND "),
		"comments":         fill("# x\n"),
		"classes":          fill(`a MATCHES "\\pL" OR `),
		"rates":            fill("a > 5/year OR "),
		"windows":          fill("COUNT(a) > 1 IN LAST 3 days OR "),
		"quotes":           fill("''"),
		"dates":            fill("2026-01-31 "),
		"events":           "COUNT(" + fill("a | "),
		"zoned zones":      "a = 1" + fill(` IN ZONE "UTC"`),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, err := parser.Parse(text)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if err == nil {
			if name != "escapes" && name != "a name" { // which are only long
				t.Errorf("%s: parses", name)
			}
		} else if es := err.(rule.Errors); len(es) > rule.DefaultErrors || len(err.Error()) > 500 {
			t.Errorf("%s: %d errors, %d bytes", name, len(es), len(err.Error()))
		}
		t.Logf("%-18s %8v %4d MB  %v", name, took.Round(time.Microsecond*10), (after.TotalAlloc-before.TotalAlloc)>>20, err)
		// On a quiet machine it is 100 ms; the test must not fail on a busy one.
		if took > 2*time.Second || after.TotalAlloc-before.TotalAlloc > 200<<20 {
			t.Errorf("%s: %v and %d MB", name, took, (after.TotalAlloc-before.TotalAlloc)>>20)
		}
	}
}

func BenchmarkParse12(b *testing.B) {
	const text = `(Location = "USA" OR Location = "Canada") AND Last_Purchase > 30 days ago AND Total_Spent > $500
		AND Email_Opens > 5 AND Opened >= 5 emails in last 30 days AND NOT IN LIST "unsubscribed"
		AND State IN ("CA", "NY", "TX") AND age BETWEEN 18 AND 30 AND tags CONTAINS ANY OF ("a", "b")
		AND SUM(purchase.amount WHERE sku = "X") > 500 IN LAST 90 DAYS AND email STARTS WITH "a" IGNORING CASE`
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parser.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
