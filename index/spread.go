package index

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

// A toggle is a contact that entered or left a segment.
type toggle struct {
	label   uint64 // of the segment, known once diffs are gathered: see order
	row     uint32
	root    rootID
	nth     uint32 // of those noted before
	entered bool
	cause   segment.Cause
}

// change carries out one change of a contact, of the inputs in touched, and lets
// it spread. A contact that did not exist was in no segment, so all are decided.
func (ix *shard) change(row uint32, at time.Time, cause segment.Cause, mutate func()) {
	ix.frame = nil
	exists := ix.store.alive[row]
	if exists {
		ix.look(row, at)
	}
	if !exists {
		ix.eval.reset()
		ix.store.create(row, at)
	}
	mutate()
	ix.begin(row, at)
	ix.afresh = !exists
	if exists {
		ix.compare()
	} else {
		ix.touched.add(&ix.rules.always)
		ix.eval.candidates(func(id rootID) { ix.queue(id, entering) })
	}
	ix.spread(cause)
	ix.rewake()
}

// wake looks at what time has done to a contact up to an instant that a timer
// named. Nothing has flipped between the last look and the instant before.
func (ix *shard) wake(row uint32, at time.Time) {
	ix.afresh = false
	ix.eval.reset()
	ix.begin(row, at.Add(-1))
	n := ix.ahead(row, at)
	ix.noteTouched()
	ix.begin(row, at)
	ix.compare()
	for _, l := range ix.flipped {
		ix.eval.flip(l, ix.eval.truth(l))
		ix.flips = append(ix.flips, l)
	}
	ix.spread(segment.CauseTime)
	if ix.byRoots() {
		n = ix.steadyRoots()
	} else if m := ix.nextTouched(); m.ok {
		n.add(m.t, true)
	}
	if n.ok {
		ix.timers.Earlier(row, n.t)
	}
}

// rewake sets the timer for what was touched.
func (ix *shard) rewake() {
	if n := ix.nextFor(); n.ok {
		ix.timers.Earlier(ix.who.row, n.t)
	}
}

// nextTouched is when something touched may flip by itself.
func (ix *shard) nextTouched() (n nextAt) {
	t := &ix.touched
	for _, a := range t.attrs {
		if t.scheduled {
			n.add(ix.attrNext(a))
		} else {
			n.add(ix.eval.next(a))
		}
	}
	for _, l := range t.leaves {
		if !t.scheduled || !ix.rules.leaves[l].pulsed {
			n.add(ix.leafNext(l))
		}
	}
	o := outlook{ix: ix, upTo: ix.eval.at, next: n}
	for _, name := range t.streams {
		plan, events := ix.plans().numbered(ix.store.events, name), ix.store.events.Stream(ix.who.row, name)
		if plan != nil && events.Len() > 0 {
			o.stream(plan, events)
		}
	}
	return o.next
}

// look notes what the touched attributes and leaves are at an instant.
func (ix *shard) look(row uint32, at time.Time) {
	ix.eval.reset()
	ix.begin(row, at)
	ix.noteTouched()
}

// noteTouched notes what is touched, as it is where eval stands.
func (ix *shard) noteTouched() {
	t := &ix.touched
	for _, a := range t.attrs {
		t.was = append(t.was, ix.eval.row(a))
	}
	for _, l := range t.leaves {
		t.held = append(t.held, !ix.rules.leaves[l].refers && ix.eval.truth(l))
	}
}

// begin turns to a contact at an instant.
func (ix *shard) begin(row uint32, at time.Time) {
	ix.who.row = row
	ix.moved = ix.moved[:0]
	ix.eval.begin(&ix.who, at)
	ix.flips = ix.flips[:0]
	if ix.eval.epoch == 1 {
		clear(ix.queued)
	}
	if n := len(ix.rules.roots); n > len(ix.queued) {
		ix.queued = append(ix.queued, make([]uint32, n-len(ix.queued))...)
	}
}

// compare finds the leaves that have flipped since look.
func (ix *shard) compare() {
	t := &ix.touched
	for i, id := range t.attrs {
		was, is := t.was[i], ix.eval.row(id)
		ix.eval.remember(id, was)
		for j := range is {
			for flips := was[j] ^ is[j]; flips != 0; flips &= flips - 1 {
				bit := bits.TrailingZeros64(flips)
				ix.flips = append(ix.flips, ix.rules.attrs[id].leaves[64*j+bit])
			}
		}
	}
	for i, l := range t.leaves {
		ix.compareLeaf(l, t.held[i])
	}
}

// compareLeaf: what reads segments may flip later in the change, and so leads
// on in any case.
func (ix *shard) compareLeaf(l leafID, held bool) {
	if ix.rules.leaves[l].refers {
		ix.flips = append(ix.flips, l)
		return
	}
	if holds := ix.eval.truth(l); holds != held {
		ix.eval.flip(l, holds)
		ix.flips = append(ix.flips, l)
	}
}

// spread decides the segments that the flipped leaves lead to, level by level,
// and those that depend on what flips.
func (ix *shard) spread(cause segment.Cause) {
	ix.stats.Flips += uint64(len(ix.flips))
	for _, l := range ix.flips {
		ix.fanOut(l)
	}
	for level := range ix.levels {
		for i := 0; i < len(ix.levels[level]); i++ {
			ix.decide(ix.levels[level][i], cause)
		}
		ix.levels[level] = ix.levels[level][:0]
	}
}

