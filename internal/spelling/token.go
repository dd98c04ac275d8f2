package spelling

import (
	"strings"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
)

// Tokens, as the patterns see them. The lexer's, but for what it does not know: signs of
// other languages, their comments, curly quotation marks, words such as "doesn't".

// A token is one of the lexer's, or one sign that the lexer does not know.
type token struct {
	kind  lexer.Kind
	text  string // as it stands, or as it is to stand
	upper string // of a name: in capitals
	off   int    // where it stands in the text as it was typed
	glued bool   // nothing stands between it and the token before
}

// tokens cuts a text. Comments of other languages are left out, curly quotation marks
// made straight, and a word such as "doesn't" is one name.
func tokens(text string) (ts []token) {
	text = straight(text)
	for off := 0; ; {
		t := lexer.Scan(text, off)
		if t.Kind == lexer.End {
			return ts
		}
		if n := foreignComment(text, t.Off); n > 0 {
			off = t.Off + n
			continue
		}
		if n := negatedVerb(text, t); n > 0 {
			t.End += n
			t.Text = t.Text + "t"
		}
		if t.Kind == lexer.Bad {
			t = sign(text, t)
		}
		ts = append(ts, made(t.Kind, text[t.Off:t.End], t.Off, t.Off == off && off > 0))
		if last := &ts[len(ts)-1]; t.Kind == lexer.Name {
			last.text = t.Text
			last.upper = strings.ToUpper(t.Text)
		}
		off = t.End
	}
}

func made(kind lexer.Kind, text string, off int, glued bool) token {
	t := token{kind: kind, text: text, off: off, glued: glued}
	if kind == lexer.Name {
		t.upper = strings.ToUpper(text)
	}
	return t
}

// sign is what stands at a place where the lexer finds no token: a day, a number without
// the letters behind it, or one character.
func sign(text string, bad lexer.Token) lexer.Token {
	n := numberLength(text[bad.Off:bad.End])
	c := text[bad.Off]
	switch {
	case n > 0 && n < bad.End-bad.Off && isLetter(text[bad.Off+n:]):
		bad.Kind, bad.End = lexer.Number, bad.Off+n
	case n > 0, c == '"', c == '\'', c == '`':
	default:
		_, n := utf8.DecodeRuneInString(text[bad.Off:])
		bad.End = bad.Off + n
	}
	return bad
}

// numberLength is the length of the number that a text starts with.
func numberLength(text string) int {
	n := 0
	for n < len(text) && (text[n] >= '0' && text[n] <= '9' || text[n] == '.' && n+1 < len(text) && text[n+1] >= '0' && text[n+1] <= '9') {
		n++
	}
	return n
}

func isLetter(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return word.IsNameRune(r)
}

// straight replaces curly quotation marks by straight ones of as many bytes less, the
// rest filled with spaces outside of the text, so that every place stays where it is.
func straight(text string) string {
	if !strings.ContainsAny(text, "“”„‘’") {
		return text
	}
	var b strings.Builder
	open := byte(0)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		quote := byte('"')
		switch r {
		case '“', '”', '„':
		case '‘', '’':
			quote = '\''
		case '"', '\'':
			switch open {
			case 0:
				open = byte(r)
			case byte(r):
				open = 0
			}
			quote = 0
		default:
			quote = 0
		}
		switch {
		case quote == 0 || open != 0 && open != quote:
			b.WriteString(text[i : i+n])
		case quote == '\'' && open == 0 && i > 0 && word.IsNameRune(lastRune(text[:i])):
			b.WriteString("'  ") // an apostrophe
		case open == 0:
			open = quote
			b.WriteString(strings.Repeat(" ", n-1))
			b.WriteByte(quote)
		default:
			open = 0
			b.WriteByte(quote)
			b.WriteString(strings.Repeat(" ", n-1))
		}
		i += n
	}
	return b.String()
}

func lastRune(text string) rune {
	r, _ := utf8.DecodeLastRuneInString(text)
	return r
}

// foreignComment is the length of a comment as SQL and C have it, 0 where none starts.
func foreignComment(text string, off int) int {
	rest := text[off:]
	switch {
	case strings.HasPrefix(rest, "-- ") || strings.HasPrefix(rest, "// "):
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			return n
		}
		return len(rest)
	case strings.HasPrefix(rest, "/*"):
		if n := strings.Index(rest, "*/"); n >= 0 {
			return n + 2
		}
	}
	return 0
}

// negatedVerb is the length of the rest of a word such as "doesn't" behind "doesn".
func negatedVerb(text string, t lexer.Token) int {
	if t.Kind != lexer.Name || !isWord(t.Text, "DOESN", "DIDN", "ISN", "HASN", "HAVEN", "WASN", "AREN", "DON", "CAN", "WON") {
		return 0
	}
	for _, rest := range [...]string{"'t", "'  t", "'T"} {
		if strings.HasPrefix(text[t.End:], rest) {
			return len(rest)
		}
	}
	return 0
}

func isWord(text string, words ...string) bool {
	for _, w := range words {
		if word.Is(text, w) {
			return true
		}
	}
	return false
}

// is reports whether a token is one of these words, in capitals, or signs.
func (t token) is(words ...string) bool {
	for _, w := range words {
		if t.kind == lexer.Name && t.upper == w || t.kind != lexer.Name && t.kind != lexer.Quoted && t.kind != lexer.Text && t.text == w {
			return true
		}
	}
	return false
}

// isName reports whether a token is a name, and no word that is kept for the language.
func (t token) isName() bool {
	return t.kind == lexer.Quoted || t.kind == lexer.Name && !word.IsReserved(t.text) && !isClause[t.upper]
}

// isClause are words that are no names where something is guessed, though they may be
// names in a rule.
var isClause = map[string]bool{"BUT": true, "WHO": true, "THAT": true, "GROUP": true, "ORDER": true, "LIMIT": true, "IF": true}

// unit is a unit of time, as the language has it; "" for any other word.
func (t token) unit() string {
	if t.kind != lexer.Name {
		return ""
	}
	if _, ok := rule.UnitNamed(t.text); ok {
		return strings.ToLower(t.text)
	}
	return shortUnits[t.upper]
}

// shortUnits are short names of units. A single M may be minutes or months and is none.
var shortUnits = map[string]string{
	"S": "seconds", "SEC": "seconds", "SECS": "seconds", "MIN": "minutes", "MINS": "minutes", "H": "hours", "HR": "hours", "HRS": "hours",
	"D": "days", "W": "weeks", "WK": "weeks", "WKS": "weeks", "MO": "months", "MOS": "months", "MTH": "months", "MTHS": "months",
	"Q": "quarters", "Y": "years", "YR": "years", "YRS": "years",
}
