package interop

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// Reading a definition that is text: one token after the other, and what all such languages
// have, AND, OR, NOT and parentheses.

// peek is the next token.
func (p *prose) peek() token { return p.tokens[p.next] }

// take goes behind the next token, and returns it.
func (p *prose) take() token {
	t := p.tokens[p.next]
	if t.kind != endToken {
		p.next++
	}
	return t
}

// follows reports whether the next token is a sign.
func (p *prose) follows(sign string) bool {
	t := p.peek()
	return t.kind == signToken && t.text == sign
}

// sign goes behind a sign, if it is the next token.
func (p *prose) sign(sign string) bool {
	if p.follows(sign) {
		p.next++
		return true
	}
	return false
}

// saying reports whether the next tokens are these words, in any case.
func (p *prose) saying(words ...string) bool {
	for i, w := range words {
		if p.next+i >= len(p.tokens) {
			return false
		}
		if t := p.tokens[p.next+i]; t.kind != wordToken || !strings.EqualFold(t.text, w) {
			return false
		}
	}
	return true
}

// says goes behind words, if they are the next tokens.
func (p *prose) says(words ...string) bool {
	if p.saying(words...) {
		p.next += len(words)
		return true
	}
	return false
}

// expect goes behind a sign that must be the next token.
func (p *prose) expect(sign string) bool {
	return p.sign(sign) || p.wrong("%s is expected here", shortened(sign))
}

// wrong reports that the next token is not of the language, ends the reading, and is false.
func (p *prose) wrong(format string, args ...any) bool {
	if p.told == 0 {
		p.fail(p.here(p.peek()), rule.ErrSyntax, format, args...)
	}
	return p.stop()
}

// stop ends the reading behind an error that has been told, and is false.
func (p *prose) stop() bool {
	if p.told == 0 {
		p.told = len(p.errs)
	}
	p.next = len(p.tokens) - 1
	return false
}

// done reports what stands behind the definition, and forgets the errors that only follow
// from one that ended the reading.
func (p *prose) done() {
	if t := p.peek(); t.kind != endToken {
		p.wrong("%s is not expected here", shortened(t.text))
	}
	if p.told > 0 {
		p.errs = p.errs[:p.told]
	}
}

// query is the node of a text that is a definition: the node itself, or of an object, as the
// system's interface has it, the first of these members that it has. The segment gets the
// id and the name of the object; its other members, but for those that the caller reads, may
// not be there.
func (r *reader) query(n *node, s *segment.Segment, member string, others ...string) *node {
	if inner := n.get("definition"); inner.is(isObject) {
		s.ID, s.Name, n = n.get("id").scalar(), n.get("name").str(), inner
	}
	if !n.is(isObject) {
		return n
	}
	r.only(n, append([]string{member, "id", "name"}, others...)...)
	if s.ID == "" && s.Name == "" {
		s.ID, s.Name = n.get("id").scalar(), n.get("name").str()
	}
	if text := n.get(member); text.is(isText) {
		return text
	}
	r.fail(n, rule.ErrSyntax, "the member %q is expected, a text", member)
	return &node{kind: isText}
}

// here is a token as a node: a number as one, all else as a text.
func (p *prose) here(t token) *node {
	n := &node{kind: isText, text: t.text, line: t.line, column: t.column, ref: jsontext.Ref{At: t.at}}
	if t.kind == numberToken {
		n.kind = isNumber
	}
	return n
}

// skipTo goes to the token that begins at an offset, or the next behind it.
func (p *prose) skipTo(offset int) {
	for p.peek().kind != endToken && p.peek().at < offset {
		p.next++
	}
}

// deeper is a level deeper, if that is allowed; it is left by p.levels--.
func (p *prose) deeper() bool {
	if p.levels++; p.levels > maxLevels {
		return p.wrong("the definition is nested deeper than %d levels", maxLevels)
	}
	return true
}

// condition reads parts that AND, OR, NOT and parentheses join, AND before OR; part reads one.
func (p *prose) condition(part func() rule.Condition) rule.Condition {
	var either []rule.Condition
	for more := true; more; more = p.says("OR") {
		var both []rule.Condition
		for more := true; more; more = p.says("AND") {
			both = append(both, p.unary(part))
		}
		either = append(either, all(both...))
	}
	return anyOf(either...)
}

// unary reads one part, or several in parentheses, with NOT before it or without.
func (p *prose) unary(part func() rule.Condition) (c rule.Condition) {
	negative := false
	for p.says("NOT") {
		negative = !negative
	}
	if p.sign("(") {
		if !p.deeper() {
			return nil
		}
		c = p.condition(part)
		p.expect(")")
		p.levels--
	} else {
		c = part()
	}
	if negative {
		return not(c)
	}
	return c
}

// literal reads a number, with or without a sign, a text, TRUE or FALSE, as a node; it is
// not ok, and nothing is read, if none of them is next.
func (p *prose) literal() (n *node, ok bool) {
	switch t := p.peek(); {
	case t.kind == numberToken || t.kind == quotedToken:
		return p.here(p.take()), true
	case t.kind == wordToken && (p.saying("true") || p.saying("false")):
		n = p.here(p.take())
		n.kind, n.truth = isBool, strings.EqualFold(t.text, "true")
		return n, true
	case (p.follows("-") || p.follows("+")) && p.tokens[p.next+1].kind == numberToken:
		sign := p.take()
		n = p.here(p.take())
		if sign.text == "-" {
			n.text = "-" + n.text
		}
		return n, true
	}
	return nil, false
}
