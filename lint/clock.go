package lint

import (
	"time"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// What reads as a stretch of time and is another, or none: windows without length, months that
// are calculated with as numbers, ages in calendar years, and whose a window is.

// emptyWindows warns of windows in which nothing lies.
func (l *linter) emptyWindows(t test) bool {
	var empty, meant rule.Window
	mend := func(w rule.Window) rule.Window {
		better, ok := mended(w)
		if ok && empty.Kind == rule.WindowAll {
			empty, meant = w, better
		}
		if ok && better.Kind != rule.WindowAll {
			return better
		}
		return w
	}
	var expr func(e rule.Expr) rule.Expr
	expr = func(e rule.Expr) rule.Expr {
		if m, ok := e.(rule.Metric); ok {
			m.Window = mend(m.Window)
			return m
		}
		return rule.Rewriter{Expr: expr}.RewriteExpr(e)
	}
	fix := rule.Rewriter{Expr: expr, Window: mend, Events: func(e rule.Events) rule.Events { return e }}.Rewrite(t.leaf)
	switch {
	case empty.Kind == rule.WindowAll:
		return false
	case meant.Kind == rule.WindowAll:
		return l.warnTest(t, WarnWindow, nil, "nothing lies in the window of %s, which has no length", code(t.whole))
	}
	return l.warnTest(t, WarnWindow, fix, "nothing lies in the window of %s; write %s", code(t.whole), code(t.rewrite(fix)))
}

// eventsAhead warns of events that are asked for in the time to come: an event counts from its
// instant on, so that none is there.
func (l *linter) eventsAhead(t test) bool {
	ahead := func(w rule.Window) bool {
		return w.Kind == rule.WindowNext || w.Kind == rule.WindowLater || w.Kind == rule.WindowFollowing
	}
	found := false
	v := rule.Visitor{}
	v.Expr = func(e rule.Expr) bool {
		if m, ok := e.(rule.Metric); ok {
			found = found || ahead(m.Window)
		}
		return !found && v.VisitExpr(e)
	}
	switch c := t.leaf.(type) {
	case rule.Sequence:
		found = ahead(c.Window)
	case rule.Changed:
		found = ahead(c.Window)
	case rule.When:
		m, ok := c.X.(rule.Metric)
		found = ok && m.Prop == "" && ahead(c.Window)
	}
	v.Visit(t.leaf)
	return found && l.warnTest(t, WarnWindow, nil, "%s asks for what is still to come, and an event or a change counts only from its instant on", code(t.whole))
}

// mended is a window that holds something in place of one that never does; ok is false where
// the window is sound. Of what cannot be guessed the result has no kind.
func mended(w rule.Window) (better rule.Window, ok bool) {
	switch w.Kind {
	case rule.WindowLast, rule.WindowNext:
		if w.A.N != 0 {
			return w, false
		}
		if w.A.Unit >= rule.UnitDay {
			better = rule.Window{Kind: rule.WindowThis, Unit: rule.UnitDay}
		}
		return better, true
	case rule.WindowAgo:
		if w.A.Unit != w.B.Unit || w.A.N < w.B.N {
			return w, false
		}
		if w.A.N > w.B.N {
			better = rule.Window{Kind: rule.WindowAgo, A: w.B, B: w.A}
		}
		return better, true
	case rule.WindowBetween:
		from, ok1 := w.From.(rule.Value)
		to, ok2 := w.To.(rule.Value)
		if !ok1 || !ok2 || from.Kind() != to.Kind() || from.Kind() != rule.KindDate && from.Kind() != rule.KindTime {
			return w, false
		}
		if order, ok := rule.Order(time.UTC, from, to, false); !ok || order <= 0 {
			return w, false
		}
		return rule.Window{Kind: rule.WindowBetween, From: w.To, To: w.From}, true
	}
	return w, false
}

// periods warns of a month, a day or an hour that is calculated with as a number: behind 12
// comes 1, and not 13.
func (l *linter) periods(t test) bool {
	c, ok := t.leaf.(rule.Compare)
	if !ok {
		return false
	}
	for _, c := range [2]rule.Compare{c, {Left: c.Right, Op: c.Op.Mirrored(), Right: c.Left}} {
		if fix, fn, ok := movedPeriod(c); ok {
			const msg = "%s is calculated with as a number, and behind %d comes %d"
			last, first := lastOf(fn)
			if fix == nil {
				return l.warnTest(t, WarnPeriod, nil, msg, fn.Word(), last, first)
			}
			return l.warnTest(t, WarnPeriod, fix, msg+"; write %s", fn.Word(), last, first, code(t.rewrite(fix)))
		}
	}
	return false
}

// movedPeriod reads `MONTH(x) = MONTH(y) + 1` and `MONTH(x) - MONTH(y) = 1`. The fix moves y
// itself; it is nil where there is none.
func movedPeriod(c rule.Compare) (fix rule.Condition, fn rule.Fn, ok bool) {
	x, isPeriod := period(c.Left)
	if a, ok := c.Right.(rule.Arith); ok && isPeriod {
		y, n, ok := moved(a, x.Fn)
		if !ok {
			return nil, 0, false
		}
		return rule.Compare{Left: x, Op: c.Op, Right: shifted(y, n)}, x.Fn, true
	}
	a, isArith := c.Left.(rule.Arith)
	if !isArith || a.Op != rule.ArithSub {
		return nil, 0, false
	}
	x, isPeriod = period(a.Left)
	y, too := period(a.Right)
	n, isInt := intOf(c.Right)
	if !isPeriod || !too || x.Fn != y.Fn || !isInt || n == 0 {
		return nil, 0, false
	}
	if c.Op != rule.OpEq {
		return nil, x.Fn, true
	}
	return rule.Compare{Left: x, Op: rule.OpEq, Right: shifted(y, n)}, x.Fn, true
}

// period is an expression as a function that starts anew behind its last number.
func period(e rule.Expr) (c rule.Call, ok bool) {
	c, ok = e.(rule.Call)
	last, _ := lastOf(c.Fn)
	return c, ok && last > 0 && len(c.Args) == 1
}

// lastOf are the last and first number of a function of the calendar; zero of others.
func lastOf(fn rule.Fn) (last, first int) {
	switch fn {
	case rule.FnMonth:
		return 12, 1
	case rule.FnQuarter:
		return 4, 1
	case rule.FnDay:
		return 31, 1
	case rule.FnWeekday:
		return 7, 1
	case rule.FnHour:
		return 23, 0
	}
	return 0, 0
}

// moved reads `MONTH(y) + 1` and `1 + MONTH(y)`.
func moved(a rule.Arith, fn rule.Fn) (y rule.Call, n int64, ok bool) {
	if a.Op != rule.ArithAdd && a.Op != rule.ArithSub {
		return y, 0, false
	}
	y, ok = period(a.Left)
	n, isInt := intOf(a.Right)
	if !ok && a.Op == rule.ArithAdd {
		y, ok = period(a.Right)
		n, isInt = intOf(a.Left)
	}
	if a.Op == rule.ArithSub {
		n = -n
	}
	return y, n, ok && isInt && n != 0 && y.Fn == fn
}

// shifted is MONTH(y + n months).
func shifted(y rule.Call, n int64) rule.Expr {
	units := map[rule.Fn]rule.Unit{rule.FnMonth: rule.UnitMonth, rule.FnQuarter: rule.UnitQuarter, rule.FnDay: rule.UnitDay, rule.FnWeekday: rule.UnitDay, rule.FnHour: rule.UnitHour}
	op := rule.ArithAdd
	if n < 0 {
		op, n = rule.ArithSub, -n
	}
	return rule.Call{Fn: y.Fn, Args: []rule.Expr{rule.Arith{Op: op, Left: y.Args[0], Right: rule.Span{N: n, Unit: units[y.Fn]}}}}
}

func intOf(e rule.Expr) (int64, bool) {
	v, ok := e.(rule.Value)
	if !ok || v.Kind() != rule.KindNumber {
		return 0, false
	}
	n, ok := v.Int()
	return n, ok && n > -1_000 && n < 1_000
}

// years warns of an age in calendar years: `YEAR(TODAY) - YEAR(born) >= 18` holds from the
// first of January on. A difference of one year is left alone: that is last year.
func (l *linter) years(t test) bool {
	c, ok := t.leaf.(rule.Compare)
	if !ok || c.Op == rule.OpEq {
		return false
	}
	for _, c := range [2]rule.Compare{c, {Left: c.Right, Op: c.Op.Mirrored(), Right: c.Left}} {
		x, op, n, ok := yearsBack(c)
		if !ok || n < 2 {
			continue
		}
		if op == rule.OpGt || op == rule.OpLe { // whole years: more than 17 is 18
			n++
			op = map[rule.Op]rule.Op{rule.OpGt: rule.OpGe, rule.OpLe: rule.OpLt}[op]
		}
		fix := rule.Compare{Left: rule.Call{Fn: rule.FnAge, Args: []rule.Expr{x}}, Op: op, Right: rule.Span{N: n, Unit: rule.UnitYear}}
		return l.warnTest(t, WarnYears, fix, "%s counts calendar years, which change on the first of January; for the age write %s", code(t.whole), code(t.rewrite(fix)))
	}
	return false
}

// yearsBack reads `YEAR(TODAY) - YEAR(x) op n` and `YEAR(TODAY) - n op YEAR(x)`.
func yearsBack(c rule.Compare) (x rule.Expr, op rule.Op, n int64, ok bool) {
	a, isArith := c.Left.(rule.Arith)
	if !isArith || a.Op != rule.ArithSub {
		return nil, 0, 0, false
	}
	now, isYear := year(a.Left)
	if !isYear || !isNow(now) {
		return nil, 0, 0, false
	}
	if x, ok := year(a.Right); ok && !isNow(x) {
		n, isInt := intOf(c.Right)
		return x, c.Op, n, isInt
	}
	n, isInt := intOf(a.Right)
	x, ok = year(c.Right)
	return x, c.Op, n, isInt && ok && !isNow(x)
}

func year(e rule.Expr) (arg rule.Expr, ok bool) {
	c, ok := e.(rule.Call)
	if !ok || c.Fn != rule.FnYear || len(c.Args) != 1 {
		return nil, false
	}
	return c.Args[0], true
}

func isNow(e rule.Expr) bool {
	c, ok := e.(rule.Call)
	return ok && (c.Fn == rule.FnNow || c.Fn == rule.FnToday)
}

// exactDay notes that an anniversary some days from now is that day alone.
func (l *linter) exactDay(t test) bool {
	c, ok := t.leaf.(rule.Compare)
	if !ok || c.Op != rule.OpEq {
		return false
	}
	for _, c := range [2]rule.Compare{c, {Left: c.Right, Right: c.Left}} {
		call, isCall := unwrapped(c.Left).(rule.Call)
		a, isArith := c.Right.(rule.Arith)
		if !isCall || call.Fn != rule.FnAnniversary || !isArith || !isNow(a.Left) {
			continue
		}
		d, isSpan := a.Right.(rule.Span)
		w := rule.Window{Kind: rule.WindowNext, A: d}
		if a.Op == rule.ArithSub {
			w.Kind = rule.WindowLast
		}
		if !isSpan || d.N < 2 || d.Unit < rule.UnitDay {
			continue
		}
		fix := rule.When{X: c.Left, Window: w}
		return l.warnTest(t, WarnExactDay, fix, "%s is true on one day alone; for all days until then write %s", code(t.whole), code(t.rewrite(fix)))
	}
	return false
}

// sharedWindow notes that a window is that of both aggregates that are compared. A tree does
// not hold how it was written; [Text] drops this where both windows are.
func (l *linter) sharedWindow(t test) bool {
	c, ok := t.leaf.(rule.Compare)
	if !ok {
		return false
	}
	a, ok1 := c.Left.(rule.Metric)
	b, ok2 := c.Right.(rule.Metric)
	if !ok1 || !ok2 || a.Window.Kind == rule.WindowAll || !rule.EqualExpr(rule.Metric{Window: a.Window}, rule.Metric{Window: b.Window}) {
		return false
	}
	return l.warnTest(t, WarnShared, c, "the window counts for both, %s and %s: it is read as %s", schema.Quoted(rule.Metric{Agg: a.Agg, Prop: a.Prop, Events: a.Events}),
		schema.Quoted(rule.Metric{Agg: b.Agg, Prop: b.Prop, Events: b.Events}), code(t.whole))
}
