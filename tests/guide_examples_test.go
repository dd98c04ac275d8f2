package tests

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/lint"
	"github.com/segmentrules/segment/live"
	"github.com/segmentrules/segment/schema"
	"github.com/segmentrules/segment/sqlgen"
)

// The programs of docs/guide, in the order of its pages. TestGuide compares the pages with
// the bodies of these functions and with what they print.

func Example_guideFirstRule() {
	shop := &segment.Schema{
		Fields: map[string]schema.FieldType{
			"country": {Kind: segment.KindText},
			"spent":   {Kind: segment.KindNumber},
		},
		Events: map[string]schema.EventType{"opened": {}},
	}

	_, err := shop.Parse(`country = "US" AND spnt > 500`)
	fmt.Println(err)

	rule, err := shop.Parse(`country != "US" AND spent > 500`)
	if err != nil {
		panic(err)
	}
	for _, warning := range lint.Condition(rule, shop) {
		fmt.Println(warning)
	}

	program, err := segment.Compile(rule)
	if err != nil {
		panic(err)
	}
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	ann := &segment.Record{ID: "ann", Fields: map[string]segment.Value{"spent": segment.Int(812)}}
	fmt.Println(program.Match(ann, now))
	fmt.Println(program.Explain(ann, now))
	// Output:
	// 1:20: unknown field `spnt`; did you mean `spent`?
	// `country != "US"` also holds where `country` is missing; add `country IS SET` if that is not meant
	// true
	// ✓ ALL OF — 2 of 2 hold; never changes by itself
	//   ✓ country != "US" — country is missing, true because missing
	//   ✓ spent > 500 — spent is 812
}

func Example_guideBind() {
	type customer struct {
		Country  string    `json:"country"`
		Spent    float64   `json:"spent"`
		LastSeen time.Time `json:"last_seen"`
	}
	binder, err := segment.NewBinder[customer]() // refuses fields that cannot be read
	if err != nil {
		panic(err)
	}
	rule := segment.MustParse(`country IN ("US", "CA") AND spent > 500 AND last_seen WITHIN LAST 30 DAYS`)
	if err := binder.Check(rule); err != nil { // the rule asks for fields that there are
		panic(err)
	}
	program, err := segment.Compile(rule)
	if err != nil {
		panic(err)
	}
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	ann := customer{Country: "CA", Spent: 812.50, LastSeen: now.AddDate(0, 0, -3)}
	fmt.Println(program.Match(binder.Bind(&ann), now))
	// Output:
	// true
}

func Example_guideDocument() {
	ann, err := segment.NewDocument([]byte(`{"plan": "pro", "tags": ["vip", "beta"], "company": {"size": 40}}`))
	if err != nil {
		panic(err)
	}
	rule := segment.MustParse(`plan != "free" AND tags CONTAINS "vip" AND company.size >= 10`)
	fmt.Println(segment.Evaluate(rule, ann, time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)))
	// Output:
	// true
}

func Example_guideRecord() {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	order := func(id string, days int, props string) segment.Event {
		doc, err := segment.NewDocument([]byte(props))
		if err != nil {
			panic(err)
		}
		return segment.Event{ID: id, Name: "order", At: now.AddDate(0, 0, -days), Props: doc}
	}
	ann := &segment.Record{
		ID:     "ann",
		Fields: map[string]segment.Value{"plan": segment.Text("pro")},
		Log:    []segment.Event{order("o1", 40, `{"total": 300.10}`), order("o2", 10, `{"total": 199.91}`)},
		Lists:  map[string]time.Time{"newsletter": now.AddDate(-1, 0, 0)},
	}
	for _, text := range []string{
		`SUM(order.total) > 500 IN LAST 90 DAYS`,
		`SUM(order.total) > 500 IN LAST 30 DAYS`,
		`IN LIST "newsletter" AND NOT IN LIST "unsubscribed"`,
	} {
		fmt.Println(segment.Evaluate(segment.MustParse(text), ann, now), text)
	}
	// Output:
	// true SUM(order.total) > 500 IN LAST 90 DAYS
	// false SUM(order.total) > 500 IN LAST 30 DAYS
	// true IN LIST "newsletter" AND NOT IN LIST "unsubscribed"
}

