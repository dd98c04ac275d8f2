package rule

import (
	"slices"

	"github.com/segmentrules/segment/internal/jsontext"
)

// A test is a leaf with a subject: something that is tested, and what is asked
// of it. In `ANY tags = "vip"` the subject is left out, being the element.

// Subject returns what a test is about; nil if the condition is no test.
func Subject(c Condition) Expr {
	switch c := c.(type) {
	case Compare:
		return c.Left
	case Between:
		return c.X
	case In:
		return c.X
	case IsNull:
		return c.X
	case IsBlank:
		return c.X
	case Contains:
		return c.X
	case Like:
		return c.X
	case Matches:
		return c.X
	case InCIDR:
		return c.X
	case When:
		return c.X
	}
	return nil
}

// test prints a condition with a subject; any other prints as the condition
// that holds for nobody.
func (p *printer) test(c Condition, negated bool) {
	if c, ok := c.(Compare); ok {
		if m, ok := c.Left.(Metric); ok && isValue(c.Right) {
			p.aggregate(m)
			p.tail(c, negated)
			p.window(m.Window)
			return
		}
	}
	switch c := c.(type) {
	case When:
		if list, ok := c.X.(Joined); ok {
			p.add(list.String())
			p.window(c.Window)
			return
		}
	case Between:
		if _, ok := c.X.(Joined); ok { // without parentheses it would be a window
			p.add("(", c.X.String(), ")")
			p.tail(c, negated)
			return
		}
	case Compare, In, IsNull, IsBlank, Contains, Like, Matches, InCIDR:
	default:
		p.add("NOT EVERYONE")
		return
	}
	p.subject(c)
	p.tail(c, negated)
}

// subject prints what a test is about, in parentheses where it would read as
// something else: a literal NULL asks what is missing, and a window behind an
// aggregate is the aggregate's.
func (p *printer) subject(c Condition) {
	e := Subject(c)
	t, isCompare := c.(Compare)
	w, isWhen := c.(When)
	_, isBetween := c.(Between)
	asWindow := isBetween || isWhen && w.Window.isShared() // what is asked reads as a window behind an aggregate
	between, _ := c.(Between)
	_, isArith := e.(Arith)
	ofDays := isBetween && isArith && endsFree(e) && (IsMoment(between.Lo) || startsWithMoment(between.Lo)) // days behind an aggregate read as its window
	if isCompare && t.Op == OpEq && IsNullLiteral(e) || isWhen && asWindow && endsWithMetric(e) || ofDays {
		p.add("(")
		p.expr(e, precedenceSum)
		p.add(")")
		return
	}
	p.expr(e, precedenceSum)
	if asWindow {
		p.closeBound(e)
	}
}

// isShared reports whether events and instants spell the window alike.
func (w Window) isShared() bool {
	return w.Kind == WindowAgo || w.Kind == WindowSince || w.Kind == WindowBefore
}

// endsWithMetric reports whether a window behind the expression would be that
// of an aggregate, and the whole no test.
func endsWithMetric(e Expr) bool {
	switch e := e.(type) {
	case Arith:
		m, ok := e.Right.(Metric)
		return ok && m.Window.Kind == WindowAll || endsWithMetric(e.Right)
	case Metric:
		return e.Window.Kind == WindowAll && ConditionOf(Metric{Agg: e.Agg, Window: Window{Kind: WindowSince}}) == nil
	}
	return false
}

// endsFree reports whether an expression ends with an aggregate that has no window, so that
// a BETWEEN behind it may be read as one.
func endsFree(e Expr) bool {
	switch e := e.(type) {
	case Arith:
		m, ok := e.Right.(Metric)
		return ok && m.Window.Kind == WindowAll || endsFree(e.Right)
	case Metric:
		return e.Window.Kind == WindowAll
	}
	return false
}

// startsWithMoment reports whether the text of arithmetic starts with a day or an instant.
func startsWithMoment(e Expr) bool {
	a, ok := e.(Arith)
	for ok {
		e = a.Left
		a, ok = e.(Arith)
	}
	return IsMoment(e)
}

// last prints the expression that a test ends with. A window behind an aggregate there would
// be that of all aggregates of the test: where one has none, that aggregate stands in
// parentheses.
func (p *printer) last(e Expr, min precedence, test Condition) {
	switch e := e.(type) {
	case Metric:
		if e.Window.Kind != WindowAll && hasFreeMetric(test) {
			min = precedenceAtom
		}
		p.expr(e, min)
	case Arith:
		own := precedenceOf(e.Op)
		if m, ok := e.Right.(Metric); own < min || ok && m.Window.endsOpen() {
			p.expr(e, min)
			return
		}
		switch e.Right.(type) {
		case Metric, Arith:
			p.operand(e.Left, own)
			p.add(e.Op.sign())
			p.last(e.Right, own+1, test)
		default:
			p.arith(e, own)
		}
	default:
		p.expr(e, min)
	}
}

// hasFreeMetric reports whether an aggregate of a test has no window.
func hasFreeMetric(c Condition) (free bool) {
	var v Visitor
	v.Expr = func(e Expr) bool {
		if m, ok := e.(Metric); ok {
			free = free || m.Window.Kind == WindowAll
			return !free
		}
		return v.VisitExpr(e)
	}
	v.Window = func(Window) bool { return true }
	v.Visit(c)
	return free
}

