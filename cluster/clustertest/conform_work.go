package clustertest

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/segmentrules/segment/cluster"
)

func (c *conformance) names(e cluster.Engine) (names []string) {
	c.Helper()
	members, err := e.Members(c.Context())
	if err != nil {
		c.Fatalf("Members: %v", err)
	}
	for _, m := range members {
		names = append(names, m.Name+" "+m.Address)
	}
	return names
}

// awaitNames waits until the members are these.
func (c *conformance) awaitNames(e cluster.Engine, keep func(), want ...string) {
	c.Helper()
	var got []string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		keep()
		if got = c.names(e); slices.Equal(got, want) {
			return
		}
	}
	c.Errorf("the members are %q, want %q", got, want)
}

// signs: who has signed lives, until it leaves or has not signed for a while.
func (c *conformance) signs() {
	a, b := c.open(), c.open()
	if names := c.names(a); len(names) > 0 {
		c.Fatalf("nobody has signed, and %q live", names)
	}
	sign := func(e cluster.Engine, name, address string) {
		c.Helper()
		if err := e.Sign(c.Context(), cluster.Member{Name: name, Address: address}); err != nil {
			c.Fatalf("Sign: %v", err)
		}
	}
	signA := func() { sign(a, "ann.1", "http://localhost:1") }
	both := func() { signA(); sign(b, "Bob_2-x", "") }
	c.awaitNames(b, both, "Bob_2-x ", "ann.1 http://localhost:1")
	c.awaitNames(a, both, "Bob_2-x ", "ann.1 http://localhost:1")
	if err := b.Leave(c.Context(), "Bob_2-x"); err != nil {
		c.Fatalf("Leave: %v", err)
	}
	c.awaitNames(a, signA, "ann.1 http://localhost:1")
	c.awaitNames(b, func() {}) // its lease ends
}

// twoWorkers: for each partition two workers, each of which believes to be the only one, and
// one that comes in the middle.
func (c *conformance) twoWorkers() {
	o := cluster.Options{Partitions: c.partitions, SnapshotEvery: 50, CommitMessages: 20}
	load, judge, e := NewLoad(1, c.partitions), NewJudge(o), c.open()
	ctx, cancel := context.WithTimeout(c.Context(), 3*patience)
	defer cancel()
	following, stop := context.WithCancel(ctx)
	defer stop()
	go judge.Follow(following, c.open())
	send := func(m cluster.Message) {
		if err := Send(ctx, e, m, c.partitions); err != nil {
			c.Fatal(err)
		}
	}
	for _, m := range load.Begin() {
		send(m)
	}
	var workers []*cluster.Worker
	for range 2 {
		e := c.open()
		for p := range c.partitions {
			w, err := cluster.NewWorker(e, p, o)
			if err != nil {
				c.Fatal(err)
			}
			workers = append(workers, w)
		}
	}
	chance := rand.New(rand.NewPCG(1, 1))
	step := func(n int) {
		for range n {
			w := workers[chance.IntN(len(workers))]
			for range 1 + chance.IntN(30) {
				if idle, err := w.Step(ctx); idle || err != nil {
					break // errors are no harm: it loads anew
				}
			}
		}
	}
	for range 150 {
		send(load.Next(time.Now()))
		step(1)
	}
	m, n := load.Barrier()
	send(m)
	var working sync.WaitGroup
	defer working.Wait()
	defer stop()
	working.Go(func() { // until the judge has heard all
		for following.Err() == nil {
			step(1)
		}
	})
	if err := judge.Compare(ctx, e, n); err != nil {
		c.Error(err)
	}
	if judge.Diffs == 0 {
		c.Error("nothing was told")
	}
}
