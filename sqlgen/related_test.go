package sqlgen_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
)

// relatives is a layout in which most of what rules ask is in other tables.
func relatives() sqlgen.Tables {
	col := func(in, name string, t sqlgen.Type) sqlgen.Column {
		return sqlgen.Column{In: in, Column: name, Type: t}
	}
	table := func(name string) sqlgen.Relation { return sqlgen.Relation{Table: name} }
	return sqlgen.Tables{
		Contacts: table("contacts"),
		ID:       col("", "id", sqlgen.TypeInteger),
		Related: map[string]sqlgen.Related{
			"company":   {Relation: table("companies"), Key: "id", Owner: "company_id"},
			"country":   {Relation: table("countries"), Key: "code", Owner: "country_code", Of: "company"},
			"tagged":    {Relation: table("contact_tags"), Key: "contact_id", Many: true},
			"tag":       {Relation: table("tags"), Key: "id", Owner: "tag_id", Of: "tagged"},
			"plan":      {Relation: table("attributes"), Key: "contact_id", Match: map[string]rule.Value{"attribute": segment.Text("plan")}},
			"address":   {Relation: table("addresses"), Key: "contact_id", Order: "id"},
			"orders":    {Relation: table("orders"), Key: "contact_id", Many: true, Order: "id"},
			"items":     {Relation: table("items"), Key: "order_id", Owner: "id", Of: "orders", Many: true},
			"product":   {Relation: table("products"), Key: "id", Owner: "product_id", Of: "items"},
			"certified": {Relation: table("certificates"), Key: "company_id", Owner: "company_id", Many: true},
		},
		Fields: map[string]sqlgen.Column{
			"age": {Column: "age", Type: sqlgen.TypeInteger, Digits: 9}, "company.size": col("company", "size", sqlgen.TypeInteger), "company.country": col("country", "name", sqlgen.TypeText),
			"plan": col("plan", "value", sqlgen.TypeText), "city": col("address", "city", sqlgen.TypeText), "tags": col("tag", "name", sqlgen.TypeText), "certificates": col("certified", "year", sqlgen.TypeInteger),
			"orders": {In: "orders", Members: map[string]sqlgen.Column{
				"amount": {Column: "amount", Type: sqlgen.TypeInteger, Scale: 2}, "placed": {Column: "placed", Type: sqlgen.TypeTimestamp, Scale: 6},
				"items": {In: "items", Members: map[string]sqlgen.Column{"n": {Column: "n", Type: sqlgen.TypeInteger}, "product": col("product", "name", sqlgen.TypeText)}},
			}},
		},
		Events: []sqlgen.Events{{Relation: table("events"), Contact: "contact_id", Name: "opened", At: sqlgen.Column{Column: "at", Type: sqlgen.TypeTimestamp, Scale: 6}, Known: true}},
	}
}

// TestRelatedStatements keeps the statements of some rules about related tables in a file.
func TestRelatedStatements(t *testing.T) {
	var b strings.Builder
	for _, d := range sqlgen.Dialects() {
		for _, text := range []string{
			`company.size > 100 AND company.country = "France"`,
			`NOT (company.size > age)`,
			`plan = "pro" AND city IS SET`,
			`company.country = "France" AND COUNT(opened) >= 5`,
			`tags CONTAINS "vip"`,
			`tags NOT CONTAINS "vip" AND tags CONTAINS ALL OF ("a", "b")`,
			`tags IS NULL OR LENGTH(tags) >= 3`,
			`LENGTH(certificates) > age AND NO certificates HAS (ELEMENT < 2020)`,
			`ANY orders HAS (amount > 10 AND placed IN LAST 30 DAYS)`,
			`ALL orders HAS (amount > 10) AND AT LEAST 2 orders HAVE (amount > 10)`,
			`ANY orders HAS (ANY items HAS (product = "X" AND n > 1))`,
		} {
			q, err := sqlgen.Select(d, relatives(), segment.MustParse(text), at("2026-03-31T10:00:00Z"))
			if err != nil || q.Rest != nil {
				t.Errorf("%s: %s: %v, rest %v", d, text, err, q.Rest)
			}
			fmt.Fprintf(&b, "-- %s: %s\n%s\n-- %v\n\n", d, text, q.Text, q.Args)
		}
	}
	golden(t, filepath.Join("testdata", "related.sql"), b.String())
}

