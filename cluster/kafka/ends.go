package kafka

import (
	"context"
	"sync"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// What is known of the input without asking Kafka once more.

// Workers ask again and again whether something more is there to read, each for its partition,
// and mostly there is not. One request asks for the ends of all partitions, and its answer is
// good for all who ask in the next moment: a process with 256 idle partitions asks Kafka 50
// times a second, not 2,560.

// freshFor is how old an answer may be.
const freshFor = 20 * time.Millisecond

// ends are where the partitions of the input ended a moment ago.
type ends struct {
	mu    sync.Mutex
	of    map[int]int64
	asked time.Time // when the answer was asked for
	now   *asking   // if one is under way
}

// An asking is a request that is under way.
type asking struct {
	done chan struct{} // closed when of and err are set
	of   map[int]int64
	err  error
}

// get returns the ends. ask is called by one goroutine at a time, and goes on if the context of
// one of those who wait ends.
func (n *ends) get(ctx context.Context, ask func() (map[int]int64, error)) (map[int]int64, error) {
	n.mu.Lock()
	if n.of != nil && time.Since(n.asked) < freshFor {
		defer n.mu.Unlock()
		return n.of, nil
	}
	a := n.now
	if a == nil {
		a = &asking{done: make(chan struct{})}
		n.now = a
		go n.run(a, ask)
	}
	n.mu.Unlock()
	select {
	case <-a.done:
		return a.of, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// run asks.
func (n *ends) run(a *asking, ask func() (map[int]int64, error)) {
	asked := time.Now()
	a.of, a.err = ask()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.now = nil; a.err == nil {
		n.of, n.asked = a.of, asked
	}
	close(a.done)
}

// An input is what was read ahead of a partition. Entries from after on are those of the log,
// without a gap, up to the offset next.
type input struct {
	mu      sync.Mutex
	after   uint64
	entries []cluster.Entry
	next    int64
}
