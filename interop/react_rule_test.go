package interop_test

import (
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

const reactRules = `{"combinator": "and", "rules": [%]}`

func TestReactOperators(t *testing.T) {
	readAs(t, react, reactRules,
		written{definition: `{"field": "a", "operator": "=", "value": "x"}`, rule: `a = "x"`},
		written{definition: `{"field": "a", "operator": "=", "value": "15"}`, rule: `a = "15"`},
		written{definition: `{"field": "a", "operator": "=", "value": null}`, rule: `a IS NULL`},
		written{definition: `{"field": "a", "operator": "!=", "value": null}`, rule: `a IS SET`},
		written{definition: `{"field": "a", "operator": ">", "value": null}`, rule: `NOT EVERYONE`},
		written{definition: `{"field": "a.b", "operator": "!=", "value": true}`, rule: `a.b != TRUE`},
		written{definition: `{"field": "n", "operator": "<", "value": "15"}`, rule: `n < 15`},
		written{definition: `{"field": "n", "operator": "<=", "value": 1.5}`, rule: `n <= 1.5`},
		written{definition: `{"field": "d", "operator": ">=", "value": "2026-01-31"}`, rule: `d >= "2026-01-31"`},
		written{definition: `{"field": "a", "operator": "contains", "value": "x"}`, rule: `a CONTAINS "x"`},
		written{definition: `{"field": "a", "operator": "CONTAINS", "value": 5}`, rule: `a CONTAINS "5"`},
		written{definition: `{"field": "a", "operator": "beginsWith", "value": "x"}`, rule: `a STARTS WITH "x"`},
		written{definition: `{"field": "a", "operator": "doesnotbeginwith", "value": "x"}`, rule: `a NOT STARTS WITH "x"`},
		written{definition: `{"field": "a", "operator": "endsWith", "value": "x"}`, rule: `a ENDS WITH "x"`},
		written{definition: `{"field": "a", "operator": "doesNotEndWith", "value": "x"}`, rule: `a NOT ENDS WITH "x"`},
		written{definition: `{"field": "a", "operator": "doesNotContain", "value": "x"}`, rule: `a NOT CONTAINS "x"`},
		written{definition: `{"field": "a", "operator": "in", "value": ["x", 5, null]}`, rule: `a IN ("x", 5, NULL)`},
		written{definition: `{"field": "a", "operator": "in", "value": " x , y\\,z,, "}`, rule: `a IN ("x", "y,z")`},
		written{definition: `{"field": "a", "operator": "notIn", "value": 7}`, rule: `a NOT IN (7)`},
		written{definition: `{"field": "a", "operator": "between", "value": "1,5"}`, rule: `a BETWEEN 1 AND 5`},
		written{definition: `{"field": "a", "operator": "between", "value": [5, 1]}`, rule: `a BETWEEN 1 AND 5`},
		written{definition: `{"field": "a", "operator": "notBetween", "value": ["a", "c"]}`, rule: `a NOT BETWEEN "a" AND "c"`},
		written{definition: `{"field": "a", "operator": "in", "valueSource": "field", "value": ["b", "c"]}`, rule: `a = b OR a = c`},
		written{definition: `{"field": "a", "operator": "contains", "valueSource": "field", "value": "b"}`, needs: []string{"text test against another field"}},
		// what is not filled in, disabled or muted is left out
		written{definition: `{"field": "~", "operator": "=", "value": 1}, {"field": "a", "operator": "~", "value": 1}, {"field": "a", "operator": "=", "value": "~"},
			{"field": "a", "operator": "in", "value": ""}, {"field": "a", "operator": "between", "value": [1]}, {"field": "b", "operator": "=", "value": 1, "muted": true},
			{"combinator": "or", "rules": [{"field": "x", "operator": "null"}], "disabled": true}, {"field": "c", "operator": "null"}`, rule: `c IS NULL`},
		written{definition: `{"combinator": "or", "rules": []}, {"field": "c", "operator": "null"}`, rule: `c IS NULL`},
		written{definition: `{"combinator": "or", "not": true, "rules": []}`, rule: `EVERYONE`},
		written{definition: ``, rule: `EVERYONE`},
		written{definition: `{"combinator": "OR", "not": true, "rules": [{"field": "a", "operator": "null"}, {"field": "b", "operator": "null"}]}`, rule: `NOT (a IS NULL OR b IS NULL)`},
		written{definition: `{"rules": [{"field": "a", "operator": "null"}, "or", {"field": "b", "operator": "null"}, "xor", {"field": "c", "operator": "null"}, "and", {"field": "d", "operator": "null"}]}`,
			rule: `a IS NULL OR EXACTLY 1 OF (b IS NULL, c IS NULL AND d IS NULL)`},
	)
}

func TestReactMatchModes(t *testing.T) {
	match := func(mode, sub string) string {
		return `{"field": "l", "operator": "=", "match": {` + mode + `}, "value": {"combinator": "and", "rules": [` + sub + `]}}`
	}
	x := `{"field": "x", "operator": "=", "value": 1}`
	readAs(t, react, reactRules,
		written{definition: match(`"mode": "some"`, x), rule: `ANY l HAS (x = 1)`},
		written{definition: match(`"mode": "none"`, x), rule: `NO l HAS (x = 1)`},
		written{definition: match(`"mode": "all"`, x), rule: `NO l HAS (x != 1)`},
		written{definition: match(`"mode": "atLeast", "threshold": 0`, x), rule: `EVERYONE`},
		written{definition: match(`"mode": "atLeast", "threshold": "2"`, x), rule: `AT LEAST 2 l HAVE (x = 1)`},
		written{definition: match(`"mode": "atMost", "threshold": 2`, x), rule: `NOT AT LEAST 3 l HAVE (x = 1)`},
		written{definition: match(`"mode": "exactly", "threshold": 0`, x), rule: `NOT AT LEAST 1 l HAVE (x = 1)`},
		written{definition: match(`"mode": "some"`, match(`"mode": "some"`, x)), rule: `ANY l HAS (ANY l HAS (x = 1))`},
		written{definition: match(`"mode": "exactly", "threshold": 0.25`, x), needs: []string{"share of list elements (threshold < 1)"}},
		written{definition: `{"lhs": {"kind": "function", "name": "upper", "args": [{"kind": "field", "field": "a"}]}, "operator": "beginsWith", "value": "AB"}`, rule: `a STARTS WITH "ab" IGNORING CASE`},
		written{definition: `{"lhs": {"kind": "function", "name": "lower", "args": [{"kind": "field", "field": "a"}]}, "operator": "!=", "value": "AB"}`, rule: `EVERYONE`},
		written{definition: `{"lhs": {"kind": "function", "name": "trim", "args": [{"kind": "field", "field": "a"}]}, "operator": "=", "value": "AB"}`,
			needs: []string{"text functions (concat, substring, lower, trim)"}},
	)
}

func TestReactBeyondFields(t *testing.T) {
	readAs(t, react, reactRules,
		written{definition: `{"field": "event:opened", "operator": ">=", "value": {"agg": "count", "n": 5, "window": {"last": 30, "unit": "days"}}}`, rule: `COUNT(opened) >= 5 IN LAST 30 days`},
		written{definition: `{"field": "event:opened", "operator": "!=", "value": {"agg": "count", "n": "0"}}`, rule: `COUNT(opened) != 0`},
		written{definition: `{"field": "list", "operator": "in", "value": "VIP"}, {"field": "segment", "operator": "notIn", "value": "s1"}`, rule: `IN LIST "VIP" AND NOT IN SEGMENT "s1"`},
		written{definition: `{"field": "list", "operator": "=", "value": "VIP"}`, rule: `list = "VIP"`},
		written{definition: `{"field": "$rule", "operator": "is", "value": "MONTH(born) = 5 OR EVERYONE"}`, rule: `MONTH(born) = 5 OR EVERYONE`},
	)
	refused(t, react, reactRules,
		`{"field": "a", "operator": "beginswit", "value": 1} | unknown operator "beginswit"`,
		`{"field": "a", "operator": "=", "value": {}} | /rules/0/value`,
		`{"field": "a", "operator": "=", "value": 1, "valueSource": "fields"} | valueSource`,
		`{"field": 5, "operator": "=", "value": 1} | /rules/0/field`,
		`{"operator": "=", "value": 1} | field`,
		`{"combinator": "nand", "rules": [{}]} | unknown combinator "nand"`,
		`{"field": "$rule", "operator": "is", "value": "a ="} | rule text at 1:4`,
		`{"field": "event:e", "operator": ">", "value": {"n": 1, "windo": 5}} | "windo"`,
		`{"field": "a", "operator": "=", "match": {"mode": "most"}, "value": {"rules": []}} | "most"`,
		`{"rules": [{"field": "a", "operator": "null"}, "plus", {"field": "a", "operator": "null"}]} | "plus"`,
		`{"rules": [{"field": "a", "operator": "null"}, "or"]} | missing`)
}

// SQL's meaning of missing values, on request.
func TestReactSQLNull(t *testing.T) {
	for _, test := range []struct{ tree, want string }{
		{`{"combinator":"and","rules":[{"field":"a","operator":"!=","value":1},{"field":"b","operator":"notNull"}]}`, `a != 1 AND a IS SET AND b IS SET`},
		{`{"combinator":"and","not":true,"rules":[{"field":"a","operator":"=","value":1},{"field":"b","operator":"notIn","value":[1]}]}`, `(a != 1 AND a IS SET) OR b IN (1)`},
		{`{"combinator":"xor","rules":[{"field":"a","operator":"=","value":1},{"field":"b","operator":"=","value":1}]}`, `EXACTLY 1 OF (a = 1, b = 1) AND a IS SET AND b IS SET`},
	} {
		got := importReact(t, interop.Options{SQLNull: true}, test.tree)
		sameAnswers(t, test.tree, got, segment.MustParse(test.want))
	}
}

// With a schema constants are of the kind of their field, and what does not fit is told at its
// place in the tree.
func TestReactSchema(t *testing.T) {
	s := &segment.Schema{Fields: map[string]schema.FieldType{"age": {Kind: rule.KindNumber}, "seen": {Kind: rule.KindTime}, "vip": {Kind: rule.KindBool}, "list": {Kind: rule.KindText},
		"orders": {Kind: rule.KindList, Elements: map[string]schema.FieldType{"total": {Kind: rule.KindNumber}}}},
		Calculated: map[string]string{"half": "age / 2"}}
	o := interop.Options{Schema: s}
	tree := `{"combinator":"and","rules":[{"field":"age","operator":"in","value":"1,2"},{"field":"seen","operator":">","value":"2026-01-31"},{"field":"vip","operator":"=","value":"true"},
		{"field":"list","operator":"in","value":["a"]},{"field":"orders","match":{"mode":"some"},"value":{"combinator":"and","rules":[{"field":"total","operator":"=","value":"5"}]}},{"field":"half","operator":">","value":3}]}`
	got := importReact(t, o, tree)
	want, err := s.Parse(`age IN (1, 2) AND seen > 2026-01-31 AND vip = TRUE AND list IN ("a") AND ANY orders HAS (total = 5) AND half > 3`)
	if err != nil || !rule.Equal(got, want) {
		t.Errorf("%v\nnot %v %v", got, want, err)
	}
	for _, test := range []struct{ tree, path, suggestion string }{
		{`{"combinator":"and","rules":[{"field":"age","operator":"=","value":1},{"combinator":"or","rules":[{"field":"aeg","operator":"=","value":1}]}]}`, "/rules/1/rules/0/field", "`age`"},
		{`{"combinator":"and","rules":[{"field":"age","operator":">","value":"old"}]}`, "/rules/0/field", ""},
	} {
		_, _, err := o.Import(react, []byte(test.tree))
		es := rule.ErrorsOf(err)
		if len(es) == 0 || es[0].Path != test.path || es[0].Line == 0 || test.suggestion != "" && es[0].Suggestion != test.suggestion {
			t.Errorf("%s: %v", test.tree, err)
		}
	}
}

// A host's own operators.
func TestReactOperatorMap(t *testing.T) {
	o := interop.Options{Operators: map[string]string{"is": "=", "isn't": "!="}}
	got := importReact(t, o, `{"combinator":"and","rules":[{"field":"a","operator":"is","value":1},{"field":"b","operator":"isn't","value":1}]}`)
	sameAnswers(t, "is", got, segment.MustParse(`a = 1 AND b != 1`))
}
