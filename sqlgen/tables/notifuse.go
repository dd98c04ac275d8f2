package tables

import "fmt"

// Notifuse returns the tables of a workspace of Notifuse (notifuse.com, version 20 and
// later) in PostgreSQL. Rules speak of
//
//   - the contact's columns by their names: email (which is the id), first_name, country,
//     timezone, custom_string_1 to custom_string_5, custom_number_1, custom_datetime_1,
//     custom_json_1 and so on; parts of the JSON by their paths (custom_json_1.plan.tier);
//   - lists by their ids: IN LIST "newsletter" asks for an active subscription, IN LIST
//     "pending:newsletter" for one of that state (active, pending, unsubscribed, bounced or
//     complained); and subscriptions, a list of objects with list, status and since;
//   - Notifuse's own segments by their ids;
//   - the events sent, delivered, failed, opened, clicked, bounced, complained and
//     unsubscribed, one for each message (Notifuse keeps the first time), with the properties
//     channel, template_id, template_version, broadcast_id, automation_id and list_id;
//   - what the contact's timeline has of the contact, its lists and segments, under the
//     names there: `list.subscribed`, `contact.updated`, `segment.joined` and so on, with
//     entity_id (the list or segment) and the changes by their paths (status.new);
//   - custom events under their own names, with goal_name, goal_type, goal_value, source
//     and external_id, and the properties of each by their paths;
//   - changes of the contact's columns, from that timeline: country CHANGED. A value that a
//     contact had from the start is in no row, so HAS BEEN sees changes alone.
//
// The arguments are the names of the custom events that the host has, or prefixes of
// them (`order_*`). Without any, a custom event may have every name, even that of a
// message's: then some of what rules ask of messages is left to Go. It is plain data.
func Notifuse(custom ...string) Tables {
	text := func(column string) Column { return Column{Column: column, Type: TypeText} }
	at := func(column string) Column { return Column{Column: column, Type: TypeTimestamp} }
	t := Tables{
		Contacts: Relation{Table: "contacts"},
		ID:       text("email"),
		Fields: map[string]Column{"subscriptions": {In: "subscription", Members: map[string]Column{
			"list": text("list_id"), "status": text("status"), "since": at("created_at")}}},
		Related: map[string]Related{"subscription": {Key: "email", Many: true, Order: "list_id",
			Relation: Relation{Query: "SELECT * FROM contact_lists WHERE deleted_at IS NULL"}}},
		Lists:    &Lists{Relation: Relation{Query: notifuseLists}, Contact: "email", List: "list", Joined: &Column{Column: "created_at", Type: TypeTimestamp}},
		Segments: &Segments{Relation: Relation{Table: "contact_segments"}, Contact: "email", Segment: "segment_id"},
		History: &History{Relation: Relation{Query: notifuseChanges}, Contact: "email", Field: "field",
			At: at("created_at"), Value: Column{Column: "value", Type: TypeJSON}, Order: "id"},
	}
	for _, column := range []string{"email", "external_id", "timezone", "language", "first_name", "last_name", "full_name", "phone",
		"address_line_1", "address_line_2", "country", "postcode", "state", "job_title"} {
		t.Fields[column] = text(column)
	}
	for _, column := range []string{"created_at", "updated_at"} {
		t.Fields[column] = at(column)
	}
	for n := 1; n <= 5; n++ {
		numbered := func(kind string, c Column) {
			c.Column = fmt.Sprintf("custom_%s_%d", kind, n)
			t.Fields[c.Column] = c
		}
		numbered("string", Column{Type: TypeText})
		numbered("number", Column{Type: TypeDecimal, Digits: 65, Scale: 30}) // of any size: Notifuse sends floats
		numbered("datetime", Column{Type: TypeTimestamp})
		numbered("json", Column{Type: TypeJSON})
	}
	for _, name := range []string{"sent", "delivered", "failed", "opened", "clicked", "bounced", "complained", "unsubscribed"} {
		t.Events = append(t.Events, Events{
			Relation: Relation{Query: "SELECT * FROM message_history WHERE " + name + "_at IS NOT NULL"},
			Contact:  "contact_email", Name: name, At: at(name + "_at"), Order: "id",
			Props: map[string]Column{"channel": text("channel"), "template_id": text("template_id"), "template_version": {Column: "template_version", Type: TypeInteger},
				"broadcast_id": text("broadcast_id"), "automation_id": text("automation_id"), "list_id": text("list_id")},
		})
	}
	t.Events = append(t.Events, Events{
		Relation: Relation{Query: "SELECT * FROM contact_timeline WHERE entity_type IN ('contact', 'contact_list', 'contact_segment')"},
		Contact:  "email", Names: "kind", Holds: []string{"contact.*", "list.*", "segment.*"}, At: at("created_at"), Order: "id",
		Props: map[string]Column{"entity_id": text("entity_id"), "operation": text("operation")}, Document: "changes",
	}, Events{
		Relation: Relation{Query: "SELECT *, to_char(created_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || external_id AS arrival" +
			" FROM custom_events WHERE deleted_at IS NULL"},
		Contact: "email", Names: "event_name", Holds: custom, At: at("occurred_at"), Order: "arrival",
		Props: map[string]Column{"goal_name": text("goal_name"), "goal_type": text("goal_type"), "source": text("source"), "external_id": text("external_id"),
			"goal_value": {Column: "goal_value", Type: TypeDecimal, Digits: 15, Scale: 2}}, Document: "properties",
	})
	return t
}

// notifuseLists are the subscriptions to lists that are there, by the list's id with and
// without the state.
const notifuseLists = "SELECT s.email, s.list_id AS list, s.created_at FROM contact_lists s JOIN lists l ON l.id = s.list_id AND l.deleted_at IS NULL" +
	" WHERE s.deleted_at IS NULL AND s.status = 'active'" +
	" UNION ALL SELECT s.email, s.status || ':' || s.list_id, s.created_at FROM contact_lists s JOIN lists l ON l.id = s.list_id AND l.deleted_at IS NULL" +
	" WHERE s.deleted_at IS NULL"

// notifuseChanges are the new values of the contact's columns.
const notifuseChanges = "SELECT t.id, t.email, t.created_at, k.field, k.change -> 'new' AS value FROM contact_timeline t" +
	" CROSS JOIN LATERAL jsonb_each(CASE WHEN jsonb_typeof(t.changes) = 'object' THEN t.changes ELSE '{}' END) k (field, change)" +
	" WHERE t.kind = 'contact.updated'"
