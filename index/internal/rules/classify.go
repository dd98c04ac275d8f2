package rules

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// Which kind of leaf a condition is. `age > 30` is a range of numbers over the attribute age,
// `signup OLDER THAN 3 days` a range of ages over the attribute signup, `IN LIST "vip"` has
// a kind of its own. What fits no kind is asked over the whole contact, and still right.

// SubjectOf returns what a leaf is about, and the leaf about something else; x
// is nil for leaves that are about more than one thing, or about a history.
func SubjectOf(c segment.Condition) (x rule.Expr, with func(rule.Expr) segment.Condition) {
	switch c.(type) {
	case rule.Zoned, rule.Changed, rule.Sequence:
		return nil, nil
	}
	if as := rule.Anniversaries(c); len(as) > 0 {
		return subjectOfYears(c, as)
	}
	rule.Visitor{Expr: func(e rule.Expr) bool {
		x = e
		return false // what follows is what the first is compared with
	}}.Visit(c)
	return x, func(other rule.Expr) segment.Condition {
		first := true
		return rule.Rewriter{Expr: func(e rule.Expr) rule.Expr {
			if first {
				first, e = false, other
			}
			return e
		}}.Rewrite(c)
	}
}

// subjectOfYears is SubjectOf a leaf with anniversaries that recur: it is about the date
// that has them, since no one of them decides.
func subjectOfYears(c segment.Condition, as []rule.Call) (x rule.Expr, with func(rule.Expr) segment.Condition) {
	if len(as) > 1 {
		return nil, nil
	}
	x = as[0].Args[0]
	return x, func(other rule.Expr) segment.Condition {
		var replace func(e rule.Expr) rule.Expr
		replace = func(e rule.Expr) rule.Expr {
			if call, ok := e.(rule.Call); ok && call.Fn == rule.FnAnniversary && rule.EqualExpr(call, as[0]) {
				call.Args = append([]rule.Expr{other}, call.Args[1:]...)
				return call
			}
			return rule.Rewriter{Expr: replace}.RewriteExpr(e)
		}
		return rule.Rewriter{Expr: replace}.Rewrite(c)
	}
}

// AsksContact reports whether a condition reads anything but the clock.
func AsksContact(in rule.Inputs) bool {
	return len(in.Fields)+len(in.Events)+len(in.Lists)+len(in.Segments)+len(in.History) > 0
}

// newLeaf classifies a condition without AND, OR, NOT and AT LEAST. The
// attribute that the leaf is about, if there is one, is x.
func newLeaf(c segment.Condition) (l *Leaf, x rule.Expr) {
	in := rule.Reads(c)
	l = &Leaf{Condition: c, Attribute: None, Inputs: in, Refers: len(in.Segments) > 0, Clock: in.Clock, Likely: 0.3}
	switch c := c.(type) {
	case rule.InList:
		l.Kind, l.Name, l.Likely = LeafList, string(c), 0.1
		return l, nil
	case rule.InSegment:
		l.Kind, l.Name = LeafSegment, string(c)
		return l, nil
	// only mergeDates makes a leaf of an AND
	case rule.And:
		l.parts = partsOf(c)
		return l, nil
	}
	if !AsksContact(in) {
		l.Kind = LeafGlobal
		return l, nil
	}
	x, with := SubjectOf(c)
	// about several things, or about a segment: asked over the whole contact
	if x == nil || l.Refers {
		l.Expiring = expiriesOf(c)
		return l, nil
	}
	// what it reads beside the first expression, which is replaced by a constant
	rest := rule.Reads(with(segment.Value{}))
	if AsksContact(rest) {
		l.Expiring = expiriesOf(c)
		return l, nil // about two things, or an element compared with a field
	}
	x = PlainExpr(x)
	l.Clock = rest.Clock
	l.Kind = LeafValue
	if len(rule.Anniversaries(c)) == 0 { // of others no one value is compared
		l.specialise()
	}
	return l, x
}

