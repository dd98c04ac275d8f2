package index

import (
	"sync/atomic"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/gate"
	"github.com/segmentrules/segment/index/internal/meter"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/timer"
)

// A shard keeps some of the contacts of an [Index], all of them if it is the only
// one, and the rules of all segments. It is the machine itself: it knows nothing of
// other shards, and nobody calls two methods of one at the same time that alter it.
// It does not number diffs: the index does, over all shards.
type shard struct {
	mu gate.Background
	settings

	// The state: see frozen for what a snapshot has of it.
	now     time.Time
	rules   *rules.Rules
	store   *contacts.Store
	members []*rowset.Set // by plan
	version []uint64      // of the definition, by plan
	meters  meter.Meters
	metered []*meter.Meter // of each plan
	agenda

	// What is worked out on the way.
	change    change
	schedules rules.Schedules
	stats     Stats
	read      atomic.Uint64 // Stats.Read, which readers add to, too
	weighed   weighed
	latest    sharedFrame
	share     share
}

// Settings are what an index was made with.
type settings struct {
	schema         *segment.Schema
	calendar       *time.Location
	retention      Retention
	timedSegments  int // up to how many segments timers are set by these: see maxTimedSegments
	inlineContacts int // up to how many contacts are decided under the lock: see maxInlineContacts
}

// An agenda is what time is going to do.
type agenda struct {
	timers *timer.Heap    // of contacts
	global rules.Earliest // when a leaf that reads only the clock flips next

	// What is due at the instant now but not done: Advance stopped at its limit.
	pending []uint32
	flipped []rules.LeafID // leaves that read only the clock, flipped at now
	turned  *rowset.Set    // the contacts for whom something comes of it; nil if to be found
}

// newShard returns one without contacts and segments, at the zero time.
func newShard(opts Options) *shard {
	ix := &shard{
		settings: settings{schema: opts.Schema, calendar: opts.Location, retention: opts.Retention, timedSegments: maxTimedSegments, inlineContacts: maxInlineContacts},
		rules:    rules.New(), store: contacts.NewStore(), meters: meter.NewMeters(opts.Days, opts.Stays), agenda: agenda{timers: new(timer.Heap)},
	}
	if ix.calendar == nil {
		ix.calendar = time.UTC
	}
	if opts.History != nil {
		ix.store.Remembers = make(map[string]bool, len(opts.History))
		for _, name := range opts.History {
			ix.store.Remembers[name] = true
		}
	}
	ix.change.eval = rules.NewEvaluator(ix.rules, nil, time.Time{})
	ix.change.who = storedContact{ix: ix}
	return ix
}

// confirm moves timers that are too early. A change only ever moves a timer
// earlier, since to know that it may be later, all that moves for the contact
// must be looked at; that is done here, for those that would be next.
func (ix *shard) confirm() {
	for len(ix.pending) == 0 {
		row, at, ok := ix.timers.First()
		// no timer, or none before all contacts are looked at anyway
		if !ok || ix.global.OK && !at.Before(ix.global.At) {
			return
		}
		ix.change.eval.Reset()
		ix.change.begin(row, ix.now)
		n := ix.outlook(row)
		switch {
		case !n.OK:
			ix.timers.Remove(row)
		// it was too early: set it right, and look at the one that is first then
		case n.At.After(at):
			ix.timers.Set(row, n.At)
		default:
			return
		}
	}
}

// due is when the shard must be looked at next: at once if something was left undone at
// the clock, else at the first timer, or when the clock itself flips a leaf. Timers may be
// too early; confirm moves those.
func (ix *shard) due() (at time.Time, ok bool) {
	if len(ix.pending) > 0 {
		return ix.now, true
	}
	n := ix.global
	n.Add(ix.timers.Min())
	return n.At, n.OK
}

// maxInlineContacts is up to how many contacts a segment is decided while readers wait,
// which takes them a fraction of a millisecond: the plan by which the index will
// go on to decide it serves, and to make another one takes longer than all else.
const maxInlineContacts = 1024
