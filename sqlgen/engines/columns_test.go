package engines_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Columns as hosts have them: of types that engines.Create does not make, with
// values that only the database's own SQL writes.

// madeColumn is a column with what it holds in each row: as SQL, and as the
// contact's field is (JSON), which is empty where it is missing.
type madeColumn struct {
	name, typ string
	column    sqlgen.Column
	cells     [][2]string
}

// same are cells that read in SQL as in JSON.
func same(values ...string) (cells [][2]string) {
	for _, v := range values {
		sql := v
		if strings.HasPrefix(v, `"`) {
			sql = "'" + segment.JSON(v).Text() + "'"
		}
		if v == "" {
			sql = "NULL"
		}
		cells = append(cells, [2]string{sql, v})
	}
	return cells
}

// make makes a table of contacts, and returns its declaration and the contacts.
func makeTable(t *testing.T, e engines.Engine, columns ...madeColumn) (tables sqlgen.Tables, stored []segment.Record) {
	t.Helper()
	id := sqlgen.Column{Column: "id", Type: sqlgen.TypeText}
	tables = sqlgen.Tables{Contacts: sqlgen.Relation{Table: "made"}, ID: id, Fields: map[string]sqlgen.Column{}}
	text, after := "VARCHAR(20)", ""
	if e.Name() == "clickhouse" {
		text, after = "String", " ENGINE = MergeTree ORDER BY id"
	}
	ddl := []string{"id " + text}
	for _, c := range columns {
		if e.Name() == "clickhouse" {
			c.typ = "Nullable(" + c.typ + ")"
		}
		ddl = append(ddl, e.Quote(c.name)+" "+c.typ)
		c.column.Column = c.name
		tables.Fields[c.name] = c.column
	}
	run(t, e, "DROP TABLE IF EXISTS made")
	run(t, e, "CREATE TABLE made ("+strings.Join(ddl, ", ")+")"+after)
	for i := range columns[0].cells {
		x := segment.Record{ID: fmt.Sprintf("c%02d", i), Fields: map[string]segment.Value{}}
		cells := []string{"'" + x.ID + "'"}
		for _, c := range columns {
			cells = append(cells, c.cells[i][0])
			x.Fields[c.name] = segment.JSON(c.cells[i][1])
		}
		run(t, e, "INSERT INTO made VALUES ("+strings.Join(cells, ", ")+")")
		stored = append(stored, x)
	}
	return tables, stored
}

func run(t *testing.T, e engines.Engine, statement string) {
	t.Helper()
	if err := e.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// decide tries rules and their negations.
func decide(t *testing.T, e engines.Engine, tables sqlgen.Tables, stored []segment.Record, rules ...string) {
	t.Helper()
	n := tally{}
	at := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	loads(t, e, tables, at, stored, rules...)
	for _, r := range rules {
		c := segment.MustParse(r)
		n.one(t, e, tables, "made", c, at, stored)
		n.one(t, e, tables, "made", rule.Not{C: c}, at, stored)
		if n.differed > 5 {
			t.Fatal("too many differences")
		}
	}
}

var place = regexp.MustCompile(`\b[XV]\b`)

// each writes rules with every value in the place of V, and every name in that
// of X.
func each(names, values []string, forms ...string) (rules []string) {
	for _, form := range forms {
		for _, x := range names {
			for _, v := range values {
				rules = append(rules, place.ReplaceAllStringFunc(form, func(p string) string { return map[string]string{"X": x, "V": v}[p] }))
			}
		}
	}
	return rules
}

// What a float holds that is no number is missing, though databases order it.
func TestFloatsThatAreNoNumbers(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		typ, nan, inf, less := "DOUBLE PRECISION", "'NaN'", "'Infinity'", "'-Infinity'"
		switch e.Name() {
		case "duckdb":
			typ = "DOUBLE"
		case "clickhouse":
			typ, nan, inf, less = "Float64", "nan", "inf", "-inf"
		case "sqlite":
			nan, inf, less = "NULL", "9e999", "-9e999"
		case "mariadb":
			nan, inf, less = "NULL", "NULL", "NULL"
		}
		x := [][2]string{{nan, ""}, {inf, ""}, {less, ""}, {"-0.0", "0"}, {"5", "5"}, {"5", "5"}, {"1.7e308", "1.7e308"}, {"NULL", ""}}
		y := [][2]string{{"1", "1"}, {"1", "1"}, {"1", "1"}, {"0", "0"}, {nan, ""}, {less, ""}, {inf, ""}, {inf, ""}}
		column := sqlgen.Column{Type: sqlgen.TypeFloat}
		tables, stored := makeTable(t, e, madeColumn{"x", typ, column, x}, madeColumn{"y", typ, column, y})
		decide(t, e, tables, stored, each([]string{"x", "y"}, []string{"5", "0", "1e300", "-1e300"}, "X > V", "X >= V", "X < V", "X <= V", "X = V", "X IN (V, 1)")...)
		decide(t, e, tables, stored, "x IS NULL", "y IS BLANK", "x = y", "x < y", "x > y", "y >= x")
	})
}

