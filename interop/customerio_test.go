package interop_test

import "testing"

func TestCustomerIO(t *testing.T) {
	attribute := func(operator, value string) string {
		return `{"attribute": {"field": "a", "operator": "` + operator + `", "value": ` + value + `}}`
	}
	checkReadings(t, "customerio", []reading{
		{`{"or": [{"segment": {"id": 4}}, {"and": [{"not": ` + attribute("eq", `"x"`) + `}, {"attribute": {"field": "b", "operator": "exists"}}]}]}`,
			`IN SEGMENT "4" OR a != "x" AND b IS SET`, ""},
		{attribute("is not equal to", `5`), `a != 5`, ""},
		{attribute("is greater than", `"5"`), `a > 5`, ""},
		{attribute("does not contain", `"x"`), `a NOT CONTAINS "x"`, ""},
		{attribute("is a timestamp before", `1700000000`), `a < 2023-11-14T22:13:20Z`, ""},
		{attribute("is a timestamp between", `["30 days ago", "now"]`), `a > NOW - 30 days AND a <= NOW`, ""},
		{`{"segment": "has performed purchase"}`, `DID purchase`, ""},
		{`{"segment": "has performed purchase at least 3 times within the past 2 weeks"}`, `COUNT(purchase) >= 3 IN LAST 2 weeks`, ""},
		{`{"segment": "has not performed purchase"}`, `NEVER DID purchase`, ""},
		{`{"filter": {"segment": {"id": "x"}}, "name": "N"}`, `IN SEGMENT "x"`, ""},
	}, []misreading{
		{`{"nand": []}`, "did you mean and"},
		{attribute("equals", `1`), "unknown operator"},
		{attribute("eq", `[1]`), "/attribute/value"},
		{`{"and": []}`, "at least one filter"},
		{`{"and": [{"not": {}}]}`, "/and/0/not"},
		{`{"segment": "is nice"}`, "only sentences"},
		{`{"segment": "has performed purchase within the past 2 weeks where amount > 5"}`, "/segment: \"within\" is not read"},
		{`{"segment": "has performed purchase where amount > 5"}`, "where"},
		{`{"attribute": {"field": "a..b", "operator": "exists"}}`, "no path"},
		{attribute("is a timestamp after", `"in 5 moons"`), "unit of time"},
	})
}
