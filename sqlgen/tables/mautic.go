package tables

import "github.com/segmentrules/segment/rule"

// Mautic returns the tables of Mautic (mautic.org, versions 4 to 7) in MySQL or MariaDB,
// without a prefix of their names. Rules speak of
//
//   - the contact's columns by their names: firstname, email, city, country, points,
//     date_added, last_active, date_identified (missing of visitors who are not known yet)
//     and so on; stage, the stage's name;
//   - tags, a list of texts; companies, a list of objects with name, industry, city,
//     country, website, employees, revenue, score, primary and since; and
//     primary_company.name and so on;
//   - do_not_contact, a list of objects with channel ("email", "sms"), reason (1 unsubscribed,
//     2 bounced, 3 by hand) and since; utm, a list of objects with source, medium, campaign,
//     content, term and at; devices, a list of objects with device, os, brand and model;
//   - the events sent, failed, opened (the first time of each email), opened_on_device
//     (every time that was told), clicked, visited, form_submitted, points_changed,
//     stage_changed and downloaded;
//   - Mautic's own segments by their aliases, both as lists, with the instant of joining,
//     and as segments. Who was removed from one by hand is not in it.
//
// Fields that the installation has added are columns of leads: add them to Fields. It is
// plain data.
func Mautic() Tables {
	text := func(column string) Column { return Column{Column: column, Type: TypeText} }
	at := func(column string) Column { return Column{Column: column, Type: TypeTimestamp} }
	number := func(column string) Column { return Column{Column: column, Type: TypeInteger} }
	t := Tables{
		Contacts: Relation{Table: "leads"},
		ID:       number("id"),
		Fields: map[string]Column{
			"points": number("points"), "owner_id": number("owner_id"), "is_published": {Column: "is_published", Type: TypeBool},
			"attribution": {Column: "attribution", Type: TypeFloat}, "attribution_date": {Column: "attribution_date", Type: TypeDate},
			"stage": {In: "stage", Column: "name", Type: TypeText}, "stage_weight": {In: "stage", Column: "weight", Type: TypeInteger},
			"tags":      {In: "tag", Column: "tag", Type: TypeText},
			"companies": {In: "member", Members: map[string]Column{"primary": {Column: "is_primary", Type: TypeBool}, "since": at("date_added")}},
			"do_not_contact": {In: "do_not_contact", Members: map[string]Column{
				"channel": text("channel"), "reason": number("reason"), "comments": text("comments"), "since": at("date_added")}},
			"utm": {In: "utm", Members: map[string]Column{"source": text("utm_source"), "medium": text("utm_medium"),
				"campaign": text("utm_campaign"), "content": text("utm_content"), "term": text("utm_term"), "at": at("date_added")}},
			"devices": {In: "device", Members: map[string]Column{"device": text("device"), "os": text("device_os_name"),
				"brand": text("device_brand"), "model": text("device_model"), "since": at("date_added")}},
		},
		Related: map[string]Related{
			"stage":           {Relation: Relation{Table: "stages"}, Key: "id", Owner: "stage_id"},
			"tagged":          {Relation: Relation{Table: "lead_tags_xref"}, Key: "lead_id", Many: true, Order: "tag_id"},
			"tag":             {Relation: Relation{Table: "lead_tags"}, Key: "id", Owner: "tag_id", Of: "tagged"},
			"member":          {Relation: Relation{Table: "companies_leads"}, Key: "lead_id", Many: true, Order: "company_id"},
			"member_company":  {Relation: Relation{Table: "companies"}, Key: "id", Owner: "company_id", Of: "member"},
			"primary":         {Relation: Relation{Table: "companies_leads"}, Key: "lead_id", Match: map[string]rule.Value{"is_primary": rule.Int(1)}, Order: "company_id"},
			"primary_company": {Relation: Relation{Table: "companies"}, Key: "id", Owner: "company_id", Of: "primary"},
			"do_not_contact":  {Relation: Relation{Table: "lead_donotcontact"}, Key: "lead_id", Many: true, Order: "id"},
			"utm":             {Relation: Relation{Table: "lead_utmtags"}, Key: "lead_id", Many: true, Order: "id"},
			"device":          {Relation: Relation{Table: "lead_devices"}, Key: "lead_id", Many: true, Order: "id"},
		},
		Lists:    &Lists{Relation: Relation{Query: mauticSegments}, Contact: "lead_id", List: "alias", Joined: &Column{Column: "date_added", Type: TypeTimestamp}},
		Segments: &Segments{Relation: Relation{Query: mauticSegments}, Contact: "lead_id", Segment: "alias"},
	}
	for _, column := range []string{"title", "firstname", "lastname", "company", "position", "email", "phone", "mobile", "address1", "address2",
		"city", "state", "zipcode", "country", "timezone", "preferred_locale", "website", "facebook", "instagram", "linkedin", "twitter"} {
		t.Fields[column] = text(column)
	}
	for _, column := range []string{"date_added", "date_modified", "last_active", "date_identified"} {
		t.Fields[column] = at(column)
	}
	for name, c := range map[string]Column{"name": text("companyname"), "industry": text("companyindustry"), "city": text("companycity"),
		"country": text("companycountry"), "website": text("companywebsite"), "score": number("score"),
		"employees": {Column: "companynumber_of_employees", Type: TypeFloat}, "revenue": {Column: "companyannual_revenue", Type: TypeFloat}} {
		c.In = "member_company"
		t.Fields["companies"].Members[name] = c
		c.In = "primary_company"
		t.Fields["primary_company."+name] = c
	}
	t.Events = mauticEvents()
	return t
}

