package query

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/httpapi"
)

// still is one worker per partition that has read all of an input, and stands still.
type still []*cluster.Worker

func (s still) View(partition int, look func(cluster.View)) bool {
	return partition < len(s) && s[partition] != nil && s[partition].View(look)
}

// stillWorld is such workers over a small input.
func stillWorld(t *testing.T, partitions int) still {
	t.Helper()
	w := newWorld(t, partitions)
	w.define()
	w.shop(200)
	var all still
	for p := range partitions {
		k, err := cluster.NewWorker(w.engine, p, cluster.Options{Partitions: partitions})
		if err != nil {
			t.Fatal(err)
		}
		for idle := false; !idle; {
			if idle, err = k.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, k)
	}
	return all
}

// post asks a handler as it stands.
func post(h http.Handler, body string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", Path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestBadQuestions: whatever is sent, the answer is a problem that says what is wrong.
func TestBadQuestions(t *testing.T) {
	h := Handler(stillWorld(t, 2), HandlerOptions{Partitions: 2, MaxBody: 2000})
	for body, want := range map[string]string{
		``:                             "400 syntax",
		`{`:                            "400 syntax",
		`[]`:                           "400 type",
		"{\"kind\": \"\xff\"}":         "400 syntax",
		`{"kind": "count", "kind": 1}`: "400 syntax",
		`{"kind": "count", "of": 3}`:   "409 partitions",
		`{"of": 2}`:                    "400 value",
		`{"kind": "count", "of": 2}`:   "400 value",
		`{"kind": "drop", "of": 2, "partitions": [{"partition": 0}]}`:                                                    "400 value",
		`{"kind": "defined", "of": 2, "partitions": [{"partition": 2}]}`:                                                 "400 value",
		`{"kind": "defined", "of": 2, "partitions": [{"partition": -1}]}`:                                                "400 value",
		`{"kind": "defined", "of": 2, "partitions": [{"partition": 1}, {"partition": 1}]}`:                               "400 value",
		`{"kind": "defined", "of": 2, "partitions": [{"partition": 1}], "segments": ["a"]}`:                              "400 value",
		`{"kind": "overlap", "of": 2, "partitions": [{"partition": 1}], "segments": ["a"]}`:                              "400 value",
		`{"kind": "explain", "of": 2, "partitions": [{"partition": 1}], "contact": "a"}`:                                 "400 value",
		`{"kind": "preview", "of": 2, "partitions": [{"partition": 1}], "sample": -1}`:                                   "400 value",
		`{"kind": "count", "of": 2, "partitions": [{"partition": 1}]}`:                                                   "400 syntax",
		`{"kind": "count", "of": 2, "partitions": [{"partition": 1}], "condition": {"and": 7}}`:                          "400 ",
		`{"kind": "count", "of": 2, "partitions": [{"partition": 1}], "conditions": "a = 1"}`:                            "400 type",
		`{"kind": "contact", "of": 2, "partitions": [{"partition": 1}], "contact": "` + strings.Repeat("x", 2000) + `"}`: "413 too_large",
	} {
		w := post(h, body, nil)
		var p problemJSON
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/problem+json" || p.Detail == "" || p.Status != w.Code {
			t.Errorf("%s: %v %s", body, err, w.Body)
		}
		if got := fmt.Sprint(w.Code, " ", p.Code); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s (%s), want %s", body, got, p.Detail, want)
		}
	}
	for want, change := range map[string]func(*http.Request){
		"405 method_not_allowed":     func(r *http.Request) { r.Method = "GET" },
		"415 unsupported_media_type": func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
		"408 slow":                   func(r *http.Request) { r.Body = io.NopCloser(&cutBody{r.Body, 3}) },
	} {
		w := post(h, `{"kind": "defined", "of": 2, "partitions": [{"partition": 1}]}`, change)
		var p problemJSON
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || fmt.Sprint(w.Code, " ", p.Code) != want {
			t.Errorf("%d %s, want %s (%v)", w.Code, w.Body, want, err)
		}
	}
}

// TestAuthorize: the hook is asked before anything else, and its words are not told.
func TestAuthorize(t *testing.T) {
	h := Handler(stillWorld(t, 1), HandlerOptions{Partitions: 1, Authorize: func(r *http.Request) error {
		switch r.Header.Get("Authorization") {
		case "Bearer good":
			return nil
		case "":
			return httpapi.Unauthenticated{}
		}
		return errors.New("the secret reason")
	}})
	for token, want := range map[string]int{"": 401, "Bearer bad": 403, "Bearer good": 200} {
		w := post(h, `{"kind": "defined", "of": 1, "partitions": [{"partition": 0}]}`, func(r *http.Request) { r.Header.Set("Authorization", token) })
		if w.Code != want || strings.Contains(w.Body.String(), "secret") || (want == 401) != (w.Header().Get("WWW-Authenticate") == "Bearer") {
			t.Errorf("%q: %d %s", token, w.Code, w.Body)
		}
	}
	if w := post(h, `{`, nil); w.Code != 401 {
		t.Errorf("a bad question of nobody knows whom: %d", w.Code)
	}
}

// A broken viewer panics.
type broken struct{}

func (broken) View(int, func(cluster.View)) bool { panic("broken") }