// A constant may have more digits than the column, and two columns more together
// than the database computes with. A remainder has the places of both.
func TestDecimalsOfManyDigits(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		if e.Name() == "sqlite" {
			t.Skip("it has no decimals")
		}
		nines := strings.Repeat("9", 38)
		column := func(name string, digits, scale int, cells ...string) madeColumn {
			return madeColumn{name, fmt.Sprintf("DECIMAL(%d, %d)", digits, scale), sqlgen.Column{Type: sqlgen.TypeDecimal, Digits: digits, Scale: scale}, same(cells...)}
		}
		undeclared := column("q", 9, 2, "0", "9999999.99", "2", "", "1.5")
		undeclared.column.Digits = 0
		tables, stored := makeTable(t, e,
			column("p", 18, 4, "0", "99999999999999.9999", "2", "", "1.5"), undeclared,
			column("w", 38, 0, nines, "1", "-"+nines, "", "1"), column("v", 38, 30, "1.5", "99999999.5", "-99999999.25", "", "1"),
			column("a", 3, 0, "100", "999", "5", "", "-7"), column("b", 8, 4, "7.5", "0.0007", "3", "", "2.5"),
			madeColumn{"i", map[bool]string{true: "Int32", false: "INTEGER"}[e.Name() == "clickhouse"], sqlgen.Column{Type: sqlgen.TypeInteger}, same("2147483647", "-2147483648", "0", "", "1")})
		values := []string{"9007199254740992", "18446744073709551615", "123456789012345678901234567890", "1e45", "1e80", "0.00001", "-9007199254740993.5", "3000000000"}
		if testing.Short() {
			values = values[:3]
		}
		decide(t, e, tables, stored, each([]string{"p", "q", "w", "v", "i"}, values, "X = V", "X < V", "X >= V", "X IN (0, V, 2)", "X = 0 OR X = V OR X = 2 OR X = 7", "X != 0 AND X != V AND X != 2 AND X != 7")...)
		decide(t, e, tables, stored, "p = q", "p > w", "w > p", "w > v", "v < w", "w = v", "q > v", "i > w", "i < v", "p * q > 5", "p / q > 1", "v - w < 0", "p + v > 1",
			"a % b = 2.5", "a % b > 1", "a % b < 0.001", "b % a = 3", "a % b = b", "p % b = 1.5", "(a % b) * 2 = 5")
	})
}

// Some databases have integers without a sign.
func TestIntegersWithoutSign(t *testing.T) {
	for name, typ := range map[string]string{"clickhouse": "UInt64", "duckdb": "UBIGINT", "mariadb": "BIGINT UNSIGNED"} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			column := sqlgen.Column{Type: sqlgen.TypeInteger, Digits: 20}
			tables, stored := makeTable(t, e, madeColumn{"x", typ, column, same("18446744073709551615", "9223372036854775808", "9223372036854775807", "5", "", "0")})
			values := []string{"18446744073709551615", "9223372036854775808", "9223372036854775807", "-1", "5", "1e30", "18446744073709551616", "9223372036854775807.5"}
			decide(t, e, tables, stored, each([]string{"x"}, values, "X = V", "X < V", "X <= V", "X > V", "X >= V", "X IN (5, V)", "X IN (V, -1, 7, 0)", "X * 2 > V", "X - 1 < V", "0 - X < V")...)
		})
	}
}

