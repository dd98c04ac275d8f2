package rule

// What stands within a node, said once for every kind of node: here for those who
// read trees, in [Rewriter] for those who change them. Whoever goes through a tree
// and means the same by most kinds takes one of these two in place of a type switch.

// A Visitor is what to do with the parts that stand directly within a condition or
// an expression. The parts come in the order of the text, and a function that
// returns false ends the visit. A function that is nil passes by the parts that it
// is for. A Visitor goes down one level only; the functions go further where they
// visit what they are given:
//
//	// fields calls f for every field that a condition reads, but not for those of events.
//	func fields(c Condition, f func(Field)) {
//		var v Visitor
//		v.Condition = func(c Condition) bool { return v.Visit(c) }
//		v.Expr = func(e Expr) bool {
//			if field, ok := e.(Field); ok {
//				f(field)
//			}
//			return v.VisitExpr(e)
//		}
//		v.Events = func(Events) bool { return true }
//		v.Visit(c)
//	}
//
// Parts are of the four types below. A constant within a node, such as the values
// of an [In] or the field of a [Changed], is no part but the node's own. Visiting
// allocates nothing. Trees that are built by hand may be deeper than a stack can
// hold (see [MaxDepth]): [Walk] is safe from that.
type Visitor struct {
	Condition func(Condition) bool // nil where the node has a nil
	Expr      func(Expr) bool      // nil where the node has a nil
	// Events are those of a metric, a regularity, or one step of a sequence. If nil,
	// Condition has their Where, unless it is nil.
	Events func(Events) bool
	// Window, if nil: Expr has its From and To, unless they are nil.
	Window func(Window) bool
}

// Visit calls the functions for the parts of a condition. It reports whether none of
// them ended the visit.
func (v Visitor) Visit(c Condition) bool {
	switch c := c.(type) {
	case And:
		return v.conditions(c)
	case Or:
		return v.conditions(c)
	case Not:
		return v.condition(c.C)
	case Count:
		return v.conditions(c.Of)
	case Zoned:
		return v.condition(c.C) && v.expr(c.Zone)
	case Each:
		return v.expr(c.X) && v.condition(c.C)
	case Compare:
		return v.expr(c.Left) && v.expr(c.Right)
	case Between:
		return v.expr(c.X) && v.expr(c.Lo) && v.expr(c.Hi)
	case In:
		return v.expr(c.X)
	case IsNull:
		return v.expr(c.X)
	case IsBlank:
		return v.expr(c.X)
	case Contains:
		return v.expr(c.X)
	case Like:
		return v.expr(c.X)
	case Matches:
		return v.expr(c.X)
	case InCIDR:
		return v.expr(c.X)
	case When:
		return v.expr(c.X) && v.window(c.Window)
	case Changed:
		return v.window(c.Window)
	case Sequence:
		for _, s := range c.Steps {
			if !v.events(s.Events) {
				return false
			}
		}
		return v.window(c.Window)
	case Regularity:
		return v.events(c.Events)
	}
	return true
}

// VisitExpr is Visit for the parts of an expression.
func (v Visitor) VisitExpr(e Expr) bool {
	switch e := e.(type) {
	case Metric:
		return v.events(e.Events) && v.window(e.Window)
	case Call:
		for _, arg := range e.Args {
			if !v.expr(arg) {
				return false
			}
		}
	case Arith:
		return v.expr(e.Left) && v.expr(e.Right)
	case Calculated:
		return v.expr(e.X)
	}
	return true
}

func (v Visitor) condition(c Condition) bool { return v.Condition == nil || v.Condition(c) }

func (v Visitor) expr(e Expr) bool { return v.Expr == nil || v.Expr(e) }

func (v Visitor) conditions(cs []Condition) bool {
	for _, c := range cs {
		if !v.condition(c) {
			return false
		}
	}
	return true
}

func (v Visitor) events(e Events) bool {
	if v.Events != nil {
		return v.Events(e)
	}
	return e.Where == nil || v.condition(e.Where)
}

func (v Visitor) window(w Window) bool {
	if v.Window != nil {
		return v.Window(w)
	}
	return (w.From == nil || v.expr(w.From)) && (w.To == nil || v.expr(w.To))
}
