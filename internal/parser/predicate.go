package parser

import (
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/rule"
)

// tested reads what is asked of a subject, and the zone. Where nothing is
// asked, the result is the subject.
func (p *parser) tested(e rule.Expr, name lexer.Token) (either, bool) {
	c, ok := p.asked(e, name)
	if ok && c == nil && p.ahead("IN", "ZONE") {
		c = rule.ConditionOf(e)
	}
	if !ok || c == nil {
		return either{e: e}, ok
	}
	return p.zoned(c, true)
}

// asked reads what is asked of a subject; nil where nothing is. The token is
// the subject's, if it is a single name.
//
// test = sum ( comparison | [ "NOT" ] predicate ) { "IGNORING" "CASE" | window } .
func (p *parser) asked(e rule.Expr, name lexer.Token) (c rule.Condition, ok bool) {
	negated := false
	switch {
	case p.undecided != nil:
		c, p.undecided, ok = rule.Between{X: e, Lo: p.undecided.Lo, Hi: p.undecided.Hi, Fold: false}, nil, true
	case p.comparing():
		c, ok = p.comparison(e, name)
	default:
		negated = p.acceptNot()
		c, ok = p.predicate(e, negated)
	}
	if !ok || c == nil {
		return nil, ok
	}
	if n, isNot := c.(rule.Not); isNot {
		c, negated = n.C, true
	}
	if c, ok = p.trailers(c); ok && negated {
		c = rule.Not{C: c}
	}
	return c, ok
}

func (p *parser) comparing() bool { return comparing(p.tok.Kind) }

func comparing(k lexer.Kind) bool {
	switch k {
	case '=', '<', '>', lexer.Ne, lexer.Le, lexer.Ge:
		return true
	}
	return false
}

// acceptNot moves past the NOT of a negated operator.
func (p *parser) acceptNot() bool {
	if !p.is("NOT") {
		return false
	}
	for _, word := range [...]string{"IN", "BETWEEN", "CONTAINS", "STARTS", "ENDS", "MATCHES"} {
		if p.ahead("NOT", word) {
			p.next()
			return true
		}
	}
	return false
}

// predicate reads the operators that are words. The result is nil where there
// is none.
func (p *parser) predicate(e rule.Expr, negated bool) (rule.Condition, bool) {
	switch {
	case p.ahead("IN", "("):
		p.next()
		vs, ok := p.values()
		return rule.In{X: e, Values: vs}, ok
	case p.ahead("IN", "CIDR"):
		return p.cidr(e)
	case p.is("BETWEEN"):
		return p.between(e)
	case p.is("CONTAINS"):
		return p.contains(e)
	case p.is("STARTS"), p.is("ENDS"):
		return p.like(e)
	case p.is("MATCHES"):
		return p.matches(e)
	case negated:
		return nil, p.unexpected("a list in parentheses, or CIDR")
	case p.is("IS"):
		return p.existence(e)
	case p.is("CHANGED"), p.ahead("HAS", "BEEN"):
		return p.history(e)
	}
	return p.when(e)
}

// existence = "IS" [ "NOT" ] ( "NULL" | "SET" | "BLANK" ) .
func (p *parser) existence(e rule.Expr) (rule.Condition, bool) {
	p.next()
	negated := p.accept("NOT")
	var c rule.Condition
	switch {
	case p.accept("NULL"):
		c = rule.IsNull{X: e}
	case p.accept("BLANK"):
		c = rule.IsBlank{X: e}
	case p.accept("SET"):
		c, negated = rule.IsNull{X: e}, !negated
	default:
		return nil, p.unexpected("NULL, SET or BLANK", "NULL", "SET", "BLANK", "NOT")
	}
	if negated {
		c = rule.Not{C: c}
	}
	return c, true
}

// contains = "CONTAINS" ( value | ( "ANY" | "ALL" ) "OF" values ) .
func (p *parser) contains(e rule.Expr) (rule.Condition, bool) {
	p.next()
	c := rule.Contains{X: e}
	switch {
	case p.acceptAll("ANY", "OF"):
	case p.acceptAll("ALL", "OF"):
		c.Mode = rule.ContainsAll
	default:
		v, ok := p.value()
		c.Values = []rule.Value{v}
		return c, ok
	}
	vs, ok := p.values()
	c.Values = vs
	return c, ok
}

