package clustertest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// A Judge compares what a cluster has told with what its input comes to, now and then, as
// both grow. There are two comparisons. The commits of each partition must be what its own
// input comes to, diff by diff, each told once. And all partitions together must tell what
// one index with all contacts tells.
//
// For the second the inputs are put together again: what is broadcast is in the same order
// in all of them, and between two broadcasts the instants give the order. That works if no
// partition is ahead of a broadcast when it comes. Where one is, because the clocks of
// senders differ, it is counted as skewed, and nothing is said of one index from there on.
//
// The comparison ends at a barrier, which is a tick that is broadcast with a number: see
// [Barrier]. What is told behind it waits for the next one.
type Judge struct {
	o     cluster.Options
	parts []*part
	one   *history

	mu   sync.Mutex // over what commits have told
	told []*telling

	skewed bool
	// Diffs that were compared, and Messages of which they are; what is broadcast counts in
	// every partition.
	Diffs, Messages int
}

// A part is the input of one partition.
type part struct {
	history *history
	upto    uint64    // the position up to which it is read
	waiting []*placed // read, and behind the barrier
}

// A telling is what the commits of a partition have told.
type telling struct {
	last  cluster.Commit
	at    uint64 // the position of the last commit
	chain segment.Chain
	diffs []segment.Diff // not yet compared
	heard time.Time      // when the last commit came
	gap   time.Duration  // the longest time between two, since it was asked for
	err   error
}

// NewJudge returns a Judge of a cluster whose workers have the options.
func NewJudge(o cluster.Options) *Judge {
	if o.Partitions == 0 {
		o.Partitions = cluster.Partitions
	}
	j := &Judge{o: o, one: newHistory(o)}
	for range o.Partitions {
		j.parts = append(j.parts, &part{history: newHistory(o)})
		j.told = append(j.told, &telling{heard: time.Now()})
	}
	return j
}

// Barrier is the message that ends comparison number n, which is 1 at least. It is to be
// broadcast.
func Barrier(n uint64) cluster.Message {
	return cluster.Message{Kind: cluster.KindTick, Producer: "barrier", Number: n}
}

// isBarrier reports whether an entry is the barrier of a number.
func (p *placed) isBarrier(n uint64) bool {
	return p.message != nil && p.message.Kind == cluster.KindTick && p.message.Producer == "barrier" && p.message.Number == n
}

// Follow hears the commits of all partitions until the context ends. It goes on after errors
// of the engine, behind what it has heard.
func (j *Judge) Follow(ctx context.Context, out cluster.Output) {
	for ctx.Err() == nil {
		after := make(map[int]uint64)
		for p := range j.told {
			after[p] = j.position(p)
		}
		if err := out.Follow(ctx, after, j.hear); errors.Is(err, cluster.ErrPurged) {
			j.fail(0, err)
			return
		}
		pause.For(ctx, 50*time.Millisecond)
	}
}

func (j *Judge) position(p int) uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.told[p].at
}

func (j *Judge) fail(p int, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if t := j.told[p]; t.err == nil {
		t.err = err
	}
}

// hear takes in a commit: its revisions must begin where those before end, and its checksum
// be that of all diffs.
func (j *Judge) hear(p int, k cluster.Committed) error {
	var c cluster.Commit
	err := c.UnmarshalBinary(k.Data)
	j.mu.Lock()
	defer j.mu.Unlock()
	t := j.told[p]
	n := len(c.Diffs)
	chain := t.chain.Add(c.Diffs...)
	switch last := t.last; {
	case t.err != nil:
		return nil
	case err != nil:
		t.err = fmt.Errorf("the commit at position %d: %w", k.Position, err)
	case k.Position <= t.at:
		t.err = fmt.Errorf("the commit at position %d comes behind that at %d", k.Position, t.at)
	case n > 0 && (c.Diffs[0].Revision != last.Revision+1 || c.Diffs[n-1].Revision != c.Revision), n == 0 && c.Revision != last.Revision:
		t.err = fmt.Errorf("the commit at position %d has %d diffs up to revision %d, behind revision %d", k.Position, n, c.Revision, last.Revision)
	case c.Upto < last.Upto || c.Done < last.Done || c.Done > c.Revision || c.Refused < last.Refused:
		t.err = fmt.Errorf("the commit at position %d goes back", k.Position)
	case c.Chain != chain:
		t.err = fmt.Errorf("the commit at position %d has checksum %x, and its diffs come to %x", k.Position, c.Chain, chain)
	}
	t.at, t.chain, t.last = k.Position, chain, c
	t.diffs = append(t.diffs, c.Diffs...)
	t.last.Diffs = nil
	now := time.Now()
	t.gap, t.heard = max(t.gap, now.Sub(t.heard)), now
	return nil
}

// Gaps returns the longest time between two commits of each partition since it was last
// called.
func (j *Judge) Gaps() (gaps []time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, t := range j.told {
		gaps = append(gaps, t.gap)
		t.gap = 0
	}
	return gaps
}

// Refused returns how many messages were refused, those of all partitions together.
func (j *Judge) Refused() (n int) {
	for _, p := range j.parts {
		n += int(p.history.refused)
	}
	return n
}

// Revisions returns the revision up to which each partition has told.
func (j *Judge) Revisions() (out []uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, t := range j.told {
		out = append(out, t.last.Revision)
	}
	return out
}
