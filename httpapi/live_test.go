package httpapi

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

var (
	_ Host = (*live.Host)(nil)
	_ Host = (*memoryHost)(nil)
)

// newLive is the fixture on a live host, with a clock that stands at noon.
func newLive(t *testing.T) (*live.Host, *live.ManualClock) {
	t.Helper()
	clock := live.NewManualClock(noon.AddDate(0, 0, -1))
	h := live.New(live.OverIndex(index.New(index.Options{Schema: testSchema(), Stays: true})), live.Options{Clock: clock})
	t.Cleanup(func() { _ = h.Close() })
	fill(h)
	clock.Advance(24 * time.Hour)
	return h, clock
}

// The conversation of golden.txt goes the same way with a live host.
func TestGoldenWithLiveHost(t *testing.T) {
	text, err := os.ReadFile("testdata/golden.txt")
	if err != nil {
		t.Fatal(err)
	}
	host, _ := newLive(t)
	got := converse(t, newHandler(host, Options{MaxBody: 300, MaxLine: 100}), string(text))
	lines := func(s string) (ss []string) {
		for line := range strings.SplitSeq(s, "\n") {
			if strings.HasPrefix(line, "> ") || strings.HasPrefix(line, "< ") || strings.Contains(line, `"revision"`) && !strings.Contains(line, "done") {
				ss = append(ss, line)
			}
		}
		return ss
	}
	want, is := lines(string(text)), lines(got)
	for i := range min(len(want), len(is)) {
		if want[i] != is[i] {
			t.Fatalf("line %d is %q, and with a live host %q", i, want[i], is[i])
		}
	}
	if len(want) != len(is) {
		t.Errorf("%d lines, and with a live host %d", len(want), len(is))
	}
}

// Members leave because time passes, and who reads the diffs hears of it.
func TestTimePassesWithLiveHost(t *testing.T) {
	host, clock := newLive(t)
	s := serve(t, newHandler(host, Options{}))
	for _, x := range [][2]string{
		{"/v1/segments/new", `{"rule": "COUNT(opened) >= 1 IN LAST 2 hours"}`},
	} {
		if w := do(newHandler(host, Options{}), "PUT", x[0], x[1]); w.Code != 201 {
			t.Fatal(w.Body)
		}
	}
	events := s.subscribe(t, "/v1/diffs?segment=new")
	events.expect(t, "ready", "")
	if w := do(newHandler(host, Options{}), "POST", "/v1/contacts/bob/events", `{"id": "e1", "name": "opened"}`); w.Code != 200 {
		t.Fatal(w.Body)
	}
	events.expect(t, "diff", `"contact":"bob","segment":"new","definition":3,"entered":true`)
	clock.Await(1) // until the host has set its alarm
	clock.Advance(3 * time.Hour)
	events.expect(t, "diff", `"entered":false,"at":"2026-01-31T14:00:00Z","cause":"time"`)
	_ = host.Close()
	events.expect(t, "error", `"code":"unavailable"`)
	events.expectEnd(t)
	if w := do(newHandler(host, Options{}), "GET", "/healthz", ""); w.Code != 503 {
		t.Errorf("healthz of a closed host: %d %s", w.Code, w.Body)
	}
	if w := do(newHandler(host, Options{}), "DELETE", "/v1/contacts/bob", ""); w.Code != 503 {
		t.Errorf("a change of a closed host: %d %s", w.Code, w.Body)
	}
}
