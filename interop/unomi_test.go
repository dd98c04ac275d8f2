package interop_test

import (
	"strings"
	"testing"

	"github.com/segmentrules/segment/interop"
)

func TestUnomiProperties(t *testing.T) {
	around := `{"metadata": {"id": "s"}, "condition": {"type": "profilePropertyCondition", "parameterValues": {"propertyName": "properties.p", %}}}`
	accents := []string{"collation that ignores accents"}
	moment := []string{"instants rounded to hours, minutes or other units"}
	p := func(rule string) string { return strings.ReplaceAll(rule, "p ", "properties.p ") }
	readAs(t, "unomi", around,
		written{definition: `"comparisonOperator": "equals", "propertyValue": "Paris"`, rule: p(`p = "Paris" IGNORING CASE`), needs: accents},
		written{definition: `"comparisonOperator": "equals", "propertyValue": "75001"`, rule: p(`p = "75001"`)},
		written{definition: `"comparisonOperator": "notEquals", "propertyValueInteger": 5`, rule: p(`p != 5`)},
		written{definition: `"comparisonOperator": "lessThanOrEqualTo", "propertyValueDouble": "2.5"`, rule: p(`p <= 2.5`)},
		written{definition: `"comparisonOperator": "between", "propertyValuesInteger": [1, 3]`, rule: p(`p BETWEEN 1 AND 3`)},
		written{definition: `"comparisonOperator": "missing"`, rule: p(`p IS NULL`)},
		written{definition: `"comparisonOperator": "contains", "propertyValue": "é"`, rule: p(`p CONTAINS "é" IGNORING CASE`), needs: accents},
		written{definition: `"comparisonOperator": "notContains", "propertyValue": "1"`, rule: p(`p NOT CONTAINS "1" AND p IS SET`)},
		written{definition: `"comparisonOperator": "startsWith", "propertyValue": "1"`, rule: p(`p STARTS WITH "1"`)},
		written{definition: `"comparisonOperator": "endsWith", "propertyValue": "1"`, rule: p(`p ENDS WITH "1"`)},
		written{definition: `"comparisonOperator": "matchesRegex", "propertyValue": "[0-9]+|1"`, rule: p(`p MATCHES "^(?:[0-9]+|1)$"`)},
		written{definition: `"comparisonOperator": "in", "propertyValues": ["1", "2"]`, rule: p(`p IN ("1", "2")`)},
		written{definition: `"comparisonOperator": "notIn", "propertyValuesInteger": [1, 2]`, rule: p(`p NOT IN (1, 2)`)},
		written{definition: `"comparisonOperator": "all", "propertyValuesInteger": [1, 2]`, rule: p(`p CONTAINS ALL OF (1, 2)`)},
		written{definition: `"comparisonOperator": "hasSomeOf", "propertyValues": ["1", "2"]`, rule: p(`ANY p IN ("1", "2")`)},
		written{definition: `"comparisonOperator": "hasNoneOf", "propertyValues": ["1", "2"]`, rule: p(`NO p IN ("1", "2")`)},
		written{definition: `"comparisonOperator": "isNotDay", "propertyValueDate": "2026-01-31"`, rule: p(`p != 2026-01-31 AND p IS SET`)},
		written{definition: `"comparisonOperator": "isDay", "propertyValueDate": "2026-01-31T10:00:00Z"`, rule: p(`p = 2026-01-31`)},
		written{definition: `"comparisonOperator": "greaterThan", "propertyValueDate": 1767225600000`, rule: p(`p > 2026-01-01T00:00:00Z`)},
		written{definition: `"comparisonOperator": "greaterThan", "propertyValueDateExpr": "now-1M"`, rule: p(`p > NOW - 1 month`)},
		written{definition: `"comparisonOperator": "greaterThanOrEqualTo", "propertyValueDateExpr": "now-5d/d"`, rule: p(`p >= TODAY - 5 days`)},
		written{definition: `"comparisonOperator": "lessThan", "propertyValueDateExpr": "2026-01-01||+1M-2d"`, rule: p(`p < 2026-01-01 + 1 month - 2 days`)},
		written{definition: `"comparisonOperator": "greaterThanOrEqualTo", "propertyValueDateExpr": "now/y"`, rule: `YEAR(properties.p) >= YEAR(TODAY)`},
		written{definition: `"comparisonOperator": "lessThan", "propertyValueDateExpr": "now-1M/M"`, rule: `YEAR(properties.p) * 12 + MONTH(properties.p) < YEAR(TODAY - 1 month) * 12 + MONTH(TODAY - 1 month)`},
		written{definition: `"comparisonOperator": "lessThan", "propertyValueDateExpr": "now/h"`, needs: moment},
		written{definition: `"comparisonOperator": "distance", "center": "48,2", "distance": 5`, needs: []string{"geo distance"}},
		written{definition: `"comparisonOperator": "equals", "propertyValue": "parameter::value"`, needs: []string{"parameters bound by the caller ($key)"}},
	)
	refused(t, "unomi", around,
		`"comparisonOperator": "equal", "propertyValue": "a" | unknown operator … /condition/parameterValues/comparisonOperator … equals`,
		`"comparisonOperator": "equals" | a value is expected`,
		`"comparisonOperator": "equals", "propertyValue": "a", "propertyValueInteger": 1 | another value`,
		`"comparisonOperator": "between", "propertyValuesInteger": [1] | takes 2 values`,
		`"comparisonOperator": "contains", "propertyValueInteger": 1 | takes texts`,
		`"comparisonOperator": "lessThan", "propertyValueDateExpr": "now-5x" | no length of time`,
		`"comparisonOperator": "lessThan", "propertyValueDateExpr": "now-5" | no date expression`,
		`"comparisonOperator": "exists", "comparator": 1 | unknown member`,
	)
}

