package main

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

// A field is a column of contacts that rules know, by the same name.
type field struct {
	name string
	typ  sqlgen.Type
}

// fields are what rules may ask of a contact: said once, for the statements that
// the database runs, for the contacts that Go loads, and for what is written.
func fields() []field {
	return []field{
		{"email", sqlgen.TypeText},
		{"country", sqlgen.TypeText},
		{"plan", sqlgen.TypeText},
		{"subscribed", sqlgen.TypeBool},
		{"spent", sqlgen.TypeDecimal},
		{"birth", sqlgen.TypeDate},
		{"trial_ends", sqlgen.TypeTimestamp},
		{"custom", sqlgen.TypeJSON}, // rules ask for custom.seats
	}
}

// tables says where the database keeps what rules speak of.
func tables() sqlgen.Tables {
	columns := make(map[string]sqlgen.Column)
	for _, f := range fields() {
		c := sqlgen.Column{Column: f.name, Type: f.typ}
		if f.typ == sqlgen.TypeDecimal {
			c.Digits, c.Scale = 12, 2
		}
		columns[f.name] = c
	}
	return sqlgen.Tables{
		Contacts: sqlgen.Relation{Table: "contacts"},
		ID:       sqlgen.Column{Column: "id", Type: sqlgen.TypeText},
		Fields:   columns,
		Events: []sqlgen.Events{{
			Relation: sqlgen.Relation{Table: "events"},
			Contact:  "contact",
			Names:    "name",
			At:       sqlgen.Column{Column: "at", Type: sqlgen.TypeTimestamp},
			Order:    "arrived",
			Document: "props",
		}},
		Lists: &sqlgen.Lists{
			Relation: sqlgen.Relation{Query: `SELECT m.contact, m.joined, l.name FROM list_members m JOIN lists l ON l.id = m.list`},
			Contact:  "contact",
			List:     "name",
			Joined:   &sqlgen.Column{Column: "joined", Type: sqlgen.TypeTimestamp},
		},
		Segments: &sqlgen.Segments{
			Relation: sqlgen.Relation{Table: "memberships"},
			Contact:  "contact",
			Segment:  "segment",
			Since:    &sqlgen.Column{Column: "since", Type: sqlgen.TypeTimestamp},
			Dues: &sqlgen.Dues{
				Relation: sqlgen.Relation{Table: "dues"},
				Contact:  "contact",
				Segment:  "segment",
				Due:      sqlgen.Column{Column: "due", Type: sqlgen.TypeTimestamp},
			},
		},
	}
}

// rules are the segments that the CRM starts with. They are text, as users write
// it; a host keeps them in a table of its own.
func rules() []segment.Segment {
	return parsed(
		"engaged", `COUNT(opened) >= 4 IN LAST 30 days AND COUNT(clicked) >= 2 IN LAST 30 days`,
		"win-back", `plan != "free" AND LAST(purchase) OLDER THAN 21 days AND NOT IN LIST "unsubscribed"`,
		"big-spenders", `country IN ("US", "CA") AND SUM(purchase.amount) > 250 IN LAST 90 days`,
		"trial-ending", `plan = "free" AND trial_ends WITHIN NEXT 3 days AND NEVER DID purchase`,
		"birthday", `MONTH(birth) = CURRENT_MONTH() AND subscribed = TRUE`,
		"left-a-cart", `DID cart_add THEN NOT purchase WITHIN 24 hours IN LAST 7 days`,
		// PostgreSQL has no RE2: it finds the candidates, and Go decides.
		"large-teams", `custom.seats >= 20 AND email MATCHES "^[a-z]+[0-9]+@(acme|globex)\\.(com|io)$"`,
	)
}

// later are segments that are defined while the CRM runs.
func later() []segment.Segment {
	return parsed("thank", `IN SEGMENT "engaged" AND spent > 100 AND JOINED LIST "vip" IN LAST 30 days`)
}

func parsed(namesAndRules ...string) (segs []segment.Segment) {
	for i := 0; i < len(namesAndRules); i += 2 {
		segs = append(segs, segment.Segment{ID: namesAndRules[i], Condition: segment.MustParse(namesAndRules[i+1])})
	}
	return segs
}
