package main

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment/bench/workload/bulk"
)

// A ruling is a rule, and what one would write by hand for it: in several ways, of
// which the quickest counts. In the text [[now]] and [[-30d]] stand for instants,
// [[day-3]] for a calendar day, and [[a.at+1d]] for an instant that is a day later.
// Values are literals, which a planner sees through at once.
type ruling struct {
	name, rule string
	hand       []string
	own        map[string][]string // instead of hand, in one database
	plans      bool                // the page shows its statements with their plans
}

// byHand are the statements for a database.
func (r ruling) byHand(engine string) []string {
	texts := r.hand
	if own := r.own[engine]; len(own) > 0 {
		texts = own
	}
	all := make([]string, len(texts))
	for i, text := range texts {
		text = strings.NewReplacer("CITIES", bulk.In50SQL(), "NEEDLE", bulk.Needle).Replace(text)
		all[i] = places.ReplaceAllStringFunc(text, func(place string) string { return filled(engine, place[2:len(place)-2]) })
	}
	return all
}

var places = regexp.MustCompile(`\[\[[^\[\]]*\]\]`)

// filled is what stands for a place in the text of a statement.
func filled(engine, place string) string {
	if place == "now" {
		return instant(engine, bulk.Instant())
	}
	sign := strings.IndexAny(place, "+-")
	n, unit := place[sign:], time.Duration(1)
	switch place[:sign] {
	case "day":
		return "'" + bulk.Instant().AddDate(0, 0, number(n)).Format(time.DateOnly) + "'"
	case "":
		switch n[len(n)-1] {
		case 'd':
			unit = 24 * time.Hour
		case 's':
			unit = time.Second
		}
		return instant(engine, bulk.Instant().Add(time.Duration(number(n[:len(n)-1]))*unit))
	}
	days := strconv.Itoa(number(strings.TrimSuffix(n, "d")))
	switch column := place[:sign]; engine {
	case "sqlite":
		return "(datetime(" + column + ", '" + days + " days') || substr(" + column + ", 20))"
	case "mariadb":
		return "(" + column + " + INTERVAL " + days + " DAY)"
	default:
		return "(" + column + " + interval '" + days + " days')"
	}
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(fmt.Sprintf("%q in a statement by hand is no number", text))
	}
	return n
}

// instant is a literal of SQL.
func instant(engine string, t time.Time) string {
	switch engine {
	case "sqlite":
		return "'" + t.UTC().Format("2006-01-02 15:04:05.000000") + "'"
	case "mariadb":
		return "TIMESTAMP'" + t.UTC().Format(time.DateTime) + "'"
	}
	return "timestamptz '" + t.UTC().Format(time.RFC3339) + "'"
}

// rulings are the rules of the race, by what they are about.
func rulings() []ruling {
	all := append(append(fieldRules(), memberRules...), append(aggregateRules, sequenceRules...)...)
	for i := range all {
		all[i].name = cmp.Or(all[i].name, fmt.Sprintf("R%02d", i+1))
	}
	return all
}

// fieldRules are about the contact's own columns and document.
func fieldRules() []ruling {
	cities := strings.ReplaceAll(bulk.In50SQL(), "'", `"`)
	return append([]ruling{
		{rule: `city IN (` + cities + `) AND email CONTAINS "` + bulk.Needle + `"`,
			hand: []string{`SELECT id FROM contacts WHERE city IN (CITIES) AND email LIKE '%NEEDLE%'`},
			own: map[string][]string{
				"postgres": {`SELECT id FROM contacts WHERE city IN (CITIES) AND email LIKE '%NEEDLE%'`, `SELECT id FROM contacts WHERE city IN (CITIES) AND strpos(email, 'NEEDLE') > 0`},
				"sqlite":   {`SELECT id FROM contacts WHERE city IN (CITIES) AND instr(email, 'NEEDLE') > 0`}}},
	}, documentRules...)
}

