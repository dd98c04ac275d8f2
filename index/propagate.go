package index

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rules"
)

// How a change of a contact spreads: what the conditions say before, the change, what they say
// after; the leaves that flip lead to plans, which are decided in order of levels, since a
// segment that flips may flip those that refer to it.

// A change is what one change of a contact needs while it spreads to the segments:
// scratch memory, which is used again for the next. Only the goroutine that writes has
// it. It goes from what was affected to the leaves that flip, from these to plans that
// are queued by level, and ends in membership changes, which are told as diffs.
type change struct {
	who      storedContact
	eval     rules.Evaluator
	affected rules.Affected // what reads the inputs that change
	flips    []rules.LeafID
	levels   [][]rules.PlanID   // queues of plans to decide, by level
	queued   []uint32           // by plan: the epoch in which it was queued, and what may become of it
	moved    []rules.PlanID     // what who has entered and left so far
	afresh   bool               // there is no before: the members say what was
	noted    []membershipChange // of this change and those before it, of which nothing was told yet
	places   places
}

// A membershipChange is a contact that entered or left a segment.
type membershipChange struct {
	label   uint64 // of the segment, known once diffs are gathered: see order
	row     uint32
	plan    rules.PlanID
	nth     uint32 // of those noted before
	entered bool
	cause   segment.Cause
}

// mutate carries out one change of a contact, of the inputs in affected, and lets
// it spread. A contact that did not exist was in no segment, so all are decided.
func (ix *shard) mutate(row uint32, at time.Time, cause segment.Cause, mutate func()) {
	// the view that readers share is of the time before: the next one asks for another
	ix.latest.frame = nil
	exists := ix.store.Alive[row]
	if exists {
		ix.change.look(row, at)
	}
	if !exists {
		ix.change.eval.Reset()
		ix.store.Create(row, at)
	}
	mutate()
	ix.change.begin(row, at)
	ix.change.afresh = !exists
	if exists {
		ix.change.compare()
	} else {
		// time may flip these for any contact, so the first timer must know of them
		ix.change.affected.Add(&ix.rules.Always)
		ix.change.eval.Candidates(func(id rules.PlanID) { ix.change.queue(id, rules.EffectEnters) })
	}
	ix.spread(cause)
	ix.rewake()
}

// wake looks at what time has done to a contact up to an instant that a timer
// named. Nothing has flipped between the last look and the instant before.
func (ix *shard) wake(row uint32, at time.Time) {
	ix.change.afresh = false
	ix.change.eval.Reset()
	ix.change.begin(row, at.Add(-1))
	// What is due at the instant becomes what is affected, as an update would make it; n is
	// when the rest is due.
	n := ix.ahead(row, at)
	ix.change.noteAffected()
	ix.change.begin(row, at)
	ix.change.compare()
	// leaves that read only the clock were tested once for all contacts: see turn
	for _, l := range ix.flipped {
		ix.change.eval.Flip(l, ix.change.eval.Truth(l))
		ix.change.flips = append(ix.change.flips, l)
	}
	ix.spread(segment.CauseTime)
	if ix.timersBySegment() {
		n = ix.stableUntil()
	} else if m := ix.nextAffected(); m.OK {
		n.Add(m.At, true)
	}
	if n.OK {
		ix.timers.Earlier(row, n.At)
	}
}

// rewake sets the timer for what was affected.
func (ix *shard) rewake() {
	if n := ix.nextFor(); n.OK {
		ix.timers.Earlier(ix.change.who.row, n.At)
	}
}

// nextAffected is when something affected may flip by itself.
func (ix *shard) nextAffected() (n rules.Earliest) {
	t := &ix.change.affected
	for _, a := range t.Attributes {
		if t.Scheduled {
			n.Add(ix.attributeNext(a))
		} else {
			n.Add(ix.change.eval.AttributeNext(a))
		}
	}
	for _, l := range t.Leaves {
		if !t.Scheduled || !ix.rules.Leaves[l].OnlyExpires {
			n.Add(ix.leafNext(l))
		}
	}
	// An event of these names has come or gone. When it comes to an age at which something
	// flips is found from the ages, and not by asking every leaf.
	o := outlook{ix: ix, upTo: ix.change.eval.At, next: n}
	for _, name := range t.Streams {
		schedule, events := ix.schedules.Current(ix.rules).Numbered(ix.store.Events, name), ix.store.Events.Stream(ix.change.who.row, name)
		if schedule != nil && events.Len() > 0 {
			o.stream(schedule, events)
		}
	}
	return o.next
}

