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

// rowsWhere writes a query of the owners, called k, of each element for which a condition
// holds. valued says that the condition is false of an element without a value.
func (s scope) rowsWhere(l *list, valued bool, test func(in scope) cond) (q frag, c cond) {
	f := &family{of: l.names[len(l.names)-1], kin: make(map[string]string)}
	var from, key frag
	where := always()
	before := &family{}
	for i, name := range l.names {
		f.alias = s.alias("r")
		rows, count := s.relatedRows(name, f.alias)
		if i == 0 {
			from, key = rows, s.keyOf(name, f.alias)
			where = and(s.ofOwner(s.tables.Related[name], key), count)
		} else {
			from = cat(from, " JOIN ", rows, " ON ", and(cat(s.keyOf(name, f.alias), " = ", s.ownerOf(before, name)), count))
		}
		before = &family{of: name, alias: f.alias}
	}
	s.families[f.alias] = f
	in, there, ok := s.inElement(l, f.alias)
	if !ok {
		return frag{}, undecided()
	}
	if c = test(in); valued {
		there = always()
	}
	where = and(where, there, c.frag)
	return cat("SELECT ", key, " AS k FROM ", from, s.kinOf(f, where), whereClause(where)), c
}

// inElement is the scope of a condition about an element, and holds where there is one.
func (s scope) inElement(l *list, alias string) (in scope, there frag, ok bool) {
	in = s
	in.inner, in.elem, in.written = true, nil, nil
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

// anyElement holds if a condition does of an element.
func (s scope) anyElement(l *list, valued bool, test func(in scope) cond) cond {
	q, c := s.rowsWhere(l, valued, test)
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
	if strings.HasPrefix(inverse.sql, key.sql) { // NOT IN is NULL of a key that is NULL
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
	return s.anyElement(l, false, func(scope) cond { return exactly(always()) })
}

// listElements writes ANY, ALL, NO and AT LEAST k of a list.
func (s scope) listElements(l *list, c rule.Each) cond {
	test := func(in scope) cond { return in.cond(c.C) }
	valued := falseOfMissing(c.C)
	switch c.Quantifier {
	case rule.QuantifierAny:
		return s.anyElement(l, valued, test)
	case rule.QuantifierNone:
		return s.not(s.anyElement(l, valued, test))
	case rule.QuantifierAll:
		// There is one, and none of which the condition does not hold.
		exact := true
		fails := s.anyElement(l, false, func(in scope) cond {
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
			return s.anyElement(l, valued, test)
		}
		return exactly(always())
	}
	q, one := s.rowsWhere(l, valued, test)
	switch {
	case q.sql == "":
		return undecided()
	case one.never():
		return one
	}
	return s.owns(l, cat("SELECT u.k AS k FROM (", q, ") u GROUP BY u.k HAVING COUNT(*) >= ", integer(int64(c.K))), one.exact)
}

// falseOfMissing reports whether a condition about an element is certainly false of one
// without a value.
func falseOfMissing(c segment.Condition) bool {
	switch c := c.(type) {
	case rule.Compare:
		_, elem := c.Left.(rule.Elem)
		return elem && isConstant(c.Right)
	case rule.In:
		_, elem := c.X.(rule.Elem)
		return elem
	}
	return false
}

// listContains writes CONTAINS of a list.
func (s scope) listContains(l *list, c rule.Contains) cond {
	isOneOf := func(vs ...segment.Value) cond {
		return s.anyElement(l, true, func(in scope) cond {
			if len(vs) == 1 {
				return in.compare(rule.Compare{Left: rule.Elem{}, Op: rule.OpEq, Right: vs[0], Fold: c.Fold})
			}
			return in.in(rule.In{X: rule.Elem{}, Values: vs, Fold: c.Fold})
		})
	}
	if c.Mode == rule.ContainsAny {
		return isOneOf(c.Values...)
	}
	all := []cond{s.hasElements(l)}
	for i, v := range c.Values {
		if i == 0 {
			all = nil
		}
		all = append(all, isOneOf(v))
	}
	return both(all...)
}

// listLength is the number of elements, missing where there are none; ok is false but for
// a list of the contact's.
func (s scope) listLength(l *list) (n num, ok bool) {
	if l.owner != s.families[contacts] {
		return num{}, false
	}
	key := s.listKey(l)
	j, ok := s.joinOnce(fmt.Sprintf("length %q %v", l.names, l.col), rule.Events{}, func() (frag, bool) {
		q, _ := s.rowsWhere(l, false, func(scope) cond { return exactly(always()) })
		k, end := frag{sql: "u.k"}, frag{sql: " GROUP BY u.k"}
		if key.sql == s.key.sql {
			k, end = s.groupByContact()
		}
		return cat("SELECT ", k, " AS k, COUNT(*) AS v FROM (", q, ") u", end), q.sql != ""
	})
	if ok && key.sql != s.key.sql {
		s.joins[slices.IndexFunc(s.joins, func(one join) bool { return one.alias == j.alias })].on = key
	}
	return num{frag: s.value(j), digits: countDigits}, ok
}
