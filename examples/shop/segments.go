package shop

import (
	"fmt"

	"github.com/segmentrules/segment"
)

// definitions are the segments, as somebody in marketing would write them.
var definitions = []struct{ id, name, rule string }{
	{"a01", "Married professionals, active",
		`marital_status = "M" AND occupation IN ("Professional", "Management") AND DID order IN LAST 30 DAYS`},
	{"a03", "Customers born this month",
		`MONTH(birth_date) = CURRENT_MONTH() AND DID order`},
	{"a04", "Birthday today",
		`MONTH(birth_date) = MONTH(TODAY) AND DAY(birth_date) = DAY(TODAY)`},
	{"a06", "Parents who spend",
		`SUM(order.total) > $500 IN LAST 30 DAYS AND total_children >= 1`},
	{"a08", "Regulars and big spenders",
		`COUNT(order) >= 2 IN LAST 90 DAYS OR SUM(order.total) > $3000`},
	{"a10", `The "Mc" mailing`,
		`last_name STARTS WITH "mc" IGNORING CASE AND email CONTAINS "1"`},
	{"a13", "Well off, never ordered",
		`NEVER DID order AND annual_income >= 60000`},
	{"a15", "Territory 9 only, active",
		`COUNT(order WHERE territory = 9) >= 1 IN LAST 60 DAYS AND COUNT(order WHERE territory != 9) = 0`},
}

// Segments reads the definitions. A rule that is wrong is an error with its place
// and a suggestion.
func Segments() ([]segment.Segment, error) {
	var segments []segment.Segment
	for _, d := range definitions {
		c, err := segment.Parse(d.rule)
		if err != nil {
			return nil, fmt.Errorf("segment %s: %w", d.id, err)
		}
		segments = append(segments, segment.Segment{ID: d.id, Name: d.name, Condition: c})
	}
	return segments, nil
}
