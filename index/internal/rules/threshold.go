package rules

import (
	"slices"
	"sort"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A threshold is a place on the line of numbers at which a leaf of an attribute may
// flip. An attribute that moves by itself flips nothing before it passes the
// threshold next to it on either side, or becomes missing.
type threshold struct {
	v      segment.Value
	after  bool  // just after v, not just before
	uses   int32 // how often leaves flip there
	passed *lazyProgram
}

// addThreshold adds a place at which a leaf may flip. A field does not move by itself and
// needs none.
func (a *Attribute) addThreshold(v segment.Value, after bool) {
	if a.Kind == AttributeField || v.Kind() != segment.KindNumber {
		return
	}
	at, found := a.findThreshold(v, after)
	if !found {
		a.thresholds = slices.Insert(a.thresholds, at, threshold{v: v, after: after, passed: new(lazyProgram)})
	}
	a.thresholds[at].uses++
}

// dropThreshold takes back what addThreshold has added.
func (a *Attribute) dropThreshold(v segment.Value, after bool) {
	if a.Kind == AttributeField || v.Kind() != segment.KindNumber {
		return
	}
	at, found := a.findThreshold(v, after)
	if !found {
		return
	}
	if a.thresholds[at].uses--; a.thresholds[at].uses == 0 {
		a.thresholds = slices.Delete(a.thresholds, at, at+1)
	}
}

// findThreshold returns where a threshold stands, or would stand.
func (a *Attribute) findThreshold(v segment.Value, after bool) (at int, found bool) {
	c := cut{v: v, after: after, leaf: None}
	at = sort.Search(len(a.thresholds), func(i int) bool { return a.thresholds[i].cut().compare(c) >= 0 })
	return at, at < len(a.thresholds) && a.thresholds[at].cut().compare(c) == 0
}

// cut is the threshold as a cut of no leaf.
func (l threshold) cut() cut { return cut{v: l.v, after: l.after, leaf: None} }

// program is whether the attribute has passed the threshold.
func (l threshold) program(a *Attribute) *segment.Program {
	return l.passed.of(func() segment.Condition {
		op := rule.OpGe
		if l.after {
			op = rule.OpGt
		}
		return rule.Compare{Left: a.Expr, Op: op, Right: l.v}
	})
}

// isNumber is whether the attribute is a number, compiled.
func (a *Attribute) isNumber() *segment.Program {
	return a.programs.numeric.of(func() segment.Condition {
		// x < 0 OR x >= 0 holds for numbers alone
		zero := segment.Int(0)
		return rule.Or{rule.Compare{Left: a.Expr, Op: rule.OpLt, Right: zero}, rule.Compare{Left: a.Expr, Op: rule.OpGe, Right: zero}}
	})
}

// isMissing is whether the attribute is missing, compiled.
func (a *Attribute) isMissing() *segment.Program {
	return a.programs.missing.of(func() segment.Condition { return rule.IsNull{X: a.Expr} })
}

// ComparesNumbers reports whether all leaves of a count compare it with numbers.
func (a *Attribute) ComparesNumbers() bool {
	return len(a.others)+len(a.Clocks)+len(a.elems)+len(a.Edges) == 0
}
