package engines_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// What databases are known to take for the same though it is not, or to stumble
// over, once as values in a column, once in JSON.

func trapTexts() []string {
	return []string{"USA", "usa", "Usa", "é", "e", "e\u0301", "E", "a", "a ", " a", "A", "ß", "ss", "SS", "ſ", "s", "\u212a", "k", "K", "", " ", "\t", "\u00a0",
		"\u200b", "😀", "\uffff", "it's", `say "hi"`, `back\slash`, `\'`, "%", "_", "a%", "-- x", "/* x */", "{{x}}", ":name", "?", "$1", "@p1", "line\nbreak", "I", "ı", "i", "İ", "null", "5",
		"2026-01-31", "2026-02-30", "2026-01-31T10:00:00Z"}
}

// trapTimes are texts that are instants or days, or nearly.
func trapTimes() []string {
	return []string{"2026-01-31T10:00:00.5Z", "2026-01-31T10:00:00.500Z", "2026-01-31T10:00:00.000000001Z", "2026-01-31T10:00:00.0000000019Z", "2026-01-31T12:00:00+02:00", "2026-01-31T05:15:00-04:45",
		"2026-01-31T23:59:59+23:59", "2026-01-31T10:00:00+24:00", "2026-01-31T10:00:00.Z", "2026-01-31T10:00:00,5Z", "2026-01-31t10:00:00Z", "2026-01-31T10:00:00z", "2026-01-31T10:00:60Z", "2026-01-31T24:00:00Z",
		"2026-01-31 10:00:00Z", "2026-01-31T10:00Z", "2026-01-31T10:00:00", "2026-1-31", "2026-13-01", "2026-00-10", "2026-04-31", "2024-02-29", "2025-02-29", "2000-02-29", "1900-02-29", "0001-01-01", "9999-12-31",
		"1850-06-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2024-02-29T00:00:00Z", "2023-02-29T00:00:00Z", " 2026-01-31", "2026-01-31 ", "2026-01-31T10:00:00Z ", "+2026-01-31", "a\nb", "2026-01-30T23:30:00-01:00", "2026-02-01", "2026-02-01T00:00:00Z",
		"2026-01-31\n", "2026-01-31T10:00:00Z\n", "0000-05-05", "0000-05-05T00:00:00Z"}
}

func trapNumbers() []string {
	return []string{"0", "-0", "0.0", "-0.0", "1", "1.0", "1.5", "1.50", "0.1", "0.10000000000000001", "0.10000000000000002", "0.30000000000000004", "0.3", "1e2", "100", "1E+2", "1e-7",
		"0.0000001", "9007199254740992", "9007199254740993", "9007199254740994", "-9007199254740993", "9223372036854775807", "9223372036854775806", "-9223372036854775808",
		"9223372036854775808", "18446744073709551615", "18446744073709551614", "12345678901234567890.5", "-1", "-1.5", "5", "4.999", "5.001", "1e18", "1000000000000000000", "-99.99", "99.99", "2.5", "2", "3",
		"19.999999999999999", "20", "20.000000000000001", "-0.10000000000000000001", "999999999999999.95", "999999999999999.9499999999999999", "1234567890.1234567890123", "0.12345678901234567890123", "4503599627370497.5", "4503599627370497.4999"}
}

// trapJSON are values that are neither texts nor numbers, or not as expected.
func trapJSON() []string {
	return []string{"null", "true", "false", "[]", "{}", "[ ]", "{ }", "[null]", `["a"]`, `["a", "A", "é", 5, null, ["a"]]`, `[5]`, `[5.0, "5"]`, `{"a": 1}`, `{"x": {"y": 5}}`, `{"x": "5"}`, `{"x": [5]}`,
		`[{"product": "X", "amount": 11}, {"product": "Y", "amount": 9}]`, `[{"product": "X", "amount": "11"}, 7, "X", null]`, `[{"amount": 1}, {"amount": 9007199254740993}]`, `"5"`, `"true"`, `"null"`, `"\u0041"`, `"\ud83d\ude00"`, `"\"quoted\" \\ \/ \n"`}
}

