package sqlgen

// When a membership may change though no row does, for each contact, as a query: the
// earliest instant after now at which one of the instants that the rule asks of passes an
// edge. Package passing says which instants pass which edges; here each of its sources
// becomes a query of the next passing of each contact.
//
// What changes for all contacts at once, such as MONTH(TODAY) = 3, is no business of
// single ones: it bounds the time for which the query says all there is to say. Where
// neither can be told, Go says for each contact when it is due.

import (
	"cmp"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
	"github.com/segmentrules/segment/sqlgen/internal/passing"
)

// dues writes the query of who is due.
type dues struct {
	scope
	due Column
}

// A source is a table with an instant in each row.
type source struct {
	contact frag
	at      term
	from    frag // table and alias
	where   frag
	grouped bool // a contact has several rows
}

// lastDue is the end of time, as for [segment.Program.Next].
var lastDue = time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC)

// duesOf writes the query of who is due when; until is the instant up to which that says
// all, zero if for ever. ok is false if Go must say.
func duesOf(o *order, due Column) (q frag, until time.Time, ok bool) {
	tr, parts := translated(o, nil)
	d := &dues{scope: tr.ofContact(o.at), due: due}
	found := passing.New(passing.Host{
		IsInstant: func(f rule.Field) bool {
			x, ok := d.field(f)
			return ok && x.instant()
		},
		HasJoined: o.tables.Lists != nil && o.tables.Lists.Joined != nil,
		Until:     func(test segment.Condition, at time.Time) time.Time { return nextOfTest(o.dialect, o.tables, test, at) },
	})
	rule.Walk(o.c, func(c segment.Condition) bool {
		if z, ok := c.(rule.Zoned); ok {
			if _, constant := z.Zone.(segment.Value); !constant {
				found.Unknown() // each contact has a calendar of its own
			}
		}
		return true
	})
	until = nextOf(o.c, o.at, found.Find)
	sources, ok := found.Sources()
	if !ok || until.Equal(o.at) {
		return frag{}, until, false
	}
	q, ok = d.query(sources, static(parts), until)
	return q, until, ok && len(tr.errs) == 0
}

// tablesOfSource are the tables of a source: events may lie in several; ok is false if the database
// cannot select them. A WHERE that it cannot decide is left out: more events pass then, and
// none is missed.
func (d *dues) tablesOfSource(s *passing.Source) (of []source, ok bool) {
	switch s.Kind {
	case passing.OfField:
		x, ok := d.field(rule.Field(s.Name))
		return []source{{contact: d.key, at: x, where: always(),
			from: cat(d.relation(d.tables.Contacts), " ", d.quote(contacts), d.kinOf(d.families[contacts], x.frag))}}, ok
	case passing.OfList:
		l := d.tables.Lists
		alias := d.alias("l")
		at, ok := d.at(alias, *l.Joined)
		return []source{{contact: d.column(alias, l.Contact), at: at, where: d.isAny(d.textColumn(alias, l.List), []string{s.Name}), grouped: true,
			from: cat(d.relation(l.Relation), " ", d.quote(alias))}}, ok
	case passing.OfHistory:
		h, ok := d.historyOf(rule.Field(s.Name))
		if !ok {
			return nil, false
		}
		return []source{{contact: h.contact(), at: h.at, where: h.is, grouped: true, from: h.rows()}}, true
	}
	in := d.scope
	in.now = d.now.In(s.Now.Location())
	for _, e := range d.tablesOf(s.Events) {
		alias := d.alias("e")
		r, ok := in.row(e, alias)
		if !ok || e.Names != "" && !d.allTellable(s.Events.Names) {
			return nil, false
		}
		where := r.name(s.Events)
		if s.Events.Where != nil {
			if c := r.cond(s.Events.Where); c.exact {
				where = and(where, c.frag)
			}
		}
		of = append(of, source{contact: d.column(alias, e.Contact), at: r.at, where: where, grouped: true,
			from: cat(d.relation(e.Relation), " ", d.quote(alias))})
	}
	return of, true
}

