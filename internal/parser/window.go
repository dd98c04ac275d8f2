package parser

import (
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
)

// windowStarts reports whether a window follows. Directly behind an aggregate
// WITHIN and DURING start no window: there they test its value, an instant.
func (p *parser) windowStarts(behind bool) bool {
	if p.tok.Kind != lexer.Name {
		return false
	}
	switch {
	case p.is("BETWEEN"), p.is("SINCE"), p.is("BEFORE"), p.is("TODAY"), p.is("YESTERDAY"), p.is("TOMORROW"), p.is("MORE"):
		return true
	case p.is("THIS"), p.is("PREVIOUS"), p.is("NEXT"), p.is("LAST"), p.is("PAST"):
		return p.relativeFollows(p.tok, p.pos)
	case p.is("IN"):
		t := lexer.Scan(p.src, p.pos)
		if t.Kind == lexer.Name && word.Is(t.Text, "THE") {
			t = lexer.Scan(p.src, t.End)
		}
		return p.relativeFollows(t, t.End)
	case p.is("WITHIN"), p.is("DURING"):
		t := lexer.Scan(p.src, p.pos)
		if t.Kind == lexer.Name && word.Is(t.Text, "THE") {
			t = lexer.Scan(p.src, t.End)
		}
		return !behind && p.relativeFollows(t, t.End)
	}
	return false
}

// relativeFollows reports whether a token and what follows it start something
// like LAST 30 days, THIS WEEK, TODAY.
func (p *parser) relativeFollows(t lexer.Token, end int) bool {
	if t.Kind != lexer.Name {
		return false
	}
	switch {
	case word.Is(t.Text, "TODAY"), word.Is(t.Text, "YESTERDAY"), word.Is(t.Text, "TOMORROW"):
		return true
	case word.Is(t.Text, "LAST"), word.Is(t.Text, "PAST"), word.Is(t.Text, "NEXT"):
		t = lexer.Scan(p.src, end)
		return t.Kind == lexer.Number || t.Kind == '-' || p.periodFollows(t)
	case word.Is(t.Text, "PREVIOUS"):
		t = lexer.Scan(p.src, end)
		return t.Kind == lexer.Number || p.periodFollows(t)
	case word.Is(t.Text, "THIS"):
		return p.periodFollows(lexer.Scan(p.src, end))
	}
	return false
}

// periodFollows reports whether a token is a unit, or FISCAL with one behind it.
func (p *parser) periodFollows(t lexer.Token) bool {
	if t.Kind == lexer.Name && word.Is(t.Text, "FISCAL") {
		t = lexer.Scan(p.src, t.End)
	}
	_, unit := rule.UnitNamed(t.Text)
	return t.Kind == lexer.Name && unit
}

// window = ( "IN" | "WITHIN" | "DURING" ) [ "THE" ] relative | relative
// | "MORE" "THAN" span ( "AGO" | "FROM" "NOW" ) | "BETWEEN" ago | "BETWEEN" bound "AND" bound
// | "SINCE" bound | "BEFORE" bound .
func (p *parser) window() (w rule.Window, ok bool) {
	switch {
	case p.is("BETWEEN"):
		at := p.tok.Off
		b, ago, ok := p.bounds(asWindow)
		if !ok {
			return w, false
		}
		if ago {
			return p.agoWindow(b.Between)
		}
		return p.windowBetween(b, at)
	case p.accept("SINCE"):
		w.Kind = rule.WindowSince
		w.From, ok = p.bound()
		return w, ok
	case p.accept("BEFORE"):
		w.Kind = rule.WindowBefore
		w.To, ok = p.bound()
		return w, ok
	case p.accept("MORE"):
		return p.moreThan()
	}
	rolling, alone := p.is("IN") || p.is("WITHIN"), p.is("IN") || p.is("DURING")
	if rolling || alone {
		p.next()
		p.accept("THE")
	}
	if p.is("NEXT") {
		return p.following(rolling, !rolling || alone)
	}
	return p.relative()
}

// moreThan = "MORE" "THAN" span ( "AGO" | "FROM" "NOW" ) .
func (p *parser) moreThan() (w rule.Window, ok bool) {
	if !p.expect("THAN") {
		return w, false
	}
	if w.A, ok = p.length(); !ok {
		return w, false
	}
	switch {
	case p.accept("AGO"):
		w.Kind = rule.WindowOlder
	case p.acceptAll("FROM", "NOW"):
		w.Kind = rule.WindowLater
	default:
		return w, p.unexpected("AGO or FROM NOW", "AGO", "FROM")
	}
	return w, true
}

// length reads a span that is not negative.
func (p *parser) length() (rule.Span, bool) {
	if p.tok.Kind == '-' {
		return rule.Span{}, p.forward(rule.Span{N: -1}, p.tok.Off)
	}
	return p.span()
}

