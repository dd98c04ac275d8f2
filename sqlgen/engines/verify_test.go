package engines_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// verifyTables makes tables, and declares them as they are.
func verifyTables(t *testing.T, e engines.Engine) sqlgen.Tables {
	t.Helper()
	if e.Name() == "postgres" {
		run(t, e, "DROP VIEW IF EXISTS verify_view; DROP TYPE IF EXISTS verify_state CASCADE; CREATE TYPE verify_state AS ENUM ('a', 'b'); CREATE EXTENSION IF NOT EXISTS citext")
	}
	types := map[string]map[string]string{
		"postgres":   {"text": "text", "int": "bigint", "float": "float8", "bool": "boolean", "time": "timestamptz", "date": "date", "json": "jsonb", "uuid": "uuid", "enum": "verify_state"},
		"mariadb":    {"text": "VARCHAR(50)", "int": "BIGINT UNSIGNED", "float": "DOUBLE", "bool": "TINYINT(1)", "time": "DATETIME(6)", "date": "DATE", "json": "JSON", "uuid": "UUID", "enum": "ENUM('a', 'b')"},
		"sqlite":     {"text": "TEXT", "int": "INTEGER", "float": "REAL", "bool": "BOOLEAN", "time": "DATETIME", "date": "DATE", "json": "TEXT", "uuid": "TEXT", "enum": "TEXT"},
		"duckdb":     {"text": "VARCHAR", "int": "UBIGINT", "float": "DOUBLE", "bool": "BOOLEAN", "time": "TIMESTAMP", "date": "DATE", "json": "JSON", "uuid": "UUID", "enum": "ENUM('a', 'b')"},
		"clickhouse": {"text": "String", "int": "Nullable(UInt64)", "float": "Nullable(Float64)", "bool": "Nullable(Bool)", "time": "Nullable(DateTime64(6, 'UTC'))", "date": "Nullable(Date32)", "json": "String", "uuid": "Nullable(UUID)", "enum": "LowCardinality(Nullable(String))"},
	}[e.Name()]
	after := map[string]string{"clickhouse": " ENGINE = MergeTree ORDER BY tuple()"}[e.Name()]
	var cols []string
	tables := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "verify_people", Where: "{}.c_bool IS NULL OR {}.c_text = {name}"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeText}, Fields: map[string]sqlgen.Column{},
		Params: map[string]rule.Value{"name": rule.Text("it's")}}
	fits := map[string]sqlgen.Type{"text": "text", "int": "integer", "float": "float", "bool": "bool", "time": "timestamp", "date": "date", "json": "json", "uuid": "uuid", "enum": "enum"}
	switch e.Name() {
	case "sqlite":
		fits["uuid"], fits["enum"] = "text", "text"
	case "clickhouse":
		fits["enum"] = "text"
	}
	for _, name := range []string{"text", "int", "float", "bool", "time", "date", "json", "uuid", "enum"} {
		cols = append(cols, "c_"+name+" "+types[name])
		tables.Fields[name] = sqlgen.Column{Column: "c_" + name, Type: fits[name]}
	}
	tables.Fields["deep"] = sqlgen.Column{Column: "c_json", Path: []string{"a"}, Type: sqlgen.TypeJSON}
	tables.Fields["made"] = sqlgen.Column{Expr: "COALESCE({}.c_text, {name}) -- a comment", Type: sqlgen.TypeText}
	run(t, e, "DROP TABLE IF EXISTS verify_people; DROP TABLE IF EXISTS verify_events")
	run(t, e, "CREATE TABLE verify_people (id "+types["text"]+", "+strings.Join(cols, ", ")+")"+after)
	run(t, e, "CREATE TABLE verify_events (contact "+types["text"]+", name "+types["text"]+", ts "+types["time"]+", seq "+types["int"]+", doc "+types["json"]+", amount "+types["int"]+")"+after)
	run(t, e, "INSERT INTO verify_people (id) VALUES ('a'), ('A'), ('c')")
	at := sqlgen.Column{Column: "ts", Type: sqlgen.TypeTimestamp}
	of := sqlgen.Relation{Table: "verify_events"}
	tables.Events = []sqlgen.Events{{Relation: of, Contact: "contact", Names: "name", At: at, Order: "seq", Document: "doc", Props: map[string]sqlgen.Column{"amount": {Column: "amount", Type: sqlgen.TypeInteger}}}}
	tables.Lists = &sqlgen.Lists{Relation: sqlgen.Relation{Query: "SELECT contact, name, ts FROM verify_events -- all"}, Contact: "contact", List: "name", Joined: &at}
	tables.Segments = &sqlgen.Segments{Relation: of, Contact: "contact", Segment: "name"}
	tables.History = &sqlgen.History{Relation: of, Contact: "contact", Field: "name", At: at, Value: sqlgen.Column{Column: "doc", Type: sqlgen.TypeJSON}, Order: "seq"}
	return tables
}

