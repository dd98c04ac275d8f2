package rule

// A Rewriter says what comes in place of the parts that stand directly within a
// condition or an expression: of the same parts as those of a [Visitor], in the
// same order. A function that is nil leaves the parts that it is for as they are;
// parts that are nil stay nil. A Rewriter goes down one level only; the functions
// go further where they rewrite what they are given:
//
//	// renamed asks for another field, wherever a condition asks for the value of one.
//	func renamed(c Condition, from, to Field) Condition {
//		var r Rewriter
//		r.Condition = func(c Condition) Condition { return r.Rewrite(c) }
//		r.Expr = func(e Expr) Expr {
//			if e == Expr(from) {
//				return to
//			}
//			return r.RewriteExpr(e)
//		}
//		r.Events = func(e Events) Events { return e } // their fields are others
//		return r.Rewrite(c)
//	}
//
// What is rewritten shares no slice of parts with the original, which stays as it
// was. Trees that are built by hand may be deeper than a stack can hold (see
// [MaxDepth]): ask [segment.Compile] before.
type Rewriter struct {
	Condition func(Condition) Condition
	Expr      func(Expr) Expr
	// Events are those of a metric, a regularity, or one step of a sequence. If nil,
	// Condition has their Where.
	Events func(Events) Events
	// Window, if nil: Expr has its From and To.
	Window func(Window) Window
}

// Rewrite returns the condition with its parts replaced.
func (r Rewriter) Rewrite(c Condition) Condition {
	switch c := c.(type) {
	case And:
		return And(each(c, r.condition))
	case Or:
		return Or(each(c, r.condition))
	case Not:
		return Not{r.condition(c.C)}
	case Count:
		c.Of = each(c.Of, r.condition)
		return c
	case Zoned:
		c.C, c.Zone = r.condition(c.C), r.expr(c.Zone)
		return c
	case Each:
		c.X, c.C = r.expr(c.X), r.condition(c.C)
		return c
	case Compare:
		c.Left, c.Right = r.expr(c.Left), r.expr(c.Right)
		return c
	case Between:
		c.X, c.Lo, c.Hi = r.expr(c.X), r.expr(c.Lo), r.expr(c.Hi)
		return c
	case In:
		c.X = r.expr(c.X)
		return c
	case IsNull:
		return IsNull{r.expr(c.X)}
	case IsBlank:
		return IsBlank{r.expr(c.X)}
	case Contains:
		c.X = r.expr(c.X)
		return c
	case Like:
		c.X = r.expr(c.X)
		return c
	case Matches:
		c.X = r.expr(c.X)
		return c
	case InCIDR:
		c.X = r.expr(c.X)
		return c
	case When:
		c.X, c.Window = r.expr(c.X), r.window(c.Window)
		return c
	case Changed:
		c.Window = r.window(c.Window)
		return c
	case Sequence:
		return Sequence{each(c.Steps, r.step), r.window(c.Window)}
	case Regularity:
		c.Events = r.events(c.Events)
		return c
	}
	return c
}

// RewriteExpr returns the expression with its parts replaced.
func (r Rewriter) RewriteExpr(e Expr) Expr {
	switch e := e.(type) {
	case Metric:
		e.Events, e.Window = r.events(e.Events), r.window(e.Window)
		return e
	case Call:
		e.Args = each(e.Args, r.expr)
		return e
	case Arith:
		e.Left, e.Right = r.expr(e.Left), r.expr(e.Right)
		return e
	case Calculated:
		e.X = r.expr(e.X)
		return e
	}
	return e
}

// each is a copy of a list with every element replaced; an empty one stays what it is.
func each[E any, S ~[]E](list S, f func(E) E) S {
	if len(list) == 0 {
		return list
	}
	out := make(S, len(list))
	for i, e := range list {
		out[i] = f(e)
	}
	return out
}

func (r Rewriter) condition(c Condition) Condition {
	if c == nil || r.Condition == nil {
		return c
	}
	return r.Condition(c)
}

func (r Rewriter) expr(e Expr) Expr {
	if e == nil || r.Expr == nil {
		return e
	}
	return r.Expr(e)
}

func (r Rewriter) step(s Step) Step {
	s.Events = r.events(s.Events)
	return s
}

func (r Rewriter) events(e Events) Events {
	if r.Events != nil {
		return r.Events(e)
	}
	e.Where = r.condition(e.Where)
	return e
}

func (r Rewriter) window(w Window) Window {
	if r.Window != nil {
		return r.Window(w)
	}
	w.From, w.To = r.expr(w.From), r.expr(w.To)
	return w
}
