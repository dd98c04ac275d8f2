package engines_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Events and lists as hosts have them: in several tables that hold the same
// property otherwise, of contacts that are none.

// happening is a row of a table of events: of which contact (none if it is less
// than 0), how many seconds since 1970, what amount in cents, and what text.
type happening struct {
	who    int
	at     int64
	amount string
	text   string
}

// eventTable makes a table of events, and adds them to the contacts.
func eventTable(t *testing.T, e engines.Engine, stored []segment.Record, table, name, prop string, at, amount sqlgen.Column, rows ...happening) sqlgen.Events {
	t.Helper()
	cols := []engines.Column{named("contact", engines.Text), named("ts", neutralInstant(at)), named("seq", engines.Integer), neutral(amount), named(prop, engines.Text)}
	create(t, e, table, cols)
	var cells [][]any
	for i, h := range rows {
		var contact, cell any
		if h.who >= 0 {
			contact = fmt.Sprintf("c%02d", h.who)
		}
		var props []string
		if h.amount != "" {
			v := segment.JSON(h.amount)
			cell, _ = scaled(v, amount)
			props = append(props, `"amount": `+h.amount)
		}
		props = append(props, fmt.Sprintf("%q: %q", prop, h.text))
		cells = append(cells, []any{contact, instantCell(at, h.at), int64(i), cell, h.text})
		if h.who >= 0 && h.who < len(stored) {
			ev := segment.Event{Name: name, At: time.Unix(h.at, 0).UTC(), Props: segment.Document("{" + strings.Join(props, ", ") + "}")}
			stored[h.who].Log = append(stored[h.who].Log, ev)
		}
	}
	if err := e.Insert(table, cols, cells); err != nil {
		t.Fatal(err)
	}
	at.Column = "ts"
	return sqlgen.Events{Relation: sqlgen.Relation{Table: table}, Contact: "contact", Name: name, At: at, Order: "seq",
		Props: map[string]sqlgen.Column{"amount": amount, prop: {Column: prop, Type: sqlgen.TypeText}}}
}

func neutralInstant(c sqlgen.Column) engines.Type {
	if c.Type == sqlgen.TypeTimestamp {
		return engines.Timestamp
	}
	return engines.Integer
}

func instantCell(c sqlgen.Column, seconds int64) any {
	switch {
	case c.Type == sqlgen.TypeUnixNano && seconds < math.MaxInt64/1_000_000_000:
		return seconds * 1e9
	case c.Type == sqlgen.TypeUnixNano:
		return int64(math.MaxInt64)
	case c.Type == sqlgen.TypeUnix:
		return seconds
	}
	return time.Unix(seconds, 0).UTC()
}

func people(t *testing.T, e engines.Engine, n int) (sqlgen.Tables, []segment.Record) {
	t.Helper()
	var numbers []string
	for i := range n {
		numbers = append(numbers, fmt.Sprint(i))
	}
	typ := "BIGINT"
	if e.Name() == "clickhouse" {
		typ = "Int64"
	}
	return makeTable(t, e, madeColumn{"n", typ, sqlgen.Column{Type: sqlgen.TypeInteger}, same(numbers...)})
}

const day = 86400

// 2026-02-01, when rules are decided.
const decided = 1_769_904_000

