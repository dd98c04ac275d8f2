package sqlgen

// When a membership may change though no row does, for each contact, as a query: the
// earliest instant after now at which one of the instants that the rule asks of passes an
// edge, such as an event that leaves IN LAST 7 days seven days after it was.
//
// Each kind of row with such instants is a source: the events of a name, a column of
// the contact, the joinings of a list, the changes of a field. A source has one or more
// shifts: how long after the instant an edge passes it. 0 is among them for what may be
// dated in the future. All that matters is that no passing is left out: one that changes
// nothing makes the contact be looked at in vain, once.
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
)

// dues collects the sources of a condition.
type dues struct {
	scope
	d       Dialect
	due     Column
	sources []*source
	byName  map[string][]*source // those made already
	unknown bool                 // Go must say when contacts are due
}

// A source is rows with an instant each, of one kind.
type source struct {
	contact frag
	at      term
	from    frag // table and alias
	where   frag
	grouped bool // a contact has several rows
	shifts  []shift
}

// A shift is how many seconds after an instant an edge passes it; just after, if after
// says so: at the next instant that the column of dues can hold.
type shift struct {
	sec   int64
	after bool
}

// maxShifts bounds the passings that are tried for each row.
const maxShifts = 60

// lastDue is the end of time, as for [segment.Program.Next].
var lastDue = time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC)

// duesOf finds the sources of an order, and writes their query; until is the instant up to
// which that says all, zero if for ever. ok is false if Go must say.
func duesOf(o *order, due Column) (q frag, until time.Time, ok bool) {
	tr, parts := translated(o, nil)
	ds := &dues{scope: tr.ofContact(o.at), d: o.dialect, due: due, byName: make(map[string][]*source)}
	rule.Walk(o.c, func(c segment.Condition) bool {
		if z, ok := c.(rule.Zoned); ok {
			_, constant := z.Zone.(segment.Value)
			ds.unknown = ds.unknown || !constant // each contact has a calendar of its own
		}
		return true
	})
	until = nextOf(o.c, o.at, ds.test)
	if ds.unknown || until.Equal(o.at) {
		return frag{}, until, false
	}
	q, ok = ds.query(static(parts), until)
	return q, until, ok && len(tr.errs) == 0
}

// test finds the sources of a test, in its calendar, and returns the instant up to which
// they say all.
func (d *dues) test(c segment.Condition, at time.Time) (until time.Time) {
	in := *d
	in.now = at
	in.future(c)
	if until = nextOfTest(d.d, d.tables, c, at); until.Equal(at) {
		until = in.passings(c)
	}
	d.sources, d.unknown = in.sources, in.unknown
	return until
}

// future makes sources of all that happens at its own instant, if that is in the future.
func (d *dues) future(c segment.Condition) {
	d.eachEvents(c, func(sel rule.Events) { d.shift(d.events(sel), shift{}) })
	rule.Walk(c, func(c segment.Condition) bool {
		switch c := c.(type) {
		case rule.InList:
			d.shift(d.joinings(string(c)), shift{})
		case rule.Changed:
			d.shift(d.changes(c.Field), shift{})
		case rule.HasBeen:
			d.shift(d.changes(c.Field), shift{})
		}
		for _, e := range rule.Operands(c) {
			rule.WalkExpr(e, func(e rule.Expr) {
				if list, ok := e.(rule.Joined); ok {
					d.shift(d.joinings(string(list)), shift{})
				}
			})
		}
		return true
	})
}

// eachEvents calls f for the events of all metrics, sequences and regularities.
func (d *dues) eachEvents(c segment.Condition, f func(rule.Events)) {
	v := rule.Visitor{Events: func(sel rule.Events) bool {
		f(sel)
		return true
	}}
	v.Condition = func(c segment.Condition) bool { return v.Visit(c) }
	v.Expr = func(e rule.Expr) bool { return v.VisitExpr(e) }
	v.Window = func(w rule.Window) bool { return true }
	v.Condition(c)
}

// shift adds a shift to sources.
func (d *dues) shift(of []*source, by shift) {
	for _, s := range of {
		if !slices.Contains(s.shifts, by) {
			s.shifts = append(s.shifts, by)
		}
		d.unknown = d.unknown || len(s.shifts) > maxShifts
	}
}

// once makes sources that have a name, if they are not there yet.
func (d *dues) once(name string, make func() ([]*source, bool)) []*source {
	if of, ok := d.byName[name]; ok {
		return of
	}
	of, ok := make()
	if !ok {
		d.unknown = true
	}
	d.byName[name] = of
	d.sources = append(d.sources, of...)
	return of
}

// events are the sources of selected events, one for each table. A WHERE that the
// database cannot decide is left out: more events pass then, and none is missed.
func (d *dues) events(sel rule.Events) []*source {
	return d.once("events "+d.metricKey(rule.Metric{Agg: rule.AggCount, Events: sel}), func() (of []*source, ok bool) {
		if sel.Where != nil && rule.Reads(sel.Where).Clock {
			return nil, false
		}
		for _, e := range d.tablesOf(sel) {
			alias := d.alias("e")
			r, ok := d.row(e, alias)
			if !ok || e.Names != "" && !d.allTellable(sel.Names) {
				return nil, false
			}
			where := r.name(sel)
			if sel.Where != nil {
				if c := r.cond(sel.Where); c.exact {
					where = and(where, c.frag)
				}
			}
			of = append(of, &source{contact: d.column(alias, e.Contact), at: r.at, where: where, grouped: true,
				from: cat(d.relation(e.Relation), " ", d.quote(alias))})
		}
		return of, true
	})
}

