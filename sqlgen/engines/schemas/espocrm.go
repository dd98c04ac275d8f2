package schemas

// EspoCRM on MariaDB: keys that are texts, rows that are marked as deleted instead of
// being so, JSON in columns of text where some rows have none.

import (
	"fmt"
	"time"

	"github.com/segmentrules/segment"
)

var espocrm = Schema{Name: "espocrm", Engines: []string{"mariadb"}, Tables: written("espocrm"), fill: fillEspoCRM}

// accounts are what rules see of accounts, by their ids; nothing of the last, which is deleted.
var espoAccounts = []struct{ id, name, typ, industry, country string }{
	{"a1", "Acme", "Customer", "Banking", "Germany"}, {"a2", "acme", "Partner", "Retail", "France"}, {"a3", "Globex", "partner", "", "Germany"}, {"a4", "Gone", "Customer", "Retail", "Germany"},
}

func fillEspoCRM(d *Data) {
	for i, a := range espoAccounts {
		d.row("account", "id, name, type, industry, billing_address_country, deleted", a.id, a.name, a.typ, a.industry, a.country, i == 3)
	}
	for i, name := range []string{"Newsletter", "newsletter", "Newsletter", "Gone"} {
		d.row("target_list", "id, name, deleted", fmt.Sprintf("tl%d", i+1), name, name == "Gone")
	}
	for i, name := range []string{"Spring", "Autumn", "Gone"} {
		d.row("campaign", "id, name, deleted", fmt.Sprintf("k%d", i+1), name, name == "Gone")
	}
	for i := range 70 {
		// One in ten is deleted, and stays behind with all that belongs to it.
		deleted := i%10 == 9
		c := d.espoContact(i, deleted)
		d.espoEmails(c)
		d.espoSales(c)
		for range d.IntN(16) {
			d.espoEvent(c)
		}
	}
}

func (d *Data) espoContact(i int, deleted bool) *contact {
	c := d.contact(fmt.Sprintf("c%s%d", one(d, "a", "A", "f"), i), !deleted)
	c.put("id", c.ID)
	c.put("deleted", deleted)
	address := map[string]any{
		"city": d.maybe(20, one(d, "Köln", "Koln", "köln", "Berlin")), "country": d.maybe(20, one(d, "Germany", "germany", "France")),
		"postal_code": d.maybe(20, one(d, "10115", "1010", "D-10115", "")),
	}
	var members objects
	for _, name := range []string{"city", "country", "postal_code"} {
		c.put("address_"+name, address[name])
		members.add(name, address[name])
		if len(members[0].Members()) > 0 {
			c.Fields["address"] = segment.Object(append(c.Fields["address"].Members(), members[0].Members()...)...)
		}
		members = nil
	}
	see := func(column, name string, cell any) {
		c.put(column, cell)
		c.see(name, valueOf(cell))
	}
	see("salutation_name", "salutation", d.maybe(40, one(d, "Mr.", "Dr.", "mr.")))
	c.field("first_name", d.maybe(10, one(d, "Ann", "ann", "Änn", "Bob")))
	c.field("last_name", d.maybe(10, one(d, "Müller", "Muller", "O'Hara", "müller ")))
	c.field("description", d.maybe(40, one(d, "", " \n\t", "This is URGENT, call", "naïve 🙂", `\n`)))
	c.field("do_not_call", d.chance(30))
	c.field("created_at", d.maybe(5, d.instant()))
	c.field("modified_at", d.maybe(20, d.instant()))
	if d.chance(12) {
		c.put("c_birthday", code("'0000-00-00'"))
	} else {
		see("c_birthday", "birthday", d.maybe(20, d.birthday()))
	}
	see("c_score", "score", d.maybe(15, one(d, 0, 1, 3, 10, 17, 42, 50, -4)))
	see("c_vip", "vip", d.chance(40))
	see("c_discount", "discount", d.maybe(15, one[decimal](d, "0.125", "12.5000", "0.1249", "-1", "0", "99.9999")))
	c.interests()
	if d.chance(12) {
		c.put("c_renewal_at", zeroTime)
	} else {
		see("c_renewal_at", "renewal_at", d.maybe(15, d.instant()))
	}
	see("c_tier", "tier", d.maybe(20, one(d, "Gold", "Silver", "Bronze")))
	if n := d.IntN(6); n < 5 { // the fifth never was
		c.put("account_id", fmt.Sprintf("a%d", n+1))
		if n < 3 {
			a := espoAccounts[n]
			var account objects
			account.add("name", a.name, "type", a.typ, "industry", a.industry, "country", a.country)
			c.Fields["account"] = account[0]
		}
	}
	c.store("contact")
	return c
}

// interests is a list in a column of text, in some rows no JSON at all.
func (c *contact) interests() {
	d := c.d
	text := one(d, `["golf","wine"]`, `["golf"]`, `["wine", "chess", "golf"]`, `[]`, `"golf"`, `null`, "", "golf, wine", `["golf"`, `["Golf"]`)
	c.put("c_interests", d.maybe(10, text))
	if v, err := segment.ParseJSON([]byte(text)); err == nil && c.cells[len(c.cells)-1] != nil {
		c.see("interests", v)
	}
}