// trapRules are rules about the field x, in which V stands for every constant.
func trapRules() (texts, numbers, others []string) {
	texts = []string{"x = V", "x != V", "x IN (V, \"zzz\")", "x NOT IN (V, \"a\", \"USA\")", "x < V", "x <= V", "x > V", "x >= V", "x CONTAINS V", "x STARTS WITH V", "x ENDS WITH V",
		"x = V IGNORING CASE", "x CONTAINS V IGNORING CASE", "x STARTS WITH V IGNORING CASE", "x ENDS WITH V IGNORING CASE", "x IN (V, \"b\") IGNORING CASE",
		"x CONTAINS ALL OF (V, \"a\")", "x NOT CONTAINS V", "ANY x = V", "ALL x = V", "NO x = V", "x BETWEEN V AND \"b\""}
	numbers = []string{"x = V", "x != V", "x < V", "x <= V", "x > V", "x >= V", "x IN (V, 77)", "x BETWEEN V AND 5", "x.y = V", "x.x = V", "ANY x = V", "ANY x HAS (amount >= V)"}
	others = []string{"x IS NULL", "x IS SET", "x IS BLANK", "x IS NOT BLANK", "LENGTH(x) = 1", "LENGTH(x) >= 2", "LENGTH(x) < 1", "x = TRUE", "x = FALSE", "x != TRUE", "x CONTAINS 5", "x CONTAINS \"a\"",
		`ANY x HAS (product = "X" AND amount > 10)`, `NO x HAS (product = "X")`, `ALL x HAVE (amount > 0)`, `AT LEAST 2 x HAVE (amount > 0)`, "x.y = 5", `x.x = "5"`, "x.y IS NULL", "x.x IS SET", "x = x", "x < x",
		`x MATCHES "^a"`, `x MATCHES "a$"`, `x MATCHES "^a$"`, `x MATCHES "."`, `x MATCHES "k|ss" IGNORING CASE`, "x = 2026-01-31", "x WITHIN LAST 1 year", "x + 1 = 6", "x * 2 > 3", "4.999999999999999 * x > 5.000000000000001", "x / 3 * 3 = x", "x % 2 = 1",
		"x < 2026-01-31", "x >= 2026-01-31T10:00:00Z", "x <= 2026-01-31T10:00:00.000000001Z", "x > 2026-01-31T10:00:00Z", "x = 2026-01-31T10:00:00.5Z", "x OLDER THAN 1 month", "x DURING THIS MONTH", "AGE(x) > 1 day", "x + 1 day > NOW", "x BETWEEN 2024-01-01 AND 2026-01-31",
		"x - 2026-01-01 < 30 days", "DATE(x) = 2026-01-31", "x + 1 month > 2026-02-28", "x < 0002-01-01", "x > 9998-01-01", "x != TODAY", "x = TODAY IN ZONE \"Asia/Tokyo\"", "x IN (2026-01-31, 2024-02-29)", "NOT x WITHIN LAST 1 day", "x - x = 0", "10 / x > 3",
		"x + (x - x) <= x", "x - (x - x) >= x", "(x - x) + x = x", "(x - x) * 2 <= x - x", "x - x + (x - x) = x - x", "(x - x) / (x - x + 1) = 0", "(x - x) / 2 >= x - x", "x + x - x = x", "x IN CIDR (\"10.0.0.0/8\")", "AT LEAST 1 OF (x = 5, x = \"a\")", "EXACTLY 0 OF (x = 5, x IS NULL)"}
	return texts, numbers, others
}

func TestTraps(t *testing.T) {
	texts, numbers, others := trapRules()
	var rules []string
	add := func(forms []string, constants []string, write func(string) string) {
		for _, form := range forms {
			for _, c := range constants {
				rules = append(rules, strings.ReplaceAll(form, "V", write(c)))
			}
		}
	}
	add(texts, trapTexts(), func(s string) string { return segment.Text(s).String() })
	add(numbers, trapNumbers(), func(s string) string { return s })
	rules = append(rules, others...)
	at := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	engines.All(t, func(t *testing.T, e engines.Engine) {
		within := layout{name: "json within json", fields: map[string]sqlgen.Column{"x": {Column: "x", Path: []string{"x"}, Type: sqlgen.TypeJSON}}}
		contacts, written := trapContacts()
		within.written = written
		within.ask(t, e, contacts, rules, at)
		for _, typ := range []sqlgen.Type{sqlgen.TypeJSON, sqlgen.TypeText, sqlgen.TypeFloat, sqlgen.TypeInteger, sqlgen.TypeDecimal} {
			if testing.Short() && typ != sqlgen.TypeJSON && typ != sqlgen.TypeText {
				continue
			}
			c := sqlgen.Column{Column: "x", Type: typ}
			if typ == sqlgen.TypeDecimal {
				c.Digits, c.Scale = 18, 4
			}
			if e.Name() == "sqlite" && typ == sqlgen.TypeDecimal {
				c.Type = sqlgen.TypeInteger
			}
			l := layout{name: string(typ), fields: map[string]sqlgen.Column{"x": c}}
			if typ == sqlgen.TypeJSON {
				l.written = written
			}
			l.ask(t, e, contacts, rules, at)
		}
	})
}

// ask holds what an engine says of each rule against what Evaluate does.
func (l layout) ask(t *testing.T, e engines.Engine, contacts []segment.Record, rules []string, at time.Time) {
	stored, err := l.load(e, contacts)
	if err != nil {
		t.Fatal(err)
	}
	n := tally{}
	for i, rule := range rules {
		if tooSlow(e, i) {
			continue
		}
		if l.fields["x"].Type != sqlgen.TypeJSON && strings.Contains(rule, "x.") {
			continue // which is no field then
		}
		n.one(t, e, l.tables(), l.name, segment.MustParse(rule), at, stored)
		if n.differed > 10 {
			t.Fatal("too many differences")
		}
	}
	t.Logf("%s: %d rules, %d contacts", l.name, len(rules), len(stored))
}

// trapContacts has a contact for each value, and one without; and the values as
// JSON.
func trapContacts() (xs []segment.Record, written map[string]string) {
	written = map[string]string{}
	add := func(v segment.Value, text string) {
		id := fmt.Sprintf("c%03d", len(xs))
		xs = append(xs, segment.Record{ID: id, Fields: map[string]segment.Value{"x": v}})
		written[id] = text
	}
	add(segment.Value{}, "null")
	for _, s := range append(trapTexts(), trapTimes()...) {
		add(segment.Text(s), plainJSON(segment.Text(s)))
	}
	for _, s := range append(trapNumbers(), trapJSON()...) {
		add(segment.JSON(s), s)
	}
	for _, s := range []string{"19.999999999999999", "20", "20.000000000000001", "20.0", "0.12345678901234567890123"} {
		for _, text := range []string{"[1, " + s + "]", `[{"amount": ` + s + "}]", `{"x": ` + s + `, "y": {"z": ` + s + "}}"} {
			add(segment.JSON(text), text)
		}
	}
	return xs, written
}
