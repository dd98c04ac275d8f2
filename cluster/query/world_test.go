package query

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/client"
	"github.com/segmentrules/segment/index"
)

// A world is a cluster in one process: members with their handlers on loopback, on an engine
// in memory.
type world struct {
	t          *testing.T
	engine     *cluster.Fake
	broker     cluster.Broker // what members see of it
	partitions int
	producer   *client.Producer
	rand       *rand.Rand
	sent       int

	mu      sync.Mutex
	members map[string]*member
}

// A member is one process.
type member struct {
	runner *cluster.Runner
	server *httptest.Server
	stop   context.CancelFunc
	done   chan error
}

// newWorld returns a world without members.
func newWorld(t *testing.T, partitions int) *world {
	w := &world{t: t, engine: cluster.NewFake(), partitions: partitions, rand: rand.New(rand.NewPCG(1, 16)), members: make(map[string]*member)}
	w.broker = w.engine
	var err error
	if w.producer, err = client.NewProducer(w.engine, client.Options{Name: "shop", Partitions: partitions}); err != nil {
		t.Fatal(err)
	}
	if err := w.producer.BeginEpoch(t.Context(), cluster.Epoch{Number: 1, Environment: segment.EnvironmentHere()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, name := range w.names() {
			w.stop(name, true)
		}
	})
	return w
}

