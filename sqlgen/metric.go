package sqlgen

// Aggregates of events: COUNT, SUM, AVG, MIN, MAX, DISTINCT, FIRST and LAST. One
// that only asks whether there is any event is a subquery of ids. All others are a
// query of one row a contact, grouped by its id, that the statement joins:
//
//	SELECT u.k AS k, COUNT(*) AS v FROM (SELECT … AS k FROM events …) u GROUP BY u.k
//
// Events may lie in several tables; their rows are put together by UNION ALL.

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A row is an event in the statement. Its scope is that of a WHERE: fields are
// the properties of the event.
type row struct {
	scope
	table *Events
	alias string // of the table in the statement
	at    term   // the instant of the event
}

// selected writes the rows of selected events within a window, as a SELECT of
// the contact, called k, and of the columns that cols gives, from each table
// that may have such events. ok is false if the database cannot select exactly
// these.
func (s scope) selected(sel rule.Events, w rule.Window, cols func(r row) (list []frag, ok bool)) (q []frag, ok bool) {
	for _, e := range s.tablesOf(sel) {
		one, ok := s.selectedFrom(e, sel, w, cols)
		if !ok {
			return nil, false
		}
		q = append(q, one)
	}
	if len(q) == 0 {
		s.unknownEvents(sel.Names)
		return nil, false
	}
	return q, true
}

// tablesOf are the tables that may have such events.
func (t *translation) tablesOf(sel rule.Events) (of []*Events) {
	for i := range t.tables.Events {
		if e := &t.tables.Events[i]; len(e.Selected(sel.Names)) > 0 {
			of = append(of, e)
		}
	}
	return of
}

// selectedFrom writes the rows of one table.
func (s scope) selectedFrom(e *Events, sel rule.Events, w rule.Window, cols func(r row) ([]frag, bool)) (q frag, ok bool) {
	alias := s.alias("e")
	r, ok := s.row(e, alias)
	if !ok {
		return frag{}, false
	}
	where, ok := r.fulfils(sel, w)
	if !ok {
		return frag{}, false
	}
	r.at = s.certain(r.at) // what is no instant is in no window
	list, ok := cols(r)
	if !ok {
		return frag{}, false
	}
	k := s.column(alias, e.Contact)
	list = append([]frag{cat(k, " AS k")}, list...)
	from, where := cat(s.eventsOf(e), " ", s.quote(alias)), and(s.ofGiven(k), where)
	if s.byRow {
		from, where = s.narrowed(from, k, where)
	}
	return cat("SELECT ", separated(", ", list), " FROM ", from, whereClause(where)), true
}

// row is the event of a table under an alias.
func (s scope) row(e *Events, alias string) (r row, ok bool) {
	at, ok := s.at(alias, e.At)
	r = row{scope: s.fresh(), table: e, alias: alias, at: at}
	r.field = func(f rule.Field) (term, bool) {
		x, ok, known := s.find(alias, e.Props, e.Document, f)
		x = s.asProperty(x)
		if !known && s.isProperty(f) {
			return nothing(), true // the property is one of other events, and missing here
		}
		if !known {
			s.unknown("property", string(f), keys(e.Props))
		}
		return x, ok
	}
	return r, ok
}

// property is what an aggregate takes of the event: its instant, or a property as AS
// reads it.
func (r row) property(m rule.Metric) (x term, ok bool) {
	if m.Prop == "" {
		return r.at, true
	}
	if x, ok = r.field(m.Prop); !ok {
		return x, false
	}
	return r.readAs(x, m.As)
}

// isProperty reports whether any events have the property.
func (t *translation) isProperty(f rule.Field) bool {
	return slices.ContainsFunc(t.tables.Events, func(e Events) bool {
		_, _, known := t.find("", e.Props, e.Document, f)
		return known
	})
}

// fulfils writes that the row is an event that is selected and in the window.
func (r row) fulfils(sel rule.Events, w rule.Window) (where frag, ok bool) {
	in, ok := r.within(r.at, w)
	if !ok || r.table.Names != "" && !r.allTellable(r.table.Selected(sel.Names)) {
		return frag{}, false
	}
	parts := []frag{r.name(sel), in}
	if sel.Where != nil {
		c := r.cond(sel.Where)
		if !c.exact {
			return frag{}, false
		}
		parts = append(parts, c.frag)
	}
	return and(parts...), true
}

