package index

import (
	"slices"

	"github.com/segmentrules/segment"
)

// install puts a definition in place. Readers see all of it at once, behind it.
func (ix *shard) install(d *definition) {
	ix.sit(d.at) // all that was due before the instant has been done: see catchUp
	before := len(ix.rules.Timed)
	// what time has done at the instant was noted by sit, and is told apart from the definition
	if d.diffed {
		ix.setApart(d)
	}
	if d.gone {
		ix.discard(d.s.ID)
	} else {
		d.id = ix.replace(d.s, d.version)
		ix.meter(d.id, ix.meters.Begin(d.s.ID, d.at))
		if d.is != nil {
			ix.stats.Scanned += uint64(ix.store.Count)
		}
	}
	// with this segment there are too many to set timers by whole segments
	d.many = len(ix.rules.Timed) > ix.timedSegments && before <= ix.timedSegments
	ix.change.afresh = false
	if d.inline {
		d.is = ix.bulkOf(d.id)
	}
	if !d.diffed {
		ix.decideAll(d.id, d.is)
		d.diffs = ix.gather(nil, true)
	} else if !d.gone {
		ix.takeOver(d)
	}
}

// setApart takes what time has done at the instant to the segment itself from what
// it has done to others. The first is part of the diffs already: whatever it was,
// the segment has been replaced since then.
func (ix *shard) setApart(d *definition) {
	if planID, had := ix.rules.PlanOf[d.s.ID]; had {
		ix.change.noted = slices.DeleteFunc(ix.change.noted, func(t membershipChange) bool {
			if t.plan != planID {
				return false
			}
			if d.causes == nil {
				d.causes = make(map[uint32]segment.Cause)
			}
			d.causes[t.row] = t.cause
			return true
		})
	}
	d.others = ix.gather(nil, true)
}

// takeOver puts the members that were worked out in place, and counts them.
func (ix *shard) takeOver(d *definition) {
	for i := range d.deltas {
		t := &d.deltas[i]
		ix.stats.Guards += t.examined
		ix.stats.Examined += t.examined
		planID := ix.rules.PlanOf[t.segment]
		ix.members[planID] = t.is
		ix.meters.Tally(ix.metered[planID], t.entered, t.left, t.after, d.at)
	}
}

// discard takes a segment away.
func (ix *shard) discard(id string) {
	planID := ix.rules.PlanOf[id]
	ix.rules.Drop(planID)
	ix.members[planID] = nil
	ix.rules.Level(planID, 0) // nothing refers to it, so that no level changes
	delete(ix.meters.Of, id)
}

// finish does what no reader sees, once a definition is in place: it sets timers,
// and puts what happened at the instant in order.
func (ix *shard) finish(d *definition) []segment.Diff {
	if !d.gone {
		// for who has entered or left, segments that refer to it may change at another time
		if len(d.deltas) > 0 && len(ix.rules.Segments[d.s.ID]) > 0 {
			ix.workRows(d.deltas[0].flips, func(row uint32) {
				ix.change.eval.Reset()
				ix.change.begin(row, ix.now)
				ix.rewakeSegments(row)
			})
		}
		ix.wakeAll(d.id)
		if d.many {
			ix.wakeEveryone()
		}
	}
	ix.findGlobal()
	for i, row := range d.rows {
		// time itself would have done the same at the instant, and is then the cause
		if cause, ok := d.causes[row]; ok && !d.gone && d.diffs[i].Segment == d.s.ID {
			d.diffs[i].Cause = cause
		}
	}
	switch {
	case len(d.others) == 0:
		return d.diffs
	case len(d.diffs) == 0:
		return d.others
	}
	return merged(d.diffs, d.others)
}

// merged puts diffs of one instant in one order.
func merged(a, b []segment.Diff) []segment.Diff {
	all := make([]segment.Diff, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].Contact < b[0].Contact || a[0].Contact == b[0].Contact && a[0].Segment < b[0].Segment {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return append(append(all, a...), b...)
}
