package segment

// Trees that are parsed are as deep as [Limits] allow. Those that hosts build may
// have any depth, and a stack overflow cannot be caught: so every function that
// takes a tree counts levels before it recurses, or asks tooDeep first.
const (
	// MaxDepth is the most that Limits.Depth may be, and how deep lists and
	// objects may nest in a [Value]: ten times the default, and little enough for a
	// small stack.
	MaxDepth = 1_000
	// maxLevels is how many nodes may stand in one another. Each level that limits
	// count is at most four nodes: NOT, IN ZONE, a comparison and an aggregate.
	maxLevels = 4*MaxDepth + 10
)

// tooDeep reports whether more than maxLevels nodes stand in one another. It
// looks no deeper than that, and allocates nothing.
func tooDeep(c Condition) bool { return deeper(c, maxLevels) }

// errTooDeep is what functions with an error report.
func errTooDeep() *Error {
	return errorf(ErrLimit, "more than %d conditions and expressions in one another", maxLevels)
}

// deeper reports whether more than n nodes stand in one another.
func deeper(c Condition, n int) bool {
	if n--; n < 0 {
		return true
	}
	switch c := c.(type) {
	case And:
		return anyDeeper(c, n)
	case Or:
		return anyDeeper(c, n)
	case Not:
		return deeper(c.C, n)
	case Count:
		return anyDeeper(c.Of, n)
	case Zoned:
		return deeperExpr(c.Zone, n) || deeper(c.C, n)
	case Each:
		return deeperExpr(c.X, n) || deeper(c.C, n)
	case Compare:
		return deeperExpr(c.Left, n) || deeperExpr(c.Right, n)
	case Between:
		return deeperExpr(c.X, n) || deeperExpr(c.Lo, n) || deeperExpr(c.Hi, n)
	case In:
		return deeperExpr(c.X, n)
	case IsNull:
		return deeperExpr(c.X, n)
	case IsBlank:
		return deeperExpr(c.X, n)
	case Contains:
		return deeperExpr(c.X, n)
	case Like:
		return deeperExpr(c.X, n)
	case Matches:
		return deeperExpr(c.X, n)
	case InCIDR:
		return deeperExpr(c.X, n)
	case When:
		return deeperExpr(c.X, n) || c.Window.deeper(n)
	case Changed:
		return c.Window.deeper(n)
	case Sequence:
		for _, s := range c.Steps {
			if s.Events.deeper(n) {
				return true
			}
		}
		return c.Window.deeper(n)
	case Regularity:
		return c.Events.deeper(n)
	}
	return false
}

func anyDeeper(cs []Condition, n int) bool {
	for _, c := range cs {
		if deeper(c, n) {
			return true
		}
	}
	return false
}

func (e Events) deeper(n int) bool { return e.Where != nil && deeper(e.Where, n) }

func (w Window) deeper(n int) bool {
	return w.From != nil && deeperExpr(w.From, n) || w.To != nil && deeperExpr(w.To, n)
}

func deeperExpr(e Expr, n int) bool {
	if n--; n < 0 {
		return true
	}
	switch e := e.(type) {
	case Metric:
		return e.Events.deeper(n) || e.Window.deeper(n)
	case Call:
		for _, arg := range e.Args {
			if deeperExpr(arg, n) {
				return true
			}
		}
	case Arith:
		return deeperExpr(e.Left, n) || deeperExpr(e.Right, n)
	case Calculated:
		return deeperExpr(e.X, n)
	}
	return false
}

// shallow is the tree without what is deeper than maxLevels, which is nil: false
// as a condition, missing as an expression. It is c itself, but for trees that no
// one can mean.
func shallow(c Condition) Condition {
	if !tooDeep(c) {
		return c
	}
	return cut(c, maxLevels)
}

// cut returns n levels of a tree.
func cut(c Condition, n int) Condition {
	if n--; n < 0 || c == nil {
		return nil
	}
	all := func(cs []Condition) []Condition {
		out := make([]Condition, len(cs))
		for i, c := range cs {
			out[i] = cut(c, n)
		}
		return out
	}
	r := cutter(n)
	switch c := c.(type) {
	case And:
		return And(all(c))
	case Or:
		return Or(all(c))
	case Not:
		return Not{cut(c.C, n)}
	case Count:
		return Count{c.Quantity, c.K, all(c.Of)}
	case Zoned:
		return Zoned{cut(c.C, n), r.optional(c.Zone)}
	case Each:
		return Each{c.Quantifier, c.K, r.optional(c.X), cut(c.C, n)}
	}
	return r.leaf(c)
}

// cutter cuts what is in a node with n levels left below it.
func cutter(n int) rewriter {
	return rewriter{
		expr: func(e Expr) Expr { return cutExpr(e, n) },
		events: func(e Events) Events {
			e.Where = cut(e.Where, n)
			return e
		},
	}
}

func cutExpr(e Expr, n int) Expr {
	if n--; n < 0 {
		return nil
	}
	return cutter(n).within(e)
}