// mauticSegments are the memberships that were not undone by hand.
const mauticSegments = "SELECT x.lead_id, l.alias, x.date_added FROM lead_lists_leads x JOIN lead_lists l ON l.id = x.leadlist_id WHERE x.manually_removed = 0"

// mauticEvents are Mautic's tables of what contacts did, each with the names of what it
// was about beside the numbers.
func mauticEvents() []Events {
	props := func(numbers, texts []string) map[string]Column {
		props := make(map[string]Column)
		for _, n := range numbers {
			props[n] = Column{Column: n, Type: TypeInteger}
		}
		for _, n := range texts {
			props[n] = Column{Column: n, Type: TypeText}
		}
		return props
	}
	events := func(name, at, query string, props map[string]Column) Events {
		return Events{Relation: Relation{Query: query}, Contact: "lead_id", Known: true, Name: name,
			At: Column{Column: at, Type: TypeTimestamp}, Order: "id", Props: props}
	}
	const (
		emails = "SELECT s.id, s.lead_id, s.date_sent, s.date_read, s.email_id, s.list_id, s.source, s.source_id, s.open_count, e.name AS email, e.subject" +
			" FROM email_stats s LEFT JOIN emails e ON e.id = s.email_id WHERE s.lead_id IS NOT NULL AND "
		hits = "SELECT h.id, h.lead_id, h.date_hit, h.page_id, h.email_id, h.code, h.country, h.region, h.city, h.source, h.source_id, h.referer, "
	)
	sent := props([]string{"email_id", "list_id", "source_id"}, []string{"email", "subject", "source"})
	opened := props([]string{"email_id", "list_id", "source_id", "open_count"}, []string{"email", "subject", "source"})
	return []Events{
		events("sent", "date_sent", emails+"s.is_failed = 0", sent),
		events("failed", "date_sent", emails+"s.is_failed = 1", sent),
		events("opened", "date_read", emails+"s.is_read = 1 AND s.date_read IS NOT NULL", opened),
		events("opened_on_device", "date_opened", "SELECT d.id, s.lead_id, d.date_opened, s.email_id, e.name AS email, v.device, v.device_os_name AS os"+
			" FROM email_stats_devices d JOIN email_stats s ON s.id = d.stat_id LEFT JOIN emails e ON e.id = s.email_id"+
			" LEFT JOIN lead_devices v ON v.id = d.device_id WHERE s.lead_id IS NOT NULL", props([]string{"email_id"}, []string{"email", "device", "os"})),
		events("clicked", "date_hit", hits+"r.url, e.name AS email FROM page_hits h JOIN page_redirects r ON r.id = h.redirect_id"+
			" LEFT JOIN emails e ON e.id = h.email_id WHERE h.lead_id IS NOT NULL", props([]string{"email_id", "source_id"}, []string{"url", "email", "source", "country", "city"})),
		events("visited", "date_hit", hits+"h.url, h.url_title, p.title AS page FROM page_hits h LEFT JOIN pages p ON p.id = h.page_id"+
			" WHERE h.redirect_id IS NULL AND h.lead_id IS NOT NULL",
			props([]string{"page_id", "code", "source_id"}, []string{"url", "url_title", "page", "referer", "source", "country", "region", "city"})),
		events("form_submitted", "date_submitted", "SELECT s.id, s.lead_id, s.date_submitted, s.form_id, s.page_id, s.referer, f.name AS form, f.alias"+
			" FROM form_submissions s LEFT JOIN forms f ON f.id = s.form_id WHERE s.lead_id IS NOT NULL", props([]string{"form_id", "page_id"}, []string{"form", "alias", "referer"})),
		{Relation: Relation{Table: "lead_points_change_log"}, Contact: "lead_id", Known: true, Name: "points_changed", At: Column{Column: "date_added", Type: TypeTimestamp},
			Order: "id", Props: props([]string{"delta"}, []string{"type", "event_name", "action_name"})},
		{Relation: Relation{Table: "lead_stages_change_log"}, Contact: "lead_id", Known: true, Name: "stage_changed", At: Column{Column: "date_added", Type: TypeTimestamp},
			Order: "id", Props: props([]string{"stage_id"}, []string{"event_name", "action_name"})},
		events("downloaded", "date_download", "SELECT d.id, d.lead_id, d.date_download, d.asset_id, d.code, d.source, d.source_id, d.referer, a.title AS asset"+
			" FROM asset_downloads d LEFT JOIN assets a ON a.id = d.asset_id WHERE d.lead_id IS NOT NULL",
			props([]string{"asset_id", "code", "source_id"}, []string{"asset", "source", "referer"})),
	}
}
