package kafka

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// The tests run on kfake, a broker in memory for tests that speaks Kafka's protocol, over
// connections that a test may cut: see cut_test.go.

// TestMain runs the tests, or a worker process of one.
func TestMain(m *testing.M) {
	clustertest.Main(m, map[string]func(context.Context) error{"worker": work})
}

// work is a worker process.
func work(ctx context.Context) error {
	o := Options{Brokers: strings.Split(os.Getenv("KAFKA_BROKERS"), ","), Name: os.Getenv("KAFKA_NAME"), Partitions: killPartitions, Patience: 5 * time.Second}
	e, err := Open(ctx, o)
	for fails := 1; err != nil && pause.For(ctx, 100*time.Millisecond); fails++ {
		fmt.Fprintln(os.Stderr, "open:", err)
		e, err = Open(ctx, o)
	}
	if err != nil {
		return err
	}
	defer e.Close()
	r := cluster.Runner{Broker: e, Signs: e, Input: e, Member: cluster.Member{Name: os.Getenv("WORKER")}, Options: killOptions,
		Poll: 20 * time.Millisecond, Look: 300 * time.Millisecond,
		Report: func(p int, err error) {
			fmt.Fprintln(os.Stderr, time.Now().Format("15:04:05.000"), os.Getenv("WORKER"), p, err)
		}}
	return r.Run(ctx)
}

// names counts the clusters of this process.
var names atomic.Int64

// start starts three brokers in memory, which end with the test.
func start(t testing.TB, more ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	fake, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(3)}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	return fake
}

// setup makes the topics of a new cluster.
func setup(t testing.TB, fake *kfake.Cluster, partitions int) Options {
	t.Helper()
	o := Options{Brokers: fake.ListenAddrs(), Name: fmt.Sprint("t", names.Add(1)), Partitions: partitions, Skew: 20 * time.Millisecond, Patience: 5 * time.Second}
	if err := Setup(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return o
}

// open opens an engine that is closed when the test ends.
func open(t testing.TB, o Options) *Engine {
	t.Helper()
	e, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// readAll reads what there is of a partition. What was sent just now may not be seen at once.
func readAll(t testing.TB, e *Engine, partition int, after uint64) (all []cluster.Entry) {
	t.Helper()
	time.Sleep(2 * freshFor)
	for {
		es, err := e.Read(t.Context(), partition, after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(es) == 0 {
			return all
		}
		all = append(all, es...)
		after = es[len(es)-1].Position
	}
}

// old has a kfake speak as brokers of Kafka 3.6 do, in which a transaction is told of each
// partition before something is written there, and keeps its epoch when it ends.
func old() kfake.Opt { return kfake.MaxVersions(kversion.V3_6_0()) }

// TestConform asks what is asked of every engine.
func TestConform(t *testing.T) {
	if n := conform(t, start(t)); n > 0 {
		t.Errorf("%d transactions were told of partitions", n)
	}
}

// TestConformOld asks the same with brokers of Kafka 3.6.
func TestConformOld(t *testing.T) {
	if n := conform(t, start(t, old())); n == 0 {
		t.Error("no transaction was told of a partition")
	}
}

// conform returns how often a transaction was told of partitions.
func conform(t *testing.T, fake *kfake.Cluster) int64 {
	var told atomic.Int64
	fake.ControlKey(int16(kmsg.AddPartitionsToTxn), func(kmsg.Request) (kmsg.Response, error, bool) {
		told.Add(1)
		return nil, nil, false
	})
	of := make(map[*testing.T]Options)
	clustertest.Conform(t, 3, func(t *testing.T) cluster.Engine {
		o, ok := of[t]
		if !ok {
			o = setup(t, fake, 3)
			of[t] = o
		}
		return open(t, o)
	})
	return told.Load()
}
