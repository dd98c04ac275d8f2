package interop

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Statements in SQL: SELECT … FROM … JOIN … WHERE … GROUP BY … HAVING. A row of events or of
// memberships that satisfies the WHERE puts the contact in, so what is asked of one row belongs
// together: the condition is taken apart into alternatives, each with the events of one name
// and window that satisfy the rest.

// maxAlternatives is into how many alternatives a WHERE may be taken apart.
const maxAlternatives = 64

// A sqlFound is the events of one alternative, and what is asked of the contact beside them.
type sqlFound struct {
	contact []rule.Condition
	events  rule.Events
	window  rule.Window
}

// A sqlUnit is a part of an alternative.
type sqlUnit struct {
	test     *sqlTest
	negative bool
}

// selected reads a statement. The test holds if it has a row for the contact.
func (q *sql) selected(at *node) *sqlTest {
	level := len(q.tables)
	if !q.says("SELECT") || !q.deeper() {
		q.wrong("SELECT is expected here")
		return &sqlTest{at: at, lost: true}
	}
	outer := q.latest
	q.columns()
	counts := q.counts
	q.from(level)
	var where *sqlTest
	if q.says("WHERE") {
		where = q.sqlCondition()
	}
	q.counts = counts
	c := q.rows(at, where, q.tables[level:])
	q.tables, q.latest = q.tables[:level], outer
	q.levels--
	return &sqlTest{at: at, yes: c, no: not(c), reads: sqlContact, lost: c == nil}
}

// columns goes over what is selected, up to FROM. It keeps the name of MAX(event_timestamp).
func (q *sql) columns() {
	q.latest, q.counts = "", q.saying("COUNT")
	for !q.says("FROM") {
		if q.peek().kind == endToken {
			q.wrong("FROM is expected here")
			return
		}
		if q.says("MAX") {
			for !q.sign(")") && q.peek().kind != endToken {
				q.take()
			}
			if q.says("AS"); !q.saying("FROM") && q.peek().kind == wordToken {
				q.latest = q.take().text
			}
			continue
		}
		q.take()
	}
}

// from reads the tables.
func (q *sql) from(level int) {
	for more := true; more; more = q.says("JOIN") || q.says("INNER", "JOIN") {
		t, ok := q.relation(q, q.take())
		if !ok {
			q.stop()
			return
		}
		if t.level = level; q.says("AS") || q.peek().kind == wordToken && !q.clause() {
			t.alias = q.take().text
		}
		q.tables = append(q.tables, t)
		if joins := len(q.tables) > level+1; joins && q.says("USING") {
			q.expect("(")
			q.take()
			q.expect(")")
		} else if joins && !q.says("ON") {
			q.wrong("ON is expected here")
		} else if joins {
			link := q.sqlCondition()
			if !link.link && link.reads != 0 && q.told == 0 && !(link.yes == nil && link.lost) {
				q.fail(link.at, rule.ErrSyntax, "tables are joined by the id of the contact only")
			}
		}
	}
}

// clause reports whether a clause of a statement is next.
func (q *sql) clause() bool {
	for _, w := range []string{"JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "ON", "USING", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION"} {
		if q.saying(w) {
			return true
		}
	}
	return false
}

// rows holds if there is a row that satisfies where, which may be nil.
func (q *sql) rows(at *node, where *sqlTest, tables []sqlTable) rule.Condition {
	var many *sqlTable
	for i := range tables {
		if tables[i].of == sqlEvent {
			many = &tables[i]
		}
	}
	grouped := q.says("GROUP", "BY")
	for grouped && !q.saying("HAVING") && !q.follows(")") && q.peek().kind != endToken {
		q.take()
	}
	if many == nil {
		if where == nil {
			return rule.Everyone{}
		}
		return where.holds(false)
	}
	alternatives := [][]sqlUnit{nil}
	if where != nil {
		if alternatives = q.alternatives(where, false); alternatives == nil {
			return q.omit(at, needEventTime, "events of more than %d kinds, or at more instants", maxAlternatives)
		}
	}
	if q.says("HAVING") {
		return q.having(at, alternatives, *many)
	}
	var either []rule.Condition
	for _, units := range alternatives {
		if f := q.row(units, *many); f != nil {
			if q.counts && len(alternatives) == 1 && len(f.contact) == 0 && !many.lists {
				q.counted = f
			}
			either = append(either, all(append(f.contact, f.any(*many))...))
		}
	}
	return anyOf(either...)
}

