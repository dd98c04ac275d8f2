package index

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/gate"
	"github.com/segmentrules/segment/index/internal/rules"
)

// Options are what an [Index] is made with. The zero Options are good.
type Options struct {
	// Shards is over how many parts the contacts are spread, by a fixed hash of
	// their ids. The parts work at once, each on a core. 0 and 1 mean one part: no
	// call starts a goroutine, but for those that decide a condition for all
	// contacts. As many as there are cores is a good choice where calls carry many
	// updates or many contacts fall due together; each part takes memory for the
	// rules of all segments. The number changes nothing that the index returns but
	// [Stats]. For [Restore], 0 means the number that the snapshot is of.
	Shards int
	// Schema resolves and checks the conditions of segments, if set. It must not
	// change afterwards.
	Schema *segment.Schema
	// Strict makes [Index.Apply] refuse updates that do not fit the Schema, with the
	// place and the nearest right name: see [schema.Schema.CheckUpdate]. Numeric text
	// of a field is kept as its number where the schema says so. Without it the Schema
	// is for conditions alone.
	Strict bool
	// Unfit, if set, is told of updates that do not fit the Schema instead: they are
	// applied as they are. It is called for each of them, in order, before a call of
	// Apply that is not refused changes anything, and must not call the index.
	Unfit func(u segment.Update, err error)
	// Location is the calendar; nil means UTC. For [Restore], nil means the calendar of the
	// snapshot, which holds it with its offsets.
	Location *time.Location
	// Retention bounds the events that are kept; zero keeps all.
	Retention Retention
	// History names the fields of which former values are kept, for HAS BEEN and
	// CHANGED; nil means all. Conditions about the history of another field are
	// refused ([segment.ErrLimit]). A former value takes some 50 bytes.
	History []string
	// Days is of how many calendar days [Metrics] know who entered and left: 0
	// means 400, and below zero none. A day on which somebody did takes 12 bytes for
	// each segment.
	Days int
	// Stays keeps since when each member is in a segment, so that [Metrics] tell
	// the stays that go on from those that are over. It takes some 25 bytes for
	// each membership.
	Stays bool
	// Otherwise lets [Restore] take another Retention, History, Days or Stays than the
	// snapshot was made with, which is an error else: what is kept decides what later
	// calls return, and what was let go does not come back.
	Otherwise bool
	// Verify makes [Restore] recompute every membership, and look whether every
	// timer is in time: for snapshots that may be forged. It costs the contacts
	// times the segments.
	Verify bool
}

// An Index keeps the members of segments current. It is a state machine: its
// state and what it returns are a function of the calls made, and of nothing
// else. It has a clock, which only these calls move, and never back.
//
// One call that writes ([Index.Define], [Index.Drop], [Index.Apply],
// [Index.Advance]) runs at a time, others wait for it; calls that read may run
// in any number at once, and see the state between two writes, never one within
// a write. While a segment is decided for all contacts, they need not wait. No
// goroutine outlives the call that started it.
//
// With several [Options.Shards] it returns the same, diff for diff and revision for
// revision; only the [Stats] of work done may differ, once Due has been asked for.
type Index struct {
	mu       gate.Gate
	shards   []*shard          // one at least; their clocks are equal between two calls
	revision uint64            // of the last diff
	version  uint64            // of the last definition: how many calls have defined or dropped a segment
	turn     contacts.Creation // of the next update at the instant, if there are several shards
	fitting  fitting
}

// A fitting is what becomes of updates that do not fit the schema.
type fitting struct {
	strict bool
	unfit  func(u segment.Update, err error)
}

// New returns an empty index. Its clock stands at the zero time.
func New(opts Options) *Index {
	ix := &Index{shards: make([]*shard, max(opts.Shards, 1)), fitting: fitting{opts.Strict, opts.Unfit}}
	for i := range ix.shards {
		ix.shards[i] = newShard(opts)
	}
	return ix
}

// Now returns the clock: the zero time before the first call.
func (ix *Index) Now() time.Time {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.now()
}

// now is the clock, which all shards have in common between two calls.
func (ix *Index) now() time.Time { return ix.shards[0].now }

// Due returns when the index must be advanced next: no membership changes by
// time alone before that instant. It is when the first condition of any segment
// may flip for any contact, as a date comes to an age or an event leaves a window,
// and so may be earlier than the next diff; ok is false if there is none, however
// long time passes, or none that a clock reaches: see [Index.Advance]. It waits for calls
// that write.
func (ix *Index) Due() (at time.Time, ok bool) {
	var n rules.Earliest
	ix.mu.Hold(func() {
		for _, sh := range ix.shards {
			sh.confirm()
			n.Add(sh.due())
		}
	})
	if n.OK && n.At.After(lastInstant) {
		return time.Time{}, false
	}
	return n.At.In(ix.calendar()), n.OK
}

// calendar is the zone in which days begin and end.
func (ix *Index) calendar() *time.Location { return ix.shards[0].calendar }
