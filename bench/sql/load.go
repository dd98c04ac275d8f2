package main

import (
	"fmt"

	"github.com/segmentrules/segment/bench/workload/bulk"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// load makes the tables and fills them, and then makes the indexes. It returns how
// many events there are.
func load(e engines.Engine, all []person) (events int, err error) {
	col := func(name string, t engines.Type) engines.Column {
		return engines.Column{Name: name, Type: t, Size: 100}
	}
	columns := []engines.Column{col("id", engines.Integer)}
	for _, f := range fields() {
		columns = append(columns, col(f.name, f.typ))
	}
	contacts := table{Engine: e, name: "contacts", columns: append(columns, col("doc", engines.JSON)), key: "id"}
	log := table{Engine: e, name: "events", columns: []engines.Column{col("seq", engines.Integer), col("contact", engines.Integer), col("name", engines.Text),
		col("at", engines.Timestamp), col("amount", engines.Integer), col("sku", engines.Text)}, key: "seq"}
	lists := table{Engine: e, name: "list_members", columns: []engines.Column{col("contact", engines.Integer), col("list", engines.Text), col("joined", engines.Timestamp)}}
	segments := table{Engine: e, name: "segment_members", columns: []engines.Column{col("contact", engines.Integer), col("segment", engines.Text)}}
	changes := table{Engine: e, name: "changes", columns: []engines.Column{col("seq", engines.Integer), col("contact", engines.Integer), col("field", engines.Text),
		col("at", engines.Timestamp), col("value", engines.Text)}, key: "seq"}
	every := []*table{&contacts, &log, &lists, &segments, &changes}
	for _, t := range every {
		if err := t.create(); err != nil {
			return 0, err
		}
	}
	for _, p := range all {
		row := []any{int64(p.id)}
		for _, f := range fields() {
			row = append(row, f.cell(p))
		}
		contacts.add(append(row, p.doc))
		for list, joined := range p.lists {
			lists.add([]any{int64(p.id), list, joined})
		}
		for _, s := range p.segments {
			segments.add([]any{int64(p.id), s})
		}
		for i, c := range p.plans {
			changes.add([]any{int64(p.id)*1000 + int64(i), int64(p.id), "plan", c.At, c.Value.Text()})
		}
	}
	// In order of arrival, as a log grows.
	for _, one := range bulk.Events(len(all), mean) {
		row := []any{int64(events), int64(one.Contact), bulk.EventNames[one.Type], at(one.TS), nil, nil}
		if amount, sku, ok := bought(one); ok {
			row[4], row[5] = int64(amount), sku
		}
		log.add(row)
		events++
	}
	for _, t := range every {
		if err := t.flush(); err != nil {
			return 0, fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return events, indexes(e)
}

// everywhere are the indexes that a host would have, one for each way in; with
// names, as SQLite and MariaDB want them.
var everywhere = []string{
	`CREATE INDEX contacts_country ON contacts (country)`,
	`CREATE INDEX contacts_plan ON contacts (plan)`,
	`CREATE INDEX contacts_city ON contacts (city)`,
	`CREATE INDEX contacts_spent ON contacts (total_spent)`,
	`CREATE INDEX contacts_purchase ON contacts (last_purchase)`,
	`CREATE INDEX contacts_activity ON contacts (last_activity)`,
	`CREATE INDEX events_of ON events (contact, name, at)`,
	`CREATE INDEX events_by ON events (name, at, contact)`,
	`CREATE UNIQUE INDEX members_by ON list_members (list, contact)`,
	`CREATE INDEX members_of ON list_members (contact)`,
	`CREATE UNIQUE INDEX segments_by ON segment_members (segment, contact)`,
	`CREATE INDEX changes_of ON changes (contact, field, at)`,
	`CREATE INDEX changes_by ON changes (field, at)`,
}

// own are indexes that one database has, and what it wants to be told at the end.
var own = map[string][]string{
	"postgres": {
		`CREATE INDEX contacts_email ON contacts (email text_pattern_ops)`,
		`CREATE INDEX contacts_doc ON contacts USING gin (doc jsonb_path_ops)`,
		`ALTER TABLE events ADD FOREIGN KEY (contact) REFERENCES contacts`,
		`ALTER TABLE list_members ADD FOREIGN KEY (contact) REFERENCES contacts`,
		`ALTER TABLE segment_members ADD FOREIGN KEY (contact) REFERENCES contacts`,
		`ALTER TABLE changes ADD FOREIGN KEY (contact) REFERENCES contacts`,
		`VACUUM ANALYZE`,
	},
	"sqlite":  {`CREATE INDEX contacts_email ON contacts (email)`, `ANALYZE`},
	"mariadb": {`CREATE INDEX contacts_email ON contacts (email)`, `ANALYZE TABLE contacts, events, list_members, segment_members, changes`},
}

func indexes(e engines.Engine) error {
	for _, stmt := range append(everywhere[:len(everywhere):len(everywhere)], own[e.Name()]...) {
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
	if err := t.Create(t.name, t.columns, key...); err != nil || t.Name() != "postgres" {
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
