package segmenttest

import (
	"slices"
	"strings"
	"testing"
)

// rewrite returns the script with what its expectations should have been.
func rewrite(t *testing.T, fresh func(*testing.T) System, script string) string {
	stories, err := readStories(script)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(script, "\n")
	var edits []func()
	for _, s := range stories {
		w := newTeller(t, fresh(t))
		w.rewritten = func(c command, rest string, block []string) {
			edits = append(edits, func() {
				lines = replaceExpectation(lines, c, rest, block)
			})
		}
		w.tell(s)
	}
	for _, edit := range slices.Backward(edits) {
		edit() // from the last on, so that numbers of lines stay right
	}
	return strings.Join(lines, "\n")
}

func replaceExpectation(lines []string, c command, rest string, block []string) []string {
	end := c.line
	for range c.block {
		end++
	}
	out := []string{"expect " + rest}
	for _, b := range block {
		out = append(out, "  "+b)
	}
	return slices.Replace(lines, c.line-1, end, out...)
}
