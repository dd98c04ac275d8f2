package interop_test

import "testing"

// Braze, OneSignal, Plunk, Omnisend and Parcelvoy.

func TestBraze(t *testing.T) {
	one := func(comparison, value string) string {
		return `{"custom_attribute": {"custom_attribute_name": "a", "comparison": "` + comparison + `", "value": ` + value + `}}`
	}
	checkReadings(t, "braze", []reading{
		{one("not_equal", `5`), `a != 5`, ""},
		{one("does_not_include_value", `"x"`), `NOT ANY a = "x"`, ""},
		{one("greater_than_or_equal_to", `5`), `a >= 5`, ""},
		{one("greater_than_x_days_ago", `5`), `a OLDER THAN 5 days`, ""},
		{one("less_than_x_days_in_the_future", `5`), `a WITHIN NEXT 5 days`, ""},
		{one("before", `"2024-01-01T00:00:00Z"`), `a < 2024-01-01T00:00:00Z`, ""},
		{`{"OR": [` + one("exists", "null") + `, {"custom_event": {}}]}`, `a IS SET`, "rounding windows to whole days (source is inexact)"},
	}, []misreading{
		{one("equal", `5`), "did you mean equals"},
		{`{"AND": [], "OR": []}`, "one member"},
		{`{"custom_atribute": {}}`, "did you mean custom_attribute"},
		{one("less_than_x_days_ago", `-1`), "no length of time"},
	})
}

func TestOneSignal(t *testing.T) {
	checkReadings(t, "onesignal", []reading{
		{`[{"field": "tag", "key": "a", "relation": "!=", "value": "x"}, {"field": "country", "relation": "=", "value": "US"}]`, `a != "x" AND country = "US"`, ""},
		{`[{"field": "first_session", "relation": "<", "hours_ago": "2"}, {"operator": "OR"}, {"field": "session_count", "relation": ">", "value": "3"}]`,
			`first_session WITHIN LAST 2 hours OR session_count > 3`, ""},
		{`[{"field": "tag", "key": "t", "relation": "time_elapsed_gt", "value": "60"}]`, `UNIX(NUMBER(t)) OLDER THAN 1 minute`, ""},
		{`[{"field": "tag", "key": "n", "relation": "<", "value": "3"}]`, `NUMBER(n) < 3`, "numeric text compared as a number (cast)"},
		{`[{"field": "app_version", "relation": ">", "value": "1.2"}]`, `VERSION(app_version) > "1.2"`, ""},
		{`[{"field": "tag", "key": "a", "relation": "not_in_array", "value": "x,y"}, {"field": "location", "radius": "5", "lat": "1", "long": "2"}]`, `a NOT IN ("x", "y")`, "geo distance"},
	}, []misreading{
		{`[{"field": "tags", "key": "a", "relation": "=", "value": "x"}]`, "did you mean tag"},
		{`[{"field": "tag", "key": "a", "relation": "exist"}]`, "did you mean exists"},
		{`[{"operator": "XOR"}]`, "did you mean OR"},
	})
}

func TestPlunk(t *testing.T) {
	one := func(f string) string { return `{"logic": "AND", "groups": [{"filters": [` + f + `]}]}` }
	checkReadings(t, "plunk", []reading{
		{one(`{"field": "data.n", "operator": "greaterThan", "value": 5}, {"field": "email", "operator": "notContains", "value": "x"}`), `data.n > 5 AND email NOT CONTAINS "x"`, ""},
		{one(`{"field": "event.buy", "operator": "notTriggered"}`), "NOT DID `event.buy`", ""},
		{one(`{"field": "createdAt", "operator": "within", "value": 3, "unit": "hours"}`), `createdAt WITHIN LAST 3 hours`, ""},
		{one(`{"field": "segment", "operator": "notMemberOfSegment", "value": "s"}`), `NOT IN SEGMENT "s"`, ""},
	}, []misreading{
		{one(`{"field": "a", "operator": "equal", "value": 5}`), "did you mean equals"},
		{one(`{"field": "email.opened", "operator": "equals", "value": 5}`), "operator of events"},
		{`{"logic": "XOR", "groups": []}`, "unknown logic"},
	})
}

