package engines_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Contacts of several tenants in one table, some of them deleted: which rows there are
// is said by a Where and by parameters, for Select and for Load.
func TestTenantsAndDeletedRows(t *testing.T) {
	odd := `o'neil "{tenant}" \ ? $1 --`
	engines.All(t, func(t *testing.T, e engines.Engine) {
		cols := []engines.Column{named("id", engines.Text), named("tenant", engines.Text), named("deleted", engines.Bool), named("n", engines.Integer), named("since", engines.Date), named("seen", engines.Timestamp)}
		events := []engines.Column{named("contact", engines.Text), named("tenant", engines.Text), named("name", engines.Text), named("s", engines.Integer), named("seq", engines.Integer), named("v", engines.Integer)}
		create(t, e, "tenant_people", cols)
		create(t, e, "tenant_events", events)
		var rows, log [][]any
		var stored []segment.Record
		for i := range 24 {
			id, tenant, deleted := fmt.Sprintf("c%02d", i), []string{"a", odd, "A"}[i%3], i%4 == 0
			at := time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)
			rows = append(rows, []any{id, tenant, deleted, int64(i), at, at})
			x := segment.Record{ID: id, Fields: map[string]segment.Value{"n": segment.Int(int64(i)), "late": segment.Bool(i >= 11), "young": segment.Bool(i >= 11), "odd": segment.Bool(i == 2 || i == 5)}}
			for j := range i % 5 {
				of := []string{tenant, "b"}[j/3]
				log = append(log, []any{id, of, "buy", int64(decided - 86400*j - i), int64(i*10 + j), int64(j)})
				if of == tenant {
					x.Log = append([]segment.Event{{Name: "buy", At: time.Unix(int64(decided-86400*j-i), 0).UTC(), Props: segment.Document(fmt.Sprintf(`{"v": %d}`, j))}}, x.Log...)
				}
			}
			if i%2 == 0 {
				x.Lists = map[string]time.Time{"buy": {}}
				if len(x.Log) == 0 {
					x.Lists = nil
				}
			}
			if tenant == odd && !deleted {
				stored = append(stored, x)
			}
		}
		for name, t2 := range map[string]struct {
			cols []engines.Column
			rows [][]any
		}{"tenant_people": {cols, rows}, "tenant_events": {events, log}} {
			if err := e.Insert(name, t2.cols, t2.rows); err != nil {
				t.Fatal(err)
			}
		}
		own := "{}.tenant = {tenant} -- one alone"
		of := sqlgen.Relation{Table: "tenant_events", Where: own}
		tables := sqlgen.Tables{
			Contacts: sqlgen.Relation{Table: "tenant_people", Where: own + "\n AND {}.deleted = {deleted}"},
			ID:       sqlgen.Column{Column: "id", Type: sqlgen.TypeText},
			Fields: map[string]sqlgen.Column{"n": {Column: "n", Type: sqlgen.TypeInteger},
				"late":  {Expr: "{}.since >= {day}", Type: sqlgen.TypeBool},
				"young": {Expr: "{}.n * 1.0 >= {least}", Type: sqlgen.TypeBool},
				"odd":   {Expr: "{}.n IN ({numbers})", Type: sqlgen.TypeBool}},
			Events: []sqlgen.Events{{Relation: of, Contact: "contact", Names: "name", At: sqlgen.Column{Column: "s", Type: sqlgen.TypeUnix}, Order: "seq",
				Props: map[string]sqlgen.Column{"v": {Column: "v", Type: sqlgen.TypeInteger, Digits: 9}}}},
			Lists: &sqlgen.Lists{Relation: sqlgen.Relation{Query: "SELECT contact, name, seq FROM tenant_events WHERE tenant = {tenant}", Where: "{}.seq IN (SELECT n * 20 + 0 FROM tenant_people) OR {}.seq IN (SELECT n * 10 FROM tenant_people WHERE n IN (2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22))"},
				Contact: "contact", List: "name"},
			Params: map[string]rule.Value{"tenant": rule.Text(odd), "deleted": rule.Bool(false), "day": rule.Date(2026, 1, 12), "least": rule.Decimal("10.5"), "numbers": rule.List(rule.Int(2), rule.Int(5))},
		}
		if e.Name() == "postgres" {
			tables.Params["unused"] = rule.Int(1)
			if _, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables, rule.Everyone{}, time.Now()); err == nil {
				t.Error("a parameter that nothing uses")
			}
			delete(tables.Params, "unused")
		}
		decide(t, e, tables, stored, "EVERYONE", "n > 10", "late = TRUE", "young = TRUE", "odd = TRUE", "odd = FALSE", "DID buy", "COUNT(buy) >= 2", "COUNT(buy) >= 2 AND n > 5", "SUM(buy.v) > 1 IN LAST 2 DAYS",
			"LAST(buy.v) = 0", "FIRST(buy.v) > 1", "DID buy THEN buy WITHIN 2 days", "NEVER DID buy", "COUNT(buy) = 0 OR COUNT(buy) = 3", "AVG(buy.v) > 0.5 AND late = TRUE")
		for i := range tables.Events {
			tables.Events[i].Known = true // as the host promises of all its contacts
			tables.Events[i].Where = ""
		}
		for i := range stored { // and now with the events of other tenants
			stored[i].Log = nil
			var n int
			fmt.Sscanf(stored[i].ID, "c%d", &n)
			for j := n%5 - 1; j >= 0; j-- {
				stored[i].Log = append(stored[i].Log, segment.Event{Name: "buy", At: time.Unix(int64(decided-86400*j-n), 0).UTC(), Props: segment.Document(fmt.Sprintf(`{"v": %d}`, j))})
			}
		}
		decide(t, e, tables, stored, "DID buy", "COUNT(buy) >= 2", "SUM(buy.v) > 1")
	})
}