// TestPanic: a panic is answered, and goes no further.
func TestPanic(t *testing.T) {
	w := post(Handler(broken{}, HandlerOptions{Partitions: 1}), `{"kind": "defined", "of": 1, "partitions": [{"partition": 0}]}`, nil)
	if w.Code != 500 || strings.Contains(w.Body.String(), "broken") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestLines: a partition is answered for in lines that name it, or with why it is not; members
// come in several lines.
func TestLines(t *testing.T) {
	const many = 2*idsOfLine + 7
	w := newWorld(t, 1)
	var us []segment.Update
	for i := range many {
		us = append(us, segment.Update{Contact: fmt.Sprint("m", i), Create: true, Join: []string{"news"}})
	}
	w.define()
	if err := w.producer.Publish(t.Context(), us...); err != nil {
		t.Fatal(err)
	}
	k, err := cluster.NewWorker(w.engine, 0, cluster.Options{Partitions: 1})
	if err != nil {
		t.Fatal(err)
	}
	for idle := false; !idle; {
		if idle, err = k.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	h := Handler(still{k, nil}, HandlerOptions{Partitions: 2, Patience: 1})
	answer := post(h, `{"kind": "members", "of": 2, "partitions": [{"partition": 1}, {"partition": 0}], "segments": ["news", "none"]}`, nil)
	var parts []membership
	var last []line
	for text := range strings.Lines(answer.Body.String()) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatal(err)
		}
		if l.Answer != nil {
			var m membership
			if err := json.Unmarshal(l.Answer, &m); err != nil || !l.More {
				t.Fatal(err, l)
			}
			parts = append(parts, m)
		}
		if !l.More {
			last = append(last, l)
		}
	}
	if len(last) != 2 || last[0].Partition != 1 || last[0].None != noneElsewhere || last[1].Partition != 0 || last[1].None != "" || last[1].Upto == 0 {
		t.Errorf("the last lines are %+v", last)
	}
	if len(parts) != 4 || len(parts[2].IDs) != 7 || parts[3].Segment != "none" || len(parts[3].IDs) != 0 {
		t.Fatalf("%d parts", len(parts))
	}
	ids := slices.Concat(parts[0].IDs, parts[1].IDs, parts[2].IDs)
	if ids[0] != "m0" || ids[many-1] != fmt.Sprint("m", many-1) {
		t.Errorf("the members go from %s to %s", ids[0], ids[many-1])
	}
	serve(t, w.engine, 1, Handler(still{k}, HandlerOptions{Partitions: 1}))
	if got, _, err := newCluster(t, w.engine, Options{Partitions: 1}).Members(soon(t), "news"); err != nil || !slices.Equal(got, ids) {
		t.Errorf("%d members, %v", len(got), err)
	}
	for _, needs := range []string{`{"partition": 0, "upto": 10000}`, `{"partition": 0, "sent": [{"producer": "x", "updates": 1}]}`,
		`{"partition": 0, "sent": [{"producer": "` + w.producer.Name() + `", "broadcasts": 999}]}`} {
		answer := post(h, `{"kind": "members", "of": 2, "partitions": [`+needs+`], "segments": ["news"]}`, nil)
		var l line
		if err := json.Unmarshal(answer.Body.Bytes(), &l); err != nil || l.None != noneBehind || l.Answer != nil {
			t.Errorf("%s: %.200s", needs, answer.Body)
		}
	}
}

// FuzzQuestion: no question brings a handler down, or is answered with what is no JSON.
func FuzzQuestion(f *testing.F) {
	for _, k := range []kind{kindCount, kindPreview, kindMembers, kindOverlap, kindMetrics, kindDefined, kindExplain, kindSegments, kindContact} {
		f.Add(fmt.Sprintf(`{"kind": %q, "of": 1, "partitions": [{"partition": 0, "upto": 1}], "segments": ["pro", "not"], "contact": "c1", "condition": {"field": "plan", "op": "equals", "value": "pro"}}`, k))
	}
	var workers still
	f.Fuzz(func(t *testing.T, body string) {
		if workers == nil {
			workers = stillWorld(t, 1)
		}
		w := post(Handler(workers, HandlerOptions{Partitions: 1, Patience: 1}), body, nil)
		for text := range strings.Lines(w.Body.String()) {
			if !json.Valid([]byte(text)) || w.Code == 500 {
				t.Errorf("%d %s", w.Code, text)
			}
		}
	})
}

// A releasing viewer says when it has been let go.
type releasing struct {
	Viewer
	gone chan struct{}
}

func (r releasing) View(partition int, look func(cluster.View)) bool {
	defer close(r.gone)
	return r.Viewer.View(partition, look)
}

// A stalled context lets nobody go on who asks whether it has ended, until a worker was let go.
type stalled struct {
	context.Context
	gone chan struct{}
}

func (s stalled) Err() error {
	select {
	case <-s.gone:
		return s.Context.Err()
	case <-time.After(10 * time.Second):
		return errors.New("the worker waits until all contacts have been looked at")
	}
}

// TestScanLetsGo: the worker goes on while contacts are looked at.
func TestScanLetsGo(t *testing.T) {
	for _, k := range []kind{kindCount, kindPreview} {
		gone := make(chan struct{})
		q := &prepared{question: question{Kind: k}, condition: segment.MustParse(`id != "x"`)}
		err := q.answer(stalled{t.Context(), gone}, releasing{stillWorld(t, 1), gone}, need{}, func(l line) error {
			if l.Answer == nil {
				t.Errorf("%+v", l)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
