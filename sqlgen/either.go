package sqlgen

// An OR of conditions of which each can only hold of contacts with certain rows:
//
//	COUNT(opened) >= 5 IN LAST 3 DAYS OR SUM(buy.amount) > 100 OR DID refund
//
// Were it written as it stands, the database would join all aggregates to all contacts,
// to find that most have no row in any. So the ids for which one of them holds are put
// together, and the contacts are those:
//
//	id IN (SELECT k FROM (SELECT … UNION ALL SELECT …) u)
//
// An aggregate may be made in a pass that is complete only when the whole rule is
// written. Its query is written then; until then there is a mark in its place.

import (
	"strings"

	"github.com/segmentrules/segment"
)

// joinMark stands before and behind the alias of a join whose query is to stand there.
const joinMark = "\x01"

// idsOfAny writes an OR as a query of ids; ok is false if a condition may hold of contacts
// without rows, or if one join has all values that are asked for.
func (s scope) idsOfAny(cs []cond) (c cond, ok bool) {
	if s.deep || s.inner || len(cs) < 2 {
		return cond{}, false
	}
	var queries []frag
	byJoin := make(map[string][]frag)
	exact, known := true, true
	for _, c := range cs {
		exact = exact && c.exact
		known = known && (c.ids == nil || c.known)
		switch {
		case c.never() && c.exact:
			continue
		case c.ids != nil:
			queries = append(queries, *c.ids)
			continue
		}
		alias, ok := s.onlyJoin(c.frag)
		if !ok {
			return cond{}, false
		}
		byJoin[alias] = append(byJoin[alias], c.frag)
	}
	if len(byJoin) < 2 && len(queries) == 0 {
		return cond{}, false // the join takes the place of the contacts, or nothing is asked for
	}
	for _, j := range s.joins {
		if parts := byJoin[j.alias]; len(parts) > 0 {
			known = known && j.known
			own := s.quote(asked(j.alias))
			where := or(parts...)
			where.sql = strings.ReplaceAll(where.sql, s.quote(j.alias)+".", own+".")
			queries = append(queries, cat("SELECT ", own, ".k AS k FROM (", joinMark, j.alias, joinMark, ") ", own, whereClause(where)))
		}
	}
	s.sequences = true // these queries can be limited to some contacts
	c = s.inQuery(cat("SELECT u.k AS k FROM (", separated(" UNION ALL ", queries), ") u")).of(known)
	c.exact = exact
	return c, true
}

// asked is what a join is called where it is asked for ids alone.
func asked(alias string) string { return "q" + alias[1:] }

// onlyJoin is the join that a condition reads, of which it needs a row; ok is false if there
// is none, or if it reads anything else.
func (s scope) onlyJoin(p frag) (alias string, ok bool) {
	for _, j := range s.joins {
		if s.requires(p, j.alias) {
			rest := strings.ReplaceAll(p.sql, s.quote(j.alias)+".", "")
			return j.alias, !strings.Contains(rest, ".")
		}
	}
	return "", false
}

// expanded puts the queries of joins in the place of their marks. What the host wrote may
// have the same character, but not with the name of a join between two of them.
func (t *translation) expanded(f frag) frag {
	whole := frag{}
	for {
		at, of := len(f.sql), join{}
		for _, j := range t.joins {
			if i := strings.Index(f.sql[:at], joinMark+j.alias+joinMark); i >= 0 {
				at, of = i, j
			}
		}
		n := strings.Count(f.sql[:at], mark)
		whole = cat(whole, frag{sql: f.sql[:at], args: f.args[:n]}, of.query)
		if at == len(f.sql) {
			return whole
		}
		f = frag{sql: f.sql[at+len(joinMark+of.alias+joinMark):], args: f.args[n:]}
	}
}

// any holds if one of the conditions does.
func (s scope) any(cs []segment.Condition) cond {
	taken, cs := s.onAny(cs)
	if len(taken) == 1 && len(cs) == 0 {
		return taken[0]
	}
	flat := s
	s.deep = true
	all := make([]cond, len(cs), len(cs)+len(taken))
	for i, c := range cs {
		all[i] = s.cond(c)
	}
	all = append(all, taken...)
	if c, ok := flat.idsOfAny(all); ok {
		return c
	}
	parts, exact := make([]frag, len(all)), true
	for i, c := range all {
		parts[i], exact = c.frag, exact && c.exact
	}
	return cond{frag: or(parts...), exact: exact, predicate: predicates(" || ", all)}
}
