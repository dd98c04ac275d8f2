package interop_test

import (
	"testing"
	"time"

	"github.com/segmentrules/segment/interop"
)

func TestShopify(t *testing.T) {
	checkReadings(t, "shopify", []reading{
		{`last_order_date = yesterday OR customer_added_date >= 30_days_ago AND NOT (companies IS NULL)`,
			`last_order_date = TODAY - 1 day OR customer_added_date >= TODAY - 30 days AND companies IS SET`, ""},
		{`a IN (1, 2.5) AND b NOT IN ('x') AND c NOT CONTAINS 'y' AND d IS NOT NULL`, `a IN (1, 2.5) AND b != "x" AND NOT ANY c = "y" AND d IS SET`, ""},
		{`a = true AND b > 2024-01-01T16:00:00 AND c < +2w AND d >= -1y AND e <= -12m`,
			`a = TRUE AND b > 2024-01-01T16:00:00Z AND c < TODAY + 2 weeks AND d >= TODAY - 1 year AND e <= TODAY - 12 months`, ""},
		{`orders_placed MATCHES (date BETWEEN 2024-01-01 AND 2024-12-31, sum_amount > 100, amount >= 5.5)`,
			`SUM(order_placed.amount WHERE amount >= 5.5) > 100 BETWEEN 2024-01-01 AND 2024-12-31`, ""},
		{`products_purchased NOT MATCHES (id IN (1, 2), count >= 2)`, `NOT COUNT(product_purchased WHERE id IN (1, 2)) >= 2`, ""},
		{`products_purchased MATCHES () AND store_credit_accounts NOT MATCHES (balance > 0)`, `DID product_purchased AND NOT ANY store_credit_accounts HAS (balance > 0)`, ""},
		{`storefront.product_viewed MATCHES (date < -2w) AND shopify_email.clicked MATCHES (date = today)`,
			`COUNT(product_viewed) >= 1 BEFORE TODAY - 2 weeks AND COUNT(email_clicked) >= 1 BETWEEN TODAY AND TODAY`, ""},
		{`customer_email_domain NOT IN ('a.com', 'b.com')`, `email NOT ENDS WITH ANY OF ("@a.com", "@b.com") IGNORING CASE`, ""},
		{`anniversary(date: 'metafields.facts.birth_date') BETWEEN -10d AND today`, `ANNIVERSARY(birth_date) BETWEEN TODAY - 10 days AND TODAY`, ""},
		{`anniversary(date: 'metafields.facts.birth_date') = today`, `ANNIVERSARY(birth_date) = TODAY`, ""},
		{`anniversary() MATCHES (date BETWEEN 2020-12-20 AND 2020-01-05, attribute = 'birthdate')`,
			`MONTH(birthdate) * 100 + DAY(birthdate) >= 1220 OR MONTH(birthdate) * 100 + DAY(birthdate) <= 105`, ""},
		{`customer_within_distance(coordinates: (1.5, -2), distance_mi: 6.2) = true OR amount_spent BETWEEN -1 AND 9.5`, `amount_spent BETWEEN -1 AND 9.5`, "geo distance"},
		{`orders_placed MATCHES (date != today)`, "", "instant of the event inside WHERE"},
	}, []misreading{
		{`amount_spent >`, "1:15"},
		{`product_purchased MATCHES (id = 1)`, "did you mean products_purchased"},
		{`a > -90x`, "unknown unit"},
		{`a > 2024-13-01`, "is no day"},
		{`a ~ 5`, "not expected"},
		{`a = 1 AND`, "an attribute is expected"},
		{`customer_email_domain > 'x'`, "by = and !="},
	})
}

// Days are those of the account's zone.
func TestShopifyZone(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip(err)
	}
	s, _, err := interop.Options{Zone: zone}.Import("shopify", []byte("a > -1d AND b = 2024-07-01T12:00:00"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Condition.String(), `(a > TODAY - 1 day AND b = 2024-07-01T16:00:00Z) IN ZONE "America/New_York"`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}
