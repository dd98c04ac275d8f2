package nats

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/segmentrules/segment/cluster/clustertest"
)

// TestKills: three servers that sync always, three workers, all of them processes. Workers are
// killed and stopped for longer than their lease, servers killed and stopped, leaders of streams
// replaced, while a load goes on; what is told is what the input comes to, by both oracles.
// NATS_SCHEDULES is how many rounds there are, two if it is not set, and NATS_SEED the seed.
func TestKills(t *testing.T) {
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return n
		}
		return otherwise
	}
	const partitions = 8
	servers := startThree(t)
	e := servers.engine(threeOptions(partitions))
	r := clustertest.Schedule{Engine: e, Options: workerOptions(partitions), Worker: "worker", Env: servers.workerEnv(partitions),
		Harm: servers.harms(e), Rounds: number("NATS_SCHEDULES", 2), Seed: uint64(number("NATS_SEED", 2)), Wait: 2 * time.Minute}.Run(t)
	if r.Diffs == 0 || r.Kills+r.Stops == 0 {
		t.Errorf("%v: nothing has happened", r)
	}
}
