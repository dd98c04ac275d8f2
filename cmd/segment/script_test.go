package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestScripts plays the sessions of testdata/scripts. Files that a session needs beside those
// of testdata/data stand at its end, each behind a line -- name --.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/scripts/*.txt")
	if err != nil || len(scripts) < 12 {
		t.Fatalf("found only %d scripts: %v", len(scripts), err)
	}
	for _, path := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			path, err := filepath.Abs(path)
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			session, files := string(text), ""
			if at := fileHead.FindStringIndex(session); at != nil {
				session, files = session[:at[0]], session[at[0]:]
			}
			prepare(t)
			writeFiles(t, files)
			got := play(t, session)
			if *update {
				if files != "" {
					got = strings.TrimRight(got, "\n") + "\n\n"
				}
				if err := os.WriteFile(path, []byte(got+files), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(strings.TrimRight(session, "\n"), strings.TrimRight(got, "\n")); diff != "" {
				t.Errorf("the session came to something else (-update takes it):\n%s", diff)
			}
		})
	}
}

var fileHead = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// writeFiles writes the files at the end of a script.
func writeFiles(t *testing.T, text string) {
	t.Helper()
	heads := fileHead.FindAllStringSubmatchIndex(text, -1)
	for i, h := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		if err := os.WriteFile(text[h[2]:h[3]], []byte(text[h[1]:end]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