func Example_guideIndex() {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	ix := index.New(index.Options{})

	active := segment.Segment{ID: "active", Condition: segment.MustParse(`DID opened IN LAST 30 DAYS`)}
	loyal := segment.Segment{ID: "loyal", Condition: segment.MustParse(`IN SEGMENT "active" AND spent > 500`)}
	for _, s := range []segment.Segment{active, loyal} {
		if _, err := ix.Define(s, now); err != nil {
			panic(err)
		}
	}

	diffs, err := ix.Apply(segment.Update{
		Contact: "ann", At: now,
		Set:    map[string]segment.Value{"spent": segment.Int(812)},
		Events: []segment.Event{{ID: "o1", Name: "opened", At: now}},
	})
	if err != nil {
		panic(err)
	}
	for _, d := range diffs {
		fmt.Println(d, d.Cause)
	}

	due, _ := ix.Due() // nothing changes by itself before this instant
	diffs, _ = ix.Advance(due, 0)
	for _, d := range diffs {
		fmt.Println(d, d.Cause)
	}
	// Output:
	// + active ann 2026-03-01T09:00:00Z event
	// + loyal ann 2026-03-01T09:00:00Z segment
	// - active ann 2026-03-31T09:00:00Z time
	// - loyal ann 2026-03-31T09:00:00Z segment
}

func Example_guidePreview() {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	ix := index.New(index.Options{})
	for i, country := range []string{"US", "US", "CA", "FR"} {
		_, err := ix.Apply(segment.Update{Contact: fmt.Sprint("c", i), At: now, Set: map[string]segment.Value{
			"country": segment.Text(country), "spent": segment.Int(int64(100 * i))}})
		if err != nil {
			panic(err)
		}
	}

	p, err := ix.Preview(segment.MustParse(`country != "FR" AND spent >= 100`))
	if err != nil {
		panic(err)
	}
	fmt.Println(p.Count, "of", p.Of, p.Sample)
	for _, part := range p.Parts {
		fmt.Println(part.Condition, "holds for", part.Count, "and leaves", part.Left)
	}

	entered, left, err := ix.DryRun(segment.Segment{ID: "north", Condition: segment.MustParse(`country IN ("US", "CA")`)}, now)
	if err != nil {
		panic(err)
	}
	fmt.Println(entered.Len(), "would enter,", left.Len(), "would leave")
	// Output:
	// 2 of 4 [c1 c2]
	// country != "FR" holds for 3 and leaves 3
	// spent >= 100 holds for 3 and leaves 2
	// 3 would enter, 0 would leave
}

func Example_guideNext() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, berlin) // its zone is the calendar
	ann := &segment.Record{
		Fields: map[string]segment.Value{"born": segment.Date(1990, 3, 10), "zone": segment.Text("America/New_York")},
		Log:    []segment.Event{{Name: "opened", At: now.AddDate(0, 0, -3)}},
	}
	for _, text := range []string{
		`DID opened IN LAST 30 DAYS`,
		`DID opened IN LAST 1 MONTH`,
		`DID opened PREVIOUS MONTH`,
		`ANNIVERSARY(born) WITHIN NEXT 7 DAYS`,
		`ANNIVERSARY(born) = TODAY IN ZONE zone`,
		`spent > 500`,
	} {
		program, err := segment.Compile(segment.MustParse(text))
		if err != nil {
			panic(err)
		}
		changes := "never by itself"
		if next, ok := program.Next(ann, now); ok {
			changes = next.Format("2 Jan 15:04")
		}
		fmt.Println(text, "|", program.Match(ann, now), "| changes:", changes)
	}
	// Output:
	// DID opened IN LAST 30 DAYS | true | changes: 28 Mar 09:00
	// DID opened IN LAST 1 MONTH | true | changes: 26 Mar 09:00
	// DID opened PREVIOUS MONTH | true | changes: 1 Apr 00:00
	// ANNIVERSARY(born) WITHIN NEXT 7 DAYS | false | changes: 3 Mar 00:00
	// ANNIVERSARY(born) = TODAY IN ZONE zone | false | changes: 10 Mar 05:00
	// spent > 500 | false | changes: never by itself
}

