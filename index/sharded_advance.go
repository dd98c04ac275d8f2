package index

import (
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

// Advance is [Index.Advance], and with a limit stops at the very same diff.
//
// How: shards look ahead, all at once, and note how to take each step back.
// What they found is taken in order until the limit is reached; the rest is taken
// back before the call returns, so nobody ever sees a membership without its
// diff. A limit far below the number of shards costs as if it were that number.
func (s *Sharded) Advance(to time.Time, limit int) (diffs []segment.Diff, done bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if to.Before(s.now) {
		return nil, true
	}
	to = to.In(s.calendar)
	if limit > 0 {
		diffs, done = s.advance(to, limit)
	} else {
		done = true
		parts := make([][]segment.Diff, len(s.shards))
		each(s.due(to), func(i int, sh *shard) { parts[i], _ = sh.run(to, true, 0) })
		diffs = s.merge(parts)
	}
	if done {
		s.stand(to)
	}
	return diffs, done
}

// stand sets all clocks.
func (s *Sharded) stand(at time.Time) {
	s.now = at
	for _, sh := range s.shards {
		sh.now = at
	}
}

// due returns the shards that have something to do up to an instant.
func (s *Sharded) due(to time.Time) (busy []*shard) {
	for _, sh := range s.shards {
		if at, ok := sh.due(); ok && !at.After(to) {
			busy = append(busy, sh)
		}
	}
	return busy
}

// advance goes from one instant at which the clock itself flips a leaf to the
// next: these concern all contacts, and are not looked beyond.
func (s *Sharded) advance(to time.Time, limit int) (diffs []segment.Diff, done bool) {
	for {
		for _, sh := range s.shards {
			sh.lookOut()
		}
		if diffs = s.take(diffs, to, limit); len(diffs) >= limit {
			for _, sh := range s.shards {
				sh.takeBack(s.now)
			}
			return diffs, !s.more(to)
		}
		turn := s.shards[0].global
		if !turn.ok || turn.t.After(to) {
			return diffs, true
		}
		s.now = turn.t.In(s.calendar)
		each(s.shards, func(_ int, sh *shard) { sh.open(s.now) })
	}
}

// more is [Index.more] over all shards: each is asked, so that what only seemed
// due is put off.
func (s *Sharded) more(to time.Time) (more bool) {
	for _, sh := range s.shards {
		more = sh.more(to) || more
	}
	return more
}

// take lets the shards look ahead and takes what they find in order of instant
// and contact, until the limit is reached or there is no more.
func (s *Sharded) take(diffs []segment.Diff, to time.Time, limit int) []segment.Diff {
	for {
		s.lookAhead(to, (limit-len(diffs)-1)/len(s.shards)+1)
		for {
			sh := s.first()
			if sh == nil || len(diffs) >= limit {
				return diffs
			}
			if sh.ahead.next == len(sh.ahead.wakes) {
				break // what it would find may come first
			}
			w := &sh.ahead.wakes[sh.ahead.next]
			sh.ahead.next++
			s.now = w.at
			for _, d := range sh.ahead.found[w.from:w.to] {
				s.revision++
				d.Revision = s.revision
				sh.meters.count(sh.meters.of[d.Segment], w.row, d.Entered, d.At)
				diffs = append(diffs, d)
			}
		}
	}
}

// first returns the shard that is first to be taken from: one that must look
// further, if there is any; nil if there is no more.
func (s *Sharded) first() (first *shard) {
	for _, sh := range s.shards {
		switch {
		case sh.ahead.next == len(sh.ahead.wakes) && sh.ahead.dry:
		case sh.ahead.next == len(sh.ahead.wakes):
			return sh
		case first == nil || sh.ahead.wakes[sh.ahead.next].before(&first.ahead.wakes[first.ahead.next]):
			first = sh
		}
	}
	return first
}

// few is how many diffs are not worth a goroutine.
const few = 16

// lookAhead has the shards look until each has found as many diffs, or more.
func (s *Sharded) lookAhead(to time.Time, want int) {
	var busy []*shard
	for _, sh := range s.shards {
		if !sh.ahead.dry && (sh.ahead.next == len(sh.ahead.wakes) || len(sh.ahead.found)-sh.ahead.wakes[sh.ahead.next].from < want/2) {
			busy = append(busy, sh)
		}
	}
	if want < few {
		for _, sh := range busy {
			sh.lookAhead(to, want)
		}
		return
	}
	each(busy, func(_ int, sh *shard) { sh.lookAhead(to, want) })
}

// Ahead is what a shard has done beyond what has been taken.
type ahead struct {
	wakes   []woken
	next    int // of wakes: the first that is not taken
	found   []segment.Diff
	dry     bool      // there is no more
	base    time.Time // the instant that was open when it began
	flipped []leafID  // at that instant
	open    bool      // whether there was one
}

// A woken is a contact that was looked at because time passed.
type woken struct {
	row      uint32
	contact  string
	at       time.Time
	from, to int   // of found
	stats    Stats // before
}

func (w *woken) before(o *woken) bool {
	if c := w.at.Compare(o.at); c != 0 {
		return c < 0
	}
	return strings.Compare(w.contact, o.contact) < 0
}

// lookOut begins to look ahead.
func (sh *shard) lookOut() {
	a := &sh.ahead
	*a = ahead{wakes: a.wakes[:0], found: a.found[:0], base: sh.now, open: len(sh.pending) > 0}
	if a.open {
		a.flipped = slices.Clone(sh.flipped)
	}
}

// lookAhead lets time run on to an instant, but not to one at which the clock itself
// flips a leaf, until so many diffs are found; contacts that give none count a
// little, too.
func (sh *shard) lookAhead(to time.Time, want int) {
	a := &sh.ahead
	until, most := len(a.found)+want, len(a.wakes)+4*want
	for len(a.found) < until && len(a.wakes) < most {
		if len(sh.pending) == 0 {
			at, ok := sh.timers.Min()
			if !ok || at.After(to) || sh.global.ok && !at.Before(sh.global.t) {
				a.dry = true
				return
			}
			sh.open(at)
		}
		last := len(sh.pending) - 1
		row := sh.pending[last]
		w := woken{row: row, contact: sh.store.ids[row], at: sh.now, from: len(a.found), stats: sh.stats}
		sh.wakeNext()
		a.found = sh.gather(a.found, false)
		w.to = len(a.found)
		a.wakes = append(a.wakes, w)
	}
}

// takeBack undoes what was not taken, last things first. What a contact woke for
// at an instant is its memberships and its timer, which stood at the instant.
func (sh *shard) takeBack(now time.Time) {
	a := &sh.ahead
	if len(a.wakes) > 0 && !(a.open && sh.now.Equal(a.base)) {
		for _, row := range sh.pending {
			sh.timers.Set(row, sh.now)
		}
		sh.pending = sh.pending[:0]
	}
	for i := len(a.wakes) - 1; i >= a.next; i-- {
		w := &a.wakes[i]
		sh.stats = w.stats
		for _, d := range a.found[w.from:w.to] {
			sh.put(sh.rules.rootOf[d.Segment], w.row, !d.Entered)
		}
		if a.open && w.at.Equal(a.base) {
			sh.timers.Remove(w.row)
			sh.pending = append(sh.pending, w.row)
			continue
		}
		sh.timers.Set(w.row, w.at)
	}
	sh.now = now
	if len(sh.pending) > 0 {
		sh.flipped, sh.turned = append(sh.flipped[:0], a.flipped...), nil
	} else if at, ok := sh.timers.Min(); ok && !at.After(now) {
		sh.open(now)
	}
}
