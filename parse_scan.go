package segment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A tokenKind is the kind of a token. Single characters stand for themselves.
type tokenKind uint8

const (
	tokenEnd    tokenKind = iota
	tokenName             // letters, digits, _
	tokenQuoted           // `a name`
	tokenText             // "a text"
	tokenNumber           // 12.5, without decoration
	tokenTime             // what looks like a date or an instant
	tokenBad              // what is no token: problem says why
	tokenNe
	tokenLe
	tokenGe
)

// A token is a piece of rule text: bytes off to end. Its text is what stands
// there, without currency sign, with quotes.
type token struct {
	kind     tokenKind
	off, end int
	text     string
	problem  string // of tokenBad
}

// scan returns the token that starts at or after an offset.
func scan(src string, off int) token {
	off = skipBlank(src, off)
	if off == len(src) {
		return token{kind: tokenEnd, off: off, end: off}
	}
	switch c := src[off]; {
	case isLetter(c):
		return nameToken(src, off)
	case '0' <= c && c <= '9':
		return numberToken(src, off, off)
	case c == '"' || c == '\'':
		return textToken(src, off, c)
	case c == '`':
		return quotedToken(src, off)
	case strings.IndexByte("(),.|+-*/%", c) >= 0:
		return token{kind: tokenKind(c), off: off, end: off + 1, text: src[off : off+1]}
	case c == '$':
		return moneyToken(src, off, 1)
	case c < utf8.RuneSelf:
		return comparisonToken(src, off, c)
	}
	return unicodeToken(src, off)
}

func isLetter(c byte) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' }

// skipBlank returns the offset of what is neither space nor comment.
func skipBlank(src string, off int) int {
	for off < len(src) {
		switch c := src[off]; {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			off++
		case c == '#':
			n := strings.IndexByte(src[off:], '\n')
			if n < 0 {
				return len(src)
			}
			off += n
		case c < utf8.RuneSelf:
			return off
		default:
			r, n := utf8.DecodeRuneInString(src[off:])
			if !unicode.IsSpace(r) && r != '\ufeff' {
				return off
			}
			off += n
		}
	}
	return off
}

func nameToken(src string, off int) token {
	end := off
	for end < len(src) {
		c := src[end]
		if isLetter(c) || '0' <= c && c <= '9' {
			end++
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeRuneInString(src[end:])
		if !isNameRune(r) {
			break
		}
		end += n
	}
	return token{kind: tokenName, off: off, end: end, text: src[off:end]}
}

// numberToken scans a number, date or instant whose digits start at digits; a
// currency sign before them belongs to the token.
func numberToken(src string, off, digits int) token {
	if isDateShape(src[digits:]) {
		return timeToken(src, off, digits)
	}
	end := digits + leadingDigits(src[digits:])
	if end+1 < len(src) && src[end] == '.' && isDigit(src[end+1]) {
		end += 1 + leadingDigits(src[end+1:])
	}
	if end < len(src) && src[end]|0x20 == 'e' {
		exp := end + 1
		if exp < len(src) && (src[exp] == '+' || src[exp] == '-') {
			exp++
		}
		if n := leadingDigits(src[exp:]); n > 0 {
			end = exp + n
		}
	}
	t := token{kind: tokenNumber, off: off, end: end, text: src[digits:end]}
	if r, n := utf8.DecodeRuneInString(src[end:]); n > 0 && isNameRune(r) {
		word := nameToken(src, end)
		return badToken(off, word.end, "a number and a name need a space between them")
	}
	return t
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isDateShape reports whether a text starts like 2026-01-31.
func isDateShape(s string) bool {
	return len(s) >= 10 && leadingDigits(s[:5]) == 4 && s[4] == '-' &&
		leadingDigits(s[5:8]) == 2 && s[7] == '-' && leadingDigits(s[8:10]) == 2
}

func timeToken(src string, off, digits int) token {
	end := digits + 10
	for end < len(src) && (isDigit(src[end]) || isLetter(src[end]) || src[end] == ':' || src[end] == '.' && end > digits+10 ||
		(src[end] == '+' || src[end] == '-') && end > digits+10 && src[end-1] != 'Z') {
		end++
	}
	return token{kind: tokenTime, off: off, end: end, text: src[digits:end]}
}

// moneyToken scans a number behind a currency sign of n bytes.
func moneyToken(src string, off, n int) token {
	digits := skipBlank(src, off+n)
	if digits < len(src) && isDigit(src[digits]) {
		return numberToken(src, off, digits)
	}
	return badToken(off, off+n, "a currency sign belongs before a number")
}

// textToken finds the end of a text; what stands in it is read when it is used.
func textToken(src string, off int, quote byte) token {
	for i := off + 1; i < len(src); i++ {
		switch src[i] {
		case quote:
			return token{kind: tokenText, off: off, end: i + 1, text: src[off : i+1]}
		case '\\':
			i++
		case '\n':
			return badToken(off, i, "the text is not closed on its line")
		}
	}
	return badToken(off, len(src), "the text is not closed")
}

// quotedToken finds the end of a name in backticks, in which two stand for one.
func quotedToken(src string, off int) token {
	for i := off + 1; i < len(src); i++ {
		if src[i] != '`' {
			continue
		}
		if i+1 < len(src) && src[i+1] == '`' {
			i++
			continue
		}
		return token{kind: tokenQuoted, off: off, end: i + 1, text: src[off : i+1]}
	}
	return badToken(off, len(src), "the name is not closed by a backtick")
}

func comparisonToken(src string, off int, c byte) token {
	two := ""
	if off+2 <= len(src) {
		two = src[off : off+2]
	}
	t := token{off: off, end: off + 2, text: two}
	switch two {
	case "!=", "<>":
		t.kind = tokenNe
		return t
	case "<=":
		t.kind = tokenLe
		return t
	case ">=":
		t.kind = tokenGe
		return t
	case "==":
		t.kind = '='
		return t
	}
	if c == '=' || c == '<' || c == '>' {
		return token{kind: tokenKind(c), off: off, end: off + 1, text: src[off : off+1]}
	}
	return badToken(off, off+1, "")
}

// unicodeToken scans what starts with a character beyond ASCII.
func unicodeToken(src string, off int) token {
	r, n := utf8.DecodeRuneInString(src[off:])
	t := token{off: off, end: off + n, text: src[off : off+n]}
	switch r {
	case '×':
		t.kind = '*'
	case '÷':
		t.kind = '/'
	case '−':
		t.kind = '-'
	case '≠':
		t.kind = tokenNe
	case '≤':
		t.kind = tokenLe
	case '≥':
		t.kind = tokenGe
	case '€', '£', '¥':
		return moneyToken(src, off, n)
	case '“', '”', '‘', '’':
		return badToken(off, off+n, "curly quotation mark; write a straight one")
	default:
		if isNameRune(r) {
			return nameToken(src, off)
		}
		return badToken(off, off+n, "")
	}
	return t
}

func badToken(off, end int, problem string) token {
	return token{kind: tokenBad, off: off, end: end, problem: problem}
}
