package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/live"
)

// A receiver is the other end of a webhook: it takes batches as the doc of Webhook says.
type receiver struct {
	*httptest.Server
	t      testing.TB
	clock  *live.ManualClock
	secret []byte

	mu        sync.Mutex
	got       []segment.Diff
	keys      []string
	attempts  []time.Time
	misbehave func(n int, w http.ResponseWriter, r *http.Request) bool // whether attempt n was dealt with
}

func newReceiver(t testing.TB, clock *live.ManualClock) *receiver {
	rc := &receiver{t: t, clock: clock, secret: []byte("hush")}
	rc.Server = httptest.NewServer(rc)
	t.Cleanup(rc.Close)
	return rc
}

func (rc *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	rc.mu.Lock()
	defer rc.mu.Unlock()
	n := len(rc.attempts)
	rc.attempts = append(rc.attempts, rc.clock.Now())
	if err := live.Verify(r.Header.Get(live.SignatureHeader), body, rc.clock.Now(), 24*time.Hour, []byte("new"), rc.secret); err != nil {
		rc.t.Error(err)
	}
	if rc.misbehave != nil && rc.misbehave(n, w, r) {
		return
	}
	var batch struct {
		Name        string
		First, Last uint64
		Diffs       []segment.Diff
	}
	if err := json.Unmarshal(body, &batch); err != nil {
		rc.t.Error(err)
	}
	key := fmt.Sprintf("crm/%d-%d", batch.First, batch.Last)
	if r.Header.Get("Idempotency-Key") != key || r.Header.Get("Authorization") != "Bearer x" || batch.Name != "crm" {
		rc.t.Errorf("headers %v", r.Header)
	}
	if batch.First > uint64(len(rc.got))+1 {
		w.WriteHeader(http.StatusConflict) // a gap
		return
	}
	for i, d := range batch.Diffs {
		if d.Revision != batch.First+uint64(i) {
			rc.t.Errorf("%d is not %d", d.Revision, batch.First+uint64(i))
		}
		if d.Revision > uint64(len(rc.got)) { // else it has come before
			rc.got = append(rc.got, d)
		}
	}
	rc.keys = append(rc.keys, key)
	w.WriteHeader(http.StatusAccepted)
}

func (rc *receiver) count() (got, attempts int) {
	rc.mu.Lock()
	defer rc.mu.Unlock()
	return len(rc.got), len(rc.attempts)
}

func (rc *receiver) webhook(t testing.TB) *live.Webhook {
	return &live.Webhook{URL: rc.URL, Name: "crm", Secrets: [][]byte{rc.secret}, Cursor: live.FileCursor(filepath.Join(t.TempDir(), "cursor")),
		Header: http.Header{"Authorization": {"Bearer x"}}, Batch: 10}
}

// run runs a webhook until stop is called, which returns how it ended.
func run(h *live.Host, w *live.Webhook) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx, h) }()
	return func() error { cancel(); return <-ended }
}