// forward complains of a window whose length is negative.
func (p *parser) forward(d rule.Span, at int) bool {
	if d.N < 0 {
		p.complain(rule.ErrValue, at, "a window needs a length of time that is not negative", "")
		return false
	}
	return true
}

// following = "NEXT" span | "NEXT" [ number ] period .
//
// A number of units is rolling behind IN and WITHIN, as LAST 30 days is, and whole periods of
// the calendar behind DURING or nothing. WITHIN NEXT MONTH may mean either, and is refused.
func (p *parser) following(rolling, alone bool) (w rule.Window, ok bool) {
	p.next()
	fiscal := p.is("FISCAL") || p.ahead("#", "FISCAL")
	switch {
	case p.tok.Kind == '-', p.tok.Kind == lexer.Number && !fiscal && (rolling || !p.daysFollow()):
		w.Kind = rule.WindowNext
		w.A, ok = p.length()
		return w, ok
	case !alone && !fiscal && p.tok.Kind == lexer.Name:
		return w, p.unexpected("a number, such as NEXT 30 days; the calendar's next month is DURING NEXT MONTH")
	case p.several():
		return w, p.unexpected("a number, such as NEXT 3 months")
	}
	return p.calendarUnit(rule.Window{Kind: rule.WindowFollowing})
}

// daysFollow reports whether a unit of days or more stands behind the current token.
func (p *parser) daysFollow() bool {
	u, ok := rule.UnitNamed(lexer.Scan(p.src, p.pos).Text)
	return ok && u >= rule.UnitDay
}

// several reports whether the current token is units, and not one.
func (p *parser) several() bool {
	n := len(p.tok.Text)
	if p.tok.Kind != lexer.Name || n < 2 || p.tok.Text[n-1]|' ' != 's' {
		return false
	}
	_, unit := rule.UnitNamed(p.tok.Text)
	return unit
}

// relative = ( "LAST" | "PAST" ) span | "TODAY" | "YESTERDAY" | "TOMORROW"
// | ( "THIS" | "PREVIOUS" | "LAST" ) period | "PREVIOUS" number period .
func (p *parser) relative() (w rule.Window, ok bool) {
	last := p.is("LAST") || p.is("PAST")
	switch {
	case p.accept("TODAY"):
		return rule.Window{Kind: rule.WindowThis, Unit: rule.UnitDay}, true
	case p.accept("YESTERDAY"):
		return rule.Window{Kind: rule.WindowPrevious, Unit: rule.UnitDay}, true
	case p.accept("TOMORROW"):
		return rule.Window{Kind: rule.WindowFollowing, Unit: rule.UnitDay}, true
	case p.accept("THIS"):
		w.Kind = rule.WindowThis
	case p.accept("PREVIOUS"):
		w.Kind = rule.WindowPrevious
	case last:
		p.next()
		if p.tok.Kind != lexer.Name {
			w.Kind = rule.WindowLast
			w.A, ok = p.length()
			return w, ok
		}
		if p.several() { // LAST days says not how many
			return w, p.unexpected("a number, such as LAST 30 days")
		}
		w.Kind = rule.WindowPrevious
	default:
		return w, p.unexpected("LAST, NEXT, THIS, PREVIOUS, TODAY, YESTERDAY or TOMORROW",
			"LAST", "NEXT", "THIS", "PREVIOUS", "TODAY", "YESTERDAY", "TOMORROW")
	}
	return p.calendarUnit(w)
}

// maxPeriods is 10,000 years of days.
const maxPeriods = 3_652_500

// calendarUnit = [ number ] [ "FISCAL" ] unit [ "STARTING" ( weekday | month ) ] , the number
// only behind PREVIOUS and NEXT.
func (p *parser) calendarUnit(w rule.Window) (rule.Window, bool) {
	at := p.tok.Off
	if w.Kind != rule.WindowThis && p.tok.Kind == lexer.Number {
		n, ok := p.whole("periods", 1, maxPeriods)
		if !ok {
			return w, false
		}
		w.N = int64(n)
	}
	w.Fiscal = p.accept("FISCAL")
	u, ok := rule.UnitNamed(p.tok.Text)
	switch {
	case w.Fiscal && (p.tok.Kind != lexer.Name || u != rule.UnitQuarter && u != rule.UnitYear):
		return w, p.unexpected("QUARTER or YEAR", "QUARTER", "YEAR")
	case p.tok.Kind != lexer.Name || !ok || u < rule.UnitDay:
		return w, p.unexpected("DAY, WEEK, MONTH, QUARTER or YEAR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL")
	}
	p.next()
	w.Unit = u
	return p.periods(w, at)
}

