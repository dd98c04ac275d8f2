package document

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/segmentrules/segment/rule"
)

// What the raw JSON text of a value says. Everything here is given text that a
// scan has checked.

// RawValue returns the value of a raw JSON text. Texts without escapes are not
// copied; decoded texts, lists and objects lie in the scanner's buffers. Numbers
// of more than 17 digits allocate.
func (s *Scanner) RawValue(raw string) rule.Value {
	v, _ := s.read(raw, 0)
	return v
}

// read reads the value at an offset of checked JSON text and returns its end.
func (s *Scanner) read(raw string, i int) (v rule.Value, end int) {
	switch raw[i] {
	case '"':
		text, end := s.readText(raw, i)
		return rule.Text(text), end
	case '{':
		return s.readMembers(raw, i)
	case '[':
		return s.readElements(raw, i)
	case 't':
		return rule.Bool(true), i + len("true")
	case 'f':
		return rule.Bool(false), i + len("false")
	case 'n':
		return rule.Value{}, i + len("null")
	}
	end = i
	for end < len(raw) && strings.IndexByte("+-.0123456789Ee", raw[end]) >= 0 {
		end++
	}
	return readNumber(raw[i:end]), end
}

func (s *Scanner) readText(raw string, i int) (text string, end int) {
	end, escaped := scanText(raw, i+1)
	text = raw[i+1 : end-1]
	if escaped {
		text = s.unescape(text)
	}
	return text, end
}

// readElements reads a list. Elements wait on the stack until their list is
// whole, since lists within them go to the arena before.
func (s *Scanner) readElements(raw string, i int) (v rule.Value, end int) {
	mark := len(s.Stack)
	for i = skipGap(raw, i+1); raw[i] != ']'; {
		v, i = s.read(raw, i)
		s.Stack = append(s.Stack, v)
		if i = skipGap(raw, i); raw[i] == ',' {
			i = skipGap(raw, i+1)
		}
	}
	from := len(s.Arena)
	s.Arena = append(s.Arena, s.Stack[mark:]...)
	s.Stack = s.Stack[:mark]
	return rule.List(s.Arena[from:]...), i + 1
}

// readMembers reads an object.
func (s *Scanner) readMembers(raw string, i int) (v rule.Value, end int) {
	mark := len(s.MemberStack)
	for i = skipGap(raw, i+1); raw[i] != '}'; {
		var name string
		name, i = s.readText(raw, i)
		v, i = s.read(raw, skipGap(raw, skipGap(raw, i)+1))
		s.MemberStack = append(s.MemberStack, rule.Member{Name: name, Value: v})
		if i = skipGap(raw, i); raw[i] == ',' {
			i = skipGap(raw, i+1)
		}
	}
	from := len(s.MemberArena)
	s.MemberArena = append(s.MemberArena, s.MemberStack[mark:]...)
	s.MemberStack = s.MemberStack[:mark]
	return rule.Object(s.MemberArena[from:]...), i + 1
}

func skipGap(text string, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
		i++
	}
	return i
}

// appendUnescaped appends a text with its escapes decoded.
func appendUnescaped(dst []byte, raw string) []byte {
	for {
		i := strings.IndexByte(raw, '\\')
		if i < 0 {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i]...)
		c := raw[i+1]
		raw = raw[i+2:]
		switch c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r, _ := hex4(raw)
			raw = raw[4:]
			if utf16.IsSurrogate(r) {
				low, _ := hex4(raw[2:])
				r, raw = utf16.DecodeRune(r, low), raw[6:]
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, c)
		}
	}
}

// A Decimal is sign × digits × 10^-scale, digits below 10^18.
type Decimal struct {
	Digits   uint64
	Scale    int
	Negative bool
}

