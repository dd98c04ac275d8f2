package interop_test

import (
	"strings"
	"testing"

	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
)

// A written is a part of a definition, the rule that means the same ("" where no rule means
// anything of it), and what the losses need.
type written struct {
	definition, rule string
	needs            []string
}

// readAs checks that a system's definitions are read as the rules beside them. around has a %
// where the part of a definition is.
func readAs(t *testing.T, system, around string, table ...written) {
	t.Helper()
	var readings []reading
	for _, w := range table {
		readings = append(readings, reading{strings.Replace(around, "%", w.definition, 1), w.rule, strings.Join(w.needs, "|")})
	}
	checkReadings(t, system, readings, nil)
}

// refused checks that definitions are errors whose text, place or suggestion has all of the
// words behind a bar, which dots part.
func refused(t *testing.T, system, around string, table ...string) {
	t.Helper()
	for _, row := range table {
		part, words, _ := strings.Cut(row, " | ")
		_, _, err := interop.Import(system, []byte(strings.Replace(around, "%", part, 1)), nil)
		if err == nil {
			t.Errorf("%s\nis no error", part)
			continue
		}
		text := err.Error()
		for _, e := range rule.ErrorsOf(err) {
			text += " " + e.Path + " " + e.Suggestion
		}
		for _, word := range strings.Split(words, " … ") {
			if !strings.Contains(text, word) {
				t.Errorf("%s\nis the error %q, which does not say %q", part, text, word)
			}
		}
	}
}
