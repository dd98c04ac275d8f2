package sqlgen

// Events in order: `DID a THEN b WITHIN 2 hours`, and events in so many units of
// time: `DID a IN AT LEAST 3 OF LAST 4 WEEKS`.

import (
	"time"

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
	s.sequences = true
	s.deep = s.deep || s.limits().byContact
	var not *rule.Step
	if last := &steps[len(steps)-1]; last.Not {
		not, steps = last, steps[:len(steps)-1]
	}
	if len(steps) == 0 {
		return undecided()
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
	// lower and upper are the first and last instant that the last step may have,
	// where that is known; a zero bound is none.
	lower, upper bound
}

// contact is the contact of an event.
func (r row) contact() frag { return r.column(r.alias, r.table.Contact) }

// first is the contact of the chain, as its first event has it.
func (c chain) first() frag { return c.rows[0].contact() }

func (c chain) last() row { return c.rows[len(c.rows)-1] }

// chain joins the events of several steps. The window is that of the first one.
func (s scope) chain(steps []rule.Step, w rule.Window) (c chain, ok bool) {
	r, where, ok := s.step(steps[0], w)
	if !ok {
		return c, false
	}
	c = chain{translation: s.translation, rows: []row{r}}
	c.from, c.where = cat(s.eventsOf(r.table), " ", s.quote(r.alias)), and(s.ofGiven(r.contact()), where)
	if !s.limits().byContact {
		c.from, c.where = s.narrowed(c.from, r.contact(), c.where)
	}
	bs, _, _ := s.bounds(w)
	for _, b := range bs {
		if b.op == rule.OpGt || b.op == rule.OpGe {
			c.lower = b
		} else {
			c.upper = b
		}
	}
	for _, step := range steps[1:] {
		if c, ok = s.extended(c, step); !ok {
			return c, false
		}
	}
	return c, true
}

// step is the event of a step; where holds for it.
func (s scope) step(step rule.Step, w rule.Window) (r row, where frag, ok bool) {
	table, ok := s.onlyTable(step.Events)
	if !ok || step.Not {
		return r, where, false
	}
	if r, ok = s.row(table, s.alias("e")); !ok {
		return r, where, false
	}
	where, ok = r.fulfils(step.Events, w)
	return r, where, ok
}

// extended is a chain with one more step.
func (s scope) extended(c chain, step rule.Step) (longer chain, ok bool) {
	before := c.last()
	longer, r, where, ok := s.followed(c, step)
	if !ok {
		return c, false
	}
	longer.from = cat(c.from, " JOIN ", s.eventsOf(r.table), " ", s.quote(r.alias), " ON ", r.contact(), " = ", before.contact())
	longer.where = and(c.where, where)
	longer.rows = append(c.rows[:len(c.rows):len(c.rows)], r)
	return longer, true
}

// followed is the event of a step that follows a chain; where holds for it beside
// its contact. c is told how early and how late it may be: later than the first step
// may be, so that of a window the other steps read no more than the first one.
func (s scope) followed(c chain, step rule.Step) (bounded chain, r row, where frag, ok bool) {
	r, where, ok = s.step(step, rule.Window{})
	if !ok {
		return c, r, where, false
	}
	follows, ok := s.follows(c.last().at, r.at, step.Within)
	if !ok {
		return c, r, where, false
	}
	if s.given.alone() {
		where = and(s.ofGiven(r.contact()), where)
	}
	parts := []frag{where, follows}
	if !c.lower.at.IsZero() {
		c.lower.op = rule.OpGt
		parts = append(parts, s.compareInstant(r.at, c.lower.op, c.lower.at))
	}
	if seconds, ok := step.Within.Fixed(); ok && !c.upper.at.IsZero() && seconds > 0 {
		c.upper.at = c.upper.at.Add(time.Duration(seconds) * time.Second)
	} else {
		c.upper = bound{}
	}
	if !c.upper.at.IsZero() && c.upper.at.Before(s.now) {
		parts = append(parts, s.compareInstant(r.at, c.upper.op, c.upper.at))
	}
	return c, r, and(parts...), true
}

// follows writes that an instant is later than another, and no more than a span
// later.
func (s scope) follows(before, x term, within rule.Span) (f frag, ok bool) {
	// Each of the two lies in a window, which holds no value that is no instant.
	before, x = s.certain(before), s.certain(x)
	later := s.exactInstants(x, rule.OpGt, before, false).frag
	if within == (rule.Span{}) {
		return later, true
	}
	seconds, ok := within.Fixed()
	if !ok || seconds > maxWithin {
		return frag{}, false
	}
	if !s.alikeInstants(before, x) || x.is(TypeISOTimestamp) {
		from, to, places := s.sameUnit(before, x)
		return and(later, cat(to, " <= ", from, " + ", integer(seconds*decimal.Pow10(places).Int64()))), true
	}
	from := before.frag
	if _, isNumber := unixPlaces(before.col.Type); isNumber || s.limits().overflows {
		// The sum is computed for all rows, also those with an absurd instant, for which
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

// onlyTable is the table that alone may have such events.
func (s scope) onlyTable(sel rule.Events) (e *Events, ok bool) {
	of := s.tablesOf(sel)
	if len(of) == 0 {
		s.unknownEvents(sel.Names)
	}
	if len(of) != 1 {
		return nil, false
	}
	return of[0], true
}

// notFollowed writes `… THEN NOT e WITHIN span`: there is a chain that is not
// followed by such an event in time, and that time is over. It is an anti-join: a
// database finds the events of one contact by an index, or reads all once.
func (s scope) notFollowed(c chain, steps []rule.Step, w rule.Window, not rule.Step) cond {
	if n, ok := not.Within.Fixed(); !ok || n > maxWithin {
		return undecided()
	}
	not.Not = false
	over := s.compareInstant(c.last().at, rule.OpLe, not.Within.Before(s.now))
	whole := cat("SELECT ", c.first(), " AS k FROM ", c.from, " WHERE ", and(c.where, over), " AND ")
	if s.limits().uncorrelated {
		pairs, ok := s.endsFollowed(steps, w, not)
		if !ok {
			return undecided()
		}
		return s.inQuery(cat(whole, "(", c.last().contact(), ", ", s.certain(c.last().at).frag, ") NOT IN (", pairs, ")"))
	}
	_, r, where, ok := s.followed(c, not)
	if !ok {
		return undecided()
	}
	return s.inQuery(cat(whole, "NOT EXISTS (SELECT 1 FROM ", s.eventsOf(r.table), " ", s.quote(r.alias), " WHERE ",
		and(cat(r.contact(), " = ", c.last().contact()), where), ")"))
}

// endsFollowed are contact and last instant of the chains that are followed. Chains
// of one contact that end at the same instant are either all followed or none, so
// these two are enough to leave them out. It is for databases in which a subquery
// cannot read the row outside of it.
func (s scope) endsFollowed(steps []rule.Step, w rule.Window, not rule.Step) (pairs frag, ok bool) {
	again, ok := s.chain(steps, w)
	if !ok {
		return frag{}, false
	}
	end := again.last()
	followed, ok := s.extended(again, not)
	return cat("SELECT ", end.contact(), ", ", s.certain(end.at).frag, " FROM ", followed.from, whereClause(followed.where)), ok
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
	s.sequences = true
	all := rule.Window{Kind: rule.WindowLast, A: rule.Span{N: int64(c.N), Unit: c.Unit}}
	q, ok := s.selected(c.Events, all, func(r row) ([]frag, bool) {
		return []frag{cat(s.unitOf(r, edges), " AS p")}, true
	})
	if !ok {
		return undecided()
	}
	key, end := s.groupByContact()
	return s.inQuery(cat("SELECT ", key, " AS k FROM (", separated(" UNION ALL ", q), ") u", end, " HAVING COUNT(DISTINCT u.p) >= ", integer(int64(c.K))))
}

// unitOf is the number of the unit that an event lies in, which is in one of them.
// Units are tried from the newest on, so one comparison for each is enough.
func (s scope) unitOf(r row, edges []bound) frag {
	parts := []any{"CASE"}
	for i, e := range edges[1:] {
		parts = append(parts, " WHEN ", s.compareInstant(r.at, e.op, e.at), " THEN ", integer(int64(i)))
	}
	return cat(append(parts, " END")...)
}
