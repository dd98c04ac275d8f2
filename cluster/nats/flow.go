package nats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A flow is messages of some subjects of a stream, in its order, fetched ahead by a consumer
// of the server. The server numbers what it delivers, so that a message that is lost between
// it and us is noticed: the flow ends, and whoever reads it opens another one where it stands.
// What the server never had to deliver, because it was purged, leaves no gap in these numbers:
// see [floor] and [Engine.Follow].
//
// The consumer is kept in the memory of one server. If that is lost, so is the consumer, and
// its heartbeats stop. The client library has readers of consumers too. They wait for two
// missing heartbeats also where a request comes to a server that has not heard of a new
// consumer yet, which is often so in a cluster, and have goroutines of their own. A flow has
// none: it does its part of the protocol when it is read, and holds what one request brings.
type flow struct {
	nc    *natsgo.Conn
	sub   *natsgo.Subscription
	ch    chan *natsgo.Msg
	to    string // where requests go
	ask   []byte // a request
	batch int    // for how many messages

	after      uint64    // what lies before it is passed over
	numbered   uint64    // how many messages were delivered
	left       int       // of the request under way
	more       uint64    // how many more there were at the server, by the last message
	heard      time.Time // when the server was heard last
	reconnects uint64    // of the connection, when the flow was opened
	err        error     // why no more will come
	gone       func()    // lets the consumer go
}

// An arrived is a message of a flow.
type arrived struct {
	seq    uint64
	stored time.Time
	msg    *natsgo.Msg
}

// Why flows end.
var (
	errGap    = errors.New("nats: messages were lost on their way from the server")
	errSilent = errors.New("nats: the server of a consumer is silent")
	errMoved  = errors.New("nats: the connection was made anew")
)

// mostBytes is how much one request brings, or twice the largest message if that is more.
const mostBytes = 8 << 20

// open opens a flow behind a position.
func open(ctx context.Context, nc *natsgo.Conn, js jetstream.JetStream, stream string, after uint64, batch int, subjects ...string) (*flow, error) {
	c, err := js.CreateConsumer(ctx, stream, jetstream.ConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1, FilterSubjects: subjects,
		AckPolicy: jetstream.AckNonePolicy, MemoryStorage: true, Replicas: 1, InactiveThreshold: unused,
	})
	if err != nil {
		return nil, err
	}
	info := c.CachedInfo()
	f := &flow{nc: nc, ch: make(chan *natsgo.Msg, batch+128), to: "$JS.API.CONSUMER.MSG.NEXT." + stream + "." + info.Name, batch: batch,
		after: after, more: info.NumPending, heard: time.Now(), reconnects: nc.Stats().Reconnects}
	f.gone = func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = js.DeleteConsumer(ctx, stream, info.Name) // else the server lets it go when nobody asks
	}
	f.ask, err = json.Marshal(map[string]any{"batch": batch, "max_bytes": max(mostBytes, 2*nc.MaxPayload()), "expires": unused, "idle_heartbeat": heartbeat})
	if err != nil {
		return nil, err
	}
	if f.sub, err = nc.ChanSubscribe(nc.NewInbox(), f.ch); err != nil {
		return nil, err
	}
	if f.request(); f.err != nil {
		f.close()
		return nil, f.err
	}
	return f, nil
}

// request asks for more.
func (f *flow) request() {
	f.left = f.batch
	if err := f.nc.PublishRequest(f.to, f.sub.Subject, f.ask); err != nil && f.err == nil {
		f.err = err
	}
}

// take returns the next message if one comes within a time.
func (f *flow) take(ctx context.Context, wait time.Duration) (m arrived, ok bool) {
	for until := time.Now().Add(wait); f.err == nil; {
		msg := f.receive(ctx, until)
		if msg == nil {
			break
		}
		if m, ok = f.process(msg); ok {
			break
		}
	}
	return m, ok
}

// receive returns what comes next from the server, or nil if nothing has come in time.
func (f *flow) receive(ctx context.Context, until time.Time) *natsgo.Msg {
	for {
		select {
		case m := <-f.ch:
			return m
		default:
		}
		switch wait := time.Until(until); {
		case f.nc.Stats().Reconnects != f.reconnects:
			f.err = errMoved
			return nil
		case time.Since(f.heard) > 2*heartbeat:
			f.err = errSilent
			return nil
		case wait <= 0 || ctx.Err() != nil:
			return nil
		default:
			timer := time.NewTimer(min(wait, heartbeat/2))
			select {
			case m := <-f.ch:
				timer.Stop()
				return m
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
			}
		}
	}
}

// process takes in what came, and reports whether it is a message to be passed on.
func (f *flow) process(m *natsgo.Msg) (arrived, bool) {
	switch status, why := m.Header.Get("Status"), m.Header.Get("Description"); {
	case status == "":
		f.heard = time.Now()
		return f.deliver(m)
	case status == "503": // the consumer is not known yet where the request came; silence limits it
		time.Sleep(again / 10)
		f.request()
	case status == "100": // a heartbeat
		f.heard = time.Now()
	case status == "408", status == "409" && (why == "Batch Completed" || why == "Message Size Exceeds MaxBytes"):
		f.heard = time.Now()
		f.request()
	default:
		f.err = fmt.Errorf("nats: a consumer has ended: %s %s", status, why)
	}
	return arrived{}, false
}

// deliver takes in a message.
func (f *flow) deliver(m *natsgo.Msg) (arrived, bool) {
	meta, err := m.Metadata()
	if err != nil {
		f.err = err
		return arrived{}, false
	}
	if f.numbered++; meta.Sequence.Consumer != f.numbered {
		f.err = errGap
		return arrived{}, false
	}
	f.more = meta.NumPending
	if f.left--; f.left == 0 {
		f.request()
	}
	// A server that lagged behind has begun where it was.
	return arrived{meta.Sequence.Stream, meta.Timestamp, m}, meta.Sequence.Stream > f.after
}

// close ends the flow. It does not wait.
func (f *flow) close() {
	_ = f.sub.Unsubscribe() // the connection may be closed
	go f.gone()
}
