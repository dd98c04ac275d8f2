package schemas

// Odoo on PostgreSQL: timestamps without a zone, names in several languages as JSON,
// archived rows, and mailing lists that know an address and not the partner.

import (
	"fmt"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

var odoo = Schema{Name: "odoo", Engines: []string{"postgres"}, Tables: written("odoo"), fill: fillOdoo}

var (
	odooCountries = [][2]string{{"DE", `{"en_US": "Germany", "de_DE": "Deutschland"}`}, {"FR", `{"en_US": "France"}`}, {"AT", `{"de_DE": "Österreich"}`}}
	odooTags      = []string{`{"en_US": "VIP"}`, `{"en_US": "Trade", "fr_FR": "Commerce"}`, `{"en_US": "Lost"}`, `{"en_US": "Archived"}`}
	odooStages    = []string{`{"en_US": "New"}`, `{"en_US": "Won", "de_DE": "Gewonnen"}`, `{"de_DE": "Neu"}`}
	odooProducts  = []string{"Desk", "Chair"}
)

func fillOdoo(d *Data) {
	for i, c := range odooCountries {
		d.row("res_country", "id, code, name", i+1, c[0], document(c[1]))
	}
	for i, name := range odooTags {
		d.row("res_partner_category", "id, name, active", i+1, document(name), i < 3)
	}
	for i, name := range odooStages {
		d.row("crm_stage", "id, name, is_won", i+1, document(name), i == 1)
	}
	for i, name := range odooProducts {
		d.row("product_template", "id, name", i+1, document(`{"en_US": "`+name+`"}`))
		d.row("product_product", "id, product_tmpl_id, default_code", i+1, i+1, name[:1]+"-1")
	}
	for i, subject := range []string{"Spring", "Autumn"} {
		d.row("mailing_mailing", "id, subject", i+1, subject)
	}
	for i, name := range []string{"Newsletter", "Newsletter", "Old"} {
		d.row("mailing_list", "id, name, active", i+1, name, name != "Old")
	}
	var partners []*contact
	byEmail := map[string][]*contact{}
	for i := range 70 {
		c := d.partner(i+1, partners)
		partners = append(partners, c)
		if email, ok := c.cell("email_normalized").(string); ok {
			byEmail[email] = append(byEmail[email], c)
		}
	}
	for _, c := range partners {
		d.odooRelated(c)
		for range d.IntN(6) {
			d.odooOrder(c)
		}
		for range d.IntN(8) {
			d.trace(c)
		}
	}
	d.mailingLists(byEmail)
}

// cell is what the contact's row has in a column.
func (c *contact) cell(column string) any {
	for i, name := range c.columns {
		if name == column {
			return c.cells[i]
		}
	}
	return nil
}

// partner is a row of res_partner: one in ten is archived, or another company's.
func (d *Data) partner(id int, before []*contact) *contact {
	archived, company := d.maybe(3, d.chance(92)), d.maybe(50, one(d, 1, 1, 1, 2))
	c := d.contact(fmt.Sprint(id), archived == true && company != 2)
	c.put("id", id)
	c.put("active", archived)
	c.put("company_id", company)
	c.field("name", d.maybe(5, one(d, "Acme", "Acme GmbH", "Ånn", "o'hara", "Zoe")))
	c.field("lang", d.maybe(20, one(d, "de_DE", "fr_FR", "fr_BE")))
	c.field("tz", d.maybe(20, one(d, "Europe/Berlin", "UTC", "")))
	c.field("vat", d.maybe(30, one(d, "DE123", "FR9", "de1")))
	c.field("website", d.maybe(40, one(d, "http://a.example", "")))
	c.field("function", d.maybe(50, one(d, "Buyer", "ceo", "x")))
	c.field("zip", d.maybe(20, one(d, "10115", "20000", "8000")))
	c.field("city", d.maybe(20, one(d, "Zürich", "zürich", "ZÜRICH", "Zurich")))
	c.field("comment", d.maybe(30, one(d, "<p><br></p>", "", "\u00a0 ")))
	if d.chance(85) {
		email := fmt.Sprintf("P%d@Example.%s", one(d, id, id, 1), one(d, "com", "org"))
		c.field("email", email)
		c.put("email_normalized", strings.ToLower(email))
	}
	c.field("is_company", d.maybe(10, d.chance(30)))
	c.field("customer_rank", d.maybe(10, one(d, 0, 1, 4, 5, 7)))
	if d.chance(15) {
		c.put("credit_limit", one[code](d, "'NaN'", "'Infinity'"))
	} else {
		c.field("credit_limit", d.maybe(20, one(d, 0.0, 1000.5, 1000.6, 1e15)))
	}
	latitude := d.maybe(20, one[decimal](d, "47.3769000", "52.5200066", "52.5200067", "-33.9"))
	c.put("partner_latitude", latitude)
	c.see("latitude", valueOf(latitude))
	c.field("date", d.maybe(20, d.birthday()))
	c.field("create_date", d.maybe(5, d.instant().Add(time.Duration(d.IntN(1e6))*time.Microsecond)))
	c.field("write_date", d.maybe(10, d.instant()))
	if n := d.IntN(4); n < 3 {
		c.put("country_id", n+1)
		c.see("country", segment.Text(odooCountries[n][0]))
		c.see("country_name", segment.JSON(odooCountries[n][1]).Member("en_US"))
	}
	if len(before) > 0 && d.chance(50) {
		p := one(d, before...)
		c.put("parent_id", code(p.ID))
		if p.cell("active") == true {
			var parent objects
			parent.add("name", p.cell("name"), "is_company", p.cell("is_company"))
			members := parent[0].Members()
			if n, ok := p.cell("country_id").(int); ok {
				members = append(members, segment.Member{Name: "country", Value: segment.Text(odooCountries[n-1][0])})
			}
			if len(members) > 0 {
				c.Fields["parent"] = segment.Object(members...)
			}
		}
	}
	c.store("res_partner")
	return c
}

// odooRelated are tags and leads.
func (d *Data) odooRelated(c *contact) {
	id := code(c.ID)
	var tags, leads objects
	for i, name := range odooTags {
		if d.chance(35) {
			d.row("res_partner_res_partner_category_rel", "category_id, partner_id", i+1, id)
			if i < 3 {
				tags = append(tags, segment.JSON(name).Member("en_US"))
			}
		}
	}
	tags.see(c, "tags")
	for range d.IntN(4) {
		stage, active, typ := d.IntN(len(odooStages)+1), d.chance(80), one(d, "lead", "opportunity")
		priority, probability, revenue := d.maybe(20, one(d, "0", "2", "3")), one(d, 10.0, 50.5, 50.6, 99), d.maybe(20, one[decimal](d, "1000.5", "1000.49", "0"))
		deadline, closed, created := d.maybe(30, day(d.instant().Format(time.DateOnly))), d.maybe(50, d.instant()), d.instant()
		members := []any{"name", "A lead", "type", typ, "active", active, "priority", priority, "probability", probability, "expected_revenue", revenue, "deadline", deadline, "closed", closed, "created", created}
		var stageID any
		if stage > 0 {
			stageID = stage
			members = append(members, "won", stage == 2)
			if v := segment.JSON(odooStages[stage-1]).Member("en_US"); !v.IsNull() {
				members = append(members, "stage", v.Text())
			}
		}
		d.row("crm_lead", "id, name, type, partner_id, stage_id, active, priority, probability, expected_revenue, date_deadline, date_closed, create_date",
			d.next(), "A lead", typ, id, stageID, active, priority, probability, revenue, deadline, closed, created)
		leads.add(members...)
	}
	leads.see(c, "leads")
}

// odooOrder is a quotation or an order with its lines.
func (d *Data) odooOrder(c *contact) {
	n, at, state := d.next(), d.instant(), one(d, "sale", "sale", "sale", "done", "draft", "sent", "cancel")
	amount := d.maybe(5, one[decimal](d, "99.99", "100", "250.01", "500.00", "0.1", "-20"))
	d.row("sale_order", "id, name, state, partner_id, date_order, amount_untaxed, amount_total", n, fmt.Sprintf("S%05d", n), state, code(c.ID), at, amount, amount)
	switch state {
	case "cancel":
		return
	case "draft", "sent":
		var one objects
		one.add("name", fmt.Sprintf("S%05d", n), "state", state, "amount", amount, "date", at)
		c.Fields["quotations"] = segment.List(append(c.Fields["quotations"].List(), one...)...)
	default:
		c.event("order", at, n, "name", fmt.Sprintf("S%05d", n), "amount", amount, "untaxed", amount)
	}
	for range d.IntN(3) {
		line, product, quantity, price := d.next(), d.IntN(3), one[decimal](d, "1", "2", "0.5", "3.000"), one[decimal](d, "10", "99.99")
		var id, name, number any
		if product > 0 {
			id, name, number = product, odooProducts[product-1], odooProducts[product-1][:1]+"-1"
		}
		d.row("sale_order_line", "id, order_id, product_id, name, product_uom_qty, price_subtotal", line, n, id, "A line", quantity, price)
		if state == "sale" || state == "done" {
			c.event("bought", at, line, "product", name, "code", number, "quantity", quantity, "amount", price)
		}
	}
}

// trace is what came of one mail.
func (d *Data) trace(c *contact) {
	n, sent, model := d.next(), d.instant(), one(d, "res.partner", "res.partner", "res.partner", "res.partner", "crm.lead")
	mailing := d.IntN(3)
	var id, subject, opened, clicked, replied any
	if mailing > 0 {
		id, subject = mailing, []string{"Spring", "Autumn"}[mailing-1]
	}
	status, later := "sent", func() time.Time { return sent.Add(time.Duration(d.IntN(10*24*3600)) * time.Second) }
	if d.chance(50) {
		status, opened = "open", later()
		clicked, replied = d.maybe(50, later()), d.maybe(80, later())
	}
	sentAt := d.maybe(5, sent)
	d.row("mailing_trace", "id, trace_type, model, res_id, mass_mailing_id, trace_status, sent_datetime, open_datetime, links_click_datetime, reply_datetime",
		n, "mail", model, code(c.ID), id, status, sentAt, opened, clicked, replied)
	if model != "res.partner" {
		return
	}
	for name, at := range map[string]any{"sent": sentAt, "opened": opened, "clicked": clicked, "replied": replied} {
		props := []any{"mailing", subject, "mailing_id", id}
		if name == "sent" {
			props = append(props, "status", status, "clicked_at", clicked)
		}
		if at != nil {
			c.event(name, at.(time.Time), n, props...)
		}
	}
}

// mailingLists have addresses: those of partners, some of several, and of nobody.
func (d *Data) mailingLists(byEmail map[string][]*contact) {
	var emails []string
	for id := 1; id <= 70; id++ {
		emails = append(emails, fmt.Sprintf("p%d@example.com", id), fmt.Sprintf("p%d@example.org", id))
	}
	for i, email := range emails {
		d.row("mailing_contact", "id, email, email_normalized", i+1, email, email)
		for list := 1; list <= 3; list++ {
			if d.chance(50) {
				continue
			}
			out, at := d.maybe(30, d.chance(20)), d.instant()
			d.row("mailing_subscription", "contact_id, list_id, opt_out, create_date", i+1, list, out, at)
			for _, c := range byEmail[email] {
				if out != true && list < 3 {
					c.join("Newsletter", at)
				}
			}
		}
	}
}
