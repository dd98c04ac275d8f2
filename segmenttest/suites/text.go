package suites

// Text returns the segment as a user would write it, or nothing where nobody
// has. It means the same as the rule, often in other words.
func (s Expected) Text() string {
	return map[string]string{
		"a01": `marital_status = "M" AND occupation IN ("Professional", "Management") AND DID order IN LAST 30 DAYS`,
		"a03": `MONTH(birth_date) = CURRENT_MONTH() AND DID order`,
		"a04": `MONTH(birth_date) = MONTH(TODAY) AND DAY(birth_date) = DAY(TODAY)`,
		"a06": `SUM(order.total) > $500 IN LAST 30 DAYS AND total_children >= 1`,
		"a08": `COUNT(order) >= 2 IN LAST 90 DAYS OR SUM(order.total) > $3000`,
		"a10": `last_name STARTS WITH "mc" IGNORING CASE AND email CONTAINS "1"`,
		"a13": `NEVER DID order AND annual_income >= 60000`,
		"a15": `COUNT(order WHERE territory = 9) >= 1 IN LAST 60 DAYS AND COUNT(order WHERE territory != 9) = 0`,
		"c01": `Purchase >= 1 times in last 30 days`,
		"c02": `COUNT(purchase) >= 2 IN LAST 30 DAYS AND SUM(purchase.amount) > $100`,
		"c04": `SUM(purchase.amount) IN LAST 60 DAYS > $50`,
		"c05": `LAST(purchase) OLDER THAN 90 days`,
		"c08": `SUM(purchase.quantity) >= 5 IN LAST 180 DAYS`,
		"c10": `LAST(purchase.amount) >= 30`,
		"c12": `DID purchase IN LAST 30 DAYS AND COUNT(purchase) = 0 BETWEEN 30 AND 120 DAYS AGO AND COUNT(purchase) >= 1 MORE THAN 120 DAYS AGO`,
		"c15": `LAST(purchase) BETWEEN 30 AND 60 DAYS AGO`,
		"c18": `MAX(purchase.amount) > 60 AND COUNT(purchase WHERE quantity >= 5) >= 1 IN LAST 120 DAYS`,
		"c20": `SUM(purchase.amount) > 0 IN LAST 45 DAYS AND SUM(purchase.amount) <= 0 IN LAST 15 DAYS`,
		"k01": `country IN ("USA", "Canada")`,
		"k02": `company IS SET AND state IS NULL`,
		"k03": `DID invoice IN LAST 365 DAYS AND SUM(invoice.total) > $10 IN LAST 365 DAYS`,
		"k04": `COUNT(invoice) = 0 IN LAST 180 DAYS`,
		"k05": `email ENDS WITH "gmail.com" OR email ENDS WITH "yahoo.com"`,
		"k06": `(country = "USA" OR country = "Canada") AND LAST(invoice) > 30 days ago AND SUM(invoice.total) > $38 AND COUNT(invoice) > 5`,
		"k07": `LAST(invoice.total) < 2`,
		"k08": `AVG(invoice.total) > 6 OR MAX(invoice.total) > 20`,
		"t01": `senior_citizen = TRUE AND contract = "Month-to-month"`,
		"t03": `total_charges IS NULL`,
		"t05": `total_charges <= 100`,
		"t07": `EXACTLY 1 OF (streaming_tv = "Yes", streaming_movies = "Yes")`,
		"t09": `(contract = "Two year" OR tenure_months > 60) AND NOT (churn = TRUE OR monthly_charges > 110)`,
		"t11": `internet_service IN ("DSL", "No") AND multiple_lines != "No phone service"`,
	}[s.ID]
}
