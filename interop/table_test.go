package interop_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
)

// A written is a definition, or a part of one, and the rule that means the same: "" where no
// rule means anything of it. needs is what the losses need.
type written struct {
	definition, rule string
	needs            []string
}

// readAs checks that a system's definitions are read as the rules beside them. around has a %
// where the part of a definition is.
func readAs(t *testing.T, system, around string, table ...written) {
	t.Helper()
	for _, w := range table {
		definition := strings.Replace(around, "%", w.definition, 1)
		s, losses, err := interop.Import(system, []byte(definition), nil)
		if err != nil {
			t.Errorf("%s\n%v", w.definition, err)
			continue
		}
		var needs []string
		for _, l := range losses {
			needs = append(needs, l.Needs)
		}
		if !slices.Equal(needs, w.needs) {
			t.Errorf("%s\nhas losses %v, and should need %q", w.definition, losses, w.needs)
		}
		switch {
		case w.rule == "" && s.Condition != nil:
			t.Errorf("%s\nis %v, and should be nothing", w.definition, s.Condition)
		case w.rule == "":
		case s.Condition == nil:
			t.Errorf("%s\nis nothing, and should be %s", w.definition, w.rule)
		default:
			want, err := segment.Parse(w.rule)
			if err != nil {
				t.Fatal(w.rule, err)
			}
			if _, err := segment.Parse(s.Condition.String()); err != nil {
				t.Errorf("%s\nis %v, which is no rule: %v", w.definition, s.Condition, err)
			}
			sameAnswers(t, w.definition, s.Condition, want)
		}
	}
}

// refused checks that definitions are errors whose text has all of the words behind a bar.
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
