package index

import (
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
)

// Advance lets time run to an instant, which is then the clock, and returns what
// time alone has changed, ordered by instant, contact and segment, each diff
// with its own instant. An instant before the clock does nothing, and neither does
// one beyond the year 9999, which no update could follow, or a call within the progress
// of [Index.DefineContext].
//
// With a limit above zero it stops after the change of one contact at one
// instant with which that many diffs are reached; done is false if a condition
// of any segment may flip after that and up to the instant, and another Advance goes
// on from there. The cost grows with the contacts
// due; an idle clock costs nothing.
func (ix *Index) Advance(to time.Time, limit int) (diffs []segment.Diff, done bool) {
	if !ix.mu.Lock() {
		return nil, true
	}
	defer ix.mu.Unlock()
	if to.Before(ix.now()) || to.After(lastInstant) {
		return nil, true
	}
	to = to.In(ix.calendar())
	switch {
	case len(ix.shards) == 1:
		diffs, done = ix.shards[0].run(to, true, limit)
		ix.number(diffs)
	case limit > 0:
		diffs, done = ix.advance(to, limit)
	default:
		busy := ix.due(to)
		each(busy, to, func(_ int, sh *shard, to time.Time) { sh.share.diffs, _ = sh.run(to, true, 0) })
		diffs, done = ix.merge(busy), true
	}
	if done {
		for _, sh := range ix.shards {
			sh.now = to
		}
	}
	return step(diffs), done
}

// run lets time run up to an instant, and over it if it is inclusive.
func (ix *shard) run(to time.Time, inclusive bool, limit int) (diffs []segment.Diff, done bool) {
	for {
		if len(ix.pending) == 0 {
			at, ok := ix.due()
			// nothing more is due in time
			if !ok || at.After(to) || !inclusive && !at.Before(to) {
				return diffs, true
			}
			if limit > 0 && len(diffs) >= limit {
				return diffs, !ix.more(to)
			}
			ix.open(at)
		} else if !inclusive && !ix.now.Before(to) {
			return diffs, true
		}
		for len(ix.pending) > 0 {
			if limit > 0 && len(diffs) >= limit {
				return diffs, !ix.more(to)
			}
			ix.wakeNext()
			diffs = ix.gather(diffs, true)
		}
	}
}

// more reports whether a condition flips up to an instant. It puts off what only
// seemed due, so that the answer does not depend on when anyone asked before.
func (ix *shard) more(to time.Time) bool {
	for len(ix.pending) > 0 {
		last := len(ix.pending) - 1
		row := ix.pending[last]
		// a flip of the clock itself makes a difference to it for certain
		if len(ix.flipped) > 0 && ix.turns().Contains(row) {
			return true
		}
		ix.change.eval.Reset()
		// just before the instant, as it was last looked at: is anything really due at it?
		ix.change.begin(row, ix.now.Add(-1))
		n := ix.outlook(row)
		if n.OK && !n.At.After(ix.now) {
			return true
		}
		if n.OK {
			ix.timers.Set(row, n.At)
		}
		ix.pending = ix.pending[:last]
	}
	ix.confirm()
	at, ok := ix.due()
	return ok && !at.After(to)
}

// open turns the clock to an instant at which something is due.
func (ix *shard) open(at time.Time) {
	ix.now = at.In(ix.calendar)
	ix.pending, _, _ = ix.timers.PopAll(at, ix.pending[:0])
	ix.flipped, ix.turned = ix.flipped[:0], nil
	if ix.global.OK && !ix.global.At.After(at) {
		ix.turn(at)
	}
	ids := ix.store.IDs
	// from the last id to the first, since they are taken from the end
	slices.SortFunc(ix.pending, func(a, b uint32) int { return strings.Compare(ids[b], ids[a]) })
}

// turn finds the leaves that read only the clock and flip at an instant, and the
// contacts for which a segment that states one does: these become due with those
// that are. For a contact with no timer at the instant nothing else flips, so
// that a segment is decided right with the others as they were; what refers to a
// segment that flips, or states the leaf too, is found when the contact is due.
func (ix *shard) turn(at time.Time) {
	for _, l := range ix.rules.Globals {
		p := ix.rules.Leaves[l].Program()
		if p.Match(&rules.Nobody, at.Add(-1)) != p.Match(&rules.Nobody, ix.now) {
			ix.flipped = append(ix.flipped, l)
		}
	}
	ix.findGlobal()
	due := ix.turns().Clone()
	for _, row := range ix.pending {
		due.Add(row)
	}
	ix.pending = due.Rows()
}

// turns finds the contacts that are not yet what they are to be as leaves have
// flipped that read only the clock.
func (ix *shard) turns() *rowset.Set {
	if ix.turned != nil {
		return ix.turned
	}
	ix.turned = new(rowset.Set)
	done := make(map[rules.PlanID]bool)
	for _, l := range ix.flipped {
		// each segment that states the leaf is decided for all contacts, once
		for _, to := range ix.rules.FanOuts[l].Flip {
			if done[to.Plan] {
				continue
			}
			done[to.Plan] = true
			if is := ix.bulkOf(to.Plan); is != nil {
				ix.turned = rowset.Or(ix.turned, rowset.Xor(is, ix.members[to.Plan]))
			}
		}
	}
	return ix.turned
}

// findGlobal finds when a leaf that reads only the clock flips next.
func (ix *shard) findGlobal() {
	ix.global = rules.Earliest{}
	for _, l := range ix.rules.Globals {
		ix.global.Add(ix.change.eval.GlobalNext(ix.rules.Leaves[l], ix.now))
	}
}

// wakeNext looks at the next contact that is due; they are taken from the end.
func (ix *shard) wakeNext() {
	last := len(ix.pending) - 1
	row := ix.pending[last]
	ix.pending = ix.pending[:last]
	if ix.store.Alive[row] {
		ix.stats.Woken++
		ix.wake(row, ix.now)
	}
}

// sit lets time run to an instant and does what is due at it, without making diffs yet:
// it is one change with what the caller does next.
func (ix *shard) sit(at time.Time) (diffs []segment.Diff) {
	diffs, _ = ix.run(at, false, 0)
	// what is due at the very instant is opened, but told together with what comes next
	if len(ix.pending) == 0 {
		if due, ok := ix.due(); ok && !due.After(at) {
			ix.open(at)
		}
	}
	ix.now = at.In(ix.calendar)
	for len(ix.pending) > 0 {
		ix.wakeNext()
	}
	return diffs
}
