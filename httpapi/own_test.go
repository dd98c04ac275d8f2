package httpapi

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
)

// ownRoutes are routes such as a host adds.
func ownRoutes() []Route {
	return []Route{
		{Method: "POST", Path: "/own/{id}/rule", Params: []string{"n"}, Serve: func(r *Request) error {
			var body struct {
				Rule  string `json:"rule"`
				Parts []struct {
					Name string `json:"name"`
				} `json:"parts"`
				Any json.RawMessage `json:"any"`
			}
			if err := r.JSON(&body); err != nil {
				return err
			}
			n, err := r.Number("n", 1, 0, 9)
			if err != nil {
				return err
			}
			id, err := r.Path("id")
			if err != nil {
				return err
			}
			c, err := r.Rule(body.Rule, "/rule")
			if err != nil {
				return err
			}
			r.Header().Set("X-Own", id)
			return r.Reply(http.StatusOK, map[string]any{"rule": c.(interface{ String() string }).String(), "n": n, "any": body.Any})
		}},
		{Method: "GET", Path: "/own/contacts", Params: []string{"limit", "cursor"}, Serve: func(r *Request) error {
			ids, next, err := r.Page(maps.Keys(map[string]bool{"c": true, "a": true, "b": true}))
			if err != nil {
				return err
			}
			return r.Reply(http.StatusOK, map[string]any{"ids": ids, "next": next})
		}},
		{Method: "GET", Path: "/own/record/{id}", Serve: func(r *Request) error {
			rec, err := r.Record(r.HTTP().PathValue("id"))
			if err != nil {
				return err
			}
			return r.Reply(http.StatusOK, rec)
		}},
		{Method: "GET", Path: "/own/segment/{id}", Serve: func(r *Request) error {
			s, err := r.Segment(r.HTTP().PathValue("id"), "id")
			if err != nil {
				return err
			}
			return r.Reply(http.StatusOK, s)
		}},
		{Method: "GET", Path: "/own/refused", Serve: func(*Request) error {
			return &Refusal{Status: 412, Code: "precondition_failed", Detail: "<b>else", Pointer: "/x", Members: map[string]any{"current": segment.Text("1 < 2")}}
		}},
		{Method: "GET", Path: "/own/failed", Serve: func(*Request) error { return errors.New("secret") }},
		{Method: "GET", Path: "/own/panic", Serve: func(*Request) error { panic("own") }},
	}
}

func TestOwnRoutes(t *testing.T) {
	h := Handler(newFixture(), Options{Schema: testSchema, MaxBody: 200}, ownRoutes()...)
	for _, x := range []struct{ target, body, status, holds string }{
		{"POST /own/a%2Fb/rule?n=3", `{"rule": "country = 'US'", "any": {"x": [1]}}`, "200", `"rule":"country = \"US\""`},
		{"POST /own/a/rule", `{"rule": "contry = 'US'"}`, "400", "\"suggestion\":\"`country`\""},
		{"POST /own/a/rule", `{"rule": "contry = 'US'"}`, "400", `"pointer":"/rule"`},
		{"POST /own/a/rule", `{"rule": "IN SEGMENT 'nobody'"}`, "400", `"code":"unknown"`},
		{"POST /own/a/rule", `{"rul": "x"}`, "400", `"suggestion":"rule"`},
		{"POST /own/a/rule", `{"parts": [{"nme": "x"}]}`, "400", `"suggestion":"name"`},
		{"POST /own/a/rule", `{"Rule": "x"}`, "400", `"there is no member`},
		{"POST /own/a/rule", `{"rule": 5}`, "400", `"code":"type"`},
		{"POST /own/a/rule", `{"rule": "x", "rule": "y"}`, "400", `"code":`},
		{"POST /own/a/rule", `{"rule": "` + strings.Repeat("x", 300) + `"}`, "413", codeTooLarge},
		{"POST /own/a/rule?n=10", `{"rule": "total = 1"}`, "400", `"parameter":"n"`},
		{"POST /own/a/rule?m=1", `{"rule": "total = 1"}`, "400", `"parameter":"m"`},
		{"GET /own/a/rule", "", "405", codeMethod},
		{"GET /own/contacts?limit=2", "", "200", `{"ids":["a","b"],"next":"Yg"}`},
		{"GET /own/contacts?limit=2&cursor=Yg", "", "200", `{"ids":["c"],"next":""}`},
		{"GET /own/contacts?limit=0", "", "400", `"parameter":"limit"`},
		{"GET /own/record/ann", "", "200", `"id":"ann"`},
		{"GET /own/record/nobody", "", "404", codeNotFound},
		{"GET /own/segment/us", "", "200", `"us"`},
		{"GET /own/segment/uss", "", "404", `"suggestion":"us"`},
		{"GET /own/refused", "", "412", `"detail":"<b>else","pointer":"/x"`},
		{"GET /own/refused", "", "412", `,"current":"1 < 2"}`},
		{"GET /own/failed", "", "500", codeInternal},
		{"GET /own/panic", "", "500", codeInternal},
		{"GET /own/nothing", "", "404", codeNotFound},
	} {
		method, path, _ := strings.Cut(x.target, " ")
		w := do(h, method, path, x.body)
		if !strings.HasPrefix(x.status, w.Result().Status[:3]) || !strings.Contains(w.Body.String(), x.holds) || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s %s: %d %s, want %s %s", x.target, x.body, w.Code, w.Body, x.status, x.holds)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: %s is not JSON", x.target, w.Body)
		}
	}
	if w := do(h, "POST", "/own/a%2Fb/rule", `{"rule": "total = 1"}`); w.Header().Get("X-Own") != "a/b" {
		t.Errorf("headers: %v", w.Header())
	}
	w := do(Handler(newFixture(), Options{Authorize: func(*http.Request) error { return Unauthenticated{} }}, ownRoutes()...), "GET", "/own/contacts", "")
	if w.Code != 401 {
		t.Errorf("a route of a host's own, without credentials: %d", w.Code)
	}
}
