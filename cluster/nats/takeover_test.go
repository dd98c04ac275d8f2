package nats

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// TestTakeover measures for how long a partition is not told when a worker is killed, and when
// a server is: from the kill to the end of the longest silence of any partition. Each
// partition gets a message every fiftieth of a second. NATS_TAKEOVERS is how many kills of
// each there are; without it there is one, and none in the short form.
func TestTakeover(t *testing.T) {
	if testing.Short() {
		t.Skip("three servers: not in the short form")
	}
	n, err := strconv.Atoi(os.Getenv("NATS_TAKEOVERS"))
	if err != nil {
		n = 1
	}
	const partitions = 8
	w := watchTakeovers(t, partitions)
	for what, kill := range map[string]func(i int) (again func()){
		"worker": func(i int) func() {
			w.workers[i%3].Kill()
			return func() { w.worker(i % 3) }
		},
		"server": func(i int) func() {
			w.servers.procs[i%3].Kill()
			return func() { w.servers.start(i % 3) }
		},
	} {
		var took []time.Duration
		for i := range n {
			took = append(took, w.measure(kill, i))
		}
		slices.Sort(took)
		of := func(share float64) time.Duration {
			return took[min(n-1, int(share*float64(n)))].Round(time.Millisecond)
		}
		t.Logf("loss of a %s, %d times: p50 %v p99 %v max %v", what, n, of(0.5), of(0.99), of(1))
	}
}

// A takeovers is a cluster under an even load, and when its partitions have told something.
type takeovers struct {
	*testing.T
	servers *three
	workers [3]*clustertest.Process
	starts  int
	mu      sync.Mutex
	heard   []time.Time     // of each partition, its last commit
	silence []time.Duration // of each partition, the longest since it was asked
}

// watchTakeovers starts all of it.
func watchTakeovers(t *testing.T, partitions int) *takeovers {
	w := &takeovers{T: t, servers: startThree(t), heard: make([]time.Time, partitions), silence: make([]time.Duration, partitions)}
	e := w.servers.engine(threeOptions(partitions))
	send := func(m cluster.Message) { _ = clustertest.Send(t.Context(), e, m, partitions) }
	send(cluster.Message{Kind: cluster.KindEpoch, Epoch: cluster.Epoch{Number: 1, Partitions: partitions, Environment: segment.EnvironmentHere()}})
	for i := range w.workers {
		w.worker(i)
	}
	after := map[int]uint64{}
	for p := range partitions {
		after[p] = 0
		var contact string
		for i := 0; contact == "" || cluster.Partition(contact, partitions) != p; i++ {
			contact = fmt.Sprint("c", i)
		}
		go func() {
			for n := uint64(1); t.Context().Err() == nil; n++ {
				send(cluster.Message{Kind: cluster.KindUpdates, Producer: "load", Number: n,
					Updates: []segment.Update{{Contact: contact, Set: map[string]segment.Value{"n": segment.Number(float64(n))}}}})
				pause.For(t.Context(), 20*time.Millisecond)
			}
		}()
	}
	go func() {
		err := e.Follow(t.Context(), after, w.hear)
		if t.Context().Err() == nil {
			t.Error(err)
		}
	}()
	return w
}

// worker starts a worker.
func (w *takeovers) worker(i int) {
	w.starts++
	name := fmt.Sprint("worker-", w.starts)
	w.workers[i] = clustertest.Start(w, "worker", name, append(w.servers.workerEnv(len(w.heard)), "WORKER="+name)...)
}

// hear notes a commit.
func (w *takeovers) hear(p int, c cluster.Committed) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	w.silence[p] = max(w.silence[p], now.Sub(w.heard[p]))
	w.heard[p] = now
	return nil
}

// steady waits until every partition has been told every half second for so long.
func (w *takeovers) steady(d time.Duration) {
	w.Helper()
	since := time.Now()
	for end := since.Add(2 * time.Minute); time.Since(since) < d; time.Sleep(50 * time.Millisecond) {
		w.mu.Lock()
		for _, at := range w.heard {
			if time.Since(at) > 500*time.Millisecond {
				since = time.Now()
			}
		}
		w.mu.Unlock()
		if time.Now().After(end) {
			w.Fatal("the cluster does not tell anything for two minutes")
		}
	}
}

// measure kills, and returns the longest silence of a partition.
func (w *takeovers) measure(kill func(int) func(), i int) time.Duration {
	w.Helper()
	w.steady(3 * time.Second)
	w.mu.Lock()
	clear(w.silence)
	w.mu.Unlock()
	again := kill(i)
	time.Sleep(4 * time.Second)
	w.steady(2 * time.Second)
	w.mu.Lock()
	longest := slices.Max(w.silence)
	w.mu.Unlock()
	again()
	return longest
}
