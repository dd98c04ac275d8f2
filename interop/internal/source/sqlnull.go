package source

import (
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/rule"
)

// The logic of SQL: a test of a missing value is neither true nor false, and so is its
// complement. SQLTrue is the condition under which one is true there, sqlFalse that under
// which it is false.

// SQLTrue is a condition with the answers that SQL has where values are missing. A condition
// in it twice, as in EXACTLY 1 OF (…), is written once for true and once for false.
func (r *Reader) SQLTrue(at *Node, c rule.Condition) rule.Condition {
	if r.Written > rule.DefaultConditions {
		return nil // which is told: what is written out twice at each level grows without bound
	}
	switch c := c.(type) {
	case rule.And:
		return rule.And(r.sqlEach(at, c, r.SQLTrue))
	case rule.Or:
		return rule.Or(r.sqlEach(at, c, r.SQLTrue))
	case rule.Not:
		return r.sqlFalse(at, c.C)
	case rule.Count:
		return r.sqlCount(at, c, func(count rule.Condition) rule.Condition { return count })
	}
	return c
}

func (r *Reader) sqlFalse(at *Node, c rule.Condition) rule.Condition {
	if r.Written > rule.DefaultConditions {
		return nil
	}
	switch c := c.(type) {
	case rule.And:
		return rule.Or(r.sqlEach(at, c, r.sqlFalse))
	case rule.Or:
		return rule.And(r.sqlEach(at, c, r.sqlFalse))
	case rule.Not:
		return r.SQLTrue(at, c.C)
	case rule.Count:
		return r.sqlCount(at, c, build.Not)
	}
	return build.Known(rule.Not{C: c}, build.Operands(c)...)
}

// sqlCount is what is said of a count, where every part of it is known to be true or false.
func (r *Reader) sqlCount(at *Node, c rule.Count, say func(rule.Condition) rule.Condition) rule.Condition {
	of := r.sqlEach(at, c.Of, r.SQLTrue)
	if !r.WriteOut(at, 2, of...) {
		return nil
	}
	out := rule.And{say(rule.Count{Quantity: c.Quantity, K: c.K, Of: of})}
	for _, part := range c.Of {
		out = append(out, rule.Or{r.SQLTrue(at, part), r.sqlFalse(at, part)})
	}
	return out
}

func (r *Reader) sqlEach(at *Node, cs []rule.Condition, f func(*Node, rule.Condition) rule.Condition) []rule.Condition {
	out := make([]rule.Condition, 0, len(cs))
	for _, c := range cs {
		if c = f(at, c); c != nil {
			out = append(out, c)
		}
	}
	return out
}
