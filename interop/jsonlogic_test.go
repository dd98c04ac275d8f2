package interop_test

import (
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

func TestJSONLogic(t *testing.T) {
	readAs(t, "jsonlogic", "%",
		written{definition: `true`, rule: `EVERYONE`},
		written{definition: `[]`, rule: `NOT EVERYONE`},
		written{definition: `{"===": [{"var": "a"}, "x"]}`, rule: `a = "x"`},
		written{definition: `{"!==": [{"var": "a"}, null]}`, rule: `a IS SET`},
		written{definition: `{"==": [{"var": "a"}, null]}`, rule: `a IS NULL`},
		written{definition: `{"!=": [{"var": "a"}, "x"]}`, rule: `a != "x"`},
		written{definition: `{"==": [1, {"var": "a"}]}`, rule: `a IN (1, "1", TRUE)`},
		written{definition: `{"==": [{"var": "a"}, 0]}`, rule: `a IN (0, "0", "", FALSE)`},
		written{definition: `{">=": [{"var": "a"}, -1]}`, rule: `a >= -1 OR a IS NULL`},
		written{definition: `{">": [5, {"var": "a"}]}`, rule: `a < 5 OR a IS NULL`},
		written{definition: `{"<": [{"var": "a"}, "x"]}`, rule: `a < "x"`},
		written{definition: `{"<=": [1, {"var": "a"}, 10]}`, rule: `a >= 1 AND (a <= 10 OR a IS NULL)`},
		written{definition: `{"<": [{"var": "a"}, {"var": "b"}]}`, rule: `a < b OR a IS NULL AND b > 0 OR b IS NULL AND a < 0`},
		written{definition: `{"<": [{"var": ["a", 7]}, 5]}`, rule: `a < 5`},
		written{definition: `{"<": [{"var": ["a", 3]}, 5]}`, rule: `a < 5 OR a IS NULL`},
		written{definition: `{"and": [{"var": "a"}, {"!": {"var": "b"}}]}`,
			rule: `a IS SET AND a != FALSE AND a != 0 AND NOT LENGTH(a) = 0 AND NOT (b IS SET AND b != FALSE AND b != 0 AND NOT LENGTH(b) = 0)`},
		written{definition: `{"or": []}`, rule: `NOT EVERYONE`},
		written{definition: `{"in": ["x", {"var": "a"}]}`, rule: `a CONTAINS "x"`},
		written{definition: `{"in": [{"var": "a"}, "xyz"]}`, needs: []string{"text test against another field"}},
		written{definition: `{"in": [{"var": "a"}, [1, null]]}`, rule: `a IN (1, NULL)`},
		written{definition: `{"missing": ["a", "b"]}`, rule: `NOT (a IS SET AND a != "" AND b IS SET AND b != "")`},
		written{definition: `{"some": [{"var": "l"}, {"and": [{"==": [{"var": "k"}, "x"]}, {">": [{"var": "n"}, 5]}]}]}`, rule: `ANY l HAS (k = "x" AND n > 5)`},
		written{definition: `{"some": [{"filter": [{"var": "l"}, {">": [{"var": "n"}, 5]}]}, {"==": [{"var": "k"}, "x"]}]}`, rule: `ANY l HAS (n > 5 AND k = "x")`},
		written{definition: `{"filter": [{"var": "l"}, {">": [{"var": "n"}, 5]}]}`, rule: `ANY l HAS (n > 5)`},
		written{definition: `{"none": [{"var": "l"}, {"in": [{"var": ""}, ["a"]]}]}`, rule: `NO l = "a"`},
		written{definition: `{"<": [{"reduce": [{"filter": [{"var": "l"}, {"===": [{"var": ""}, 1]}]}, {"+": [{"var": "accumulator"}, 1]}, 0]}, 2]}`, rule: `NOT AT LEAST 2 l HAVE (ELEMENT = 1)`},
		written{definition: `{"==": [{"if": [{"==": [{"var": "a"}, "x"]}, 1, 2]}, 1]}`, rule: `a = "x"`},
		written{definition: `{"===": [{"in": ["x", {"var": "l"}]}, false]}`, rule: `NOT l CONTAINS "x"`},
		written{definition: `{"===": [{"substr": [{"var": "a"}, 0, 2]}, "VP"]}`, rule: `a STARTS WITH "VP"`},
		written{definition: `{"===": [{"substr": [{"var": "a"}, -2]}, "VP"]}`, rule: `a ENDS WITH "VP"`},
		written{definition: `{">": [{"+": [{"var": "a"}, {"var": "b"}, 1]}, 5]}`, rule: `a + b + 1 > 5`},
		written{definition: `{"==": [{"+": [{"var": "a"}]}, 5]}`, rule: `NUMBER(a) = 5`},
		written{definition: `{"==": [{"*": [{"var": "a"}, 2]}, "6"]}`, rule: `a * 2 = 6`},
		written{definition: `{"===": [{"*": [{"var": "a"}, 2]}, "6"]}`, rule: `NOT EVERYONE`},
		written{definition: `{">": [{"max": [{"var": "a"}, 1]}, 5]}`, rule: `a > 5`},
		written{definition: `{"<": [{"max": [{"var": "a"}, {"var": "b"}]}, 5]}`, rule: `(a < 5 OR a IS NULL) AND (b < 5 OR b IS NULL)`},
		written{definition: `{"<=": [5, {"min": [{"var": "a"}, {"max": [{"var": "b"}, {"var": "c"}]}, 9]}]}`, rule: `a >= 5 AND (b >= 5 OR c >= 5)`},
		written{definition: `{"==": [{"max": [{"var": "a"}, 1]}, 5]}`, needs: []string{"functions of numbers (abs, round, floor)"}},
		written{definition: `{"and": [{"===": [{"var": "a"}, 1]}, {"<": [{"map": [{"var": "l"}, 1]}, 1]}]}`, rule: `a = 1`, needs: []string{"SUM/MAX/COUNT over list elements"}},
		written{definition: `{"===": [{"var": "a.0"}, 1]}`, needs: []string{"element of a list by its number"}},
		written{definition: `{"===": [{"var": ""}, 1]}`, needs: []string{"computed values"}},
		written{definition: `{"log": {"===": [{"var": "a"}, 1]}}`, rule: `a = 1`},
	)
	refused(t, "jsonlogic", "%", `{"a": 1, "b": 2} | one member`, `{"days_ago": [1]} | "days_ago"`, `{"and": [{"som": [{"var": "l"}, true]}]} | "som" … some`, `{"===": [1]} | two arguments`, `{"-": [1, 2, 3]} | two arguments`)
}

// With a schema == asks only for what the field may be.
func TestJSONLogicSchema(t *testing.T) {
	s := &segment.Schema{Fields: map[string]schema.FieldType{"n": {Kind: rule.KindNumber}, "vip": {Kind: rule.KindBool}}}
	for definition, want := range map[string]string{`{"==": [{"var": "n"}, 1]}`: `n = 1`, `{"==": [{"var": "vip"}, true]}`: `vip = TRUE`, `{"==": [{"var": "n"}, "5"]}`: `n = 5`} {
		got, _, err := interop.Import("jsonlogic", []byte(definition), s)
		if err != nil || got.Condition.String() != want {
			t.Errorf("%s is %v, not %s: %v", definition, got.Condition, want, err)
		}
	}
}

func TestJQuery(t *testing.T) {
	readAs(t, "jquery-querybuilder", `{"condition": "AND", "rules": [%], "valid": true}`,
		written{definition: `{"id": "p", "field": "p", "type": "double", "input": "number", "operator": "less", "value": "10.25"}`, rule: `p < 10.25`},
		written{definition: `{"id": "p", "operator": "equal", "value": "x"}`, rule: `p = "x"`},
		written{definition: `{"field": "p", "type": "boolean", "operator": "not_equal", "value": "1"}`, rule: `p != TRUE`},
		written{definition: `{"field": "p", "type": "integer", "operator": "in", "value": ["1", 2]}, {"field": "q", "operator": "not_in", "value": "a,b"}`, rule: `p IN (1, 2) AND q NOT IN ("a", "b")`},
		written{definition: `{"field": "p", "type": "integer", "operator": "between", "value": [1, 5]}, {"field": "q", "operator": "not_between", "value": ["a", "c"]}`, rule: `p BETWEEN 1 AND 5 AND q NOT BETWEEN "a" AND "c"`},
		written{definition: `{"field": "p", "type": "date", "operator": "greater_or_equal", "value": "2026/01/31"}`, rule: `p >= 2026-01-31`},
		written{definition: `{"field": "p", "type": "datetime", "operator": "less_or_equal", "value": "2026-01-31 10:00:00"}`, rule: `p <= 2026-01-31T10:00:00Z`},
		written{definition: `{"field": "p", "operator": "begins_with", "value": "x"}, {"field": "p", "operator": "not_begins_with", "value": "y"}`, rule: `p STARTS WITH "x" AND p NOT STARTS WITH "y"`},
		written{definition: `{"field": "p", "operator": "ends_with", "value": "x"}, {"field": "p", "operator": "not_ends_with", "value": "y"}`, rule: `p ENDS WITH "x" AND p NOT ENDS WITH "y"`},
		written{definition: `{"field": "p", "operator": "contains", "value": "x"}, {"field": "p", "operator": "not_contains", "value": "y"}`, rule: `p CONTAINS "x" AND p NOT CONTAINS "y"`},
		written{definition: `{"field": "p", "operator": "is_empty", "value": null}, {"field": "q", "operator": "is_not_empty"}`, rule: `p = "" AND q != ""`},
		written{definition: `{"field": "p", "operator": "is_null"}, {"field": "q", "operator": "is_not_null"}, {"field": "r", "operator": "greater", "type": "integer", "value": 1}`, rule: `p IS NULL AND q IS SET AND r > 1`},
		written{definition: `{"condition": "or", "not": true, "rules": [{"field": "p", "operator": "is_null"}, {"empty": true}, {"field": "q", "operator": "is_null"}]}`, rule: `NOT (p IS NULL OR q IS NULL)`},
		written{definition: ``, rule: `EVERYONE`},
	)
	refused(t, "jquery-querybuilder", `{"condition": "AND", "rules": [%]}`, `{"field": "p", "operator": "equals", "value": 1} | "equals" … equal`, `{"field": "p", "type": "money", "operator": "equal", "value": 1} | "money"`,
		`{"condition": "XOR", "rules": [{}]} | condition … OR`, `{"field": "p", "type": "integer", "operator": "equal", "value": "x"} | a number`, `{"field": "p", "operator": "equal", "value": 1, "negate": true} | "negate"`)
}

func TestNotifuse(t *testing.T) {
	filter := `{"kind": "leaf", "leaf": {"source": "contacts", "contact": {"filters": [%]}}}`
	readAs(t, "notifuse", filter,
		written{definition: `{"field_name": "a", "field_type": "string", "operator": "equals", "string_values": ["x", "y"]}`, rule: `a = "x" OR a = "y"`},
		written{definition: `{"field_name": "a", "field_type": "string", "operator": "not_equals", "string_values": ["x"]}`, rule: `a != "x" AND a IS SET`},
		written{definition: `{"field_name": "n", "field_type": "number", "operator": "gt", "number_values": [5]}, {"field_name": "n", "field_type": "number", "operator": "lte", "number_values": [9]}`, rule: `n > 5 AND n <= 9`},
		written{definition: `{"field_name": "a", "field_type": "string", "operator": "contains", "string_values": ["x"]}`, rule: `a CONTAINS "x" IGNORING CASE`},
		written{definition: `{"field_name": "a", "field_type": "string", "operator": "is_set"}, {"field_name": "b", "field_type": "string", "operator": "is_not_set"}`, rule: `a IS SET AND b IS NULL`},
		written{definition: `{"field_name": "t", "field_type": "time", "operator": "in_date_range", "string_values": ["2026-01-01T00:00:00Z", "2026-02-01"]}`, rule: `t BETWEEN 2026-01-01T00:00:00Z AND 2026-02-01T00:00:00Z`},
		written{definition: `{"field_name": "t", "field_type": "time", "operator": "not_in_date_range", "string_values": ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"]}`,
			rule: `t NOT BETWEEN 2026-01-01T00:00:00Z AND 2026-02-01T00:00:00Z AND t IS SET`},
		written{definition: `{"field_name": "t", "field_type": "time", "operator": "before_date", "string_values": ["2026-01-01"]}, {"field_name": "t", "field_type": "time", "operator": "after_date", "string_values": ["2025-01-01"]}`,
			rule: `t < 2026-01-01T00:00:00Z AND t > 2025-01-01T00:00:00Z`},
		written{definition: `{"field_name": "t", "field_type": "time", "operator": "in_the_last_days", "string_values": ["7"]}`, rule: `t > NOW - 7 days`},
		written{definition: `{"field_name": "custom_json_1", "field_type": "json", "json_path": ["a", "b"], "operator": "in_array", "string_values": ["x"]}`, rule: `ANY custom_json_1.a.b = "x"`},
	)
	leaf := `{"kind": "leaf", "leaf": %}`
	readAs(t, "notifuse", leaf,
		written{definition: `{"source": "contact_lists", "contact_list": {"operator": "not_in", "list_id": "n1"}}`, rule: `NOT IN LIST "n1"`},
		written{definition: `{"source": "contact_lists", "contact_list": {"operator": "in", "list_id": "n1", "status": "bounced"}}`, needs: []string{"status of a list membership"}},
		written{definition: `{"source": "contact_timeline", "contact_timeline": {"kind": "open_email", "count_operator": "at_most", "count_value": 2, "timeframe_operator": "in_the_last_days", "timeframe_values": ["30"], "template_id": "t1"}}`,
			rule: `COUNT(open_email WHERE template_id = "t1") <= 2 IN LAST 30 days`},
		written{definition: `{"source": "contact_timeline", "contact_timeline": {"kind": "e", "count_operator": "exactly", "count_value": 0, "timeframe_operator": "before_date", "timeframe_values": ["2026-01-01T00:00:00Z"],
			"filters": [{"field_name": "x", "field_type": "number", "operator": "gte", "number_values": [1]}]}}`, rule: `COUNT(e WHERE x >= 1) = 0 BEFORE 2026-01-01T00:00:00Z`},
		written{definition: `{"source": "custom_events_goals", "custom_events_goal": {"goal_type": "purchase", "goal_name": "big", "aggregate_operator": "count", "operator": "gte", "value": 2, "timeframe_operator": "anytime"}}`,
			rule: `COUNT(* WHERE goal_type = "purchase" AND goal_name = "big") >= 2`},
	)
	refused(t, "notifuse", filter, `{"field_name": "a", "field_type": "string", "operator": "equal", "string_values": ["x"]} | "equal" … equals`, `{"field_name": "a", "field_type": "string", "operator": "equals"} | value`,
		`{"field_name": "a", "field_type": "text", "operator": "equals"} | "text"`, `{"field_name": "a", "field_type": "time", "operator": "before_date", "string_values": ["soon"]} | an instant`)
	refused(t, "notifuse", "%", `{"kind": "branch", "branch": {"operator": "and", "leaves": []}} | at least one`, `{"kind": "twig"} | "twig"`, `{} | 1:1: kind is expected`, `{"kind": "leaf", "leaf": {"source": "contacts", "contact": {"filters": []}}} | at least one`)
}
