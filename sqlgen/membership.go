package sqlgen

// What the host keeps in tables of its own: which lists and segments a contact
// is in, and which values a field had.

import (
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// onAny takes the lists and the segments of an OR together, each in one subquery:
// PostgreSQL reads `id IN (query)` as a join, but not `id IN (query) OR id IN (query)`.
func (s scope) onAny(cs []segment.Condition) (taken []cond, left []segment.Condition) {
	var lists, segments []string
	for _, c := range cs {
		switch c := c.(type) {
		case rule.InList:
			lists = append(lists, string(c))
		case rule.InSegment:
			segments = append(segments, string(c))
		default:
			left = append(left, c)
		}
	}
	if s.inner || len(left) == len(cs) {
		return nil, cs
	}
	s.deep = s.deep || len(left) > 0 || len(lists) > 0 && len(segments) > 0
	if len(lists) > 0 {
		taken = append(taken, s.inList(lists...))
	}
	if len(segments) > 0 {
		taken = append(taken, s.inSegment(segments...))
	}
	return taken, left
}

// isAny holds if a column is one of the names. Names that the database cannot hold
// are none of its.
func (s scope) isAny(column frag, names []string) frag {
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !s.plainText(n) })
	switch len(names) {
	case 0:
		return never()
	case 1:
		return s.textEquals(column, text(names[0]))
	}
	return s.inTexts(term{frag: column, col: Column{Type: TypeText}}, names)
}

// inList writes that the contact is on any of the lists, and has joined by now.
func (s scope) inList(names ...string) cond {
	l := s.tables.Lists
	if l == nil {
		s.unmapped("lists")
		return undecided()
	}
	alias := s.alias("l")
	if !s.allTellable(names) {
		return undecided()
	}
	k, where := s.column(alias, l.Contact), []frag{s.isAny(s.textColumn(alias, l.List), names)}
	if where[0].never() {
		return exactly(never())
	}
	where = append(where, s.ofGiven(k))
	if l.Joined != nil {
		joined, ok := s.at(alias, *l.Joined)
		if !ok {
			return undecided()
		}
		where = append(where, s.compareInstant(joined, rule.OpLe, s.now))
	}
	return s.inQuery(cat("SELECT ", k, " AS k FROM ", s.relation(l.Relation), " ", s.quote(alias), whereClause(and(where...)))).of(l.Known)
}

// joining is the instant at which the contact joined a list that it is on.
func (s scope) joining(name string) (x term, ok bool) {
	l := s.tables.Lists
	switch {
	case l == nil:
		s.unmapped("lists")
		return term{}, false
	case l.Joined == nil || !s.plainText(name):
		return term{}, false
	}
	of := term{col: *l.Joined}
	from, ok := s.joinOnce("list "+name, rule.Events{}, func() (frag, bool) {
		inner := s.alias("l")
		joined, ok := s.at(inner, *l.Joined)
		if !ok {
			return frag{}, false
		}
		k := s.column(inner, l.Contact)
		where := and(s.textEquals(s.textColumn(inner, l.List), text(name)), s.ofGiven(k), s.compareInstant(joined, rule.OpLe, s.now))
		return cat("SELECT ", k, " AS k, MAX(", s.certain(joined).frag, ") AS v FROM ", s.relation(l.Relation), " ", s.quote(inner),
			whereClause(where), " GROUP BY ", k), true
	})
	of.frag = s.value(from)
	return of, ok
}

// inSegment writes that the contact is a member of any of other segments, as the
// host keeps it.
func (s scope) inSegment(ids ...string) cond {
	g := s.tables.Segments
	if g == nil {
		s.unmapped("segments")
		return undecided()
	}
	alias := s.alias("g")
	if !s.allTellable(ids) {
		return undecided()
	}
	k, where := s.column(alias, g.Contact), s.isAny(s.textColumn(alias, g.Segment), ids)
	if where.never() {
		return exactly(never())
	}
	return s.inQuery(cat("SELECT ", k, " AS k FROM ", s.relation(g.Relation), " ", s.quote(alias), whereClause(and(where, s.ofGiven(k))))).of(g.Known)
}

// A fieldHistory is the table of changes under an alias, asked for one field.
type fieldHistory struct {
	*History
	*translation
	alias string
	at    term // the instant of the change
	is    frag // holds for changes of the field
}

// historyOf finds the changes of a field; ok is false if the tables have none.
func (s scope) historyOf(f rule.Field) (h fieldHistory, ok bool) {
	if s.tables.History == nil {
		s.unmapped("history")
		return h, false
	}
	h = fieldHistory{History: s.tables.History, translation: s.translation, alias: s.alias("h")}
	h.at, ok = s.at(h.alias, h.At)
	h.is = s.textEquals(s.textColumn(h.alias, h.Field), text(string(f)))
	return h, ok && s.plainText(string(f))
}

