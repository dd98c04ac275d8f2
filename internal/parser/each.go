package parser

import (
	"math"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/rule"
)

// each = ( "ANY" | "ALL" | "NO" ) list .
func (p *parser) each() (rule.Condition, bool) {
	c := rule.Each{Quantifier: rule.QuantifierAny}
	switch {
	case p.is("ALL"):
		c.Quantifier = rule.QuantifierAll
	case p.is("NO"):
		c.Quantifier = rule.QuantifierNone
	}
	p.next()
	return p.elements(c)
}

// quantity = ( "AT" ( "LEAST" | "MOST" ) | "EXACTLY" ) number ( "OF" "(" condition { "," condition } ")" | list ) .
// Of a list only AT LEAST can be asked.
func (p *parser) quantity() (rule.Condition, bool) {
	q, at := rule.QuantityAtLeast, p.tok.Off
	if p.accept("EXACTLY") {
		q = rule.QuantityExactly
	} else {
		p.next()
		if p.is("MOST") {
			q = rule.QuantityAtMost
		}
		p.next()
	}
	k, ok := p.whole("conditions or elements", 0, math.MaxInt32)
	if !ok {
		return nil, false
	}
	if p.is("OF") && !p.askedOfName() {
		return p.count(rule.Count{Quantity: q, K: k})
	}
	if q != rule.QuantityAtLeast {
		p.complain(rule.ErrSyntax, at, "of a list only AT LEAST, ANY, ALL and NO can be asked", "")
		return nil, false
	}
	return p.elements(rule.Each{Quantifier: rule.QuantifierMin, K: k})
}

// count reads the conditions of AT LEAST k OF.
func (p *parser) count(c rule.Count) (rule.Condition, bool) {
	p.next()
	if !p.enter() {
		return nil, false
	}
	defer p.leave()
	if !p.expectSymbol('(') {
		return nil, false
	}
	commas := p.commas
	defer func() { p.commas = commas }()
	all := true
	for {
		p.commas = p.open
		of, ok := p.condition()
		c.Of, all = append(c.Of, of), all && ok
		if !p.acceptSymbol(',') {
			break
		}
	}
	if !p.acceptSymbol(')') {
		return nil, p.unexpected("AND, OR, `,` or `)`", "AND", "OR")
	}
	return c, all
}

// listed = path | "ELEMENT" | function | "JSON" text | "(" sum ")" .
func (p *parser) listed() (rule.Expr, bool) {
	if p.tok.Kind == '(' || p.ahead("?", "(") && !p.ahead("HAS") || p.is("JSON") && p.textFollows() {
		return p.operand()
	}
	if p.is("ELEMENT") {
		return rule.Elem{}, p.element()
	}
	return p.path("the name of a field that holds a list")
}

// element moves past ELEMENT, which there is only within HAS.
func (p *parser) element() bool {
	if p.names != UseElement {
		p.complain(rule.ErrSyntax, p.tok.Off, "ELEMENT stands for nothing outside HAS; within it is the element of the list: ANY scores HAS (ELEMENT > 5)", "")
		return false
	}
	p.next()
	return true
}

// elements = listed ( ( "HAS" | "HAVE" ) "(" condition ")" | test of the element ) .
func (p *parser) elements(c rule.Each) (rule.Condition, bool) {
	var ok bool
	if c.X, ok = p.listed(); !ok {
		return nil, false
	}
	if !p.is("HAS") && !p.is("HAVE") {
		return p.elementTest(c)
	}
	p.next()
	if !p.enter() {
		return nil, false
	}
	defer p.leave()
	if !p.expectSymbol('(') {
		return nil, false
	}
	inner, ok := p.within(UseElement)
	if !ok {
		p.acceptSymbol(')')
		return nil, false
	}
	c.C = inner
	return c, p.acceptSymbol(')') || p.unexpected("AND, OR or `)`", "AND", "OR")
}

// elementTest reads what is asked of the element itself: ANY tags = "vip".
func (p *parser) elementTest(c rule.Each) (rule.Condition, bool) {
	names := p.names
	p.names = UseElement
	first := len(p.places)
	x, ok := p.asked(rule.Elem{}, lexer.Token{})
	p.stand(first, heads(x))
	p.names = names
	if ok && x == nil {
		return nil, p.unexpected("a comparison, or HAS (…)", "HAS", "HAVE")
	}
	c.C = x
	return c, ok
}
