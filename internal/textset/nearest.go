package textset

import (
	"slices"
	"strings"
)

// Nearest returns the candidate that the name is most likely a slip of: the one
// with the fewest letters missing, added, wrong or exchanged with their
// neighbour, upper and lower case being the same. It is "" if none is near: a
// slip in every three letters, at least one. Of equally near ones the first in
// order of the alphabet wins. Its cost grows with the candidates.
func Nearest(name string, candidates ...string) string {
	const longest = 100 // characters; nobody mistypes more, and the cost grows with the square
	word := []rune(strings.ToLower(name))
	if len(word) > longest {
		return ""
	}
	best, least := "", max(1, len(word)/3)+1
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		other := []rune(strings.ToLower(c))
		if c == name || len(other) >= len(word)+least || len(other)+least <= len(word) {
			continue
		}
		if d := slips(word, other); d < least {
			best, least = c, d
		}
	}
	return best
}

// slips is the Damerau-Levenshtein distance, in its simple form in which a
// letter slips once.
func slips(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i, x := range a {
		row[0] = i + 1
		for j, y := range b {
			cost := 1
			if x == y {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x == b[j-1] && a[i-1] == y {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