func (w *world) names() (all []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name := range w.members {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// An unruly broker fails in every way, for several workers at once.
type unruly struct {
	mu sync.Mutex
	u  *cluster.Unruly
}

func (b *unruly) Read(ctx context.Context, partition int, after uint64, most int) ([]cluster.Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.u.Deliver()
	return b.u.Read(ctx, partition, after, most)
}

func (b *unruly) Last(ctx context.Context, partition int) (cluster.Committed, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.u.Last(ctx, partition)
}

func (b *unruly) Commit(ctx context.Context, partition int, expected uint64, commit []byte) (uint64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.u.Commit(ctx, partition, expected, commit)
}

func (b *unruly) Snap(ctx context.Context, partition int, most uint64) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.u.Snap(ctx, partition, most)
}

func (b *unruly) PutSnap(ctx context.Context, partition int, upto uint64, snapshot []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.u.PutSnap(ctx, partition, upto, snapshot)
}

// A mute does not say that a member leaves, as one that is killed.
type mute struct{ cluster.Signs }

func (mute) Leave(context.Context, string) error { return nil }

// start starts a member.
func (w *world) start(name string) *member {
	m := &member{done: make(chan error, 1)}
	var signs cluster.Signs = w.engine
	if name[0] == 'k' { // it will be killed
		signs = mute{w.engine}
	}
	m.runner = &cluster.Runner{Broker: w.broker, Signs: signs, Options: cluster.Options{Partitions: w.partitions, SnapshotEvery: 20, CommitMessages: 7, CommitDiffs: 5},
		Look: 20 * time.Millisecond, Poll: 3 * time.Millisecond}
	m.server = httptest.NewServer(Handler(m.runner, HandlerOptions{Partitions: w.partitions, Patience: 30 * time.Millisecond}))
	m.runner.Member = cluster.Member{Name: name, Address: m.server.URL}
	var ctx context.Context
	ctx, m.stop = context.WithCancel(context.Background())
	go func() { m.done <- m.runner.Run(ctx) }()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.members[name] = m
	return m
}

// stop stops a member.
func (w *world) stop(name string, wait bool) {
	w.mu.Lock()
	m := w.members[name]
	delete(w.members, name)
	w.mu.Unlock()
	m.server.CloseClientConnections()
	m.stop()
	if err := <-m.done; err != nil {
		w.t.Error(err)
	}
	if wait {
		m.server.Close()
	} else {
		go m.server.Close()
	}
}

// The segments of a world, whose windows are short.
var worldSegments = map[string]string{
	"pro":   `plan = "pro"`,
	"not":   `NOT (plan = "pro" OR age > 30)`,
	"busy":  `COUNT(opened) >= 2 IN LAST 1 second`,
	"quiet": `NOT DID opened IN LAST 1 second AND age < 50`,
	"both":  `IN SEGMENT "pro" AND IN SEGMENT "busy"`,
	"was":   `plan CHANGED IN LAST 1 second`,
	"news":  `IN LIST "news"`,
}

// define defines them.
func (w *world) define() {
	w.t.Helper()
	for _, id := range []string{"pro", "not", "busy", "quiet", "both", "was", "news"} {
		if err := w.producer.Define(w.t.Context(), segment.Segment{ID: id, Condition: segment.MustParse(worldSegments[id])}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// shop sends some updates.
func (w *world) shop(n int) {
	w.t.Helper()
	for range n {
		w.sent++
		u := segment.Update{Contact: fmt.Sprint("c", w.rand.IntN(80)), Set: map[string]segment.Value{}}
		switch w.rand.IntN(7) {
		case 0:
			u.Set["plan"] = segment.Text([]string{"pro", "free"}[w.rand.IntN(2)])
		case 1:
			u.Set["age"] = segment.Int(int64(w.rand.IntN(60)))
		case 2:
			u.Set["age"] = segment.Text("old")
		case 3:
			if w.rand.IntN(4) == 0 {
				u.Delete = true
			}
		case 4:
			u.Join = []string{"news"}
		default:
			u.Events = []segment.Event{{ID: fmt.Sprint(w.sent), Name: "opened", At: time.Now().Add(-time.Duration(w.rand.IntN(1000)) * time.Millisecond)}}
		}
		if err := w.producer.Publish(w.t.Context(), u); err != nil {
			w.t.Fatal(err)
		}
	}
}

// ask returns a cluster that is asked over a network that fails.
func (w *world) ask(odds int) *Cluster {
	w.t.Helper()
	c, err := New(flakySigns{w.engine, odds}, Options{Partitions: w.partitions, Stall: 60 * time.Millisecond,
		Client: &http.Client{Transport: &flakyNet{inner: http.DefaultTransport, odds: odds}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

var errNet = errors.New("the network is not well")

// flakySigns fail now and then, or leave somebody out.
type flakySigns struct {
	cluster.Signs
	odds int
}

func (s flakySigns) Members(ctx context.Context) ([]cluster.Member, error) {
	all, err := s.Signs.Members(ctx)
	if s.odds > 0 && rand.IntN(s.odds) == 0 {
		if len(all) > 1 && rand.IntN(2) == 0 {
			return all[1:], err
		}
		return nil, errNet
	}
	return all, err
}

// A flakyNet loses questions and answers, cuts them off and keeps them waiting.
type flakyNet struct {
	inner http.RoundTripper
	odds  int
}

func (n *flakyNet) RoundTrip(r *http.Request) (*http.Response, error) {
	if n.odds == 0 || rand.IntN(n.odds) > 0 {
		return n.inner.RoundTrip(r)
	}
	switch rand.IntN(5) {
	case 0:
		return nil, errNet
	case 1: // silent
		<-r.Context().Done()
		return nil, r.Context().Err()
	case 2:
		return &http.Response{StatusCode: http.StatusBadGateway, Status: "502 Bad Gateway", Body: io.NopCloser(bytes.NewReader([]byte("<html>"))), Header: http.Header{}}, nil
	}
	w, err := n.inner.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	w.Body = &cutBody{w.Body, rand.IntN(1500)}
	return w, nil
}

// A cutBody ends early.
type cutBody struct {
	io.ReadCloser
	left int
}

func (c *cutBody) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, errNet
	}
	n, err := c.ReadCloser.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// An oracle is an index that is told an input by itself.
type oracle struct {
	ix *index.Index
	in []cluster.Entry
}

// oracleOf is the oracle of a partition, or of all together.
func (w *world) oracleOf(partition int) *oracle {
	o := &oracle{ix: index.New(index.Options{})}
	for p := range w.partitions {
		if partition != cluster.Everyone && p != partition {
			continue
		}
		es, err := w.engine.Read(context.Background(), p, 0, 1<<30)
		if err != nil {
			w.t.Fatal(err)
		}
		o.in = append(o.in, es...)
	}
	slices.SortFunc(o.in, func(a, b cluster.Entry) int { return int(a.Position) - int(b.Position) })
	o.in = slices.CompactFunc(o.in, func(a, b cluster.Entry) bool { return a.Position == b.Position })
	return o
}

// run runs to a position, and time on to an instant.
func (o *oracle) run(t *testing.T, upto uint64, now time.Time) *index.Index {
	t.Helper()
	for len(o.in) > 0 && o.in[0].Position <= upto {
		e := o.in[0]
		o.in = o.in[1:]
		at := e.Stored.UTC()
		if o.ix.Now().After(at) {
			at = o.ix.Now()
		}
		o.ix.Advance(at, -1)
		var m cluster.Message
		err := m.UnmarshalBinary(e.Data)
		for i := range m.Updates {
			m.Updates[i].At = at
		}
		switch {
		case err != nil:
		case m.Kind == cluster.KindUpdates:
			_, err = o.ix.Apply(m.Updates...)
		case m.Kind == cluster.KindDefine:
			_, err = o.ix.DefineResolved(m.Segment, at)
		case m.Kind == cluster.KindDrop:
			_, err = o.ix.Drop(m.Segment.ID, at)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if now.After(o.ix.Now()) {
		o.ix.Advance(now, -1)
	}
	return o.ix
}

// soon is a context of some seconds.
func soon(t *testing.T) context.Context {
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(stop)
	return ctx
}
