package source

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// Definitions that are text of a system's own, cut into tokens: words, numbers, texts in
// quotes, signs. The languages differ in their quotes and signs, and in little else. What is
// built of several tokens without a space between them, such as -90d or 2026-01-31, their
// readers put together.

// A TokenKind is the kind of a token.
type TokenKind uint8

// The kinds of tokens.
const (
	EndToken    TokenKind = iota
	WordToken             // letters, digits and _, no digit first
	NumberToken           // digits, with or without a fraction and an exponent
	QuotedToken           // a text in quotes
	SignToken
)

// A Token is a piece of a text, with its place.
type Token struct {
	Kind  TokenKind
	Text  string // of a quoted one what it stands for, else as it is written
	Quote rune   // of a quoted one
	Glued bool   // no space is before it
	// At is its offset in bytes, End that behind it; line and column count from 1.
	At, End, line, column int
}

// A Spelling is what the tokens of a language are.
type Spelling struct {
	Quotes    string   // the characters that texts stand between
	Backslash bool     // a backslash before a quote or a backslash takes it as it is
	Comments  bool     // -- begins a comment, up to the end of the line
	Signs     []string // the longer before the shorter
}

// A Prose is a definition that is being read token by token. The first text that is not of
// the language ends the reading: what comes behind it cannot be told.
type Prose struct {
	*Reader
	Tokens []Token // the last is an EndToken
	Next   int
	Levels int // parentheses that are open
	Told   int // with the error that ended the reading, the number of errors; 0 before
}

// Scan cuts the text of a node into tokens. Its cost grows with the text.
func (r *Reader) Scan(n *Node, l Spelling) *Prose {
	r.Prose = n.Text
	p := &Prose{Reader: r}
	s := scanner{Spelling: l, text: n.Text, line: 1, column: 1}
	if len(n.Text) > rule.DefaultBytes {
		s.text, s.wrong = "", "the definition is too long"
	}
	for s.wrong == "" {
		t := s.token()
		p.Tokens = append(p.Tokens, t)
		if t.Kind == EndToken {
			return p
		}
	}
	p.Tokens = append(p.Tokens, Token{At: s.at, End: s.at, line: s.line, column: s.column})
	p.Next = len(p.Tokens) - 1
	p.Wrong("%s", s.wrong)
	return p
}

// A scanner is at a place of a text.
type scanner struct {
	Spelling
	text             string
	at, line, column int
	wrong            string // what is wrong at the place, empty while nothing is
}

// rune is the character at the place, 0 at the end.
func (s *scanner) rune() (c rune, size int) {
	if s.at >= len(s.text) {
		return 0, 0
	}
	c, size = utf8.DecodeRuneInString(s.text[s.at:])
	if c == utf8.RuneError && size == 1 {
		s.wrong = "the definition is not valid UTF-8"
	}
	return c, size
}

// step goes behind the character at the place.
func (s *scanner) step() {
	c, size := s.rune()
	if s.at += size; c == '\n' {
		s.line, s.column = s.line+1, 1
	} else if size > 0 {
		s.column++
	}
}

// skip goes behind so many bytes of one line in ASCII.
func (s *scanner) skip(bytes int) { s.at, s.column = s.at+bytes, s.column+bytes }

func (s *scanner) token() Token {
	from := s.at
	s.space()
	t := Token{At: s.at, line: s.line, column: s.column, Glued: s.at == from && from > 0}
	c, _ := s.rune()
	switch rest := s.text[s.at:]; {
	case s.wrong != "" || rest == "":
	case c == '_' || unicode.IsLetter(c):
		t.Kind = WordToken
		for c, _ = s.rune(); c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c); c, _ = s.rune() {
			s.step()
		}
	case c >= '0' && c <= '9':
		t.Kind = NumberToken
		s.skip(lengthOfNumber(rest))
	case strings.ContainsRune(s.Quotes, c):
		t.Kind, t.Quote = QuotedToken, c
		t.Text = s.quoted(c)
	default:
		t.Kind = SignToken
		if sign := s.sign(rest); sign != "" {
			s.skip(len(sign))
		} else {
			s.wrong = "the character " + Shortened(string(c)) + " is not expected here"
		}
	}
	if t.End = s.at; t.Kind != QuotedToken {
		t.Text = s.text[t.At:t.End]
	}
	return t
}

// space goes over white space and comments.
func (s *scanner) space() {
	for {
		c, _ := s.rune()
		switch {
		case unicode.IsSpace(c) || c == '\ufeff':
			s.step()
		case s.Comments && strings.HasPrefix(s.text[s.at:], "--"):
			for c, size := s.rune(); size > 0 && c != '\n' && s.wrong == ""; c, size = s.rune() {
				s.step()
			}
		default:
			return
		}
	}
}

// quoted is the text between quotes of a kind: a quote within it is doubled.
func (s *scanner) quoted(quote rune) string {
	var b strings.Builder
	at, line, column := s.at, s.line, s.column
	for s.step(); s.wrong == ""; s.step() {
		c, size := s.rune()
		switch rest := s.text[s.at:]; {
		case size == 0:
			s.wrong, s.at, s.line, s.column = "a text ends nowhere that begins here", at, line, column
			return ""
		case s.Backslash && c == '\\' && len(rest) > 1 && strings.ContainsRune(`\'"`+"`", rune(rest[1])):
			s.step()
			c = rune(rest[1])
		case c == quote && strings.HasPrefix(rest[size:], string(quote)):
			s.step()
		case c == quote:
			s.step()
			return b.String()
		}
		b.WriteRune(c)
	}
	return ""
}

// sign is the longest sign that a text begins with.
func (s *scanner) sign(text string) string {
	for _, sign := range s.Signs {
		if strings.HasPrefix(text, sign) {
			return sign
		}
	}
	return ""
}

// lengthOfNumber is the length of the number that a text begins with.
func lengthOfNumber(text string) int {
	n := jsontext.LeadingDigits(text)
	if strings.HasPrefix(text[n:], ".") {
		if more := jsontext.LeadingDigits(text[n+1:]); more > 0 {
			n += 1 + more
		}
	}
	if e := text[n:]; e != "" && (e[0] == 'e' || e[0] == 'E') {
		sign := len(e[1:]) - len(strings.TrimLeft(e[1:], "+-"))
		if more := jsontext.LeadingDigits(e[1+min(sign, 1):]); sign <= 1 && more > 0 {
			n += 1 + sign + more
		}
	}
	return n
}
