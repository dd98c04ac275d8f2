package index

import (
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
)

// What an [Index] of several shards does more than one of a single shard: it deals
// updates out, lets the shards work at once, and puts their diffs in one order. A
// contact lives in the shard that a fixed hash of its id names.

// A share is a shard's part of the call that writes now, and what came of it.
type share struct {
	updates []segment.Update // those being applied that are for the shard
	turns   []uint32         // of these
	def     *definition      // being put in place
	diffs   []segment.Diff
	err     error
	ahead   ahead
}

// of returns the shard of a contact.
func (ix *Index) of(contact string) *shard {
	if len(ix.shards) == 1 {
		return ix.shards[0]
	}
	return ix.shards[contacts.ShardOf(contact, len(ix.shards))]
}

// each calls f with every shard at once, and returns when all have returned. With one
// shard it is no more than the call: f is handed what it needs, since a closure
// would cost every call an allocation.
func each[A any](shards []*shard, a A, f func(i int, sh *shard, a A)) {
	if len(shards) == 1 {
		f(0, shards[0], a)
		return
	}
	atOnce(len(shards), func(i int) { f(i, shards[i], a) })
}

// inAll is [each] for what needs nothing but the shard.
func inAll(shards []*shard, f func(sh *shard)) {
	each(shards, f, func(_ int, sh *shard, f func(sh *shard)) { f(sh) })
}

// atOnce calls f with each number below n, all at once, and returns when all have
// returned. A panic in one is one in the caller.
func atOnce(n int, f func(i int)) {
	fell := make([]any, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			defer func() { fell[i] = recover() }()
			f(i)
		})
	}
	wg.Wait()
	for _, p := range fell {
		if p != nil {
			panic(p)
		}
	}
}

// firstError returns the first error that a shard has come to, and forgets all.
func firstError(shards []*shard) (first error) {
	for _, sh := range shards {
		if first == nil {
			first = sh.share.err
		}
		sh.share.err = nil
	}
	return first
}

// number gives diffs their revisions.
func (ix *Index) number(diffs []segment.Diff) []segment.Diff {
	for i := range diffs {
		ix.revision++
		diffs[i].Revision = ix.revision
	}
	return diffs
}

// merge takes the diffs of some shards, puts them in one order and numbers them.
func (ix *Index) merge(shards []*shard) []segment.Diff {
	if len(shards) == 1 {
		return ix.number(shards[0].take())
	}
	var parts [][]segment.Diff
	for _, sh := range shards {
		if ds := sh.take(); len(ds) > 0 {
			parts = append(parts, ds)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return ix.number(interleave(parts))
}

func (ix *shard) take() (diffs []segment.Diff) {
	diffs, ix.share.diffs = ix.share.diffs, nil
	return diffs
}

// interleave merges by instant and contact. No contact is in two shards, and
// each has its segments in order.
func interleave(parts [][]segment.Diff) []segment.Diff {
	if len(parts) == 1 {
		return parts[0]
	}
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

// applyDealt applies updates over several shards: all of which a shard has some, or
// has something due up to the last, work at once.
func (ix *Index) applyDealt(us []segment.Update) []segment.Diff {
	for i := range us {
		sh := ix.of(us[i].Contact)
		sh.share.updates = append(sh.share.updates, us[i])
		sh.share.turns = append(sh.share.turns, ix.count(us[i].At))
	}
	until := us[len(us)-1].At
	var busy []*shard
	for _, sh := range ix.shards {
		if due, ok := sh.due(); len(sh.share.updates) > 0 || ok && !due.After(until) {
			busy = append(busy, sh)
		} else {
			sh.now = until.In(sh.calendar)
		}
	}
	each(busy, until, func(_ int, sh *shard, until time.Time) { sh.applyShare(until) })
	return ix.merge(busy)
}

// count returns the turn of the next update at its instant: contacts that are
// created at one are listed in this order, in whatever shards they are.
func (ix *Index) count(at time.Time) (turn uint32) {
	if i := contacts.InstantOf(at); i != ix.turn.Instant() {
		ix.turn = contacts.Creation{Sec: i.Sec, Nsec: i.Nsec}
	}
	turn = ix.turn.Turn
	if turn < math.MaxUint32 {
		ix.turn.Turn++
	}
	return turn
}

// applyShare takes the updates that are for the shard, and then lets time run over
// the instant at which the last of all is.
func (ix *shard) applyShare(until time.Time) {
	sh := &ix.share
	sh.diffs = ix.apply(sh.updates, sh.turns)
	clear(sh.updates)
	sh.updates, sh.turns = sh.updates[:0], sh.turns[:0]
	sh.diffs = ix.gather(append(sh.diffs, ix.sit(until)...), true)
	ix.recycle()
}
