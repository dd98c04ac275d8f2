package sqlgen

// Fields of related rows that are one value, as the loader reads them: with the
// contacts, as long as few tables are joined, and else in parts of their own.

import (
	"maps"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/cell"
)

// mostKin is how many related tables the loader joins at once. Databases have a limit, of
// 61 in MariaDB, and plan many joins slowly.
const mostKin = 16

// fieldGroups are the fields that are one value: those that are read with the contacts, and
// groups of others. What is within another field, or has one within it, is read with the
// contacts, so that which of the two wins hangs on nothing else.
func (t *translation) fieldGroups() (first map[string]Column, others []map[string]Column) {
	f := t.families[contacts]
	first = make(map[string]Column)
	group, tables := first, make(map[string]bool)
	paths := keys(t.tables.Fields)
	for _, path := range slices.SortedStableFunc(slices.Values(paths), func(a, b string) int { return strings.Compare(t.tables.Fields[a].In, t.tables.Fields[b].In) }) {
		c := t.tables.Fields[path]
		nested := slices.ContainsFunc(paths, func(other string) bool {
			return strings.HasPrefix(other, path+".") || strings.HasPrefix(path, other+".")
		})
		switch {
		case t.tables.Several(f.of, c):
			continue
		case c.In == "" || nested:
			first[path] = c
			continue
		}
		names, _ := t.tables.Path(f.of, c.In)
		wider := maps.Clone(tables)
		for _, name := range names {
			wider[name] = true
		}
		if len(wider) > mostKin && len(tables) > 0 {
			group, wider = make(map[string]Column), make(map[string]bool)
			for _, name := range names {
				wider[name] = true
			}
			others = append(others, group)
		}
		group[path], tables = c, wider
	}
	return first, others
}

// kinPart reads fields of related rows.
func (t *translation) kinPart(columns map[string]Column) part {
	s := t.selection(contacts)
	read := make(map[string]func(row []any) segment.Value)
	for _, path := range keys(columns) {
		read[path] = s.value(columns[path])
	}
	return part{what: "related rows", head: cat(s.list(), " FROM ", t.relation(t.tables.Contacts), " ", t.quote(contacts), t.kinOf(t.families[contacts], s.cols...)),
		add: func(x *segment.Record, row []any) {
			for path, value := range read {
				setField(x, rule.Field(path).Names(), value(row))
			}
		}}
}

// setField gives a contact a field; a null takes it away.
func setField(x *segment.Record, names []string, v segment.Value) {
	name := names[0]
	if len(names) > 1 {
		v = cell.With(x.Fields[name], names[1:], v)
	}
	if x.Fields[name] = v; v.IsNull() {
		delete(x.Fields, name)
	}
}
