package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/segmentrules/segment"
)

// A service is a host with what all requests have in common.
type service struct {
	host Host
	o    Options

	// defining is held while definitions change, so that If-Match is true of the definition
	// that is replaced. Writing is held while a contact changes, one lock for some of them:
	// what is read of a contact before it is changed is still so.
	defining    sync.Mutex
	writing     [64]sync.Mutex
	subscribers chan struct{} // holds one for each
}

// A call is one request under way.
type call struct {
	*service
	w     http.ResponseWriter
	r     *http.Request
	query url.Values // without parameters that the route does not have
}

// reply answers with a status and a value as JSON. It is written whole or not at all.
func (c *call) reply(status int, v any) error {
	text, err := encode(v)
	if err != nil {
		return err
	}
	c.send(status, "application/json", text)
	return nil
}

// send writes an answer. A client that does not take it is no error of anybody here.
func (c *call) send(status int, kind string, text []byte) {
	h := c.w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(text)))
	c.w.WriteHeader(status)
	if c.r.Method != http.MethodHead {
		_, _ = c.w.Write(text)
	}
}

// fail answers with an error.
func (c *call) fail(err error) {
	p, unexpected := problemOf(err)
	if unexpected {
		c.o.Logger.Error("request failed", "method", c.r.Method, "path", c.r.URL.Path, "error", err)
	}
	text, err := p.text()
	if err == nil {
		text, err = encode(json.RawMessage(text))
	}
	if err != nil {
		c.o.Logger.Error("a problem cannot be written", "error", err)
		text = []byte("{}\n")
	}
	for name, values := range p.header {
		c.w.Header()[name] = values
	}
	c.send(p.Status, "application/problem+json", text)
}

// panicked logs a panic of the host, or of this package.
func (s *service) panicked(v any) {
	s.o.Logger.Error("panic", "value", v, "stack", string(debug.Stack()))
}

// encode writes a value as JSON in one line, with its end. Rule text stays readable: <, > and
// & are not escaped, which is safe where nosniff is sent.
func encode(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return append(readable(text), '\n'), nil
}

// readable writes \u003c, \u003e and \u0026, which types with a MarshalJSON of their own have
// escaped, as the characters that they are. It works in place.
func readable(text []byte) []byte {
	out := text[:0]
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			out = append(out, text[i])
			continue
		}
		switch escaped := text[i+1:]; {
		case bytes.HasPrefix(escaped, []byte("u003c")):
			out, i = append(out, '<'), i+5
		case bytes.HasPrefix(escaped, []byte("u003e")):
			out, i = append(out, '>'), i+5
		case bytes.HasPrefix(escaped, []byte("u0026")):
			out, i = append(out, '&'), i+5
		default:
			out, i = append(out, '\\', escaped[0]), i+1
		}
	}
	return out
}

// listed is a list that is not nil, so that it is [] in JSON.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// schema is the schema of now, not nil.
func (c *call) schema() *segment.Schema {
	if s := c.o.Schema(); s != nil {
		return s
	}
	return &segment.Schema{}
}
