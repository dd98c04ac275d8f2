package index

import "github.com/segmentrules/segment"

// subjectOf returns what a leaf is about, and the leaf about something else; x
// is nil for leaves that are about more than one thing, or about a history.
func subjectOf(c segment.Condition) (x segment.Expr, with func(segment.Expr) segment.Condition) {
	switch c.(type) {
	case segment.Zoned, segment.Changed, segment.Sequence:
		return nil, nil
	}
	segment.Visitor{Expr: func(e segment.Expr) bool {
		x = e
		return false // what follows is what the first is compared with
	}}.Visit(c)
	return x, func(other segment.Expr) segment.Condition {
		first := true
		return segment.Rewriter{Expr: func(e segment.Expr) segment.Expr {
			if first {
				first, e = false, other
			}
			return e
		}}.Rewrite(c)
	}
}

// asksContact reports whether a condition reads anything but the clock.
func asksContact(in segment.Inputs) bool {
	return len(in.Fields)+len(in.Events)+len(in.Lists)+len(in.Segments)+len(in.History) > 0
}

// newLeaf classifies a condition without AND, OR, NOT and AT LEAST. The
// attribute that the leaf is about, if there is one, is x.
func newLeaf(c segment.Condition) (l *leaf, x segment.Expr) {
	in := segment.Reads(c)
	l = &leaf{cond: c, attr: none, inputs: in, refers: len(in.Segments) > 0, clock: in.Clock, likely: 0.3}
	switch c := c.(type) {
	case segment.InList:
		l.kind, l.name, l.likely = leafList, string(c), 0.1
		return l, nil
	case segment.InSegment:
		l.kind, l.name = leafSegment, string(c)
		return l, nil
	case segment.And:
		l.parts = partsOf(c)
		return l, nil
	}
	if !asksContact(in) {
		l.kind = leafGlobal
		return l, nil
	}
	x, with := subjectOf(c)
	if x == nil || l.refers {
		l.pulsing = pulsesOf(c)
		return l, nil
	}
	rest := segment.Reads(with(segment.Value{}))
	if asksContact(rest) {
		l.pulsing = pulsesOf(c)
		return l, nil // about two things, or an element compared with a field
	}
	x = plainExpr(x)
	l.clock = rest.Clock
	l.kind = leafValue
	l.specialise()
	return l, x
}

// plainExpr is the expression that a calculated field stands for.
func plainExpr(x segment.Expr) segment.Expr {
	for {
		c, ok := x.(segment.Calculated)
		if !ok {
			return x
		}
		x = c.X
	}
}

// specialise finds the kinds of leaf that can be indexed.
func (l *leaf) specialise() {
	switch c := l.cond.(type) {
	case segment.IsNull:
		l.kind, l.likely = leafNull, 0.2
	case segment.When:
		if admitted, ok := agesOf(c.Window); ok {
			l.kind, l.ages = leafAge, admitted
		}
	case segment.Compare:
		l.compare(c)
	case segment.Between:
		lo, okLo := c.Lo.(segment.Value)
		hi, okHi := c.Hi.(segment.Value)
		if okLo && okHi && lo.Kind() == segment.KindNumber && hi.Kind() == segment.KindNumber {
			l.kind, l.bounds = leafRange, bounds{bound{v: lo}, bound{v: hi}}
		}
	case segment.In:
		if !c.Fold && allIndexable(c.Values) {
			l.kind, l.values = leafEqual, newValues(c.Values, false)
			l.likely = min(0.5, 0.03*float64(len(c.Values)))
		}
	case segment.Contains:
		if !c.Fold && allIndexable(c.Values) {
			l.kind, l.values, l.likely = leafHas, newValues(c.Values, c.Mode == segment.AllOf), 0.1
		}
	}
}

func (l *leaf) compare(c segment.Compare) {
	v, ok := c.Right.(segment.Value)
	if !ok {
		return
	}
	number := v.Kind() == segment.KindNumber
	switch {
	case c.Op == segment.Eq && !c.Fold && indexable(v):
		l.kind, l.values, l.likely = leafEqual, values{list: []segment.Value{v}}, 0.03
		if v.Kind() == segment.KindBool {
			l.likely = 0.5
		}
	case number && c.Op == segment.Lt:
		l.kind, l.bounds = leafRange, bounds{bound{none: true}, bound{v: v, strict: true}}
	case number && c.Op == segment.Le:
		l.kind, l.bounds = leafRange, bounds{bound{none: true}, bound{v: v}}
	case number && c.Op == segment.Gt:
		l.kind, l.bounds = leafRange, bounds{bound{v: v, strict: true}, bound{none: true}}
	case number && c.Op == segment.Ge:
		l.kind, l.bounds = leafRange, bounds{bound{v: v}, bound{none: true}}
	}
}

func indexable(v segment.Value) bool {
	switch v.Kind() {
	case segment.KindNumber, segment.KindText, segment.KindBool:
		return true
	}
	return false
}

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
func agesOf(w segment.Window) (_ ages, ok bool) {
	a, okA := rolling(w.A)
	b, okB := rolling(w.B)
	switch w.Kind {
	case segment.WindowAll:
		return ages{span{}, endless}, true
	case segment.WindowLast:
		return ages{span{}, a}, okA
	case segment.WindowAgo:
		return ages{a, b}, okA && okB
	case segment.WindowOlder:
		return ages{a, endless}, okA
	case segment.WindowNext:
		return ages{a.negated(), span{}}, okA
	case segment.WindowLater:
		return ages{beginless, a.negated()}, okA
	}
	return ages{}, false
}
