package jsontext

import (
	"math"
	"strconv"
	"strings"
)

// MaxNumber bounds the characters of a number. A float64 written out in full
// has 767 digits; converting digits costs the square of their number.
const MaxNumber = 1000

// Mantissa returns the digits of a JSON number before its exponent, without sign and
// point.
func Mantissa(text string) string {
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		text = text[:i]
	}
	return strings.Replace(strings.TrimPrefix(text, "-"), ".", "", 1)
}

// exponent returns the written exponent of a JSON number, saturated.
func exponent(text string) int {
	i := strings.IndexAny(text, "eE")
	if i < 0 {
		return 0
	}
	e, err := strconv.Atoi(strings.TrimPrefix(text[i+1:], "+"))
	if err != nil {
		return math.MaxInt32
	}
	return e
}

// IsNumber reports whether the text is a JSON number.
func IsNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := LeadingDigits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if strings.HasPrefix(s, ".") {
		n := LeadingDigits(s[1:])
		if n == 0 {
			return false
		}
		s = s[1+n:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		n := LeadingDigits(s)
		return n > 0 && n == len(s)
	}
	return s == ""
}

// LeadingDigits returns how many digits a text starts with.
func LeadingDigits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// IsDigit reports whether a byte is a decimal digit.
func IsDigit(c byte) bool { return '0' <= c && c <= '9' }
