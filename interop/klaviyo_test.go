package interop_test

import (
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

const oneCondition = `{"condition_groups": [{"conditions": [%]}]}`

func TestKlaviyoProperties(t *testing.T) {
	around := `{"condition_groups": [{"conditions": [{"type": "profile-property", "property": "properties['p']", "filter": %}]}]}`
	readAs(t, "klaviyo", around,
		written{definition: `{"type": "string", "operator": "not-equals", "value": "a"}`, rule: `p != "a" AND p IS SET`},
		written{definition: `{"type": "string", "operator": "equals", "value": null}`, rule: `p IS NULL`},
		written{definition: `{"type": "string", "operator": "contains", "value": "a"}`, rule: `p CONTAINS "a"`},
		written{definition: `{"type": "string", "operator": "starts-with", "value": "a"}`, rule: `p STARTS WITH "a"`},
		written{definition: `{"type": "string", "operator": "not-starts-with", "value": "a"}`, rule: `p NOT STARTS WITH "a" AND p IS SET`},
		written{definition: `{"type": "string", "operator": "ends-with", "value": "a"}`, rule: `p ENDS WITH "a"`},
		written{definition: `{"type": "string", "operator": "not-ends-with", "value": "a"}`, rule: `p NOT ENDS WITH "a" AND p IS SET`},
		written{definition: `{"type": "string", "operator": "regex", "value": "^a+$"}`, rule: `p MATCHES "^a+$"`},
		written{definition: `{"type": "string", "operator": "nregex", "value": "^a+$"}`, rule: `p NOT MATCHES "^a+$" AND p IS SET`},
		written{definition: `{"type": "string", "operator": "regex", "value": "(?=a)"}`, needs: []string{"regular expressions beyond RE2 (look-around, back references)"}},
		written{definition: `{"type": "string", "operator": "in", "value": ["a", "b"]}`, rule: `p IN ("a", "b")`},
		written{definition: `{"type": "string-array", "operator": "not-in", "value": ["a", "b"]}`, rule: `p NOT IN ("a", "b") AND p IS SET`},
		written{definition: `{"type": "string", "operator": "phone-country-code-in", "value": ["+44"]}`, rule: `p STARTS WITH "+44"`},
		written{definition: `{"type": "string", "operator": "phone-country-code-not-in", "value": ["49"]}`, rule: `p NOT STARTS WITH "+49" AND p IS SET`},
		written{definition: `{"type": "string", "operator": "phone-country-code-in", "value": ["CA"]}`, needs: []string{"country of a telephone number"}},
		written{definition: `{"type": "numeric", "operator": "not-equals", "value": 5}`, rule: `p != 5 AND p IS SET`},
		written{definition: `{"type": "numeric", "operator": "less-than-or-equal", "value": "5.5"}`, rule: `p <= 5.5`},
		written{definition: `{"type": "numeric", "operator": "between", "start": 1, "end": 3}`, rule: `p BETWEEN 1 AND 3`},
		written{definition: `{"type": "boolean", "operator": "equals", "value": false}`, rule: `p = FALSE`},
		written{definition: `{"type": "boolean", "operator": "not-equals", "value": true}`, rule: `p != TRUE AND p IS SET`},
		written{definition: `{"type": "existence", "operator": "not-set"}`, rule: `p IS NULL`},
		written{definition: `{"type": "list", "operator": "contains", "value": "a"}`, rule: `ANY p = "a"`},
		written{definition: `{"type": "list", "operator": "not-contains", "value": "a"}`, rule: `NOT ANY p = "a" AND p IS SET`},
		written{definition: `{"type": "list", "operator": "contains-any", "value": ["a", "b"]}`, rule: `ANY p IN ("a", "b")`},
		written{definition: `{"type": "list", "operator": "not-contains-all", "value": ["a", "b"]}`, rule: `NOT p CONTAINS ALL OF ("a", "b") AND p IS SET`},
		written{definition: `{"type": "list", "operator": "contains-starts-with", "value": "a"}`, rule: `ANY p STARTS WITH "a"`},
		written{definition: `{"type": "list", "operator": "not-contains-ends-with", "value": "a"}`, rule: `NO p ENDS WITH "a" AND p IS SET`},
		written{definition: `{"type": "list", "operator": "length-equals", "value": 2}`, rule: `LENGTH(p) = 2`},
		written{definition: `{"type": "list", "operator": "length-less-than-or-equal", "value": 2}`, rule: `LENGTH(p) <= 2`},
		written{definition: `{"type": "date", "operator": "in-the-last", "unit": "week", "quantity": 2}`, rule: `p WITHIN LAST 2 weeks`},
		written{definition: `{"type": "date", "operator": "in-the-next", "unit": "hour", "quantity": 2}`, rule: `p WITHIN NEXT 2 hours`},
		written{definition: `{"type": "date", "operator": "at-least", "unit": "day", "quantity": 2}`, rule: `p OLDER THAN 2 days`},
		written{definition: `{"type": "date", "operator": "between", "unit": "day", "start": 5, "end": 2}`, rule: `p BETWEEN 2 AND 5 days AGO`},
		written{definition: `{"type": "date", "operator": "between", "unit": "day", "start": 0, "end": 2}`, rule: `p WITHIN LAST 2 days`},
		written{definition: `{"type": "date", "operator": "between-static", "start": "2026-01-01T00:00:00Z", "end": "2026-01-05T00:00:00Z"}`, rule: `p >= 2026-01-01T00:00:00Z AND p <= 2026-01-05T00:00:00Z`},
		written{definition: `{"type": "date", "operator": "after", "date": "2026-01-01T00:00:00Z"}`, rule: `p > 2026-01-01T00:00:00Z`},
		written{definition: `{"type": "date", "operator": "before", "date": "2026-01-01"}`, rule: `p < 2026-01-01`},
		written{definition: `{"type": "date", "operator": "alltime"}`, rule: `p IS SET`},
		written{definition: `{"type": "date", "operator": "anniversary"}`, rule: `ANNIVERSARY(p) = TODAY`},
		written{definition: `{"type": "date", "operator": "anniversary-last", "unit": "day", "quantity": 3}`, rule: `ANNIVERSARY(p) WITHIN LAST 3 days`},
	)
	refused(t, "klaviyo", around,
		`{"type": "string", "operator": "equal", "value": "a"} | unknown operator … /condition_groups/0/conditions/0/filter/operator … equals`,
		`{"type": "string", "operator": "equals", "value": "a", "ignore_case": true} | unknown member … ignore_case`,
		`{"type": "string", "operator": "in", "value": "a"} | a list of texts`,
		`{"type": "numeric", "operator": "equals", "value": "many"} | a number`,
		`{"type": "date", "operator": "calendar-month", "value": 13} | a month from 1 to 12`,
		`{"type": "date", "operator": "in-the-last", "unit": "fortnight", "quantity": 1} | unknown unit`,
		`{"type": "date", "operator": "after", "date": "soon"} | an instant`,
		`{"type": "list", "operator": "contains-any", "value": []} | at least one value`,
		`null | a filter is expected`,
	)
}

func TestKlaviyoConditions(t *testing.T) {
	count := `"measurement": "count", "measurement_filter": {"type": "numeric", "operator": "greater-than", "value": 2}`
	step := func(id, exists string) string { return `{"metric_exists": ` + exists + `, "metric_id": "` + id + `"}` }
	window := `"timeframe_filter": {"type": "date", "operator": "in-the-last", "unit": "day", "quantity": 30}`
	readAs(t, "klaviyo", oneCondition,
		written{definition: `{"type": "profile-group-membership", "is_member": false, "group_ids": ["A", "B"]}`, rule: `NOT (IN LIST "A" OR IN LIST "B")`},
		written{definition: `{"type": "profile-group-membership", "is_member": true, "group_ids": ["A"], "timeframe_filter": {"type": "date", "operator": "after", "date": "2026-01-01T00:00:00Z"}}`,
			rule: `JOINED LIST "A" SINCE 2026-01-01T00:00:00.000000001Z`},
		written{definition: `{"type": "profile-metric", "metric_id": "M", ` + count + `, "timeframe_filter": {"type": "date", "operator": "at-least", "unit": "day", "quantity": 30}}`,
			rule: `COUNT(M) > 2 MORE THAN 30 days AGO`},
		written{definition: `{"type": "profile-metric", "metric_id": "M", ` + count + `, "timeframe_filter": {"type": "date", "operator": "alltime"}, "metric_filters": [{"property": "Plan", "filter": {"type": "string", "operator": "not-equals", "value": "x"}}, {"property": "$value", "filter": {"type": "numeric", "operator": "greater-than", "value": 9}}]}`,
			rule: "COUNT(M WHERE Plan != \"x\" AND Plan IS SET AND value > 9) > 2"},
		written{definition: `{"type": "profile-metric", "metric_id": "M", ` + count + `, "timeframe_filter": {"type": "date", "operator": "in-the-next", "unit": "day", "quantity": 3}}`, rule: `NOT EVERYONE`},
		written{definition: `{"type": "profile-metric", "metric_id": "M", ` + count + `, "timeframe_filter": {"type": "date", "operator": "flow-start"}}`, needs: []string{"parameters bound by the caller ($key)"}},
		written{definition: `{"type": "profile-metric-funnel", ` + window + `, "completion_window_seconds": "DAYS_3", "steps": [` + step("A", "true") + `, ` + step("B", "true") + `]}`,
			rule: `DID A THEN B WITHIN 3 days IN LAST 30 days`},
		written{definition: `{"type": "profile-metric-funnel", ` + window + `, "completion_window_seconds": "DAYS_3", "steps": [` + step("A", "true") + `, ` + step("B", "false") + `]}`,
			rule: `DID A THEN NOT B WITHIN 3 days IN LAST 30 days`},
		written{definition: `{"type": "profile-metric-funnel", ` + window + `, "completion_window_seconds": null, "steps": [` + step("A", "true") + `, ` + step("B", "false") + `]}`,
			rule: `DID A IN LAST 30 days AND (NEVER DID B OR (LAST(A) IN LAST 30 days) >= LAST(B))`},
		written{definition: `{"type": "profile-metric-funnel", ` + window + `, "completion_window_seconds": "DAYS_3", "steps": [` + step("A", "true") + `, ` + step("B", "true") + `, ` + step("C", "true") + `]}`,
			rule: `DID A THEN B WITHIN 3 days THEN C WITHIN 3 days IN LAST 30 days`, needs: []string{"one time limit for all steps of a sequence"}},
		written{definition: `{"type": "profile-marketing-consent", "consent": {"channel": "sms", "can_receive_marketing": false, "consent_status": {"subscription": "unsubscribed", "filters": [{"field": "status_date", "filter": {"type": "date", "operator": "in-the-last", "unit": "day", "quantity": 2}}, {"field": "method", "method": "form", "filter": {"type": "string", "operator": "in", "value": ["F"]}}]}}}`,
			rule: `consent.sms.can_receive = FALSE AND consent.sms.subscription = "unsubscribed" AND consent.sms.status_date WITHIN LAST 2 days AND consent.sms.method = "form" AND consent.sms.method_detail IN ("F")`},
		written{definition: `{"type": "profile-permissions", "channel": "whatsapp_marketing", "permission": {"reachable_status": "implicitly_or_explicitly_reachable"}}`,
			rule: `permissions.whatsapp_marketing.status IN ("implicitly_reachable", "explicitly_reachable")`},
		written{definition: `{"type": "profile-region", "in_region": false, "region": "united_states"}`, rule: `country != "US" AND country IS SET`},
		written{definition: `{"type": "profile-predictive-analytics", "dimension": "total_clv", "filter": {"type": "numeric", "operator": "greater-than", "value": 100}}`, rule: `predictive_analytics.total_clv > 100`},
		written{definition: `{"type": "profile-predictive-analytics", "dimension": "channel_affinity", "measurement": "rank", "predicted_channel": "sms", "filter": {"type": "string", "operator": "equals", "value": "high"}}`,
			rule: `predictive_analytics.channel_affinity.sms.rank = "high"`},
		written{definition: `{"type": "profile-has-custom-object", "object_type_id": "pets", "filter": {"type": "numeric", "operator": "equals", "value": 0}, "filters": []}`, rule: `NOT LENGTH(pets) >= 1`},
		written{definition: `{"type": "profile-has-custom-object", "object_type_id": "pets", "filter": {"type": "numeric", "operator": "less-than-or-equal", "value": 1}, "filters": [{"property_id": 7, "filter": {"type": "boolean", "operator": "equals", "value": true}}]}`,
			rule: "NOT AT LEAST 2 pets HAVE (`7` = TRUE)"},
		written{definition: `{"type": "profile-sample", "percentage": 20}`, rule: `HASH(id, "segment") % 100 < 20`, needs: []string{"hash functions of other products"}},
		written{definition: `{"type": "profile-property", "property": "email", "filter": {"type": "existence", "operator": "is-set"}}, {"type": "profile-postal-code-distance", "country_code": "US", "postal_code": "1", "unit": "miles", "filter": {"type": "numeric", "operator": "less-than", "value": 2}}`,
			rule: `email IS SET`, needs: []string{"geo distance"}},
	)
	refused(t, "klaviyo", oneCondition,
		`{"type": "profile-propertie"} | unknown type of condition … profile-property`,
		`{"type": "profile-property", "property": "properties['p", "filter": {"type": "existence", "operator": "is-set"}} | a property is expected`,
		`{"type": "profile-metric", "metric_id": "", `+count+`, "timeframe_filter": null} | no name of an event`,
		`{"type": "profile-group-membership", "is_member": true, "group_ids": []} | at least one`,
		` | at least one element`,
	)
}

func TestKlaviyoEnvelope(t *testing.T) {
	s, _, err := interop.Import("klaviyo", []byte(`{"data": {"type": "segment", "id": "S1", "attributes": {"name": "Set", "definition": {"condition_groups": [{"conditions": [
		{"type": "profile-attribute", "field": "email", "filter": {"type": "existence", "operator": "is-set"}}]}]}}}}`), nil)
	if err != nil || s.ID != "S1" || s.Name != "Set" || s.Condition.String() != "email IS SET" {
		t.Error(s, err)
	}
	known := &segment.Schema{Fields: map[string]schema.FieldType{"email": {Kind: rule.KindText}}}
	_, _, err = interop.Import("klaviyo", []byte(`{"condition_groups": [{"conditions": [{"type": "profile-property", "property": "emial", "filter": {"type": "existence", "operator": "is-set"}}]}]}`), known)
	if es := rule.ErrorsOf(err); len(es) != 1 || strings.Trim(es[0].Suggestion, "`") != "email" || es[0].Path != "/condition_groups/0/conditions/0/property" {
		t.Errorf("%v %+v", err, es)
	}
}
