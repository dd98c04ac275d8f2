package schemas

// A web shop on every engine: tenants, rows marked as deleted, instants as texts and as
// seconds and milliseconds, attributes that are a row each, events that came twice.

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen/engines"
)

var shop = Schema{Name: "shop", Engines: engines.Names(), Tables: written("shop"), fill: fillShop, write: writeShop}

// writeShop puts an engine's types into the tables.
func writeShop(engine, text string) string {
	types := map[string][]string{ // text, int, bool, json, date, key, end
		"sqlite":     {"TEXT", "INTEGER", "INTEGER", "TEXT", "TEXT", "INTEGER PRIMARY KEY", ""},
		"duckdb":     {"VARCHAR", "BIGINT", "BOOLEAN", "JSON", "DATE", "BIGINT PRIMARY KEY", ""},
		"postgres":   {"text", "bigint", "boolean", "jsonb", "date", "bigint PRIMARY KEY", ""},
		"mariadb":    {"VARCHAR(200)", "BIGINT", "BOOLEAN", "JSON", "DATE", "BIGINT PRIMARY KEY", ""},
		"clickhouse": {"Nullable(String)", "Nullable(Int64)", "Nullable(Bool)", "Nullable(String)", "Nullable(Date32)", "Int64", " ENGINE = MergeTree ORDER BY tuple()"},
	}[engine]
	return strings.NewReplacer("{text}", types[0], "{int}", types[1], "{bool}", types[2], "{json}", types[3], "{date}", types[4], "{key}", types[5], "{end}", types[6]).Replace(text)
}

// isoText is an instant as the shop writes it.
func isoText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// shopCountries are by their codes, which are not all there.
var shopCountries = map[string]struct {
	name string
	eu   bool
}{"DE": {"Germany", true}, "FR": {"France", true}, "US": {"USA", false}}

func fillShop(d *Data) {
	for _, code := range []string{"DE", "FR", "US"} {
		d.row("country", "code, name, eu", code, shopCountries[code].name, shopCountries[code].eu)
	}
	var companies []objects
	for i := range 6 {
		name, employees, country, deleted := d.maybe(10, one(d, "Acme", "acme", "Bo'sun")), d.maybe(20, one(d, 49, 50, 900)), d.maybe(20, one(d, "DE", "FR", "XX")), i == 5
		d.row("company", "id, name, employees, country_code, deleted", i+1, name, employees, country, deleted)
		var seen any
		if code, ok := country.(string); ok && code != "XX" {
			seen = shopCountries[code].name
		}
		var company objects
		if !deleted {
			company.add("name", name, "employees", employees, "country", seen)
		}
		companies = append(companies, company)
	}
	for i := range 60 {
		c := d.customer(i+1, companies)
		d.attributesOf(c)
		d.memberships(c)
		d.shopOrders(c)
		for range d.IntN(14) {
			d.shopEvent(c)
		}
	}
	nobody := d.contact("999", false)
	d.shopOrders(nobody)
	for range 10 {
		d.shopEvent(nobody)
	}
}

func (d *Data) customer(id int, companies []objects) *contact {
	tenant, deleted := one(d, 7, 7, 7, 7, 7, 7, 8), d.chance(10)
	c := d.contact(fmt.Sprint(id), tenant == 7 && !deleted)
	c.put("id", id)
	c.put("tenant", tenant)
	c.put("deleted", deleted)
	c.field("email", d.maybe(5, fmt.Sprintf("%s%d@example.%s", one(d, "ann", "Ann", "bob"), one(d, 1, id), one(d, "com", "org"))))
	c.field("name", d.maybe(10, one(d, "Ann", "Åsa", "", "  ", `O'Ha\ra`, "🙂")))
	c.field("status", d.maybe(5, one(d, "active", "trial", "Active", "gone")))
	country := d.maybe(15, one(d, "DE", "FR", "US", "XX", "XY"))
	c.put("country_code", country)
	c.see("country", valueOf(country))
	if known, ok := shopCountries[fmt.Sprint(country)]; ok {
		c.see("country_name", segment.Text(known.name))
		c.see("in_eu", segment.Bool(known.eu))
	}
	if n := d.IntN(9); n < 7 { // the seventh never was
		c.put("company_id", n+1)
		if n < 6 && len(companies[n]) > 0 && len(companies[n][0].Members()) > 0 {
			c.Fields["company"] = companies[n][0]
		}
	}
	c.field("birthday", d.maybe(15, d.birthday()))
	if at := d.instant(); d.chance(90) {
		c.put("registered_at", isoText(at))
		c.see("registered_at", segment.Time(at))
	}
	if at := d.instant().Add(time.Duration(d.IntN(1000)) * time.Millisecond); d.chance(85) {
		c.put("last_login", at.UnixMilli())
		c.see("last_login", segment.Time(at))
	}
	c.field("newsletter", d.maybe(10, d.chance(50)))
	c.field("points", d.maybe(10, one(d, 0, 3, 5, 10, 17, 100, 101, -4)))
	cents := d.maybe(10, one(d, 9999, 10, -501, 0, 10000))
	c.put("credit_cents", cents)
	if n, ok := cents.(int); ok {
		c.see("credit", segment.Cents(int64(n)))
	}
	profile := d.maybe(10, document(d.profile()))
	c.put("profile", profile)
	if profile != nil {
		for _, m := range eachMember(string(profile.(document))) {
			if c.Fields[m.Name].IsNull() {
				c.see(m.Name, m.Value)
			}
		}
	}
	c.store("customer")
	return c
}

