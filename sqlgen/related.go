package sqlgen

// Fields of related tables that are one value: the size of the contact's company, the
// newest of its addresses. Their rows are joined to the contact, one at most:
//
//	FROM contacts c LEFT JOIN companies o1 ON o1.id = c.company_id
//
// so that such a field is a column like one of the contact's own. A condition that is
// false of NULL lets the database begin with the companies as well. Lists of related
// rows are in related_list.go.

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A family is a row, of the contacts or of a related table, and the related rows that
// are joined to it.
type family struct {
	of    string // the related table that the row is of; empty for the contact
	alias string
	kin   map[string]string // the aliases of the related rows, by the names of their tables
}

// contactFamily is the family of the contact. The aliases of its kin hang on nothing but
// the tables: conditions that narrow an aggregate are written with those of an earlier
// translation.
func (t *translation) contactFamily() *family {
	f := &family{alias: contacts, kin: make(map[string]string)}
	for i, name := range slices.Sorted(maps.Keys(t.tables.Related)) {
		if !t.tables.Several("", Column{In: name}) {
			f.kin[name] = "o" + itoa(i+1)
		}
	}
	return f
}

// ofRelated is a column of rows that are related to that called alias: of one row, or a
// list of several.
func (t *translation) ofRelated(alias string, c Column) (x term, ok bool) {
	f := t.families[alias]
	names, ok := t.tables.Path(f.of, c.In)
	if !ok {
		return term{}, false
	}
	if len(c.Members) > 0 || t.tables.Several(f.of, c) {
		return term{list: &list{owner: f, names: names, col: c}}, true
	}
	alias = t.kinAlias(f, c.In)
	c.In = ""
	return t.at(alias, c)
}

// kinAlias is the alias of a related row that is joined to that of a family.
func (t *translation) kinAlias(f *family, name string) string {
	names, _ := t.tables.Path(f.of, name)
	for _, name := range names {
		if f.kin[name] == "" {
			f.kin[name] = t.alias("r")
		}
	}
	return f.kin[name]
}

// kinRead are the related tables of which a row is read, each behind its owner's.
func (t *translation) kinRead(f *family, reads ...frag) []string {
	read := make(map[string]int) // how far each is from the row of the family
	for name, alias := range f.kin {
		if slices.ContainsFunc(reads, func(r frag) bool { return t.readsRow(r, alias) }) {
			names, _ := t.tables.Path(f.of, name)
			for i, name := range names {
				read[name] = i
			}
		}
	}
	return slices.SortedFunc(maps.Keys(read), func(a, b string) int { return cmp.Or(read[a]-read[b], strings.Compare(a, b)) })
}

// kinOf writes the joins of the related rows that are read.
func (t *translation) kinOf(f *family, reads ...frag) frag {
	var joins []any
	for _, name := range t.kinRead(f, reads...) {
		from, count := t.relatedRows(f, name, f.kin[name])
		if f.of == "" && t.isNewest(name) && t.limits().antiJoins {
			from, count = t.newest(name, f.kin[name])
		}
		joins = append(joins, " LEFT JOIN ", from, " ON ", and(cat(t.keyOf(name, f.kin[name]), " = ", t.ownerOf(f, name)), count))
	}
	return cat(joins...)
}

// isNewest reports whether of several rows of an owner one counts.
func (t *translation) isNewest(name string) bool {
	r := t.tables.Related[name]
	return r.Order != "" && !r.Many
}

// newest is a related table of which the row counts that has no later one. PostgreSQL plans
// that from either side. Should two rows have the same place in the order, against what the
// host promised, the contact is there twice: see [translation.readsNewest].
func (t *translation) newest(name, alias string) (from, count frag) {
	r, later := t.tables.Related[name], t.alias("x")
	other := cat("SELECT 1 FROM ", t.relation(r.Relation), " ", t.quote(later), whereClause(and(cat(t.keyOf(name, later), " = ", t.keyOf(name, alias)),
		t.counts(r, later), cat(t.column(later, r.Order), " > ", t.column(alias, r.Order)))))
	return cat(t.relation(r.Relation), " ", t.quote(alias)), and(t.counts(r, alias), cat("NOT EXISTS (", other, ")"))
}

