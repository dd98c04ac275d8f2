package engines_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// What only one database holds, by name: each of these was counted as a value, or ended a
// statement for all contacts. TestTypeBlindRules tries the same values at random.

// holding makes contacts with native columns, each of as many cells.
func holding(t *testing.T, e engines.Engine, columns ...ownColumn) (tables sqlgen.Tables, stored []segment.Record) {
	t.Helper()
	var ddl []string
	tables = sqlgen.Tables{Contacts: sqlgen.Relation{Table: "holding"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeText}, Fields: map[string]sqlgen.Column{}}
	for _, c := range columns {
		ddl = append(ddl, e.Quote(c.name)+" "+c.typ)
		c.column.Column = c.name
		tables.Fields[c.name] = c.column
	}
	id, after, loose := "VARCHAR(20)", "", ""
	switch e.Name() {
	case "clickhouse":
		id, after = "String", " ENGINE = MergeTree ORDER BY id"
	case "mariadb":
		loose = "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'; "
	}
	run(t, e, "DROP TABLE IF EXISTS holding")
	run(t, e, "CREATE TABLE holding (id "+id+", "+strings.Join(ddl, ", ")+")"+after)
	var rows []string
	for i := range columns[0].cells {
		x := segment.Record{ID: fmt.Sprintf("c%02d", i), Fields: map[string]segment.Value{}}
		cells := []string{"'" + x.ID + "'"}
		for _, c := range columns {
			cells = append(cells, c.cells[i].sql)
			x.Fields[c.name] = c.cells[i].value
		}
		rows = append(rows, "("+strings.Join(cells, ", ")+")")
		stored = append(stored, x)
	}
	insert := loose + "INSERT INTO holding VALUES " + strings.Join(rows, ", ")
	if loose != "" {
		insert += "; SET SESSION sql_mode = DEFAULT"
	}
	run(t, e, insert)
	return tables, stored
}

// eventsOf makes a table of one event a contact from its own columns: all of them are
// properties but that of the instant, and those without an instant did not happen.
func eventsOf(tables *sqlgen.Tables, stored []segment.Record, at string) {
	events := sqlgen.Events{Relation: sqlgen.Relation{Query: "SELECT h.*, 1 AS seq FROM holding h"}, Contact: "id", Name: "e", At: tables.Fields[at], Order: "seq", Props: map[string]sqlgen.Column{}}
	for name, c := range tables.Fields {
		if name != at {
			events.Props[name] = c
		}
	}
	for i, x := range stored {
		if v := x.Fields[at]; v.Kind() == segment.KindTime {
			var members []segment.Member
			for name := range events.Props {
				members = append(members, segment.Member{Name: name, Value: x.Fields[name]})
			}
			stored[i].Log = []segment.Event{{Name: "e", At: v.Time(), Props: segment.Document(plainJSON(segment.Object(members...)))}}
		}
	}
	tables.Events = []sqlgen.Events{events}
}

