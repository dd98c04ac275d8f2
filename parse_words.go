package segment

import "unicode"

// unitNamed reads a unit, singular or plural, in any case.
func unitNamed(word string) (u Unit, ok bool) {
	if len(word) > len("quarters") {
		return 0, false
	}
	if n := len(word); n > 1 && (word[n-1]|' ') == 's' {
		word = word[:n-1]
	}
	for u := Second; u <= Year; u++ {
		if sameWord(word, u.keyword()) {
			return u, true
		}
	}
	return 0, false
}

// sameWord reports whether a word is the keyword, given in upper case; only
// ASCII letters fold.
func sameWord(word, keyword string) bool {
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

func isDigitRune(r rune) bool { return '0' <= r && r <= '9' }

// isNameRune reports whether a rune may stand in a bare name.
func isNameRune(r rune) bool {
	if r < 0x80 {
		return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || isDigitRune(r)
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
