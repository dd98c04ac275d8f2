package nats

import (
	"fmt"
	"strings"
	"testing"
	"time"

	natsgo "github.com/nats-io/nats.go"
)

// TestFlow: a message that is lost on its way ends a flow, where it is missing; what lies
// before the position that was asked for is passed over.
func TestFlow(t *testing.T) {
	for numbers, want := range map[string]struct {
		seqs string
		err  error
	}{
		"7 1, 9 2, 12 3": {"[7 9 12]", nil},
		"7 1, 12 3":      {"[7]", errGap},
		"7 2":            {"[]", errGap},
		"7 1, 9 2, 9 2":  {"[7 9]", errGap},
		"2 1, 5 2, 6 3":  {"[6]", nil},
		"2 1, 7 3":       {"[]", errGap},
	} {
		f := &flow{after: 5, batch: 100, left: 100, nc: new(natsgo.Conn), heard: time.Now(), ch: make(chan *natsgo.Msg, 10)}
		for _, m := range deliveries(numbers) {
			f.ch <- m
		}
		got := []uint64{}
		for {
			m, ok := f.take(t.Context(), 0)
			if !ok {
				break
			}
			got = append(got, m.seq)
		}
		err := f.err
		if fmt.Sprint(got) != want.seqs || err != want.err {
			t.Errorf("%s: %v, %v; want %s, %v", numbers, got, err, want.seqs, want.err)
		}
	}
}

// TestFlowStatus: what servers say besides messages.
func TestFlowStatus(t *testing.T) {
	nc := connect(t, startServer(t).ClientURL())
	sub, err := nc.SubscribeSync("inbox")
	if err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]string{"": "waits", "100 Idle Heartbeat": "waits", "408 Request Timeout": "asks", "408 Interest Expired": "asks", "503 ": "asks",
		"409 Batch Completed": "asks", "409 Message Size Exceeds MaxBytes": "asks", "409 Consumer Deleted": "ends", "409 Leadership Change": "ends", "404 No Messages": "ends"} {
		f := &flow{nc: nc, sub: sub, to: "nowhere", batch: 7, left: 3, heard: time.Now(), ch: make(chan *natsgo.Msg, 1)}
		if status, why, ok := strings.Cut(said, " "); ok {
			f.ch <- &natsgo.Msg{Header: natsgo.Header{"Status": {status}, "Description": {why}}}
		}
		m, ok := f.take(t.Context(), 10*time.Millisecond)
		got := map[bool]string{true: "asks", false: "waits"}[f.left == 7]
		if f.err != nil {
			got = "ends"
		}
		if got != want || ok {
			t.Errorf("%q: it %s, %v; and delivers %v", said, got, f.err, m)
		}
	}
	silent := &flow{nc: nc, heard: time.Now().Add(-3 * heartbeat)}
	moved := &flow{nc: nc, heard: time.Now(), reconnects: 1}
	for f, want := range map[*flow]error{silent: errSilent, moved: errMoved} {
		if _, ok := f.take(t.Context(), time.Minute); ok || f.err != want {
			t.Errorf("it ends with %v, want %v", f.err, want)
		}
	}
}

// deliveries are messages with the numbers of the stream and of the consumer.
func deliveries(numbers string) (out []*natsgo.Msg) {
	for both := range strings.SplitSeq(numbers, ", ") {
		stream, consumer, _ := strings.Cut(both, " ")
		out = append(out, &natsgo.Msg{Sub: new(natsgo.Subscription), Reply: "$JS.ACK.IN.c.1." + stream + "." + consumer + ".1700000000000000000.0"})
	}
	return out
}
