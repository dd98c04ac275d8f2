package schemas

// Mautic on MariaDB: days of zeros from the times when they were allowed, visitors
// without a name, rows of contacts that are gone, texts that differ by case alone.

import (
	"fmt"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

var mautic = Schema{Name: "mautic", Engines: []string{"mariadb"}, Tables: ready(sqlgen.Mautic()), fill: fillMautic}

var (
	mauticTags   = []string{"vip", "partner", "churn", "VIP2", "Ärger"}
	mauticStages = []string{"Lead", "MQL", "Customer", "customer"}
	mauticEmails = []string{"Welcome", "Offer", "welcome"}
	mauticForms  = []string{"contact", "demo"}
	mauticPages  = []string{"Home", "Pricing"}
	mauticAssets = []string{"Whitepaper", "Price list"}
	mauticLists  = []string{"newsletter", "customers", "no-shows"}
	mauticURLs   = []string{"https://example.com/pricing", "https://example.com/", "https://example.com/Pricing", "https://example.com/blog?a=1&b=%27"}
)

// zeroTime is what old versions of MySQL wrote where there was no time.
const zeroTime = code("'0000-00-00 00:00:00'")

func fillMautic(d *Data) {
	named := func(table, column string, names []string) {
		for i, n := range names {
			d.row(table, "id, "+column, i+1, n)
		}
	}
	named("lead_tags", "tag", mauticTags)
	named("emails", "name", mauticEmails)
	named("pages", "title", mauticPages)
	named("assets", "title", mauticAssets)
	for i, n := range mauticStages {
		d.row("stages", "id, name, weight", i+1, n, 10*i)
	}
	for i, n := range mauticForms {
		d.row("forms", "id, name, alias", i+1, "The "+n+" form", n)
	}
	for i, n := range mauticLists {
		d.row("lead_lists", "id, name, alias", i+1, "Same name", n)
	}
	for i, u := range mauticURLs {
		d.row("page_redirects", "id, redirect_id, url", i+1, fmt.Sprintf("%025d", i), u)
	}
	companies := d.mauticCompanies()
	for i := range 70 {
		c := d.lead(i + 1)
		d.leadRelated(c, companies)
		for range d.IntN(22) {
			d.leadEvent(c)
		}
	}
	// What is left of contacts that are gone.
	for range 10 {
		d.row("page_hits", "id, page_id, lead_id, date_hit, code, url", d.next(), 1, nil, d.instant(), 200, mauticURLs[0])
		d.row("email_stats", "id, email_id, lead_id, date_sent, is_read, is_failed, date_read", d.next(), 1, nil, d.instant(), 1, 0, d.instant())
		d.row("lead_donotcontact", "id, lead_id, date_added, reason, channel", d.next(), nil, d.instant(), 1, "email")
	}
}

// mauticCompanies makes companies, and returns what rules see of each.
func (d *Data) mauticCompanies() (companies []map[string]any) {
	for i := range 8 {
		c := map[string]any{
			"name": d.maybe(10, one(d, "Acme", "acme", "Globex", "Müller & Söhne")), "industry": d.maybe(20, one(d, "Retail", "Banking")),
			"city": d.maybe(20, one(d, "Berlin", "Wien")), "country": d.maybe(20, one(d, "Germany", "Austria", "germany")), "website": nil,
			"score": d.maybe(20, d.IntN(12)), "employees": d.maybe(20, one(d, 50.0, 49.5, 1200)), "revenue": d.maybe(20, one(d, 1000000.5, 0.1, 1e9)),
		}
		d.row("companies", "id, companyname, companyindustry, companycity, companycountry, score, companynumber_of_employees, companyannual_revenue",
			i+1, c["name"], c["industry"], c["city"], c["country"], c["score"], c["employees"], c["revenue"])
		companies = append(companies, c)
	}
	return companies
}

// lead makes a row of leads.
func (d *Data) lead(id int) *contact {
	c := d.contact(fmt.Sprint(id), true)
	c.put("id", id)
	known := d.chance(70)
	if known {
		c.field("email", fmt.Sprintf("%s%s@example.%s", one(d, "ann", "Bob", "cid"), one(d, "", "x", fmt.Sprint(id)), one(d, "com", "org", "COM")))
		c.field("firstname", d.maybe(10, one(d, "Ann", "ann", "Åsa", "Bob ", "", "A\tB")))
		c.field("lastname", d.maybe(10, one(d, "O'Hara", "Müller", `C:\`, "Ó")))
		c.field("position", d.maybe(40, one(d, "CEO", "ceo & founder", "Küchenchef", "CTO")))
	}
	c.field("country", d.maybe(15, one(d, "Germany", "germany", "Germany ", "France", "")))
	c.field("city", d.maybe(15, one(d, "Berlin", "berlin", "Köln", "Koln", "  ", "")))
	c.field("website", d.maybe(50, one(d, `https://a.example\x`, "https://a.example/100%", "")))
	c.field("points", one(d, 0, 5, 10, 15, 55, 100, 101, -20))
	c.field("owner_id", d.maybe(40, 1+d.IntN(4)))
	c.field("is_published", d.chance(85))
	c.field("attribution", d.maybe(30, one(d, 12.5, 0.1, 999.99, 1e12)))
	c.zeros("attribution_date", "'0000-00-00'", d.maybe(20, d.birthday()))
	for _, column := range []string{"date_added", "date_modified", "last_active"} {
		c.zeros(column, zeroTime, d.maybe(10, d.instant()))
	}
	if known {
		c.field("date_identified", d.instant())
	}
	if stage := d.IntN(6); stage > 0 { // the fifth is no stage any more
		c.put("stage_id", stage)
		if stage <= len(mauticStages) {
			c.see("stage", segment.Text(mauticStages[stage-1]))
			c.see("stage_weight", segment.Int(int64(10*(stage-1))))
		}
	}
	c.store("leads")
	return c
}

// zeros is a field that in one of ten rows has zeros instead of a time.
func (c *contact) zeros(column string, zero code, cell any) {
	if c.d.chance(10) {
		c.put(column, zero)
		return
	}
	c.field(column, cell)
}

// objects is a list of what rows related to a contact say.
type objects []segment.Value

// add adds an object of names and values in turn.
func (o *objects) add(members ...any) {
	var ms []segment.Member
	for i := 0; i < len(members); i += 2 {
		if v := valueOf(members[i+1]); !v.IsNull() {
			ms = append(ms, segment.Member{Name: members[i].(string), Value: v})
		}
	}
	*o = append(*o, segment.Object(ms...))
}

// see sets a list field, which is missing where there are no rows.
func (o objects) see(c *contact, field string) {
	if len(o) > 0 {
		c.Fields[field] = segment.List(o...)
	}
}

// leadRelated makes the rows of other tables that belong to a lead.
func (d *Data) leadRelated(c *contact, companies []map[string]any) {
	id := code(c.ID)
	var tags, of, dnc, utm, devices objects
	for i, tag := range mauticTags {
		if d.chance(30) {
			d.row("lead_tags_xref", "lead_id, tag_id", id, i+1)
			tags = append(tags, segment.Text(tag))
		}
	}
	if d.chance(10) {
		d.row("lead_tags_xref", "lead_id, tag_id", id, 99) // a tag that is gone
	}
	tags.see(c, "tags")
	for i, x := range companies {
		if !d.chance(25) {
			continue
		}
		since, primary := d.instant(), d.maybe(20, d.chance(50))
		d.row("companies_leads", "company_id, lead_id, date_added, is_primary", i+1, id, since, primary)
		members := []any{"primary", primary, "since", since}
		for name, v := range x {
			members = append(members, name, v)
		}
		of.add(members...)
		if primary == true { // of several the last counts
			var whole objects
			whole.add(members[4:]...)
			c.Fields["primary_company"] = whole[0]
		}
	}
	of.see(c, "companies")
	for range d.IntN(3) {
		channel, reason, since, comments := one(d, "email", "email", "sms"), 1+d.IntN(3), d.instant(), d.maybe(50, "User unsubscribed.")
		d.row("lead_donotcontact", "id, lead_id, date_added, reason, channel, comments", d.next(), id, since, reason, channel, comments)
		dnc.add("channel", channel, "reason", reason, "since", since, "comments", comments)
	}
	dnc.see(c, "do_not_contact")
	for range d.IntN(3) {
		source, medium, at := d.maybe(20, one(d, "google", "Google", "bing")), d.maybe(20, one(d, "cpc", "mail")), d.instant()
		d.row("lead_utmtags", "id, lead_id, date_added, utm_source, utm_medium", d.next(), id, at, source, medium)
		utm.add("source", source, "medium", medium, "at", at)
	}
	utm.see(c, "utm")
	for range d.IntN(3) {
		os, brand, since := d.maybe(20, one(d, "iOS", "Android")), d.maybe(20, one(d, "Samsung", "Apple")), d.instant()
		n := d.next()
		d.row("lead_devices", "id, lead_id, date_added, device, device_os_name, device_brand", n, id, since, "smartphone", os, brand)
		devices.add("device", "smartphone", "os", os, "brand", brand, "since", since)
	}
	devices.see(c, "devices")
	for i, alias := range mauticLists {
		if d.chance(50) {
			at, removed := d.instant(), d.chance(20)
			d.row("lead_lists_leads", "leadlist_id, lead_id, date_added, manually_removed, manually_added", i+1, id, at, removed, false)
			if !removed {
				c.join(alias, at)
				c.Segments = append(c.Segments, alias)
			}
		}
	}
}

// leadEvent makes a row of one of the tables of events.
func (d *Data) leadEvent(c *contact) {
	id, n, at := code(c.ID), d.next(), d.instant()
	named := func(names []string) (number, name any) { // one of five is gone
		i := d.IntN(len(names) + len(names)/4 + 1)
		if i >= len(names) {
			return i + 1, nil
		}
		return i + 1, names[i]
	}
	switch d.IntN(12) {
	case 0, 1, 2, 3:
		d.emailStat(c, n, at)
	case 4, 5, 6:
		url, title := d.maybe(10, one(d, mauticURLs...)), d.maybe(40, "A title")
		page, name := named(mauticPages)
		if d.chance(40) {
			page, name = nil, nil
		}
		country, status := d.maybe(20, one(d, "Germany", "France")), one(d, 200, 200, 404)
		d.row("page_hits", "id, page_id, lead_id, date_hit, code, url, url_title, country", n, page, id, at, status, url, title, country)
		c.event("visited", at, n, "page_id", page, "page", name, "code", status, "url", url, "url_title", title, "country", country)
	case 7:
		i, email := d.IntN(len(mauticURLs)), d.IntN(len(mauticEmails))
		d.row("page_hits", "id, redirect_id, email_id, lead_id, date_hit, code, url, source, source_id", n, i+1, email+1, id, at, 200, "x", "email", email+1)
		c.event("clicked", at, n, "url", mauticURLs[i], "email", mauticEmails[email], "email_id", email+1, "source", "email", "source_id", email+1)
	case 8:
		i, page := d.IntN(len(mauticForms)), d.maybe(50, 1)
		d.row("form_submissions", "id, form_id, lead_id, date_submitted, page_id", n, i+1, id, at, page)
		c.event("form_submitted", at, n, "form_id", i+1, "form", "The "+mauticForms[i]+" form", "alias", mauticForms[i], "page_id", page)
	case 9:
		typ, event, delta := one(d, "email", "url", "form"), one(d, "opened", "Opened", "visited"), one(d, 5, 10, -5, 20, 1)
		d.row("lead_points_change_log", "id, lead_id, type, event_name, action_name, delta, date_added", n, id, typ, event, "a", delta, at)
		c.event("points_changed", at, n, "type", typ, "event_name", event, "action_name", "a", "delta", delta)
	case 10:
		i := d.IntN(len(mauticStages))
		d.row("lead_stages_change_log", "id, lead_id, stage_id, event_name, action_name, date_added", n, id, i+1, mauticStages[i], "a", at)
		c.event("stage_changed", at, n, "stage_id", i+1, "event_name", mauticStages[i], "action_name", "a")
	default:
		asset, title := named(mauticAssets)
		d.row("asset_downloads", "id, asset_id, lead_id, date_download, code", n, asset, id, at, 200)
		c.event("downloaded", at, n, "asset_id", asset, "asset", title, "code", 200)
	}
}

// emailStat is an email with what came of it.
func (d *Data) emailStat(c *contact, n int64, at time.Time) {
	i := d.IntN(len(mauticEmails))
	source, opens, failed := d.maybe(30, one(d, "campaign.event", "email")), d.IntN(6), d.chance(10)
	read, readAt := false, any(nil)
	props := []any{"email_id", i + 1, "email", mauticEmails[i], "source", source}
	switch {
	case failed:
		c.event("failed", at, n, props...)
	default:
		c.event("sent", at, n, props...)
		if read = d.chance(60); read {
			first := at.Add(time.Duration(d.IntN(14*24*3600)) * time.Second)
			readAt = first
			if d.chance(10) {
				readAt = one[any](d, nil, zeroTime)
			} else {
				c.event("opened", first, n, append(props, "open_count", opens)...)
			}
		}
	}
	d.row("email_stats", "id, email_id, lead_id, date_sent, is_read, is_failed, date_read, source, open_count", n, i+1, code(c.ID), at, read, failed, readAt, source, opens)
	if failed || !read {
		return
	}
	for range d.IntN(3) {
		m, open := d.next(), d.instant()
		d.row("email_stats_devices", "id, stat_id, device_id, date_opened", m, n, nil, open)
		c.event("opened_on_device", open, m, "email_id", i+1, "email", mauticEmails[i])
	}
}
