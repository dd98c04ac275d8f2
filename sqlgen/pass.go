package sqlgen

// Several aggregates of the same events are made in one pass over them:
//
//	COUNT(buy) >= 2 AND SUM(buy.amount) > 100
//
// is one join with two values, and the events are read and grouped once. Aggregates
// of different windows or WHEREs are too if the names of their events are the same,
// and those of different names if the window is the same; each then takes what is its
// own by CASE. Other aggregates share too little: to read all purchases ever made
// together with the opened emails of a week would read all emails.

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A pass is a query of one row a contact, with some aggregates of events in the same
// tables.
type pass struct {
	tables []*Events
	takes  []take
}

// A take is one aggregate of a pass.
type take struct {
	fn       string // COUNT, SUM, MIN or MAX
	distinct bool
	counts   bool                     // the number of values is wanted as well
	col      func(r row) (frag, bool) // nil to count rows

	m  rule.Metric
	s  scope
	to joined
}

// window tells windows apart, with the calendar and thus the instants they stand for.
// A calendar is told by its address: two zones may have the same name.
func (k take) window() string {
	return fmt.Sprintf("%p %s", k.s.now.Location(), rule.Metric{Events: rule.Events{Names: []string{"*"}}, Agg: rule.AggCount, Window: k.m.Window})
}

// where is the condition of the events, empty if there is none.
func (k take) where() string {
	if k.m.Events.Where == nil {
		return ""
	}
	return k.m.Events.Where.String()
}

// taken is an aggregate, made in a pass that there is already or in one of its own.
func (s scope) taken(m rule.Metric, k take) (j joined, ok bool) {
	key := s.metricKey(m)
	if j, ok := s.byKey[key]; ok {
		return j, true
	}
	k.m, k.s = m, s
	// Written for itself alone it says whether the database can do it at all.
	if _, ok := s.selected(m.Events, m.Window, k.columns("")); !ok {
		return joined{}, false
	}
	for i := range s.joins {
		if p := s.joins[i].pass; p != nil && p.suits(s.tablesOf(m.Events), k) {
			n := itoa(len(p.takes) + 1)
			k.to = joined{s.joins[i].alias, "v" + n, "n" + n}
			p.takes = append(p.takes, k)
			s.byKey[key] = k.to
			return k.to, true
		}
	}
	k.to = joined{s.alias("m"), "v", "n"}
	s.byKey[key] = k.to
	s.joins = append(s.joins, join{alias: k.to.alias, known: s.known(m.Events), pass: &pass{s.tablesOf(m.Events), []take{k}}})
	return k.to, true
}

// suits reports whether another aggregate gains by being made in the pass.
func (p *pass) suits(tables []*Events, k take) bool {
	names, windows := true, true
	for _, other := range p.takes {
		names = names && slices.Equal(other.m.Events.Names, k.m.Events.Names)
		windows = windows && other.window() == k.window()
	}
	return slices.Equal(p.tables, tables) && (names || windows)
}

// columns are what an aggregate takes of an event, under the name p with a suffix.
func (k take) columns(suffix string) func(r row) ([]frag, bool) {
	if k.col == nil {
		return func(row) ([]frag, bool) { return nil, true }
	}
	return func(r row) ([]frag, bool) {
		p, ok := k.col(r)
		return []frag{cat(p, " AS p"+suffix)}, ok
	}
}

// asP is the column p that an aggregate takes.
func asP(col func(r row) (frag, bool)) func(r row) ([]frag, bool) { return take{col: col}.columns("") }

// suffix is what the names of the columns of an aggregate end in.
func (k take) suffix() string { return k.to.value[1:] }

// aggregates writes what is made of the column, or of the rows if all are its own.
func (k take) aggregates() string {
	p := "u.p" + k.suffix()
	all := k.fn + "(" + p + ")"
	switch {
	case k.col == nil:
		all = k.fn + "(*)"
	case k.distinct:
		all = k.fn + "(DISTINCT " + p + ")"
	}
	all += " AS " + k.to.value
	if k.counts {
		all += ", COUNT(" + p + ") AS " + k.to.number
	}
	return all
}

