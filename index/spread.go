package index

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

// A change is what one change of a contact needs while it spreads to the segments:
// scratch memory, which is used again for the next. Only the goroutine that writes has
// it. It goes from what was touched to the leaves that flip, from these to roots that
// are queued by level, and ends in toggles, which are told as diffs.
type change struct {
	who     person
	eval    eval
	touched touched // what reads the inputs that change
	flips   []leafID
	levels  [][]rootID // queues of roots to decide, by level
	queued  []uint32   // by root: the epoch in which it was queued, and what may become of it
	moved   []rootID   // what who has entered and left so far
	afresh  bool       // there is no before: the members say what was
	toggles []toggle   // of this change and those before it, of which nothing was told yet
	places  places
}

// A toggle is a contact that entered or left a segment.
type toggle struct {
	label   uint64 // of the segment, known once diffs are gathered: see order
	row     uint32
	root    rootID
	nth     uint32 // of those noted before
	entered bool
	cause   segment.Cause
}

// mutate carries out one change of a contact, of the inputs in touched, and lets
// it spread. A contact that did not exist was in no segment, so all are decided.
func (ix *shard) mutate(row uint32, at time.Time, cause segment.Cause, mutate func()) {
	ix.stills.frame = nil
	exists := ix.store.alive[row]
	if exists {
		ix.change.look(row, at)
	}
	if !exists {
		ix.change.eval.reset()
		ix.store.create(row, at)
	}
	mutate()
	ix.change.begin(row, at)
	ix.change.afresh = !exists
	if exists {
		ix.change.compare()
	} else {
		ix.change.touched.add(&ix.rules.always)
		ix.change.eval.candidates(func(id rootID) { ix.change.queue(id, entering) })
	}
	ix.spread(cause)
	ix.rewake()
}

// wake looks at what time has done to a contact up to an instant that a timer
// named. Nothing has flipped between the last look and the instant before.
func (ix *shard) wake(row uint32, at time.Time) {
	ix.change.afresh = false
	ix.change.eval.reset()
	ix.change.begin(row, at.Add(-1))
	n := ix.ahead(row, at)
	ix.change.noteTouched()
	ix.change.begin(row, at)
	ix.change.compare()
	for _, l := range ix.flipped {
		ix.change.eval.flip(l, ix.change.eval.truth(l))
		ix.change.flips = append(ix.change.flips, l)
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
		ix.timers.Earlier(ix.change.who.row, n.t)
	}
}

// nextTouched is when something touched may flip by itself.
func (ix *shard) nextTouched() (n nextAt) {
	t := &ix.change.touched
	for _, a := range t.attrs {
		if t.scheduled {
			n.add(ix.attrNext(a))
		} else {
			n.add(ix.change.eval.next(a))
		}
	}
	for _, l := range t.leaves {
		if !t.scheduled || !ix.rules.leaves[l].pulsed {
			n.add(ix.leafNext(l))
		}
	}
	o := outlook{ix: ix, upTo: ix.change.eval.at, next: n}
	for _, name := range t.streams {
		plan, events := ix.schedules.current(ix.rules).numbered(ix.store.events, name), ix.store.events.Stream(ix.change.who.row, name)
		if plan != nil && events.Len() > 0 {
			o.stream(plan, events)
		}
	}
	return o.next
}

// look notes what the touched attributes and leaves are at an instant.
func (c *change) look(row uint32, at time.Time) {
	c.eval.reset()
	c.begin(row, at)
	c.noteTouched()
}

// noteTouched notes what is touched, as it is where eval stands.
func (c *change) noteTouched() {
	t := &c.touched
	for _, a := range t.attrs {
		t.was = append(t.was, c.eval.row(a))
	}
	for _, l := range t.leaves {
		t.held = append(t.held, !c.eval.r.leaves[l].refers && c.eval.truth(l))
	}
}

// begin turns to a contact at an instant.
func (c *change) begin(row uint32, at time.Time) {
	c.who.row = row
	c.moved = c.moved[:0]
	c.eval.begin(&c.who, at)
	c.flips = c.flips[:0]
	if c.eval.epoch == 1 {
		clear(c.queued)
	}
	if n := len(c.eval.r.roots); n > len(c.queued) {
		c.queued = append(c.queued, make([]uint32, n-len(c.queued))...)
	}
}

// compare finds the leaves that have flipped since look.
func (c *change) compare() {
	t := &c.touched
	for i, id := range t.attrs {
		was, is := t.was[i], c.eval.row(id)
		c.eval.remember(id, was)
		for j := range is {
			for flips := was[j] ^ is[j]; flips != 0; flips &= flips - 1 {
				bit := bits.TrailingZeros64(flips)
				c.flips = append(c.flips, c.eval.r.attrs[id].leaves[64*j+bit])
			}
		}
	}
	for i, l := range t.leaves {
		c.compareLeaf(l, t.held[i])
	}
}

// compareLeaf: what reads segments may flip later in the change, and so leads
// on in any case.
func (c *change) compareLeaf(l leafID, held bool) {
	if c.eval.r.leaves[l].refers {
		c.flips = append(c.flips, l)
		return
	}
	if holds := c.eval.truth(l); holds != held {
		c.eval.flip(l, holds)
		c.flips = append(c.flips, l)
	}
}

