package lexer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/internal/word"
)

// Scan gives one token after an offset. The parser asks for them one by one and may ask
// again from an earlier offset, since a token depends on nothing before it.

// Describe names a token in an error, shortened.
func (t Token) Describe() string {
	text := t.Text
	if utf8.RuneCountInString(text) > 40 {
		text = string([]rune(text[:min(len(text), 160)])[:40]) + "…"
	}
	switch t.Kind {
	case End:
		return "the end"
	case Text, Quoted, Number, Time:
		return text
	}
	return "`" + text + "`"
}

// A Kind is the kind of a token: one of these, or the character itself, such as '('
// or '<', for a token of one sign.
type Kind uint8

// The kinds of token beside single characters.
const (
	End    Kind = iota // of the text
	Name               // letters, digits, _
	Quoted             // `a name`
	Text               // "a text"
	Number             // 12.5, without decoration
	Time               // what looks like a date or an instant
	Bad                // what is no token: Problem says why
	Ne                 // !=, <> or ≠
	Le                 // <= or ≤
	Ge                 // >= or ≥
)

// A Token is a piece of rule text, from byte Off to before byte End. Its text is what
// stands there, without currency sign, with quotes.
type Token struct {
	Kind     Kind
	Off, End int
	Text     string
	Problem  string // of a Bad one: what is wrong; may be empty
}

