package nats

import (
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/segmentrules/segment/cluster"
)

// Servers that go away, and answers that do not arrive.

// TestServerRestarts: calls that are made while the server is down succeed when it is back,
// once, and readers go on where they were.
func TestServerRestarts(t *testing.T) {
	o := server.Options{ServerName: "one", Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true}
	run := func() *server.Server {
		s, err := server.NewServer(&o)
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		t.Cleanup(s.Shutdown)
		if !s.ReadyForConnections(10 * time.Second) {
			t.Fatal("the server does not answer")
		}
		return s
	}
	s := run()
	_, port, _ := net.SplitHostPort(s.Addr().String())
	o.Port, _ = strconv.Atoi(port)
	e, ctx := openEngine(t, s, testOptions(2)), t.Context()
	if err := e.Append(ctx, 0, "", []byte("a")); err != nil {
		t.Fatal(err)
	}
	readAll(t, e, 0, 0, 1)
	first, err := e.Commit(ctx, 0, 0, []byte("first"))
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 10)
	go func() {
		_ = e.Follow(ctx, map[int]uint64{0: 0}, func(_ int, c cluster.Committed) error { told <- string(c.Data); return nil })
	}()
	s.Shutdown()
	s.WaitForShutdown()
	if entries, err := e.Read(ctx, 0, 1, 10); len(entries) > 0 || err != nil {
		t.Errorf("without a server Read returns %v, %v", entries, err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := e.Commit(ctx, 0, first, []byte("second")); err != nil {
			t.Errorf("Commit: %v", err)
		}
	})
	all.Go(func() {
		if err := e.Append(ctx, 0, "key", []byte("b")); err != nil {
			t.Errorf("Append: %v", err)
		}
	})
	all.Go(func() {
		if c, err := e.Last(ctx, 0); c.Position == 0 || err != nil {
			t.Errorf("Last: %v, %v", c, err)
		}
	})
	all.Go(func() {
		if err := e.PutSnap(ctx, 0, 1, []byte("snapshot")); err != nil {
			t.Errorf("PutSnap: %v", err)
		}
	})
	time.Sleep(2500 * time.Millisecond) // more than a timeout
	run()
	all.Wait()
	if got := words(readAll(t, e, 0, 1, 1)); got != " 2:b" {
		t.Errorf("read %s", got)
	}
	for _, want := range []string{"first", "second"} {
		select {
		case got := <-told:
			if got != want {
				t.Errorf("told %q, want %q", got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%q is not told", want)
		}
	}
	if c, err := e.Last(ctx, 0); string(c.Data) != "second" || err != nil {
		t.Errorf("the last commit is %q, %v", c.Data, err)
	}
}

// A deafness is a proxy before a server that can swallow what the server says, or what it is
// told.
type deafness struct {
	url  string
	deaf atomic.Bool
	mute atomic.Bool
	mu   sync.Mutex
	all  []net.Conn
}

// deafen puts a proxy before a server.
func deafen(t *testing.T, to string) *deafness {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	d := &deafness{url: "nats://" + l.Addr().String()}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			srv, err := net.Dial("tcp", to)
			if err != nil {
				_ = client.Close()
				continue
			}
			d.mu.Lock()
			d.all = append(d.all, client, srv)
			d.mu.Unlock()
			go func() { _, _ = io.Copy(d.filter(&d.mute, srv), client); _ = srv.Close() }()
			go func() { _, _ = io.Copy(d.filter(&d.deaf, client), srv); _ = client.Close() }()
		}
	}()
	return d
}

// filter passes on what is written unless it is to be swallowed.
func (d *deafness) filter(swallow *atomic.Bool, w io.Writer) io.Writer {
	return writerFunc(func(b []byte) (int, error) {
		if swallow.Load() {
			return len(b), nil
		}
		return w.Write(b)
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// cut cuts all connections, and lets new ones hear and speak.
func (d *deafness) cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.all {
		_ = c.Close()
	}
	d.all = nil
	d.deaf.Store(false)
	d.mute.Store(false)
}

// TestLostAnswers: a commit whose answer was lost is found to stand, and made once; one whose
// place another worker took meanwhile is fenced; a message with a key is stored once.
func TestLostAnswers(t *testing.T) {
	s := startServer(t)
	o := testOptions(2)
	o.Timeout = 300 * time.Millisecond
	other, ctx := openEngine(t, s, o), t.Context()
	d := deafen(t, s.Addr().String())
	e := opened(t, connect(t, d.url), o)
	last := uint64(0)
	for i := range 3 {
		d.deaf.Store(true)
		time.AfterFunc(time.Second, d.cut)
		position, err := e.Commit(ctx, 1, last, []byte{byte(i)})
		if err != nil || position != last+1 {
			t.Fatalf("commit %d has position %d, %v", i, position, err)
		}
		last = position
	}
	d.deaf.Store(true)
	time.AfterFunc(time.Second, d.cut)
	if err := e.Append(ctx, 1, "key", []byte("once")); err != nil {
		t.Fatal(err)
	}
	if got := words(readAll(t, other, 1, 0, 1)); got != " 1:once" {
		t.Errorf("read %s", got)
	}
	done := make(chan error)
	d.mute.Store(true)
	go func() {
		_, err := e.Commit(ctx, 0, 0, []byte("too late"))
		done <- err
	}()
	time.Sleep(400 * time.Millisecond)
	if _, err := other.Commit(ctx, 0, 0, []byte("another")); err != nil {
		t.Fatal(err)
	}
	d.cut()
	if err := <-done; err != cluster.ErrFenced {
		t.Errorf("a commit that came too late: %v", err)
	}
	if info, err := other.diff.Info(ctx); err != nil || info.State.Msgs != 4 {
		t.Errorf("%d commits, %v; want 4", info.State.Msgs, err)
	}
}

// TestEarAsks: who hears again after its connection was lost asks who is there, and does not
// take the others for dead.
func TestEarAsks(t *testing.T) {
	s := startServer(t)
	o := testOptions(2)
	o.Lease = time.Second
	other, ctx := openEngine(t, s, o), t.Context()
	d := deafen(t, s.Addr().String())
	e := opened(t, connect(t, d.url), o)
	if err := other.Sign(ctx, cluster.Member{Name: "other"}); err != nil {
		t.Fatal(err)
	}
	d.deaf.Store(true)
	time.Sleep(900 * time.Millisecond)
	if err := other.Sign(ctx, cluster.Member{Name: "other"}); err != nil { // nobody hears it
		t.Fatal(err)
	}
	before := e.nc.Stats().Reconnects
	d.cut()
	for e.nc.Stats().Reconnects == before {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond) // by now what was heard first is too old
	members, err := e.Members(ctx)
	if err != nil || len(members) != 1 || members[0].Name != "other" {
		t.Errorf("members are %v, %v", members, err)
	}
}
