package segment

// A rewriter makes a changed copy of a tree. expr is given every outermost
// expression of a condition, events every selection of events, and bounds every
// window after its expressions; nil changes nothing.
type rewriter struct {
	expr   func(Expr) Expr
	events func(Events) Events
	bounds func(Window) Window
}

// leaf returns the condition with its expressions, windows and events rewritten;
// the conditions within And, Or, Not, Count, Zoned and Each are left alone.
func (r rewriter) leaf(c Condition) Condition {
	switch c := c.(type) {
	case Zoned:
		c.Zone = r.optional(c.Zone)
		return c
	case Each:
		c.X = r.optional(c.X)
		return c
	case Compare:
		c.Left, c.Right = r.optional(c.Left), r.optional(c.Right)
		return c
	case Between:
		c.X, c.Lo, c.Hi = r.optional(c.X), r.optional(c.Lo), r.optional(c.Hi)
		return c
	case In:
		c.X = r.optional(c.X)
		return c
	case IsNull:
		c.X = r.optional(c.X)
		return c
	case IsBlank:
		c.X = r.optional(c.X)
		return c
	case Contains:
		c.X = r.optional(c.X)
		return c
	case Like:
		c.X = r.optional(c.X)
		return c
	case Matches:
		c.X = r.optional(c.X)
		return c
	case InCIDR:
		c.X = r.optional(c.X)
		return c
	}
	return r.historyLeaf(c)
}

// historyLeaf is leaf for the tests of time, history and events.
func (r rewriter) historyLeaf(c Condition) Condition {
	switch c := c.(type) {
	case When:
		c.X, c.Window = r.optional(c.X), r.window(c.Window)
		return c
	case Changed:
		c.Window = r.window(c.Window)
		return c
	case Sequence:
		steps := make([]Step, len(c.Steps))
		for i, s := range c.Steps {
			s.Events = r.events(s.Events)
			steps[i] = s
		}
		return Sequence{Steps: steps, Window: r.window(c.Window)}
	case Regularity:
		c.Events = r.events(c.Events)
		return c
	}
	return c
}

func (r rewriter) optional(e Expr) Expr {
	if e == nil {
		return nil
	}
	return r.expr(e)
}

func (r rewriter) window(w Window) Window {
	w.From, w.To = r.optional(w.From), r.optional(w.To)
	if r.bounds != nil {
		w = r.bounds(w)
	}
	return w
}

// within returns the expression with the expressions directly within it, and
// the events and window of a metric, rewritten.
func (r rewriter) within(e Expr) Expr {
	switch e := e.(type) {
	case Call:
		args := make([]Expr, len(e.Args))
		for i, a := range e.Args {
			args[i] = r.optional(a)
		}
		if len(args) == 0 {
			args = e.Args
		}
		return Call{Fn: e.Fn, Args: args}
	case Arith:
		return Arith{Op: e.Op, Left: r.optional(e.Left), Right: r.optional(e.Right)}
	case Calculated:
		e.X = r.optional(e.X)
		return e
	case Metric:
		e.Events, e.Window = r.events(e.Events), r.window(e.Window)
		return e
	}
	return e
}