// TestVerify changes one thing at a time, and wants its place and what is told.
func TestVerify(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		tables := verifyTables(t, e)
		db := engines.DB(e)
		if err := tables.Verify(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		column := func(name string, typ sqlgen.Type) sqlgen.Column { return sqlgen.Column{Column: name, Type: typ} }
		dues := func(table, contact, due string) *sqlgen.Dues {
			return &sqlgen.Dues{Relation: sqlgen.Relation{Table: table}, Contact: contact, Segment: "name", Due: column(due, sqlgen.TypeTimestamp)}
		}
		changes := []struct {
			place, msg string
			do         func(t *sqlgen.Tables)
		}{
			{"/contacts/table", "did you mean verify_people?", func(t *sqlgen.Tables) { t.Contacts.Table = "verify_peopel" }},
			{"/contacts/where", "the database refuses the condition", func(t *sqlgen.Tables) { t.Contacts.Where = "{}.nothing = {name}" }},
			{"/id/column", `no column "idd"; did you mean id?`, func(t *sqlgen.Tables) { t.ID.Column = "idd" }},
			{"/fields/x/column", `no column "c_txet"; did you mean c_text?`, func(t *sqlgen.Tables) { t.Fields["x"] = column("c_txet", sqlgen.TypeText) }},
			{"/fields/a~1b/expr", "the database refuses the expression", func(t *sqlgen.Tables) {
				t.Fields["a/b"] = sqlgen.Column{Expr: "nofunction({}.c_text)", Type: sqlgen.TypeText}
			}},
			{"/fields/int/type", "is declared text", func(t *sqlgen.Tables) { t.Fields["int"] = column("c_int", sqlgen.TypeText) }},
			{"/fields/text/type", "is declared integer", func(t *sqlgen.Tables) { t.Fields["text"] = column("c_text", sqlgen.TypeInteger) }},
			{"/fields/float/type", "did you mean float?", func(t *sqlgen.Tables) { t.Fields["float"] = column("c_float", sqlgen.TypeInteger) }},
			{"/document", "must be a json", func(t *sqlgen.Tables) { t.Document = "c_int" }},
			{"/document", "no column", func(t *sqlgen.Tables) { t.Document = "dok" }},
			{"/events/0/contact", "no column", func(t *sqlgen.Tables) { t.Events[0].Contact = "person" }},
			{"/events/0/names", "no column", func(t *sqlgen.Tables) { t.Events[0].Names = "event" }},
			{"/events/0/at/column", "no column", func(t *sqlgen.Tables) { t.Events[0].At.Column = "ta" }},
			{"/events/0/at/type", "is declared unix", func(t *sqlgen.Tables) { t.Events[0].At = column("doc", sqlgen.TypeUnix) }},
			{"/events/0/order", "no column", func(t *sqlgen.Tables) { t.Events[0].Order = "nr" }},
			{"/events/0/props/amount/column", "did you mean amount?", func(t *sqlgen.Tables) { t.Events[0].Props["amount"] = column("amuont", sqlgen.TypeInteger) }},
			{"/lists/query", "the database refuses the query", func(t *sqlgen.Tables) { t.Lists.Query = "SELECT contact, name FROM nowhere" }},
			{"/lists/list", "no column", func(t *sqlgen.Tables) { t.Lists.List = "title" }},
			{"/segments/segment", "must be a text", func(t *sqlgen.Tables) { t.Segments.Segment = "amount" }},
			{"/segments/since/column", "did you mean ts?", func(t *sqlgen.Tables) { t.Segments.Since = &sqlgen.Column{Column: "tss", Type: sqlgen.TypeTimestamp} }},
			{"/segments/dues/table", "does not give the table", func(t *sqlgen.Tables) { t.Segments.Dues = dues("verify_deus", "contact", "ts") }},
			{"/segments/dues/contact", "no column", func(t *sqlgen.Tables) { t.Segments.Dues = dues("verify_events", "person", "ts") }},
			{"/segments/dues/due/column", "did you mean ts?", func(t *sqlgen.Tables) { t.Segments.Dues = dues("verify_events", "contact", "tss") }},
			{"/segments/dues/due/type", "is declared timestamp", func(t *sqlgen.Tables) { t.Segments.Dues = dues("verify_events", "contact", "amount") }},
			{"/segments/locks/segment", "did you mean name?", func(t *sqlgen.Tables) {
				t.Segments.Locks = &sqlgen.Locks{Relation: sqlgen.Relation{Table: "verify_events"}, Segment: "nam"}
			}},
			{"/history/value/column", "no column", func(t *sqlgen.Tables) { t.History.Value.Column = "valeu" }},
		}
		for _, c := range changes {
			tables := verifyTables(t, e)
			c.do(&tables)
			wantError(t, tables.Verify(t.Context(), db), c.place, c.msg)
		}
		all := verifyTables(t, e) // all that is wrong is told at once
		for _, c := range changes[3:7] {
			c.do(&all)
		}
		err := all.Verify(t.Context(), db)
		for _, c := range changes[3:7] {
			wantError(t, err, c.place, c.msg)
		}
		run(t, e, "INSERT INTO verify_people (id) VALUES ('a')")
		wantError(t, tables.Verify(t.Context(), db), "/id", `the id "a" is that of several rows`)
		if e.Name() != "clickhouse" {
			run(t, e, "DELETE FROM verify_people")
			run(t, e, "INSERT INTO verify_people (id) VALUES (NULL), ('b')")
			wantError(t, tables.Verify(t.Context(), db), "/id", "the id is NULL in 1 rows")
		}
	})
}

