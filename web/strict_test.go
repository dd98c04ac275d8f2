package web

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment/httpapi"
)

// bodies are right bodies of the routes that take one.
var bodies = map[string]string{
	"POST /app/clock":     `{"advance": "1h"}`,
	"POST /app/tree":      `{"rule": "total > 5"}`,
	"POST /app/import":    `{"system": "react-querybuilder", "definition": {"combinator": "and", "rules": []}}`,
	"POST /app/export":    `{"system": "react-querybuilder", "rule": "total > 5"}`,
	"POST /app/preview":   `{"rule": "total > 5", "id": "readers"}`,
	"POST /app/ahead":     `{"rule": "total > 5", "days": [1, 30]}`,
	"POST /app/why":       `{"rule": "total > 5", "contact": "c00001"}`,
	"PUT /app/drafts/abc": `{"name": "x", "rule": "y"}`,
}

// What is wrong with a body is said, and nothing is done.
func TestBodiesAreRead(t *testing.T) {
	f := newFixture(t, 5, Options{API: httpapi.Options{MaxBody: 5000}})
	for _, r := range routes {
		if _, ok := bodies[r.method+" "+strings.ReplaceAll(r.path, "{id}", "abc")]; !ok && (r.method == "POST" || r.method == "PUT") {
			t.Errorf("%s %s is not tested", r.method, r.path)
		}
	}
	for target, right := range bodies {
		for name, body := range map[string]string{
			"a member more": `{"zzz": 1, ` + right[1:], "half": right[:len(right)-1], "nothing": " ", "null": "null", "a list": "[]",
			"a name twice": right[:len(right)-1] + ", " + right[1:], "another kind": `{"rule": [], "advance": [], "name": {}, "system": 1, "days": {}}`,
			"deep": `{"definition": ` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + "}", "not UTF-8": "{\"rule\": \"\xff\"}",
		} {
			w := f.do(target, body, "If-None-Match", "*")
			if w.Code != 400 || w.Header().Get("Content-Type") != "application/problem+json" || !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s, %s: %d %s", target, name, w.Code, w.Body)
			}
		}
		if w := f.do(target, right[:len(right)-1]+strings.Repeat(" ", 6000)+"}", "If-None-Match", "*"); w.Code != 413 {
			t.Errorf("%s, too long: %d", target, w.Code)
		}
		if w := f.do(target, right, "If-None-Match", "*", "Content-Type", "text/plain"); w.Code != 415 {
			t.Errorf("%s as text: %d", target, w.Code)
		}
		if w := f.do(target+"?x=1", right, "If-None-Match", "*"); w.Code != 400 {
			t.Errorf("%s with a parameter: %d", target, w.Code)
		}
	}
	if f.clock.Now() != noon || len(f.host.Defined()) != 3 {
		t.Error("something was done")
	}
	for target, right := range bodies {
		if w := f.do(target, right, "If-None-Match", "*"); w.Code/100 != 2 {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// FuzzBodies asks whether any body brings a failure of the service about.
func FuzzBodies(f *testing.F) {
	targets := slices.Sorted(maps.Keys(bodies))
	for i, target := range targets {
		f.Add(uint8(i), bodies[target])
	}
	f.Add(uint8(slices.Index(targets, "POST /app/tree")), `{"tree": {"combinator": "and", "rules": [{"field": "total", "operator": ">", "value": 5}]}}`)
	f.Add(uint8(slices.Index(targets, "POST /app/tree")), `{"rule": "total > AND ((("}`)
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		fx := newFixture(t, 3, Options{})
		w := fx.do(targets[int(which)%len(targets)], body, "If-None-Match", "*", "Content-Type", "application/json")
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	})
}
