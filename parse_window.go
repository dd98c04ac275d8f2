package segment

// windowStarts reports whether a window follows. Directly behind an aggregate
// WITHIN and DURING start no window: there they test its value, an instant.
func (p *parser) windowStarts(behind bool) bool {
	if p.tok.kind != tokenName {
		return false
	}
	switch {
	case p.is("BETWEEN"), p.is("SINCE"), p.is("BEFORE"), p.is("TODAY"), p.is("YESTERDAY"), p.is("MORE"):
		return true
	case p.is("THIS"), p.is("PREVIOUS"), p.is("LAST"), p.is("PAST"):
		return p.relativeFollows(p.tok, p.pos)
	case p.is("IN"):
		t := scan(p.src, p.pos)
		if t.kind == tokenName && sameWord(t.text, "THE") {
			t = scan(p.src, t.end)
		}
		return p.relativeFollows(t, t.end)
	case p.is("WITHIN"), p.is("DURING"):
		t := scan(p.src, p.pos)
		if t.kind == tokenName && sameWord(t.text, "THE") {
			t = scan(p.src, t.end)
		}
		return !behind && p.relativeFollows(t, t.end)
	}
	return false
}

// relativeFollows reports whether a token and what follows it start something
// like LAST 30 days, THIS WEEK, TODAY.
func (p *parser) relativeFollows(t token, end int) bool {
	if t.kind != tokenName {
		return false
	}
	switch {
	case sameWord(t.text, "TODAY"), sameWord(t.text, "YESTERDAY"):
		return true
	case sameWord(t.text, "LAST"), sameWord(t.text, "PAST"), sameWord(t.text, "NEXT"):
		t = scan(p.src, end)
		_, unit := unitNamed(t.text)
		return t.kind == tokenNumber || t.kind == '-' || unit
	case sameWord(t.text, "THIS"), sameWord(t.text, "PREVIOUS"):
		_, unit := unitNamed(scan(p.src, end).text)
		return unit
	}
	return false
}

// window = ( "IN" | "WITHIN" | "DURING" ) [ "THE" ] relative | relative
// | "MORE" "THAN" span ( "AGO" | "FROM" "NOW" ) | "BETWEEN" ago | "BETWEEN" bound "AND" bound
// | "SINCE" bound | "BEFORE" bound .
func (p *parser) window() (w Window, ok bool) {
	switch {
	case p.is("BETWEEN"):
		at := p.tok.off
		b, ago, ok := p.bounds()
		if !ok {
			return w, false
		}
		if ago {
			return p.agoWindow(b)
		}
		return p.windowBetween(b, at)
	case p.accept("SINCE"):
		w.Kind = WindowSince
		w.From, ok = p.bound()
		return w, ok
	case p.accept("BEFORE"):
		w.Kind = WindowBefore
		w.To, ok = p.bound()
		return w, ok
	case p.accept("MORE"):
		return p.moreThan()
	}
	if p.accept("IN") || p.accept("WITHIN") || p.accept("DURING") {
		p.accept("THE")
	}
	return p.relative()
}

// moreThan = "MORE" "THAN" span ( "AGO" | "FROM" "NOW" ) .
func (p *parser) moreThan() (w Window, ok bool) {
	if !p.expect("THAN") {
		return w, false
	}
	if w.A, ok = p.length(); !ok {
		return w, false
	}
	switch {
	case p.accept("AGO"):
		w.Kind = WindowOlder
	case p.acceptAll("FROM", "NOW"):
		w.Kind = WindowLater
	default:
		return w, p.unexpected("AGO or FROM NOW", "AGO", "FROM")
	}
	return w, true
}

// length reads a span that is not negative.
func (p *parser) length() (Span, bool) {
	if p.tok.kind == '-' {
		return Span{}, p.forward(Span{N: -1}, p.tok.off)
	}
	return p.span()
}

// forward complains of a window whose length is negative.
func (p *parser) forward(d Span, at int) bool {
	if d.N < 0 {
		p.complain(ErrValue, at, "a window needs a length of time that is not negative", "")
		return false
	}
	return true
}

// relative = ( "LAST" | "PAST" | "NEXT" ) span | "TODAY" | "YESTERDAY"
// | ( "THIS" | "PREVIOUS" | "LAST" ) unit [ "STARTING" weekday ] .
func (p *parser) relative() (w Window, ok bool) {
	last := p.is("LAST") || p.is("PAST")
	switch {
	case p.accept("TODAY"):
		return Window{Kind: WindowThis, Unit: Day}, true
	case p.accept("YESTERDAY"):
		return Window{Kind: WindowPrevious, Unit: Day}, true
	case p.accept("THIS"):
		w.Kind = WindowThis
	case p.accept("PREVIOUS"):
		w.Kind = WindowPrevious
	case last || p.is("NEXT"):
		p.next()
		if p.tok.kind != tokenName || !last {
			w.Kind = WindowNext
			if last {
				w.Kind = WindowLast
			}
			w.A, ok = p.length()
			return w, ok
		}
		w.Kind = WindowPrevious
	default:
		return w, p.unexpected("LAST, NEXT, THIS, PREVIOUS, TODAY or YESTERDAY",
			"LAST", "NEXT", "THIS", "PREVIOUS", "TODAY", "YESTERDAY")
	}
	return p.calendarUnit(w)
}