func (d *Data) profile() string {
	size := one(d, `{"height": 170}`, `{"height": "170"}`, `{"height": 160.25}`, "1e400", "{}", "null", `[{"height": 180}]`)
	if size == "1e400" && d.Engine == "clickhouse" { // to which a document with that is no JSON
		size = "null"
	}
	if d.chance(15) {
		return one(d, "{}", "[]", "null", `"x"`)
	}
	return fmt.Sprintf(`{"language": %s, "size": %s, "likes": %s, "addresses": %s, "trial_ends": %s, "vip": %s}`,
		one(d, `"de"`, `"DE"`, "null"), size,
		one(d, `["tea"]`, `["Tea", 5]`, "[]", `"tea"`, `[null, "tea", "tea"]`),
		one(d, `[{"city": "Berlin", "zip": "10115"}]`, `[{"city": "Berlin", "zip": 10115}, {"city": "Bonn", "zip": "1"}]`, `{"city": "Berlin", "zip": "10115"}`),
		one(d, `"`+isoText(d.instant())+`"`, `"`+d.instant().Format(time.DateOnly)+`"`, `"2026-02-30"`, "5"), one(d, "true", "false", `"true"`, "1"))
}

// attributesOf are rows of the table of attributes.
func (d *Data) attributesOf(c *contact) {
	id := code(c.ID)
	const columns = "customer_id, name, value_text, value_number, value_time"
	if plan := d.maybe(10, one(d, "pro", "team", "free")); d.chance(70) {
		d.row("customer_attribute", columns, id, "plan", plan, 99, nil)
		c.see("plan", valueOf(plan))
	}
	if seats := one(d, 1, 5, 11); d.chance(60) {
		d.row("customer_attribute", columns, id, "seats", "x", seats, nil)
		c.see("seats", segment.Int(int64(seats)))
	}
	if at := d.instant(); d.chance(60) {
		d.row("customer_attribute", columns, id, "renewal", nil, nil, at.Unix())
		c.see("renewal", segment.Time(at))
	}
	d.row("customer_attribute", columns, id, "Plan", "pro", nil, nil)
	var interests, tags objects
	for range d.IntN(4) {
		interest := d.maybe(15, one(d, "golf", "wine", "Golf"))
		d.row("customer_attribute", columns, id, "interest", interest, nil, nil)
		if interest != nil {
			interests = append(interests, valueOf(interest))
		}
	}
	interests.see(c, "interests")
	for range d.IntN(4) {
		tag := d.maybe(10, one(d, "vip", "new", "churn", "VIP"))
		d.row("customer_tag", "customer_id, tag", id, tag)
		if tag != nil {
			tags = append(tags, valueOf(tag))
		}
	}
	tags.see(c, "tags")
}

// memberships are lists, segments, and the history of two fields.
func (d *Data) memberships(c *contact) {
	id := code(c.ID)
	for _, list := range []string{"news", "vip"} {
		if d.chance(50) {
			at := d.instant()
			d.row("list_member", "customer_id, list_name, joined_at", id, list, isoText(at))
			c.join(list, at)
		}
	}
	if d.chance(40) {
		d.row("segment_member", "customer_id, segment_id", id, "s1")
		c.Segments = append(c.Segments, "s1")
	}
	instants := make([]time.Time, d.IntN(6))
	for i := range instants {
		instants[i] = d.instant()
	}
	slices.SortFunc(instants, time.Time.Compare)
	now := map[string]document{}
	for _, at := range instants {
		n, field := d.next(), one(d, "status", "points")
		v := map[string]document{"status": one[document](d, `"active"`, `"trial"`, "null"), "points": one[document](d, "5", "7.5", "null")}[field]
		if v == now[field] {
			continue
		}
		now[field] = v
		d.row("customer_history", "id, customer_id, field, moment, value", n, id, field, at.Unix(), v)
		c.change(field, segment.JSON(v), at, fmt.Sprintf("%020d", n))
	}
}

