package tables

// Listmonk returns the tables of listmonk (listmonk.app, version 2 and later) in
// PostgreSQL. Rules speak of a subscriber's email, name, status, uuid,
// created_at and updated_at, and of everything in attribs by its path; of the
// events `opened` (campaign_views), `clicked` (link_clicks) and `bounced`
// (bounces) with the properties campaign and campaign_id, url of a click and
// type of a bounce; and of lists.
//
// Names of lists are not unique in listmonk, so a rule may say which it means:
//
//	IN LIST "News"           on any list of that name
//	IN LIST "id:3"           on the list with that number
//	IN LIST "tag:weekly"     on any list with that tag
//
// A subscriber who has unsubscribed from a list is not on it, and one who has not
// confirmed yet is. In front of each of these names `confirmed:`, `unconfirmed:` or
// `unsubscribed:` asks for that state alone: IN LIST "confirmed:id:3". Who is on several
// lists under one name joined it with the first.
//
// As it is installed, listmonk does not keep who opened and who clicked: with its
// privacy setting "individual subscriber tracking" off, campaign_views and link_clicks
// have no subscriber, so DID opened and DID clicked match nobody, and NEVER DID opened
// matches everyone. Switch it on before rules ask for them; what came before stays
// without a subscriber.
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
			"subscriptions": {In: "subscription", Members: map[string]Column{
				"list": {In: "list", Column: "name", Type: TypeText}, "list_id": {Column: "list_id", Type: TypeInteger},
				"status": {Expr: "{}.status::text", Type: TypeText}, "since": created,
			}},
		},
		Document: "attribs",
		Related: map[string]Related{
			"subscription": {Relation: Relation{Table: "subscriber_lists"}, Key: "subscriber_id", Many: true, Order: "list_id"},
			"list":         {Relation: Relation{Table: "lists"}, Key: "id", Owner: "list_id", Of: "subscription"},
		},
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
		Lists: &Lists{Relation: Relation{Query: listmonkLists}, Contact: "subscriber_id", List: "name", Joined: &created},
	}
}

// listmonkLists gives each list all its names, with the states of a membership that
// each stands for, before it looks at a single membership.
const listmonkLists = "SELECT s.subscriber_id, n.name, min(s.created_at) AS created_at FROM" +
	" (SELECT l.id, p.prefix || x.name AS name, p.states FROM lists l" +
	" CROSS JOIN LATERAL (SELECT l.name UNION SELECT 'id:' || l.id UNION SELECT 'tag:' || t.tag FROM unnest(l.tags) t (tag)) x (name)" +
	" CROSS JOIN (VALUES ('', '{unconfirmed,confirmed}'::subscription_status[]), ('confirmed:', '{confirmed}')," +
	" ('unconfirmed:', '{unconfirmed}'), ('unsubscribed:', '{unsubscribed}')) p (prefix, states)) n" +
	" JOIN subscriber_lists s ON s.list_id = n.id AND s.status = ANY (n.states) GROUP BY s.subscriber_id, n.name"
