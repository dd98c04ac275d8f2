package sqlgen

// Lists of related rows, as the loader reads them: a part for each, whose rows are the
// elements. A list within the elements of another has a part of its own too, which joins
// the tables of both; its rows say by their keys to which elements they belong, and are
// put there when all parts of a batch are read.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/cell"
)

// A listPart is a list that is loaded.
type listPart struct {
	field  string   // of the contact, or the member of an element
	path   []string // its names
	within []*listPart
}

// A listRow is a row of a list, an element of it.
type listRow struct {
	keys   string               // of the elements that it is within, from the outermost on
	v      segment.Value        // without the lists within
	within map[*listPart]string // the keys of the elements of each of those
}

// A lineOfRows is what the statement of a list joins.
type lineOfRows struct {
	from  frag
	order []frag
	keys  []frag // what the lists within others are told by
	row   *family
}

// listParts are the parts of the lists of contacts.
func (t *translation) listParts() (parts []part, lists []*listPart) {
	return t.listsOf(t.tables.Fields, lineOfRows{row: t.families[contacts]})
}

// listsOf are the lists among fields of a row, each followed by those within it.
func (t *translation) listsOf(fields map[string]Column, outer lineOfRows) (parts []part, lists []*listPart) {
	for _, path := range keys(fields) {
		c := fields[path]
		if !t.tables.Several(outer.row.of, c) {
			continue
		}
		names, _ := t.tables.Path(outer.row.of, c.In)
		p := &listPart{field: path, path: rule.Field(path).Names()}
		line := t.joinedTo(outer, &list{owner: outer.row, names: names, col: c})
		within, inner := t.listsOf(c.Members, line)
		p.within = inner
		parts = append(append(parts, t.listPartOf(p, line, c)), within...)
		lists = append(lists, p)
	}
	return parts, lists
}

// joinedTo joins the rows of a list to what it is within, or to the contacts.
func (t *translation) joinedTo(outer lineOfRows, l *list) (line lineOfRows) {
	first, key, count, more, row := t.lineage(l)
	owner := t.ownerOf(l.owner, l.names[0])
	on := and(cat(key, " = ", owner), count)
	line = lineOfRows{row: row, order: slices.Clone(outer.order), keys: slices.Clone(outer.keys)}
	if outer.from.sql == "" {
		line.from = cat(first, " JOIN ", t.relation(t.tables.Contacts), " ", t.quote(contacts), " ON ", on, more)
	} else {
		line.from = cat(outer.from, " JOIN ", first, " ON ", on, more)
		line.keys = append(line.keys, owner)
	}
	if r := t.tables.Related[row.of]; r.Order != "" {
		line.order = append(line.order, t.column(row.alias, r.Order))
	}
	return line
}

// listPartOf is the part that reads the elements of a list.
func (t *translation) listPartOf(p *listPart, line lineOfRows, c Column) part {
	s := t.selection(line.row.alias)
	places := make([]int, len(line.keys))
	for i, key := range line.keys {
		places[i] = s.add(t.cell(key, cell.Text))
	}
	own := make(map[*listPart]int) // the places of the keys of lists within
	for _, inner := range p.within {
		names, _ := t.tables.Path(line.row.of, c.Members[inner.field].In)
		own[inner] = s.add(t.cell(t.ownerOf(line.row, names[0]), cell.Text))
	}
	c.In = ""
	value := func(row []any) segment.Value { return segment.Value{} }
	if len(c.Members) > 0 {
		value = s.object(c.Members, "")
	} else {
		value = s.value(c)
	}
	q := part{what: "the list " + strings.Join(p.path, "."), list: p, head: cat(s.list(), " FROM ", line.from, t.kinOf(line.row, s.cols...))}
	if len(line.order) > 0 {
		q.tail = cat(" ORDER BY ", separated(", ", line.order))
	}
	q.element = func(row []any) listRow {
		e := listRow{v: value(row), within: make(map[*listPart]string, len(own))}
		for _, place := range places {
			e.keys += keyText(row[place])
		}
		for inner, place := range own {
			e.within[inner] = e.keys + keyText(row[place])
		}
		return e
	}
	return q
}

// keyText is a key, and where it ends.
func keyText(x any) string {
	s, _ := cell.String(x)
	return fmt.Sprintf("%q ", s)
}

// An assembly puts the elements of a contact's lists together.
type assembly struct {
	rows   map[*listPart]map[string][]listRow // by the keys of what they are within
	copies map[*listPart]map[string]int       // how many elements have these keys
}

func newAssembly() *assembly {
	return &assembly{make(map[*listPart]map[string][]listRow), make(map[*listPart]map[string]int)}
}

func (a *assembly) add(p *listPart, e listRow) {
	if a.rows[p] == nil {
		a.rows[p] = make(map[string][]listRow)
	}
	a.rows[p][e.keys] = append(a.rows[p][e.keys], e)
	for inner, keys := range e.within {
		if a.copies[inner] == nil {
			a.copies[inner] = make(map[string]int)
		}
		a.copies[inner][keys]++
	}
}

// values is a list; missing where it has no element. Where several elements have the same
// keys, as orders of one product, each row within was joined with all of them.
func (a *assembly) values(p *listPart, keys string) segment.Value {
	var vs []segment.Value
	copies, seen := max(a.copies[p][keys], 1), make(map[string]int)
	for _, e := range a.rows[p][keys] {
		if copies > 1 {
			text := cell.Marshal(e.v) + fmt.Sprint(e.within)
			if seen[text]++; seen[text]%copies != 0 {
				continue
			}
		}
		for _, inner := range p.within {
			e.v = cell.With(e.v, inner.path, a.values(inner, e.within[inner]))
		}
		if !e.v.IsNull() {
			vs = append(vs, e.v)
		}
	}
	if len(vs) == 0 {
		return segment.Value{}
	}
	return segment.List(vs...)
}

// addTo gives a contact its lists.
func (a *assembly) addTo(x *segment.Record, lists []*listPart) {
	for _, p := range lists {
		if v := a.values(p, ""); !v.IsNull() {
			setField(x, p.path, v)
		}
	}
}
