package interop_test

import "testing"

func TestListmonk(t *testing.T) {
	checkReadings(t, "listmonk", []reading{
		{`(subscribers.attribs->>'projects')::INT > 3 AND NOT subscribers.attribs->>'city' = 'B'`, `attribs.projects > 3 AND attribs.city != "B" AND attribs.city IS SET`, ""},
		{`created_at > NOW() - INTERVAL '1 month' OR updated_at < '2024-01-01'::timestamp`, `created_at > NOW - 1 month OR updated_at < 2024-01-01T00:00:00Z`, ""},
		{`EXISTS(SELECT 1 FROM link_clicks l WHERE l.subscriber_id = subscribers.id AND l.campaign_id IN (1, 2) AND l.created_at >= NOW() - INTERVAL '30 days')`,
			`DID link_click(WHERE campaign_id IN (1, 2)) SINCE NOW - 30 days`, ""},
		{`NOT EXISTS (SELECT 1 FROM subscriber_lists WHERE subscriber_id = subscribers.id AND list_id = 3)`, `NOT IN LIST "3"`, ""},
		{`subscribers.id IN (SELECT subscriber_id FROM subscriber_lists WHERE list_id IN (3, 4))`, `IN LIST "3" OR IN LIST "4"`, ""},
		{`attribs ? 'city' AND attribs->'langs' ?| array['a', 'b'] AND attribs->'langs' ?& array['c', 'd']`,
			`attribs.city IS SET AND ANY attribs.langs IN ("a", "b") AND ANY attribs.langs = "c" AND ANY attribs.langs = "d"`, ""},
		{`attribs @> '{"a": {"b": 1}, "l": ["x"]}'`, `attribs.a.b = 1 AND ANY attribs.l = "x"`, ""},
		{`email ILIKE '%X%' OR (attribs#>>'{a,b}') IS NULL`, `email CONTAINS "X" IGNORING CASE OR attribs.a.b IS NULL`, ""},
		{`(SELECT COUNT(*) FROM campaign_views WHERE subscriber_id = subscribers.id AND campaign_id = 4) >= 3`, `COUNT(campaign_view WHERE campaign_id = 4) >= 3`, ""},
		{`EXISTS (SELECT 1 FROM subscriber_lists WHERE subscriber_id = subscribers.id AND list_id = 3 AND status = 'confirmed')`, "", "status of a list membership"},
		{`(attribs->>'ok')::BOOLEAN AND jsonb_array_length(attribs->'l') > 2`, `attribs.ok = TRUE AND LENGTH(attribs.l) > 2`, ""},
	}, []misreading{
		{`subscribers.emial = 'x'`, "did you mean email"},
		{`email SIMILAR TO 'x'`, `"SIMILAR" is not expected`},
		{`attribs->>'a'::FOO = 'x'`, "unknown type"},
		{`EXISTS (SELECT 1 FROM campaign_view)`, "did you mean campaign_views"},
		{`pg_sleep(5) = 1`, "unknown function"},
	})
}
