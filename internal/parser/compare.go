package parser

import (
	"strings"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
)

// What stands behind an expression that is compared: an operator and another expression, a
// time such as `30 days ago`, a day, or a rate such as `>= 2 PER WEEK`.

func (p *parser) operator() (op rule.Op, negated bool) {
	switch p.tok.Kind {
	case '<':
		op = rule.OpLt
	case lexer.Le:
		op = rule.OpLe
	case '>':
		op = rule.OpGt
	case lexer.Ge:
		op = rule.OpGe
	case lexer.Ne:
		negated = true
	}
	p.next()
	return op, negated
}

// comparison = operator ( sum | span "AGO" | span "FROM" "NOW" | rate | number noun ) .
func (p *parser) comparison(e rule.Expr, name lexer.Token) (rule.Condition, bool) {
	op, negated := p.operator()
	at := p.tok.Off
	if p.rateStarts() {
		return p.rate(e, op, negated, name)
	}
	right, ok := p.rightSide((*parser).sum)
	if !ok {
		return nil, false
	}
	if d, ok := right.(rule.Span); ok {
		switch {
		case p.accept("AGO"):
			return p.ago(e, op, negated, d, at)
		case p.acceptAll("FROM", "NOW"):
			return p.fromNow(e, op, negated, d, at)
		}
	}
	if v, ok := right.(rule.Value); ok && v.Kind() == rule.KindNumber && p.tok.Kind == lexer.Name {
		if name.Kind != lexer.End && p.noNoun(name) {
			return nil, false
		}
		if name.Kind != lexer.End && (p.nounFollows() || p.windowStarts(false)) {
			return p.phrase(name, op, negated, v)
		}
		if p.wordFollows() && (p.ahead("?", "AGO") || p.ahead("?", "FROM")) {
			return nil, p.unexpectedUnit()
		}
	}
	switch { // NULL that stands by itself asks what is missing; (NULL) is a value, which equals nothing
	case op == rule.OpEq && rule.IsNullLiteral(right) && p.src[p.prevEnd-1] != ')':
		return negation(rule.IsNull{X: e}, negated), true
	case op == rule.OpEq && rule.IsNullLiteral(e) && name.Kind == lexer.Name:
		return negation(rule.IsNull{X: right}, negated), true
	}
	return compared(e, op, negated, right), true
}

func compared(e rule.Expr, op rule.Op, negated bool, right rule.Expr) rule.Condition {
	return negation(rule.Compare{Left: e, Op: op, Right: right}, negated)
}

func negation(c rule.Condition, negated bool) rule.Condition {
	if negated {
		return rule.Not{C: c}
	}
	return c
}

// ago compares ages: see [rule.WindowOlder] and [rule.WindowLast].
func (p *parser) ago(e rule.Expr, op rule.Op, negated bool, d rule.Span, at int) (rule.Condition, bool) {
	switch {
	case op == rule.OpEq:
		return p.onDay(e, negated, rule.ArithSub, d, at)
	case !p.forward(d, at):
		return nil, false
	case op == rule.OpGt, op == rule.OpGe:
		return rule.When{X: e, Window: rule.Window{Kind: rule.WindowOlder, A: d}}, true
	}
	return rule.When{X: e, Window: rule.Window{Kind: rule.WindowLast, A: d}}, true
}

func (p *parser) fromNow(e rule.Expr, op rule.Op, negated bool, d rule.Span, at int) (rule.Condition, bool) {
	switch {
	case op == rule.OpEq:
		return p.onDay(e, negated, rule.ArithAdd, d, at)
	case !p.forward(d, at):
		return nil, false
	case op == rule.OpGt, op == rule.OpGe:
		return rule.When{X: e, Window: rule.Window{Kind: rule.WindowLater, A: d}}, true
	}
	return rule.When{X: e, Window: rule.Window{Kind: rule.WindowNext, A: d}}, true
}

// onDay is `= 3 days ago`: a calendar day.
func (p *parser) onDay(e rule.Expr, negated bool, op rule.ArithOp, d rule.Span, at int) (rule.Condition, bool) {
	if d.Unit < rule.UnitDay {
		p.complain(rule.ErrSyntax, at, "= with a time ago or from now means a calendar day; it takes days, weeks, months, quarters or years", "")
		return nil, false
	}
	return compared(e, rule.OpEq, negated, rule.Arith{Op: op, Left: rule.Call{Fn: rule.FnToday}, Right: d}), true
}

// rateStarts reports whether `5/year` or `5 per year` follows.
func (p *parser) rateStarts() bool {
	if !p.ahead("#", "/", "?") && !p.ahead("#", "PER", "?") {
		return false
	}
	unit, after := lexer.Scan(p.src, lexer.Scan(p.src, p.pos).End), lexer.Token{}
	after = lexer.Scan(p.src, unit.End)
	_, ok := rule.UnitNamed(unit.Text)
	return ok && after.Kind != '(' && after.Kind != '.'
}

