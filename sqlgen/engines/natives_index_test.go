package engines_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Columns of native types, and ones whose default is missing, are compared as they are,
// so that their index answers: each rule here is asked for its plan.
func TestIndexesOfNativeColumns(t *testing.T) {
	col := func(name string, typ sqlgen.Type, scale int) sqlgen.Column {
		return sqlgen.Column{Column: name, Type: typ, Scale: scale}
	}
	empty := func(c sqlgen.Column) sqlgen.Column {
		c.EmptyIsMissing = true
		return c
	}
	state := col("state", sqlgen.TypeEnum, 0)
	state.Values = []string{"new", "paid", "lost"}
	fields := map[string]sqlgen.Column{"key": col("key", sqlgen.TypeUUID, 0), "state": state, "mail": col("mail", sqlgen.TypeCIText, 0), "tags": col("tags", sqlgen.TypeTextArray, 0), "made": col("made", sqlgen.TypeDatetime, 6),
		"iso": col("iso", sqlgen.TypeISOTimestamp, 3), "ms": col("ms", sqlgen.TypeUnixMilli, 0), "n": empty(col("n", sqlgen.TypeInteger, 0)), "name": empty(col("name", sqlgen.TypeText, 0)), "born": empty(col("born", sqlgen.TypeDate, 0)), "seen": empty(col("made", sqlgen.TypeDatetime, 6))}
	rules := map[string][]string{
		"key": {`key = "6f1c9b1e-0000-4abc-8def-000000000007"`, `key IN ("6f1c9b1e-0000-4abc-8def-000000000007", "6f1c9b1e-0000-4abc-8def-000000000008")`}, "state": {`state = "lost"`}, "mail": {`mail = "u7@x.com"`, `mail IN ("u7@x.com", "u8@x.com")`},
		"tags": {`tags CONTAINS "t7"`, `ANY tags = "t7"`, `ANY tags IN ("t7", "t8")`}, "made": {`made >= 2026-01-31`, `made DURING TODAY`}, "iso": {`iso >= 2026-01-31`, `iso WITHIN LAST 2 days`}, "ms": {`ms >= 2026-01-31`}, "n": {`n = 7`, `n > 199990`, `n IN (7, 8)`}, "name": {`name = "n7"`, `name IN ("n7", "n8")`},
		"born": {`born = 2026-01-30`}, "seen": {`seen >= 2026-01-31`},
	}
	for name, ddl := range map[string][]string{
		"postgres": {"CREATE EXTENSION IF NOT EXISTS citext; DROP TABLE IF EXISTS indexed; DROP TYPE IF EXISTS indexed_state; CREATE TYPE indexed_state AS ENUM ('new', 'paid', 'lost')",
			"CREATE TABLE indexed (id bigint PRIMARY KEY, key uuid, state indexed_state, mail citext, tags text[], made timestamp, iso text, ms bigint, n bigint, name text, born date)",
			`INSERT INTO indexed SELECT i, ('6f1c9b1e-0000-4abc-8def-' || lpad(i::text, 12, '0'))::uuid, (CASE WHEN i % 500 = 0 THEN 'lost' ELSE 'new' END)::indexed_state, 'u' || i || '@x.com', ARRAY['t' || i % 1000, 'all'],
			timestamp '2026-02-01' - i * interval '10 minutes', to_char(timestamp '2026-02-01' - i * interval '10 minutes', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 1769904000000 - i * 600000::bigint, i, 'n' || i, date '2026-02-01' - i % 5000 FROM generate_series(1, 20000) i`,
			"CREATE INDEX ON indexed (key); CREATE INDEX ON indexed (state); CREATE INDEX ON indexed (mail); CREATE INDEX ON indexed USING gin (tags); CREATE INDEX ON indexed (made); CREATE INDEX ON indexed (iso); CREATE INDEX ON indexed (ms); CREATE INDEX ON indexed (n); CREATE INDEX ON indexed (name); CREATE INDEX ON indexed (born); ANALYZE indexed"},
		"mariadb": {"DROP TABLE IF EXISTS indexed", "CREATE TABLE indexed (id BIGINT PRIMARY KEY, `key` UUID, state ENUM('new', 'paid', 'lost'), made DATETIME(6), iso VARCHAR(24), ms BIGINT, n BIGINT, name VARCHAR(40), born DATE)",
			"INSERT INTO indexed SELECT seq, CONCAT('6f1c9b1e-0000-4abc-8def-', LPAD(seq, 12, '0')), IF(seq % 500 = 0, 'lost', 'new'), '2026-02-01' - INTERVAL seq * 10 MINUTE, DATE_FORMAT('2026-02-01' - INTERVAL seq * 10 MINUTE, '%Y-%m-%dT%H:%i:%s.000Z'), 1769904000000 - seq * 600000, seq, CONCAT('n', seq), DATE '2026-02-01' - INTERVAL seq % 5000 DAY FROM seq_1_to_20000",
			"CREATE INDEX a ON indexed (`key`); CREATE INDEX b ON indexed (state); CREATE INDEX c ON indexed (made); CREATE INDEX d ON indexed (iso); CREATE INDEX f ON indexed (ms); CREATE INDEX g ON indexed (n); CREATE INDEX h ON indexed (name); CREATE INDEX i ON indexed (born); ANALYZE TABLE indexed"},
		"sqlite": {"DROP TABLE IF EXISTS indexed", "CREATE TABLE indexed (id INTEGER PRIMARY KEY, made TEXT, iso TEXT, ms INTEGER, n INTEGER, name TEXT, born TEXT)",
			"WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 20000) INSERT INTO indexed SELECT i, strftime('%Y-%m-%d %H:%M:%S', 1769904000 - i * 600, 'unixepoch') || '.000000', strftime('%Y-%m-%dT%H:%M:%S.000Z', 1769904000 - i * 600, 'unixepoch'), 1769904000000 - i * 600000, i, 'n' || i, date('2026-02-01', '-' || (i % 5000) || ' days') FROM s",
			"CREATE INDEX indexed_made ON indexed (made); CREATE INDEX indexed_iso ON indexed (iso); CREATE INDEX indexed_ms ON indexed (ms); CREATE INDEX indexed_n ON indexed (n); CREATE INDEX indexed_name ON indexed (name); CREATE INDEX indexed_born ON indexed (born); ANALYZE"},
	} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			for _, statement := range ddl {
				run(t, e, statement)
			}
			tables := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "indexed"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeInteger}, Fields: map[string]sqlgen.Column{}}
			for field, c := range fields {
				if strings.Contains(ddl[1], c.Column+" ") || strings.Contains(ddl[1], "`"+c.Column+"`") {
					tables.Fields[field] = c
				}
			}
			for field := range tables.Fields {
				for _, r := range rules[field] {
					q, err := sqlgen.Select(dialectOf(e), tables, segment.MustParse(r), time.Unix(decided, 0).UTC())
					if err != nil || q.Rest != nil {
						t.Errorf("%s: %v, rest %v", r, err, q.Rest)
						continue
					}
					plan := planOf(t, e, q)
					if !usesIndex(e, plan) {
						t.Errorf("%s reads the whole table:\n%s\n%q\n%s", r, q.Text, q.Args, plan)
					}
				}
			}
		})
	}
}

