package main

var aggregateRules = []ruling{
	{rule: `DID purchased IN LAST 7 DAYS`,
		hand: []string{`SELECT DISTINCT contact AS id FROM events WHERE name = 'purchased' AND at > [[-7d]] AND at <= [[now]]`,
			`SELECT id FROM contacts WHERE id IN (SELECT contact FROM events WHERE name = 'purchased' AND at > [[-7d]] AND at <= [[now]])`}},
	{rule: `NEVER DID opened AND country = "Brazil"`,
		hand: []string{`SELECT c.id FROM contacts c WHERE country = 'Brazil' AND NOT EXISTS (SELECT 1 FROM events e WHERE e.contact = c.id AND e.name = 'opened' AND e.at <= [[now]])`}},
	{rule: `COUNT(opened) >= 10`,
		hand: []string{`SELECT contact AS id FROM events WHERE name = 'opened' AND at <= [[now]] GROUP BY contact HAVING count(*) >= 10`}},
	{rule: `(country = "USA" OR country = "Canada") AND last_purchase OLDER THAN 30 days AND total_spent > 50000 AND COUNT(opened) > 5`, plans: true,
		hand: []string{
			`SELECT c.id FROM contacts c WHERE ` + q2 + ` AND c.id IN (SELECT contact FROM events WHERE name = 'opened' AND at <= [[now]] GROUP BY contact HAVING count(*) > 5)`,
			`SELECT c.id FROM contacts c WHERE ` + q2 + ` AND (SELECT count(*) FROM events e WHERE e.contact = c.id AND e.name = 'opened' AND e.at <= [[now]]) > 5`}},
	{rule: `SUM(purchased.amount) > 500 IN LAST 60 DAYS`,
		hand: []string{`SELECT contact AS id FROM events WHERE name = 'purchased' AND at > [[-60d]] AND at <= [[now]] GROUP BY contact HAVING sum(amount) > 500`}},
	{rule: `AVG(purchased.amount) > 400`,
		hand: []string{`SELECT contact AS id FROM events WHERE name = 'purchased' AND at <= [[now]] GROUP BY contact HAVING avg(amount) > 400`,
			`SELECT contact AS id FROM events WHERE name = 'purchased' AND at <= [[now]] GROUP BY contact HAVING sum(amount) > 400 * count(amount)`}},
	{rule: `MAX(purchased.amount) > 450 AND MIN(purchased.amount) < 20`,
		hand: []string{`SELECT contact AS id FROM events WHERE name = 'purchased' AND at <= [[now]] GROUP BY contact HAVING max(amount) > 450 AND min(amount) < 20`}},
	{rule: `DISTINCT(purchased.sku) >= 3`,
		hand: []string{`SELECT contact AS id FROM events WHERE name = 'purchased' AND at <= [[now]] GROUP BY contact HAVING count(DISTINCT sku) >= 3`}},
	{rule: `COUNT(purchased WHERE sku = "S7") >= 1 AND plan = "free"`,
		hand: []string{`SELECT id FROM contacts WHERE plan = 'free' AND id IN (SELECT contact FROM events WHERE name = 'purchased' AND at <= [[now]] AND sku = 'S7')`}},
	{rule: `LAST(purchased.sku) = "S1"`, plans: true,
		hand: []string{`SELECT contact AS id FROM (SELECT contact, sku, ROW_NUMBER() OVER (PARTITION BY contact ORDER BY at DESC, seq DESC) AS r
FROM events WHERE name = 'purchased' AND at <= [[now]]) l WHERE r = 1 AND sku = 'S1'`},
		own: map[string][]string{"postgres": {`SELECT contact AS id FROM (SELECT DISTINCT ON (contact) contact, sku FROM events WHERE name = 'purchased' AND at <= [[now]]
ORDER BY contact, at DESC, seq DESC) l WHERE sku = 'S1'`,
			`SELECT DISTINCT e.contact AS id FROM events e WHERE name = 'purchased' AND at <= [[now]] AND sku = 'S1'
AND NOT EXISTS (SELECT FROM events l WHERE l.contact = e.contact AND l.name = 'purchased' AND l.at <= [[now]] AND (l.at, l.seq) > (e.at, e.seq))`}}},
	{rule: `LAST(opened) OLDER THAN 60 DAYS`,
		hand: []string{`SELECT contact AS id FROM events WHERE name = 'opened' AND at <= [[now]] GROUP BY contact HAVING max(at) <= [[-60d]]`,
			`SELECT DISTINCT contact AS id FROM events e WHERE name = 'opened' AND at <= [[-60d]]
AND NOT EXISTS (SELECT 1 FROM events l WHERE l.contact = e.contact AND l.name = 'opened' AND l.at > [[-60d]] AND l.at <= [[now]])`}},
	{rule: `FIRST(purchased) WITHIN LAST 10 DAYS`,
		hand: []string{`SELECT contact AS id FROM events WHERE name = 'purchased' AND at <= [[now]] GROUP BY contact HAVING min(at) > [[-10d]]`,
			`SELECT DISTINCT contact AS id FROM events e WHERE name = 'purchased' AND at > [[-10d]] AND at <= [[now]]
AND NOT EXISTS (SELECT 1 FROM events l WHERE l.contact = e.contact AND l.name = 'purchased' AND l.at <= [[-10d]])`}},
	{rule: `COUNT(purchased) >= 3 AND SUM(purchased.amount) > 1000`, plans: true,
		hand: []string{`SELECT contact AS id FROM events WHERE name = 'purchased' AND at <= [[now]] GROUP BY contact HAVING count(*) >= 3 AND sum(amount) > 1000`}},
	{rule: `COUNT(opened) >= 5 IN LAST 30 DAYS AND COUNT(clicked) >= 2 IN LAST 30 DAYS`, plans: true,
		hand: []string{
			`SELECT contact AS id FROM events WHERE name IN ('opened', 'clicked') AND at > [[-30d]] AND at <= [[now]]
GROUP BY contact HAVING count(CASE WHEN name = 'opened' THEN 1 END) >= 5 AND count(CASE WHEN name = 'clicked' THEN 1 END) >= 2`,
			`SELECT o.contact AS id FROM
(SELECT contact FROM events WHERE name = 'opened' AND at > [[-30d]] AND at <= [[now]] GROUP BY contact HAVING count(*) >= 5) o
JOIN (SELECT contact FROM events WHERE name = 'clicked' AND at > [[-30d]] AND at <= [[now]] GROUP BY contact HAVING count(*) >= 2) c ON c.contact = o.contact`}},
	{rule: `COUNT(purchased) > 2 AND COUNT(purchased) >= 1 IN LAST 14 DAYS AND SUM(purchased.amount WHERE sku = "S3") > 100`,
		hand: []string{`SELECT contact AS id FROM events WHERE name = 'purchased' AND at <= [[now]]
GROUP BY contact HAVING count(*) > 2 AND count(CASE WHEN at > [[-14d]] THEN 1 END) >= 1 AND sum(CASE WHEN sku = 'S3' THEN amount END) > 100`}},
	{rule: `COUNT(clicked) / COUNT(opened) >= 0.8`,
		hand: []string{`SELECT contact AS id FROM events WHERE name IN ('clicked', 'opened') AND at <= [[now]]
GROUP BY contact HAVING count(CASE WHEN name = 'opened' THEN 1 END) > 0 AND count(CASE WHEN name = 'clicked' THEN 1 END) >= 0.8 * count(CASE WHEN name = 'opened' THEN 1 END)`}},
	{rule: `COUNT(clicked) >= 8 OR COUNT(purchased) >= 4`, plans: true,
		hand: []string{`SELECT contact AS id FROM events WHERE name IN ('clicked', 'purchased') AND at <= [[now]]
GROUP BY contact HAVING count(CASE WHEN name = 'clicked' THEN 1 END) >= 8 OR count(CASE WHEN name = 'purchased' THEN 1 END) >= 4`,
			`SELECT contact AS id FROM events WHERE name = 'clicked' AND at <= [[now]] GROUP BY contact HAVING count(*) >= 8
UNION SELECT contact FROM events WHERE name = 'purchased' AND at <= [[now]] GROUP BY contact HAVING count(*) >= 4`}},
	{rule: `COUNT(clicked) >= 2 IN LAST 3 DAYS OR SUM(purchased.amount) > 2000 OR DID purchased IN LAST 1 DAY`, plans: true,
		hand: []string{`SELECT contact AS id FROM events WHERE name = 'clicked' AND at > [[-3d]] AND at <= [[now]] GROUP BY contact HAVING count(*) >= 2
UNION SELECT contact FROM events WHERE name = 'purchased' AND at <= [[now]] GROUP BY contact HAVING sum(amount) > 2000
UNION SELECT contact FROM events WHERE name = 'purchased' AND at > [[-1d]] AND at <= [[now]]`}},
	{rule: `COUNT(viewed) >= 2 BETWEEN 30 AND 60 DAYS AGO AND country = "Spain"`,
		hand: []string{`SELECT c.id FROM contacts c WHERE country = 'Spain' AND (SELECT count(*) FROM events e WHERE e.contact = c.id AND e.name = 'viewed' AND e.at > [[-60d]] AND e.at <= [[-30d]]) >= 2`,
			`SELECT c.id FROM contacts c JOIN events e ON e.contact = c.id WHERE country = 'Spain' AND e.name = 'viewed' AND e.at > [[-60d]] AND e.at <= [[-30d]] GROUP BY c.id HAVING count(*) >= 2`}},
}