// strict tries the statements of rules as INSERT … SELECT too.
func strict(t *testing.T, e engines.Engine, tables sqlgen.Tables, rules ...string) {
	t.Helper()
	n := tally{}
	for _, r := range rules {
		n.strictly(t, e, tables, segment.MustParse(r), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
	}
}

var everyComparison = []string{"X = V", "X < V", "X <= V", "X > V", "X >= V", "X BETWEEN V AND V", "X IN (V)", "X IS NULL", "X IS BLANK"}

func TestNumericsThatAreNoNumbers(t *testing.T) {
	e := engines.Need(t, "postgres")
	at := instantCells("2026-01-31 10:00:00.000000")[0]
	decimal := sqlgen.Column{Type: sqlgen.TypeDecimal, Digits: 12, Scale: 2}
	n := slices.Concat(nones("'NaN'", "'Infinity'", "'-Infinity'"), numbers("5", "-2.5", "99999"), nones("NULL"))
	tables, stored := holding(t, e, ownColumn{"n", "numeric", decimal, n}, ownColumn{"m", "numeric", decimal, slices.Concat(numbers("1", "2"), n[:5])},
		ownColumn{"s", "timestamptz", sqlgen.Column{Type: sqlgen.TypeTimestamp}, slices.Repeat([]ownCell{at}, len(n))})
	eventsOf(&tables, stored, "s")
	tables.Events[0].Relation = sqlgen.Relation{Query: "SELECT 'c00' AS id, n, m, s, row_number() OVER () AS seq FROM holding"} // all are of one contact
	for i := range stored[1:] {
		stored[0].Log = append(stored[0].Log, stored[i+1].Log...)
		stored[i+1].Log = nil
	}
	decide(t, e, tables, stored, each([]string{"n", "m", "n + 1", "n * m", "0 - n"}, []string{"5", "1e30", "-1e30", "0"}, everyComparison[:5]...)...)
	decide(t, e, tables, stored, "n IS NULL", "n IS SET", "n = m", "n < m", "n >= m", "n % 2 = 1", "n / m > 1", "UNIX(n) > 1960-01-01", "n IN (5, 1e300)", "NOT n > 5")
	decide(t, e, tables, stored, each([]string{"SUM(e.n)", "AVG(e.n)", "MIN(e.n)", "MAX(e.n)", "DISTINCT(e.n)", "COUNT(e.n)", "LAST(e.n)", "COUNT(e WHERE n > 0)"}, []string{"5", "100001.5", "3", "99999", "1e9"}, "X = V", "X > V", "X < V")...)
}

// infinite are days and instants, of which some are none: in PostgreSQL and DuckDB.
func infinite(e engines.Engine) (d, s []ownCell) {
	bc, bcAt := "'0044-03-15 BC'", "'0044-03-15 10:00:00 BC'"
	if e.Name() == "duckdb" {
		bc, bcAt = "'0044-03-15 (BC)'", "'0044-03-15 (BC) 10:00:00'"
	}
	no := nones("'infinity'", "'-infinity'")
	d = slices.Concat(no, dayCells("1990-05-05", "2026-02-01", "0001-01-01"), []ownCell{ownCellOf(bc, segment.Date(-43, 3, 15)), ownCellOf("'12000-01-01'", segment.Date(12000, 1, 1))}, nones("NULL"))
	s = slices.Concat(no, instantCells("1990-05-05 10:00:00.000000", "2026-01-31 10:00:00.000000", "0001-01-01 00:00:00.000000"), []ownCell{ownCellOf(bcAt, segment.Time(time.Date(-43, 3, 15, 10, 0, 0, 0, time.UTC))),
		ownCellOf("'12000-01-01 00:00:00'", segment.Time(time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)))}, nones("NULL"))
	return d, s
}