// calendarUnit reads the unit of THIS and PREVIOUS.
func (p *parser) calendarUnit(w Window) (Window, bool) {
	u, ok := unitNamed(p.tok.text)
	if p.tok.kind != tokenName || !ok || u < Day {
		return w, p.unexpected("DAY, WEEK, MONTH, QUARTER or YEAR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
	}
	p.next()
	w.Unit = u
	if !p.ahead("STARTING", "?") {
		return w, true
	}
	p.next()
	for d := Monday; d <= Sunday; d++ {
		if u == Week && p.accept(d.String()) {
			w.StartsOn = d
			return w, true
		}
	}
	if u != Week {
		p.complain(ErrSyntax, p.prevOff, "only a WEEK can be STARTING on a day", "")
		return w, false
	}
	return w, p.unexpected("a day of the week", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
}

// agoWindow is BETWEEN 30 AND 60 days AGO.
func (p *parser) agoWindow(b Between) (w Window, ok bool) {
	hi, ok := b.Hi.(Span)
	lo, ok2 := b.Lo.(Span)
	if v, isValue := b.Lo.(Value); ok && isValue {
		n, isInt := v.Int()
		lo, ok2 = Span{n, hi.Unit}, isInt
	}
	if !ok || !ok2 || !lo.valid() || lo.N < 0 || hi.N < 0 {
		p.complain(ErrSyntax, p.prevOff, "BETWEEN … AGO takes two lengths of time, such as BETWEEN 30 AND 60 days AGO", "")
		return w, false
	}
	return Window{Kind: WindowAgo, A: lo, B: hi}, true
}

// bound = unary { ( "+" | "-" ) span } .
func (p *parser) bound() (Expr, bool) {
	at, subject := p.tok.off, p.subject
	p.subject = false
	e, ok := p.unary()
	for n := 1; ok && p.spanAdded(); n++ {
		op := Add
		if p.tok.kind == '-' {
			op = Sub
		}
		if !p.chain(n) {
			return nil, false
		}
		var d Span
		d, ok = p.span()
		e = Arith{op, e, d}
	}
	p.subject = subject
	if _, isSpan := e.(Span); ok && isSpan {
		p.complain(ErrSyntax, at, "expected a date or an instant, such as TODAY - 30 days; for a length of time there is IN LAST 30 days", "")
		return nil, false
	}
	return e, ok
}

// spanAdded reports whether + or - and a span follow.
func (p *parser) spanAdded() bool {
	if !p.ahead("+", "#", "?") && !p.ahead("-", "#", "?") {
		return false
	}
	_, ok := unitNamed(scan(p.src, scan(p.src, p.pos).end).text)
	return ok
}

// when reads the windows that an instant is tested for; nil where there is none.
func (p *parser) when(e Expr) (Condition, bool) {
	var w Window
	ok := true
	switch {
	case p.windowStarts(false):
		w, ok = p.window()
	case p.acceptAll("IN", "THE", "PAST"):
	case p.acceptAll("OLDER", "THAN"):
		w.Kind = WindowOlder
		w.A, ok = p.length()
	case p.accept("FROM"):
		w.Kind = WindowBetween
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
		return nil, p.unexpected("TODAY, YESTERDAY, THIS or PREVIOUS", "TODAY", "YESTERDAY", "THIS", "PREVIOUS")
	case p.is("OLDER"):
		p.next()
		return nil, p.unexpected("THAN", "THAN")
	default:
		return nil, p.noTest(e)
	}
	return When{e, w}, ok
}

// noTest complains where a misspelt operator seems to follow.
func (p *parser) noTest(e Expr) bool {
	if p.tok.kind != tokenName && p.tok.kind != tokenBad && p.tok.kind != tokenText && p.tok.kind != tokenNumber {
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
		p.complain(ErrSyntax, p.prevOff, "NOT stands before a condition, or before IN, BETWEEN, CONTAINS and the like", "!=")
		return false
	}
	return p.unexpected("a comparison, such as = or CONTAINS", "IS", "BETWEEN", "CONTAINS", "STARTS", "ENDS", "MATCHES",
		"WITHIN", "OLDER", "SINCE", "BEFORE", "DURING", "FROM", "CHANGED", "AND", "OR")
}
