package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable"
	"github.com/segmentrules/segment/index"
)

func options() durable.Options {
	return durable.Options{Index: index.Options{Schema: crmSchema(), Strict: true}}
}

// built is a store of so many contacts.
func built(t testing.TB, c crowd) *durable.Store {
	t.Helper()
	dir := t.TempDir()
	if err := build(t.Context(), dir, c, options(), io.Discard); err != nil {
		t.Fatal(err)
	}
	store, err := durable.Open(filepath.Join(dir, "store"), options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// The same seed makes the same store, another one another.
func TestSeed(t *testing.T) {
	one, same, other := built(t, crowd{1, 2000, noon}), built(t, crowd{1, 2000, noon}), built(t, crowd{2, 2000, noon})
	if one.Index().Hash() != same.Index().Hash() {
		t.Error("the same seed made something else")
	}
	if one.Index().Hash() == other.Index().Hash() {
		t.Error("another seed made the same")
	}
}

// Every segment has members and a past, none has all, and who is in is who the definition says.
func TestSegmentsAreRight(t *testing.T) {
	ix := built(t, crowd{1, 4000, noon}).Index()
	if n := ix.Stats().Contacts; n != 4000 {
		t.Fatalf("%d contacts", n)
	}
	for _, s := range ix.Defined() {
		members := ix.Members(s.ID)
		if n := members.Len(); n == 0 || n == 4000 {
			t.Errorf("segment %s has %d members", s.ID, n)
		}
		if m, _ := ix.Metrics(s.ID); len(m.Days) < 5 {
			t.Errorf("segment %s has changed on %d days", s.ID, len(m.Days))
		}
		for i := range 4000 {
			id := contactID(i)
			x, ok := ix.Contact(id)
			if !ok {
				t.Fatalf("no contact %s", id)
			}
			if want := segment.Evaluate(s.Condition, x, ix.Now()); want != members.Contains(id) {
				t.Fatalf("segment %s, contact %s: a member %v, and by the definition %v", s.ID, id, !want, want)
			}
		}
	}
}

// A process is the program, as main runs it.
type process struct {
	url  string
	stop context.CancelFunc
	done chan error
}

func start(t *testing.T, c config) *process {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.addr = l.Addr().String()
	_ = l.Close()
	ctx, stop := context.WithCancel(t.Context())
	p := &process{"http://" + c.addr, stop, make(chan error, 1)}
	go func() { p.done <- run(ctx, c, io.Discard) }()
	for range 600 {
		if answer, err := http.Get(p.url + "/healthz"); err == nil {
			_ = answer.Body.Close()
			return p
		}
		select {
		case err := <-p.done:
			t.Fatal(err)
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Fatal("it does not listen")
	return nil
}

func (p *process) end(t *testing.T) {
	t.Helper()
	p.stop()
	if err := <-p.done; err != nil {
		t.Error(err)
	}
}

// ask returns the answer to a request, as text.
func (p *process) ask(t *testing.T, method, path, body string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(answer.Body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, b.String()
}

// A restart keeps contacts, segments and drafts, and the pushed clock goes on.
func TestRestartKeepsEverything(t *testing.T) {
	c := config{dir: t.TempDir(), contacts: 500, seed: 1, simulate: true}
	p := start(t, c)
	for _, x := range [][2]string{
		{"PUT /v1/contacts/ann", `{"fields": {"name": "<b>Ann</b>", "email": "ann@example.com", "plan": "pro", "signup": {"$time": "2026-01-01T00:00:00Z"}}}`},
		{"POST /v1/contacts/ann/events", `{"id": "v1", "name": "visit", "props": {"page": "/"}}`},
		{"PUT /v1/segments/pricing", `{"name": "Pricing", "rule": "COUNT(visit WHERE page = \"/\") >= 1 IN LAST 20 DAYS"}`},
	} {
		method, path, _ := strings.Cut(x[0], " ")
		if status, text := p.ask(t, method, path, x[1]); status/100 != 2 {
			t.Fatalf("%s: %d %s", x[0], status, text)
		}
	}
	if status, text := p.ask(t, "PUT", "/app/drafts/idea", `{"name": "Idea", "rule": "country = "}`, "If-None-Match", "*"); status != 201 {
		t.Fatal(status, text)
	}
	if _, text := p.ask(t, "GET", "/app/contacts/ann", ""); !regexp.MustCompile(`"id":"pricing","name":"Pricing","member":true,"since":"[^"]+","until":"[^"]+"`).MatchString(text) {
		t.Fatal(text)
	}
	var pushed struct {
		Now   time.Time
		Diffs int
	}
	status, text := p.ask(t, "POST", "/app/clock", `{"advance": "720h"}`)
	if err := json.Unmarshal([]byte(text), &pushed); err != nil || status != 200 || pushed.Diffs < 50 {
		t.Fatal(status, text, err)
	}
	_, before := p.ask(t, "GET", "/app/segments", "")
	p.end(t)

	p = start(t, c)
	defer p.end(t)
	if _, after := p.ask(t, "GET", "/app/segments", ""); after != before {
		t.Errorf("segments were\n%s\nand are\n%s", before, after)
	}
	_, text = p.ask(t, "GET", "/app/contacts/ann", "")
	if !strings.Contains(text, `"id":"pricing","name":"Pricing","member":false`) || !strings.Contains(text, `<b>Ann</b>`) {
		t.Error(text)
	}
	if _, text := p.ask(t, "GET", "/app/drafts", ""); !strings.Contains(text, `"rule":"country = "`) {
		t.Error(text)
	}
	var info struct{ Now time.Time }
	_, text = p.ask(t, "GET", "/app/info", "")
	if err := json.Unmarshal([]byte(text), &info); err != nil || info.Now.Before(pushed.Now) {
		t.Error("the clock went back: ", text, err)
	}
	if status, _ := p.ask(t, "GET", "/app/info", "", "Host", "evil.example"); status != 403 {
		t.Errorf("a request for another host: %d", status)
	}
}

// Who stops it on the first start finds nothing half done.
func TestInterruptedFirstStart(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := build(ctx, dir, crowd{1, 200_000, noon}, options(), io.Discard); err == nil {
		t.Fatal("it was not interrupted")
	}
	if err := build(t.Context(), dir, crowd{1, 100, noon}, options(), io.Discard); err != nil {
		t.Fatal(err)
	}
	store, err := durable.Open(filepath.Join(dir, "store"), options())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if n := store.Index().Stats().Contacts; n != 100 {
		t.Errorf("%d contacts", n)
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		built(b, crowd{1, 20_000, noon})
	}
}