// fanOut queues the roots that state a leaf and may depend on it.
func (ix *shard) fanOut(id leafID) {
	settled := !ix.rules.leaves[id].refers
	holds := settled && ix.eval.truth(id)
	f := ix.rules.fans[id].flip
	ix.stats.Guards += uint64(len(f))
	for _, to := range f {
		if may := ix.eval.opens(to.guards, holds, settled); may != 0 {
			ix.queue(to.root, may)
		}
	}
}

// queue queues a root, of which something is to be found out.
func (ix *shard) queue(r rootID, may turn) {
	if ix.queued[r]>>2 == ix.eval.epoch {
		ix.queued[r] |= uint32(may)
		return
	}
	ix.queued[r] = ix.eval.epoch<<2 | uint32(may)
	level := ix.rules.levels[r]
	ix.levels[level] = append(ix.levels[level], r)
}

// decide evaluates a root for the contact and notes what has changed.
func (ix *shard) decide(id rootID, cause segment.Cause) {
	ix.stats.Examined++
	row, flags := ix.who.row, ix.rules.code.heads[id].flags
	holds, turned := ix.verdict(id, row, flags)
	if !turned {
		return
	}
	if flags&hasRefs != 0 && len(ix.moved) > 0 && ix.alone(id) != holds {
		cause = segment.CauseSegment
	}
	ix.toggle(id, row, holds, cause)
	if len(ix.rules.segments) > 0 {
		ix.moved = append(ix.moved, id)
		for _, l := range ix.rules.segments[ix.rules.order.names[id]] {
			ix.fanOut(l)
		}
	}
}

// verdict is whether a root holds, and whether it did not before. What it was is
// cheaper to work out than to look up, and is looked up only where it cannot be.
func (ix *shard) verdict(id rootID, row uint32, flags uint8) (holds, turned bool) {
	may := turn(ix.queued[id] & 3)
	switch {
	case flags&isStored != 0:
		holds = ix.eval.holdsNow(id)
		return holds, holds != ix.members[id].Contains(row)
	case ix.afresh:
		holds = ix.eval.holdsNow(id)
		return holds, holds
	case may == leaving:
		return false, ix.eval.holdsThen(id) && !ix.eval.holdsNow(id)
	case ix.eval.holdsNow(id):
		return true, !ix.eval.holdsThen(id)
	}
	return false, may != entering && ix.eval.holdsThen(id)
}

// alone is whether a root holds with the other segments as they were before.
func (ix *shard) alone(id rootID) bool {
	ix.eval.w = &past{ix.who}
	holds := ix.eval.holdsNow(id)
	ix.eval.w = &ix.who
	return holds
}

// put puts a contact in a segment, or takes it out.
func (ix *shard) put(id rootID, row uint32, in bool) {
	if in {
		ix.members[id].Add(row)
	} else {
		ix.members[id].Remove(row)
	}
}

func (ix *shard) toggle(id rootID, row uint32, entered bool, cause segment.Cause) {
	ix.put(id, row, entered)
	ix.note(id, row, entered, cause)
}

// note notes what has become of a membership.
func (ix *shard) note(id rootID, row uint32, entered bool, cause segment.Cause) {
	ix.toggles = append(ix.toggles, toggle{0, row, id, uint32(len(ix.toggles)), entered, cause})
}

// leafNext is when a leaf without an attribute may flip by itself.
func (ix *shard) leafNext(id leafID) (at time.Time, ok bool) {
	l := ix.rules.leaves[id]
	if l.kind != leafOpaque || !l.clock && (len(l.inputs.Events) == 0 || !ix.who.ahead(ix.eval.at)) {
		return at, false
	}
	return ix.eval.opaqueNext(l)
}

// gather turns what was noted into diffs without a number: ordered by contact
// and segment, without what was changed back. They are counted, unless they may
// be taken back.
func (ix *shard) gather(diffs []segment.Diff, count bool) []segment.Diff {
	ids := ix.store.ids
	for i := range ix.toggles { // a definition may have spread them anew
		ix.toggles[i].label = ix.rules.order.labels[ix.toggles[i].root]
	}
	slices.SortFunc(ix.toggles, func(a, b toggle) int {
		if a.row != b.row {
			if c := strings.Compare(ids[a.row], ids[b.row]); c != 0 {
				return c
			} // else it was deleted and came again
		}
		return cmp.Or(cmp.Compare(a.label, b.label), cmp.Compare(a.nth, b.nth))
	})
	if n := len(ix.toggles); n > cap(diffs)-len(diffs) {
		diffs = slices.Grow(diffs, max(n, len(diffs))) // twice as much: to move them costs more than to have room
	}
	for i := 0; i < len(ix.toggles); {
		first, last, n := ix.toggles[i], ix.toggles[i], 0
		for ; i < len(ix.toggles) && ix.toggles[i].label == first.label && (ix.toggles[i].row == first.row || ids[ix.toggles[i].row] == ids[first.row]); i++ {
			last = ix.toggles[i]
			n++
		}
		if n%2 == 0 {
			ix.metered[last.root].move(first.row, last.row)
			continue
		}
		row := first.row
		if last.entered {
			row = last.row
		}
		if count {
			ix.meters.count(ix.metered[last.root], row, last.entered, ix.now)
		}
		diffs = append(diffs, segment.Diff{Contact: ids[last.row], Segment: ix.rules.order.names[last.root],
			Entered: last.entered, At: ix.now, Cause: last.cause})
	}
	ix.toggles = ix.toggles[:0]
	return diffs
}
