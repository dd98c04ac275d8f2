package nats

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// Servers and workers as processes of their own, on loopback.

// runServer is one server of three, until the context ends.
func runServer(ctx context.Context) error {
	number := func(name string) int {
		n, _ := strconv.Atoi(os.Getenv(name))
		return n
	}
	var routes []string
	for _, port := range strings.Split(os.Getenv("ROUTES"), ",") {
		routes = append(routes, "nats://127.0.0.1:"+port)
	}
	s, err := server.NewServer(&server.Options{ServerName: os.Getenv("SERVER"), Host: "127.0.0.1", Port: number("PORT"),
		JetStream: true, StoreDir: os.Getenv("STORE"), SyncAlways: os.Getenv("SYNC") != "default", NoSigs: true, Logtime: true,
		JetStreamMaxMemory: 1 << 30, JetStreamMaxStore: 8 << 30,
		Cluster: server.ClusterOpts{Name: "three", Host: "127.0.0.1", Port: number("ROUTE")}, Routes: server.RoutesFromStr(strings.Join(routes, ","))})
	if err != nil {
		return err
	}
	s.ConfigureLogger()
	s.Start()
	<-ctx.Done()
	s.Shutdown()
	return nil
}

// three are three servers.
type three struct {
	t     testing.TB
	env   [3][]string
	procs [3]*clustertest.Process
	URLs  string
}

// startThree starts three servers, and waits until they make streams.
func startThree(t testing.TB, env ...string) *three {
	t.Helper()
	c := &three{t: t}
	var ports, routes, urls []string
	for range 3 {
		port, route := freePort(t), freePort(t)
		ports, routes, urls = append(ports, port), append(routes, route), append(urls, "nats://127.0.0.1:"+port)
	}
	c.URLs = strings.Join(urls, ",")
	for i := range 3 {
		c.env[i] = append([]string{fmt.Sprint("SERVER=server-", i), "PORT=" + ports[i], "ROUTE=" + routes[i], "ROUTES=" + strings.Join(routes, ","), "STORE=" + t.TempDir()}, env...)
		c.start(i)
	}
	return c
}

func (c *three) start(i int) {
	c.procs[i] = clustertest.Start(c.t, "server", fmt.Sprint("server-", i), c.env[i]...)
}

// freePort returns a port that is free now.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// harms are what is done to the servers: one is killed and started again, one is stopped in
// its tracks, a stream has to elect another leader. One server at a time suffers.
func (c *three) harms(e *Engine) []clustertest.Harm {
	var one sync.Mutex
	return []clustertest.Harm{
		{Name: "servers killed", Do: func(ctx context.Context, r *rand.Rand) {
			one.Lock()
			defer one.Unlock()
			i := r.IntN(3)
			c.procs[i].Kill()
			pause.For(ctx, time.Duration(r.Int64N(int64(3*time.Second))))
			c.start(i)
		}},
		{Name: "servers stopped", Do: func(ctx context.Context, r *rand.Rand) {
			one.Lock()
			defer one.Unlock()
			i := r.IntN(3)
			c.procs[i].Stop()
			pause.For(ctx, time.Duration(r.Int64N(int64(6*time.Second))))
			c.procs[i].Go()
		}},
		{Name: "leaders replaced", Do: func(ctx context.Context, r *rand.Rand) {
			stream := []string{e.o.inStream(), e.o.diffStream(), e.o.snapStream()}[r.IntN(3)]
			_, _ = e.nc.Request("$JS.API.STREAM.LEADER.STEPDOWN."+stream, nil, time.Second)
		}},
	}
}

// engine sets up a cluster on the servers and opens an engine. Servers that have just
// started may take some seconds to elect a leader of theirs.
func (c *three) engine(o Options) *Engine { return c.in(c.t, o) }

// in is engine, for a part of the test.
func (c *three) in(t testing.TB, o Options) *Engine {
	t.Helper()
	nc, err := Connect(c.URLs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		if err = Setup(ctx, nc, o); err == nil {
			break
		}
		if !pause.For(ctx, again) {
			t.Fatal(err)
		}
	}
	e, err := Open(ctx, nc, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// three servers need all three replicas.
func threeOptions(partitions int) Options { return Options{Name: "p", Partitions: partitions} }

// workerOptions are those of workers in processes.
func workerOptions(partitions int) cluster.Options {
	return cluster.Options{Partitions: partitions, SnapshotEvery: 300}
}

// runWorker is one worker process, until the context ends.
func runWorker(ctx context.Context) error {
	partitions, err := strconv.Atoi(os.Getenv("PARTITIONS"))
	if err != nil {
		return err
	}
	nc, err := Connect(os.Getenv("URLS"))
	if err != nil {
		return err
	}
	defer nc.Close()
	var e *Engine
	for e == nil { // servers may be down just now
		if e, err = Open(ctx, nc, threeOptions(partitions)); err != nil {
			fmt.Println(time.Now().Format(time.StampMilli), "opening:", err)
			if !pause.For(ctx, again) {
				return err
			}
		}
	}
	defer e.Close()
	r := &cluster.Runner{Broker: e, Signs: e, Input: e, Member: cluster.Member{Name: os.Getenv("WORKER")}, Options: workerOptions(partitions),
		Report: func(p int, err error) { fmt.Println(time.Now().Format(time.StampMilli), "partition", p, err) }}
	return r.Run(ctx)
}

// workerEnv is where workers find the servers.
func (c *three) workerEnv(partitions int) []string {
	return []string{"URLS=" + c.URLs, fmt.Sprint("PARTITIONS=", partitions)}
}
