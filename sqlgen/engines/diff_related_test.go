package engines_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// A rule that asks of the contact's company: its instants are passed too, and what does not
// change by time limits who is due. Go decides a pattern, for the contacts it loads.
func TestDiffOfRelated(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for _, name := range []string{"sqlite", "postgres", "mariadb", "duckdb"} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			id, firm := engines.Column{Name: "id", Type: engines.Text, Size: 100}, engines.Column{Name: "firm", Type: engines.Text, Size: 100}
			people := []engines.Column{id, firm, named("mail", engines.Text)}
			firms := []engines.Column{id, named("renews", engines.Timestamp), named("plan", engines.Text)}
			create(t, e, "people", people, "id")
			create(t, e, "firms", firms, "id")
			insert(t, e, "people", people, [][]any{{"a", "x", "a@x"}, {"b", "x", "2@x"}, {"c", "y", "c@y"}, {"d", nil, "d@z"}, {"e", "none", "e@z"}})
			insert(t, e, "firms", firms, [][]any{{"x", now.Add(50 * time.Hour), "pro"}, {"y", now.Add(90 * time.Hour), "free"}, {"z", now, "pro"}})
			createKept(t, e, nil, "s")
			tables := layout{}.kept()
			tables.Contacts, tables.Document, tables.Events, tables.Lists, tables.History = sqlgen.Relation{Table: "people"}, "", nil, nil, nil
			tables.Related = map[string]sqlgen.Related{"firm": {Relation: sqlgen.Relation{Table: "firms"}, Key: "id", Owner: "firm"}}
			in := func(c sqlgen.Column) sqlgen.Column {
				c.In = "firm"
				return c
			}
			tables.Fields = map[string]sqlgen.Column{"mail": column("mail", sqlgen.TypeText, 0, 0),
				"renews": in(column("renews", sqlgen.TypeTimestamp, 6, 0)), "firm_plan": in(column("plan", sqlgen.TypeText, 0, 0))}
			var stored []segment.Record
			for x, err := range sqlgen.Load(t.Context(), engines.DB(e), tables) {
				if err != nil {
					t.Fatal(err)
				}
				stored = append(stored, *x.(*segment.Record))
			}
			for _, text := range []string{`renews WITHIN NEXT 2 days AND firm_plan = "pro"`, `renews < NOW - 1 day OR firm_plan = "free"`,
				`renews WITHIN NEXT 3 days AND mail MATCHES "^[a-z]@"`} {
				if err := e.Exec("DELETE FROM members; DELETE FROM dues"); err != nil {
					t.Fatal(err)
				}
				k := &keeper{T: t, e: e, tables: tables, stored: stored, seg: segment.Segment{ID: "s", Condition: segment.MustParse(text)}, is: map[string]bool{}}
				k.live(rand.New(rand.NewPCG(1, 1)), now, 8)
				if k.inGo || k.dues == 0 {
					t.Errorf("%s: dues in Go %v, %d looks", text, k.inGo, k.dues)
				}
			}
		})
	}
}
