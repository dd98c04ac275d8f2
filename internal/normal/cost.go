package normal

import (
	"slices"

	"github.com/segmentrules/segment/rule"
)

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

// CheapFirst returns the condition with the parts of each group in order of cost,
// and the cost of its dearest part.
func CheapFirst(c rule.Condition) (rule.Condition, cost) {
	switch c := c.(type) {
	case rule.And:
		parts, n := orderedParts(c)
		return rule.And(parts), n
	case rule.Or:
		parts, n := orderedParts(c)
		return rule.Or(parts), n
	case rule.Not:
		part, n := CheapFirst(c.C)
		return rule.Not{C: part}, n
	}
	return c, costOf(c)
}

// orderedParts are the parts of a group by cost, and the cost of the dearest.
func orderedParts(cs []rule.Condition) ([]rule.Condition, cost) {
	type priced struct {
		c rule.Condition
		n cost
	}
	parts, dearest := make([]priced, len(cs)), costPlace
	for i, c := range cs {
		parts[i].c, parts[i].n = CheapFirst(c)
		dearest = max(dearest, parts[i].n)
	}
	slices.SortStableFunc(parts, func(a, b priced) int { return int(a.n) - int(b.n) })
	out := make([]rule.Condition, len(parts))
	for i, p := range parts {
		out[i] = p.c
	}
	return out, dearest
}

// costOf is the cost of a condition that is no group.
func costOf(c rule.Condition) cost {
	switch c := c.(type) {
	case rule.Compare:
		return max(costOfExpr(c.Left), costOfExpr(c.Right))
	case rule.Between:
		return max(costOfExpr(c.X), costOfExpr(c.Lo), costOfExpr(c.Hi))
	case rule.In:
		return costOfExpr(c.X)
	case rule.IsNull:
		return costOfExpr(c.X)
	case rule.Like:
		return costOfExpr(c.X)
	case rule.When:
		return costOfExpr(c.X)
	case rule.IsBlank:
		return max(costSearch, costOfExpr(c.X))
	case rule.Contains:
		return max(costSearch, costOfExpr(c.X))
	case rule.InList, rule.InSegment:
		return costSearch
	case rule.Matches, rule.InCIDR:
		return costWork
	}
	return costMany
}

// costOfExpr is the cost of a value.
func costOfExpr(e rule.Expr) cost {
	switch e := e.(type) {
	case rule.Joined:
		return costSearch
	case rule.Metric:
		return costMany
	case rule.Calculated:
		return costOfExpr(e.X)
	case rule.Arith:
		n := max(costOfExpr(e.Left), costOfExpr(e.Right))
		if now, ok := e.Left.(rule.Call); ok && now.Fn == rule.FnNow {
			return n // NOW - 30 days
		}
		return max(costWork, n)
	case rule.Call:
		if len(e.Args) == 0 {
			return costPlace
		}
		n := costWork
		if e.Fn == rule.FnUnix || e.Fn >= rule.FnTime {
			n = costPlace
		}
		for _, a := range e.Args {
			n = max(n, costOfExpr(a))
		}
		return n
	}
	return costPlace
}
