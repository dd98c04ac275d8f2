package sqlgen_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

// A construct of the rule language, with a rule that is an example of it over
// columns, and one over JSON.
type construct struct{ name, columns, json string }

func constructs() []construct {
	return []construct{
		{"text: =, IN, order", `country IN ("US", "CA") AND email < "m"`, `plan IN ("a", "b") AND plan < "m"`},
		{"text: CONTAINS, STARTS WITH, ENDS WITH", `email CONTAINS "@x" AND email ENDS WITH ".com"`, `plan STARTS WITH "VP"`},
		{"text: IGNORING CASE", `country = "us" IGNORING CASE`, `plan CONTAINS "Pro" IGNORING CASE`},
		{"text: order IGNORING CASE", `country < "us" IGNORING CASE`, `plan < "us" IGNORING CASE`},
		{"MATCHES: a literal, anchored or not", `email MATCHES "@x\\.com$"`, `plan MATCHES "^pro"`},
		{"MATCHES: any RE2 of ASCII", `email MATCHES "^[a-z]+@"`, `plan MATCHES "a|b"`},
		{"IS NULL, IS SET, IS BLANK", `country IS SET AND email IS NOT BLANK`, `plan IS BLANK`},
		{"LENGTH", `LENGTH(email) > 5`, `LENGTH(tags) >= 2`},
		{"number: =, order, IN, BETWEEN", `age BETWEEN 18 AND 30`, `size >= 2.5`},
		{"number: + - × of integers and decimals", `age * 2 + 1 > 40`, `size * 2 + 1 > 40`},
		{"number: ÷", `age / 3 > 5`, `size / 3 > 5`},
		{"number: %", `age % 10 = 3`, `size % 10 = 3`},
		{"number: arithmetic with floats", `score * 2 > 1`, ``},
		{"bool", `vip = TRUE`, `beta != FALSE`},
		{"two fields", `country = billing_country`, `plan = tier`},
		{"instant: order, windows, ago", `last_seen > 30 days ago AND created_at < 2026-01-01`, `seen > 30 days ago`},
		{"instant: calendar windows", `last_seen DURING THIS MONTH`, `seen DURING THIS MONTH`},
		{"AGE, differences with a constant", `AGE(created_at) > 365 days`, `AGE(seen) > 365 days`},
		{"date: order, windows, TODAY - n", `birthday < TODAY - 18 years`, `born < TODAY - 18 years`},
		{"date: YEAR, QUARTER, MONTH, DAY, WEEKDAY", `MONTH(birthday) = CURRENT_MONTH()`, `MONTH(born) = 5`},
		{"ANNIVERSARY of a date", `ANNIVERSARY(birthday) WITHIN NEXT 7 days`, `ANNIVERSARY(born) = TODAY`},
		{"ANNIVERSARY of a date, some days before", `ANNIVERSARY(birthday) - 3 days = TODAY`, ``},
		{"MONTH, HOUR … of an instant", `HOUR(last_seen) >= 18`, `HOUR(seen) >= 18`},
		{"UNIX, UNIX_MILLI", `UNIX(age) < 2026-01-01T00:00:00Z`, `UNIX(size) < 2026-01-01T00:00:00Z`},
		{"TIME of two fields", `TIME(last_seen) > TIME(created_at)`, `TIME(seen) > TIME(born)`},
		{"TIME beside a constant", `TIME(last_seen) > 2026-01-01`, `TIME(seen) > 2026-01-01`},
		{"NUMBER", `NUMBER(age) >= 18 AND SUM(purchase.amount AS NUMBER) > 5`, `NUMBER(size) >= 18`},
		{"COALESCE", `COALESCE(age, 0) < 18 AND COALESCE(LAST(purchase.amount), 0) < 10`, `COALESCE(size, 0) < 18 AND COALESCE(plan, tier, "free") = "free"`},
		{"COALESCE in arithmetic", `COALESCE(age, 0) + 1 > 18`, ``},
		{"the clock alone", `MONTH(TODAY) IN (11, 12)`, ``},
		{"IN ZONE of a name", `birthday = TODAY IN ZONE "Asia/Tokyo"`, ``},
		{"IN ZONE of a field", `birthday = TODAY IN ZONE country`, `birthday = TODAY IN ZONE plan`},
		{"list: CONTAINS, ANY, ALL, NO, AT LEAST k", ``, `tags CONTAINS ANY OF ("a", "b") AND NO tags = "c"`},
		{"list of objects: HAS", ``, `ANY orders HAS (product = "X" AND amount > 10)`},
		{"related rows: one value", `company.size > 100 AND company.country = "France"`, ``},
		{"related rows: list of values", `labels CONTAINS "vip" AND NO labels = "lost" AND LENGTH(labels) >= 2`, ``},
		{"related rows: list of objects", `ANY invoices HAS (product = "X" AND amount > 10) AND AT LEAST 2 invoices HAVE (amount > 5)`, ``},
		{"IN CIDR", `country IN CIDR ("10.0.0.0/8")`, `plan IN CIDR ("10.0.0.0/8")`},
		{"VERSION", `VERSION(country) >= "2.10.0"`, `VERSION(plan) >= "2.10.0"`},
		{"HASH", `HASH(id, "salt") % 100 < 20`, ``},
		{"COUNT, DID, NEVER DID, windows, prefixes", `COUNT(opened | email_*) >= 5 IN LAST 30 DAYS AND NEVER DID unsubscribe`, ``},
		{"WHERE", `COUNT(purchase WHERE sku = "X") >= 2`, `COUNT(purchase WHERE color = "red") >= 2`},
		{"SUM, AVG", `SUM(purchase.amount) > 500 AND AVG(purchase.amount) > 20`, `SUM(purchase.weight) > 5`},
		{"MIN, MAX", `MAX(purchase.amount) > 60`, `MAX(purchase.weight) > 60`},
		{"DISTINCT", `DISTINCT(purchase.sku) >= 3 IN LAST 1 YEAR`, `DISTINCT(purchase.color) >= 3`},
		{"FIRST, LAST of the instant", `LAST(purchase) OLDER THAN 90 days`, ``},
		{"FIRST, LAST of a property", `LAST(purchase.sku) = "X"`, `LAST(purchase.color) = "red"`},
		{"ratios and sums of aggregates", `COUNT(clicked) / COUNT(opened) >= 0.2 AND COUNT(a) * 2 + COUNT(b) * 5 >= 40`, ``},
		{"THEN, THEN NOT within a fixed span", `DID cart_add THEN NOT purchase WITHIN 24 hours`, ``},
		{"THEN within months", `DID cart_add THEN purchase WITHIN 1 month`, ``},
		{"IN AT LEAST k OF LAST n units", `DID opened IN AT LEAST 3 OF LAST 4 WEEKS`, ``},
		{"IN LIST, JOINED LIST, IN SEGMENT", `IN LIST "a" AND JOINED LIST "b" IN LAST 14 DAYS AND NOT IN SEGMENT "c"`, ``},
		{"CHANGED, HAS BEEN", `country CHANGED IN LAST 30 DAYS AND country HAS BEEN "US" FOR AT LEAST 7 days`, ``},
		{"AT LEAST k OF, EXACTLY, NOT", `AT LEAST 2 OF (age > 5, vip = TRUE, country = "US")`, ``},
	}
}

