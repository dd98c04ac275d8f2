package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// A name that exists in another scope is no slip of one that exists here: the error says
// where it belongs, and the fix, if there is one, keeps what it means.
func TestNamesOfOtherScopes(t *testing.T) {
	var s schema.Schema
	err := json.Unmarshal([]byte(`{
		"fields": {"fav": {"kind": "text"}, "tags": {"kind": "list", "of": "text"},
			"orders": {"kind": "list", "of": "object", "elements": {"total": {"kind": "number"}, "at": {"kind": "time"}}}},
		"events": {"buy": {"props": {"amount": {"kind": "number"}, "sku": {"kind": "text"}}}, "cart": {"props": {"sku": {"kind": "text"}}}}}`), &s)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [...]struct{ text, msg, fix string }{
		{`SUM(orders.total) > 5`, "is a list of the contact", ""},
		{`COUNT(orders) > 3`, "is a list of the contact", `LENGTH(orders) > 3`},
		{`COUNT(tags) > 3`, "is a list of the contact", `LENGTH(tags) > 3`},
		{`COUNT(bought) > 3`, "unknown event `bought`", `COUNT(buy) > 3`},
		{`COUNT(buy WHERE sku = fav) > 0`, "a field of the contact cannot be named here", ""},
		{`COUNT(buy WHERE sku = abc) > 0`, "unknown property `abc`", `COUNT(buy WHERE sku = "abc") > 0`},
		{`COUNT(buy WHERE sku = contact.fav) > 0`, "a field of the contact cannot be named here", ""},
		{`DID cart THEN NOT buy(WHERE sku = cart.sku) WITHIN 1 day`, "another event cannot be named", ""},
		{`COUNT(buy WHERE WEEKDAY(at) = 6) > 0`, "it is not the time of the event", ""},
		{`LAST(buy.at) OLDER THAN 3 days`, "LAST(event)", `LAST(buy) OLDER THAN 3 days`},
		{`ANY orders HAS (total > fav)`, "a field of the contact cannot be named here", ""},
		{`ANY orders.total > 5`, "unknown field `orders.total`", `ANY orders HAS (total > 5)`},
		{`NO orders.total != 5`, "unknown field `orders.total`", `NO orders HAS (total != 5)`},
		{`orders.total > 5`, "unknown field `orders.total`", ""},
	} {
		_, err := s.Parse(c.text)
		es := rule.ErrorsOf(err)
		if len(es) == 0 || !strings.Contains(es[0].Msg, c.msg) || es[0].Fix != c.fix {
			t.Errorf("%s: %v, fix %q; want %s, fix %q", c.text, err, fixOf(es), c.msg, c.fix)
		}
	}
}

func fixOf(es rule.Errors) string {
	if len(es) == 0 {
		return ""
	}
	return es[0].Fix
}