var documentRules = []ruling{
	{rule: `(country = "USA" OR country = "Canada") AND (plan = "pro" OR plan = "business") AND total_spent BETWEEN 10000 AND 100000`,
		hand: []string{`SELECT id FROM contacts
WHERE country IN ('USA', 'Canada') AND plan IN ('pro', 'business') AND total_spent BETWEEN 10000 AND 100000`}},
	{rule: `email STARTS WITH "mar"`, plans: true,
		hand: []string{`SELECT id FROM contacts WHERE email LIKE 'mar%'`},
		own:  map[string][]string{"sqlite": {`SELECT id FROM contacts WHERE email >= 'mar' AND email < 'mas'`}}},
	{rule: `id IN ("17", "4711", "2020", "999", "7", "150") AND plan != "free"`, plans: true,
		hand: []string{`SELECT id FROM contacts WHERE id IN (17, 4711, 2020, 999, 7, 150) AND plan <> 'free'`}},
	{rule: `total_spent > 100000 AND last_purchase > 7 days ago AND subscribed = TRUE`,
		hand: []string{`SELECT id FROM contacts WHERE total_spent > 100000 AND last_purchase <= [[-7d]] AND subscribed`}},
	{rule: `tier = "diamond"`, plans: true,
		hand: []string{`SELECT id FROM contacts WHERE doc ->> '$.tier' = 'diamond'`},
		own: map[string][]string{
			"postgres": {`SELECT id FROM contacts WHERE doc @> '{"tier": "diamond"}'`, `SELECT id FROM contacts WHERE doc ->> 'tier' = 'diamond'`},
			"mariadb":  {`SELECT id FROM contacts WHERE JSON_VALUE(doc, '$.tier') = 'diamond'`}}},
	{rule: `tags CONTAINS "t7" AND country = "USA"`,
		own: map[string][]string{
			"postgres": {`SELECT id FROM contacts WHERE doc @> '{"tags": ["t7"]}' AND country = 'USA'`},
			"sqlite":   {`SELECT id FROM contacts WHERE country = 'USA' AND EXISTS (SELECT 1 FROM json_each(doc, '$.tags') t WHERE t.value = 't7')`},
			"mariadb":  {`SELECT id FROM contacts WHERE country = 'USA' AND JSON_CONTAINS(doc, '"t7"', '$.tags')`}}},
	{rule: `ANY orders HAS (sku = "S7" AND amount > 450)`, plans: true,
		own: map[string][]string{
			"postgres": {`SELECT id FROM contacts WHERE doc @> '{"orders": [{"sku": "S7"}]}' AND doc @? '$.orders[*] ? (@.sku == "S7" && @.amount > 450)'`,
				`SELECT id FROM contacts WHERE doc @? '$.orders[*] ? (@.sku == "S7" && @.amount > 450)'`},
			"sqlite":  {`SELECT id FROM contacts WHERE EXISTS (SELECT 1 FROM json_each(doc, '$.orders') o WHERE o.value ->> 'sku' = 'S7' AND o.value ->> 'amount' > 450)`},
			"mariadb": {`SELECT id FROM contacts WHERE EXISTS (SELECT 1 FROM JSON_TABLE(doc, '$.orders[*]' COLUMNS (sku VARCHAR(20) PATH '$.sku', amount INT PATH '$.amount')) o WHERE o.sku = 'S7' AND o.amount > 450)`}}},
	{rule: `NO orders HAS (amount > 100) AND country = "Japan"`,
		own: map[string][]string{
			"postgres": {`SELECT id FROM contacts WHERE country = 'Japan' AND NOT coalesce(doc @? '$.orders[*] ? (@.amount > 100)', false)`,
				`SELECT id FROM contacts WHERE country = 'Japan' AND NOT EXISTS (SELECT FROM jsonb_array_elements(doc -> 'orders') o WHERE (o ->> 'amount')::int > 100)`},
			"sqlite":  {`SELECT id FROM contacts WHERE country = 'Japan' AND NOT EXISTS (SELECT 1 FROM json_each(doc, '$.orders') o WHERE o.value ->> 'amount' > 100)`},
			"mariadb": {`SELECT id FROM contacts WHERE country = 'Japan' AND NOT EXISTS (SELECT 1 FROM JSON_TABLE(doc, '$.orders[*]' COLUMNS (amount INT PATH '$.amount')) o WHERE o.amount > 100)`}}},
	{rule: `seats >= 195 AND plan = "business"`,
		hand: []string{`SELECT id FROM contacts WHERE plan = 'business' AND doc ->> '$.seats' >= 195`},
		own: map[string][]string{
			"postgres": {`SELECT id FROM contacts WHERE plan = 'business' AND (doc ->> 'seats')::int >= 195`},
			"mariadb":  {`SELECT id FROM contacts WHERE plan = 'business' AND JSON_VALUE(doc, '$.seats') + 0 >= 195`}}},
	{rule: `ANNIVERSARY(birthday) WITHIN NEXT 7 days AND plan = "business"`, // 1 to 8 June; the 29th of February is not near
		hand: []string{`SELECT id FROM contacts WHERE plan = 'business' AND birthday < '2025-06-10' AND extract(month FROM birthday) = 6 AND extract(day FROM birthday) BETWEEN 2 AND 8`},
		own: map[string][]string{
			"sqlite":  {`SELECT id FROM contacts WHERE plan = 'business' AND birthday < '2025-06-10' AND substr(birthday, 6) BETWEEN '06-02' AND '06-08'`},
			"mariadb": {`SELECT id FROM contacts WHERE plan = 'business' AND birthday < '2025-06-10' AND MONTH(birthday) = 6 AND DAYOFMONTH(birthday) BETWEEN 2 AND 8`}}},
	{rule: `last_activity > TODAY - 2 days OR signup DURING PREVIOUS MONTH`,
		hand: []string{`SELECT id FROM contacts WHERE last_activity >= [[-1d]] OR signup >= [[-31d]] AND signup < [[now]]`}},
}