// Texts compare by code point, whatever the collation and character set of their
// columns are, also those of events and lists.
func TestCollationsOfColumns(t *testing.T) {
	for name, types := range map[string][2]string{
		"sqlite": {"TEXT COLLATE NOCASE", "TEXT COLLATE RTRIM"}, "duckdb": {"VARCHAR COLLATE NOCASE", "VARCHAR COLLATE NOACCENT"},
		"postgres": {"text COLLATE loose", `text COLLATE "C"`},
		"mariadb":  {"VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", "VARCHAR(50) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin"},
	} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			if name == "postgres" {
				run(t, e, "CREATE COLLATION IF NOT EXISTS loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)")
			}
			column := sqlgen.Column{Type: sqlgen.TypeText}
			tables, stored := makeTable(t, e, madeColumn{"x", types[0], column, same(`"USA"`, `"usa"`, `"é"`, `"e "`, "", `"a"`, `"B"`, `"A"`, `""`, `"2026-01-31"`)},
				madeColumn{"y", types[1], column, same(`"usa"`, `"usa"`, `"e"`, `"e"`, `"x"`, `"B"`, `"a"`, `"A "`, `" "`, `"2026-01-31T10:00:00Z"`)})
			id, collated := "VARCHAR(20)", types[0]
			run(t, e, "DROP TABLE IF EXISTS made_events")
			run(t, e, "CREATE TABLE made_events (contact "+id+", name "+collated+", s bigint, sku "+collated+", seq bigint)")
			run(t, e, "DROP TABLE IF EXISTS made_lists")
			run(t, e, "CREATE TABLE made_lists (contact "+id+", list "+collated+")")
			tables.Events = []sqlgen.Events{{Relation: sqlgen.Relation{Table: "made_events"}, Contact: "contact", Names: "name", Order: "seq",
				At: sqlgen.Column{Column: "s", Type: sqlgen.TypeUnix}, Props: map[string]sqlgen.Column{"sku": {Column: "sku", Type: sqlgen.TypeText}}}}
			tables.Lists = &sqlgen.Lists{Relation: sqlgen.Relation{Table: "made_lists"}, Contact: "contact", List: "list"}
			for i, ev := range [][3]string{{"c00", "Buy", "X"}, {"c00", "buy", "x"}, {"c01", "buy", "é"}, {"c01", "buy", "e"}, {"c02", "BUY", "x"}, {"c02", "buyer", "X"}} {
				run(t, e, fmt.Sprintf("INSERT INTO made_events VALUES ('%s', '%s', %d, '%s', %d)", ev[0], ev[1], i, ev[2], i))
				x := &stored[int(ev[0][2]-'0')]
				x.Log = append(x.Log, segment.Event{Name: ev[1], At: time.Unix(int64(i), 0), Props: segment.Document(fmt.Sprintf(`{"sku": %q}`, ev[2]))})
			}
			for i, list := range []string{"VIP", "vip", "Vip "} {
				run(t, e, fmt.Sprintf("INSERT INTO made_lists VALUES ('%s', '%s')", stored[i].ID, list))
				stored[i].Lists = map[string]time.Time{list: {}}
			}
			forms := []string{"X = V", "X < V", "X >= V", "X CONTAINS V", "X STARTS WITH V", "X ENDS WITH V", "X IN (V, \"zz\")", "X = V IGNORING CASE", "X CONTAINS V IGNORING CASE", "X MATCHES V", "X IS BLANK", "LENGTH(X) = 2", "X > 2025-01-01"}
			decide(t, e, tables, stored, each([]string{"x", "y"}, []string{`"usa"`, `"USA"`, `"e"`, `"a"`, `""`, `" "`, `"😀"`}, forms...)...)
			decide(t, e, tables, stored, "x = y", "x < y", "y >= x", "DISTINCT(buy | Buy.sku) = 2", "DISTINCT(buy.sku) = 1", "COUNT(buy) = 1", "COUNT(buy*) = 1", "COUNT(Buy*) = 1", `LAST(buy.sku) = "x"`, `FIRST(buy.sku) = "é"`,
				`COUNT(buy WHERE sku = "x") = 1`, "DID buy THEN buy", "DID Buy THEN buy", `IN LIST "VIP"`, `IN LIST "vip" OR IN LIST "Vip"`)
		})
	}
}

