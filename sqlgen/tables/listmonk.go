package tables

// Listmonk returns the tables of listmonk (listmonk.app, version 2 and later) in
// PostgreSQL. Rules speak of a subscriber's email, name, status, uuid,
// created_at and updated_at, and of everything in attribs by its path; of the
// events `opened` (campaign_views), `clicked` (link_clicks) and `bounced`
// (bounces) with the properties campaign and campaign_id, url of a click and
// type of a bounce; and of lists by their names. A subscriber who has
// unsubscribed from a list is not on it.
//
// It is plain data: add the fields and events of your own.
func Listmonk() Tables {
	created := Column{Column: "created_at", Type: TypeTimestamp}
	campaign := map[string]Column{
		"campaign":    {Column: "campaign", Type: TypeText},
		"campaign_id": {Column: "campaign_id", Type: TypeInteger},
	}
	with := func(more string, c Column) map[string]Column {
		props := map[string]Column{more: c}
		for name, c := range campaign {
			props[name] = c
		}
		return props
	}
	events := func(name, query string, props map[string]Column) Events {
		return Events{Relation: Relation{Query: query}, Contact: "subscriber_id", Name: name, At: created, Order: "id", Known: true, Props: props}
	}
	return Tables{
		Contacts: Relation{Table: "subscribers"},
		ID:       Column{Column: "id", Type: TypeInteger},
		Fields: map[string]Column{
			"email":      {Column: "email", Type: TypeText},
			"name":       {Column: "name", Type: TypeText},
			"status":     {Expr: "{}.status::text", Type: TypeText},
			"uuid":       {Expr: "{}.uuid::text", Type: TypeText},
			"created_at": created,
			"updated_at": {Column: "updated_at", Type: TypeTimestamp},
		},
		Document: "attribs",
		Events: []Events{
			events("opened", "SELECT v.id, v.subscriber_id, v.created_at, v.campaign_id, c.name AS campaign"+
				" FROM campaign_views v LEFT JOIN campaigns c ON c.id = v.campaign_id WHERE v.subscriber_id IS NOT NULL", campaign),
			events("clicked", "SELECT k.id, k.subscriber_id, k.created_at, k.campaign_id, c.name AS campaign, l.url"+
				" FROM link_clicks k LEFT JOIN campaigns c ON c.id = k.campaign_id LEFT JOIN links l ON l.id = k.link_id WHERE k.subscriber_id IS NOT NULL",
				with("url", Column{Column: "url", Type: TypeText})),
			events("bounced", "SELECT b.id, b.subscriber_id, b.created_at, b.campaign_id, c.name AS campaign, b.type::text AS type"+
				" FROM bounces b LEFT JOIN campaigns c ON c.id = b.campaign_id",
				with("type", Column{Column: "type", Type: TypeText})),
		},
		Lists: &Lists{
			Relation: Relation{Query: "SELECT s.subscriber_id, l.name, s.created_at FROM subscriber_lists s" +
				" JOIN lists l ON l.id = s.list_id WHERE s.status <> 'unsubscribed'"},
			Contact: "subscriber_id", List: "name", Joined: &created,
		},
	}
}
