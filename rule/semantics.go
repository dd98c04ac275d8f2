package rule

// OfDay reports whether a function looks at a calendar day.
func (f Fn) OfDay() bool {
	switch f {
	case FnDate, FnAnniversary, FnYear, FnQuarter, FnMonth, FnDay, FnWeekday:
		return true
	}
	return false
}

// AsTest is the condition that some expressions are by themselves: to have
// joined a list, and to have an instant in the window behind it. Others are
// none.
func AsTest(e Expr) Condition {
	switch e := e.(type) {
	case Joined:
		return When{X: e}
	case Metric:
		w := e.Window
		if w.Kind != WindowAll && (e.Agg == AggMin || e.Agg == AggMax || e.Agg == AggFirst || e.Agg == AggLast) {
			e.Window = Window{}
			return When{e, w}
		}
	}
	return nil
}

// IsNullLiteral reports whether an expression is the constant NULL.
func IsNullLiteral(e Expr) bool {
	v, ok := e.(Value)
	return ok && v.kind == KindNull
}

// IsNumberLiteral reports whether an expression is a number.
func IsNumberLiteral(e Expr) bool {
	v, ok := e.(Value)
	return ok && v.kind == KindNumber
}