// name writes that the row's event has a name that is selected.
func (r row) name(sel rule.Events) frag {
	names := r.table.Selected(sel.Names)
	if r.table.Names == "" {
		return truth(len(names) > 0)
	}
	name := r.textColumn(r.alias, r.table.Names)
	var whole []frag // names without a *
	var parts []frag // the conditions, one of which must hold
	for _, n := range names {
		prefix, isPrefix := strings.CutSuffix(n, "*")
		switch {
		case isPrefix && prefix == "":
			return notNull(name)
		case isPrefix:
			parts = append(parts, r.hasPart(partFirst, textTerm{name, true}, prefix, false))
		}
		if r.plainText(n) {
			whole = append(whole, text(n))
		}
	}
	switch len(whole) {
	case 0:
	case 1:
		parts = append(parts, r.textEquals(name, whole[0]))
	default:
		parts = append(parts, r.textIn(name, whole))
	}
	return or(parts...)
}

// whereClause is the clause for a condition, empty if that is always true.
func whereClause(f frag) frag {
	if f.always() {
		return frag{}
	}
	return cat(" WHERE ", f)
}

// atLeastOne writes that there is a selected event: `COUNT(e) >= 1`, `DID e`.
func (s scope) atLeastOne(m rule.Metric) cond {
	q, ok := s.selected(m.Events, m.Window, func(row) ([]frag, bool) { return nil, true })
	if !ok {
		return undecided()
	}
	return s.inQuery(separated(" UNION ALL ", q)).of(s.known(m.Events))
}

// of says whether the ids of a condition are known to be those of contacts.
func (c cond) of(known bool) cond {
	c.known = c.ids != nil && known
	return c
}

// inQuery writes that the contact is among the k of a query.
func (s scope) inQuery(q frag) cond {
	inverse := s.notIn(s.key, q)
	in := cat(s.key, " IN (", q, ")")
	if s.deep {
		in = s.deepIn(s.key, q)
	}
	return cond{frag: in, exact: true, inverse: &inverse, ids: &q}
}

// metricKey is the same for two aggregates only if one join does for both. A
// calendar is told by its address: two zones may have the same name.
func (s scope) metricKey(m rule.Metric) string {
	return fmt.Sprintf("%p %s", s.now.Location(), m)
}

// aggregate writes an aggregate that is a number.
func (s scope) aggregate(m rule.Metric) (r ratio, ok bool) {
	if m, ok = s.asRead(m); !ok {
		return ratio{}, false
	}
	if x, ok := s.picked(m); ok {
		return s.termAsNumber(x)
	}
	switch m.Agg {
	case rule.AggCount:
		return s.countOf(m)
	case rule.AggDistinct:
		return s.distinctOf(m)
	case rule.AggSum, rule.AggAvg:
		return s.sumOf(m)
	}
	return ratio{}, false
}

// countDigits is how many digits the number of events of a contact has at most.
const countDigits = 10

// countOf counts events, or those that have a property.
func (s scope) countOf(m rule.Metric) (r ratio, ok bool) {
	of := take{fn: "COUNT"}
	if m.Prop != "" {
		of = take{fn: "SUM", col: func(r row) (frag, bool) {
			x, ok := r.property(m)
			return cat("CASE WHEN ", r.missing(x), " THEN 0 ELSE 1 END"), ok
		}}
	}
	j, ok := s.taken(m, of)
	return ratio{n: num{frag: s.orZero(j), digits: countDigits, strict: s.value(j)}}, ok
}

// orZero is the value of a join, 0 where the contact has no row in it.
func (s scope) orZero(j joined) frag { return cat("COALESCE(", s.value(j), ", 0)") }

// distinctOf counts different values. All must come from one table: two tables
// may hold the same value in two forms, as 5 and 5.00.
func (s scope) distinctOf(m rule.Metric) (r ratio, ok bool) {
	if _, ok := s.onlyTable(m.Events); !ok {
		return ratio{}, false
	}
	j, ok := s.taken(m, take{fn: "COUNT", distinct: true, col: func(r row) (frag, bool) {
		x, ok := r.property(m)
		if !ok {
			return frag{}, false
		}
		return s.identity(s.zeroed(x))
	}})
	return ratio{n: num{frag: s.orZero(j), digits: countDigits, strict: s.value(j)}}, ok
}

