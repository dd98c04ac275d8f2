package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

// A memoryHost is an index whose clock stands where a test puts it, with all diffs kept.
type memoryHost struct {
	*index.Index
	mu     sync.Mutex
	now    time.Time
	diffs  []segment.Diff
	oldest uint64        // diffs up to it are gone, for tests
	news   chan struct{} // closed when there are more diffs
	fault  func()        // called by Count, for tests of a host that fails
}

func newMemoryHost(s *segment.Schema) *memoryHost {
	return &memoryHost{Index: index.New(index.Options{Schema: s, Stays: true}), now: noon, news: make(chan struct{})}
}

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func (h *memoryHost) Now() time.Time { return h.now }

func (h *memoryHost) MembersAt(_ context.Context, id string) (index.Contacts, uint64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.Members(id), h.Revision(), nil
}

func (h *memoryHost) tell(diffs []segment.Diff, err error) ([]segment.Diff, error) {
	if len(diffs) > 0 {
		h.diffs = append(h.diffs, diffs...)
		close(h.news)
		h.news = make(chan struct{})
	}
	return diffs, err
}

func (h *memoryHost) Apply(us ...segment.Update) ([]segment.Diff, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	us = slices.Clone(us)
	for i := range us {
		if us[i].At.IsZero() {
			us[i].At = h.now
		}
	}
	return h.tell(h.Index.Apply(us...))
}

func (h *memoryHost) Import(ctx context.Context, rows iter.Seq2[segment.Update, error], o index.ImportOptions) iter.Seq[index.Batch] {
	o.Until = h.now
	dated := func(yield func(segment.Update, error) bool) {
		for u, err := range rows {
			if u.At.IsZero() {
				u.At = h.now
			}
			if !yield(u, err) {
				return
			}
		}
	}
	return func(yield func(index.Batch) bool) {
		for b := range h.ApplyEach(ctx, dated, o) {
			h.mu.Lock()
			_, _ = h.tell(b.Diffs, nil)
			h.mu.Unlock()
			if !yield(b) {
				return
			}
		}
	}
}

func (h *memoryHost) Define(s segment.Segment) ([]segment.Diff, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.tell(h.Index.Define(s, h.now))
}

func (h *memoryHost) Drop(id string) ([]segment.Diff, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.tell(h.Index.Drop(id, h.now))
}

func (h *memoryHost) DryRunAll(s segment.Segment) ([]index.Outcome, error) {
	return h.Index.DryRunAll(s, h.now)
}

func (h *memoryHost) Preview(ctx context.Context, c segment.Condition, o index.PreviewOptions) (index.Preview, error) {
	return h.PreviewContext(ctx, c, o)
}

func (h *memoryHost) Count(c segment.Condition) (int, error) {
	if h.fault != nil {
		h.fault()
	}
	return h.Index.Count(c)
}

func (h *memoryHost) Segments(contact string) []string {
	return slices.Collect(h.Index.Segments(contact))
}

func (h *memoryHost) Subscribe(ctx context.Context, from uint64) iter.Seq2[segment.Diff, error] {
	return func(yield func(segment.Diff, error) bool) {
		for {
			h.mu.Lock()
			diffs, news, oldest := h.diffs, h.news, h.oldest
			h.mu.Unlock()
			told := uint64(len(diffs))
			if from < oldest || from > told {
				yield(segment.Diff{}, &live.ResyncError{From: from, Oldest: oldest, Newest: told})
				return
			}
			for ; from < told; from++ {
				if !yield(diffs[from], nil) {
					return
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-news:
			}
		}
	}
}

// testSchema is what the contacts of the tests have.
func testSchema() *segment.Schema {
	s := new(segment.Schema)
	err := json.Unmarshal([]byte(`{
		"fields": {"country": {"kind": "text"}, "total": {"kind": "number"}, "born": {"kind": "date"}},
		"events": {"opened": {"aliases": ["Opened"], "nouns": ["emails"], "props": {"campaign": {"kind": "text"}}}},
		"calculated": {"double_total": "total * 2"},
		"lists": ["beta", "vip / gold"]}`), s)
	if err != nil {
		panic(err)
	}
	return s
}

// newFixture is what all examples start from: two segments, of which one refers to the other,
// and three contacts.
func newFixture() *memoryHost {
	h := newMemoryHost(testSchema())
	h.now = noon.AddDate(0, 0, -1)
	fill(h)
	h.now = noon
	h.Advance(noon, 0)
	return h
}

// fill brings the segments and contacts of the fixture.
func fill(h Host) {
	must := func(_ []segment.Diff, err error) {
		if err != nil {
			panic(err)
		}
	}
	must(h.Define(segment.Segment{ID: "us", Name: "United States", Condition: segment.MustParse(`country = "US"`)}))
	must(h.Define(segment.Segment{ID: "us_big", Name: "Big in the US", Condition: segment.MustParse(`IN SEGMENT "us" AND total > 100`)}))
	must(h.Apply(
		segment.Update{Contact: "ann", Set: map[string]segment.Value{"country": segment.Text("US"), "total": segment.Int(250), "born": segment.Date(1990, 1, 31)}, Join: []string{"beta"}},
		segment.Update{Contact: "bob", Set: map[string]segment.Value{"country": segment.Text("US"), "total": segment.Int(20)}},
		segment.Update{Contact: "cyd", Set: map[string]segment.Value{"country": segment.Text("DE"), "total": segment.Int(500)}}))
}

// newHandler serves the fixture.
func newHandler(h Host, o Options) http.Handler {
	if o.Schema == nil {
		s := testSchema()
		o.Schema = func() *segment.Schema { return s }
	}
	return Handler(h, o)
}

// do sends a request; headers are names and values in turn.
func do(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if body != "" && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", typeJSON)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// indented is JSON as a test shows it.
func indented(text []byte) string {
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(text), "", "  "); err != nil {
		return string(bytes.TrimSpace(text)) // several lines, or none
	}
	return b.String()
}
