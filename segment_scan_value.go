package segment

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What the raw JSON text of a value says. Everything here is given text that a
// scan has checked.

// rawValue returns the value of a raw JSON text. Texts without escapes are not
// copied; decoded texts, lists and objects lie in the scanner's buffers. Numbers
// of more than 17 digits allocate.
func (s *scanner) rawValue(raw string) Value {
	v, _ := s.read(raw, 0)
	return v
}

// read reads the value at an offset of checked JSON text and returns its end.
func (s *scanner) read(raw string, i int) (v Value, end int) {
	switch raw[i] {
	case '"':
		text, end := s.readText(raw, i)
		return Text(text), end
	case '{':
		return s.readMembers(raw, i)
	case '[':
		return s.readElements(raw, i)
	case 't':
		return Bool(true), i + len("true")
	case 'f':
		return Bool(false), i + len("false")
	case 'n':
		return Value{}, i + len("null")
	}
	end = i
	for end < len(raw) && strings.IndexByte("+-.0123456789Ee", raw[end]) >= 0 {
		end++
	}
	return readNumber(raw[i:end]), end
}

func (s *scanner) readText(raw string, i int) (text string, end int) {
	end, escaped := scanText(raw, i+1)
	text = raw[i+1 : end-1]
	if escaped {
		text = s.unescape(text)
	}
	return text, end
}

// readElements reads a list. Elements wait on the stack until their list is
// whole, since lists within them go to the arena before.
func (s *scanner) readElements(raw string, i int) (v Value, end int) {
	mark := len(s.stack)
	for i = skipGap(raw, i+1); raw[i] != ']'; {
		v, i = s.read(raw, i)
		s.stack = append(s.stack, v)
		if i = skipGap(raw, i); raw[i] == ',' {
			i = skipGap(raw, i+1)
		}
	}
	from := len(s.arena)
	s.arena = append(s.arena, s.stack[mark:]...)
	s.stack = s.stack[:mark]
	return List(s.arena[from:]...), i + 1
}

// readMembers reads an object.
func (s *scanner) readMembers(raw string, i int) (v Value, end int) {
	mark := len(s.memberStack)
	for i = skipGap(raw, i+1); raw[i] != '}'; {
		var name string
		name, i = s.readText(raw, i)
		v, i = s.read(raw, skipGap(raw, skipGap(raw, i)+1))
		s.memberStack = append(s.memberStack, Member{name, v})
		if i = skipGap(raw, i); raw[i] == ',' {
			i = skipGap(raw, i+1)
		}
	}
	from := len(s.memberArena)
	s.memberArena = append(s.memberArena, s.memberStack[mark:]...)
	s.memberStack = s.memberStack[:mark]
	return Object(s.memberArena[from:]...), i + 1
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

// A decimal is sign × digits × 10^-scale, digits below 10^18.
type decimal struct {
	digits   uint64
	scale    int
	negative bool
}

// readDecimal reads a JSON number of up to 18 significant digits and a short
// exponent; ok is false for others.
func readDecimal(raw string) (d decimal, ok bool) {
	if d.negative = raw[0] == '-'; d.negative {
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
			d.scale -= exp
			return d, true
		default:
			if d.digits >= 1e17 {
				return d, false
			}
			d.digits = d.digits*10 + uint64(c-'0')
			if point {
				d.scale++
			}
		}
	}
	return d, true
}

// trimmed is the decimal without trailing zeros behind the point.
func (d decimal) trimmed() decimal {
	for d.scale > 0 && d.digits%10 == 0 && d.digits > 0 {
		d.digits /= 10
		d.scale--
	}
	if d.digits == 0 {
		d.scale = 0
	}
	return d
}

// pow10 are the powers of ten that are exact as float64.
var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// value is the decimal as a number; ok is false where that needs the long way.
func (d decimal) value() (v Value, ok bool) {
	d = d.trimmed()
	for d.scale < 0 {
		if d.digits >= 1e17 {
			return Value{}, false
		}
		d.digits *= 10
		d.scale++
	}
	if d.scale == 0 {
		if d.negative {
			return Int(-int64(d.digits)), true
		}
		return Int(int64(d.digits)), true
	}
	// Fifteen digits survive a float64, and one division of two exact floats
	// is rounded correctly.
	if d.digits >= 1e15 || d.scale >= len(pow10) {
		return Value{}, false
	}
	f := float64(d.digits) / pow10[d.scale]
	if d.negative {
		f = -f
	}
	return normalFloat(f), true
}

// readNumber is ParseNumber for a number that a scan has let pass: it does not
// allocate for integers and for decimals that are the shortest of a float64.
func readNumber(raw string) Value {
	d, ok := readDecimal(raw)
	if ok {
		if v, ok := d.value(); ok {
			return v
		}
		if v, ok := d.shortest(raw); ok {
			return v
		}
	}
	v, _ := ParseNumber(raw)
	return v
}

// shortest is the decimal if it is what a float64 prints as.
func (d decimal) shortest(raw string) (v Value, ok bool) {
	f, err := strconv.ParseFloat(raw, 64)
	if d = d.trimmed(); err != nil || d.scale <= 0 || f == math.Trunc(f) {
		return Value{}, false
	}
	var buf [32]byte
	shortText := string(strconv.AppendFloat(buf[:0], f, 'e', -1, 64))
	short, ok := readDecimal(shortText)
	if short = short.trimmed(); !ok || short != d {
		return Value{}, false
	}
	return normalFloat(f), true
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
	if _, ok := ParseNumber(text[from:end]); !ok {
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