// misplacedRate complains of a rate where it is not compared with, such as the upper bound of
// BETWEEN: there it would be a division by a field with the name of a unit.
func (p *parser) misplacedRate(left rule.Expr) bool {
	v, ok := left.(rule.Value)
	if !ok || v.Kind() != rule.KindNumber || p.tok.Kind != '/' && !p.is("PER") {
		return false
	}
	unit := lexer.Scan(p.src, p.pos)
	after := lexer.Scan(p.src, unit.End)
	if _, ok := rule.UnitNamed(unit.Text); !ok || unit.Kind != lexer.Name || after.Kind == '(' || after.Kind == '.' ||
		p.vocabulary != nil && p.vocabulary.Field(unit.Text) {
		return false
	}
	p.complain(rule.ErrSyntax, p.tok.Off, "a rate stands behind the comparison of a count, as in COUNT(a) >= 5/year; between two numbers write a window: COUNT(a) BETWEEN 1 AND 5 IN LAST 1 year", "")
	return true
}

// rate = number ( "/" | "PER" ) unit . It is a number in a window that ends now.
func (p *parser) rate(e rule.Expr, op rule.Op, negated bool, name lexer.Token) (rule.Condition, bool) {
	at := p.tok.Off
	v, ok := p.number(false)
	if !ok {
		return nil, false
	}
	w := p.per()
	c := compared(e, op, negated, v)
	var found, free int
	mapMetrics(e, rule.Window{}, &found, &free)
	switch {
	case p.windowStarts(false):
		p.complain(rule.ErrSyntax, p.tok.Off, "a rate has a window already", "")
		return nil, false
	case found == 0 && name.Kind == lexer.End, found == 0:
		return c, true
	case free == 0:
		p.complain(rule.ErrSyntax, at, "a rate is a window, and every aggregate here has one already", "")
		return nil, false
	}
	e = mapMetrics(e, w, &found, &free)
	return compared(e, op, negated, v), true
}

// per reads the unit of a rate.
func (p *parser) per() rule.Window {
	p.next()
	u, _ := rule.UnitNamed(p.tok.Text)
	p.next()
	return rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 1, Unit: u}}
}

// phrase = name operator number [ noun ] [ rate | window ] : an event and how
// many of it.
func (p *parser) phrase(name lexer.Token, op rule.Op, negated bool, v rule.Value) (rule.Condition, bool) {
	event := p.phraseEvent(name)
	m := rule.Metric{Agg: rule.AggCount, Events: rule.Events{Names: []string{event}}}
	if p.nounFollows() {
		noun := p.tok
		p.next()
		if p.vocabulary != nil && !isTimes(noun.Text) && !p.vocabulary.Noun(event, noun.Text) {
			p.complain(rule.ErrUnknown, noun.Off, noun.Describe()+" is no noun of the event `"+event+"`", "")
		}
	}
	if p.ahead("/", "?") || p.ahead("PER", "?") {
		if _, ok := rule.UnitNamed(lexer.Scan(p.src, p.pos).Text); ok {
			m.Window = p.per()
		}
	}
	return compared(m, op, negated, v), true
}

func isTimes(noun string) bool { return word.Is(noun, "TIMES") || word.Is(noun, "TIME") }

// phraseEvent is the event that the name in a phrase stands for.
func (p *parser) phraseEvent(name lexer.Token) string {
	text := name.Text
	if name.Kind == lexer.Quoted {
		text = unquoteName(text)
	}
	// The name was read as a field; it is none.
	if n := len(p.uses); n > 0 && p.uses[n-1].offset == name.Off {
		p.uses = p.uses[:n-1]
	}
	event := strings.ToLower(text)
	if p.vocabulary != nil {
		canonical, ok := p.vocabulary.Event(text)
		if _, isVerb := p.vocabulary.Verb(text); ok {
			event = canonical
		} else if !isVerb && p.vocabulary.Field(text) {
			p.complain(rule.ErrUnknown, name.Off, "`"+text+"` is a field and no event; what is counted in a window is an event: COUNT(event) >= 5 IN LAST 30 DAYS", "")
		}
	}
	p.used(UseEvent, event, name.Off)
	return event
}

// nounFollows reports whether the current token is a name behind which the
// phrase ends, or goes on as phrases do.
func (p *parser) nounFollows() bool {
	if !p.wordFollows() {
		return false
	}
	t := lexer.Scan(p.src, p.pos)
	switch t.Kind {
	case lexer.End, ')', ',', '/':
		return true
	case lexer.Name:
		for _, w := range [...]string{"AND", "OR", "IN", "LAST", "PAST", "THIS", "PREVIOUS", "NEXT", "TODAY", "YESTERDAY", "TOMORROW", "SINCE",
			"BEFORE", "BETWEEN", "MORE", "WITHIN", "DURING", "PER"} {
			if word.Is(t.Text, w) {
				return true
			}
		}
	}
	return false
}

// wordFollows reports whether the current token is a name, and no word that may stand behind
// a number in a test: `a = 1 AND from = "x"` is about a field from.
func (p *parser) wordFollows() bool {
	return p.tok.Kind == lexer.Name && !word.IsReserved(p.tok.Text) && !p.windowStarts(false) && !p.is("IGNORING") && !p.is("PER") && !p.is("AGO")
}

// previously = "PREVIOUSLY" phrase .
func (p *parser) previously() (rule.Condition, bool) {
	p.next()
	name := p.tok
	if _, ok := p.name("the name of an event"); !ok {
		return nil, false
	}
	if !p.comparing() {
		return nil, p.unexpected("a comparison, such as >")
	}
	op, negated := p.operator()
	if p.tok.Kind != lexer.Number {
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
	n, isNot := c.(rule.Not)
	if isNot {
		c = n.C
	}
	if c, ok = p.trailers(c); ok && isNot {
		c = rule.Not{C: c}
	}
	return c, ok
}
