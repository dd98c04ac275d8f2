package mautic

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// PHP's serialised form, in which Mautic keeps the rows of a segment in its database:
// a:1:{s:5:"field";s:4:"city";}. Arrays with the keys 0, 1, 2 are lists, others objects.
// Lengths are in bytes.

// A php reads one text.
type php struct {
	*reader
	text         string
	at           int
	line, column int // of at
	wrong        bool
}

// php reads a text. What is not of the form is an error.
func (r *reader) php(n *source.Node) *source.Node {
	r.Prose = n.Text
	p := &php{reader: r, text: n.Text, line: 1, column: 1}
	if !utf8.ValidString(p.text) || len(p.text) > rule.DefaultBytes {
		p.fails("the definition is too long, or not valid UTF-8")
		return n
	}
	v := p.value(0)
	if p.at < len(p.text) && strings.TrimSpace(p.text[p.at:]) != "" {
		p.fails("nothing is expected behind the definition")
	}
	return v
}

// here is a node of a kind at the place.
func (p *php) here(kind source.Kind) *source.Node {
	n := &source.Node{Kind: kind, Line: p.line, Column: p.column}
	n.Ref.At = p.at
	return n
}

// fails tells the first error, at the place.
func (p *php) fails(what string) *source.Node {
	n := p.here(source.Null)
	if !p.wrong {
		p.Fail(n, rule.ErrSyntax, "%s", what)
		p.wrong = true
	}
	return n
}

// skip goes on by some bytes.
func (p *php) skip(bytes int) {
	text := p.text[p.at : p.at+bytes]
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		p.line, p.column, text = p.line+strings.Count(text, "\n"), 1, text[i+1:]
	}
	p.column += utf8.RuneCountInString(text)
	p.at += bytes
}

// until is the text up to a character, which is skipped.
func (p *php) until(end byte) string {
	i := strings.IndexByte(p.text[p.at:], end)
	if i < 0 {
		p.fails(strconv.Quote(string(rune(end))) + " is expected behind this")
		return ""
	}
	text := p.text[p.at : p.at+i]
	p.skip(i + 1)
	return text
}

// value reads one value.
func (p *php) value(level int) *source.Node {
	rest := p.text[p.at:]
	switch {
	case p.wrong:
	case level > source.MaxLevels:
		return p.fails("the definition is nested too deep")
	case strings.HasPrefix(rest, "N;"):
		n := p.here(source.Null)
		p.skip(2)
		return n
	case strings.HasPrefix(rest, "b:"):
		n := p.here(source.Bool)
		p.skip(2)
		n.Truth = p.until(';') == "1"
		return n
	case strings.HasPrefix(rest, "i:") || strings.HasPrefix(rest, "d:"):
		n := p.here(source.Number)
		p.skip(2)
		if n.Text = p.until(';'); !p.wrong && rule.ReadNumber(n.Text).Kind() != rule.KindNumber {
			p.Fail(n, rule.ErrValue, "%s is no number that a rule can have", source.Shortened(n.Text))
		}
		return n
	case strings.HasPrefix(rest, "s:"):
		n := p.here(source.Text)
		p.skip(2)
		n.Text = p.quoted()
		return n
	case strings.HasPrefix(rest, "a:"):
		return p.array(level)
	}
	return p.fails("a serialised value is expected here, such as s:1:\"a\";")
}

// quoted reads the length and the text of a text.
func (p *php) quoted() string {
	length, err := strconv.Atoi(p.until(':'))
	rest := p.text[p.at:]
	if err != nil || length < 0 || length > len(rest)-3 || rest[0] != '"' || rest[length+1:length+3] != `";` || !utf8.ValidString(rest[1:length+1]) {
		p.fails("a text of the length before it is expected here, in quotes")
		return ""
	}
	p.skip(length + 3)
	return rest[1 : length+1]
}

// array reads the members of an array.
func (p *php) array(level int) *source.Node {
	n := p.here(source.List)
	p.skip(2)
	p.until(':')
	if !strings.HasPrefix(p.text[p.at:], "{") {
		return p.fails("{ is expected here")
	}
	p.skip(1)
	seen := map[string]bool{}
	for !p.wrong && !strings.HasPrefix(p.text[p.at:], "}") {
		key := p.value(source.MaxLevels)
		if key.Scalar() == "" && !key.Is(source.Text) || seen[key.Text] {
			return p.fails("a key is expected here that is a text or a number, and is not there yet")
		}
		seen[key.Text] = true
		if key.Text != strconv.Itoa(len(n.Items)) {
			n.Kind = source.Object
		}
		n.Names = append(n.Names, key.Text)
		n.Items = append(n.Items, p.value(level+1))
	}
	if !p.wrong {
		p.skip(1)
	}
	return n
}
