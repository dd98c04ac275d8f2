package sqlgen_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
)

func TestTablesJSON(t *testing.T) {
	for name, tables := range map[string]sqlgen.Tables{"crm": crm(sqlgen.DialectPostgreSQL), "listmonk": sqlgen.Listmonk()} {
		text, err := json.Marshal(tables)
		if err != nil {
			t.Fatal(err)
		}
		back, err := sqlgen.ParseTables(text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		if d := cmp.Diff(tables, back); d != "" {
			t.Errorf("%s (-before +after):\n%s", name, d)
		}
		if err := back.Validate(sqlgen.DialectPostgreSQL); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{``, `[]`, `{"contact": {}}`, `{"id": {"columns": "x"}}`, `{} {}`, `{"events": {}}`} {
		if _, err := sqlgen.ParseTables([]byte(text)); !errors.Is(err, segment.ErrSyntax) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestTablesAreChecked changes one thing at a time, and wants its place.
func TestTablesAreChecked(t *testing.T) {
	for place, change := range map[string]func(*sqlgen.Tables){
		"/contacts":         func(t *sqlgen.Tables) { t.Contacts.Table = "" },
		"/contacts/schema":  func(t *sqlgen.Tables) { t.Contacts = sqlgen.Relation{Schema: "a", Query: "SELECT 1"} },
		"/contacts/table":   func(t *sqlgen.Tables) { t.Contacts.Table = "a\x00" },
		"/id/type":          func(t *sqlgen.Tables) { t.ID.Type = sqlgen.TypeDate },
		"/fields/age/type":  func(t *sqlgen.Tables) { t.Fields["age"] = sqlgen.Column{Column: "age", Type: "int"} },
		"/fields/age":       func(t *sqlgen.Tables) { t.Fields["age"] = sqlgen.Column{Type: sqlgen.TypeText} },
		"/fields/a~1b/expr": func(t *sqlgen.Tables) { t.Fields["a/b"] = sqlgen.Column{Expr: "\x00", Type: sqlgen.TypeText} },
		"/fields/x/type": func(t *sqlgen.Tables) {
			t.Fields["x"] = sqlgen.Column{Column: "x", Path: []string{"a"}, Type: sqlgen.TypeDate}
		},
		"/events/0":         func(t *sqlgen.Tables) { t.Events[0].Names = "" },
		"/events/0/at/type": func(t *sqlgen.Tables) { t.Events[0].At.Type = sqlgen.TypeText },
		"/events/0/contact": func(t *sqlgen.Tables) { t.Events[0].Contact = "" },
		"/events/0/props/x/values": func(t *sqlgen.Tables) {
			t.Events[0].Props["x"] = sqlgen.Column{Column: "x", Type: sqlgen.TypeTimestamp, Values: []string{"a"}}
		},
		"/fields/x/empty_is_missing": func(t *sqlgen.Tables) {
			t.Fields["x"] = sqlgen.Column{Column: "x", Type: sqlgen.TypeJSON, EmptyIsMissing: true}
		},
		"/fields/x/scale": func(t *sqlgen.Tables) {
			t.Fields["x"] = sqlgen.Column{Column: "x", Type: sqlgen.TypeISOTimestamp, Scale: 10}
		},
		"/id/empty_is_missing": func(t *sqlgen.Tables) { t.ID.EmptyIsMissing = true },
		"/lists/list":          func(t *sqlgen.Tables) { t.Lists.List = "" },
		"/segments/segment":    func(t *sqlgen.Tables) { t.Segments.Segment = "" },
		"/history/field":       func(t *sqlgen.Tables) { t.History.Field = "" },
		"/contacts/query":      func(t *sqlgen.Tables) { t.Contacts = sqlgen.Relation{Query: "SELECT 1; "} },
	} {
		tables := crm(sqlgen.DialectPostgreSQL)
		change(&tables)
		err := tables.Validate(sqlgen.DialectPostgreSQL)
		var all segment.Errors
		if !errors.As(err, &all) || all[0].Path != place {
			t.Errorf("%s: %v", place, err)
		}
		if _, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables, rule.Everyone{}, at("2026-01-01T00:00:00Z")); err == nil {
			t.Errorf("%s: Select takes it", place)
		}
	}
	tables := crm(sqlgen.DialectPostgreSQL)
	if err := tables.Validate(sqlgen.DialectSQLite); err == nil || !strings.Contains(err.Error(), "decimals") {
		t.Errorf("decimals in SQLite: %v", err)
	}
	lacks := map[sqlgen.Type][]sqlgen.Dialect{sqlgen.TypeUUID: {sqlgen.DialectSQLite}, sqlgen.TypeEnum: {sqlgen.DialectSQLite},
		sqlgen.TypeCIText:    {sqlgen.DialectSQLite, sqlgen.DialectMySQL, sqlgen.DialectDuckDB, sqlgen.DialectClickHouse},
		sqlgen.TypeTextArray: {sqlgen.DialectSQLite, sqlgen.DialectMySQL}}
	for _, d := range sqlgen.Dialects() {
		for typ, without := range lacks {
			tables := crm(d)
			tables.Fields["x"] = sqlgen.Column{Column: "x", Type: typ}
			if err := tables.Validate(d); (err != nil) != slices.Contains(without, d) {
				t.Errorf("%s in %s: %v", typ, d, err)
			}
		}
	}
}

func TestParseTablesRefuses(t *testing.T) {
	for _, text := range []string{
		`{"contacts": {"table": "a"}, "contacts": {"table": "b"}}`, `{"fields": {"a": {"column": "x", "type": "text"}, "a": {"column": "y", "type": "text"}}}`,
		`{"contacts": {"table": "a"}}}`, `{"contacts": {"table": "a"}} {}`, `{"contacts": {"tabel": "a"}}`, `{"contacts": `, ``,
	} {
		if _, err := sqlgen.ParseTables([]byte(text)); err == nil {
			t.Errorf("it takes %s", text)
		}
	}
}
