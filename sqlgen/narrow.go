package sqlgen

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Two ways to make aggregates of events cheaper, and sequences.
//
// In `country = "LU" AND COUNT(opened) >= 5` the count is wanted for few contacts.
// So the conditions that read nothing but the contact's own columns are written
// into the query of each aggregate too: PostgreSQL knows how many contacts they
// leave, and looks up their events one by one or reads all. Sequences, regularity and
// HAS BEEN get them as well.
//
// In `COUNT(opened) >= 5` alone no contact without events can fulfil the rule. So
// the aggregate takes the place of the table of contacts in the statement.

// joinsIn are the joins that conditions read.
func (t *translation) joinsIn(parts ...frag) (in []join) {
	for _, j := range t.joins {
		if slices.ContainsFunc(parts, func(p frag) bool { return t.readsRow(p, j.alias) }) {
			in = append(in, j)
		}
	}
	return in
}

// splitByJoins tells the conditions that read an aggregate (others) from those that
// do not (own).
func (t *translation) splitByJoins(parts []frag) (own, others []frag) {
	for _, p := range parts {
		if len(t.joinsIn(p)) > 0 {
			others = append(others, p)
		} else if !p.always() {
			own = append(own, p)
		}
	}
	return own, others
}

// narrowing are the conditions to write into each aggregate and sequence, if the database gains
// by that: those without a subquery, which would cost more than it saves.
func (t *translation) narrowing(parts []frag) (few []frag) {
	own, others := t.splitByJoins(parts)
	l := t.limits()
	gains := l.narrows && len(others) > 0 || (l.narrows || l.narrowsSequences) && t.sequences
	if !gains || t.given != nil {
		return nil
	}
	return slices.DeleteFunc(own, func(p frag) bool { return strings.Contains(p.sql, "SELECT ") || t.readsNewest(p) })
}

// groupByContact ends a query of one row a contact over the events u, and says
// what its key is. If aggregates are narrowed, the contacts are joined to u.
func (t *translation) groupByContact() (key, end frag) {
	if len(t.narrow) == 0 {
		key = frag{sql: "u.k"}
		return key, cat(" GROUP BY ", key)
	}
	return t.key, cat(" JOIN ", t.relation(t.tables.Contacts), " ", t.quote(contacts), " ON ", t.key, " = u.k", t.kinOf(t.families[contacts], t.narrow...),
		whereClause(and(t.narrow...)), " GROUP BY ", t.key)
}

// narrowed limits the rows of a FROM clause, in which k is the contact, to the contacts
// that aggregates are limited to.
func (t *translation) narrowed(rows, k, where frag) (from, limited frag) {
	if len(t.narrow) == 0 {
		return rows, where
	}
	return cat(t.relation(t.tables.Contacts), " ", t.quote(contacts), " JOIN ", rows, " ON ", k, " = ", t.key, t.kinOf(t.families[contacts], t.narrow...)),
		and(append(slices.Clone(t.narrow), where)...)
}

// known reports whether the host promises ([Events].Known) of all tables of these
// events that their ids are those of contacts. A Where that leaves out contacts, and not
// their events, breaks the promise.
func (t *translation) known(of rule.Events) bool {
	tables := t.tablesOf(of)
	return len(tables) > 0 && !slices.ContainsFunc(tables, func(e *Events) bool { return !e.Known || t.tables.Contacts.Where != "" && e.Where == "" })
}

// leadingJoin is an aggregate that can take the place of the table of contacts in
// FROM. For that, the rule must be false of contacts without a row in it, nothing
// else may be asked of the contact, and its rows must be contacts: because it was
// narrowed to some, or because the host promises that of its events.
func (t *translation) leadingJoin(own, others []frag) (lead join, ok bool) {
	narrowed := len(t.narrow) > 0
	if narrowed && len(own) > len(t.narrow) || !narrowed && len(own) > 0 ||
		slices.ContainsFunc(others, func(p frag) bool { return t.readsRow(p, contacts) || t.readsKin(p) }) ||
		slices.ContainsFunc(t.joins, func(j join) bool { return j.on.sql != "" }) {
		return join{}, false
	}
	narrow := "SELECT " + t.key.sql + " AS k"
	for _, j := range t.joins {
		if narrowed && !strings.HasPrefix(j.query.sql, narrow) || !narrowed && !j.known {
			continue
		}
		if slices.ContainsFunc(others, func(p frag) bool { return t.requires(p, j.alias) }) {
			return j, true
		}
	}
	return join{}, false
}

// requires reports whether a condition is not true of contacts without a row in a join: it
// compares columns of the join with constants, which is not true of NULL.
func (t *translation) requires(p frag, alias string) bool {
	if p.needs == alias {
		return true
	}
	sql, opens := strings.CutPrefix(p.sql, "(")
	sql, closes := strings.CutSuffix(sql, ")")
	if !opens && !closes {
		return t.comparesOnly(p.sql, alias)
	}
	if !opens || !closes || strings.ContainsAny(sql, "()") {
		return false
	}
	if strings.Contains(sql, " AND ") { // one is enough
		return slices.ContainsFunc(strings.Split(sql, " AND "), func(one string) bool { return t.comparesOnly(one, alias) })
	}
	return !slices.ContainsFunc(strings.Split(sql, " OR "), func(one string) bool { return !t.comparesOnly(one, alias) })
}

// comparesOnly reports whether a condition is a comparison of a column of the join with
// a constant.
func (t *translation) comparesOnly(sql, alias string) bool {
	column, isIt := strings.CutPrefix(sql, t.quote(alias)+".")
	if !isIt {
		return false
	}
	words := strings.Split(column, " ")
	return len(words) == 3 && words[2] == mark && slices.Contains([]string{"<", "<=", "=", ">=", ">"}, words[1])
}