// A webhook delivers all, in batches without a gap, and goes on after a restart where it was.
func TestWebhook(t *testing.T) {
	h, _, clock := host(t, live.Options{})
	rc := newReceiver(t, clock)
	w := rc.webhook(t)
	must(t)(h.Define(rule("active", "DID opened")))
	enter(t, h, 0, 25)
	stop := run(h, w)
	waitUntil(t, func() bool { n, _ := rc.count(); return n == 25 })
	if err := stop(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if got := strings.Join(rc.keys, " "); got != "crm/1-10 crm/11-20 crm/21-25" {
		t.Error(got)
	}
	enter(t, h, 25, 40)
	stop = run(h, w)
	waitUntil(t, func() bool { n, _ := rc.count(); return n == 40 })
	enter(t, h, 40, 41)
	waitUntil(t, func() bool { n, _ := rc.count(); return n == 41 })
	stop()
	equal(t, "received", rc.got, first(t, h, 0, 41))
	if n, err := w.Cursor.Load(); n != 41 && n != 40 || err != nil {
		t.Error(n, err)
	}
	// changes that fit a batch are not torn
	for i := range 6 {
		us := make([]segment.Update, 4)
		for j := range us {
			us[j] = opened(fmt.Sprint("d", i, j), "1", newYear)
		}
		must(t)(h.Apply(us...))
	}
	rc.keys = nil
	w.Cursor.Save(41)
	stop = run(h, w)
	waitUntil(t, func() bool { n, _ := rc.count(); return n == 65 })
	stop()
	if got := strings.Join(rc.keys, " "); got != "crm/42-49 crm/50-57 crm/58-65" {
		t.Error(got)
	}
}

// A receiver that answers 500 for an hour, closes connections, hangs, or asks for patience is
// tried again with longer and longer waits, and gets all in the end.
func TestWebhookTriesAgain(t *testing.T) {
	hour := newYear.Add(time.Hour)
	hung := make(chan struct{})
	defer close(hung)
	for name, misbehave := range map[string]func(n int, now time.Time, w http.ResponseWriter, r *http.Request) bool{
		"500": func(n int, now time.Time, w http.ResponseWriter, r *http.Request) bool {
			if now.Before(hour) {
				http.Error(w, strings.Repeat("broken ", 30_000), http.StatusInternalServerError)
			}
			return now.Before(hour)
		},
		"429": func(n int, now time.Time, w http.ResponseWriter, r *http.Request) bool {
			switch n {
			case 0:
				w.Header().Set("Retry-After", "1800")
			case 1:
				w.Header().Set("Retry-After", hour.Format(http.TimeFormat))
			default:
				return false
			}
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		},
		"closes": func(n int, now time.Time, w http.ResponseWriter, r *http.Request) bool {
			if n < 4 {
				panic(http.ErrAbortHandler)
			}
			return false
		},
		"hangs": func(n int, now time.Time, w http.ResponseWriter, r *http.Request) bool {
			if n < 2 {
				select {
				case <-r.Context().Done():
				case <-hung:
				}
				return true
			}
			return false
		},
	} {
		t.Run(name, func(t *testing.T) {
			meter := new(live.Counters)
			h, _, clock := host(t, live.Options{Metrics: meter})
			rc := newReceiver(t, clock)
			rc.misbehave = func(n int, w http.ResponseWriter, r *http.Request) bool { return misbehave(n, clock.Now(), w, r) }
			must(t)(h.Define(rule("active", "DID opened")))
			enter(t, h, 0, 5)
			w := rc.webhook(t)
			if name != "hangs" {
				w.Timeout = 24 * time.Hour // the clock here runs faster than a busy machine answers
			}
			stop := run(h, w)
			for passed := 0; meter.Get(live.MeterSent) == 0; passed++ {
				if passed > 4*3600 {
					t.Fatal("it is never sent")
				}
				// an attempt or a wait is under way
				waitUntil(t, func() bool { return clock.Waiting() > 0 || meter.Get(live.MeterSent) > 0 })
				clock.Advance(5 * time.Second)
				time.Sleep(100 * time.Microsecond)
			}
			stop()
			equal(t, "received", rc.got, first(t, h, 0, 5))
			_, attempts := rc.count()
			if retries := meter.Get(live.MeterRetries); int(retries) < attempts-1 || attempts < 3 || retries > 60 {
				t.Errorf("%d attempts, %d retries", attempts, retries)
			}
			if name == "429" && (rc.attempts[1].Before(newYear.Add(30*time.Minute)) || rc.attempts[2].Before(hour)) {
				t.Errorf("tried again too early: %v", rc.attempts)
			}
		})
	}
}

// What no further attempt could change ends the run, and the batch is not lost.
func TestWebhookGivesUp(t *testing.T) {
	h, _, clock := host(t, live.Options{})
	must(t)(h.Define(rule("active", "DID opened")))
	enter(t, h, 0, 5)
	for _, status := range []int{301, 307, 400, 401, 404, 410, 422} {
		rc := newReceiver(t, clock)
		rc.misbehave = func(n int, w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Location", "/other")
			w.WriteHeader(status)
			w.Write([]byte("no"))
			return n == 0
		}
		w := rc.webhook(t)
		var refused *live.WebhookError
		if err := w.Run(context.Background(), h); !errors.As(err, &refused) || *refused != (live.WebhookError{Status: status, Key: "crm/1-5", Body: "no"}) {
			t.Errorf("%d: %v", status, err)
		}
		if n, err := w.Cursor.Load(); n != 0 || err != nil {
			t.Error(n, err)
		}
		rc.misbehave = nil
		stop := run(h, w)
		waitUntil(t, func() bool { n, _ := rc.count(); return n == 5 })
		stop()
	}
	for _, w := range []*live.Webhook{
		{URL: "ftp://x", Name: "crm", Cursor: live.FileCursor("x")},
		{URL: "http://", Name: "crm", Cursor: live.FileCursor("x")},
		{URL: "http://a b", Name: "crm", Cursor: live.FileCursor("x")},
		{URL: "http://x", Name: "a\nb", Cursor: live.FileCursor("x")},
		{URL: "http://x", Cursor: live.FileCursor("x")},
		{URL: "http://x", Name: "crm"},
	} {
		if err := w.Run(context.Background(), h); err == nil || !strings.HasPrefix(err.Error(), "live: ") {
			t.Errorf("%+v: %v", w, err)
		}
	}
	rc := newReceiver(t, clock)
	w := rc.webhook(t)
	w.Cursor.Save(77)
	var resync *live.ResyncError
	if err := w.Run(context.Background(), h); !errors.As(err, &resync) {
		t.Error(err)
	}
}

func TestVerify(t *testing.T) {
	// by another implementation: printf '1767225600.hello' | openssl dgst -sha256 -hmac hush
	const header = "t=1767225600,v1=a465d850b14fa0aae5f74d7bec686d14f5fdfd1ccc3f1d8c45001348aa24a97f"
	for _, c := range []struct {
		header, body string
		after        time.Duration
		secrets      []string
		ok           bool
	}{
		{header, "hello", 0, []string{"hush"}, true},
		{header, "hello", 5 * time.Minute, []string{"other", "hush"}, true},
		{header, "hello", -5 * time.Minute, []string{"hush"}, true},
		{"v1=00, v1=zz, " + header + ", v9=1", "hello", 0, []string{"hush"}, true},
		{header, "hello", 5*time.Minute + time.Second, []string{"hush"}, false},
		{header, "hello", -6 * time.Minute, []string{"hush"}, false},
		{header, "hellO", 0, []string{"hush"}, false},
		{header, "hello", 0, []string{"hust"}, false},
		{header, "hello", 0, nil, false},
		{strings.Replace(header, "600", "601", 1), "hello", 0, []string{"hush"}, false},
		{"", "hello", 0, []string{"hush"}, false},
		{"t=1767225600", "hello", 0, []string{"hush"}, false},
	} {
		var secrets [][]byte
		for _, s := range c.secrets {
			secrets = append(secrets, []byte(s))
		}
		err := live.Verify(c.header, []byte(c.body), newYear.Add(c.after), 0, secrets...)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, live.ErrSignature) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
