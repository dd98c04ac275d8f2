package tests

import (
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// The definition, clause by clause of the specification. Each line gives a
// rule, the contact's fields as JSON, its events as name@instant{props}
// separated by white space, the instant, and the answer reasoned by hand.
type meaning struct {
	rule   string
	fields string
	events string
	at     string
	want   bool
}

func (m meaning) contact(t *testing.T) segment.Record {
	t.Helper()
	r := segment.Record{ID: "ann", Fields: map[string]segment.Value{}}
	if m.fields != "" {
		v, err := segment.ParseJSON([]byte(m.fields))
		if err != nil {
			t.Fatalf("%s: %v", m.fields, err)
		}
		for _, f := range v.Members() {
			r.Fields[f.Name] = f.Value
		}
	}
	for _, e := range strings.Fields(m.events) {
		name, rest, _ := strings.Cut(e, "@")
		at, props, ok := strings.Cut(rest, "{")
		if ok {
			props = "{" + props
		}
		r.Log = append(r.Log, segment.Event{Name: name, At: moment(t, at), Props: segment.Document(props)})
	}
	return r
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	if s == "" {
		s = "2026-03-31T12:00:00Z"
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC()
		}
	}
	t.Fatalf("no instant: %q", s)
	return time.Time{}
}

func checkMeanings(t *testing.T, ms []meaning) {
	t.Helper()
	for _, m := range ms {
		c, err := segment.Parse(m.rule)
		if err != nil {
			t.Errorf("%s: %v", m.rule, err)
			continue
		}
		x, at := m.contact(t), moment(t, m.at)
		if got := segment.Evaluate(c, x, at); got != m.want {
			t.Errorf("%s\n\tof %s %s at %s = %v, want %v", m.rule, m.fields, m.events, at.Format(time.RFC3339Nano), got, m.want)
		}
		if got := segment.Evaluate(rule.Not{C: c}, x, at); got == m.want {
			t.Errorf("NOT (%s) is not the complement", m.rule)
		}
		p, err := segment.Compile(c)
		if err != nil {
			t.Errorf("%s: %v", m.rule, err)
			continue
		}
		if got := p.Match(x, at); got != m.want {
			t.Errorf("%s: Program.Match = %v, want %v", m.rule, got, m.want)
		}
	}
}

