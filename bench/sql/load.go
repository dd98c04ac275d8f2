package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/segmentrules/segment/bench/workload/bulk"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// mean is how many events a contact has.
const mean = 20

// A field is a column of contacts.
type field struct {
	name string
	typ  engines.Type
	cell func(c *bulk.Contact, id uint32) any
}

func fields() []field {
	type contact = bulk.Contact
	text := func(name string, get func(c *contact) string) field {
		return field{name, engines.Text, func(c *contact, _ uint32) any { return get(c) }}
	}
	number := func(name string, get func(c *contact) int) field {
		return field{name, engines.Integer, func(c *contact, _ uint32) any { return int64(get(c)) }}
	}
	truth := func(name string, get func(c *contact) bool) field {
		return field{name, engines.Bool, func(c *contact, _ uint32) any { return get(c) }}
	}
	instant := func(name string, get func(c *contact) uint32) field {
		return field{name, engines.Timestamp, func(c *contact, _ uint32) any {
			if get(c) == 0 {
				return nil
			}
			return at(get(c))
		}}
	}
	return []field{
		{"email", engines.Text, func(c *contact, id uint32) any { return c.Email(id) }},
		text("first_name", func(c *contact) string { return bulk.FirstNames[c.First] }),
		text("last_name", func(c *contact) string { return bulk.LastNames[c.Last] }),
		text("company", func(c *contact) string { return bulk.Companies[c.Company] }),
		text("country", func(c *contact) string { return bulk.Countries[c.Country] }),
		text("state", func(c *contact) string { return bulk.States[c.State] }),
		text("city", func(c *contact) string { return bulk.Cities[c.City] }),
		text("language", func(c *contact) string { return bulk.Languages[c.Language] }),
		text("timezone", func(c *contact) string { return bulk.Timezones[c.Timezone] }),
		text("source", func(c *contact) string { return bulk.Sources[c.Source] }),
		text("plan", func(c *contact) string { return bulk.Plans[c.Plan] }),
		text("lifecycle", func(c *contact) string { return bulk.Lifecycles[c.Lifecycle] }),
		text("industry", func(c *contact) string { return bulk.Industries[c.Industry] }),
		text("job", func(c *contact) string { return bulk.Jobs[c.Job] }),
		truth("subscribed", func(c *contact) bool { return c.Subscribed }),
		truth("vip", func(c *contact) bool { return c.VIP }),
		truth("bounced", func(c *contact) bool { return c.Bounced }),
		number("lead_score", func(c *contact) int { return int(c.LeadScore) }),
		number("age", func(c *contact) int { return int(c.Age) }),
		number("order_count", func(c *contact) int { return int(c.OrderCount) }),
		number("total_spent", func(c *contact) int { return int(c.TotalSpent) }),
		instant("signup", func(c *contact) uint32 { return c.Signup }),
		instant("last_purchase", func(c *contact) uint32 { return c.LastPurchase }),
		instant("last_activity", func(c *contact) uint32 { return c.LastActivity }),
	}
}

func at(seconds uint32) time.Time { return time.Unix(int64(seconds), 0).UTC() }

// tables says where what the rules speak of is.
func tables() sqlgen.Tables {
	types := map[engines.Type]sqlgen.Type{engines.Text: sqlgen.TypeText, engines.Integer: sqlgen.TypeInteger, engines.Bool: sqlgen.TypeBool, engines.Timestamp: sqlgen.TypeTimestamp}
	columns := make(map[string]sqlgen.Column)
	for _, f := range fields() {
		columns[f.name] = sqlgen.Column{Column: f.name, Type: types[f.typ]}
	}
	return sqlgen.Tables{
		Contacts: sqlgen.Relation{Table: "contacts"},
		ID:       sqlgen.Column{Column: "id", Type: sqlgen.TypeInteger},
		Fields:   columns,
		Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "events"}, Contact: "contact", Names: "name", Known: true,
			At: sqlgen.Column{Column: "at", Type: sqlgen.TypeTimestamp}}},
		Lists: &sqlgen.Lists{Relation: sqlgen.Relation{Table: "list_members"}, Contact: "contact", List: "list"},
	}
}

