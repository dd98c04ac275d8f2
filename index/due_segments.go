package index

import (
	"slices"

	"github.com/segmentrules/segment/index/internal/rules"
)

// maxTimedSegments is up to how many segments that may change by time a timer is set by
// whole segments: of an AND that fails, all parts that fail must change first,
// and so the contact is not looked at whenever one of them does. With more
// segments than that, timers are set by conditions, each for itself, since then
// looking at a contact costs less than going through all segments to know when.
const maxTimedSegments = 64

// timersBySegment reports whether timers are set by whole segments.
func (ix *shard) timersBySegment() bool { return len(ix.rules.Timed) <= ix.timedSegments }

// nextFor is an instant before which no membership of the contact changes by
// itself, as far as what has changed decides that.
func (ix *shard) nextFor() (n rules.Earliest) {
	if !ix.timersBySegment() {
		return ix.nextAffected()
	}
	for _, id := range ix.rules.Timed {
		if ix.change.afresh || ix.concerns(id) {
			// what an update has not touched has its place in the timer already
			n.Add(ix.change.eval.StableUntil(ix.rules.Plans[id].Tree))
		}
	}
	return n
}

// outlook is an instant before which no membership of the contact changes by
// itself, from where the evaluator stands.
func (ix *shard) outlook(row uint32) rules.Earliest {
	if ix.timersBySegment() {
		return ix.stableUntil()
	}
	return ix.ahead(row, ix.change.eval.At)
}

// stableUntil is outlook by whole segments.
func (ix *shard) stableUntil() (n rules.Earliest) {
	for _, id := range ix.rules.Timed {
		n.Add(ix.change.eval.StableUntil(ix.rules.Plans[id].Tree))
	}
	return n
}

// concerns reports whether a plan states a leaf that has flipped, or is about
// something that has changed, or refers to a segment that the contact has entered
// or left.
func (ix *shard) concerns(id rules.PlanID) bool {
	plan, t := ix.rules.Plans[id], &ix.change.affected
	for _, e := range plan.Edges {
		if t.Has(ix.rules.Leaves[e.Leaf], e.Leaf) {
			return true
		}
	}
	for _, ref := range plan.Refs {
		if slices.Contains(ix.change.moved, ref) {
			return true
		}
	}
	return false
}

// wakeEveryone sets all timers by conditions, where before whole segments decided
// them.
func (ix *shard) wakeEveryone() {
	ix.mu.Work(len(ix.store.Alive), func(from, to int) {
		for row := uint32(from); row < uint32(to); row++ {
			if !ix.store.Alive[row] {
				continue
			}
			ix.change.eval.Reset()
			ix.change.begin(row, ix.now)
			if n := ix.ahead(row, ix.now); n.OK {
				ix.timers.Earlier(row, n.At)
			}
		}
	})
}
