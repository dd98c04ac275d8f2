package httpapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// What is wrong with a request, or with the host, and what becomes of it.

var spaces = bytes.Repeat([]byte(" "), 64<<10)

// endless is a body of so many bytes, which counts how many are read.
type endless struct{ left, read int64 }

func (e *endless) Read(b []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := int64(copy(b[:min(int64(len(b)), e.left)], spaces))
	e.left, e.read = e.left-n, e.read+n
	return int(n), nil
}

// allocated is how many bytes a function allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

const gigabyte = 1 << 30

func TestBodyOfAGigabyteIsRefused(t *testing.T) {
	h := newHandler(newFixture(), Options{})
	for _, x := range [][2]string{{"PUT", "/v1/segments/x"}, {"POST", "/v1/check"}, {"PATCH", "/v1/contacts/ann"}, {"POST", "/v1/contacts/ann/events"}} {
		body := &endless{left: gigabyte}
		r := httptest.NewRequest(x[0], x[1], body) // its length is not known before
		r.Header.Set("Content-Type", typeJSON)
		w := httptest.NewRecorder()
		n := allocated(func() { h.ServeHTTP(w, r) })
		if w.Code != 413 || !strings.Contains(w.Body.String(), codeTooLarge) {
			t.Errorf("%v: %d %s", x, w.Code, w.Body)
		}
		if body.read > 2<<20 || n > 8<<20 {
			t.Errorf("%v: %d bytes read, %d allocated", x, body.read, n)
		}
		r.Body, r.ContentLength = io.NopCloser(&endless{left: gigabyte}), gigabyte
		w = httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != 413 {
			t.Errorf("%v with its length: %d", x, w.Code)
		}
	}
}

// Over a connection, too: the client hears of it long before it has sent all.
func TestBodyOfAGigabyteOverTheWire(t *testing.T) {
	s := serve(t, newHandler(newFixture(), Options{}))
	body := &endless{left: gigabyte}
	answer, err := s.Client().Post(s.URL+"/v1/check", typeJSON, body)
	if err != nil {
		t.Skip("the connection was reset before the answer was read:", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 413 {
		t.Errorf("status %d", answer.StatusCode)
	}
}

// A line of a gigabyte is an error of that line, and the next is applied.
func TestLineOfAGigabyteIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a gigabyte")
	}
	host := newFixture()
	h := newHandler(host, Options{})
	body := io.MultiReader(strings.NewReader(`{"contact":"a`), &endless{left: gigabyte}, strings.NewReader("\"}\n"+`{"contact":"eve"}`+"\n"))
	r := httptest.NewRequest("POST", "/v1/import", body)
	r.Header.Set("Content-Type", "application/x-ndjson")
	w := httptest.NewRecorder()
	n := allocated(func() { h.ServeHTTP(w, r) })
	if _, ok := host.Contact("eve"); !ok || !strings.Contains(w.Body.String(), "1048576 bytes") || !strings.Contains(w.Body.String(), `"status":207`) {
		t.Error(w.Body)
	}
	if n > 16<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

func TestWrongBodies(t *testing.T) {
	h := newHandler(newFixture(), Options{})
	deep := strings.Repeat(`{"not":`, 50_000) + "1" + strings.Repeat("}", 50_000)
	for name, body := range map[string]string{
		"half an object":   `{"set": {"total": 1}`,
		"invalid UTF-8":    "{\"set\": {\"country\": \"\xff\"}}",
		"a name twice":     `{"set": {"total": 1, "total": 2}}`,
		"deep nesting":     deep,
		"deep lists":       `{"set": {"total": ` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}}",
		"two values":       `{} {}`,
		"half a surrogate": `{"set": {"country": "\ud800"}}`,
		"a huge number":    `{"set": {"total": 1e999999}}`,
		"null":             "null",
		"blank":            " \n ",
		"a zero byte":      "{\"set\": {\"country\": \"\x00\"}}",
		"events of null":   `{"events": [null]}`,
		"an event of text": `{"events": ["x"]}`,
		"empty names":      `{"set": {"": 1}}`,
	} {
		for _, target := range []string{"PATCH /v1/contacts/ann", "PUT /v1/segments/x", "POST /v1/contacts/ann/events", "POST /v1/count", "PUT /v1/contacts/ann"} {
			method, path, _ := strings.Cut(target, " ")
			if w := do(h, method, path, body); w.Code != 400 || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s, %s: %d %.200s", name, target, w.Code, w.Body)
			}
		}
	}
	for name, text := range map[string]string{"invalid UTF-8": "country = \"\xff\"", "deep": strings.Repeat("(", 100_000) + "total = 1", "blank": "  ", "a number": "5"} {
		if w := do(h, "POST", "/v1/count", text, "Content-Type", typeText); w.Code != 400 {
			t.Errorf("text, %s: %d %.200s", name, w.Code, w.Body)
		}
	}
	if w := do(h, "PATCH", "/v1/contacts/ann", "{}", "Content-Encoding", "gzip"); w.Code != 415 {
		t.Errorf("a compressed body: %d", w.Code)
	}
}

