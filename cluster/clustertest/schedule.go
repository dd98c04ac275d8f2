//go:build unix

package clustertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// A Schedule is a test with processes: a load goes on, workers are killed, stopped and
// started again at random, and what an engine can suffer besides is done to it. After some
// seconds of that everything is let be, and a [Judge] compares. So it goes on, with the same
// cluster, for as many rounds as are asked for.
type Schedule struct {
	Engine  cluster.Engine  // of the test's own process
	Options cluster.Options // of the workers, with Partitions
	Worker  string          // the role of [Main] that runs a [cluster.Runner]; WORKER in its environment is the name of its member
	Env     []string        // for workers: where the engine is
	Workers int             // 0 means 3

	Harm  []Harm        // what is done besides
	Lease time.Duration // how long signs of life hold: workers are stopped for longer; 0 means 2 seconds

	Rounds int           // 0 means 1
	Round  time.Duration // how long harm is done in each; 0 means 4 seconds
	Rate   int           // messages a second; 0 means 200
	Wait   time.Duration // how long a cluster that is let be has to tell all; 0 means a minute
	Seed   uint64

	// MaySkew allows that the comparison with one index ends: see [Judge].
	MaySkew bool
}

// A Harm is what may happen to an engine.
type Harm struct {
	Name string
	// Do does it, returns when it is undone, and is given a source of chance that no other
	// uses. It should undo what it did soon when the context ends.
	Do func(ctx context.Context, r *rand.Rand)
}

// A Result is what a Schedule has seen.
type Result struct {
	Rounds, Messages, Refused, Diffs int
	Kills, Stops                     int
	Harms                            map[string]int
	Gaps                             []time.Duration // the longest time between two commits of each partition in each round
	Skewed                           bool
}

// Gap returns the gap that a share of all is not above, such as 0.99.
func (r Result) Gap(share float64) time.Duration {
	gaps := slices.Sorted(slices.Values(r.Gaps))
	if len(gaps) == 0 {
		return 0
	}
	return gaps[min(len(gaps)-1, int(share*float64(len(gaps))))]
}

// Add adds what another Schedule has seen.
func (r *Result) Add(o Result) {
	r.Rounds += o.Rounds
	r.Messages += o.Messages
	r.Refused += o.Refused
	r.Diffs += o.Diffs
	r.Kills += o.Kills
	r.Stops += o.Stops
	r.Gaps = append(r.Gaps, o.Gaps...)
	r.Skewed = r.Skewed || o.Skewed
	if r.Harms == nil {
		r.Harms = make(map[string]int)
	}
	for name, n := range o.Harms {
		r.Harms[name] += n
	}
}

// String says it in one line.
func (r Result) String() string {
	return fmt.Sprintf("%d rounds: %d messages (%d refused), %d diffs; %d workers killed, %d stopped, %v; longest gap between commits p50 %v p99 %v max %v; skewed %v",
		r.Rounds, r.Messages, r.Refused, r.Diffs, r.Kills, r.Stops, r.Harms, r.Gap(0.5).Round(time.Millisecond), r.Gap(0.99).Round(time.Millisecond), r.Gap(1).Round(time.Millisecond), r.Skewed)
}

// A run is a Schedule under way.
type run struct {
	Schedule
	t     *testing.T
	rand  *rand.Rand
	load  *Load
	judge *Judge

	mu     sync.Mutex
	result Result
	crew   []*Process
	starts int
}

// Run runs it. The test fails at the first diff that is lost, doubled or wrong, and at a
// cluster that does not tell all in time.
func (s Schedule) Run(t *testing.T) Result {
	t.Helper()
	s.Workers, s.Rounds, s.Rate = cmpOr(s.Workers, 3), cmpOr(s.Rounds, 1), cmpOr(s.Rate, 200)
	s.Round, s.Wait, s.Lease = cmpOr(s.Round, 4*time.Second), cmpOr(s.Wait, time.Minute), cmpOr(s.Lease, 2*time.Second)
	r := &run{Schedule: s, t: t, rand: rand.New(rand.NewPCG(s.Seed, 1)), load: NewLoad(s.Seed, s.Options.Partitions), judge: NewJudge(s.Options)}
	r.result.Harms = make(map[string]int)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go r.judge.Follow(ctx, s.Engine)
	for _, m := range r.load.Begin() {
		r.send(ctx, m)
	}
	r.crew = make([]*Process, s.Workers)
	for i := range r.crew {
		r.start(i)
	}
	for n := range s.Rounds {
		r.round(ctx)
		if t.Failed() {
			return r.result
		}
		if s.Rounds > 10 && n%10 == 9 {
			t.Log(r.result)
		}
	}
	t.Log(r.result)
	return r.result
}

