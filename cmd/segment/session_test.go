package main

// Sessions: lines that begin with "$ " are commands, what follows is what they print, up to
// the next command or comment. Lines of the error stream begin with "! ", and an exit code
// other than 0 is a last line [exit 2]. With -update the output is written anew.

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/cli"
	"github.com/segmentrules/segment/durable"
)

var update = flag.Bool("update", false, "write the output of sessions anew")

// now is what time it is in sessions.
var now = time.Date(2026, 3, 31, 9, 0, 0, 0, time.UTC)

// A run is what a command came to.
type run struct {
	out, err string
	code     int
}

// segmentWith runs the command.
func segmentWith(stdin io.Reader, env map[string]string, args ...string) run {
	var out, errs bytes.Buffer
	code := cli.Main(context.Background(), args, cli.Std{In: stdin, Out: &out, Err: &errs,
		Env: func(name string) string { return env[name] }, Now: func() time.Time { return now }})
	return run{out.String(), errs.String(), code}
}

// String is a run as a session shows it.
func (r run) String() string {
	var b strings.Builder
	b.WriteString(r.out)
	if r.out != "" && !strings.HasSuffix(r.out, "\n") {
		b.WriteString("\n")
	}
	for line := range strings.Lines(r.err) {
		b.WriteString("! " + strings.TrimSuffix(line, "\n") + "\n")
	}
	if r.code != 0 {
		fmt.Fprintf(&b, "[exit %d]\n", r.code)
	}
	return b.String()
}

// play runs a session and returns it with the output that there was.
func play(t *testing.T, session string) string {
	t.Helper()
	var b strings.Builder
	skipping, blank := false, true
	for line := range strings.Lines(session) {
		command, ok := strings.CutPrefix(line, "$ ")
		switch {
		case ok:
			if skipping {
				b.WriteString("\n")
			}
			b.WriteString(line)
			b.WriteString(perform(t, strings.TrimSpace(command)).String())
			skipping = true
		case blank && strings.HasPrefix(line, "# "):
			if skipping {
				b.WriteString("\n")
			}
			b.WriteString(line)
			skipping = false
		case !skipping:
			b.WriteString(line)
		}
		blank = strings.TrimSpace(line) == ""
	}
	return b.String()
}

// perform runs one command of a session: segment, or one that makes files ready.
func perform(t *testing.T, line string) run {
	t.Helper()
	words := split(t, line)
	var stdin io.Reader = strings.NewReader("")
	if n := len(words); n > 2 && words[n-2] == "<" {
		text, err := os.ReadFile(words[n-1])
		if err != nil {
			t.Fatal(err)
		}
		stdin, words = bytes.NewReader(text), words[:n-2]
	}
	switch words[0] {
	case "segment":
		return segmentWith(stdin, nil, words[1:]...)
	case "sqlite3":
		return makeDatabase(t, words[1], stdin)
	case "cat":
		text, err := os.ReadFile(words[1])
		if err != nil {
			t.Fatal(err)
		}
		return run{out: string(text)}
	case "keep": // a store with the updates of a log
		return makeStore(t, words[1], stdin)
	case "damage": // a byte in the middle of a file
		return damage(t, words[1])
	}
	t.Fatalf("there is no command %q", words[0])
	return run{}
}

// split takes a command line apart as a shell does with single quotes alone.
func split(t *testing.T, line string) (words []string) {
	t.Helper()
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimLeft(line, " ") {
		var word string
		if line[0] == '\'' {
			end := strings.IndexByte(line[1:], '\'')
			if end < 0 {
				t.Fatalf("a quote is not closed: %s", line)
			}
			word, line = line[1:1+end], line[end+2:]
		} else {
			word, line, _ = strings.Cut(line, " ")
		}
		words = append(words, word)
	}
	return words
}

// prepare makes an empty directory with the files of testdata/data the working one.
func prepare(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/data")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
}

func makeDatabase(t *testing.T, path string, script io.Reader) run {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	text, err := io.ReadAll(script)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(string(text)); err != nil {
		t.Fatal(err)
	}
	return run{}
}

func makeStore(t *testing.T, dir string, log io.Reader) run {
	t.Helper()
	s, err := durable.Open(dir, durable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(log); d.More(); {
		var u segment.Update
		if err := d.Decode(&u); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Apply(u); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return run{}
}

func damage(t *testing.T, pattern string) run {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no file %s: %v", pattern, err)
	}
	path := paths[len(paths)-1]
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 0xff
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return run{}
}
