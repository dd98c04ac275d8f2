package document

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// The same document can be written in many ways: with spaces, with names in
// another order, < as \u003c, 1.0 for 1. Where documents are kept, hashed or
// compared they are brought into one form first. Most that come have that form
// already, which is found by a look at the text that allocates nothing.

// Canonical returns the one form of a checked document: no spaces, the members of
// objects in order of their names, numbers and texts in the shortest way that
// values are written. Documents that are equal as values have one form. It returns
// the text itself if it has that form, and where the form would be longer than a
// document may be.
func Canonical(text []byte) []byte {
	if len(text) == 0 {
		return text
	}
	s := unsafe.String(&text[0], len(text))
	if canonicalValue(s, 0) == len(text) {
		return text
	}
	v, err := rule.ParseJSON(text)
	if err != nil {
		return text
	}
	out := appendCanonical(make([]byte, 0, len(text)), v)
	if len(out) > rule.DefaultBytes || bytes.Equal(out, text) {
		return text
	}
	return out
}

func appendCanonical(b []byte, v rule.Value) []byte {
	switch v.Kind() {
	case rule.KindObject:
		ms := slices.Clone(v.Members())
		slices.SortFunc(ms, func(a, b rule.Member) int { return strings.Compare(a.Name, b.Name) })
		b = append(b, '{')
		for i, m := range ms {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCanonical(append(jsontext.AppendQuoted(b, m.Name), ':'), m.Value)
		}
		return append(b, '}')
	case rule.KindList:
		b = append(b, '[')
		for i, e := range v.List() {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCanonical(b, e)
		}
		return append(b, ']')
	}
	return rule.AppendValue(b, v)
}

// canonicalValue returns the end of the value that begins at an offset of checked
// text, -1 if it is not in the one form.
func canonicalValue(s string, i int) int {
	if i >= len(s) {
		return -1
	}
	switch c := s[i]; {
	case c == '{':
		return canonicalObject(s, i)
	case c == '[':
		return canonicalList(s, i)
	case c == '"':
		end, _ := canonicalText(s, i)
		return end
	case c == 't' || c == 'n':
		return i + len("true")
	case c == 'f':
		return i + len("false")
	case c == '-' || '0' <= c && c <= '9':
		return canonicalNumber(s, i)
	}
	return -1
}

func canonicalList(s string, i int) int {
	if i++; i < len(s) && s[i] == ']' {
		return i + 1
	}
	for {
		if i = canonicalValue(s, i); i < 0 || i >= len(s) {
			return -1
		}
		switch s[i] {
		case ',':
			i++
		case ']':
			return i + 1
		default:
			return -1
		}
	}
}

// canonicalObject lets names with escapes go the long way: they are rare, and
// their order is not that of their texts.
func canonicalObject(s string, i int) int {
	if i++; i < len(s) && s[i] == '}' {
		return i + 1
	}
	last := ""
	for first := true; i < len(s) && s[i] == '"'; first = false {
		end, escaped := canonicalText(s, i)
		if end < 0 || escaped || end >= len(s) || s[end] != ':' {
			return -1
		}
		name := s[i+1 : end-1]
		if !first && name <= last {
			return -1
		}
		last = name
		if i = canonicalValue(s, end+1); i < 0 || i >= len(s) {
			return -1
		}
		switch s[i] {
		case ',':
			i++
		case '}':
			return i + 1
		default:
			return -1
		}
	}
	return -1
}

// canonicalText returns where a text ends whose escapes are only those that
// [jsontext.AppendQuoted] writes.
func canonicalText(s string, i int) (end int, escaped bool) {
	for i++; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			return i + 1, escaped
		case 0x7f:
			return -1, escaped
		case '\\':
			n := canonicalEscape(s[i:])
			if n == 0 {
				return -1, true
			}
			escaped = true
			i += n - 1
		}
	}
	return -1, escaped
}

func canonicalEscape(s string) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', 'n', 'r', 't':
		return 2
	case 'u':
		if r, ok := hex4(s[2:]); ok && strings.ToLower(s[2:6]) == s[2:6] && (r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f) {
			return 6
		}
	}
	return 0
}

// canonicalNumber returns where a number ends that is written as [rule.NumberText]
// writes it.
func canonicalNumber(s string, i int) int {
	from := i
	if s[i] == '-' {
		i++
	}
	whole := i
	i = digits(s, i)
	if i == len(s) || s[i] != '.' && s[i]|0x20 != 'e' {
		if i-whole > 300 || s[from] == '-' && s[whole] == '0' {
			return -1 // -0 is 0, and very long ones get an exponent
		}
		return i
	}
	if s[i] != '.' {
		return -1
	}
	i = digits(s, i+1)
	if s[i-1] == '0' || i < len(s) && s[i]|0x20 == 'e' {
		return -1
	}
	if i-whole <= 16 {
		return i // up to 15 digits are the shortest of a float64
	}
	f, err := strconv.ParseFloat(s[from:i], 64)
	var buf [64]byte
	if i-from > len(buf) || err != nil || string(strconv.AppendFloat(buf[:0], f, 'f', -1, 64)) != s[from:i] {
		return -1
	}
	return i
}
