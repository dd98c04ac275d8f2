package interop_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/segmentrules/segment/interop"
)

func TestDittofeed(t *testing.T) {
	readAs(t, "dittofeed", `{"entryNode": %, "nodes": []}`,
		written{definition: `{"type": "Trait", "id": "1", "path": "$.a['b c']", "operator": {"type": "Equals", "value": "12"}}`, rule: "a.`b c` IN (\"12\", 12)"},
		written{definition: `{"type": "Trait", "id": "1", "path": "a", "operator": {"type": "NotEquals", "value": "x"}}`, rule: `a != "x"`},
		written{definition: `{"type": "Trait", "id": "1", "path": "a", "operator": {"type": "Equals", "value": ""}}`, rule: `a IS NULL OR a = ""`},
		written{definition: `{"type": "Trait", "id": "1", "path": "a", "operator": {"type": "NotExists"}}`, rule: `a IS NULL`},
		written{definition: `{"type": "Trait", "id": "1", "path": "a", "operator": {"type": "GreaterThanOrEqual", "value": 3}}`, rule: `a >= 3`},
		written{definition: `{"type": "Trait", "id": "1", "path": "a", "operator": {"type": "AbsoluteTimestamp", "absoluteTimestamp": "2026-01-01T00:00:00Z", "direction": "After"}}`, rule: `a >= 2026-01-01T00:00:00Z`},
		written{definition: `{"type": "Performed", "id": "1", "event": "*"}`, rule: `COUNT(*) = 1`},
		written{definition: `{"type": "Performed", "id": "1", "event": "e", "times": 2, "timesOperator": "<", "properties": [{"path": "p", "operator": {"type": "LessThan", "value": 4}}, {"path": "q", "operator": {"type": "Exists"}}]}`,
			rule: `COUNT(e WHERE p < 4 AND q IS SET) < 2`},
		written{definition: `{"type": "Performed", "id": "1", "event": "e", "timesOperator": ">=", "timeOperator": "BeforeAbsolute", "absoluteTimestamp": "2026-01-01T00:00:00Z"}`, rule: `DID e BEFORE 2026-01-01T00:00:00Z`},
		written{definition: `{"type": "LastPerformed", "id": "1", "event": "e", "hasProperties": [{"path": "p", "operator": {"type": "NotEquals", "value": "x"}}]}`, rule: `DID e AND LAST(e.p) != "x"`},
		written{definition: `{"type": "SubscriptionGroup", "id": "1", "subscriptionGroupId": "g", "subscriptionGroupType": "OptIn"}`, rule: `IN LIST "g"`},
		written{definition: `{"type": "Manual", "id": "m", "version": 2}`, rule: `IN LIST "m"`},
		written{definition: `{"type": "Email", "id": "1", "event": "DFEmailOpened", "templateId": "t"}`, rule: `DID DFEmailOpened(WHERE templateId = "t")`},
		written{definition: `{"type": "Email", "id": "1", "event": "DFEmailOpened", "templateId": "t", "times": 3, "timesOperator": "<"}`, rule: `COUNT(DFEmailOpened WHERE templateId = "t") < 3`},
		written{definition: `{"type": "Everyone", "id": "1"}`, rule: `EVERYONE`},
		written{definition: `{"type": "And", "id": "1", "children": []}`, rule: `NOT EVERYONE`},
		written{definition: `{"type": "RandomBucket", "id": "1", "percent": 0.125}`, rule: `HASH(id, "segment") % 1000 < 125`, needs: []string{"hash functions of other products"}},
	)
	refused(t, "dittofeed", `{"entryNode": %, "nodes": [{"type": "Everyone", "id": "a"}]}`,
		`{"type": "Or", "id": "1", "children": ["aa"]} | unknown node … /entryNode/children/0`,
		`{"type": "Trat", "id": "1"} | unknown type of node … Trait`,
		`{"type": "Trait", "id": "1", "path": "a[*]", "operator": {"type": "Exists"}} | no path`,
		`{"type": "Performed", "id": "1", "event": "e", "times": -1} | at least 0`,
		`{"type": "Performed", "id": "1", "event": "e", "properties": [{"path": "p", "operator": {"type": "HasBeen", "value": 1, "comparator": "LT", "windowSeconds": 5}}]} | only a trait`,
		`{"type": "RandomBucket", "id": "1", "percent": 25} | from 0 to 1`,
	)
}

// Nodes that share children are read once, and what would be too large or endless is an error.
func TestDittofeedShares(t *testing.T) {
	var nodes []string
	for i := range 60 {
		nodes = append(nodes, fmt.Sprintf(`{"type": "And", "id": "%d", "children": ["%d", "%d"]}`, i, i+1, i+1))
	}
	text := `{"entryNode": {"type": "Or", "id": "e", "children": ["0"]}, "nodes": [` + strings.Join(nodes, ",") + `, {"type": "RandomBucket", "id": "60", "percent": 0.5}]}`
	if _, _, err := interop.Import("dittofeed", []byte(text), nil); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Error(err)
	}
	few := `{"entryNode": {"type": "Or", "id": "e", "children": ["a", "a"]}, "nodes": [{"type": "RandomBucket", "id": "a", "percent": 0.5}]}`
	if _, losses, err := interop.Import("dittofeed", []byte(few), nil); err != nil || len(losses) != 1 {
		t.Error(losses, err)
	}
	endless := `{"entryNode": {"type": "Or", "id": "e", "children": ["a"]}, "nodes": [{"type": "And", "id": "a", "children": ["a"]}]}`
	if _, _, err := interop.Import("dittofeed", []byte(endless), nil); err == nil || !strings.Contains(err.Error(), "its own child") {
		t.Error(err)
	}
}
