package index

import (
	"sync"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rules"
)

// errWithinProgress is why a call that writes is refused: see [Index.DefineContext].
func errWithinProgress() error {
	return rules.Refuse(segment.ErrValue, "nothing can be changed by the function that is told of the progress of a definition: the definition waits for it")
}

// A progress makes one report of those of several shards. Nil is one for nobody.
type progress struct {
	report func(done, of int)
	mu     sync.Mutex
	done   int
	by     []int // of this, by shard
	total  int
}

// newProgress returns what makes one report of those of so many shards, which have a
// total of contacts between them.
func newProgress(report func(done, of int), shards, total int) *progress {
	if report == nil {
		return nil
	}
	return &progress{report: report, by: make([]int, shards), total: total}
}

// of is where one shard reports to.
func (p *progress) of(shard int) func(done, of int) {
	if p == nil {
		return nil
	}
	return func(done, _ int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		// a shard says how far it is, and not how far it has come since it last said so
		p.done += done - p.by[shard]
		p.by[shard] = done
		p.report(p.done, p.total)
	}
}