func TestMeaningOfValues(t *testing.T) {
	checkMeanings(t, []meaning{
		// Numbers compare by mathematical value, exact through int64 and uint64.
		{rule: `n = 9007199254740993`, fields: `{"n": 9007199254740993}`, want: true},
		{rule: `n = 9007199254740993`, fields: `{"n": 9007199254740992}`, want: false},
		{rule: `n > 18446744073709551614`, fields: `{"n": 18446744073709551615}`, want: true},
		{rule: `n = 5`, fields: `{"n": 5.0}`, want: true},
		{rule: `n = 0.1`, fields: `{"n": 1e-1}`, want: true},
		{rule: `a + b = 0.3`, fields: `{"a": 0.1, "b": 0.2}`, want: true},
		{rule: `a / b * b = a`, fields: `{"a": 1, "b": 3}`, want: true},
		{rule: `Total_Spent > $500`, fields: `{"Total_Spent": 500.01}`, want: true},
		{rule: `Total_Spent > $500`, fields: `{"Total_Spent": 500}`, want: false},
		// Types never convert silently.
		{rule: `x = 5`, fields: `{"x": "5"}`, want: false},
		{rule: `x = "5"`, fields: `{"x": 5}`, want: false},
		{rule: `x = TRUE`, fields: `{"x": 1}`, want: false},
		{rule: `x = 1`, fields: `{"x": true}`, want: false},
		{rule: `x < 5`, fields: `{"x": "4"}`, want: false},
		{rule: `x = TRUE`, fields: `{"x": true}`, want: true},
		// Text compares by code point, with case unless asked.
		{rule: `c = "US"`, fields: `{"c": "us"}`, want: false},
		{rule: `c = "US" IGNORING CASE`, fields: `{"c": "us"}`, want: true},
		{rule: `c IN ("US", "CA") IGNORING CASE`, fields: `{"c": "ca"}`, want: true},
		{rule: `c = "straße" IGNORING CASE`, fields: `{"c": "STRASSE"}`, want: false}, // simple folding, not full
		{rule: `c = "K" IGNORING CASE`, fields: `{"c": "\u212a"}`, want: true},        // the kelvin sign folds to k
		{rule: `c < "b"`, fields: `{"c": "a"}`, want: true},
		{rule: `c < "a"`, fields: `{"c": "B"}`, want: true},
		{rule: `c CONTAINS "@Company.com" IGNORING CASE`, fields: `{"c": "x@company.COM"}`, want: true},
		{rule: `title STARTS WITH "vp" IGNORING CASE`, fields: `{"title": "VP Sales"}`, want: true},
		{rule: `title ENDS WITH "Sales"`, fields: `{"title": "VP Sales"}`, want: true},
		{rule: `email MATCHES "^[a-z]+@"`, fields: `{"email": "ann@x"}`, want: true},
		{rule: `email MATCHES "n@"`, fields: `{"email": "ann@x"}`, want: true}, // unanchored
		// Nested objects and odd names.
		{rule: `custom.address.city IS SET`, fields: `{"custom": {"address": {"city": "Rome"}}}`, want: true},
		{rule: `custom.address.city IS SET`, fields: `{"custom.address.city": "Rome"}`, want: false},
		{rule: "`custom.address.city` IS SET", fields: `{"custom.address.city": "Rome"}`, want: true},
		{rule: "`Job Title`.x = 1", fields: `{"Job Title": {"x": 1}}`, want: true},
		{rule: "`@reverse` = 1 AND `a|b` = 2 AND `*` = 3 AND `#` = 4 AND `a..b` = 5", fields: `{"@reverse": 1, "a|b": 2, "*": 3, "#": 4, "a..b": 5}`, want: true},
		// Versions, networks, remainders.
		{rule: `VERSION(app) >= "2.10.0"`, fields: `{"app": "2.9.0"}`, want: false},
		{rule: `VERSION(app) >= "2.10.0"`, fields: `{"app": "2.11"}`, want: true},
		{rule: `VERSION(app) < "2.10.0"`, fields: `{"app": "2.10.0-rc.1"}`, want: true},
		{rule: `VERSION(app) = "2"`, fields: `{"app": "v2.0.0"}`, want: false},
		{rule: `ip IN CIDR ("10.0.0.0/8", "::1/128")`, fields: `{"ip": "10.200.3.4"}`, want: true},
		{rule: `ip IN CIDR ("10.0.0.0/8", "::1/128")`, fields: `{"ip": "::1"}`, want: true},
		{rule: `ip IN CIDR ("10.0.0.0/8")`, fields: `{"ip": "::ffff:10.0.0.1"}`, want: true},
		{rule: `ip NOT IN CIDR ("10.0.0.0/8")`, fields: `{"ip": "localhost"}`, want: true},
		{rule: `account_number % 10 = 3`, fields: `{"account_number": 18446744073709551613}`, want: true},
		{rule: `account_number % 10 = 3`, fields: `{"account_number": "13"}`, want: false},
		{rule: `billing_country = shipping_country`, fields: `{"billing_country": "US", "shipping_country": "US"}`, want: true},
		{rule: `LENGTH(tags) >= 2`, fields: `{"tags": ["a", "b"]}`, want: true},
		{rule: `LENGTH(name) = 3`, fields: `{"name": "Zoë"}`, want: true},
	})
}

