package segment

// sum = product { ( "+" | "-" ) product } .
func (p *parser) sum() (Expr, bool) {
	e, ok := p.unary()
	if !ok {
		return nil, false
	}
	return p.sumFrom(e)
}

// sumFrom reads on behind the first operand of a sum.
func (p *parser) sumFrom(e Expr) (Expr, bool) {
	e, ok := p.productFrom(e)
	for n := 1; ok && (p.tok.kind == '+' || p.tok.kind == '-'); n++ {
		op := Add
		if p.tok.kind == '-' {
			op = Sub
		}
		if !p.chain(n) {
			return nil, false
		}
		var right Expr
		if right, ok = p.unary(); ok {
			right, ok = p.productFrom(right)
		}
		e = Arith{op, e, right}
	}
	return e, ok
}

// productFrom reads on behind the first operand of a product.
//
// product = unary { ( "*" | "/" | "%" ) unary } .
func (p *parser) productFrom(e Expr) (Expr, bool) {
	ok := true
	for n := 1; ok; n++ {
		var op ArithOp
		switch p.tok.kind {
		case '*':
			op = Mul
		case '/':
			op = Div
		case '%':
			op = Mod
		default:
			return e, true
		}
		if !p.chain(n) {
			return nil, false
		}
		var right Expr
		right, ok = p.unary()
		e = Arith{op, e, right}
	}
	return e, ok
}

// chain moves past the nth operator in a row; the tree is as deep as the row
// is long.
func (p *parser) chain(n int) bool {
	if p.depth+n > p.limits.Depth {
		p.refuse(p.tok.off, "nesting deeper than %d levels", p.limits.Depth)
		return false
	}
	p.chained++
	p.next()
	return true
}

// unary = { "-" } operand .
func (p *parser) unary() (Expr, bool) {
	signs := 0
	for p.tok.kind == '-' {
		if signs++; !p.chain(signs) {
			return nil, false
		}
	}
	p.depth += signs
	defer func() { p.depth -= signs }()
	wraps := signs
	var e Expr
	var ok bool
	if p.tok.kind == tokenNumber {
		if wraps > 0 {
			wraps--
		}
		if !p.countOperand() {
			return nil, false
		}
		e, ok = p.numberOrSpan(signs > 0)
	} else {
		e, ok = p.operand()
	}
	for range wraps {
		e = Arith{Sub, Int(0), e}
	}
	return e, ok
}

// operandFactor is how many expressions a rule may have for each condition.
const operandFactor = 4

func (p *parser) countOperand() bool {
	if p.operands++; p.operands > operandFactor*p.limits.Conditions {
		p.refuse(p.tok.off, "more than %d values, fields and aggregates", operandFactor*p.limits.Conditions)
	}
	return !p.aborted
}

// operand = constant | path | call | metric | joined | "(" sum ")" | now .
func (p *parser) operand() (Expr, bool) {
	if !p.countOperand() {
		return nil, false
	}
	switch p.tok.kind {
	case tokenText:
		return Text(p.text()), true
	case tokenTime:
		return p.time(), true
	case '(':
		return p.parenthesised()
	case tokenQuoted:
		return p.path("a field")
	case tokenName:
		return p.named()
	}
	return nil, p.unexpected("a value or a field")
}

func (p *parser) parenthesised() (Expr, bool) {
	if !p.enter() {
		return nil, false
	}
	subject := p.subject
	p.subject = false
	p.next()
	e, ok := p.sum()
	p.subject = subject
	p.leave()
	return e, ok && (p.acceptSymbol(')') || p.unexpected("an operator or `)`"))
}

// named reads an operand that starts with a name or a keyword.
func (p *parser) named() (Expr, bool) {
	if p.ahead("?", "(") {
		return p.called()
	}
	if reserved(p.tok.text) {
		return p.keywordValue()
	}
	if p.ahead("JOINED", "LIST") {
		return p.joined()
	}
	if p.textFollows() {
		if v, found := p.constant(); found {
			return v, true
		}
	}
	return p.path("a field")
}

// keywordValue = "TRUE" | "FALSE" | "NULL" | "NOW" | "TODAY" | "YESTERDAY" | "TOMORROW" | "ELEMENT" .
func (p *parser) keywordValue() (Expr, bool) {
	if v, found := p.constant(); found {
		return v, true
	}
	today, day := Call{Fn: FnToday}, Span{1, Day}
	switch {
	case p.accept("NOW"):
		return Call{Fn: FnNow}, true
	case p.accept("TODAY"):
		return today, true
	case p.accept("YESTERDAY"):
		return Arith{Sub, today, day}, true
	case p.accept("TOMORROW"):
		return Arith{Add, today, day}, true
	case p.accept("ELEMENT"):
		return Elem{}, true
	}
	return nil, p.unexpected("a value or a field")
}

