package rule

// Trees that are parsed are as deep as [Limits] allow. Those that hosts build may
// have any depth, and a stack overflow cannot be caught: so every function that
// takes a tree counts levels before it recurses, or asks [TooDeep] first.
const (
	// MaxDepth is the most that Limits.Depth may be, and how deep lists and
	// objects may nest in a [Value]: ten times the default, and little enough for a
	// small stack.
	MaxDepth = 1_000
	// MaxLevels is how many nodes may stand in one another. Each level that limits
	// count is at most four nodes: NOT, IN ZONE, a comparison and an aggregate.
	MaxLevels = 4*MaxDepth + 10
)

// TooDeep reports whether more than [MaxLevels] nodes stand in one another. It
// looks no deeper than that, and allocates nothing.
func TooDeep(c Condition) bool { return deeper(c, MaxLevels) }

// TooDeepError is what functions with an error report of a tree that is [TooDeep].
func TooDeepError() *Error {
	return Errorf(ErrLimit, "more than %d conditions and expressions in one another", MaxLevels)
}

// deeper reports whether more than n nodes stand in one another.
func deeper(c Condition, n int) bool { return n <= 0 || !levels(n-1).Visit(c) }

func deeperExpr(e Expr, n int) bool { return n <= 0 || !levels(n-1).VisitExpr(e) }

// levels ends a visit where more than n nodes stand in one another.
func levels(n int) Visitor {
	return Visitor{
		Condition: func(c Condition) bool { return !deeper(c, n) },
		Expr:      func(e Expr) bool { return !deeperExpr(e, n) },
	}
}

// Shallow is the tree without what is deeper than [MaxLevels], which is nil: false
// as a condition, missing as an expression. It is c itself, but for trees that no
// one can mean.
func Shallow(c Condition) Condition {
	if !TooDeep(c) {
		return c
	}
	return cut(c, MaxLevels)
}

// cut returns n levels of a tree.
func cut(c Condition, n int) Condition {
	if n <= 0 {
		return nil
	}
	return cutter(n - 1).Rewrite(c)
}

func cutExpr(e Expr, n int) Expr {
	if n <= 0 {
		return nil
	}
	return cutter(n - 1).RewriteExpr(e)
}

// cutter leaves n levels of what is in a node.
func cutter(n int) Rewriter {
	return Rewriter{
		Condition: func(c Condition) Condition { return cut(c, n) },
		Expr:      func(e Expr) Expr { return cutExpr(e, n) },
	}
}