// periods reads on behind the unit of a calendar window, whose number of units was at a place.
func (p *parser) periods(w rule.Window, at int) (rule.Window, bool) {
	switch {
	case w.N == 1:
		w.N = 0 // PREVIOUS 1 MONTH is PREVIOUS MONTH
	case w.N != 0 && !(rule.Span{N: w.N, Unit: w.Unit}).Valid():
		p.complain(rule.ErrValue, at, "a window of more than 10,000 years", "")
		return w, false
	}
	u := w.Unit
	if !p.ahead("STARTING", "?") {
		return w, true
	}
	p.next()
	if w.Fiscal {
		return p.startingIn(w)
	}
	for d := rule.WeekdayMonday; d <= rule.WeekdaySunday; d++ {
		if u == rule.UnitWeek && p.accept(d.String()) {
			w.StartsOn = d
			return w, true
		}
	}
	if u != rule.UnitWeek {
		p.complain(rule.ErrSyntax, p.prevOff, "only a WEEK can be STARTING on a day", "")
		return w, false
	}
	return w, p.unexpected("a day of the week", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
}

// startingIn reads the month in which a fiscal year starts.
func (p *parser) startingIn(w rule.Window) (rule.Window, bool) {
	var names []string
	for m := time.January; m <= time.December; m++ {
		name := strings.ToUpper(m.String())
		if p.accept(name) {
			w.StartsIn = m
			return w, true
		}
		names = append(names, name)
	}
	return w, p.unexpected("a month, such as APRIL", names...)
}

// when reads the windows that an instant is tested for; nil where there is none.
func (p *parser) when(e rule.Expr) (rule.Condition, bool) {
	var w rule.Window
	ok, at := true, 0
	_, joined := e.(rule.Joined)
	switch {
	case p.ahead("NEXT", "#") && !joined:
		return nil, p.unexpected("WITHIN NEXT 30 days, up to so far from now, or DURING NEXT 3 months, whole ones of the calendar", "WITHIN", "DURING")
	case p.windowStarts(false):
		w, ok = p.window()
	case p.acceptAll("IN", "THE", "PAST"):
	case p.acceptAll("OLDER", "THAN"):
		w.Kind = rule.WindowOlder
		w.A, ok = p.length()
	case p.accept("FROM"):
		w.Kind, at = rule.WindowBetween, p.prevOff
		if w.From, ok = p.bound(); ok && p.expect("TO") {
			w.To, ok = p.bound()
		} else {
			ok = false
		}
	case p.is("WITHIN"):
		p.next()
		return nil, p.unexpected("LAST or NEXT", "LAST", "NEXT")
	case p.is("DURING"):
		p.next()
		return nil, p.unexpected("TODAY, YESTERDAY, TOMORROW, THIS, PREVIOUS or NEXT", "TODAY", "YESTERDAY", "TOMORROW", "THIS", "PREVIOUS", "NEXT")
	case p.is("OLDER"):
		p.next()
		return nil, p.unexpected("THAN", "THAN")
	default:
		return nil, p.noTest(e)
	}
	if ok && w.Kind == rule.WindowBetween && (rule.IsNumberLiteral(w.From) || rule.IsNumberLiteral(w.To)) {
		p.complain(rule.ErrSyntax, at, "a window has dates or instants for bounds; numbers lie BETWEEN two others", "")
		return nil, false
	}
	return rule.When{X: e, Window: w}, ok
}

// noTest complains where a misspelt operator seems to follow.
func (p *parser) noTest(e rule.Expr) bool {
	if p.tok.Kind != lexer.Name && p.tok.Kind != lexer.Bad && p.tok.Kind != lexer.Text && p.tok.Kind != lexer.Number {
		return true
	}
	if p.is("AND") || p.is("OR") || p.ahead("IN", "ZONE") {
		return true
	}
	if p.accept("IN") {
		if p.accept("LAST") || p.accept("NEXT") {
			return p.unexpected("a length of time such as 30 days")
		}
		return p.unexpected("a list in parentheses, CIDR, or a window such as LAST 30 days", "CIDR", "LAST", "THIS", "PREVIOUS", "TODAY", "ZONE")
	}
	if p.accept("NOT") && p.comparing() {
		p.complain(rule.ErrSyntax, p.prevOff, "NOT stands before a condition, or before IN, BETWEEN, CONTAINS and the like", "!=")
		return false
	}
	return p.unexpected("a comparison, such as = or CONTAINS", "IS", "BETWEEN", "CONTAINS", "STARTS", "ENDS", "MATCHES",
		"WITHIN", "OLDER", "SINCE", "BEFORE", "DURING", "FROM", "CHANGED", "AND", "OR")
}