// A float in events: infinite, no number, or a zero with a sign.
func TestFloatsOfEvents(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		tables, stored := makeTable(t, e, madeColumn{"x", map[bool]string{true: "Float64", false: "INTEGER"}[e.Name() == "clickhouse"], sqlgen.Column{Type: sqlgen.TypeInteger}, same("1", "2", "3")})
		cols := []engines.Column{named("contact", engines.Text), named("s", engines.Integer), named("v", engines.Float)}
		create(t, e, "made_events", cols)
		inf := map[string]string{"sqlite": "9e999", "clickhouse": "inf", "mariadb": "NULL"}[e.Name()]
		if inf == "" {
			inf = "'Infinity'"
		}
		for i, ev := range [][3]string{{"c00", "-0.0", "0"}, {"c00", "0.0", "0"}, {"c01", "5", "5"}, {"c01", inf, "null"}, {"c02", inf, "null"}} {
			run(t, e, fmt.Sprintf("INSERT INTO made_events VALUES ('%s', %d, %s)", ev[0], i, ev[1]))
			x := &stored[int(ev[0][2]-'0')]
			x.Log = append(x.Log, segment.Event{Name: "buy", At: time.Unix(int64(i), 0), Props: segment.Document(fmt.Sprintf(`{"v": %s}`, ev[2]))})
		}
		tables.Events = []sqlgen.Events{{Relation: sqlgen.Relation{Table: "made_events"}, Contact: "contact", Name: "buy",
			At: sqlgen.Column{Column: "s", Type: sqlgen.TypeUnix}, Props: map[string]sqlgen.Column{"v": {Column: "v", Type: sqlgen.TypeFloat}}}}
		decide(t, e, tables, stored, "DISTINCT(buy.v) = 1", "MAX(buy.v) > 4", "MIN(buy.v) < 6", "MAX(buy.v) = 5", "MIN(buy.v) = 0", "MAX(buy.v) IS NULL", "COUNT(buy.v) = 1", "COUNT(buy WHERE v > 1) = 1")
	})
}

// Some databases hold a NUL in a text, and functions that stop at it.
func TestTextsWithNUL(t *testing.T) {
	texts := []string{"\x00", "a\x00b", "bb\x00ba", "a", "b", "ab", "2026-01-31\x00", "2026-01-31\x00x", "2026-01-31T10:00:00Z\x00", "é\x00\\\"\n\x01x", ""}
	var contacts []segment.Record
	for i, s := range texts {
		contacts = append(contacts, segment.Record{ID: fmt.Sprintf("c%02d", i), Fields: map[string]segment.Value{"x": segment.Text(s)}})
	}
	for _, name := range []string{"sqlite", "mariadb", "clickhouse"} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			for _, typ := range []sqlgen.Type{sqlgen.TypeText, sqlgen.TypeJSON} {
				l := layout{fields: map[string]sqlgen.Column{"x": {Column: "x", Type: typ}}}
				stored, err := l.load(e, contacts)
				if err != nil {
					t.Fatal(err)
				}
				decide(t, e, l.tables(), stored, each([]string{"x"}, []string{`"\u0000"`, `"a\u0000b"`, `"A\u0000B"`, `"b"`, `"BA"`, `"a"`, `""`},
					"X = V", "X < V", "X >= V", "X CONTAINS V", "X STARTS WITH V", "X ENDS WITH V", "X STARTS WITH V IGNORING CASE", "X ENDS WITH V IGNORING CASE", "X IN (V, \"zz\")")...)
				decide(t, e, l.tables(), stored, "LENGTH(x) = 1", "LENGTH(x) = 3", "LENGTH(x) = 7", "LENGTH(x) > 4", "LENGTH(x) = 0", "x IS BLANK", "x > 2025-01-01", "x = 2026-01-31", `x MATCHES "b$"`, `x MATCHES "^a"`)
			}
		})
	}
}

