package engines_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Statements for given contacts. The law: Select(…).For(some) gives those of
// Select(…) that are among some. The random rules keep it too: tally.compare asks
// forSome after each.

// nobody are ids of no contact, of which none may be an error.
var nobody = []string{"nobody", "'", `"; DROP TABLE contacts; --`, "c0\x00", "\x00", "", `\`, "{}", "é😀", "1e3", "-0", "99999999999999999999999"}

// forSome compares the statement for one contact, or for several, with those of all
// the right ones that are among them. Which contacts depends on a number.
func forSome(e engines.Engine, q sqlgen.Query, number int, want []string, stored []segment.Record) error {
	var some []string
	if number%3 == 0 && len(stored) > 0 {
		some = []string{stored[number/3%len(stored)].ID}
	} else {
		for i, x := range stored {
			if (i*i+number)%5 < 2 {
				some = append(some, x.ID, nobody[(i+number)%len(nobody)], x.ID)
			}
		}
	}
	return forThese(e, q, some, want, stored)
}

func forThese(e engines.Engine, q sqlgen.Query, some, want []string, stored []segment.Record) error {
	few, err := q.For(some...)
	if err != nil {
		return fmt.Errorf("for %q: %w", some, err)
	}
	got, err := e.IDs(few.Text, few.Args)
	if err != nil {
		return fmt.Errorf("for %q: %w\n%.4000s\n%.2000q", some, err, few.Text, few.Args)
	}
	want = slices.DeleteFunc(slices.Clone(want), func(id string) bool { return !slices.Contains(some, id) })
	if final := slices.Collect(few.Filter(candidates(got, stored))); !slices.Equal(final, want) || len(slices.Compact(got)) > len(some) {
		return fmt.Errorf("for %q\ngot  %v\nwant %v\nfrom %v\n%.4000s\n%.2000q\nrest %.500v%s", some, final, want, got, few.Text, few.Args, few.Rest, different(final, want, stored))
	}
	if !few.Next.Equal(q.Next) {
		return fmt.Errorf("for %q the next instant is %s, and not %s", some, few.Next, q.Next)
	}
	return nil
}

// lawOfFor compares statements for some contacts with the statement for all.
func lawOfFor(t *testing.T, e engines.Engine, tables sqlgen.Tables, rules []string, somes ...[]string) {
	t.Helper()
	for _, r := range rules {
		q, err := sqlgen.Select(dialectOf(e), tables, segment.MustParse(r), time.Unix(decided, 0).UTC())
		if err != nil {
			t.Fatalf("%s: %v", r, err)
		}
		all, err := e.IDs(q.Text, q.Args)
		if err != nil {
			t.Fatalf("%s: %v\n%s", r, err, q.Text)
		}
		for _, some := range somes {
			few, err := q.For(some...)
			if err != nil {
				t.Fatalf("%s: %v", r, err)
			}
			got, err := e.IDs(few.Text, few.Args)
			if err != nil {
				t.Errorf("%s for %.200q: %.2000v\n%.2000s\n%.500q", r, some, err, few.Text, few.Args)
				continue
			}
			chosen := make(map[string]bool)
			for _, id := range some {
				chosen[id] = true
			}
			want := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return !chosen[id] })
			if !slices.Equal(got, want) {
				t.Errorf("%s for %.200q: %.200q, want %.200q\n%.2000s\n%.500q", r, some, got, want, few.Text, few.Args)
			}
		}
	}
}

// ofEveryPart are rules that read every table.
var ofEveryPart = []string{`EVERYONE`, `n > 1`, `DID a`, `NEVER DID a`, `COUNT(a) >= 2`, `COUNT(a) >= 2 OR n = 1`, `DID a THEN b`, `DID a THEN NOT b WITHIN 1 day`, `n >= 0 AND DID a THEN NOT b WITHIN 1 day`,
	`DID a IN AT LEAST 2 OF LAST 9 DAYS`, `LAST(a.s) = "x"`, `IN LIST "l"`, `NOT IN LIST "l"`, `n = 1 OR IN LIST "l"`, `JOINED LIST "l" IN LAST 9 DAYS`, `IN SEGMENT "g"`, `n CHANGED IN LAST 9 DAYS`, `n HAS BEEN 1 FOR AT LEAST 1 day`}

// everyPart makes all tables for contacts with these ids, which SQL writes so, in columns
// of a type.
func everyPart(t *testing.T, e engines.Engine, typ string, of sqlgen.Type, ids []string) sqlgen.Tables {
	t.Helper()
	at := sqlgen.Column{Column: "ts", Type: sqlgen.TypeUnix}
	after := ""
	if e.Name() == "clickhouse" {
		after = " ENGINE = MergeTree ORDER BY tuple()"
	}
	text, whole, doc := map[string]string{"clickhouse": "String"}[e.Name()], map[string]string{"clickhouse": "Int64"}[e.Name()], map[string]string{"clickhouse": "String", "postgres": "jsonb", "duckdb": "JSON"}[e.Name()]
	text, whole, doc = cmp.Or(text, "VARCHAR(20)"), cmp.Or(whole, "BIGINT"), cmp.Or(doc, "TEXT")
	columns := strings.NewReplacer("ID", typ, "TEXT", text, "INT", whole, "DOC", doc)
	for table, of := range map[string]string{"gcontacts": "id ID, n INT", "gevents": "contact ID, name TEXT, ts INT, seq INT, s TEXT", "glists": "contact ID, list TEXT, ts INT",
		"gsegments": "contact ID, segment TEXT", "ghistory": "contact ID, field TEXT, ts INT, seq INT, value DOC"} {
		run(t, e, "DROP TABLE IF EXISTS "+table)
		run(t, e, "CREATE TABLE "+table+" ("+columns.Replace(of)+")"+after)
	}
	for i, id := range ids {
		run(t, e, fmt.Sprintf("INSERT INTO gcontacts VALUES (%s, %d)", id, i%4))
		for j := range i % 5 {
			run(t, e, fmt.Sprintf("INSERT INTO gevents VALUES (%s, '%c', %d, %d, '%c')", id, 'a'+j%2, decided-day*(i%3+j), j, 'x'+i%2))
		}
		if i%2 == 0 {
			run(t, e, fmt.Sprintf("INSERT INTO glists VALUES (%s, 'l', %d)", id, decided-i*day))
			run(t, e, fmt.Sprintf("INSERT INTO ghistory VALUES (%s, 'n', %d, 1, '%d')", id, decided-2*day, i%4))
		}
		if i%3 == 0 {
			run(t, e, fmt.Sprintf("INSERT INTO gsegments VALUES (%s, 'g')", id))
		}
	}
	return sqlgen.Tables{
		Contacts: sqlgen.Relation{Table: "gcontacts"}, ID: sqlgen.Column{Column: "id", Type: of}, Fields: map[string]sqlgen.Column{"n": {Column: "n", Type: sqlgen.TypeInteger}},
		Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "gevents"}, Contact: "contact", Names: "name", At: at, Order: "seq",
			Props: map[string]sqlgen.Column{"s": {Column: "s", Type: sqlgen.TypeText}}}},
		Lists:    &sqlgen.Lists{Relation: sqlgen.Relation{Table: "glists"}, Contact: "contact", List: "list", Joined: &at},
		Segments: &sqlgen.Segments{Relation: sqlgen.Relation{Table: "gsegments"}, Contact: "contact", Segment: "segment"},
		History: &sqlgen.History{Relation: sqlgen.Relation{Table: "ghistory"}, Contact: "contact", Field: "field", At: at,
			Value: sqlgen.Column{Column: "value", Type: sqlgen.TypeJSON}, Order: "seq"},
	}
}

// Ids may be any texts: with quotes, of other cases or forms of a letter, with a NUL
// where a database holds one.
func TestForTexts(t *testing.T) {
	texts := map[string]string{"a": "'a'", "A": "'A'", "á": "'á'", "it's": "'it''s'", `"q"`: `'"q"'`, "{}": "'{}'", "😀": "'😀'", "$1": "'$1'", "?": "'?'", "07": "'07'", "7": "'7'", ":p": "':p'", "--": "'--'", " ": "' '"}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		typ := map[string]string{"clickhouse": "String", "mariadb": "VARCHAR(20) CHARACTER SET utf8mb4", "sqlite": "TEXT", "duckdb": "VARCHAR", "postgres": "text"}[e.Name()]
		var ids, sql []string
		for _, id := range slices.Sorted(maps.Keys(texts)) {
			if e.Name() == "mariadb" && (id == "A" || id == "á") {
				continue // a, to the collation of its columns, which have no two such ids
			}
			ids, sql = append(ids, id), append(sql, texts[id])
		}
		switch e.Name() {
		case "sqlite":
			ids, sql = append(ids, "n\x00b", "n"), append(sql, "'n' || char(0) || 'b'", "'n'")
		case "duckdb":
			ids, sql = append(ids, "n\x00b", "n"), append(sql, "'n' || chr(0) || 'b'", "'n'")
		case "clickhouse":
			ids, sql = append(ids, "n\x00b", "n", "n\xff"), append(sql, `'n\0b'`, "'n'", `'n\xff'`)
		case "mariadb":
			ids, sql = append(ids, "n\x00b", "n"), append(sql, "CONCAT('n', CHAR(0), 'b')", "'n'")
		}
		tables := everyPart(t, e, typ, sqlgen.TypeText, sql)
		somes := [][]string{ids, nobody, ids[:3], {}, {"a", "nobody"}, {"n\x00b", "a"}}
		for _, id := range ids {
			somes = append(somes, []string{id})
		}
		lawOfFor(t, e, tables, ofEveryPart, somes...)
		tables.ID = sqlgen.Column{Expr: "CONCAT({}.id, '')", Type: sqlgen.TypeText}
		lawOfFor(t, e, tables, ofEveryPart, ids, ids[:3], []string{"a"}, []string{"it's"}, nobody)
	})
}

// Ids may be integers, and the column of an event another type of integer.
func TestForIntegers(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		ids := []string{"0", "7", "-7", "12", "2147483647", "-2147483648", "100", "101", "102"}
		somes := [][]string{ids, {"7"}, {"07", "7.0", "+7", "7 ", "seven", "", "7\x00"}, {"-7", "12", "9223372036854775807", "18446744073709551615", "1e2"}, {}}
		for _, typ := range map[string][]string{"clickhouse": {"Int64", "Int32"}, "mariadb": {"BIGINT", "INT"}, "sqlite": {"INTEGER"}, "duckdb": {"BIGINT", "INTEGER"}, "postgres": {"bigint", "int"}}[e.Name()] {
			tables := everyPart(t, e, typ, sqlgen.TypeInteger, ids)
			lawOfFor(t, e, tables, ofEveryPart, somes...)
			tables.ID = sqlgen.Column{Expr: "({}.id + 0)", Type: sqlgen.TypeInteger}
			lawOfFor(t, e, tables, ofEveryPart, somes...)
		}
		if typ := map[string]string{"clickhouse": "UInt64", "mariadb": "BIGINT UNSIGNED", "duckdb": "UBIGINT"}[e.Name()]; typ != "" {
			ids := []string{"0", "7", "18446744073709551615", "9223372036854775808", "9223372036854775807"}
			lawOfFor(t, e, everyPart(t, e, typ, sqlgen.TypeInteger, ids), ofEveryPart, append(somes, ids, ids[2:3], ids[2:4])...)
		}
	})
}

// TestForVeryMany asks for a hundred thousand contacts.
func TestForVeryMany(t *testing.T) {
	many, numbers := []string{"a", "it's", "😀"}, []string{"7", "12", "-3"}
	all := 100_000
	if testing.Short() {
		all = 20_000
	}
	for i := range all - len(many) {
		many, numbers = append(many, fmt.Sprintf("no%d 'é\\", i)), append(numbers, fmt.Sprint(1000+i))
	}
	short := []string{`DID a AND IN LIST "l"`, `COUNT(a) >= 2 OR n = 1`, `NOT DID a THEN NOT b WITHIN 1 day`}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		typ := map[string]string{"clickhouse": "String", "mariadb": "VARCHAR(20) CHARACTER SET utf8mb4"}[e.Name()]
		lawOfFor(t, e, everyPart(t, e, cmp.Or(typ, "text"), sqlgen.TypeText, []string{"'a'", "'b'", "'c'", "'it''s'", "'😀'"}), short, many, many[:700])
		typ = map[string]string{"clickhouse": "Int64"}[e.Name()]
		lawOfFor(t, e, everyPart(t, e, cmp.Or(typ, "BIGINT"), sqlgen.TypeInteger, []string{"1", "7", "12", "-3", "2000"}), short, numbers)
	})
}
