package interop_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment/interop"
)

// Definitions that grow when they are written out as a rule are refused before they are large.
func TestGrowingDefinitions(t *testing.T) {
	nested := func(open, close string, n int) string {
		return strings.Repeat(open, n) + `{"filterBranchType": "AND", "filters": [{"filterType": "CONSTANT", "shouldAccept": true}]}` + strings.Repeat(close, n)
	}
	many := func(open, one, close string, n int) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = strings.ReplaceAll(one, "#", fmt.Sprint(i))
		}
		return open + strings.Join(parts, ",") + close
	}
	outside := `"pruningRefineBy": {"type": "ABSOLUTE_RANGED", "rangeType": "NOT_BETWEEN", "lowerTimestamp": 1, "upperTimestamp": 2}`
	for name, c := range map[string]struct{ system, definition string }{
		"events in events, twice each": {"hubspot", nested(`{"filterBranchType": "UNIFIED_EVENTS", "eventTypeId": "e", `+outside+`, "filterBranches": [`, `]}`, 200)},
		"objects of objects, counted":  {"hubspot", nested(`{"filterBranchType": "ASSOCIATION", "objectTypeId": "0-3", "coalescingRefineBy": {"type": "NUM_OCCURRENCES", "minOccurrences": 1, "maxOccurrences": 2}, "filterBranches": [`, `]}`, 200)},
		"calendar units":               {"hubspot", many(`{"filterBranchType": "OR", "filters": [`, `{"filterType": "PROPERTY", "property": "p#", "operation": {"operationType": "CALENDAR_DATE", "operator": "IN_LAST_TIME_UNIT", "timeUnit": "WEEK", "timeUnitCount": 400}}`, `]}`, 20_000)},
		"periods":                      {"posthog", many(`{"type": "AND", "values": [`, `{"type": "behavioral", "key": "e#", "event_type": "events", "value": "performed_event_regularly", "operator_value": 1, "time_value": 1, "time_interval": "day", "min_periods": 1, "total_periods": 1000}`, `]}`, 20_000)},
		"properties times properties": {"dittofeed", many(`{"nodes": [], "entryNode": {"type": "LastPerformed", "id": "1", "event": "e", "whereProperties": [`, `{"path": "p#", "operator": {"type": "Exists"}}`, `]`, 20_000) +
			many(`, "hasProperties": [`, `{"path": "p#", "operator": {"type": "Exists"}}`, `]}}`, 20_000)},
		"a large node, shared": {"dittofeed", many(`{"nodes": [{"type": "Performed", "id": "a", "event": "e", "properties": [`, `{"path": "p#", "operator": {"type": "Exists"}}`, `]}]`, 5000) +
			many(`, "entryNode": {"type": "And", "id": "1", "children": [`, `"a"`, `]}}`, 9000)},
		"names times names": {"unomi", `{"type": "pastEventCondition", "parameterValues": {"eventCondition": {"type": "booleanCondition", "parameterValues": {"operator": "and", "subConditions": [` +
			many(`{"type": "booleanCondition", "parameterValues": {"operator": "or", "subConditions": [`, `{"type": "eventTypeCondition", "parameterValues": {"eventTypeId": "e#"}}`, `]}}`, 5000) + `]}}}}`},
		"many groups":     {"klaviyo", many(`{"condition_groups": [`, `{"conditions": [{"type": "profile-property", "property": "p#", "filter": {"type": "existence", "operator": "is-set"}}]}`, `]}`, 100_000)},
		"unknown members": {"klaviyo", many(`{"condition_groups": [], `, `"m#": 1`, `}`, 200_000)},
	} {
		begin := time.Now()
		if _, _, err := interop.Import(c.system, []byte(c.definition), nil); err == nil {
			t.Errorf("%s: no error", name)
		}
		t.Logf("%s: %d bytes in %v", name, len(c.definition), time.Since(begin))
		if took := time.Since(begin); took > 20*time.Second {
			t.Errorf("%s: %d bytes take %v", name, len(c.definition), took)
		}
	}
}
