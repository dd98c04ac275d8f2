package word

import (
	"unicode"
)

// IsReserved reports whether a word cannot stand for a name where an operand is
// expected, in whatever case. All other keywords are told from names by what
// stands around them.
func IsReserved(word string) bool {
	var upper [9]byte
	if len(word) > len(upper) {
		return false
	}
	for i := range len(word) {
		upper[i] = upperByte(word[i])
	}
	switch string(upper[:len(word)]) {
	case "AND", "OR", "NOT", "IN", "IS", "BETWEEN", "CONTAINS", "MATCHES", "WHERE", "THEN", "EVERYONE", "DID",
		"NEVER", "ANY", "ALL", "NO", "HAS", "HAVE", "NULL", "TRUE", "FALSE", "NOW", "TODAY", "YESTERDAY",
		"TOMORROW", "ELEMENT":
		return true
	}
	return false
}

// IsForeign reports whether a word of another language is read as a value where a field may
// stand: = yes, CURRENT_DATE. A field of that name is written in backticks.
func IsForeign(word string) bool {
	return Is(word, "YES") || Is(word, "CURRENT_DATE") || Is(word, "CURRENT_TIMESTAMP")
}

func upperByte(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// Is reports whether a word is the keyword, given in upper case; only
// ASCII letters fold.
func Is(word, keyword string) bool {
	if len(word) != len(keyword) {
		return false
	}
	for i := range len(word) {
		if upperByte(word[i]) != keyword[i] {
			return false
		}
	}
	return true
}

// IsDigitRune reports whether a rune is a decimal digit of ASCII.
func IsDigitRune(r rune) bool { return '0' <= r && r <= '9' }

// IsNameRune reports whether a rune may stand in a bare name.
func IsNameRune(r rune) bool {
	if r < 0x80 {
		return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || IsDigitRune(r)
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