func TestUnomiConditions(t *testing.T) {
	condition := func(kind, parameters string) string {
		return `{"type": "` + kind + `", "parameterValues": {` + parameters + `}}`
	}
	event := func(name string) string { return condition("eventTypeCondition", `"eventTypeId": "`+name+`"`) }
	prop := func(name, value string) string {
		return condition("eventPropertyCondition", `"propertyName": "`+name+`", "comparisonOperator": "equals", "propertyValueInteger": `+value)
	}
	join := func(op string, of ...string) string {
		return condition("booleanCondition", `"operator": "`+op+`", "subConditions": [`+strings.Join(of, ",")+`]`)
	}
	past := func(more, of string) string { return condition("pastEventCondition", more+`"eventCondition": `+of) }
	readAs(t, "unomi", `%`,
		written{definition: condition("notCondition", `"subCondition": `+condition("idsCondition", `"ids": ["a"], "match": false`)), rule: `id = "a"`},
		written{definition: past(`"fromDate": "now-10d", `, `{"type": "eventTypeCondition", "parameterValues": {"eventTypeId": "t"}}`), rule: `DID t SINCE NOW - 10 days`},
		written{definition: past(`"toDate": "now-5d", `, `{"type": "eventTypeCondition", "parameterValues": {"eventTypeId": "t"}}`), rule: `DID t MORE THAN 5 days AGO`},
		written{definition: past(`"fromDate": "now-10d", "toDate": "now-5d", `, `{"type": "eventTypeCondition", "parameterValues": {"eventTypeId": "t"}}`), needs: []string{"instant of the event inside WHERE"},
			rule: `DID t BETWEEN NOW - 10 days AND NOW - 5 days`},
		written{definition: past(`"fromDate": "now/M", `, `{"type": "eventTypeCondition", "parameterValues": {"eventTypeId": "t"}}`), needs: []string{"instants rounded to hours, minutes or other units"}},
		written{definition: past(`"minimumEventCount": 0, "maximumEventCount": 2, `, join("or", `{"type": "eventTypeCondition", "parameterValues": {"eventTypeId": "t"}}`, `{"type": "eventTypeCondition", "parameterValues": {"eventTypeId": "s"}}`)),
			rule: `COUNT(t | s) <= 2`},
		written{definition: condition("sessionDurationCondition", `"minimumDuration": 60`), rule: `ANY sessions HAS (duration >= 60000)`},
		written{definition: condition("profilePropertyCondition", `"propertyName": "p", "comparisonOperator": "equals", "propertyValue": 5`), rule: `p = 5`},
		written{definition: join("or"), rule: `NOT EVERYONE`},
		written{definition: join("and"), rule: `EVERYONE`},
		written{definition: condition("profileSegmentCondition", `"segments": ["a", "b"], "matchType": "all"`), rule: `IN SEGMENT "a" AND IN SEGMENT "b"`},
		written{definition: condition("profileUserListCondition", `"lists": ["a"], "matchType": "notIn"`), rule: `NOT IN LIST "a"`},
		written{definition: condition("returningVisitorCondition", `"since": 30`), rule: `previousVisit > NOW - 30 days`},
		written{definition: condition("goalMatchCondition", `"goalId": "g"`), rule: `systemProperties.goals.gTargetReached IS SET`},
		written{definition: condition("sessionPropertyCondition", `"propertyName": "size", "comparisonOperator": "greaterThan", "propertyValueInteger": 3`), rule: `ANY sessions HAS (size > 3)`},
		written{definition: past(`"numberOfDays": 5, "maximumEventCount": 3, `, event("a")), rule: `COUNT(a) BETWEEN 1 AND 3 IN LAST 5 days`},
		written{definition: past(`"fromDate": "2026-01-01", `, event("a")), rule: `DID a SINCE 2026-01-01`},
		written{definition: past(`"toDate": "2026-01-01T00:00:00Z", `, event("a")), rule: `DID a BEFORE 2026-01-01T00:00:00.000000001Z`},
		written{definition: past(``, join("or", event("a"), join("and", event("b"), prop("x", "1")))), rule: `COUNT(a) + COUNT(b WHERE x = 1) >= 1`},
		written{definition: past(``, join("and", prop("x", "1"), join("or", event("a"), event("b")))), rule: `COUNT(a WHERE x = 1) + COUNT(b WHERE x = 1) >= 1`},
		written{definition: past(``, join("and", event("a"), event("b"))), rule: `NOT EVERYONE`},
		written{definition: past(``, join("and", event("a"), condition("notCondition", `"subCondition": `+prop("x", "1")))), rule: `DID a(WHERE x != 1)`},
		written{definition: past(``, condition("notCondition", `"subCondition": `+event("a"))), needs: []string{"events by the names that they do not have"}},
		written{definition: past(``, condition("loginEventCondition", ``)), rule: `DID login`},
		written{definition: past(``, condition("downloadEventCondition", `"filePath": "/1"`)), rule: `DID download(WHERE target.properties.path = "/1")`},
		written{definition: past(``, condition("downloadEventCondition", `"filePath": "/a"`)), rule: `DID download(WHERE target.properties.path = "/a" IGNORING CASE)`, needs: []string{"collation that ignores accents"}},
	)
	refused(t, "unomi", `%`,
		condition("profileProperyCondition", ``)+` | unknown type of condition … profilePropertyCondition`,
		past(`"numberOfDays": 5, "fromDate": "2026-01-01", `, event("a"))+` | stands beside`,
		past(``, condition("eventTypeConditio", ``))+` | unknown condition of events … eventTypeCondition`,
		condition("profileUserListCondition", `"lists": [], "matchType": "in"`)+` | at least one`,
		`[] | a condition is expected`,
	)
	_, _, err := interop.Import("unomi", []byte(strings.Repeat(`{"type": "notCondition", "parameterValues": {"subCondition": `, 100_000)), nil)
	if err == nil {
		t.Error("deep nesting is no error")
	}
}
