package sqlgen

// Statements are put together from pieces: SQL text with the values of its
// placeholders. A value of the rule is never part of the text, so no text that a
// user types can change what a statement does.

import (
	"slices"
	"strconv"
	"strings"
)

// A frag is a piece of SQL. The character NUL, which no SQL has, stands for each
// placeholder, and args has their values in the same order. So pieces are put
// together by writing one behind the other; placeholders get their numbers at the
// very end.
//
// As a condition a frag is true or not: NULL counts as false. That is what
// WHERE, AND, OR and CASE make of it, so that positive tests need no guard and
// can use an index; only a negation asks the dialect for [dialect.notTrue].
type frag struct {
	sql  string
	args []arg
	// needs, if not empty, is a join without a row of which this condition is not true.
	needs string
}

// An arg is the value of a placeholder, and the SQL type it is sent as.
type arg struct {
	value any
	typ   argType
	scale int // of a decimal
	// once is the same for the copies of one argument, which a piece of SQL that is
	// written twice has.
	once *byte
}

// hold is a placeholder with its value.
func hold(value any, typ argType) frag {
	return frag{sql: mark, args: []arg{{value: value, typ: typ, once: new(byte)}}}
}

// text and integer are the arguments that are asked for most.
func text(s string) frag   { return hold(s, argText) }
func integer(i int64) frag { return hold(i, argInt) }

func itoa(n int) string { return strconv.Itoa(n) }

// An argType is the SQL type of an argument. PostgreSQL, DuckDB and ClickHouse
// want it said at the placeholder.
type argType uint8

const (
	argText argType = iota
	argInt
	argDecimal // a text such as 12.50
	argFloat
	argTime
	argDate
	argBool
	argDatetime // an instant without zone
	argUUID
	argLabel // of the type of what it is compared with, which the database knows
)

// mark is a placeholder that has no number yet.
const mark = "\x00"

// cat puts pieces together: each is a string of SQL or a frag.
func cat(parts ...any) frag {
	var b strings.Builder
	var args []arg
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b.WriteString(p)
		case frag:
			b.WriteString(p.sql)
			args = append(args, p.args...)
		}
	}
	return frag{sql: b.String(), args: args}
}

// withPlaceholders is the text of a piece, in which a function writes the placeholders,
// one after the other.
func (f frag) withPlaceholders(write func(a arg) string) string {
	var b strings.Builder
	for i, part := range strings.Split(f.sql, mark) {
		if i > 0 {
			b.WriteString(write(f.args[i-1]))
		}
		b.WriteString(part)
	}
	return b.String()
}

// separated writes pieces with a separator between them.
func separated(sep string, parts []frag) frag {
	all := make([]any, 0, 2*len(parts))
	for i, p := range parts {
		if i > 0 {
			all = append(all, sep)
		}
		all = append(all, p)
	}
	return cat(all...)
}

// always and never are the conditions that need no row to be decided. They are
// recognised by their text and vanish where they decide nothing.
func always() frag { return frag{sql: "TRUE"} }
func never() frag  { return frag{sql: "FALSE"} }

func (f frag) always() bool { return f.sql == "TRUE" }
func (f frag) never() bool  { return f.sql == "FALSE" }

// truth is a condition that was decided in Go.
func truth(b bool) frag {
	if b {
		return always()
	}
	return never()
}

// and holds if all pieces do.
func and(parts ...frag) frag { return combined(" AND ", always(), never(), parts) }

// or holds if any piece does.
func or(parts ...frag) frag { return combined(" OR ", never(), always(), parts) }

// combined writes pieces with an operator between them. A neutral piece says
// nothing (TRUE in an AND) and is left out; a decisive one (FALSE in an AND)
// decides all.
func combined(operator string, neutral, decisive frag, parts []frag) frag {
	var kept []frag
	for _, p := range parts {
		switch p.sql {
		case decisive.sql:
			return decisive
		case neutral.sql:
		default:
			kept = append(kept, p)
		}
	}
	switch len(kept) {
	case 0:
		return neutral
	case 1:
		return kept[0]
	}
	return grouped(operator, kept)
}

// mostInGroup is how many pieces stand side by side: SQLite reads a AND b AND c
// as (a AND b) AND c, a level for each piece, and refuses more than a thousand
// levels.
const mostInGroup = 64

// grouped writes pieces with an operator between them; of many it makes groups
// of groups.
func grouped(operator string, parts []frag) frag {
	for len(parts) > mostInGroup {
		var groups []frag
		for chunk := range slices.Chunk(parts, mostInGroup) {
			groups = append(groups, cat("(", separated(operator, chunk), ")"))
		}
		parts = groups
	}
	return cat("(", separated(operator, parts), ")")
}

// A cond is a condition as SQL. An exact one is true of the same contacts as the
// condition of the rule. One that is not exact is true of those and maybe of
// others: they are candidates, which Go decides.
type cond struct {
	frag
	exact bool
	// inverse, if not nil, is a way to write the negation that the database plans
	// better than NOT of frag: NOT EXISTS in the place of NOT IN.
	inverse *frag
	// ids, if not nil, is a query of the contacts for which it holds; known says that the
	// host promises that they all exist.
	ids   *frag
	known bool
	// contains, if not nil, is what the element contains of which this is a condition.
	contains *containment
	// predicate, if not empty, is the condition of an element as one of a path of JSON.
	predicate string
}

// A containment is a document, or a list or scalar, that an element contains if a
// condition holds of it. Where it is whole, the condition says no more than that.
type containment struct {
	doc   any
	whole bool
}

func exactly(f frag) cond { return cond{frag: f, exact: true} }

// undecided is a condition that the database cannot decide: all contacts are
// candidates.
func undecided() cond { return cond{frag: always()} }

// both holds if all conditions do.
func both(cs ...cond) cond {
	c := exactly(always())
	for _, one := range cs {
		c = cond{frag: and(c.frag, one.frag), exact: c.exact && one.exact}
	}
	return c
}