func TestInfiniteDaysAndInstants(t *testing.T) {
	for name, types := range map[string][2]string{"postgres": {"date", "timestamptz"}, "duckdb": {"DATE", "TIMESTAMP"}} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			d, s := infinite(e)
			stamp := sqlgen.Column{Type: sqlgen.TypeTimestamp, Scale: 6}
			tables, stored := holding(t, e, ownColumn{"d", types[0], sqlgen.Column{Type: sqlgen.TypeDate}, d}, ownColumn{"s", types[1], stamp, s}, ownColumn{"r", types[1], stamp, append(s[1:len(s):len(s)], s[0])})
			decide(t, e, tables, stored, each([]string{"d", "s", "d + 3 days", "s - 5 hours", "DATE(s)", "d + 1 month"}, []string{"2026-02-01", "0001-01-01", "9999-12-31", "0000-01-01", "2026-01-31T10:00:00Z"}, everyComparison...)...)
			decide(t, e, tables, stored, each([]string{"d", "s"}, []string{""}, "X WITHIN LAST 1 year", "X OLDER THAN 1 month", "X WITHIN NEXT 900 years", "AGE(X) > 1 day", "AGE(X) < 1 day", "X - 2026-01-01 > 3 days", "2026-01-01 - X > 3 days")...)
			decide(t, e, tables, stored, each([]string{"d"}, []string{"1990", "-43", "-44", "0", "3", "12000", "1e9"}, "YEAR(X) = V", "YEAR(X) < V", "YEAR(X) > V", "MONTH(X) = V", "QUARTER(X) <= V", "DAY(X) > V", "WEEKDAY(X) = V")...)
			decide(t, e, tables, stored, "d WITHIN LAST 3000 years", "ANNIVERSARY(d) WITHIN NEXT 200 days", "ANNIVERSARY(d) < TODAY", "s = r", "s < r", "s >= r", "d = d", "s - r > 3 days", "d < 0001-01-01", "NOT s > 2026-01-01")
			// Events, memberships and changes without an instant are none.
			eventsOf(&tables, stored, "s")
			delete(tables.Events[0].Props, "d")
			delete(tables.Events[0].Props, "r")
			tables.Lists = &sqlgen.Lists{Relation: sqlgen.Relation{Query: "SELECT id, 'VIP' AS list, s FROM holding"}, Contact: "id", List: "list", Joined: &sqlgen.Column{Column: "s", Type: sqlgen.TypeTimestamp, Scale: 6}}
			tables.History = &sqlgen.History{Relation: sqlgen.Relation{Query: "SELECT id, 'plan' AS field, s, 1 AS seq, 'pro' AS value FROM holding"}, Contact: "id", Field: "field", At: stamp, Value: sqlgen.Column{Column: "value", Type: sqlgen.TypeText}, Order: "seq"}
			tables.History.At.Column = "s"
			tables.Fields["plan"] = sqlgen.Column{Expr: "'pro'", Type: sqlgen.TypeText}
			for i := range stored {
				stored[i].Fields["plan"] = segment.Text("pro")
				for j := range stored[i].Log {
					at := stored[i].Log[j].At
					stored[i].Log[j].Props = segment.Document("{}")
					stored[i].Lists = map[string]time.Time{"VIP": at}
					stored[i].Changes = map[string][]segment.Change{"plan": {{At: at, Value: segment.Text("pro")}}}
				}
			}
			decide(t, e, tables, stored, "DID e", "COUNT(e) = 1 IN LAST 1 year", "COUNT(e) = 0 SINCE 1900-01-01", "LAST(e) > 2000-01-01", "FIRST(e) < 2000-01-01", "LAST(e) IS NULL", "DID e THEN e WITHIN 30 days", "DID e THEN NOT e WITHIN 1 day",
				"DID e IN AT LEAST 1 OF LAST 2 YEARS", `IN LIST "VIP"`, `JOINED LIST "VIP" > 2000-01-01`, `JOINED LIST "VIP" IN LAST 1 year`, `plan HAS BEEN "pro" FOR 10 years`, "plan CHANGED IN LAST 1 year")
		})
	}
}

// An index on a column that may hold infinities is still used, for ends on both sides.
func TestRangesKeepTheirIndex(t *testing.T) {
	e := engines.Need(t, "postgres")
	run(t, e, `DROP TABLE IF EXISTS ranges; CREATE TABLE ranges AS SELECT g AS id, now() - g * interval '1 hour' AS s, (now() - g * interval '1 day')::date AS d, g::numeric AS n, g::text AS x, g::text::varchar(20) AS v FROM generate_series(1, 20000) g;
CREATE INDEX ON ranges (s); CREATE INDEX ON ranges (d); CREATE INDEX ON ranges (n); CREATE INDEX ON ranges (x); CREATE INDEX ON ranges (v); ANALYZE ranges`)
	tables := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "ranges"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeInteger}, Fields: map[string]sqlgen.Column{"s": {Column: "s", Type: sqlgen.TypeTimestamp}, "d": {Column: "d", Type: sqlgen.TypeDate},
		"n": {Column: "n", Type: sqlgen.TypeDecimal}, "x": {Column: "x", Type: sqlgen.TypeText}, "v": {Column: "v", Type: sqlgen.TypeText}}}
	for _, rule := range []string{"s WITHIN LAST 2 hours", "s > NOW - 1 hour", "s OLDER THAN 27 months", "s = TODAY", "d > TODAY - 3 days", "d < TODAY - 19998 days", "d BETWEEN TODAY - 5 days AND TODAY", "n > 19990", "n < 7.5", "n = 5", `x = "77"`, `v = "77"`, `v IN ("5", "6")`} {
		q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables, segment.MustParse(rule), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		plan, err := e.IDs("EXPLAIN "+q.Text, q.Args)
		if text := strings.Join(plan, "\n"); err != nil || !strings.Contains(text, "Index Cond") {
			t.Errorf("%s: %v\n%s\n%s", rule, err, q.Text, text)
		}
	}
}

