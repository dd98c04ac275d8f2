package segmenttest

import (
	"maps"
	"slices"

	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// How a failing case is made small: conditions lose parts, expressions become constants,
// contacts lose fields and events, histories lose calls, as long as the law still fails.

// stream makes a gopter.Shrink of candidates.
func stream[T any](candidates []T) gopter.Shrink {
	return func() (any, bool) {
		if len(candidates) == 0 {
			return nil, false
		}
		next := candidates[0]
		candidates = candidates[1:]
		return next, true
	}
}

func shrinkCondition(v any) gopter.Shrink { return stream(smaller(v.(segment.Condition))) }
func shrinkContact(v any) gopter.Shrink   { return stream(lesser(v.(segment.Record))) }

func shrinkCase(v any) gopter.Shrink {
	c := v.(Case)
	var out []Case
	for _, cond := range smaller(c.Condition) {
		out = append(out, Case{cond, c.Contact, c.At})
	}
	for _, x := range lesser(c.Contact) {
		out = append(out, Case{c.Condition, x, c.At})
	}
	return stream(out)
}

// smaller returns conditions that are simpler: the conditions within it first, then
// it with one thing less, or with a part that is simpler.
func smaller(c segment.Condition) (out []segment.Condition) {
	if _, each := c.(rule.Each); !each { // what is asked of an element says nothing of a contact
		rule.Visitor{
			Condition: func(c segment.Condition) bool {
				out = append(out, c)
				return true
			},
			Events: func(rule.Events) bool { return true }, // nor what is asked of an event
		}.Visit(c)
	}
	return slices.Concat(out, fewer(c), simplerParts(c))
}

// fewer returns the condition with fewer conditions, values or steps.
func fewer(c segment.Condition) (out []segment.Condition) {
	switch c := c.(type) {
	case rule.And:
		return oneLess(c, func(cs []segment.Condition) segment.Condition { return rule.And(cs) })
	case rule.Or:
		return oneLess(c, func(cs []segment.Condition) segment.Condition { return rule.Or(cs) })
	case rule.Count:
		return oneLess(c.Of, func(cs []segment.Condition) segment.Condition {
			return rule.Count{Quantity: c.Quantity, K: min(c.K, len(cs)), Of: cs}
		})
	case rule.In:
		if len(c.Values) > 1 {
			out = append(out, rule.In{X: c.X, Values: c.Values[:1], Fold: c.Fold}, rule.In{X: c.X, Values: c.Values[1:], Fold: c.Fold})
		}
	case rule.Sequence:
		if c.Window.Kind != rule.WindowAll {
			out = append(out, rule.Sequence{Steps: c.Steps})
		}
		if len(c.Steps) > 2 {
			out = append(out, rule.Sequence{Steps: c.Steps[1:], Window: c.Window})
		}
	}
	return out
}

func oneLess(cs []segment.Condition, wrap func([]segment.Condition) segment.Condition) (out []segment.Condition) {
	for i := range cs {
		if len(cs) > 2 {
			out = append(out, wrap(slices.Delete(slices.Clone(cs), i, i+1)))
		}
	}
	return out
}

// simplerParts returns the condition with one of its parts simpler.
func simplerParts(c segment.Condition) (out []segment.Condition) {
	parts := 0
	rule.Visitor{
		Condition: func(part segment.Condition) bool {
			for _, s := range smaller(part) {
				out = append(out, replaced(c, parts, s, nil))
			}
			parts++
			return true
		},
		Expr: func(part rule.Expr) bool {
			for _, s := range simpler(part) {
				out = append(out, replaced(c, parts, nil, s))
			}
			parts++
			return true
		},
	}.Visit(c)
	return out
}

// replaced is the condition with another part at the place i, which is a condition
// or an expression.
func replaced(c segment.Condition, i int, condition segment.Condition, expr rule.Expr) segment.Condition {
	at := -1
	return rule.Rewriter{
		Condition: func(part segment.Condition) segment.Condition {
			if at++; at == i {
				return condition
			}
			return part
		},
		Expr: func(part rule.Expr) rule.Expr {
			if at++; at == i {
				return expr
			}
			return part
		},
	}.Rewrite(c)
}

// simpler returns expressions that are simpler.
func simpler(e rule.Expr) (out []rule.Expr) {
	m, ok := e.(rule.Metric)
	if !ok {
		rule.Visitor{Expr: func(e rule.Expr) bool {
			out = append(out, e)
			return true
		}}.VisitExpr(e)
		return out
	}
	with := func(e rule.Events, w rule.Window) {
		m.Events, m.Window = e, w
		out = append(out, m)
	}
	events, window := m.Events, m.Window
	if events.Where != nil {
		with(rule.Events{Names: events.Names}, window)
		for _, where := range smaller(events.Where) {
			with(rule.Events{Names: events.Names, Where: where}, window)
		}
	}
	if window.Kind != rule.WindowAll {
		with(events, rule.Window{})
	}
	if len(events.Names) > 1 {
		with(rule.Events{Names: events.Names[:1], Where: events.Where}, window)
	}
	return out
}

// lesser returns contacts of which less is known.
func lesser(c segment.Record) (out []segment.Record) {
	if len(c.Fields) > 1 {
		none := c
		none.Fields = nil
		out = append(out, none)
	}
	for i := range c.Log {
		less := c
		less.Log = slices.Delete(slices.Clone(c.Log), i, i+1)
		out = append(out, less)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Fields)) {
		less := c
		less.Fields = without(c.Fields, name)
		out = append(out, less)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Lists)) {
		less := c
		less.Lists = without(c.Lists, name)
		out = append(out, less)
	}
	for _, path := range slices.Sorted(maps.Keys(c.Changes)) {
		less := c
		less.Changes = without(c.Changes, path)
		out = append(out, less)
	}
	if len(c.Segments) > 0 {
		less := c
		less.Segments = nil
		out = append(out, less)
	}
	return out
}

func without[V any](m map[string]V, name string) map[string]V {
	m = maps.Clone(m)
	delete(m, name)
	return m
}
