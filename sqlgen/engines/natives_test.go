package engines_test

import (
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Columns of every type, as the engine's own SQL makes them: with NULL for what is
// missing, and without it, where the default of the type is. Rules are random and know
// nothing of types: any operator over any of them, as fields, and as properties.

// A native is a type as an engine has it, with values: the SQL of each, and what a rule
// sees of it.
type native struct {
	typ   string
	col   sqlgen.Column
	cells []nativeCell
}

type nativeCell struct {
	sql  string
	seen segment.Value
}

// natives are the types that an engine has, by a name of each.
func natives(e engines.Engine) map[string]native {
	name := e.Name()
	all := map[string]native{}
	add := func(field string, col sqlgen.Column, types map[string]string, cells ...nativeCell) {
		typ, ok := types[name]
		if !ok {
			typ, ok = types[""]
		}
		if ok {
			all[field] = native{typ, col, cells}
		}
	}
	texts := func(form string, values ...string) (cells []nativeCell) {
		for _, v := range values {
			cells = append(cells, nativeCell{fmt.Sprintf(form, quoted(v)), segment.Text(v)})
		}
		return cells
	}
	uuids := []string{"00000000-0000-0000-0000-000000000000", "6f1c9b1e-0000-4abc-8def-0123456789ab", "6f1c9b1e-0000-4abc-8def-0123456789ac", "ffffffff-ffff-ffff-ffff-ffffffffffff"}
	add("key", sqlgen.Column{Type: sqlgen.TypeUUID}, map[string]string{"postgres": "uuid", "duckdb": "UUID", "clickhouse": "UUID", "mariadb": "UUID"}, texts("%s", uuids...)...)
	enums := map[string]string{"postgres": "native_state", "duckdb": "ENUM('', 'new', 'Paid', 'é')", "mariadb": "ENUM('', 'new', 'Paid', 'é')", "clickhouse": "Enum8('' = 0, 'new' = 3, 'Paid' = 2, 'é' = 1)"}
	labels := []string{"", "new", "Paid", "é"}
	add("state", sqlgen.Column{Type: sqlgen.TypeEnum, Values: labels}, enums, texts("%s", labels...)...)
	add("label", sqlgen.Column{Type: sqlgen.TypeEnum}, enums, texts("%s", labels...)...)
	add("mail", sqlgen.Column{Type: sqlgen.TypeCIText}, map[string]string{"postgres": "citext"}, texts("%s", "", "New", "new", "é", "É", "a ", "2026-01-31", "2026-01-31T10:00:00.25Z")...)
	add("text", sqlgen.Column{Type: sqlgen.TypeText}, map[string]string{"clickhouse": "String", "": "VARCHAR(60)"}, texts("%s", "", "new", "Paid", "é", " ", "2026-01-31", "2026-01-31T10:00:00.25Z", "6f1c9b1e-0000-4abc-8def-0123456789ab")...)
	add("list", sqlgen.Column{Type: sqlgen.TypeTextArray}, map[string]string{"postgres": "text[]", "duckdb": "VARCHAR[]", "clickhouse": "Array(Nullable(String))"}, lists(name)...)
	add("chars", sqlgen.Column{Type: sqlgen.TypeTextArray}, map[string]string{"postgres": "varchar(40)[]", "clickhouse": "Array(String)"}, slices.DeleteFunc(lists(name), func(c nativeCell) bool { return strings.Contains(c.sql, "NULL") && name == "clickhouse" })...)
	add("flag", sqlgen.Column{Type: sqlgen.TypeBool}, map[string]string{"": "BOOLEAN"}, nativeCell{"TRUE", segment.Bool(true)}, nativeCell{"FALSE", segment.Bool(false)})
	numbers := []nativeCell{{"0", segment.Int(0)}, {"-3", segment.Int(-3)}, {"7", segment.Int(7)}, {"2026", segment.Int(2026)}}
	add("n", sqlgen.Column{Type: sqlgen.TypeInteger, Digits: 9}, map[string]string{"clickhouse": "Int64", "": "BIGINT"}, numbers...)
	add("x", sqlgen.Column{Type: sqlgen.TypeFloat}, map[string]string{"clickhouse": "Float64", "": "DOUBLE PRECISION"}, append(numbers, nativeCell{"0.5", segment.Number(0.5)})...)
	if name != "sqlite" {
		add("sum", sqlgen.Column{Type: sqlgen.TypeDecimal, Digits: 12, Scale: 2}, map[string]string{"": "DECIMAL(12, 2)"}, append(numbers, nativeCell{"0.25", segment.Number(0.25)})...)
	}
	add("born", sqlgen.Column{Type: sqlgen.TypeDate}, map[string]string{"clickhouse": "Date32", "": "DATE"}, days("1970-01-01", "2026-01-31", "2025-12-31", "1999-02-28")...)
	stamps := map[string]string{"postgres": "timestamptz", "mariadb": "DATETIME(6)", "sqlite": "TEXT", "duckdb": "TIMESTAMP", "clickhouse": "DateTime64(6, 'UTC')"}
	add("seen", sqlgen.Column{Type: sqlgen.TypeTimestamp, Scale: 6}, stamps, instants("'2006-01-02 15:04:05.000000'")...)
	stamps["postgres"] = "timestamp"
	add("made", sqlgen.Column{Type: sqlgen.TypeDatetime, Scale: 6}, stamps, instants("'2006-01-02 15:04:05.000000'")...)
	text := map[string]string{"clickhouse": "String", "": "VARCHAR(40)"}
	add("iso", sqlgen.Column{Type: sqlgen.TypeISOTimestamp}, text, instants("'2006-01-02T15:04:05Z'")...)
	add("isoms", sqlgen.Column{Type: sqlgen.TypeISOTimestamp, Scale: 3}, text, instants("'2006-01-02T15:04:05.000Z'")...)
	for field, t := range map[string]sqlgen.Type{"s": sqlgen.TypeUnix, "ms": sqlgen.TypeUnixMilli, "us": sqlgen.TypeUnixMicro, "ns": sqlgen.TypeUnixNano} {
		add(field, sqlgen.Column{Type: t}, map[string]string{"clickhouse": "Int64", "": "BIGINT"}, instants(field)...)
	}
	return all
}

func quoted(v string) string { return "'" + strings.ReplaceAll(v, "'", "''") + "'" }

func days(values ...string) (cells []nativeCell) {
	for _, v := range values {
		at, err := time.Parse(time.DateOnly, v)
		if err != nil {
			panic(err)
		}
		cells = append(cells, nativeCell{quoted(v), segment.Date(at.Year(), at.Month(), at.Day())})
	}
	return cells
}

// instants are some as SQL of a layout, or as a number of units since 1970.
func instants(layout string) (cells []nativeCell) {
	for _, at := range []string{"1970-01-01T00:00:00Z", "2026-01-31T10:00:00.25Z", "2026-01-31T10:00:00Z", "2026-01-31T23:59:59.999Z", "2026-02-02T00:00:00Z", "2025-06-15T12:30:00Z", "1969-12-31T23:59:59.5Z"} {
		t, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			panic(err)
		}
		units := map[string]time.Duration{"s": time.Second, "ms": time.Millisecond, "us": time.Microsecond, "ns": time.Nanosecond, "'2006-01-02T15:04:05Z'": time.Second}
		if unit, ok := units[layout]; ok {
			t = t.Truncate(unit)
			if len(layout) == 1 || len(layout) == 2 {
				cells = append(cells, nativeCell{fmt.Sprint(t.UnixNano() / int64(unit)), segment.Time(t)})
				continue
			}
		}
		cells = append(cells, nativeCell{t.Format(layout), segment.Time(t)})
	}
	return cells
}

