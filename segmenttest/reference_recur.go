package segmenttest

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// Anniversaries recur: `ANNIVERSARY(born) WITHIN NEXT 7 days` holds for that of the next
// year too. So the reference looks for turns with the anniversary of each year in the
// place of it.

// recurring returns the tests in a condition that have anniversaries of many years.
func recurring(c segment.Condition) (cs []segment.Condition) {
	switch c := c.(type) {
	case rule.Zoned:
		for _, inner := range recurring(c.C) {
			cs = append(cs, rule.Zoned{C: inner, Zone: c.Zone})
		}
		return cs
	case rule.And, rule.Or, rule.Not, rule.Count:
		rule.Visitor{Condition: func(c segment.Condition) bool {
			cs = append(cs, recurring(c)...)
			return true
		}}.Visit(c)
		return cs
	}
	if len(rule.Anniversaries(c)) > 0 {
		return []segment.Condition{c}
	}
	return nil
}

// turnsOfYears returns where the recurring tests turn, with the anniversaries of the
// years around the time from one instant to another.
func (r *naive) turnsOfYears(p *person, from, to time.Time, at []time.Time) (turns []time.Time) {
	for _, c := range r.marks.recurring {
		for year := from.Year() - 2; year <= to.Year()+2; year++ {
			for _, of := range computed(r.inYear(c, p, from, year)) {
				turns = append(turns, r.turns(of, p, from, at)...)
			}
		}
	}
	return turns
}

// inYear is the condition with the days that anniversaries have in a year. The dates they
// are of do not move, or move as others do.
func (r *naive) inYear(c segment.Condition, p *person, now time.Time, year int) segment.Condition {
	if z, ok := c.(rule.Zoned); ok {
		return rule.Zoned{C: r.inYear(z.C, p, now, year), Zone: z.Zone}
	}
	var replace func(e rule.Expr) rule.Expr
	inner := rule.Rewriter{Expr: func(e rule.Expr) rule.Expr { return replace(e) }}
	replace = func(e rule.Expr) rule.Expr {
		call, ok := e.(rule.Call)
		if !ok || call.Fn != rule.FnAnniversary || len(call.Args) == 0 {
			return inner.RewriteExpr(e)
		}
		d := segment.EvaluateExpr(rule.Call{Fn: rule.FnDate, Args: call.Args[:1]}, p, now.In(r.calendar))
		if d.IsNull() {
			return d
		}
		// A function keeps the comparison one that is computed.
		day := rule.DateValue(calendar.Anniversary(int64(d.Word()), year, call.LeapsForward()))
		return rule.Call{Fn: rule.FnDate, Args: []rule.Expr{day}}
	}
	return inner.Rewrite(c)
}
