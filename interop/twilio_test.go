package interop_test

import "testing"

func TestTwilio(t *testing.T) {
	checkReadings(t, "twilio-segment", []reading{
		{`trait('plan') = 'free' OR NOT trait('plan') = 'pro' AND trait("age").at_least(18)`, `plan = "free" OR NOT plan = "pro" AND age >= 18`, ""},
		{`trait('age').neq(5) AND trait('age').differs(6)`, `age != 5 AND age IS SET AND age != 6 AND age IS SET`, ""},
		{`trait('a').exists() AND trait('b').is_null() AND trait('c').absent()`, `a IS SET AND b IS NULL AND c IS NULL`, ""},
		{`trait('bio').contains_one(['x', 'y']) AND trait('bio').omits('z')`, `bio CONTAINS ANY OF ("x", "y") AND bio NOT CONTAINS "z"`, ""},
		{`trait('bio').starts_with('a') OR trait('bio').ends_with('b')`, `bio STARTS WITH "a" OR bio ENDS WITH "b"`, ""},
		{`trait('n').one_of(1, 2) OR trait('n').none_of(3)`, `n IN (1, 2) OR n != 3 AND n IS SET`, ""},
		{`trait('d').before_date('2024-01-01T00:00:00Z') OR trait('d').after_date('2025-01-01')`, `d < 2024-01-01T00:00:00Z OR d > 2025-01-01`, ""},
		{`trait('d').within_last(7 days)`, `d BETWEEN TODAY - 7 days AND TODAY`, ""},
		{`trait('d').within_next(7 days)`, `d BETWEEN TODAY AND TODAY + 7 days`, ""},
		{`trait('d').before_last(7 days) OR trait('d').after_next(2 days)`, `d <= TODAY - 7 days OR d >= TODAY + 2 days`, ""},
		{`trait('d').within_last(5 hours) OR trait('d').before_last(9 hours)`, `d WITHIN LAST 5 hours OR d OLDER THAN 9 hours`, ""},
		{`trait('a') > trait('b')`, `a > b`, ""},
		{`event('E').between(90 days, 30 days).count() = 2`, `COUNT(E) = 2 BETWEEN 30 AND 90 days AGO`, ""},
		{`event('E').where(property('x') = 'a' AND context('page.url').contains('shop')).sum(property('v')) > 5`, `SUM(E.v WHERE x = "a" AND context.page.url CONTAINS "shop") > 5`, ""},
		{`event('E').avg(property('v')) >= 5 AND event('E').last(property('v')) != 3`, `AVG(E.v) >= 5 AND LAST(E.v) != 3 AND LAST(E.v) IS SET`, ""},
		{`event('E').where(property('items.$.sku') = 'x').count() >= 1`, `DID E(WHERE ANY items HAS (sku = "x"))`, ""},
		{`event('A').where(property('p') = 1 AND event('B').where(property('q') = 2).within(parent: 3 hours).count() = 0).count() >= 1`,
			`DID A(WHERE p = 1) THEN NOT B(WHERE q = 2) WITHIN 3 hours`, ""},
		{`event('A').where(event('B').within(parent: 1 day).count() >= 1).within(9 days).count() = 0`, `NOT DID A THEN B WITHIN 1 day IN LAST 9 days`, ""},
		{`entity('orders').where(property('total') > 5).count() >= 2`, `AT LEAST 2 orders HAVE (total > 5)`, ""},
		{`entity('orders').where(property('total') > 5).count() = 0`, `NOT ANY orders HAS (total > 5)`, ""},
		{`ANY event('E').count() >= 1 OR trait('a') = 1`, `a = 1`, "group of contacts (account level): any / all / none of its users"},
		{`event('E').mode(property('v'), 2) = 'x' AND event('E').sources({exclude: ['s']}).count() >= 1`, "",
			"most frequent value of events (mode)|source of an event"},
		{`event('A').where(event('B').within(parent: 1 day).within(3 days).count() >= 1).count() >= 1`, "", "correlated events (property of another event)"},
		{`event('A').within(3 days).between(1 day, 5 days).count() >= 1`, "", "instant of the event inside WHERE"},
		{`entity('orders').sum(property('total')) > 5`, "", "SUM/MAX/COUNT over list elements"},
		{`event('A').where(event('B').count() >= 1).count() >= 1`, "", "correlated events (property of another event)"},
		{`{"query": "trait('a') = 5", "name": "N"}`, `a = 5`, ""},
	}, []misreading{
		{`trait('a') = `, "1:14"},
		{`trait('a').equal(5)`, "did you mean equals"},
		{`evnt('a').count() >= 1`, "did you mean event"},
		{`event('a').cont() >= 1`, "did you mean count"},
		{`event('a').within(5 dys).count() >= 1`, "unit of time"},
		{`property('a') = 1`, "where"},
		{`trait('a') = 1 trait('b') = 2`, `1:16`},
		{`(trait('a') = 1`, `")" is expected`},
		{`trait('a) = 1`, "ends nowhere"},
		{"trait('\xff') = 1", "UTF-8"},
		{``, "1:1"},
	})
}