func TestOmnisend(t *testing.T) {
	one := func(c string) string { return `{"conditionGroups": [{"conditions": [` + c + `]}]}` }
	checkReadings(t, "omnisend", []reading{
		{one(`{"entity": "contact", "junction": "or", "filters": [{"property": "city", "operator": "notEquals", "value": "x"}, {"property": "tags", "operator": "isNotSet"}]}`), `city != "x" OR tags IS NULL`, ""},
		{one(`{"entity": "contact", "filters": [{"property": "custom", "name": "n", "valueType": "number", "operator": "greaterThan", "value": "5"},
			{"property": "custom", "name": "d", "valueType": "date", "operator": "before", "value": "2024-01-01"}]}`), `n > 5 AND d < 2024-01-01`, ""},
		{one(`{"entity": "event", "filters": [{"name": "e", "operator": "has", "count": "atMost", "value": 2, "period": {"operator": "moreThan", "value": 3, "unit": "days"}}]}`),
			`COUNT(e) <= 2 MORE THAN 3 days AGO`, ""},
	}, []misreading{
		{one(`{"entity": "contacts", "filters": []}`), "did you mean contact"},
		{one(`{"entity": "event", "filters": [{"name": "e", "operator": "had"}]}`), "did you mean has"},
	})
}

func TestParcelvoy(t *testing.T) {
	one := func(kind, operator, value string) string {
		return `{"type": "` + kind + `", "group": "user", "path": "$.a", "operator": "` + operator + `", "value": ` + value + `}`
	}
	checkReadings(t, "parcelvoy", []reading{
		{one("string", "!=", `"x"`), `a != "x" AND a IS SET`, ""},
		{one("string", "empty", `null`), `a IS NULL OR a = ""`, ""},
		{one("string", "starts with", `"x"`), `a STARTS WITH "x"`, ""},
		{one("number", ">=", `"5"`), `a >= 5`, ""},
		{one("date", "<", `"{{subDate \"now\" 1 \"months\"}}"`), `a < NOW - 1 month`, ""},
		{one("string", "=", `"{{user.x}}"`), ``, "parameters bound by the caller ($key)"},
		{`{"type": "wrapper", "group": "event", "path": "name", "value": "e", "operator": "or", "children": [{"type": "number", "path": "x", "operator": "<", "value": 5}],
			"frequency": {"period": {"unit": "day", "value": 7, "type": "rolling"}, "count": 2, "operator": ">="}}`, `COUNT(e WHERE x < 5) >= 2 IN LAST 7 days`, ""},
		{`{"type": "string", "group": "event", "path": "$.name", "operator": "=", "value": "e"}`, `DID e`, ""},
		{`{"type": "string", "group": "event", "path": "$.x", "operator": "=", "value": "e"}`, ``, "correlated events (property of another event)"},
		{one("array", "is not set", `null`), `a IS NULL`, ""},
		{`{"type": "wrapper", "operator": "none", "children": [` + one("boolean", "=", "true") + `, {"type": "string", "path": "$.l[*].b", "operator": "is set"}]}`,
			`NOT (a = TRUE OR ANY l HAS (b IS SET))`, ""},
		{`{"type": "wrapper", "group": "event", "path": "name", "value": "e", "operator": "and", "children": [{"type": "string", "group": "user", "path": "x", "operator": "is set"}]}`,
			``, "event property compared with a contact field"},
	}, []misreading{
		{`[{"type": "string", "path": 5, "operator": "="}]`, "/0/path"},
		{one("string", "contain", `"x"`), "did you mean contains"},
		{one("strin", "=", `"x"`), "did you mean string"},
		{`{"type": "string", "path": "$..x", "operator": "="}`, "no path"},
	})
}
