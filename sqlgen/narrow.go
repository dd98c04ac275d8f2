package sqlgen

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
)

// Aggregates of all contacts are dear where the rest of a rule leaves few of
// them. So the conditions that read nothing but the contact's own columns are
// written into the query of each aggregate too: the planner knows how many
// contacts they leave, and looks up their events one by one or reads all.

// apart tells the conditions that read an aggregate from those that do not.
func (t *translation) splitByJoins(parts []frag) (own, others []frag) {
	for _, p := range parts {
		if slices.ContainsFunc(t.joins, func(j join) bool { return strings.Contains(p.sql, t.quote(j.alias)+".") }) {
			others = append(others, p)
		} else if !p.always() {
			own = append(own, p)
		}
	}
	return own, others
}

// few are the conditions that are worth to be asked more than once: those
// without a query of their own.
func (t *translation) narrowing(parts []frag) (few []frag) {
	own, others := t.splitByJoins(parts)
	if !t.limits().narrows || len(others) == 0 {
		return nil
	}
	return slices.DeleteFunc(own, func(p frag) bool { return strings.Contains(p.sql, "SELECT ") })
}

// groups ends a query over u of one row a contact, and says what its key is.
func (t *translation) groupByContact() (key, end frag) {
	if len(t.narrow) == 0 {
		key = frag{sql: "u.k"}
		return key, cat(" GROUP BY ", key)
	}
	return t.key, cat(" JOIN ", t.relation(t.tables.Contacts), " ", t.quote(contacts), " ON ", t.key, " = u.k",
		whereClause(and(t.narrow...)), " GROUP BY ", t.key)
}

// known reports whether the contacts of events are contacts: it is promised of all
// their tables.
func (t *translation) known(of segment.Events) bool {
	tables := t.tablesOf(of)
	return len(tables) > 0 && !slices.ContainsFunc(tables, func(e *Events) bool { return !e.Known })
}

// leading is the aggregate that can stand for the contacts themselves: its rows
// are those for which all other conditions hold, without a row the rule is false,
// and nothing else is asked of the contact. Its rows are contacts because it was
// narrowed to some, or because they are known to be.
func (t *translation) leadingJoin(own, others []frag) (lead join, ok bool) {
	narrowed := len(t.narrow) > 0
	if narrowed && len(own) > len(t.narrow) || !narrowed && len(own) > 0 ||
		slices.ContainsFunc(others, func(p frag) bool { return strings.Contains(p.sql, t.quote(contacts)+".") }) {
		return join{}, false
	}
	narrow := "SELECT " + t.key.sql + " AS k"
	for _, j := range t.joins {
		if narrowed && !strings.HasPrefix(j.query.sql, narrow) || !narrowed && !j.known {
			continue
		}
		if v := t.column(j.alias, "v").sql; slices.ContainsFunc(others, func(p frag) bool { return comparesOnly(p, v) }) {
			return j, true
		}
	}
	return join{}, false
}

// isOnly reports whether a condition compares a column with a constant: that is not
// true of NULL.
func comparesOnly(p frag, column string) bool {
	op, ok := strings.CutPrefix(p.sql, column)
	return ok && slices.Contains([]string{" < " + mark, " <= " + mark, " = " + mark, " >= " + mark, " > " + mark}, op)
}
