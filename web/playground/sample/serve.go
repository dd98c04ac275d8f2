package sample

import (
	"bytes"
	"net/http"
	"strings"
)

// An Answer is what the handler answered to one call.
type Answer struct {
	Status  int
	Headers map[string]string // names in lower case; of several values the first
	Body    string
}

// Call makes one request of the handler. The path begins with a slash and may have a query. It
// returns when the handler has ended, so it is no use for the stream of diffs, which is read
// from the host.
func (s *Shop) Call(method, path, body string, headers map[string]string) Answer {
	r, err := http.NewRequest(method, "http://playground"+path, strings.NewReader(body))
	if err != nil {
		return Answer{Status: http.StatusBadRequest, Headers: map[string]string{"content-type": "text/plain"}, Body: err.Error()}
	}
	r.RequestURI = r.URL.RequestURI()
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := &recorder{header: make(http.Header)}
	s.handler.ServeHTTP(w, r)
	out := Answer{Status: w.status, Headers: make(map[string]string), Body: w.body.String()}
	if out.Status == 0 {
		out.Status = http.StatusOK
	}
	for name := range w.header {
		out.Headers[strings.ToLower(name)] = w.header.Get(name)
	}
	return out
}

// A recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// Flush is there for handlers that stream.
func (w *recorder) Flush() {}