// shopOrders are orders with their items.
func (d *Data) shopOrders(c *contact) {
	id := code(c.ID)
	var orders objects
	for range d.IntN(5) {
		n, at, deleted := d.next(), d.instant(), d.chance(10)
		status, channel, coupon := one(d, "placed", "shipped", "shipped", "cancelled"), d.maybe(10, one(d, "web", "app")), d.maybe(60, one(d, "SPRING", "spring"))
		cents := one[int64](d, 2050, 10001, 999, 5000, 3333, 1)
		var shipped, shippedAt any
		if status == "shipped" {
			t := at.Add(48 * time.Hour)
			shipped, shippedAt = t.Unix(), t
		}
		d.row("shop_order", "id, customer_id, deleted, placed_at, shipped_at, status, channel, coupon, total_cents", n, id, deleted, at.Unix(), shipped, status, channel, coupon, cents)
		total := decimal(fmt.Sprintf("%d.%02d", cents/100, cents%100))
		var items objects
		for range d.IntN(4) {
			item, sku, quantity, price := d.next(), one(d, "A", "B", "C", "a"), 1+d.IntN(3), one[int64](d, 1000, 999, 50)
			d.row("order_item", "id, order_id, sku, quantity, price_cents", item, n, sku, quantity, price)
			exact := decimal(fmt.Sprintf("%d.%02d", price/100, price%100))
			items.add("sku", sku, "quantity", quantity, "price", exact)
			if !deleted && status != "cancelled" {
				c.event("bought", at, item, "sku", sku, "quantity", quantity, "price", exact)
			}
		}
		if deleted {
			continue
		}
		var order objects
		order.add("number", n, "status", status, "total", total, "coupon", coupon, "placed", at, "shipped", shippedAt)
		whole := order[0].Members()
		if len(items) > 0 {
			whole = append(whole, segment.Member{Name: "items", Value: segment.List(items...)})
		}
		orders = append(orders, segment.Object(whole...))
		if status != "cancelled" {
			c.event("order", at, n, "total", total, "channel", channel, "coupon", coupon, "status", status, "shipped", shippedAt)
		}
	}
	orders.see(c, "orders")
}

// shopEvent is a page that was viewed, in one of five rows twice, or an activity.
func (d *Data) shopEvent(c *contact) {
	n, at, id := d.next(), d.instant(), code(c.ID)
	if d.chance(50) {
		at = at.Add(time.Duration(d.IntN(1000)) * time.Millisecond)
		path, duration, props := d.maybe(5, one(d, "/", "/cart", "/p/1", "/P/1")), d.maybe(20, one(d, 100, 4000, 90000)), one(d, "{}", `{"device": "phone"}`, `{"device": ["phone"]}`, "null")
		for copies := range 1 + max(0, d.IntN(5)-3) {
			d.row("page_view", "id, seq, customer_id, moment, path, duration_ms, props", fmt.Sprintf("v%d", n), n*10+int64(copies), id, at.UnixMilli(), path, duration, document(props))
		}
		var members objects
		members.add("path", path, "duration", duration)
		c.happened("view", at, n*10, segment.Object(append(members[0].Members(), segment.JSON(props).Members()...)...))
		return
	}
	kind := one(d, "email_sent", "email_sent", "email_opened", "login", "review", "unknown")
	props := "{}"
	switch kind {
	case "review":
		props = fmt.Sprintf(`{"stars": %s}`, one(d, "1", "4", "5", `"5"`, "2.5", "null"))
	case "email_sent", "email_opened":
		props = fmt.Sprintf(`{"campaign": %s}`, one(d, `"spring"`, `"autumn"`, "null"))
	}
	d.row("activity", "id, customer_id, kind, moment, props", n, id, kind, isoText(at), document(props))
	if kind != "unknown" {
		c.happened(kind, at, n, segment.JSON(props))
	}
}