// readsNewest reports whether conditions read a row that is found in that way: then ids
// are made different, and no aggregate is narrowed by them.
func (t *translation) readsNewest(parts ...frag) bool {
	return t.limits().antiJoins && slices.ContainsFunc(t.kinRead(t.families[contacts], parts...), t.isNewest)
}

// readsKin reports whether a piece of SQL reads a row that is related to the contact.
func (t *translation) readsKin(f frag) bool {
	return len(t.kinRead(t.families[contacts], f)) > 0
}

// keyOf is the column of a related row that says whose it is.
func (t *translation) keyOf(name, alias string) frag {
	return t.column(alias, t.tables.Related[name].Key)
}

// ownerOf is what that column equals, of a row in the family.
func (t *translation) ownerOf(f *family, name string) frag {
	r, alias := t.tables.Related[name], f.alias
	switch {
	case r.Owner == "":
		return t.key
	case r.Of != f.of:
		alias = f.kin[r.Of]
	}
	return t.column(alias, r.Owner)
}

// relatedRows is a related table under an alias, and the condition of the rows that count.
// Of several rows of an owner it is the greatest by Order.
func (t *translation) relatedRows(f *family, name, alias string) (from, count frag) {
	r := t.tables.Related[name]
	if r.Order == "" || r.Many {
		return cat(t.relation(r.Relation), " ", t.quote(alias)), t.counts(r, alias)
	}
	const place = "place of the row"
	inner := t.alias("x")
	key, given := t.keyOf(name, inner), always()
	if r.Of == f.of {
		given = t.ofGivenOwners(f, name, key)
	}
	from = cat("(SELECT ", t.quote(inner), ".*, ROW_NUMBER() OVER (PARTITION BY ", key, " ORDER BY ", t.column(inner, r.Order), " DESC) AS ", t.quote(place),
		" FROM ", t.relation(r.Relation), " ", t.quote(inner), whereClause(and(given, t.counts(r, inner))), ") ", t.quote(alias))
	return from, cat(t.column(alias, place), " = 1")
}

// ofGivenOwners holds if the key of a related row is one of the contacts that a statement
// is for, or what those have in the column that it points to; see given.go.
func (t *translation) ofGivenOwners(f *family, name string, key frag) frag {
	r := t.tables.Related[name]
	switch {
	case t.given == nil || f.of != "":
		return always()
	case r.Owner == "":
		return t.ofGiven(key)
	}
	alias := t.alias("g")
	id, _ := t.at(alias, t.tables.ID)
	return cat(key, " IN (SELECT ", t.column(alias, r.Owner), " FROM ", t.relation(t.tables.Contacts), " ", t.quote(alias), whereClause(t.isOneGiven(id.frag)), ")")
}

// counts holds for the rows of a related table that count.
func (t *translation) counts(r Related, alias string) frag {
	var parts []frag
	for _, name := range slices.Sorted(maps.Keys(r.Match)) {
		x := t.column(alias, name)
		switch v := r.Match[name]; v.Kind() {
		case segment.KindText:
			if read, ok := t.at(alias, Column{Column: name, Type: TypeText}); ok {
				parts = append(parts, t.textEquals(read.frag, text(v.Text())))
			}
		case segment.KindNumber:
			parts = append(parts, cat(x, " = ", integer(int64(v.Float()))))
		default:
			parts = append(parts, cat(x, " = ", truth(v.Bool())))
		}
	}
	return and(parts...)
}

// memberOf finds the members of a related row.
func (t *translation) memberOf(alias string, members map[string]Column) func(rule.Field) (term, bool) {
	return func(f rule.Field) (term, bool) {
		x, ok, known := t.find(alias, members, "", f)
		if !known {
			t.unknown("member", string(f), keys(members))
		}
		return x, ok
	}
}
