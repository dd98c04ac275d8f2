package main

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/bench/workload/bulk"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// mean is how many events a contact has.
const mean = 20

// A person is a contact of the workload, and what this benchmark adds to it: a
// document, instants of joining, segments and changes of the plan. All of it follows
// from the id, so that rows and [segment.Record] say the same.
type person struct {
	*bulk.Contact
	id       uint32
	doc      string
	lists    map[string]time.Time
	segments []string
	plans    []segment.Change
}

// An order is an element of a list in the document.
type order struct {
	SKU    string `json:"sku"`
	Amount int    `json:"amount"`
}

func newPerson(c *bulk.Contact, id uint32) person {
	r := rand.New(rand.NewPCG(uint64(id), 7))
	p := person{Contact: c, id: id, lists: map[string]time.Time{}}
	doc := map[string]any{"seats": 1 + r.IntN(200), "note": "contact number " + strconv.Itoa(int(id)) + " of the workload"}
	doc["tier"] = "none"
	switch n := r.IntN(1000); {
	case n < 5:
		doc["tier"] = "diamond"
	case n < 100:
		doc["tier"] = "gold"
	case n < 300:
		doc["tier"] = "silver"
	}
	tags := []string{}
	for range r.IntN(4) {
		tags = append(tags, "t"+strconv.Itoa(r.IntN(60)))
	}
	doc["tags"] = tags
	orders := []order{}
	for range r.IntN(4) {
		orders = append(orders, order{"S" + strconv.Itoa(r.IntN(200)), 1 + r.IntN(500)})
	}
	doc["orders"] = orders
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // a map of texts, numbers and lists
	}
	p.doc = string(text)
	for l := range 32 {
		if c.Lists&(1<<l) != 0 {
			p.lists["list"+strconv.Itoa(l)] = ago(time.Duration(r.IntN(400*86400)) * time.Second)
		}
	}
	for _, s := range []struct {
		name  string
		share int
	}{{"engaged", 20}, {"lost", 10}, {"vip", 1}} {
		if r.IntN(100) < s.share {
			p.segments = append(p.segments, s.name)
		}
	}
	for days := r.IntN(120); days > 0; days -= 1 + r.IntN(60) {
		p.plans = append(p.plans, segment.Change{At: ago(time.Duration(days) * 24 * time.Hour), Value: segment.Text(bulk.Plans[r.IntN(4)])})
	}
	if len(p.plans) > 0 {
		p.plans[len(p.plans)-1].Value = segment.Text(bulk.Plans[c.Plan])
	}
	// To set the same value again is no change.
	p.plans = slices.CompactFunc(p.plans, func(a, b segment.Change) bool { return a.Value.Equal(b.Value) })
	return p
}

func ago(d time.Duration) time.Time { return bulk.Instant().Add(-d) }

func at(seconds uint32) time.Time { return time.Unix(int64(seconds), 0).UTC() }

// bought is what a purchase says: an amount and what was bought.
func bought(e bulk.Event) (amount int, sku string, ok bool) {
	n := (e.TS*2654435761 ^ e.Contact*40503) >> 4
	return 1 + int(n%500), "S" + strconv.Itoa(int(n/500%40)), e.Type == bulk.EvPurchase
}

// record is the contact as a rule sees it.
func (p person) record() segment.Record {
	x := segment.Record{ID: strconv.Itoa(int(p.id)), Fields: map[string]segment.Value{}, Lists: p.lists, Segments: p.segments,
		Changes: map[string][]segment.Change{"plan": p.plans}}
	for _, m := range segment.JSON(p.doc).Members() {
		x.Fields[m.Name] = m.Value
	}
	for _, f := range fields() {
		switch v := f.cell(p).(type) {
		case string:
			x.Fields[f.name] = segment.Text(v)
		case int64:
			x.Fields[f.name] = segment.Int(v)
		case bool:
			x.Fields[f.name] = segment.Bool(v)
		case time.Time:
			x.Fields[f.name] = segment.Time(v)
			if f.typ == engines.Date {
				x.Fields[f.name] = segment.Date(v.Date())
			}
		}
	}
	for i, e := range bulk.EventsOf(p.id, mean) {
		one := segment.Event{ID: strconv.Itoa(i), Name: bulk.EventNames[e.Type], At: at(e.TS)}
		if amount, sku, ok := bought(e); ok {
			one.Props = segment.Document(`{"amount": ` + strconv.Itoa(amount) + `, "sku": "` + sku + `"}`)
		}
		x.Log = append(x.Log, one)
	}
	return x
}

// A field is a column of contacts.
type field struct {
	name string
	typ  engines.Type
	cell func(p person) any
}

