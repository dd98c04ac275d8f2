package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPage plays the sessions of docs/command.md one after another, and compares what they
// print with what the page shows.
func TestPage(t *testing.T) {
	const path = "../../docs/command.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	full, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	prepare(t)
	n := 0
	got := regexp.MustCompile("(?s)```console\n(.*?)```").ReplaceAllStringFunc(string(text), func(block string) string {
		n++
		session := strings.TrimSuffix(strings.TrimPrefix(block, "```console\n"), "```")
		return "```console\n" + strings.TrimRight(play(t, session), "\n") + "\n```"
	})
	if n < 10 {
		t.Fatalf("the page has only %d sessions", n)
	}
	if *update {
		if err := os.WriteFile(full+"/"+path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(text), got); diff != "" {
		t.Errorf("the page shows something else (-update takes it):\n%s", diff)
	}
}