// any holds if there is such an event, or a list of the names.
func (f *sqlFound) any(t sqlTable) rule.Condition {
	if !t.lists {
		return did(f.events, f.window)
	}
	var either []rule.Condition
	for _, name := range f.events.Names {
		either = append(either, rule.InList(name))
	}
	return anyOf(either...)
}

// having reads what is asked of all events of a contact together.
func (q *sql) having(at *node, alternatives [][]sqlUnit, t sqlTable) rule.Condition {
	var f *sqlFound
	if len(alternatives) == 1 && !t.lists {
		f = q.row(alternatives[0], t)
	}
	told := len(q.losses)
	q.found = f
	if f == nil { // the reading goes on, for its errors
		q.found = &sqlFound{events: rule.Events{Names: []string{"*"}}}
	}
	test := q.sqlCondition()
	q.found = nil
	switch {
	case f == nil && len(alternatives) > 1:
		return q.omit(at, needEventTime, "a computation over events of several kinds")
	case f == nil || len(q.losses) > told:
		return nil
	}
	return all(append(f.contact, f.any(t), test.holds(false))...)
}

// aggregated is a computation over the events of a contact, in HAVING.
func (q *sql) aggregated(at *node, agg rule.Agg, args []sqlValue) sqlValue {
	if len(args) == 0 {
		if agg == rule.AggCount {
			return q.aggregate(at, agg, "")
		}
	} else if f, ok := args[0].x.(rule.Field); ok && args[0].role == sqlPlain {
		return q.aggregate(at, agg, f)
	} else if args[0].role == sqlEventTime && (agg == rule.AggMax || agg == rule.AggMin || agg == rule.AggCount) {
		return q.aggregate(at, map[rule.Agg]rule.Agg{rule.AggMax: rule.AggLast, rule.AggMin: rule.AggFirst, rule.AggCount: rule.AggCount}[agg], "")
	}
	q.fail(at, rule.ErrType, "%s is of a column of the events", at.text)
	return sqlValue{at: at, lost: true}
}

var sqlAggregates = map[string]rule.Agg{"count": rule.AggCount, "sum": rule.AggSum, "avg": rule.AggAvg, "min": rule.AggMin, "max": rule.AggMax}

func (q *sql) aggregate(at *node, agg rule.Agg, prop rule.Field) sqlValue {
	m := rule.Metric{Agg: agg, Events: q.found.events, Prop: prop, Window: q.found.window}
	v := sqlValue{at: at, x: m, reads: sqlContact, timed: agg == rule.AggFirst || agg == rule.AggLast}
	if agg != rule.AggCount && agg != rule.AggSum {
		v.may = []rule.Expr{m}
	}
	return v
}

// alternatives takes a condition apart: one of them must hold, all units of it. nil if they
// are too many.
func (q *sql) alternatives(t *sqlTest, outer bool) [][]sqlUnit {
	negative := outer != t.negative
	switch {
	case t.link && !negative:
		return [][]sqlUnit{nil}
	case t.parts == nil || t.reads == sqlContact || t.reads == sqlEvent:
		return [][]sqlUnit{{{t, outer}}}
	}
	alternatives := [][]sqlUnit{nil}
	if t.either != negative {
		alternatives = nil
	}
	for _, p := range t.parts {
		more := q.alternatives(p, negative)
		if t.either != negative {
			alternatives = append(alternatives, more...)
		} else {
			var product [][]sqlUnit
			for _, a := range alternatives {
				for _, b := range more {
					product = append(product, append(a[:len(a):len(a)], b...))
				}
			}
			alternatives = product
		}
		if more == nil || len(alternatives) > maxAlternatives {
			return nil
		}
	}
	return alternatives
}

