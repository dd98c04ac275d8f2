package index

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rules"
)

// verify holds memberships and timers against the definitions. A contact that is
// due at the clock is still as it was just before.
func (ix *shard) verify() error {
	due := make(map[uint32]bool, len(ix.pending))
	for _, row := range ix.pending {
		due[row] = true
	}
	for row, alive := range ix.store.Alive {
		if !alive {
			continue
		}
		at := ix.now
		if due[uint32(row)] {
			at = at.Add(-1)
		}
		if err := ix.verifyMemberships(uint32(row), at); err != nil {
			return err
		}
		if !due[uint32(row)] && !ix.inTime(uint32(row)) {
			return rules.Refuse(segment.ErrValue, "snapshot: the contact %q would not be looked at in time", ix.store.IDs[row])
		}
	}
	global := ix.global
	// what was written may be too early, which costs a look too many, but not too late
	if ix.findGlobal(); ix.global.Before(global) {
		return rules.Refuse(segment.ErrValue, "snapshot: a condition on the clock would not be looked at in time")
	}
	ix.global = global
	return nil
}

// verifyMemberships evaluates every segment for a contact, and compares.
func (ix *shard) verifyMemberships(row uint32, at time.Time) error {
	p := storedContact{ix: ix, row: row}
	for id, plan := range ix.rules.Plans {
		if plan.Used && ix.members[id].Contains(row) != segment.Evaluate(plan.Segment.Condition, &p, at) {
			return rules.Refuse(segment.ErrValue, "snapshot: the membership of contact %q in segment %q is wrong", ix.store.IDs[row], plan.Segment.ID)
		}
	}
	return nil
}

// inTime reports whether no membership of a contact changes before its timer. An outlook
// may be too early, as for an event dated in the future that no WHERE wants: then it is
// looked whether anything changes at that instant, and what lies ahead from there.
func (ix *shard) inTime(row uint32) bool {
	timer := ix.global // then all are looked at for whom it matters
	timer.Add(ix.timers.Get(row))
	at := ix.now
	for range maxLooks {
		ix.change.eval.Reset()
		ix.change.begin(row, at)
		n := ix.outlook(row)
		if !n.Before(timer) {
			return true
		}
		if !n.At.After(at) || ix.verifyMemberships(row, n.At) != nil {
			return false
		}
		at = n.At.In(ix.calendar)
	}
	return false
}

// maxLooks is how often it is looked ahead for one contact: more than one has events that
// lie in the future, and few enough that a forged snapshot does not keep Restore for ever.
const maxLooks = 1 << 16
