package jsontext

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A Scan checks a JSON text from left to right without recursion: what it
// has opened is a stack of one byte a level, and Depth bounds it. So no text,
// however deep or long, costs more than one pass.
type Scan struct {
	Text   []byte
	at     int
	Depth  int    // levels allowed
	stack  []byte // '{' and '[' not closed yet
	Strict bool   // refuse duplicate names and numbers out of range, too

	keys  []span // in strict mode: the names of all open objects
	first []int  // where in keys those of each open container start

	index bool   // fill spans
	spans []span // every object and array, in order of their start
	open  []int  // indices into spans of what is not closed yet
}

// A span is a part of a text, from included, to excluded.
type span struct{ from, to int }

// A Fault is what is wrong with a JSON text, where, and of what kind.
type Fault struct {
	Kind   FaultKind
	Offset int // in bytes; -1 if it is the text as a whole
	Msg    string
}

// A FaultKind says whether a text is no JSON, or JSON that is too much.
type FaultKind uint8

// The kinds of fault.
const (
	FaultBroken FaultKind = iota // it is no JSON
	FaultRange                   // a number that is too large or too long
	FaultLimit                   // more bytes or levels than are allowed
)

// Run checks the whole text: one value, and only white space around it. The
// result is nil if it is.
func (s *Scan) Run(maxBytes int) *Fault {
	if len(s.Text) > maxBytes {
		return &Fault{FaultLimit, -1, fmt.Sprintf("JSON of %d bytes; at most %d are allowed", len(s.Text), maxBytes)}
	}
	for {
		opened, err := s.value()
		if err != nil {
			return err
		}
		if opened {
			continue // the container's first value is next
		}
		more, err := s.behind()
		if err != nil || !more {
			return err
		}
	}
}

// value reads a scalar, an empty container, or the start of a container up to
// its first value; opened tells the last case.
func (s *Scan) value() (opened bool, err *Fault) {
	s.space()
	if s.at >= len(s.Text) {
		return false, s.fail("expected a value, found the end")
	}
	switch c := s.Text[s.at]; {
	case c == '{' || c == '[':
		return s.container(c)
	case c == '"':
		return false, s.string()
	case c == '-' || '0' <= c && c <= '9':
		return false, s.number()
	case c == 't':
		return false, s.word("true")
	case c == 'f':
		return false, s.word("false")
	case c == 'n':
		return false, s.word("null")
	}
	return false, s.fail("expected a value, found " + s.found())
}

func (s *Scan) container(c byte) (opened bool, err *Fault) {
	if len(s.stack) >= s.Depth {
		return false, &Fault{FaultLimit, s.at, fmt.Sprintf("nesting deeper than %d levels", s.Depth)}
	}
	s.stack = append(s.stack, c)
	if s.Strict {
		s.first = append(s.first, len(s.keys))
	}
	if s.index {
		s.open = append(s.open, len(s.spans))
		s.spans = append(s.spans, span{from: s.at})
	}
	s.at++
	s.space()
	if s.at < len(s.Text) && s.Text[s.at] == c+2 { // '[' + 2 is ']', '{' + 2 is '}'
		return false, s.close()
	}
	if c == '{' {
		return true, s.name()
	}
	return true, nil
}

// name reads a member's name and the colon.
func (s *Scan) name() *Fault {
	s.space()
	start := s.at
	if s.at >= len(s.Text) || s.Text[s.at] != '"' {
		return s.fail("expected a name in quotes, found " + s.found())
	}
	if err := s.string(); err != nil {
		return err
	}
	if s.Strict {
		s.keys = append(s.keys, span{start, s.at})
	}
	s.space()
	if s.at >= len(s.Text) || s.Text[s.at] != ':' {
		return s.fail("expected a colon, found " + s.found())
	}
	s.at++
	return nil
}

