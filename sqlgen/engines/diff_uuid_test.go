package engines_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// TestDiffOfUUIDs keeps memberships of contacts whose ids are uuids, with rules that the
// database decides and that Go does, and with dues that the database computes and that Go
// does; the names of lists are an enum: entries have the texts of the ids, and the tables say what Evaluate says.
func TestDiffOfUUIDs(t *testing.T) {
	instant := map[string]string{"postgres": "timestamptz", "duckdb": "TIMESTAMP", "mariadb": "DATETIME(6)"}
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for name, typ := range instant {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			for _, due := range [][2]string{{typ, "timestamp"}, {"BIGINT", "unix"}} {
				run(t, e, "DROP TABLE IF EXISTS u_people; DROP TABLE IF EXISTS u_lists; DROP TABLE IF EXISTS u_members; DROP TABLE IF EXISTS u_dues; DROP TABLE IF EXISTS u_locks")
				run(t, e, "CREATE TABLE u_people (id UUID PRIMARY KEY, n BIGINT, seen "+typ+"); CREATE TABLE u_locks (segment VARCHAR(50)); INSERT INTO u_locks VALUES ('s')")
				run(t, e, "CREATE TABLE u_lists (contact UUID, list "+listType(t, e)+", joined "+typ+")")
				run(t, e, "CREATE TABLE u_members (contact UUID, segment VARCHAR(50), PRIMARY KEY (contact, segment))")
				run(t, e, "CREATE TABLE u_dues (contact UUID, segment VARCHAR(50), due "+due[0]+", PRIMARY KEY (contact, segment))")
				for n := range 9 {
					run(t, e, fmt.Sprintf("INSERT INTO u_people VALUES ('%s', %d, '2026-03-%02d 10:00:00')", uuidOf(n), n, n+3))
					run(t, e, fmt.Sprintf("INSERT INTO u_lists VALUES ('%s', '%s', '2026-03-%02d 10:00:00')", uuidOf(n), []string{"news", "offers"}[n%2], n+3))
				}
				run(t, e, fmt.Sprintf("INSERT INTO u_members VALUES ('%s', 's')", uuidOf(0)))
				of := func(table string) sqlgen.Relation { return sqlgen.Relation{Table: table} }
				tables := sqlgen.Tables{Contacts: of("u_people"), ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeUUID},
					Lists:  &sqlgen.Lists{Relation: of("u_lists"), Contact: "contact", List: "list", Joined: &sqlgen.Column{Column: "joined", Type: sqlgen.TypeTimestamp}},
					Fields: map[string]sqlgen.Column{"n": {Column: "n", Type: sqlgen.TypeInteger}, "seen": {Column: "seen", Type: sqlgen.TypeTimestamp}},
					Segments: &sqlgen.Segments{Relation: of("u_members"), Contact: "contact", Segment: "segment", Locks: &sqlgen.Locks{Relation: of("u_locks"), Segment: "segment"},
						Dues: &sqlgen.Dues{Relation: of("u_dues"), Contact: "contact", Segment: "segment", Due: sqlgen.Column{Column: "due", Type: sqlgen.Type(due[1])}}}}
				for _, rule := range []string{"n >= 2", "seen IN LAST 3 days", "HASH(id, \"x\") % 2 = 0", "seen IN LAST 6 days AND HASH(id, \"y\") % 2 = 0", "seen WITHIN NEXT 1 day", `JOINED LIST "news" IN LAST 3 days`} {
					keepsUUIDs(t, e, tables, rule, now)
					keepsUUIDs(t, e, tables, rule, now.Add(36*time.Hour), uuidOf(4), uuidOf(5), "none", "")
				}
			}
		})
	}
}

// listType is an enum with the names of lists.
func listType(t *testing.T, e engines.Engine) string {
	if e.Name() != "postgres" {
		return "ENUM('news', 'offers')"
	}
	run(t, e, "DROP TYPE IF EXISTS u_list; CREATE TYPE u_list AS ENUM ('news', 'offers')")
	return "u_list"
}

func uuidOf(n int) string { return fmt.Sprintf("6f1c0000-0000-4000-8000-0000000000a%d", n) }

// keepsUUIDs applies a change, and compares what it reports and writes with Evaluate.
func keepsUUIDs(t *testing.T, e engines.Engine, tables sqlgen.Tables, rule string, at time.Time, ids ...string) {
	t.Helper()
	seg := segment.Segment{ID: "s", Condition: segment.MustParse(rule)}
	change, err := sqlgen.Diff(dialectOf(e), tables, seg, at)
	if len(ids) > 0 {
		change, err = sqlgen.DiffFor(dialectOf(e), tables, seg, at, ids...)
	}
	if err != nil {
		t.Fatal(err)
	}
	var want []sqlgen.Entry
	due := make(map[string]bool)
	p, err := segment.Compile(seg.Condition)
	if err != nil {
		t.Fatal(err)
	}
	for x, err := range sqlgen.Load(t.Context(), engines.DB(e), tables) {
		if err != nil {
			t.Fatal(err)
		}
		id := x.Field("id").Text()
		if len(ids) > 0 && !slices.Contains(ids, id) {
			continue
		}
		if is := segment.Evaluate(seg.Condition, x, at); is != x.Segment("s") {
			want = append(want, sqlgen.Entry{Contact: id, Entered: is})
		}
		if _, ok := p.Next(x, at); ok {
			due[id] = true
		}
	}
	tx, err := engines.DB(e).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	got, err := sqlgen.Apply(t.Context(), tx, change)
	if err != nil {
		t.Fatalf("%s: %v", rule, err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(got, func(a, b sqlgen.Entry) int { return slices.Compare([]byte(a.Contact), []byte(b.Contact)) })
	if !slices.Equal(got, want) {
		t.Errorf("%s, %s at %s: %v, want %v", e.Name(), rule, at, got, want)
	}
	for x, err := range sqlgen.Load(t.Context(), engines.DB(e), tables) {
		if err != nil {
			t.Fatal(err)
		}
		id := x.Field("id").Text()
		if of := len(ids) == 0 || slices.Contains(ids, id); of && segment.Evaluate(seg.Condition, x, at) != x.Segment("s") {
			t.Errorf("%s, %s at %s: %s is a member: %v", e.Name(), rule, at, id, x.Segment("s"))
		}
	}
	rows, err := e.Rows("SELECT CAST(contact AS CHAR(36)) FROM u_dues WHERE segment = 's'", nil)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]bool)
	for _, row := range rows {
		found[row[0]] = true
	}
	for id := range due {
		if !found[id] {
			t.Errorf("%s, %s at %s: %s is not due, but changes by time; due are %v", e.Name(), rule, at, id, rows)
		}
	}
}