// A property may have other places in each table, or be in one alone; contacts
// may be NULL or none.
func TestOnePropertyOfTwoTables(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		onlyInLong(t, e)
		tables, stored := people(t, e, 6)
		money := func(typ sqlgen.Type, digits, scale int) sqlgen.Column {
			return sqlgen.Column{Column: "amount", Type: typ, Digits: digits, Scale: scale}
		}
		kinds := [][2]sqlgen.Column{{money(sqlgen.TypeInteger, 7, 2), money(sqlgen.TypeInteger, 9, 4)}, {money(sqlgen.TypeInteger, 7, 2), money(sqlgen.TypeInteger, 7, 2)}}
		if e.Name() != "sqlite" {
			kinds = append(kinds, [2]sqlgen.Column{money(sqlgen.TypeDecimal, 12, 2), money(sqlgen.TypeDecimal, 14, 4)}, [2]sqlgen.Column{money(sqlgen.TypeInteger, 9, 0), money(sqlgen.TypeDecimal, 14, 4)})
		}
		at := sqlgen.Column{Type: sqlgen.TypeUnix}
		for i, kind := range kinds {
			for j := range stored {
				stored[j].Log = nil
			}
			half := ".5"
			if i == 3 {
				half = ""
			}
			a := eventTable(t, e, stored, "bought", "purchase", "sku", at, kind[0], happening{0, decided - day, "10" + half, "X"}, happening{0, decided - day, "20", "Y"}, happening{1, decided - 9*day, "", ""},
				happening{2, decided + day, "9", "X"}, happening{3, decided - 3*day, "-5", "X"}, happening{3, decided - 3*day, "5", "X"}, happening{-1, decided - day, "7", "X"}, happening{99, decided - day, "7", "X"})
			b := eventTable(t, e, stored, "sent back", "refund", "url", at, kind[1], happening{0, decided - day/2, "10.5", "u"}, happening{3, decided - 3*day, "0.1", "u"}, happening{4, decided - 40*day, "0.1", "u"},
				happening{4, decided - 40*day, "0.1", "v"}, happening{-1, decided - day, "7", "u"})
			tables.Events = []sqlgen.Events{a, b}
			decide(t, e, tables, stored, each([]string{"purchase | refund.amount", "purchase.amount", "*.amount"}, []string{"20", "0", "0.1", "10.5"}, "SUM(X) > V", "SUM(X) = V", "AVG(X) <= V", "MAX(X) >= V", "MIN(X) < V", "DISTINCT(X) > V", "COUNT(X) > V")...)
			decide(t, e, tables, stored, "COUNT(purchase | refund WHERE url = \"u\") >= 1", `COUNT(* WHERE sku = "X") >= 2`, `COUNT(* WHERE sku != "X") >= 1`, "COUNT(* WHERE url IS NULL) = 2", "COUNT(* WHERE url > 5) = 0", "COUNT(* WHERE url STARTS WITH \"u\") = 2",
				"COUNT(* WHERE url > 2026-01-01 OR amount > 1) >= 1", "COUNT(* WHERE ANY url = 1) = 0", "COUNT(*.url) = 2", "DISTINCT(*.url) = 2", "NEVER DID refund", "n > 1 AND COUNT(purchase) >= 2", `LAST(*.url) = "u"`)
		}
	})
}

// Steps far apart: instants that are added up go beyond what columns hold, in
// rows that count and in those that do not.
func TestSequencesOfLongSpans(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		tables, stored := people(t, e, 4)
		for _, typ := range []sqlgen.Type{sqlgen.TypeTimestamp, sqlgen.TypeUnix, sqlgen.TypeUnixNano} {
			for j := range stored {
				stored[j].Log = nil
			}
			at, amount := sqlgen.Column{Type: typ}, sqlgen.Column{Column: "amount", Type: sqlgen.TypeInteger}
			if typ == sqlgen.TypeTimestamp {
				at.Scale = 6
			}
			rows := []happening{{0, decided - 100*day, "1", ""}, {0, decided - 98*day, "1", ""}, {1, decided - day, "1", ""}, {2, decided + day, "1", ""}}
			if typ == sqlgen.TypeUnixNano {
				rows = append(rows, happening{3, math.MaxInt64 / 1_000_000_000, "1", ""})
			}
			tables.Events = []sqlgen.Events{eventTable(t, e, stored, "bought", "a", "sku", at, amount, rows...), eventTable(t, e, stored, "sent back", "b", "sku", at, amount,
				happening{0, decided - 99*day, "1", ""}, happening{1, decided - 1, "1", ""})}
			decide(t, e, tables, stored, each([]string{"a", "b"}, []string{"1 day", "2 days", "100000 days", "3000000 days", "40000000 hours"}, "DID a THEN b WITHIN V", "DID X THEN a WITHIN V", "DID a THEN NOT X WITHIN V", "DID a THEN b THEN a WITHIN V")...)
		}
	})
}