// espoEmails are email addresses, of which one is the first.
func (d *Data) espoEmails(c *contact) {
	var all objects
	for n := range d.IntN(4) {
		id, link := fmt.Sprintf("e%d", d.next()), d.next()
		address := fmt.Sprintf("%s%s@%s", one(d, "a", "B"), c.ID, one(d, "example.com", "work.example", "Example.com"))
		invalid, optOut, deleted := d.chance(20), d.chance(30), d.chance(10)
		d.row("email_address", "id, name, lower, invalid, opt_out, deleted", id, address, address, invalid, optOut, deleted)
		d.row("entity_email_address", "id, entity_id, email_address_id, entity_type, `primary`, deleted", link, c.ID, id, one(d, "Contact", "Contact", "Contact", "Lead"), n == 0, d.chance(10))
		row := d.last("entity_email_address")
		if row[3] != "Contact" || row[5] == true || deleted {
			continue
		}
		all = append(all, segment.Text(address))
		if n == 0 {
			c.see("email", segment.Text(address))
			c.see("email_invalid", segment.Bool(invalid))
			c.see("email_opt_out", segment.Bool(optOut))
		}
	}
	all.see(c, "emails")
}

// last is the row of a table that came last.
func (d *Data) last(table string) []any {
	for _, b := range d.batches {
		if b.table == table {
			return b.rows[len(b.rows)-1]
		}
	}
	return nil
}

// espoSales are opportunities, cases and lists.
func (d *Data) espoSales(c *contact) {
	var opportunities, cases objects
	for range d.IntN(4) {
		id, link := fmt.Sprintf("o%d", d.next()), d.next()
		amount, stage, role := d.maybe(10, one[decimal](d, "100", "99.9999", "1000.0001", "5000")), one(d, "Prospecting", "Closed Won", "Closed Lost"), d.maybe(30, "Decision Maker")
		probability, closes := d.maybe(20, one(d, 10, 50, 90)), d.maybe(10, day(d.instant().Format(time.DateOnly)))
		gone, unlinked := d.chance(10), d.chance(10)
		d.row("opportunity", "id, name, amount, stage, probability, close_date, deleted", id, "Deal", amount, stage, probability, closes, gone)
		d.row("contact_opportunity", "id, contact_id, opportunity_id, role, deleted", link, c.ID, id, role, unlinked)
		if !gone && !unlinked {
			opportunities.add("name", "Deal", "amount", amount, "stage", stage, "probability", probability, "close_date", closes, "role", role)
		}
	}
	opportunities.see(c, "opportunities")
	for range d.IntN(3) {
		n, status, priority, at, deleted := d.next(), one(d, "New", "Closed"), d.maybe(20, one(d, "High", "Urgent", "Low")), d.instant(), d.chance(10)
		d.row("`case`", "id, number, status, priority, created_at, contact_id, deleted", fmt.Sprintf("s%d", n), n, status, priority, at, c.ID, deleted)
		if !deleted {
			cases.add("number", n, "status", status, "priority", priority, "created_at", at)
		}
	}
	cases.see(c, "cases")
	for i, name := range []string{"Newsletter", "newsletter", "Newsletter", "Gone"} {
		if d.chance(50) {
			continue
		}
		id, out, deleted := fmt.Sprintf("tl%d", i+1), d.chance(20), d.chance(10)
		for range 1 + d.IntN(2) { // some rows are there twice
			d.row("contact_target_list", "contact_id, target_list_id, opted_out, deleted", c.ID, id, out, deleted)
		}
		if !out && !deleted {
			c.join("id:"+id, time.Time{})
			if name != "Gone" {
				c.join(name, time.Time{})
			}
		}
	}
}

// espoEvent is a record of a campaign's log, or a meeting.
func (d *Data) espoEvent(c *contact) {
	n, at, deleted := d.next(), d.instant(), d.chance(8)
	if d.chance(20) {
		status, acceptance := one(d, "Held", "Planned", "Not Held"), d.maybe(40, one(d, "Accepted", "Declined"))
		d.row("meeting", "id, name, status, date_start, deleted", fmt.Sprintf("m%d", n), "Talk", status, at, deleted)
		d.row("contact_meeting", "id, contact_id, meeting_id, status", n, c.ID, fmt.Sprintf("m%d", n), acceptance)
		if !deleted {
			c.event("meeting", at, n, "name", "Talk", "status", status, "acceptance", acceptance)
		}
		return
	}
	action, parent, test := one(d, "Sent", "Sent", "Opened", "Opened", "Clicked", "Bounced", "Opted Out", "Lead Created", "Unknown"), one(d, "Contact", "Contact", "Contact", "Contact", "Lead"), d.chance(8)
	url := d.maybe(50, one(d, "https://example.com/a", "http://example.com", "HTTPS://example.com/"))
	campaign, name := d.maybe(10, one(d, "k1", "k2", "k3", "k9")), any(nil)
	switch campaign {
	case "k1":
		name = "Spring"
	case "k2":
		name = "Autumn"
	}
	data := d.maybe(20, one(d, `{"type": "Hard"}`, `{"type": "Soft", "cost": 0.1}`, `{"cost": 0.2}`, `[]`, "", `{"type":`, `{"cost": "0.5"}`))
	d.row("campaign_log_record", "id, number, action, action_date, string_data, data, is_test, campaign_id, parent_id, parent_type, deleted",
		fmt.Sprintf("r%d", n), n, action, at, url, data, test, campaign, c.ID, parent, deleted)
	if parent != "Contact" || test || deleted || action == "Unknown" {
		return
	}
	var members objects
	members.add("campaign", name, "campaign_id", campaign, "string_data", url)
	props := members[0].Members()
	if text, ok := data.(string); ok {
		if v, err := segment.ParseJSON([]byte(text)); err == nil {
			props = append(props, v.Members()...)
		}
	}
	c.happened(action, at, n, segment.Object(props...))
}
