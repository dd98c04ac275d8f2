package tests

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A window that ends a comparison belongs to every aggregate of it that has none of its own,
// wherever parentheses stand. The comparison is made at random, with a place for a window
// behind each aggregate: read with the window at its end, and with it at every free place, it
// is the same tree.
func TestLawAWindowAtTheEndIsThatOfAll(t *testing.T) {
	windows := []string{"IN LAST 30 DAYS", "THIS MONTH", "TODAY", "PREVIOUS WEEK", "PREVIOUS 3 MONTHS", "NEXT 2 FISCAL QUARTERS STARTING MAY", "SINCE 2026-01-01", "BEFORE signed",
		"BETWEEN 7 AND 30 DAYS AGO", "BETWEEN 2026-01-01 AND 2026-01-31", "MORE THAN 7 DAYS AGO", "SINCE LAST(renewed)",
		"SINCE TODAY - 30 days", "BETWEEN a AND b + 3 days"}
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(ts ...string) string { return ts[r.IntN(len(ts))] }
	const place = "@" // where an aggregate has no window
	aggregate := func() string {
		m := pick("COUNT(a)", "SUM(a.x)", "AVG(b.x)", "MAX(b.y)", "COUNT(c WHERE n > 1 AND m = 2)", "LAST(d.x)", "COUNT(x WHERE y IN (1, 2))")
		if r.IntN(5) == 0 {
			return "(" + m + " " + pick(windows...) + ")"
		}
		return m + place
	}
	var sum func(depth int) string
	sum = func(depth int) string {
		switch k := r.IntN(7); {
		case k == 0:
			return pick("total", "5", "2.5")
		case k == 1 && depth > 0:
			return "(" + sum(depth-1) + ")"
		case k < 4 && depth > 0:
			return "(" + sum(depth-1) + ")" + pick(" + ", " - ", " * ", " / ") + "(" + sum(depth-1) + ")"
		case k == 4 && depth > 0:
			return aggregate() + pick(" + ", " - ", " * ", " / ") + aggregate()
		}
		return aggregate()
	}
	tried := 0
	for range 20_000 {
		var test string
		switch r.IntN(6) {
		case 0:
			test = sum(2) + pick(" BETWEEN ", " NOT BETWEEN ") + sum(1) + " AND " + sum(2)
		case 1:
			test = sum(2) + pick(" IN (1, 2)", " NOT IN (3)", " IS NULL", " IS SET", ` CONTAINS "x"`, ` STARTS WITH "x"`, ` MATCHES "x"`)
		default:
			test = sum(2) + pick(" = ", " != ", " < ", " <= ", " > ", " >= ") + sum(2)
		}
		window := pick(windows...)
		if !strings.Contains(test, place) {
			continue
		}
		if strings.HasPrefix(window, "BETWEEN") && strings.Contains(test, place+" BETWEEN ") {
			continue // a BETWEEN behind an aggregate is read by what follows
		}
		if strings.Contains(test, place+" BETWEEN ") || strings.Contains(test, place+" NOT BETWEEN ") {
			test = "(" + strings.Replace(strings.Replace(test, place+" BETWEEN ", place+") BETWEEN ", 1), place+" NOT BETWEEN ", place+") NOT BETWEEN ", 1)
			if strings.Count(test, "(") != strings.Count(test, ")") {
				t.Fatal(test)
			}
		}
		atEnd := strings.ReplaceAll(test, place, "") + " " + window
		twice := strings.Contains(test, " BETWEEN ") && strings.HasPrefix(window, "BETWEEN") // the first is a window then
		if r.IntN(4) == 0 && !twice && !strings.HasPrefix(test, "(LAST") && !strings.HasPrefix(test, "(MAX") {
			atEnd = "(" + strings.ReplaceAll(test, place, "") + ") " + window
		}
		each := spelled(test, place, window)
		want, err := segment.Parse(each)
		if err != nil {
			t.Fatalf("%s: %v", each, err)
		}
		got, err := segment.Parse(atEnd)
		if err != nil {
			t.Fatalf("%s: %v", atEnd, err)
		}
		if !rule.Equal(got, want) {
			t.Fatalf("%s is read as\n%s, and not as\n%s", atEnd, got, want)
		}
		if back, err := segment.Parse(got.String()); err != nil || !rule.Equal(back, got) {
			t.Fatalf("%s prints as %s, read as %v, %v", atEnd, got, back, err)
		}
		tried++
	}
	if tried < 10_000 {
		t.Errorf("%d comparisons, want at least 10,000", tried)
	}
}

// spelled puts each aggregate that has a place for a window into parentheses with it.
func spelled(test, place, window string) string {
	var b strings.Builder
	for i, part := range strings.Split(test, place) {
		if i > 0 {
			b.WriteString(" " + window + ")")
		}
		if i < strings.Count(test, place) { // the aggregate that ends the part
			from := len(part)
			depth := 0
			for from--; from > 0; from-- {
				if part[from] == ')' {
					depth++
				} else if part[from] == '(' {
					if depth--; depth == 0 {
						break
					}
				}
			}
			for from > 0 && strings.ContainsRune("COUNTSMAVGXLIFRD", rune(part[from-1])) {
				from--
			}
			part = part[:from] + "(" + part[from:]
		}
		b.WriteString(part)
	}
	return b.String()
}

// Whose a window is, by example, and what the other way round is.
func TestWindowOfAComparison(t *testing.T) {
	for text, want := range map[string]string{
		`COUNT(a) > COUNT(b) IN LAST 30 DAYS`:          `COUNT(a) IN LAST 30 days > COUNT(b) IN LAST 30 days`,
		`COUNT(a) > (COUNT(b)) IN LAST 30 DAYS`:        `COUNT(a) IN LAST 30 days > COUNT(b) IN LAST 30 days`,
		`(COUNT(a) > COUNT(b)) IN LAST 30 DAYS`:        `COUNT(a) IN LAST 30 days > COUNT(b) IN LAST 30 days`,
		`COUNT(a) > (COUNT(b) IN LAST 30 DAYS)`:        `COUNT(a) > (COUNT(b) IN LAST 30 days)`,
		`x BETWEEN 1 AND COUNT(b) IN LAST 30 DAYS`:     `x BETWEEN 1 AND COUNT(b) IN LAST 30 days`,
		`SUM(a.x) > SUM(b.x) BETWEEN 1 AND 2 DAYS AGO`: `SUM(a.x) BETWEEN 1 AND 2 days AGO > SUM(b.x) BETWEEN 1 AND 2 days AGO`,
		`COUNT(a) > COUNT(b) IN LAST 30 DAYS * 2`:      `COUNT(a) > COUNT(b) IN LAST 30 days * 2`,
		// The bounds of a window take + and - with a length of time; what stands behind is arithmetic with the aggregate.
		`COUNT(p) BETWEEN 2026-01-01 AND 2026-01-31 / COUNT(o) >= 0.2`: `(COUNT(p) BETWEEN 2026-01-01 AND 2026-01-31) / COUNT(o) >= 0.2`,
		`5 > COUNT(p) BETWEEN x AND y / 2`:                             `5 > (COUNT(p) BETWEEN x AND y) / 2`,
		`COUNT(p) BETWEEN low AND high / 2`:                            `COUNT(p) BETWEEN low AND high / 2`,
	} {
		if got := fmt.Sprint(segment.MustParse(text)); got != want {
			t.Errorf("%s is read as %s, want %s", text, got, want)
		}
	}
}
