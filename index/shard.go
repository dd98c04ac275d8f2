package index

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/timer"
)

// A shard keeps some of the contacts of an [Index], all of them if it is the only
// one, and the rules of all segments. It is the machine itself: it knows nothing of
// other shards, and nobody calls two methods of one at the same time that alter it.
// It does not number diffs: the index does, over all shards.
type shard struct {
	mu background
	settings

	// The state: see frozen for what a snapshot has of it.
	now     time.Time
	rules   *rules
	store   *store
	members []*rowset.Set // by root
	meters  meters
	metered []*meter // of each root
	agenda

	// What is worked out on the way.
	change    change
	schedules schedules
	stats     Stats
	weighed   weighed
	stills    stills
	share     share
}

// Settings are what an index was made with.
type settings struct {
	schema    *segment.Schema
	calendar  *time.Location
	retention Retention
	few       int // up to how many segments timers are set by these: see fewRoots
	brief     int // up to how many contacts are decided under the lock: see fewContacts
}

// An agenda is what time is going to do.
type agenda struct {
	timers *timer.Heap // of contacts
	global nextAt      // when a leaf that reads only the clock flips next

	// What is due at the instant now but not done: Advance stopped at its limit.
	pending []uint32
	flipped []leafID    // leaves that read only the clock, flipped at now
	turned  *rowset.Set // the contacts for whom something comes of it; nil if to be found
}

// newShard returns one without contacts and segments, at the zero time.
func newShard(opts Options) *shard {
	ix := &shard{
		settings: settings{schema: opts.Schema, calendar: opts.Location, retention: opts.Retention, few: fewRoots, brief: fewContacts},
		rules:    newRules(), store: newStore(), meters: newMeters(opts.Days, opts.Stays), agenda: agenda{timers: new(timer.Heap)},
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
	ix.change.eval = newEval(ix.rules, nil, time.Time{})
	ix.change.who = person{ix: ix}
	return ix
}

// confirm moves timers that are too early. A change only ever moves a timer
// earlier, since to know that it may be later, all that moves for the contact
// must be looked at; that is done here, for those that would be next.
func (ix *shard) confirm() {
	for len(ix.pending) == 0 {
		row, at, ok := ix.timers.First()
		if !ok || ix.global.ok && !at.Before(ix.global.t) {
			return
		}
		ix.change.eval.reset()
		ix.change.begin(row, ix.now)
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

func (ix *shard) due() (at time.Time, ok bool) {
	if len(ix.pending) > 0 {
		return ix.now, true
	}
	n := ix.global
	n.add(ix.timers.Min())
	return n.t, n.ok
}
