package segment

import "strings"

func (p *parser) operator() (op Op, negated bool) {
	switch p.tok.kind {
	case '<':
		op = Lt
	case tokenLe:
		op = Le
	case '>':
		op = Gt
	case tokenGe:
		op = Ge
	case tokenNe:
		negated = true
	}
	p.next()
	return op, negated
}

// comparison = operator ( sum | span "AGO" | span "FROM" "NOW" | rate | number noun ) .
func (p *parser) comparison(e Expr, name token) (Condition, bool) {
	op, negated := p.operator()
	at := p.tok.off
	if p.rateStarts() {
		return p.rate(e, op, negated, name)
	}
	right, ok := p.sum()
	if !ok {
		return nil, false
	}
	if d, ok := right.(Span); ok {
		switch {
		case p.accept("AGO"):
			return p.ago(e, op, negated, d, at)
		case p.acceptAll("FROM", "NOW"):
			return p.fromNow(e, op, negated, d, at)
		}
	}
	if v, ok := right.(Value); ok && v.kind == KindNumber && p.tok.kind == tokenName {
		if name.kind != tokenEnd && (p.nounFollows() || p.windowStarts(false)) {
			return p.phrase(name, op, negated, v)
		}
		if p.ahead("?", "AGO") || p.ahead("?", "FROM") {
			return nil, p.unexpectedUnit()
		}
	}
	switch { // NULL that stands by itself asks what is missing; (NULL) is a value, which equals nothing
	case op == Eq && isNullLiteral(right) && p.src[p.prevEnd-1] != ')':
		return negation(IsNull{e}, negated), true
	case op == Eq && isNullLiteral(e) && name.kind == tokenName:
		return negation(IsNull{right}, negated), true
	}
	return compared(e, op, negated, right), true
}

func compared(e Expr, op Op, negated bool, right Expr) Condition {
	return negation(Compare{Left: e, Op: op, Right: right}, negated)
}

func negation(c Condition, negated bool) Condition {
	if negated {
		return Not{c}
	}
	return c
}

func isNullLiteral(e Expr) bool {
	v, ok := e.(Value)
	return ok && v.kind == KindNull
}

// ago compares ages: see [WindowOlder] and [WindowLast].
func (p *parser) ago(e Expr, op Op, negated bool, d Span, at int) (Condition, bool) {
	switch {
	case op == Eq:
		return p.onDay(e, negated, Sub, d, at)
	case !p.forward(d, at):
		return nil, false
	case op == Gt, op == Ge:
		return When{e, Window{Kind: WindowOlder, A: d}}, true
	}
	return When{e, Window{Kind: WindowLast, A: d}}, true
}

func (p *parser) fromNow(e Expr, op Op, negated bool, d Span, at int) (Condition, bool) {
	switch {
	case op == Eq:
		return p.onDay(e, negated, Add, d, at)
	case !p.forward(d, at):
		return nil, false
	case op == Gt, op == Ge:
		return When{e, Window{Kind: WindowLater, A: d}}, true
	}
	return When{e, Window{Kind: WindowNext, A: d}}, true
}

// onDay is `= 3 days ago`: a calendar day.
func (p *parser) onDay(e Expr, negated bool, op ArithOp, d Span, at int) (Condition, bool) {
	if d.Unit < Day {
		p.complain(ErrSyntax, at, "= with a time ago or from now means a calendar day; it takes days, weeks, months, quarters or years", "")
		return nil, false
	}
	return compared(e, Eq, negated, Arith{op, Call{Fn: FnToday}, d}), true
}

// rateStarts reports whether `5/year` or `5 per year` follows.
func (p *parser) rateStarts() bool {
	if !p.ahead("#", "/", "?") && !p.ahead("#", "PER", "?") {
		return false
	}
	unit, after := scan(p.src, scan(p.src, p.pos).end), token{}
	after = scan(p.src, unit.end)
	_, ok := unitNamed(unit.text)
	return ok && after.kind != '(' && after.kind != '.'
}