func TestRelatedTablesReadBack(t *testing.T) {
	text, err := json.Marshal(relatives())
	if err != nil {
		t.Fatal(err)
	}
	back, err := sqlgen.ParseTables(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if d := cmp.Diff(relatives(), back); d != "" {
		t.Errorf("(-before +after):\n%s", d)
	}
	for _, d := range sqlgen.Dialects() {
		if err := back.Validate(d); err != nil {
			t.Errorf("%s: %v", d, err)
		}
	}
}

// TestRelatedTablesAreChecked changes one thing at a time, and wants its place and what
// the error says.
func TestRelatedTablesAreChecked(t *testing.T) {
	related := func(t *sqlgen.Tables, name string, change func(r *sqlgen.Related)) {
		r := t.Related[name]
		change(&r)
		t.Related[name] = r
	}
	field := func(t *sqlgen.Tables, name string, change func(c *sqlgen.Column)) {
		c := t.Fields[name]
		change(&c)
		t.Fields[name] = c
	}
	for _, c := range []struct {
		place, says, suggestion string
		change                  func(*sqlgen.Tables)
	}{
		{"/related/company/of", "company → country → company", "", func(t *sqlgen.Tables) {
			related(t, "company", func(r *sqlgen.Related) { r.Of = "country" })
		}},
		{"/related/tag/of", "tag → tag", "", func(t *sqlgen.Tables) { related(t, "tag", func(r *sqlgen.Related) { r.Of = "tag" }) }},
		{"/related/country/of", `"compny"`, "company", func(t *sqlgen.Tables) { related(t, "country", func(r *sqlgen.Related) { r.Of = "compny" }) }},
		{"/related/country/owner", `"company"`, "", func(t *sqlgen.Tables) { related(t, "country", func(r *sqlgen.Related) { r.Owner = "" }) }},
		{"/related/tag/key", "missing", "", func(t *sqlgen.Tables) { related(t, "tag", func(r *sqlgen.Related) { r.Key = "" }) }},
		{"/related/tag", "table or a query", "", func(t *sqlgen.Tables) { related(t, "tag", func(r *sqlgen.Related) { r.Table = "" }) }},
		{"/related/tag/owner", "NUL", "", func(t *sqlgen.Tables) { related(t, "tag", func(r *sqlgen.Related) { r.Owner = "a\x00" }) }},
		{"/related/plan/match/attribute", "text", "", func(t *sqlgen.Tables) { t.Related["plan"].Match["attribute"] = segment.List() }},
		{"/related/plan/match/a~1b", "whole", "", func(t *sqlgen.Tables) { t.Related["plan"].Match["a/b"] = segment.Number(1.5) }},
		{"/related/plan/match/", "missing", "", func(t *sqlgen.Tables) { t.Related["plan"].Match[""] = segment.Number(1) }},
		{"/related/", "name", "", func(t *sqlgen.Tables) {
			t.Related[""] = sqlgen.Related{Relation: sqlgen.Relation{Table: "x"}, Key: "y"}
		}},
		{"/fields/plan/in", `"plans"`, "plan", func(t *sqlgen.Tables) { field(t, "plan", func(c *sqlgen.Column) { c.In = "plans" }) }},
		{"/fields/tags/type", "no type", "", func(t *sqlgen.Tables) { field(t, "tags", func(c *sqlgen.Column) { c.Type = "" }) }},
		{"/fields/tags", "a column or an expression", "", func(t *sqlgen.Tables) { field(t, "tags", func(c *sqlgen.Column) { c.Column = "" }) }},
		{"/fields/orders", "no column", "", func(t *sqlgen.Tables) { field(t, "orders", func(c *sqlgen.Column) { c.Column = "x" }) }},
		{"/fields/orders", "ambiguous", "", func(t *sqlgen.Tables) {
			t.Fields["orders.total"] = sqlgen.Column{Column: "total", Type: sqlgen.TypeInteger}
		}},
		{"/fields/orders/members/amount/type", "no type", "", func(t *sqlgen.Tables) {
			t.Fields["orders"].Members["amount"] = sqlgen.Column{Column: "amount", Type: "int"}
		}},
		{"/fields/orders/members/amount/in", "orders", "", func(t *sqlgen.Tables) {
			t.Fields["orders"].Members["amount"] = sqlgen.Column{In: "company", Column: "amount", Type: sqlgen.TypeText}
		}},
		{"/fields/orders/members/items/members/n/in", "product", "", func(t *sqlgen.Tables) {
			t.Fields["orders"].Members["items"].Members["n"] = sqlgen.Column{In: "prodct", Column: "amount", Type: sqlgen.TypeText}
		}},
		{"/fields/city/members", "many", "", func(t *sqlgen.Tables) {
			field(t, "city", func(c *sqlgen.Column) {
				c.Members = map[string]sqlgen.Column{"a": {Column: "a", Type: sqlgen.TypeText}}
			})
		}},
		{"/fields/id", "contact's id", "", func(t *sqlgen.Tables) {
			t.Fields["id"] = sqlgen.Column{In: "company", Column: "id", Type: sqlgen.TypeInteger}
		}},
		{"/id/in", "field", "", func(t *sqlgen.Tables) { t.ID.In = "company" }},
		{"/events/0/at/in", "field", "", func(t *sqlgen.Tables) { t.Events[0].At.In = "company" }},
	} {
		tables := relatives()
		c.change(&tables)
		err := tables.Validate(sqlgen.DialectPostgreSQL)
		var all segment.Errors
		if !errors.As(err, &all) || all[0].Path != c.place || !strings.Contains(all[0].Msg, c.says) || c.suggestion != "" && all[0].Suggestion != c.suggestion {
			t.Errorf("%s, %s: %v", c.place, c.says, err)
		}
		if _, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables, rule.Everyone{}, at("2026-01-01T00:00:00Z")); err == nil {
			t.Errorf("%s: Select takes it", c.place)
		}
	}
}

