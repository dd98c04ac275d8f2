package live

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Webhook sends the diffs of a host to a URL, batch by batch, in order and without a gap.
// Each is a POST with a JSON body and these headers:
//
//	Content-Type: application/json
//	Idempotency-Key: crm/1201-1700            the name, the first and the last revision
//	Segment-Signature: t=1767225600,v1=9f86…  see [SignatureHeader]
//
//	{"name": "crm", "first": 1201, "last": 1700, "diffs": [
//	  {"revision": 1201, "step": 1201, "contact": "ann", "segment": "active", "definition": 1,
//	   "entered": true, "at": "2026-01-31T00:00:00Z", "cause": "event"}, …]}
//
// A status of 2xx acknowledges the batch, and the next one is sent; one is under way at a time.
// A batch is sent again, with the same body, after an error of the network, a status of 408,
// 425, 429 or 5xx, or no answer in time: so a receiver may get one twice, and after a restart
// its diffs in a batch with other ends. A receiver therefore keeps, together with what it makes
// of them, the last revision it has taken, drops diffs up to it, and refuses a batch that begins
// later than the one after it. A change is whole at the diff of which the revision is the step.
//
// The fields must not be changed while Run runs.
type Webhook struct {
	URL     string      // where to; https, but for tests
	Name    string      // of the store, in the key: ASCII without spaces
	Secrets [][]byte    // the bodies are signed with each; none means no signature
	Cursor  Cursor      // how far the receiver has come
	Header  http.Header // sent too, for example Authorization

	// Batch is how many diffs a body has at most; 0 means 500. A diff takes some 200 bytes.
	// A change of no more is not torn.
	Batch int
	// Timeout is how long one attempt may take; 0 means 30 seconds.
	Timeout time.Duration
	// Backoff is how long to wait before trying again. A receiver's Retry-After counts if it
	// is longer, up to a day.
	Backoff Backoff
	// Client sends; nil means one with the transport of [http.DefaultClient]. Redirections are
	// not followed: a body that is meant for one place is not sent to another.
	Client *http.Client
}

// A WebhookError says that the receiver has refused a batch, so that sending it again would not
// help: Run ends with it. Once the receiver or the Webhook is put right, Run goes on with the
// same batch.
type WebhookError struct {
	Status int    // of the response
	Key    string // of the batch
	Body   string // the beginning of the response's
}

// Error says what was refused and how.
func (e *WebhookError) Error() string {
	return fmt.Sprintf("live: the receiver of the webhook has refused batch %s with status %d: %q", e.Key, e.Status, e.Body)
}

// check refuses what no attempt could send.
func (w *Webhook) check() error {
	u, err := url.Parse(w.URL)
	switch {
	case err != nil:
		return fmt.Errorf("live: the URL of a webhook: %w", err)
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return fmt.Errorf("live: the URL of a webhook is %q, and should begin with https:// and a host", w.URL)
	case w.Name == "" || strings.ContainsFunc(w.Name, func(r rune) bool { return r <= ' ' || r > '~' }):
		return fmt.Errorf("live: the name of a webhook is %q, and should be letters, digits and signs of ASCII, without spaces", w.Name)
	case w.Cursor == nil:
		return errors.New("live: a Webhook needs a Cursor to know how far the receiver has come, for example a FileCursor")
	}
	return nil
}

// client is the one that sends, without following redirections.
func (w *Webhook) client() *http.Client {
	c := http.Client{}
	if w.Client != nil {
		c = *w.Client
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// defaulted is a number, or its default where it is not set.
func defaulted[T int | time.Duration](n, otherwise T) T {
	if n <= 0 {
		return otherwise
	}
	return n
}
