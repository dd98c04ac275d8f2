package sqlgen

// What a loader reads: for each table of Tables a part, which says what to select
// and what a row adds to its contact. A new kind of table is one more part here; a
// new type of column is a row in formOf, and a case in the cells of the dialects
// that hold it in a way of its own.

import (
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/cell"
)

// parts are the statements of a batch, the contacts first.
func (t *translation) parts() []part {
	fields, others := t.fieldGroups()
	parts := []part{t.contactPart(fields)}
	for _, fields := range others {
		parts = append(parts, t.kinPart(fields))
	}
	for i := range t.tables.Events {
		parts = append(parts, t.eventPart(&t.tables.Events[i]))
	}
	if l := t.tables.Lists; l != nil {
		parts = append(parts, t.listPart(l))
	}
	if g := t.tables.Segments; g != nil {
		parts = append(parts, t.segmentPart(g))
	}
	if h := t.tables.History; h != nil {
		parts = append(parts, t.historyPart(h))
	}
	return parts
}

// A selection is a SELECT being written: its columns, each once.
type selection struct {
	t     *translation
	alias string // of the table that is read
	cols  []frag
	at    map[string]int // places of columns, by what they are
}

// selection starts a SELECT of which the first column is the contact's id.
func (t *translation) selection(alias string) *selection {
	s := &selection{t: t, alias: alias, at: make(map[string]int)}
	s.add(t.idText())
	return s
}

func (s *selection) add(f frag) (place int) {
	key := fmt.Sprint(f)
	place, ok := s.at[key]
	if !ok {
		place = len(s.cols)
		s.cols = append(s.cols, f)
		s.at[key] = place
	}
	return place
}

// value selects a column, and returns what reads it from a row.
func (s *selection) value(c Column) func(row []any) segment.Value {
	alias := s.alias
	if c.In != "" {
		alias = s.t.kinAlias(s.t.families[s.alias], c.In)
	}
	x, form, scale := term{frag: s.t.held(alias, c)}, cell.JSON, 0
	if len(c.Path) == 0 {
		x = s.t.shown(s.t.asValue(x.frag, c)) // NULL of what no rule has, a uuid as its text
		form = formOf[x.col.Type]
	}
	if form == cell.Number && c.Type == TypeInteger {
		scale = c.Scale
	}
	place := s.add(s.t.cell(x.frag, form))
	return func(row []any) segment.Value { return cell.Read(form, scale, row[place]).At(c.Path...) }
}

// text selects a column that holds a name.
func (s *selection) text(column string) func(row []any) (string, bool) {
	place := s.add(s.t.cell(s.t.textColumn(s.alias, column), cell.Text))
	return func(row []any) (string, bool) { return cell.String(row[place]) }
}

// instant selects a column with an instant; ok is false where it has none.
func (s *selection) instant(c Column) func(row []any) (at time.Time, ok bool) {
	read := s.value(c)
	return func(row []any) (time.Time, bool) {
		v := read(row)
		return v.Time().UTC(), v.Kind() == segment.KindTime
	}
}

// object selects columns by the paths of rules, and a document with all others.
func (s *selection) object(columns map[string]Column, document string) func(row []any) segment.Value {
	type place struct {
		names []string
		read  func(row []any) segment.Value
	}
	var places []place
	for _, path := range keys(columns) {
		if f := s.t.families[s.alias]; f != nil && s.t.tables.Several(f.of, columns[path]) {
			continue // a list is a part of its own
		}
		places = append(places, place{rule.Field(path).Names(), s.value(columns[path])})
	}
	// What is within another comes later, and wins.
	slices.SortStableFunc(places, func(a, b place) int { return len(a.names) - len(b.names) })
	whole := func([]any) segment.Value { return segment.Value{} }
	if document != "" {
		whole = s.value(Column{Column: document, Type: TypeJSON})
	}
	return func(row []any) segment.Value {
		object := whole(row)
		if object.Kind() != segment.KindObject {
			object = segment.Object()
		}
		for _, p := range places {
			object = cell.With(object, p.names, p.read(row))
		}
		return object
	}
}

// list are the columns, each with a name of its own, since some databases refuse
// two of one name.
func (s *selection) list() frag {
	named := make([]frag, len(s.cols))
	for i, f := range s.cols {
		named[i] = cat(f, " AS ", s.t.quote("v"+itoa(i)))
	}
	return cat("SELECT ", separated(", ", named))
}

// part makes a part of the selection over a table of rows that belong to contacts.
func (s *selection) part(what string, r Relation, contact, order string, add func(x *segment.Record, row []any)) part {
	return s.partFrom(what, s.t.relation(r), contact, order, add)
}

