package web

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
	"github.com/segmentrules/segment/schema"
)

// What the tests of this package share: a host of made-up contacts on a clock that stands.

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func testSchema() *segment.Schema {
	text := schema.FieldType{Kind: segment.KindText}
	return &segment.Schema{
		Fields: map[string]schema.FieldType{
			"name": {Kind: segment.KindText, Required: true}, "email": text, "country": text, "total": {Kind: segment.KindNumber},
			"plan": {Kind: segment.KindText, Values: []string{"free", "pro"}}, "signup": {Kind: segment.KindTime}, "birthday": {Kind: segment.KindDate},
			"tags":   {Kind: segment.KindList, Of: segment.KindText},
			"custom": {Kind: segment.KindObject, Elements: map[string]schema.FieldType{"shoe_size": {Kind: segment.KindNumber}}},
		},
		Events: map[string]schema.EventType{
			"opened":   {Aliases: []string{"Opened"}, Nouns: []string{"emails"}, Props: map[string]schema.FieldType{"campaign": text}},
			"purchase": {Props: map[string]schema.FieldType{"amount": {Kind: segment.KindNumber}}},
		},
		Calculated: map[string]string{"spent": "SUM(purchase.amount)"},
		Lists:      []string{"VIP", "news"},
	}
}

// A fixture is a handler with what is behind it.
type fixture struct {
	http.Handler
	t     testing.TB
	host  *live.Host
	clock *live.ManualClock
	ids   []string
}