// joined = "JOINED" "LIST" text .
func (p *parser) joined() (Expr, bool) {
	p.next()
	p.next()
	if p.tok.kind != tokenText {
		return nil, p.unexpected("the name of a list in quotes")
	}
	name := p.text()
	if name == "" {
		p.complain(ErrSyntax, p.prevOff, "the name is empty", "")
	}
	p.used(useList, name, p.prevOff)
	p.joinedEnd = p.prevEnd
	return Joined(name), true
}

// path = name { "." name } .
func (p *parser) path(expected string) (Field, bool) {
	at := p.tok.off
	name, ok := p.name(expected)
	if !ok {
		return "", false
	}
	f := Path(name)
	if p.tok.kind == '.' {
		names := []string{name}
		for p.acceptSymbol('.') {
			if name, ok = p.anyName(); !ok {
				return "", false
			}
			if names = append(names, name); len(names) > p.limits.Depth {
				p.refuse(p.prevOff, "a path longer than %d names", p.limits.Depth)
				return "", false
			}
		}
		f = Path(names...)
	}
	p.used(p.names, string(f), at)
	return f, true
}

// name reads a bare or quoted name, which no keyword is.
func (p *parser) name(expected string) (string, bool) {
	if p.tok.kind == tokenName && reserved(p.tok.text) {
		return "", p.unexpected(expected)
	}
	if p.tok.kind != tokenName && p.tok.kind != tokenQuoted {
		return "", p.unexpected(expected)
	}
	return p.anyName()
}

// anyName reads a name where no keyword can stand.
func (p *parser) anyName() (string, bool) {
	name := p.tok.text
	switch p.tok.kind {
	case tokenName:
	case tokenQuoted:
		name = unquoteName(name)
	default:
		return "", p.unexpected("a name")
	}
	if name == "" {
		p.complain(ErrSyntax, p.tok.off, "the name is empty", "")
		return "", false
	}
	p.next()
	return name, true
}

// called reads a function or an aggregate: a name and "(".
func (p *parser) called() (Expr, bool) {
	if agg, ok := aggNamed(p.tok.text); ok {
		return p.metric(agg)
	}
	word, at := p.tok, p.tok.off
	fn, current, ok := fnNamed(word.text)
	if !ok {
		p.complain(ErrUnknown, at, "unknown function "+word.describe(), nearest(word.text, functionNames()...))
		return nil, false
	}
	args, ok := p.arguments()
	if !ok {
		return nil, false
	}
	want, words := 1, "one argument"
	switch {
	case current || fn == FnNow || fn == FnToday:
		want, words = 0, "no argument"
	case fn == FnHash:
		want, words = 2, "two arguments, a value and a salt"
	}
	if len(args) != want {
		p.complain(ErrSyntax, at, word.text+" takes "+words, "")
		return nil, false
	}
	if current {
		args = []Expr{Call{Fn: FnToday}}
		if fn == FnHour {
			args = []Expr{Call{Fn: FnNow}}
		}
	}
	return Call{fn, args}, true
}

// arguments = "(" [ sum { "," sum } ] ")" .
func (p *parser) arguments() (args []Expr, ok bool) {
	if !p.enter() {
		return nil, false
	}
	subject := p.subject
	p.subject = false
	defer func() {
		p.subject = subject
		p.leave()
	}()
	p.next()
	p.next()
	if p.acceptSymbol(')') {
		return nil, true
	}
	for {
		e, ok := p.sum()
		if !ok {
			return nil, false
		}
		args = append(args, e)
		if !p.acceptSymbol(',') {
			return args, p.acceptSymbol(')') || p.unexpected("`,` or `)`")
		}
	}
}

// fnNamed reads the name of a function, in any case. CURRENT_MONTH() is
// MONTH(TODAY), and so on.
func fnNamed(word string) (f Fn, current, ok bool) {
	const prefix = "CURRENT_"
	if len(word) > len(prefix) && sameWord(word[:len(prefix)], prefix) {
		word, current = word[len(prefix):], true
	}
	for f := FnNow; f <= FnUnixMilli; f++ {
		if sameWord(word, f.word()) && (!current || f >= FnYear && f <= FnHour) {
			return f, current, true
		}
	}
	return 0, false, false
}

func aggNamed(word string) (a Agg, ok bool) {
	for a := AggCount; a <= AggLast; a++ {
		if sameWord(word, a.word()) {
			return a, true
		}
	}
	return 0, false
}

// functionNames are the words that a misspelt one may mean.
func functionNames() []string {
	var names []string
	for a := AggCount; a <= AggLast; a++ {
		names = append(names, a.word())
	}
	for f := FnNow; f <= FnUnixMilli; f++ {
		names = append(names, f.word())
		if f >= FnYear && f <= FnHour {
			names = append(names, "CURRENT_"+f.word())
		}
	}
	return names
}
