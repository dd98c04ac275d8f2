package rule

import (
	"strings"

	"github.com/segmentrules/segment/internal/word"
)

// AggName returns the name of an aggregate in a definition: count.
func AggName(a Agg) string { return strings.ToLower(a.Word()) }

// UnitNamed reads a unit, singular or plural, in any case.
func UnitNamed(w string) (u Unit, ok bool) {
	if len(w) > len("quarters") {
		return 0, false
	}
	if n := len(w); n > 1 && (w[n-1]|' ') == 's' {
		w = w[:n-1]
	}
	for u := UnitSecond; u <= UnitYear; u++ {
		if word.Is(w, u.keyword()) {
			return u, true
		}
	}
	return 0, false
}
