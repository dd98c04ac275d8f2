package engines_test

import (
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Random tables with many kinds of declaration at once: ids of any type or an expression,
// conditions of the host, documents, columns of every type, related rows, several tables
// of events with rows that are there twice, memberships with rows of nobody. The rows
// have what hosts' tables have: NULL everywhere, and documents that are no object.

// A mixture is one such world.
type mixture struct {
	*rand.Rand
	*testing.T
	e      engines.Engine
	all    map[string]native
	tables sqlgen.Tables
	ids    []string // SQL of the contacts' ids, and of some that are no contact's
	idType string
	known  bool // the rows of other tables are all of contacts
	seq    int
	seen   map[string][]string // what fields and properties have, as rules write it
}

const mixedContacts = 26

// one is one of several.
func (m *mixture) one(of ...string) string { return of[m.Intn(len(of))] }

func (m *mixture) half() bool { return m.Intn(2) == 0 }

// typ is a type as the engine writes it, which takes NULL.
func (m *mixture) typ(name string) string {
	types := map[string]map[string]string{
		"text": {"clickhouse": "String", "": "VARCHAR(60)"}, "int": {"clickhouse": "Int64", "": "BIGINT"}, "uuid": {"": "UUID"},
		"doc": {"clickhouse": "String", "postgres": "jsonb", "duckdb": "JSON", "mariadb": "LONGTEXT CHARACTER SET utf8mb4", "sqlite": "TEXT"},
	}
	typ, ok := types[name][m.e.Name()]
	if !ok {
		typ, ok = types[name][""]
	}
	if !ok {
		typ = name
	}
	if m.e.Name() == "clickhouse" && !strings.HasPrefix(typ, "Array") && !strings.HasPrefix(typ, "Nullable") {
		typ = "Nullable(" + typ + ")"
	}
	return typ
}

// fill makes a table. Its columns are names and types.
func (m *mixture) fill(table string, columns [][2]string, rows [][]string) {
	m.Helper()
	after := ""
	if m.e.Name() == "clickhouse" {
		after = " ENGINE = MergeTree ORDER BY tuple()"
	}
	var defs, lines []string
	for _, c := range columns {
		defs = append(defs, m.e.Quote(c[0])+" "+m.typ(c[1]))
	}
	run(m.T, m.e, "DROP TABLE IF EXISTS "+table)
	run(m.T, m.e, "CREATE TABLE "+table+" ("+strings.Join(defs, ", ")+")"+after)
	for _, row := range rows {
		lines = append(lines, "("+strings.Join(row, ", ")+")")
	}
	if len(lines) > 0 {
		run(m.T, m.e, "INSERT INTO "+table+" VALUES "+strings.Join(lines, ", "))
	}
}

// literal is a text as the engine writes it.
func (m *mixture) literal(s string) string {
	if m.e.Name() == "clickhouse" || m.e.Name() == "mariadb" {
		s = strings.ReplaceAll(s, `\`, `\\`)
	}
	return quoted(s)
}

// null is a cell, or seldom NULL.
func (m *mixture) null(cell string) string {
	if m.Intn(8) == 0 {
		return "NULL"
	}
	return cell
}

// chooseID says what ids are, and makes them.
func (m *mixture) chooseID() {
	kinds := []string{"text", "int", "text expr", "int expr"}
	if m.e.Name() != "sqlite" {
		kinds = append(kinds, "uuid", "uuid expr")
	}
	kind := m.one(kinds...)
	m.idType, _, _ = strings.Cut(kind, " ")
	m.tables.ID = sqlgen.Column{Column: "id", Type: map[string]sqlgen.Type{"text": sqlgen.TypeText, "int": sqlgen.TypeInteger, "uuid": sqlgen.TypeUUID}[m.idType]}
	if kind != m.idType {
		m.tables.ID.Column = ""
		m.tables.ID.Expr = map[string]string{"text": "CONCAT({}.id, '')", "int": "({}.id + 0)", "uuid": "COALESCE({}.id, {}.id)"}[m.idType]
	}
	odd := []string{"it's", "{}", "😀", "a b", "7", "07", `b\c`, "%", "_"}
	m.ids = nil
	for i := range mixedContacts + 3 {
		switch m.idType {
		case "int":
			m.ids = append(m.ids, fmt.Sprint(i*i-7))
		case "uuid":
			m.ids = append(m.ids, fmt.Sprintf("'%08x-0000-4abc-8def-0123456789ab'", i*0x0f1c9b1))
		default:
			id := fmt.Sprintf("c%02d", i)
			if i < len(odd) {
				id = odd[i]
			}
			m.ids = append(m.ids, m.literal(id))
		}
	}
}

// whose is the contact of a row of another table.
func (m *mixture) whose() string {
	if m.known {
		return m.null(m.ids[m.Intn(mixedContacts)])
	}
	return m.null(m.ids[m.Intn(len(m.ids))])
}

// natively are columns of random types of the engine, under names of their own.
func (m *mixture) natively(prefix string, n int) (fields map[string]sqlgen.Column, columns [][2]string, row func() []string) {
	fields = map[string]sqlgen.Column{}
	kinds := slices.Sorted(maps.Keys(m.all))
	var of []native
	for i := range n {
		kind := kinds[m.Intn(len(kinds))]
		c := m.all[kind]
		c.col.Column = fmt.Sprintf("%s%d", kind, i)
		c.col.EmptyIsMissing = m.Intn(3) == 0
		fields[prefix+c.col.Column] = c.col
		columns = append(columns, [2]string{c.col.Column, c.typ})
		of = append(of, c)
	}
	return fields, columns, func() (cells []string) {
		for _, c := range of {
			cell := c.cells[m.Intn(len(c.cells))].sql
			if m.Intn(4) == 0 && !(m.e.Name() == "clickhouse" && strings.HasPrefix(c.typ, "Array")) {
				cell = "NULL"
			}
			cells = append(cells, cell)
		}
		return cells
	}
}

// instantType is a random column with instants.
func (m *mixture) instantType() (col sqlgen.Column, typ string, cell func() string) {
	var kinds []string
	for _, k := range slices.Sorted(maps.Keys(m.all)) {
		if slices.Contains(sqlgenInstants, m.all[k].col.Type) {
			kinds = append(kinds, k)
		}
	}
	c := m.all[m.one(kinds...)]
	c.col.Column = "moment"
	return c.col, c.typ, func() string {
		if m.Intn(12) == 0 {
			return "NULL"
		}
		return c.cells[m.Intn(len(c.cells))].sql
	}
}

var sqlgenInstants = []sqlgen.Type{sqlgen.TypeTimestamp, sqlgen.TypeDatetime, sqlgen.TypeISOTimestamp, sqlgen.TypeUnix, sqlgen.TypeUnixMilli, sqlgen.TypeUnixMicro, sqlgen.TypeUnixNano}

// json is a random value of JSON.
func (m *mixture) json(depth int) string {
	scalars := []string{"1", "2", "2.50", "1e3", "-0", "0", "5", "12345678901234567890", "0.1", "-3", `"new"`, `"New"`, `""`, `"a%b"`, `"a_b"`, `"a\\b"`, `"é"`, `"5"`, `"2026-01-31"`, `"2026-01-31T10:00:00.25Z"`, "true", "false", "null"}
	if depth == 0 || m.Intn(3) > 0 {
		return m.one(scalars...)
	}
	var parts []string
	if m.half() {
		for range m.Intn(4) {
			parts = append(parts, m.json(depth-1))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return m.object(depth-1, "p", "q", "s")
}

func (m *mixture) object(depth int, names ...string) string {
	var parts []string
	for _, n := range names {
		if m.Intn(4) > 0 {
			parts = append(parts, fmt.Sprintf("%q: %s", n, m.json(depth)))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// doc is a document of a row.
func (m *mixture) doc() string {
	switch m.Intn(14) {
	case 0:
		return "NULL"
	case 1:
		return m.literal(m.one("[]", "5", `"new"`, "null", "[1, 2]", `[{"a": 1}]`, "true", "{}"))
	}
	var objects, lists []string
	for range m.Intn(4) {
		objects = append(objects, m.object(2, "p", "q", "s"))
		lists = append(lists, m.json(2))
	}
	o := m.object(2, "a", "b", "l", "odd name", "é", "A")
	o = strings.TrimSuffix(o, "}")
	if o != "{" {
		o += ", "
	}
	o += `"os": [` + strings.Join(objects, ", ") + `], "ll": [` + strings.Join(lists, ", ") + `], "deep": {"b": {"c": ` + m.json(2) + `, "d": [` + strings.Join(objects, ", ") + `]}}}`
	return m.literal(o)
}

// make makes all tables.
func (m *mixture) make() {
	if m.e.Name() == "postgres" {
		run(m.T, m.e, "CREATE EXTENSION IF NOT EXISTS citext; DROP TYPE IF EXISTS native_state CASCADE; CREATE TYPE native_state AS ENUM ('', 'new', 'Paid', 'é')")
	}
	m.tables = sqlgen.Tables{Contacts: sqlgen.Relation{Table: "mx_people"}, Document: "doc"}
	m.chooseID()
	m.known = m.half()
	where := m.Intn(3) == 0
	fields, columns, row := m.natively("", 7)
	m.tables.Fields = fields
	var rows [][]string
	for i := range mixedContacts {
		tenant := "'t1'"
		if m.Intn(8) == 0 && where {
			tenant = m.one("'t2'", "NULL")
		}
		rows = append(rows, append([]string{m.ids[i], tenant, m.null(fmt.Sprint(m.Intn(5))), m.doc()}, row()...))
	}
	m.fill("mx_people", append([][2]string{{"id", m.idType}, {"tenant", "text"}, {"company_id", "int"}, {"doc", "doc"}}, columns...), rows)
	if where {
		m.tables.Contacts.Where = "{}.tenant = {tenant}"
		m.tables.Params = map[string]rule.Value{"tenant": rule.Text("t1")}
	}
	m.related()
	m.events("mx_visits", sqlgen.Events{Name: "visit"}, "visit")
	m.events("mx_mails", sqlgen.Events{Names: "name", Holds: []string{"email_*", "sms"}}, "email_open", "email_click", "sms", "visit", "Email_open")
	last := sqlgen.Events{Names: "name"}
	if m.half() {
		last.Holds = []string{"buy", "refund"}
	}
	m.events("mx_sales", last, "buy", "refund", "Buy", "buy ")
	m.memberships()
}

func (m *mixture) related() {
	var rows [][]string
	for i := range 5 {
		rows = append(rows, []string{m.null(fmt.Sprint(i)), m.null(fmt.Sprint(m.Intn(6))), m.null(m.one("'new'", "'Paid'", "''", "'a%b'")), m.doc()})
	}
	m.fill("mx_companies", [][2]string{{"id", "int"}, {"size", "int"}, {"name", "text"}, {"doc", "doc"}}, rows)
	rows = nil
	for i := range mixedContacts {
		if m.half() {
			rows = append(rows, []string{m.ids[i], "'plan'", m.null(m.one("'new'", "'Paid'", "'é'"))})
		}
		rows = append(rows, []string{m.ids[i], "'Plan'", "'no'"})
	}
	m.fill("mx_attributes", [][2]string{{"person", m.idType}, {"attribute", "text"}, {"value", "text"}}, rows)
	var orders, tagged [][]string
	for i := range 40 {
		orders = append(orders, []string{fmt.Sprint(i), m.whose(), m.null(fmt.Sprint(m.Intn(900))), m.null(m.one("'new'", "'Paid'", "'a_b'", "''")), m.doc()})
		tagged = append(tagged, []string{m.whose(), m.null(fmt.Sprint(m.Intn(5)))})
	}
	m.fill("mx_orders", [][2]string{{"id", "int"}, {"person", m.idType}, {"amount", "int"}, {"product", "text"}, {"doc", "doc"}}, orders)
	m.fill("mx_tagged", [][2]string{{"person", m.idType}, {"tag_id", "int"}}, tagged)
	m.fill("mx_tags", [][2]string{{"id", "int"}, {"name", "text"}}, [][]string{{"0", "'new'"}, {"1", "'New'"}, {"2", "NULL"}, {"3", "'a%b'"}, {"4", "'Paid'"}})
	m.tables.Related = map[string]sqlgen.Related{
		"company": {Relation: sqlgen.Relation{Table: "mx_companies"}, Key: "id", Owner: "company_id"},
		"plan":    {Relation: sqlgen.Relation{Table: "mx_attributes"}, Key: "person", Match: map[string]rule.Value{"attribute": rule.Text("plan")}},
		"tagged":  {Relation: sqlgen.Relation{Table: "mx_tagged"}, Key: "person", Many: true},
		"tag":     {Relation: sqlgen.Relation{Table: "mx_tags"}, Key: "id", Owner: "tag_id", Of: "tagged"},
		"orders":  {Relation: sqlgen.Relation{Table: "mx_orders"}, Key: "person", Many: true},
		"order":   {Relation: sqlgen.Relation{Table: "mx_orders"}, Key: "person", Order: "id"},
	}
	json := sqlgen.Column{Column: "doc", Type: sqlgen.TypeJSON}
	for name, c := range map[string]sqlgen.Column{"company.size": {Column: "size", Type: sqlgen.TypeInteger, In: "company"}, "company.name": {Column: "name", Type: sqlgen.TypeText, In: "company", EmptyIsMissing: true},
		"company.doc": {Column: "doc", Type: sqlgen.TypeJSON, In: "company"}, "plan": {Column: "value", Type: sqlgen.TypeText, In: "plan"}, "tags": {Column: "name", Type: sqlgen.TypeText, In: "tag"},
		"last_order": {Column: "amount", Type: sqlgen.TypeInteger, Scale: 2, In: "order"},
		"orders":     {In: "orders", Members: map[string]sqlgen.Column{"p": {Column: "product", Type: sqlgen.TypeText}, "q": {Column: "amount", Type: sqlgen.TypeInteger, Scale: 2}, "s": json}}} {
		m.tables.Fields[name] = c
	}
}

// events makes a table of events.
func (m *mixture) events(table string, e sqlgen.Events, names ...string) {
	at, typ, moment := m.instantType()
	fields, columns, row := m.natively("", 5)
	// The same paths in all tables, held each in its own way.
	e.Props = map[string]sqlgen.Column{}
	for i, c := range columns {
		e.Props[[]string{"x", "y", "z", "u", "w"}[i]] = fields[c[0]]
	}
	e.Relation, e.Contact, e.At, e.Known = sqlgen.Relation{Table: table}, "person", at, m.known && m.half()
	if m.Intn(4) > 0 {
		e.Order = "seq"
	}
	if m.Intn(3) == 0 {
		e.ID = "event_id"
	}
	if m.half() {
		e.Document = "doc"
	}
	var rows [][]string
	at1 := map[string]bool{}
	for range 50 {
		m.seq++
		who, when := m.whose(), moment()
		if e.Order == "" && at1[who+when] {
			continue // nothing says which of two came first
		}
		at1[who+when] = true
		rows = append(rows, append([]string{who, m.null(m.literal(m.one(names...))), when, fmt.Sprint(m.seq), m.null(m.one("'a'", "'b'", "'A'", "'b '")), m.doc()}, row()...))
	}
	m.fill(table, append([][2]string{{"person", m.idType}, {"name", "text"}, {"moment", typ}, {"seq", "int"}, {"event_id", "text"}, {"doc", "doc"}}, columns...), rows)
	if m.Intn(4) == 0 {
		e.Where = "{}.seq <> " + fmt.Sprint(m.seq-3)
	}
	m.tables.Events = append(m.tables.Events, e)
}

func (m *mixture) memberships() {
	joined, typ, moment := m.instantType()
	at, atType, when := m.instantType()
	var lists, segments, history [][]string
	joinedOnce, once := map[string]bool{}, map[string]bool{}
	for i := range 40 {
		who, list := m.whose(), m.null(m.one("'vip'", "'VIP'", "'é'"))
		if !joinedOnce[who+list] {
			lists = append(lists, []string{who, list, moment()})
		}
		joinedOnce[who+list] = true
		if who, g := m.ids[m.Intn(mixedContacts)], m.one("'g'", "'h'"); !once[who+g] {
			segments = append(segments, []string{who, g, "NULL"})
			once[who+g] = true
		}
		history = append(history, []string{m.whose(), m.null(m.one("'plan'", "'a'", "'text0'", "'Plan'")), when(), fmt.Sprint(i), m.null(m.literal(m.json(1)))})
	}
	m.fill("mx_lists", [][2]string{{"person", m.idType}, {"list", "text"}, {"moment", typ}}, lists)
	since, sinceType, _ := m.instantType()
	due, dueType, _ := m.instantType()
	m.fill("mx_segments", [][2]string{{"person", m.idType}, {"segment", "text"}, {"moment", sinceType}}, segments)
	m.fill("mx_dues", [][2]string{{"person", m.idType}, {"segment", "text"}, {"moment", dueType}}, nil)
	m.fill("mx_locks", [][2]string{{"segment", "text"}}, [][]string{{"'s'"}})
	if m.e.Name() != "clickhouse" {
		run(m.T, m.e, "CREATE UNIQUE INDEX mx_members_of ON mx_segments (person, segment)")
		run(m.T, m.e, "CREATE UNIQUE INDEX mx_dues_of ON mx_dues (person, segment)")
	}
	m.fill("mx_history", [][2]string{{"person", m.idType}, {"field", "text"}, {"moment", atType}, {"seq", "int"}, {"value", "doc"}}, history)
	m.tables.Lists = &sqlgen.Lists{Relation: sqlgen.Relation{Table: "mx_lists"}, Contact: "person", List: "list", Joined: &joined, Known: m.known && m.half()}
	m.tables.Segments = &sqlgen.Segments{Relation: sqlgen.Relation{Table: "mx_segments"}, Contact: "person", Segment: "segment", Since: &since, Known: m.half(),
		Dues: &sqlgen.Dues{Relation: sqlgen.Relation{Table: "mx_dues"}, Contact: "person", Segment: "segment", Due: due}, Locks: &sqlgen.Locks{Relation: sqlgen.Relation{Table: "mx_locks"}, Segment: "segment"}}
	m.tables.History = &sqlgen.History{Relation: sqlgen.Relation{Table: "mx_history"}, Contact: "person", Field: "field", At: at, Order: "seq", Value: sqlgen.Column{Column: "value", Type: sqlgen.TypeJSON}, Known: m.known && m.half()}
	if m.Intn(4) == 0 {
		m.tables.Lists.Joined = nil
	}
}
