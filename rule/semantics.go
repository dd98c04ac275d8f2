package rule

// ConditionOf returns the condition that an expression is by itself: to have joined
// a list (`JOINED LIST "trial"`), or to have an instant in the window behind it
// (`LAST(opened) IN LAST 7 DAYS`). It is nil for all others.
func ConditionOf(e Expr) Condition {
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

// IsMoment reports whether an expression is a day or an instant by itself: a constant
// such as 2026-01-31, NOW or TODAY.
func IsMoment(e Expr) bool {
	switch e := e.(type) {
	case Value:
		return e.kind == KindTime || e.kind == KindDate
	case Call:
		return e.Fn == FnNow || e.Fn == FnToday
	}
	return false
}
