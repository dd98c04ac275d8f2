package sqltext

import (
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Statements in SQL: SELECT … FROM … JOIN … WHERE … GROUP BY … HAVING, also as sub-selects and
// in EXISTS.

// Selected reads a statement. The test holds if it has a row for the contact.
func (q *Query) Selected(at *source.Node) *Test {
	level := len(q.Tables)
	if !q.Says("SELECT") || !q.Deeper() {
		q.Wrong("SELECT is expected here")
		return &Test{at: at, lost: true}
	}
	outer := q.latest
	q.columns()
	counts := q.counts
	q.from(level)
	var where *Test
	if q.Says("WHERE") {
		where = q.Where()
	}
	q.counts = counts
	c := q.rows(at, where, q.Tables[level:])
	q.Tables, q.latest = q.Tables[:level], outer
	q.Levels--
	return &Test{at: at, Yes: c, no: build.Not(c), Reads: Contact, lost: c == nil}
}

// columns goes over what is selected, up to FROM. It keeps the name of MAX(event_timestamp).
func (q *Query) columns() {
	q.latest, q.counts = "", q.Saying("COUNT")
	for !q.Says("FROM") {
		if t := q.Peek(); t.Kind == source.EndToken || t.Kind == source.QuotedToken || q.clause() {
			q.Wrong("FROM is expected here")
			return
		}
		if q.Says("MAX") {
			for !q.Sign(")") && q.Peek().Kind != source.EndToken {
				q.Take()
			}
			if q.Says("AS"); !q.Saying("FROM") && q.Peek().Kind == source.WordToken {
				q.latest = q.Take().Text
			}
			continue
		}
		q.Take()
	}
}

// from reads the tables.
func (q *Query) from(level int) {
	for more := true; more; more = q.Says("JOIN") || q.Says("INNER", "JOIN") {
		t, ok := q.Relation(q, q.Take())
		if !ok {
			q.Stop()
			return
		}
		if t.Level = level; q.Says("AS") || q.Peek().Kind == source.WordToken && !q.clause() {
			t.alias = q.Take().Text
		}
		q.Tables = append(q.Tables, t)
		if joins := len(q.Tables) > level+1; joins && q.Says("USING") {
			q.Expect("(")
			q.Take()
			q.Expect(")")
		} else if joins && !q.Says("ON") {
			q.Wrong("ON is expected here")
		} else if joins {
			link := q.Where()
			if !link.link && link.Reads != 0 && q.Told == 0 && !(link.Yes == nil && link.lost) {
				q.Fail(link.at, rule.ErrSyntax, "tables are joined by the id of the contact only")
			}
		}
	}
}

// clause reports whether a clause of a statement is next.
func (q *Query) clause() bool {
	for _, w := range []string{"JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "ON", "USING", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION"} {
		if q.Saying(w) {
			return true
		}
	}
	return false
}

// rows holds if there is a row that satisfies where, which may be nil.
func (q *Query) rows(at *source.Node, where *Test, tables []Table) rule.Condition {
	var many *Table
	for i := range tables {
		if tables[i].Of == Event {
			many = &tables[i]
		}
	}
	grouped := q.Says("GROUP", "BY")
	for grouped && !q.Saying("HAVING") && !q.Follows(")") && q.Peek().Kind != source.EndToken {
		q.Take()
	}
	if many == nil {
		if where == nil {
			return rule.Everyone{}
		}
		return where.Holds(false)
	}
	alternatives := [][]sqlUnit{nil}
	if where != nil {
		if alternatives = q.alternatives(where, false); alternatives == nil {
			return q.Omit(at, source.NeedEventTime, "events of more than %d kinds, or at more instants", maxAlternatives)
		}
	}
	if q.Says("HAVING") {
		return q.having(at, alternatives, *many)
	}
	var either []rule.Condition
	for _, units := range alternatives {
		if f := q.row(at, units, *many); f != nil {
			if q.counts && len(alternatives) == 1 && len(f.contact) == 0 && !many.Lists {
				q.counted = f
			}
			either = append(either, build.All(append(f.contact, f.any(*many))...))
		}
	}
	return build.AnyOf(either...)
}

// having reads what is asked of all events of a contact together.
func (q *Query) having(at *source.Node, alternatives [][]sqlUnit, t Table) rule.Condition {
	var f *sqlFound
	if len(alternatives) == 1 && !t.Lists {
		f = q.row(at, alternatives[0], t)
	}
	told := len(q.Losses)
	q.found = f
	if f == nil { // the reading goes on, for its errors
		q.found = &sqlFound{events: rule.Events{Names: []string{"*"}}}
	}
	test := q.Where()
	q.found = nil
	switch {
	case f == nil && len(alternatives) > 1:
		return q.Omit(at, source.NeedEventTime, "a computation over events of several kinds")
	case f == nil || len(q.Losses) > told:
		return nil
	}
	return build.All(append(f.contact, f.any(t), test.Holds(false))...)
}

// aggregated is a computation over the events of a contact, in HAVING.
func (q *Query) aggregated(at *source.Node, agg rule.Agg, args []Value) Value {
	if len(args) == 0 {
		if agg == rule.AggCount {
			return q.aggregate(at, agg, "")
		}
	} else if f, ok := args[0].X.(rule.Field); ok && args[0].Role == Plain {
		return q.aggregate(at, agg, f)
	} else if args[0].Role == EventTime && (agg == rule.AggMax || agg == rule.AggMin || agg == rule.AggCount) {
		return q.aggregate(at, map[rule.Agg]rule.Agg{rule.AggMax: rule.AggLast, rule.AggMin: rule.AggFirst, rule.AggCount: rule.AggCount}[agg], "")
	}
	q.Fail(at, rule.ErrType, "%s is of a column of the events", at.Text)
	return Value{At: at, Lost: true}
}

var sqlAggregates = map[string]rule.Agg{"count": rule.AggCount, "sum": rule.AggSum, "avg": rule.AggAvg, "min": rule.AggMin, "max": rule.AggMax}

func (q *Query) aggregate(at *source.Node, agg rule.Agg, prop rule.Field) Value {
	m := rule.Metric{Agg: agg, Events: q.found.events, Prop: prop, Window: q.found.window}
	v := Value{At: at, X: m, Reads: Contact, Timed: agg == rule.AggFirst || agg == rule.AggLast}
	if agg != rule.AggCount && agg != rule.AggSum {
		v.May = []rule.Expr{m}
	}
	return v
}

// TableOf is the table of a column: by its alias or name, or of the innermost statement.
func (q *Query) TableOf(qualifier string) (t Table, ok bool) {
	for i := len(q.Tables) - 1; i >= 0; i-- {
		t = q.Tables[i]
		if strings.EqualFold(t.alias, qualifier) || strings.EqualFold(t.Name, qualifier) {
			return t, true
		}
	}
	return t, false
}
