package segment

// Walk calls f for the condition and, where f returns true, for the conditions
// within it, in the order of the text: also those in a WHERE or a HAS. It
// goes down some thousand levels (see [MaxDepth]).
func Walk(c Condition, f func(Condition) bool) { walk(shallow(c), f) }

func walk(c Condition, f func(Condition) bool) {
	if c == nil || !f(c) {
		return
	}
	for _, e := range operands(c) {
		walkExpr(e, func(e Expr) {
			if m, ok := e.(Metric); ok && m.Events.Where != nil {
				walk(m.Events.Where, f)
			}
		})
	}
	for _, child := range children(c) {
		walk(child, f)
	}
}

// children returns the conditions directly within a condition.
func children(c Condition) []Condition {
	switch c := c.(type) {
	case And:
		return c
	case Or:
		return c
	case Not:
		return []Condition{c.C}
	case Count:
		return c.Of
	case Zoned:
		return []Condition{c.C}
	case Each:
		return []Condition{c.C}
	case Sequence:
		var cs []Condition
		for _, s := range c.Steps {
			if s.Events.Where != nil {
				cs = append(cs, s.Events.Where)
			}
		}
		return cs
	case Regularity:
		if c.Events.Where != nil {
			return []Condition{c.Events.Where}
		}
	}
	return nil
}

// operands returns the expressions directly within a condition.
func operands(c Condition) []Expr {
	switch c := c.(type) {
	case Zoned:
		return []Expr{c.Zone}
	case Compare:
		return []Expr{c.Left, c.Right}
	case Between:
		return []Expr{c.X, c.Lo, c.Hi}
	case In:
		return []Expr{c.X}
	case IsNull:
		return []Expr{c.X}
	case IsBlank:
		return []Expr{c.X}
	case Contains:
		return []Expr{c.X}
	case Like:
		return []Expr{c.X}
	case Matches:
		return []Expr{c.X}
	case InCIDR:
		return []Expr{c.X}
	case Each:
		return []Expr{c.X}
	case When:
		return append([]Expr{c.X}, c.Window.bounds()...)
	case Changed:
		return append([]Expr{c.Field}, c.Window.bounds()...)
	case HasBeen:
		return []Expr{c.Field}
	case Sequence:
		return c.Window.bounds()
	}
	return nil
}

// bounds returns the expressions of a window that are set.
func (w Window) bounds() (es []Expr) {
	for _, e := range [2]Expr{w.From, w.To} {
		if e != nil {
			es = append(es, e)
		}
	}
	return es
}

// walkExpr calls f for the expression and those within it; not for those in a
// WHERE, where fields are those of an event.
func walkExpr(e Expr, f func(Expr)) {
	if e == nil {
		return
	}
	f(e)
	for _, sub := range subexprs(e) {
		walkExpr(sub, f)
	}
}

// subexprs returns the expressions directly within an expression.
func subexprs(e Expr) []Expr {
	switch e := e.(type) {
	case Call:
		return e.Args
	case Arith:
		return []Expr{e.Left, e.Right}
	case Calculated:
		return []Expr{e.X}
	case Metric:
		return e.Window.bounds()
	}
	return nil
}
