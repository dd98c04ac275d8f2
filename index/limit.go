package index

import (
	"slices"
	"sort"

	"github.com/segmentrules/segment"
)

// A limit is a place on the line of numbers at which a leaf of an attribute may
// flip. An attribute that moves by itself flips nothing before it passes the
// limit next to it on either side, or becomes missing.
type limit struct {
	v      segment.Value
	after  bool // just after v, not just before
	passed *compiled
}

func (a *attr) addLimit(v segment.Value, after bool) {
	if a.kind == attrField || v.Kind() != segment.KindNumber {
		return
	}
	c := cut{v: v, after: after, leaf: none}
	at := sort.Search(len(a.limits), func(i int) bool { return a.limits[i].cut().compare(c) >= 0 })
	if at < len(a.limits) && a.limits[at].cut().compare(c) == 0 {
		return
	}
	a.limits = slices.Insert(a.limits, at, limit{v: v, after: after, passed: new(compiled)})
}

func (l limit) cut() cut { return cut{v: l.v, after: l.after, leaf: none} }

// program is whether the attribute has passed the limit.
func (l limit) program(a *attr) *segment.Program {
	return l.passed.of(func() segment.Condition {
		op := segment.Ge
		if l.after {
			op = segment.Gt
		}
		return segment.Compare{Left: a.expr, Op: op, Right: l.v}
	})
}

// isNumber is whether the attribute is a number, compiled.
func (a *attr) isNumber() *segment.Program {
	return a.programs.numeric.of(func() segment.Condition {
		zero := segment.Int(0)
		return segment.Or{segment.Compare{Left: a.expr, Op: segment.Lt, Right: zero}, segment.Compare{Left: a.expr, Op: segment.Ge, Right: zero}}
	})
}

// isMissing is whether the attribute is missing, compiled.
func (a *attr) isMissing() *segment.Program {
	return a.programs.missing.of(func() segment.Condition { return segment.IsNull{X: a.expr} })
}

// relimit finds the limits anew, after a leaf has gone.
func (a *attr) relimit(leaves []*leaf) {
	a.limits = nil
	for _, c := range a.cuts {
		a.addLimit(c.v, c.after)
	}
	for _, id := range a.leaves {
		if id == none {
			continue
		}
		for _, v := range leaves[id].values.list {
			a.addLimit(v, false)
			a.addLimit(v, true)
		}
	}
}

// limited reports whether all leaves of a count compare it with numbers.
func (a *attr) limited() bool { return len(a.others)+len(a.clocks)+len(a.elems)+len(a.edges) == 0 }
