package httpapi

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A served is a handler behind a real server, with small buffers, so that a client that does
// not read is noticed soon.
type served struct{ *httptest.Server }

func serve(t *testing.T, h http.Handler) served {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		_ = c.(*net.TCPConn).SetWriteBuffer(4096)
		return ctx
	}
	s.Start()
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return served{s}
}

// An eventStream is a client of GET /v1/diffs.
type eventStream struct {
	header http.Header
	events chan serverEvent
}

type serverEvent struct{ id, name, data string }

// subscribe opens a stream of events; headers are names and values in turn.
func (s served) subscribe(t *testing.T, target string, headers ...string) *eventStream {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	e := &eventStream{answer.Header, make(chan serverEvent, 100)}
	go func() {
		defer answer.Body.Close()
		defer close(e.events)
		var one serverEvent
		lines := bufio.NewScanner(answer.Body)
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				one.id = value
			case "event":
				one.name = value
			case "data":
				one.data = value
			case "": // a comment, or the end of an event
				if strings.HasPrefix(lines.Text(), ": ") {
					one.name = "comment"
				} else {
					e.events <- one
					one = serverEvent{}
				}
			}
		}
	}()
	return e
}

// expect waits for the next event, which must have a name and data with a part.
func (e *eventStream) expect(t *testing.T, name, part string) serverEvent {
	t.Helper()
	select {
	case got, ok := <-e.events:
		if !ok {
			t.Fatalf("the stream has ended, and the event %s is expected", name)
		}
		if got.name != name || !strings.Contains(got.data, part) {
			t.Fatalf("got the event %+v, expected %s with %s", got, name, part)
		}
		return got
	case <-time.After(10 * time.Second):
		t.Fatalf("no event %s", name)
	}
	return serverEvent{}
}

// expectEnd waits for the end of the stream.
func (e *eventStream) expectEnd(t *testing.T) {
	t.Helper()
	select {
	case got, ok := <-e.events:
		if ok {
			t.Fatalf("got the event %+v, expected the end", got)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the stream goes on")
	}
}