func TestMeaningOfTruth(t *testing.T) {
	checkMeanings(t, []meaning{
		// A missing value makes every positive test false and its negation true.
		{rule: `age < 18`, want: false},
		{rule: `age >= 18`, want: false},
		{rule: `age < 18 OR age >= 18`, want: false},
		{rule: `age >= 18 OR NOT age >= 18`, want: true},
		{rule: `country != "US"`, want: true},
		{rule: `country != "US"`, fields: `{"country": null}`, want: true},
		{rule: `country NOT IN ("US")`, want: true},
		{rule: `tags NOT CONTAINS "a"`, want: true},
		{rule: `email NOT MATCHES "x"`, want: true},
		{rule: `a = b`, want: false},
		{rule: `x = NULL`, want: true},
		{rule: `x IS NULL`, fields: `{"x": null}`, want: true},
		{rule: `x IS SET`, fields: `{"x": ""}`, want: true},
		{rule: `x != NULL`, fields: `{"x": false}`, want: true},
		{rule: `x IS BLANK`, fields: `{"x": " \t"}`, want: true},
		{rule: `x IS BLANK`, fields: `{"x": []}`, want: true},
		{rule: `x IS BLANK`, fields: `{"x": {}}`, want: true},
		{rule: `x IS BLANK`, want: true},
		{rule: `x IS BLANK`, fields: `{"x": 0}`, want: false},
		// Counting conditions.
		{rule: `AT LEAST 2 OF (a = 1, b = 1, c = 1)`, fields: `{"a": 1, "c": 1}`, want: true},
		{rule: `AT MOST 1 OF (a = 1, b = 1, c = 1)`, fields: `{"a": 1, "c": 1}`, want: false},
		{rule: `EXACTLY 2 OF (a = 1, b = 1, c = 1)`, fields: `{"a": 1, "c": 1}`, want: true},
		{rule: `EVERYONE`, want: true},
		{rule: `NOT EVERYONE`, want: false},
		// Arrays.
		{rule: `tags = "vip"`, fields: `{"tags": ["vip"]}`, want: false},
		{rule: `ANY tags = "vip"`, fields: `{"tags": ["new", "vip"]}`, want: true},
		{rule: `ANY tags = "vip"`, fields: `{"tags": "vip"}`, want: false},
		{rule: `ALL scores > 5`, fields: `{"scores": [6, 7]}`, want: true},
		{rule: `ALL scores > 5`, fields: `{"scores": [6, 5]}`, want: false},
		{rule: `ALL scores > 5`, fields: `{"scores": []}`, want: false},
		{rule: `NO scores > 5`, fields: `{"scores": []}`, want: true},
		{rule: `NO scores > 5`, want: true},
		{rule: `ANY scores > 5`, want: false},
		{rule: `tags CONTAINS "a"`, fields: `{"tags": ["ab"]}`, want: false},
		{rule: `tags CONTAINS "a"`, fields: `{"tags": "ab"}`, want: true},
		{rule: `tags CONTAINS ANY OF ("a", "b")`, fields: `{"tags": ["b"]}`, want: true},
		{rule: `tags CONTAINS ALL OF ("a", "b")`, fields: `{"tags": ["b"]}`, want: false},
		{rule: `tags CONTAINS ALL OF ("a", "b")`, fields: `{"tags": "cab"}`, want: true},
		{rule: `ids CONTAINS 7`, fields: `{"ids": [7]}`, want: true},
		{rule: `ANY orders HAS (product = "X" AND amount > 10)`, fields: `{"orders": [{"product": "X", "amount": 5}, {"product": "Y", "amount": 50}]}`, want: false},
		{rule: `ANY orders HAS (product = "X" AND amount > 10)`, fields: `{"orders": [{"product": "X", "amount": 11}]}`, want: true},
		{rule: `AT LEAST 2 orders HAVE (amount > 10)`, fields: `{"orders": [{"amount": 11}, {"amount": 12}, {"amount": 1}]}`, want: true},
		{rule: `NO orders HAS (amount > 10)`, fields: `{"orders": [{"amount": 11}]}`, want: false},
		// Arithmetic.
		{rule: `a / b > 0`, fields: `{"a": 1, "b": 0}`, want: false},
		{rule: `a + b > 0`, fields: `{"a": 1}`, want: false},
		{rule: `a + b * c = 7`, fields: `{"a": 1, "b": 2, "c": 3}`, want: true},
		// Precedence.
		{rule: `a = 1 OR b = 1 AND c = 1`, fields: `{"a": 1}`, want: true},
		{rule: `(a = 1 OR b = 1) AND c = 1`, fields: `{"a": 1}`, want: false},
		{rule: `NOT a = 1 AND b = 1`, fields: `{"b": 1}`, want: true},
	})
}