// look notes what the affected attributes and leaves are at an instant.
func (c *change) look(row uint32, at time.Time) {
	c.eval.Reset()
	c.begin(row, at)
	c.noteAffected()
}

// noteAffected notes what is affected, as it is where the evaluator stands.
func (c *change) noteAffected() {
	t := &c.affected
	for _, a := range t.Attributes {
		t.Was = append(t.Was, c.eval.Row(a))
	}
	for _, l := range t.Leaves {
		t.Held = append(t.Held, !c.eval.Rules.Leaves[l].Refers && c.eval.Truth(l))
	}
}

// begin turns to a contact at an instant.
func (c *change) begin(row uint32, at time.Time) {
	c.who.row = row
	c.moved = c.moved[:0]
	c.eval.Begin(&c.who, at)
	c.flips = c.flips[:0]
	// epochs began again, so that an old one could be taken for the present
	if c.eval.Epoch == 1 {
		clear(c.queued)
	}
	if n := len(c.eval.Rules.Plans); n > len(c.queued) {
		c.queued = append(c.queued, make([]uint32, n-len(c.queued))...)
	}
}

// compare finds the leaves that have flipped since look.
func (c *change) compare() {
	t := &c.affected
	for i, id := range t.Attributes {
		was, is := t.Was[i], c.eval.Row(id)
		// guards and plans will ask what a leaf was before, too
		c.eval.Remember(id, was)
		// the bits that differ, one by one from the lowest
		for j := range is {
			for flips := was[j] ^ is[j]; flips != 0; flips &= flips - 1 {
				bit := bits.TrailingZeros64(flips)
				c.flips = append(c.flips, c.eval.Rules.Attributes[id].Leaves[64*j+bit])
			}
		}
	}
	for i, l := range t.Leaves {
		c.compareLeaf(l, t.Held[i])
	}
}

