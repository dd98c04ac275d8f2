package interop

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Statements in SQL: SELECT … FROM … JOIN … WHERE … GROUP BY … HAVING, also as sub-selects and
// in EXISTS.

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
		if t := q.peek(); t.kind == endToken || t.kind == quotedToken || q.clause() {
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
		if f := q.row(at, units, *many); f != nil {
			if q.counts && len(alternatives) == 1 && len(f.contact) == 0 && !many.lists {
				q.counted = f
			}
			either = append(either, all(append(f.contact, f.any(*many))...))
		}
	}
	return anyOf(either...)
}

// having reads what is asked of all events of a contact together.
func (q *sql) having(at *node, alternatives [][]sqlUnit, t sqlTable) rule.Condition {
	var f *sqlFound
	if len(alternatives) == 1 && !t.lists {
		f = q.row(at, alternatives[0], t)
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