// Who writes JSON may escape what is in a name.
func TestNamesWrittenWithEscapes(t *testing.T) {
	written := map[string]string{"c0": `{"caf\u00e9": 5, "a\/b": 5}`, "c1": `{"café": 5, "a/b": 5}`, "c2": `{"cafe": 5}`}
	var contacts []segment.Record
	for _, id := range []string{"c0", "c1", "c2"} {
		contacts = append(contacts, segment.Record{ID: id, Fields: map[string]segment.Value{"x": segment.JSON(written[id])}})
	}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		l := layout{fields: map[string]sqlgen.Column{"x": {Column: "x", Type: sqlgen.TypeJSON}}, written: written}
		stored, err := l.load(e, contacts)
		if err != nil {
			t.Fatal(err)
		}
		decide(t, e, l.tables(), stored, "x.`café` = 5", "x.`a/b` = 5", "x.cafe = 5", "x.`café` IS NULL")
	})
}

// Days at the ends of what a column holds, and beyond them.
func TestFirstAndLastDays(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		days := []string{`"1900-01-01"`, `"1900-01-02"`, `"2299-12-31"`, `"2026-01-31"`}
		typ := "DATE"
		switch e.Name() {
		case "clickhouse":
			typ = "Date32"
		case "sqlite":
			typ = "TEXT"
			fallthrough
		default:
			days = append(days, `"0001-01-01"`, `"9999-12-31"`, `"1850-06-01"`)
		}
		tables, stored := makeTable(t, e, madeColumn{"x", typ, sqlgen.Column{Type: sqlgen.TypeDate}, same(days...)})
		decide(t, e, tables, stored, each([]string{"x", "x + 1 day"}, []string{"1850-01-01", "1899-12-31", "1900-01-01", "2299-12-31", "2300-01-01", "9999-12-31", "0001-01-01"}, "X = V", "X < V", "X <= V", "X > V", "X >= V")...)
		decide(t, e, tables, stored, "x IN (2300-01-01, 1850-01-01)", "x + 9000 years > NOW", "AGE(x) > 100000 days", "x WITHIN NEXT 300 years", "YEAR(x) = 1900", "ANNIVERSARY(x) > TODAY")
	})
}

// Names of tables and columns, and SQL of the host, may have in them whatever
// SQL has.
func TestNamesAndSQLOfTheHost(t *testing.T) {
	names := []string{"a\\b", "a\\", "`", `"`, "'", "?", "{p1:String}", "$1", "-- x", "m1", `"c".`, "é 😀", "SELECT x"}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		typ, doc := "VARCHAR(20)", "VARCHAR(20)"
		switch e.Name() {
		case "clickhouse":
			typ, doc = "String", "String"
		case "postgres":
			doc = "jsonb"
		case "duckdb":
			doc = "JSON"
		}
		var columns []madeColumn
		for _, name := range names {
			if e.Name() == "mariadb" && strings.Contains(name, "😀") {
				name = "é"
			}
			columns = append(columns, madeColumn{name, typ, sqlgen.Column{Type: sqlgen.TypeText}, same(`"x"`, `"y"`, "")})
		}
		columns = append(columns, madeColumn{"doc", doc, sqlgen.Column{Type: sqlgen.TypeJSON}, [][2]string{{`'{"a": 5}'`, `{"a": 5}`}, {"NULL", ""}, {"'{}'", "{}"}}})
		tables, stored := makeTable(t, e, columns...)
		for i, c := range columns[:len(names)] {
			tables.Fields[fmt.Sprint("f", i)] = tables.Fields[c.name]
			for j := range stored {
				stored[j].Fields[fmt.Sprint("f", i)] = stored[j].Fields[c.name]
			}
			decide(t, e, tables, stored, fmt.Sprintf(`f%d = "x"`, i))
		}
		made := sqlgen.Relation{Query: "SELECT * FROM made -- all of them"}
		tables.Contacts = made
		tables.Fields["whole"] = sqlgen.Column{Expr: "COALESCE({}.doc, '{}') -- never NULL", Type: sqlgen.TypeJSON}
		for i, v := range []string{`{"a": 5}`, "{}", "{}"} {
			stored[i].Fields["whole"] = segment.JSON(v)
		}
		decide(t, e, tables, stored, "whole.a = 5", "whole IS BLANK", "whole IS NULL", `f0 = "x" AND whole.a IS NULL`)
	})
}

