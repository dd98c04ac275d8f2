package index

import (
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// Many calls at once. What one call tells depends on where it ends: a value that is set and
// set back within one call is no diff, and two are in two calls. So calls that have piled
// up, or that come from a log, must not be made one; but shards need not wait for each
// other between them.

// Applied is what came of one call.
type Applied struct {
	Diffs []segment.Diff // as [Index.Apply] returns them
	Err   error          // then the call has changed nothing
}

// ApplyCalls is [Index.Apply] for many calls, one after another: it returns what each would
// have returned, diff for diff, and a call that is refused leaves the others as they are.
// With several [Options.Shards] all of them work at once, however few updates a call has,
// since none waits for the others between two calls. Calls that read see none or all of it.
// The cost is that of the calls.
func (ix *Index) ApplyCalls(calls [][]segment.Update) []Applied {
	out := make([]Applied, len(calls))
	if !ix.mu.Lock() {
		for i := range out {
			out[i].Err = errWithinProgress()
		}
		return out
	}
	defer ix.mu.Unlock()
	if len(ix.shards) == 1 {
		for i, us := range calls {
			out[i].Diffs, out[i].Err = ix.applyCall(us)
		}
		return out
	}
	until := ix.dealCalls(calls, out)
	each(ix.shards, until, func(_ int, sh *shard, until []time.Time) { sh.applyCalls(until) })
	for i := range out {
		var parts [][]segment.Diff
		for _, sh := range ix.shards {
			if ds := sh.share.told[i]; len(ds) > 0 {
				parts = append(parts, ds)
			}
		}
		if len(parts) > 0 {
			out[i].Diffs = step(ix.number(interleave(parts)))
		}
	}
	for _, sh := range ix.shards {
		sh.share.told = nil
	}
	return out
}

// dealCalls gives each shard its updates of all calls that are not refused, and returns the
// last instant of each call, the zero time for those without updates.
func (ix *Index) dealCalls(calls [][]segment.Update, out []Applied) []time.Time {
	until, now := make([]time.Time, len(calls)), ix.now()
	for i, us := range calls {
		if len(us) > 0 {
			out[i].Err = ix.shards[0].retention.checkUpdates(us, 0, now)
		}
		if out[i].Err == nil && len(us) > 0 {
			us, out[i].Err = ix.fit(us)
		}
		if out[i].Err == nil && len(us) > 0 {
			ix.deal(us)
			now = us[len(us)-1].At
			until[i] = now
		}
		for _, sh := range ix.shards {
			sh.share.ends = append(sh.share.ends, len(sh.share.updates))
		}
	}
	return until
}

// applyCalls carries out a shard's part of many calls, of which the last instants are given,
// and keeps what it has to tell of each.
func (ix *shard) applyCalls(until []time.Time) {
	sh := &ix.share
	sh.told = make([][]segment.Diff, len(until))
	from := 0
	for i, at := range until {
		to := sh.ends[i]
		if at.IsZero() {
			continue
		}
		if due, ok := ix.due(); from == to && (!ok || due.After(at)) {
			ix.now = at.In(ix.calendar) // nothing happens here
			continue
		}
		diffs := ix.apply(sh.updates[from:to], sh.turns[from:to])
		sh.told[i] = slices.Clip(ix.gather(append(diffs, ix.sit(at)...), true))
		ix.recycle()
		from = to
	}
	clear(sh.updates)
	sh.updates, sh.turns, sh.ends = sh.updates[:0], sh.turns[:0], sh.ends[:0]
}