// queryOf is the query of a pass with those aggregates that the conditions read.
func (t *translation) queryOf(p *pass, parts []frag) frag {
	var takes []take
	for _, k := range p.takes {
		value, number, alone := t.value(k.to).sql, t.valuesOf(k.to).sql, t.column(asked(k.to.alias), k.to.value).sql
		reads := func(f frag) bool {
			return strings.Contains(f.sql, value) || strings.Contains(f.sql, number) || strings.Contains(f.sql, alone)
		}
		if slices.ContainsFunc(parts, reads) {
			takes = append(takes, k)
		}
	}
	if len(takes) == 0 {
		return frag{sql: "SELECT NULL AS k"} // the statement will not join it
	}
	c := commonOf(takes)
	for i, k := range takes {
		takes[i] = k.within(c)
	}
	s := takes[0].s
	rows, _ := s.selected(c.events, c.window, func(r row) (list []frag, ok bool) {
		for _, k := range takes {
			cols, _ := k.columns(k.suffix())(r)
			list = append(list, cols...)
		}
		return list, true
	})
	all := make([]string, len(takes))
	for i, k := range takes {
		all[i] = k.aggregates()
	}
	key, end := t.groupByContact()
	return cat("SELECT ", key, " AS k, "+strings.Join(all, ", ")+" FROM (", separated(" UNION ALL ", rows), ") u", end)
}

// A common is what several aggregates select alike.
type common struct {
	events               rule.Events
	window               rule.Window
	names, where, bounds bool // whether that is all that they select by
}

// commonOf finds the events of which some are those of each aggregate.
func commonOf(takes []take) common {
	first := takes[0]
	c := common{events: first.m.Events, window: first.m.Window, names: true, where: true, bounds: true}
	c.events.Names = slices.Clone(first.m.Events.Names)
	for _, k := range takes[1:] {
		c.names = c.names && slices.Equal(first.m.Events.Names, k.m.Events.Names)
		c.where = c.where && first.where() == k.where()
		c.bounds = c.bounds && first.window() == k.window()
		for _, name := range k.m.Events.Names {
			if !slices.Contains(c.events.Names, name) {
				c.events.Names = append(c.events.Names, name)
			}
		}
	}
	if !c.where {
		c.events.Where = nil
	}
	if !c.bounds {
		c.window = widest(takes)
	}
	return c
}

// widest is a window that holds those of all: since the first beginning of any.
func widest(takes []take) rule.Window {
	var since time.Time
	for _, k := range takes {
		bs, empty, ok := k.s.bounds(k.m.Window)
		if empty {
			continue
		}
		begins := slices.IndexFunc(bs, func(b bound) bool { return b.op == rule.OpGt || b.op == rule.OpGe })
		if !ok || begins < 0 {
			return rule.Window{}
		}
		if at := bs[begins].at; since.IsZero() || at.Before(since) {
			since = at
		}
	}
	if since.IsZero() {
		return rule.Window{}
	}
	return rule.Window{Kind: rule.WindowSince, From: segment.Time(since)}
}

// within is an aggregate over the common events, of which it takes its own.
func (k take) within(c common) take {
	if c.names && c.where && c.bounds {
		return k
	}
	col := k.col
	if col == nil {
		col = func(row) (frag, bool) { return frag{sql: "1"}, true }
	}
	k.col = func(r row) (frag, bool) {
		r.now = k.s.now
		var own []frag
		if !c.names {
			own = append(own, r.exactName(k.m.Events))
		}
		if !c.bounds {
			in, _ := r.within(r.at, k.m.Window)
			own = append(own, in)
		}
		if !c.where && k.m.Events.Where != nil {
			own = append(own, r.cond(k.m.Events.Where).frag)
		}
		p, ok := col(r)
		if mine := and(own...); !mine.always() {
			p = cat("CASE WHEN ", mine, " THEN ", p, " END")
		}
		return p, ok
	}
	return k
}

// exactName holds if the event has one of the names. No index is wanted here, so
// names are compared once.
func (r row) exactName(sel rule.Events) frag {
	if r.table.Names == "" || slices.ContainsFunc(sel.Names, func(n string) bool { return strings.HasSuffix(n, "*") || !r.plainText(n) }) {
		return r.name(sel)
	}
	parts := make([]frag, len(sel.Names))
	for i, n := range sel.Names {
		parts[i] = r.textCompares(r.textColumn(r.alias, r.table.Names), " = ", text(n))
	}
	return or(parts...)
}
