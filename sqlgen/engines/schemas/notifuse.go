package schemas

// Notifuse on PostgreSQL: numbers of any size, not a number among them, JSON that is no
// object, subscriptions and events that were deleted, messages to nobody.

import (
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

var notifuse = Schema{Name: "notifuse", Engines: []string{"postgres"}, Tables: ready(sqlgen.Notifuse("purchase", "page_view", "Trial Started")), fill: fillNotifuse}

func fillNotifuse(d *Data) {
	lists := []string{"newsletter", "product", "gone"}
	for _, id := range lists {
		deleted := any(nil)
		if id == "gone" {
			deleted = d.instant()
		}
		d.row("lists", "id, name, deleted_at", id, "A list", deleted)
	}
	for i := range 70 {
		c := d.notifuseContact(i)
		d.notifuseLists(c, lists)
		d.timeline(c)
		for range d.IntN(10) {
			d.message(c)
		}
		for range d.IntN(8) {
			d.customEvent(c)
		}
	}
	nobody := d.contact("gone@example.com", false)
	for range 20 {
		d.message(nobody)
		d.customEvent(nobody)
	}
	d.notifuseLists(nobody, lists)
}

func (d *Data) notifuseContact(i int) *contact {
	email := fmt.Sprintf("%s%d@example.%s", one(d, "ann", "bob", "o'hara", "ünï"), i, one(d, "com", "org"))
	c := d.contact(email, true)
	c.field("email", email)
	c.field("country", d.maybe(15, one(d, "DE", "de", "FR", "", "DE ")))
	c.field("language", d.maybe(15, one(d, "de", "fr", "en")))
	c.field("timezone", d.maybe(15, one(d, "Europe/Berlin", "America/New_York", "Mars/Base")))
	c.field("first_name", d.maybe(15, one(d, "Ann", "Hanna", "ann", "Müller")))
	c.field("last_name", d.maybe(15, one(d, "Müller", "O'Hara", "Ann", "")))
	c.field("full_name", d.maybe(15, one(d, "Ann Müller", `B. O'Hara`, `\`)))
	c.field("phone", d.maybe(30, one(d, "+49 30 1", "0049", "+1")))
	c.field("postcode", d.maybe(15, one(d, "10115", "20000", "2000", "9")))
	c.field("job_title", d.maybe(15, one(d, "Chief of staff", "CHIEF", "dev")))
	c.field("custom_string_1", d.maybe(30, one(d, "gold", "10.1.2.3", "Gold", "x")))
	c.field("custom_string_2", d.maybe(70, "y"))
	for _, column := range []string{"custom_number_1", "custom_number_2"} {
		if d.chance(12) {
			c.put(column, one[code](d, "'NaN'", "'Infinity'", "'-Infinity'"))
			continue
		}
		c.field(column, d.maybe(10, one[decimal](d, "5", "5.00", "0.1", "0.30000000000000004", "101", "1e20", "-7", "0", "2.5", "12345678901234567890.123456789")))
	}
	c.field("custom_datetime_1", d.maybe(15, d.instant()))
	c.field("custom_datetime_2", d.maybe(30, d.instant().Add(time.Duration(d.IntN(1e6))*time.Microsecond)))
	c.field("custom_json_1", d.maybe(15, document(one(d, `{"plan": {"tier": "pro", "seats": 5}}`, `{"plan": {"tier": "free", "seats": "9"}}`, `{}`, `[]`, `""`, `null`,
		fmt.Sprintf(`{"plan": {"tier": "pro", "seats": 4.99}, "renewal": "%s"}`, d.instant().Format(time.RFC3339)),
		fmt.Sprintf(`{"plan": "pro", "renewal": "%s"}`, d.instant().Format(time.DateOnly))))))
	c.field("custom_json_2", d.maybe(15, document(one(d, `["sports", "music"]`, `["music"]`, `"sports"`, `[["sports"]]`, `[null, "sports", 1]`, `{}`))))
	c.field("custom_json_3", d.maybe(15, document(one(d, `[{"sku": "A", "qty": 2}]`, `[{"sku": "A", "qty": 1}, {"sku": "B", "qty": 5}]`, `{"sku": "A", "qty": 2}`, `[1, "A"]`))))
	c.field("created_at", d.instant())
	c.field("updated_at", d.instant())
	c.store("contacts")
	return c
}

func (d *Data) notifuseLists(c *contact, lists []string) {
	var subscriptions objects
	for _, list := range lists {
		if d.chance(40) {
			continue
		}
		status, at, deleted := one(d, "active", "active", "pending", "unsubscribed", "bounced", "complained"), d.instant(), d.maybe(85, d.instant())
		d.row("contact_lists", "email, list_id, status, created_at, deleted_at", c.ID, list, status, at, deleted)
		if deleted != nil {
			continue
		}
		subscriptions.add("list", list, "status", status, "since", at)
		if list == "gone" {
			continue
		}
		c.join(status+":"+list, at)
		if status == "active" {
			c.join(list, at)
		}
	}
	subscriptions.see(c, "subscriptions")
	for _, id := range []string{"vips", "churned"} {
		if d.chance(40) {
			d.row("contact_segments", "email, segment_id", c.ID, id)
			c.Segments = append(c.Segments, id)
		}
	}
}

// message is a message with what came of it, each at most once.
func (d *Data) message(c *contact) {
	n, sent := d.next(), d.instant()
	id := fmt.Sprintf("m%08d", n)
	template, version := one(d, "welcome", "offer", "Offer"), 1+d.IntN(3)
	broadcast, list := d.maybe(50, "b1"), d.maybe(50, "newsletter")
	channel := one(d, "email", "email", "web")
	columns, cells := "id, contact_email, template_id, template_version, channel, broadcast_id, list_id", []any{id, c.ID, template, version, channel, broadcast, list}
	at := sent
	for _, name := range []string{"sent", "delivered", "opened", "clicked", "bounced", "complained", "unsubscribed", "failed"} {
		if name != "sent" && d.chance(map[string]int{"delivered": 20, "opened": 50, "clicked": 60}[name]+30) {
			continue
		}
		if (name == "bounced" || name == "complained" || name == "failed") && d.chance(70) {
			continue
		}
		columns, cells = columns+", "+name+"_at", append(cells, at)
		c.event(name, at, id, "channel", channel, "template_id", template, "template_version", version, "broadcast_id", broadcast, "list_id", list)
		at = at.Add(time.Duration(d.IntN(3*24*3600)) * time.Second)
	}
	d.row("message_history", columns, cells...)
}

func uuid(n int64) string { return fmt.Sprintf("00000000-0000-4000-8000-%012x", n) }

// timeline is what a contact's timeline has: rows of the contact, of lists and
// segments, and others, which are no events here.
func (d *Data) timeline(c *contact) {
	d.row("contact_timeline", "id, email, operation, entity_type, kind, changes, created_at", uuid(d.next()), c.ID, "insert", "message_history", "open_email", document(`{}`), d.instant())
	instants := make([]time.Time, d.IntN(7))
	for i := range instants {
		instants[i] = d.instant()
	}
	slices.SortFunc(instants, time.Time.Compare)
	now := map[string]string{"country": `"FR"`, "language": `"de"`, "custom_number_1": "1"}
	for _, at := range instants {
		id := uuid(d.next())
		typ, kind, entity, changes := "contact", "contact.updated", any(nil), document("null")
		switch d.IntN(4) {
		case 0:
			typ, kind, entity = "contact_list", one(d, "list.subscribed", "list.unsubscribed", "list.pending"), one(d, "newsletter", "product")
			changes = `{"status": {"old": "pending", "new": "active"}}`
		case 1:
			typ, kind, entity = "contact_segment", one(d, "segment.joined", "segment.left"), one(d, "vips", "churned")
			changes = `{"segment_id": {"new": "vips"}}`
		case 2:
			changes = d.changesOf(now)
		default:
			kind = "contact.created"
		}
		d.row("contact_timeline", "id, email, operation, entity_type, kind, entity_id, changes, created_at", id, c.ID, "update", typ, kind, entity, changes, at)
		members := []segment.Member{{Name: "operation", Value: segment.Text("update")}}
		if entity != nil {
			members = append(members, segment.Member{Name: "entity_id", Value: valueOf(entity)})
		}
		document := segment.JSON(changes)
		c.happened(kind, at, id, segment.Object(append(members, document.Members()...)...))
		if kind == "contact.updated" {
			for _, m := range document.Members() {
				c.change(m.Name, m.Value.Member("new"), at, id)
			}
		}
	}
}

// changesOf changes some of the values that columns have now.
func (d *Data) changesOf(now map[string]string) document {
	var parts []string
	for _, column := range []string{"country", "language", "custom_number_1"} {
		v := map[string]string{"country": one(d, `"DE"`, `"FR"`, "null"), "language": one(d, `"de"`, "null"), "custom_number_1": one(d, "5", "1", "7.50")}[column]
		if v != now[column] && d.chance(60) {
			parts = append(parts, fmt.Sprintf(`"%s": {"old": %s, "new": %s}`, column, now[column], v))
			now[column] = v
		}
	}
	return document("{" + joined(parts) + "}")
}

// customEvent is an event of the host's own.
func (d *Data) customEvent(c *contact) {
	n, at, created := d.next(), d.instant(), d.instant()
	name := one(d, "purchase", "purchase", "page_view", "Trial Started")
	id := fmt.Sprintf("e%06d", n)
	goal, value := d.maybe(30, one(d, "purchase", "lead")), d.maybe(20, one[decimal](d, "50.55", "0.01", "99.99", "300", "-5"))
	properties := document(one(d, `{}`, `{"sku": "A", "currency": "EUR", "items": {"count": 2}}`, `{"sku": "B", "currency": "eur", "items": {"count": "2"}}`,
		`{"path": "/pricing?x=1"}`, `{"path": ["/pricing"]}`, `{"sku": null}`))
	deleted := d.maybe(90, d.instant())
	d.row("custom_events", "event_name, external_id, email, properties, occurred_at, created_at, goal_type, goal_value, deleted_at",
		name, id, c.ID, properties, at, created, goal, value, deleted)
	if deleted != nil {
		return
	}
	var members objects
	members.add("goal_type", goal, "goal_value", value, "source", "api", "external_id", id)
	c.happened(name, at, created.Format("20060102150405")+id, segment.Object(append(members[0].Members(), segment.JSON(properties).Members()...)...))
}
