package tests

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/schema"
)

// hostSchema is a schema with something of everything that data can break.
func hostSchema(t *testing.T) *segment.Schema {
	t.Helper()
	var s segment.Schema
	err := json.Unmarshal([]byte(`{
		"fields": {
			"country": {"kind": "text", "values": ["US", "CA"]},
			"plan":    {"kind": "text", "ignoring_case": true, "values": ["free", "pro"], "required": true},
			"age":     {"kind": "number"},
			"score":   {"kind": "number", "coerce": true},
			"vip":     {"kind": "bool"},
			"signup":  {"kind": "time", "epoch": "seconds"},
			"opened":  {"kind": "time"},
			"born":    {"kind": "date"},
			"any":     {},
			"tags":    {"kind": "list", "of": "text", "values": ["a", "b"]},
			"nums":    {"kind": "list", "of": "number", "coerce": true},
			"company.size": {"kind": "number"},
			"company.name": {"kind": "text"},
			"address": {"kind": "object", "elements": {"city": {"kind": "text"}, "geo.lat": {"kind": "number"}}},
			"free":    {"kind": "object"},
			"a\\.b":   {"kind": "text"},
			"orders":  {"kind": "list", "of": "object", "elements": {"sku": {"kind": "text"}, "amount": {"kind": "number"}}}
		},
		"events": {"email_opened": {"aliases": ["Opened"], "nouns": ["emails"], "props": {"campaign": {"kind": "text"}, "at.hour": {"kind": "number"}}}, "visit": {}},
		"calculated": {"Double": "age * 2"},
		"lists": ["VIP Customers", "trial"]
	}`), &s)
	if err != nil {
		t.Fatal(err)
	}
	return &s
}

