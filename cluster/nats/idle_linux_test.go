package nats

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
)

// TestIdle measures what 256 partitions cost that have nothing to do: the processor time of
// one worker and of three servers. NATS_IDLE is for how many seconds.
func TestIdle(t *testing.T) {
	seconds, err := strconv.Atoi(os.Getenv("NATS_IDLE"))
	if err != nil {
		t.Skip("NATS_IDLE is not set")
	}
	const partitions = cluster.Partitions
	servers := startThree(t)
	e := servers.engine(threeOptions(partitions))
	if err := clustertest.Send(t.Context(), e, cluster.Message{Kind: cluster.KindEpoch, Epoch: cluster.Epoch{Number: 1, Partitions: partitions, Environment: segment.EnvironmentHere()}}, partitions); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	clustertest.Start(t, "worker", "worker", append(servers.workerEnv(partitions), "WORKER=worker")...)
	after, told := map[int]uint64{}, 0
	for p := range partitions {
		after[p] = 0
	}
	_ = e.Follow(t.Context(), after, func(int, cluster.Committed) error {
		if told++; told == partitions {
			return os.ErrClosed
		}
		return nil
	})
	t.Logf("all %d partitions have told something %v after a worker was started", partitions, time.Since(begin).Round(time.Millisecond))
	time.Sleep(3 * time.Second)
	before := processorTime()
	time.Sleep(time.Duration(seconds) * time.Second)
	for role, used := range processorTime() {
		t.Logf("all processes that are a %s: %.1f %% of a processor", role, 100*(used-before[role]).Seconds()/float64(seconds))
	}
}

// processorTime is what the processes of each role that this one has started have used.
func processorTime() map[string]time.Duration {
	used := make(map[string]time.Duration)
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		stat, _ := os.ReadFile(name) // the process may have ended
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) < 13 || fields[1] != fmt.Sprint(os.Getpid()) {
			continue
		}
		environment, _ := os.ReadFile(filepath.Join(filepath.Dir(name), "environ"))
		_, rest, _ := strings.Cut(string(environment), "CLUSTERTEST_ROLE=")
		role, _, _ := strings.Cut(rest, "\x00")
		for _, ticks := range fields[11:13] { // in user mode, and in the kernel
			n, _ := strconv.Atoi(ticks)
			used[role] += time.Duration(n) * time.Second / 100
		}
	}
	return used
}
