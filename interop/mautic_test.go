package interop_test

import "testing"

// row is a row of Mautic's about a field of a contact.
func row(field, kind, operator, filter string) string {
	return `{"glue": "and", "object": "lead", "field": "` + field + `", "type": "` + kind + `", "operator": "` + operator + `", "filter": ` + filter + `}`
}

func TestMautic(t *testing.T) {
	const accents = "collation that ignores accents"
	one := func(field, kind, operator, filter string) string {
		return "[" + row(field, kind, operator, filter) + "]"
	}
	checkReadings(t, "mautic", []reading{
		{one("city", "text", "!=", `"Rome"`), `city != "Rome" IGNORING CASE`, accents},
		{one("zip", "text", "in", `"1|2"`), `zip IN ("1", "2")`, ""},
		{one("points", "number", "!gt", `"10"`), `points <= 10`, ""},
		{one("points", "number", "!between", `[1, 5]`), `NOT points BETWEEN 1 AND 5`, ""},
		{one("points", "number", "empty", `null`), `points IS NULL OR points = 0`, ""},
		{one("name", "text", "empty", `null`), `name IS NULL OR name = ""`, ""},
		{one("name", "text", "startsWith", `"a_b"`), `name MATCHES "^a.b" IGNORING CASE`, accents},
		{one("name", "text", "contains", `"x"`), `name CONTAINS "x" IGNORING CASE`, accents},
		{one("name", "text", "!like", `"%x"`), `name NOT ENDS WITH "x" IGNORING CASE`, accents},
		{one("name", "text", "!regexp", `"^x"`), `name NOT MATCHES "(?i)^x" AND name IS SET`, ""},
		{one("name", "text", "regexp", `"^(?!x)"`), ``, "regular expressions beyond RE2 (look-around, back references)"},
		{one("ok", "boolean", "=", `1`), `ok = TRUE`, ""},
		{one("ok", "boolean", "!=", `"0"`), `ok != FALSE`, ""},
		{one("d", "date", "gt", `"-30 days"`), `d > TODAY - 30 days`, ""},
		{one("d", "date", "lte", `"5 days ago"`), `d <= TODAY - 5 days`, ""},
		{one("d", "datetime", "gte", `"-30 days"`), `d >= TODAY - 30 days`, ""},
		{one("d", "datetime", "gt", `"-30 days"`), `d - 1 second SINCE TODAY - 30 days`, ""},
		{one("d", "datetime", "lt", `"tomorrow"`), `d < TODAY + 1 day`, ""},
		{one("d", "datetime", "=", `"this month"`), `d DURING THIS MONTH`, ""},
		{one("d", "datetime", "=", `"next month"`), `d DURING NEXT MONTH`, ""},
		{one("d", "datetime", "!=", `"last year"`), `NOT d DURING PREVIOUS YEAR`, ""},
		{one("d", "date", "gte", `"this week"`), `d > TODAY OR d DURING THIS WEEK`, ""},
		{one("d", "date", "lt", `"next month"`), `DATE(d) - 1 month < TODAY AND NOT DATE(d) - 1 month DURING THIS MONTH`, ""},
		{one("d", "date", "=", `"first day of this month"`), `d = TODAY - (DAY(TODAY) - 1) * 1 day`, ""},
		{one("d", "date", "=", `"2024-02-01"`), `d = 2024-02-01`, ""},
		{one("d", "datetime", "gt", `"2024-02-01 10:00"`), `d > 2024-02-01T10:00:00Z`, ""},
		{one("d", "date", "=", `"anniversary"`), `ANNIVERSARY(d) = TODAY`, "29 February: choice of the day"},
		{one("n", "number", "in", `["1", 2]`), `n IN (1, 2)`, ""},
		{one("n", "number", "!in", `"1|2"`), `n NOT IN (1, 2)`, ""},
		{one("d", "date", "inLast", `"30 days"`), `d BETWEEN TODAY - 30 days AND TODAY`, ""},
		{one("d", "date", "=", `"birthday -7 days"`), `ANNIVERSARY(d) = TODAY + 7 days`, "29 February: choice of the day"},
		{one("d", "date", "gt", `{"dateTypeMode": "relative", "relativeDateInterval": 3, "relativeDateIntervalUnit": "day"}`), `d > TODAY + 3 days`, ""},
		{one("leadlist", "leadlist", "!in", `[1, "2"]`), `NOT IN SEGMENT "1" AND NOT IN SEGMENT "2"`, ""},
		{one("tags", "tags", "!in", `[1]`), `NOT (tags = 1 OR ANY tags = 1)`, ""},
		{one("hit_url_count", "number", "gte", `5`), `COUNT(page_hit) >= 5`, ""},
		{one("hit_url_date", "datetime", "gte", `"-7 days"`), `COUNT(page_hit) >= 1 SINCE TODAY - 7 days`, ""},
		{one("hit_url", "text", "empty", `null`), `NOT DID page_hit(WHERE url IS SET AND url != "")`, ""},
		{one("lead_email_received", "lead_email_received", "!in", `[3, 4]`), `NOT DID email_read(WHERE email_id IN (3, 4))`, ""},
		{one("page_id", "boolean", "=", `0`), `NOT DID page_hit(WHERE page_id IS SET)`, ""},
		{one("last_submission_date", "datetime", "lt", `"-3 months"`), `LAST(form_submit) < TODAY - 3 months`, ""},
		{one("dnc_bounced", "boolean", "=", `0`), `dnc_bounced != TRUE`, ""},
		{one("device_os", "device_os", "in", `["iOS"]`), `device_os = "iOS" IGNORING CASE OR ANY device_os = "iOS" IGNORING CASE`, accents},
		{one("sessions", "number", "gt", `2`), ``, "session windows"},
		{`{"id": 3, "name": "N", "filters": [` + row("a", "number", "=", "1") + `, {"glue": "or", "field": "b", "type": "number", "operator": "lt", "properties": {"filter": "2"}}]}`,
			`a = 1 OR b < 2`, ""},
		{`[{"object": "company_all", "field": "companyname", "type": "text", "operator": "=", "filter": "1"}]`, `ANY companies HAS (name = "1")`, ""},
		{`[]`, `NOT EVERYONE`, ""},
		{`{"filters": [` + row("a", "number", "=", "1") + `], "manually_add": [7], "manually_remove": [3, "4"]}`, `id = "7" OR id NOT IN ("3", "4") AND a = 1`, ""},
		{`a:2:{i:0;a:3:{s:5:"field";s:1:"a";s:8:"operator";s:2:"in";s:6:"filter";a:2:{i:0;i:4;i:1;d:5.5;}}` +
			`i:1;a:4:{s:4:"glue";s:2:"or";s:5:"field";s:1:"b";s:8:"operator";s:5:"empty";s:6:"filter";N;}}`, `a IN (4, 5.5) OR b IS NULL OR b = ""`, ""},
	}, []misreading{
		{one("a", "text", "startWith", `"a"`), "/0/operator: unknown operator \"startWith\"; did you mean startsWith"},
		{one("a", "date", "=", `"last wek"`), "did you mean last week"},
		{one("a", "number", "=", `"x"`), "/0/filter: a number is expected"},
		{`[{"glue": "nor", "field": "a", "operator": "="}]`, "unknown glue"},
		{`[{"object": "behaviors", "field": "hit_urls", "operator": "="}]`, "did you mean hit_url"},
		{`[{"field": "a", "operator": "=", "filter": 1, "extra": 1}]`, "unknown member"},
		{`a:1:{i:0;a:1:{s:5:"field";s:1:"a"}}`, "1:31: a text of the length"},
		{`a:1:{i:0;a:2:{s:5:"field";s:1:"a";s:8:"operator";s:2:"eq";}}`, "1:50: unknown operator"},
		{`{}`, "1:1: rows are expected"},
		{`hello`, "serialised"},
	})
}
