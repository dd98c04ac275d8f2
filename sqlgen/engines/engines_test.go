package engines_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentrules/segment/sqlgen/engines"
)

func TestMain(m *testing.M) { os.Exit(engines.Main(m)) }

func TestEveryEngineTellsItsVersion(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		version, err := e.Version()
		if err != nil || e.Name() == "" {
			t.Fatal(e.Name(), err)
		}
		t.Log(version)
	})
}

// everyType is a table with a column of each type.
var everyType = []engines.Column{
	{Name: "id", Type: engines.Text},
	{Name: "text", Type: engines.Text},
	{Name: "integer", Type: engines.Integer},
	{Name: "decimal", Type: engines.Decimal, Size: 20, Scale: 4},
	{Name: "float", Type: engines.Float},
	{Name: "bool", Type: engines.Bool},
	{Name: "timestamp", Type: engines.Timestamp},
	{Name: "date", Type: engines.Date},
	{Name: "json", Type: engines.JSON},
}

// hostile are texts that break where a value is not a parameter.
var hostile = []string{
	"", " ", "a ", "'", `"`, "`", `\`, `\\`, `\'`, `'; DROP TABLE t; --`, "/* */", "{{name}}", "{p1:String}", ":name", "?", "$1", "%_",
	"a\nb\tc\rd", `\n`, `\N`, "NULL", "é", "e\u0301", "ß", "😀", "\u2028", "Straße", "STRASSE",
}

func TestRowsComeBack(t *testing.T) {
	instant := time.Date(2024, 3, 31, 1, 59, 59, 999999000, time.UTC)
	later := time.Date(1970, 1, 1, 2, 0, 0, 1000, time.FixedZone("", 7200))
	day := time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)
	rows := [][]any{
		{"full", "text", int64(9007199254740993), "1234567890123.4567", 0.1, true, instant, day, `{"a": [1, "x", null]}`},
		{"least", "", int64(-9223372036854775808), "-0.0001", -2.5, false, later, day, `[]`},
		{"null", nil, nil, nil, nil, nil, nil, nil, nil},
	}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		create(t, e, "every type", everyType, "id")
		if err := e.Insert("every type", everyType, rows); err != nil {
			t.Fatal(err)
		}
		want := [][]string{
			{"full", "text", "9007199254740993", "1234567890123.4567", "0.1", "true", "2024-03-31 01:59:59.999999", "1969-12-31", `{"a":[1,"x",null]}`},
			{"least", "", "-9223372036854775808", "-0.0001", "-2.5", "false", "1970-01-01 00:00:00.000001", "1969-12-31", `[]`},
			slices.Repeat([]string{engines.Null}, len(everyType)),
		}
		want[2][0] = "null"
		if e.Name() == "sqlite" || e.Name() == "mariadb" {
			want[0][5], want[1][5] = "1", "0"
		}
		if e.Name() == "sqlite" { // has no decimals
			want[0][3] = "1.2345678901234568e+12"
		}
		got := query(t, e, "SELECT * FROM "+e.Quote("every type")+" ORDER BY 1")
		for _, row := range got {
			row[8] = strings.ReplaceAll(row[8], " ", "")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestHostileTextsComeBack(t *testing.T) {
	columns := []engines.Column{{Name: "n", Type: engines.Integer}, {Name: `odd "name" of` + " `texts`", Type: engines.Text}}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		rows, want := [][]any{}, [][]string{}
		for i, text := range hostile {
			rows, want = append(rows, []any{int64(i), text}), append(want, []string{text})
		}
		create(t, e, "hostile", columns, "n")
		if err := e.Insert("hostile", columns, rows); err != nil {
			t.Fatal(err)
		}
		got := query(t, e, "SELECT "+e.Quote(columns[1].Name)+" FROM hostile ORDER BY n")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// placeholder is the parameter number n (from 1) as the engine's host writes it.
func placeholder(e engines.Engine, n int, clickhouseType string) string {
	switch e.Name() {
	case "postgres", "duckdb":
		return fmt.Sprintf("$%d", n)
	case "clickhouse":
		return fmt.Sprintf("{p%d:%s}", n, clickhouseType)
	}
	return "?"
}

func TestHostileParametersFindTheirRow(t *testing.T) {
	columns := []engines.Column{{Name: "n", Type: engines.Integer}, {Name: "text", Type: engines.Text}}
	texts := append(slices.Clone(hostile), "a\x00b", "a", strings.Repeat("x", 512))
	engines.All(t, func(t *testing.T, e engines.Engine) {
		texts := texts
		if e.Name() == "postgres" || e.Name() == "duckdb" { // they have no NUL in a text
			texts = slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return strings.Contains(s, "\x00") })
		}
		rows := [][]any{}
		for i, text := range texts {
			rows = append(rows, []any{int64(i), text})
		}
		create(t, e, "parameters", columns, "n")
		if err := e.Insert("parameters", columns, rows); err != nil {
			t.Fatal(err)
		}
		equal := "text = " + placeholder(e, 1, "String")
		if e.Name() == "mariadb" { // whose = is looser
			equal = "BINARY text = BINARY ?"
		}
		for i, text := range texts {
			got, err := e.IDs("SELECT n FROM parameters WHERE "+equal, []any{text})
			if diff := cmp.Diff([]string{strconv.Itoa(i)}, got); err != nil || diff != "" {
				t.Errorf("%q: %v %s", text, err, diff)
			}
		}
	})
}

func TestParametersOfEachType(t *testing.T) {
	instant := time.Date(2024, 3, 31, 1, 59, 59, 999999000, time.UTC)
	day := time.Date(2024, 3, 31, 0, 0, 0, 0, time.UTC)
	rows := [][]any{
		{"b", "x", int64(9007199254740993), "0.3", 0.1, true, instant, day, "{}"},
		{"a", "x", int64(9007199254740993), "0.3", 0.1, true, instant, day, "{}"},
		{"c", "y", int64(9007199254740992), "0.4", 0.2, false, instant.Add(-time.Microsecond), day.AddDate(0, 0, 1), "{}"},
	}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		create(t, e, "types", everyType, "id")
		if err := e.Insert("types", everyType, rows); err != nil {
			t.Fatal(err)
		}
		var moment, date any = instant, day
		if e.Name() == "sqlite" || e.Name() == "clickhouse" {
			moment, date = instant.Format("2006-01-02 15:04:05.000000"), day.Format("2006-01-02")
		}
		cases := []struct {
			column, clickhouse string
			arg                any
		}{
			{"text", "String", "x"}, {"integer", "Int64", int64(9007199254740993)}, {"float", "Float64", 0.1}, {"bool", "Bool", true},
			{"timestamp", "DateTime64(6, 'UTC')", moment}, {"date", "Date32", date}, {"decimal", "Decimal(20, 4)", "0.3"},
			{"text", "String", []byte("x")},
		}
		for _, c := range cases {
			if _, ok := c.arg.([]byte); ok && (e.Name() == "duckdb" || e.Name() == "sqlite") { // a BLOB, which no text equals
				continue
			}
			got, err := e.IDs("SELECT id FROM types WHERE "+e.Quote(c.column)+" = "+placeholder(e, 1, c.clickhouse), []any{c.arg})
			if diff := cmp.Diff([]string{"a", "b"}, got); err != nil || diff != "" {
				t.Errorf("%s = %v (%T): %v %s", c.column, c.arg, c.arg, err, diff)
			}
		}
		text := "SELECT id FROM types WHERE " + e.Quote("integer") + " > " + placeholder(e, 1, "Int64") + " AND text = " + placeholder(e, 2, "String")
		got, err := e.IDs(text, []any{int64(9007199254740991), "y"})
		if diff := cmp.Diff([]string{"c"}, got); err != nil || diff != "" {
			t.Errorf("two parameters: %v %s", err, diff)
		}
		got, err = e.IDs("SELECT id FROM types WHERE text = "+placeholder(e, 1, "Nullable(String)"), []any{nil})
		if err != nil || len(got) > 0 {
			t.Errorf("NULL equals something: %v %v", got, err)
		}
	})
}

// What is wrong is said, and the engine goes on.
func TestErrors(t *testing.T) {
	columns := []engines.Column{{Name: "n", Type: engines.Integer}, {Name: "json", Type: engines.JSON}}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		if err := e.Exec("SELECT nonsense FROM nowhere"); err == nil {
			t.Error("Exec of nonsense gave no error")
		}
		if _, err := e.IDs("SELECT 1, 2", nil); err == nil {
			t.Error("IDs of two columns gave no error")
		}
		create(t, e, "errors", columns, "n")
		err := e.Insert("errors", columns, [][]any{{int64(1), "{"}})
		if loose := e.Name() == "sqlite" || e.Name() == "clickhouse"; (err == nil) != loose {
			t.Errorf("broken JSON: %v", err)
		}
		if err := e.Insert("errors", columns, [][]any{{"many", nil}}); err == nil && e.Name() != "sqlite" {
			t.Error("a text in a column of integers gave no error")
		}
		if err := e.Insert("errors", columns, [][]any{{int64(1), "\"a\x00b\""}}); err == nil && e.Name() != "sqlite" && e.Name() != "clickhouse" {
			t.Error("a NUL gave no error")
		}
		for _, row := range [][]any{{int64(3)}, {int64(3), nil, nil}} {
			if err := e.Insert("errors", columns, [][]any{{int64(2), nil}, row}); err == nil {
				t.Errorf("a row of %d cells gave no error", len(row))
			}
		}
		create(t, e, "errors", columns)
		if err := e.Exec("INSERT INTO errors (n) VALUES (1); INSERT INTO errors (n) VALUES (2)"); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([][]string{{"2"}}, query(t, e, "SELECT count(*) FROM errors")); diff != "" {
			t.Error(diff)
		}
	})
}

// ClickHouse takes over the signals of faults: Go must have them back.
func TestGoStillRecoversFromFaults(t *testing.T) {
	e := engines.Need(t, "clickhouse")
	query(t, e, "SELECT 1")
	defer func() {
		if recover() == nil {
			t.Error("nothing to recover from")
		}
	}()
	var nowhere *engines.Column
	t.Log(nowhere.Name)
}

func TestMariaDBComparesLoosely(t *testing.T) {
	e := engines.Need(t, "mariadb")
	create(t, e, "loose", []engines.Column{{Name: "text", Type: engines.Text}})
	if err := e.Exec("INSERT INTO loose VALUES ('USA'), ('usa '), ('Ãsa')"); err != nil {
		t.Fatal(err)
	}
	got, err := e.IDs("SELECT text FROM loose WHERE text = ?", []any{"usa"})
	if diff := cmp.Diff([]string{"USA", "usa "}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func create(t *testing.T, e engines.Engine, table string, columns []engines.Column, key ...string) {
	t.Helper()
	if err := e.Create(table, columns, key...); err != nil {
		t.Fatal(err)
	}
}

func query(t *testing.T, e engines.Engine, text string, args ...any) [][]string {
	t.Helper()
	rows, err := e.Rows(text, args)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