// closeBound puts parentheses around the bound that ends an expression just printed, if it is
// an aggregate without a window: what follows would be read as one.
func (p *printer) closeBound(e Expr) {
	m, ok := e.(Metric)
	if !ok || !m.Window.endsOpen() {
		return // as a part of arithmetic a window that ends with a bound stands in parentheses
	}
	last := m.Window.From
	if m.Window.Kind != WindowSince {
		last = m.Window.To
	}
	if bound, ok := last.(Metric); ok && bound.Window.Kind == WindowAll {
		at := len(*p) - len(ExprText(bound))
		*p = append(slices.Insert(*p, at, '('), ')')
	}
}

func isValue(e Expr) bool {
	_, ok := e.(Value)
	return ok
}

// tail prints what is asked of a test's subject.
func (p *printer) tail(c Condition, negated bool) {
	switch c := c.(type) {
	case Compare:
		p.comparison(c.Op, negated)
		if c.Op == OpEq && IsNullLiteral(c.Right) {
			p.add("(NULL)")
		} else {
			p.last(c.Right, precedenceSum, c)
		}
		p.fold(c.Fold)
	case Between:
		p.add(" ", not(negated), "BETWEEN ")
		p.expr(c.Lo, precedenceSum)
		p.add(" AND ")
		if endsFree(c.X) && startsWithMoment(c.Hi) { // the rest would be arithmetic behind a window
			p.expr(c.Hi, precedenceAtom)
		} else {
			p.last(c.Hi, precedenceSum, c)
		}
		p.fold(c.Fold)
	case In:
		p.add(" ", not(negated), "IN ")
		p.values(c.Values)
		p.fold(c.Fold)
	case IsNull:
		if negated {
			p.add(" IS SET")
		} else {
			p.add(" IS NULL")
		}
	case IsBlank:
		p.add(" IS ", not(negated), "BLANK")
	case Contains:
		p.contains(c, negated)
	case Like:
		p.like(c, negated)
	case Matches:
		p.add(" ", not(negated), "MATCHES ", Text(c.Pattern).String())
		p.fold(c.Fold)
	case InCIDR:
		p.add(" ", not(negated), "IN CIDR ")
		p.texts(c.Nets)
	case When:
		p.when(c.Window)
	}
}

func (p *printer) comparison(op Op, negated bool) {
	switch {
	case negated:
		p.add(" != ")
	case op <= OpGe:
		p.add([...]string{" = ", " < ", " <= ", " > ", " >= "}[op])
	default:
		p.add(" = ")
	}
}

func (p *printer) contains(c Contains, negated bool) {
	p.add(" ", not(negated), "CONTAINS ")
	switch {
	case c.Mode == ContainsAll:
		p.add("ALL OF ")
		p.values(c.Values)
	case len(c.Values) == 1:
		p.add(c.Values[0].String())
	default:
		p.add("ANY OF ")
		p.values(c.Values)
	}
	p.fold(c.Fold)
}

func (p *printer) like(c Like, negated bool) {
	p.add(" ", not(negated), [...]string{"STARTS WITH ", "ENDS WITH "}[c.End%2])
	if len(c.Values) == 1 {
		p.add(Text(c.Values[0]).String())
	} else {
		p.add("ANY OF ")
		p.texts(c.Values)
	}
	p.fold(c.Fold)
}

func (p *printer) values(vs []Value) {
	p.add("(")
	for i, v := range vs {
		if i > 0 {
			p.add(", ")
		}
		p.add(v.String())
	}
	p.add(")")
}

func (p *printer) texts(ss []string) {
	p.add("(")
	for i, s := range ss {
		if i > 0 {
			p.add(", ")
		}
		*p = jsontext.AppendQuoted(*p, s)
	}
	p.add(")")
}

// each prints a test of the element itself without brackets, and all else
// within HAS (…).
func (p *printer) each(c Each) {
	switch c.Quantifier {
	case QuantifierAny:
		p.add("ANY ")
	case QuantifierAll:
		p.add("ALL ")
	case QuantifierNone:
		p.add("NO ")
	default:
		p.add("AT LEAST ")
		p.number(c.K)
		p.add(" ")
	}
	p.listed(c.X)
	tested, negated := Ungroup(c.C), false
	if n, ok := tested.(Not); ok {
		if inner := Ungroup(n.C); hasNegatedForm(inner) {
			tested, negated = inner, true
		}
	}
	if _, ok := Subject(tested).(Elem); ok {
		p.tail(tested, negated)
		return
	}
	if c.Quantifier == QuantifierAny || c.Quantifier == QuantifierNone {
		p.add(" HAS (")
	} else {
		p.add(" HAVE (")
	}
	p.condition(c.C, levelOr)
	p.add(")")
}

// listed prints the list of an Each: what is no field stands in parentheses,
// so that a text there does not pass for the name of one.
func (p *printer) listed(e Expr) {
	switch e.(type) {
	case Field, Elem, Calculated:
		p.expr(e, precedenceAtom)
	default:
		p.add("(")
		p.expr(e, precedenceSum)
		p.add(")")
	}
}