func wantError(t *testing.T, err error, place, msg string) {
	t.Helper()
	var all segment.Errors
	if !errors.As(err, &all) || !slices.ContainsFunc(all, func(e *segment.Error) bool { return e.Path == place && strings.Contains(e.Error(), msg) }) {
		t.Errorf("%s %s: %v", place, msg, err)
	}
}

// What a type of the database fits, and what is told of one that fits none.
func TestVerifyTypes(t *testing.T) {
	for name, types := range map[string][][3]string{ // of the database, declared, told
		"postgres": {{"uuid", "text", "did you mean uuid?"}, {"verify_state", "text", "did you mean enum?"}, {"timestamp", "timestamp", "did you mean datetime?"}, {"timestamptz", "datetime", "did you mean timestamp?"},
			{"json", "json", "which fits no type"}, {"inet", "text", "which fits no type"}, {"money", "decimal", "which fits no type"}, {"citext", "text", "did you mean citext?"}, {"text[]", "json", "did you mean text_array?"},
			{"varchar(10)", "text", ""}, {"char(10)", "text", ""}, {"smallint", "integer", ""}, {"numeric(10,2)", "decimal", ""}, {"real", "float", ""}, {"numeric", "float", "did you mean decimal?"}, {"integer", "bool", ""}},
		"mariadb": {{"VARCHAR(10) CHARACTER SET latin1", "text", "character set latin1"}, {"VARBINARY(10)", "text", "fits no type"}, {"TIME", "timestamp", "fits no type"}, {"DECIMAL(10,2)", "float", "did you mean decimal?"},
			{"LONGTEXT", "json", ""}, {"INT", "unix", ""}, {"TIMESTAMP NULL", "timestamp", ""}, {"ENUM('a')", "text", ""}, {"CHAR(36)", "uuid", ""}, {"FLOAT", "float", ""}, {"TEXT CHARACTER SET utf8mb3", "text", ""}},
		"duckdb":     {{"UUID", "text", "did you mean uuid?"}, {"ENUM('a')", "text", "did you mean enum?"}, {"TIMESTAMPTZ", "timestamp", "fits no type"}, {"DECIMAL(10,2)", "float", "did you mean decimal?"}, {"HUGEINT", "integer", ""}, {"TIMESTAMP_S", "timestamp", ""}},
		"clickhouse": {{"UUID", "text", "did you mean uuid?"}, {"Enum8('a' = 1)", "text", "did you mean enum?"}, {"Array(String)", "json", "did you mean text_array?"}, {"LowCardinality(String)", "text", ""}, {"DateTime", "timestamp", ""}, {"Decimal(18, 4)", "decimal", ""}, {"IPv4", "text", "fits no type"}},
		"sqlite":     {{"INTEGER", "timestamp", "did you mean"}, {"TEXT", "unix", "did you mean"}, {"VARCHAR(20)", "timestamp", ""}, {"", "unix", ""}, {"DATETIME", "timestamp", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			verifyTables(t, e)
			for _, c := range types {
				run(t, e, "DROP TABLE IF EXISTS verify_one")
				run(t, e, fmt.Sprintf("CREATE TABLE verify_one (id VARCHAR(20), x %s)%s", c[0], map[string]string{"clickhouse": " ENGINE = MergeTree ORDER BY id"}[name]))
				tables := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "verify_one"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeText},
					Fields: map[string]sqlgen.Column{"x": {Column: "x", Type: sqlgen.Type(c[1])}}}
				err := tables.Verify(t.Context(), engines.DB(e))
				switch {
				case c[2] == "" && err != nil:
					t.Errorf("%v: %v", c, err)
				case c[2] != "" && (err == nil || !strings.Contains(err.Error(), c[2])):
					t.Errorf("%v: %v", c, err)
				}
			}
		})
	}
}

// In a transaction what fails first hides nothing behind it, and the transaction goes on.
func TestVerifyInTransaction(t *testing.T) {
	e := engines.Need(t, "postgres")
	tables := verifyTables(t, e)
	tx, err := engines.DB(e).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	tables.Fields["x"], tables.Fields["y"] = sqlgen.Column{Column: "c_txet", Type: sqlgen.TypeText}, sqlgen.Column{Expr: "nope({})", Type: sqlgen.TypeText}
	err = tables.Verify(t.Context(), tx)
	wantError(t, err, "/fields/x/column", "did you mean c_text?")
	wantError(t, err, "/fields/y/expr", "nope")
	if _, err := tx.ExecContext(t.Context(), "SELECT 1"); err != nil {
		t.Error(err)
	}
}
