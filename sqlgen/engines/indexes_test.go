package engines_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// holder is a table of contacts with an integer id, a text and a document.
func holder() sqlgen.Tables {
	return sqlgen.Tables{
		Contacts: sqlgen.Relation{Table: "holders"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeInteger}, Document: "doc",
		Fields: map[string]sqlgen.Column{"email": {Column: "email", Type: sqlgen.TypeText},
			"labels": {Column: "doc", Path: []string{"labels"}, Type: sqlgen.TypeJSON, List: true}},
	}
}

// A held is a row of it.
type held struct {
	id         int64
	email, doc string
}

func hold(t *testing.T, e engines.Engine, rows []held) (stored []segment.Record) {
	t.Helper()
	columns := []engines.Column{named("id", engines.Integer), named("email", engines.Text), named("doc", engines.JSON)}
	if err := e.Create("holders", columns, "id"); err != nil {
		t.Fatal(err)
	}
	var cells [][]any
	for _, r := range rows {
		x := segment.Record{ID: fmt.Sprint(r.id), Fields: map[string]segment.Value{"email": segment.Text(r.email)}}
		for _, m := range segment.JSON(r.doc).Members() {
			if m.Name != "email" {
				x.Fields[m.Name] = m.Value
			}
		}
		stored = append(stored, x)
		cells = append(cells, []any{r.id, r.email, r.doc})
	}
	if err := e.Insert("holders", columns, cells); err != nil {
		t.Fatal(err)
	}
	return stored
}

// holds compares rules, and their negations, on all engines with segment.Evaluate. Those
// that are in exact must be decided by the database.
func holds(t *testing.T, rows []held, rules []string) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		stored, n := hold(t, e, rows), tally{}
		for _, text := range rules {
			c := segment.MustParse(text)
			_, _ = n.one(t, e, holder(), "holders", c, time.Unix(0, 0).UTC(), stored)
			_, _ = n.one(t, e, holder(), "holders", rule.Not{C: c}, time.Unix(0, 0).UTC(), stored)
		}
	})
}

// An id of the rule is compared as the integer that the column is: a text that no
// integer is written as is the id of nobody.
func TestIntegerIDs(t *testing.T) {
	var rows []held
	for _, id := range []int64{0, 1, 7, 42, -42, 420, 1 << 53, 1<<53 + 1, 1<<63 - 1, -1 << 63} {
		rows = append(rows, held{id, "a", `{}`})
	}
	var rules []string
	for _, id := range []string{"42", "042", "+42", "-42", "--42", "42.0", "42 ", " 42", "4_2", "0x2a", "４２", "42e0", "-0", "0", "00", "", "x", `4\u00002`,
		"9007199254740993", "9007199254740992", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "99999999999999999999"} {
		rules = append(rules, fmt.Sprintf(`id = "%s"`, id), fmt.Sprintf(`id IN ("%s", "7", "x")`, id), fmt.Sprintf(`id = "%s" IGNORING CASE`, id),
			fmt.Sprintf(`id != "%s"`, id), fmt.Sprintf(`id < "%s"`, id), fmt.Sprintf(`id STARTS WITH "%s"`, id), fmt.Sprintf(`id CONTAINS "%s"`, id))
	}
	holds(t, rows, append(rules, `id = 42`, `id IN (42, "7")`, `id BETWEEN "4" AND "5"`, `id IN ("7", NULL)`, `LENGTH(id) = 2`, `id = email`))
}