// DuckDB holds a NUL in a text, and its driver sends none.
func TestListsWithNUL(t *testing.T) {
	e := engines.Need(t, "duckdb")
	tables, stored := people(t, e, 2)
	run(t, e, "DROP TABLE IF EXISTS made_lists")
	run(t, e, "CREATE TABLE made_lists AS SELECT 'c00' AS contact, 'a' || chr(0) || 'b' AS list")
	stored[0].Lists = map[string]time.Time{"a\x00b": {}}
	stored[0].Log = []segment.Event{{Name: "a\x00b", At: time.Unix(5, 0)}}
	tables.Lists = &sqlgen.Lists{Relation: sqlgen.Relation{Table: "made_lists"}, Contact: "contact", List: "list"}
	tables.Events = []sqlgen.Events{{Relation: sqlgen.Relation{Query: "SELECT contact, list, 5 AS s FROM made_lists"}, Contact: "contact", Names: "list", At: sqlgen.Column{Column: "s", Type: sqlgen.TypeUnix}}}
	tables.Segments = &sqlgen.Segments{Relation: sqlgen.Relation{Table: "made_lists"}, Contact: "contact", Segment: "list"}
	stored[0].Segments = []string{"a\x00b"}
	decide(t, e, tables, stored, `IN LIST "a\u0000b"`, `IN LIST "a\u0000b" OR IN LIST "a"`, `IN SEGMENT "a\u0000b"`, "DID `a\x00b`", "COUNT(`a\x00b`) >= 2")
}

// A whole number may be written with a point or an exponent, also where the
// column promises whole numbers.
func TestWholeNumbersWrittenOtherwise(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		typ := map[string]string{"clickhouse": "String", "postgres": "jsonb", "duckdb": "JSON"}[e.Name()]
		if typ == "" {
			typ = "TEXT"
		}
		var cells [][2]string
		for _, v := range []string{"1", "1.0", "1e2", "1E+2", "100", "100.00", "-0", "-0.0", `"5"`, "null", "[1]", "999999999", "999999999.0", "-7"} {
			cells = append(cells, [2]string{`'{"n": ` + v + `}'`, `{"n": ` + v + `}`})
		}
		tables, stored := makeTable(t, e, madeColumn{"doc", typ, sqlgen.Column{Type: sqlgen.TypeJSON}, cells})
		for scale := range 3 {
			tables.Fields["n"] = sqlgen.Column{Column: "doc", Path: []string{"n"}, Type: sqlgen.TypeDecimal, Digits: 9 + scale, Scale: scale}
			if scale == 0 {
				tables.Fields["n"] = sqlgen.Column{Column: "doc", Path: []string{"n"}, Type: sqlgen.TypeInteger, Digits: 9}
			}
			for i := range stored {
				stored[i].Fields["n"] = stored[i].Fields["doc"].At("n")
			}
			decide(t, e, tables, stored, each([]string{"n"}, []string{"1", "100", "0", "999999999"}, "X = V", "X + 0 = V", "X * 2 > V", "X - 1 < V", "X / 2 <= V", "X % 3 = V")...)
		}
	})
}
