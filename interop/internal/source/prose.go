package source

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/rule"
)

// Reading a definition that is text: one token after the other, and what all such languages
// have, AND, OR, NOT and parentheses.

// Peek is the next token.
func (p *Prose) Peek() Token { return p.Tokens[p.Next] }

// Take goes behind the next token, and returns it.
func (p *Prose) Take() Token {
	t := p.Tokens[p.Next]
	if t.Kind != EndToken {
		p.Next++
	}
	return t
}

// Follows reports whether the next token is a sign.
func (p *Prose) Follows(sign string) bool {
	t := p.Peek()
	return t.Kind == SignToken && t.Text == sign
}

// Sign goes behind a sign, if it is the next token.
func (p *Prose) Sign(sign string) bool {
	if p.Follows(sign) {
		p.Next++
		return true
	}
	return false
}

// Saying reports whether the next tokens are these words, in any case.
func (p *Prose) Saying(words ...string) bool {
	for i, w := range words {
		if p.Next+i >= len(p.Tokens) {
			return false
		}
		if t := p.Tokens[p.Next+i]; t.Kind != WordToken || !strings.EqualFold(t.Text, w) {
			return false
		}
	}
	return true
}

// Says goes behind words, if they are the next tokens.
func (p *Prose) Says(words ...string) bool {
	if p.Saying(words...) {
		p.Next += len(words)
		return true
	}
	return false
}

// Expect goes behind a sign that must be the next token.
func (p *Prose) Expect(sign string) bool {
	return p.Sign(sign) || p.Wrong("%s is expected here", Shortened(sign))
}

// Wrong reports that the next token is not of the language, ends the reading, and is false.
func (p *Prose) Wrong(format string, args ...any) bool {
	if p.Told == 0 {
		p.Fail(p.Here(p.Peek()), rule.ErrSyntax, format, args...)
	}
	return p.Stop()
}

// Stop ends the reading behind an error that has been told, and is false.
func (p *Prose) Stop() bool {
	if p.Told == 0 {
		p.Told = len(p.Errs)
	}
	p.Next = len(p.Tokens) - 1
	return false
}

// Done reports what stands behind the definition, and forgets the errors that only follow
// from one that ended the reading.
func (p *Prose) Done() {
	if t := p.Peek(); t.Kind != EndToken {
		p.Wrong("%s is not expected here", Shortened(t.Text))
	}
	if p.Told > 0 {
		p.Errs = p.Errs[:p.Told]
	}
}

// Query is the node of a text that is a definition: the node itself, or of an object, as the
// system's interface has it, the first of these members that it has. The segment gets the
// id and the name of the object; its other members, but for those that the caller reads, may
// not be there.
func (r *Reader) Query(n *Node, s *segment.Segment, member string, others ...string) *Node {
	if inner := n.Get("definition"); inner.Is(Object) {
		s.ID, s.Name, n = n.Get("id").Scalar(), n.Get("name").Str(), inner
	}
	if !n.Is(Object) {
		return n
	}
	r.Only(n, append([]string{member, "id", "name"}, others...)...)
	if s.ID == "" && s.Name == "" {
		s.ID, s.Name = n.Get("id").Scalar(), n.Get("name").Str()
	}
	if text := n.Get(member); text.Is(Text) {
		return text
	}
	r.Fail(n, rule.ErrSyntax, "the member %q is expected, a text", member)
	return &Node{Kind: Text}
}

// Here is a token as a node: a number as one, all else as a text.
func (p *Prose) Here(t Token) *Node {
	n := &Node{Kind: Text, Text: t.Text, Line: t.line, Column: t.column, Ref: jsontext.Ref{At: t.At}}
	if t.Kind == NumberToken {
		n.Kind = Number
	}
	return n
}

// SkipTo goes to the token that begins at an offset, or the next behind it.
func (p *Prose) SkipTo(offset int) {
	for p.Peek().Kind != EndToken && p.Peek().At < offset {
		p.Next++
	}
}

// Deeper is a level deeper, if that is allowed; it is left by p.levels--.
func (p *Prose) Deeper() bool {
	if p.Levels++; p.Levels > MaxLevels {
		return p.Wrong("the definition is nested deeper than %d levels", MaxLevels)
	}
	return true
}

// Condition reads parts that AND, OR, NOT and parentheses join, AND before OR; part reads one.
func (p *Prose) Condition(part func() rule.Condition) rule.Condition {
	var either []rule.Condition
	for more := true; more; more = p.Says("OR") {
		var both []rule.Condition
		for more := true; more; more = p.Says("AND") {
			both = append(both, p.Unary(part))
		}
		either = append(either, build.All(both...))
	}
	return build.AnyOf(either...)
}

// Unary reads one part, or several in parentheses, with NOT before it or without.
func (p *Prose) Unary(part func() rule.Condition) (c rule.Condition) {
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
		return build.Not(c)
	}
	return c
}

// Literal reads a number, with or without a sign, a text, TRUE or FALSE, as a node; it is
// not ok, and nothing is read, if none of them is next.
func (p *Prose) Literal() (n *Node, ok bool) {
	switch t := p.Peek(); {
	case t.Kind == NumberToken || t.Kind == QuotedToken:
		return p.Here(p.Take()), true
	case t.Kind == WordToken && (p.Saying("true") || p.Saying("false")):
		n = p.Here(p.Take())
		n.Kind, n.Truth = Bool, strings.EqualFold(t.Text, "true")
		return n, true
	case (p.Follows("-") || p.Follows("+")) && p.Tokens[p.Next+1].Kind == NumberToken:
		sign := p.Take()
		n = p.Here(p.Take())
		if sign.Text == "-" {
			n.Text = "-" + n.Text
		}
		return n, true
	}
	return nil, false
}
