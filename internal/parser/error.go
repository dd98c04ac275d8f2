package parser

import (
	"fmt"
	"strings"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
)

// A UseKind is what a name in a rule stands for.
type UseKind uint8

// The kinds of names.
const (
	UseField    UseKind = iota // a field of the contact
	UseProperty                // a property of an event
	UseElement                 // a field of an element, in a HAS
	UseEvent                   // an event
	UseList                    // a list
	UseSegment                 // another segment
)

// A use is a name in a rule text and where it stands, so that a schema's
// complaint about the tree, which has no positions, can point to it.
type use struct {
	kind   UseKind
	name   string // a Field as it is in the tree; an event, list or segment by name
	offset int
}

// used records a name, if there is a vocabulary that may have to complain.
func (p *parser) used(kind UseKind, name string, offset int) {
	if p.vocabulary != nil {
		p.uses = append(p.uses, use{kind, name, offset})
	}
}

// complain records an error at an offset.
func (p *parser) complain(code rule.Code, offset int, msg, suggestion string) {
	if n := len(p.errs); p.aborted || n > 0 && p.errs[n-1].Offset == offset {
		return // one complaint about one place is enough
	}
	e := &rule.Error{Code: code, Msg: strings.Map(printable, msg), Suggestion: strings.Map(printable, suggestion)}
	e.Locate(p.src, offset)
	p.errs = append(p.errs, e)
	if len(p.errs) >= p.limits.Errors {
		p.abort()
	}
}

// refuse records an error after which nothing more is read: a limit is passed.
func (p *parser) refuse(offset int, format string, args ...any) {
	p.complain(rule.ErrLimit, offset, fmt.Sprintf(format, args...), "")
	p.abort()
}

// abort moves to the end of the text and lets no further error be recorded.
func (p *parser) abort() {
	p.aborted = true
	p.pos = len(p.src)
	p.tok = lexer.Token{Kind: lexer.End, Off: len(p.src), End: len(p.src)}
}

// unexpected records that the current token is not what is expected here. The
// words are those that would fit, for a suggestion. It returns false, as the
// method that calls it then does.
func (p *parser) unexpected(expected string, words ...string) bool {
	suggestion := ""
	switch p.tok.Kind {
	case lexer.Bad:
		problem := p.tok.Problem
		if problem == "" {
			problem = "unexpected character " + string(jsontext.AppendQuoted(nil, p.src[p.tok.Off:p.tok.End]))
		}
		p.complain(rule.ErrSyntax, p.tok.Off, problem, wordFor(p.src[p.tok.Off:]))
		return false
	case '|':
		suggestion = wordFor(p.src[p.tok.Off:])
	case lexer.Name:
		if suggestion = textset.Nearest(p.tok.Text, words...); word.Is(p.tok.Text, suggestion) {
			suggestion = ""
		}
	}
	p.complain(rule.ErrSyntax, p.tok.Off, "expected "+expected+", found "+p.tok.Describe(), suggestion)
	return false
}

// wordFor is the keyword for what other languages write as a sign.
func wordFor(text string) string {
	switch {
	case strings.HasPrefix(text, "&&"):
		return "AND"
	case strings.HasPrefix(text, "||"):
		return "OR"
	case strings.HasPrefix(text, "!"):
		return "NOT"
	case strings.HasPrefix(text, "“"), strings.HasPrefix(text, "”"):
		return "\""
	case strings.HasPrefix(text, "‘"), strings.HasPrefix(text, "’"):
		return "'"
	}
	return ""
}

// printable keeps an error message on one line.
func printable(r rune) rune {
	if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
		return ' '
	}
	return r
}
