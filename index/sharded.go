package index

import (
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/segmentrules/segment"
)

// A Sharded is an [Index] of several shards that work at once: each contact lives
// in the one that a fixed hash of its id names, and each shard has the rules of
// all segments. What it returns is what one Index would return, diff for diff and
// revision for revision, whatever the number of shards; only the [Stats] of work
// done may differ, once Due has been asked for.
//
// One call that writes runs at a time, others wait for it; calls that read may
// run in any number at once, and see the state of all shards between two writes,
// never one within a write; while a segment is decided for all contacts, they need
// not wait. No goroutine outlives the call that started it.
type Sharded struct {
	mu       gate
	shards   []*shard
	calendar *time.Location

	now      time.Time // of all shards, between two calls
	revision uint64
	turn     birth    // of the next update at the instant
	turns    []uint32 // of the updates being applied
}

// A shard is an index of some of the contacts. Its revisions count for nothing.
type shard struct {
	*Index
	mine  []int32 // of the updates being applied, which are for the shard
	ahead ahead
}

// NewSharded returns an empty index of n shards, at least one. As many as there
// are cores is a good choice; each takes memory for the rules.
func NewSharded(opts Options, n int) *Sharded {
	s := &Sharded{shards: make([]*shard, max(n, 1))}
	for i := range s.shards {
		s.shards[i] = &shard{Index: New(opts)}
	}
	s.calendar = s.shards[0].calendar
	return s
}

func (s *Sharded) shard(id string) *shard { return s.shards[shardOf(id, len(s.shards))] }

// each calls f with every shard at once, and returns when all have returned. A
// panic in one is one in the caller.
func each(shards []*shard, f func(i int, sh *shard)) {
	if len(shards) == 1 {
		f(0, shards[0])
		return
	}
	fell := make([]any, len(shards))
	var wg sync.WaitGroup
	for i, sh := range shards {
		wg.Go(func() {
			defer func() { fell[i] = recover() }()
			f(i, sh)
		})
	}
	wg.Wait()
	for _, p := range fell {
		if p != nil {
			panic(p)
		}
	}
}

// merge puts the diffs of the shards in one order and numbers them.
func (s *Sharded) merge(parts [][]segment.Diff) []segment.Diff {
	parts = slices.DeleteFunc(parts, func(ds []segment.Diff) bool { return len(ds) == 0 })
	var all []segment.Diff
	if len(parts) == 1 {
		all = parts[0]
	} else if len(parts) > 1 {
		all = interleave(parts)
	}
	for i := range all {
		s.revision++
		all[i].Revision = s.revision
	}
	return all
}

// interleave merges by instant and contact. No contact is in two shards, and
// each has its segments in order.
func interleave(parts [][]segment.Diff) []segment.Diff {
	n := 0
	for _, ds := range parts {
		n += len(ds)
	}
	all := make([]segment.Diff, 0, n)
	for len(parts) > 1 {
		first := 0
		for i := 1; i < len(parts); i++ {
			if before(&parts[i][0], &parts[first][0]) {
				first = i
			}
		}
		all = append(all, parts[first][0])
		if parts[first] = parts[first][1:]; len(parts[first]) == 0 {
			parts = slices.Delete(parts, first, first+1)
		}
	}
	return append(all, parts[0]...)
}

func before(a, b *segment.Diff) bool {
	if c := a.At.Compare(b.At); c != 0 {
		return c < 0
	}
	return strings.Compare(a.Contact, b.Contact) < 0
}

// Apply is [Index.Apply]: all or none, over all shards.
func (s *Sharded) Apply(us ...segment.Update) ([]segment.Diff, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(us) == 0 {
		return nil, nil
	}
	if err := s.check(us); err != nil {
		return nil, err
	}
	for i := range us {
		sh := s.shard(us[i].Contact)
		sh.mine = append(sh.mine, int32(i))
		s.count(us[i].At)
	}
	until := us[len(us)-1].At
	var busy []*shard
	for _, sh := range s.shards {
		if due, ok := sh.due(); len(sh.mine) > 0 || ok && !due.After(until) {
			busy = append(busy, sh)
		} else {
			sh.now = until.In(s.calendar)
		}
	}
	parts := make([][]segment.Diff, len(busy))
	each(busy, func(i int, sh *shard) { parts[i] = sh.apply(us, s.turns, until) })
	s.turns = s.turns[:0]
	s.now = until.In(s.calendar)
	return s.merge(parts), nil
}

// count gives the next update its turn at its instant: contacts that are created
// at one are listed in this order, in whatever shards they are.
func (s *Sharded) count(at time.Time) {
	if i := instantOf(at); i != s.turn.instant() {
		s.turn = birth{sec: i.sec, nsec: i.nsec}
	}
	s.turns = append(s.turns, s.turn.turn)
	if s.turn.turn < math.MaxUint32 {
		s.turn.turn++
	}
}

// apply takes the updates that are for the shard, and then lets time run over
// the instant at which the last of all is.
func (sh *shard) apply(us []segment.Update, turns []uint32, until time.Time) (diffs []segment.Diff) {
	for i := 0; i < len(sh.mine); {
		at := us[sh.mine[i]].At.In(sh.calendar)
		diffs = append(diffs, sh.sit(at)...)
		for ; i < len(sh.mine) && us[sh.mine[i]].At.Equal(at); i++ {
			sh.store.setTurn(instantOf(at), turns[sh.mine[i]])
			sh.fold(&us[sh.mine[i]], at)
		}
		diffs = sh.emit(diffs)
	}
	sh.mine = sh.mine[:0]
	diffs = append(diffs, sh.sit(until)...)
	diffs = sh.emit(diffs)
	sh.recycle()
	return diffs
}

// stretch is how many updates at least are worth a goroutine to look at them.
const stretch = 64

// check looks at the updates in stretches, all at once.
func (s *Sharded) check(us []segment.Update) error {
	n := min(len(s.shards), len(us)/stretch)
	if n < 2 {
		return s.shards[0].checkUpdates(us)
	}
	errs := make([]error, n)
	each(s.shards[:n], func(i int, sh *shard) {
		from, to := len(us)*i/n, len(us)*(i+1)/n
		now := s.now
		if i > 0 {
			now = us[from-1].At
		}
		errs[i] = s.shards[0].retention.checkUpdates(us[from:to], from, now)
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