// spread decides the segments that the flipped leaves lead to, level by level,
// and those that depend on what flips.
func (ix *shard) spread(cause segment.Cause) {
	ix.stats.Flips += uint64(len(ix.change.flips))
	for _, l := range ix.change.flips {
		ix.fanOut(l)
	}
	for level := range ix.change.levels {
		for i := 0; i < len(ix.change.levels[level]); i++ {
			ix.decide(ix.change.levels[level][i], cause)
		}
		ix.change.levels[level] = ix.change.levels[level][:0]
	}
}

// fanOut queues the roots that state a leaf and may depend on it.
func (ix *shard) fanOut(id leafID) {
	settled := !ix.rules.leaves[id].refers
	holds := settled && ix.change.eval.truth(id)
	f := ix.rules.fans[id].flip
	ix.stats.Guards += uint64(len(f))
	for _, to := range f {
		if may := ix.change.eval.opens(to.guards, holds, settled); may != 0 {
			ix.change.queue(to.root, may)
		}
	}
}

// queue queues a root, of which something is to be found out.
func (c *change) queue(r rootID, may turn) {
	if c.queued[r]>>2 == c.eval.epoch {
		c.queued[r] |= uint32(may)
		return
	}
	c.queued[r] = c.eval.epoch<<2 | uint32(may)
	level := c.eval.r.levels[r]
	c.levels[level] = append(c.levels[level], r)
}

// decide evaluates a root for the contact and notes what has changed.
func (ix *shard) decide(id rootID, cause segment.Cause) {
	ix.stats.Examined++
	row, flags := ix.change.who.row, ix.rules.flags(id)
	holds, turned := ix.verdict(id, row, flags)
	if !turned {
		return
	}
	if flags&hasRefs != 0 && len(ix.change.moved) > 0 && ix.alone(id) != holds {
		cause = segment.CauseSegment
	}
	ix.toggle(id, row, holds, cause)
	if len(ix.rules.segments) > 0 {
		ix.change.moved = append(ix.change.moved, id)
		for _, l := range ix.rules.segments[ix.rules.name(id)] {
			ix.fanOut(l)
		}
	}
}

// verdict is whether a root holds, and whether it did not before. What it was is
// cheaper to work out than to look up, and is looked up only where it cannot be.
func (ix *shard) verdict(id rootID, row uint32, flags uint8) (holds, turned bool) {
	may := turn(ix.change.queued[id] & 3)
	switch {
	case flags&isStored != 0:
		holds = ix.change.eval.holdsNow(id)
		return holds, holds != ix.members[id].Contains(row)
	case ix.change.afresh:
		holds = ix.change.eval.holdsNow(id)
		return holds, holds
	case may == leaving:
		return false, ix.change.eval.holdsThen(id) && !ix.change.eval.holdsNow(id)
	case ix.change.eval.holdsNow(id):
		return true, !ix.change.eval.holdsThen(id)
	}
	return false, may != entering && ix.change.eval.holdsThen(id)
}

// alone is whether a root holds with the other segments as they were before.
func (ix *shard) alone(id rootID) bool {
	ix.change.eval.w = &past{ix.change.who}
	holds := ix.change.eval.holdsNow(id)
	ix.change.eval.w = &ix.change.who
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
	ix.change.note(id, row, entered, cause)
}

// note notes what has become of a membership.
func (c *change) note(id rootID, row uint32, entered bool, cause segment.Cause) {
	c.toggles = append(c.toggles, toggle{0, row, id, uint32(len(c.toggles)), entered, cause})
}

// leafNext is when a leaf without an attribute may flip by itself.
func (ix *shard) leafNext(id leafID) (at time.Time, ok bool) {
	l := ix.rules.leaves[id]
	if l.kind != leafOpaque || !l.clock && (len(l.inputs.Events) == 0 || !ix.change.who.ahead(ix.change.eval.at)) {
		return at, false
	}
	return ix.change.eval.opaqueNext(l)
}

// gather turns what was noted into diffs without a number: ordered by contact
// and segment, without what was changed back. They are counted, unless they may
// be taken back.
func (ix *shard) gather(diffs []segment.Diff, count bool) []segment.Diff {
	ids := ix.store.ids
	for i := range ix.change.toggles { // a definition may have spread them anew
		ix.change.toggles[i].label = ix.rules.label(ix.change.toggles[i].root)
	}
	slices.SortFunc(ix.change.toggles, func(a, b toggle) int {
		if a.row != b.row {
			if c := strings.Compare(ids[a.row], ids[b.row]); c != 0 {
				return c
			} // else it was deleted and came again
		}
		return cmp.Or(cmp.Compare(a.label, b.label), cmp.Compare(a.nth, b.nth))
	})
	if n := len(ix.change.toggles); n > cap(diffs)-len(diffs) {
		diffs = slices.Grow(diffs, max(n, len(diffs))) // twice as much: to move them costs more than to have room
	}
	for i := 0; i < len(ix.change.toggles); {
		first, last, n := ix.change.toggles[i], ix.change.toggles[i], 0
		for ; i < len(ix.change.toggles) && ix.change.toggles[i].label == first.label && (ix.change.toggles[i].row == first.row || ids[ix.change.toggles[i].row] == ids[first.row]); i++ {
			last = ix.change.toggles[i]
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
		diffs = append(diffs, segment.Diff{Contact: ids[last.row], Segment: ix.rules.name(last.root),
			Entered: last.entered, At: ix.now, Cause: last.cause})
	}
	ix.change.toggles = ix.change.toggles[:0]
	return diffs
}
