package httpapi

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// flip lets a contact enter or leave the segment us.
func flip(t testing.TB, h *memoryHost, id string, in bool) {
	t.Helper()
	country := "DE"
	if in {
		country = "US"
	}
	if _, err := h.Apply(segment.Update{Contact: id, Set: map[string]segment.Value{"country": segment.Text(country)}}); err != nil {
		t.Fatal(err)
	}
}

func TestDiffsComeAndGoOn(t *testing.T) {
	host := newFixture()
	s := serve(t, newHandler(host, Options{Heartbeat: time.Hour}))
	e := s.subscribe(t, "/v1/diffs")
	e.expect(t, "ready", `{"revision":3}`)
	if got := e.header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("type %s", got)
	}
	flip(t, host, "dee", true)
	if got := e.expect(t, "diff", `"contact":"dee","segment":"us","definition":1,"entered":true`); got.id != "4" {
		t.Errorf("id %s", got.id)
	}
	flip(t, host, "ann", false) // leaves both
	e.expect(t, "diff", `"revision":5,"step":6`)
	e.expect(t, "diff", `"revision":6,"step":6`)

	again := s.subscribe(t, "/v1/diffs?from=0", "Last-Event-ID", "5") // a browser repeats the query
	again.expect(t, "ready", `{"revision":5}`)
	if got := again.expect(t, "diff", `"us_big"`); got.id != "6" {
		t.Errorf("id %s", got.id)
	}
	all := s.subscribe(t, "/v1/diffs?from=0")
	all.expect(t, "ready", "")
	for i := range 6 {
		all.expect(t, "diff", fmt.Sprintf(`"revision":%d,`, i+1))
	}
}

func TestDiffsOfSomeSegments(t *testing.T) {
	host := newFixture()
	s := serve(t, newHandler(host, Options{Heartbeat: 20 * time.Millisecond}))
	e := s.subscribe(t, "/v1/diffs?segment=us_big&segment=other")
	e.expect(t, "ready", "")
	flip(t, host, "dee", true)
	for { // the client need not see the diff, but learns how far it is
		if got := e.expect(t, "comment", ""); got.id == "4" {
			break
		}
	}
	flip(t, host, "cyd", true)
	for {
		got := <-e.events
		if got.name != "comment" {
			if got.name != "diff" || got.id != "6" {
				t.Errorf("got %+v", got)
			}
			break
		}
	}
}

func TestDiffsThatAreGone(t *testing.T) {
	host := newFixture()
	host.oldest = 2
	s := serve(t, newHandler(host, Options{}))
	for _, from := range []string{"1", "77"} { // too old, and of another history
		e := s.subscribe(t, "/v1/diffs?from="+from)
		e.expect(t, "ready", "")
		e.expect(t, "resync", `"from":`+from+`,"oldest":2,"revision":3`)
		e.expectEnd(t)
	}
	for _, bad := range []string{"?from=x", "?from=-1", "?from=", "?from=99999999999999999999", "?from=1&from=2", "?form=1"} {
		if w := do(newHandler(host, Options{}), "GET", "/v1/diffs"+bad, ""); w.Code != 400 {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
}

func TestDiffsOfTooMany(t *testing.T) {
	host := newFixture()
	h := newHandler(host, Options{MaxSubscribers: 2})
	s := serve(t, h)
	first, second := s.subscribe(t, "/v1/diffs"), s.subscribe(t, "/v1/diffs")
	first.expect(t, "ready", "")
	second.expect(t, "ready", "")
	if w := do(h, "GET", "/v1/diffs", ""); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("the third: %d %v", w.Code, w.Header())
	}
	if w := do(h, "HEAD", "/v1/diffs", ""); w.Code != 503 {
		t.Errorf("the third, HEAD: %d", w.Code)
	}
	s.CloseClientConnections()
	for range 500 {
		if w := do(h, "HEAD", "/v1/diffs", ""); w.Code == 200 && w.Body.Len() == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the places are not free again")
}

// A subscriber that never reads is let go, and nobody waits for it.
func TestSubscriberThatNeverReads(t *testing.T) {
	host := newFixture()
	h := newHandler(host, Options{MaxSubscribers: 1, Stall: 100 * time.Millisecond, Heartbeat: 20 * time.Millisecond})
	s := serve(t, h)
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.(*net.TCPConn).SetReadBuffer(4096)
	if _, err := io.WriteString(c, "GET /v1/diffs HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	for do(h, "HEAD", "/v1/diffs", "").Code != 503 { // until it is there
		time.Sleep(time.Millisecond)
	}
	for i := range 1000 {
		flip(t, host, "cyd", i%2 == 0)
		if i%10 == 0 && do(h, "HEAD", "/v1/diffs", "").Code == 200 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("the subscriber is still there")
}

// A brokenHost panics in the middle of a stream.
type brokenHost struct{ *memoryHost }

func (h brokenHost) Subscribe(context.Context, uint64) iter.Seq2[segment.Diff, error] {
	return func(yield func(segment.Diff, error) bool) {
		yield(segment.Diff{Revision: 1, Step: 1, Contact: "ann", Segment: "us", At: noon}, nil)
		panic("subscribe")
	}
}

func TestDiffsOfAHostThatPanics(t *testing.T) {
	s := serve(t, newHandler(brokenHost{newFixture()}, Options{}))
	e := s.subscribe(t, "/v1/diffs")
	e.expect(t, "ready", "")
	e.expect(t, "diff", "ann")
	if got := e.expect(t, "error", `"code":"internal"`); strings.Contains(got.data, "subscribe") {
		t.Error(got)
	}
	e.expectEnd(t)
}