// load makes the tables and fills them by COPY, and then makes the indexes. It
// returns how many events there are.
func load(e engines.Engine, contacts []bulk.Contact) (events int, err error) {
	if err := e.Exec(`DROP TABLE IF EXISTS contacts, events, list_members`); err != nil {
		return 0, err
	}
	columns := []engines.Column{{Name: "id", Type: engines.Integer}}
	for _, f := range fields() {
		columns = append(columns, engines.Column{Name: f.name, Type: f.typ})
	}
	people := table{Engine: e, name: "contacts", columns: columns, key: "id"}
	log := table{Engine: e, name: "events", columns: []engines.Column{{Name: "contact", Type: engines.Integer}, {Name: "name"}, {Name: "at", Type: engines.Timestamp}}}
	members := table{Engine: e, name: "list_members", columns: []engines.Column{{Name: "contact", Type: engines.Integer}, {Name: "list"}}}
	for _, t := range []*table{&people, &log, &members} {
		if err := t.create(); err != nil {
			return 0, err
		}
	}
	for i := range contacts {
		c, row := &contacts[i], []any{int64(i)}
		for _, f := range fields() {
			row = append(row, f.cell(c, uint32(i)))
		}
		people.add(row)
		for l := range 32 {
			if c.Lists&(1<<l) != 0 {
				members.add([]any{int64(i), "list" + strconv.Itoa(l)})
			}
		}
	}
	// In order of arrival, as a log grows.
	for _, one := range bulk.Events(len(contacts), mean) {
		log.add([]any{int64(one.Contact), bulk.EventNames[one.Type], at(one.TS)})
		events++
	}
	for _, t := range []*table{&people, &log, &members} {
		if err := t.flush(); err != nil {
			return 0, fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return events, indexes(e)
}

// indexes are what a host would have: one for each way in.
func indexes(e engines.Engine) error {
	for _, stmt := range []string{
		`CREATE INDEX ON contacts (country)`,
		`CREATE INDEX ON contacts (plan)`,
		`CREATE INDEX ON contacts (city)`,
		`CREATE INDEX ON contacts (total_spent)`,
		`CREATE INDEX ON contacts (last_purchase)`,
		`CREATE INDEX ON contacts (last_activity)`,
		`ALTER TABLE events ADD FOREIGN KEY (contact) REFERENCES contacts`,
		`CREATE INDEX ON events (contact, name, at)`,
		`CREATE INDEX ON events (name, at, contact)`,
		`CREATE UNIQUE INDEX ON list_members (list, contact)`,
		`CREATE INDEX ON list_members (contact)`,
		`VACUUM ANALYZE`,
	} {
		if err := e.Exec(stmt); err != nil {
			return fmt.Errorf("%s: %w", stmt, err)
		}
	}
	return nil
}

// A table is filled some rows at a time.
type table struct {
	engines.Engine
	name    string
	columns []engines.Column
	key     string
	rows    [][]any
	err     error
}

func (t *table) create() error {
	var key []string
	if t.key != "" {
		key = append(key, t.key)
	}
	if err := t.Create(t.name, t.columns, key...); err != nil {
		return err
	}
	return t.Exec(`ALTER TABLE ` + t.name + ` SET UNLOGGED`)
}

func (t *table) add(row []any) {
	if t.rows = append(t.rows, row); len(t.rows) == 50_000 {
		t.err = t.flush()
	}
}

func (t *table) flush() error {
	if t.err != nil || len(t.rows) == 0 {
		return t.err
	}
	rows := t.rows
	t.rows = t.rows[:0]
	return t.Insert(t.name, t.columns, rows)
}
