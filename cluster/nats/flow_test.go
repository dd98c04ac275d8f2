package nats

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A script is what a server delivers, as a test has it.
type script struct {
	jetstream.MessagesContext
	msgs []*natsgo.Msg
}

var errEnd = errors.New("the end")

func (s *script) Next(...jetstream.NextOpt) (jetstream.Msg, error) {
	if len(s.msgs) == 0 {
		return nil, errEnd
	}
	m := s.msgs[0]
	s.msgs = s.msgs[1:]
	return scripted{m}, nil
}

func (s *script) Stop() {}

// A scripted is a message whose numbers are in its reply subject.
type scripted struct{ m *natsgo.Msg }

func (s scripted) Metadata() (*jetstream.MsgMetadata, error) {
	var stream, consumer uint64
	if _, err := fmt.Sscan(s.m.Reply, &stream, &consumer); err != nil {
		return nil, err
	}
	return &jetstream.MsgMetadata{Sequence: jetstream.SequencePair{Stream: stream, Consumer: consumer}}, nil
}
func (s scripted) Data() []byte                     { return s.m.Data }
func (s scripted) Headers() natsgo.Header           { return s.m.Header }
func (s scripted) Subject() string                  { return s.m.Subject }
func (s scripted) Reply() string                    { return s.m.Reply }
func (scripted) Ack() error                         { return nil }
func (scripted) DoubleAck(context.Context) error    { return nil }
func (scripted) Nak() error                         { return nil }
func (scripted) NakWithDelay(time.Duration) error   { return nil }
func (scripted) InProgress() error                  { return nil }
func (scripted) Term() error                        { return nil }
func (scripted) TermWithReason(reason string) error { return nil }

// TestFlow: a message that is lost on its way ends a flow, where it is missing; what lies
// before the position that was asked for is passed over.
func TestFlow(t *testing.T) {
	for numbers, want := range map[string]struct {
		seqs string
		err  error
	}{
		"7 1, 9 2, 12 3": {"[7 9 12]", errEnd},
		"7 1, 12 3":      {"[7]", errGap},
		"7 2":            {"[]", errGap},
		"7 1, 9 2, 9 2":  {"[7 9]", errGap},
		"2 1, 5 2, 6 3":  {"[6]", errEnd},
		"2 1, 7 3":       {"[]", errGap},
	} {
		f := &flow{msgs: make(chan arrived, 10), stop: make(chan struct{}), it: &script{msgs: deliveries(numbers)}}
		err := f.fetch(5)
		close(f.msgs)
		got := []uint64{}
		for m := range f.msgs {
			got = append(got, m.seq)
		}
		if fmt.Sprint(got) != want.seqs || err != want.err {
			t.Errorf("%s: %v, %v; want %s, %v", numbers, got, err, want.seqs, want.err)
		}
	}
}

// deliveries are messages with the numbers of the stream and of the consumer.
func deliveries(numbers string) (out []*natsgo.Msg) {
	for reply := range strings.SplitSeq(numbers, ", ") {
		out = append(out, &natsgo.Msg{Reply: reply})
	}
	return out
}