// rate = number ( "/" | "PER" ) unit . It is a number in a window that ends now.
func (p *parser) rate(e Expr, op Op, negated bool, name token) (Condition, bool) {
	at := p.tok.off
	v, ok := p.number(false)
	if !ok {
		return nil, false
	}
	w := p.per()
	c := compared(e, op, negated, v)
	var found, free int
	mapMetrics(e, Window{}, &found, &free)
	switch {
	case p.windowStarts(false):
		p.complain(ErrSyntax, p.tok.off, "a rate has a window already", "")
		return nil, false
	case found == 0 && name.kind == tokenEnd, found == 0:
		return c, true
	case free == 0:
		p.complain(ErrSyntax, at, "a rate is a window, and every aggregate here has one already", "")
		return nil, false
	}
	e = mapMetrics(e, w, &found, &free)
	return compared(e, op, negated, v), true
}

// per reads the unit of a rate.
func (p *parser) per() Window {
	p.next()
	u, _ := unitNamed(p.tok.text)
	p.next()
	return Window{Kind: WindowLast, A: Span{1, u}}
}

// phrase = name operator number [ noun ] [ rate | window ] : an event and how
// many of it.
func (p *parser) phrase(name token, op Op, negated bool, v Value) (Condition, bool) {
	event := p.phraseEvent(name)
	m := Metric{Agg: AggCount, Events: Events{Names: []string{event}}}
	if p.nounFollows() {
		noun := p.tok
		p.next()
		if p.vocabulary != nil && !isTimes(noun.text) && !p.vocabulary.noun(event, noun.text) {
			p.complain(ErrUnknown, noun.off, noun.describe()+" is no noun of the event `"+event+"`", "")
		}
	}
	if p.ahead("/", "?") || p.ahead("PER", "?") {
		if _, ok := unitNamed(scan(p.src, p.pos).text); ok {
			m.Window = p.per()
		}
	}
	return compared(m, op, negated, v), true
}

func isTimes(noun string) bool { return sameWord(noun, "TIMES") || sameWord(noun, "TIME") }

// phraseEvent is the event that the name in a phrase stands for.
func (p *parser) phraseEvent(name token) string {
	text := name.text
	if name.kind == tokenQuoted {
		text = unquoteName(text)
	}
	// The name was read as a field; it is none.
	if n := len(p.uses); n > 0 && p.uses[n-1].offset == name.off {
		p.uses = p.uses[:n-1]
	}
	event := strings.ToLower(text)
	if p.vocabulary != nil {
		if canonical, ok := p.vocabulary.event(text); ok {
			event = canonical
		}
	}
	p.used(useEvent, event, name.off)
	return event
}

// nounFollows reports whether the current token is a name behind which the
// phrase ends, or goes on as phrases do.
func (p *parser) nounFollows() bool {
	if p.tok.kind != tokenName || reserved(p.tok.text) || p.windowStarts(false) || p.is("IGNORING") || p.is("PER") || p.is("AGO") {
		return false
	}
	t := scan(p.src, p.pos)
	switch t.kind {
	case tokenEnd, ')', ',', '/':
		return true
	case tokenName:
		for _, word := range [...]string{"AND", "OR", "IN", "LAST", "PAST", "THIS", "PREVIOUS", "TODAY", "YESTERDAY", "SINCE",
			"BEFORE", "BETWEEN", "MORE", "WITHIN", "DURING", "PER"} {
			if sameWord(t.text, word) {
				return true
			}
		}
	}
	return false
}

// previously = "PREVIOUSLY" phrase .
func (p *parser) previously() (Condition, bool) {
	p.next()
	name := p.tok
	if _, ok := p.name("the name of an event"); !ok {
		return nil, false
	}
	if !p.comparing() {
		return nil, p.unexpected("a comparison, such as >")
	}
	op, negated := p.operator()
	if p.tok.kind != tokenNumber {
		return nil, p.unexpected("a number")
	}
	v, ok := p.number(false)
	if !ok {
		return nil, false
	}
	c, ok := p.phrase(name, op, negated, v)
	if !ok {
		return nil, false
	}
	n, isNot := c.(Not)
	if isNot {
		c = n.C
	}
	if c, ok = p.trailers(c); ok && isNot {
		c = Not{c}
	}
	return c, ok
}
