package sqlgen

// Events in order: `DID a THEN b WITHIN 2 hours`, and events in so many units of
// time: `DID a IN AT LEAST 3 OF LAST 4 WEEKS`.

import (
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// sequence writes a chain of events as joins of the events with themselves:
// each step strictly later than the one before, and within its span. All steps
// must be in one table, and spans of a fixed length: no database adds months as
// Go does.
func (s scope) sequence(c rule.Sequence) cond {
	steps := c.Steps
	if len(steps) == 0 {
		return exactly(never())
	}
	var not *rule.Step
	if last := &steps[len(steps)-1]; last.Not {
		not, steps = last, steps[:len(steps)-1]
	}
	chain, ok := s.chain(steps, c.Window)
	if !ok {
		return undecided()
	}
	if not == nil {
		return s.inQuery(cat("SELECT ", chain.first(), " AS k FROM ", chain.from, whereClause(chain.where)))
	}
	return s.notFollowed(chain, steps, c.Window, *not)
}

// A chain is a number of steps, each a row of events in one FROM clause.
type chain struct {
	*translation
	from  frag
	where frag
	rows  []row
}

// first is the contact of the chain, as its first event has it.
func (c chain) first() frag {
	r := c.rows[0]
	return c.column(r.alias, r.table.Contact)
}

func (c chain) last() row { return c.rows[len(c.rows)-1] }

// chain joins the events of several steps. The window is that of the first one.
func (s scope) chain(steps []rule.Step, w rule.Window) (c chain, ok bool) {
	c = chain{translation: s.translation, where: always()}
	for i, step := range steps {
		window := rule.Window{}
		if i == 0 {
			window = w
		}
		if c, ok = s.extended(c, step, window); !ok || step.Not {
			return c, false
		}
	}
	return c, len(c.rows) > 0
}

// extended is a chain with one more step.
func (s scope) extended(c chain, step rule.Step, w rule.Window) (longer chain, ok bool) {
	table, ok := s.onlyTable(step.Events)
	if !ok {
		return c, false
	}
	r, ok := s.row(table, s.alias("e"))
	if !ok {
		return c, false
	}
	where, ok := r.fulfils(step.Events, w)
	if !ok {
		return c, false
	}
	if k := s.column(r.alias, table.Contact); len(c.rows) == 0 || s.given.alone() {
		where = and(s.ofGiven(k), where)
	}
	if len(c.rows) == 0 {
		c.from = cat(s.relation(table.Relation), " ", s.quote(r.alias))
		c.where = where
	} else {
		before := c.last()
		follows, ok := s.follows(before.at, r.at, step.Within)
		if !ok {
			return c, false
		}
		c.from = cat(c.from, " JOIN ", s.relation(table.Relation), " ", s.quote(r.alias), " ON ",
			s.column(r.alias, table.Contact), " = ", s.column(before.alias, before.table.Contact))
		c.where = and(c.where, where, follows)
	}
	c.rows = append(c.rows[:len(c.rows):len(c.rows)], r)
	return c, true
}

// follows writes that an instant is later than another, and no more than a span
// later. ok is false if the two are stored in different forms.
func (s scope) follows(before, x term, within rule.Span) (f frag, ok bool) {
	if before.col.Type != x.col.Type || s.timePlaces(before.col) != s.timePlaces(x.col) {
		return frag{}, false
	}
	later := cat(x.frag, " > ", before.frag)
	if within == (rule.Span{}) {
		return later, true
	}
	seconds, ok := fixedSeconds(within)
	if !ok || seconds > maxWithin {
		return frag{}, false
	}
	from := before.frag
	if _, isNumber := unixPlaces(before.col.Type); isNumber {
		// The sum is computed for all rows, also those with an absurd number, for which
		// it would overflow; events in the future do not count anyway.
		from = cat("(CASE WHEN ", s.compareInstant(before, rule.OpLe, s.now), " THEN ", from, " END)")
	}
	return and(later, cat(x.frag, " <= ", s.later(from, before.col, seconds))), true
}

// later is an instant so many seconds later.
func (s scope) later(x frag, c Column, seconds int64) frag {
	if places, ok := unixPlaces(c.Type); ok {
		return cat("(", x, " + ", integer(seconds*decimal.Pow10(places).Int64()), ")")
	}
	return s.addSeconds(x, seconds)
}

// maxWithin is the longest time between two steps, a hundred years in seconds:
// with more, instants go beyond what databases hold.
const maxWithin = 100 * 366 * 86400

// fixedSeconds is the length of a span; ok is false of months, quarters and years,
// which are not always as long.
func fixedSeconds(d rule.Span) (n int64, ok bool) {
	switch d.Unit {
	case rule.UnitSecond:
		return d.N, true
	case rule.UnitMinute:
		return 60 * d.N, true
	case rule.UnitHour:
		return 3600 * d.N, true
	case rule.UnitDay:
		return 86400 * d.N, true
	case rule.UnitWeek:
		return 7 * 86400 * d.N, true
	}
	return 0, false
}

// onlyTable is the table that alone may have such events.
func (s scope) onlyTable(sel rule.Events) (e *Events, ok bool) {
	for i := range s.tables.Events {
		if t := &s.tables.Events[i]; t.Names != "" || named(sel, t.Name) {
			if e != nil {
				return nil, false
			}
			e = t
		}
	}
	if e == nil {
		s.unknownEvents(sel.Names)
	}
	return e, e != nil
}

// notFollowed writes `… THEN NOT e WITHIN span`: there is a chain that is not
// followed by such an event in time, and that time is over. Chains of one contact
// that end at the same instant are either all followed or none, so contact and
// instant of the followed ones are enough to leave them out.
func (s scope) notFollowed(c chain, steps []rule.Step, w rule.Window, not rule.Step) cond {
	if n, ok := fixedSeconds(not.Within); !ok || n > maxWithin {
		return undecided()
	}
	again, ok := s.chain(steps, w)
	if !ok {
		return undecided()
	}
	end := again.last()
	followed, ok := s.extended(again, rule.Step{Events: not.Events, Within: not.Within}, rule.Window{})
	if !ok {
		return undecided()
	}
	last := c.last()
	over := s.compareInstant(last.at, rule.OpLe, not.Within.Before(s.now))
	q := cat("SELECT ", again.first(), ", ", end.at.frag, " FROM ", followed.from, whereClause(followed.where))
	pair := cat("(", s.column(last.alias, last.table.Contact), ", ", last.at.frag, ")")
	return s.inQuery(cat("SELECT ", c.first(), " AS k FROM ", c.from, " WHERE ", and(c.where, over), " AND ", pair, " NOT IN (", q, ")"))
}

// maxUnits bounds the windows that a regularity is written as.
const maxUnits = 200

// regular counts the units in which there is an event: each event gets the number
// of its unit, and different numbers are counted for each contact.
func (s scope) regular(c rule.Regularity) cond {
	switch {
	case c.K <= 0:
		return exactly(always())
	case c.K > c.N:
		return exactly(never())
	case c.N > maxUnits:
		return undecided()
	}
	edges := []bound{{rule.OpLe, s.now}}
	for i := 1; i <= c.N; i++ {
		edges = append(edges, bound{rule.OpGt, rule.Span{N: int64(i), Unit: c.Unit}.EndBefore(s.now)})
	}
	q, ok := s.selected(c.Events, rule.Window{}, func(r row) ([]frag, bool) {
		return []frag{cat(s.unitOf(r, edges), " AS p")}, true
	})
	if !ok {
		return undecided()
	}
	return s.inQuery(cat("SELECT u.k AS k FROM (", separated(" UNION ALL ", q), ") u GROUP BY u.k HAVING COUNT(DISTINCT u.p) >= ", integer(int64(c.K))))
}

// unitOf is the number of the unit that an event lies in, NULL if it is older than
// all. Units are tried from the newest on, so one comparison for each is enough.
func (s scope) unitOf(r row, edges []bound) frag {
	parts := []any{"CASE"}
	for i, e := range edges[1:] {
		parts = append(parts, " WHEN ", s.compareInstant(r.at, e.op, e.at), " THEN ", integer(int64(i)))
	}
	return cat(append(parts, " END")...)
}
