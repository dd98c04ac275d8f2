package engines_test

// How long statements take on many contacts, and for one of them: behind a flag, since
// it takes minutes.
//
//	go test -run Measure -measure 200000 -v .          # PostgreSQL, default settings
//	go test -run Measure/sqlite -measure 20000 -v .

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

var measure = flag.Int("measure", 0, "on how many contacts TestMeasure runs, each with about 20 events")

// measured are the tables: texts as ids, indexes as hosts have them.
func measured() sqlgen.Tables {
	at := sqlgen.Column{Column: "at", Type: sqlgen.TypeTimestamp, Scale: 6}
	col := func(name string, t sqlgen.Type) sqlgen.Column { return sqlgen.Column{Column: name, Type: t} }
	return sqlgen.Tables{
		Contacts: sqlgen.Relation{Table: "contacts"}, ID: col("id", sqlgen.TypeText), Document: "doc",
		Fields: map[string]sqlgen.Column{"country": col("country", sqlgen.TypeText), "n": col("n", sqlgen.TypeInteger)},
		Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "events"}, Contact: "contact", Names: "name", At: at, Order: "seq",
			Props: map[string]sqlgen.Column{"amount": {Column: "amount", Type: sqlgen.TypeInteger, Digits: 9}, "plan": col("plan", sqlgen.TypeText)}}},
		Lists:    &sqlgen.Lists{Relation: sqlgen.Relation{Table: "lists"}, Contact: "contact", List: "list", Joined: &at},
		Segments: &sqlgen.Segments{Relation: sqlgen.Relation{Table: "segments"}, Contact: "contact", Segment: "segment"},
		History: &sqlgen.History{Relation: sqlgen.Relation{Table: "history"}, Contact: "contact", Field: "field", At: at,
			Value: col("value", sqlgen.TypeJSON), Order: "seq"},
	}
}

var measuredRules = []string{
	`DID opened THEN NOT clicked WITHIN 7 days`,
	`country = "JP" AND DID opened THEN NOT clicked WITHIN 7 days`,
	`country = "US" AND DID opened THEN NOT clicked WITHIN 7 days`,
	`DID opened THEN NOT clicked WITHIN 1 day IN LAST 3 DAYS`,
	`DID opened THEN clicked WITHIN 2 hours`,
	`DID opened THEN clicked WITHIN 2 hours IN LAST 2 DAYS`,
	`country = "JP" AND DID opened THEN clicked WITHIN 2 hours THEN purchase`,
	`NOT (DID opened THEN clicked WITHIN 2 hours)`,
	`DID opened IN AT LEAST 3 OF LAST 4 WEEKS`,
	`DID opened IN AT LEAST 2 OF LAST 3 DAYS`,
	`country = "JP" AND DID opened IN AT LEAST 3 OF LAST 4 WEEKS`,
	`country = "JP" OR DID opened`,
	`country = "JP" OR DID opened THEN NOT clicked WITHIN 7 days`,
	`country = "JP" OR IN LIST "list1"`,
	`AT LEAST 2 OF (DID opened, DID clicked, IN LIST "list1")`,
	`NEVER DID purchase`,
	`COUNT(opened) >= 5 OR SUM(purchase.amount) > 500`,
	`country = "JP" AND LAST(purchase.plan) = "a"`,
	`LAST(purchase.plan) = "a"`,
	`SUM(purchase.amount) > 500 IN LAST 30 DAYS`,
	`DISTINCT(opened.plan) >= 3`,
	`AVG(purchase.amount) > 500 AND MAX(purchase.amount) < 900`,
	`IN LIST "list1" AND NOT IN SEGMENT "s2"`,
	`JOINED LIST "list1" IN LAST 100 DAYS`,
	`plan CHANGED IN LAST 100 DAYS`,
	`plan HAS BEEN "free" FOR AT LEAST 7 days`,
	`country = "JP" AND plan HAS BEEN "free" FOR AT LEAST 7 days`,
	`plan = "pro" AND COUNT(opened) >= 3`,
	`tags CONTAINS "t1"`,
}

func TestMeasure(t *testing.T) {
	if *measure == 0 {
		t.Skip("-measure says on how many contacts")
	}
	names := engines.Names()
	for _, name := range names {
		t.Run(name, func(t *testing.T) { measureOn(t, engines.Need(t, name)) })
	}
}