// A citext, a char(n), an enum and a UUID are texts like all others, as fields and as the
// names of events and lists.
func TestTextsOfOtherTypes(t *testing.T) {
	texts3 := func(a, b, c string) []ownCell { return texts(a, b, c) }
	for name, types := range map[string][4]string{"postgres": {"citext", "char(12)", "made_kind", "uuid"}, "duckdb": {"VARCHAR COLLATE NOCASE", "VARCHAR", "ENUM('a', 'A', 'b')", "UUID"},
		"clickhouse": {"LowCardinality(String)", "Nullable(String)", "Enum8('a' = 1, 'A' = 2, 'b' = 3)", "UUID"}, "mariadb": {"VARCHAR(20)", "CHAR(12)", "ENUM('a', 'b', 'c')", "VARCHAR(40)"}} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			if name == "postgres" {
				run(t, e, "CREATE EXTENSION IF NOT EXISTS citext; DROP TABLE IF EXISTS holding; DROP TYPE IF EXISTS made_kind; CREATE TYPE made_kind AS ENUM ('a', 'A', 'b')")
			}
			kinds := texts3("a", "A", "b")
			if name == "mariadb" {
				kinds = texts3("a", "c", "b")
			}
			column := sqlgen.Column{Type: sqlgen.TypeText}
			tables, stored := holding(t, e, ownColumn{"ci", types[0], column, texts3("a", "A", "2026-01-31t10:00:00Z")}, ownColumn{"ch", types[1], column, texts3("a", "2026-01-31", "b")}, ownColumn{"en", types[2], column, kinds},
				ownColumn{"u", types[3], column, texts3(someUUID, "00000000-0000-0000-0000-000000000000", "11111111-1111-1111-1111-111111111111")})
			values := []string{`"a"`, `"A"`, `"zz"`, `""`, `"` + someUUID + `"`, `"` + strings.ToUpper(someUUID) + `"`, `"2026-01-31"`}
			names := []string{"ci", "ch", "en", "u"}
			if testing.Short() {
				values = values[2:5]
			}
			decide(t, e, tables, stored, each(names, values, "X = V", "X < V", "X >= V", `X IN (V, "q")`, "X CONTAINS V", "X STARTS WITH V", "X ENDS WITH V", "X = V IGNORING CASE", "LENGTH(X) = 1", "X IS BLANK", "X > 2025-01-01", "X MATCHES V")...)
			decide(t, e, tables, stored, "ci = ch", "ci = en", "en < ch", "u = ci", "ci = ci", "LENGTH(ch) = 10", "ch = 2026-01-31", "ci >= 2026-01-31T10:00:00Z")
			list := func(column string) {
				tables.Lists = &sqlgen.Lists{Relation: sqlgen.Relation{Table: "holding"}, Contact: "id", List: column}
				tables.Segments = &sqlgen.Segments{Relation: sqlgen.Relation{Table: "holding"}, Contact: "id", Segment: column}
				tables.Events = []sqlgen.Events{{Relation: sqlgen.Relation{Table: "holding"}, Contact: "id", Names: column, At: sqlgen.Column{Expr: "5", Type: sqlgen.TypeUnix}, Props: map[string]sqlgen.Column{"p": tables.Fields[column]}}}
				for i, x := range stored {
					name := x.Fields[column].Text()
					stored[i].Lists, stored[i].Segments = map[string]time.Time{name: {}}, []string{name}
					stored[i].Log = []segment.Event{{Name: name, At: time.Unix(5, 0), Props: segment.Document(fmt.Sprintf(`{"p": %q}`, name))}}
				}
			}
			for _, n := range names {
				list(n)
				decide(t, e, tables, stored, `IN LIST "a"`, `IN LIST "A" OR IN LIST "zz"`, `IN SEGMENT "a"`, `IN SEGMENT "zz"`, "DID a", "DID zz", "COUNT(a | zz | A) = 1", "COUNT(a*) >= 1", `COUNT(* WHERE p = "a") = 1`, "DISTINCT(*.p) = 1")
			}
		})
	}
}

