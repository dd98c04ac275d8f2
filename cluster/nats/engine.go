package nats

import (
	"context"
	"sync"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/segmentrules/segment/cluster"
)

// An Engine is a [cluster.Engine] on the streams of NATS servers. It may be used by several
// goroutines at once. A process needs one.
type Engine struct {
	o    Options
	nc   *natsgo.Conn
	js   jetstream.JetStream
	diff jetstream.Stream
	snap jetstream.Stream

	floor   *floor
	readers []reader // of each partition
	ear     *ear
	closing sync.Once
}

var _ cluster.Engine = (*Engine)(nil)

// Connect connects to one or several servers, as urls with commas between, in the way that an
// engine wants it: it reconnects for ever and soon, also if no server is there yet, and finds
// out within three seconds that a server does not answer. Further options come behind these.
func Connect(urls string, more ...natsgo.Option) (*natsgo.Conn, error) {
	return natsgo.Connect(urls, append([]natsgo.Option{natsgo.MaxReconnects(-1), natsgo.RetryOnFailedConnect(true), natsgo.Timeout(time.Second),
		natsgo.ReconnectWait(again), natsgo.ReconnectJitter(again, again), natsgo.PingInterval(time.Second), natsgo.MaxPingsOutstanding(2)}, more...)...)
}

// Open returns an engine on streams that [Setup] has made. The connection stays the caller's;
// it should be made as [Connect] does. Errors are those of Setup, and [ErrMissing].
func Open(ctx context.Context, nc *natsgo.Conn, o Options) (*Engine, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	js, err := dial(ctx, nc, o)
	if err != nil {
		return nil, err
	}
	streams, err := o.lookUp(ctx, js)
	if err != nil {
		return nil, err
	}
	e := &Engine{o: o, nc: nc, js: js, diff: streams[1], snap: streams[2], readers: make([]reader, o.Partitions), floor: newFloor(streams[0], o)}
	if e.ear, err = listen(nc, o); err != nil {
		return nil, err
	}
	return e, nil
}

// Close lets go of what the engine holds at the servers, and of its goroutines. The
// connection stays open. Nothing of the engine may be called after it.
func (e *Engine) Close() {
	e.closing.Do(func() {
		for p := range e.readers {
			e.readers[p].drop()
		}
		e.ear.close()
	})
}

// valid returns ErrPartition for a partition that there is not.
func (e *Engine) valid(p int) error {
	if p < 0 || p >= e.o.Partitions {
		return ErrPartition
	}
	return nil
}

// publish sends a message once, and waits so long for the answer.
func (e *Engine) publish(ctx context.Context, m *natsgo.Msg, wait time.Duration) (*jetstream.PubAck, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	return e.js.PublishMsg(ctx, m, jetstream.WithRetryAttempts(0))
}
