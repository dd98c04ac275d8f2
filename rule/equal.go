package rule

import (
	"slices"
)

// Equal reports whether two conditions are the same tree: the same nodes in
// the same order, values compared with [Value.Equal]. Groups that rule text cannot tell
// apart are the same: an [And] or [Or] of one condition is that condition, and one of
// nothing is what [Canonical] makes of it. Equal does not ask whether
// they mean the same; compare what [normal.Simplify] returns to come closer to that.
// Nil equals nil only, and a node of a foreign type equals nothing, not even
// itself; nor does a tree of more than some thousand levels (see [MaxDepth]). Its
// cost grows with the smaller tree.
func Equal(a, b Condition) bool { return !TooDeep(a) && EqualShallow(a, b) }

// EqualShallow is [Equal] for trees of which one is known not to be too deep to
// recurse over: see [TooDeep] and [Shallow]. It does not count the levels again.
func EqualShallow(a, b Condition) bool {
	if a, b = groupless(a), groupless(b); a == nil || b == nil {
		return a == nil && b == nil
	}
	switch a := a.(type) {
	case And:
		b, ok := b.(And)
		return ok && slices.EqualFunc(a, b, EqualShallow)
	case Or:
		b, ok := b.(Or)
		return ok && slices.EqualFunc(a, b, EqualShallow)
	case Not:
		b, ok := b.(Not)
		return ok && EqualShallow(a.C, b.C)
	case Count:
		b, ok := b.(Count)
		return ok && a.Quantity == b.Quantity && a.K == b.K && slices.EqualFunc(a.Of, b.Of, EqualShallow)
	case Zoned:
		b, ok := b.(Zoned)
		return ok && EqualExpr(a.Zone, b.Zone) && EqualShallow(a.C, b.C)
	case Each:
		b, ok := b.(Each)
		return ok && a.Quantifier == b.Quantifier && a.K == b.K && EqualExpr(a.X, b.X) && EqualShallow(a.C, b.C)
	case Everyone:
		_, ok := b.(Everyone)
		return ok
	case InList:
		b, ok := b.(InList)
		return ok && a == b
	case InSegment:
		b, ok := b.(InSegment)
		return ok && a == b
	}
	return equalTest(a, b) || equalHistory(a, b)
}

// Canonical returns the tree that the text of a condition is read as. Rule text has no
// groups of one condition or of none, which hosts can build: an [And] or [Or] of one is that
// condition, an And of nothing is EVERYONE and an Or of nothing NOT EVERYONE, wherever
// they stand. Every other condition is itself. So [segment.Parse] of c.String() gives
// Canonical(c), and Canonical(c).String() is c.String(). The JSON form keeps a group of one.
// A tree that is too deep is returned as it is (see [MaxDepth]). The result may share
// parts with c.
func Canonical(c Condition) Condition {
	if TooDeep(c) {
		return c
	}
	var r Rewriter
	r.Condition = func(c Condition) Condition {
		if c = groupless(c); c == nil {
			return nil
		}
		return r.Rewrite(c)
	}
	r.Expr = func(e Expr) Expr { return r.RewriteExpr(e) }
	return r.Condition(c)
}

// groupless is a condition in place of a group of it alone, or of none.
func groupless(c Condition) Condition {
	c = Ungroup(c)
	switch g := c.(type) {
	case And:
		if len(g) == 0 {
			return Everyone{}
		}
	case Or:
		if len(g) == 0 {
			return Not{Everyone{}}
		}
	}
	return c
}