// partFrom does the same over what stands in FROM.
func (s *selection) partFrom(what string, from frag, contact, order string, add func(x *segment.Record, row []any)) part {
	p := part{what: what, add: add}
	// The contacts, which are few, come second: ClickHouse holds that side in memory.
	p.head = cat(s.list(), " FROM ", from, " ", s.t.quote(s.alias), " JOIN ", s.t.relation(s.t.tables.Contacts), " ", s.t.quote(contacts),
		" ON ", s.t.column(s.alias, contact), " = ", s.t.key)
	if order != "" {
		p.tail = cat(" ORDER BY ", s.t.column(s.alias, order))
	}
	return p
}

// contactPart reads the contacts with fields of their own, and those that are joined.
func (t *translation) contactPart(columns map[string]Column) part {
	s := t.selection(contacts)
	fields := s.object(columns, t.tables.Document)
	id := t.key
	if t.tables.ID.Type == TypeText {
		id = t.ordered(id)
	}
	return part{what: "contacts", head: cat(s.list(), " FROM ", t.relation(t.tables.Contacts), " ", t.quote(contacts), t.kinOf(t.families[contacts], s.cols...)),
		tail: cat(" ORDER BY ", id),
		add: func(x *segment.Record, row []any) {
			members := fields(row).Members()
			x.Fields = make(map[string]segment.Value, len(members))
			for _, m := range members {
				x.Fields[m.Name] = m.Value
			}
			delete(x.Fields, "id") // it is the contact's id
			if x.ID == "" {
				x.Fields["id"] = segment.Text("")
			}
		}}
}

func (t *translation) eventPart(e *Events) part {
	s := t.selection(t.alias("e"))
	at := s.instant(e.At)
	name := func([]any) (string, bool) { return e.Name, true }
	if e.Names != "" {
		name = s.text(e.Names)
	}
	props := s.props(e)
	what := "events of " + e.Table
	if e.Table == "" {
		what = "events " + e.Name
	}
	return s.partFrom(what, scope{translation: t}.eventsOf(e), e.Contact, e.Order, func(x *segment.Record, row []any) {
		when, dated := at(row)
		if called, ok := name(row); ok && dated && e.Has(called) {
			x.Log = append(x.Log, segment.Event{Name: called, At: when, Props: props(row)})
		}
	})
}

// props selects the properties of an event.
func (s *selection) props(e *Events) func(row []any) segment.Document {
	switch {
	case len(e.Props) == 0 && e.Document == "":
		return func([]any) segment.Document { return nil }
	case len(e.Props) == 0:
		place := s.add(s.t.cell(s.t.column(s.alias, e.Document), cell.JSON))
		return func(row []any) segment.Document { return cell.Document(row[place]) }
	}
	object := s.object(e.Props, e.Document)
	return func(row []any) segment.Document { return segment.Document(cell.Marshal(object(row))) }
}

func (t *translation) listPart(l *Lists) part {
	s := t.selection(t.alias("l"))
	name := s.text(l.List)
	joined := func([]any) (time.Time, bool) { return time.Time{}, true }
	if l.Joined != nil {
		joined = s.instant(*l.Joined)
	}
	return s.part("lists", l.Relation, l.Contact, "", func(x *segment.Record, row []any) {
		list, ok := name(row)
		at, on := joined(row)
		if before, known := x.Lists[list]; !ok || !on || known && !at.After(before) {
			return
		}
		if x.Lists == nil {
			x.Lists = make(map[string]time.Time)
		}
		x.Lists[list] = at
	})
}

func (t *translation) segmentPart(g *Segments) part {
	s := t.selection(t.alias("g"))
	id := s.text(g.Segment)
	return s.part("segments", g.Relation, g.Contact, "", func(x *segment.Record, row []any) {
		if id, ok := id(row); ok && !slices.Contains(x.Segments, id) {
			x.Segments = append(x.Segments, id)
		}
	})
}

func (t *translation) historyPart(h *History) part {
	s := t.selection(t.alias("h"))
	field, at, value := s.text(h.Field), s.instant(h.At), s.value(h.Value)
	return s.part("history", h.Relation, h.Contact, h.Order, func(x *segment.Record, row []any) {
		path, ok := field(row)
		when, dated := at(row)
		if !ok || !dated {
			return
		}
		if x.Changes == nil {
			x.Changes = make(map[string][]segment.Change)
		}
		x.Changes[path] = append(x.Changes[path], segment.Change{At: when, Value: value(row)})
	})
}
