package rule

import (
	"strings"
)

// Word returns the name of the unit for a number of them: day, days.
func (u Unit) Word() string {
	if u > UnitYear {
		u = 0
	}
	return [...]string{"unit", "second", "minute", "hour", "day", "week", "month", "quarter", "year"}[u]
}

func (u Unit) keyword() string {
	if u > UnitYear {
		u = 0
	}
	return [...]string{"UNIT", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}[u]
}

// String returns the day in upper case: MONDAY.
func (d Weekday) String() string {
	return [...]string{"", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"}[d%8]
}

// window prints a window of events, with a space before it; nothing for no window.
func (p *printer) window(w Window) {
	switch w.Kind {
	case WindowAll:
	case WindowLast:
		p.add(" IN LAST ", w.A.String())
	case WindowOlder:
		p.add(" MORE THAN ", w.A.String(), " AGO")
	case WindowNext:
		p.add(" IN NEXT ", w.A.String())
	case WindowLater:
		p.add(" MORE THAN ", w.A.String(), " FROM NOW")
	case WindowThis, WindowPrevious, WindowFollowing:
		p.calendar(w)
	case WindowBetween:
		p.add(" BETWEEN ")
		p.bound(w.From)
		p.add(" AND ")
		p.bound(w.To)
	default:
		p.sharedWindow(w)
	}
}

// when prints the window that an instant is tested for.
func (p *printer) when(w Window) {
	switch w.Kind {
	case WindowAll:
		p.add(" IN THE PAST")
	case WindowLast:
		p.add(" WITHIN LAST ", w.A.String())
	case WindowOlder:
		p.add(" OLDER THAN ", w.A.String())
	case WindowNext:
		p.add(" WITHIN NEXT ", w.A.String())
	case WindowLater:
		p.add(" > ", w.A.String(), " FROM NOW")
	case WindowThis, WindowPrevious, WindowFollowing:
		p.add(" DURING")
		p.calendar(w)
	case WindowBetween:
		p.add(" FROM ")
		p.bound(w.From)
		p.add(" TO ")
		p.bound(w.To)
	default:
		p.sharedWindow(w)
	}
}

// sharedWindow prints the windows that events and instants spell alike.
func (p *printer) sharedWindow(w Window) {
	switch w.Kind {
	case WindowAgo:
		p.add(" BETWEEN ")
		if w.A.Unit == w.B.Unit {
			p.number(int(w.A.N))
		} else {
			p.add(w.A.String())
		}
		p.add(" AND ", w.B.String(), " AGO")
	case WindowSince:
		p.add(" SINCE ")
		p.bound(w.From)
	case WindowBefore:
		p.add(" BEFORE ")
		p.bound(w.To)
	}
}

func (p *printer) calendar(w Window) {
	day, which := " TODAY", " THIS "
	switch w.Kind {
	case WindowPrevious:
		day, which = " YESTERDAY", " PREVIOUS "
	case WindowFollowing:
		day, which = " TOMORROW", " NEXT "
	}
	if w.Unit == UnitDay && w.N == 0 {
		p.add(day)
		return
	}
	p.add(which)
	if w.N != 0 {
		p.number(int(w.N))
		p.add(" ")
	}
	if w.Fiscal {
		p.add("FISCAL ")
	}
	p.add(w.Unit.keyword())
	if w.N != 0 {
		p.add("S")
	}
	if w.Unit == UnitWeek && w.StartsOn != 0 {
		p.add(" STARTING ", w.StartsOn.String())
	}
	if w.Fiscal && w.StartsIn != 0 {
		p.add(" STARTING ", strings.ToUpper(w.StartsIn.String()))
	}
}

// bound prints a bound of a window: an atom, or one moved by spans, so that the
// window ends before an operator behind it.
func (p *printer) bound(e Expr) {
	a, ok := e.(Arith)
	if !ok || precedenceOf(a.Op) != precedenceSum {
		p.expr(e, precedenceAtom)
		return
	}
	d, ok := a.Right.(Span)
	if !ok || d.N < 0 {
		p.expr(e, precedenceAtom)
		return
	}
	p.bound(a.Left)
	p.add(a.Op.sign(), d.String())
}
