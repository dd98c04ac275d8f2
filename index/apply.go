package index

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/internal/document"
)

// Apply takes updates in order, all or none: an error has changed nothing, not
// even the clock, and says which update it is about. Before each, time runs to
// its instant: what falls due before comes first, with its own instant; what
// falls due at it is one change with the update, and so are updates at one
// instant. The diffs are ordered by instant, contact and segment.
//
// That holds within one call. If updates of one instant come in two, or Advance was
// called with their instant before, what the first call has told the second may
// change back: both are diffs, with the same instant, and [Metrics] count both. Who
// wants none of these cuts batches between instants.
//
// In an update what goes comes before what comes: Retract before Events, Leave
// before Join. An event whose id the contact has already is ignored, and so is
// the retraction of one it does not have. Joining a list again does not change
// when it was joined. A contact exists from its first update on, but for one that
// only joins or leaves lists or retracts events: that changes nothing of an unknown
// contact, see [segment.Update.Creates]. Delete forgets all of it, event ids too. The
// properties of an event are kept without spaces and with their names in order: two
// spellings of one document are one document, in [Index.Hash] too.
//
// The cost grows with the conditions whose truth flips and the segments these
// lead to, not with the number of segments or contacts.
//
// Errors: what [segment.Update.Validate] reports, an instant before the
// clock or the update before ([segment.ErrValue]), and with [Options.Strict] what
// does not fit the schema.
func (ix *Index) Apply(us ...segment.Update) ([]segment.Diff, error) {
	if !ix.mu.Lock() {
		return nil, errWithinProgress()
	}
	defer ix.mu.Unlock()
	return ix.applyCall(us)
}

// applyCall is Apply under the lock.
func (ix *Index) applyCall(us []segment.Update) ([]segment.Diff, error) {
	if err := ix.check(us); err != nil || len(us) == 0 {
		return nil, err
	}
	us, err := ix.fit(us)
	if err != nil {
		return nil, err
	}
	return ix.applyChecked(us), nil
}

// applyChecked applies updates, at least one, of which none is wrong.
func (ix *Index) applyChecked(us []segment.Update) []segment.Diff {
	if len(ix.shards) == 1 {
		return step(ix.number(ix.shards[0].apply(us, nil)))
	}
	return step(ix.applyDealt(us))
}

// check refuses updates of which one is wrong. Where there are several shards it
// looks at stretches of them at once.
func (ix *Index) check(us []segment.Update) error {
	const stretch = 64 // how many updates at least are worth a goroutine
	k, n := ix.shards[0].retention, min(len(ix.shards), len(us)/stretch)
	if n < 2 {
		return k.checkUpdates(us, 0, ix.now())
	}
	all := slices.Clone(us) // if goroutines saw us, callers with one shard would allocate it
	each(ix.shards[:n], all, func(i int, sh *shard, us []segment.Update) {
		from, to := len(us)*i/n, len(us)*(i+1)/n
		now := sh.now
		if i > 0 {
			now = us[from-1].At
		}
		sh.share.err = k.checkUpdates(us[from:to], from, now)
	})
	return firstError(ix.shards[:n])
}

// fit looks whether updates fit the schema, if they must or somebody is told, and
// returns them with numeric text as numbers where the schema says so.
func (ix *Index) fit(us []segment.Update) ([]segment.Update, error) {
	return ix.fitting.all(us, ix.shards[0].schema)
}

// Fit is what [Index.Apply] does with updates under [Options.Strict] or [Options.Unfit]
// before it applies them: it refuses those that do not fit the schema, or tells of them, and
// returns them with numeric text as numbers where the schema says so. It is for hosts that
// log updates before an index of other Options takes them. Errors are [*UpdateError].
func (o Options) Fit(us []segment.Update) ([]segment.Update, error) {
	return fitting{o.Strict, o.Unfit}.all(us, o.Schema)
}

// all returns updates as they fit the schema.
func (f fitting) all(us []segment.Update, s *segment.Schema) ([]segment.Update, error) {
	if !f.strict && f.unfit == nil {
		return us, nil
	}
	us = slices.Clone(us)
	for i := range us {
		if err := f.one(&us[i], s); err != nil {
			return nil, &UpdateError{Index: i, err: err}
		}
	}
	return us, nil
}

// one is all of one update, which it changes.
func (f fitting) one(u *segment.Update, s *segment.Schema) error {
	if !f.strict && f.unfit == nil {
		return nil
	}
	if err := s.CheckUpdate(*u); err != nil {
		if f.unfit == nil {
			return err
		}
		f.unfit(*u, err)
	}
	u.Set = s.Coerced(u.Set)
	return nil
}

