package index

import (
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

// Time in several shards at once. Each shard looks ahead by itself, further than what is
// taken at once; what the shards have found is taken in order of instant, so that a limit on
// the number of diffs cuts at the same place as with one shard.

// due returns the shards that have something to do up to an instant.
func (ix *Index) due(to time.Time) (busy []*shard) {
	for _, sh := range ix.shards {
		if at, ok := sh.due(); ok && !at.After(to) {
			busy = append(busy, sh)
		}
	}
	return busy
}

// advance is [Index.Advance] with a limit over several shards, and stops at the very
// diff at which one would.
//
// How: shards look ahead, all at once, and note how to take each step back. What
// they found is taken in order until the limit is reached; the rest is taken back
// before the call returns, so nobody ever sees a membership without its diff. A limit
// far below the number of shards costs as if it were that number.
//
// It goes from one instant at which the clock itself flips a leaf to the next: these
// concern all contacts, and are not looked beyond.
func (ix *Index) advance(to time.Time, limit int) (diffs []segment.Diff, done bool) {
	now := ix.now()
	for {
		for _, sh := range ix.shards {
			sh.lookOut()
		}
		if diffs, now = ix.take(diffs, now, to, limit); len(diffs) >= limit {
			for _, sh := range ix.shards {
				sh.takeBack(now)
			}
			return diffs, !ix.more(to)
		}
		turn := ix.shards[0].global
		if !turn.OK || turn.At.After(to) {
			return diffs, true
		}
		now = turn.At.In(ix.calendar())
		each(ix.shards, now, func(_ int, sh *shard, now time.Time) { sh.open(now) })
	}
}

// more is [shard.more] over all shards: each is asked, so that what only seemed
// due is put off.
func (ix *Index) more(to time.Time) (more bool) {
	for _, sh := range ix.shards {
		more = sh.more(to) || more
	}
	return more
}

// take lets the shards look ahead and takes what they find in order of instant
// and contact, until the limit is reached or there is no more. The clock is then
// where the last was taken, or still at now.
func (ix *Index) take(diffs []segment.Diff, now, to time.Time, limit int) ([]segment.Diff, time.Time) {
	for {
		// so many from each make up what is left until the limit
		ix.lookAhead(to, (limit-len(diffs)-1)/len(ix.shards)+1)
		for {
			sh := ix.first()
			if sh == nil || len(diffs) >= limit {
				return diffs, now
			}
			a := &sh.share.ahead
			if a.next == len(a.wakes) {
				break // what it would find may come first
			}
			w := &a.wakes[a.next]
			a.next++
			now = w.at
			from := len(diffs)
			diffs = append(diffs, a.found[w.from:w.to]...)
			for _, d := range ix.number(diffs[from:]) {
				sh.meters.Count(sh.meters.Of[d.Segment], w.row, d.Entered, d.At)
			}
		}
	}
}

// first returns the shard that is first to be taken from: one that must look
// further, if there is any; nil if there is no more.
func (ix *Index) first() (first *shard) {
	for _, sh := range ix.shards {
		a := &sh.share.ahead
		switch {
		// it has nothing more
		case a.next == len(a.wakes) && a.dry:
		case a.next == len(a.wakes):
			return sh
		case first == nil || a.wakes[a.next].before(&first.share.ahead.wakes[first.share.ahead.next]):
			first = sh
		}
	}
	return first
}

// few is how many diffs are not worth a goroutine.
const few = 16

// lookAhead has the shards look until each has found as many diffs, or more.
func (ix *Index) lookAhead(to time.Time, want int) {
	var busy []*shard
	for _, sh := range ix.shards {
		a := &sh.share.ahead
		if !a.dry && (a.next == len(a.wakes) || len(a.found)-a.wakes[a.next].from < want/2) {
			busy = append(busy, sh)
		}
	}
	if want < few {
		for _, sh := range busy {
			sh.lookAhead(to, want)
		}
		return
	}
	each(busy, want, func(_ int, sh *shard, want int) { sh.lookAhead(to, want) })
}

// before is the order in which one shard would have woken them.
func (w *woken) before(o *woken) bool {
	if c := w.at.Compare(o.at); c != 0 {
		return c < 0
	}
	return strings.Compare(w.contact, o.contact) < 0
}

// lookOut begins to look ahead.
func (ix *shard) lookOut() {
	a := &ix.share.ahead
	*a = ahead{wakes: a.wakes[:0], found: a.found[:0], base: ix.now, open: len(ix.pending) > 0}
	if a.open {
		a.flipped = slices.Clone(ix.flipped)
	}
}

// lookAhead lets time run on to an instant, but not to one at which the clock itself
// flips a leaf, until so many diffs are found; contacts that give none count a
// little, too.
func (ix *shard) lookAhead(to time.Time, want int) {
	a := &ix.share.ahead
	until, most := len(a.found)+want, len(a.wakes)+4*want
	for len(a.found) < until && len(a.wakes) < most {
		if len(ix.pending) == 0 {
			at, ok := ix.timers.Min()
			if !ok || at.After(to) || ix.global.OK && !at.Before(ix.global.At) {
				a.dry = true
				return
			}
			ix.open(at)
		}
		last := len(ix.pending) - 1
		row := ix.pending[last]
		w := woken{row: row, contact: ix.store.IDs[row], at: ix.now, from: len(a.found), stats: ix.stats}
		ix.wakeNext()
		a.found = ix.gather(a.found, false)
		w.to = len(a.found)
		a.wakes = append(a.wakes, w)
	}
}

// takeBack undoes what was not taken, last things first. What a contact woke for
// at an instant is its memberships and its timer, which stood at the instant.
func (ix *shard) takeBack(now time.Time) {
	a := &ix.share.ahead
	if len(a.wakes) > 0 && !(a.open && ix.now.Equal(a.base)) {
		for _, row := range ix.pending {
			ix.timers.Set(row, ix.now)
		}
		ix.pending = ix.pending[:0]
	}
	for i := len(a.wakes) - 1; i >= a.next; i-- {
		w := &a.wakes[i]
		// as if it had never been woken: counters, memberships, and its timer
		ix.stats = w.stats
		for _, d := range a.found[w.from:w.to] {
			ix.put(ix.rules.PlanOf[d.Segment], w.row, !d.Entered)
		}
		if a.open && w.at.Equal(a.base) {
			ix.timers.Remove(w.row)
			ix.pending = append(ix.pending, w.row)
			continue
		}
		ix.timers.Set(w.row, w.at)
	}
	ix.now = now
	if len(ix.pending) > 0 {
		ix.flipped, ix.turned = append(ix.flipped[:0], a.flipped...), nil
	} else if at, ok := ix.timers.Min(); ok && !at.After(now) {
		ix.open(now)
	}
}
