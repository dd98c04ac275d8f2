package sqlgen

import (
	"slices"
	"strings"
)

// A frag is a piece of SQL. A NUL stands for each placeholder, and args has
// their values in the same order, so pieces are put together by writing one
// behind the other.
//
// As a condition a frag is true or not: NULL counts as false. That is what
// WHERE, AND, OR and CASE make of it, so that positive tests need no guard and
// can use an index; only a negation asks the dialect for [dialect.notTrue].
type frag struct {
	sql  string
	args []arg
}

// An arg is the value of a placeholder, and the SQL type it is sent as.
type arg struct {
	value any
	typ   argType
	scale int // of a decimal
}

// hold is a placeholder with its value.
func hold(value any, typ argType) frag {
	return frag{mark, []arg{{value: value, typ: typ}}}
}

func text(s string) frag   { return hold(s, argText) }
func integer(i int64) frag { return hold(i, argInt) }

type argType uint8

const (
	argText argType = iota
	argInt
	argDecimal // a text such as 12.50
	argFloat
	argTime
	argDate
)

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
	return frag{b.String(), args}
}

// joined writes pieces with a separator between them.
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

func always() frag { return frag{sql: "TRUE"} }
func never() frag  { return frag{sql: "FALSE"} }

func (f frag) always() bool { return f.sql == "TRUE" }
func (f frag) never() bool  { return f.sql == "FALSE" }

func truth(b bool) frag {
	if b {
		return always()
	}
	return never()
}

// and holds if all pieces do.
func and(parts ...frag) frag {
	var kept []frag
	for _, p := range parts {
		switch {
		case p.never():
			return never()
		case !p.always():
			kept = append(kept, p)
		}
	}
	switch len(kept) {
	case 0:
		return always()
	case 1:
		return kept[0]
	}
	return grouped(" AND ", kept)
}

// mostInGroup is how many pieces stand side by side. To some parsers each is a
// level deeper than the one before, and SQLite refuses a thousand levels.
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

// or holds if any piece does.
func or(parts ...frag) frag {
	var kept []frag
	for _, p := range parts {
		switch {
		case p.always():
			return always()
		case !p.never():
			kept = append(kept, p)
		}
	}
	switch len(kept) {
	case 0:
		return never()
	case 1:
		return kept[0]
	}
	return grouped(" OR ", kept)
}

// A cond is a condition as SQL. Where it is not exact, it is true of more
// contacts than the rule is: those must be decided in Go.
type cond struct {
	frag
	exact bool
	// inverse, if not nil, is a negation that the database plans better than that
	// of frag.
	inverse *frag
}

func exactly(f frag) cond { return cond{frag: f, exact: true} }

// undecided is a condition that the database cannot decide.
func undecided() cond { return cond{frag: always()} }

// both holds if all conditions do.
func both(cs ...cond) cond {
	c := exactly(always())
	for _, one := range cs {
		c = cond{frag: and(c.frag, one.frag), exact: c.exact && one.exact}
	}
	return c
}
