package schemas

import (
	"fmt"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

var listmonk = Schema{Name: "listmonk", Engines: []string{"postgres"}, Tables: ready(sqlgen.Listmonk()), fill: fillListmonk}

// listmonkLists are lists with the name, which two have, and the tags of each.
var listmonkLists = []struct {
	name string
	tags []string
}{{"Newsletter", []string{"weekly", "all"}}, {"Newsletter", nil}, {"VIP", []string{"all"}}, {"id:4", []string{}}, {"Beta \"x\"", []string{"weekly", "weekly"}}}

func fillListmonk(d *Data) {
	for i, l := range listmonkLists {
		tags := code("NULL")
		if l.tags != nil {
			tags = code("ARRAY[" + joined(literals(d.Engine, cellsOf(l.tags))) + "]::varchar[]")
		}
		d.row("lists", "id, name, tags", i+1, l.name, tags)
	}
	campaigns := []string{"spring", "autumn", "autumn 2", "spring"}
	for i, name := range campaigns {
		d.row("campaigns", "id, name", i+1, name)
	}
	links := []string{"https://example.com/shop", "https://example.com/home", "https://example.com/Shop?a=1&b='2'"}
	for i, url := range links {
		d.row("links", "id, url", i+1, url)
	}
	var contacts []*contact
	for i := range 70 {
		contacts = append(contacts, d.subscriber(i+1))
	}
	for _, c := range contacts {
		d.subscriptions(c)
		for range d.IntN(14) {
			d.listmonkEvent(c, campaigns, links)
		}
	}
	// Of people who were deleted, views and clicks remain.
	for range 20 {
		d.row("campaign_views", "id, campaign_id, subscriber_id, created_at", d.next(), 1, nil, d.instant())
		d.row("link_clicks", "id, campaign_id, link_id, subscriber_id, created_at", d.next(), nil, 1, nil, d.instant())
	}
}

func cellsOf(texts []string) (cells []any) {
	for _, t := range texts {
		cells = append(cells, t)
	}
	return cells
}

// attributes are those of one subscriber, some of which are no object.
func (d *Data) attributes() document {
	switch d.IntN(12) {
	case 0:
		return "{}"
	case 1:
		return one[document](d, "[1]", `"text"`, "null", `{"city": null, "age": null, "tags": null}`)
	}
	text := fmt.Sprintf(`{"city": %s, "age": %s, "tags": %s, "born": %s, "vip": %s`,
		one(d, `"Berlin"`, `"berlin"`, `"ZÜRICH"`, `"東京"`, `5`, `["Berlin"]`, `"Berlin "`, `"\u0042erlin"`),
		one(d, `18`, `17`, `30`, `"30"`, `18.5`, `1e1`, `31`, `-0.0`, `1E400`, `-1e131071`, `1e-400`),
		one(d, `["a", "b"]`, `["a"]`, `[]`, `"a"`, `["c", "a", "c"]`, `[null, "b"]`, `[{"a": 1}]`, `["d", 5]`),
		one(d, `"`+string(d.birthday())+`"`, `"1990-03-31"`, `"1990-13-01"`, `"31.03.1990"`, `"1990-03-31T00:00:00Z"`, `null`, `19900331`),
		one(d, `true`, `false`, `"true"`, `1`, `null`))
	if d.chance(60) {
		text += fmt.Sprintf(`, "plan": %s, "balance": %s, "trial_ends": %s`,
			one(d, `{"tier": "pro", "seats": 5}`, `{"tier": "team", "seats": "5"}`, `{}`, `"pro"`, `{"tier": null, "seats": 3.0000000001}`),
			one(d, `99.99`, `99.990000000000000000001`, `1e20`, `-0.01`, `0`, `"100"`),
			one(d, `"`+d.instant().Format(time.RFC3339)+`"`, `"`+d.instant().Format(time.DateOnly)+`"`, `"soon"`, `"2026-02-30"`, `"2026-04-01T10:00:00+05:30"`))
	}
	if d.chance(40) {
		text += fmt.Sprintf(`, "orders": %s, "id_number": %s, "weird key": %s`,
			one(d, `[{"sku": "x", "amount": 11}, {"sku": "y", "amount": 5}]`, `[{"sku": "x", "amount": 1}, {"sku": "y", "amount": 50}]`, `{"sku": "x", "amount": 11}`, `[null, 1, {"sku": "x", "amount": "11"}]`),
			one(d, `9007199254740993`, `9007199254740992`, `"9007199254740993"`),
			one(d, `{"a.b": 1}`, `{"a": {"b": 1}}`, `1`, `null`))
	}
	return document(text + "}")
}

// subscriber makes a row of subscribers.
func (d *Data) subscriber(id int) *contact {
	c := d.contact(fmt.Sprint(id), true)
	c.put("id", id)
	uuid := fmt.Sprintf("%08x-0000-4000-8000-%012x", d.Uint32(), id)
	c.put("uuid", code("'"+uuid+"'"))
	c.see("uuid", segment.Text(uuid))
	c.field("email", fmt.Sprintf("%s%d@%s", one(d, "ann", "Bob+test", "cid", "dän"), id, one(d, "example.com", "example.org", "EXAMPLE.com")))
	c.field("name", one(d, "Ann", "ann", "", "  ", "Bob O'Hara", `C:\x`, "Åsa", "🙂"))
	c.field("status", one(d, "enabled", "enabled", "enabled", "disabled", "blocklisted"))
	c.field("created_at", d.maybe(5, d.instant()))
	c.field("updated_at", d.maybe(5, d.instant()))
	attribs := d.attributes()
	c.put("attribs", attribs)
	for _, m := range eachMember(string(attribs)) {
		c.see(m.Name, m.Value)
	}
	c.store("subscribers")
	return c
}

// subscriptions puts a subscriber on lists: under the list's name, its number and its
// tags, each with and without the state of the membership.
func (d *Data) subscriptions(c *contact) {
	var subscriptions objects
	defer func() { subscriptions.see(c, "subscriptions") }()
	for i, l := range listmonkLists {
		if d.chance(55) {
			continue
		}
		status, at := one(d, "confirmed", "unconfirmed", "unsubscribed"), d.instant()
		d.row("subscriber_lists", "subscriber_id, list_id, status, created_at", code(c.ID), i+1, status, at)
		subscriptions.add("list", l.name, "list_id", i+1, "status", status, "since", at)
		names := []string{l.name, fmt.Sprintf("id:%d", i+1)}
		for _, tag := range l.tags {
			names = append(names, "tag:"+tag)
		}
		for _, name := range names {
			c.join(status+":"+name, at)
			if status != "unsubscribed" {
				c.join(name, at)
			}
		}
	}
}

func (d *Data) listmonkEvent(c *contact, campaigns, links []string) {
	n, at := d.next(), d.instant()
	campaign := d.IntN(len(campaigns))
	number, name := any(campaign+1), any(campaigns[campaign])
	switch d.IntN(8) {
	case 0, 1, 2, 3:
		d.row("campaign_views", "id, campaign_id, subscriber_id, created_at", n, number, code(c.ID), at)
		c.event("opened", at, n, "campaign", name, "campaign_id", number)
	case 4, 5, 6:
		if d.chance(20) {
			number, name = nil, nil
		}
		link := d.IntN(len(links))
		d.row("link_clicks", "id, campaign_id, link_id, subscriber_id, created_at", n, number, link+1, code(c.ID), at)
		c.event("clicked", at, n, "campaign", name, "campaign_id", number, "url", links[link])
	default:
		if d.chance(20) {
			number, name = nil, nil
		}
		typ := one(d, "soft", "hard", "complaint")
		d.row("bounces", "id, subscriber_id, campaign_id, type, created_at", n, code(c.ID), number, typ, at)
		c.event("bounced", at, n, "campaign", name, "campaign_id", number, "type", typ)
	}
}
