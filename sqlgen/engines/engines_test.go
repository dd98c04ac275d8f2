package engines_test

import (
	"os"
	"slices"
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
		{"least", "", int64(-9223372036854775808), "-0.0001", -1e300, false, later, day, `[]`},
		{"null", nil, nil, nil, nil, nil, nil, nil, nil},
	}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		create(t, e, "every type", everyType, "id")
		if err := e.Insert("every type", everyType, rows); err != nil {
			t.Fatal(err)
		}
		want := [][]string{
			{"full", "text", "9007199254740993", "1234567890123.4567", "0.1", "true", "2024-03-31 01:59:59.999999", "1969-12-31", `{"a":[1,"x",null]}`},
			{"least", "", "-9223372036854775808", "-0.0001", "-1e+300", "false", "1970-01-01 00:00:00.000001", "1969-12-31", `[]`},
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
