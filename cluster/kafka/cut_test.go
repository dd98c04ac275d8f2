package kafka

import (
	"context"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/segmentrules/segment/cluster/clustertest"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// A wire is all connections to a kfake, and what happens to them. An answer that is lost is
// that of a request which the broker has carried out: nobody knows but the broker.
type wire struct {
	mu    sync.Mutex
	rand  *rand.Rand
	lose  int // one answer in so many is lost, and its connection with it; 0 means none
	slow  time.Duration
	down  net.Listener // this broker is away
	conns map[*wireConn]bool
	all   []net.Listener
	lost  int
}

// option has a kfake listen on the wire.
func (w *wire) option() kfake.Opt {
	return kfake.ListenFn(func(network, address string) (net.Listener, error) {
		l, err := net.Listen(network, address)
		if err != nil {
			return nil, err
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.all = append(w.all, l)
		return &wireListener{l, w}, nil
	})
}

// A wireListener is one broker's.
type wireListener struct {
	net.Listener
	w *wire
}

// Accept lets nobody in while the broker is away.
func (l *wireListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.w.mu.Lock()
		away := l.w.down == l.Listener
		k := &wireConn{c, l}
		if !away {
			l.w.conns[k] = true
		}
		l.w.mu.Unlock()
		if away {
			_ = c.Close()
			continue
		}
		return k, nil
	}
}

// A wireConn is a connection, seen from the broker.
type wireConn struct {
	net.Conn
	l *wireListener
}

// Write sends an answer, or loses it.
func (c *wireConn) Write(b []byte) (int, error) {
	w := c.l.w
	w.mu.Lock()
	lost := w.lose > 0 && w.rand.IntN(w.lose) == 0 || w.down == c.l.Listener
	if lost {
		w.lost++
	}
	var slow time.Duration
	if w.slow > 0 {
		slow = time.Duration(w.rand.Int64N(int64(w.slow)))
	}
	w.mu.Unlock()
	if lost {
		_ = c.Close()
		return 0, net.ErrClosed
	}
	time.Sleep(slow)
	return c.Conn.Write(b)
}

// Close forgets the connection.
func (c *wireConn) Close() error {
	c.l.w.mu.Lock()
	delete(c.l.w.conns, c)
	c.l.w.mu.Unlock()
	return c.Conn.Close()
}

// set changes what happens.
func (w *wire) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

// newWire returns a wire on which nothing happens yet.
func newWire(seed uint64) *wire {
	return &wire{rand: rand.New(rand.NewPCG(seed, 5)), conns: make(map[*wireConn]bool)}
}

// some waits some time, up to most, or until the context ends.
func some(ctx context.Context, r *rand.Rand, most time.Duration) {
	pause.For(ctx, most/8+time.Duration(r.Int64N(int64(most))))
}

// harms are what brokers and the network do to a cluster.
func (w *wire) harms(fake *kfake.Cluster) []clustertest.Harm {
	return []clustertest.Harm{
		{Name: "answers lost", Do: func(ctx context.Context, r *rand.Rand) {
			w.set(func() { w.lose = 3 + r.IntN(60) })
			some(ctx, r, 2*time.Second)
			w.set(func() { w.lose = 0 })
		}},
		{Name: "answers slow", Do: func(ctx context.Context, r *rand.Rand) {
			w.set(func() { w.slow = time.Duration(1+r.IntN(150)) * time.Millisecond })
			some(ctx, r, time.Second)
			w.set(func() { w.slow = 0 })
		}},
		{Name: "broker away", Do: func(ctx context.Context, r *rand.Rand) {
			var cut []*wireConn
			w.set(func() {
				w.down = w.all[r.IntN(len(w.all))]
				for c := range w.conns {
					if c.l.Listener == w.down {
						cut = append(cut, c)
					}
				}
			})
			for _, c := range cut {
				_ = c.Close()
			}
			some(ctx, r, 2*time.Second)
			w.set(func() { w.down = nil })
		}},
		{Name: "leaders moved", Do: func(context.Context, *rand.Rand) {
			fake.ShufflePartitionLeaders()
			fake.RehashCoordinators()
		}},
		{Name: "errors", Do: func(ctx context.Context, r *rand.Rand) {
			h := fake.Fault(randomFaults(r)...)
			some(ctx, r, 2*time.Second)
			h.Remove()
		}},
	}
}

// brokerErrors are errors that a broker may answer with, by request. Those of produce requests
// that say a request timed out, or that too few replicas have it, come after it was appended.
var brokerErrors = map[kmsg.Key][]*kerr.Error{
	kmsg.Produce:            {kerr.RequestTimedOut, kerr.NotEnoughReplicasAfterAppend, kerr.NotEnoughReplicas, kerr.NotLeaderForPartition, kerr.InvalidProducerEpoch, kerr.UnknownServerError},
	kmsg.Fetch:              {kerr.NotLeaderForPartition, kerr.UnknownServerError, kerr.KafkaStorageError, kerr.UnknownTopicOrPartition},
	kmsg.ListOffsets:        {kerr.NotLeaderForPartition, kerr.OffsetNotAvailable, kerr.UnknownServerError},
	kmsg.InitProducerID:     {kerr.CoordinatorNotAvailable, kerr.CoordinatorLoadInProgress, kerr.NotCoordinator, kerr.ConcurrentTransactions, kerr.UnknownServerError},
	kmsg.AddPartitionsToTxn: {kerr.ConcurrentTransactions, kerr.CoordinatorLoadInProgress, kerr.ProducerFenced, kerr.UnknownServerError},
	kmsg.EndTxn:             {kerr.ConcurrentTransactions, kerr.CoordinatorNotAvailable, kerr.NotCoordinator, kerr.ProducerFenced, kerr.UnknownServerError},
	kmsg.DeleteRecords:      {kerr.RequestTimedOut, kerr.NotLeaderForPartition},
	kmsg.Metadata:           {kerr.LeaderNotAvailable},
}

// randomFaults are some errors, each for some requests of one kind.
func randomFaults(r *rand.Rand) (all []kfake.Fault) {
	var keys []kmsg.Key
	for k := range brokerErrors {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for range 1 + r.IntN(4) {
		key := keys[r.IntN(len(keys))]
		errs, odds := brokerErrors[key], 1+r.Uint64N(8)
		var n uint64
		all = append(all, kfake.Fault{Keys: []kmsg.Key{key}, Err: errs[r.IntN(len(errs))], Count: 1 + r.IntN(12),
			When: func(kmsg.Request) bool { n++; return n%odds == 0 }})
	}
	return all
}

// TestWire: an answer that is lost is that of something done, and what is sent again by the
// client is there once.
func TestWire(t *testing.T) {
	w := newWire(1)
	fake := start(t, w.option())
	e := open(t, setup(t, fake, 1))
	w.set(func() { w.lose = 5 })
	taken := 0
	for range 20 {
		if e.Append(t.Context(), 0, "", []byte("x")) == nil {
			taken++
		}
	}
	w.set(func() { w.lose = 0 })
	got := readAll(t, e, 0, 0)
	if len(got) < taken || len(got) > 20 || w.lost == 0 || taken == 0 {
		t.Errorf("%d messages, %d were taken; %d answers were lost", len(got), taken, w.lost)
	}
}
