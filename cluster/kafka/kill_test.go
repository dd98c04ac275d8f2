package kafka

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
)

// killPartitions is how many partitions a cluster has whose workers are killed.
const killPartitions = 8

// killOptions are those of its workers.
var killOptions = cluster.Options{Partitions: killPartitions, SnapshotEvery: 200, CommitMessages: 50}

// roundsOfOne is how many schedules one cluster goes through, in the long run.
const roundsOfOne = 10

// TestKills: workers are killed and stopped, answers are lost, brokers go away and answer with
// errors, and what is told is what the input comes to. KAFKA_SCHEDULES=100 is how many schedules
// there are, KAFKA_SEED=7 where seeds begin. With every other seed brokers speak as those of
// Kafka 3.6.
func TestKills(t *testing.T) {
	n, seed, round := 6, uint64(1), 4*time.Second
	if testing.Short() {
		n, round = 3, 3*time.Second
	}
	if s, err := strconv.Atoi(os.Getenv("KAFKA_SCHEDULES")); err == nil {
		n = s
	}
	if s, err := strconv.ParseUint(os.Getenv("KAFKA_SEED"), 10, 64); err == nil {
		seed = s
	}
	var sum clustertest.Result
	for done := 0; done < n && !t.Failed(); seed++ {
		rounds := min(n-done, roundsOfOne)
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			w := newWire(seed)
			speaks := []kfake.Opt{w.option()}
			if seed%2 == 0 {
				speaks = append(speaks, old())
			}
			fake := start(t, speaks...)
			o := setup(t, fake, killPartitions)
			s := clustertest.Schedule{Engine: open(t, o), Options: killOptions, Worker: "worker",
				Env:  []string{"KAFKA_BROKERS=" + strings.Join(o.Brokers, ","), "KAFKA_NAME=" + o.Name},
				Harm: w.harms(fake), Lease: 2 * time.Second, Rounds: rounds, Round: round, Seed: seed}
			sum.Add(s.Run(t))
			t.Logf("%d answers lost", w.lost)
		})
		done += rounds
	}
	t.Log(sum)
	if !t.Failed() && (sum.Kills == 0 || sum.Diffs == 0) {
		t.Error("nothing has happened")
	}
}
