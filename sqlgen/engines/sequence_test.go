package engines_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Sequences where instants are equal, or lie on an end of a window or of a span, or
// where the time of a step that must not follow is not over.
func TestSequencesAtEdges(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		onlyInLong(t, e)
		tables, stored := people(t, e, 12)
		for _, typ := range []sqlgen.Type{sqlgen.TypeTimestamp, sqlgen.TypeUnix} {
			for j := range stored {
				stored[j].Log = nil
			}
			at, amount := sqlgen.Column{Type: typ}, sqlgen.Column{Column: "amount", Type: sqlgen.TypeInteger}
			if typ == sqlgen.TypeTimestamp {
				at.Scale = 6
			}
			h := func(who int, ago int64) happening { return happening{who, decided - ago, "1", ""} }
			// Of each contact: a and b at one instant; b a second, a day, and a day and a second
			// after a; a alone, of which the day is over, just over, and not over; two of each.
			a := []happening{h(0, 3*day), h(1, 3*day), h(2, 3*day), h(3, 3*day), h(4, 3*day), h(5, day), h(6, day-1), h(7, 3*day), h(7, 3*day), h(7, 2*day),
				h(8, 30*day), h(8, 29*day), h(9, 30*day+1), h(10, 0), h(10, -1), h(11, 4*day), h(11, 3*day)}
			b := []happening{h(0, 3*day), h(1, 3*day-1), h(2, 2*day), h(3, 2*day-1), h(7, 3*day), h(7, 2*day), h(7, 2*day-1), h(8, 28*day), h(9, 30*day-1), h(9, 29*day),
				h(10, -1), h(11, 4*day-1), h(-1, 2*day), h(99, 2*day)}
			if typ == sqlgen.TypeTimestamp { // in one table
				both := append(a, b...)
				names := make([]string, len(both))
				for i := range both {
					names[i] = map[bool]string{true: "a", false: "b"}[i < len(a)]
				}
				tables.Events = []sqlgen.Events{mixedEvents(t, e, stored, "mixed", at, both, names)}
			} else {
				tables.Events = []sqlgen.Events{eventTable(t, e, stored, "bought", "a", "sku", at, amount, a...), eventTable(t, e, stored, "sent back", "b", "sku", at, amount, b...)}
			}
			forms := []string{"DID a THEN b", "DID a THEN NOT b WITHIN V", "DID a THEN b WITHIN V", "DID a THEN a WITHIN V THEN NOT b WITHIN 1 day", "DID a THEN b WITHIN V THEN NOT a WITHIN V",
				"DID a THEN NOT a WITHIN V", "n > 3 AND DID a THEN NOT b WITHIN V", "n > 10 OR DID a THEN NOT b WITHIN V", "DID a THEN NOT b WITHIN V IN LAST 30 DAYS", "DID a THEN b WITHIN V IN LAST 30 DAYS",
				"DID a THEN b WITHIN V BETWEEN 30 DAYS AGO AND 3 DAYS AGO", "DID a THEN NOT b WITHIN V BEFORE 2026-01-29", "DID a THEN b WITHIN V THEN b WITHIN V SINCE 2026-01-29"}
			decide(t, e, tables, stored, each([]string{"a"}, []string{"1 second", "1 day", "2 days"}, forms...)...)
			decide(t, e, tables, stored, "DID a THEN b THEN a", "DID b THEN a THEN b IN LAST 3 DAYS")
			decide(t, e, tables, stored, each([]string{"a", "b"}, []string{"1", "2", "3"}, "DID X IN AT LEAST V OF LAST 3 DAYS", "n > 3 AND DID X IN AT LEAST V OF LAST 31 DAYS", "n > 10 OR DID X IN AT LEAST V OF LAST 4 WEEKS",
				"DID a | b IN AT LEAST V OF LAST 4 MONTHS")...)
		}
	})
}

// mixedEvents is one table with events of several names.
func mixedEvents(t *testing.T, e engines.Engine, stored []segment.Record, table string, at sqlgen.Column, rows []happening, names []string) sqlgen.Events {
	t.Helper()
	cols := []engines.Column{named("contact", engines.Text), named("name", engines.Text), named("ts", neutralInstant(at)), named("seq", engines.Integer)}
	create(t, e, table, cols)
	var cells [][]any
	for i, h := range rows {
		var contact any
		if h.who >= 0 {
			contact = fmt.Sprintf("c%02d", h.who)
		}
		cells = append(cells, []any{contact, names[i], instantCell(at, h.at), int64(i)})
		if h.who >= 0 && h.who < len(stored) {
			stored[h.who].Log = append(stored[h.who].Log, segment.Event{Name: names[i], At: time.Unix(h.at, 0).UTC()})
		}
	}
	if err := e.Insert(table, cols, cells); err != nil {
		t.Fatal(err)
	}
	at.Column = "ts"
	return sqlgen.Events{Relation: sqlgen.Relation{Table: table}, Contact: "contact", Names: "name", At: at, Order: "seq"}
}

// Setting a value again does not begin its time anew, and what came before or after
// counts by arrival where instants are equal.
func TestHasBeenSetAgain(t *testing.T) {
	histories := []string{"v-9 v-2", "v-9 w-8 v-2", "w-9 v-8", "w-9 v-6", "v-9 w-1", "v-9 null-3 v-2", "v-7", "w-7 v-7", "v-7 w-7", "v-7 w-7 v-7", "v-9 w-3 v-3", "v-9 v-3 w-3", "v-9 w-0", "v-9 w+1", "w-9", "null-9", "v+1"}
	now := time.Unix(decided, 0).UTC()
	engines.All(t, func(t *testing.T, e engines.Engine) {
		var contacts []segment.Record
		for i, history := range histories {
			contacts = append(contacts, segment.Record{ID: fmt.Sprintf("c%02d", i), Fields: map[string]segment.Value{"n": segment.Int(int64(i))}, Changes: map[string][]segment.Change{"plan": changesOf(t, history, now)}})
		}
		for _, l := range layouts(dialectOf(e)) {
			stored, err := l.load(e, contacts)
			if err != nil {
				t.Fatal(err)
			}
			decide(t, e, l.tables(), stored, `plan HAS BEEN "v" FOR AT LEAST 7 days`, `plan HAS BEEN "w" FOR AT LEAST 1 second`, `plan HAS BEEN "v" FOR AT LEAST 1 second`, `plan HAS BEEN "v" FOR AT LEAST 3 days`,
				`n > 3 AND plan HAS BEEN "v" FOR AT LEAST 7 days`, `n > 12 OR plan HAS BEEN "v" FOR AT LEAST 7 days`)
		}
	})
}

// changesOf reads `v-9 null-3`: values, each with the days from now.
func changesOf(t *testing.T, text string, now time.Time) (cs []segment.Change) {
	t.Helper()
	for one := range strings.FieldsSeq(text) {
		i := strings.IndexAny(one, "-+")
		days, err := strconv.Atoi(one[i:])
		if err != nil {
			t.Fatal(err)
		}
		c := segment.Change{At: now.Add(time.Duration(days) * day * time.Second)}
		if one[:i] != "null" {
			c.Value = segment.Text(one[:i])
		}
		cs = append(cs, c)
	}
	return cs
}
