package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment/cmd/segment/internal/cli"
)

// TestServe starts the service, uses it, ends it and starts it again: what it was told is
// there.
func TestServe(t *testing.T) {
	dir := t.TempDir() + "/data"
	base, end := serving(t, dir)
	call := func(method, path, body string) string {
		t.Helper()
		req, err := http.NewRequest(method, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		if strings.HasPrefix(path, "/app/drafts/") {
			req.Header.Set("If-None-Match", "*")
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode >= 400 {
			t.Fatalf("%s %s: %s %s %v", method, path, resp.Status, text, err)
		}
		return string(text)
	}
	call("PUT", "/v1/segments/adults", `{"rule": "age >= 18"}`)
	call("PUT", "/v1/contacts/ann", `{"fields": {"age": 34}}`)
	stream, err := http.Get(base + "/v1/diffs") // goes on for ever
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	if page := call("GET", "/", ""); !strings.Contains(page, `<div id="root"`) {
		t.Errorf("the page is %.200s", page)
	}
	call("PUT", "/app/drafts/teens", `{"name": "Teens", "rule": "age < 20"}`)
	if code := end(); code != 0 {
		t.Fatalf("it ended with %d", code)
	}
	base, end = serving(t, dir)
	if got := call("GET", "/v1/segments/adults/members", ""); !strings.Contains(got, "ann") {
		t.Errorf("after a restart the members are %s", got)
	}
	if got := call("GET", "/app/drafts", ""); !strings.Contains(got, "Teens") {
		t.Errorf("after a restart the drafts are %s", got)
	}
	if r := segmentWith(nil, nil, "verify", dir); r.code != 3 { // it is open
		t.Errorf("verify of an open store: %s", r)
	}
	if code := end(); code != 0 {
		t.Fatalf("it ended with %d", code)
	}
	if r := segmentWith(nil, nil, "verify", dir); r.code != 0 {
		t.Errorf("verify: %s", r)
	}
}

var listeningOn = regexp.MustCompile(`http://\S+`)

// serving starts the service, and returns its address and what ends it.
func serving(t *testing.T, dir string) (base string, end func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r, w := io.Pipe()
	var errs bytes.Buffer
	done := make(chan int, 1)
	go func() {
		done <- cli.Main(ctx, []string{"serve", dir, "--addr", "127.0.0.1:0"}, cli.Std{In: strings.NewReader(""), Out: w, Err: &errs, Env: func(string) string { return "" }, Now: time.Now})
		w.Close()
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("it says %q and %q: %v", line, errs.String(), err)
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	return listeningOn.FindString(line), func() int {
		cancel()
		select {
		case code := <-done:
			return code
		case <-time.After(20 * time.Second):
			t.Fatal("it does not end")
			return -1
		}
	}
}