func planOf(t *testing.T, e engines.Engine, q sqlgen.Query) string {
	t.Helper()
	explain := "EXPLAIN "
	if e.Name() == "sqlite" {
		explain = "EXPLAIN QUERY PLAN "
	}
	rows, err := e.Rows(explain+q.Text, q.Args)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(rows)
}

func usesIndex(e engines.Engine, plan string) bool {
	switch e.Name() {
	case "postgres":
		return strings.Contains(plan, "Index Cond")
	case "sqlite":
		return strings.Contains(plan, "USING INDEX") || strings.Contains(plan, "USING COVERING INDEX")
	}
	return strings.Contains(plan, " range ") || strings.Contains(plan, " ref ") || strings.Contains(plan, " const ")
}

// Contacts whose ids are uuids: other tables have them so too, and a rule and the answer
// have the text.
func TestContactsWithUUIDs(t *testing.T) {
	for name, typ := range map[string]string{"postgres": "uuid", "duckdb": "UUID", "clickhouse": "UUID", "mariadb": "UUID"} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			after := ""
			if name == "clickhouse" {
				after = " ENGINE = MergeTree ORDER BY tuple()"
			}
			run(t, e, "DROP TABLE IF EXISTS keyed; DROP TABLE IF EXISTS keyed_events")
			run(t, e, "CREATE TABLE keyed (id "+typ+", n INT)"+after)
			run(t, e, "CREATE TABLE keyed_events (person "+typ+", ts BIGINT, seq BIGINT, amount INT)"+after)
			var stored []segment.Record
			for i := range 6 {
				x := segment.Record{ID: fmt.Sprintf("6f1c9b1e-0000-4abc-8def-00000000000%d", i), Fields: map[string]segment.Value{"n": segment.Int(int64(i))}}
				run(t, e, fmt.Sprintf("INSERT INTO keyed VALUES ('%s', %d)", x.ID, i))
				for j := range i {
					at := decided - int64(j)*day
					run(t, e, fmt.Sprintf("INSERT INTO keyed_events VALUES ('%s', %d, %d, %d)", x.ID, at, j, i*j))
					x.Log = append(x.Log, segment.Event{Name: "e", At: time.Unix(at, 0).UTC(), Props: segment.Document(fmt.Sprintf(`{"amount": %d}`, i*j))})
				}
				stored = append(stored, x)
			}
			tables := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "keyed"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeUUID}, Fields: map[string]sqlgen.Column{"n": {Column: "n", Type: sqlgen.TypeInteger}},
				Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "keyed_events"}, Contact: "person", Name: "e", Order: "seq", At: sqlgen.Column{Column: "ts", Type: sqlgen.TypeUnix}, Props: map[string]sqlgen.Column{"amount": {Column: "amount", Type: sqlgen.TypeInteger, Digits: 5}}}}}
			for _, known := range []bool{false, true} {
				tables.Events[0].Known = known
				decide(t, e, tables, stored, `id = "6f1c9b1e-0000-4abc-8def-000000000003"`, `id IN ("6f1c9b1e-0000-4abc-8def-000000000003", "x")`, `id ENDS WITH "4"`, `id < "6f1c9b1e-0000-4abc-8def-000000000003"`, `id = "6F1C9B1E-0000-4ABC-8DEF-000000000003"`, "n > 2 AND COUNT(e) >= 2",
					"COUNT(e) >= 3", "SUM(e.amount) > 5", "DID e THEN e", "NEVER DID e", "LAST(e.amount) = 0", "id = \"c\" OR COUNT(e) = 2 IN LAST 2 DAYS", "LENGTH(id) = 36")
			}
			for _, r := range []string{"COUNT(e) >= 2", "n > 1", "LAST(e.amount) = 0", "DID e THEN e"} {
				q, err := sqlgen.Select(dialectOf(e), tables, segment.MustParse(r), time.Unix(decided, 0).UTC())
				if err != nil {
					t.Fatal(err)
				}
				for _, ids := range [][]string{{stored[3].ID}, {stored[0].ID, stored[3].ID, stored[4].ID, "x", strings.ToUpper(stored[2].ID)}, {"nobody"}} {
					few, err := q.For(ids...)
					if err != nil {
						t.Fatal(err)
					}
					got, err := e.IDs(few.Text, few.Args)
					var want []string
					for _, x := range stored {
						if slices.Contains(ids, x.ID) && segment.Evaluate(segment.MustParse(r), x, time.Unix(decided, 0).UTC()) {
							want = append(want, x.ID)
						}
					}
					if err != nil || !slices.Equal(got, want) {
						t.Errorf("%s for %v: %v, want %v, %v\n%s", r, ids, got, want, err, few.Text)
					}
				}
			}
		})
	}
}
