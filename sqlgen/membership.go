package sqlgen

// What the host keeps in tables of its own: which lists and segments a contact
// is in, and which values a field had.

import (
	"slices"

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
	k, where := s.column(alias, l.Contact), []frag{s.isAny(s.column(alias, l.List), names)}
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
	return s.inQuery(cat("SELECT ", k, " AS k FROM ", s.relation(l.Relation), " ", s.quote(alias), whereClause(and(where...))))
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
	alias, ok := s.joinOnce("list "+name, rule.Events{}, func() (frag, bool) {
		inner := s.alias("l")
		joined, ok := s.at(inner, *l.Joined)
		if !ok {
			return frag{}, false
		}
		k := s.column(inner, l.Contact)
		where := and(s.textEquals(s.column(inner, l.List), text(name)), s.ofGiven(k), s.compareInstant(joined, rule.OpLe, s.now))
		return cat("SELECT ", k, " AS k, MAX(", joined.frag, ") AS v FROM ", s.relation(l.Relation), " ", s.quote(inner),
			whereClause(where), " GROUP BY ", k), true
	})
	of.frag = s.column(alias, "v")
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
	k, where := s.column(alias, g.Contact), s.isAny(s.column(alias, g.Segment), ids)
	if where.never() {
		return exactly(never())
	}
	return s.inQuery(cat("SELECT ", k, " AS k FROM ", s.relation(g.Relation), " ", s.quote(alias), whereClause(and(where, s.ofGiven(k)))))
}

// A fieldHistory is the table of changes under an alias, asked for one field.
type fieldHistory struct {
	*History
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
	h = fieldHistory{History: s.tables.History, alias: s.alias("h")}
	h.at, ok = s.at(h.alias, h.At)
	h.is = s.textEquals(s.column(h.alias, h.Field), text(string(f)))
	return h, ok && s.plainText(string(f))
}

// from is the FROM clause over the table of changes, limited to some.
func (s scope) from(h fieldHistory, where frag) frag {
	return cat(" FROM ", s.relation(h.Relation), " ", s.quote(h.alias), whereClause(and(s.ofGiven(s.column(h.alias, h.Contact)), where)))
}

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
	return s.inQuery(cat("SELECT ", s.column(h.alias, h.Contact), " AS k", s.from(h, and(h.is, in))))
}

// hasBeen looks at the newest values that a field took: they must be the one asked
// for, and the first of them have been taken that long ago.
func (s scope) hasBeen(c rule.HasBeen) cond {
	h, ok := s.historyOf(c.Field)
	if !ok || h.Order == "" {
		return undecided()
	}
	value, ok := s.at(h.alias, h.Value)
	if !ok {
		return undecided()
	}
	at, k := h.at, s.column(h.alias, h.Contact)
	// Of changes at one instant the one that arrived last counts.
	newest := cat("SELECT ", k, " AS k, ", at.frag, " AS t, ", value.frag, " AS v, ROW_NUMBER() OVER (PARTITION BY ", k, " ORDER BY ",
		at.frag, " DESC, ", s.column(h.alias, h.Order), " DESC) AS r", s.from(h, and(h.is, s.compareInstant(at, rule.OpLe, s.now))))
	// Outside of that query its columns have these names.
	at.frag, value.frag, value.digits = s.column("u", "t"), s.column("u", "v"), frag{}
	if c.Value.IsNull() {
		return exactly(never()) // a missing value equals nothing
	}
	if c.As != segment.KindNull && !value.reads(c.As) || c.Fold || s.manyEqual(value, c.Value) {
		return undecided() // the newest of several values that are all the one asked for
	}
	same := s.compareTerm(value, rule.OpEq, c.Value, c.Fold)
	if !same.exact {
		return undecided()
	}
	since := s.compareInstant(at, rule.OpLe, c.For.EndBefore(s.now))
	// One of the changes to the value is old enough, and none to another came after it. A
	// field may have been set to the value it had.
	return s.inQuery(cat("SELECT u.k FROM (", newest, ") u GROUP BY u.k HAVING MIN(CASE WHEN ", and(same.frag, since), " THEN u.r END) < ",
		"COALESCE(MIN(CASE WHEN ", s.notTrue(same.frag), " THEN u.r END), 1000000000)"))
}

// manyEqual reports whether several stored values may equal a constant: instants of one
// day, and the spellings of an instant.
func (s scope) manyEqual(x term, v segment.Value) bool {
	switch v.Kind() {
	case segment.KindDate:
		return !x.is(TypeDate)
	case segment.KindTime:
		return !x.instant()
	case segment.KindVersion:
		return true
	}
	return false
}
