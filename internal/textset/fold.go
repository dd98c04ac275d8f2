package textset

import (
	"strings"
	"unicode"
)

// Folded is the text under simple case folding: every character stands for the
// first of those that differ from it only by case.
func Folded(text string, fold bool) string {
	if !fold {
		return text
	}
	return strings.Map(FoldRune, text)
}

// FoldRune returns the first of the runes that differ from r only by case.
func FoldRune(r rune) rune {
	first := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		first = min(first, next)
	}
	return first
}
