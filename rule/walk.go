package rule

// Walk calls f for the condition and, where f returns true, for the conditions
// within it, in the order of the text: also those in a WHERE or a HAS. It
// goes down some thousand levels (see [MaxDepth]).
func Walk(c Condition, f func(Condition) bool) {
	var v Visitor
	v.Condition = func(c Condition) bool {
		if c != nil && f(c) {
			v.Visit(c)
		}
		return true
	}
	v.Expr = func(e Expr) bool { return v.VisitExpr(e) }
	v.Condition(Shallow(c))
}

// WalkExpr calls f for the expression and those within it; not for those in a
// WHERE, where fields are those of an event.
func WalkExpr(e Expr, f func(Expr)) {
	if e != nil {
		f(e)
		Visitor{Expr: walking(f)}.VisitExpr(e)
	}
}

func walking(f func(Expr)) func(Expr) bool {
	return func(e Expr) bool {
		WalkExpr(e, f)
		return true
	}
}

// Children returns the conditions directly within a condition.
func Children(c Condition) (cs []Condition) {
	switch c := c.(type) {
	case And:
		return c
	case Or:
		return c
	case Count:
		return c.Of
	}
	Visitor{Condition: func(c Condition) bool {
		cs = append(cs, c)
		return true
	}}.Visit(c)
	return cs
}

// Operands returns the expressions directly within a condition.
func Operands(c Condition) (es []Expr) {
	Visitor{Expr: func(e Expr) bool {
		es = append(es, e)
		return true
	}}.Visit(c)
	return es
}