// The host calls its zone as another is called.
func TestTwoZonesOfOneName(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		tables, stored := people(t, e, 2)
		tables.Events = []sqlgen.Events{eventTable(t, e, stored, "bought", "a", "sku", sqlgen.Column{Type: sqlgen.TypeUnix}, sqlgen.Column{Column: "amount", Type: sqlgen.TypeInteger},
			happening{0, decided - 5*3600, "1", ""}, happening{0, decided - 6*3600, "1", ""}, happening{1, decided + 60, "1", ""}, happening{1, decided + 120, "1", ""})}
		at := time.Unix(decided+3600, 0).In(time.FixedZone("UTC", 12*3600))
		n := tally{}
		for _, rule := range []string{`COUNT(a) = 2 TODAY AND NOT (COUNT(a) = 2 TODAY IN ZONE "UTC")`, `COUNT(a) = 2 TODAY IN ZONE "UTC" OR COUNT(a) = 2 TODAY`} {
			n.one(t, e, tables, "zones", segment.MustParse(rule), at, stored)
		}
	})
}

// Where all contacts of events are known, a rule about nothing else needs no look at
// the contacts; events of nobody remain.
func TestEventsOfKnownContacts(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		tables, stored := people(t, e, 6)
		at, amount := sqlgen.Column{Type: sqlgen.TypeUnix}, sqlgen.Column{Column: "amount", Type: sqlgen.TypeInteger, Digits: 7}
		var a, b []happening
		for i := range 24 {
			a = append(a, happening{i%7 - 1, decided - int64(i)*day, fmt.Sprint(i % 5), "x"})
			b = append(b, happening{i%3 - 1, decided - int64(i)*day, fmt.Sprint(i), "y"})
		}
		a = append(a, happening{3, decided, "", "x"}, happening{4, decided, "", "x"})
		tables.Events = []sqlgen.Events{eventTable(t, e, stored, "known_a", "a", "s", at, amount, a...), eventTable(t, e, stored, "known_b", "b", "s", at, amount, b...)}
		for i := range tables.Events {
			tables.Events[i].Known = true
		}
		rules := []string{"COUNT(a) >= 4", "COUNT(a) = 5", "COUNT(a) >= 4 AND COUNT(b) >= 2", "COUNT(a) >= 3 AND COUNT(b) < 2", "COUNT(b) < 2", "COUNT(a) >= 3 IN LAST 20 DAYS AND SUM(b.amount) > 3",
			"SUM(a.amount) > 8 AND COUNT(a) >= 4", "SUM(a.amount) <= 8", "MAX(a.amount) > 3 AND MIN(b.amount) < 2", "COUNT(a) >= 4 OR COUNT(b) >= 2", "COUNT(a) + COUNT(b) > 10", "COUNT(a) >= 4 AND n >= 2",
			"COUNT(a) >= 4 AND DID b", "COUNT(a) >= 4 AND NEVER DID b", "DISTINCT(a.amount) >= 3 AND AVG(a.amount) >= 2", `LAST(a) OLDER THAN 1 day AND COUNT(a) >= 2`, `LAST(a.s) = "x" AND COUNT(b) > 2`, "COUNT(a | b) >= 9"}
		decide(t, e, tables, stored, rules...)
		q, err := sqlgen.Select(dialectOf(e), tables, segment.MustParse(rules[2]), time.Unix(decided, 0).UTC())
		if err != nil || strings.Contains(q.Text, tables.Contacts.Table) {
			t.Errorf("%s looks at the contacts: %v\n%s", rules[2], err, q.Text)
		}
		tables.Events[1].Known = false
		decide(t, e, tables, stored, rules...)
	})
}
