package sqlgen

import (
	"slices"

	"github.com/segmentrules/segment/rule"
)

// Some columns hold values that no rule has: 'infinity' and NaN in PostgreSQL, the day
// 0000-00-00 in MariaDB. To a rule they are missing. Other columns compare in a way of
// their own: a citext without case. So a column is read as its proper value, which is
// NULL or of another type where it must be. A comparison with a constant takes the
// column as it is stored, so that an index can be used, and leaves out what is no value
// by a condition of its own: seen > $1 AND seen < 'infinity'.

// valueDialect tells which values of a column a rule has.
type valueDialect interface {
	// proper is a stored value as a rule has it, NULL if no rule has it. It is x itself
	// where all values of the type are such.
	proper(x frag, typ Type) frag
	// inside holds for the values that a rule has, of those for which comparisons of x
	// with constants hold. It is TRUE where the comparisons leave out all others.
	inside(x frag, typ Type, ops ...rule.Op) frag
	// absent holds where x is NULL or a value that no rule has.
	absent(x frag, typ Type) frag
}

// isTemporal reports whether a type is a day or an instant of the database's own.
func isTemporal(typ Type) bool { return typ == TypeDate || typ == TypeTimestamp || typ == TypeDatetime }

// openEnds are the comparisons of x with the least and the greatest of what is no value,
// where comparisons by ops leave that end open.
func openEnds(x frag, least, most string, ops []rule.Op) frag {
	upper, lower := always(), always()
	if !slices.ContainsFunc(ops, func(op rule.Op) bool { return op == rule.OpEq || op == rule.OpLt || op == rule.OpLe }) {
		upper = cat(x, " < "+most)
	}
	if !slices.ContainsFunc(ops, func(op rule.Op) bool { return op == rule.OpEq || op == rule.OpGt || op == rule.OpGe }) {
		lower = cat(x, " > "+least)
	}
	return and(lower, upper)
}

// asValue is a column as a term with its proper values.
func (t *translation) asValue(x frag, c Column) term {
	return term{frag: t.proper(x, c.Type), col: c, raw: x}
}

// textColumn is a column of texts that Tables names without a type, such as that with the
// names of events.
func (t *translation) textColumn(alias, name string) frag {
	return t.proper(t.column(alias, name), TypeText)
}

// asRaw is the term as the column holds it, where ok. That a term is not made of a
// column, but of what was computed from it, shows in another piece of SQL.
func (t *translation) asRaw(x term) (raw frag, ok bool) {
	return x.raw, x.raw.sql != "" && x.raw.sql != x.frag.sql && t.proper(x.raw, x.col.Type).sql == x.frag.sql
}

// certain is a term of rows of which another condition says that they have a value: it
// needs no test of its own.
func (t *translation) certain(x term) term {
	if raw, ok := t.asRaw(x); ok {
		x.frag = raw
	}
	return x
}

// A comparison is one with a constant.
type comparison struct {
	op rule.Op
	v  frag
}

// compared holds if a stored value fulfils all of several comparisons.
func (t *translation) compared(x term, cs ...comparison) frag {
	of, inside := x.frag, always()
	if raw, ok := t.asRaw(x); ok {
		ops := make([]rule.Op, len(cs))
		for i, c := range cs {
			ops[i] = c.op
		}
		of, inside = raw, t.inside(raw, x.col.Type, ops...)
	}
	var parts []frag
	for _, c := range cs {
		parts = append(parts, cat(of, opText(c.op), c.v))
	}
	return and(append(parts, inside)...)
}
