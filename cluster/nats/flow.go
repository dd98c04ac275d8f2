package nats

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// A flow is messages of some subjects of a stream, in its order, fetched ahead by a consumer
// of the server. The server numbers what it delivers, so that a message that is lost between
// it and us is noticed: the flow ends, and whoever reads it opens another one where it stands.
// What the server never had to deliver, because it was purged, leaves no gap in these numbers:
// see [floor] and [Engine.Follow].
//
// The consumer is kept in the memory of one server. If that is lost, so is the consumer, and
// its heartbeats stop.
type flow struct {
	it   jetstream.MessagesContext
	msgs chan arrived
	stop chan struct{} // closed by close
	done chan struct{} // closed when no more will come
	once sync.Once
	err  error  // why, once done is closed
	more uint64 // how many more were there, by what was taken last; of the reader
	gone func() // lets the consumer go
}

// An arrived is a message of a flow.
type arrived struct {
	seq    uint64
	stored time.Time
	more   uint64 // how many more were there then
	msg    jetstream.Msg
}

// open opens a flow behind a position.
func open(ctx context.Context, js jetstream.JetStream, stream string, after uint64, buffer int, subjects ...string) (*flow, error) {
	c, err := js.CreateConsumer(ctx, stream, jetstream.ConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1, FilterSubjects: subjects,
		AckPolicy: jetstream.AckNonePolicy, MemoryStorage: true, Replicas: 1, InactiveThreshold: unused,
	})
	if err != nil {
		return nil, err
	}
	it, err := c.Messages(jetstream.PullMaxMessages(buffer), jetstream.PullExpiry(unused), jetstream.PullHeartbeat(heartbeat))
	if err != nil {
		return nil, err
	}
	info := c.CachedInfo()
	f := &flow{it: it, msgs: make(chan arrived, buffer), stop: make(chan struct{}), done: make(chan struct{}), more: info.NumPending,
		gone: func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			_ = js.DeleteConsumer(ctx, stream, info.Name) // else the server lets it go when nobody asks
		}}
	go func() {
		f.err = f.fetch(after)
		it.Stop()
		close(f.done)
	}()
	return f, nil
}

// fetch passes on what comes until something is wrong.
func (f *flow) fetch(after uint64) error {
	for next := uint64(1); ; next++ {
		m, err := f.it.Next()
		if err != nil {
			return err
		}
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		if meta.Sequence.Consumer != next {
			return errGap
		}
		if meta.Sequence.Stream <= after {
			continue // a server that lagged behind has begun where it was
		}
		select {
		case f.msgs <- arrived{meta.Sequence.Stream, meta.Timestamp, meta.NumPending, m}:
		case <-f.stop:
			return nil
		}
	}
}

// take returns the next message if one comes within a time.
func (f *flow) take(ctx context.Context, wait time.Duration) (m arrived, ok bool) {
	select {
	case m = <-f.msgs:
		f.more = m.more
		return m, true
	default:
	}
	if wait <= 0 {
		return m, false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case m = <-f.msgs:
		f.more = m.more
		return m, true
	case <-timer.C:
	case <-f.done:
	case <-ctx.Done():
	}
	return m, false
}

// ended reports whether nothing more will come, and why.
func (f *flow) ended() (bool, error) {
	select {
	case <-f.done:
		return len(f.msgs) == 0, f.err
	default:
		return false, nil
	}
}

// close ends the flow. It does not wait.
func (f *flow) close() {
	f.once.Do(func() {
		close(f.stop)
		f.it.Stop()
		go f.gone()
	})
}