func TestMeaningOfEvents(t *testing.T) {
	checkMeanings(t, []meaning{
		// T - W < at <= T.
		{rule: `COUNT(opened) >= 1 IN LAST 30 DAYS`, events: `opened@2026-03-01T12:00:00Z`, at: `2026-03-31T11:59:59.999999999Z`, want: true},
		{rule: `COUNT(opened) >= 1 IN LAST 30 DAYS`, events: `opened@2026-03-01T12:00:00Z`, at: `2026-03-31T12:00:00Z`, want: false},
		{rule: `DID opened IN LAST 30 DAYS`, events: `opened@2026-03-31T12:00:00Z`, at: `2026-03-31T12:00:00Z`, want: true},
		{rule: `DID opened`, events: `opened@2026-03-31T12:00:00.000000001Z`, at: `2026-03-31T12:00:00Z`, want: false}, // still in the future
		{rule: `NEVER DID opened`, want: true},
		{rule: `Opened >= 2 emails in last 30 days`, events: `opened@2026-03-30 opened@2026-03-29`, want: true},
		{rule: `Previously opened > 1 emails`, events: `opened@2020-03-30 opened@2021-03-29`, want: true},
		{rule: `Email_Opens > 5`, fields: `{"Email_Opens": 6}`, want: true},
		{rule: `COUNT(purchase) = 0 BETWEEN 30 AND 120 DAYS AGO`, events: `purchase@2026-03-01T12:00:00Z`, want: false}, // T-30 included
		{rule: `COUNT(purchase) = 0 BETWEEN 30 AND 120 DAYS AGO`, events: `purchase@2025-12-01T12:00:00Z`, want: true},  // T-120 excluded
		{rule: `COUNT(purchase) = 1 MORE THAN 30 DAYS AGO`, events: `purchase@2026-03-01T12:00:00Z`, want: true},
		{rule: `COUNT(purchase) > 1/year`, events: `purchase@2025-04-01 purchase@2026-01-01`, want: true},
		{rule: `COUNT(purchase) > 1/year`, events: `purchase@2025-03-31T12:00:00Z purchase@2026-01-01`, want: false},
		// Months subtract on the calendar, clamped.
		{rule: `DID a IN LAST 1 MONTH`, events: `a@2026-02-28T12:00:00Z`, at: `2026-03-31T12:00:00Z`, want: false},
		{rule: `DID a IN LAST 1 MONTH`, events: `a@2026-02-28T12:00:01Z`, at: `2026-03-28T12:00:00Z`, want: true},
		{rule: `DID a IN LAST 1 MONTH`, events: `a@2026-02-28T23:59:59.999999999Z`, at: `2026-03-29T00:00:00Z`, want: false},
		{rule: `LAST(a) OLDER THAN 1 month`, events: `a@2026-02-28T12:00:01Z`, at: `2026-03-31T12:00:00Z`, want: true},
		{rule: `LAST(a) <= NOW - 1 month`, events: `a@2026-02-28T12:00:01Z`, at: `2026-03-31T12:00:00Z`, want: false},
		{rule: `TODAY WITHIN NEXT 1 month`, at: `2026-01-31T12:00:00Z`, want: false},
		{rule: `LAST(a) + 30 days WITHIN NEXT 1 month`, events: `a@2026-01-29T23:00:00Z`, at: `2026-01-31T12:00:00Z`, want: true},
		// Several names, a prefix, any.
		{rule: `COUNT(opened | clicked) = 2`, events: `opened@2026-01-01 clicked@2026-01-01 sent@2026-01-01`, want: true},
		{rule: `COUNT(email_*) = 2`, events: `email_sent@2026-01-01 email_opened@2026-01-01 emails@2026-01-01`, want: true},
		{rule: `COUNT(*) = 3`, events: `a@2026-01-01 b@2026-01-01 c@2026-01-01`, want: true},
		{rule: `COUNT(opened WHERE campaign = "spring") >= 1 IN LAST 30 DAYS`, events: `opened@2026-03-30{"campaign":"fall"}`, want: false},
		{rule: `COUNT(opened WHERE campaign != "spring") >= 1`, events: `opened@2026-03-30{}`, want: true},
		// Aggregates, exact and over nothing.
		{rule: `SUM(buy.amount) = 0.3`, events: `buy@2026-01-01{"amount":0.1} buy@2026-01-02{"amount":0.2}`, want: true},
		{rule: `SUM(buy.amount) = 0`, want: true},
		{rule: `AVG(buy.amount) <= 0`, want: false},
		{rule: `AVG(buy.amount) > 0.1`, events: `buy@2026-01-01{"amount":0.1} buy@2026-01-02{"amount":0.1} buy@2026-01-03{"amount":0.1}`, want: false},
		{rule: `MAX(buy.amount) > 60`, events: `buy@2026-01-01{"amount":61} buy@2026-01-02{"amount":"99"}`, want: true},
		{rule: `MIN(buy.amount) < 2`, events: `buy@2026-01-01{"amount":61} buy@2026-01-02{"amount":1.5}`, want: true},
		{rule: `DISTINCT(buy.sku) >= 3 IN LAST 1 YEAR`, events: `buy@2026-01-01{"sku":"a"} buy@2026-01-02{"sku":"b"} buy@2026-01-03{"sku":"a"}`, want: false},
		{rule: `LAST(buy.amount) >= 30`, events: `buy@2026-01-02{"amount":30} buy@2026-01-01{"amount":5}`, want: true},
		{rule: `LAST(buy.amount) = 7`, events: `buy@2026-01-02{"amount":30} buy@2026-01-02{"amount":7}`, want: true}, // the later to arrive
		{rule: `FIRST(buy) > 2026-01-01`, events: `buy@2026-01-01T23:59:59Z`, want: false},                           // the same day
		{rule: `LAST(buy) OLDER THAN 90 days`, events: `buy@2025-12-31T12:00:00Z`, want: true},
		{rule: `LAST(buy) OLDER THAN 90 days`, want: false},
		{rule: `COUNT(clicked) / COUNT(opened) >= 0.2`, events: `clicked@2026-01-01 opened@2026-01-01 opened@2026-01-02 opened@2026-01-03 opened@2026-01-04 opened@2026-01-05`, want: true},
		{rule: `COUNT(clicked) / COUNT(opened) >= 0.2`, events: `clicked@2026-01-01`, want: false},
		{rule: `(opens * 2) + (clicks * 5) >= 40`, fields: `{"opens": 10, "clicks": 4}`, want: true},
		// Sequences.
		{rule: `DID a THEN b WITHIN 1 day`, events: `a@2026-03-01T00:00:00Z b@2026-03-02T00:00:00Z`, want: true},
		{rule: `DID a THEN b WITHIN 1 day`, events: `a@2026-03-01T00:00:00Z b@2026-03-02T00:00:00.000000001Z`, want: false},
		{rule: `DID a THEN b WITHIN 1 day`, events: `a@2026-03-01T00:00:00Z b@2026-03-01T00:00:00Z`, want: false},
		{rule: `DID a THEN NOT b WITHIN 24 hours`, events: `a@2026-03-31T00:00:00Z`, at: `2026-03-31T23:59:59.999999999Z`, want: false},
		{rule: `DID a THEN NOT b WITHIN 24 hours`, events: `a@2026-03-31T00:00:00Z`, at: `2026-04-01T00:00:00Z`, want: true},
		{rule: `DID a THEN NOT b WITHIN 24 hours`, events: `a@2026-03-01T00:00:00Z b@2026-03-01T10:00:00Z a@2026-03-02T00:00:00Z`, want: true},
		{rule: `DID a THEN b WITHIN 1 day THEN c WITHIN 1 day`, events: `a@2026-03-01T00:00:00Z b@2026-03-01T10:00:00Z c@2026-03-02T09:00:00Z`, want: true},
		{rule: `DID opened IN AT LEAST 3 OF LAST 4 WEEKS`, events: `opened@2026-03-31 opened@2026-03-24 opened@2026-03-10`, want: true},
		{rule: `DID opened IN AT LEAST 3 OF LAST 4 WEEKS`, events: `opened@2026-03-31 opened@2026-03-30 opened@2026-03-10`, want: false},
	})
}

