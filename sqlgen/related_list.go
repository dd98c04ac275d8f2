package sqlgen

// Fields of related tables that are lists: the contact's tags, its orders. A test of one
// is a query of the rows for which it holds, and a test whether the contact is an owner
// of such a row:
//
//	c.id IN (SELECT r1.contact_id AS k FROM contact_tags r1 JOIN tags r2 ON r2.id = r1.tag_id WHERE r2.name = $1)
//
// which databases plan from either side. Its negation is an anti-join. Elements are
// typed columns, or rows with members, so that all tests of columns work inside. Rows
// without a value are no elements, and a list without elements is missing.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A list is a field that is the rows of a related table.
type list struct {
	owner *family
	names []string // the related tables that lead to the rows
	col   Column
}

// key is what the owner's row has, and the first of the related tables points to.
func (s scope) listKey(l *list) frag { return s.ownerOf(l.owner, l.names[0]) }

// lineage writes the tables that lead to the rows of a list: the first, with its key and
// the condition of its rows that count, and more that are joined to it. The last has the
// rows of the list.
func (t *translation) lineage(l *list) (first, key, count, more frag, last *family) {
	for i, name := range l.names {
		alias := t.alias("r")
		rows, counts := t.relatedRows(l.owner, name, alias)
		if i == 0 {
			first, key, count = rows, t.keyOf(name, alias), counts
		} else {
			more = cat(more, " JOIN ", rows, " ON ", and(cat(t.keyOf(name, alias), " = ", t.ownerOf(last, name)), counts))
		}
		last = &family{of: name, alias: alias, kin: make(map[string]string)}
	}
	t.families[last.alias] = last
	return first, key, count, more, last
}

// rowsWhere writes a query of the owners, called k, of each element for which a condition
// holds. valued says that the condition is false of an element without a value. by is k,
// for a GROUP BY.
func (s scope) rowsWhere(l *list, valued bool, test func(in scope) cond) (q, by frag, c cond) {
	from, by, where, more, f := s.lineage(l)
	in, there, ok := s.inElement(l, f.alias)
	if !ok {
		return frag{}, by, undecided()
	}
	if c = test(in); valued {
		there = always()
	}
	where = and(s.ofGivenOwners(l.owner, l.names[0], by), where, there, c.frag)
	return cat("SELECT ", by, " AS k FROM ", from, more, s.kinOf(f, where), whereClause(where)), by, c
}

// inElement is the scope of a condition about an element, and holds where there is one.
func (s scope) inElement(l *list, alias string) (in scope, there frag, ok bool) {
	in = s.fresh()
	in.depth = s.depth
	if len(l.col.Members) > 0 {
		in.field = s.memberOf(alias, l.col.Members)
		return in, always(), true
	}
	c := l.col
	c.In = ""
	elem, ok := s.at(alias, c)
	in.elem = &elem
	in.field = func(f rule.Field) (term, bool) {
		if !elem.doc {
			return nothing(), true // a text or number has no members
		}
		return s.member(elem)(f)
	}
	return in, s.present(elem), ok
}

// present holds where a term has a value.
func (t *translation) present(x term) frag {
	switch {
	case x.doc:
		return t.notTrue(t.isMissing(x.frag))
	case x.is(TypeFloat):
		return t.finite(x.frag)
	}
	return notNull(x.frag)
}

// anyRow holds if a condition does of an element.
func (s scope) anyRow(l *list, valued bool, test func(in scope) cond) cond {
	q, _, c := s.rowsWhere(l, valued, test)
	switch {
	case q.sql == "":
		return undecided()
	case c.never():
		return c
	}
	return s.owns(l, q, c.exact)
}

// owns holds if the owner of the list is among those of a query.
func (s scope) owns(l *list, q frag, exact bool) cond {
	key := s.listKey(l)
	inverse := s.notIn(key, q)
	if key.sql != s.key.sql && strings.HasPrefix(inverse.sql, key.sql) { // NOT IN is NULL of a key that is NULL
		inverse = or(cat(key, " IS NULL"), inverse)
	}
	in := cat(key, " IN (", q, ")")
	if s.deep {
		in = s.deepIn(key, q)
	}
	return cond{frag: in, exact: exact, inverse: &inverse}
}