// like = ( "STARTS" | "ENDS" ) "WITH" ( text | "ANY" "OF" texts ) .
func (p *parser) like(e rule.Expr) (rule.Condition, bool) {
	c := rule.Like{X: e}
	if p.is("ENDS") {
		c.End = rule.LikeSuffix
	}
	p.next()
	if !p.expect("WITH") {
		return nil, false
	}
	if p.acceptAll("ANY", "OF") {
		texts, ok := p.texts()
		c.Values = texts
		return c, ok
	}
	if p.tok.Kind != lexer.Text {
		return nil, p.unexpected("a text in quotes")
	}
	c.Values = []string{p.text()}
	return c, true
}

// matches = "MATCHES" text .
func (p *parser) matches(e rule.Expr) (rule.Condition, bool) {
	p.next()
	if p.tok.Kind != lexer.Text {
		return nil, p.unexpected("a regular expression in quotes")
	}
	c := rule.Matches{X: e, Pattern: p.text()}
	if p.classes += check.UnicodeClasses(c.Pattern); p.classes > check.MaxClasses {
		p.refuse(p.prevOff, "more than %d Unicode classes in the regular expressions of one rule", check.MaxClasses)
	} else if err := check.Pattern(c.Pattern, p.limits); err != nil {
		p.complain(err.Code, p.prevOff, err.Msg, "")
	}
	return c, !p.aborted
}

// cidr = "IN" "CIDR" ( text | texts ) .
func (p *parser) cidr(e rule.Expr) (rule.Condition, bool) {
	p.next()
	p.next()
	var nets []string
	ok := true
	check := func(net string) {
		if err := check.Net(net); err != nil {
			p.complain(err.Code, p.prevOff, err.Msg, "")
		}
	}
	if p.tok.Kind == lexer.Text {
		nets = []string{p.text()}
		check(nets[0])
	} else {
		ok = p.list(func() bool {
			if p.tok.Kind != lexer.Text {
				return p.unexpected("a network in quotes")
			}
			net := p.text()
			check(net)
			nets = append(nets, net)
			return true
		})
	}
	return rule.InCIDR{X: e, Nets: nets}, ok
}

// history = path ( "CHANGED" [ window ] | "HAS" "BEEN" value [ fold ] "FOR" [ "AT" "LEAST" ] span ) .
func (p *parser) history(e rule.Expr) (rule.Condition, bool) {
	f, ok := e.(rule.Field)
	if !ok {
		return nil, p.unexpected("a comparison; only a field has a history")
	}
	if p.accept("CHANGED") {
		c := rule.Changed{Field: f}
		if p.windowStarts(false) {
			c.Window, ok = p.window()
		}
		return c, ok
	}
	p.next()
	p.next()
	v, ok := p.value()
	if !ok {
		return nil, false
	}
	c := rule.HasBeen{Field: f, Value: v, Fold: p.acceptAll("IGNORING", "CASE")}
	if !p.expect("FOR") {
		return nil, false
	}
	p.acceptAll("AT", "LEAST")
	c.For, ok = p.span()
	return c, ok
}

// trailers reads what may end a test: IGNORING CASE, and a window for its
// aggregates.
func (p *parser) trailers(c rule.Condition) (rule.Condition, bool) {
	if p.pending != nil {
		c = p.giveToAll(c)
	}
	for {
		switch at := p.tok.Off; {
		case p.acceptAll("IGNORING", "CASE"):
			folded, ok := Folding(c)
			if !ok {
				p.complain(rule.ErrSyntax, at, "IGNORING CASE belongs behind a comparison of texts", "")
				return c, false
			}
			c = folded
		case p.windowStarts(false):
			window := len(p.places)
			w, ok := p.window()
			if !ok {
				return c, false
			}
			p.spread(c, window)
			if c, ok = p.attach(c, w, at); !ok {
				return c, false
			}
		default:
			return c, true
		}
	}
}

// Folding returns a test that ignores case; ok is false if it cannot.
func Folding(c rule.Condition) (folded rule.Condition, ok bool) {
	switch c := c.(type) {
	case rule.Compare:
		c.Fold = true
		return c, true
	case rule.Between:
		c.Fold = true
		return c, true
	case rule.In:
		c.Fold = true
		return c, true
	case rule.Contains:
		c.Fold = true
		return c, true
	case rule.Like:
		c.Fold = true
		return c, true
	case rule.Matches:
		c.Fold = true
		return c, true
	case rule.HasBeen:
		c.Fold = true
		return c, true
	}
	return c, false
}