// zeroed makes one value of 0 and -0, and NULL of what is no finite number, for
// floats that are counted as different values or compared by MIN and MAX.
func (s scope) zeroed(x term) term {
	if x.is(TypeFloat) {
		x.frag = cat("(CASE WHEN ", s.finite(x.frag), " THEN ", x.frag, " + 0.0 END)")
	}
	return x
}

// manyEvents is how many digits a sum has more than what is summed up: ten
// million events of one contact.
const manyEvents = 7

// sumOf writes SUM, and AVG as a fraction of the sum and the number of values.
// Both take the same join.
func (s scope) sumOf(m rule.Metric) (r ratio, ok bool) {
	var of ratio
	j, ok := s.taken(rule.Metric{Agg: rule.AggSum, Events: m.Events, Prop: m.Prop, Window: m.Window}, take{fn: "SUM", col: s.summand(m.Prop, &of), counts: true})
	if !ok {
		return ratio{}, false
	}
	if of.n.sql == "" {
		// The join was there already, so nothing has said yet what is summed up: the
		// rows are written once more for that alone.
		if _, ok := s.selected(m.Events, m.Window, asP(s.summand(m.Prop, &of))); !ok {
			return ratio{}, false
		}
	}
	digits := min(of.n.digits+manyEvents, unlimited)
	if digits > s.limits().digits {
		return ratio{}, false
	}
	sum := ratio{n: num{frag: s.wide(s.orZero(j), digits, of.n.scale), digits: digits, scale: of.n.scale, strict: s.value(j)}, d: of.d, positive: of.positive}
	if m.Agg == rule.AggSum {
		return sum, true
	}
	n := num{frag: s.valuesOf(j), digits: countDigits, needs: j.alias}
	if sum.d != nil {
		n = s.times(n, *sum.d)
		n.needs = j.alias
	}
	// Where there is no number the count is 0 or NULL, and the average missing.
	return ratio{n: sum.n, d: &n, guards: []num{n}, positive: of.d == nil || of.positive}, true
}

// summand is the column that is summed up. It says in of what number that is. All
// tables must hold it with the same scale, for they are summed up together.
func (s scope) summand(prop rule.Field, of *ratio) func(r row) (frag, bool) {
	return func(r row) (frag, bool) {
		x, ok := r.field(prop)
		if !ok {
			return frag{}, false
		}
		q, ok := s.termAsNumber(x)
		if !ok {
			return frag{}, false
		}
		q.may = 0 // a sum leaves out what is not a number
		if x.is(TypeInteger) && s.limits().sumsIntegers {
			q.n.frag = x.frag
		}
		if of.n.sql != "" && (of.n.scale != q.n.scale || !sameConstant(of.d, q.d)) {
			return frag{}, false
		}
		q.n.digits = max(q.n.digits, of.n.digits)
		*of = q
		return q.n.frag, q.n.digits+manyEvents <= s.limits().digits
	}
}

// sameConstant reports whether two powers of ten are the same.
func sameConstant(a, b *num) bool {
	return (a == nil) == (b == nil) && (a == nil || a.args[0].value == b.args[0].value)
}

// picked writes an aggregate that gives one of the stored values as it is: that of
// the newest or oldest event, or the least or greatest.
func (s scope) picked(m rule.Metric) (x term, ok bool) {
	switch {
	case m.Agg == rule.AggMin, m.Agg == rule.AggMax, (m.Agg == rule.AggFirst || m.Agg == rule.AggLast) && m.Prop == "":
		return s.extreme(m)
	case m.Agg == rule.AggFirst, m.Agg == rule.AggLast:
		return s.endmost(m)
	}
	return term{}, false
}

