package interop

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

func TestZZ(t *testing.T) {
	f, _ := os.Open(os.Getenv("ZZ"))
	if f == nil {
		t.Skip()
	}
	s := bufio.NewScanner(f)
	for s.Scan() {
		sys, text, _ := strings.Cut(s.Text(), " ")
		if text == "" {
			continue
		}
		c, l, err := Import(sys, []byte(text), nil)
		t.Logf("%s\n   %v\n   %v %v", text, c.Condition, l, err)
	}
}
