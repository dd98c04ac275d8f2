package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// FuzzHandler: whatever is asked, the answer is JSON or empty, as openapi.json has it, and
// never the fault of the service.
func FuzzHandler(f *testing.F) {
	text, err := os.ReadFile("testdata/golden.txt")
	if err != nil {
		f.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n> ")
	for _, exchange := range strings.Split(rest, "\n> ") {
		request, _, _ := strings.Cut(exchange, "\n< ")
		line, body, _ := strings.Cut(request, "\n")
		line, header, _ := strings.Cut(line, " | ")
		method, target, _ := strings.Cut(line, " ")
		kind, ok := strings.CutPrefix(header, "Content-Type: ")
		if !ok {
			kind = typeJSON
		}
		f.Add(method, target, kind, []byte(body))
	}
	f.Add("GET", "/v1/diffs?from=1&segment=us", "", []byte(nil))
	f.Add("GET", "/v1/diffs?from=100", "", []byte(nil))
	d := readDocument(f)
	operations := operationMux(d)
	f.Fuzz(func(t *testing.T, method, target, kind string, body []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		if strings.Contains(target, "diffs") {
			cancel() // it would go on for ever
		}
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
		if err != nil || !strings.HasPrefix(target, "/") {
			t.Skip()
		}
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		newHandler(newFixture(), Options{}).ServeHTTP(w, r)
		if w.Code >= 500 && ctx.Err() == nil {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		switch answer := w.Header().Get("Content-Type"); {
		case w.Body.Len() == 0, answer == "text/event-stream":
		case answer == "application/x-ndjson":
			for line := range bytes.Lines(w.Body.Bytes()) {
				if !json.Valid(line) {
					t.Errorf("not JSON: %s", line)
				}
			}
		case !json.Valid(w.Body.Bytes()):
			t.Errorf("not JSON: %s", w.Body)
		case ctx.Err() == nil:
			if op, ok := operations(r); ok {
				d.fits(t, op, w)
			}
		}
	})
}

// operationMux finds the operations for requests.
func operationMux(d openDocument) func(r *http.Request) (operation, bool) {
	mux := http.NewServeMux()
	found := map[string]operation{}
	for path, ops := range d.Paths {
		for m, op := range ops {
			found[strings.ToUpper(m)+" "+path] = op
			mux.HandleFunc(strings.ToUpper(m)+" "+path, func(http.ResponseWriter, *http.Request) {})
		}
	}
	return func(r *http.Request) (operation, bool) {
		_, pattern := mux.Handler(r)
		op, ok := found[pattern]
		return op, ok
	}
}