// What a timestamp without zone says is not read by the zone of the session.
func TestZoneOfTheSession(t *testing.T) {
	e := engines.Need(t, "postgres")
	s := instantCells("2026-01-31 10:00:00.000000", "2026-01-31 20:00:00.000000", "2026-02-01 00:00:00.000000", "1990-05-05 10:00:00.000000")
	stamp := sqlgen.Column{Type: sqlgen.TypeTimestamp}
	tables, stored := holding(t, e, ownColumn{"s", "timestamp", stamp, s}, ownColumn{"z", "timestamptz", stamp, instantsIn("+00", "2026-01-31 10:00:00.000000", "2026-01-31 20:00:00.000000", "2026-02-01 00:00:00.000000", "1990-05-05 10:00:00.000000")})
	eventsOf(&tables, stored, "s")
	delete(tables.Events[0].Props, "z")
	ctx := context.Background()
	conn, err := engines.DB(e).Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SET TIME ZONE 'Asia/Tokyo'"); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = conn.ExecContext(ctx, "SET TIME ZONE 'UTC'") }()
	now := time.Date(2026, 2, 1, 5, 0, 0, 0, time.UTC)
	for _, r := range each([]string{"s", "z"}, []string{"2026-01-31T19:00:00Z", "2026-01-31", "2026-02-01T00:00:00Z"}, "X = V", "X < V", "X >= V", "X WITHIN LAST 9 hours", "X + 9 hours > V", "AGE(X) < 10 hours", "DATE(X) = V", "COUNT(e) = 1 IN LAST 9 hours", "LAST(e) < V", "DID e THEN NOT e WITHIN 9 hours", "X IS NULL") {
		c := segment.MustParse(r)
		q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables, c, now)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := conn.QueryContext(ctx, q.Text, q.Args...)
		if err != nil {
			t.Fatalf("%s: %v\n%s", r, err, q.Text)
		}
		got, want := []string{}, []string{}
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				t.Fatal(err)
			}
			got = append(got, id)
		}
		if err := rows.Err(); err != nil {
			t.Fatalf("%s: %v", r, err)
		}
		for _, x := range stored {
			if segment.Evaluate(c, x, now) {
				want = append(want, x.ID)
			}
		}
		slices.Sort(got)
		if q.Rest == nil && !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v\n%s", r, got, want, q.Text)
		}
	}
}

func instantsIn(zone string, values ...string) []ownCell {
	cells := instantCells(values...)
	for i := range cells {
		cells[i].sql = strings.TrimSuffix(cells[i].sql, "'") + zone + "'"
	}
	return cells
}

// Days outside of the calendar are missing to each operator, also in columns that are
// NOT NULL, of which IS NULL is true by a rule of MariaDB's own.
func TestDaysOutsideOfTheCalendar(t *testing.T) {
	e := engines.Need(t, "mariadb")
	d := slices.Concat(nones("'0000-00-00'", "'2020-00-15'", "'2020-01-00'", "'2021-02-30'"), dayCells("2020-02-29", "2026-02-01", "1990-05-05"))
	s := slices.Concat(nones("'0000-00-00 00:00:00'", "'2020-00-15 10:00:00'", "'2020-01-00 10:00:00'", "'2021-02-30 10:00:00'"), instantCells("2020-02-29 23:59:59.000000", "2026-01-31 10:00:00.000000", "1990-05-05 00:00:00.000000"))
	stamp := sqlgen.Column{Type: sqlgen.TypeTimestamp}
	tables, stored := holding(t, e, ownColumn{"d", "DATE", sqlgen.Column{Type: sqlgen.TypeDate}, d}, ownColumn{"dn", "DATE NOT NULL", sqlgen.Column{Type: sqlgen.TypeDate}, d}, ownColumn{"s", "DATETIME", stamp, s}, ownColumn{"sn", "DATETIME(6) NOT NULL", stamp, s})
	names := []string{"d", "dn", "s", "sn"}
	rules := each(names, []string{"2020-02-29", "2020-01-01", "0001-01-01", "9999-12-31", "2020-01-31T10:00:00Z"}, everyComparison...)
	rules = append(rules, each(names, []string{"2020", "0", "2", "15"}, "X IS SET", "X WITHIN LAST 7 years", "X OLDER THAN 1 month", "AGE(X) > 3 days", "X + 1 day > 2020-01-01", "DATE(X) < 2021-03-01", "X - 2020-01-01 < 90 days", "X DURING THIS MONTH")...)
	rules = append(rules, each(names[:2], []string{"2020", "0", "2", "15"}, "YEAR(X) = V", "MONTH(X) = V", "DAY(X) <= V", "QUARTER(X) = V", "WEEKDAY(X) > V", "ANNIVERSARY(X) WITHIN NEXT 60 days", "ANNIVERSARY(X) > TODAY")...)
	rules = append(rules, "d = dn", "d < dn", "s = sn", "s > sn")
	decide(t, e, tables, stored, rules...)
	strict(t, e, tables, rules...)
	eventsOf(&tables, stored, "sn")
	tables.Events[0].Props = nil
	for i := range stored {
		for j := range stored[i].Log {
			stored[i].Log[j].Props = nil
		}
	}
	rules = []string{"DID e", "COUNT(e) = 1 IN LAST 7 years", "FIRST(e) < 2020-01-01", "LAST(e) IS NULL", "DID e THEN e WITHIN 3 days", "DID e THEN NOT e WITHIN 3 days", "DID e IN AT LEAST 1 OF LAST 90 MONTHS"}
	decide(t, e, tables, stored, rules...)
	strict(t, e, tables, rules...)
}

