// Package index keeps many segments over many contacts current: when a contact
// changes, when an event or a list changes, when a definition changes, and when
// time passes and nothing else happens. What a segment means is said by package
// segment; this one makes it fast.
//
// [Index] keeps the contacts. It takes updates and instants, and returns who
// entered and who left. [Matcher] keeps no contacts: it is for hosts that have
// them in a database of their own.
package index

import (
	"sync"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/timer"
)

// Options are what an [Index] is made with. The zero Options are good.
type Options struct {
	// Schema resolves and checks the conditions of segments, if set. It must not
	// change afterwards.
	Schema *segment.Schema
	// Location is the calendar; nil means UTC.
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
// a write. While a segment is decided for all contacts, they need not wait.
type Index struct {
	mu       gate
	schema   *segment.Schema
	calendar *time.Location

	retention Retention

	now      time.Time
	revision uint64
	rules    *rules
	levels   [][]rootID // queues of roots to decide, by level
	store    *store
	members  []*rowset.Set // by root
	timers   *timer.Heap
	global   nextAt // when a leaf that reads only the clock flips next

	// What is due at the instant now but not done: Advance stopped at its limit.
	pending []uint32
	flipped []leafID    // leaves that read only the clock, flipped at now
	turned  *rowset.Set // the contacts for whom something comes of it; nil if to be found

	eval    eval
	who     person
	moved   []rootID // what who has entered and left in what spreads now
	afresh  bool     // what spreads now has no before: the members say what was
	touched touched
	flips   []leafID
	queued  []uint32 // by root: the epoch in which it was queued
	toggles []toggle
	stats   Stats
	meters  meters

	schedules schedules
	few       int      // up to how many segments timers are set by these: see fewRoots
	brief     int      // up to how many contacts are decided under the lock: see fewContacts
	metered   []*meter // of each root

	weighing sync.Mutex
	weight   weight

	freezing sync.Mutex
	frame    *frame // nil if a contact has changed since it was last asked for
}

// New returns an empty index. Its clock stands at the zero time.
func New(opts Options) *Index {
	ix := &Index{
		schema: opts.Schema, calendar: opts.Location,
		rules: newRules(), store: newStore(), timers: new(timer.Heap), few: fewRoots, brief: fewContacts,
		meters: newMeters(opts), retention: opts.Retention,
	}
	if ix.calendar == nil {
		ix.calendar = time.UTC
	}
	if opts.History != nil {
		ix.store.remembers = make(map[string]bool, len(opts.History))
		for _, name := range opts.History {
			ix.store.remembers[name] = true
		}
	}
	ix.eval.r = ix.rules
	ix.who = person{ix: ix}
	return ix
}

// Now returns the clock: the zero time before the first call.
func (ix *Index) Now() time.Time {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.now
}

// Due returns when the index must be advanced next: no membership changes by
// time alone before that instant. It is when the first condition of any segment
// may flip for any contact, as a date comes to an age or an event leaves a window,
// and so may be earlier than the next diff; ok is false if there is none, however
// long time passes. It waits for calls that write.
func (ix *Index) Due() (at time.Time, ok bool) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.confirm()
	at, ok = ix.due()
	return at.In(ix.calendar), ok
}

// confirm moves timers that are too early. A change only ever moves a timer
// earlier, since to know that it may be later, all that moves for the contact
// must be looked at; that is done here, for those that would be next.
func (ix *Index) confirm() {
	for len(ix.pending) == 0 {
		row, at, ok := ix.timers.First()
		if !ok || ix.global.ok && !at.Before(ix.global.t) {
			return
		}
		ix.eval.reset()
		ix.begin(row, ix.now)
		n := ix.outlook(row)
		switch {
		case !n.ok:
			ix.timers.Remove(row)
		case n.t.After(at):
			ix.timers.Set(row, n.t)
		default:
			return
		}
	}
}

func (ix *Index) due() (at time.Time, ok bool) {
	if len(ix.pending) > 0 {
		return ix.now, true
	}
	n := ix.global
	n.add(ix.timers.Min())
	return n.t, n.ok
}