// newFixture makes up so many contacts, who have done things in the last 90 days, and three
// segments, of which one refers to the others.
func newFixture(t testing.TB, contacts int, o Options) *fixture {
	t.Helper()
	clock := live.NewManualClock(noon)
	s := testSchema()
	host := live.New(live.OverIndex(index.New(index.Options{Schema: s})), live.Options{Clock: clock})
	t.Cleanup(func() { _ = host.Close() })
	if o.API.Schema == nil {
		o.API.Schema = func() *segment.Schema { return s }
	}
	if o.Clock == nil {
		o.Clock = clock
	}
	f := &fixture{Handler(host, o), t, host, clock, nil}
	r := rand.New(rand.NewPCG(7, 7))
	var us []segment.Update
	for i := range contacts {
		u := f.contact(r, i)
		f.ids, us = append(f.ids, u.Contact), append(us, u)
	}
	if _, err := host.Apply(us...); err != nil {
		t.Fatal(err)
	}
	for _, x := range [][2]string{
		{"readers", `Opened >= 3 emails in last 30 days`}, {"buyers", `SUM(purchase.amount) > 50 IN LAST 60 DAYS`},
		{"best", `IN SEGMENT "readers" AND IN SEGMENT "buyers" AND NOT IN LIST "news"`},
	} {
		c, err := s.Parse(x[1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := host.Define(segment.Segment{ID: x[0], Name: "The <i>" + x[0] + "</i>", Condition: c}); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// contact makes one up.
func (f *fixture) contact(r *rand.Rand, i int) segment.Update {
	u := segment.Update{Contact: fmt.Sprintf("c%05d", i), Create: true, Set: map[string]segment.Value{
		"name":  segment.Text([]string{"Ann Lee", "Bob Ray", "Cid <b>Bold</b>", "Dora Annis"}[i%4]),
		"email": segment.Text(fmt.Sprintf("p%d@example.com", i)), "country": segment.Text([]string{"US", "DE", "FR"}[r.IntN(3)]),
		"plan": segment.Text([]string{"free", "pro"}[r.IntN(2)]), "total": segment.Int(int64(r.IntN(1000))),
		"signup": segment.Time(noon.Add(-time.Duration(r.IntN(90*24)) * time.Hour)), "birthday": segment.Date(1980, time.Month(1+r.IntN(12)), 1+r.IntN(28)),
	}}
	if i%5 == 0 {
		u.Join = []string{"news"}
	}
	for n := range r.IntN(12) {
		e := segment.Event{ID: fmt.Sprint(i, "-", n), Name: "opened", At: noon.Add(-time.Duration(r.IntN(90*24*60)) * time.Minute), Props: segment.Document(`{"campaign":"spring"}`)}
		if r.IntN(3) == 0 {
			e.Name, e.Props = "purchase", segment.Document(fmt.Sprintf(`{"amount":%d.5}`, r.IntN(60)))
		}
		u.Events = append(u.Events, e)
	}
	return u
}

// do makes a request; target is a method and a path.
func (f *fixture) do(target, body string, headers ...string) *httptest.ResponseRecorder {
	method, path, _ := strings.Cut(target, " ")
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

// ask makes a request that must have status 2xx, and reads the answer.
func (f *fixture) ask(target, body string, into any, headers ...string) {
	f.t.Helper()
	w := f.do(target, body, headers...)
	if w.Code/100 != 2 {
		f.t.Fatalf("%s %s: %d %s", target, body, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		f.t.Fatalf("%s: %v in %s", target, err, w.Body)
	}
	others := strings.Contains(target, "/app/tree") || strings.Contains(target, "/app/export") // whose trees and definitions have nulls
	if !others && strings.Contains(w.Body.String(), "null") {
		f.t.Errorf("%s: there is a null in %s", target, w.Body)
	}
}

// quoted is a text as JSON.
func quoted(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}

// members is who a rule holds for, by Evaluate.
func (f *fixture) members(text string, at time.Time) map[string]bool {
	f.t.Helper()
	c, err := testSchema().Parse(text)
	if err != nil {
		f.t.Fatal(err)
	}
	in := make(map[string]bool)
	for _, id := range f.ids {
		if x, ok := f.host.Contact(id); ok && segment.Evaluate(c, x, at) {
			in[id] = true
		}
	}
	return in
}

func TestInfoAndClock(t *testing.T) {
	f := newFixture(t, 300, Options{Title: "<CRM>", Version: "v1"})
	var info info
	f.ask("GET /app/info", "", &info)
	if info.Title != "<CRM>" || info.Contacts != 300 || info.Segments != 3 || !info.Simulated || !info.Now.Equal(noon) || info.Version != "v1" {
		t.Errorf("%+v", info)
	}
	before := f.host.Revision()
	var pushed struct {
		Now   time.Time
		Diffs uint64
	}
	f.ask("POST /app/clock", `{"advance": "720h"}`, &pushed)
	if !pushed.Now.Equal(noon.AddDate(0, 0, 30)) || pushed.Diffs == 0 || pushed.Diffs != f.host.Revision()-before {
		t.Errorf("%+v, and there were %d diffs", pushed, f.host.Revision()-before)
	}
	for _, body := range []string{`{"advance": "-1h"}`, `{"advance": "0s"}`, `{"advance": "1 day"}`, `{"advance": "99999h"}`, `{}`} {
		if w := f.do("POST /app/clock", body); w.Code != 400 {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	wall := Handler(f.host, Options{})
	r := httptest.NewRequest("POST", "/app/clock", strings.NewReader(`{"advance": "24h"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	if wall.ServeHTTP(w, r); w.Code != 409 {
		t.Errorf("the wall's clock: %d %s", w.Code, w.Body)
	}
}

func TestSchemaTellsWhatThereIs(t *testing.T) {
	f := newFixture(t, 500, Options{})
	var words vocabulary
	f.ask("GET /app/schema", "", &words)
	kinds := make(map[string]fieldWord)
	for _, w := range words.Fields {
		kinds[w.Name] = w
	}
	for name, kind := range map[string]string{"name": "text", "total": "number", "signup": "time", "birthday": "date", "tags": "list", "custom.shoe_size": "number", "spent": "any"} {
		if kinds[name].Kind != kind {
			t.Errorf("%s is %+v", name, kinds[name])
		}
	}
	if got := kinds["plan"].Values; fmt.Sprint(got) != "[free pro]" {
		t.Errorf("plan: %v", got)
	}
	if got := kinds["country"].Values; len(got) != 3 {
		t.Errorf("country: %v", got)
	}
	if got := kinds["email"].Values; len(got) != 0 {
		t.Errorf("%d values of email", len(got))
	}
	if kinds["custom.shoe_size"].Label != "Custom / Shoe size" {
		t.Errorf("label: %q", kinds["custom.shoe_size"].Label)
	}
	if len(words.Events) != 2 || len(words.Lists) != 2 || len(words.Segments) != 3 || words.Events[1].Properties[0].Name != "amount" {
		t.Errorf("%+v", words)
	}
	// without a schema, what contacts have
	open := newFixture(t, 50, Options{API: httpapi.Options{Schema: func() *segment.Schema { return nil }}})
	open.ask("GET /app/schema", "", &words)
	if len(words.Fields) != 7 || len(words.Events) != 2 || len(words.Lists) != 1 {
		t.Errorf("without a schema: %+v", words)
	}
}
