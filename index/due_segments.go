package index

import "slices"

// fewRoots is up to how many segments that may change by time a timer is set by
// whole segments: of an AND that fails, all parts that fail must change first,
// and so the contact is not looked at whenever one of them does. With more
// segments than that, timers are set by conditions, each for itself, since then
// looking at a contact costs less than going through all segments to know when.
const fewRoots = 64

// byRoots reports whether timers are set by whole segments.
func (ix *shard) byRoots() bool { return len(ix.rules.timed) <= ix.few }

// nextFor is an instant before which no membership of the contact changes by
// itself, as far as what has changed decides that.
func (ix *shard) nextFor() (n nextAt) {
	if !ix.byRoots() {
		return ix.nextTouched()
	}
	for _, id := range ix.rules.timed {
		if ix.change.afresh || ix.concerns(id) {
			n.add(ix.change.eval.steady(ix.rules.roots[id].tree))
		}
	}
	return n
}

// outlook is an instant before which no membership of the contact changes by
// itself, from where eval stands.
func (ix *shard) outlook(row uint32) nextAt {
	if ix.byRoots() {
		return ix.steadyRoots()
	}
	return ix.ahead(row, ix.change.eval.at)
}

// steadyRoots is outlook by whole segments.
func (ix *shard) steadyRoots() (n nextAt) {
	for _, id := range ix.rules.timed {
		n.add(ix.change.eval.steady(ix.rules.roots[id].tree))
	}
	return n
}

// concerns reports whether a root states a leaf that has flipped, or is about
// something that has changed, or refers to a segment that the contact has entered
// or left.
func (ix *shard) concerns(id rootID) bool {
	rt, t := ix.rules.roots[id], &ix.change.touched
	for _, e := range rt.edges {
		if t.has(ix.rules.leaves[e.leaf], e.leaf) {
			return true
		}
	}
	for _, ref := range rt.refs {
		if slices.Contains(ix.change.moved, ref) {
			return true
		}
	}
	return false
}

// wakeEveryone sets all timers by conditions, where before whole segments decided
// them.
func (ix *shard) wakeEveryone() {
	ix.mu.work(len(ix.store.alive), func(from, to int) {
		for row := uint32(from); row < uint32(to); row++ {
			if !ix.store.alive[row] {
				continue
			}
			ix.change.eval.reset()
			ix.change.begin(row, ix.now)
			if n := ix.ahead(row, ix.now); n.ok {
				ix.timers.Earlier(row, n.t)
			}
		}
	})
}
