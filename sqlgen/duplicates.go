package sqlgen

import "github.com/segmentrules/segment/rule"

// nth is the column that tells rows of one event apart.
const nth = "segment_nth"

// eventsOf writes a table of events. Where its rows have the ids of events, only the
// first row of each is one: the others are left out before anything is asked of them,
// the window too, since a row within it may be the second of an event before it.
func (s scope) eventsOf(e *Events) (from frag) {
	if e.ID == "" {
		return s.relation(e.Relation)
	}
	alias := s.alias("d")
	r, ok := s.row(e, alias)
	if !ok {
		return s.relation(e.Relation) // the instant cannot be written, and so no test of the events
	}
	text := func(column string) frag {
		f, _ := s.identity(term{frag: s.asText(s.column(alias, column)), col: Column{Type: TypeText}})
		return f
	}
	order := r.at.frag
	if e.Order != "" {
		order = s.column(alias, e.Order)
	}
	// The contact stands there as it is, too, so that one contact's rows can be found first.
	by := []frag{s.column(alias, e.Contact), text(e.Contact), text(e.ID)}
	there := notNull(r.at.frag) // what has no instant is no event
	if len(e.Holds) > 0 {
		there = and(there, r.name(rule.Events{Names: []string{"*"}}))
	}
	numbered := cat("SELECT ", s.quote(alias), ".*, ROW_NUMBER() OVER (PARTITION BY ", separated(", ", by), " ORDER BY ", order, ") AS ", s.quote(nth),
		" FROM ", s.relation(e.Relation), " ", s.quote(alias), whereClause(there))
	return cat("(SELECT * FROM (", numbered, ") ", s.quote(alias), " WHERE ", s.column(alias, nth), " = 1 OR ", s.column(alias, e.ID), " IS NULL)")
}