func TestMeaningOfTime(t *testing.T) {
	checkMeanings(t, []meaning{
		// Ago compares ages; the two sides tile.
		{rule: `p > 30 days ago`, fields: `{"p": "2026-03-01T12:00:00Z"}`, want: true},
		{rule: `p >= 30 days ago`, fields: `{"p": "2026-03-01T12:00:00.000000001Z"}`, want: false},
		{rule: `p < 30 days ago`, fields: `{"p": "2026-03-01T12:00:00.000000001Z"}`, want: true},
		{rule: `p <= 30 days ago`, fields: `{"p": "2026-03-01T12:00:00Z"}`, want: false},
		{rule: `p < 7 days ago`, fields: `{"p": "2026-04-01T00:00:00Z"}`, want: false}, // in the future
		{rule: `p OLDER THAN 30 days`, want: false},
		{rule: `p WITHIN NEXT 3 days`, fields: `{"p": "2026-04-03T12:00:00Z"}`, want: true},
		{rule: `p WITHIN NEXT 3 days`, fields: `{"p": "2026-03-31T12:00:00Z"}`, want: false},
		{rule: `p > 3 days from now`, fields: `{"p": "2026-04-03T12:00:00Z"}`, want: false},
		{rule: `p > 3 days from now`, fields: `{"p": "2026-04-03T12:00:01Z"}`, want: true},
		{rule: `p = 3 days ago`, fields: `{"p": "2026-03-28T23:00:00Z"}`, want: true},
		{rule: `p = 1 month ago`, fields: `{"p": "2026-02-28T23:00:00Z"}`, want: true},
		// A date is a whole day.
		{rule: `p > 2026-01-31`, fields: `{"p": "2026-01-31T23:59:59Z"}`, want: false},
		{rule: `p = 2026-01-31`, fields: `{"p": "2026-01-31T23:59:59Z"}`, want: true},
		{rule: `p BETWEEN 2026-01-01 AND 2026-01-31`, fields: `{"p": "2026-01-31T23:59:59Z"}`, want: true},
		{rule: `p = TODAY`, fields: `{"p": "2026-03-31"}`, want: true},
		{rule: `p > TODAY - 30 days`, fields: `{"p": "2026-03-01T23:00:00Z"}`, want: false},
		{rule: `p > NOW - 30 days`, fields: `{"p": "2026-03-01T12:00:01Z"}`, want: true},
		{rule: `p OLDER THAN 1 day`, fields: `{"p": "2026-03-30"}`, want: true}, // its first instant
		{rule: `p = "2026-01-31"`, fields: `{"p": "2026-01-31"}`, want: true},
		{rule: `p > 30 days ago`, fields: `{"p": "yesterday"}`, want: false},
		{rule: `p > 30 days ago`, fields: `{"p": 0}`, want: false},
		// Ages.
		{rule: `AGE(p) > 30 days`, fields: `{"p": "2026-03-01T12:00:00Z"}`, want: false},
		{rule: `AGE(p) >= 30 days`, fields: `{"p": "2026-03-01T12:00:00Z"}`, want: true},
		{rule: `NOW - p > 30 days`, fields: `{"p": "2026-03-01T11:59:59.999999999Z"}`, want: true},
		{rule: `AGE(b) >= 18 years`, fields: `{"b": "2008-03-31"}`, at: `2026-03-31T00:00:00Z`, want: true},
		{rule: `AGE(b) >= 18 years`, fields: `{"b": "2008-03-31"}`, at: `2026-03-30T23:59:59Z`, want: false},
		// Calendar parts, anniversaries.
		{rule: `MONTH(b) = CURRENT_MONTH()`, fields: `{"b": "1980-03-05"}`, want: true},
		{rule: `MONTH(TODAY) IN (11, 12)`, at: `2026-11-01T00:00:00Z`, want: true},
		{rule: `WEEKDAY(NOW) IN (6, 7)`, at: `2026-11-29T12:00:00Z`, want: true},
		{rule: `ANNIVERSARY(s) = TODAY`, fields: `{"s": "2024-02-29"}`, at: `2026-02-28T10:00:00Z`, want: true},
		{rule: `ANNIVERSARY(s) WITHIN NEXT 7 days`, fields: `{"s": "2020-04-05"}`, want: true},
		// Calendar windows.
		{rule: `DID a TODAY`, events: `a@2026-03-31T00:00:00Z`, want: true},
		{rule: `DID a YESTERDAY`, events: `a@2026-03-31T00:00:00Z`, want: false},
		{rule: `DID a THIS WEEK`, events: `a@2026-03-30T00:00:00Z`, want: true},
		{rule: `DID a THIS WEEK`, events: `a@2026-03-29T23:59:59Z`, want: false},
		{rule: `DID a PREVIOUS MONTH`, events: `a@2026-02-28T23:59:59Z`, want: true},
		{rule: `DID a THIS QUARTER`, events: `a@2026-01-01T00:00:00Z`, want: true},
		{rule: `DID a PREVIOUS YEAR`, events: `a@2025-12-31T23:59:59Z`, want: true},
		{rule: `DID a SINCE 2026-03-01`, events: `a@2026-03-01T00:00:00Z`, want: true},
		{rule: `DID a BEFORE 2026-03-01`, events: `a@2026-03-01T00:00:00Z`, want: false},
		{rule: `COUNT(a) = 1 BETWEEN 2026-01-01 AND 2026-01-31`, events: `a@2026-01-31T23:59:59Z`, want: true},
		{rule: `COUNT(a) = 1 BETWEEN 2026-01-01T00:00:00Z AND 2026-01-31T00:00:00Z`, events: `a@2026-01-31T00:00:00Z`, want: false},
		// Zones.
		{rule: `p = TODAY IN ZONE "America/New_York"`, fields: `{"p": "2026-03-30"}`, at: `2026-03-31T03:00:00Z`, want: true},
		{rule: `HOUR(NOW) = 23 IN ZONE timezone`, fields: `{"timezone": "America/New_York"}`, at: `2026-03-31T03:00:00Z`, want: true},
		{rule: `HOUR(NOW) = 3 IN ZONE timezone`, fields: `{"timezone": "Mars/Base"}`, at: `2026-03-31T03:00:00Z`, want: true},
		{rule: `(DID a TODAY AND NOT DID b TODAY) IN ZONE "Asia/Tokyo"`, events: `a@2026-03-31T15:00:00Z b@2026-03-31T14:59:59Z`, at: `2026-03-31T16:00:00Z`, want: true},
	})
}