// row is what one alternative asks; nil if a part of it is lost: of the rest it would be
// another event.
func (q *sql) row(units []sqlUnit, t sqlTable) *sqlFound {
	f := &sqlFound{}
	var where []rule.Condition
	var whens []sqlWhen
	names, lost := []string(nil), false
	if t.event != "" {
		names = []string{t.event}
	}
	for _, u := range units {
		negative := u.negative != u.test.negative
		switch c := u.test.holds(u.negative); {
		case u.test.lost:
			lost = true
		case u.test.names != nil && (negative || names != nil):
			q.omit(u.test.at, needEventNames, "the name of an event, or a list, that it must not have, or several at once")
			lost = true
		case u.test.names != nil:
			names = u.test.names
		case u.test.when != nil:
			w := *u.test.when
			if negative {
				w.op = [...]rule.Op{rule.OpEq: rule.OpEq, rule.OpLt: rule.OpGe, rule.OpLe: rule.OpGt, rule.OpGt: rule.OpLe, rule.OpGe: rule.OpLt}[w.op]
			}
			if lost = lost || negative && w.op == rule.OpEq; lost {
				q.omit(u.test.at, needEventTime, "events at any instant but one")
			}
			whens = append(whens, w)
		case u.test.reads&sqlEvent == 0:
			f.contact = append(f.contact, c)
		default:
			lost = lost || c == nil
			where = append(where, c)
		}
	}
	if lost || t.lists && (len(names) == 0 || len(where)+len(whens) > 0) {
		if !lost {
			q.omit(units[0].test.at, needListStatus, "lists by other than their id")
		}
		return nil
	}
	if names == nil {
		names = []string{"*"}
	}
	f.events = rule.Events{Names: names, Where: all(where...)}
	f.window = q.windowOf(units, whens)
	return f
}

// windowOf is the window that comparisons of the instant of an event make.
func (q *sql) windowOf(units []sqlUnit, whens []sqlWhen) rule.Window {
	var from, to *sqlWhen
	for i, w := range whens {
		if w.op == rule.OpGt || w.op == rule.OpGe || w.op == rule.OpEq {
			from = &whens[i]
		}
		if w.op == rule.OpLt || w.op == rule.OpLe || w.op == rule.OpEq {
			to = &whens[i]
		}
	}
	told := 0
	if from != nil {
		told++
	}
	if to != nil && (from != to) {
		told++
	}
	if told < len(whens) {
		q.change(units[0].test.at, needEventTime, "of several bounds of a window on one side the last counts")
	}
	var back, near rule.Span
	rolls, older := false, false
	if from != nil {
		back, rolls = spanBack(from.x)
		rolls = rolls && from.op == rule.OpGt
	}
	if to != nil {
		near, older = spanBack(to.x)
		older = older && to.op == rule.OpLe
	}
	switch {
	case from == nil && to == nil:
		return rule.Window{}
	case rolls && (to == nil || older && near.N == 0):
		return lastSpan(back)
	case rolls && older && back.Unit == near.Unit && back.N > near.N:
		return agoSpans(near, back)
	case from == nil && older && near.N > 0:
		return olderThan(near)
	case from == nil && older:
		return rule.Window{}
	}
	if from != nil && from.op == rule.OpGt || to != nil && to.op != rule.OpLt {
		q.change(units[0].test.at, needEventTime, "an event at the very end of the window")
	}
	switch {
	case to == nil:
		return since(from.x)
	case from == nil:
		return before(to.x)
	}
	return between(from.x, to.x)
}

// spanBack is how far back from now an instant is, if it is said by a span.
func spanBack(x rule.Expr) (s rule.Span, ok bool) {
	switch x := x.(type) {
	case rule.Call:
		return rule.Span{Unit: rule.UnitDay}, x.Fn == rule.FnNow
	case rule.Arith:
		s, ok = x.Right.(rule.Span)
		c, isCall := x.Left.(rule.Call)
		return s, ok && isCall && c.Fn == rule.FnNow && x.Op == rule.ArithSub && s.N > 0
	}
	return s, false
}

// tableOf is the table of a column: by its alias or name, or of the innermost statement.
func (q *sql) tableOf(qualifier string) (t sqlTable, ok bool) {
	for i := len(q.tables) - 1; i >= 0; i-- {
		t = q.tables[i]
		if strings.EqualFold(t.alias, qualifier) || strings.EqualFold(t.name, qualifier) {
			return t, true
		}
	}
	return t, false
}