// Numbers in JSON beyond all floats are no numbers to a rule. None ends a statement.
func TestNumbersBeyondFloats(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		onlyInLong(t, e)
		typ := map[string]string{"clickhouse": "String", "postgres": "jsonb", "mariadb": "JSON", "duckdb": "JSON", "sqlite": "TEXT"}[e.Name()]
		nines := strings.Repeat("9", 36)
		n := slices.Concat(nones("'1e131071'", "'-1e131071'", "'1"+strings.Repeat("0", 131_000)+"'", "'1e400'"), jsons(nines, "-"+nines, nines+"."+nines, "1e300", "-1e300", "1e36", "5", "-0.5", "1e-20", `"5"`))
		at := sqlgen.Column{Expr: "5", Type: sqlgen.TypeUnix}
		tables, stored := holding(t, e, ownColumn{"n", typ, sqlgen.Column{Type: sqlgen.TypeJSON}, n})
		tables.Events = []sqlgen.Events{{Relation: sqlgen.Relation{Query: "SELECT 'c00' AS id, n FROM holding"}, Contact: "id", Name: "e", At: at, Props: map[string]sqlgen.Column{"n": tables.Fields["n"]}}}
		for i := range n {
			stored[0].Log = append(stored[0].Log, segment.Event{Name: "e", At: time.Unix(5, 0), Props: segment.Document(`{"n": ` + plainJSON(n[i].value) + `}`)})
		}
		rules := each([]string{"n", "n * n", "n * n * n * n", "n + n", "n / n"}, []string{"0", "5", "1e30", "-1e30", "1e34", "1e305"}, "X = V", "X < V", "X > V", "X >= V", "X <= V")
		rules = append(rules, "n IS NULL", "n IS SET", "n IS BLANK", "n = n", "n < n", "n IN (5, 1e300)", "n % 7 = 1", "UNIX(n) > 1970-01-01", "SUM(e.n) > 5", "SUM(e.n) <= 1e36", "AVG(e.n) > 5", "SUM(e.n) * SUM(e.n) > 5", "MAX(e.n) > 5", "DISTINCT(e.n) > 3", "COUNT(e.n) = 10",
			"COUNT(e WHERE n > 5) = 4", "COUNT(e WHERE n < 0) > 2", strings.Repeat("n * ", 40)+"n > 5")
		decide(t, e, tables, stored, rules...)
		strict(t, e, tables, rules...)
		tables.Fields["n"] = sqlgen.Column{Column: "n", Path: []string{"a"}, Type: sqlgen.TypeDecimal, Digits: 12, Scale: 2}
		for _, r := range []string{"n * n > 5", "n + 1 > 5", "n / 3 = 5"} {
			q, err := sqlgen.Select(dialectOf(e), tables, segment.MustParse(r), time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.IDs(q.Text, q.Args); err != nil {
				t.Errorf("%s: %v", r, err)
			}
		}
	})
}