func TestCheckUpdate(t *testing.T) {
	s := hostSchema(t)
	for text, want := range map[string]string{ // what an update sets, and what is wrong with it
		`"set":{"country":"US","plan":"PRO","age":5,"score":"12.5","vip":true,"signup":1700000000,"opened":"2026-01-31T10:00:00Z","born":"2026-01-31","any":[1,"x"]}`: ``,
		`"set":{"opened":{"$time":"2026-01-31T10:00:00Z"},"born":{"$date":"2026-01-31"},"id":"ann","country":null}`:                                                   ``,
		`"set":{"tags":["a"],"nums":[1,"2"],"company":{"size":5},"address":{"city":"Rome","geo":{"lat":1.5}},"free":{"x":1},"a.b":"x","orders":[{"sku":"x"}]}`:        ``,
		`"events":[{"name":"email_opened","props":{"campaign":"x","at":{"hour":5}}},{"name":"visit","props":{"anything":1}}],"join":["trial"],"leave":["trial"]`:      ``,
		`"set":{"contry":"US"}`:                                          `/set/contry: unknown field "contry"; did you mean country?`,
		`"set":{"xyzzy":"US"}`:                                           `/set/xyzzy: unknown field "xyzzy"`,
		`"set":{"country":"UK"}`:                                         `/set/country: "UK" is none of the texts that this field takes; did you mean US?`,
		`"set":{"country":5}`:                                            `/set/country: expected a text, found 5`,
		`"set":{"plan":null}`:                                            `/set/plan: no contact lacks this field: the schema says that it is required`,
		`"set":{"age":"5"}`:                                              `/set/age: expected a number, found "5"; the schema may say "coerce": true`,
		`"set":{"age":"old"}`:                                            `/set/age: expected a number, found "old"`,
		`"set":{"score":"much"}`:                                         `/set/score: expected a number, found "much"`,
		`"set":{"vip":"yes"}`:                                            `/set/vip: expected TRUE or FALSE, found "yes"`,
		`"set":{"signup":"2026-01-31"}`:                                  `/set/signup: expected seconds since 1970 as a number, found "2026-01-31"`,
		`"set":{"opened":"yesterday"}`:                                   `/set/opened: expected an instant, found "yesterday"`,
		`"set":{"born":20260131}`:                                        `/set/born: expected a date, found 20260131`,
		`"set":{"tags":"a"}`:                                             `/set/tags: expected a list, found "a"`,
		`"set":{"tags":["a","c"]}`:                                       `/set/tags/1: "c" is none of the texts that this field takes; did you mean a?`,
		`"set":{"nums":[1,"x"]}`:                                         `/set/nums/1: expected a number, found "x"`,
		`"set":{"company":{"siez":5}}`:                                   `/set/company/siez: unknown field "siez"; did you mean size?`,
		`"set":{"company":{"size":"big"}}`:                               `/set/company/size: expected a number, found "big"`,
		`"set":{"company":5}`:                                            `/set/company: expected an object, found 5`,
		`"set":{"address":{"town":"x"}}`:                                 `/set/address/town: unknown field "town"`,
		`"set":{"address":{"geo":{"lat":"x"}}}`:                          `/set/address/geo/lat: expected a number, found "x"`,
		`"set":{"orders":[{},{"skuu":1}]}`:                               `/set/orders/1/skuu: unknown field "skuu"; did you mean sku?`,
		`"set":{"company.size":5}`:                                       `/set/company.size: "company.size" is one name with a dot, and no path: set an object, {"company": {"size": …}}`,
		`"set":{"Double":5}`:                                             "/set/Double: `Double` is calculated, and cannot be set",
		`"set":{"x/y":5}`:                                                `/set/x~1y: unknown field "x/y"`,
		`"events":[{"name":"visit"},{"name":"email_opend"}]`:             `/events/1/name: unknown event "email_opend"; did you mean email_opened?`,
		`"events":[{"name":"Opened"}]`:                                   `/events/0/name: "Opened" is what rules may call the event "email_opened"; did you mean email_opened?`,
		`"events":[{"name":"email_opened","props":{"campain":"x"}}]`:     `/events/0/props/campain: unknown property "campain"; did you mean campaign?`,
		`"events":[{"name":"email_opened","props":{"campaign":5}}]`:      `/events/0/props/campaign: expected a text, found 5`,
		`"events":[{"name":"email_opened","props":{"at":{"hour":"x"}}}]`: `/events/0/props/at/hour: expected a number, found "x"`,
		`"join":["trail"]`:                                               `/join/0: unknown list "trail"; did you mean trial?`,
		`"leave":["trial","VIP customers"]`:                              `/leave/1: unknown list "VIP customers"; did you mean VIP Customers?`,
		`"set":{"contry":1,"vip":1},"join":["x"]`:                        `/set/contry: unknown field "contry"; did you mean country? (and 2 more)`,
		`"set":{"contry":1},"delete":true`:                               ``,
	} {
		var u segment.Update
		if err := json.Unmarshal([]byte("{"+text+"}"), &u); err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := s.CheckUpdate(u); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// An open schema, and none, allow other names, but still no path as a name.
func TestCheckUpdateOpen(t *testing.T) {
	open := hostSchema(t)
	open.Open = true
	u := segment.Update{Set: map[string]segment.Value{"else": segment.Int(1), "company": segment.JSON(`{"x":1}`)}, Events: []segment.Event{{Name: "else"}, {Name: "email_opened", Props: segment.Document(`{"x":1}`)}}, Join: []string{"else"}}
	for name, s := range map[string]*segment.Schema{"open": open, "zero": {}, "nil": nil} {
		if err := s.CheckUpdate(u); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		err := s.CheckUpdate(segment.Update{Set: map[string]segment.Value{"a.c": segment.Int(1)}})
		if !errors.Is(err, segment.ErrValue) || !strings.HasPrefix(err.Error(), "/set/a.c: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := open.CheckUpdate(segment.Update{Set: map[string]segment.Value{"age": segment.Text("x")}}); !errors.Is(err, segment.ErrType) {
		t.Errorf("a wrong kind in an open schema: %v", err)
	}
}

func TestCoerced(t *testing.T) {
	s := &segment.Schema{}
	if err := s.UnmarshalJSON([]byte(`{"fields":{"n":{"kind":"number","coerce":true},"o.n":{"kind":"number","coerce":true},"l":{"kind":"list","of":"number","coerce":true},
		"ls":{"kind":"list","of":"object","elements":{"n":{"kind":"number","coerce":true}}},"x":{"kind":"number"},"t":{}}}`)); err != nil {
		t.Fatal(err)
	}
	var set map[string]segment.Value
	if err := json.Unmarshal([]byte(`{"n":"+007.50","o":{"n":"1e2","m":"5"},"l":["1",2,"x"],"ls":[{"n":"3"},{"n":4}],"x":"5","t":"5","else":"5"}`), &set); err != nil {
		t.Fatal(err)
	}
	before, _ := json.Marshal(set)
	got, err := json.Marshal(s.Coerced(set))
	const want = `{"else":"5","l":[1,2,"x"],"ls":[{"n":3},{"n":4}],"n":7.5,"o":{"n":100,"m":"5"},"t":"5","x":"5"}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	if after, _ := json.Marshal(set); string(after) != string(before) {
		t.Error("the fields of the caller have changed")
	}
}

// What a struct gives fits the schema of its type.
func TestSetOfFitsSchemaOf(t *testing.T) {
	s := segment.SchemaOf[customer]()
	for _, v := range []*customer{{}, {Name: struct {
		String string
		Valid  bool
	}{"x", true}, Age: 5, Tags: []string{"x"}, Count: "7"}} {
		u := segment.Update{Contact: "ann", At: time.Unix(0, 0), Set: segment.SetOf(v)}
		if err := errors.Join(u.Validate(), s.CheckUpdate(u)); err != nil {
			t.Error(err)
		}
	}
	var _ schema.Updater = segment.Update{}
}
