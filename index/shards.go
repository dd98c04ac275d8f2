package index

import (
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/meter"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
)

// What an [Index] of several shards does more than one of a single shard: it deals
// updates out, lets the shards work at once, and puts their diffs in one order. A
// contact lives in the shard that a fixed hash of its id names.

// A share is a shard's part of the call that writes now, and what came of it.
type share struct {
	updates []segment.Update // those being applied that are for the shard
	turns   []uint32         // of these
	ends    []int            // of the updates: where each of many calls ends, see Index.ApplyCalls
	told    [][]segment.Diff // of each of these calls
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

// step notes in the diffs of a call where they end. See [segment.Diff].
func step(diffs []segment.Diff) []segment.Diff {
	for i := range diffs {
		diffs[i].Step = diffs[len(diffs)-1].Revision
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

// take returns the diffs of the call, and forgets them.
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
		// There are few shards, so the first of the diffs that are next is found by looking
		// at each.
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

// before is the order of diffs: by instant, and then by contact.
func before(a, b *segment.Diff) bool {
	if c := a.At.Compare(b.At); c != 0 {
		return c < 0
	}
	return strings.Compare(a.Contact, b.Contact) < 0
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

// A definition is a segment about to be put in place, or to be taken away: all
// that can be found out about it while readers go on.
type definition struct {
	s       segment.Segment
	at      time.Time // in the calendar
	gone    bool      // it is taken away
	version uint64

	inline bool              // that is found once it is in place: see maxInlineContacts
	is     *rowset.Set       // who will be in it; nil if there are no contacts
	deltas []membershipDelta // of the segment itself first, then of those that depend on it
	rows   []uint32          // of whom the diffs are
	diffs  []segment.Diff    // ordered by contact and segment, not numbered
	diffed bool              // whether these are known

	// Once it is in place:
	id     rules.PlanID
	many   bool                     // with it timers begin to be set by conditions
	causes map[uint32]segment.Cause // by row: what time itself did to the segment at the instant
	others []segment.Diff           // what else happened at the instant
}

// A membershipDelta is who enters and leaves a segment.
type membershipDelta struct {
	segment       string
	is, flips     *rowset.Set
	examined      uint64
	entered, left int64
	after         meter.Stays // since when each member is in then, if that is kept
}

// Ahead is what a shard has done beyond what has been taken.
type ahead struct {
	wakes   []woken
	next    int // of wakes: the first that is not taken
	found   []segment.Diff
	dry     bool           // there is no more
	base    time.Time      // the instant that was open when it began
	flipped []rules.LeafID // at that instant
	open    bool           // whether there was one
}

// A woken is a contact that was looked at because time passed.
type woken struct {
	row      uint32
	contact  string
	at       time.Time
	from, to int   // of found
	stats    Stats // before
}
