package journal

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestCrashes runs worlds for 5 seconds on one core; with CI set and without -short, for 60.
// DURABLE_CRASHES=100000000 says how many crashes there are to be instead, on all cores, and
// DURABLE_SEED=17 with which world it begins; DURABLE_SEED alone runs that world only.
func TestCrashes(t *testing.T) {
	seed, most, limit, workers := number(t, "DURABLE_SEED"), number(t, "DURABLE_CRASHES"), 5*time.Second, 1
	switch {
	case most > 0:
		limit, workers = 1<<62, runtime.GOMAXPROCS(0)
	case seed > 0:
		most = 1
	case os.Getenv("CI") != "" && !testing.Short():
		limit = time.Minute
	}
	var next, crashes, damages, failed atomic.Uint64
	next.Store(max(seed, 1) - 1)
	var all sync.WaitGroup
	start := time.Now()
	for range workers {
		all.Go(func() {
			for !t.Failed() && time.Since(start) < limit && (most == 0 || crashes.Load() < most) {
				w := newWorld(next.Add(1), "", 0)
				if err := w.live(lives); err != nil {
					t.Error(err)
				}
				crashes.Add(uint64(w.crashes))
				damages.Add(uint64(w.damages))
				failed.Add(uint64(w.failed))
			}
		})
	}
	all.Wait()
	took := time.Since(start)
	t.Logf("%d crashes, %d damages and %d failed snapshots in %v: %.0f crashes a second on each of %d cores", crashes.Load(), damages.Load(), failed.Load(), took.Round(time.Millisecond),
		float64(crashes.Load())/took.Seconds()/float64(workers), workers)
}

// number reads a number from the environment; 0 if it is not there.
func number(t *testing.T, name string) uint64 {
	s := os.Getenv(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// lives is how many crashes a world goes through: long enough for several snapshots.
const lives = 60
