package kafka

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment/cluster"
)

// Whose clock says how old a sign of life is? Not that of who gives it, nor Kafka's, whose
// instants are those of the senders: who reads a sign notes when, by its own clock, and so one
// clock is compared with itself. A sign of somebody dead that is read late holds for a lease
// once more; that delays a takeover, and nothing else.

// oldSigns is how many signs are read, the newest, by who reads for the first time.
const oldSigns = 2_000

// A roll is who lives, as far as the signs are read.
type roll struct {
	mu   sync.Mutex
	next int64 // the offset behind the last sign that was read, and one; 0 before the first
	by   map[string]sign
}

// A sign is the last one of a member.
type sign struct {
	member cluster.Member
	heard  time.Time
}

// Sign is that of [cluster.Signs]. It holds for Options.Lease from when others read it.
func (e *Engine) Sign(ctx context.Context, m cluster.Member) error {
	return e.sign(ctx, &kgo.Record{Key: []byte(m.Name), Value: []byte(m.Address)})
}

// Leave is that of [cluster.Signs].
func (e *Engine) Leave(ctx context.Context, name string) error {
	return e.sign(ctx, &kgo.Record{Key: []byte(name), Value: nil})
}

// sign writes a sign.
func (e *Engine) sign(ctx context.Context, r *kgo.Record) error {
	if err := e.may(0); err != nil {
		return err
	}
	r.Topic, r.Timestamp = e.o.topic(kindSigns), time.Now()
	if r.Value != nil {
		r.Value = append([]byte{' '}, r.Value...) // an empty address is not a leave
	}
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
	for name, s := range e.roll.by {
		if time.Since(s.heard) > e.o.Lease {
			delete(e.roll.by, name)
			continue
		}
		members = append(members, s.member)
	}
	slices.SortFunc(members, func(a, b cluster.Member) int { return strings.Compare(a.Name, b.Name) })
	return members, nil
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
			name := string(r.Key)
			if len(r.Value) == 0 {
				delete(n.by, name)
				continue
			}
			n.by[name] = sign{cluster.Member{Name: name, Address: string(r.Value[1:])}, time.Now()}
		}
	}
	return nil
}