// compareLeaf: what reads segments may flip later in the change, and so leads
// on in any case.
func (c *change) compareLeaf(l rules.LeafID, held bool) {
	if c.eval.Rules.Leaves[l].Refers {
		c.flips = append(c.flips, l)
		return
	}
	if holds := c.eval.Truth(l); holds != held {
		c.eval.Flip(l, holds)
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
	// A plan is decided after all that it refers to, which are on lower levels. What flips
	// here may add to the queues of the levels above, but not to this one.
	for level := range ix.change.levels {
		for i := 0; i < len(ix.change.levels[level]); i++ {
			ix.decide(ix.change.levels[level][i], cause)
		}
		ix.change.levels[level] = ix.change.levels[level][:0]
	}
}

// fanOut queues the plans that state a leaf and may depend on it.
func (ix *shard) fanOut(id rules.LeafID) {
	// A leaf that refers to a segment is not settled: what it says may change again while
	// this change spreads, so guards are asked for both ways.
	settled := !ix.rules.Leaves[id].Refers
	holds := settled && ix.change.eval.Truth(id)
	f := ix.rules.FanOuts[id].Flip
	ix.stats.Guards += uint64(len(f))
	for _, to := range f {
		if may := ix.change.eval.Opens(to.Guards, holds, settled); may != 0 {
			ix.change.queue(to.Plan, may)
		}
	}
}

// queue queues a plan, of which something is to be found out.
func (c *change) queue(r rules.PlanID, may rules.Effect) {
	// it is in the queue already, and now more may become of it
	if c.queued[r]>>2 == c.eval.Epoch {
		c.queued[r] |= uint32(may)
		return
	}
	c.queued[r] = c.eval.Epoch<<2 | uint32(may)
	level := c.eval.Rules.Levels[r]
	c.levels[level] = append(c.levels[level], r)
}

// decide evaluates a plan for the contact and notes what has changed.
func (ix *shard) decide(id rules.PlanID, cause segment.Cause) {
	ix.stats.Examined++
	row, flags := ix.change.who.row, ix.rules.Flags(id)
	holds, turned := ix.verdict(id, row, flags)
	if !turned {
		return
	}
	// The cause is another segment if, but for those that have just changed, it would be
	// what it was.
	if flags&rules.FlagRefers != 0 && len(ix.change.moved) > 0 && ix.alone(id) != holds {
		cause = segment.CauseSegment
	}
	ix.changeMembership(id, row, holds, cause)
	// segments that refer to this one are looked at next
	if len(ix.rules.Segments) > 0 {
		ix.change.moved = append(ix.change.moved, id)
		for _, l := range ix.rules.Segments[ix.rules.Name(id)] {
			ix.fanOut(l)
		}
	}
}

// verdict is whether a plan holds, and whether it did not before. What it was is
// cheaper to work out than to look up, and is looked up only where it cannot be.
func (ix *shard) verdict(id rules.PlanID, row uint32, flags uint8) (holds, turned bool) {
	may := rules.Effect(ix.change.queued[id] & 3)
	switch {
	case flags&rules.FlagStored != 0:
		holds = ix.change.eval.HoldsNow(id)
		return holds, holds != ix.members[id].Contains(row)
	case ix.change.afresh:
		holds = ix.change.eval.HoldsNow(id)
		return holds, holds
	case may == rules.EffectLeaves:
		return false, ix.change.eval.HeldBefore(id) && !ix.change.eval.HoldsNow(id)
	case ix.change.eval.HoldsNow(id):
		return true, !ix.change.eval.HeldBefore(id)
	}
	return false, may != rules.EffectEnters && ix.change.eval.HeldBefore(id)
}

// alone is whether a plan holds with the other segments as they were before.
func (ix *shard) alone(id rules.PlanID) bool {
	ix.change.eval.Contact = &contactBefore{ix.change.who}
	holds := ix.change.eval.HoldsNow(id)
	ix.change.eval.Contact = &ix.change.who
	return holds
}

// put puts a contact in a segment, or takes it out.
func (ix *shard) put(id rules.PlanID, row uint32, in bool) {
	if in {
		ix.members[id].Add(row)
	} else {
		ix.members[id].Remove(row)
	}
}

// changeMembership puts a contact in a segment or takes it out, and notes it for the diffs.
func (ix *shard) changeMembership(id rules.PlanID, row uint32, entered bool, cause segment.Cause) {
	ix.put(id, row, entered)
	ix.change.note(id, row, entered, cause)
}

// note notes what has become of a membership.
func (c *change) note(id rules.PlanID, row uint32, entered bool, cause segment.Cause) {
	c.noted = append(c.noted, membershipChange{0, row, id, uint32(len(c.noted)), entered, cause})
}

// leafNext is when a leaf without an attribute may flip by itself.
func (ix *shard) leafNext(id rules.LeafID) (at time.Time, ok bool) {
	l := ix.rules.Leaves[id]
	if l.Kind != rules.LeafOpaque || !l.Clock && (len(l.Inputs.Events) == 0 || !ix.change.who.HasFuture(ix.change.eval.At)) {
		return at, false
	}
	return ix.change.eval.LeafNext(l)
}

// gather turns what was noted into diffs without a number: ordered by contact
// and segment, without what was changed back. They are counted, unless they may
// be taken back.
func (ix *shard) gather(diffs []segment.Diff, count bool) []segment.Diff {
	ids := ix.store.IDs
	for i := range ix.change.noted { // a definition may have spread them anew
		ix.change.noted[i].label = ix.rules.Label(ix.change.noted[i].plan)
	}
	slices.SortFunc(ix.change.noted, func(a, b membershipChange) int {
		if a.row != b.row {
			if c := strings.Compare(ids[a.row], ids[b.row]); c != 0 {
				return c
			} // else it was deleted and came again
		}
		return cmp.Or(cmp.Compare(a.label, b.label), cmp.Compare(a.nth, b.nth))
	})
	if n := len(ix.change.noted); n > cap(diffs)-len(diffs) {
		diffs = slices.Grow(diffs, max(n, len(diffs))) // twice as much: to move them costs more than to have room
	}
	for i := 0; i < len(ix.change.noted); {
		first, last, n := ix.change.noted[i], ix.change.noted[i], 0
		for ; i < len(ix.change.noted) && ix.change.noted[i].label == first.label && (ix.change.noted[i].row == first.row || ids[ix.change.noted[i].row] == ids[first.row]); i++ {
			last = ix.change.noted[i]
			n++
		}
		// entered and left again within the instant: nothing to tell, but the row may be another
		if n%2 == 0 {
			ix.metered[last.plan].Move(first.row, last.row)
			continue
		}
		// who left did so from the first row, and who entered is in the last
		row := first.row
		if last.entered {
			row = last.row
		}
		if count {
			ix.meters.Count(ix.metered[last.plan], row, last.entered, ix.now)
		}
		diffs = append(diffs, segment.Diff{Contact: ids[last.row], Segment: ix.rules.Name(last.plan), Definition: ix.version[last.plan],
			Entered: last.entered, At: ix.now, Cause: last.cause})
	}
	ix.change.noted = ix.change.noted[:0]
	return diffs
}