// behind reads what stands behind a value, up to the next value; more is
// false at the end of the text.
func (s *Scan) behind() (more bool, err *Fault) {
	for {
		s.space()
		if len(s.stack) == 0 {
			if s.at < len(s.Text) {
				return false, s.fail("expected the end, found " + s.found())
			}
			return false, nil
		}
		top := s.stack[len(s.stack)-1]
		switch {
		case s.at >= len(s.Text):
			return false, s.fail(fmt.Sprintf("expected a comma or %q, found the end", top+2))
		case s.Text[s.at] == ',':
			s.at++
			if top == '{' {
				return true, s.name()
			}
			return true, nil
		case s.Text[s.at] != top+2:
			return false, s.fail(fmt.Sprintf("expected a comma or %q, found %s", top+2, s.found()))
		}
		if err := s.close(); err != nil {
			return false, err
		}
	}
}

// close leaves the innermost container.
func (s *Scan) close() *Fault {
	s.at++
	s.stack = s.stack[:len(s.stack)-1]
	if s.index {
		s.spans[s.open[len(s.open)-1]].to = s.at
		s.open = s.open[:len(s.open)-1]
	}
	if !s.Strict {
		return nil
	}
	start := s.first[len(s.first)-1]
	s.first = s.first[:len(s.first)-1]
	keys := s.keys[start:]
	s.keys = s.keys[:start]
	if i := repeated(s.Text, keys); i >= 0 {
		return &Fault{FaultBroken, keys[i].from, "duplicate name " + string(s.Text[keys[i].from:keys[i].to])}
	}
	return nil
}

// repeated returns the index of the first name that stood before, or -1.
// Of few names every pair is compared, which needs no memory.
func repeated(text []byte, keys []span) int {
	if len(keys) <= 16 {
		for i, k := range keys {
			for _, earlier := range keys[:i] {
				if sameName(text[k.from:k.to], text[earlier.from:earlier.to]) {
					return i
				}
			}
		}
		return -1
	}
	seen := make(map[string]bool, len(keys))
	for i, k := range keys {
		name := unquote(text[k.from:k.to])
		if seen[name] {
			return i
		}
		seen[name] = true
	}
	return -1
}

// sameName reports whether two quoted names are equal once unescaped.
func sameName(a, b []byte) bool {
	if !hasEscape(a) && !hasEscape(b) {
		return string(a) == string(b)
	}
	return unquote(a) == unquote(b)
}

func hasEscape(quoted []byte) bool {
	for _, c := range quoted {
		if c == '\\' {
			return true
		}
	}
	return false
}

func (s *Scan) word(w string) *Fault {
	if rest := s.Text[s.at:]; len(rest) < len(w) || string(rest[:len(w)]) != w {
		return s.fail("expected a value, found " + s.found())
	}
	s.at += len(w)
	return nil
}

func (s *Scan) number() *Fault {
	start := s.at
	for s.at < len(s.Text) && isNumberByte(s.Text[s.at]) {
		s.at++
	}
	raw := s.Text[start:s.at]
	if len(raw) > MaxNumber {
		return &Fault{FaultRange, start, fmt.Sprintf("number of more than %d characters: %s", MaxNumber, Shortened(raw))}
	}
	if !IsNumber(string(raw)) {
		s.at = start
		return s.fail("expected a number, found " + Shortened(raw))
	}
	if !s.Strict || len(raw) <= 15 && LeadingDigits(string(raw)) == len(raw) {
		return nil
	}
	if !numberInRange(string(raw)) {
		return &Fault{FaultRange, start, "number out of range: " + Shortened(raw)}
	}
	return nil
}

func isNumberByte(c byte) bool {
	return '0' <= c && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// MaxExponent bounds the decimal exponent of a number, so that a short text
// cannot ask for a gigantic fraction. It is that of float64.
const MaxExponent = 308

// numberInRange reports whether the magnitude of a JSON number is within
// float64, and its exponent within bounds.
func numberInRange(text string) bool {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false
	}
	digits := strings.Trim(Mantissa(text), "0")
	return digits == "" || ShortFraction(digits, f) || ExponentInRange(text)
}

