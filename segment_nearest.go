package segment

import "strings"

// maxNearest bounds the length of names that are compared: the distance costs
// the product of two lengths.
const maxNearest = 64

// nearest returns the candidate that a misspelt name most likely means, "" if
// none is near: at most a third of the letters are wrong. Case does not count
// as different. Of several equally near it is the first.
func nearest(name string, candidates ...string) string {
	best, least := "", (len(name)+2)/3+1
	if len(name) > maxNearest {
		return ""
	}
	lower := strings.ToLower(name)
	for _, c := range candidates {
		if len(c) > maxNearest || len(c) >= len(name)+least || len(name) >= len(c)+least {
			continue
		}
		if d := distance(lower, strings.ToLower(c)); d < least && d < len(c) {
			best, least = c, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that make one text of the other (optimal string alignment), byte
// by byte.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
