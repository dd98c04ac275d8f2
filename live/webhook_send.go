package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/segmentrules/segment"
)

// One batch on its way: attempts, and the waits between them.

// longestRetryAfter bounds what a receiver may ask for, lest a mistake of it stop the sink for
// years.
const longestRetryAfter = 24 * time.Hour

// errTimeout is why an attempt has been given up.
var errTimeout = errors.New("no answer in time")

// A poster sends the batches of one run.
type poster struct {
	webhook *Webhook
	host    *Host
	client  *http.Client
}

// deliver sends a batch until it is acknowledged or refused, or the context is done.
func (p *poster) deliver(ctx context.Context, key string, body []byte) error {
	for failures := 1; ; failures++ {
		after, err := p.attempt(ctx, key, body)
		var refused *WebhookError
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &refused) && !again(refused.Status):
			return err
		}
		wait := max(p.webhook.Backoff.wait(failures), min(after, longestRetryAfter))
		o := &p.host.options
		o.Metrics.Add(MeterRetries, 1)
		o.Log.Warn("a webhook is sent again", "batch", key, "failures", failures, "wait", wait, "err", err)
		if err := sleep(ctx, o.Clock, wait); err != nil {
			return err
		}
	}
}

// again reports whether a batch that was answered with a status may be taken another time.
func again(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}

// attempt sends a batch once. It returns how long the receiver asks to be left alone.
func (p *poster) attempt(ctx context.Context, key string, body []byte) (after time.Duration, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timeout := defaulted(p.webhook.Timeout, 30*time.Second)
	stop := p.host.options.Clock.AfterFunc(timeout, func() { cancel(errTimeout) })
	defer stop()
	req, err := p.request(ctx, key, body)
	if err != nil {
		return 0, err
	}
	resp, err := p.client.Do(req)
	if err != nil {
		if context.Cause(ctx) == errTimeout {
			err = errTimeout
		}
		return 0, err
	}
	defer resp.Body.Close()
	// The response is not needed, but read to its end the connection serves the next batch.
	const most = 64 << 10
	text, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if resp.StatusCode/100 == 2 {
		return 0, nil // however its body ends
	}
	if err != nil {
		text = append(text, (" … " + err.Error())...)
	}
	after = p.retryAfter(resp.Header.Get("Retry-After"))
	return after, &WebhookError{Status: resp.StatusCode, Key: key, Body: string(text[:min(len(text), 1<<10)])}
}

// request is a batch as it is sent.
func (p *poster) request(ctx context.Context, key string, body []byte) (*http.Request, error) {
	w := p.webhook
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("live: the URL of a webhook: %w", err)
	}
	for name, values := range w.Header {
		req.Header[name] = values
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	if len(w.Secrets) > 0 {
		req.Header.Set(SignatureHeader, sign(body, p.host.options.Clock.Now(), w.Secrets...))
	}
	return req, nil
}

// retryAfter reads the header of that name: seconds, or an instant.
func (p *poster) retryAfter(text string) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(p.host.options.Clock.Now()))
	}
	return 0
}

// batchBody is the JSON of a batch.
type batchBody struct {
	Name  string         `json:"name"`
	First uint64         `json:"first"`
	Last  uint64         `json:"last"`
	Diffs []segment.Diff `json:"diffs"`
}

// Run sends what comes after the revision of the cursor, and goes on until the context is done,
// of which it returns the error. It runs in the goroutine of its caller, and waits by the clock
// of the host. Each acknowledgement is saved before the next batch is sent.
//
// Other errors: [*WebhookError]; [*ResyncError] if the diffs are no longer kept, whereupon the
// receiver needs the members anew and the cursor their revision; those of the cursor and of
// Subscribe. It may be called again after any of them.
func (w *Webhook) Run(ctx context.Context, h *Host) error {
	if err := w.check(); err != nil {
		return err
	}
	from, err := w.Cursor.Load()
	if err != nil {
		return err
	}
	r := h.read(from)
	defer r.leave()
	p := poster{webhook: w, host: h, client: w.client()}
	for {
		diffs, err := r.changes(ctx, defaulted(w.Batch, 500))
		if err != nil {
			return err
		}
		last := diffs[len(diffs)-1].Revision
		body, err := json.Marshal(batchBody{Name: w.Name, First: r.at + 1, Last: last, Diffs: diffs})
		if err != nil {
			return fmt.Errorf("live: a batch as JSON: %w", err)
		}
		if err := p.deliver(ctx, fmt.Sprintf("%s/%d-%d", w.Name, r.at+1, last), body); err != nil {
			return err
		}
		if err := w.Cursor.Save(last); err != nil {
			return err
		}
		h.options.Metrics.Add(MeterSent, 1)
		r.at = last
	}
}
