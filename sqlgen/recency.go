package sqlgen

// Tests of the first and the last event, which need neither of them: LAST(opened) OLDER
// THAN 60 DAYS holds if there is an event that is older, and none since. Both are found in
// an index, where the last event of each contact would be found by reading all.

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// endmostWithin writes that the first or last event, or joining a list, lies in a window
// that reaches up to the present or back without end; ok is false for all else.
func (s scope) endmostWithin(c rule.When) (_ cond, ok bool) {
	isRecent := c.Window.Kind == rule.WindowLast
	if s.inner || !isRecent && c.Window.Kind != rule.WindowOlder {
		return cond{}, false
	}
	if list, isJoined := plain(c.X).(rule.Joined); isJoined && isRecent {
		return s.joinedWithin(string(list), c.Window)
	}
	m, isMetric := plain(c.X).(rule.Metric)
	if !isMetric || m.Prop != "" || m.As != segment.KindNull || m.Window.Kind != rule.WindowAll || m.Agg != rule.AggFirst && m.Agg != rule.AggLast {
		return cond{}, false
	}
	in, ok := s.idsWithin(m.Events, c.Window)
	if !ok {
		return cond{}, false
	}
	// The last event is recent if any is, and the first is old if any is.
	if (m.Agg == rule.AggLast) == isRecent {
		return s.inQuery(in).of(s.known(m.Events)), true
	}
	other := rule.Window{Kind: rule.WindowLast, A: c.Window.A}
	if isRecent {
		other.Kind = rule.WindowOlder
	}
	out, ok := s.idsWithin(m.Events, other)
	if !ok {
		return cond{}, false
	}
	return s.inQuery(cat("SELECT u.k AS k FROM (", in, ") u WHERE ", s.notIn(frag{sql: "u.k"}, out))).of(s.known(m.Events)), true
}

// idsWithin is a query of the contacts with such an event in a window.
func (s scope) idsWithin(of rule.Events, w rule.Window) (q frag, ok bool) {
	parts, ok := s.selected(of, w, func(row) ([]frag, bool) { return nil, true })
	return separated(" UNION ALL ", parts), ok
}

// joinedWithin writes that the contact joined a list within a window that reaches up to
// the present: of several rows one is enough.
func (s scope) joinedWithin(name string, w rule.Window) (_ cond, ok bool) {
	l := s.tables.Lists
	if l == nil || l.Joined == nil || !s.plainText(name) {
		return cond{}, false
	}
	alias := s.alias("l")
	joined, ok := s.at(alias, *l.Joined)
	if !ok {
		return cond{}, false
	}
	in, ok := s.within(joined, w)
	k := s.column(alias, l.Contact)
	where := and(s.textEquals(s.textColumn(alias, l.List), text(name)), s.ofGiven(k), in)
	return s.inQuery(cat("SELECT ", k, " AS k FROM ", s.relation(l.Relation), " ", s.quote(alias), whereClause(where))).of(l.Known), ok
}

// endmostEquals writes that a property of the first or last event equals a constant: there
// is such an event, and none before or behind it. PostgreSQL finds these few in an
// index, where the last event of each contact would be found by sorting all. ok is false
// if it is to be done otherwise.
func (s scope) endmostEquals(e rule.Expr, v segment.Value, fold bool) (_ cond, ok bool) {
	m, isMetric := plain(e).(rule.Metric)
	if !isMetric || s.inner || !s.limits().antiJoins || m.Prop == "" || m.Agg != rule.AggFirst && m.Agg != rule.AggLast {
		return cond{}, false
	}
	if m, ok = s.asRead(m); !ok {
		return cond{}, false
	}
	var of term
	columns := func(r row) ([]frag, bool) {
		x, ok := r.field(m.Prop)
		of = x
		return []frag{cat(x.frag, " AS p"), cat(r.at.frag, " AS t"), cat(s.column(r.alias, r.table.Order), " AS o")}, ok && r.table.Order != ""
	}
	few := s // the events may be limited to those of some contacts, which limits the others
	few.byRow, s.sequences = true, true
	events, ok := few.selected(m.Events, m.Window, columns)
	others, ok2 := s.selected(m.Events, m.Window, columns)
	if !ok || !ok2 || len(events) != 1 {
		return cond{}, false
	}
	of.frag, of.digits, of.in = frag{sql: "u.p"}, frag{}, nil
	is := s.compareTerm(of, rule.OpEq, v, fold)
	if !is.exact {
		return cond{}, false
	}
	behind := "n.t >= u.t AND (n.t > u.t OR n.t = u.t AND n.o > u.o)"
	if m.Agg == rule.AggFirst {
		behind = "n.t <= u.t AND (n.t < u.t OR n.t = u.t AND n.o < u.o)"
	}
	return s.inQuery(cat("SELECT u.k AS k FROM (", events[0], ") u WHERE ", is.frag, " AND NOT EXISTS (SELECT 1 FROM (", others[0],
		") n WHERE n.k = u.k AND "+behind+")")).of(s.known(m.Events)), true
}
