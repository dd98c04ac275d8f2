package hostsql

// A piece of SQL is gone through once. At each place stands a quoted text or name, a
// comment, a word, a mark, or a character that says something by itself. How far
// quotes and comments reach, and what a placeholder is, differs by database: that is
// the Style.

import (
	"fmt"
	"strings"
)

// A Style is how a database reads SQL.
type Style struct {
	Backslash bool   // a backslash escapes within '…' and "…"
	Escapes   bool   // it does within E'…'
	Backticks bool   // `…` is a name
	Brackets  bool   // […] is a name
	Dollars   bool   // $…$ and $tag$ begin a text
	Nested    bool   // a comment may stand within another
	Hash      bool   // # begins a comment
	Spaced    bool   // -- begins a comment only before white space
	Question  bool   // ? is a placeholder
	Numbered  bool   // $1 is one
	Prefixes  string // each of these before a name begins a placeholder: $ : @
	Typed     bool   // {p1:Type} is one
}

// A Kind says what a piece is.
type Kind uint8

// The kinds.
const (
	SQL   Kind = iota // text of the statement
	Row               // {}
	Param             // {name}
)

// A Piece is a part of the SQL: what stands there, or the name of a parameter.
type Piece struct {
	Kind Kind
	Text string
}

// A Fault is something wrong, with the place in bytes from 0 on.
type Fault struct {
	Offset int
	Msg    string
}

// Split takes SQL apart. Where there are faults the pieces are not to be used. Its
// cost grows with the text.
func Split(s Style, sql string) (pieces []Piece, faults []Fault) {
	r := reader{Style: s, sql: sql}
	r.read()
	r.flush(len(sql))
	for _, open := range r.open {
		r.fault(open, "this parenthesis is not closed")
	}
	return r.pieces, r.faults
}

type reader struct {
	Style
	sql    string
	at     int // where it reads
	from   int // where the current piece of SQL begins
	open   []int
	pieces []Piece
	faults []Fault
}

func (r *reader) fault(at int, format string, args ...any) {
	r.faults = append(r.faults, Fault{at, fmt.Sprintf(format, args...)})
}

func (r *reader) flush(end int) {
	if r.from < end {
		r.pieces = append(r.pieces, Piece{SQL, r.sql[r.from:end]})
	}
	r.from = end
}

func (r *reader) read() {
	for r.at < len(r.sql) {
		start, rest := r.at, r.sql[r.at:]
		if r.skipped(rest) {
			continue
		}
		r.at++
		switch c := rest[0]; {
		case isWord(c):
			r.word(start)
		case c == '(':
			r.open = append(r.open, start)
		case c == ')' && len(r.open) == 0:
			r.fault(start, "this parenthesis closes none")
		case c == ')':
			r.open = r.open[:len(r.open)-1]
		case c == ';':
			r.fault(start, "this is a part of a statement, and has no semicolon")
		case c == '{':
			r.mark(start)
		case strings.HasPrefix(rest, "::"):
			r.at++ // a cast
		default:
			r.placeholder(start)
		}
	}
}

// skipped skips a text, a quoted name or a comment.
func (r *reader) skipped(rest string) bool {
	start := r.at
	switch c := rest[0]; {
	case c == '\'' || c == '"':
		r.quoted(c, r.Backslash)
	case c == '`' && r.Backticks:
		r.quoted(c, false)
	case c == '[' && r.Brackets:
		r.until(start, 1, "]", "this name is not closed")
	case strings.HasPrefix(rest, "--") && !(r.Spaced && len(rest) > 2 && rest[2] > ' '), c == '#' && r.Hash:
		r.until(start, 1, "\n", "")
	case strings.HasPrefix(rest, "/*"):
		r.comment()
	case c == '$' && r.Dollars && dollarTag(rest) != "":
		tag := dollarTag(rest)
		r.until(start, len(tag), tag, "this text is not closed")
	default:
		return false
	}
	return true
}

// until goes behind the next end; without one it is a fault, if that has a message.
func (r *reader) until(start, skip int, end, msg string) {
	i := strings.Index(r.sql[start+skip:], end)
	if i >= 0 {
		r.at = start + skip + i + len(end)
		return
	}
	r.at = len(r.sql)
	if msg != "" {
		r.fault(start, "%s", msg)
	}
}

