package segment

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxSnippet is the longest line that an error keeps to show its place in.
const maxSnippet = 1_000

// locate sets the place of an error to a byte offset of the text it is about.
func (e *Error) locate(text string, offset int) {
	offset = min(offset, len(text))
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	e.Offset = offset
	e.Line = strings.Count(text[:start], "\n") + 1
	e.Column = utf8.RuneCountInString(text[start:offset]) + 1
	line := text[start:]
	if end := strings.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	e.source = ""
	if len(line) <= maxSnippet {
		e.source = strings.TrimSuffix(line, "\r")
	}
}

// A useKind is what a name in a rule stands for.
type useKind uint8

const (
	useField    useKind = iota // a field of the contact
	useProperty                // a property of an event
	useElement                 // a field of an element, in a HAS
	useEvent
	useList
	useSegment
)

// A use is a name in a rule text and where it stands, so that a schema's
// complaint about the tree, which has no positions, can point to it.
type use struct {
	kind   useKind
	name   string // a Field as it is in the tree; an event, list or segment by name
	offset int
}

// used records a name, if there is a vocabulary that may have to complain.
func (p *parser) used(kind useKind, name string, offset int) {
	if p.vocabulary != nil {
		p.uses = append(p.uses, use{kind, name, offset})
	}
}

// complain records an error at an offset.
func (p *parser) complain(code Code, offset int, msg, suggestion string) {
	if n := len(p.errs); p.aborted || n > 0 && p.errs[n-1].Offset == offset {
		return // one complaint about one place is enough
	}
	e := &Error{Code: code, Msg: strings.Map(printable, msg), Suggestion: strings.Map(printable, suggestion)}
	e.locate(p.src, offset)
	p.errs = append(p.errs, e)
	if len(p.errs) >= p.limits.Errors {
		p.abort()
	}
}

// refuse records an error after which nothing more is read: a limit is passed.
func (p *parser) refuse(offset int, format string, args ...any) {
	p.complain(ErrLimit, offset, fmt.Sprintf(format, args...), "")
	p.abort()
}

// abort moves to the end of the text and lets no further error be recorded.
func (p *parser) abort() {
	p.aborted = true
	p.pos = len(p.src)
	p.tok = token{kind: tokenEnd, off: len(p.src), end: len(p.src)}
}

// unexpected records that the current token is not what is expected here. The
// words are those that would fit, for a suggestion. It returns false, as the
// method that calls it then does.
func (p *parser) unexpected(expected string, words ...string) bool {
	suggestion := ""
	switch p.tok.kind {
	case tokenBad:
		problem := p.tok.problem
		if problem == "" {
			problem = "unexpected character " + string(appendQuoted(nil, p.src[p.tok.off:p.tok.end]))
		}
		p.complain(ErrSyntax, p.tok.off, problem, wordFor(p.src[p.tok.off:]))
		return false
	case '|':
		suggestion = wordFor(p.src[p.tok.off:])
	case tokenName:
		if suggestion = nearest(p.tok.text, words...); sameWord(p.tok.text, suggestion) {
			suggestion = ""
		}
	}
	p.complain(ErrSyntax, p.tok.off, "expected "+expected+", found "+p.tok.describe(), suggestion)
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

// describe names a token in an error, shortened.
func (t token) describe() string {
	text := t.text
	if utf8.RuneCountInString(text) > 40 {
		text = string([]rune(text[:min(len(text), 160)])[:40]) + "…"
	}
	switch t.kind {
	case tokenEnd:
		return "the end"
	case tokenText, tokenQuoted, tokenNumber, tokenTime:
		return text
	}
	return "`" + text + "`"
}

// printable keeps an error message on one line.
func printable(r rune) rune {
	if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
		return ' '
	}
	return r
}
