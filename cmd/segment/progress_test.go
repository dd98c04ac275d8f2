package main

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestProgressOnlyWhereItIsWanted looks for the bar where the error stream is no terminal.
func TestProgressOnlyWhereItIsWanted(t *testing.T) {
	prepare(t)
	for args, want := range map[string]bool{"": false, "--progress=never": false, "--progress": true, "--progress=always": true} {
		r := segmentWith(nil, nil, append([]string{"count", "age > 18", "contacts.ndjson"}, strings.Fields(args)...)...)
		if got := strings.Contains(r.err, "%"); got != want || r.out != "4\n" {
			t.Errorf("%q: %q", args, r)
		}
	}
}

// TestProgressIsTrue looks at every share that the bar shows: they grow, there are many of
// them, and the last one is of all bytes. That a share is not ahead of the work is tested
// in package tally.
func TestProgressIsTrue(t *testing.T) {
	t.Chdir(t.TempDir())
	var b strings.Builder
	for i := 0; b.Len() < 24<<20; i++ {
		b.WriteString(contactRow(i))
	}
	if err := os.WriteFile("contacts.ndjson", []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	r := segmentWith(nil, nil, "count", "--progress=always", "age > 18", "contacts.ndjson")
	last, shown := -1, 0
	for _, m := range regexp.MustCompile(`(\d+)% `).FindAllStringSubmatch(r.err, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil || n < last {
			t.Fatalf("%d %% after %d %%: %v", n, last, err)
		}
		if n > last {
			shown++
		}
		last = n
	}
	if last != 100 || shown < 15 {
		t.Errorf("%d shares were shown, the last is %d %%:\n%s", shown, last, strings.ReplaceAll(r.err, "\r", "\n"))
	}
	if r := segmentWith(strings.NewReader(b.String()), nil, "count", "--progress=always", "age > 18", "-"); strings.Contains(r.err, "%") {
		t.Errorf("a share of a stream of which nobody knows the size: %q", r.err)
	}
}