// Ids are any text, as long as it is UTF-8.
func TestAnyId(t *testing.T) {
	host := newFixture()
	h := newHandler(host, Options{})
	for id, escaped := range map[string]string{"a/b": "a%2Fb", "..": "%2E%2E", "ü 😀": "%C3%BC%20%F0%9F%98%80", "a?b#c": "a%3Fb%23c", "%2F": "%252F", "a b": "a%20b", "{id}": "%7Bid%7D"} {
		if w := do(h, "PUT", "/v1/contacts/"+escaped, `{"fields": {"country": "US"}}`); w.Code != 201 {
			t.Errorf("%q: %d %s", id, w.Code, w.Body)
		}
		if _, ok := host.Contact(id); !ok {
			t.Errorf("there is no contact %q", id)
		}
		if w := do(h, "GET", "/v1/segments/us/explain/"+escaped, ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"member":true`) {
			t.Errorf("%q: %d %s", id, w.Code, w.Body)
		}
	}
}

// Behind a prefix everything is the same.
func TestBehindAPrefix(t *testing.T) {
	h := http.StripPrefix("/crm", newHandler(newFixture(), Options{}))
	if w := do(h, "PUT", "/crm/v1/contacts/a%2Fb", `{"fields": {}}`); w.Code != 201 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := do(h, "GET", "/crm/v1/contacts/a%2Fb", ""); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := do(h, "GET", "/crm", ""); w.Code != 404 || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// Requests that change nothing but come with a method that a browser sends to any site without
// asking must have a type for which it asks, or change nothing.
func TestNoChangeBySimpleRequests(t *testing.T) {
	host := newFixture()
	h := newHandler(host, Options{})
	before := host.Hash()
	for _, rt := range routes {
		if rt.method != "POST" {
			continue
		}
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
			r := httptest.NewRequest("POST", strings.ReplaceAll(rt.path, "{id}", "ann"), strings.NewReader(`{"id":"e","name":"opened"}`))
			r.Header.Set("Content-Type", kind)
			h.ServeHTTP(httptest.NewRecorder(), r)
		}
	}
	if host.Hash() != before {
		t.Error("the host has changed")
	}
}

func TestAuthorizeComesFirst(t *testing.T) {
	var log bytes.Buffer
	var asked int
	h := newHandler(newFixture(), Options{
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
		Authorize: func(r *http.Request) error {
			asked++
			switch r.Header.Get("Authorization") {
			case "":
				return Unauthenticated{}
			case "Bearer right":
				return nil
			case "panic":
				panic("hook")
			}
			return errors.New("the token is not good")
		}})
	for _, target := range []string{"GET /healthz", "GET /nothing", "PATCH /v1/stats", "PUT /v1/contacts/ann", "GET /v1/diffs", "GET //"} {
		method, path, _ := strings.Cut(target, " ")
		if w := do(h, method, path, ""); w.Code != 401 || w.Header().Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: %d %v", target, w.Code, w.Header())
		}
		if w := do(h, method, path, "", "Authorization", "Bearer wrong"); w.Code != 403 || strings.Contains(w.Body.String(), "token") {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
	if w := do(h, "GET", "/healthz", "", "Authorization", "Bearer right"); w.Code != 200 {
		t.Errorf("with the right token: %d", w.Code)
	}
	if w := do(h, "GET", "/healthz", "", "Authorization", "panic"); w.Code != 500 {
		t.Errorf("a hook that panics: %d", w.Code)
	}
	if asked != 14 || !strings.Contains(log.String(), "the token is not good") {
		t.Errorf("asked %d times; log: %s", asked, log.String())
	}
}

func TestCORSOnlyIfAsked(t *testing.T) {
	preflight := []string{"Origin", "https://app.example.com", "Access-Control-Request-Method", "PUT"}
	w := do(newHandler(newFixture(), Options{}), "OPTIONS", "/v1/segments/us", "", preflight...)
	if w.Code != 405 || w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("without origins: %d %v", w.Code, w.Header())
	}
	h := newHandler(newFixture(), Options{Origins: []string{"https://app.example.com"}, Authorize: func(*http.Request) error { return Unauthenticated{} }})
	if w = do(h, "OPTIONS", "/v1/segments/us", "", preflight...); w.Code != 204 || w.Header().Get("Access-Control-Allow-Origin") != "https://app.example.com" {
		t.Errorf("preflight: %d %v", w.Code, w.Header())
	}
	if w = do(h, "GET", "/v1/segments/us", "", "Origin", "https://app.example.com"); w.Code != 401 || w.Header().Get("Access-Control-Allow-Origin") == "" {
		t.Errorf("an answer: %d %v", w.Code, w.Header())
	}
	if w = do(h, "OPTIONS", "/v1/segments/us", "", "Origin", "https://evil.example.com", "Access-Control-Request-Method", "PUT"); w.Code != 401 || w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("another origin: %d %v", w.Code, w.Header())
	}
	if w = do(newHandler(newFixture(), Options{Origins: []string{"*"}}), "GET", "/healthz", "", "Origin", "null"); w.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("all origins: %v", w.Header())
	}
}

// A slowHost answers previews when the context is done, and panics where it is told to.
type slowHost struct {
	*memoryHost
	panics bool
}

func (h slowHost) Preview(ctx context.Context, _ segment.Condition, _ index.PreviewOptions) (index.Preview, error) {
	<-ctx.Done()
	return index.Preview{}, ctx.Err()
}

func (h slowHost) Stats() index.Stats { panic("stats") }

func TestHostThatFails(t *testing.T) {
	var log bytes.Buffer
	host := slowHost{memoryHost: newFixture()}
	h := newHandler(host, Options{Logger: slog.New(slog.NewTextHandler(&log, nil)), Timeout: 50 * time.Millisecond,
		Healthy: func(context.Context) error { return errors.New("the disk is full") }})
	if w := do(h, "POST", "/v1/preview", `{"rule": "total > 1"}`); w.Code != 503 || !strings.Contains(w.Body.String(), codeTimeout) {
		t.Errorf("a preview that takes too long: %d %s", w.Code, w.Body)
	}
	if w := do(h, "GET", "/v1/stats", ""); w.Code != 500 || !strings.Contains(w.Body.String(), codeInternal) || strings.Contains(w.Body.String(), "goroutine") {
		t.Errorf("a host that panics: %d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "panic") || !strings.Contains(log.String(), "bad_test.go") {
		t.Errorf("the panic is not logged: %s", log.String())
	}
	if w := do(h, "GET", "/healthz", ""); w.Code != 503 || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("not healthy: %d %s", w.Code, w.Body)
	}
	host.fault = func() { panic(http.ErrAbortHandler) }
	if w := do(h, "POST", "/v1/count", `{"rule": "total > 1"}`); w.Code != 500 {
		t.Errorf("a count that panics: %d %s", w.Code, w.Body)
	}
}

// A client that sends half a body and then nothing is told so, and let go.
func TestSlowBody(t *testing.T) {
	s := serve(t, newHandler(newFixture(), Options{Timeout: 200 * time.Millisecond, Stall: 200 * time.Millisecond}))
	for _, request := range []string{
		"PATCH /v1/contacts/ann HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"set\":",
		"POST /v1/import HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100\r\n\r\n{\"contact\":\"x\"}\n{",
	} {
		c, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, request); err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		answer, err := io.ReadAll(c)
		if err != nil || !bytes.Contains(answer, []byte(`"status":408`)) {
			t.Errorf("%v: %s", err, answer)
		}
	}
}

// Deadlines of one request do not reach the next on the connection, whichever handler it is for.
func TestDeadlinesEndWithTheRequest(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/v1/", newHandler(newFixture(), Options{Timeout: 150 * time.Millisecond, Stall: 150 * time.Millisecond}))
	mux.HandleFunc("/other", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(500 * time.Millisecond)
		_, _ = io.WriteString(w, "fine")
	})
	s := serve(t, mux)
	for _, path := range []string{"/v1/segments", "/other", "/v1/segments/us"} {
		answer, err := s.Client().Get(s.URL + path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != 200 {
			t.Errorf("%s: %d %s %v", path, answer.StatusCode, text, err)
		}
		answer.Body.Close()
	}
}
