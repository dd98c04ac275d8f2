package client

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// A sender numbers messages and sends them. A partition drops a message whose number is not
// above the last that it has read of the sender, so that nothing is there twice. It follows
// that number 6 must not be sent while it is not known that 5 is in the input: if 6 came first,
// 5 would be dropped. Nor may 5 be given to another message: the first may still be under way.
//
// So each partition has a lane, on which one message is at a time. What the context of a call
// leaves behind stays on the lane, and whoever comes next sends it first.
type sender struct {
	in     cluster.Input
	name   string
	report func(partition int, err error)
	rest   time.Duration // after the first error
	lanes  []lane        // of each partition, and behind them that of broadcasts
}

// A lane is the way to one partition.
type lane struct {
	turn    chan struct{}           // holds one while nobody sends
	last    atomic.Uint64           // the number of the last message that is in the input
	pending atomic.Pointer[pending] // changed by who has the turn; nil if there is none
}

// A pending is a message that was sent, and of which nobody knows whether it is in the input.
type pending struct {
	number uint64
	text   []byte
}

// newSender returns a sender of a name.
func newSender(in cluster.Input, name string, o *Options) *sender {
	s := &sender{in: in, name: name, report: o.Report, rest: o.Retry, lanes: make([]lane, o.Partitions+1)}
	for i := range s.lanes {
		s.lanes[i].turn = make(chan struct{}, 1)
		s.lanes[i].turn <- struct{}{}
	}
	return s
}

// lane returns the lane to a partition, or that of broadcasts.
func (s *sender) lane(partition int) *lane {
	if partition == cluster.Everyone {
		partition = len(s.lanes) - 1
	}
	return &s.lanes[partition]
}

// A draft is a message for a partition that is checked, and written with a number that it will
// probably have.
type draft struct {
	partition int
	message   cluster.Message
	text      []byte
}

// draft writes a message, under a number or, with 0, under the next one.
func (s *sender) draft(partition int, m cluster.Message, number uint64, most int) (d draft, err error) {
	if number == 0 {
		number = s.lane(partition).last.Load() + 1
	}
	m.Producer, m.Number = s.name, number
	text, err := m.AppendBinary(nil)
	if size := len(text) + maxNumber; err == nil && size > most {
		err = &TooLargeError{Partition: partition, Size: size, Most: most}
	}
	return draft{partition, m, text}, err
}

// maxNumber is how many bytes longer a message may become with another number.
const maxNumber = 10

// send sends a draft behind all before it, and reports whether it was sent at all: if not, it
// is as if it had not been called. With number 0 it takes the next one. A number that is not
// above the last has been sent before.
func (s *sender) send(ctx context.Context, d draft, number uint64) (begun bool, err error) {
	l := s.lane(d.partition)
	if err := l.take(ctx); err != nil {
		return false, err
	}
	defer l.give()
	if err := s.finish(ctx, d.partition, l); err != nil {
		return false, err
	}
	switch last := l.last.Load(); {
	case number == 0:
		number = last + 1
	case number <= last:
		return true, nil
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if number != d.message.Number {
		d.message.Number = number
		if d.text, err = d.message.AppendBinary(d.text[:0]); err != nil {
			return false, err
		}
	}
	l.pending.Store(&pending{number, d.text})
	return true, s.finish(ctx, d.partition, l)
}

// take waits for the turn on a lane.
func (l *lane) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-l.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// give lets the next one have its turn.
func (l *lane) give() { l.turn <- struct{}{} }

// finish sends what is pending on a lane, if anything is, until the engine has it for sure.
func (s *sender) finish(ctx context.Context, partition int, l *lane) error {
	m := l.pending.Load()
	if m == nil {
		return nil
	}
	key := fmt.Sprintf("%s/%d/%d", s.name, partition, m.number)
	for again := rest(s.rest); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := s.in.Append(ctx, partition, key, m.text)
		if err == nil {
			l.last.Store(m.number)
			l.pending.Store(nil)
			return nil
		}
		if s.report != nil {
			s.report(partition, err)
		}
		if !again.take(ctx) {
			return fmt.Errorf("%w; the engine said: %w", ctx.Err(), err)
		}
	}
}

// unfinished returns the partitions to which something is pending.
func (s *sender) unfinished() (all []int) {
	for p := range len(s.lanes) - 1 {
		if s.lanes[p].pending.Load() != nil {
			all = append(all, p)
		}
	}
	if s.lane(cluster.Everyone).pending.Load() != nil {
		all = append(all, cluster.Everyone)
	}
	return all
}

// flush sends what is pending to a partition.
func (s *sender) flush(ctx context.Context, partition int) error {
	l := s.lane(partition)
	if err := l.take(ctx); err != nil {
		return err
	}
	defer l.give()
	return s.finish(ctx, partition, l)
}