// extreme is the least or greatest of numbers or instants.
func (s scope) extreme(m rule.Metric) (x term, ok bool) {
	fn := "MAX"
	if m.Agg == rule.AggMin || m.Agg == rule.AggFirst {
		fn = "MIN"
	}
	inOne := func(x term) term { return x }
	if m.Prop == "" {
		inOne = s.inOneForm(s.tablesOf(m.Events))
	}
	fit := func(x term) bool { return x.instant() || x.is(TypeInteger, TypeDecimal, TypeFloat, TypeDate) }
	made := func(x term) term { return s.extremal(s.zeroed(inOne(x))) }
	return s.pick(m, made, fit, func(col func(r row) (frag, bool)) (joined, bool) {
		return s.taken(m, take{fn: fn, col: col})
	})
}

// endmost is a property of the newest or oldest event, whatever it holds.
func (s scope) endmost(m rule.Metric) (x term, ok bool) {
	s.byRow = true
	order := "DESC"
	if m.Agg == rule.AggFirst {
		order = "ASC"
	}
	query := func(col func(r row) (frag, bool)) (frag, bool) {
		var by frag // of the one table
		parts, ok := s.selected(m.Events, m.Window, func(r row) ([]frag, bool) {
			p, ok := col(r)
			if !ok || r.table.Order == "" {
				return nil, false
			}
			k := s.column(r.alias, r.table.Contact)
			last := cat(r.at.frag, " "+order+", ", s.column(r.alias, r.table.Order), " "+order)
			if s.limits().distinctOn {
				by = cat(" ORDER BY ", k, ", ", last)
				return []frag{cat(p, " AS v")}, true
			}
			return []frag{cat(p, " AS p"), cat("ROW_NUMBER() OVER (PARTITION BY ", k, " ORDER BY ", last, ") AS r")}, true
		})
		if !ok || len(parts) != 1 { // the orders of two tables do not compare
			return frag{}, false
		}
		if rows, ok := strings.CutPrefix(parts[0].sql, "SELECT "); ok && by.sql != "" {
			key, _, _ := strings.Cut(rows, " AS k")
			return cat("SELECT DISTINCT ON ("+key+") ", frag{sql: rows, args: parts[0].args}, by), true
		}
		return cat("SELECT u.k AS k, u.p AS v FROM (", parts[0], ") u WHERE u.r = 1"), true
	}
	same, all := func(x term) term { return x }, func(term) bool { return true }
	return s.pick(m, same, all, func(col func(r row) (frag, bool)) (joined, bool) {
		return s.joinOnce(s.metricKey(m), m.Events, func() (frag, bool) { return query(col) })
	})
}

// pick joins one stored value a contact. made is applied to the value of each event,
// and fit says which values may be asked for. If several tables have such events, all
// must hold the value as the same type.
func (s scope) pick(m rule.Metric, made func(term) term, fit func(term) bool, from func(col func(r row) (frag, bool)) (joined, bool)) (x term, ok bool) {
	var of *term
	col := func(r row) (frag, bool) {
		x, ok := r.property(m)
		if !ok || !fit(x) {
			return frag{}, false
		}
		if x = made(x); of != nil && (of.doc != x.doc || of.asText != x.asText || of.col.Type != x.col.Type || of.col.Scale != x.col.Scale) {
			return frag{}, false
		}
		of = &x
		return x.frag, true
	}
	j, ok := from(col)
	if !ok {
		return term{}, false
	}
	if of == nil { // the join was there already; see sumOf
		if _, ok := s.selected(m.Events, m.Window, asP(col)); !ok {
			return term{}, false
		}
	}
	x = *of
	x.frag, x.digits, x.in = s.value(j), frag{}, nil
	return x, true
}

// atLeastOneOf recognises comparisons that ask whether there is an event at all
// (positive), such as COUNT(e) > 0, or none, such as COUNT(e) < 1.
func atLeastOneOf(m rule.Metric, op rule.Op, v segment.Value) (positive, ok bool) {
	d, isNumber := decimalOf(v)
	if !isNumber || m.Agg != rule.AggCount || m.Prop != "" {
		return false, false
	}
	n, op, ok := onGrid(op, d, 0)
	switch {
	case !ok:
		return false, false
	case op == rule.OpGe && n.Cmp(big.NewInt(1)) == 0, op == rule.OpGt && n.Sign() == 0:
		return true, true
	case op == rule.OpLt && n.Cmp(big.NewInt(1)) == 0, op == rule.OpLe && n.Sign() == 0, op == rule.OpEq && n.Sign() == 0:
		return false, true
	}
	return false, false
}