// lists are arrays of texts, among them ones with NULL, and in PostgreSQL of more
// dimensions.
func lists(engine string) (cells []nativeCell) {
	for _, v := range []string{`[]`, `["new"]`, `["new", null]`, `["Paid", "new", "new"]`, `["é", "a\"b", "a\\b", "{x}", "a,b", ""]`, `[null]`, `[" "]`, `["2026-01-31"]`} {
		var parts []string
		for _, x := range segment.JSON(v).List() {
			parts = append(parts, "NULL")
			if !x.IsNull() {
				parts[len(parts)-1] = quoted(x.Text())
				if engine == "clickhouse" {
					parts[len(parts)-1] = strings.ReplaceAll(parts[len(parts)-1], `\`, `\\`)
				}
			}
		}
		sql := "[" + strings.Join(parts, ", ") + "]"
		if engine == "postgres" {
			sql = "ARRAY" + sql + "::text[]"
		}
		cells = append(cells, nativeCell{sql, segment.JSON(v)})
	}
	if engine == "postgres" {
		cells = append(cells, nativeCell{"ARRAY[['new', 'x'], ['y', 'z']]::text[]", segment.JSON(`[["new", "x"], ["y", "z"]]`)})
	}
	return cells
}

// A nativeTable is a table with two columns of each type, and one of which the default
// is missing.
type nativeTable struct {
	fields  map[string]sqlgen.Column
	columns []string // their definitions
	names   []string
	of      map[string]native
}

func nativeTableOf(e engines.Engine) nativeTable {
	n := nativeTable{fields: map[string]sqlgen.Column{}, of: map[string]native{}}
	all := natives(e)
	for _, k := range slices.Sorted(maps.Keys(all)) {
		for i := range 3 {
			c := all[k]
			name, null := fmt.Sprintf("%s%d", k, i), " NULL"
			c.col.Column, c.col.EmptyIsMissing = name, i == 2
			typ := c.typ
			if e.Name() == "clickhouse" {
				if i < 2 && !strings.HasPrefix(typ, "Array") {
					typ = "Nullable(" + typ + ")"
				}
				null = ""
			}
			n.fields[name], n.of[name] = c.col, c
			n.names = append(n.names, name)
			n.columns = append(n.columns, name+" "+typ+null)
		}
	}
	return n
}

// row is a random row: its SQL, and what a rule sees.
func (n nativeTable) row(e engines.Engine, r *rand.Rand) (sql []string, seen map[string]segment.Value) {
	seen = map[string]segment.Value{}
	for _, name := range n.names {
		c := n.of[name]
		noNull := e.Name() == "clickhouse" && (c.col.EmptyIsMissing || c.col.Type == sqlgen.TypeTextArray)
		if r.Intn(4) == 0 && !noNull {
			sql = append(sql, "NULL")
			continue
		}
		cell := c.cells[r.Intn(len(c.cells))]
		sql = append(sql, cell.sql)
		if !c.col.EmptyIsMissing || !isDefault(c.col, cell.seen) {
			seen[name] = cell.seen
		}
	}
	return sql, seen
}

func isDefault(c sqlgen.Column, v segment.Value) bool {
	switch v.Kind() {
	case segment.KindText:
		return v.Text() == "" || c.Type == sqlgen.TypeUUID && strings.Trim(v.Text(), "0-") == ""
	case segment.KindTime:
		return v.Time().Equal(time.Unix(0, 0))
	case segment.KindList:
		return len(v.List()) == 0
	}
	return v.Equal(segment.Int(0)) || v.Equal(segment.Bool(false)) || v.Equal(segment.Date(1970, 1, 1))
}

// load makes the tables of contacts and of their events, and returns both as declared.
func (n nativeTable) load(t *testing.T, e engines.Engine, r *rand.Rand) (tables sqlgen.Tables, stored []segment.Record) {
	t.Helper()
	if e.Name() == "postgres" {
		run(t, e, "CREATE EXTENSION IF NOT EXISTS citext; DROP TYPE IF EXISTS native_state CASCADE; CREATE TYPE native_state AS ENUM ('', 'new', 'Paid', 'é')")
	}
	text, after := "VARCHAR(20)", ""
	if e.Name() == "clickhouse" {
		text, after = "String", " ENGINE = MergeTree ORDER BY tuple()"
	}
	columns := strings.Join(n.columns, ", ")
	run(t, e, "DROP TABLE IF EXISTS native_people; DROP TABLE IF EXISTS native_events")
	run(t, e, "CREATE TABLE native_people (id "+text+", "+columns+")"+after)
	run(t, e, "CREATE TABLE native_events (person "+text+", ts BIGINT, seq BIGINT, "+columns+")"+after)
	var people, events []string
	for i := range 30 {
		cells, seen := n.row(e, r)
		x := segment.Record{ID: fmt.Sprintf("c%02d", i), Fields: seen}
		people = append(people, "('"+x.ID+"', "+strings.Join(cells, ", ")+")")
		for range r.Intn(4) {
			cells, seen := n.row(e, r)
			at := decided - int64(r.Intn(30))*day/2
			events = append(events, fmt.Sprintf("('%s', %d, %d, %s)", x.ID, at, len(events), strings.Join(cells, ", ")))
			x.Log = append(x.Log, withProps(segment.Event{Name: "e", At: time.Unix(at, 0).UTC()}, seen))
		}
		stored = append(stored, x)
	}
	run(t, e, "INSERT INTO native_people VALUES "+strings.Join(people, ", "))
	run(t, e, "INSERT INTO native_events VALUES "+strings.Join(events, ", "))
	return sqlgen.Tables{Contacts: sqlgen.Relation{Table: "native_people"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeText}, Fields: n.fields,
		Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "native_events"}, Contact: "person", Name: "e", At: sqlgen.Column{Column: "ts", Type: sqlgen.TypeUnix}, Order: "seq", Props: n.fields}}}, stored
}

// What random rules are made of: forms with X and Y in the place of a field, V of any
// constant, T of a text, D of an instant or a day.
var (
	nativeForms = []string{"X = V", "X != V", "X < V", "X <= V", "X > V", "X >= V", "X IN (V, V)", "X NOT IN (V, V)", "X BETWEEN V AND V", "X IS NULL", "X IS BLANK", "X CONTAINS V", "X CONTAINS ANY OF (V, V)", "X CONTAINS ALL OF (V, V)",
		"X STARTS WITH T", "X ENDS WITH T", "X MATCHES T", "X = T IGNORING CASE", "X IN (T, T) IGNORING CASE", "X CONTAINS T IGNORING CASE", "LENGTH(X) > 3", "LENGTH(X) = 20", "X WITHIN LAST 2 days", "X OLDER THAN 10 days", "X DURING THIS MONTH", "X WITHIN NEXT 3 days",
		"X BETWEEN D AND D", "X < D", "X >= D", "X = D", "X SINCE D", "X < NOW - 3 days", "AGE(X) > 5 days", "DATE(X) = D", "DATE(X) < D", "YEAR(X) = 2026", "MONTH(X) = 1", "X = Y", "X < Y", "X >= Y", "X + 1 > V", "X - Y > 2 days", "X - D < 3 days", "D - X > 3 days",
		"ANY X = T", "ANY X IN (T, V)", "ANY X = T IGNORING CASE", "X CONTAINS T IGNORING CASE", "ALL X = T", "NO X = V", "AT LEAST 2 X = T", "TIME(X) > D", "TIME(X) < TIME(Y)", "TIME(X) = Y", "NUMBER(X) > 1", "X + 3 days > NOW", "X + 1 month > D", "ANNIVERSARY(X) WITHIN NEXT 30 days", "UNIX(X) > D", "X = NULL"}
	nativeOverEvents = []string{"COUNT(e WHERE F) >= 1", "COUNT(e WHERE F) = 2 IN LAST 9 DAYS", "SUM(e.X) > 3", "MAX(e.X) > V", "MIN(e.X) <= D", "MAX(e.X AS TIME) > D", "MIN(e.X AS TIME) < D", "MAX(e.X AS TIME) = D", "MIN(e.X AS TIME) WITHIN LAST 2 days", "MAX(e.X AS TIME) > Y", "LAST(e.X) = V", "LAST(e.X) < D",
		"FIRST(e.X) >= D", "LAST(e.X) WITHIN NEXT 3 days", "LAST(e.X) IS NULL", "FIRST(e.X AS TIME) > D", "LAST(e.X) = Y", "LAST(e.X) > LAST(e.Y)", "LAST(e.X AS TIME) > LAST(e.Y AS TIME)", "DISTINCT(e.X) = 1", "DISTINCT(e.X AS TIME) > 1", "COUNT(e.X) > 1", "COUNT(e.X AS TIME) = 1", "LAST(e.X) CONTAINS T", "DID e WHERE F THEN e WHERE F WITHIN 5 days"}
	nativeTexts = []string{`""`, `"new"`, `"New"`, `"Paid"`, `"é"`, `"a "`, `" "`, `"6f1c9b1e-0000-4abc-8def-0123456789ab"`, `"6F1C9B1E-0000-4ABC-8DEF-0123456789AB"`, `"00000000-0000-0000-0000-000000000000"`, `"6f1c"`, `"2026-01-31"`, `"2026-01-31T10:00:00.25Z"`, `"2026-01-31T10:00:00Z"`, `"a\"b"`, `"a\\b"`, `"{x}"`, `"unknown"`, `"😀"`}
	nativeDays  = []string{"2026-01-31", "2026-02-01", "2026-01-31T10:00:00Z", "2026-01-31T10:00:00.25Z", "2026-01-31T10:00:00.1234567Z", "1970-01-01", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.5Z", "0001-01-01", "9999-12-31", "NOW", "TODAY"}
	nativeOther = []string{"0", "1", "-3", "7", "2026", "0.5", "0.25", "TRUE", "FALSE", "1769853600", `JSON '["new"]'`, `JSON '[]'`, "NULL"}
)

// randomNative is a random rule over the fields.
func randomNative(r *rand.Rand, names []string) (segment.Condition, bool) {
	pick := func(from []string) string { return from[r.Intn(len(from))] }
	any := func() string {
		return pick([][]string{nativeTexts, nativeDays, nativeOther}[r.Intn(3)])
	}
	var fill func(form string) string
	fill = func(form string) string {
		var b strings.Builder
		for i := 0; i < len(form); i++ {
			alone := (i == 0 || !isLetter(form[i-1])) && (i+1 == len(form) || !isLetter(form[i+1]))
			switch c := form[i]; {
			case alone && (c == 'X' || c == 'Y'):
				b.WriteString(pick(names))
			case alone && c == 'V':
				b.WriteString(any())
			case alone && c == 'T':
				b.WriteString(pick(nativeTexts))
			case alone && c == 'D':
				b.WriteString(pick(nativeDays))
			case alone && c == 'F':
				b.WriteString(fill(pick(nativeForms)))
			default:
				b.WriteByte(c)
			}
		}
		return b.String()
	}
	forms := nativeForms
	if r.Intn(3) == 0 {
		forms = nativeOverEvents
	}
	c, err := segment.Parse(fill(pick(forms)))
	return c, err == nil
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// TestColumnsOfEveryType compares random rules over columns of all types that an engine
// has with segment.Evaluate, and the negation of each with all other contacts.
func TestColumnsOfEveryType(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		wanted := rulesToTry(e, 500, 150)
		r := rand.New(rand.NewSource(*seed))
		n, total, at := nativeTableOf(e), tally{}, time.Unix(decided, 0).UTC()
		var tables sqlgen.Tables
		var stored []segment.Record
		for total.tried < wanted && total.differed <= 5 {
			if total.tried%200 == 0 {
				tables, stored = n.load(t, e, r)
			}
			c, ok := randomNative(r, n.names)
			if !ok {
				continue
			}
			total.tried++
			ok, exact := total.one(t, e, tables, "natives", c, at, stored)
			if exact {
				total.exact++
			}
			if ok {
				total.one(t, e, tables, "natives", rule.Not{C: c}, at, stored)
			}
		}
		t.Logf("%d rules, %d of them decided by the database alone", total.tried, total.exact)
	})
}