// ReadDecimal reads a JSON number of up to 18 significant digits and a short
// exponent; ok is false for others.
func ReadDecimal(raw string) (d Decimal, ok bool) {
	if d.Negative = raw[0] == '-'; d.Negative {
		raw = raw[1:]
	}
	point := false
	for i := range len(raw) {
		switch c := raw[i]; {
		case c == '.':
			point = true
		case c|0x20 == 'e':
			exp, err := strconv.Atoi(raw[i+1:])
			if err != nil || exp < -400 || exp > 400 {
				return d, false
			}
			d.Scale -= exp
			return d, true
		default:
			if d.Digits >= 1e17 {
				return d, false
			}
			d.Digits = d.Digits*10 + uint64(c-'0')
			if point {
				d.Scale++
			}
		}
	}
	return d, true
}

// trimmed is the decimal without trailing zeros behind the point.
func (d Decimal) trimmed() Decimal {
	for d.Scale > 0 && d.Digits%10 == 0 && d.Digits > 0 {
		d.Digits /= 10
		d.Scale--
	}
	if d.Digits == 0 {
		d.Scale = 0
	}
	return d
}

// pow10 are the powers of ten that are exact as float64.
var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// Value is the decimal as a number; ok is false where that needs the long way.
func (d Decimal) Value() (v rule.Value, ok bool) {
	d = d.trimmed()
	for d.Scale < 0 {
		if d.Digits >= 1e17 {
			return rule.Value{}, false
		}
		d.Digits *= 10
		d.Scale++
	}
	if d.Scale == 0 {
		if d.Negative {
			return rule.Int(-int64(d.Digits)), true
		}
		return rule.Int(int64(d.Digits)), true
	}
	// Fifteen digits survive a float64, and one division of two exact floats
	// is rounded correctly.
	if d.Digits >= 1e15 || d.Scale >= len(pow10) {
		return rule.Value{}, false
	}
	f := float64(d.Digits) / pow10[d.Scale]
	if d.Negative {
		f = -f
	}
	return rule.NormalFloat(f), true
}

// readNumber is ParseNumber for a number that a scan has let pass: it does not
// allocate for integers and for decimals that are the shortest of a float64.
func readNumber(raw string) rule.Value {
	d, ok := ReadDecimal(raw)
	if ok {
		if v, ok := d.Value(); ok {
			return v
		}
		if v, ok := d.shortest(raw); ok {
			return v
		}
	}
	v, _ := rule.ParseNumber(raw)
	return v
}

// shortest is the decimal if it is what a float64 prints as.
func (d Decimal) shortest(raw string) (v rule.Value, ok bool) {
	f, err := strconv.ParseFloat(raw, 64)
	if d = d.trimmed(); err != nil || d.Scale <= 0 || f == math.Trunc(f) {
		return rule.Value{}, false
	}
	var buf [32]byte
	shortText := string(strconv.AppendFloat(buf[:0], f, 'e', -1, 64))
	short, ok := ReadDecimal(shortText)
	if short = short.trimmed(); !ok || short != d {
		return rule.Value{}, false
	}
	return rule.NormalFloat(f), true
}

// scanNumber reads a number and returns where it ends; -1 if there is none, or
// one that ParseNumber refuses.
func scanNumber(text string, i int) int {
	from := i
	if i < len(text) && text[i] == '-' {
		i++
	}
	whole := i
	i = digits(text, i)
	if n := i - whole; n == 0 || n > 1 && text[whole] == '0' {
		return -1
	}
	if i < len(text) && text[i] == '.' {
		fraction := i + 1
		if i = digits(text, fraction); i == fraction {
			return -1
		}
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		if i++; i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		exponent := i
		if i = digits(text, exponent); i == exponent {
			return -1
		}
		if i-exponent <= 2 && i-from <= 200 {
			return i // at most 200 digits and 10^99: within float64
		}
		return numberOrNone(text, from, i)
	}
	if i-from > 300 {
		return numberOrNone(text, from, i)
	}
	return i
}

// numberOrNone is the end of a number that may be too large or too long.
func numberOrNone(text string, from, end int) int {
	if _, ok := rule.ParseNumber(text[from:end]); !ok {
		return -1
	}
	return end
}

func digits(text string, i int) int {
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	return i
}
