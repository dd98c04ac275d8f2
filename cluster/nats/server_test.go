package nats

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	natsgo "github.com/nats-io/nats.go"

	"github.com/segmentrules/segment/cluster"
)

// startServer starts a server in this process, on a free port of loopback.
func startServer(t testing.TB) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{ServerName: "one", Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true,
		StoreDir: t.TempDir(), NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server does not answer")
	}
	return s
}

// connect connects to a server.
func connect(t testing.TB, url string) *natsgo.Conn {
	t.Helper()
	nc, err := natsgo.Connect(url, natsgo.MaxReconnects(-1), natsgo.ReconnectWait(50*time.Millisecond), natsgo.ReconnectJitter(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// testOptions are those of one server.
func testOptions(partitions int) Options {
	return Options{Name: "t", Partitions: partitions, Replicas: 1}
}

// openEngine sets up, and opens an engine on a connection of its own.
func openEngine(t testing.TB, s *server.Server, o Options) *Engine {
	t.Helper()
	nc, ctx := connect(t, s.ClientURL()), t.Context()
	if err := Setup(ctx, nc, o); err != nil {
		t.Fatal(err)
	}
	return opened(t, nc, o)
}

// opened opens an engine over what is set up, and closes it when the test ends.
func opened(t testing.TB, nc *natsgo.Conn, o Options) *Engine {
	t.Helper()
	e, err := Open(t.Context(), nc, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// readAll reads until so many entries are there, or ten seconds have gone.
func readAll(t testing.TB, e cluster.Broker, p int, after uint64, n int) (all []cluster.Entry) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for len(all) < n && ctx.Err() == nil {
		entries, err := e.Read(ctx, p, after, n)
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, entries...); len(all) > 0 {
			after = all[len(all)-1].Position
		}
	}
	if len(all) != n {
		t.Fatalf("partition %d: %d entries, want %d", p, len(all), n)
	}
	return all
}

// words are the data of entries.
func words(entries []cluster.Entry) string {
	s := ""
	for _, e := range entries {
		s += fmt.Sprintf(" %d:%s", e.Position, e.Data)
	}
	return s
}