// equalTest is Equal for the tests of a value.
func equalTest(a, b Condition) bool {
	switch a := a.(type) {
	case Compare:
		b, ok := b.(Compare)
		return ok && a.Op == b.Op && a.Fold == b.Fold && EqualExpr(a.Left, b.Left) && EqualExpr(a.Right, b.Right)
	case Between:
		b, ok := b.(Between)
		return ok && a.Fold == b.Fold && EqualExpr(a.X, b.X) && EqualExpr(a.Lo, b.Lo) && EqualExpr(a.Hi, b.Hi)
	case In:
		b, ok := b.(In)
		return ok && a.Fold == b.Fold && EqualExpr(a.X, b.X) && equalLists(a.Values, b.Values)
	case IsNull:
		b, ok := b.(IsNull)
		return ok && EqualExpr(a.X, b.X)
	case IsBlank:
		b, ok := b.(IsBlank)
		return ok && EqualExpr(a.X, b.X)
	case Contains:
		b, ok := b.(Contains)
		return ok && a.Mode == b.Mode && a.Fold == b.Fold && EqualExpr(a.X, b.X) && equalLists(a.Values, b.Values)
	case Like:
		b, ok := b.(Like)
		return ok && a.End == b.End && a.Fold == b.Fold && EqualExpr(a.X, b.X) && slices.Equal(a.Values, b.Values)
	case Matches:
		b, ok := b.(Matches)
		return ok && a.Pattern == b.Pattern && a.Fold == b.Fold && EqualExpr(a.X, b.X)
	case InCIDR:
		b, ok := b.(InCIDR)
		return ok && EqualExpr(a.X, b.X) && slices.Equal(a.Nets, b.Nets)
	}
	return false
}

// equalHistory is Equal for the tests of time, history and events.
func equalHistory(a, b Condition) bool {
	switch a := a.(type) {
	case When:
		b, ok := b.(When)
		return ok && EqualExpr(a.X, b.X) && equalWindow(a.Window, b.Window)
	case Changed:
		b, ok := b.(Changed)
		return ok && a.Field == b.Field && a.As == b.As && equalWindow(a.Window, b.Window)
	case HasBeen:
		b, ok := b.(HasBeen)
		return ok && a.Field == b.Field && a.As == b.As && a.For == b.For && a.Fold == b.Fold && a.Value.Equal(b.Value)
	case Sequence:
		b, ok := b.(Sequence)
		return ok && equalWindow(a.Window, b.Window) && slices.EqualFunc(a.Steps, b.Steps, equalStep)
	case Regularity:
		b, ok := b.(Regularity)
		return ok && a.K == b.K && a.N == b.N && a.Unit == b.Unit && equalEvents(a.Events, b.Events)
	}
	return false
}

func equalStep(a, b Step) bool {
	return a.Within == b.Within && a.Not == b.Not && equalEvents(a.Events, b.Events)
}

func equalEvents(a, b Events) bool {
	return slices.Equal(a.Names, b.Names) && EqualShallow(a.Where, b.Where)
}

func equalWindow(a, b Window) bool {
	return a.Kind == b.Kind && a.A == b.A && a.B == b.B && a.Unit == b.Unit && a.N == b.N &&
		a.Fiscal == b.Fiscal && a.StartsOn == b.StartsOn && a.StartsIn == b.StartsIn &&
		EqualExpr(a.From, b.From) && EqualExpr(a.To, b.To)
}

// EqualExpr is [EqualShallow] for expressions.
func EqualExpr(a, b Expr) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	switch a := a.(type) {
	case Value:
		b, ok := b.(Value)
		return ok && a.Equal(b)
	case Call:
		b, ok := b.(Call)
		return ok && a.Fn == b.Fn && slices.EqualFunc(a.Args, b.Args, EqualExpr)
	case Arith:
		b, ok := b.(Arith)
		return ok && a.Op == b.Op && EqualExpr(a.Left, b.Left) && EqualExpr(a.Right, b.Right)
	case Calculated:
		b, ok := b.(Calculated)
		return ok && a.Name == b.Name && EqualExpr(a.X, b.X)
	case Metric:
		b, ok := b.(Metric)
		return ok && a.Agg == b.Agg && a.Prop == b.Prop && a.As == b.As && equalEvents(a.Events, b.Events) && equalWindow(a.Window, b.Window)
	case Span, Field, Elem, Joined:
		return sameScalar(a, b)
	}
	return false
}

// sameScalar compares expressions of types that == can compare; the other one
// may be of a type that it cannot.
func sameScalar(a, b Expr) bool {
	switch b.(type) {
	case Span, Field, Elem, Joined:
		return a == b
	}
	return false
}