func cmpOr[T int | time.Duration](n, otherwise T) T {
	if n == 0 {
		return otherwise
	}
	return n
}

// start starts a worker anew, under a name that no other had.
func (r *run) start(i int) {
	r.mu.Lock()
	r.starts++
	name := fmt.Sprintf("worker-%d-%d", i, r.starts)
	r.mu.Unlock()
	p := Start(r.t, r.Worker, name, append(slices.Clone(r.Env), "WORKER="+name)...)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.crew[i] = p
}

// send sends a message, however long that takes while harm is done.
func (r *run) send(ctx context.Context, m cluster.Message) {
	ctx, cancel := context.WithTimeout(ctx, r.Wait)
	defer cancel()
	if err := Send(ctx, r.Engine, m, r.Options.Partitions); err != nil {
		r.t.Errorf("a message could not be sent within %v: %v", r.Wait, err)
	}
}

// round does harm while a load goes on, then lets all be, and compares.
func (r *run) round(ctx context.Context) {
	r.judge.Gaps()
	harm, stop := context.WithTimeout(ctx, r.Round)
	defer stop()
	var all sync.WaitGroup
	for i := range r.crew {
		seed := r.rand.Uint64()
		all.Go(func() { r.harry(harm, i, rand.New(rand.NewPCG(seed, 2))) })
	}
	for _, h := range r.Harm {
		seed := r.rand.Uint64()
		all.Go(func() { r.harm(harm, h, rand.New(rand.NewPCG(seed, 3))) })
	}
	every := time.NewTicker(time.Second / time.Duration(r.Rate))
	for harm.Err() == nil && !r.t.Failed() {
		r.send(ctx, r.load.Next(time.Now()))
		select {
		case <-every.C:
		case <-harm.Done():
		}
	}
	every.Stop()
	all.Wait()
	m, n := r.load.Barrier()
	r.send(ctx, m)
	wait, cancel := context.WithTimeout(ctx, r.Wait)
	defer cancel()
	if err := r.judge.Compare(wait, r.Engine, n); err != nil {
		r.t.Errorf("round %d of seed %d: %v", r.result.Rounds+1, r.Seed, err)
		return
	}
	if r.judge.Skewed() && !r.MaySkew {
		r.t.Errorf("round %d: a partition was ahead of a broadcast", r.result.Rounds+1)
	}
	r.result.Rounds++
	r.result.Messages, r.result.Refused, r.result.Diffs, r.result.Skewed = r.judge.Messages, r.judge.Refused(), r.judge.Diffs, r.judge.Skewed()
	r.result.Gaps = append(r.result.Gaps, r.judge.Gaps()...)
}

// harry kills or stops one worker now and then, and has it live again when the context ends.
func (r *run) harry(ctx context.Context, i int, chance *rand.Rand) {
	for {
		pause.For(ctx, time.Duration(chance.Int64N(int64(2*r.Round))))
		if ctx.Err() != nil {
			return
		}
		r.mu.Lock()
		p := r.crew[i]
		if kill := chance.IntN(3) < 2; kill {
			r.result.Kills++
			r.mu.Unlock()
			p.Kill()
			pause.For(ctx, time.Duration(chance.Int64N(int64(2*time.Second))))
			r.start(i)
			continue
		}
		r.result.Stops++
		r.mu.Unlock()
		p.Stop()
		pause.For(ctx, r.Lease/2+time.Duration(chance.Int64N(int64(2*r.Lease))))
		p.Go() // and believes that it still owns its partitions
	}
}

// harm does one harm now and then.
func (r *run) harm(ctx context.Context, h Harm, chance *rand.Rand) {
	for {
		pause.For(ctx, time.Duration(chance.Int64N(int64(2*r.Round))))
		if ctx.Err() != nil {
			return
		}
		r.mu.Lock()
		r.result.Harms[h.Name]++
		r.mu.Unlock()
		h.Do(ctx, chance)
	}
}
