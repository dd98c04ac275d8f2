package httpapi

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/golden.txt with what the handler answers")

// testdata/golden.txt is a conversation with one handler, from the fixture on: every route, and
// every kind of problem. A request is a line that starts with "> ", its body the lines behind
// it; "< " is the status with the headers that matter, and behind it the answer. Its bodies are
// the JSON that clients rely on: a difference here breaks them.
func TestGolden(t *testing.T) {
	const file = "testdata/golden.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := converse(t, newHandler(newFixture(), Options{MaxBody: 300, MaxLine: 100}), string(text))
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != string(text) {
		want, got := strings.Split(string(text), "\n"), strings.Split(got, "\n")
		for i := range min(len(want), len(got)) {
			if want[i] != got[i] {
				t.Fatalf("%s:%d is\n%s\nand the handler answers\n%s", file, i+1, want[i], got[i])
			}
		}
		t.Fatalf("%s has %d lines, and the handler answers %d", file, len(want), len(got))
	}
}

// converse sends the requests of a conversation, and returns it with the answers. Each answer
// must fit openapi.json, and each route must be asked.
func converse(t *testing.T, h http.Handler, text string) string {
	t.Helper()
	head, rest, _ := strings.Cut(text, "\n> ")
	d := readDocument(t)
	operations := operationMux(d)
	var out strings.Builder
	out.WriteString(head)
	seen := map[string]bool{}
	for _, exchange := range strings.Split(rest, "\n> ") {
		request, _, _ := strings.Cut(exchange, "\n< ")
		line, body, _ := strings.Cut(request, "\n")
		parts := strings.Split(line, " | ") // headers stand behind the request
		method, target, _ := strings.Cut(parts[0], " ")
		var headers []string
		for _, p := range parts[1:] {
			name, value, _ := strings.Cut(p, ": ")
			headers = append(headers, name, value)
		}
		w := do(h, method, target, body, headers...)
		fmt.Fprintf(&out, "\n> %s\n< %d", request, w.Code)
		for _, name := range []string{"Content-Type", "Allow", "Accept", "ETag"} {
			if v := w.Header().Get(name); v != "" && v != typeJSON {
				fmt.Fprintf(&out, " | %s: %s", name, v)
			}
		}
		fmt.Fprintf(&out, "\n%s\n", indented(w.Body.Bytes()))
		if op, ok := operations(httptest.NewRequest(method, target, nil)); ok {
			seen[op.OperationID] = true
			if method != "HEAD" && w.Code != 304 {
				d.fits(t, op, w)
			}
		}
	}
	for path, ops := range d.Paths {
		for method, op := range ops {
			if !seen[op.OperationID] && op.OperationID != "diffs" {
				t.Errorf("%s %s is not in the conversation", method, path)
			}
		}
	}
	return out.String()
}
