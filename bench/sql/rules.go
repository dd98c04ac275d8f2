package main

import (
	"strings"
	"time"

	"github.com/segmentrules/segment/bench/workload/bulk"
)

// now is the instant of all rules, as a literal of SQL.
func now() string { return literal(bulk.Instant()) }

func ago(days, seconds int) string {
	return literal(bulk.Instant().Add(-time.Duration(days)*24*time.Hour - time.Duration(seconds)*time.Second))
}

func literal(t time.Time) string { return "timestamptz '" + t.UTC().Format(time.RFC3339) + "'" }

// hand returns what one would write by hand for a rule, in several ways: the
// quickest counts. Values are literals, which a planner sees through at once.
func hand(name string) []string {
	fill := strings.NewReplacer("NOW", now(), "AGO30", ago(30, 0), "SINCE30", ago(30, 1), "AGO60", ago(60, 0), "AGO7", ago(7, 0), "CITIES", bulk.In50SQL(), "NEEDLE", bulk.Needle)
	var all []string
	for _, q := range byHand()[name] {
		all = append(all, fill.Replace(q))
	}
	return all
}

func byHand() map[string][]string {
	const q2 = `SELECT c.id FROM contacts c
WHERE c.country IN ('USA', 'Canada') AND c.last_purchase < AGO30 AND c.total_spent > 50000 AND `
	const q5 = `c.subscribed AND NOT c.bounced
AND (c.country IN ('USA', 'UK', 'Germany') AND c.language = 'en' OR c.plan <> 'free' AND c.lead_score >= 50)
AND (c.last_activity > AGO60 OR c.total_spent > 100000) AND NOT c.signup > AGO7`
	return map[string][]string{
		"Q1": {`SELECT id FROM contacts
WHERE country IN ('USA', 'Canada') AND plan IN ('pro', 'business') AND total_spent BETWEEN 10000 AND 100000`},
		"Q2": {
			q2 + `c.id IN (SELECT contact FROM events WHERE name = 'opened' AND at <= NOW GROUP BY contact HAVING count(*) > 5)`,
			q2 + `(SELECT count(*) FROM events e WHERE e.contact = c.id AND e.name = 'opened' AND e.at <= NOW) > 5`,
			q2 + `(SELECT count(*) FROM (SELECT FROM events e WHERE e.contact = c.id AND e.name = 'opened' AND e.at <= NOW LIMIT 6) six) > 5`,
		},
		"Q3": {
			`SELECT id FROM contacts WHERE city IN (CITIES) AND email LIKE '%NEEDLE%'`,
			`SELECT id FROM contacts WHERE city IN (CITIES) AND strpos(email, 'NEEDLE') > 0`,
		},
		"Q4": {
			`SELECT contact AS id FROM events WHERE name IN ('opened', 'clicked') AND at >= AGO30 AND at <= NOW
GROUP BY contact HAVING count(*) FILTER (WHERE name = 'opened') >= 5 AND count(*) FILTER (WHERE name = 'clicked') >= 2`,
			`SELECT contact AS id FROM events WHERE name = 'opened' AND at >= AGO30 AND at <= NOW GROUP BY contact HAVING count(*) >= 5
INTERSECT
SELECT contact FROM events WHERE name = 'clicked' AND at >= AGO30 AND at <= NOW GROUP BY contact HAVING count(*) >= 2`,
			`SELECT o.contact AS id FROM
(SELECT contact FROM events WHERE name = 'opened' AND at >= AGO30 AND at <= NOW GROUP BY contact HAVING count(*) >= 5) o
JOIN (SELECT contact FROM events WHERE name = 'clicked' AND at >= AGO30 AND at <= NOW GROUP BY contact HAVING count(*) >= 2) c USING (contact)`,
		},
		"Q5": {
			`SELECT c.id FROM contacts c WHERE ` + q5 + `
AND c.id IN (SELECT contact FROM list_members WHERE list IN ('list3', 'list7'))
AND NOT EXISTS (SELECT FROM list_members m WHERE m.contact = c.id AND m.list = 'list9')`,
			`SELECT c.id FROM contacts c WHERE ` + q5 + `
AND EXISTS (SELECT FROM list_members m WHERE m.contact = c.id AND m.list IN ('list3', 'list7'))
AND NOT EXISTS (SELECT FROM list_members m WHERE m.contact = c.id AND m.list = 'list9')`,
			`SELECT c.id FROM contacts c WHERE ` + q5 + `
AND (c.id IN (SELECT contact FROM list_members WHERE list = 'list3') OR c.id IN (SELECT contact FROM list_members WHERE list = 'list7'))
AND c.id NOT IN (SELECT contact FROM list_members WHERE list = 'list9')`,
		},
	}
}