// TestNamesOfRelatedRows wants the nearest name for one that is not there.
func TestNamesOfRelatedRows(t *testing.T) {
	for text, want := range map[string]string{
		`ANY orders HAS (amuont > 10)`: "amount", `company.sise > 5`: "company.size", `ANY tags HAS (name = "x")`: "", `ANY orders HAS (ANY items HAS (prodct = "x"))`: "product",
	} {
		_, err := sqlgen.Select(sqlgen.DialectPostgreSQL, relatives(), segment.MustParse(text), at("2026-01-01T00:00:00Z"))
		var all segment.Errors
		if found := errors.As(err, &all); found != (want != "") || found && (all[0].Code != segment.ErrUnknown || strings.Trim(all[0].Suggestion, "`") != want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestUnknownMemberIsToldOnce has a name in a condition that is written several times. With
// a document, in which any field may be, the schema does not find it.
func TestUnknownMemberIsToldOnce(t *testing.T) {
	for _, d := range sqlgen.Dialects() {
		tables := relatives()
		tables.Document = "doc"
		_, err := sqlgen.Select(d, tables, segment.MustParse(`ANY orders HAS (amuont > 10)`), at("2026-01-01T00:00:00Z"))
		var all segment.Errors
		if !errors.As(err, &all) || len(all) != 1 || all[0].Suggestion != "amount" {
			t.Errorf("%s: %v", d, err)
		}
	}
}
