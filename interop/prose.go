package interop

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// Reading a definition that is text: one token after the other, and what all such languages
// have, AND, OR, NOT and parentheses.

// Peek is the next token.
func (p *prose) Peek() token { return p.Tokens[p.Next] }

// Take goes behind the next token, and returns it.
func (p *prose) Take() token {
	t := p.Tokens[p.Next]
	if t.Kind != endToken {
		p.Next++
	}
	return t
}

// Follows reports whether the next token is a sign.
func (p *prose) Follows(sign string) bool {
	t := p.Peek()
	return t.Kind == signToken && t.Text == sign
}

// Sign goes behind a sign, if it is the next token.
func (p *prose) Sign(sign string) bool {
	if p.Follows(sign) {
		p.Next++
		return true
	}
	return false
}

// Saying reports whether the next tokens are these words, in any case.
func (p *prose) Saying(words ...string) bool {
	for i, w := range words {
		if p.Next+i >= len(p.Tokens) {
			return false
		}
		if t := p.Tokens[p.Next+i]; t.Kind != wordToken || !strings.EqualFold(t.Text, w) {
			return false
		}
	}
	return true
}

// Says goes behind words, if they are the next tokens.
func (p *prose) Says(words ...string) bool {
	if p.Saying(words...) {
		p.Next += len(words)
		return true
	}
	return false
}

// Expect goes behind a sign that must be the next token.
func (p *prose) Expect(sign string) bool {
	return p.Sign(sign) || p.Wrong("%s is expected here", shortened(sign))
}

// Wrong reports that the next token is not of the language, ends the reading, and is false.
func (p *prose) Wrong(format string, args ...any) bool {
	if p.Told == 0 {
		p.Fail(p.Here(p.Peek()), rule.ErrSyntax, format, args...)
	}
	return p.Stop()
}

// Stop ends the reading behind an error that has been told, and is false.
func (p *prose) Stop() bool {
	if p.Told == 0 {
		p.Told = len(p.Errs)
	}
	p.Next = len(p.Tokens) - 1
	return false
}

// Done reports what stands behind the definition, and forgets the errors that only follow
// from one that ended the reading.
func (p *prose) Done() {
	if t := p.Peek(); t.Kind != endToken {
		p.Wrong("%s is not expected here", shortened(t.Text))
	}
	if p.Told > 0 {
		p.Errs = p.Errs[:p.Told]
	}
}

// Query is the node of a text that is a definition: the node itself, or of an object, as the
// system's interface has it, the first of these members that it has. The segment gets the
// id and the name of the object; its other members, but for those that the caller reads, may
// not be there.
func (r *reader) Query(n *node, s *segment.Segment, member string, others ...string) *node {
	if inner := n.Get("definition"); inner.Is(isObject) {
		s.ID, s.Name, n = n.Get("id").Scalar(), n.Get("name").Str(), inner
	}
	if !n.Is(isObject) {
		return n
	}
	r.Only(n, append([]string{member, "id", "name"}, others...)...)
	if s.ID == "" && s.Name == "" {
		s.ID, s.Name = n.Get("id").Scalar(), n.Get("name").Str()
	}
	if text := n.Get(member); text.Is(isText) {
		return text
	}
	r.Fail(n, rule.ErrSyntax, "the member %q is expected, a text", member)
	return &node{Kind: isText}
}

// Here is a token as a node: a number as one, all else as a text.
func (p *prose) Here(t token) *node {
	n := &node{Kind: isText, Text: t.Text, Line: t.line, Column: t.column, Ref: jsontext.Ref{At: t.At}}
	if t.Kind == numberToken {
		n.Kind = isNumber
	}
	return n
}

// SkipTo goes to the token that begins at an offset, or the next behind it.
func (p *prose) SkipTo(offset int) {
	for p.Peek().Kind != endToken && p.Peek().At < offset {
		p.Next++
	}
}

// Deeper is a level deeper, if that is allowed; it is left by p.levels--.
func (p *prose) Deeper() bool {
	if p.Levels++; p.Levels > maxLevels {
		return p.Wrong("the definition is nested deeper than %d levels", maxLevels)
	}
	return true
}

// Condition reads parts that AND, OR, NOT and parentheses join, AND before OR; part reads one.
func (p *prose) Condition(part func() rule.Condition) rule.Condition {
	var either []rule.Condition
	for more := true; more; more = p.Says("OR") {
		var both []rule.Condition
		for more := true; more; more = p.Says("AND") {
			both = append(both, p.Unary(part))
		}
		either = append(either, all(both...))
	}
	return anyOf(either...)
}

// Unary reads one part, or several in parentheses, with NOT before it or without.
func (p *prose) Unary(part func() rule.Condition) (c rule.Condition) {
	negative := false
	for p.Says("NOT") {
		negative = !negative
	}
	if p.Sign("(") {
		if !p.Deeper() {
			return nil
		}
		c = p.Condition(part)
		p.Expect(")")
		p.Levels--
	} else {
		c = part()
	}
	if negative {
		return not(c)
	}
	return c
}

// Literal reads a number, with or without a sign, a text, TRUE or FALSE, as a node; it is
// not ok, and nothing is read, if none of them is next.
func (p *prose) Literal() (n *node, ok bool) {
	switch t := p.Peek(); {
	case t.Kind == numberToken || t.Kind == quotedToken:
		return p.Here(p.Take()), true
	case t.Kind == wordToken && (p.Saying("true") || p.Saying("false")):
		n = p.Here(p.Take())
		n.Kind, n.Truth = isBool, strings.EqualFold(t.Text, "true")
		return n, true
	case (p.Follows("-") || p.Follows("+")) && p.Tokens[p.Next+1].Kind == numberToken:
		sign := p.Take()
		n = p.Here(p.Take())
		if sign.Text == "-" {
			n.Text = "-" + n.Text
		}
		return n, true
	}
	return nil, false
}