// Scan returns the first token that starts at or after an offset; of kind End where
// none is left.
func Scan(src string, off int) Token {
	off = skipBlank(src, off)
	if off == len(src) {
		return Token{Kind: End, Off: off, End: off}
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
		return Token{Kind: Kind(c), Off: off, End: off + 1, Text: src[off : off+1]}
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

func nameToken(src string, off int) Token {
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
		if !word.IsNameRune(r) {
			break
		}
		end += n
	}
	return Token{Kind: Name, Off: off, End: end, Text: src[off:end]}
}

// numberToken scans a number, date or instant whose digits start at digits; a
// currency sign before them belongs to the token.
func numberToken(src string, off, digits int) Token {
	if isDateShape(src[digits:]) {
		return timeToken(src, off, digits)
	}
	if n := otherDate(src[digits:]); n > 0 {
		return badToken(off, digits+n, "a date is written 2026-01-31")
	}
	end := digits + jsontext.LeadingDigits(src[digits:])
	if end+1 < len(src) && src[end] == '.' && jsontext.IsDigit(src[end+1]) {
		end += 1 + jsontext.LeadingDigits(src[end+1:])
	}
	if end < len(src) && src[end]|0x20 == 'e' {
		exp := end + 1
		if exp < len(src) && (src[exp] == '+' || src[exp] == '-') {
			exp++
		}
		if n := jsontext.LeadingDigits(src[exp:]); n > 0 {
			end = exp + n
		}
	}
	t := Token{Kind: Number, Off: off, End: end, Text: src[digits:end]}
	if r, n := utf8.DecodeRuneInString(src[end:]); n > 0 && word.IsNameRune(r) {
		word := nameToken(src, end)
		return badToken(off, word.End, "a number and a name need a space between them")
	}
	return t
}

// isDateShape reports whether a text starts like 2026-01-31.
func isDateShape(s string) bool {
	return len(s) >= 10 && jsontext.LeadingDigits(s[:5]) == 4 && s[4] == '-' &&
		jsontext.LeadingDigits(s[5:8]) == 2 && s[7] == '-' && jsontext.LeadingDigits(s[8:10]) == 2
}

// otherDate is the length of a date that is written in another way, such as 2026-3-1,
// 31/12/2026 or 31.12.2026; 0 where none stands. Without it the first two would be
// differences and quotients.
func otherDate(s string) int {
	first := jsontext.LeadingDigits(s)
	if first == 0 || first > 4 || first == 3 || first == len(s) || strings.IndexByte("-/.", s[first]) < 0 {
		return 0
	}
	second := jsontext.LeadingDigits(s[first+1:])
	n := first + 1 + second
	if second == 0 || second > 2 || n >= len(s) || s[n] != s[first] {
		return 0
	}
	third := jsontext.LeadingDigits(s[n+1:])
	n += 1 + third
	switch {
	case first == 4 && third >= 1 && third <= 2, first <= 2 && third == 4:
	default:
		return 0
	}
	if n < len(s) && (isLetter(s[n]) || strings.IndexByte("-/.", s[n]) >= 0) {
		return 0
	}
	return n
}

func timeToken(src string, off, digits int) Token {
	end := digits + 10
	for end < len(src) && (jsontext.IsDigit(src[end]) || isLetter(src[end]) || src[end] == ':' || src[end] == '.' && end > digits+10 ||
		(src[end] == '+' || src[end] == '-') && end > digits+10 && src[end-1] != 'Z') {
		end++
	}
	return Token{Kind: Time, Off: off, End: end, Text: src[digits:end]}
}

// moneyToken scans a number behind a currency sign of n bytes.
func moneyToken(src string, off, n int) Token {
	digits := skipBlank(src, off+n)
	if digits < len(src) && jsontext.IsDigit(src[digits]) {
		return numberToken(src, off, digits)
	}
	return badToken(off, off+n, "a currency sign belongs before a number")
}

// textToken finds the end of a text; what stands in it is read when it is used.
func textToken(src string, off int, quote byte) Token {
	for i := off + 1; i < len(src); i++ {
		switch src[i] {
		case quote:
			return Token{Kind: Text, Off: off, End: i + 1, Text: src[off : i+1]}
		case '\\':
			i++
		case '\n':
			return badToken(off, i, "the text is not closed on its line")
		}
	}
	return badToken(off, len(src), "the text is not closed")
}

// quotedToken finds the end of a name in backticks, in which two stand for one.
func quotedToken(src string, off int) Token {
	for i := off + 1; i < len(src); i++ {
		if src[i] != '`' {
			continue
		}
		if i+1 < len(src) && src[i+1] == '`' {
			i++
			continue
		}
		return Token{Kind: Quoted, Off: off, End: i + 1, Text: src[off : i+1]}
	}
	return badToken(off, len(src), "the name is not closed by a backtick")
}

func comparisonToken(src string, off int, c byte) Token {
	two := ""
	if off+2 <= len(src) {
		two = src[off : off+2]
	}
	t := Token{Off: off, End: off + 2, Text: two}
	switch two {
	case "!=", "<>":
		t.Kind = Ne
		return t
	case "<=":
		t.Kind = Le
		return t
	case ">=":
		t.Kind = Ge
		return t
	case "==":
		t.Kind = '='
		return t
	}
	if c == '=' || c == '<' || c == '>' {
		return Token{Kind: Kind(c), Off: off, End: off + 1, Text: src[off : off+1]}
	}
	return badToken(off, off+1, "")
}

// unicodeToken scans what starts with a character beyond ASCII.
func unicodeToken(src string, off int) Token {
	r, n := utf8.DecodeRuneInString(src[off:])
	t := Token{Off: off, End: off + n, Text: src[off : off+n]}
	switch r {
	case '×':
		t.Kind = '*'
	case '÷':
		t.Kind = '/'
	case '−':
		t.Kind = '-'
	case '≠':
		t.Kind = Ne
	case '≤':
		t.Kind = Le
	case '≥':
		t.Kind = Ge
	case '€', '£', '¥':
		return moneyToken(src, off, n)
	case '“', '”', '‘', '’':
		return badToken(off, off+n, "curly quotation mark; write a straight one")
	default:
		if word.IsNameRune(r) {
			return nameToken(src, off)
		}
		return badToken(off, off+n, "")
	}
	return t
}

func badToken(off, end int, problem string) Token {
	return Token{Kind: Bad, Off: off, End: end, Problem: problem}
}
