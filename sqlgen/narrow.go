package sqlgen

import (
	"slices"
	"strings"
)

// candidates is the name of the contacts that a statement has narrowed down to:
// with a blank, so that it is nobody's table.
const candidates = "segment candidates"

// apart tells the conditions that read an aggregate from those that do not, and
// gives all as they were.
func (t *translation) apart(parts []frag) (own, aggregated []frag) {
	for _, p := range parts {
		if slices.ContainsFunc(t.joins, func(j join) bool { return strings.Contains(p.sql, t.quote(j.alias)+".") }) {
			aggregated = append(aggregated, p)
		} else if !p.always() {
			own = append(own, p)
		}
	}
	return own, aggregated
}

// narrowing writes the contacts for which the conditions hold that read no
// aggregate, as a query that is run once. The aggregates are then of these
// contacts alone (see [scope.narrow]), and the planner looks their events up one
// by one where they are few. others are the conditions that are told of them.
func (t *translation) narrowing(own, others []frag) frag {
	columns := t.key
	if t.tables.ID.Expr != "" || readsMore(t.quote(contacts)+".", t.key.sql, others) {
		columns = cat(t.quote(contacts), ".*")
	}
	return cat("WITH ", t.quote(candidates), " AS MATERIALIZED (SELECT ", columns, " FROM ", t.relation(t.tables.Contacts), " ",
		t.quote(contacts), whereClause(and(own...)), ") ")
}

// readsMore reports whether conditions read columns of the contact besides its
// id.
func readsMore(prefix, id string, fs []frag) bool {
	return slices.ContainsFunc(fs, func(f frag) bool { return strings.Count(f.sql, prefix) > strings.Count(f.sql, id) })
}

// narrow limits events to those of the candidates, if there are such.
func (s scope) narrow() frag {
	if !s.narrowed {
		return frag{}
	}
	return cat(" WHERE u.k IN (SELECT ", s.key, " FROM ", s.quote(candidates), " ", s.quote(contacts), ")")
}
