package engines_test

import (
	"context"
	"fmt"
	"math/rand"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Columns of the databases' own types with the values that only they hold (infinity, NaN,
// years before Christ, days outside of the calendar, numbers of 131072 digits), asked by
// rules that know nothing of types: any operator of any column with any constant. What a
// rule cannot hold is missing, to all operators alike.

// An ownColumn is a column of a database's own type: its cells as SQL, each with the value
// that a contact has.
type ownColumn struct {
	name, typ string
	column    sqlgen.Column
	cells     []ownCell
}

type ownCell struct {
	sql   string
	value segment.Value
}

func ownCellOf(sql string, v segment.Value) ownCell { return ownCell{sql, v} }

// none is a cell that no rule has a value of.
func none(sql string) ownCell { return ownCell{sql: sql} }

func texts(values ...string) (cells []ownCell) {
	for _, v := range values {
		cells = append(cells, ownCellOf("'"+strings.ReplaceAll(v, "'", "''")+"'", segment.Text(v)))
	}
	return cells
}

func numbers(values ...string) (cells []ownCell) {
	for _, v := range values {
		cells = append(cells, ownCellOf(v, segment.JSON(v)))
	}
	return cells
}

func jsons(values ...string) (cells []ownCell) {
	for _, v := range values {
		cells = append(cells, ownCellOf("'"+v+"'", segment.JSON(v)))
	}
	return cells
}

// days and instants are written by the same form in all databases.
func dayCells(values ...string) (cells []ownCell) {
	for _, v := range values {
		at, err := time.Parse(time.DateOnly, v)
		if err != nil {
			panic(err)
		}
		cells = append(cells, ownCellOf("'"+v+"'", segment.Date(at.Date())))
	}
	return cells
}

func instantCells(values ...string) (cells []ownCell) {
	for _, v := range values {
		at, err := time.Parse("2006-01-02 15:04:05.000000", v)
		if err != nil {
			panic(err)
		}
		cells = append(cells, ownCellOf("'"+v+"'", segment.Time(at)))
	}
	return cells
}

func nones(sql ...string) (cells []ownCell) {
	for _, s := range sql {
		cells = append(cells, none(s))
	}
	return cells
}

const someUUID = "123e4567-e89b-12d3-a456-426655440000"

// longNumbers are numbers in JSON of many digits.
func longNumbers() []ownCell {
	fifty := strings.Repeat("7", 50)
	return slices.Concat(jsons("5", "5.0", "-0.5", "1e30", fifty, "-"+fifty+".5", "1e300", "-1e300", "1e-20", "0."+strings.Repeat("3", 60), `"5"`, `"a"`, "null", "true", `[5, "a"]`, "[]", `{"x": 5}`,
		`"2026-01-31"`, `"2026-01-31T10:00:00Z"`), nones("'1e131071'", "'-1e131071'", "'"+strings.Repeat("9", 400)+"'"))
}

// promised are documents of which k has no more than nine digits, or is no number.
func promised() (cells []ownCell) {
	for _, v := range []string{"5", "5.0", "-7", "999999999", "2.5e1", `"5"`, "null", "[5]"} {
		cells = append(cells, ownCellOf(`'{"k": `+v+`}'`, segment.JSON(v)))
	}
	return append(cells, nones(`'{"k": 1e131071}'`, `'{"k": 1`+strings.Repeat("0", 400)+`}'`, "'{}'")...)
}

// natives are the columns of a database.
func ownColumns(e engines.Engine) []ownColumn {
	typed := func(t sqlgen.Type) sqlgen.Column { return sqlgen.Column{Type: t} }
	decimal := sqlgen.Column{Type: sqlgen.TypeDecimal, Digits: 18, Scale: 4}
	stamp := sqlgen.Column{Type: sqlgen.TypeTimestamp, Scale: 6}
	words := texts("a", "A", "", " ", "b", "é", "2026-01-31", "2026-01-31T10:00:00Z", "5")
	sums := numbers("5", "0", "-1.5", "5.5", "12345678901234.5")
	whole := numbers("5", "0", "-1", "2026", "9223372036854775807", "-9223372036854775808")
	floats := numbers("5", "0", "-1.5", "1.7e308", "0.1")
	born := dayCells("2026-01-31", "1990-02-01", "2000-02-29", "2024-12-31", "2026-02-01")
	seen := instantCells("2026-01-31 10:00:00.000000", "2025-12-31 23:59:59.999999", "1990-02-01 00:00:00.000000", "2026-03-01 12:00:00.000000")
	all := func(text, integer, float, boolean, date, timestamp, json string) []ownColumn {
		return []ownColumn{{"t", text, typed(sqlgen.TypeText), words}, {"i", integer, typed(sqlgen.TypeInteger), whole}, {"f", float, typed(sqlgen.TypeFloat), floats},
			{"b", boolean, typed(sqlgen.TypeBool), []ownCell{ownCellOf("TRUE", segment.Bool(true)), ownCellOf("FALSE", segment.Bool(false))}},
			{"d", date, typed(sqlgen.TypeDate), born}, {"s", timestamp, stamp, seen}, {"j", json, typed(sqlgen.TypeJSON), longNumbers()},
			{"k", json, sqlgen.Column{Type: sqlgen.TypeInteger, Path: []string{"k"}, Digits: 9}, promised()}}
	}
	add := func(to []ownColumn, name string, cells ...ownCell) {
		i := slices.IndexFunc(to, func(n ownColumn) bool { return n.name == name })
		to[i].cells = slices.Concat(to[i].cells, cells)
	}
	bc := segment.Date(-43, 3, 15)
	bcAt := segment.Time(time.Date(-43, 3, 15, 10, 0, 0, 0, time.UTC))
	switch e.Name() {
	case "postgres":
		to := all("text", "bigint", "float8", "boolean", "date", "timestamptz", "jsonb")
		add(to, "d", slices.Concat(nones("'infinity'", "'-infinity'"), []ownCell{ownCellOf("'0044-03-15 BC'", bc), ownCellOf("'0001-12-31 BC'", segment.Date(0, 12, 31)), ownCellOf("'12000-01-01'", segment.Date(12000, 1, 1))})...)
		add(to, "s", slices.Concat(nones("'infinity'", "'-infinity'"), []ownCell{ownCellOf("'0044-03-15 10:00:00+00 BC'", bcAt)})...)
		add(to, "f", nones("'NaN'", "'Infinity'", "'-Infinity'")...)
		return append(to, ownColumn{"n", "numeric", decimal, slices.Concat(sums, nones("'NaN'", "'Infinity'", "'-Infinity'"))}, ownColumn{"ci", "citext", typed(sqlgen.TypeText), words},
			ownColumn{"ch", "char(30)", typed(sqlgen.TypeText), texts("a", "A", "", "b", "2026-01-31", "2026-01-31T10:00:00Z")}, ownColumn{"vc", "varchar(30)", typed(sqlgen.TypeText), words},
			ownColumn{"u", "uuid", typed(sqlgen.TypeText), texts(someUUID, "00000000-0000-0000-0000-000000000000")}, ownColumn{"en", "made_enum", typed(sqlgen.TypeText), texts("a", "A", "b")},
			ownColumn{"z", "timestamp", stamp, slices.Concat(seen, nones("'infinity'", "'-infinity'"), []ownCell{ownCellOf("'0044-03-15 10:00:00 BC'", bcAt)})})
	case "mariadb":
		to := all("VARCHAR(50)", "BIGINT", "DOUBLE", "BOOLEAN", "DATE", "DATETIME(6)", "JSON")
		odd := nones("'0000-00-00'", "'2020-00-15'", "'2020-01-00'", "'2021-02-30'")
		oddAt := nones("'0000-00-00 00:00:00'", "'2020-00-15 10:00:00'", "'2020-01-00 10:00:00'", "'2021-02-30 10:00:00'")
		add(to, "d", append(odd, ownCellOf("'0000-05-05'", segment.Date(0, 5, 5)))...)
		add(to, "s", append(oddAt, ownCellOf("'0001-05-05 10:00:00'", segment.Time(time.Date(1, 5, 5, 10, 0, 0, 0, time.UTC))))...)
		return append(to, ownColumn{"n", "DECIMAL(18, 4)", decimal, sums}, ownColumn{"ch", "CHAR(30)", typed(sqlgen.TypeText), texts("a", "A", "", "b", "2026-01-31")}, ownColumn{"en", "ENUM('a', 'b', 'é')", typed(sqlgen.TypeText), texts("a", "b", "é")},
			ownColumn{"dn", "DATE NOT NULL", typed(sqlgen.TypeDate), slices.Concat(born, odd)}, ownColumn{"sn", "DATETIME NOT NULL", sqlgen.Column{Type: sqlgen.TypeTimestamp}, slices.Concat(seen[:1], seen[2:], oddAt)})
	case "duckdb":
		to := all("VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "JSON")
		add(to, "d", slices.Concat(nones("'infinity'", "'-infinity'"), []ownCell{ownCellOf("'0044-03-15 (BC)'", bc), ownCellOf("'12000-01-01'", segment.Date(12000, 1, 1))})...)
		add(to, "s", slices.Concat(nones("'infinity'", "'-infinity'"), []ownCell{ownCellOf("'0044-03-15 (BC) 10:00:00'", bcAt)})...)
		add(to, "f", nones("'nan'", "'infinity'", "'-infinity'")...)
		return append(to, ownColumn{"n", "DECIMAL(18, 4)", decimal, sums}, ownColumn{"u", "UUID", typed(sqlgen.TypeText), texts(someUUID, "00000000-0000-0000-0000-000000000000")},
			ownColumn{"en", "ENUM('a', 'A', 'b')", typed(sqlgen.TypeText), texts("a", "A", "b")})
	case "clickhouse":
		to := all("Nullable(String)", "Nullable(Int64)", "Nullable(Float64)", "Nullable(Bool)", "Nullable(Date32)", "Nullable(DateTime64(6, 'UTC'))", "Nullable(String)")
		add(to, "f", nones("nan", "inf", "-inf")...)
		return append(to, ownColumn{"n", "Nullable(Decimal(18, 4))", decimal, sums}, ownColumn{"u", "Nullable(UUID)", typed(sqlgen.TypeText), texts(someUUID, "00000000-0000-0000-0000-000000000000")},
			ownColumn{"en", "Nullable(Enum8('a' = 1, 'A' = 2, 'b' = 3))", typed(sqlgen.TypeText), texts("a", "A", "b")}, ownColumn{"lc", "LowCardinality(Nullable(String))", typed(sqlgen.TypeText), words},
			ownColumn{"st", "String", typed(sqlgen.TypeText), words})
	}
	to := all("TEXT", "INTEGER", "REAL", "INTEGER", "TEXT", "TEXT", "TEXT")
	add(to, "f", nones("9e999", "-9e999")...)
	var scaled []ownCell
	for _, v := range []string{"5", "0", "-1.5", "5.5"} {
		x := segment.JSON(v)
		scaled = append(scaled, ownCellOf(fmt.Sprint(int64(x.Float()*1e4)), x))
	}
	return append(to, ownColumn{"n", "INTEGER", sqlgen.Column{Type: sqlgen.TypeInteger, Scale: 4, Digits: 12}, scaled})
}

// ownCrowd fills a table of contacts, one of events and others, and gives the contacts.
func ownCrowd(t *testing.T, e engines.Engine, r *rand.Rand, columns []ownColumn) (tables sqlgen.Tables, stored []segment.Record) {
	t.Helper()
	const contacts = 40
	id := "VARCHAR(20)"
	after := ""
	if e.Name() == "clickhouse" {
		id, after = "String", " ENGINE = MergeTree ORDER BY tuple()"
	}
	loose, strict := "", ""
	switch e.Name() {
	case "postgres":
		run(t, e, `CREATE EXTENSION IF NOT EXISTS citext; DROP TABLE IF EXISTS native, native_events; DROP TYPE IF EXISTS made_enum; CREATE TYPE made_enum AS ENUM ('a', 'A', 'b')`)
	case "mariadb": // of one connection
		loose, strict = "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'; ", "; SET SESSION sql_mode = DEFAULT"
	}
	number := map[bool]string{true: "Int64", false: "bigint"}[e.Name() == "clickhouse"]
	at := columns[slices.IndexFunc(columns, func(n ownColumn) bool { return n.name == "s" })]
	create := func(table, first string, columns []ownColumn) {
		list := []string{first}
		for _, c := range columns {
			list = append(list, e.Quote(c.name)+" "+c.typ)
		}
		run(t, e, "DROP TABLE IF EXISTS "+table)
		run(t, e, "CREATE TABLE "+table+" ("+strings.Join(list, ", ")+")"+after)
	}
	props := slices.DeleteFunc(slices.Clone(columns), func(n ownColumn) bool {
		return n.column.Type == sqlgen.TypeDate || n.column.Type == sqlgen.TypeTimestamp
	})
	create("native", "id "+id, columns)
	create("native_events", "contact "+id+", seq "+number+", "+e.Quote("at")+" "+at.typ, props)
	pick := func(c ownColumn) ownCell {
		if r.Intn(5) == 0 && !strings.Contains(c.typ, "NOT NULL") && c.typ != "String" {
			return none("NULL")
		}
		return c.cells[r.Intn(len(c.cells))]
	}
	var rows, eventRows []string
	for i := range contacts {
		x := segment.Record{ID: fmt.Sprintf("c%02d", i), Fields: map[string]segment.Value{}}
		cells := []string{"'" + x.ID + "'"}
		for _, c := range columns {
			one := pick(c)
			cells = append(cells, one.sql)
			x.Fields[c.name] = one.value
		}
		rows = append(rows, "("+strings.Join(cells, ", ")+")")
		for range r.Intn(5) {
			when := pick(at)
			cells := []string{"'" + x.ID + "'", fmt.Sprint(len(eventRows)), when.sql}
			var members []segment.Member
			for _, c := range props {
				one := pick(c)
				cells = append(cells, one.sql)
				members = append(members, segment.Member{Name: c.name, Value: one.value})
			}
			eventRows = append(eventRows, "("+strings.Join(cells, ", ")+")")
			if when.value.Kind() == segment.KindTime { // what has no instant did not happen
				x.Log = append(x.Log, segment.Event{Name: "e", At: when.value.Time(), Props: segment.Document(plainJSON(segment.Object(members...)))})
			}
		}
		slices.SortStableFunc(x.Log, func(a, b segment.Event) int { return a.At.Compare(b.At) })
		stored = append(stored, x)
	}
	run(t, e, loose+"INSERT INTO native VALUES "+strings.Join(rows, ", ")+strict)
	run(t, e, loose+"INSERT INTO native_events VALUES "+strings.Join(eventRows, ", ")+strict)
	tables = sqlgen.Tables{Contacts: sqlgen.Relation{Table: "native"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeText}, Fields: map[string]sqlgen.Column{}}
	events := sqlgen.Events{Relation: sqlgen.Relation{Table: "native_events"}, Contact: "contact", Name: "e", Order: "seq", At: at.column, Props: map[string]sqlgen.Column{}}
	events.At.Column = "at"
	for _, c := range columns {
		c.column.Column = c.name
		tables.Fields[c.name] = c.column
	}
	for _, c := range props {
		c.column.Column = c.name
		events.Props[c.name] = c.column
	}
	tables.Events = []sqlgen.Events{events}
	return tables, stored
}

// blindForms are rules in which X and Y are any fields, P and Q any properties, V and W
// any constants, and S any text.
var blindForms = strings.FieldsFunc(`X = V|X < V|X <= V|X > V|X >= V|X BETWEEN V AND W|X IN (V, W)|X = Y|X < Y|X >= Y|X IS NULL|X IS BLANK|X + Y > V|X - Y < V|X * Y > V|X / Y >= V|X % Y = V|X * X > V|X * X * X <= V
X + V > W|X - V <= W|V - X > W|-X < V|X / V > W|V / X < W|X CONTAINS V|X CONTAINS ALL OF (V, W)|X STARTS WITH S|X ENDS WITH S|X MATCHES S|X = S IGNORING CASE|X CONTAINS S IGNORING CASE|X IN (S, "b") IGNORING CASE|LENGTH(X) > V|LENGTH(X) = V
YEAR(X) = V|YEAR(X) < V|MONTH(X) >= V|QUARTER(X) = V|DAY(X) < V|WEEKDAY(X) > V|HOUR(X) < V|DATE(X) = V|DATE(X) > V|DATE(X) < V|TIME(X) < V|NUMBER(X) > V|X + 3 days > V|X - 1 month <= V|X + 1 year < NOW|X - 5 hours >= V|AGE(X) > 3 days|AGE(X) < 3 days
X - V < 30 days|V - X > 3 days|X - Y > 3 days|X WITHIN LAST 1 year|X OLDER THAN 1 month|X DURING THIS MONTH|X DURING PREVIOUS 3 MONTHS|X DURING NEXT 2 QUARTERS|X DURING TOMORROW|X DURING THIS FISCAL YEAR STARTING OCTOBER|X WITHIN NEXT 300 years|X SINCE V|X BEFORE V|X AFTER V|X = TODAY - 1 day|ANNIVERSARY(X) = TODAY|ANNIVERSARY(X) WITHIN NEXT 30 days|ANNIVERSARY(X) > V
UNIX(X) > V|UNIX_MILLI(X) < V|COALESCE(X, V) > W|COALESCE(X, Y) < V|COALESCE(X, Y, V) = W|COALESCE(X, Y) IS NULL|COALESCE(X, V) + Y > W|COALESCE(X, V) IN (V, W)|COALESCE(X, Y) WITHIN LAST 1 year|ANNIVERSARY(COALESCE(X, 2000-03-31)) = TODAY|COALESCE(ANNIVERSARY(X), TODAY) = TODAY|COALESCE(SUM(e.P), LAST(e.Q), V) > W|COALESCE(LAST(e.P), X) = V|ANY X = V|NO X = V|ALL X > V|ANY X HAS (x = V)|X IN CIDR ("10.0.0.0/8")|AT LEAST 1 OF (X = V, Y < W)|EXACTLY 1 OF (X > V, Y IS NULL)|j.x = V|X IS SET AND Y >= V
SUM(e.P) > V|SUM(e.P) <= V|AVG(e.P) < V|MIN(e.P) <= V|MAX(e.P) > V|MAX(e.P) = V|DISTINCT(e.P) = 1|DISTINCT(e.P) >= 2|COUNT(e.P) = V|COUNT(e.P) > 1|LAST(e.P) = V|FIRST(e.P) < V|LAST(e.P) IS NULL|MAX(e) < V|LAST(e) > V|FIRST(e) IS NULL
COUNT(e WHERE P = V) > 0|COUNT(e WHERE P < V) = 0|COUNT(e WHERE P >= V AND Q = W) >= 1|COUNT(e WHERE P IS NULL) > 1|SUM(e.P WHERE Q > V) > W|COUNT(e) > 2|COUNT(e) = 1 IN LAST 2 months|COUNT(e) >= 1 SINCE V|DISTINCT(e) > 1|LAST(e) = X|SUM(e.P) > X
DID e THEN e WITHIN 300 days|DID e THEN NOT e WITHIN 30 days|DID e(WHERE P = V) THEN e|DID e IN AT LEAST 1 OF LAST 4 MONTHS|NEVER DID e|X > V AND SUM(e.P) > W|X = V OR MAX(e.P) < W`, func(r rune) bool { return r == '|' || r == '\n' })

var blindPlace = regexp.MustCompile(`\b[XYPQVWS]\b`)

var blindConstants = []string{"5", "0", "-1", "5.5", "1e30", "1e300", "-1e300", "0.1", "1", "2026", `"a"`, `"A"`, `""`, `"5"`, `"zz"`, `"2026-01-31"`, `"` + someUUID + `"`, "2026-01-31", "1990-02-01", "0001-01-01", "9999-12-31", "0000-03-01",
	"2026-01-31T10:00:00Z", "2020-01-01T00:00:00Z", "TRUE", "FALSE", "3 days", "1 year", "TODAY", "NOW"}

// blindRule writes a rule at random; ok is false if it is none.
func blindRule(r *rand.Rand, fields, props []string) (c segment.Condition, ok bool) {
	any := func(of []string) string { return of[r.Intn(len(of))] }
	form := any(blindForms)
	by := map[string]string{"X": any(fields), "Y": any(fields), "P": any(props), "Q": any(props), "V": any(blindConstants), "W": any(blindConstants), "S": any([]string{`"a"`, `"A"`, `""`, `"b"`, `"é"`, `"2026"`, `"-"`})}
	text := blindPlace.ReplaceAllStringFunc(form, func(p string) string { return by[p] })
	c, err := segment.Parse(text)
	if err != nil {
		return nil, false
	}
	_, err = segment.Compile(c)
	return c, err == nil
}

// TestTypeBlindRules asks what the rules that no schema checked ask: statements give
// whom Evaluate gives, and no row makes one fail.
func TestTypeBlindRules(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		wanted := rulesToTry(e, 600, 150)
		total := tally{}
		for n := *seed; total.tried < wanted; n++ {
			r := rand.New(rand.NewSource(n))
			columns := ownColumns(e)
			tables, stored := ownCrowd(t, e, r, columns)
			fields, props := columnNames(tables.Fields), columnNames(tables.Events[0].Props)
			for range min(150, wanted) {
				c, ok := blindRule(r, fields, props)
				if !ok {
					continue
				}
				at := time.Date(2026, 2, 1, r.Intn(24), 0, 0, 0, time.UTC)
				place := fmt.Sprintf("seed %d", n)
				total.tried++
				same, exact := total.one(t, e, tables, place, c, at, stored)
				if exact {
					total.exact++
				}
				if same {
					_, _ = total.one(t, e, tables, place, rule.Not{C: c}, at, stored)
				}
				total.strictly(t, e, tables, c, at)
				if total.differed > 5 {
					t.Fatal("too many differences")
				}
			}
		}
		t.Logf("%d condition-instants, %d of them decided by the database alone", total.tried, total.exact)
	})
}

func columnNames(m map[string]sqlgen.Column) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// strictly inserts what a statement selects, where the database is stricter then: what
// is a warning of a SELECT is an error of MariaDB's INSERT.
func (n *tally) strictly(t *testing.T, e engines.Engine, tables sqlgen.Tables, c segment.Condition, at time.Time) {
	t.Helper()
	if e.Name() != "mariadb" {
		return
	}
	q, err := sqlgen.Select(dialectOf(e), tables, c, at)
	if err != nil {
		return // which was reported
	}
	ctx := context.Background()
	tx, err := engines.DB(e).BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "CREATE TEMPORARY TABLE IF NOT EXISTS strict (id VARCHAR(50)) ENGINE = InnoDB"); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO strict "+q.Text, q.Args...); err != nil {
		n.differed++
		t.Errorf("%s: INSERT … SELECT: %v\n%.4000s\n%.500q", c, err, q.Text, q.Args)
	}
}