func TestMeaningOfMembershipAndHistory(t *testing.T) {
	at := moment(t, "2026-03-31T12:00:00Z")
	x := segment.Record{
		Lists:    map[string]time.Time{"VIP Customers": moment(t, "2026-03-20"), "later": moment(t, "2026-04-02")},
		Segments: []string{"Active Users"},
		Fields:   map[string]segment.Value{"status": segment.Text("running")},
		Changes: map[string][]segment.Change{"status": {
			{At: moment(t, "2026-03-01"), Value: segment.Text("new")},
			{At: moment(t, "2026-03-24T12:00:00Z"), Value: segment.Text("running")},
		}},
	}
	for rule, want := range map[string]bool{
		`IN LIST "VIP Customers"`:                                 true,
		`NOT IN LIST "unsubscribed"`:                              true,
		`IN LIST "later"`:                                         false,
		`JOINED LIST "VIP Customers" IN LAST 14 DAYS`:             true,
		`JOINED LIST "VIP Customers" IN LAST 11 DAYS`:             false,
		`IN SEGMENT "Active Users"`:                               true,
		`NOT IN SEGMENT "Purchased This Week"`:                    true,
		`status HAS BEEN "running" FOR AT LEAST 7 days`:           true,
		`status HAS BEEN "running" FOR AT LEAST 8 days`:           false,
		`status HAS BEEN "new" FOR AT LEAST 1 day`:                false,
		`status CHANGED IN LAST 30 DAYS`:                          true,
		`status CHANGED IN LAST 7 DAYS`:                           false, // T - 7 days is excluded
		`status CHANGED BETWEEN 20 AND 40 DAYS AGO`:               true,
		`plan CHANGED IN LAST 30 DAYS`:                            false,
		`HASH(id, "salt") % 100 < 20 OR HASH(id, "s") % 100 >= 0`: false, // without an id there is nothing to hash
	} {
		c, err := segment.Parse(rule)
		if err != nil {
			t.Errorf("%s: %v", rule, err)
			continue
		}
		if got := segment.Evaluate(c, x, at); got != want {
			t.Errorf("%s = %v, want %v", rule, got, want)
		}
	}
}

// What Evaluate cannot make sense of is false; it never panics.
func TestEvaluateIsTotal(t *testing.T) {
	at := moment(t, "")
	type foreign struct{ segment.Condition }
	for i, c := range []segment.Condition{nil, foreign{}, &rule.And{}, rule.Compare{}, rule.When{}, rule.Sequence{},
		rule.Compare{Left: rule.Call{Fn: rule.FnHash}}, rule.Zoned{C: rule.Or{}}, rule.Regularity{N: 1 << 62, K: 1, Unit: rule.UnitYear}} {
		for _, x := range []segment.Contact{nil, (*segment.Record)(nil), segment.Record{}, segment.Document(`{`)} {
			if segment.Evaluate(c, x, at) {
				t.Errorf("condition %d holds", i)
			}
		}
	}
}
