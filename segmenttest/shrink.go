package segmenttest

import (
	"maps"
	"slices"

	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
)

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

// smaller returns conditions that are simpler: the parts of it first, then it
// with one part less, or with a part that is simpler.
func smaller(c segment.Condition) (out []segment.Condition) {
	switch c := c.(type) {
	case segment.And:
		return group(c, func(cs []segment.Condition) segment.Condition { return segment.And(cs) })
	case segment.Or:
		return group(c, func(cs []segment.Condition) segment.Condition { return segment.Or(cs) })
	case segment.Count:
		return group(c.Of, func(cs []segment.Condition) segment.Condition {
			return segment.Count{Quantity: c.Quantity, K: min(c.K, len(cs)), Of: cs}
		})
	case segment.Not:
		return one(c.C, func(in segment.Condition) segment.Condition { return segment.Not{C: in} })
	case segment.Zoned:
		return one(c.C, func(in segment.Condition) segment.Condition { return segment.Zoned{C: in, Zone: c.Zone} })
	case segment.Each:
		for _, in := range smaller(c.C) {
			c.C = in
			out = append(out, c)
		}
	case segment.Compare:
		for _, e := range simpler(c.Left) {
			out = append(out, segment.Compare{Left: e, Op: c.Op, Right: c.Right, Fold: c.Fold})
		}
		for _, e := range simpler(c.Right) {
			out = append(out, segment.Compare{Left: c.Left, Op: c.Op, Right: e, Fold: c.Fold})
		}
	case segment.In:
		if len(c.Values) > 1 {
			out = append(out, segment.In{X: c.X, Values: c.Values[:1], Fold: c.Fold}, segment.In{X: c.X, Values: c.Values[1:], Fold: c.Fold})
		}
	case segment.Sequence:
		if c.Window.Kind != segment.WindowAll {
			out = append(out, segment.Sequence{Steps: c.Steps})
		}
		if len(c.Steps) > 2 {
			out = append(out, segment.Sequence{Steps: c.Steps[1:], Window: c.Window})
		}
	}
	return out
}

func one(c segment.Condition, wrap func(segment.Condition) segment.Condition) []segment.Condition {
	out := []segment.Condition{c}
	for _, in := range smaller(c) {
		out = append(out, wrap(in))
	}
	return out
}

func group(cs []segment.Condition, wrap func([]segment.Condition) segment.Condition) []segment.Condition {
	out := slices.Clone(cs)
	for i := range cs {
		if len(cs) > 2 {
			out = append(out, wrap(slices.Delete(slices.Clone(cs), i, i+1)))
		}
		for _, in := range smaller(cs[i]) {
			with := slices.Clone(cs)
			with[i] = in
			out = append(out, wrap(with))
		}
	}
	return out
}

// simpler returns expressions that are simpler.
func simpler(e segment.Expr) (out []segment.Expr) {
	switch e := e.(type) {
	case segment.Arith:
		return []segment.Expr{e.Left, e.Right}
	case segment.Calculated:
		return []segment.Expr{e.X}
	case segment.Call:
		return e.Args
	case segment.Metric:
		if e.Events.Where != nil {
			without := e
			without.Events.Where = nil
			out = append(out, without)
			for _, w := range smaller(e.Events.Where) {
				with := e
				with.Events.Where = w
				out = append(out, with)
			}
		}
		if e.Window.Kind != segment.WindowAll {
			without := e
			without.Window = segment.Window{}
			out = append(out, without)
		}
		if len(e.Events.Names) > 1 {
			fewer := e
			fewer.Events.Names = e.Events.Names[:1]
			out = append(out, fewer)
		}
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