// What a document contains is what equals: numbers by value, lists by their elements.
func TestContainedDocuments(t *testing.T) {
	docs := []string{`{}`, `[]`, `"a"`, `5`, `null`, `["a"]`, `[5]`, `[{"plan": "a"}]`,
		`{"plan": "a"}`, `{"plan": ["a"]}`, `{"plan": {"plan": "a"}}`, `{"plan": "A"}`, `{"plan": "a "}`, `{"plan": null}`, `{"plan": ""}`, `{"plan": true}`,
		`{"plan": "true"}`, `{"plan": 5}`, `{"plan": 5.0}`, `{"plan": 5.00e0}`, `{"plan": "5"}`, `{"plan": [5]}`, `{"plan": 0}`, `{"plan": -0}`, `{"plan": -0.0}`, `{"plan": false}`,
		`{"plan": 9007199254740993}`, `{"plan": 9007199254740992}`, `{"plan": 0.1}`, `{"plan": 0.10000000000000000001}`,
		`{"company": {"size": 5, "name": "a"}}`, `{"company": [{"size": 5}]}`, `{"company": {"size": [5]}}`, `{"company": 5}`,
		`{"labels": ["a", 5]}`, `{"labels": [["a"], [5]]}`, `{"labels": [{"a": 5}]}`, `{"labels": []}`, `{"labels": ["ab", "true", true, null]}`,
		`{"tags": ["a", 5]}`, `{"tags": "a"}`, `{"tags": "xay"}`, `{"tags": [["a"]]}`, `{"tags": [5.0, false]}`, `{"tags": {"a": "a"}}`,
		`{"orders": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}]}`, `{"orders": [{"sku": "a", "n": 2, "tags": ["x"]}]}`, `{"orders": {"sku": "a", "n": 2}}`,
		`{"orders": [{"sku": ["a"], "n": 2}]}`, `{"orders": [[{"sku": "a", "n": 2}]]}`, `{"orders": [{"sku": "a", "lines": [{"n": 2}, {"m": 3}]}]}`,
		`{"orders": [{"sku": "a", "lines": [{"n": 2, "m": 3}]}, "a", null, 2]}`, `{"orders": [{"at": {"city": "a", "zip": 2}}]}`, `{"orders": []}`, `{"orders": null}`}
	var rows []held
	for i, d := range docs {
		rows = append(rows, held{int64(i), "a", d})
	}
	holds(t, rows, []string{
		`plan = "a"`, `plan != "a"`, `plan = 5`, `plan = 0`, `plan = 0.1`, `plan = TRUE`, `plan = FALSE`, `plan = ""`, `plan = "5"`, `plan = 9007199254740993`, `plan = "a" IGNORING CASE`,
		`plan IN ("a", 5, TRUE)`, `plan IN ("a", "5", NULL)`, `plan NOT IN ("a", 5)`, `plan = "a" OR plan = 5`, `plan = "a" AND company.size = 5`, `plan.plan = "a"`, `plan BETWEEN 5 AND 5`,
		`company.size = 5`, `company.name = "a" AND company.size = 5`, `company.size IN (5, 6)`, `company = 5`,
		`labels CONTAINS "a"`, `labels CONTAINS 5`, `labels CONTAINS TRUE`, `labels CONTAINS ANY OF ("a", "ab")`, `labels CONTAINS ALL OF ("a", 5)`, `labels CONTAINS "A" IGNORING CASE`,
		`tags CONTAINS "a"`, `tags CONTAINS 5`, `tags CONTAINS FALSE`, `tags CONTAINS ALL OF ("a", 5)`, `ANY tags = "a"`, `ANY tags = 5`, `NO tags = "a"`, `ALL tags = "a"`, `AT LEAST 2 tags HAVE (ELEMENT != "b")`,
		`ANY orders HAS (sku = "a" AND n = 2)`, `ANY orders HAS (sku = "a" AND n > 1)`, `NO orders HAS (sku = "a" AND n = 2)`, `NO orders HAS (sku = "a" AND n > 1)`, `ALL orders HAVE (sku = "a")`, `ALL orders HAVE (n >= 1)`,
		`AT LEAST 2 orders HAVE (n >= 1)`, `AT LEAST 1 orders HAVE (sku = "a")`, `AT LEAST 2 orders HAVE (sku = "a")`, `ANY orders HAS (sku = "a" OR n = 2)`, `ANY orders HAS (NOT sku = "a")`,
		`ANY orders HAS (sku = "a" AND sku = "b")`, `ANY orders HAS (sku = "a" AND ANY lines HAS (n = 2 AND m = 3))`, `ANY orders HAS (ANY lines HAS (n = 2) AND ANY lines HAS (m = 3))`,
		`ANY orders HAS (NO lines HAS (n = 2))`, `ANY orders HAS (tags CONTAINS "x")`, `ANY orders HAS (at.city = "a" AND at.zip = 2)`, `ANY orders = "a"`, `ANY orders = 2`, `ANY orders HAS (sku IN ("a", "b"))`,
		`ANY orders HAS (sku STARTS WITH "a" AND n = 2)`, `NOT (ANY orders HAS (sku = "a") AND plan = "a")`, `AT LEAST 1 OF (plan = "a", ANY orders HAS (n = 2))`,
	})
}

