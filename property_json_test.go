package segment

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// SPEC 5: text to tree to JSON to tree to text is the identity, for every rule
// of the corpus.
func TestCorpusThroughJSON(t *testing.T) {
	f, err := os.Open("testdata/rules.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rules := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		c, err := Parse(strings.TrimSpace(lines.Text()))
		if err != nil || c == nil {
			continue
		}
		rules++
		text, err := MarshalCondition(c)
		if err != nil {
			t.Errorf("%s: %v", c, err)
			continue
		}
		back, err := UnmarshalCondition(text)
		if err != nil || !Equal(back, c) || back.String() != c.String() {
			t.Errorf("%s\n%s\n%v, %v", c, text, back, err)
		}
	}
	if rules < 150 {
		t.Errorf("only %d rules", rules)
	}
}
