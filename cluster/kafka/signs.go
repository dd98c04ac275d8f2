package kafka

import (
	"context"
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment/cluster"
)

// oldSigns is how many signs are read, the newest, by who reads for the first time.
const oldSigns = 2_000

// Sign is that of [cluster.Signs]. It holds for Options.Lease from when others read it.
func (e *Engine) Sign(ctx context.Context, m cluster.Member) error {
	return e.sign(ctx, &kgo.Record{Key: []byte(m.Name), Value: []byte(signMark + m.Address)})
}

// Leave is that of [cluster.Signs].
func (e *Engine) Leave(ctx context.Context, name string) error {
	return e.sign(ctx, &kgo.Record{Key: []byte(name)})
}

// sign writes a sign.
func (e *Engine) sign(ctx context.Context, r *kgo.Record) error {
	if err := e.may(0); err != nil {
		return err
	}
	r.Topic, r.Timestamp = e.o.topic(kindSigns), time.Now()
	return e.produce(ctx, r)
}

// Members is that of [cluster.Signs].
func (e *Engine) Members(ctx context.Context) (members []cluster.Member, err error) {
	if err := e.may(0); err != nil {
		return nil, err
	}
	e.roll.mu.Lock()
	defer e.roll.mu.Unlock()
	if err := e.readSigns(ctx); err != nil {
		return nil, err
	}
	return e.roll.living(e.o.Lease, time.Now()), nil
}

// readSigns reads the signs that were given since it was called.
func (e *Engine) readSigns(ctx context.Context) error {
	n, topic := &e.roll, e.o.topic(kindSigns)
	end, err := e.route.offset(ctx, topic, atEnd, true, 0)
	if err != nil {
		return err
	}
	if n.by == nil {
		start, err := e.route.offset(ctx, topic, atStart, false, 0)
		if err != nil {
			return err
		}
		n.by, n.next = make(map[string]sign), max(start, end-oldSigns)
	}
	for n.next < end {
		s, err := e.route.fetch(ctx, topic, 0, n.next, fetchBytes)
		if errors.Is(err, kerr.OffsetOutOfRange) { // it has not read for so long that they are gone
			n.next = end
			return nil
		}
		if err != nil || s.next <= n.next {
			return err
		}
		n.next = s.next
		for _, r := range s.records {
			n.hear(r, time.Now())
		}
	}
	return nil
}
