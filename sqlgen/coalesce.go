package sqlgen

import (
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// COALESCE is written as the cases that it stands for: `COALESCE(score, 0) < 10` is
//
//	score < 10 OR score IS NULL AND 0 < 10
//
// So no database has to find one type for all arguments, each value is compared as it is
// anywhere else, by an index too, and it is missing where a rule says so: NaN, JSON's null.

// mostCases bounds how many cases a test is written as: COALESCE(a, 0) + COALESCE(b, 0) has
// four.
const mostCases = 16

// coalesced is a test as the cases of the first COALESCE in it. It has none if found is
// false; ok is false if it is left to Go: where it has too many cases, and where one of
// several anniversaries might be looked at instead of that of this year.
func coalesced(c segment.Condition) (cases segment.Condition, found, ok bool) {
	var first rule.Call
	n, yearly := 1, false
	for _, e := range rule.Operands(c) {
		n = min(n*casesOf(e), mostCases+1)
		outsideMetrics(e, func(e rule.Expr) {
			call, is := e.(rule.Call)
			if !is || call.Fn != rule.FnCoalesce || rule.IsConstant(e) {
				return
			}
			yearly = yearly || hasAnniversary(call)
			if !found {
				first, found = call, true
			}
		})
	}
	if !found {
		return nil, false, false
	}
	if n > mostCases || yearly {
		return nil, true, false
	}
	if _, is := c.(rule.IsNull); is && rule.EqualExpr(plain(c.(rule.IsNull).X), first) {
		var all rule.And
		for _, arg := range first.Args {
			all = append(all, rule.IsNull{X: arg})
		}
		return all, true, true
	}
	var some rule.Or
	var before rule.And // all that stands before an argument is missing
	for i, arg := range first.Args {
		test := append(slices.Clone(before), withArgument(c, first, arg))
		v, constant := arg.(segment.Value)
		last := i == len(first.Args)-1 || constant && !v.IsNull()
		if !last && !failsOfMissing(c, first) {
			test = append(test, rule.Not{C: rule.IsNull{X: arg}})
		}
		if some = append(some, test); last {
			break
		}
		before = append(before, rule.IsNull{X: arg})
	}
	return some, true, true
}

// outsideMetrics calls f for the parts of an expression, but for what is within aggregates.
func outsideMetrics(e rule.Expr, f func(rule.Expr)) {
	f(e)
	if _, ok := e.(rule.Metric); ok {
		return
	}
	rule.Visitor{Expr: func(e rule.Expr) bool {
		outsideMetrics(e, f)
		return true
	}}.VisitExpr(e)
}

// casesOf is how many cases an expression has.
func casesOf(e rule.Expr) int {
	n := 1
	if rule.IsConstant(e) {
		return n
	}
	if call, ok := e.(rule.Call); ok && call.Fn == rule.FnCoalesce {
		n = 0
		for _, arg := range call.Args {
			n += casesOf(arg)
		}
		return min(n, mostCases+1)
	}
	if _, ok := e.(rule.Metric); ok {
		return 1
	}
	rule.Visitor{Expr: func(e rule.Expr) bool {
		n = min(n*casesOf(e), mostCases+1)
		return true
	}}.VisitExpr(e)
	return n
}

func hasAnniversary(e rule.Expr) (has bool) {
	rule.WalkExpr(e, func(e rule.Expr) {
		call, ok := e.(rule.Call)
		has = has || ok && call.Fn == rule.FnAnniversary
	})
	return has
}

// withArgument is a test with an expression in the place of another, outside of aggregates.
func withArgument(c segment.Condition, old rule.Call, with rule.Expr) segment.Condition {
	var r rule.Rewriter
	r.Expr = func(e rule.Expr) rule.Expr {
		switch {
		case rule.EqualExpr(e, old):
			return with
		case e == nil:
			return nil
		}
		if _, ok := e.(rule.Metric); ok {
			return e
		}
		return r.RewriteExpr(e)
	}
	return r.Rewrite(c)
}

// failsOfMissing reports whether a test is false where its value is missing: then it need
// not be asked whether there is one.
func failsOfMissing(c segment.Condition, x rule.Call) bool {
	switch c := c.(type) {
	case rule.Compare:
		return missingWith(c.Left, x) || missingWith(c.Right, x)
	case rule.Between:
		return missingWith(c.X, x)
	case rule.When:
		return missingWith(c.X, x)
	case rule.Like:
		return missingWith(c.X, x)
	case rule.In:
		return missingWith(c.X, x) && !slices.ContainsFunc(c.Values, segment.Value.IsNull)
	}
	return false
}

// missingWith reports whether an expression is missing where x is.
func missingWith(e rule.Expr, x rule.Call) bool {
	if rule.EqualExpr(e, x) {
		return true
	}
	switch e := e.(type) {
	case rule.Calculated:
		return missingWith(e.X, x)
	case rule.Arith:
		return missingWith(e.Left, x) || missingWith(e.Right, x)
	case rule.Call:
		return e.Fn != rule.FnCoalesce && len(e.Args) > 0 && missingWith(e.Args[0], x)
	}
	return false
}
