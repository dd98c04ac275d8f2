package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/live"
)

// GET /v1/diffs: who enters and leaves, as server-sent events, which browsers and curl -N
// read. The events are
//
//	ready   {"revision": 41}: diffs after this revision follow
//	diff    a diff, with its revision as the id of the event
//	resync  the last: the diffs that would follow are not kept. The client gets the members
//	        of its segments, and begins again after the revision that came with them.
//	error   the last: a problem. The client comes again later, where it was.
//
// A client that comes again sends the last id as Last-Event-ID, as browsers do by themselves,
// or as ?from=, and gets what came after it. While nothing happens there is a comment now and
// then, and with it the id of the newest diff if the client does not want to see that diff.

// Numbers of a stream of diffs.
const (
	diffsAhead = 64   // diffs that wait for a client beside what is on the way to it
	diffsAtOne = 256  // diffs that are sent in one piece
	retry      = 3000 // milliseconds after which a browser comes again
)

// A subscription is one client that reads diffs.
type subscription struct {
	*call
	*stream
	segments []string // only of these, if there are any
	at       uint64   // revision of the last diff that has come
	sent     uint64   // and of the last of which the client knows
}

// diffs sends diffs until the client goes or the host ends it.
func (c *call) diffs() error {
	from, err := c.from()
	if err != nil {
		return err
	}
	select {
	case c.subscribers <- struct{}{}:
		defer func() { <-c.subscribers }()
	default:
		return refuse(http.StatusServiceUnavailable, codeBusy,
			fmt.Sprintf("%d clients read diffs already", c.o.MaxSubscribers)).with("Retry-After", "30")
	}
	s := &subscription{call: c, stream: c.stream("text/event-stream"), segments: c.query["segment"], at: from, sent: from}
	if c.r.Method == http.MethodHead {
		return nil
	}
	_ = s.control.SetReadDeadline(time.Time{}) // the client has nothing more to say
	s.run()
	return nil
}

// from is the revision after which the client wants diffs: by default that of now.
func (c *call) from() (uint64, error) {
	name, text := "Last-Event-ID", c.r.Header.Get("Last-Event-ID")
	if text == "" {
		name, text = "from", c.query.Get("from")
	}
	if text == "" && !c.query.Has("from") {
		return c.host.Revision(), nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, badParameter(name, "", "%s is the revision of a diff, a number", name)
	}
	return n, nil
}

// run sends what comes. The host is asked by a goroutine of its own, so that heartbeats go
// out while nothing happens; it has ended when run returns.
func (s *subscription) run() {
	ctx, cancel := context.WithCancel(s.r.Context())
	feed, end := make(chan segment.Diff, diffsAhead), make(chan error, 1)
	go func() {
		defer close(feed)
		end <- s.pump(ctx, feed)
	}()
	defer func() {
		cancel()
		for range feed { // until it has ended
		}
	}()
	if s.write(fmt.Appendf(nil, "retry: %d\nevent: ready\ndata: {\"revision\":%d}\n\n", retry, s.at)) != nil {
		return
	}
	beat := time.NewTicker(s.o.Heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			err = s.write(s.heartbeat())
		case d, more := <-feed:
			if !more {
				s.last(<-end)
				return
			}
			err = s.send(d, feed)
		}
		if err != nil {
			return // the client is gone, or takes nothing
		}
	}
}

// pump puts what the host tells into the feed, until the context is done or the host ends
// it, and returns why.
func (s *subscription) pump(ctx context.Context, feed chan<- segment.Diff) (err error) {
	defer func() {
		if v := recover(); v != nil {
			s.panicked(v)
			err = errors.New("panic")
		}
	}()
	for d, err := range s.host.Subscribe(ctx, s.at) {
		if err != nil {
			return err
		}
		select {
		case feed <- d:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return live.ErrClosed
}

// send sends a diff and those that wait behind it.
func (s *subscription) send(d segment.Diff, feed <-chan segment.Diff) error {
	var b bytes.Buffer
	for n, more := 1, true; more; n++ {
		s.at = d.Revision
		if len(s.segments) == 0 || slices.Contains(s.segments, d.Segment) {
			text, err := encode(d)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "id: %d\nevent: diff\ndata: %s\n", d.Revision, text) // text ends its line
			s.sent = d.Revision
		}
		if n == diffsAtOne {
			break
		}
		select {
		case d, more = <-feed:
		default:
			more = false
		}
	}
	if b.Len() == 0 {
		return nil
	}
	return s.write(b.Bytes())
}

// heartbeat is a comment. An id without data is no event, but browsers remember it: so a
// client that wants few segments does not come again with a revision of long ago.
func (s *subscription) heartbeat() []byte {
	if s.at == s.sent {
		return []byte(": heartbeat\n\n")
	}
	s.sent = s.at
	return fmt.Appendf(nil, ": heartbeat\nid: %d\n\n", s.at)
}

// A resync is what a client is told that must begin anew.
type resync struct {
	Code     string `json:"code"`
	Detail   string `json:"detail"`
	From     uint64 `json:"from"`     // the revision after which it wanted diffs
	Oldest   uint64 `json:"oldest"`   // the lowest after which they are kept
	Revision uint64 `json:"revision"` // of the newest
}

// last tells the client why there is no more.
func (s *subscription) last(err error) {
	if s.r.Context().Err() != nil {
		return
	}
	kind := "error"
	p, unexpected := problemOf(err)
	var why *live.ResyncError
	var text []byte
	if errors.As(err, &why) {
		kind = codeResync
		text, err = encode(resync{codeResync, "the diffs after this revision are not kept: get the members of the segments, " +
			"and read diffs from the revision that comes with them", why.From, why.Oldest, why.Newest})
	} else {
		if unexpected {
			s.o.Logger.Error("diffs have ended", "error", err)
		}
		text, err = encode(p)
	}
	if err == nil {
		_ = s.write(fmt.Appendf(nil, "event: %s\ndata: %s\n", kind, text))
	}
}