// Beginnings and parts of texts, with all characters that a pattern of LIKE or a range
// could stumble over.
func TestBeginnings(t *testing.T) {
	texts := []string{"", "a", "ab", "abc", "Ab", "áb", "a%", "a%b", "a_", "axb", `a\`, `a\b`, "a|b", "a||", "ab\U0010ffff", "ab\U0010ffffx", "ac", "\ud7ff", "\ud7ffx", "\ue000", "ß", "ss", "İ", "ab ", " ab", "ch", "aa", "å", "\U0001f600", "\U0001f600x", "%", "_", `\`, "|"}
	var rows []held
	for i, text := range texts {
		rows = append(rows, held{int64(i), text, fmt.Sprintf(`{"x": %s}`, segment.Text(text))})
	}
	var rules []string
	for _, text := range texts {
		quoted := segment.Text(text)
		rules = append(rules, fmt.Sprintf(`email STARTS WITH %s`, quoted), fmt.Sprintf(`email ENDS WITH %s`, quoted), fmt.Sprintf(`email CONTAINS %s`, quoted),
			fmt.Sprintf(`x STARTS WITH %s`, quoted), fmt.Sprintf(`email STARTS WITH %s IGNORING CASE`, quoted))
	}
	holds(t, rows, rules)
}

// TestIndexesAreUsed looks at the plans for rows enough that an index pays.
func TestIndexesAreUsed(t *testing.T) {
	made := map[string]string{
		"postgres": `CREATE INDEX holders_email ON holders (email text_pattern_ops); CREATE INDEX holders_doc ON holders USING gin (doc jsonb_path_ops);
CREATE INDEX holders_tier ON holders ((doc ->> 'tier')); ANALYZE holders`,
		"sqlite":  `CREATE INDEX holders_email ON holders (email); ANALYZE`,
		"mariadb": `CREATE INDEX holders_email ON holders (email(100)); ANALYZE TABLE holders`,
	}
	type plan struct{ rule, postgres, sqlite, mariadb string }
	plans := []plan{
		{`id = "42"`, "holders_pkey", "PRIMARY KEY", "PRIMARY"},
		{`id IN ("42", "x", "7")`, "holders_pkey", "PRIMARY KEY", "PRIMARY"},
		{`email STARTS WITH "m77"`, "holders_email", "holders_email", "holders_email"},
		{`plan = "p77"`, "holders_doc", "", ""},
		{`n = 77`, "holders_doc", "", ""},
		{`n IN (77, 78)`, "holders_doc", "", ""},
		{`plan = "p77" OR n = 5`, "holders_doc", "", ""},
		{`company.size = 77`, "holders_doc", "", ""},
		{`labels CONTAINS "l77"`, "holders_doc", "", ""},
		{`labels CONTAINS ALL OF ("l77", "even")`, "holders_doc", "", ""},
		{`ANY tags = "l77"`, "holders_doc", "", ""},
		{`ANY orders HAS (sku = "s77" AND n > 3)`, "holders_doc", "", ""},
		{`AT LEAST 2 orders HAVE (sku = "s77")`, "holders_doc", "", ""},
		{`tier = "t77"`, "holders_tier", "", ""},
	}
	var rows []held
	for i := range 5000 {
		rows = append(rows, held{int64(i), fmt.Sprintf("m%d", i), fmt.Sprintf(`{"plan": "p%d", "n": %d, "company": {"size": %d}, "labels": ["l%d", "even"], "tags": ["l%d"], "orders": [{"sku": "s%d", "n": 5}], "tier": "t%d"}`,
			i, i, i, i, i, i, i)})
	}
	tables := holder()
	tables.Fields["tier"] = sqlgen.Column{Expr: "({}.doc ->> 'tier')", Type: sqlgen.TypeText}
	for name, indexes := range made {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			hold(t, e, rows)
			for stmt := range strings.SplitSeq(indexes, "; ") {
				if err := e.Exec(stmt); err != nil {
					t.Fatal(err)
				}
			}
			for _, p := range plans {
				want := map[string]string{"postgres": p.postgres, "sqlite": p.sqlite, "mariadb": p.mariadb}[name]
				if want == "" {
					continue
				}
				q, err := sqlgen.Select(dialectOf(e), tables, segment.MustParse(p.rule), time.Unix(0, 0))
				if err != nil {
					t.Fatal(err)
				}
				explain := map[string]string{"postgres": "EXPLAIN ", "sqlite": "EXPLAIN QUERY PLAN ", "mariadb": "EXPLAIN "}[name]
				lines, err := e.Rows(explain+q.Text, q.Args)
				if err != nil {
					t.Fatalf("%s: %v\n%s", p.rule, err, q.Text)
				}
				if got := fmt.Sprint(lines); !strings.Contains(got, want) {
					t.Errorf("%s does not use %s\n%s\n%s", p.rule, want, q.Text, got)
				}
			}
		})
	}
}