// PlainExpr is the expression that a calculated field stands for.
func PlainExpr(x rule.Expr) rule.Expr {
	for {
		c, ok := x.(rule.Calculated)
		if !ok {
			return x
		}
		x = c.X
	}
}

// specialise finds the kinds of leaf that can be indexed.
func (l *Leaf) specialise() {
	switch c := l.Condition.(type) {
	case rule.IsNull:
		l.Kind, l.Likely = LeafNull, 0.2
	case rule.When:
		if admitted, ok := agesOf(c.Window); ok {
			l.Kind, l.Ages = LeafAge, admitted
		}
	case rule.Compare:
		l.compare(c)
	case rule.Between:
		lo, okLo := c.Lo.(segment.Value)
		hi, okHi := c.Hi.(segment.Value)
		if okLo && okHi && lo.Kind() == segment.KindNumber && hi.Kind() == segment.KindNumber {
			l.Kind, l.Bounds = LeafRange, Bounds{Bound{Value: lo}, Bound{Value: hi}}
		}
	case rule.In:
		if !c.Fold && allIndexable(c.Values) {
			l.Kind, l.Values = LeafEqual, newValues(c.Values, false)
			l.Likely = min(0.5, 0.03*float64(len(c.Values)))
		}
	case rule.Contains:
		if !c.Fold && allIndexable(c.Values) {
			l.Kind, l.Values, l.Likely = leafHas, newValues(c.Values, c.Mode == rule.ContainsAll), 0.1
		}
	}
}

// compare specialises a comparison with a constant: equality with a text, number or bool, and
// an open range of numbers.
func (l *Leaf) compare(c rule.Compare) {
	v, ok := c.Right.(segment.Value)
	if !ok {
		return
	}
	number := v.Kind() == segment.KindNumber
	switch {
	case c.Op == rule.OpEq && !c.Fold && indexable(v):
		l.Kind, l.Values, l.Likely = LeafEqual, Values{List: []segment.Value{v}}, 0.03
		if v.Kind() == segment.KindBool {
			l.Likely = 0.5
		}
	case number && c.Op == rule.OpLt:
		l.Kind, l.Bounds = LeafRange, Bounds{Bound{none: true}, Bound{Value: v, Strict: true}}
	case number && c.Op == rule.OpLe:
		l.Kind, l.Bounds = LeafRange, Bounds{Bound{none: true}, Bound{Value: v}}
	case number && c.Op == rule.OpGt:
		l.Kind, l.Bounds = LeafRange, Bounds{Bound{Value: v, Strict: true}, Bound{none: true}}
	case number && c.Op == rule.OpGe:
		l.Kind, l.Bounds = LeafRange, Bounds{Bound{Value: v}, Bound{none: true}}
	}
}

// indexable reports whether a value may be a key: see keyOf.
func indexable(v segment.Value) bool {
	switch v.Kind() {
	case segment.KindNumber, segment.KindText, segment.KindBool:
		return true
	}
	return false
}

// allIndexable reports whether all values may be keys.
func allIndexable(vs []segment.Value) bool {
	for _, v := range vs {
		if !indexable(v) {
			return false
		}
	}
	return true
}

// agesOf returns the ages that a window admits; ok is false for a window that is not
// a range of ages.
func agesOf(w rule.Window) (_ Ages, ok bool) {
	a, okA := size.Fixed(w.A)
	b, okB := size.Fixed(w.B)
	switch w.Kind {
	case rule.WindowAll:
		return Ages{size.Length{}, size.Endless}, true
	case rule.WindowLast:
		return Ages{size.Length{}, a}, okA
	case rule.WindowAgo:
		return Ages{a, b}, okA && okB
	case rule.WindowOlder:
		return Ages{a, size.Endless}, okA
	case rule.WindowNext:
		return Ages{a.Negated(), size.Length{}}, okA
	case rule.WindowLater:
		return Ages{size.Beginless, a.Negated()}, okA
	}
	return Ages{}, false
}
