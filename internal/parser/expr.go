package parser

import (
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
)

// Expressions: sums, products and operands. A parenthesis may hold an expression or a
// condition; which of them shows only behind it, so both are read by one function.

// sum = product { ( "+" | "-" ) product } .
func (p *parser) sum() (rule.Expr, bool) {
	e, ok := p.unary()
	if !ok {
		return nil, false
	}
	return p.sumFrom(e)
}

// sumFrom reads on behind the first operand of a sum.
func (p *parser) sumFrom(e rule.Expr) (rule.Expr, bool) {
	e, ok := p.productFrom(e)
	for n := 1; ok && (p.tok.Kind == '+' || p.tok.Kind == '-'); n++ {
		op := rule.ArithAdd
		if p.tok.Kind == '-' {
			op = rule.ArithSub
		}
		if !p.chain(n) {
			return nil, false
		}
		var right rule.Expr
		if right, ok = p.unary(); ok {
			right, ok = p.productFrom(right)
		}
		e = rule.Arith{Op: op, Left: e, Right: right}
	}
	return e, ok
}

// productFrom reads on behind the first operand of a product.
//
// product = unary { ( "*" | "/" | "%" ) unary } .
func (p *parser) productFrom(e rule.Expr) (rule.Expr, bool) {
	ok := true
	for n := 1; ok; n++ {
		var op rule.ArithOp
		switch p.tok.Kind {
		case '*':
			op = rule.ArithMul
		case '/':
			if p.misplacedRate(e) {
				return nil, false
			}
			op = rule.ArithDiv
		case '%':
			op = rule.ArithMod
		default:
			return e, true
		}
		if !p.chain(n) {
			return nil, false
		}
		var right rule.Expr
		right, ok = p.unary()
		e = rule.Arith{Op: op, Left: e, Right: right}
	}
	return e, ok
}

// chain moves past the nth operator in a row; the tree is as deep as the row
// is long.
func (p *parser) chain(n int) bool {
	if p.depth+n > p.limits.Depth {
		p.refuse(p.tok.Off, "nesting deeper than %d levels", p.limits.Depth)
		return false
	}
	p.chained++
	p.next()
	return true
}

// unary = { "-" } operand .
func (p *parser) unary() (rule.Expr, bool) {
	signs := 0
	for p.tok.Kind == '-' {
		if signs++; !p.chain(signs) {
			return nil, false
		}
	}
	p.depth += signs
	defer func() { p.depth -= signs }()
	wraps := signs
	var e rule.Expr
	var ok bool
	if p.tok.Kind == lexer.Number {
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
		e = rule.Arith{Op: rule.ArithSub, Left: rule.Int(0), Right: e}
	}
	return e, ok
}

func (p *parser) countOperand() bool {
	if p.operands++; p.operands > check.OperandFactor*p.limits.Conditions {
		p.refuse(p.tok.Off, "more than %d values, fields and aggregates", check.OperandFactor*p.limits.Conditions)
	}
	return !p.aborted
}

// operand = constant | path | call | metric | joined | "(" sum ")" | now .
func (p *parser) operand() (rule.Expr, bool) {
	if !p.countOperand() {
		return nil, false
	}
	switch p.tok.Kind {
	case lexer.Text:
		return rule.Text(p.text()), true
	case lexer.Time:
		return p.time(), true
	case '(':
		return p.parenthesised()
	case lexer.Quoted:
		return p.path("a field")
	case lexer.Name:
		return p.named()
	}
	return nil, p.unexpected("a value or a field")
}

