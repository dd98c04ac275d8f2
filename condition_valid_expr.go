package segment

// expr checks an expression and everything in it.
func (v *validator) expr(e Expr, p spot) {
	if _, arith := e.(Arith); !arith {
		v.exprs++
	}
	if !v.enter(p) {
		return
	}
	switch e := e.(type) {
	case Value:
		v.report(p, checkValue(e, v.l))
	case Span:
		v.report(p, checkSpan(e))
	case Field:
		v.report(p, checkPath(string(e)))
	case Elem:
	case Joined:
		v.report(p, checkName(string(e), "list name"))
	case Metric:
		v.metric(e, p)
	case Call:
		v.report(p, checkCall(e))
		for i, arg := range e.Args {
			if v.full {
				return
			}
			args := p.beside(".Args")
			v.expr(arg, args.at(i))
		}
	case Arith:
		if e.Op > Mod {
			v.report(p, errorf(ErrValue, "unknown arithmetic operator %d", e.Op))
		}
		v.expr(e.Left, p.in(".Left"))
		v.expr(e.Right, p.in(".Right"))
	case Calculated:
		v.report(p, checkName(e.Name, "calculated field name"))
		v.expr(e.X, p.in(".X"))
	case nil:
		v.report(p, errorf(ErrValue, "an expression is missing (nil)"))
	default:
		v.report(p, errorf(ErrType, "%T is no expression of this package: nodes are plain values", e))
	}
}

func (v *validator) metric(m Metric, p spot) {
	v.report(p, checkText(string(m.Prop)))
	switch {
	case m.Agg > AggLast:
		v.report(p, errorf(ErrValue, "unknown aggregate %d", m.Agg))
	case m.Prop == "" && needsProperty(m.Agg):
		v.report(p, errorf(ErrSyntax, "%s needs a property of the event", aggName(m.Agg)))
	}
	v.events(m.Events, p.in(".Events"))
	v.window(m.Window, p.in(".Window"))
}

// needsProperty reports whether an aggregate means nothing without a property.
func needsProperty(a Agg) bool { return a == AggSum || a == AggAvg || a == AggDistinct }

func (v *validator) events(e Events, p spot) {
	if len(e.Names) == 0 {
		v.report(p, errorf(ErrSyntax, "an event needs a name"))
	}
	if len(e.Names) > v.l.Values {
		v.report(p, checkCount(len(e.Names), v.l))
		return
	}
	for _, name := range e.Names {
		v.report(p, checkName(name, "event name"))
	}
	if e.Where != nil {
		v.condition(e.Where, p.beside(".Where"))
	}
}

// temporal checks the conditions about time and history.
func (v *validator) temporal(c Condition, p spot) {
	switch c := c.(type) {
	case When:
		v.expr(c.X, p.beside(".X"))
		v.window(c.Window, p.beside(".Window"))
	case Changed:
		v.report(p, checkPath(string(c.Field)))
		v.window(c.Window, p.beside(".Window"))
	case HasBeen:
		v.report(p, checkPath(string(c.Field)))
		v.report(p, checkValue(c.Value, v.l))
		v.report(p, checkLength(c.For))
	case Sequence:
		v.sequence(c, p)
	case Regularity:
		v.report(p, checkRegularity(c))
		v.events(c.Events, p.in(".Events"))
	}
}

func (v *validator) sequence(c Sequence, p spot) {
	v.report(p, checkSteps(len(c.Steps), v.l))
	if len(c.Steps) > v.l.Steps {
		return
	}
	steps := p.beside(".Steps")
	for i, s := range c.Steps {
		at := steps.at(i)
		v.report(at, checkStep(s, i, len(c.Steps)))
		v.events(s.Events, at.beside(".Events"))
	}
	v.window(c.Window, p.beside(".Window"))
}

// checkSteps checks how many steps a sequence has.
func checkSteps(n int, l Limits) *Error {
	switch {
	case n < 2:
		return errorf(ErrSyntax, "a sequence needs at least two steps")
	case n > l.Steps:
		return errorf(ErrLimit, "%d steps; at most %d are allowed", n, l.Steps)
	}
	return nil
}

// checkStep checks the i-th of n steps by itself.
func checkStep(s Step, i, n int) *Error {
	switch {
	case i == 0 && (s.Within != Span{} || s.Not):
		return errorf(ErrSyntax, "the first step has neither NOT nor WITHIN")
	case s.Not && i < n-1:
		return errorf(ErrSyntax, "only the last step may be NOT")
	case s.Not && s.Within == Span{}:
		return errorf(ErrSyntax, "a step that must not come needs WITHIN")
	case s.Within != Span{}:
		return checkLength(s.Within)
	}
	return nil
}

// checkRegularity checks the numbers of a regularity.
func checkRegularity(c Regularity) *Error {
	switch {
	case c.N < 1 || c.N > maxRegularity:
		return errorf(ErrValue, "a regularity looks back over 1 to %d units, not %d", maxRegularity, c.N)
	case c.K < 0 || c.K > c.N:
		return errorf(ErrValue, "at least %d of the last %d units cannot be", c.K, c.N)
	}
	return checkLength(Span{int64(c.N), c.Unit})
}

// window checks a window: exactly the parts that its kind reads are set.
func (v *validator) window(w Window, p spot) {
	v.report(p, checkWindow(w))
	if w.From != nil {
		v.expr(w.From, p.in(".From"))
	}
	if w.To != nil {
		v.expr(w.To, p.in(".To"))
	}
}

// checkWindow checks everything of a window but the expressions in it.
func checkWindow(w Window) *Error {
	if w.Kind > WindowBetween {
		return errorf(ErrValue, "unknown kind of window %d", w.Kind)
	}
	a := w.Kind >= WindowLast && w.Kind <= WindowLater
	b := w.Kind == WindowAgo
	unit := w.Kind == WindowThis || w.Kind == WindowPrevious
	from := w.Kind == WindowSince || w.Kind == WindowBetween
	to := w.Kind == WindowBefore || w.Kind == WindowBetween
	if !a && w.A != (Span{}) || !b && w.B != (Span{}) || !unit && w.Unit != 0 ||
		!from && w.From != nil || !to && w.To != nil || w.Unit != Week && w.StartsOn != 0 {
		return errorf(ErrValue, "a window has a part that its kind does not use")
	}
	if from && w.From == nil || to && w.To == nil {
		return errorf(ErrValue, "a window has no beginning or no end (nil)")
	}
	if w.Kind == WindowBetween && (isNumberLiteral(w.From) || isNumberLiteral(w.To)) {
		return errorf(ErrType, "a window has dates or instants for bounds, not numbers")
	}
	if a {
		if err := checkLength(w.A); err != nil {
			return err
		}
	}
	if b {
		return checkLength(w.B)
	}
	if unit && (w.Unit < Day || w.Unit > Year) {
		return errorf(ErrValue, "a calendar window is a day, week, month, quarter or year")
	}
	if w.StartsOn > Sunday {
		return errorf(ErrValue, "unknown weekday %d", w.StartsOn)
	}
	return nil
}