// query writes the query of the contacts, called k, with the instant, called due, at which
// each must be looked at again; contacts without one are left out, and all for which the
// conditions do not hold. Given contacts are due when the query does not say all any more.
func (d *dues) query(sources []*passing.Source, conditions []frag, until time.Time) (q frag, ok bool) {
	var parts []frag
	if d.given != nil && !until.IsZero() {
		parts = append(parts, cat("SELECT ", d.key, " AS k, ", d.typed(d.instantFor(d.due, until), d.due), " AS due FROM ",
			d.relation(d.tables.Contacts), " ", d.quote(contacts), whereClause(d.isOneGiven(d.key))))
	}
	for _, s := range sources {
		tables, ok := d.tablesOfSource(s)
		if !ok {
			return frag{}, false
		}
		for _, t := range tables {
			part, ok := d.part(t, s.Shifts)
			if !ok {
				return frag{}, false
			}
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return frag{}, true
	}
	return cat("SELECT ", d.key, " AS k, MIN(u.due) AS due FROM (", separated(" UNION ALL ", parts), ") u JOIN ",
		d.relation(d.tables.Contacts), " ", d.quote(contacts), " ON ", d.key, " = u.k", d.kinOf(d.families[contacts], conditions...), whereClause(and(append(conditions, d.isOneGiven(d.key))...)), " GROUP BY ", d.key), true
}

// part writes the next passings of one source. The shifts are tried from the shortest on:
// the first one that leads beyond now is the next.
func (d *dues) part(s source, shifts []passing.Shift) (q frag, ok bool) {
	slices.SortFunc(shifts, func(a, b passing.Shift) int {
		if a.Sec == b.Sec && a.After != b.After {
			return map[bool]int{false: -1, true: 1}[a.After]
		}
		return cmp.Compare(a.Sec, b.Sec)
	})
	tick := ticks(d.translation, d.due)
	ahead := func(by passing.Shift) frag {
		from := time.Unix(d.now.Unix()-by.Sec, int64(d.now.Nanosecond())).UTC()
		if by.After {
			from = from.Add(-tick)
		}
		return d.compareInstant(s.at, rule.OpGt, from)
	}
	next := []any{"CASE"}
	for _, by := range shifts {
		due, ok := d.shifted(s.at, by)
		if !ok {
			return frag{}, false
		}
		next = append(next, " WHEN ", ahead(by), " THEN ", due)
	}
	last := shifts[len(shifts)-1]
	longest := max(last.Sec, 0)
	where := and(d.ofGiven(s.contact), s.where, ahead(last), d.compareInstant(s.at, rule.OpLt, time.Unix(lastDue.Unix()-longest, 0).UTC()))
	value := cat(append(next, " END")...)
	if !s.grouped {
		return cat("SELECT ", s.contact, " AS k, ", value, " AS due FROM ", s.from, whereClause(where)), true
	}
	return cat("SELECT ", s.contact, " AS k, MIN(", value, ") AS due FROM ", s.from, whereClause(where), " GROUP BY ", s.contact), true
}

// ticks is the time from one instant that the column can hold to the next.
func ticks(t *translation, c Column) time.Duration {
	tick := time.Second
	for range t.instantPlaces(c) {
		tick /= 10
	}
	return tick
}

// shifted writes a stored instant with a shift as one in the column of dues; ok is false
// if that holds less, or another kind of it.
func (d *dues) shifted(x term, by passing.Shift) (f frag, ok bool) {
	f = x.frag
	from, isNumber := unixPlaces(x.col.Type)
	to, toNumber := unixPlaces(d.due.Type)
	switch {
	case isNumber != toNumber:
		return frag{}, false
	case isNumber && from <= to:
		if from < to {
			f = cat("(", f, " * ", integer(decimal.Pow10(to-from).Int64()), ")")
		}
		add := by.Sec * decimal.Pow10(to).Int64()
		if by.After {
			add++
		}
		return cat("(", f, " + ", integer(add), ")"), true
	case isNumber || !d.alikeInstants(x, term{col: d.due}) || x.is(TypeISOTimestamp):
		return frag{}, false
	}
	if by.Sec != 0 {
		f = d.addSeconds(f, by.Sec)
	}
	if by.After {
		return d.nextTick(f, d.instantPlaces(d.due))
	}
	return f, true
}

// static are the conditions of the topmost AND that no time changes, as SQL: contacts for
// which one does not hold are not due, whatever the others say.
func static(parts []conjunct) (fs []frag) {
	for _, p := range parts {
		if reads := rule.Reads(p.c); !reads.Clock && len(reads.Events)+len(reads.Lists)+len(reads.History) == 0 {
			fs = append(fs, p.frag)
		}
	}
	return fs
}