func (p *parser) parenthesised() (rule.Expr, bool) {
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
func (p *parser) named() (rule.Expr, bool) {
	if p.ahead("?", "(") {
		return p.called()
	}
	if word.IsReserved(p.tok.Text) {
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
	if !p.subject {
		if e, found := p.foreign(); found {
			return e, true
		}
	}
	return p.path("a field")
}

// keywordValue = "TRUE" | "FALSE" | "NULL" | "NOW" | "TODAY" | "YESTERDAY" | "TOMORROW" | "ELEMENT" .
func (p *parser) keywordValue() (rule.Expr, bool) {
	if v, found := p.constant(); found {
		return v, true
	}
	today, day := rule.Call{Fn: rule.FnToday}, rule.Span{N: 1, Unit: rule.UnitDay}
	switch {
	case p.accept("NOW"):
		return rule.Call{Fn: rule.FnNow}, true
	case p.accept("TODAY"):
		return today, true
	case p.accept("YESTERDAY"):
		return rule.Arith{Op: rule.ArithSub, Left: today, Right: day}, true
	case p.accept("TOMORROW"):
		return rule.Arith{Op: rule.ArithAdd, Left: today, Right: day}, true
	case p.is("ELEMENT"):
		return rule.Elem{}, p.element()
	}
	return nil, p.unexpected("a value or a field")
}

// joined = "JOINED" "LIST" text .
func (p *parser) joined() (rule.Expr, bool) {
	p.next()
	p.next()
	if p.tok.Kind != lexer.Text {
		return nil, p.unexpected("the name of a list in quotes")
	}
	name := p.text()
	if name == "" {
		p.complain(rule.ErrSyntax, p.prevOff, "the name is empty", "")
	}
	p.used(UseList, name, p.prevOff)
	p.joinedEnd = p.prevEnd
	return rule.Joined(name), true
}

// path = name { "." name } .
func (p *parser) path(expected string) (rule.Field, bool) {
	at := p.tok.Off
	name, ok := p.name(expected)
	if !ok {
		return "", false
	}
	f := rule.Path(name)
	if p.tok.Kind == '.' {
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
		f = rule.Path(names...)
	}
	p.used(p.names, string(f), at)
	return f, true
}

// name reads a bare or quoted name, which no keyword is.
func (p *parser) name(expected string) (string, bool) {
	if p.tok.Kind == lexer.Name && word.IsReserved(p.tok.Text) {
		return "", p.unexpected(expected)
	}
	if p.tok.Kind != lexer.Name && p.tok.Kind != lexer.Quoted {
		return "", p.unexpected(expected)
	}
	return p.anyName()
}

// anyName reads a name where no keyword can stand.
func (p *parser) anyName() (string, bool) {
	name := p.tok.Text
	switch p.tok.Kind {
	case lexer.Name:
	case lexer.Quoted:
		name = unquoteName(name)
	default:
		return "", p.unexpected("a name")
	}
	if name == "" {
		p.complain(rule.ErrSyntax, p.tok.Off, "the name is empty", "")
		return "", false
	}
	p.next()
	return name, true
}

// called reads a function or an aggregate: a name and "(".
func (p *parser) called() (rule.Expr, bool) {
	if agg, ok := aggNamed(p.tok.Text); ok {
		return p.metric(agg)
	}
	word, at := p.tok, p.tok.Off
	fn, current, ok := fnNamed(word.Text)
	if !ok {
		p.complain(rule.ErrUnknown, at, "unknown function "+word.Describe(), textset.Nearest(word.Text, functionNames()...))
		return nil, false
	}
	args, ok := p.arguments()
	if !ok {
		return nil, false
	}
	want, words := 1, "one argument"
	switch {
	case current || fn == rule.FnNow || fn == rule.FnToday:
		want, words = 0, "no argument"
	case fn == rule.FnHash:
		want, words = 2, "two arguments, a value and a salt"
	case fn == rule.FnCoalesce:
		want, words = max(2, len(args)), "two arguments or more: COALESCE(x, 0) is x, or 0 where x is missing"
	case fn == rule.FnAnniversary && len(args) == 2:
		if want = 2; !check.IsLeapDay(args[1]) {
			p.complain(rule.ErrValue, at, check.LeapDayError().Msg, "")
			return nil, false
		}
	}
	if len(args) != want {
		p.complain(rule.ErrSyntax, at, word.Text+" takes "+words, "")
		return nil, false
	}
	if current {
		args = []rule.Expr{rule.Call{Fn: rule.FnToday}}
		if fn == rule.FnHour {
			args = []rule.Expr{rule.Call{Fn: rule.FnNow}}
		}
	}
	return rule.Call{Fn: fn, Args: args}, true
}

// arguments = "(" [ sum { "," sum } ] ")" .
func (p *parser) arguments() (args []rule.Expr, ok bool) {
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
func fnNamed(w string) (f rule.Fn, current, ok bool) {
	const prefix = "CURRENT_"
	if len(w) > len(prefix) && word.Is(w[:len(prefix)], prefix) {
		w, current = w[len(prefix):], true
	}
	for f := rule.FnNow; f <= rule.FnLast; f++ {
		if word.Is(w, f.Word()) && (!current || f >= rule.FnYear && f <= rule.FnHour) {
			return f, current, true
		}
	}
	return 0, false, false
}

func aggNamed(w string) (a rule.Agg, ok bool) {
	for a := rule.AggCount; a <= rule.AggLast; a++ {
		if word.Is(w, a.Word()) {
			return a, true
		}
	}
	return 0, false
}

// functionNames are the words that a misspelt one may mean.
func functionNames() []string {
	var names []string
	for a := rule.AggCount; a <= rule.AggLast; a++ {
		names = append(names, a.Word())
	}
	for f := rule.FnNow; f <= rule.FnLast; f++ {
		names = append(names, f.Word())
		if f >= rule.FnYear && f <= rule.FnHour {
			names = append(names, "CURRENT_"+f.Word())
		}
	}
	return names
}
