package shopify

import (
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Anniversaries in Shopify's language: the days of later years with the month and day of a
// date. Beside a day with its year, only month and day count.

// anniversary reads anniversary(date: 'field') with a test, or anniversary() MATCHES (date = …,
// attribute = 'field').
func (q *shopify) anniversary(at *source.Node) rule.Condition {
	if !q.Expect("(") {
		return nil
	}
	name, days := "", rule.Field("date")
	var c rule.Condition
	if !q.Sign(")") {
		if (q.Says("date") || q.Says("attribute")) && !q.Sign(":") {
			q.Expect("=")
		}
		name = q.Take().Text
		q.Expect(")")
	}
	switch negative := q.Says("NOT", "MATCHES"); {
	case negative || q.Says("MATCHES"):
		q.Expect("(")
		for begun := false; !q.Follows(")") && (!begun || q.Sign(",")); begun = true {
			switch {
			case q.Says("attribute"):
				q.Expect("=")
				name = q.Take().Text
			case q.Saying("date"):
				c = q.test(q.Here(q.Take()), days)
			default:
				q.Wrong("date or attribute is expected here")
			}
		}
		q.Expect(")")
		if negative {
			c = build.Not(c)
		}
	default:
		c = q.test(at, days)
	}
	if q.Told > 0 || c == nil {
		return nil
	}
	f, ok := q.attribute(at, name)
	if !ok {
		return nil
	}
	return q.recurring(at, f, c)
}

// recurring is a test of a date as one of its anniversary, of whichever year.
func (q *shopify) recurring(at *source.Node, x rule.Expr, c rule.Condition) rule.Condition {
	day := rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{x}}
	switch c := c.(type) {
	case rule.Not:
		return build.Not(q.recurring(at, x, c.C))
	case rule.IsNull:
		return rule.IsNull{X: x}
	case rule.Compare:
		if v, ok := c.Right.(rule.Value); ok {
			if key, ok := dayOfYear(v); ok {
				return build.Compare(dayKey(x), c.Op, key)
			}
		}
		return build.Compare(day, c.Op, c.Right)
	case rule.Between:
		lo, isDate := c.Lo.(rule.Value)
		hi, isDate2 := c.Hi.(rule.Value)
		if isDate && isDate2 {
			from, ok := dayOfYear(lo)
			to, ok2 := dayOfYear(hi)
			if ok && ok2 {
				if i, _ := from.Int(); i > intOf(to) { // over the turn of the year
					return rule.Or{build.Compare(dayKey(x), rule.OpGe, from), build.Compare(dayKey(x), rule.OpLe, to)}
				}
				return rule.Between{X: dayKey(x), Lo: from, Hi: to}
			}
		}
		return rule.Between{X: day, Lo: c.Lo, Hi: c.Hi}
	}
	return q.Fail(at, rule.ErrSyntax, "an anniversary is compared with a day, or BETWEEN two")
}

// dayKey is month and day of a date as one number, 1231 for 31 December.
func dayKey(x rule.Expr) rule.Expr {
	month := rule.Arith{Op: rule.ArithMul, Left: rule.Call{Fn: rule.FnMonth, Args: []rule.Expr{x}}, Right: rule.Int(100)}
	return rule.Arith{Op: rule.ArithAdd, Left: month, Right: rule.Call{Fn: rule.FnDay, Args: []rule.Expr{x}}}
}

// dayOfYear is dayKey of a constant: the year does not count.
func dayOfYear(v rule.Value) (rule.Value, bool) {
	if v.Kind() != rule.KindDate {
		return v, false
	}
	_, m, d := v.Date()
	return rule.Int(int64(m)*100 + int64(d)), true
}

func intOf(v rule.Value) int64 { i, _ := v.Int(); return i }