// TestConstructs keeps the table of the documentation true: which constructs a
// database decides.
func TestConstructs(t *testing.T) {
	var b strings.Builder
	b.WriteString("# What each database decides\n\nWritten by a test from the code (`go test ./sqlgen -run Constructs -rewrite`), with the tables of that test: columns of\n" +
		"each type, and a JSON column for all else. *Rest*: the statement gives candidates, and `Query.Filter` decides. See [sqlgen.md](sqlgen.md).\n\n")
	b.WriteString("| construct | example | " + strings.Join(dialectNames(), " | ") + " |\n|---|---|" + strings.Repeat("---|", len(dialectNames())) + "\n")
	for _, c := range constructs() {
		for i, rule := range []string{c.columns, c.json} {
			if rule == "" {
				continue
			}
			name := c.name
			if i == 1 {
				name += ", in JSON"
			}
			fmt.Fprintf(&b, "| %s | `%s` |", name, strings.ReplaceAll(rule, "|", "\\|"))
			for _, d := range sqlgen.Dialects() {
				q, err := sqlgen.Select(d, crm(d), segment.MustParse(rule), at("2026-03-31T10:00:00Z"))
				switch {
				case err != nil:
					t.Errorf("%s: %s: %v", d, rule, err)
				case q.Rest == nil:
					b.WriteString(" pushed |")
				default:
					b.WriteString(" Rest |")
				}
			}
			b.WriteString("\n")
		}
	}
	golden(t, filepath.Join("..", "docs", "sqlgen-constructs.md"), b.String())
}

func dialectNames() (names []string) {
	for _, d := range sqlgen.Dialects() {
		names = append(names, string(d))
	}
	return names
}
