package segment

import "slices"

// The order of tests. The parts of an AND or OR may be looked at in any order:
// no test changes anything, and none fails. So those go first that are cheap
// whatever the contact; among equals the order stays as it was written, since
// who writes a rule often puts first what decides most.

// A cost says roughly what a test takes.
type cost uint8

const (
	costPlace  cost = iota // one value compared
	costSearch             // the length of a text or list
	costWork               // arithmetic, calendars, patterns
	costMany               // events, elements, other blocks
)

// cheapFirst returns the condition with the parts of each group in order of cost,
// and the cost of its dearest part.
func cheapFirst(c Condition) (Condition, cost) {
	switch c := c.(type) {
	case And:
		parts, n := orderedParts(c)
		return And(parts), n
	case Or:
		parts, n := orderedParts(c)
		return Or(parts), n
	case Not:
		part, n := cheapFirst(c.C)
		return Not{part}, n
	}
	return c, costOf(c)
}

// orderedParts are the parts of a group by cost, and the cost of the dearest.
func orderedParts(cs []Condition) ([]Condition, cost) {
	type priced struct {
		c Condition
		n cost
	}
	parts, dearest := make([]priced, len(cs)), costPlace
	for i, c := range cs {
		parts[i].c, parts[i].n = cheapFirst(c)
		dearest = max(dearest, parts[i].n)
	}
	slices.SortStableFunc(parts, func(a, b priced) int { return int(a.n) - int(b.n) })
	out := make([]Condition, len(parts))
	for i, p := range parts {
		out[i] = p.c
	}
	return out, dearest
}

// costOf is the cost of a condition that is no group.
func costOf(c Condition) cost {
	switch c := c.(type) {
	case Compare:
		return max(costOfExpr(c.Left), costOfExpr(c.Right))
	case Between:
		return max(costOfExpr(c.X), costOfExpr(c.Lo), costOfExpr(c.Hi))
	case In:
		return costOfExpr(c.X)
	case IsNull:
		return costOfExpr(c.X)
	case Like:
		return costOfExpr(c.X)
	case When:
		return costOfExpr(c.X)
	case IsBlank:
		return max(costSearch, costOfExpr(c.X))
	case Contains:
		return max(costSearch, costOfExpr(c.X))
	case InList, InSegment:
		return costSearch
	case Matches, InCIDR:
		return costWork
	}
	return costMany
}

// costOfExpr is the cost of a value.
func costOfExpr(e Expr) cost {
	switch e := e.(type) {
	case Joined:
		return costSearch
	case Metric:
		return costMany
	case Calculated:
		return costOfExpr(e.X)
	case Arith:
		n := max(costOfExpr(e.Left), costOfExpr(e.Right))
		if now, ok := e.Left.(Call); ok && now.Fn == FnNow {
			return n // NOW - 30 days
		}
		return max(costWork, n)
	case Call:
		if len(e.Args) == 0 {
			return costPlace
		}
		n := costWork
		if e.Fn == FnUnix {
			n = costPlace
		}
		for _, a := range e.Args {
			n = max(n, costOfExpr(a))
		}
		return n
	}
	return costPlace
}