func Example_guideHost() {
	dir, err := os.MkdirTemp("", "segments")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	store, err := durable.Open(dir, durable.Options{})
	if err != nil {
		panic(err)
	}
	defer store.Close()
	host := live.New(store, live.Options{}) // with the clock of the computer
	defer host.Close()

	if _, err := host.Define(segment.Segment{ID: "big", Condition: segment.MustParse(`spent > 500`)}); err != nil {
		panic(err)
	}
	server := httptest.NewServer(httpapi.Handler(host, httpapi.Options{}))
	defer server.Close()
	request, _ := http.NewRequest("PUT", server.URL+"/v1/contacts/ann", strings.NewReader(`{"fields": {"spent": 812}}`))
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	answer.Body.Close()
	fmt.Println(answer.Status)

	for d, err := range host.Subscribe(context.Background(), 0) { // from the beginning; then as they come
		if err != nil {
			panic(err)
		}
		fmt.Println(d.Contact, "entered", d.Segment)
		break
	}
	// Output:
	// 201 Created
	// ann entered big
}

func Example_guideSQL() {
	tables := sqlgen.Tables{
		Contacts: sqlgen.Relation{Table: "contacts"},
		ID:       sqlgen.Column{Column: "id", Type: sqlgen.TypeText},
		Fields:   map[string]sqlgen.Column{"age": {Column: "age", Type: sqlgen.TypeInteger}},
		Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "events"}, Contact: "contact_id", Names: "name",
			At: sqlgen.Column{Column: "at", Type: sqlgen.TypeTimestamp}}},
	}
	rule := segment.MustParse(`age > 17 AND DID opened IN LAST 30 DAYS`)
	q, err := sqlgen.Select(sqlgen.DialectSQLite, tables, rule, time.Date(2026, 3, 31, 10, 0, 0, 0, time.UTC))
	if err != nil {
		panic(err)
	}
	fmt.Println(strings.ReplaceAll(q.Text, " AND ", "\n  AND "))
	fmt.Println(len(q.Args), "arguments; left to Go:", q.Rest)
	_, err = sqlgen.Select(sqlgen.DialectSQLite, tables, segment.MustParse(`agee > 17`), time.Now())
	fmt.Println(err)
	// Output:
	// SELECT "c"."id" AS "id" FROM "contacts" "c" WHERE ("c"."age" > ?
	//   AND "c"."id" IN (SELECT "e1"."contact_id" AS k FROM "events" "e1" WHERE ("e1"."name" = ? COLLATE BINARY
	//   AND ("e1"."at" <= ?
	//   AND "e1"."at" > ?))))
	// 4 arguments; left to Go: <nil>
	// /field: unknown field `agee`; did you mean `age`?
}

func Example_guideMigrating() {
	definition := `{"condition_groups": [
		{"conditions": [{"type": "profile-property", "property": "location['city']",
			"filter": {"type": "string", "operator": "not-equals", "value": "Boston"}}]},
		{"conditions": [{"type": "profile-postal-code-distance", "country_code": "USA", "postal_code": "43004", "unit": "miles",
			"filter": {"type": "numeric", "operator": "less-than", "value": 20}}]}]}`
	s, losses, err := interop.Import("klaviyo", []byte(definition), nil) // or with your schema
	if err != nil {
		panic(err)
	}
	fmt.Println(s.Condition)
	for _, loss := range losses {
		fmt.Println(loss)
	}
	// Output:
	// location.city != "Boston" AND location.city IS SET
	// /condition_groups/1/conditions/0: omitted: profiles "less-than" 20 miles of the postal code "43004" (needs geo distance)
}
