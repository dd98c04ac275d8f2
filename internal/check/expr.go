package check

import (
	"time"

	"github.com/segmentrules/segment/rule"
)

// Expressions, and the conditions about time and events: what of them no tree may hold,
// whoever built it. The small functions that are exported are what the readers ask as they
// read, so that they refuse the same with the same words.

// expr checks an expression and everything in it.
func (v *validator) expr(e rule.Expr, p spot) {
	if _, arith := e.(rule.Arith); !arith {
		v.exprs++
	}
	if !v.enter(p) {
		return
	}
	switch e := e.(type) {
	case rule.Value:
		v.report(p, rule.CheckValue(e, v.l))
	case rule.Span:
		v.report(p, Span(e))
	case rule.Field:
		v.report(p, checkPath(string(e)))
	case rule.Elem:
	case rule.Joined:
		v.report(p, Name(string(e), "list name"))
	case rule.Metric:
		v.metric(e, p)
	case rule.Call:
		v.report(p, Call(e))
		for i, arg := range e.Args {
			if v.full {
				return
			}
			args := p.beside(".Args")
			v.expr(arg, args.at(i))
		}
	case rule.Arith:
		if e.Op > rule.ArithMod {
			v.report(p, rule.Errorf(rule.ErrValue, "unknown arithmetic operator %d", e.Op))
		}
		v.expr(e.Left, p.in(".Left"))
		v.expr(e.Right, p.in(".Right"))
	case rule.Calculated:
		v.report(p, Name(e.Name, "calculated field name"))
		v.expr(e.X, p.in(".X"))
	case nil:
		v.report(p, rule.Errorf(rule.ErrValue, "an expression is missing (nil)"))
	default:
		v.report(p, rule.Errorf(rule.ErrType, "%T is no expression of this package: nodes are plain values", e))
	}
}

func (v *validator) metric(m rule.Metric, p spot) {
	v.report(p, rule.CheckText(string(m.Prop)))
	v.report(p, reading(m.As))
	if m.As != rule.KindNull && m.Prop == "" {
		v.report(p, rule.Errorf(rule.ErrValue, "an instant of an event is never read as %s", m.As))
	}
	switch {
	case m.Agg > rule.AggLast:
		v.report(p, rule.Errorf(rule.ErrValue, "unknown aggregate %d", m.Agg))
	case m.Prop == "" && NeedsProperty(m.Agg):
		v.report(p, rule.Errorf(rule.ErrSyntax, "%s needs a property of the event", rule.AggName(m.Agg)))
	}
	v.events(m.Events, p.in(".Events"))
	v.window(m.Window, p.in(".Window"))
}

// NeedsProperty reports whether an aggregate means nothing without a property.
func NeedsProperty(a rule.Agg) bool {
	return a == rule.AggSum || a == rule.AggAvg || a == rule.AggDistinct
}

func (v *validator) events(e rule.Events, p spot) {
	if len(e.Names) == 0 {
		v.report(p, rule.Errorf(rule.ErrSyntax, "an event needs a name"))
	}
	if len(e.Names) > v.l.Values {
		v.report(p, Count(len(e.Names), v.l))
		return
	}
	for _, name := range e.Names {
		v.report(p, Name(name, "event name"))
	}
	if e.Where != nil {
		v.condition(e.Where, p.beside(".Where"))
	}
}

// temporal checks the conditions about time and history.
func (v *validator) temporal(c rule.Condition, p spot) {
	switch c := c.(type) {
	case rule.When:
		v.expr(c.X, p.beside(".X"))
		v.window(c.Window, p.beside(".Window"))
	case rule.Changed:
		v.report(p.beside(".Field"), checkPath(string(c.Field)))
		v.report(p, reading(c.As))
		v.window(c.Window, p.beside(".Window"))
	case rule.HasBeen:
		v.report(p.beside(".Field"), checkPath(string(c.Field)))
		v.report(p, reading(c.As))
		v.report(p.beside(".Value"), rule.CheckValue(c.Value, v.l))
		v.report(p.beside(".For"), checkLength(c.For))
	case rule.Sequence:
		v.sequence(c, p)
	case rule.Regularity:
		v.report(p, Regularity(c))
		v.events(c.Events, p.in(".Events"))
	}
}

func (v *validator) sequence(c rule.Sequence, p spot) {
	v.report(p, Steps(len(c.Steps), v.l))
	if len(c.Steps) > v.l.Steps {
		return
	}
	steps := p.beside(".Steps")
	for i, s := range c.Steps {
		at := steps.at(i)
		v.report(at, Step(s, i, len(c.Steps)))
		v.events(s.Events, at.beside(".Events"))
	}
	v.window(c.Window, p.beside(".Window"))
}