const q2 = `c.country IN ('USA', 'Canada') AND c.last_purchase <= [[-30d]] AND c.total_spent > 50000`

var sequenceRules = []ruling{
	{rule: `DID clicked THEN purchased WITHIN 1 day`,
		hand: []string{`SELECT DISTINCT a.contact AS id FROM events a JOIN events b ON b.contact = a.contact AND b.name = 'purchased' AND b.at > a.at AND b.at <= [[a.at+1d]]
WHERE a.name = 'clicked' AND a.at <= [[now]] AND b.at <= [[now]]`,
			`SELECT DISTINCT b.contact AS id FROM events b WHERE b.name = 'purchased' AND b.at <= [[now]]
AND EXISTS (SELECT 1 FROM events a WHERE a.contact = b.contact AND a.name = 'clicked' AND a.at < b.at AND a.at >= [[b.at-1d]])`}},
	{rule: `DID opened THEN NOT clicked WITHIN 7 days`, plans: true,
		hand: []string{`SELECT DISTINCT a.contact AS id FROM events a WHERE a.name = 'opened' AND a.at <= [[-7d]]
AND NOT EXISTS (SELECT 1 FROM events b WHERE b.contact = a.contact AND b.name = 'clicked' AND b.at > a.at AND b.at <= [[a.at+7d]])`}},
	{rule: `country = "Japan" AND DID opened THEN NOT clicked WITHIN 7 days IN LAST 60 DAYS`,
		hand: []string{`SELECT DISTINCT a.contact AS id FROM contacts c JOIN events a ON a.contact = c.id WHERE c.country = 'Japan' AND a.name = 'opened' AND a.at > [[-60d]] AND a.at <= [[-7d]]
AND NOT EXISTS (SELECT 1 FROM events b WHERE b.contact = a.contact AND b.name = 'clicked' AND b.at > a.at AND b.at <= [[a.at+7d]])`}},
	{rule: `DID opened IN AT LEAST 4 OF LAST 6 WEEKS AND plan = "business"`,
		hand: []string{`SELECT c.id FROM contacts c JOIN events e ON e.contact = c.id WHERE c.plan = 'business' AND e.name = 'opened' AND e.at > [[-42d]] AND e.at <= [[now]]
GROUP BY c.id HAVING count(DISTINCT CASE WHEN e.at > [[-7d]] THEN 1 WHEN e.at > [[-14d]] THEN 2 WHEN e.at > [[-21d]] THEN 3 WHEN e.at > [[-28d]] THEN 4 WHEN e.at > [[-35d]] THEN 5 ELSE 6 END) >= 4`}},
}
