package shopify

import (
	"time"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// MATCHES in Shopify's language: what is asked of one event or object, of how many there are,
// and of the sums over all of them, with the window that tests of the date make.

// matches reads [NOT] MATCHES (parameter operator value, …).
func (q *shopify) matches(at *source.Node, name, event string) rule.Condition {
	negative := q.Says("NOT", "MATCHES") || q.Says("NOT_MATCHES")
	switch {
	case negative || q.Says("MATCHES"):
	case q.Says("IS", "NULL"):
		negative = true
		return q.matching(at, name, event, nil, nil, nil, negative)
	case q.Says("IS", "NOT", "NULL"):
		return q.matching(at, name, event, nil, nil, nil, false)
	default:
		q.Wrong("MATCHES or NOT MATCHES is expected here")
		return nil
	}
	if !q.Expect("(") {
		return nil
	}
	var where, when []rule.Condition
	totals := map[string][]rule.Condition{}
	var order []string
	told := len(q.Losses)
	for begun := false; !q.Follows(")") && (!begun || q.Sign(",") || q.Says("AND")); begun = true {
		t := q.Take()
		if t.Kind != source.WordToken {
			q.Next--
			q.Wrong("a parameter is expected here, such as id or date")
			return nil
		}
		f, ok := q.Field(q.Here(t), t.Text)
		c := q.test(q.Here(t), f)
		switch {
		case c == nil || !ok:
		case t.Text == "date" && event != "":
			when = append(when, c)
		case t.Text == "count" || t.Text == "sum_quantity" || t.Text == "sum_amount":
			if totals[t.Text] == nil {
				order = append(order, t.Text)
			}
			totals[t.Text] = append(totals[t.Text], c)
		default:
			where = append(where, c)
		}
	}
	if !q.Expect(")") {
		return nil
	}
	w, ok := q.window(at, when)
	if !ok || len(q.Losses) > told {
		return nil
	}
	var of []rule.Condition
	for _, total := range order {
		of = append(of, q.total(total, event, build.All(where...), w, totals[total])...)
	}
	if event == "" && len(of) > 0 {
		return q.Omit(at, source.NeedListSum, "count and sums of %s", name)
	}
	return q.matching(at, name, event, where, &w, of, negative)
}

// matching holds if there is such an event or object, or if the totals over all of them hold.
func (q *shopify) matching(at *source.Node, name, event string, where []rule.Condition, w *rule.Window, totals []rule.Condition, negative bool) rule.Condition {
	var c rule.Condition
	if w == nil {
		w = &rule.Window{}
	}
	switch {
	case event == "":
		f := rule.Field(name)
		q.Named(at, name)
		if len(where) == 0 {
			c = build.Compare(rule.Call{Fn: rule.FnLength, Args: []rule.Expr{f}}, rule.OpGe, rule.Int(1))
		} else {
			c = build.AnElement(f, build.All(where...))
		}
	case len(totals) > 0:
		c = build.All(totals...)
	default:
		e := build.Events(q.Named(at, event), build.All(where...))
		if negative {
			return build.Never(e, *w)
		}
		return build.Did(e, *w)
	}
	q.Named(at, event)
	if negative {
		return build.Not(c)
	}
	return c
}

// total is what is asked of the number of events, or of the sum of a property.
func (q *shopify) total(name, event string, where rule.Condition, w rule.Window, tests []rule.Condition) []rule.Condition {
	m := build.CountOf(build.Events(event, where), w)
	if name != "count" {
		m.Agg, m.Prop = rule.AggSum, rule.Field(name[len("sum_"):])
	}
	var out []rule.Condition
	for _, c := range tests {
		swap := rule.Rewriter{Expr: func(e rule.Expr) rule.Expr {
			if e == rule.Expr(rule.Field(name)) {
				return m
			}
			return e
		}}
		swap.Condition = func(c rule.Condition) rule.Condition { return swap.Rewrite(c) }
		out = append(out, swap.Rewrite(c))
	}
	return out
}

// window is the window that tests of the date make: whole days, so after a day is from the
// day behind it on.
func (q *shopify) window(at *source.Node, tests []rule.Condition) (w rule.Window, ok bool) {
	var from, to rule.Expr // the first day, and the last
	froms, tos := 0, 0
	for _, c := range tests {
		switch c := c.(type) {
		case rule.Compare:
			if c.Op == rule.OpEq || c.Op == rule.OpGe || c.Op == rule.OpGt {
				if from, froms = c.Right, froms+1; c.Op == rule.OpGt {
					from = nextDay(from, 1)
				}
			}
			if c.Op == rule.OpEq || c.Op == rule.OpLe || c.Op == rule.OpLt {
				if to, tos = c.Right, tos+1; c.Op == rule.OpLt {
					to = nextDay(to, -1)
				}
			}
		case rule.Between:
			from, to, froms, tos = c.Lo, c.Hi, froms+1, tos+1
		default:
			q.Omit(at, source.NeedEventTime, "events on other days than some, or without a date")
			return w, false
		}
	}
	if froms > 1 || tos > 1 {
		q.Omit(at, source.NeedEventTime, "several bounds of the date on one side")
		return w, false
	}
	switch {
	case from == nil && to == nil:
		return w, true
	case to == nil:
		return build.Since(from), true
	case from == nil:
		return build.Before(nextDay(to, 1)), true
	}
	if v, ok := to.(rule.Value); ok && v.Kind() == rule.KindTime {
		to = nextDay(to, 1)
	}
	return build.Between(from, to), true
}

// nextDay is a day moved by a few; an instant by as many nanoseconds, which is the next instant.
func nextDay(x rule.Expr, by int64) rule.Expr {
	switch d := x.(type) {
	case rule.Value:
		if d.Kind() == rule.KindTime {
			return rule.Time(d.Time().Add(time.Duration(by)))
		}
		if d.Kind() == rule.KindDate {
			y, m, day := d.Date()
			return rule.Date(y, m, day+int(by))
		}
	case rule.Call:
		return build.Shifted(x, rule.Span{N: by, Unit: rule.UnitDay})
	case rule.Arith:
		if s, ok := d.Right.(rule.Span); ok && s.Unit == rule.UnitDay {
			if d.Op == rule.ArithSub {
				s.N = -s.N
			}
			return build.Shifted(d.Left, rule.Span{N: s.N + by, Unit: rule.UnitDay})
		}
		return build.Shifted(x, rule.Span{N: by, Unit: rule.UnitDay})
	}
	return x
}