// contact is the contact of a change, and rows the table in a FROM clause.
func (h fieldHistory) contact() frag { return h.column(h.alias, h.Contact) }
func (h fieldHistory) rows() frag    { return cat(h.relation(h.Relation), " ", h.quote(h.alias)) }

// changed writes that a field took another value within the window.
func (s scope) changed(c rule.Changed) cond {
	h, ok := s.historyOf(c.Field)
	if !ok {
		return undecided()
	}
	if value, ok := s.at(h.alias, h.Value); c.As != segment.KindNull && !(ok && value.reads(c.As)) {
		return undecided() // another spelling of the same value would be a change
	}
	in, ok := s.within(h.at, c.Window)
	if !ok {
		return undecided()
	}
	return s.inQuery(cat("SELECT ", h.contact(), " AS k FROM ", h.rows(), whereClause(and(s.ofGiven(h.contact()), h.is, in))))
}

// hasBeen asks for the value that the field had when the time began, which is that of
// the newest change by then, and for no other since. Setting the value again is no
// other.
func (s scope) hasBeen(c rule.HasBeen) cond {
	h, ok := s.historyOf(c.Field)
	if !ok || h.Order == "" {
		return undecided()
	}
	value, ok := s.at(h.alias, h.Value)
	if !ok {
		return undecided()
	}
	if c.Value.IsNull() {
		return exactly(never()) // a missing value equals nothing
	}
	if c.As != segment.KindNull && !value.reads(c.As) || c.Fold {
		return undecided()
	}
	s.sequences = true
	k, began := h.contact(), c.For.EndBefore(s.now)
	if s.limits().antiJoins {
		return s.unchanged(h, value, c, began)
	}
	from, where := s.narrowed(h.rows(), k, and(s.ofGiven(k), h.is, s.compareInstant(h.at, rule.OpLe, began)))
	// Of changes at one instant the one that arrived last counts.
	newest := cat("SELECT ", k, " AS k, ", value.frag, " AS v, ROW_NUMBER() OVER (PARTITION BY ", k, " ORDER BY ",
		s.certain(h.at).frag, " DESC, ", s.column(h.alias, h.Order), " DESC) AS r FROM ", from, whereClause(where))
	value.frag, value.digits, value.in = s.column("u", "v"), frag{}, nil // so it is called outside of that query
	had := s.compareTerm(value, rule.OpEq, c.Value, c.Fold)
	since, _ := s.historyOf(c.Field)
	if value, ok = s.at(since.alias, since.Value); !ok || !had.exact {
		return undecided()
	}
	other := s.notTrue(s.compareTerm(value, rule.OpEq, c.Value, c.Fold).frag)
	others := cat("SELECT ", since.contact(), " AS k FROM ", since.rows(), whereClause(and(s.ofGiven(since.contact()), since.is,
		s.compareInstant(since.at, rule.OpGt, began), s.compareInstant(since.at, rule.OpLe, s.now), other)))
	return s.inQuery(cat("SELECT u.k AS k FROM (", newest, ") u WHERE u.r = 1 AND ", had.frag, " AND ", s.notIn(frag{sql: "u.k"}, others)))
}

// unchanged asks for a change to the value by the time it began, without one to another
// value behind it. PostgreSQL looks for those few contact by contact.
func (s scope) unchanged(h fieldHistory, value term, c rule.HasBeen, began time.Time) cond {
	had := s.compareTerm(value, rule.OpEq, c.Value, c.Fold)
	later, _ := s.historyOf(c.Field)
	other, ok := s.at(later.alias, later.Value)
	if !ok || !had.exact {
		return undecided()
	}
	k, order, laterOrder := h.contact(), s.column(h.alias, h.Order), s.column(later.alias, later.Order)
	behind := cat("(", later.at.frag, " > ", h.at.frag, " OR ", later.at.frag, " = ", h.at.frag, " AND ", laterOrder, " > ", order, ")")
	others := cat("SELECT 1 FROM ", later.rows(), whereClause(and(s.ofGiven(later.contact()), cat(later.contact(), " = ", k), later.is,
		cat(later.at.frag, " >= ", h.at.frag), behind, s.compareInstant(later.at, rule.OpLe, s.now),
		s.notTrue(s.compareTerm(other, rule.OpEq, c.Value, c.Fold).frag))))
	from, where := s.narrowed(h.rows(), k, and(s.ofGiven(k), h.is, s.compareInstant(h.at, rule.OpLe, began), had.frag, cat("NOT EXISTS (", others, ")")))
	return s.inQuery(cat("SELECT ", k, " AS k FROM ", from, whereClause(where)))
}