// quoted goes behind a quoted text or name, in which a quote is written twice.
func (r *reader) quoted(quote byte, backslash bool) {
	start := r.at
	for r.at++; r.at < len(r.sql); r.at++ {
		switch c := r.sql[r.at]; {
		case c == '\\' && backslash:
			r.at++
		case c == quote && r.at+1 < len(r.sql) && r.sql[r.at+1] == quote:
			r.at++
		case c == quote:
			r.at++
			return
		}
	}
	r.at = len(r.sql)
	r.fault(start, "this quote is not closed")
}

func (r *reader) comment() {
	start, depth := r.at, 0
	for r.at < len(r.sql) {
		rest := r.sql[r.at:]
		switch {
		case strings.HasPrefix(rest, "/*") && (depth == 0 || r.Nested):
			depth++
			r.at++
		case strings.HasPrefix(rest, "*/"):
			depth--
			r.at++
		}
		if r.at++; depth == 0 {
			return
		}
	}
	r.at = len(r.sql)
	r.fault(start, "this comment is not closed")
}

// word goes behind a word: a $ within it begins no placeholder.
func (r *reader) word(start int) {
	for r.at < len(r.sql) && (isWord(r.sql[r.at]) || r.sql[r.at] == '$') {
		r.at++
	}
	if r.Escapes && r.at < len(r.sql) && r.sql[r.at] == '\'' && strings.EqualFold(r.sql[start:r.at], "e") {
		r.quoted('\'', true)
	}
}

// mark reads what begins with a brace: {} and {name}. Other braces are the
// database's own.
func (r *reader) mark(start int) {
	end := r.at
	for end < len(r.sql) && isWord(r.sql[end]) {
		end++
	}
	name := r.sql[r.at:end]
	switch {
	case end < len(r.sql) && r.sql[end] == '}' && (name == "" || IsName(name)):
		r.flush(start)
		kind := Param
		if name == "" {
			kind = Row
		}
		r.pieces = append(r.pieces, Piece{kind, name})
		r.at, r.from = end+1, end+1
	case end < len(r.sql) && r.sql[end] == ':' && name != "" && r.Typed:
		for end < len(r.sql) && r.sql[end-1] != '}' {
			end++
		}
		r.without(start, end)
	}
}

// placeholder reports one that is none of ours.
func (r *reader) placeholder(start int) {
	c := r.sql[start]
	end := r.at
	for end < len(r.sql) && isWord(r.sql[end]) {
		end++
	}
	name := r.sql[r.at:end]
	switch {
	case c == '?' && r.Question,
		c == '$' && r.Numbered && name != "" && name[0] >= '0' && name[0] <= '9',
		name != "" && strings.IndexByte(r.Prefixes, c) >= 0:
		r.without(start, end)
		r.at = end
	}
}

func (r *reader) without(start, end int) {
	r.fault(start, "%s is a placeholder, and gets no argument: give the value a name in params, and write {name} here", r.sql[start:end])
}

// IsName reports whether a text can be the name of a parameter: ASCII letters,
// digits and _, not with a digit first.
func IsName(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || !isWord(c) || i == 0 && c >= '0' && c <= '9' {
			return false
		}
	}
	return s != ""
}

// isWord reports whether a byte is of a word; all but ASCII is.
func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}

// dollarTag is the quote $…$ that a text begins with, "" if it begins with none.
func dollarTag(s string) string {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '$':
			return s[:i+1]
		case !isWord(s[i]) || i == 1 && s[i] >= '0' && s[i] <= '9':
			return ""
		}
	}
	return ""
}

// StyleOf is the style of a dialect, by its name.
func StyleOf(dialect string) Style {
	switch dialect {
	case "mysql":
		return Style{Backslash: true, Backticks: true, Hash: true, Spaced: true, Question: true}
	case "sqlite":
		return Style{Backticks: true, Brackets: true, Question: true, Prefixes: "$:@"}
	case "duckdb":
		return Style{Escapes: true, Dollars: true, Nested: true, Question: true, Numbered: true, Prefixes: "$"}
	case "clickhouse":
		return Style{Backslash: true, Backticks: true, Dollars: true, Hash: true, Nested: true, Typed: true}
	}
	return Style{Escapes: true, Dollars: true, Nested: true, Numbered: true}
}
