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
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// instantTables are tables of events, of one name each, whose instants are of every type
// that the engine has; some rows are of instants that no type should stumble over.
func instantTables(t *testing.T, e engines.Engine, stored []segment.Record, r *rand.Rand, perTable int) (events []sqlgen.Events, names []string) {
	t.Helper()
	all := natives(e)
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		n := all[kind]
		if n.cells[0].seen.Kind() != segment.KindTime {
			continue
		}
		name := "e_" + kind
		text, typ, after := "VARCHAR(20)", n.typ, ""
		if e.Name() == "clickhouse" {
			text, typ, after = "String", "Nullable("+n.typ+")", " ENGINE = MergeTree ORDER BY tuple()"
		}
		run(t, e, "DROP TABLE IF EXISTS "+name)
		run(t, e, "CREATE TABLE "+name+" (person "+text+", moment "+typ+", seq BIGINT)"+after)
		rows := []string{"('" + stored[0].ID + "', NULL, 0)"}
		for i := range perTable {
			cell, who := n.cells[r.Intn(len(n.cells))], r.Intn(len(stored))
			rows = append(rows, fmt.Sprintf("('%s', %s, %d)", stored[who].ID, cell.sql, i+1))
			stored[who].Log = append(stored[who].Log, segment.Event{Name: name, At: cell.seen.Time()})
		}
		if strings.HasPrefix(n.typ, "BIGINT") || n.typ == "Int64" { // beyond all years
			rows = append(rows, fmt.Sprintf("('%s', 9223372036854775807, 99)", stored[1].ID))
		}
		run(t, e, "INSERT INTO "+name+" VALUES "+strings.Join(rows, ", "))
		n.col.Column = "moment"
		events = append(events, sqlgen.Events{Relation: sqlgen.Relation{Table: name}, Contact: "person", Name: name, At: n.col, Order: "seq"})
		names = append(names, name)
	}
	return events, names
}

// Steps of a sequence, and instants that are compared, may be of any two types.
func TestInstantsOfEveryType(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		tables, stored := people(t, e, 8)
		events, names := instantTables(t, e, stored, rand.New(rand.NewSource(*seed)), 14)
		tables.Events = events
		var rules, pushed []string
		r := rand.New(rand.NewSource(*seed + 1))
		for range 24 {
			a, b := names[r.Intn(len(names))], names[r.Intn(len(names))]
			pair := strings.NewReplacer("@A", a, "@B", b).Replace
			for _, form := range []string{"DID @A THEN @B", "DID @A THEN @B WITHIN 14 hours", "DID @A THEN NOT @B WITHIN 1 day", "DID @A THEN @B THEN @A WITHIN 300 days", "LAST(@A) > LAST(@B)", "FIRST(@A) = LAST(@B)", "LAST(@B) <= FIRST(@A)", "LAST(@A | @B) < 2026-02-01", "FIRST(@A | @B) = LAST(@A)", "LAST(@A | @B) WITHIN LAST 14 hours"} {
				pushed = append(pushed, pair(form))
			}
			rules = append(rules, pair("COUNT(@A) > 1 IN LAST 2 DAYS"), pair("LAST(@A) WITHIN LAST 14 hours"), pair("FIRST(@A) < 2026-01-31T10:00:00.1Z"), pair("DID @A IN AT LEAST 2 OF LAST 3 DAYS"), pair("COUNT(@A | @B) >= 4"), pair("AGE(LAST(@A)) > 14 hours"))
		}
		if testing.Short() || e.Name() == "clickhouse" {
			pushed, rules = pushed[:80], rules[:40]
		}
		wantPushed(t, e, tables, pushed)
		decide(t, e, tables, stored, append(pushed, rules...)...)
		loads(t, e, tables, time.Unix(decided, 0).UTC(), stored, append(pushed, rules...)...)
	})
}

// Several rows of one id are one event: the first to arrive, though a later one lies in
// the window, or has another name. Rows without an id are events of their own.
func TestDuplicatesOfEvents(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		for _, ordered := range []bool{true, false} {
			tables, stored := people(t, e, 8)
			cols := []engines.Column{named("contact", engines.Text), named("name", engines.Text), named("ts", engines.Integer), named("seq", engines.Integer), named("id", engines.Text), named("amount", engines.Integer)}
			create(t, e, "repeated", cols)
			r := rand.New(rand.NewSource(*seed))
			type row struct {
				who       int
				name      string
				ts, seq   int64
				id        string
				amount    int64
				noInstant bool
			}
			var rows []row
			for seq := range 120 {
				one := row{r.Intn(len(stored)), []string{"buy", "see", "other"}[r.Intn(3)], decided - int64(r.Intn(40*24))*3600 - int64(seq), int64(seq), []string{"", "a", "A", "b ", "b", "é", "e", "1"}[r.Intn(8)], int64(r.Intn(5)), r.Intn(12) == 0}
				rows = append(rows, one)
			}
			var cells [][]any
			first := map[string]int{}
			for i, x := range rows {
				var id, ts any
				if x.id != "" {
					id = x.id
				}
				if !x.noInstant {
					ts = x.ts
				}
				cells = append(cells, []any{stored[x.who].ID, x.name, ts, x.seq, id, x.amount})
				key := fmt.Sprintf("%d %s", x.who, x.id)
				if x.name == "other" || x.noInstant {
					continue
				}
				if was, ok := first[key]; !ok || !ordered && x.ts < rows[was].ts {
					first[key] = i
				}
			}
			for i, x := range rows {
				if was, ok := first[fmt.Sprintf("%d %s", x.who, x.id)]; x.name == "other" || x.noInstant || x.id != "" && (!ok || was != i) {
					continue
				}
				stored[x.who].Log = append(stored[x.who].Log, segment.Event{ID: x.id, Name: x.name, At: time.Unix(x.ts, 0).UTC(), Props: segment.Document(fmt.Sprintf(`{"amount": %d}`, x.amount))})
			}
			if err := e.Insert("repeated", cols, cells); err != nil {
				t.Fatal(err)
			}
			tables.Events = []sqlgen.Events{{Relation: sqlgen.Relation{Table: "repeated"}, Contact: "contact", Names: "name", Holds: []string{"buy", "see"}, At: sqlgen.Column{Column: "ts", Type: sqlgen.TypeUnix}, ID: "id",
				Props: map[string]sqlgen.Column{"amount": {Column: "amount", Type: sqlgen.TypeInteger, Digits: 6}}}}
			if ordered {
				tables.Events[0].Order = "seq"
			}
			rules := each([]string{"buy", "see", "*"}, []string{"1", "2", "3"}, "COUNT(X) >= V", "COUNT(X) = V IN LAST 20 DAYS", "SUM(X.amount) > V", "MAX(X.amount) = V IN LAST 15 DAYS", "DISTINCT(X.amount) > V", "LAST(X.amount) = V", "COUNT(X WHERE amount > 2) = V", "DID X IN AT LEAST V OF LAST 30 DAYS", "AVG(X.amount) > V")
			loads(t, e, tables, time.Unix(decided, 0).UTC(), stored, rules...)
			decide(t, e, tables, stored, append(rules, "DID buy THEN see", "DID see THEN NOT buy WITHIN 2 days", "DID buy THEN buy WITHIN 3 days", "LAST(*) WITHIN LAST 4 days", "NEVER DID buy IN LAST 10 DAYS", "n > 2 AND COUNT(see) > 1")...)
		}
	})
}
