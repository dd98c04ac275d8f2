package interop_test

import "testing"

// LaunchDarkly and Unleash, whose segments are those of feature flags.

func TestLaunchDarkly(t *testing.T) {
	clause := func(op, values string) string {
		return `{"attribute": "a", "op": "` + op + `", "values": ` + values + `}`
	}
	one := func(op, values string) string { return `{"clauses": [` + clause(op, values) + `]}` }
	checkReadings(t, "launchdarkly", []reading{
		{one("endsWith", `["x", "y"]`), `a ENDS WITH ANY OF ("x", "y") OR ANY a ENDS WITH ANY OF ("x", "y")`, ""},
		{one("lessThanOrEqual", `[5]`), `a <= 5`, ""},
		{one("after", `["2024-01-01T00:00:00Z"]`), `a > 2024-01-01T00:00:00Z OR UNIX_MILLI(a) > 2024-01-01T00:00:00Z`, ""},
		{one("semVerGreaterThan", `["1.2"]`), `VERSION(a) > "1.2"`, ""},
		{one("in", `[]`), `NOT EVERYONE`, ""},
		{`{"clauses": [{"op": "segmentMatch", "values": ["s", "t"], "negate": true}]}`, `NOT (IN SEGMENT "s" OR IN SEGMENT "t")`, ""},
		{`{"clauses": [{"attribute": "/x/y", "op": "in", "values": [1], "contextKind": "org"}]}`, `org.x.y = 1`, ""},
		{`{"key": "k", "included": ["u"], "excluded": ["v"], "rules": []}`, `id = "u"`, ""},
		{`{"rules": [{"clauses": [` + clause("in", "[1]") + `]}, {"clauses": [` + clause("in", "[2]") + `], "weight": 100}], "salt": "s"}`,
			`a = 1 OR a = 2 AND HASH(id, "s") % 100000 < 100`, "hash functions of other products"},
	}, []misreading{
		{one("startWith", `["x"]`), "did you mean startsWith"},
		{one("lessThan", `["x"]`), "/clauses/0/values/0"},
		{`{"rule": []}`, "did you mean rules"},
		{`{"rules": 5}`, "/rules"},
	})
}

func TestUnleash(t *testing.T) {
	one := func(op, rest string) string { return `{"contextName": "a", "operator": "` + op + `", ` + rest + `}` }
	const cast = "numeric text compared as a number (cast)"
	checkReadings(t, "unleash", []reading{
		{one("IN", `"values": ["x", "y"], "inverted": true`), `a NOT IN ("x", "y")`, ""},
		{one("NOT_IN", `"values": ["x", "y"], "caseInsensitive": true`), `a NOT IN ("x", "y") IGNORING CASE`, ""},
		{one("STR_ENDS_WITH", `"values": ["x"], "caseInsensitive": true`), `a ENDS WITH "x" IGNORING CASE`, ""},
		{one("NUM_GTE", `"value": "5"`), `NUMBER(a) >= 5`, cast},
		{one("DATE_BEFORE", `"value": "2024-01-01T00:00:00Z"`), `a < 2024-01-01T00:00:00Z`, ""},
		{one("SEMVER_EQ", `"value": "1.2.3"`), `VERSION(a) = "1.2.3"`, ""},
		{one("CIDR", `"values": ["10.0.0.0/8"]`), `a IN CIDR "10.0.0.0/8"`, ""},
		{`[{"contextName": "userId", "operator": "IN", "values": ["u"]}, {"contextName": "currentTime", "operator": "DATE_AFTER", "value": "2024-01-01"}]`,
			`id = "u" AND NOW > 2024-01-01T00:00:00Z`, ""},
		{`{"strategies": [{"name": "userWithId", "parameters": {"userIds": "a, b"}}, {"name": "default", "constraints": [], "segments": [3]}]}`,
			`id IN ("a", "b") OR IN SEGMENT "3"`, ""},
	}, []misreading{
		{one("STR_CONTAIN", `"values": ["x"]`), "did you mean STR_CONTAINS"},
		{one("NUM_EQ", `"value": "x"`), "/value"},
		{`{"contextName": "a", "operator": "IN", "value_s": []}`, "unknown member"},
		{`{"constraints": 5}`, "a constraint is expected"},
	})
}
