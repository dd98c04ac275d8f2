package interop_test

import (
	"testing"

	"github.com/segmentrules/segment/interop"
)

func TestSendGrid(t *testing.T) {
	const from, join = "SELECT contact_id, updated_at FROM contact_data ", "SELECT c.contact_id, c.updated_at FROM contact_data AS c JOIN event_data AS e ON c.contact_id = e.contact_id WHERE "
	checkReadings(t, "sendgrid", []reading{
		{from, `EVERYONE`, ""},
		{from + `WHERE NOT (city = 'x' AND country != 'US')`, `city != "x" AND city IS SET OR country = "US"`, ""},
		{from + `WHERE city NOT IN ('a', 'b') OR age NOT BETWEEN 1 AND 3`, `city NOT IN ("a", "b") AND city IS SET OR (age < 1 OR age > 3) AND age IS SET`, ""},
		{from + `WHERE city IN ('a', NULL) AND NOT zip IN ('b', NULL)`, `city = "a" AND NOT EVERYONE`, ""},
		{from + `WHERE email LIKE 'a_c%' OR email LIKE 'x\%%' OR email NOT LIKE '%q%'`, `email MATCHES "^a.c" OR email STARTS WITH "x%" OR email NOT CONTAINS "q" AND email IS SET`, ""},
		{from + `WHERE lower(city) = 'rome' OR UPPER(city) LIKE '%R'`, `city = "rome" IGNORING CASE OR city ENDS WITH "R" IGNORING CASE`, ""},
		{from + `WHERE created_at > '2024-01-01' AND 5 < age -- a comment`, `created_at > 2024-01-01T00:00:00Z AND age > 5`, ""},
		{from + `WHERE (age + 1) * 2 - score / 4 >= -3`, `(age + 1) * 2 - score / 4 >= -3`, ""},
		{from + `WHERE now() - created_at > interval '3' month`, `NOW - created_at > 3 months`, ""},
		{from + `WHERE first_name IS NOT NULL AND last_name IS NULL`, `first_name IS SET AND last_name IS NULL`, ""},
		{from + `WHERE alternate_emails = 'a' OR NOT array_contains(list_ids, 'l')`, `ANY alternate_emails = "a" OR NOT IN LIST "l"`, ""},
		{from + `WHERE contact_id NOT IN (SELECT contact_id FROM event_data WHERE event_type = 'open')`, `NOT DID open`, ""},
		{join + `e.event_type IN ('open', 'click') AND e.event_timestamp >= timestampadd(month, -2, now())`, `COUNT(open | click) >= 1 SINCE NOW - 2 months`, ""},
		{join + `e.event_type = 'open' AND e.event_timestamp > now() - 90 days AND e.event_timestamp <= now() - 30 days`, `DID open BETWEEN 30 AND 90 days AGO`, ""},
		{join + `e.event_type = 'open' AND e.event_timestamp = '2024-01-01T10:00:00Z'`, `DID open BETWEEN 2024-01-01T10:00:00Z AND 2024-01-01T10:00:00.000000001Z`, ""},
		{join + `e.event_type = 'open' AND e.event_timestamp BETWEEN '2024-01-01' AND '2024-02-01'`, `DID open BETWEEN 2024-01-01T00:00:00Z AND 2024-02-01T00:00:00.000000001Z`, ""},
		{join + `e.event_type = 'open' AND e.event_timestamp > '2024-01-01' AND c.age BETWEEN 1 AND 3`, `DID open SINCE 2024-01-01T00:00:00.000000001Z AND age BETWEEN 1 AND 3`, ""},
		{from + `WHERE age NOT BETWEEN low AND 3`, `NOT age >= low AND age IS SET AND low IS SET OR NOT age <= 3 AND age IS SET`, ""},
		{join + `e.event_type = 'open' AND c.city = 'x' OR e.event_type = 'click' AND e.mc_auto_id = 'y'`, `city = "x" AND DID open OR DID click(WHERE mc_auto_id = "y")`, ""},
		{join + `e.event_type = 'open' AND e.mc_auto_id != 'y'`, `DID open(WHERE mc_auto_id != "y" AND mc_auto_id IS SET)`, ""},
		{`SELECT c.contact_id, c.updated_at, MAX(e.event_timestamp) AS last FROM contact_data c JOIN event_data e ON c.contact_id = e.contact_id
			WHERE e.event_type = 'open' GROUP BY c.contact_id, c.updated_at HAVING last < now() - 90 days`, `LAST(open) < NOW - 90 days`, ""},
		{join + `e.event_type = 'open' GROUP BY c.contact_id HAVING COUNT(*) > 3`, `COUNT(open) > 3`, ""},
		{join + `e.event_type != 'open'`, "", "events by the names that they do not have"},
		{join + `e.event_type = 'open' AND e.mc_auto_id = c.city`, "", "event property compared with a contact field"},
		{from + `WHERE concat(a, b) = 'x' AND c = 1`, `c = 1`, "text functions (concat, substring, lower, trim)"},
		{`{"query_dsl": "SELECT contact_id, updated_at FROM contact_data WHERE a = 1", "parent_list_ids": ["p"]}`, `IN LIST "p" AND a = 1`, ""},
	}, []misreading{
		{from + `WHERE a = AND b = 2`, "a value is expected here"},
		{`SELECT contact_id FROM contacts_data`, "did you mean contact_data"},
		{from + `WHERE array_contain(list_ids, 'x')`, "did you mean array_contains"},
		{from + `WHERE a LIKE 5`, "a pattern in quotes"},
		{from + `WHERE a = 1 ORDER BY a`, "ORDER"},
		{from + `WHERE x.a = 1`, "unknown table"},
		{from + `WHERE list_ids > 'x'`, "by = with a name"},
		{`DELETE FROM contact_data`, "SELECT is expected"},
		{from + `WHERE a = 'x`, "ends nowhere"},
	})
}

// A loss of a query says the line and the column of what it is about.
func TestSendGridPlaces(t *testing.T) {
	const query = "SELECT c.contact_id, c.updated_at FROM contact_data AS c JOIN event_data AS e ON c.contact_id = e.contact_id\nWHERE e.event_timestamp <= now() - 30 days AND e.event_timestamp >= now() - 60 days"
	_, losses, err := interop.Import("sendgrid", []byte(query), nil)
	if err != nil || len(losses) != 1 || losses[0].Path != "2:7" {
		t.Error(losses, err)
	}
}