// apply takes updates, each with its turn at its instant if turns are given: see
// [Index.applyDealt].
func (ix *shard) apply(us []segment.Update, turns []uint32) (diffs []segment.Diff) {
	for i := 0; i < len(us); {
		at := us[i].At.In(ix.calendar)
		diffs = append(diffs, ix.sit(at)...)
		for ; i < len(us) && us[i].At.Equal(at); i++ {
			if turns != nil {
				ix.store.SetNext(contacts.InstantOf(at), turns[i])
			}
			// The updates of one instant are one change: they are gathered into diffs together.
			ix.fold(&us[i], at)
		}
		diffs = ix.gather(diffs, true)
	}
	ix.recycle()
	return diffs
}

// recycle lets rows of deleted contacts be used again, unless diffs about them are still
// to be made.
func (ix *shard) recycle() {
	if len(ix.change.noted)+len(ix.pending) == 0 {
		ix.store.Recycle()
	}
}

// checkUpdates looks at updates of which the first has a position, and comes
// after an instant.
func (k Retention) checkUpdates(us []segment.Update, position int, now time.Time) error {
	for i := range us {
		err := us[i].Validate()
		if err == nil {
			err = rules.At("/at", checkInstant(now, us[i].At))
		}
		if err == nil && k.Newest > 0 && len(us[i].Retract) > 0 && !us[i].Delete {
			err = rules.At("/retract", rules.Refuse(segment.ErrLimit, "an event cannot be retracted where only the newest are kept"))
		}
		if err != nil {
			return &UpdateError{Index: position + i, err: err}
		}
		now = us[i].At
	}
	return nil
}

// An UpdateError says which of the updates given to [Index.Apply] is refused,
// and why.
type UpdateError struct {
	Index int // counted from 0
	err   error
}

// RefuseUpdate returns the error that refuses the update of a position, counted from 0, for
// hosts that refuse updates themselves, before an index does.
func RefuseUpdate(position int, why error) *UpdateError { return &UpdateError{position, why} }

// Error returns the position of the update and what is wrong with it.
func (e *UpdateError) Error() string { return "update " + strconv.Itoa(e.Index) + ": " + e.err.Error() }

// Unwrap returns what is wrong with the update.
func (e *UpdateError) Unwrap() error { return e.err }

// fold carries out one update, part by part, so that each change has its cause.
func (ix *shard) fold(u *segment.Update, at time.Time) {
	if u.Delete {
		ix.remove(u.Contact, at)
		return
	}
	if !u.Creates() {
		if _, there := ix.store.Find(u.Contact); !there {
			return
		}
	}
	row := ix.store.Row(u.Contact)
	// a contact is created even if the update says nothing of fields
	if !ix.store.Alive[row] || len(u.Set) > 0 {
		ix.foldFields(row, u, at)
	}
	if len(u.Retract)+len(u.Events) > 0 {
		ix.foldEvents(row, u, at)
	}
	if len(u.Leave)+len(u.Join) > 0 {
		ix.foldLists(row, u, at)
	}
}

// foldFields carries out what an update says of fields. It also creates the contact.
func (ix *shard) foldFields(row uint32, u *segment.Update, at time.Time) {
	ix.change.affected.Begin(ix.rules)
	for name := range u.Set {
		ix.change.affected.Add(ix.rules.Fields[name])
	}
	ix.mutate(row, at, segment.CauseData, func() {
		// most updates set one field, and need not be sorted
		if len(u.Set) == 1 {
			for name, v := range u.Set {
				ix.store.Set(row, name, v, at)
			}
			return
		}
		for _, name := range slices.Sorted(maps.Keys(u.Set)) {
			ix.store.Set(row, name, u.Set[name], at)
		}
	})
}

// foldEvents carries out what an update says of events: first what it retracts.
func (ix *shard) foldEvents(row uint32, u *segment.Update, at time.Time) {
	ix.change.affected.Begin(ix.rules)
	// Scheduled: when an event comes to an age that matters is found from the ages that
	// the rules name, and not by asking all that reads it.
	ix.change.affected.Scheduled = true
	schedules := ix.schedules.Current(ix.rules)
	for _, id := range u.Retract {
		if name, _, ok := ix.store.Events.Find(row, id); ok {
			for _, w := range ix.rules.Watches(ix.store.Events.Names()[name]) {
				ix.change.affected.Add(w)
			}
		}
	}
	for i := range u.Events {
		if schedule := schedules.Of(u.Events[i].Name); schedule != nil {
			ix.affectEvent(schedule, row, u, i, at)
		}
	}
	ix.mutate(row, at, segment.CauseEvent, func() {
		for _, id := range u.Retract {
			if name, ok := ix.store.Events.Retract(row, id); ok {
				ix.change.affected.AddStream(ix.store.Events, ix.store.Events.Names()[name])
			}
		}
		for _, e := range u.Events {
			// what is kept is the same however it was written, and so is the hash of it
			e.Props = document.Canonical(e.Props)
			ix.store.Events.Append(row, e)
			ix.change.affected.AddStream(ix.store.Events, e.Name)
		}
	})
	for _, e := range u.Events {
		// only now, since the comparison above may still have counted what is let go
		ix.trim(row, e.Name)
	}
}

