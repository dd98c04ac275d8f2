package engines_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// heldTables are three tables of events: of two prefixes, of closed names, and of one
// name. Each has rows with names that the declaration says it does not hold; those are
// no events, and no contact has them.
func heldTables(t *testing.T, e engines.Engine, stored []segment.Record, r *rand.Rand) []sqlgen.Events {
	t.Helper()
	at := sqlgen.Column{Column: "ts", Type: sqlgen.TypeUnix}
	cols := []engines.Column{named("contact", engines.Text), named("name", engines.Text), named("ts", engines.Integer), named("seq", engines.Integer), named("amount", engines.Integer), named("note", engines.Text)}
	props := map[string]sqlgen.Column{"amount": {Column: "amount", Type: sqlgen.TypeInteger, Digits: 6}, "note": {Column: "note", Type: sqlgen.TypeText}}
	events := []sqlgen.Events{
		{Relation: sqlgen.Relation{Table: "held_mails"}, Contact: "contact", Names: "name", Holds: []string{"email_*", "sms_sent"}, At: at, Order: "seq", Props: props},
		{Relation: sqlgen.Relation{Table: "held_orders"}, Contact: "contact", Names: "name", Holds: []string{"order", "refund"}, At: at, Order: "seq", Props: props},
		{Relation: sqlgen.Relation{Table: "held_views"}, Contact: "contact", Name: "viewed", At: at, Order: "seq", Props: props},
	}
	names := [][]string{{"email_opened", "email_clicked", "sms_sent", "sms_opened", "Email_opened", "order"}, {"order", "refund", "orders", "email_opened"}, {"viewed"}}
	for i := range events {
		create(t, e, events[i].Table, cols)
		var rows [][]any
		for seq := range 90 {
			who, name, ts, amount, note := r.Intn(len(stored)), names[i][r.Intn(len(names[i]))], decided-int64(r.Intn(20*day)), int64(r.Intn(9)-2), string(rune('a'+r.Intn(3)))
			ts -= ts % 3600
			rows = append(rows, []any{stored[who].ID, name, ts, int64(seq), amount, note})
			if len(events[i].Selected([]string{name})) > 0 {
				stored[who].Log = append(stored[who].Log, segment.Event{Name: name, At: time.Unix(ts, 0).UTC(), Props: segment.Document(fmt.Sprintf(`{"amount": %d, "note": %q}`, amount, note))})
			}
		}
		if err := e.Insert(events[i].Table, cols, rows); err != nil {
			t.Fatal(err)
		}
	}
	return events
}

// Tables that say which events they hold: what is asked of one is decided by that one
// alone, whatever the others are, and a row with another name is no event.
func TestTablesThatSayWhatTheyHold(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		tables, stored := people(t, e, 12)
		tables.Events = heldTables(t, e, stored, rand.New(rand.NewSource(*seed)))
		ones := []string{"order", "refund", "viewed", "email_*", "email_opened", "sms_*", "order | refund", "email_* | sms_sent", "re*", "e*"}
		rules := each(ones, []string{"2"}, "COUNT(X) > V", "SUM(X.amount) > V", "AVG(X.amount) >= V", "MAX(X.amount) > V", "MIN(X.amount) = V", "LAST(X.amount) > V", `FIRST(X.note) = "a"`, `LAST(X.note WHERE amount > 1) = "b"`, "DISTINCT(X.note) = V", "NEVER DID X",
			"DID X IN AT LEAST V OF LAST 9 DAYS")
		rules = append(rules, "DID order THEN refund WITHIN 3 days", "DID email_opened THEN NOT order WITHIN 2 days", "DID e* THEN viewed THEN order", "DID order THEN email_clicked | sms_sent WITHIN 4 days")
		wantPushed(t, e, tables, rules)
		decide(t, e, tables, stored, rules...)
		decide(t, e, tables, stored, "COUNT(*) > 20", "SUM(*.amount) > 40", "COUNT(e*) = 0 OR n = 1", "COUNT(order | viewed | email_*) >= 9", "DISTINCT(order | viewed.note) = 3", "DID order | viewed THEN email_* WITHIN 1 day", "LAST(* WHERE amount = 1) OLDER THAN 2 days")
	})
}

// wantPushed wants rules that the database decides alone.
func wantPushed(t *testing.T, e engines.Engine, tables sqlgen.Tables, rules []string) {
	t.Helper()
	for _, r := range rules {
		q, err := sqlgen.Select(dialectOf(e), tables, segment.MustParse(r), time.Unix(decided, 0).UTC())
		if err != nil || q.Rest != nil {
			t.Errorf("%s: %v, rest %v", r, err, q.Rest)
		}
	}
}

// An event that no table holds is an error, with the nearest name that one does.
func TestEventsThatNoTableHolds(t *testing.T) {
	at := sqlgen.Column{Column: "ts", Type: sqlgen.TypeUnix}
	open := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "made"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeText}, Events: []sqlgen.Events{
		{Relation: sqlgen.Relation{Table: "mails"}, Contact: "c", Names: "name", Holds: []string{"email_*", "sms_sent"}, At: at},
		{Relation: sqlgen.Relation{Table: "orders"}, Contact: "c", Name: "order", At: at}}}
	closed := open
	closed.Events = []sqlgen.Events{open.Events[0], open.Events[1]}
	closed.Events[0].Holds = []string{"email_opened", "email_clicked", "sms_sent"}
	for r, near := range map[string]string{"COUNT(ordr) > 1": "order", "DID sms_snt THEN order": "sms_sent", "NEVER DID push_*": "", "SUM(order | sms_sant.x) > 1": "sms_sent"} {
		for name, tables := range map[string]sqlgen.Tables{"open": open, "closed": closed} {
			for _, d := range sqlgen.Dialects() {
				_, err := sqlgen.Select(d, tables, segment.MustParse(r), time.Unix(decided, 0).UTC())
				if err == nil || !strings.Contains(err.Error(), near) {
					t.Errorf("%s, %s: %s: %v", d, name, r, err)
				}
			}
		}
	}
	if s := closed.Schema(); len(s.Events) != 4 {
		t.Errorf("the schema has the events %v", s.Events)
	}
	if _, err := sqlgen.Select(sqlgen.DialectSQLite, open, rule.Not{C: segment.MustParse("DID email_anything")}, time.Unix(decided, 0)); err != nil {
		t.Error(err)
	}
	for place, change := range map[string]func(e *sqlgen.Events){
		"/events/0/holds":   func(e *sqlgen.Events) { e.Names, e.Name = "", "x" },
		"/events/0/holds/1": func(e *sqlgen.Events) { e.Holds = []string{"a", ""} },
	} {
		bad := open
		bad.Events = []sqlgen.Events{open.Events[0]}
		change(&bad.Events[0])
		if err := bad.Validate(sqlgen.DialectSQLite); err == nil || !strings.Contains(err.Error(), place) {
			t.Errorf("%s: %v", place, err)
		}
	}
}
