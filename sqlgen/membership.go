package sqlgen

import (
	"github.com/segmentrules/segment"
)

// inList writes that the contact is on a list, and has joined by now.
func (s scope) inList(name string) cond {
	l := s.tables.Lists
	if l == nil {
		s.unmapped("lists")
		return undecided()
	}
	if !s.plainText(name) {
		return exactly(never())
	}
	alias := s.alias("l")
	where := []frag{s.textEquals(s.column(alias, l.List), text(name))}
	if l.Joined != nil {
		joined, ok := s.at(alias, *l.Joined)
		if !ok {
			return undecided()
		}
		where = append(where, s.compareInstant(joined, segment.Le, s.now))
	}
	return s.inQuery(cat("SELECT ", s.column(alias, l.Contact), " AS k FROM ", s.relation(l.Relation), " ", s.quote(alias), whereClause(and(where...))))
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
	alias, ok := s.joined("list "+name, func() (frag, bool) {
		inner := s.alias("l")
		joined, ok := s.at(inner, *l.Joined)
		if !ok {
			return frag{}, false
		}
		k := s.column(inner, l.Contact)
		where := and(s.textEquals(s.column(inner, l.List), text(name)), s.compareInstant(joined, segment.Le, s.now))
		return cat("SELECT ", k, " AS k, MAX(", joined.frag, ") AS v FROM ", s.relation(l.Relation), " ", s.quote(inner),
			whereClause(where), " GROUP BY ", k), true
	})
	of.frag = s.column(alias, "v")
	return of, ok
}

// inSegment writes that the contact is a member of another segment, as the host
// keeps it.
func (s scope) inSegment(id string) cond {
	g := s.tables.Segments
	if g == nil {
		s.unmapped("segments")
		return undecided()
	}
	if !s.plainText(id) {
		return exactly(never())
	}
	alias := s.alias("g")
	return s.inQuery(cat("SELECT ", s.column(alias, g.Contact), " AS k FROM ", s.relation(g.Relation), " ", s.quote(alias),
		whereClause(s.textEquals(s.column(alias, g.Segment), text(id)))))
}

// changed writes that a field took another value within the window.
func (s scope) changed(c segment.Changed) cond {
	h := s.tables.History
	if h == nil {
		s.unmapped("history")
		return undecided()
	}
	alias := s.alias("h")
	at, ok := s.at(alias, h.At)
	if !ok || !s.plainText(string(c.Field)) {
		return undecided()
	}
	in, ok := s.within(at, c.Window)
	if !ok {
		return undecided()
	}
	where := and(s.textEquals(s.column(alias, h.Field), text(string(c.Field))), in)
	return s.inQuery(cat("SELECT ", s.column(alias, h.Contact), " AS k FROM ", s.relation(h.Relation), " ", s.quote(alias), whereClause(where)))
}

// hasBeen looks at the newest value that a field took.
func (s scope) hasBeen(c segment.HasBeen) cond {
	h := s.tables.History
	if h == nil {
		s.unmapped("history")
		return undecided()
	}
	alias := s.alias("h")
	at, ok := s.at(alias, h.At)
	value, ok2 := s.at(alias, h.Value)
	if !ok || !ok2 || h.Order == "" || !s.plainText(string(c.Field)) {
		return undecided()
	}
	k := s.column(alias, h.Contact)
	where := and(s.textEquals(s.column(alias, h.Field), text(string(c.Field))), s.compareInstant(at, segment.Le, s.now))
	newest := cat("SELECT ", k, " AS k, ", at.frag, " AS t, ", value.frag, " AS v, ROW_NUMBER() OVER (PARTITION BY ", k, " ORDER BY ",
		at.frag, " DESC, ", s.column(alias, h.Order), " DESC) AS r FROM ", s.relation(h.Relation), " ", s.quote(alias), whereClause(where))
	at.frag, value.frag = s.column("u", "t"), s.column("u", "v")
	if c.Value.IsNull() {
		return exactly(never())
	}
	same := s.compareTerm(value, segment.Eq, c.Value, c.Fold)
	if !same.exact {
		return undecided()
	}
	since := s.compareInstant(at, segment.Le, s.shifted(segment.Sub, c.For))
	return s.inQuery(cat("SELECT u.k FROM (", newest, ") u WHERE u.r = 1 AND ", and(same.frag, since)))
}