// ShortFraction reports whether a number that is no integer has few enough
// digits, given without zeros around them, to survive a float64.
func ShortFraction(digits string, f float64) bool {
	return len(digits) <= 15 && f != math.Trunc(f) && math.Abs(f) > 1e-290
}

// ExponentInRange reports whether the exponent of a number is one that a float64 may
// have, give or take the digits before it.
func ExponentInRange(text string) bool {
	exp := exponent(text)
	return -MaxExponent-1000 <= exp && exp <= MaxExponent
}

// string reads a quoted text: valid UTF-8, no control characters, valid
// escapes with surrogates in pairs.
func (s *Scan) string() *Fault {
	start := s.at
	for s.at++; s.at < len(s.Text); {
		switch c := s.Text[s.at]; {
		case c == '"':
			s.at++
			return nil
		case c == '\\':
			if err := s.escape(); err != nil {
				return err
			}
		case c < ' ':
			return s.fail("a control character in a text must be escaped")
		case c < utf8.RuneSelf:
			s.at++
		default:
			r, n := utf8.DecodeRune(s.Text[s.at:])
			if r == utf8.RuneError && n == 1 {
				return s.fail("invalid UTF-8")
			}
			s.at += n
		}
	}
	s.at = start
	return s.fail("the text that begins here does not end")
}

func (s *Scan) escape() *Fault {
	rest := s.Text[s.at:]
	if len(rest) < 2 {
		return s.fail("an escape without an end")
	}
	switch rest[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.at += 2
		return nil
	case 'u':
		r, ok := HexRune(rest)
		if !ok {
			return s.fail(`expected four hexadecimal digits after \u`)
		}
		s.at += 6
		if !utf16.IsSurrogate(r) {
			return nil
		}
		low, ok := HexRune(rest[6:])
		if !ok || utf16.DecodeRune(r, low) == utf8.RuneError {
			s.at -= 6
			return s.fail("half of a surrogate pair")
		}
		s.at += 6
		return nil
	}
	return s.fail(`expected one of "\/bfnrtu after a backslash`)
}

// HexRune reads \uXXXX at the start of b.
func HexRune(b []byte) (r rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, c := range b[2:6] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

func (s *Scan) space() { s.at = SkipSpace(s.Text, s.at) }

// SkipSpace returns the offset of the first byte from at on that is no white space.
func SkipSpace(text []byte, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r') {
		at++
	}
	return at
}

func (s *Scan) fail(msg string) *Fault { return &Fault{FaultBroken, s.at, msg} }

// found names what stands at the present place.
func (s *Scan) found() string {
	if s.at >= len(s.Text) {
		return "the end"
	}
	r, n := utf8.DecodeRune(s.Text[s.at:])
	if r == utf8.RuneError && n == 1 {
		return "invalid UTF-8"
	}
	return fmt.Sprintf("%q", r)
}

// KindName names the kind of the value that starts with c, with its article: an
// object.
func KindName(c byte) string {
	switch c {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

// unquote returns the text that a checked quoted text stands for.
func unquote(quoted []byte) string {
	inner := quoted[1 : len(quoted)-1]
	if !hasEscape(quoted) {
		return string(inner)
	}
	out := make([]byte, 0, len(inner))
	for i := 0; i < len(inner); {
		if inner[i] != '\\' {
			out = append(out, inner[i])
			i++
			continue
		}
		if inner[i+1] != 'u' {
			out = append(out, unescaped(inner[i+1]))
			i += 2
			continue
		}
		r, _ := HexRune(inner[i:])
		i += 6
		if utf16.IsSurrogate(r) {
			low, _ := HexRune(inner[i:])
			r = utf16.DecodeRune(r, low)
			i += 6
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// unescaped is the byte that a one-letter escape stands for.
func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