func fields() []field {
	text := func(name string, get func(c *bulk.Contact) string) field {
		return field{name, engines.Text, func(p person) any { return get(p.Contact) }}
	}
	number := func(name string, get func(c *bulk.Contact) int) field {
		return field{name, engines.Integer, func(p person) any { return int64(get(p.Contact)) }}
	}
	truth := func(name string, get func(c *bulk.Contact) bool) field {
		return field{name, engines.Bool, func(p person) any { return get(p.Contact) }}
	}
	instant := func(name string, get func(c *bulk.Contact) uint32) field {
		return field{name, engines.Timestamp, func(p person) any {
			if get(p.Contact) == 0 {
				return nil
			}
			return at(get(p.Contact))
		}}
	}
	return []field{
		{"email", engines.Text, func(p person) any { return p.Email(p.id) }},
		text("first_name", func(c *bulk.Contact) string { return bulk.FirstNames[c.First] }),
		text("last_name", func(c *bulk.Contact) string { return bulk.LastNames[c.Last] }),
		text("company", func(c *bulk.Contact) string { return bulk.Companies[c.Company] }),
		text("country", func(c *bulk.Contact) string { return bulk.Countries[c.Country] }),
		text("city", func(c *bulk.Contact) string { return bulk.Cities[c.City] }),
		text("language", func(c *bulk.Contact) string { return bulk.Languages[c.Language] }),
		text("plan", func(c *bulk.Contact) string { return bulk.Plans[c.Plan] }),
		truth("subscribed", func(c *bulk.Contact) bool { return c.Subscribed }),
		truth("bounced", func(c *bulk.Contact) bool { return c.Bounced }),
		number("lead_score", func(c *bulk.Contact) int { return int(c.LeadScore) }),
		number("age", func(c *bulk.Contact) int { return int(c.Age) }),
		number("total_spent", func(c *bulk.Contact) int { return int(c.TotalSpent) }),
		instant("signup", func(c *bulk.Contact) uint32 { return c.Signup }),
		instant("last_purchase", func(c *bulk.Contact) uint32 { return c.LastPurchase }),
		instant("last_activity", func(c *bulk.Contact) uint32 { return c.LastActivity }),
		{"birthday", engines.Date, func(p person) any { return time.Date(1970, 1, 1+int(p.Birthday), 0, 0, 0, 0, time.UTC) }},
	}
}

// tables says where what the rules speak of is.
func tables() sqlgen.Tables {
	types := map[engines.Type]sqlgen.Type{engines.Text: sqlgen.TypeText, engines.Integer: sqlgen.TypeInteger, engines.Bool: sqlgen.TypeBool,
		engines.Timestamp: sqlgen.TypeTimestamp, engines.Date: sqlgen.TypeDate}
	columns := make(map[string]sqlgen.Column)
	for _, f := range fields() {
		columns[f.name] = sqlgen.Column{Column: f.name, Type: types[f.typ]}
		if f.typ == engines.Timestamp {
			columns[f.name] = stamp(f.name)
		}
	}
	columns["tags"] = sqlgen.Column{Column: "doc", Path: []string{"tags"}, Type: sqlgen.TypeJSON, List: true}
	columns["seats"] = sqlgen.Column{Column: "doc", Path: []string{"seats"}, Type: sqlgen.TypeInteger, Digits: 9}
	joined := stamp("joined")
	return sqlgen.Tables{
		Contacts: sqlgen.Relation{Table: "contacts"},
		ID:       sqlgen.Column{Column: "id", Type: sqlgen.TypeInteger},
		Fields:   columns, Document: "doc",
		Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "events"}, Contact: "contact", Names: "name", Known: true, At: stamp("at"), Order: "seq",
			Props: map[string]sqlgen.Column{"amount": {Column: "amount", Type: sqlgen.TypeInteger, Digits: 6}, "sku": {Column: "sku", Type: sqlgen.TypeText}}}},
		Lists:    &sqlgen.Lists{Relation: sqlgen.Relation{Table: "list_members"}, Contact: "contact", Known: true, List: "list", Joined: &joined},
		Segments: &sqlgen.Segments{Relation: sqlgen.Relation{Table: "segment_members"}, Contact: "contact", Known: true, Segment: "segment"},
		History: &sqlgen.History{Relation: sqlgen.Relation{Table: "changes"}, Contact: "contact", Known: true, Field: "field", At: stamp("at"), Order: "seq",
			Value: sqlgen.Column{Column: "value", Type: sqlgen.TypeText}},
	}
}

// stamp is a column with an instant: in SQLite a text with six digits of a second.
func stamp(name string) sqlgen.Column {
	return sqlgen.Column{Column: name, Type: sqlgen.TypeTimestamp, Scale: 6}
}

// people are the contacts with what belongs to them.
func people(n int) []person {
	contacts := bulk.Contacts(n)
	all := make([]person, n)
	for i := range all {
		all[i] = newPerson(&contacts[i], uint32(i))
	}
	return slices.Clip(all)
}