var memberRules = []ruling{
	{rule: `(IN LIST "list3" OR IN LIST "list7") AND NOT IN LIST "list9" AND ((country IN ("USA", "UK", "Germany") AND language = "en")
			OR (NOT plan = "free" AND lead_score >= 50)) AND subscribed = TRUE AND NOT bounced = TRUE
			AND (last_activity WITHIN LAST 60 days OR total_spent > 100000) AND NOT signup WITHIN LAST 7 days`,
		hand: []string{`SELECT c.id FROM contacts c WHERE ` + q5 + `
AND c.id IN (SELECT contact FROM list_members WHERE list IN ('list3', 'list7') AND joined <= [[now]])
AND NOT EXISTS (SELECT 1 FROM list_members m WHERE m.contact = c.id AND m.list = 'list9' AND m.joined <= [[now]])`,
			`SELECT c.id FROM contacts c WHERE ` + q5 + `
AND EXISTS (SELECT 1 FROM list_members m WHERE m.contact = c.id AND m.list IN ('list3', 'list7') AND m.joined <= [[now]])
AND NOT EXISTS (SELECT 1 FROM list_members m WHERE m.contact = c.id AND m.list = 'list9' AND m.joined <= [[now]])`}},
	{rule: `JOINED LIST "list3" IN LAST 14 DAYS AND country = "USA"`,
		hand: []string{`SELECT c.id FROM contacts c JOIN list_members m ON m.contact = c.id WHERE c.country = 'USA' AND m.list = 'list3' AND m.joined > [[-14d]] AND m.joined <= [[now]]`,
			`SELECT id FROM contacts WHERE country = 'USA' AND id IN (SELECT contact FROM list_members WHERE list = 'list3' AND joined > [[-14d]] AND joined <= [[now]])`}},
	{rule: `IN SEGMENT "engaged" AND NOT IN SEGMENT "lost" AND plan = "pro"`,
		hand: []string{`SELECT id FROM contacts WHERE plan = 'pro' AND id IN (SELECT contact FROM segment_members WHERE segment = 'engaged')
AND NOT EXISTS (SELECT 1 FROM segment_members l WHERE l.contact = contacts.id AND l.segment = 'lost')`}},
	{rule: `plan CHANGED IN LAST 7 DAYS`,
		hand: []string{`SELECT DISTINCT contact AS id FROM changes WHERE field = 'plan' AND at > [[-7d]] AND at <= [[now]]`,
			`SELECT id FROM contacts WHERE id IN (SELECT contact FROM changes WHERE field = 'plan' AND at > [[-7d]] AND at <= [[now]])`}},
	{rule: `plan HAS BEEN "pro" FOR AT LEAST 30 days`,
		hand: []string{`SELECT contact AS id FROM (SELECT contact, at, value, ROW_NUMBER() OVER (PARTITION BY contact ORDER BY at DESC, seq DESC) AS r
FROM changes WHERE field = 'plan' AND at <= [[now]]) h WHERE r = 1 AND value = 'pro' AND at <= [[-30d]]`},
		own: map[string][]string{"postgres": {`SELECT contact AS id FROM (SELECT DISTINCT ON (contact) contact, at, value FROM changes WHERE field = 'plan' AND at <= [[now]]
ORDER BY contact, at DESC, seq DESC) h WHERE value = 'pro' AND at <= [[-30d]]`,
			`SELECT contact AS id FROM changes h WHERE field = 'plan' AND value = 'pro' AND at <= [[-30d]]
AND NOT EXISTS (SELECT FROM changes l WHERE l.contact = h.contact AND l.field = 'plan' AND l.at <= [[now]] AND (l.at, l.seq) > (h.at, h.seq))`}}},
}

const q5 = `c.subscribed AND NOT c.bounced
AND (c.country IN ('USA', 'UK', 'Germany') AND c.language = 'en' OR c.plan <> 'free' AND c.lead_score >= 50)
AND (c.last_activity > [[-60d]] OR c.total_spent > 100000) AND NOT c.signup > [[-7d]]`