func measureOn(t *testing.T, e engines.Engine) {
	loadMeasured(t, e, *measure)
	now := time.Date(2026, 2, 20, 0, 0, 0, 0, time.UTC)
	some := fmt.Sprintf("c%06d", *measure/2)
	var many []string
	for i := 0; i < *measure; i += max(*measure/100, 1) {
		many = append(many, fmt.Sprintf("c%06d", i))
	}
	for _, rule := range measuredRules {
		q, err := sqlgen.Select(dialectOf(e), measured(), segment.MustParse(rule), now)
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		one, err := q.For(some)
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		hundred, err := q.For(many...)
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		n, all := timed(t, e, q, 1)
		_, few := timed(t, e, hundred, 3)
		_, single := timed(t, e, one, 7)
		t.Logf("%10.1f ms %8d rows  100 ids %8.2f ms  one id %7.2f ms  %s%s", ms(all), n, ms(few), ms(single), rule,
			map[bool]string{true: "  REST"}[q.Rest != nil])
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// timed runs a statement some times, and returns the least time.
func timed(t *testing.T, e engines.Engine, q sqlgen.Query, times int) (rows int, least time.Duration) {
	t.Helper()
	for range times {
		began := time.Now()
		ids, err := e.IDs(q.Text, q.Args)
		if err != nil {
			t.Fatalf("%v\n%s\n%v", err, q.Text, q.Args)
		}
		if d := time.Since(began); least == 0 || d < least {
			least = d
		}
		rows = len(ids)
	}
	return rows, least
}

// loadMeasured makes the tables and their indexes. PostgreSQL fills them itself.
func loadMeasured(t *testing.T, e engines.Engine, contacts int) {
	t.Helper()
	countries, names := []string{"US", "CA", "UK", "DE", "FR", "ES", "IT", "BR", "IN", "JP"}, []string{"sent", "opened", "opened", "clicked", "purchase"}
	start, id := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), func(i int) string { return fmt.Sprintf("c%06d", i) }
	step := 4_000_000 * time.Second / time.Duration(20*contacts)
	random := uint64(1)
	next := func(n int) int {
		random = random*6364136223846793005 + 1442695040888963407
		return int((random >> 33) % uint64(n))
	}
	fill(t, e, "contacts", "id text, country text, n integer, doc json", contacts, func(i int) [][]any {
		plan := map[bool]string{true: "pro", false: "free"}[i%3 == 0]
		share := float64(i*7919%1000) / 1000
		return [][]any{{id(i), countries[int(10*share*share)], int64(i % 1000), fmt.Sprintf(`{"plan": %q, "tags": ["t%d"]}`, plan, i%50)}}
	})
	fill(t, e, "events", "contact text, name text, at timestamp, seq integer, amount integer, plan text", 20*contacts, func(i int) [][]any {
		who := float64(next(1<<20)) / (1 << 20)
		return [][]any{{id(int(float64(contacts) * who * who)), names[next(5)], start.Add(time.Duration(i) * step), int64(i), int64(next(1000)), string(rune('a' + next(4)))}}
	})
	fill(t, e, "lists", "contact text, list text, at timestamp", contacts, func(i int) [][]any {
		return [][]any{{id(i), fmt.Sprintf("list%d", 1+i%3), start.Add(time.Duration(i) * time.Second)}}
	})
	fill(t, e, "segments", "contact text, segment text", contacts, func(i int) [][]any {
		return [][]any{{id(i), fmt.Sprintf("s%d", 1+i%4)}}
	})
	fill(t, e, "history", "contact text, field text, at timestamp, seq integer, value json", contacts, func(i int) (rows [][]any) {
		for j := range 3 {
			rows = append(rows, []any{id(i), "plan", start.Add(time.Duration(i*j) * time.Second), int64(j), []string{`"pro"`, `"free"`}[j%2]})
		}
		return rows
	})
	if e.Name() == "clickhouse" || e.Name() == "duckdb" {
		return
	}
	for _, index := range []string{"contacts (id)", "contacts (country)", "events (contact, name, at)", "events (name, at, contact)", "lists (contact, list)",
		"lists (list, contact)", "segments (contact, segment)", "segments (segment, contact)", "history (contact, field, at)"} {
		table, _, _ := strings.Cut(index, " ")
		run(t, e, "CREATE INDEX "+strings.NewReplacer(" (", "_", ", ", "_", ")", "").Replace(index)+" ON "+index)
		if e.Name() == "mariadb" {
			run(t, e, "ANALYZE TABLE "+table)
		}
	}
	run(t, e, map[string]string{"postgres": "VACUUM ANALYZE", "sqlite": "ANALYZE", "mariadb": "SELECT 1"}[e.Name()])
}

// fill makes a table of the columns `name type, …`, with the rows that of gives.
func fill(t *testing.T, e engines.Engine, table, columns string, n int, of func(i int) [][]any) {
	t.Helper()
	types := map[string]engines.Type{"text": engines.Text, "integer": engines.Integer, "timestamp": engines.Timestamp, "json": engines.JSON}
	var cs []engines.Column
	for c := range strings.SplitSeq(columns, ", ") {
		name, typ, _ := strings.Cut(c, " ")
		cs = append(cs, engines.Column{Name: name, Type: types[typ], Size: 60})
	}
	if err := e.Create(table, cs); err != nil {
		t.Fatal(err)
	}
	var rows [][]any
	for i := range n {
		if rows = append(rows, of(i)...); len(rows) >= 50_000 || i == n-1 {
			if err := e.Insert(table, cs, rows); err != nil {
				t.Fatal(err)
			}
			rows = rows[:0]
		}
	}
}