// joinings is the source of the instants of joining a list.
func (d *dues) joinings(list string) []*source {
	return d.once("list "+list, func() ([]*source, bool) {
		l := d.tables.Lists
		if l == nil || l.Joined == nil {
			return nil, true // whoever is on the list has joined it
		}
		alias := d.alias("l")
		at, ok := d.at(alias, *l.Joined)
		return []*source{{contact: d.column(alias, l.Contact), at: at, where: d.isAny(d.column(alias, l.List), []string{list}), grouped: true,
			from: cat(d.relation(l.Relation), " ", d.quote(alias))}}, ok
	})
}

// changes is the source of the changes of a field.
func (d *dues) changes(f rule.Field) []*source {
	return d.once("history "+string(f), func() ([]*source, bool) {
		h, ok := d.historyOf(f)
		if !ok {
			return nil, false
		}
		return []*source{{contact: d.column(h.alias, h.Contact), at: h.at, where: h.is, grouped: true,
			from: cat(d.relation(h.Relation), " ", d.quote(h.alias))}}, true
	})
}

// stored is the source of an instant in a column of the contact.
func (d *dues) stored(f rule.Field) []*source {
	return d.once("field "+string(f), func() ([]*source, bool) {
		x, ok := d.field(f)
		return []*source{{contact: d.key, at: x, where: always(), from: cat(d.relation(d.tables.Contacts), " ", d.quote(contacts))}}, ok && x.instant()
	})
}

// query writes the query of the contacts, called k, with the instant, called due, at which
// each must be looked at again; contacts without one are left out, and all for which the
// conditions do not hold. Given contacts are due when the query does not say all any more.
func (d *dues) query(conditions []frag, until time.Time) (q frag, ok bool) {
	var parts []frag
	if d.given != nil && !until.IsZero() {
		parts = append(parts, cat("SELECT ", d.key, " AS k, ", d.instantFor(d.due, until), " AS due FROM ",
			d.relation(d.tables.Contacts), " ", d.quote(contacts), whereClause(d.isOneGiven(d.key))))
	}
	for _, s := range d.sources {
		if len(s.shifts) == 0 {
			continue
		}
		part, ok := d.part(s)
		if !ok {
			return frag{}, false
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return frag{}, true
	}
	return cat("SELECT ", d.key, " AS k, MIN(u.due) AS due FROM (", separated(" UNION ALL ", parts), ") u JOIN ",
		d.relation(d.tables.Contacts), " ", d.quote(contacts), " ON ", d.key, " = u.k", whereClause(and(append(conditions, d.isOneGiven(d.key))...)), " GROUP BY ", d.key), true
}

// part writes the next passings of one source. The shifts are tried from the shortest on:
// the first one that leads beyond now is the next.
func (d *dues) part(s *source) (q frag, ok bool) {
	slices.SortFunc(s.shifts, func(a, b shift) int {
		if a.sec == b.sec && a.after != b.after {
			return map[bool]int{false: -1, true: 1}[a.after]
		}
		return cmp.Compare(a.sec, b.sec)
	})
	tick := ticks(d.translation, d.due)
	ahead := func(by shift) frag {
		from := time.Unix(d.now.Unix()-by.sec, int64(d.now.Nanosecond())).UTC()
		if by.after {
			from = from.Add(-tick)
		}
		return d.compareInstant(s.at, rule.OpGt, from)
	}
	next := []any{"CASE"}
	for _, by := range s.shifts {
		due, ok := d.shifted(s.at, by)
		if !ok {
			return frag{}, false
		}
		next = append(next, " WHEN ", ahead(by), " THEN ", due)
	}
	last := s.shifts[len(s.shifts)-1]
	longest := max(last.sec, 0)
	where := and(d.ofGiven(s.contact), s.where, ahead(last), d.compareInstant(s.at, rule.OpLt, time.Unix(lastDue.Unix()-longest, 0).UTC()))
	value := cat(append(next, " END")...)
	if !s.grouped {
		return cat("SELECT ", s.contact, " AS k, ", value, " AS due FROM ", s.from, whereClause(where)), true
	}
	return cat("SELECT ", s.contact, " AS k, MIN(", value, ") AS due FROM ", s.from, whereClause(where), " GROUP BY ", s.contact), true
}

// ticks is the time from one instant that the column can hold to the next.
func ticks(t *translation, c Column) time.Duration {
	places, ok := unixPlaces(c.Type)
	if !ok {
		places = t.timePlaces(c)
	}
	tick := time.Second
	for range places {
		tick /= 10
	}
	return tick
}

// shifted writes a stored instant with a shift as one in the column of dues; ok is false
// if that holds less, or another kind of it.
func (d *dues) shifted(x term, by shift) (f frag, ok bool) {
	f = x.frag
	from, isNumber := unixPlaces(x.col.Type)
	to, toNumber := unixPlaces(d.due.Type)
	switch {
	case isNumber != toNumber:
		return frag{}, false
	case isNumber && from <= to:
		factor := int64(1)
		for range to - from {
			factor *= 10
		}
		if factor > 1 {
			f = cat("(", f, " * ", integer(factor), ")")
		}
		add := by.sec
		for range to {
			add *= 10
		}
		if by.after {
			add++
		}
		return cat("(", f, " + ", integer(add), ")"), true
	case isNumber || d.timePlaces(x.col) != d.timePlaces(d.due):
		return frag{}, false
	}
	if by.sec != 0 {
		f = d.addSeconds(f, by.sec)
	}
	if by.after {
		return d.nextTick(f, d.timePlaces(d.due))
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