// affectEvent adds what reads one of the events of an update, which comes to a
// contact at an instant.
func (ix *shard) affectEvent(s *rules.Schedule, row uint32, u *segment.Update, i int, at time.Time) {
	e := &u.Events[i]
	props := func() segment.Document { return e.Props }
	ix.change.affected.Add(&s.Others)
	// After a retraction any count may be on either side of a threshold; and timers by whole
	// segments ask whatever reads the event. Otherwise it is enough to look at counts that
	// this event brings to a threshold.
	if len(u.Retract) > 0 || ix.timersBySegment() {
		ix.change.affected.AddSchedule(s, props)
		return
	}
	ix.change.affected.AddReaders(&s.All, props)
	if n, ok := ix.store.Events.Lookup(e.Name); ok {
		ix.change.affected.AddCounts(s, ix.store.Events.Stream(row, n), len(u.Events), at)
		return
	}
	ix.change.affected.AddCounts(s, eventlog.Stream{}, len(u.Events), at)
}

// foldLists carries out what an update says of lists: first those it leaves.
func (ix *shard) foldLists(row uint32, u *segment.Update, at time.Time) {
	ix.change.affected.Begin(ix.rules)
	for _, name := range slices.Concat(u.Leave, u.Join) {
		ix.change.affected.Add(ix.rules.Lists[name])
	}
	ix.mutate(row, at, segment.CauseList, func() {
		for _, name := range u.Leave {
			ix.store.Leave(row, name)
		}
		for _, name := range u.Join {
			ix.store.Join(row, name, at)
		}
	})
}

// remove forgets a contact, which leaves every segment.
func (ix *shard) remove(id string, at time.Time) {
	row, ok := ix.store.Find(id)
	if !ok {
		return
	}
	for i := range ix.change.noted { // whatever else has happened at this instant, it is gone
		if ix.change.noted[i].row == row {
			ix.change.noted[i].cause = segment.CauseData
		}
	}
	ix.leave(row, at)
	ix.latest.frame = nil
	ix.timers.Remove(row)
	ix.store.Forget(row)
}

// leave takes a contact out of all segments. What it is in is found as for one of
// which nothing is known, so that the cost does not grow with the segments that
// it is not in.
func (ix *shard) leave(row uint32, at time.Time) {
	ix.change.eval.Reset()
	ix.change.begin(row, at)
	// levels do not matter here: all that it is in, it leaves
	ix.change.eval.Candidates(func(id rules.PlanID) { ix.change.queue(id, rules.EffectLeaves) })
	for level, queue := range ix.change.levels {
		for _, id := range queue {
			ix.stats.Examined++
			if ix.members[id].Contains(row) {
				ix.changeMembership(id, row, false, segment.CauseData)
			}
		}
		ix.change.levels[level] = queue[:0]
	}
}

// applyShare takes the updates that are for the shard, and then lets time run over
// the instant at which the last of all is.
func (ix *shard) applyShare(until time.Time) {
	sh := &ix.share
	sh.diffs = ix.apply(sh.updates, sh.turns)
	clear(sh.updates)
	sh.updates, sh.turns = sh.updates[:0], sh.turns[:0]
	sh.diffs = ix.gather(append(sh.diffs, ix.sit(until)...), true)
	ix.recycle()
}

// deal gives each shard the updates of its contacts.
func (ix *Index) deal(us []segment.Update) {
	for i := range us {
		sh := ix.of(us[i].Contact)
		sh.share.updates = append(sh.share.updates, us[i])
		sh.share.turns = append(sh.share.turns, ix.count(us[i].At))
	}
}

// applyDealt applies updates over several shards: all of which a shard has some, or
// has something due up to the last, work at once.
func (ix *Index) applyDealt(us []segment.Update) []segment.Diff {
	ix.deal(us)
	until := us[len(us)-1].At
	var busy []*shard
	for _, sh := range ix.shards {
		if due, ok := sh.due(); len(sh.share.updates) > 0 || ok && !due.After(until) {
			busy = append(busy, sh)
		} else {
			sh.now = until.In(sh.calendar)
		}
	}
	each(busy, until, func(_ int, sh *shard, until time.Time) { sh.applyShare(until) })
	return ix.merge(busy)
}
