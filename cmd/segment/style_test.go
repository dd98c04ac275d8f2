package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment/cmd/segment/internal/cli"
)

// TestColours looks for colours on terminals and elsewhere.
func TestColours(t *testing.T) {
	for _, c := range []struct {
		terminal bool
		env      string
		args     []string
		want     bool
	}{
		{false, "", nil, false},
		{true, "", nil, true},
		{true, "NO_COLOR", nil, false},
		{true, "", []string{"--color", "never"}, false},
		{false, "NO_COLOR", []string{"--color", "always"}, true},
	} {
		var out bytes.Buffer
		cli.Main(context.Background(), append([]string{"explain", "age > 5", `{"age": 7}`}, c.args...), cli.Std{In: strings.NewReader(""), Out: &out, Err: &out, OutTerm: c.terminal,
			Now: time.Now, Env: func(name string) string {
				if name == c.env {
					return "1"
				}
				return ""
			}})
		if got := strings.Contains(out.String(), "\x1b["); got != c.want || !strings.Contains(out.String(), "age > 5") {
			t.Errorf("%+v: %q", c, out.String())
		}
	}
}

// TestCompletion writes the scripts of shells, and completes.
func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if r := segmentWith(nil, nil, "completion", shell); r.code != 0 || len(r.out) < 500 || !strings.Contains(r.out, "segment") {
			t.Errorf("%s: exit %d, %d bytes", shell, r.code, len(r.out))
		}
	}
	if r := segmentWith(nil, nil, "__complete", "che"); !strings.Contains(r.out, "check-db") {
		t.Errorf("completing che: %s", r)
	}
	if r := segmentWith(nil, nil, "version"); r.code != 0 || !strings.Contains(r.out, "meaning") {
		t.Errorf("version: %s", r)
	}
	if r := segmentWith(nil, nil, "version", "--json"); r.code != 0 || !strings.Contains(r.out, `"zones"`) {
		t.Errorf("version: %s", r)
	}
}

// TestInterrupted ends a count by its context.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var out, errs bytes.Buffer
	s := &stream{left: 1 << 40, row: func(i int) string {
		if i == 100_000 {
			cancel()
		}
		return contactRow(i)
	}}
	code := cli.Main(ctx, []string{"count", "age > 5", "-"}, cli.Std{In: s, Out: &out, Err: &errs, Env: func(string) string { return "" }, Now: time.Now})
	if code != 3 || !strings.Contains(errs.String(), "interrupted") || out.Len() > 0 {
		t.Errorf("exit %d: %q %q", code, out.String(), errs.String())
	}
}

// TestInterruptedWhileWaiting ends a count that waits for standard input.
func TestInterruptedWhileWaiting(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	r, w := io.Pipe()
	defer w.Close()
	go func() { _, _ = w.Write([]byte("{\"id\": \"a\"}\n")) }()
	var out, errs bytes.Buffer
	code := cli.Main(ctx, []string{"count", "--format", "ndjson", "EVERYONE", "-"}, cli.Std{In: r, Out: &out, Err: &errs, Env: func(string) string { return "" }, Now: time.Now})
	if code != 3 || out.Len() > 0 {
		t.Errorf("exit %d: %q %q", code, out.String(), errs.String())
	}
}
