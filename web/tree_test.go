package web

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
)

// An answer of /app/tree, to read.
type treeAnswer struct {
	Rule   string
	Tree   json.RawMessage
	Faults []struct {
		Code, Message, Suggestion, Fix string
		Line, Column, Offset, Length   int
	}
	Warnings []struct {
		Code, Message, Fix string
		Offset, Length     int
	}
	Losses []interop.Loss
}

// rules of each kind that a tree has.
var treeRules = []string{
	`country = "US"`, `total >= 5 AND total < 10`, `plan IN ("free", "pro") OR NOT country = "DE"`, `name STARTS WITH "A" IGNORING CASE`,
	`COUNT(opened) >= 3 IN LAST 30 DAYS`, `IN LIST "VIP" AND NOT IN SEGMENT "readers"`, `birthday IS NULL`, `total BETWEEN 1 AND 5`,
	`SUM(purchase.amount) > 50 IN LAST 60 DAYS`, `ANNIVERSARY(birthday) WITHIN NEXT 7 DAYS`, `AT LEAST 2 OF (total > 1, country = "US", plan = "pro")`,
	`DID opened THEN NOT purchase WITHIN 24 hours`, `custom.shoe_size > 40`, `tags CONTAINS ANY OF ("a", "b")`, `EVERYONE`, `spent > 100`,
	`(country = "US" OR country = "DE") AND NOT (total > 5 AND plan = "pro")`, `signup WITHIN LAST 30 days`,
}

// A rule that becomes a tree becomes the same rule again.
func TestTreeAndBack(t *testing.T) {
	f := newFixture(t, 5, Options{})
	for _, text := range treeRules {
		var there, back treeAnswer
		f.ask("POST /app/tree", `{"rule": `+quoted(text)+`}`, &there)
		f.ask("POST /app/tree", `{"tree": `+string(there.Tree)+`}`, &back)
		want, err := testSchema().Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := testSchema().Parse(back.Rule)
		if err != nil || !rule.Equal(rule.Canonical(want), rule.Canonical(got)) || len(there.Faults)+len(back.Faults)+len(back.Losses) > 0 {
			t.Errorf("%s became %s by %s (%v, %v, %v)", text, back.Rule, there.Tree, err, back.Faults, back.Losses)
		}
	}
}

// Ids stay with what did not change.
func TestTreeKeepsIds(t *testing.T) {
	f := newFixture(t, 5, Options{})
	const tree = `{"id": "g", "combinator": "and", "rules": [{"id": "one", "field": "country", "operator": "=", "value": "US"}, {"id": "two", "field": "total", "operator": ">", "value": 5}]}`
	var got treeAnswer
	f.ask("POST /app/tree", `{"tree": `+tree+`}`, &got)
	if got.Rule != `country = "US" AND total > 5` || !strings.Contains(string(got.Tree), `"id":"two"`) {
		t.Errorf("%+v %s", got, got.Tree)
	}
	f.ask("POST /app/tree", `{"rule": "country = \"US\" AND total > 6", "tree": `+tree+`}`, &got)
	if !strings.Contains(string(got.Tree), `"one"`) || !strings.Contains(string(got.Tree), `6`) {
		t.Errorf("%s", got.Tree)
	}
}

func TestTreeTellsFaults(t *testing.T) {
	f := newFixture(t, 5, Options{})
	var got treeAnswer
	f.ask("POST /app/tree", `{"rule": "plan = \"pro\" AND contry = 5"}`, &got)
	if len(got.Faults) != 1 || got.Faults[0].Offset != 17 || got.Faults[0].Length != 6 || got.Faults[0].Column != 18 || !strings.Contains(got.Faults[0].Suggestion, "country") || got.Rule != "" || got.Tree != nil {
		t.Errorf("%+v", got)
	}
	got = treeAnswer{}
	f.ask("POST /app/tree", `{"rule": "IN SEGMENT \"raeders\""}`, &got)
	if len(got.Faults) != 1 || !strings.Contains(got.Faults[0].Suggestion, "readers") {
		t.Errorf("%+v", got)
	}
	got = treeAnswer{}
	f.ask("POST /app/tree", `{"rule": "birthday IS SET AND country != \"US\""}`, &got)
	if len(got.Warnings) != 1 || got.Warnings[0].Offset != 20 || got.Warnings[0].Length != 15 {
		t.Errorf("%+v", got)
	}
	got = treeAnswer{}
	f.ask("POST /app/tree", `{"tree": {"combinator": "and", "rules": [{"field": "contry", "operator": "=", "value": "x"}, {"field": "total", "operator": "nope", "value": 1}]}}`, &got)
	if len(got.Faults) == 0 || got.Rule != "" {
		t.Errorf("%+v", got)
	}
}

// Each system that can be written is read again as the same rule.
func TestImportAndExport(t *testing.T) {
	f := newFixture(t, 300, Options{})
	const text = `country = "US" AND total > 5`
	want := f.members(text, noon)
	type imported struct {
		Name, Rule string
		Losses     []interop.Loss
		Faults     []map[string]any
	}
	systems := interop.Exports()
	if len(systems) == 0 {
		t.Fatal("no system can be written")
	}
	for _, system := range systems {
		var out struct {
			Definition json.RawMessage
			Losses     []interop.Loss
		}
		f.ask("POST /app/export", `{"system": "`+system+`", "rule": `+quoted(text)+`, "name": "N"}`, &out)
		var in imported
		f.ask("POST /app/import", `{"system": "`+system+`", "definition": `+string(out.Definition)+`}`, &in)
		if in.Rule == "" || !maps.Equal(f.members(in.Rule, noon), want) || len(out.Losses)+len(in.Losses)+len(in.Faults) != 0 {
			t.Errorf("%s: %s became %+v, lost %v", system, out.Definition, in, out.Losses)
		}
	}
	var in imported
	f.ask("POST /app/import", `{"system": "react-querybuilder", "definition": "{\"combinator\": \"and\", \"rules\": [{\"field\": \"contry\", \"operator\": \"=\", \"value\": \"x\"}]}"}`, &in)
	if len(in.Faults) != 1 || in.Rule != "" {
		t.Errorf("%+v", in)
	}
	in = imported{}
	f.ask("POST /app/import", `{"system": "react-querybuilder", "definition": "{{"}`, &in)
	if len(in.Faults) == 0 {
		t.Errorf("%+v", in)
	}
	if w := f.do("POST /app/import", `{"system": "klavio", "definition": {}}`); w.Code != 400 || !strings.Contains(w.Body.String(), `"pointer":"/system"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := f.do("POST /app/export", `{"system": "klavio", "rule": "total > 5"}`); w.Code != 400 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