// hasElements holds if there is an element at all.
func (s scope) hasElements(l *list) cond {
	return s.anyRow(l, false, func(scope) cond { return exactly(always()) })
}

// listElements writes ANY, ALL, NO and AT LEAST k of a list.
func (s scope) listElements(l *list, c rule.Each) cond {
	test := func(in scope) cond { return in.cond(c.C) }
	valued := falseOfMissing(c.C)
	switch c.Quantifier {
	case rule.QuantifierAny:
		return s.anyRow(l, valued, test)
	case rule.QuantifierNone:
		return s.not(s.anyRow(l, valued, test))
	case rule.QuantifierAll:
		// There is one, and none of which the condition does not hold.
		exact := true
		fails := s.anyRow(l, false, func(in scope) cond {
			one := in.cond(c.C)
			exact = one.exact
			one.exact = true
			return in.not(one)
		})
		all := both(s.hasElements(l), s.not(fails))
		all.exact = all.exact && exact
		return all
	}
	if c.K <= 1 {
		if c.K == 1 {
			return s.anyRow(l, valued, test)
		}
		return exactly(always())
	}
	q, by, one := s.rowsWhere(l, valued, test)
	switch {
	case q.sql == "":
		return undecided()
	case one.never():
		return one
	}
	return s.owns(l, cat(q, " GROUP BY ", by, " HAVING COUNT(*) >= ", integer(int64(c.K))), one.exact)
}

// falseOfMissing reports whether a condition about an element is certainly false of one
// without a value.
func falseOfMissing(c segment.Condition) bool {
	switch c := c.(type) {
	case rule.Compare:
		_, elem := c.Left.(rule.Elem)
		return elem && rule.IsConstant(c.Right)
	case rule.In:
		_, elem := c.X.(rule.Elem)
		return elem
	}
	return false
}

// listContains writes CONTAINS of a list.
func (s scope) listContains(l *list, c rule.Contains) cond {
	isOneOf := func(vs ...segment.Value) cond {
		return s.anyRow(l, true, func(in scope) cond {
			if len(vs) == 1 {
				return in.compare(rule.Compare{Left: rule.Elem{}, Op: rule.OpEq, Right: vs[0], Fold: c.Fold})
			}
			return in.in(rule.In{X: rule.Elem{}, Values: vs, Fold: c.Fold})
		})
	}
	switch {
	case c.Mode == rule.ContainsAny || len(c.Values) == 1:
		return isOneOf(c.Values...)
	case len(c.Values) == 0:
		return s.hasElements(l)
	}
	// The owners of elements that are any of the values, among which is each of them.
	var each []frag
	exact := true
	q, by, _ := s.rowsWhere(l, true, func(in scope) cond {
		for _, v := range c.Values {
			one := in.compare(rule.Compare{Left: rule.Elem{}, Op: rule.OpEq, Right: v, Fold: c.Fold})
			each, exact = append(each, cat("MAX(CASE WHEN ", one.frag, " THEN 1 ELSE 0 END) = 1")), exact && one.exact
		}
		return in.in(rule.In{X: rule.Elem{}, Values: c.Values, Fold: c.Fold})
	})
	if q.sql == "" || !exact {
		return cond{frag: s.hasElements(l).frag}
	}
	return s.owns(l, cat(q, " GROUP BY ", by, " HAVING ", and(each...)), true)
}

// listLength is the number of elements, missing where there are none; ok is false but for
// a list of the contact's.
func (s scope) listLength(l *list) (n num, ok bool) {
	if l.owner != s.families[contacts] {
		return num{}, false
	}
	key := s.listKey(l)
	j, ok := s.joinOnce(fmt.Sprintf("length %q %v", l.names, l.col), rule.Events{}, func() (frag, bool) {
		q, _, _ := s.rowsWhere(l, false, func(scope) cond { return exactly(always()) })
		k, end := frag{sql: "u.k"}, frag{sql: " GROUP BY u.k"}
		if key.sql == s.key.sql {
			k, end = s.groupByContact()
		}
		return cat("SELECT ", k, " AS k, COUNT(*) AS v FROM (", q, ") u", end), q.sql != ""
	})
	if ok && key.sql != s.key.sql {
		s.joins[slices.IndexFunc(s.joins, func(of join) bool { return of.alias == j.alias })].on = key
	}
	return num{frag: s.value(j), digits: countDigits}, ok
}
