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

// A list of values of which only the default, which is missing, is a text.
func TestDefaultsAloneInAList(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		cells := [][2]string{{"''", ""}, {"'new'", `"new"`}, {"NULL", ""}}
		typ := map[string]string{"clickhouse": "String"}[e.Name()]
		if typ == "" {
			typ = "VARCHAR(20)"
		}
		tables, stored := makeTable(t, e, madeColumn{"x", typ, sqlgen.Column{Type: sqlgen.TypeText, EmptyIsMissing: true}, cells})
		decide(t, e, tables, stored, `x IN ("", 5)`, `x IN ("")`, `x IN ("", JSON '[]', "new")`, `x NOT IN ("", TRUE)`)
	})
}

// The ids of contacts whose memberships Diff keeps may be uuids: where the database writes
// them, where Go decides who they are, and where Go finds when they are due.
func TestDiffOfUUIDsInAllDatabases(t *testing.T) {
	for _, name := range []string{"postgres", "duckdb", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			m := &mixture{T: t, e: e}
			for i := range 12 {
				m.ids = append(m.ids, fmt.Sprintf("'%08x-0000-4abc-8def-0123456789ab'", i*0x0f1c9b1))
			}
			m.tables = everyPart(t, e, "UUID", sqlgen.TypeUUID, m.ids)
			stored := m.loaded()
			m.tables.Segments = &sqlgen.Segments{Relation: sqlgen.Relation{Table: "uuid_members"}, Contact: "person", Segment: "segment",
				Dues:  &sqlgen.Dues{Relation: sqlgen.Relation{Table: "uuid_dues"}, Contact: "person", Segment: "segment", Due: sqlgen.Column{Column: "due", Type: sqlgen.TypeUnix}},
				Locks: &sqlgen.Locks{Relation: sqlgen.Relation{Table: "uuid_locks"}, Segment: "segment"}}
			m.fill("uuid_locks", [][2]string{{"segment", "text"}}, [][]string{{"'s'"}})
			for _, rule := range []string{`n > 1`, `COUNT(a) >= 1 IN LAST 3 days`, `LAST(a.s) MATCHES "^x"`, `COUNT(a) >= 1 IN LAST 2 days AND LAST(a.s) MATCHES "^x"`, `TIME(n) > NOW OR COUNT(a WHERE s MATCHES "^x") >= 1 IN LAST 2 days`} {
				m.keepsUUIDs(rule, stored)
			}
		})
	}
}

func (m *mixture) keepsUUIDs(rule string, stored []segment.Record) {
	m.Helper()
	run(m.T, m.e, "DROP TABLE IF EXISTS uuid_members; CREATE TABLE uuid_members (person UUID, segment VARCHAR(20), UNIQUE (person, segment))")
	run(m.T, m.e, "DROP TABLE IF EXISTS uuid_dues; CREATE TABLE uuid_dues (person UUID, segment VARCHAR(20), due BIGINT, UNIQUE (person, segment))")
	run(m.T, m.e, "INSERT INTO uuid_members VALUES ("+m.ids[0]+", 's'), ("+m.ids[5]+", 's'), ("+m.ids[6]+", 's'), ('ffffffff-0000-4abc-8def-0123456789ab', 's')")
	seg, at := segment.Segment{ID: "s", Condition: segment.MustParse(rule)}, time.Unix(decided, 0).UTC()
	all := []string{"ffffffff-0000-4abc-8def-0123456789ab"}
	for _, x := range stored {
		all = append(all, x.ID)
	}
	for i := range 3 {
		var want []string
		for _, x := range stored {
			if segment.Evaluate(seg.Condition, x, at) {
				want = append(want, x.ID)
			}
		}
		c, err := sqlgen.Diff(dialectOf(m.e), m.tables, seg, at)
		if i == 1 {
			c, err = sqlgen.DiffFor(dialectOf(m.e), m.tables, seg, at, all...)
		}
		if _, err = m.apply(c, err); err != nil {
			m.Fatalf("%s: %v", rule, err)
		}
		got, err := m.e.IDs("SELECT CAST(person AS CHAR(36)) FROM uuid_members WHERE segment = 's'", nil)
		if err != nil || !slices.Equal(got, want) {
			m.Errorf("%s at %s: members %v, not %v; %v", rule, at, got, want, err)
		}
		if got, err := m.e.IDs("SELECT segment FROM uuid_dues WHERE person IS NULL", nil); err != nil || len(got) > 0 {
			m.Errorf("%s: %d dues of nobody, %v", rule, len(got), err)
		}
		at = at.Add(30 * time.Hour)
	}
}

// A day or an instant that is a property, and of which the default is missing, beside a
// text: to a rule it is one.
func TestDefaultsOfPropertiesBesideTexts(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		all := natives(e)
		for _, kind := range []string{"born", "seen", "iso", "ms"} {
			m := &mixture{T: t, e: e}
			col := all[kind].col
			col.Column, col.EmptyIsMissing = "x", true
			m.fill("default_people", [][2]string{{"id", "text"}}, [][]string{{"'c1'"}, {"'c2'"}, {"'c3'"}, {"'c4'"}})
			m.fill("default_events", [][2]string{{"person", "text"}, {"moment", "int"}, {"seq", "int"}, {"x", all[kind].typ}}, [][]string{
				{"'c1'", fmt.Sprint(decided - day), "1", all[kind].cells[1].sql}, {"'c2'", fmt.Sprint(decided - day), "2", all[kind].cells[0].sql}, {"'c3'", fmt.Sprint(decided - day), "3", "NULL"}})
			m.tables = sqlgen.Tables{Contacts: sqlgen.Relation{Table: "default_people"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeText},
				Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "default_events"}, Contact: "person", Name: "buy", At: sqlgen.Column{Column: "moment", Type: sqlgen.TypeUnix}, Order: "seq", Props: map[string]sqlgen.Column{"x": col}}}}
			decide(t, e, m.tables, m.loaded(), each([]string{"buy.x"}, []string{`"2026-01-31"`, `"1970-01-01"`, `"1970-01-01T00:00:00Z"`, `"2026-01-31T10:00:00.25Z"`, `"a"`, "2026-01-31"},
				"LAST(X) >= V", "LAST(X) = V", "LAST(X) < V", "COUNT(buy WHERE x >= V) > 0", "COUNT(buy WHERE x = V) = 0", "COUNT(buy WHERE x IN (V, 5)) = 0", "NEVER DID buy WHERE (x <= V)", "COUNT(buy WHERE x STARTS WITH \"2026\") > 0")...)
		}
	})
}