// Steps checks how many steps a sequence has.
func Steps(n int, l rule.Limits) *rule.Error {
	switch {
	case n < 2:
		return rule.Errorf(rule.ErrSyntax, "a sequence needs at least two steps")
	case n > l.Steps:
		return rule.Errorf(rule.ErrLimit, "%d steps; at most %d are allowed", n, l.Steps)
	}
	return nil
}

// Step checks the i-th of n steps by itself.
func Step(s rule.Step, i, n int) *rule.Error {
	switch {
	case i == 0 && (s.Within != rule.Span{} || s.Not):
		return rule.Errorf(rule.ErrSyntax, "the first step has neither NOT nor WITHIN")
	case s.Not && i < n-1:
		return rule.Errorf(rule.ErrSyntax, "only the last step may be NOT")
	case s.Not && s.Within == rule.Span{}:
		return rule.Errorf(rule.ErrSyntax, "a step that must not come needs WITHIN")
	case s.Within != rule.Span{}:
		return checkLength(s.Within)
	}
	return nil
}

// Regularity checks the numbers of a regularity.
func Regularity(c rule.Regularity) *rule.Error {
	switch {
	case c.N < 1 || c.N > rule.MaxRegularity:
		return rule.Errorf(rule.ErrValue, "a regularity looks back over 1 to %d units, not %d", rule.MaxRegularity, c.N)
	case c.K < 0 || c.K > c.N:
		return rule.Errorf(rule.ErrValue, "at least %d of the last %d units cannot be", c.K, c.N)
	}
	return checkLength(rule.Span{N: int64(c.N), Unit: c.Unit})
}

// window checks a window: exactly the parts that its kind reads are set.
func (v *validator) window(w rule.Window, p spot) {
	v.report(p, checkWindow(w))
	if w.From != nil {
		v.expr(w.From, p.in(".From"))
	}
	if w.To != nil {
		v.expr(w.To, p.in(".To"))
	}
}

// checkWindow checks everything of a window but the expressions in it.
func checkWindow(w rule.Window) *rule.Error {
	if w.Kind > rule.WindowBetween {
		return rule.Errorf(rule.ErrValue, "unknown kind of window %d", w.Kind)
	}
	a := w.Kind >= rule.WindowLast && w.Kind <= rule.WindowLater
	b := w.Kind == rule.WindowAgo
	_, _, unit := w.Periods()
	from := w.Kind == rule.WindowSince || w.Kind == rule.WindowBetween
	to := w.Kind == rule.WindowBefore || w.Kind == rule.WindowBetween
	if !a && w.A != (rule.Span{}) || !b && w.B != (rule.Span{}) || !unit && w.Unit != 0 ||
		!from && w.From != nil || !to && w.To != nil || w.Unit != rule.UnitWeek && w.StartsOn != 0 {
		return rule.Errorf(rule.ErrValue, "a window has a part that its kind does not use")
	}
	if from && w.From == nil || to && w.To == nil {
		return rule.Errorf(rule.ErrValue, "a window has no beginning or no end (nil)")
	}
	if w.Kind == rule.WindowBetween && (rule.IsNumberLiteral(w.From) || rule.IsNumberLiteral(w.To)) {
		return rule.Errorf(rule.ErrType, "a window has dates or instants for bounds, not numbers")
	}
	if a {
		if err := checkLength(w.A); err != nil {
			return err
		}
	}
	if b {
		return checkLength(w.B)
	}
	if unit && (w.Unit < rule.UnitDay || w.Unit > rule.UnitYear) {
		return rule.Errorf(rule.ErrValue, "a calendar window is a day, week, month, quarter or year")
	}
	if w.StartsOn > rule.WeekdaySunday {
		return rule.Errorf(rule.ErrValue, "unknown weekday %d", w.StartsOn)
	}
	return checkPeriods(w)
}

// checkPeriods checks how many units a calendar window is, and of which year.
func checkPeriods(w rule.Window) *rule.Error {
	switch {
	case w.N != 0 && w.Kind != rule.WindowPrevious && w.Kind != rule.WindowFollowing, !w.Fiscal && w.StartsIn != 0:
		return rule.Errorf(rule.ErrValue, "a window has a part that its kind does not use")
	case w.Fiscal && w.Unit != rule.UnitQuarter && w.Unit != rule.UnitYear:
		return rule.Errorf(rule.ErrValue, "only a quarter and a year can be fiscal")
	case w.StartsIn < 0 || w.StartsIn > time.December:
		return rule.Errorf(rule.ErrValue, "unknown month %d", int(w.StartsIn))
	case w.N == 1 || w.N < 0:
		return rule.Errorf(rule.ErrValue, "a number of periods is at least 2, and 0 is one period; not %d", w.N)
	case w.N != 0 && !(rule.Span{N: w.N, Unit: w.Unit}).Valid():
		return rule.Errorf(rule.ErrValue, "a window of more than 10,000 years")
	}
	return nil
}
